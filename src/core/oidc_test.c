/* What a provider says, what comes back with the browser, and every token that must be refused. */
#include "core/oidc.h"

#include "base/test.h"
#include "core/test_jws.h"

#include <sodium.h>

#define ISSUER "https://login.example.org/realms/stadt"

typedef struct Fixture {
    TestCx t;
    Cx *cx;
    OidcProvider provider;
    OidcAttempt attempt;
    TestKey key;
    JwkSet keys;
} Fixture;

static int setup(void **state)
{
    Fixture *f = calloc(1, sizeof *f);
    assert_true(sodium_init() >= 0);
    Cx *cx = f->cx = test_cx_init(&f->t);
    f->provider =
        (OidcProvider){.name = S("stadt"),
                       .issuer = S(ISSUER),
                       .client_id = S("hanse"),
                       .client_secret = S("s3cret/&"),
                       .scopes = S("openid email profile"),
                       .redirect_uri = S("https://x.example/anmelden/oidc/stadt/zurueck")};
    f->attempt = (OidcAttempt){.provider = S("stadt"),
                               .secret = S("0123456789012345678901234567890123456789abc"),
                               .started_us = cx_now_us(cx),
                               .lang = LANG_EN,
                               .next = S("/ideen?seite=2")};
    f->key = test_key_new(JWS_EDDSA, "k1");
    Str set = arena_fmt(cx->arena, "{\"keys\":[%.*s]}", SARG(test_key_jwk(cx->arena, &f->key)));
    assert_ok(cx, jwk_parse(cx, set, &f->keys));
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    Fixture *f = *state;
    test_key_free(&f->key);
    test_cx_done(&f->t);
    free(f);
    return 0;
}

static Str metadata_text(Fixture *f, const char *issuer, const char *authorization,
                         const char *token, const char *more)
{
    return arena_fmt(f->cx->arena,
                     "{\"issuer\":\"%s\",\"authorization_endpoint\":\"%s\",\"token_endpoint\":"
                     "\"%s\",\"jwks_uri\":\"https://login.example.org/keys\"%s}",
                     issuer, authorization, token, more);
}

#define AUTHORIZE "https://login.example.org/authorize"
#define TOKEN "https://login.example.org/token"

static void a_discovery_document_is_believed_for_its_own_issuer_and_with_https_alone(void **state)
{
    Fixture *f = *state;
    Cx *cx = f->cx;
    OidcMetadata m;
    assert_str(ISSUER "/.well-known/openid-configuration",
               oidc_discovery_url(cx->arena, &f->provider));
    assert_ok(cx, oidc_metadata_parse(cx, &f->provider,
                                      metadata_text(f, ISSUER, AUTHORIZE, TOKEN, ""), &m));
    assert_str(TOKEN, m.token_endpoint);
    assert_false(m.secret_in_body);
    assert_ok(cx,
              oidc_metadata_parse(
                  cx, &f->provider,
                  metadata_text(f, ISSUER, "http://127.0.0.1:9/a", "http://[::1]:9/t", ""), &m));
    static const char *const ISSUERS[] = {ISSUER "/", "https://evil.example", ""};
    for (size_t i = 0; i < COUNT_OF(ISSUERS); i++)
        assert_err(cx, ERR_UNAVAILABLE, "oidc.metadata",
                   oidc_metadata_parse(cx, &f->provider,
                                       metadata_text(f, ISSUERS[i], AUTHORIZE, TOKEN, ""), &m));
    static const char *const UNSAFE[] = {"http://login.example.org/a",
                                         "ftp://login.example.org/a",
                                         "http://127.0.0.1.evil.example/a",
                                         "http://localhost.evil.example/a",
                                         "http://127.0.0.1:1@evil.example",
                                         "https://a@evil.example/",
                                         "https:///a",
                                         "file:///etc/passwd",
                                         "javascript:alert(1)",
                                         "https://login.example.org/a#b",
                                         "/authorize",
                                         ""};
    for (size_t i = 0; i < COUNT_OF(UNSAFE); i++) {
        print_message("# %s\n", UNSAFE[i]);
        assert_err(cx, ERR_UNAVAILABLE, "oidc.metadata",
                   oidc_metadata_parse(cx, &f->provider,
                                       metadata_text(f, ISSUER, UNSAFE[i], TOKEN, ""), &m));
        assert_err(cx, ERR_UNAVAILABLE, "oidc.metadata",
                   oidc_metadata_parse(cx, &f->provider,
                                       metadata_text(f, ISSUER, AUTHORIZE, UNSAFE[i], ""), &m));
    }
    static const char *const BROKEN[] = {"", "[]", "{}", "<html>", "null"};
    for (size_t i = 0; i < COUNT_OF(BROKEN); i++)
        assert_err(cx, ERR_UNAVAILABLE, "oidc.metadata",
                   oidc_metadata_parse(cx, &f->provider, str_from(BROKEN[i]), &m));
}

