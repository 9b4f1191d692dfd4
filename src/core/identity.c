#include "core/identity.h"

#include "base/str.h"
#include "core/account.h"
#include "core/audit.h"
#include "core/identity_store.h"

#include <sodium.h>

enum { MAC_BYTES = 32 };

static Err check_state(Cx *cx, const Person *person)
{
    if (person->state != PERSON_ACTIVE)
        return fail(cx, ERR_DENIED, "oidc.suspended", "this account is not open");
    return OK;
}

static Err keep(Cx *cx, PersonId person, Str provider, const OidcClaims *claims)
{
    TRY(identity_store_add(cx, &(Identity){.person = person,
                                           .issuer = claims->issuer,
                                           .sub = claims->sub,
                                           .provider = provider,
                                           .mail = claims->mail}));
    return audit_add_number(cx, S("identity.link"), S("person"), person.v, provider);
}

static Err admit_known(Cx *cx, const Identity *identity, PersonId *ret)
{
    Person person;
    PersonId own = cx->actor->person;
    if (own.v && own.v != identity->person.v)
        return fail(cx, ERR_CONFLICT, "oidc.taken", "this identity is another person's");
    TRY(person_get(cx, identity->person, &person));
    TRY(check_state(cx, &person));
    TRY(identity_store_use(cx, identity->issuer, identity->sub));
    *ret = person.id;
    return OK;
}

static Err admit_new(Cx *cx, const OidcProvider *provider, const OidcClaims *claims, Lang lang,
                     Events *events, PersonId *ret)
{
    PersonId id;
    TRY(person_add(cx, claims->mail, claims->name, S(""), lang, ROLE_MEMBER, events, &id));
    TRY(account_agree(cx, id)); /* the login page says so beside the button */
    TRY(keep(cx, id, provider->name, claims));
    *ret = id;
    return OK;
}

Err identity_admit(Cx *cx, const OidcProvider *provider, const OidcClaims *claims, Lang lang,
                   Events *events, IdentityOutcome *ret, PersonId *ret_person)
{
    bool found;
    Identity identity;
    Person person;
    TRY(identity_store_find(cx, claims->issuer, claims->sub, &found, &identity));
    if (found) {
        TRY(admit_known(cx, &identity, ret_person));
        *ret = IDENTITY_KNOWN;
        return OK;
    }
    if (cx->actor->person.v) {
        *ret = IDENTITY_ASK;
        return OK;
    }
    if (!claims->mail.n)
        return fail(cx, ERR_INVALID, "oidc.mail_missing", "%.*s told no mail address",
                    SARG(provider->name));
    /* Said before anybody looks whether the address has an account. */
    if (!claims->mail_verified)
        return fail(cx, ERR_INVALID, "oidc.mail_unverified",
                    "%.*s has not checked the mail address", SARG(provider->name));
    TRY(person_try_mail(cx, claims->mail, &found, &person));
    if (found) {
        TRY(check_state(cx, &person));
        *ret = IDENTITY_MAIL;
        return OK;
    }
    TRY(admit_new(cx, provider, claims, lang, events, ret_person));
    *ret = IDENTITY_ADDED;
    return OK;
}

Err identity_link(Cx *cx, Str provider, const OidcClaims *claims)
{
    bool found;
    Identity identity, *list;
    size_t count;
    PersonId own = cx->actor->person;
    ASSERT(own.v);
    TRY(identity_store_find(cx, claims->issuer, claims->sub, &found, &identity));
    if (found && identity.person.v == own.v)
        return OK;
    if (found)
        return fail(cx, ERR_CONFLICT, "oidc.taken", "this identity is another person's");
    TRY(identity_store_list(cx, own, &list, &count));
    if (count == IDENTITIES_PER_PERSON)
        return fail(cx, ERR_LIMIT, "oidc.identities", "at most %d identities can be linked",
                    IDENTITIES_PER_PERSON);
    return keep(cx, own, provider, claims);
}

