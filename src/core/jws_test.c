/* The vectors of the standards, and everything that must be refused. */
#include "base/test.h"
#include "core/test_jws.h"

#include <sodium.h>

#define CLAIMS                                                                                     \
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl" \
    "fQ"
/* RFC 7515, A.2 */
#define RS256_KEY                                                                                  \
    "{\"kty\":\"RSA\",\"n\":\"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-"   \
    "Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7"  \
    "OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3q"  \
    "Co5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyu"  \
    "XpoQ\",\"e\":\"AQAB\"}"
#define RS256_TEXT                                                                                 \
    "eyJhbGciOiJSUzI1NiJ9." CLAIMS "."                                                             \
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5" \
    "jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb" \
    "1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QO" \
    "YEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
/* RFC 7515, A.3 */
#define ES256_KEY                                                                                  \
    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","     \
    "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}"
#define ES256_TEXT                                                                                 \
    "eyJhbGciOiJFUzI1NiJ9." CLAIMS "."                                                             \
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
/* RFC 7515, A.1 and A.5 */
#define HS256_TEXT                                                                                 \
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." CLAIMS                                             \
    ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define NONE_TEXT "eyJhbGciOiJub25lIn0." CLAIMS "."
/* RFC 8037, A.2 and A.4 */
#define EDDSA_KEY                                                                                  \
    "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"
#define EDDSA_TEXT                                                                                 \
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."                                    \
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"

typedef struct Fixture {
    TestCx t;
    Cx *cx;
} Fixture;

static int setup(void **state)
{
    Fixture *f = calloc(1, sizeof *f);
    assert_true(sodium_init() >= 0);
    f->cx = test_cx_init(&f->t);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    Fixture *f = *state;
    test_cx_done(&f->t);
    free(f);
    return 0;
}

static JwkSet keys(Cx *cx, const char *json)
{
    JwkSet set = {0};
    assert_ok(cx, jwk_parse(cx, str_from(json), &set));
    return set;
}

static Err check(Cx *cx, Str text, const char *key)
{
    Jws jws;
    JwkSet set = keys(cx, key);
    assert_int_equal(set.count, 1);
    TRY(jws_parse(cx, text, &jws));
    return jws_verify(cx, &jws, &set.keys[0]);
}

static void the_vectors_of_rfc_7515_and_8037_are_accepted(void **state)
{
    Cx *cx = ((Fixture *)*state)->cx;
    Jws jws;
    assert_ok(cx, check(cx, S(RS256_TEXT), RS256_KEY));
    assert_ok(cx, check(cx, S(ES256_TEXT), ES256_KEY));
    assert_ok(cx, check(cx, S(EDDSA_TEXT), EDDSA_KEY));
    assert_ok(cx, jws_parse(cx, S(EDDSA_TEXT), &jws));
    assert_str("Example of Ed25519 signing", jws.payload);
    assert_ok(cx, jws_parse(cx, S(RS256_TEXT), &jws));
    assert_str("{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}",
               jws.payload);
}

/* Each character of header, payload and signature matters, aside from one that base64url itself
 * refuses. */
static void one_changed_character_anywhere_is_refused(void **state)
{
    Cx *cx = ((Fixture *)*state)->cx;
    static const struct {
        Str text;
        const char *key;
    } VECTORS[] = {{S_INIT(RS256_TEXT), RS256_KEY},
                   {S_INIT(ES256_TEXT), ES256_KEY},
                   {S_INIT(EDDSA_TEXT), EDDSA_KEY}};
    for (size_t v = 0; v < COUNT_OF(VECTORS); v++)
        for (size_t i = 0; i < VECTORS[v].text.n; i++) {
            ArenaMark mark = arena_mark(cx->arena);
            char *text = arena_cstr(cx->arena, VECTORS[v].text);
            text[i] = text[i] == 'A' ? 'B' : 'A';
            assert_true(check(cx, str_from(text), VECTORS[v].key) != OK);
            arena_rewind(cx->arena, mark);
        }
}

static void none_and_hmac_are_refused_whatever_the_key(void **state)
{
    Cx *cx = ((Fixture *)*state)->cx;
    const char *const KEYS[] = {RS256_KEY, ES256_KEY, EDDSA_KEY};
    for (size_t i = 0; i < COUNT_OF(KEYS); i++) {
        assert_err(cx, ERR_UNSUPPORTED, "jws.algorithm", check(cx, S(HS256_TEXT), KEYS[i]));
        assert_err(cx, ERR_UNSUPPORTED, "jws.algorithm", check(cx, S(NONE_TEXT), KEYS[i]));
        Str forged = test_jws_hmac(cx->arena, str_from(KEYS[i]), S("{\"alg\":\"HS256\"}"), S("{}"));
        assert_err(cx, ERR_UNSUPPORTED, "jws.algorithm", check(cx, forged, KEYS[i]));
        /* The same under a name that is accepted. */
        forged = test_jws_hmac(cx->arena, str_from(KEYS[i]), S("{\"alg\":\"RS256\"}"), S("{}"));
        assert_true(check(cx, forged, KEYS[i]) != OK);
    }
    static const Str NAMES[] = {S_INIT("NONE"),  S_INIT("rs256"), S_INIT("RS512"), S_INIT("PS256"),
                                S_INIT("ES384"), S_INIT("HS512"), S_INIT("")};
    TestKey key = test_key_new(JWS_EDDSA, NULL);
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        Str header = arena_fmt(cx->arena, "{\"alg\":\"%.*s\"}", SARG(NAMES[i]));
        Jws jws;
        assert_err(cx, ERR_UNSUPPORTED, "jws.algorithm",
                   jws_parse(cx, test_jws_sign(cx->arena, &key, header, S("{}")), &jws));
    }
    test_key_free(&key);
}