static void the_secret_goes_the_way_that_the_provider_takes(void **state)
{
    Fixture *f = *state;
    Cx *cx = f->cx;
    OidcMetadata m = {0};
    Str form = oidc_token_form(cx->arena, &f->provider, &m, &f->attempt, S("c&d"));
    assert_true(str_starts(form, S("grant_type=authorization_code&code=c%26d&redirect_uri=https")));
    assert_true(str_find(form, S("s3cret")) < 0);
    /* base64("hanse:s3cret%2F%26") */
    assert_str("Basic aGFuc2U6czNjcmV0JTJGJTI2",
               oidc_token_authorization(cx->arena, &f->provider, &m));
    assert_ok(cx, oidc_metadata_parse(cx, &f->provider,
                                      metadata_text(f, ISSUER, AUTHORIZE, TOKEN,
                                                    ",\"token_endpoint_auth_methods_supported\":"
                                                    "[\"private_key_jwt\",\"client_secret_post\"]"),
                                      &m));
    form = oidc_token_form(cx->arena, &f->provider, &m, &f->attempt, S("c"));
    assert_true(str_find(form, S("&client_secret=s3cret%2F%26")) > 0);
    assert_str("", oidc_token_authorization(cx->arena, &f->provider, &m));
    f->provider.client_secret = S("");
    m.secret_in_body = false;
    form = oidc_token_form(cx->arena, &f->provider, &m, &f->attempt, S("c"));
    assert_true(str_ends(form, S("&client_id=hanse")));
    assert_str("", oidc_token_authorization(cx->arena, &f->provider, &m));
}

static void an_attempt_survives_the_way_through_the_browser(void **state)
{
    Fixture *f = *state;
    Cx *cx = f->cx;
    OidcAttempt back;
    Str cookie = oidc_attempt_emit(cx->arena, &f->attempt);
    assert_true(oidc_attempt_parse(cx->arena, cookie, &back));
    assert_str("/ideen?seite=2", back.next);
    assert_int_equal(back.lang, LANG_EN);
    assert_str_equal(oidc_state(cx->arena, &f->attempt), oidc_state(cx->arena, &back));
    static const Str BROKEN[] = {S_INIT(""),
                                 S_INIT("a"),
                                 S_INIT("a.b.c.d.e"),
                                 S_INIT("0123456789012345678901234567890123456789abc.stadt.x.de."),
                                 S_INIT("0123456789012345678901234567890123456789abc.stadt.1.fr."),
                                 S_INIT("0123456789012345678901234567890123456789abc..1.de."),
                                 S_INIT("0123456789012345678901234567890123456789abc.s.1.de.=")};
    for (size_t i = 0; i < COUNT_OF(BROKEN); i++)
        assert_false(oidc_attempt_parse(cx->arena, BROKEN[i], &back));
}

static void state_nonce_and_verifier_differ_and_hang_on_every_fact(void **state)
{
    Fixture *f = *state;
    Arena *arena = f->cx->arena;
    Str own = oidc_state(arena, &f->attempt);
    assert_int_equal(own.n, 43); /* RFC 7636, 4.1 wants 43 to 128 for the verifier */
    assert_false(str_eq(own, oidc_nonce(arena, &f->attempt)));
    assert_false(str_eq(own, oidc_pkce_verifier(arena, &f->attempt)));
    OidcAttempt other[5];
    for (size_t i = 0; i < COUNT_OF(other); i++)
        other[i] = f->attempt;
    other[0].provider = S("land");
    other[1].started_us += 1000000;
    other[2].lang = LANG_DE;
    other[3].next = S("/");
    other[4].secret = S("X123456789012345678901234567890123456789abc");
    for (size_t i = 0; i < COUNT_OF(other); i++)
        assert_false(str_eq(own, oidc_state(arena, &other[i])));
}

