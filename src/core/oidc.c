#include "core/oidc.h"

#include "base/str.h"
#include "base/uri.h"

#include <sodium.h>

enum { DERIVED_BYTES = 32, HASH_BYTES_MAX = crypto_hash_sha512_BYTES };

const OidcProvider *oidc_provider(const OidcProviders *providers, Str name)
{
    for (size_t i = 0; providers && i < providers->count; i++)
        if (str_eq(providers->list[i].name, name))
            return &providers->list[i];
    return NULL;
}

static bool same_secret(Str a, Str b)
{
    return a.n == b.n && a.n > 0 && sodium_memcmp(a.p, b.p, a.n) == 0;
}

/* ---- what a provider says about itself ---- */

bool oidc_url_is_safe(Str url)
{
    ptrdiff_t at = str_find(url, S("://"));
    if (at < 0 || !uri_is_absolute(url) || str_find_char(url, '#') >= 0)
        return false;
    Str authority = str_from_index(url, (size_t)at + 3), scheme = str_slice(url, 0, (size_t)at);
    for (size_t i = 0; i < authority.n; i++)
        if (authority.p[i] == '/' || authority.p[i] == '?')
            authority.n = i;
    if (!authority.n || str_find_char(authority, '@') >= 0)
        return false;
    if (str_eq(scheme, S("https")))
        return true;
    return str_eq(scheme, S("http")) &&
           (str_starts(authority, S("127.0.0.1:")) || str_starts(authority, S("[::1]:")) ||
            str_starts(authority, S("localhost:")));
}

Str oidc_discovery_url(Arena *arena, const OidcProvider *provider)
{
    Str issuer = provider->issuer;
    while (issuer.n && issuer.p[issuer.n - 1] == '/')
        issuer.n--;
    return arena_fmt(arena, "%.*s/.well-known/openid-configuration", SARG(issuer));
}

static bool find_text(Cx *cx, JsonValue object, Str name, Str *ret)
{
    JsonValue value;
    if (!json_find(object, name, &value) || !json_is(value, JSON_STRING))
        return false;
    *ret = json_text(cx->arena, value);
    return true;
}

static bool array_has(JsonValue object, Str name, Str text)
{
    JsonValue list;
    if (!json_find(object, name, &list) || !json_is(list, JSON_ARRAY))
        return false;
    for (JsonIter it = json_iter(list); json_next(&it);)
        if (json_is(it.value, JSON_STRING) && json_text_is(it.value, text))
            return true;
    return false;
}

static Err no_metadata(Cx *cx, const OidcProvider *provider, const char *why)
{
    return fail(cx, ERR_UNAVAILABLE, "oidc.metadata", "%.*s: the discovery document %s",
                SARG(provider->name), why);
}

static Err find_endpoint(Cx *cx, const OidcProvider *provider, JsonValue root, Str name, Str *ret)
{
    if (!find_text(cx, root, name, ret))
        return no_metadata(cx, provider, arena_fmt(cx->arena, "has no %.*s", SARG(name)).p);
    if (!oidc_url_is_safe(*ret))
        return no_metadata(cx, provider,
                           arena_fmt(cx->arena, "has a %.*s without https", SARG(name)).p);
    return OK;
}

Err oidc_metadata_parse(Cx *cx, const OidcProvider *provider, Str json, OidcMetadata *ret)
{
    static const Str METHODS = S_INIT("token_endpoint_auth_methods_supported");
    Json doc;
    JsonValue root, value;
    Str issuer = {0};
    OidcMetadata metadata = {0};
    if (json_parse(cx, json, &doc) != OK)
        return no_metadata(cx, provider, "is no JSON");
    root = json_root(&doc);
    if (!find_text(cx, root, S("issuer"), &issuer) || !str_eq(issuer, provider->issuer))
        return no_metadata(cx, provider,
                           arena_fmt(cx->arena, "is of the issuer \"%.*s\", not \"%.*s\"",
                                     (int)MIN(issuer.n, 200), issuer.p, SARG(provider->issuer))
                               .p);
    TRY(find_endpoint(cx, provider, root, S("authorization_endpoint"),
                      &metadata.authorization_endpoint));
    TRY(find_endpoint(cx, provider, root, S("token_endpoint"), &metadata.token_endpoint));
    TRY(find_endpoint(cx, provider, root, S("jwks_uri"), &metadata.jwks_uri));
    metadata.secret_in_body = json_find(root, METHODS, &value) &&
                              !array_has(root, METHODS, S("client_secret_basic")) &&
                              array_has(root, METHODS, S("client_secret_post"));
    metadata.sends_issuer =
        json_find(root, S("authorization_response_iss_parameter_supported"), &value) &&
        json_is(value, JSON_TRUE);
    *ret = metadata;
    return OK;
}

