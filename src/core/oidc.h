/* OIDC: logging in with an account that somebody has elsewhere (OpenID Connect Core 1.0, the
 * authorization code flow with PKCE; RFC 6749, 7636, 9207).
 *
 *   start     the browser gets a short-lived cookie (OidcAttempt) and goes to the provider
 *   callback  the cookie shows that this browser began; the code is changed for an ID token, which
 *             is verified (api/out/oidc_fetch.h asks, oidc_verify judges)
 *   identity  (issuer, sub) leads to a person (core/identity.h)
 *
 * All secrets of an attempt are derived from one that only the browser's cookie holds: state,
 * nonce and PKCE verifier. So nothing is stored until somebody is known, an answer that another
 * browser began is refused, and what the cookie says beside (provider, language, where to go)
 * cannot be changed on the way without changing the state.
 *
 * Everything here is a matter of texts and of the clock: nothing asks the network or the store. */
#ifndef HANSE_CORE_OIDC_H
#define HANSE_CORE_OIDC_H

#include "core/jws.h"
#include "core/person.h"

enum {
    OIDC_LEEWAY_S = 60,     /* by which the clocks of provider and city may differ */
    OIDC_ATTEMPT_S = 600,   /* from start to callback: a second factor takes its time */
    OIDC_PROVIDERS_MAX = 8, /* more buttons than anybody reads */
    OIDC_NAME_BYTES_MAX = 40,
    OIDC_SUB_BYTES_MAX = 255, /* OpenID Connect Core, 2 */
    OIDC_NEXT_BYTES_MAX = 1000,
    OIDC_CODE_BYTES_MAX = 4096
};

/* One that may vouch for people; app/oidc_config.h reads them. */
typedef struct OidcProvider {
    Str name; /* of its pages and of the redirect URI: "stadt" */
    Str issuer;
    Str client_id;
    Str client_secret; /* empty: a public client */
    Str scopes;
    Str label[LANG_COUNT]; /* of its button */
    Str ca_file;           /* certificates that its servers are checked against; empty: system's */
    Str redirect_uri;
} OidcProvider;

typedef struct OidcProviders {
    OidcProvider list[OIDC_PROVIDERS_MAX];
    size_t count;
} OidcProviders;
/* NULL where there is none of that name. */
const OidcProvider *oidc_provider(const OidcProviders *providers, Str name);

/* What a provider says about itself (OpenID Connect Discovery 1.0, 3). */
typedef struct OidcMetadata {
    Str authorization_endpoint, token_endpoint, jwks_uri;
    bool secret_in_body; /* client_secret_post, where it does not take client_secret_basic */
    bool sends_issuer;   /* in its answers to the browser (RFC 9207) */
} OidcMetadata;
Str oidc_discovery_url(Arena *arena, const OidcProvider *provider);
/* UNAVAILABLE "oidc.metadata" for what is none, or another issuer's. */
MUST Err oidc_metadata_parse(Cx *cx, const OidcProvider *provider, Str json, OidcMetadata *ret);
/* https, or http of this machine itself (tests, a provider beside it). */
bool oidc_url_is_safe(Str url);

/* ---- an attempt ---- */

typedef struct OidcAttempt {
    Str provider;
    Str secret; /* auth_secret */
    int64_t started_us;
    Lang lang;
    Str next; /* page of this site that follows; may be empty */
} OidcAttempt;
/* The cookie's value, and back; false for what is none. */
Str oidc_attempt_emit(Arena *arena, const OidcAttempt *attempt);
MUST bool oidc_attempt_parse(Arena *arena, Str text, OidcAttempt *ret);
Str oidc_state(Arena *arena, const OidcAttempt *attempt);
Str oidc_nonce(Arena *arena, const OidcAttempt *attempt);
Str oidc_pkce_verifier(Arena *arena, const OidcAttempt *attempt);
Str oidc_pkce_challenge(Arena *arena, const OidcAttempt *attempt); /* S256 */
/* Where the browser is sent. */
Str oidc_authorization_url(Arena *arena, const OidcProvider *provider, const OidcMetadata *metadata,
                           const OidcAttempt *attempt);

/* What came back with the browser. */
typedef struct OidcCallback {
    Str code, state, error, issuer; /* p NULL where there is none */
} OidcCallback;
/* Whether the callback answers the attempt. DENIED "oidc.state" for another browser's, "oidc.late"
 * after OIDC_ATTEMPT_S, "oidc.issuer"; "oidc.refused" where the person or the provider said no;
 * INVALID "oidc.code". */
MUST Err oidc_callback_check(Cx *cx, const OidcProvider *provider, const OidcAttempt *attempt,
                             const OidcCallback *callback);

/* ---- the token ---- */

/* The form that changes the code for tokens. */
Str oidc_token_form(Arena *arena, const OidcProvider *provider, const OidcMetadata *metadata,
                    const OidcAttempt *attempt, Str code);
/* The Authorization header's value; empty where the secret stands in the form or there is none. */
Str oidc_token_authorization(Arena *arena, const OidcProvider *provider,
                             const OidcMetadata *metadata);
typedef struct OidcTokens {
    Str id_token, access_token; /* the second may be empty */
} OidcTokens;
/* UNAVAILABLE "oidc.token" for what is none. */
MUST Err oidc_tokens_parse(Cx *cx, Str json, OidcTokens *ret);

/* Who somebody is, in the words of a provider. */
typedef struct OidcClaims {
    Str issuer, sub;
    Str mail; /* empty where it told none */
    bool mail_verified;
    Str name; /* never empty */
} OidcClaims;
/* Checks signature, issuer, audience, times, nonce and at_hash (OpenID Connect Core, 3.1.3.7).
 * NOT_FOUND "oidc.key" where the key is not in the set: it may be a new one. DENIED "oidc.token"
 * for everything that is wrong with the token, with the reason. */
MUST Err oidc_verify(Cx *cx, const OidcProvider *provider, const OidcAttempt *attempt,
                     const JwkSet *keys, const OidcTokens *tokens, OidcClaims *ret);

#endif