static void the_browser_is_sent_with_all_that_the_flow_needs(void **state)
{
    Fixture *f = *state;
    Arena *arena = f->cx->arena;
    OidcMetadata m = {.authorization_endpoint = S(AUTHORIZE "?kc=1")};
    Str url = oidc_authorization_url(arena, &f->provider, &m, &f->attempt);
    assert_true(str_starts(url, S(AUTHORIZE "?kc=1&response_type=code&client_id=hanse&redirect_uri="
                                            "https%3A%2F%2Fx.example%2Fanmelden%2Foidc%2Fstadt%2F"
                                            "zurueck&scope=openid%20email%20profile&state=")));
    assert_true(str_find(url, S("&code_challenge_method=S256")) > 0);
    assert_true(str_find(url, oidc_pkce_challenge(arena, &f->attempt)) > 0);
    assert_true(str_find(url, oidc_pkce_verifier(arena, &f->attempt)) < 0);
    assert_true(str_find(url, f->attempt.secret) < 0);
    m.authorization_endpoint = S(AUTHORIZE);
    assert_true(str_starts(oidc_authorization_url(arena, &f->provider, &m, &f->attempt),
                           S(AUTHORIZE "?response_type=")));
}

static void a_callback_counts_in_the_browser_that_began_and_in_its_time(void **state)
{
    Fixture *f = *state;
    Cx *cx = f->cx;
    OidcCallback right = {.code = S("c"), .state = oidc_state(cx->arena, &f->attempt)}, call;
    OidcProvider other = f->provider;
    assert_ok(cx, oidc_callback_check(cx, &f->provider, &f->attempt, &right));
    call = right;
    call.state = oidc_nonce(cx->arena, &f->attempt);
    assert_err(cx, ERR_DENIED, "oidc.state",
               oidc_callback_check(cx, &f->provider, &f->attempt, &call));
    call.state = (Str){0};
    assert_err(cx, ERR_DENIED, "oidc.state",
               oidc_callback_check(cx, &f->provider, &f->attempt, &call));
    other.name = S("land");
    assert_err(cx, ERR_DENIED, "oidc.state", oidc_callback_check(cx, &other, &f->attempt, &right));
    call = right;
    call.issuer = S(ISSUER);
    assert_ok(cx, oidc_callback_check(cx, &f->provider, &f->attempt, &call));
    call.issuer = S("https://evil.example");
    assert_err(cx, ERR_DENIED, "oidc.issuer",
               oidc_callback_check(cx, &f->provider, &f->attempt, &call));
    call = right;
    call.error = S("access_denied");
    assert_err(cx, ERR_DENIED, "oidc.refused",
               oidc_callback_check(cx, &f->provider, &f->attempt, &call));
    /* Whoever only says no, without the state, is not heard. */
    call.state = S("x");
    assert_err(cx, ERR_DENIED, "oidc.state",
               oidc_callback_check(cx, &f->provider, &f->attempt, &call));
    call = right;
    call.code = S("");
    assert_err(cx, ERR_INVALID, "oidc.code",
               oidc_callback_check(cx, &f->provider, &f->attempt, &call));
    f->t.clock = clock_fixed(f->attempt.started_us + OIDC_ATTEMPT_S * INT64_C(1000000));
    assert_ok(cx, oidc_callback_check(cx, &f->provider, &f->attempt, &right));
    f->t.clock.fixed_us += 1000000;
    assert_err(cx, ERR_DENIED, "oidc.late",
               oidc_callback_check(cx, &f->provider, &f->attempt, &right));
}

/* ---- tokens ---- */

