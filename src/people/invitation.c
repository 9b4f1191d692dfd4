#include "people/invitation.h"

#include "base/calendar.h"
#include "base/str.h"
#include "core/audit.h"
#include "core/mail.h"
#include "core/stamp.h"
#include "people/invitation_store.h"

enum { KEEP_DAYS = 30 /* of ended ones, so that who invited sees what became of them */ };

/* ---- asking ---- */

static Err admit(Cx *cx, const Item *organisation)
{
    uint32_t stand;
    TRY(item_stand(cx, organisation, &stand));
    if (!organisation_may_edit(stand))
        return fail(cx, ERR_DENIED, "organisation.people", "its representatives decide that");
    return OK;
}

static Err check(Cx *cx, Str mail, RelationRole role, Str title)
{
    if (!person_is_mail(mail))
        flaw(cx, "invitation.mail", "\"%.*s\" is no mail address", SARG(mail));
    if (role != RELATION_REP && role != RELATION_COLLEAGUE)
        flaw(cx, "organisation.role", "representative or colleague");
    bool line = title.n <= RELATION_TITLE_BYTES_MAX && str_is_utf8(title);
    for (size_t i = 0; i < title.n; i++)
        line &= (unsigned char)title.p[i] >= ' ';
    if (!line)
        flaw(cx, "relation.title", "one line of at most %d bytes", RELATION_TITLE_BYTES_MAX);
    return flaws_end(cx);
}

static Err check_not_in(Cx *cx, ItemId organisation, PersonId person)
{
    Relation *relations;
    size_t count;
    TRY(relation_list(cx, organisation, false, &relations, &count));
    for (size_t i = 0; i < count; i++)
        if (relations[i].person.v == person.v && relations[i].state == RELATION_ACTIVE)
            return fail(cx, ERR_CONFLICT, "invitation.member", "that person is in it already");
    return OK;
}

static Err ask_person(Cx *cx, const Item *organisation, const Person *person, RelationRole role,
                      Str title)
{
    int64_t relation;
    TRY(check_not_in(cx, organisation->id, person->id));
    TRY(relation_add(cx, person->id, role, organisation->id, (ItemId){0}, title, RELATION_INVITED,
                     &relation));
    return mail_add(cx, &(MailDraft){.kind = MAIL_MEMBER_INVITED,
                                     .person = person->id,
                                     .who = cx->actor->name,
                                     .what = organisation->text.title,
                                     .path = S("/mein/einladungen")});
}

static Err ask_address(Cx *cx, const Item *organisation, Str mail, RelationRole role, Str title,
                       Str secret)
{
    Invitation *open;
    size_t count;
    Str key = person_mail_key(cx->arena, mail);
    TRY(invitation_store_end_of(cx, organisation->id, key)); /* the newest link counts */
    TRY(invitation_store_list(cx, organisation->id, &open, &count));
    if (count >= INVITATIONS_MAX)
        return fail(cx, ERR_LIMIT, "invitation.many", "at most %d open invitations",
                    INVITATIONS_MAX);
    int64_t now_us = cx_now_us(cx), expires_us = now_us + INVITATION_DAYS * TIME_DAY_US;
    Invitation one = {.organisation = organisation->id,
                      .role = role,
                      .mail = key,
                      .title = title,
                      .by = cx->actor->person,
                      .created_us = now_us,
                      .expires_us = expires_us};
    TRY(invitation_store_add(cx, &one, secret_digest(cx->arena, secret)));
    return mail_add(
        cx, &(MailDraft){.kind = MAIL_INVITATION,
                         .address = mail,
                         .lang = cx->actor->lang,
                         .who = cx->actor->name,
                         .what = organisation->text.title,
                         .at_us = expires_us,
                         .path = arena_fmt(cx->arena, "/einladung?code=%.*s", SARG(secret))});
}

Err invitation_add(Cx *cx, const Item *organisation, Str mail, RelationRole role, Str title,
                   Str secret, Events *events)
{
    Person person;
    bool found;
    (void)events;
    mail = str_trim(mail);
    title = str_trim(title);
    TRY(admit(cx, organisation));
    TRY(check(cx, mail, role, title));
    TRY(person_try_mail(cx, mail, &found, &person));
    TRY(audit_add_number(cx, S("invitation.add"), S("organisation"), organisation->id.v,
                         relation_role_name(role)));
    if (found)
        return ask_person(cx, organisation, &person, role, title);
    return ask_address(cx, organisation, mail, role, title, secret);
}

Err invitation_list(Cx *cx, const Item *organisation, Invitation **ret, size_t *ret_count)
{
    TRY(admit(cx, organisation));
    return invitation_store_list(cx, organisation->id, ret, ret_count);
}

Err invitation_withdraw(Cx *cx, const Item *organisation, int64_t id)
{
    int64_t changed;
    TRY(admit(cx, organisation));
    TRY(invitation_store_end(cx, organisation->id, id, &changed));
    return changed ? audit_add_number(cx, S("invitation.withdraw"), S("organisation"),
                                      organisation->id.v, S(""))
                   : OK; /* a second click */
}