static void the_key_decides_which_algorithm_counts(void **state)
{
    Cx *cx = ((Fixture *)*state)->cx;
    assert_err(cx, ERR_INVALID, "jws.algorithm", check(cx, S(ES256_TEXT), RS256_KEY));
    assert_err(cx, ERR_INVALID, "jws.algorithm", check(cx, S(RS256_TEXT), EDDSA_KEY));
    assert_err(cx, ERR_INVALID, "jws.algorithm", check(cx, S(EDDSA_TEXT), ES256_KEY));
    /* Rightly signed, but said to be something else. */
    TestKey key = test_key_new(JWS_ES256, NULL);
    Str text = test_jws_sign(cx->arena, &key, S("{\"alg\":\"EdDSA\"}"), S("{}"));
    assert_err(cx, ERR_INVALID, "jws.algorithm",
               check(cx, text, arena_cstr(cx->arena, test_key_jwk(cx->arena, &key))));
    test_key_free(&key);
}

static void what_is_signed_with_a_new_key_of_each_kind_is_accepted(void **state)
{
    Cx *cx = ((Fixture *)*state)->cx;
    static const Str HEADERS[] = {[JWS_RS256] = S_INIT("{\"alg\":\"RS256\",\"kid\":\"k\"}"),
                                  [JWS_ES256] = S_INIT("{\"alg\":\"ES256\",\"kid\":\"k\"}"),
                                  [JWS_EDDSA] = S_INIT("{\"alg\":\"EdDSA\",\"kid\":\"k\"}")};
    for (JwsAlgorithm a = JWS_RS256; a <= JWS_EDDSA; a++) {
        TestKey key = test_key_new(a, "k"), other = test_key_new(a, "k");
        Str text = test_jws_sign(cx->arena, &key, HEADERS[a], S("{\"a\":1}"));
        const char *own = arena_cstr(cx->arena, test_key_jwk(cx->arena, &key));
        const char *wrong = arena_cstr(cx->arena, test_key_jwk(cx->arena, &other));
        assert_ok(cx, check(cx, text, own));
        assert_err(cx, ERR_INVALID, "jws.signature", check(cx, text, wrong));
        test_key_free(&key);
        test_key_free(&other);
    }
}

static void malformed_texts_are_refused(void **state)
{
    Cx *cx = ((Fixture *)*state)->cx;
    static const Str TEXTS[] = {
        S_INIT(""),
        S_INIT("."),
        S_INIT(".."),
        S_INIT("..."),
        S_INIT("e30"),
        S_INIT("e30.e30"),
        S_INIT("e30.e30.AA"),                     /* {} names no algorithm */
        S_INIT("eyJhbGciOiJFZERTQSJ9.e30."),      /* no signature */
        S_INIT("eyJhbGciOiJFZERTQSJ9.e30.AA.AA"), /* four parts */
        S_INIT("eyJhbGciOiJFZERTQSJ9=.e30.AA"),   /* padding */
        S_INIT("eyJhbGciOiJFZERTQSJ9.e3 0.AA"),
        S_INIT("eyJhbGciOiJFZERTQSJ9.e30.A+A"),
        S_INIT("eyJhbGciOiJFZERTQSJ9.e30.AB"), /* bits that are left over */
        S_INIT("W10.e30.AA"),
        S_INIT("eyJhbGciOjF9.e30.AA"),                           /* [], a number */
        S_INIT("eyJhbGciOiJFZERTQSIsImFsZyI6Im5vbmUifQ.e30.AA"), /* alg twice */
    };
    Jws jws;
    for (size_t i = 0; i < COUNT_OF(TEXTS); i++) {
        print_message("# %.*s\n", SARG(TEXTS[i]));
        assert_err(cx, ERR_INVALID, "jws.syntax", jws_parse(cx, TEXTS[i], &jws));
    }
    TestKey key = test_key_new(JWS_EDDSA, NULL);
    Str crit = S("{\"alg\":\"EdDSA\",\"crit\":[\"b64\"],\"b64\":false}");
    assert_err(cx, ERR_UNSUPPORTED, "jws.crit",
               jws_parse(cx, test_jws_sign(cx->arena, &key, crit, S("{}")), &jws));
    test_key_free(&key);
    Str large = {arena_alloc_bytes(cx->arena, JWS_BYTES_MAX + 1, 1), JWS_BYTES_MAX + 1};
    assert_err(cx, ERR_LIMIT, "jws.size", jws_parse(cx, large, &jws));
}

