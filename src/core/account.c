#include "core/account.h"

#include "base/calendar.h"
#include "base/str.h"
#include "core/account_store.h"
#include "core/audit.h"
#include "core/mail.h"
#include "core/notice.h"
#include "core/setting.h"

#include <sodium.h>

static const Str TERMS = S_INIT("terms");
static const Str PASSWORD_LINK = S_INIT("password"), MAIL_LINK = S_INIT("mail");

static Str path_with(Cx *cx, const char *path, Str secret)
{
    return arena_fmt(cx->arena, "%s/%.*s", path, SARG(secret));
}

static Err no_such_link(Cx *cx)
{
    return fail(cx, ERR_NOT_FOUND, "account.link",
                "the link is unknown, was used already, or is too old");
}

static int64_t sign_ups_since(const Cx *cx)
{
    return cx_now_us(cx) - ACCOUNT_SIGN_UP_H * TIME_HOUR_US;
}

/* ---- signing up ---- */

Err account_terms(Cx *cx, Terms *ret)
{
    unsigned char hash[8];
    char text[2 * sizeof hash + 1];
    Str words;
    TRY(setting_get(cx, S("legal.terms"), &words));
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, crypto_generichash_BYTES);
    unsigned char whole[crypto_generichash_BYTES];
    crypto_generichash_update(&state, (const unsigned char *)words.p, words.n);
    crypto_generichash_final(&state, whole, sizeof whole);
    memcpy(hash, whole, sizeof hash);
    sodium_bin2hex(text, sizeof text, hash, sizeof hash);
    *ret =
        (Terms){.words = words, .version = words.n ? arena_copy(cx->arena, str_from(text)) : S("")};
    return OK;
}

Err account_agree(Cx *cx, PersonId id)
{
    Terms terms;
    TRY(account_terms(cx, &terms));
    if (!terms.version.n)
        return OK;
    TRY(account_store_keep_words(cx, TERMS, terms.version, terms.words));
    return account_store_add_consent(cx, id,
                                     &(Consent){.text = TERMS,
                                                .version = terms.version,
                                                .given_us = cx_now_us(cx),
                                                .confirmed_us = cx_now_us(cx)});
}

void account_check_sign_up(Cx *cx, const SignUp *sign_up)
{
    Str name = str_trim(sign_up->name);
    if (!person_is_mail(str_trim(sign_up->mail)))
        flaw(cx, "account.mail", "\"%.*s\" is no mail address", SARG(sign_up->mail));
    if (person_check_name(cx, name) != OK)
        flaw(cx, cx->error->key, "%.*s", SARG(cx->error->detail));
    if (!sign_up->agrees)
        flaw(cx, "account.terms", "the terms must be agreed to");
}

Err account_check_room(Cx *cx)
{
    int64_t count;
    TRY(account_store_count_sign_ups(cx, sign_ups_since(cx), &count));
    if (count >= ACCOUNT_SIGN_UPS_MAX)
        return fail(cx, ERR_LIMIT, "account.full",
                    "%d sign-ups wait for their confirmation; try again later",
                    ACCOUNT_SIGN_UPS_MAX);
    return OK;
}

/* Where the address is known, its owner is told, and may be helped. */
static Err tell_known(Cx *cx, const Person *person)
{
    return mail_add(cx, &(MailDraft){.kind = MAIL_SIGN_UP_KNOWN,
                                     .person = person->id,
                                     .path = S("/passwort-vergessen")});
}

/* The link of the mail knows where to go on: it may be followed in another browser. */
static Str path_on(Cx *cx, const SignUp *own)
{
    Str path = path_with(cx, "/registrieren/bestaetigen", own->secret);
    Buf out = buf_new(cx->arena, path.n + 3 * own->next.n + 16);
    buf_put(&out, path);
    if (own->next.n) {
        buf_put(&out, S("?weiter="));
        buf_uri_component(&out, own->next);
    }
    return out.overflow || out.n > MAIL_PATH_BYTES_MAX ? path : buf_str(&out);
}

