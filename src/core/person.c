#include "core/person.h"

#include "base/buf.h"
#include "base/str.h"
#include "core/audit.h"
#include "core/person_store.h"

#include <sodium.h>

const EventKind AUTH_CHANGED = {"auth.changed"};

/* OWASP's argon2id setting of 19 MiB and two passes. */
#define PASSWORD_OPS 2
#define PASSWORD_MEMORY_BYTES ((size_t)19 << 20)

static const struct {
    Str name;
    uint32_t role;
} ROLES[] = {{S_INIT("member"), ROLE_MEMBER},
             {S_INIT("editor"), ROLE_EDITOR},
             {S_INIT("operator"), ROLE_OPERATOR},
             {S_INIT("office"), ROLE_OFFICE},
             {S_INIT("admin"), ROLE_ADMIN}};

bool role_parse(Str name, uint32_t *ret_role)
{
    for (size_t i = 0; i < COUNT_OF(ROLES); i++)
        if (str_eq(name, ROLES[i].name)) {
            *ret_role = ROLES[i].role;
            return true;
        }
    return false;
}

bool lang_parse(Str code, Lang *ret)
{
    for (Lang lang = 0; lang < LANG_COUNT; lang++)
        if (str_eq_nocase(code, lang_code(lang))) {
            *ret = lang;
            return true;
        }
    return false;
}

Err password_hash(Cx *cx, Str password, Str *ret)
{
    char hash[crypto_pwhash_STRBYTES];
    if (password.n < PASSWORD_BYTES_MIN || password.n > PASSWORD_BYTES_MAX)
        return fail(cx, ERR_INVALID, "person.password", "a password has %d to %d bytes",
                    PASSWORD_BYTES_MIN, PASSWORD_BYTES_MAX);
    if (crypto_pwhash_str(hash, password.p, password.n, PASSWORD_OPS, PASSWORD_MEMORY_BYTES) != 0)
        return fail(cx, ERR_UNAVAILABLE, "person.memory",
                    "no memory to check a password, try again");
    *ret = arena_copy(cx->arena, str_from(hash));
    return OK;
}

bool password_verify(Str hash, Str password)
{
    /* A hash of no password, made once with the setting above. */
    static const char NOBODY[] = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
                                 "7m1eRjkMTdXnQ1XwTnUrCqFsQ0vGVqgHV3pYqvY4x0A";
    char text[crypto_pwhash_STRBYTES] = {0};
    bool known = hash.n > 0 && hash.n < sizeof text;
    if (password.n > PASSWORD_BYTES_MAX)
        return false;
    if (known)
        memcpy(text, hash.p, hash.n);
    bool right = crypto_pwhash_str_verify(known ? text : NOBODY, password.n ? password.p : "",
                                          password.n) == 0;
    return known && right;
}

/* ASCII letters only: addresses with other letters compare by their bytes. */
static Str fold_mail(Arena *arena, Str mail)
{
    char *folded = arena_cstr(arena, mail);
    for (size_t i = 0; i < mail.n; i++)
        if (folded[i] >= 'A' && folded[i] <= 'Z')
            folded[i] = (char)(folded[i] + 32);
    return (Str){folded, mail.n};
}

Str person_mail_key(Arena *arena, Str mail)
{
    return fold_mail(arena, str_trim(mail));
}

/* One @ with something on both sides, no spaces or controls: whether it works, a mail tells. */
bool person_is_mail(Str mail)
{
    ptrdiff_t at = str_find_char(mail, '@');
    if (at < 1 || (size_t)at + 1 >= mail.n || mail.n > PERSON_MAIL_BYTES_MAX ||
        str_find_last_char(mail, '@') != at || !str_is_utf8(mail))
        return false;
    for (size_t i = 0; i < mail.n; i++)
        if ((unsigned char)mail.p[i] <= ' ' || mail.p[i] == 0x7f || mail.p[i] == '<' ||
            mail.p[i] == '>' || mail.p[i] == ',')
            return false;
    return true;
}

static Str role_names(Arena *arena, uint32_t roles)
{
    Buf names = buf_new(arena, 256);
    for (size_t i = 0; i < COUNT_OF(ROLES); i++)
        if (roles & ROLES[i].role)
            buf_fmt(&names, "%s%.*s", names.n ? " " : "", SARG(ROLES[i].name));
    return names.n ? buf_str(&names) : S("");
}

