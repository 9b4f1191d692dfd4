/* JWS: signed texts of others, and the keys that they are checked with (RFC 7515, 7517, 8037).
 *
 * Three algorithms, each for one kind of key: RS256 for RSA (2048 to 8192 bits), ES256 for EC on
 * P-256, EdDSA for OKP on Ed25519. The key decides: a text whose header names another algorithm
 * than its key's is refused, so that neither "none" nor an HMAC made with a public key can pass.
 * Only the compact form is read; headers with "crit" are refused, for nothing in them is known
 * here. */
#ifndef HANSE_CORE_JWS_H
#define HANSE_CORE_JWS_H

#include "base/err.h"
#include "base/json.h"

enum {
    JWS_BYTES_MAX = 64 << 10, /* providers put groups into their tokens: a few KiB are usual */
    JWK_COUNT_MAX = 64,
    JWK_KID_BYTES_MAX = 256,
    JWK_RSA_BITS_MIN = 2048, /* RFC 7518, 3.3 */
    JWK_RSA_BITS_MAX = 8192  /* checking one takes as long as it has bits */
};

typedef enum JwsAlgorithm { JWS_RS256, JWS_ES256, JWS_EDDSA } JwsAlgorithm;

/* A public key. Bytes, big-endian: n and e of RSA; x and y of EC; x of OKP. */
typedef struct Jwk {
    JwsAlgorithm algorithm;
    Str kid; /* empty where it has none */
    Str n, e, x, y;
} Jwk;

typedef struct JwkSet {
    Jwk *keys;
    size_t count;
} JwkSet;

/* Reads a JWK or a JWK Set. Keys of other kinds, or not for signatures, are passed over, as RFC
 * 7517, 5 says; so are those that are malformed. Errors: those of json_parse; INVALID "jwk.set";
 * LIMIT "jwk.count". */
MUST Err jwk_parse(Cx *cx, Str json, JwkSet *ret);

/* SHA-256 of the key's own members, base64url (RFC 7638): names a key that has no kid. */
Str jwk_thumbprint(Arena *arena, const Jwk *key);

typedef struct Jws {
    JwsAlgorithm algorithm;
    Str kid; /* of the header; empty where it has none */
    Str signed_text;
    Str payload;   /* decoded */
    Str signature; /* decoded */
} Jws;

/* Reads the compact form; nothing is believed yet. Errors: INVALID "jws.syntax"; UNSUPPORTED
 * "jws.algorithm" for any but the three, "jws.crit"; LIMIT "jws.size". */
MUST Err jws_parse(Cx *cx, Str compact, Jws *ret);

/* The key that a text names; without a kid, the only one of its algorithm (OpenID Connect Core,
 * 10.1). NULL where there is none: the caller may know of newer keys. */
const Jwk *jws_find_key(const JwkSet *set, const Jws *jws);

/* INVALID "jws.algorithm" where the header's is not the key's; INVALID "jws.signature". */
MUST Err jws_verify(Cx *cx, const Jws *jws, const Jwk *key);

/* Base64url without padding (RFC 7515, 2); false for what is not in its only form. */
MUST bool base64url_decode(Arena *arena, Str text, Str *ret);
Str base64url_encode(Arena *arena, Str bytes);

#endif