Err account_sign_up(Cx *cx, const SignUp *sign_up)
{
    SignUp own = *sign_up;
    int64_t waiting;
    bool known;
    Person person;
    Terms terms;
    own.mail = str_trim(own.mail);
    own.name = str_trim(own.name);
    account_check_sign_up(cx, &own);
    TRY(flaws_end(cx));
    TRY(account_check_room(cx));
    TRY(person_try_mail(cx, own.mail, &known, &person));
    if (known)
        return tell_known(cx, &person);
    Str folded = person_mail_key(cx->arena, own.mail);
    TRY(account_store_count_of_mail(cx, folded, sign_ups_since(cx), &waiting));
    if (waiting >= ACCOUNT_SIGN_UPS_PER_ADDRESS)
        return OK;
    TRY(account_terms(cx, &terms));
    TRY(account_store_add_sign_up(cx, &own, auth_secret_hash(cx->arena, own.secret),
                                  terms.version));
    if (terms.version.n)
        TRY(account_store_keep_words(cx, TERMS, terms.version, terms.words));
    return mail_add(cx, &(MailDraft){.kind = MAIL_SIGN_UP,
                                     .address = own.mail,
                                     .lang = own.lang,
                                     .path = path_on(cx, &own)});
}

static Err find_sign_up(Cx *cx, Str secret, SignUpRow *ret)
{
    bool found;
    TRY(account_store_sign_up(cx, auth_secret_hash(cx->arena, secret), sign_ups_since(cx), &found,
                              ret));
    return found ? OK : no_such_link(cx);
}

Err account_find_sign_up(Cx *cx, Str secret, SignUp *ret)
{
    SignUpRow row;
    TRY(find_sign_up(cx, secret, &row));
    *ret = row.sign_up;
    return OK;
}

Err account_confirm(Cx *cx, Str secret, Events *events, PersonId *ret)
{
    SignUpRow row;
    TRY(find_sign_up(cx, secret, &row));
    const SignUp *own = &row.sign_up;
    TRY(person_add(cx, own->mail, own->name, own->password, own->lang, ROLE_MEMBER, events, ret));
    TRY(account_store_remove_sign_ups(cx, person_mail_key(cx->arena, own->mail)));
    TRY(mail_confirm(cx, own->mail));
    TRY(notice_add(cx, &(NoticeDraft){.kind = NOTICE_WELCOME,
                                      .person = *ret,
                                      .path = S("/konto/benachrichtigungen")}));
    if (!row.terms.n)
        return OK;
    Consent consent = {.text = TERMS,
                       .version = row.terms,
                       .given_us = own->created_us,
                       .confirmed_us = cx_now_us(cx)};
    return account_store_add_consent(cx, *ret, &consent);
}

/* ---- a new password ---- */

Err account_ask_password(Cx *cx, Str mail, Str secret)
{
    bool found;
    Person person;
    if (!person_is_mail(str_trim(mail)))
        return fail(cx, ERR_INVALID, "account.mail", "\"%.*s\" is no mail address", SARG(mail));
    TRY(person_try_mail(cx, mail, &found, &person));
    if (!found || person.state != PERSON_ACTIVE)
        return OK;
    AccountLink link = {.person = person.id, .mail = S("")};
    TRY(account_store_add_link(cx, PASSWORD_LINK, &link, auth_secret_hash(cx->arena, secret),
                               cx_now_us(cx) + ACCOUNT_PASSWORD_LINK_H * TIME_HOUR_US));
    TRY(audit_add_number(cx, S("password.ask"), S("person"), person.id.v, S("")));
    return mail_add(cx, &(MailDraft){.kind = MAIL_PASSWORD_LINK,
                                     .person = person.id,
                                     .path = path_with(cx, "/passwort-neu", secret)});
}

static Err find_link(Cx *cx, Str purpose, Str secret, AccountLink *ret, Person *ret_person)
{
    bool found;
    TRY(account_store_link(cx, purpose, auth_secret_hash(cx->arena, secret), &found, ret));
    if (!found)
        return no_such_link(cx);
    TRY(person_get(cx, ret->person, ret_person));
    return ret_person->state == PERSON_ACTIVE ? OK : no_such_link(cx);
}

Err account_find_password(Cx *cx, Str secret, Person *ret)
{
    AccountLink link;
    return find_link(cx, PASSWORD_LINK, secret, &link, ret);
}