Err person_add(Cx *cx, Str mail, Str name, Str password_hashed, Lang lang, uint32_t roles,
               Events *events, PersonId *ret)
{
    mail = str_trim(mail);
    name = str_trim(name);
    if (!person_is_mail(mail))
        return fail(cx, ERR_INVALID, "person.mail", "\"%.*s\" is no mail address", SARG(mail));
    TRY(person_check_name(cx, name));
    Person person = {.name = name, .password = password_hashed, .lang = lang};
    PersonId id;
    Str folded = fold_mail(cx->arena, mail);
    bool exists;
    Person other;
    TRY(person_store_find(cx, folded, &exists, &other));
    if (exists)
        return fail(cx, ERR_CONFLICT, "person.exists", "%.*s has an account already", SARG(mail));
    TRY(person_store_add(cx, mail, folded, &person, &id));
    for (size_t i = 0; i < COUNT_OF(ROLES); i++)
        if (roles & ROLES[i].role)
            TRY(person_store_grant(cx, id, ROLES[i].name, 0));
    TRY(audit_add_number(cx, S("person.add"), S("person"), id.v, role_names(cx->arena, roles)));
    event_add(events, &AUTH_CHANGED, NULL);
    *ret = id;
    return OK;
}

Err person_try_mail(Cx *cx, Str mail, bool *ret_found, Person *ret)
{
    return person_store_find(cx, person_mail_key(cx->arena, mail), ret_found, ret);
}

Err person_find_by_mail(Cx *cx, Str mail, Person *ret)
{
    bool found;
    TRY(person_try_mail(cx, mail, &found, ret));
    if (!found)
        return fail(cx, ERR_NOT_FOUND, "person.unknown", "no person has the address %.*s",
                    SARG(mail));
    return OK;
}

Err person_get(Cx *cx, PersonId id, Person *ret)
{
    bool found;
    TRY(person_store_get(cx, id, &found, ret));
    if (!found)
        return fail(cx, ERR_NOT_FOUND, "person.unknown", "no person has the number %lld",
                    (long long)id.v);
    return OK;
}

Err person_set_password(Cx *cx, PersonId id, Str password_hashed, Events *events)
{
    int64_t changed;
    TRY(person_store_set_password(cx, id, password_hashed, &changed));
    if (!changed)
        return fail(cx, ERR_NOT_FOUND, "person.unknown", "no person has the number %lld",
                    (long long)id.v);
    TRY(audit_add_number(cx, S("person.password"), S("person"), id.v, S("")));
    event_add(events, &AUTH_CHANGED, NULL);
    return OK;
}

static Err check_changed(Cx *cx, PersonId id, int64_t changed)
{
    if (!changed)
        return fail(cx, ERR_NOT_FOUND, "person.unknown", "no person has the number %lld",
                    (long long)id.v);
    return OK;
}

Err person_set_name(Cx *cx, PersonId id, Str name, Lang lang, Events *events)
{
    int64_t changed;
    name = str_trim(name);
    TRY(person_check_name(cx, name));
    TRY(person_store_keep_former(cx, id));
    TRY(person_store_set_name(cx, id, name, lang, &changed));
    TRY(check_changed(cx, id, changed));
    event_add(events, &AUTH_CHANGED, NULL);
    return audit_add_number(cx, S("person.name"), S("person"), id.v, S(""));
}

Err person_check_district(Cx *cx, Str district)
{
    bool fine = district.n <= PERSON_DISTRICT_BYTES_MAX && str_is_utf8(district);
    for (size_t i = 0; fine && i < district.n; i++)
        fine = (unsigned char)district.p[i] >= ' ' && district.p[i] != 0x7f;
    if (!fine)
        flaw(cx, "person.district", "a district's name is one line of at most %d bytes",
             PERSON_DISTRICT_BYTES_MAX);
    return flaws_end(cx);
}

Err person_set_district(Cx *cx, PersonId id, Str district)
{
    int64_t changed;
    district = str_trim(district);
    TRY(person_check_district(cx, district));
    TRY(person_store_set_district(cx, id, district.n ? district : S(""), &changed));
    return check_changed(cx, id, changed);
}

Err person_set_mail(Cx *cx, PersonId id, Str mail, Events *events)
{
    int64_t changed;
    bool found;
    Person other;
    mail = str_trim(mail);
    if (!person_is_mail(mail))
        return fail(cx, ERR_INVALID, "person.mail", "\"%.*s\" is no mail address", SARG(mail));
    TRY(person_try_mail(cx, mail, &found, &other));
    if (found && other.id.v != id.v)
        return fail(cx, ERR_CONFLICT, "person.exists", "%.*s has an account already", SARG(mail));
    TRY(person_store_keep_former(cx, id));
    TRY(person_store_set_mail(cx, id, mail, fold_mail(cx->arena, mail), &changed));
    TRY(check_changed(cx, id, changed));
    event_add(events, &AUTH_CHANGED, NULL);
    return audit_add_number(cx, S("person.mail"), S("person"), id.v, S(""));
}