/* ---- an attempt ---- */

static Str attempt_facts(Arena *arena, const OidcAttempt *attempt)
{
    Str next = base64url_encode(arena, attempt->next);
    return arena_fmt(arena, "%.*s.%lld.%.*s.%.*s", SARG(attempt->provider),
                     (long long)(attempt->started_us / 1000000), SARG(lang_code(attempt->lang)),
                     SARG(next));
}

Str oidc_attempt_emit(Arena *arena, const OidcAttempt *attempt)
{
    Str facts = attempt_facts(arena, attempt);
    return arena_fmt(arena, "%.*s.%.*s", SARG(attempt->secret), SARG(facts));
}

bool oidc_attempt_parse(Arena *arena, Str text, OidcAttempt *ret)
{
    OidcAttempt attempt;
    int64_t started_s;
    Str rest = text;
    attempt.secret = str_cut(&rest, '.');
    attempt.provider = str_cut(&rest, '.');
    Str started = str_cut(&rest, '.');
    Str lang = str_cut(&rest, '.');
    if (!rest.p || attempt.secret.n < 40 || attempt.secret.n > 64 || !attempt.provider.n ||
        !str_to_i64(started, &started_s) || started_s < 0 || started_s > INT64_MAX / 1000000 ||
        !lang_parse(lang, &attempt.lang) || !base64url_decode(arena, rest, &attempt.next) ||
        attempt.next.n > OIDC_NEXT_BYTES_MAX || !str_is_utf8(attempt.next))
        return false;
    attempt.started_us = started_s * 1000000;
    *ret = attempt;
    return true;
}

/* Of the attempt's secret and all its facts, for one purpose. */
static Str derived(Arena *arena, const OidcAttempt *attempt, Str purpose)
{
    unsigned char bytes[DERIVED_BYTES], key[DERIVED_BYTES];
    Str facts = attempt_facts(arena, attempt);
    Str text = arena_fmt(arena, "hanse oidc %.*s %.*s", SARG(purpose), SARG(facts));
    crypto_generichash(key, sizeof key, (const unsigned char *)attempt->secret.p, attempt->secret.n,
                       NULL, 0);
    crypto_generichash(bytes, sizeof bytes, (const unsigned char *)text.p, text.n, key, sizeof key);
    return base64url_encode(arena, (Str){(const char *)bytes, sizeof bytes});
}

Str oidc_state(Arena *arena, const OidcAttempt *attempt)
{
    return derived(arena, attempt, S("state"));
}

Str oidc_nonce(Arena *arena, const OidcAttempt *attempt)
{
    return derived(arena, attempt, S("nonce"));
}

Str oidc_pkce_verifier(Arena *arena, const OidcAttempt *attempt)
{
    return derived(arena, attempt, S("verifier"));
}

Str oidc_pkce_challenge(Arena *arena, const OidcAttempt *attempt)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    Str verifier = oidc_pkce_verifier(arena, attempt);
    crypto_hash_sha256(hash, (const unsigned char *)verifier.p, verifier.n);
    return base64url_encode(arena, (Str){(const char *)hash, sizeof hash});
}