static Err tell_password(Cx *cx, PersonId id)
{
    return mail_add(cx, &(MailDraft){.kind = MAIL_PASSWORD_CHANGED,
                                     .person = id,
                                     .at_us = cx_now_us(cx),
                                     .path = S("/passwort-vergessen")});
}

Err account_reset_password(Cx *cx, Str secret, Str password_hashed, Events *events)
{
    Person person;
    TRY(account_find_password(cx, secret, &person));
    TRY(person_set_password(cx, person.id, password_hashed, events));
    TRY(account_store_remove_links(cx, PASSWORD_LINK, person.id));
    TRY(session_close_others(cx, person.id, 0, events));
    TRY(mail_confirm(cx, person.mail));
    return tell_password(cx, person.id);
}

Err account_change_password(Cx *cx, Str password_hashed, Events *events)
{
    PersonId id = cx->actor->person;
    TRY(person_set_password(cx, id, password_hashed, events));
    TRY(account_store_remove_links(cx, PASSWORD_LINK, id));
    TRY(session_close_others(cx, id, cx->actor->session, events));
    return tell_password(cx, id);
}

/* ---- a new address ---- */

Err account_ask_mail(Cx *cx, Str mail, Str secret)
{
    bool taken;
    Person other;
    mail = str_trim(mail);
    if (!person_is_mail(mail))
        return fail(cx, ERR_INVALID, "account.mail", "\"%.*s\" is no mail address", SARG(mail));
    TRY(person_try_mail(cx, mail, &taken, &other));
    if (taken)
        return OK;
    AccountLink link = {.person = cx->actor->person, .mail = mail};
    TRY(account_store_add_link(cx, MAIL_LINK, &link, auth_secret_hash(cx->arena, secret),
                               cx_now_us(cx) + ACCOUNT_MAIL_LINK_H * TIME_HOUR_US));
    return mail_add(cx, &(MailDraft){.kind = MAIL_ADDRESS_CONFIRM,
                                     .address = mail,
                                     .lang = cx->actor->lang,
                                     .path = path_with(cx, "/adresse-bestaetigen", secret)});
}

Err account_find_mail(Cx *cx, Str secret, Str *ret_mail)
{
    AccountLink link;
    Person person;
    TRY(find_link(cx, MAIL_LINK, secret, &link, &person));
    *ret_mail = link.mail;
    return OK;
}

/* The old one was the person's until now: it may be told. */
static Err tell_old_address(Cx *cx, const Person *person, Str fresh)
{
    MailAddress known;
    TRY(mail_address(cx, person->mail, &known));
    if (!known.confirmed_us)
        TRY(mail_confirm(cx, person->mail));
    return mail_add(cx, &(MailDraft){.kind = MAIL_ADDRESS_CHANGED,
                                     .person = person->id,
                                     .address = person->mail,
                                     .what = fresh,
                                     .at_us = cx_now_us(cx)});
}

Err account_change_mail(Cx *cx, Str secret, Events *events)
{
    AccountLink link;
    Person person;
    TRY(find_link(cx, MAIL_LINK, secret, &link, &person));
    TRY(person_set_mail(cx, person.id, link.mail, events));
    TRY(account_store_remove_links(cx, MAIL_LINK, person.id));
    TRY(account_store_remove_links(cx, PASSWORD_LINK, person.id));
    TRY(account_store_remove_sign_ups(cx, person_mail_key(cx->arena, link.mail)));
    TRY(mail_confirm(cx, link.mail));
    return tell_old_address(cx, &person, link.mail);
}

/* ---- the office ---- */

enum { HIGH_ROLES = ROLE_OFFICE | ROLE_ADMIN };

uint32_t account_may_give(const Actor *actor)
{
    if (actor->roles & ROLE_ADMIN)
        return ROLE_MEMBER | ROLE_EDITOR | ROLE_OPERATOR | ROLE_OFFICE | ROLE_ADMIN;
    return actor_may(actor, MAY_PERSONS) ? ROLE_EDITOR | ROLE_OPERATOR : 0;
}