/* The claims of a right token, one of them replaced, left out (value NULL) or added. */
static Str claims_text(Fixture *f, const char *name, const char *value)
{
    Cx *cx = f->cx;
    long long now = (long long)(cx_now_us(cx) / 1000000);
    Str nonce = oidc_nonce(cx->arena, &f->attempt);
    const struct {
        const char *name;
        Str value;
    } CLAIMS[] = {
        {"iss", S("\"" ISSUER "\"")},
        {"sub", S("\"f1f2\"")},
        {"aud", S("\"hanse\"")},
        {"exp", arena_fmt(cx->arena, "%lld", now + 300)},
        {"iat", arena_fmt(cx->arena, "%lld", now)},
        {"nonce", arena_fmt(cx->arena, "\"%.*s\"", SARG(nonce))},
        {"email", S("\"ada@example.org\"")},
        {"email_verified", S("true")},
        {"name", S("\"Ada Lovelace\"")},
    };
    Buf json = buf_new(cx->arena, 8192);
    bool replaced = false;
    for (size_t i = 0; i < COUNT_OF(CLAIMS); i++) {
        bool this = name && strcmp(CLAIMS[i].name, name) == 0;
        replaced |= this;
        if (this && !value)
            continue;
        Str v = this ? str_from(value) : CLAIMS[i].value;
        buf_fmt(&json, "%s\"%s\":%.*s", json.n ? "," : "{", CLAIMS[i].name, SARG(v));
    }
    if (name && !replaced)
        buf_fmt(&json, ",\"%s\":%s", name, value);
    buf_char(&json, '}');
    return buf_str(&json);
}

#define HEADER S("{\"alg\":\"EdDSA\",\"kid\":\"k1\"}")

static Err verify(Fixture *f, Str header, Str claims, OidcClaims *ret)
{
    OidcTokens tokens = {.id_token = test_jws_sign(f->cx->arena, &f->key, header, claims),
                         .access_token = S("access")};
    return oidc_verify(f->cx, &f->provider, &f->attempt, &f->keys, &tokens, ret);
}

static void a_right_token_says_who_somebody_is(void **state)
{
    Fixture *f = *state;
    OidcClaims claims;
    assert_ok(f->cx, verify(f, HEADER, claims_text(f, NULL, NULL), &claims));
    assert_str("f1f2", claims.sub);
    assert_str("Ada Lovelace", claims.name);
    assert_str("ada@example.org", claims.mail);
    assert_true(claims.mail_verified);
    /* Without a kid: there is one key of that kind. */
    assert_ok(f->cx, verify(f, S("{\"alg\":\"EdDSA\"}"), claims_text(f, NULL, NULL), &claims));
}

static void a_key_that_is_not_there_may_be_a_new_one(void **state)
{
    Fixture *f = *state;
    OidcClaims claims;
    assert_err(
        f->cx, ERR_NOT_FOUND, "oidc.key",
        verify(f, S("{\"alg\":\"EdDSA\",\"kid\":\"k2\"}"), claims_text(f, NULL, NULL), &claims));
}

static const char *at(Fixture *f, int64_t seconds)
{
    return arena_fmt(f->cx->arena, "%lld", (long long)(cx_now_us(f->cx) / 1000000 + seconds)).p;
}

static void a_token_that_is_wrong_in_one_claim_is_refused(void **state)
{
    Fixture *f = *state;
    Cx *cx = f->cx;
    const struct {
        const char *name, *value;
    } WRONG[] = {
        {"iss", NULL},
        {"iss", "\"https://evil.example\""},
        {"iss", "\"" ISSUER "/\""},
        {"iss", "[\"" ISSUER "\"]"},
        {"sub", NULL},
        {"sub", "\"\""},
        {"sub", "7"},
        {"sub", "\"a\\u0000b\""},
        {"aud", NULL},
        {"aud", "\"other\""},
        {"aud", "[]"},
        {"aud", "[\"other\"]"},
        {"aud", "[\"hanse\",\"other\"]"},
        {"aud", "\"hanse2\""},
        {"azp", "\"other\""},
        {"azp", "[\"hanse\"]"},
        {"exp", NULL},
        {"exp", "\"9999999999\""},
        {"exp", at(f, -60)},
        {"exp", at(f, -3600)},
        {"exp", "-1e300"},
        {"iat", NULL},
        {"iat", at(f, 61)},
        {"iat", at(f, 3600)},
        {"nbf", at(f, 61)},
        {"nbf", "\"0\""},
        {"nonce", NULL},
        {"nonce", "\"\""},
        {"nonce", "\"other\""},
        {"at_hash", "\"AAAAAAAAAAAAAAAAAAAAAA\""},
        {"at_hash", "null"},
    };
    for (size_t i = 0; i < COUNT_OF(WRONG); i++) {
        OidcClaims claims = {.sub = S("untouched")};
        print_message("# %s: %s\n", WRONG[i].name, WRONG[i].value ? WRONG[i].value : "missing");
        assert_err(cx, ERR_DENIED, "oidc.token",
                   verify(f, HEADER, claims_text(f, WRONG[i].name, WRONG[i].value), &claims));
        assert_str("untouched", claims.sub);
    }
    static const Str BODIES[] = {S_INIT("[]"), S_INIT("7"), S_INIT("{"), S_INIT("")};
    for (size_t i = 0; i < COUNT_OF(BODIES); i++) {
        OidcClaims claims;
        assert_err(cx, ERR_DENIED, "oidc.token", verify(f, HEADER, BODIES[i], &claims));
    }
}