Err identity_list(Cx *cx, PersonId person, Identity **ret, size_t *ret_count)
{
    return identity_store_list(cx, person, ret, ret_count);
}

Err identity_remove(Cx *cx, PersonId person, Str issuer, Str sub)
{
    Identity *list;
    size_t count;
    int64_t changed;
    Person owner;
    TRY(person_get(cx, person, &owner));
    TRY(identity_store_list(cx, person, &list, &count));
    bool own = count == 1 && str_eq(list[0].issuer, issuer) && str_eq(list[0].sub, sub);
    if (own && !owner.password.n)
        return fail(cx, ERR_CONFLICT, "oidc.last",
                    "it is the only way in; give yourself a password first");
    TRY(identity_store_remove(cx, person, issuer, sub, &changed));
    return changed ? audit_add_number(cx, S("identity.remove"), S("person"), person.v, S("")) : OK;
}

/* ---- what is asked before linking ---- */

static void seal_mac(Str secret, Str text, unsigned char mac[MAC_BYTES])
{
    static const unsigned char PURPOSE[] = "hanse identity to be linked";
    unsigned char key[MAC_BYTES];
    crypto_generichash(key, sizeof key, (const unsigned char *)secret.p, secret.n, PURPOSE,
                       sizeof PURPOSE - 1);
    crypto_generichash(mac, MAC_BYTES, (const unsigned char *)text.p, text.n, key, sizeof key);
}

Str identity_seal(Cx *cx, Str session_secret, const OidcProvider *provider,
                  const OidcClaims *claims)
{
    unsigned char mac[MAC_BYTES];
    Buf json = buf_new(cx->arena, 8192);
    JsonOut out = json_out(&json);
    json_begin(&out, '[');
    json_put_i64(&out, cx_now_us(cx) + OIDC_ATTEMPT_S * INT64_C(1000000));
    json_put_text(&out, provider->name);
    json_put_text(&out, claims->issuer);
    json_put_text(&out, claims->sub);
    json_put_text(&out, claims->mail);
    json_end(&out, ']');
    Str text = base64url_encode(cx->arena, buf_str(&json));
    seal_mac(session_secret, text, mac);
    Str end = base64url_encode(cx->arena, (Str){(const char *)mac, sizeof mac});
    return arena_fmt(cx->arena, "%.*s.%.*s", SARG(text), SARG(end));
}

static bool read_seal(Cx *cx, Str text, int64_t *ret_until_us, Str *ret_provider, OidcClaims *ret)
{
    Str json, *const TEXTS[] = {ret_provider, &ret->issuer, &ret->sub, &ret->mail};
    Json doc;
    size_t at = 0;
    if (!base64url_decode(cx->arena, text, &json) || json_parse(cx, json, &doc) != OK)
        return false;
    for (JsonIter it = json_iter(json_root(&doc)); json_next(&it); at++)
        if (at == 0 && !json_i64(it.value, ret_until_us))
            return false;
        else if (at > 0 && at <= COUNT_OF(TEXTS))
            *TEXTS[at - 1] = json_text(cx->arena, it.value);
    return at == COUNT_OF(TEXTS) + 1;
}

Err identity_unseal(Cx *cx, Str session_secret, Str sealed, Str *ret_provider, OidcClaims *ret)
{
    unsigned char mac[MAC_BYTES];
    int64_t until_us;
    OidcClaims claims = {0};
    Str provider, given, end = sealed, text = str_cut(&end, '.');
    seal_mac(session_secret, text, mac);
    if (!session_secret.n || !end.p || !base64url_decode(cx->arena, end, &given) ||
        given.n != sizeof mac || sodium_memcmp(given.p, mac, sizeof mac) != 0 ||
        !read_seal(cx, text, &until_us, &provider, &claims) || until_us < cx_now_us(cx))
        return fail(cx, ERR_CONFLICT, "oidc.seal", "this question is no longer valid");
    *ret_provider = provider;
    *ret = claims;
    return OK;
}