/* RFC 7517, A.1, with keys beside it that are not for us. */
static void of_a_set_the_keys_that_can_be_used_are_read(void **state)
{
    Cx *cx = ((Fixture *)*state)->cx;
    JwkSet set = keys(
        cx,
        "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":"
        "\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\",\"y\":"
        "\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\",\"use\":\"enc\",\"kid\":\"1\"},"
        "{\"kty\":\"RSA\",\"n\":\"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86z"
        "wu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5"
        "w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpb"
        "ISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8aw"
        "apJzKnqDKgw\",\"e\":\"AQAB\",\"alg\":\"RS256\",\"kid\":\"2011-04-29\"},"
        "{\"kty\":\"oct\",\"k\":\"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ\",\"kid\":\"mac\"},"
        "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\",\"kid\":\"short\"},"
        "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":"
        "\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"},"
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":"
        "\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\",\"alg\":\"RS256\"},"
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":"
        "\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\",\"key_ops\":[\"sign\"]},"
        "7,null,{}]}");
    assert_int_equal(set.count, 1);
    assert_str("2011-04-29", set.keys[0].kid);
    assert_int_equal(set.keys[0].algorithm, JWS_RS256);
    /* RFC 7638, 3.1 */
    assert_str("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
               jwk_thumbprint(cx->arena, &set.keys[0]));
    /* RFC 8037, A.3 */
    set = keys(cx, EDDSA_KEY);
    assert_str("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
               jwk_thumbprint(cx->arena, &set.keys[0]));
    assert_err(cx, ERR_INVALID, "jwk.set", jwk_parse(cx, S("[]"), &set));
    assert_err(cx, ERR_INVALID, "jwk.set", jwk_parse(cx, S("{\"keys\":{}}"), &set));
    assert_err(cx, ERR_INVALID, "json.syntax", jwk_parse(cx, S("<html>"), &set));
}

static void a_point_that_is_not_on_the_curve_checks_nothing(void **state)
{
    Cx *cx = ((Fixture *)*state)->cx;
    static const char OFF[] =
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
        "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1\"}";
    JwkSet set;
    /* The last character has bits left over, so this one is no key at all. */
    assert_ok(cx, jwk_parse(cx, str_from(OFF), &set));
    assert_int_equal(set.count, 0);
    static const char OTHER[] =
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
        "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5aA\"}";
    assert_err(cx, ERR_INVALID, "jws.signature", check(cx, S(ES256_TEXT), OTHER));
}

static Jws with_kid(JwsAlgorithm algorithm, Str kid)
{
    return (Jws){.algorithm = algorithm, .kid = kid};
}

static void a_text_without_kid_takes_the_only_key_of_its_algorithm(void **state)
{
    (void)state;
    Jwk list[] = {{.algorithm = JWS_RS256, .kid = S("a")},
                  {.algorithm = JWS_ES256, .kid = S("b")},
                  {.algorithm = JWS_RS256, .kid = S("c")},
                  {.algorithm = JWS_ES256, .kid = S("c")}};
    JwkSet set = {list, 2};
    Jws jws = with_kid(JWS_RS256, S(""));
    assert_ptr_equal(jws_find_key(&set, &jws), &list[0]);
    set.count = 3;
    assert_null(jws_find_key(&set, &jws)); /* a or c? */
    jws = with_kid(JWS_RS256, S("c"));
    assert_ptr_equal(jws_find_key(&set, &jws), &list[2]);
    jws = with_kid(JWS_RS256, S("d"));
    assert_null(jws_find_key(&set, &jws));
    set.count = 4;
    jws = with_kid(JWS_ES256, S("c"));
    assert_ptr_equal(jws_find_key(&set, &jws), &list[3]);
    /* Of that name, for another algorithm: jws_verify will say so. */
    jws = with_kid(JWS_EDDSA, S("a"));
    assert_ptr_equal(jws_find_key(&set, &jws), &list[0]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_vectors_of_rfc_7515_and_8037_are_accepted),
        TEST(one_changed_character_anywhere_is_refused),
        TEST(none_and_hmac_are_refused_whatever_the_key),
        TEST(the_key_decides_which_algorithm_counts),
        TEST(what_is_signed_with_a_new_key_of_each_kind_is_accepted),
        TEST(malformed_texts_are_refused),
        TEST(of_a_set_the_keys_that_can_be_used_are_read),
        TEST(a_point_that_is_not_on_the_curve_checks_nothing),
        TEST(a_text_without_kid_takes_the_only_key_of_its_algorithm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