static void clocks_may_differ_by_a_minute(void **state)
{
    Fixture *f = *state;
    const struct {
        const char *name, *value;
    } RIGHT[] = {{"exp", at(f, -59)},
                 {"iat", at(f, 60)},
                 {"iat", at(f, -86400)},
                 {"nbf", at(f, 60)},
                 {"exp", arena_fmt(f->cx->arena, "%s.5", at(f, -60)).p},
                 {"aud", "[\"hanse\"]"},
                 {"azp", "\"hanse\""}};
    for (size_t i = 0; i < COUNT_OF(RIGHT); i++) {
        OidcClaims claims;
        print_message("# %s: %s\n", RIGHT[i].name, RIGHT[i].value);
        assert_ok(f->cx, verify(f, HEADER, claims_text(f, RIGHT[i].name, RIGHT[i].value), &claims));
    }
}

static void forged_tokens_are_refused(void **state)
{
    Fixture *f = *state;
    Cx *cx = f->cx;
    OidcClaims claims;
    Str text = claims_text(f, NULL, NULL);
    Str h = base64url_encode(cx->arena, S("{\"alg\":\"none\"}"));
    Str p = base64url_encode(cx->arena, text);
    TestKey other = test_key_new(JWS_EDDSA, "k1");
    Str jwk = test_key_jwk(cx->arena, &f->key);
    const Str TEXTS[] = {
        arena_fmt(cx->arena, "%.*s.%.*s.", SARG(h), SARG(p)),
        test_jws_hmac(cx->arena, jwk, S("{\"alg\":\"HS256\",\"kid\":\"k1\"}"), text),
        test_jws_hmac(cx->arena, jwk, S("{\"alg\":\"RS256\",\"kid\":\"k1\"}"), text),
        test_jws_sign(cx->arena, &other, HEADER, text),
    };
    for (size_t i = 0; i < COUNT_OF(TEXTS); i++) {
        OidcTokens tokens = {.id_token = TEXTS[i], .access_token = S("")};
        assert_err(cx, ERR_DENIED, "oidc.token",
                   oidc_verify(cx, &f->provider, &f->attempt, &f->keys, &tokens, &claims));
    }
    test_key_free(&other);
}

/* RFC 7515's algorithms and their hashes: SHA-256, for Ed25519 SHA-512. */
static void the_access_token_is_bound_by_its_hash(void **state)
{
    Fixture *f = *state;
    Cx *cx = f->cx;
    OidcClaims claims;
    unsigned char hash[crypto_hash_sha512_BYTES];
    crypto_hash_sha512(hash, (const unsigned char *)"access", 6);
    Str half = base64url_encode(cx->arena, (Str){(const char *)hash, 32});
    Str value = arena_fmt(cx->arena, "\"%.*s\"", SARG(half));
    assert_ok(cx, verify(f, HEADER, claims_text(f, "at_hash", value.p), &claims));
    test_key_free(&f->key);
    f->key = test_key_new(JWS_ES256, "k1");
    assert_ok(cx, jwk_parse(cx, test_key_jwk(cx->arena, &f->key), &f->keys));
    assert_err(cx, ERR_DENIED, "oidc.token",
               verify(f, S("{\"alg\":\"ES256\"}"), claims_text(f, "at_hash", value.p), &claims));
    crypto_hash_sha256(hash, (const unsigned char *)"access", 6);
    half = base64url_encode(cx->arena, (Str){(const char *)hash, 16});
    value = arena_fmt(cx->arena, "\"%.*s\"", SARG(half));
    assert_ok(cx, verify(f, S("{\"alg\":\"ES256\"}"), claims_text(f, "at_hash", value.p), &claims));
}