Err invitation_of_rep(Cx *cx, ItemId organisation, Str mail, Str title, Str secret)
{
    int64_t now_us = cx_now_us(cx);
    Invitation one = {.organisation = organisation,
                      .role = RELATION_REP,
                      .mail = person_mail_key(cx->arena, mail),
                      .title = title,
                      .created_us = now_us,
                      .expires_us = now_us + INVITATION_DAYS * TIME_DAY_US};
    return invitation_store_add(cx, &one, secret_digest(cx->arena, secret));
}

/* ---- answering ---- */

Err invitation_find(Cx *cx, Str secret, Invitation *ret)
{
    bool found = false;
    if (secret.n)
        TRY(invitation_store_find(cx, secret_digest(cx->arena, secret), &found, ret));
    if (!found)
        return fail(cx, ERR_NOT_FOUND, "invitation.unknown",
                    "the invitation was used, withdrawn, or has expired");
    return OK;
}

Err invitation_account(Cx *cx, const Invitation *invitation, bool *ret_exists, bool *ret_password)
{
    Person person;
    TRY(person_try_mail(cx, invitation->mail, ret_exists, &person));
    *ret_password = *ret_exists && person.password.n > 0;
    return OK;
}

/* Who invited is told. */
static Err tell_inviter(Cx *cx, const Item *item, PersonId inviter, Str name)
{
    if (!inviter.v || inviter.v == cx->actor->person.v)
        return OK;
    return mail_add(cx, &(MailDraft){.kind = MAIL_MEMBER_JOINED,
                                     .person = inviter,
                                     .who = name,
                                     .what = item->text.title,
                                     .path = item_path(cx->arena, item)});
}

static Err let_in(Cx *cx, const Invitation *invitation, PersonId person, Str name, Events *events)
{
    Item item;
    int64_t changed;
    TRY(item_get_unseen(cx, invitation->organisation, &item));
    TRY(invitation_store_end(cx, invitation->organisation, invitation->id, &changed));
    if (!changed)
        return fail(cx, ERR_CONFLICT, "invitation.unknown", "the invitation was used meanwhile");
    TRY(organisation_join(cx, &item, person, invitation->role, invitation->title, events));
    return tell_inviter(cx, &item, invitation->by, name);
}

Err invitation_take_new(Cx *cx, Str secret, Str name, Str password_hashed, Events *events)
{
    Invitation invitation;
    Person person;
    PersonId id;
    bool found;
    TRY(invitation_find(cx, secret, &invitation));
    TRY(person_try_mail(cx, invitation.mail, &found, &person));
    if (found && person.password.n)
        return fail(cx, ERR_CONFLICT, "invitation.account",
                    "there is an account with this address: log in first");
    if (found) {
        id = person.id;
        name = person.name;
        TRY(person_set_password(cx, id, password_hashed, events));
    } else {
        TRY(person_add(cx, invitation.mail, name, password_hashed, cx->actor->lang, ROLE_MEMBER,
                       events, &id));
    }
    return let_in(cx, &invitation, id, str_trim(name), events);
}

Err invitation_take(Cx *cx, Str secret, Events *events)
{
    Invitation invitation;
    ASSERT(cx->actor->person.v); /* the page asks strangers for a password */
    TRY(invitation_find(cx, secret, &invitation));
    return let_in(cx, &invitation, cx->actor->person, cx->actor->name, events);
}

Err invitation_decline(Cx *cx, Str secret)
{
    Invitation invitation;
    int64_t changed;
    Err err = invitation_find(cx, secret, &invitation);
    if (err != OK)
        return err == ERR_NOT_FOUND ? OK : err; /* a second click */
    return invitation_store_end(cx, invitation.organisation, invitation.id, &changed);
}

Err invitation_answer(Cx *cx, int64_t id, bool yes, Events *events)
{
    Relation relation;
    Item item;
    TRY(relation_get(cx, id, &relation));
    if (relation.person.v != cx->actor->person.v)
        return fail(cx, ERR_NOT_FOUND, "relation.unknown", "it is another person's");
    TRY(item_get_unseen(cx, relation.item, &item));
    if (item.noun != NOUN_ORGANISATION)
        return fail(cx, ERR_NOT_FOUND, "relation.unknown", "it is no organisation's");
    if (!yes)
        return relation.state == RELATION_INVITED ? relation_set_state(cx, id, RELATION_ENDED) : OK;
    if (relation.state == RELATION_ENDED)
        return fail(cx, ERR_CONFLICT, "relation.state", "the invitation was withdrawn");
    if (relation.state == RELATION_ACTIVE)
        return OK; /* a second click */
    return organisation_join(cx, &item, relation.person, relation.role, relation.title, events);
}

Err invitation_mine(Cx *cx, Relation **ret, size_t *ret_count)
{
    Relation *all;
    size_t count, kept = 0;
    TRY(relation_of_person(cx, cx->actor->person, &all, &count));
    for (size_t i = 0; i < count; i++)
        if (all[i].state == RELATION_INVITED && all[i].item_noun == NOUN_ORGANISATION)
            all[kept++] = all[i];
    *ret = all;
    *ret_count = kept;
    return OK;
}

Err invitation_clean(Cx *cx)
{
    return invitation_store_clean(cx, cx_now_us(cx) - KEEP_DAYS * TIME_DAY_US);
}
