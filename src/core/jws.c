#include "core/jws.h"

#include "base/str.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <sodium.h>

enum { P256_BYTES = 32, ED25519_BYTES = 32, ED25519_SIGNATURE_BYTES = 64, EXPONENT_BYTES_MAX = 8 };

static const Str ALGORITHMS[] = {
    [JWS_RS256] = S_INIT("RS256"), [JWS_ES256] = S_INIT("ES256"), [JWS_EDDSA] = S_INIT("EdDSA")};

static bool algorithm_parse(Str name, JwsAlgorithm *ret)
{
    for (size_t i = 0; i < COUNT_OF(ALGORITHMS); i++)
        if (str_eq(name, ALGORITHMS[i])) {
            *ret = (JwsAlgorithm)i;
            return true;
        }
    return false;
}

bool base64url_decode(Arena *arena, Str text, Str *ret)
{
    size_t room = text.n / 4 * 3 + 3, n = 0;
    unsigned char *bytes = arena_alloc_bytes(arena, room, 1);
    if (text.n && sodium_base642bin(bytes, room, text.p, text.n, NULL, &n, NULL,
                                    sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return false;
    *ret = (Str){(const char *)bytes, n};
    return true;
}

Str base64url_encode(Arena *arena, Str bytes)
{
    size_t room = sodium_base64_encoded_len(bytes.n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *text = arena_alloc_bytes(arena, room, 1);
    sodium_bin2base64(text, room, (const unsigned char *)bytes.p, bytes.n,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return (Str){text, room - 1};
}

/* ---- keys ---- */

static bool find_text(Cx *cx, JsonValue object, Str name, Str *ret)
{
    JsonValue value;
    if (!json_find(object, name, &value) || !json_is(value, JSON_STRING))
        return false;
    *ret = json_text(cx->arena, value);
    return true;
}

static bool find_bytes(Cx *cx, JsonValue object, Str name, Str *ret)
{
    Str text;
    return find_text(cx, object, name, &text) && base64url_decode(cx->arena, text, ret);
}

/* Whether the key is for checking signatures, as far as it says. */
static bool is_for_signatures(Cx *cx, JsonValue object)
{
    Str use;
    JsonValue ops;
    if (find_text(cx, object, S("use"), &use) && !str_eq(use, S("sig")))
        return false;
    if (!json_find(object, S("key_ops"), &ops))
        return true;
    if (json_is(ops, JSON_ARRAY))
        for (JsonIter it = json_iter(ops); json_next(&it);)
            if (json_is(it.value, JSON_STRING) && json_text_is(it.value, S("verify")))
                return true;
    return false;
}

static size_t bits_of(Str number)
{
    size_t i = 0;
    while (i < number.n && number.p[i] == 0)
        i++;
    if (i == number.n)
        return 0;
    size_t bits = (number.n - i - 1) * 8;
    for (unsigned first = (unsigned char)number.p[i]; first; first >>= 1)
        bits++;
    return bits;
}

static bool read_rsa(Cx *cx, JsonValue object, Jwk *key)
{
    key->algorithm = JWS_RS256;
    return find_bytes(cx, object, S("n"), &key->n) && find_bytes(cx, object, S("e"), &key->e) &&
           bits_of(key->n) >= JWK_RSA_BITS_MIN && bits_of(key->n) <= JWK_RSA_BITS_MAX &&
           bits_of(key->e) > 1 && key->e.n <= EXPONENT_BYTES_MAX && (key->e.p[key->e.n - 1] & 1);
}

static bool read_ec(Cx *cx, JsonValue object, Jwk *key)
{
    Str curve;
    key->algorithm = JWS_ES256;
    return find_text(cx, object, S("crv"), &curve) && str_eq(curve, S("P-256")) &&
           find_bytes(cx, object, S("x"), &key->x) && key->x.n == P256_BYTES &&
           find_bytes(cx, object, S("y"), &key->y) && key->y.n == P256_BYTES;
}

static bool read_okp(Cx *cx, JsonValue object, Jwk *key)
{
    Str curve;
    key->algorithm = JWS_EDDSA;
    return find_text(cx, object, S("crv"), &curve) && str_eq(curve, S("Ed25519")) &&
           find_bytes(cx, object, S("x"), &key->x) && key->x.n == ED25519_BYTES;
}

static bool read_key(Cx *cx, JsonValue object, Jwk *ret)
{
    Jwk key = {.kid = S("")};
    Str kind, algorithm;
    if (!json_is(object, JSON_OBJECT) || !find_text(cx, object, S("kty"), &kind) ||
        !is_for_signatures(cx, object))
        return false;
    bool read = str_eq(kind, S("RSA"))   ? read_rsa(cx, object, &key)
                : str_eq(kind, S("EC"))  ? read_ec(cx, object, &key)
                : str_eq(kind, S("OKP")) ? read_okp(cx, object, &key)
                                         : false;
    if (!read || (find_text(cx, object, S("alg"), &algorithm) &&
                  !str_eq(algorithm, ALGORITHMS[key.algorithm])))
        return false;
    if (find_text(cx, object, S("kid"), &key.kid) && key.kid.n > JWK_KID_BYTES_MAX)
        return false;
    *ret = key;
    return true;
}

Err jwk_parse(Cx *cx, Str json, JwkSet *ret)
{
    Json doc;
    JsonValue list;
    TRY(json_parse(cx, json, &doc));
    JsonValue root = json_root(&doc);
    if (!json_is(root, JSON_OBJECT))
        return fail(cx, ERR_INVALID, "jwk.set", "a key set is a JSON object");
    bool is_set = json_find(root, S("keys"), &list);
    if (is_set && !json_is(list, JSON_ARRAY))
        return fail(cx, ERR_INVALID, "jwk.set", "\"keys\" is an array");
    size_t count = is_set ? json_count(list) : 1;
    if (count > JWK_COUNT_MAX)
        return fail(cx, ERR_LIMIT, "jwk.count", "%zu keys; at most %d are read", count,
                    JWK_COUNT_MAX);
    JwkSet set = {.keys = arena_array(cx->arena, Jwk, count)};
    if (!is_set)
        set.count = read_key(cx, root, &set.keys[0]);
    else
        for (JsonIter it = json_iter(list); json_next(&it);)
            set.count += read_key(cx, it.value, &set.keys[set.count]);
    *ret = set;
    return OK;
}

/* Members in the order of their names, without blanks (RFC 7638, 3.2; RFC 8037, appendix A.3). */
Str jwk_thumbprint(Arena *arena, const Jwk *key)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    Str x = base64url_encode(arena, key->x), y = base64url_encode(arena, key->y);
    Str n = base64url_encode(arena, key->n), e = base64url_encode(arena, key->e);
    Str text = {0};
    switch (key->algorithm) {
    case JWS_RS256:
        text =
            arena_fmt(arena, "{\"e\":\"%.*s\",\"kty\":\"RSA\",\"n\":\"%.*s\"}", SARG(e), SARG(n));
        break;
    case JWS_ES256:
        text = arena_fmt(arena, "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%.*s\",\"y\":\"%.*s\"}",
                         SARG(x), SARG(y));
        break;
    case JWS_EDDSA:
        text = arena_fmt(arena, "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"%.*s\"}", SARG(x));
        break;
    }
    crypto_hash_sha256(hash, (const unsigned char *)text.p, text.n);
    return base64url_encode(arena, (Str){(const char *)hash, sizeof hash});
}

/* ---- signed texts ---- */

static Err syntax(Cx *cx, const char *what)
{
    return fail(cx, ERR_INVALID, "jws.syntax", "no JWS in compact form: %s", what);
}

static Err read_header(Cx *cx, Str text, Jws *jws)
{
    Str json, name;
    Json doc;
    JsonValue crit;
    if (!base64url_decode(cx->arena, text, &json) || json.n == 0)
        return syntax(cx, "its header is no base64url");
    if (json_parse(cx, json, &doc) != OK || !json_is(json_root(&doc), JSON_OBJECT))
        return syntax(cx, "its header is no JSON object");
    JsonValue root = json_root(&doc);
    if (!find_text(cx, root, S("alg"), &name))
        return syntax(cx, "its header names no algorithm");
    if (!algorithm_parse(name, &jws->algorithm))
        return fail(cx, ERR_UNSUPPORTED, "jws.algorithm",
                    "signed by \"%.*s\"; RS256, ES256 and EdDSA are accepted", (int)MIN(name.n, 40),
                    name.p);
    if (json_find(root, S("crit"), &crit))
        return fail(cx, ERR_UNSUPPORTED, "jws.crit", "the header has critical members");
    jws->kid = S("");
    if (find_text(cx, root, S("kid"), &jws->kid) && jws->kid.n > JWK_KID_BYTES_MAX)
        return syntax(cx, "its kid is too long");
    return OK;
}

Err jws_parse(Cx *cx, Str compact, Jws *ret)
{
    Jws jws = {0};
    if (compact.n > JWS_BYTES_MAX)
        return fail(cx, ERR_LIMIT, "jws.size", "%zu bytes; at most %d are read", compact.n,
                    JWS_BYTES_MAX);
    Str rest = compact, header = str_cut(&rest, '.');
    if (!rest.p)
        return syntax(cx, "it has no parts");
    Str payload = str_cut(&rest, '.');
    if (!rest.p || str_find_char(rest, '.') >= 0)
        return syntax(cx, "it has not three parts");
    TRY(read_header(cx, header, &jws));
    if (!base64url_decode(cx->arena, payload, &jws.payload))
        return syntax(cx, "its payload is no base64url");
    if (!base64url_decode(cx->arena, rest, &jws.signature) || jws.signature.n == 0)
        return syntax(cx, "its signature is no base64url");
    jws.signed_text = str_slice(compact, 0, header.n + 1 + payload.n);
    *ret = jws;
    return OK;
}

const Jwk *jws_find_key(const JwkSet *set, const Jws *jws)
{
    const Jwk *found = NULL;
    for (size_t i = 0; i < set->count; i++) {
        const Jwk *key = &set->keys[i];
        if (jws->kid.n ? !str_eq(key->kid, jws->kid) : key->algorithm != jws->algorithm)
            continue;
        if (jws->kid.n && key->algorithm == jws->algorithm)
            return key;
        if (!jws->kid.n && found)
            return NULL; /* several could be meant */
        found = key;
    }
    return found;
}

/* ---- OpenSSL ---- */

static EVP_PKEY *from_parameters(const char *type, OSSL_PARAM_BLD *build)
{
    EVP_PKEY *pkey = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    if (context && params && EVP_PKEY_fromdata_init(context) == 1 &&
        EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
        pkey = NULL;
    OSSL_PARAM_free(params);
    EVP_PKEY_CTX_free(context);
    return pkey;
}

static BIGNUM *number_of(Str bytes)
{
    return BN_bin2bn((const unsigned char *)bytes.p, (int)bytes.n, NULL);
}

static EVP_PKEY *rsa_of(const Jwk *key)
{
    EVP_PKEY *pkey = NULL;
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    BIGNUM *n = number_of(key->n), *e = number_of(key->e);
    if (build && n && e && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e))
        pkey = from_parameters("RSA", build);
    OSSL_PARAM_BLD_free(build);
    BN_free(n);
    BN_free(e);
    return pkey;
}

/* Points that do not lie on the curve give no key. */
static EVP_PKEY *ec_of(const Jwk *key)
{
    unsigned char point[1 + 2 * P256_BYTES] = {POINT_CONVERSION_UNCOMPRESSED};
    EVP_PKEY *pkey = NULL;
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    memcpy(point + 1, key->x.p, P256_BYTES);
    memcpy(point + 1 + P256_BYTES, key->y.p, P256_BYTES);
    if (build &&
        OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) &&
        OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point))
        pkey = from_parameters("EC", build);
    OSSL_PARAM_BLD_free(build);
    return pkey;
}

static EVP_PKEY *pkey_of(const Jwk *key)
{
    switch (key->algorithm) {
    case JWS_RS256:
        return rsa_of(key);
    case JWS_ES256:
        return ec_of(key);
    case JWS_EDDSA:
        return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, (const unsigned char *)key->x.p,
                                           key->x.n);
    }
    return NULL;
}