static void put_pair(Buf *buf, char before, Str name, Str value)
{
    if (before)
        buf_char(buf, before);
    buf_put(buf, name);
    buf_char(buf, '=');
    buf_uri_component(buf, value);
}

Str oidc_authorization_url(Arena *arena, const OidcProvider *provider, const OidcMetadata *metadata,
                           const OidcAttempt *attempt)
{
    Buf url = buf_new(arena, 16 << 10);
    Str endpoint = metadata->authorization_endpoint;
    buf_put(&url, endpoint);
    put_pair(&url, str_find_char(endpoint, '?') < 0 ? '?' : '&', S("response_type"), S("code"));
    put_pair(&url, '&', S("client_id"), provider->client_id);
    put_pair(&url, '&', S("redirect_uri"), provider->redirect_uri);
    put_pair(&url, '&', S("scope"), provider->scopes);
    put_pair(&url, '&', S("state"), oidc_state(arena, attempt));
    put_pair(&url, '&', S("nonce"), oidc_nonce(arena, attempt));
    put_pair(&url, '&', S("code_challenge"), oidc_pkce_challenge(arena, attempt));
    put_pair(&url, '&', S("code_challenge_method"), S("S256"));
    put_pair(&url, '&', S("ui_locales"), lang_code(attempt->lang));
    return buf_str(&url);
}

Err oidc_callback_check(Cx *cx, const OidcProvider *provider, const OidcAttempt *attempt,
                        const OidcCallback *callback)
{
    int64_t age_us = cx_now_us(cx) - attempt->started_us;
    if (!str_eq(attempt->provider, provider->name) || !callback->state.p ||
        !same_secret(callback->state, oidc_state(cx->arena, attempt)))
        return fail(cx, ERR_DENIED, "oidc.state", "this login was not begun in this browser");
    if (age_us < 0 || age_us > OIDC_ATTEMPT_S * INT64_C(1000000))
        return fail(cx, ERR_DENIED, "oidc.late", "the login took longer than %d s", OIDC_ATTEMPT_S);
    if (callback->issuer.p && !str_eq(callback->issuer, provider->issuer))
        return fail(cx, ERR_DENIED, "oidc.issuer", "the answer is of another issuer");
    if (callback->error.p)
        return fail(cx, ERR_DENIED, "oidc.refused", "%.*s answered: %.*s", SARG(provider->name),
                    (int)MIN(callback->error.n, 100), callback->error.p);
    if (!callback->code.n || callback->code.n > OIDC_CODE_BYTES_MAX)
        return fail(cx, ERR_INVALID, "oidc.code", "the answer carries no code");
    return OK;
}

/* ---- the token ---- */

Str oidc_token_form(Arena *arena, const OidcProvider *provider, const OidcMetadata *metadata,
                    const OidcAttempt *attempt, Str code)
{
    Buf form = buf_new(arena, 32 << 10);
    put_pair(&form, 0, S("grant_type"), S("authorization_code"));
    put_pair(&form, '&', S("code"), code);
    put_pair(&form, '&', S("redirect_uri"), provider->redirect_uri);
    put_pair(&form, '&', S("code_verifier"), oidc_pkce_verifier(arena, attempt));
    if (!provider->client_secret.n || metadata->secret_in_body)
        put_pair(&form, '&', S("client_id"), provider->client_id);
    if (provider->client_secret.n && metadata->secret_in_body)
        put_pair(&form, '&', S("client_secret"), provider->client_secret);
    return buf_str(&form);
}

/* Both parts are form-encoded first (RFC 6749, 2.3.1). */
Str oidc_token_authorization(Arena *arena, const OidcProvider *provider,
                             const OidcMetadata *metadata)
{
    if (!provider->client_secret.n || metadata->secret_in_body)
        return S("");
    Buf pair = buf_new(arena, 16 << 10);
    buf_uri_component(&pair, provider->client_id);
    buf_char(&pair, ':');
    buf_uri_component(&pair, provider->client_secret);
    size_t room = sodium_base64_encoded_len(pair.n, sodium_base64_VARIANT_ORIGINAL);
    char *text = arena_alloc_bytes(arena, room, 1);
    sodium_bin2base64(text, room, (const unsigned char *)pair.p, pair.n,
                      sodium_base64_VARIANT_ORIGINAL);
    return arena_fmt(arena, "Basic %s", text);
}