static void only_a_mail_address_that_was_checked_counts_as_such(void **state)
{
    Fixture *f = *state;
    const struct {
        const char *name, *value;
        bool mail, verified;
    } CASES[] = {{"email_verified", "false", true, false},
                 {"email_verified", NULL, true, false},
                 {"email_verified", "1", true, false},
                 {"email_verified", "\"true\"", true, true},
                 {"email", NULL, false, false},
                 {"email", "\"no address\"", false, false},
                 {"email", "[\"a@b\"]", false, false},
                 {"email", "\"a@b\\nBcc: c@d\"", false, false}};
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        OidcClaims claims;
        assert_ok(f->cx, verify(f, HEADER, claims_text(f, CASES[i].name, CASES[i].value), &claims));
        assert_int_equal(claims.mail.n > 0, CASES[i].mail);
        assert_int_equal(claims.mail_verified, CASES[i].verified);
    }
}

static void a_name_is_what_can_stand_in_a_line(void **state)
{
    Fixture *f = *state;
    OidcClaims claims;
    assert_ok(f->cx, verify(f, HEADER, claims_text(f, "name", NULL), &claims));
    assert_str("ada", claims.name);
    assert_ok(f->cx, verify(f, HEADER, claims_text(f, "name", "\"A\\nB\""), &claims));
    assert_str("ada", claims.name);
    assert_ok(f->cx, verify(f, HEADER, claims_text(f, "name", "\"  \""), &claims));
    assert_str("ada", claims.name);
    assert_ok(
        f->cx,
        verify(f, HEADER, claims_text(f, "name", "\" \",\"preferred_username\":\"al\""), &claims));
    assert_str("al", claims.name);
    assert_ok(f->cx,
              verify(f, HEADER,
                     claims_text(f, "name", "7,\"given_name\":\"Ada\",\"family_name\":\"King\""),
                     &claims));
    assert_str("Ada King", claims.name);
}

static void an_answer_without_an_id_token_is_none(void **state)
{
    Fixture *f = *state;
    Cx *cx = f->cx;
    OidcTokens tokens;
    assert_ok(cx, oidc_tokens_parse(cx, S("{\"id_token\":\"a.b.c\"}"), &tokens));
    assert_str("", tokens.access_token);
    static const Str BROKEN[] = {S_INIT(""), S_INIT("{}"), S_INIT("{\"id_token\":7}"), S_INIT("["),
                                 S_INIT("access_token=x")};
    for (size_t i = 0; i < COUNT_OF(BROKEN); i++)
        assert_err(cx, ERR_UNAVAILABLE, "oidc.token", oidc_tokens_parse(cx, BROKEN[i], &tokens));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_discovery_document_is_believed_for_its_own_issuer_and_with_https_alone),
        TEST(the_secret_goes_the_way_that_the_provider_takes),
        TEST(an_attempt_survives_the_way_through_the_browser),
        TEST(state_nonce_and_verifier_differ_and_hang_on_every_fact),
        TEST(the_browser_is_sent_with_all_that_the_flow_needs),
        TEST(a_callback_counts_in_the_browser_that_began_and_in_its_time),
        TEST(a_right_token_says_who_somebody_is),
        TEST(a_key_that_is_not_there_may_be_a_new_one),
        TEST(a_token_that_is_wrong_in_one_claim_is_refused),
        TEST(clocks_may_differ_by_a_minute),
        TEST(forged_tokens_are_refused),
        TEST(the_access_token_is_bound_by_its_hash),
        TEST(only_a_mail_address_that_was_checked_counts_as_such),
        TEST(a_name_is_what_can_stand_in_a_line),
        TEST(an_answer_without_an_id_token_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