/* The two numbers side by side (RFC 7518, 3.4) become the sequence that OpenSSL reads. */
static bool ecdsa_signature(Arena *arena, Str sides, Str *ret)
{
    unsigned char *der = NULL;
    if (sides.n != 2 * P256_BYTES)
        return false;
    ECDSA_SIG *signature = ECDSA_SIG_new();
    BIGNUM *r = number_of(str_slice(sides, 0, P256_BYTES));
    BIGNUM *s = number_of(str_from_index(sides, P256_BYTES));
    if (!signature || !r || !s || !ECDSA_SIG_set0(signature, r, s)) {
        ECDSA_SIG_free(signature);
        BN_free(r);
        BN_free(s);
        return false;
    }
    int n = i2d_ECDSA_SIG(signature, &der);
    if (n > 0)
        *ret = arena_copy(arena, (Str){(const char *)der, (size_t)n});
    OPENSSL_free(der);
    ECDSA_SIG_free(signature);
    return n > 0;
}

static bool is_signed(Arena *arena, const Jws *jws, EVP_PKEY *pkey)
{
    Str signature = jws->signature;
    bool whole = jws->algorithm == JWS_EDDSA; /* hashes by itself */
    if (jws->algorithm == JWS_ES256 && !ecdsa_signature(arena, signature, &signature))
        return false;
    if (jws->algorithm == JWS_EDDSA && signature.n != ED25519_SIGNATURE_BYTES)
        return false;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool right =
        context &&
        EVP_DigestVerifyInit(context, NULL, whole ? NULL : EVP_sha256(), NULL, pkey) == 1 &&
        EVP_DigestVerify(context, (const unsigned char *)signature.p, signature.n,
                         (const unsigned char *)jws->signed_text.p, jws->signed_text.n) == 1;
    EVP_MD_CTX_free(context);
    return right;
}

Err jws_verify(Cx *cx, const Jws *jws, const Jwk *key)
{
    if (jws->algorithm != key->algorithm)
        return fail(cx, ERR_INVALID, "jws.algorithm", "signed by %.*s with a key for %.*s",
                    SARG(ALGORITHMS[jws->algorithm]), SARG(ALGORITHMS[key->algorithm]));
    EVP_PKEY *pkey = pkey_of(key);
    bool right = pkey && is_signed(cx->arena, jws, pkey);
    EVP_PKEY_free(pkey);
    if (!right)
        return fail(cx, ERR_INVALID, "jws.signature", "the signature is not of this key");
    return OK;
}