Err oidc_tokens_parse(Cx *cx, Str json, OidcTokens *ret)
{
    Json doc;
    OidcTokens tokens = {.access_token = S("")};
    if (json_parse(cx, json, &doc) != OK ||
        !find_text(cx, json_root(&doc), S("id_token"), &tokens.id_token))
        return fail(cx, ERR_UNAVAILABLE, "oidc.token", "the answer holds no ID token");
    find_text(cx, json_root(&doc), S("access_token"), &tokens.access_token);
    *ret = tokens;
    return OK;
}

static Err wrong(Cx *cx, Str why)
{
    return fail(cx, ERR_DENIED, "oidc.token", "the ID token %.*s", SARG(why));
}

static Err check_audience(Cx *cx, const OidcProvider *provider, JsonValue root)
{
    JsonValue audience, party;
    bool has_party = json_find(root, S("azp"), &party);
    if (!json_find(root, S("aud"), &audience))
        return wrong(cx, S("names no audience"));
    bool ours = json_is(audience, JSON_STRING) ? json_text_is(audience, provider->client_id)
                                               : array_has(root, S("aud"), provider->client_id);
    if (!ours)
        return wrong(cx, S("is for another audience"));
    if (json_is(audience, JSON_ARRAY) && json_count(audience) > 1 && !has_party)
        return wrong(cx, S("has several audiences and names none as the authorized party"));
    if (has_party && (!json_is(party, JSON_STRING) || !json_text_is(party, provider->client_id)))
        return wrong(cx, S("was made for another party"));
    return OK;
}

/* Seconds since 1970, maybe with a fraction (RFC 7519, 2). */
static bool find_time(JsonValue root, Str name, double *ret)
{
    JsonValue value;
    return json_find(root, name, &value) && json_is(value, JSON_NUMBER) && json_f64(value, ret);
}

static Err check_times(Cx *cx, JsonValue root)
{
    double now = (double)cx_now_us(cx) / 1e6, at;
    JsonValue value;
    if (!find_time(root, S("exp"), &at))
        return wrong(cx, S("has no end"));
    if (at + OIDC_LEEWAY_S <= now)
        return wrong(cx, S("has expired"));
    if (!find_time(root, S("iat"), &at))
        return wrong(cx, S("has no time"));
    if (at - OIDC_LEEWAY_S > now)
        return wrong(cx, arena_fmt(cx->arena, "was made %.0f s in the future: check both clocks",
                                   MIN(at - now, 1e15)));
    if (!json_find(root, S("nbf"), &value))
        return OK;
    if (!find_time(root, S("nbf"), &at) || at - OIDC_LEEWAY_S > now)
        return wrong(cx, S("is not valid yet: check both clocks"));
    return OK;
}

/* The left half of the hash that goes with the signature (OpenID Connect Core, 3.1.3.6). */
static Str half_hash(Arena *arena, JwsAlgorithm algorithm, Str text)
{
    unsigned char hash[HASH_BYTES_MAX];
    bool is_long = algorithm == JWS_EDDSA;
    if (is_long)
        crypto_hash_sha512(hash, (const unsigned char *)text.p, text.n);
    else
        crypto_hash_sha256(hash, (const unsigned char *)text.p, text.n);
    return base64url_encode(arena, (Str){(const char *)hash, is_long ? 32 : 16});
}

static Err check_bindings(Cx *cx, const OidcAttempt *attempt, JwsAlgorithm algorithm,
                          const OidcTokens *tokens, JsonValue root)
{
    Str nonce, hash;
    JsonValue value;
    if (!find_text(cx, root, S("nonce"), &nonce) ||
        !same_secret(nonce, oidc_nonce(cx->arena, attempt)))
        return wrong(cx, S("is not for this login (nonce)"));
    if (!json_find(root, S("at_hash"), &value))
        return OK;
    if (!find_text(cx, root, S("at_hash"), &hash) ||
        !same_secret(hash, half_hash(cx->arena, algorithm, tokens->access_token)))
        return wrong(cx, S("does not belong to its access token (at_hash)"));
    return OK;
}

