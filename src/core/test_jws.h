/* For tests only: keys of one's own, and texts signed with them. */
#ifndef HANSE_CORE_TEST_JWS_H
#define HANSE_CORE_TEST_JWS_H

#include "base/str.h"
#include "core/jws.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

typedef struct TestKey {
    JwsAlgorithm algorithm;
    EVP_PKEY *pkey;
    const char *kid; /* NULL: its JWK has none */
} TestKey;

static inline UNUSED TestKey test_key_new(JwsAlgorithm algorithm, const char *kid)
{
    TestKey key = {.algorithm = algorithm, .kid = kid};
    key.pkey = algorithm == JWS_RS256   ? EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048)
               : algorithm == JWS_ES256 ? EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256")
                                        : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    ASSERT(key.pkey);
    return key;
}

static inline UNUSED void test_key_free(TestKey *key)
{
    EVP_PKEY_free(key->pkey);
}

static inline Str test_key_number(Arena *arena, EVP_PKEY *pkey, const char *name, int width)
{
    BIGNUM *number = NULL;
    ASSERT(EVP_PKEY_get_bn_param(pkey, name, &number) == 1);
    int n = width ? width : BN_num_bytes(number);
    unsigned char *bytes = arena_alloc_bytes(arena, (size_t)n, 1);
    ASSERT(BN_bn2binpad(number, bytes, n) == n);
    BN_free(number);
    return base64url_encode(arena, (Str){(const char *)bytes, (size_t)n});
}

/* The public key as a JWK. */
static inline UNUSED Str test_key_jwk(Arena *arena, const TestKey *key)
{
    unsigned char raw[32];
    size_t raw_n = sizeof raw;
    Str kid = key->kid ? arena_fmt(arena, ",\"kid\":\"%s\"", key->kid) : S("");
    if (key->algorithm == JWS_RS256) {
        Str n = test_key_number(arena, key->pkey, OSSL_PKEY_PARAM_RSA_N, 0);
        Str e = test_key_number(arena, key->pkey, OSSL_PKEY_PARAM_RSA_E, 0);
        return arena_fmt(arena,
                         "{\"kty\":\"RSA\",\"use\":\"sig\",\"alg\":\"RS256\",\"n\":\"%.*s\","
                         "\"e\":\"%.*s\"%.*s}",
                         SARG(n), SARG(e), SARG(kid));
    }
    if (key->algorithm == JWS_ES256) {
        Str x = test_key_number(arena, key->pkey, OSSL_PKEY_PARAM_EC_PUB_X, 32);
        Str y = test_key_number(arena, key->pkey, OSSL_PKEY_PARAM_EC_PUB_Y, 32);
        return arena_fmt(arena,
                         "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%.*s\",\"y\":\"%.*s\"%.*s}",
                         SARG(x), SARG(y), SARG(kid));
    }
    ASSERT(EVP_PKEY_get_raw_public_key(key->pkey, raw, &raw_n) == 1);
    Str x = base64url_encode(arena, (Str){(const char *)raw, raw_n});
    return arena_fmt(arena, "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"%.*s\"%.*s}", SARG(x),
                     SARG(kid));
}

static inline Str test_ecdsa_sides(Arena *arena, const unsigned char *der, size_t n)
{
    unsigned char sides[64];
    const unsigned char *at = der;
    ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &at, (long)n);
    ASSERT(signature && BN_bn2binpad(ECDSA_SIG_get0_r(signature), sides, 32) == 32 &&
           BN_bn2binpad(ECDSA_SIG_get0_s(signature), sides + 32, 32) == 32);
    ECDSA_SIG_free(signature);
    return arena_copy(arena, (Str){(const char *)sides, sizeof sides});
}

/* header and payload are JSON. */
static inline UNUSED Str test_jws_sign(Arena *arena, const TestKey *key, Str header, Str payload)
{
    Str h = base64url_encode(arena, header), p = base64url_encode(arena, payload);
    Str text = arena_fmt(arena, "%.*s.%.*s", SARG(h), SARG(p));
    unsigned char bytes[1024];
    size_t n = sizeof bytes;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const EVP_MD *hash = key->algorithm == JWS_EDDSA ? NULL : EVP_sha256();
    ASSERT(EVP_DigestSignInit(context, NULL, hash, NULL, key->pkey) == 1 &&
           EVP_DigestSign(context, bytes, &n, (const unsigned char *)text.p, text.n) == 1);
    EVP_MD_CTX_free(context);
    Str signature = key->algorithm == JWS_ES256 ? test_ecdsa_sides(arena, bytes, n)
                                                : (Str){(const char *)bytes, n};
    Str s = base64url_encode(arena, signature);
    return arena_fmt(arena, "%.*s.%.*s", SARG(text), SARG(s));
}

/* What an attacker does who has the public key only: an HMAC with its text as the secret. */
static inline UNUSED Str test_jws_hmac(Arena *arena, Str secret, Str header, Str payload)
{
    Str h = base64url_encode(arena, header), p = base64url_encode(arena, payload);
    Str text = arena_fmt(arena, "%.*s.%.*s", SARG(h), SARG(p));
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    ASSERT(HMAC(EVP_sha256(), secret.p, (int)secret.n, (const unsigned char *)text.p, text.n, mac,
                &n));
    Str s = base64url_encode(arena, (Str){(const char *)mac, n});
    return arena_fmt(arena, "%.*s.%.*s", SARG(text), SARG(s));
}

#endif