Err person_set_state(Cx *cx, PersonId id, PersonState state, Str reason, Events *events)
{
    static const Str VERBS[] = {S_INIT("person.reactivate"), S_INIT("person.suspend"),
                                S_INIT("person.erase")};
    int64_t changed;
    Person person;
    TRY(person_get(cx, id, &person));
    if (person.state == state)
        return OK;
    if (person.state == PERSON_ERASED)
        return fail(cx, ERR_CONFLICT, "person.erased", "what was erased stays erased");
    TRY(person_store_set_state(cx, id, state, state == PERSON_ACTIVE ? S("") : reason, &changed));
    event_add(events, &AUTH_CHANGED, NULL);
    return audit_add_number(cx, VERBS[state], S("person"), id.v, reason);
}

Err person_put_off_erasure(Cx *cx, PersonId id, int64_t due_us, bool posts)
{
    int64_t changed;
    TRY(person_store_set_erasure(cx, id, due_us, posts, &changed));
    return check_changed(cx, id, changed);
}

Err person_set_erasure(Cx *cx, PersonId id, int64_t due_us, bool posts)
{
    TRY(person_put_off_erasure(cx, id, due_us, posts));
    return audit_add_number(cx, due_us ? S("person.leave") : S("person.stay"), S("person"), id.v,
                            S(""));
}

Err person_stay(Cx *cx, PersonId id, bool *ret_stays)
{
    int64_t changed;
    TRY(person_store_stay(cx, id, &changed));
    *ret_stays = changed > 0;
    return changed ? audit_add_number(cx, S("person.stay"), S("person"), id.v, S("")) : OK;
}

Err person_former(Cx *cx, PersonId id, PersonFormer **ret, size_t *ret_count)
{
    return person_store_former(cx, id, ret, ret_count);
}

Err person_blank(Cx *cx, PersonId id, Events *events)
{
    TRY(person_store_blank(cx, id));
    event_add(events, &AUTH_CHANGED, NULL);
    return OK;
}

Err person_list(Cx *cx, const PersonQuery *query, Person **ret, size_t *ret_count,
                int64_t *ret_total)
{
    return person_store_list(cx, query, ret, ret_count, ret_total);
}

Err person_count_role(Cx *cx, uint32_t role, int64_t *ret)
{
    return person_store_count_role(cx, role_name(role), ret);
}

Err person_count(Cx *cx, int64_t *ret)
{
    return person_store_count(cx, ret);
}

Str role_name(uint32_t role)
{
    for (size_t i = 0; i < COUNT_OF(ROLES); i++)
        if (ROLES[i].role == role)
            return ROLES[i].name;
    ASSERT(false); /* ROLE_ANYONE and ROLE_ALLIANCE are not granted, and roles come one at a time */
    return S("");
}

Err person_grant(Cx *cx, PersonId id, uint32_t role, Events *events)
{
    Str name = role_name(role);
    TRY(person_store_grant(cx, id, name, 0));
    event_add(events, &AUTH_CHANGED, NULL);
    return audit_add_number(cx, S("person.grant"), S("person"), id.v, name);
}

Err person_revoke(Cx *cx, PersonId id, uint32_t role, Events *events)
{
    Str name = role_name(role);
    TRY(person_store_revoke(cx, id, name, 0));
    event_add(events, &AUTH_CHANGED, NULL);
    return audit_add_number(cx, S("person.revoke"), S("person"), id.v, name);
}

Err person_roles(Cx *cx, PersonId id, uint32_t *ret)
{
    return person_store_roles(cx, id, ret);
}

Err person_as_actor(Cx *cx, PersonId id, Actor *ret)
{
    Person person;
    uint32_t roles;
    bool alliance;
    TRY(person_get(cx, id, &person));
    TRY(person_store_roles(cx, id, &roles));
    TRY(person_store_is_alliance(cx, id, &alliance));
    *ret = (Actor){.tenant = cx->actor->tenant,
                   .person = id,
                   .name = person.name,
                   .roles = roles | (alliance ? (uint32_t)ROLE_ALLIANCE : 0),
                   .lang = person.lang};
    ret->may = permissions_of_roles(ret->roles);
    return OK;
}

Err person_set_alliance(Cx *cx, PersonId id, int64_t organisation, bool belongs, Events *events)
{
    if (belongs)
        TRY(person_store_grant(cx, id, S("alliance"), organisation));
    else
        TRY(person_store_revoke(cx, id, S("alliance"), organisation));
    event_add(events, &AUTH_CHANGED, NULL);
    return OK;
}