static bool is_plain(Str text)
{
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f)
            return false;
    return str_is_utf8(text);
}

/* What somebody is called: the first of what the provider tells that may be a name here. */
static Str name_of(Cx *cx, JsonValue root, Str mail)
{
    Str name, given, family;
    if (find_text(cx, root, S("given_name"), &given) &&
        find_text(cx, root, S("family_name"), &family))
        given = arena_fmt(cx->arena, "%.*s %.*s", SARG(given), SARG(family));
    else
        given = S("");
    static const Str CLAIMS[] = {S_INIT("name"), S_INIT(""), S_INIT("preferred_username")};
    for (size_t i = 0; i < COUNT_OF(CLAIMS); i++) {
        if (!CLAIMS[i].n)
            name = given;
        else if (!find_text(cx, root, CLAIMS[i], &name))
            continue;
        name = str_trim(name);
        if (person_check_name(cx, name) == OK)
            return name;
    }
    Str local = mail;
    name = str_cut(&local, '@');
    return person_check_name(cx, name) == OK ? name : S("?");
}

/* "true" as a text is what some providers say. */
static bool is_true(JsonValue root, Str name)
{
    JsonValue value;
    return json_find(root, name, &value) &&
           (json_is(value, JSON_TRUE) ||
            (json_is(value, JSON_STRING) && json_text_is(value, S("true"))));
}

static Err read_claims(Cx *cx, const OidcProvider *provider, JsonValue root, OidcClaims *ret)
{
    OidcClaims claims = {.mail = S("")};
    if (!find_text(cx, root, S("iss"), &claims.issuer) || !str_eq(claims.issuer, provider->issuer))
        return wrong(cx, S("is of another issuer"));
    if (!find_text(cx, root, S("sub"), &claims.sub) || !claims.sub.n ||
        claims.sub.n > OIDC_SUB_BYTES_MAX || !is_plain(claims.sub))
        return wrong(cx, S("does not say who it is about"));
    if (find_text(cx, root, S("email"), &claims.mail)) {
        claims.mail = str_trim(claims.mail);
        if (!person_is_mail(claims.mail))
            claims.mail = S("");
    }
    claims.mail_verified = claims.mail.n && is_true(root, S("email_verified"));
    claims.name = name_of(cx, root, claims.mail);
    *ret = claims;
    return OK;
}

Err oidc_verify(Cx *cx, const OidcProvider *provider, const OidcAttempt *attempt,
                const JwkSet *keys, const OidcTokens *tokens, OidcClaims *ret)
{
    Jws jws;
    Json doc;
    OidcClaims claims;
    if (jws_parse(cx, tokens->id_token, &jws) != OK)
        return wrong(cx, arena_fmt(cx->arena, "is not readable: %.*s", SARG(cx->error->detail)));
    const Jwk *key = jws_find_key(keys, &jws);
    if (!key)
        return fail(cx, ERR_NOT_FOUND, "oidc.key", "the provider has no key \"%.*s\"",
                    SARG(jws.kid));
    if (jws_verify(cx, &jws, key) != OK)
        return wrong(cx, arena_fmt(cx->arena, "is forged: %.*s", SARG(cx->error->detail)));
    if (json_parse(cx, jws.payload, &doc) != OK || !json_is(json_root(&doc), JSON_OBJECT))
        return wrong(cx, S("holds no JSON object"));
    JsonValue root = json_root(&doc);
    TRY(read_claims(cx, provider, root, &claims));
    TRY(check_audience(cx, provider, root));
    TRY(check_times(cx, root));
    TRY(check_bindings(cx, attempt, jws.algorithm, tokens, root));
    *ret = claims;
    return OK;
}