/* Whether the actor may decide about this person at all. */
static Err check_rank(Cx *cx, PersonId id, Person *ret, uint32_t *ret_roles)
{
    TRY(require(cx, MAY_PERSONS));
    TRY(person_get(cx, id, ret));
    TRY(person_roles(cx, id, ret_roles));
    if (id.v == cx->actor->person.v)
        return fail(cx, ERR_DENIED, "account.own", "nobody decides about the own account");
    if (*ret_roles & HIGH_ROLES && !(cx->actor->roles & ROLE_ADMIN))
        return fail(
            cx, ERR_DENIED, "account.rank",
            "accounts of the office and of administrators are an administrator's to change");
    return OK;
}

static Err check_last_admin(Cx *cx, uint32_t roles)
{
    int64_t admins;
    TRY(person_count_role(cx, ROLE_ADMIN, &admins));
    if (roles & ROLE_ADMIN && admins <= 1)
        return fail(cx, ERR_CONFLICT, "account.last", "this is the last administrator");
    return OK;
}

Err account_grant(Cx *cx, PersonId id, uint32_t role, bool gives, Events *events)
{
    Person person;
    uint32_t roles;
    TRY(check_rank(cx, id, &person, &roles));
    if (!(account_may_give(cx->actor) & role))
        return fail(cx, ERR_DENIED, "account.role", "this role is not yours to give or take");
    if (person.state == PERSON_ERASED)
        return fail(cx, ERR_CONFLICT, "person.erased", "what was erased stays erased");
    if (((roles & role) != 0) == gives)
        return OK;
    if (!gives)
        TRY(check_last_admin(cx, roles & role));
    TRY(gives ? person_grant(cx, id, role, events) : person_revoke(cx, id, role, events));
    return notice_add(
        cx, &(NoticeDraft){
                .kind = NOTICE_ROLE, .person = id, .who = cx->actor->name, .path = S("/konto")});
}

static Err check_reason(Cx *cx, Str reason)
{
    if (!reason.n || reason.n > ACCOUNT_REASON_BYTES_MAX || !str_is_utf8(reason))
        return fail(cx, ERR_INVALID, "account.reason", "a reason has 1 to %d bytes",
                    ACCOUNT_REASON_BYTES_MAX);
    return OK;
}

Err account_check_decides(Cx *cx, PersonId id, Str reason)
{
    Person person;
    uint32_t roles;
    TRY(check_rank(cx, id, &person, &roles));
    if (person.state == PERSON_ERASED)
        return fail(cx, ERR_CONFLICT, "person.erased", "what was erased stays erased");
    return check_reason(cx, str_trim(reason));
}

Err account_suspend(Cx *cx, PersonId id, Str reason, Events *events)
{
    Person person;
    uint32_t roles;
    reason = str_trim(reason);
    TRY(check_rank(cx, id, &person, &roles));
    TRY(check_reason(cx, reason));
    if (person.state == PERSON_ACTIVE)
        TRY(check_last_admin(cx, roles));
    TRY(person_set_state(cx, id, PERSON_SUSPENDED, reason, events));
    TRY(account_store_remove_links(cx, PASSWORD_LINK, id));
    TRY(account_store_remove_links(cx, MAIL_LINK, id));
    return session_close_others(cx, id, 0, events);
}

Err account_reactivate(Cx *cx, PersonId id, Str reason, Events *events)
{
    Person person;
    uint32_t roles;
    reason = str_trim(reason);
    TRY(check_rank(cx, id, &person, &roles));
    TRY(check_reason(cx, reason));
    if (person.state == PERSON_ACTIVE)
        return OK;
    TRY(person_set_state(cx, id, PERSON_ACTIVE, reason, events));
    return mail_add(
        cx, &(MailDraft){
                .kind = MAIL_REACTIVATED, .person = id, .reason = reason, .path = S("/anmelden")});
}

Err account_consents(Cx *cx, PersonId id, Consent **ret, size_t *ret_count)
{
    return account_store_consents(cx, id, ret, ret_count);
}

Err account_clean(Cx *cx)
{
    return account_store_clean(cx, sign_ups_since(cx), ACCOUNT_CLEAN_MAX);
}
