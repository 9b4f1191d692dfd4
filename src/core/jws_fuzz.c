/* A signed text and, behind the first line's end, a key set; what can be read is checked, and the
 * whole of it is taken for an ID token. Nothing of a stranger's may ever be right for the city's
 * own key. */
#include "base/err.h"
#include "base/str.h"
#include "core/oidc.h"

#include <sodium.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const Str OWN = S_INIT("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":"
                              "\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\"}");

static void check(Cx *cx, Str text, Str set_text)
{
    Jws jws;
    JwkSet own, set = {0};
    OidcClaims claims;
    OidcAttempt attempt = {.provider = S("p"), .secret = S("s")}, parsed;
    OidcProvider provider = {.name = S("p"), .issuer = S("https://p"), .client_id = S("c")};
    OidcTokens tokens = {text, S("")};
    OidcMetadata metadata;
    ASSERT(jwk_parse(cx, OWN, &own) == OK && own.count == 1);
    if (jwk_parse(cx, set_text, &set) == OK)
        for (size_t i = 0; i < set.count; i++)
            ASSERT(jwk_thumbprint(cx->arena, &set.keys[i]).n == 43);
    if (jws_parse(cx, text, &jws) == OK) {
        ASSERT(str_starts(text, jws.signed_text) && jws.signature.n > 0);
        ASSERT(jws_verify(cx, &jws, &own.keys[0]) != OK);
        const Jwk *key = jws_find_key(&set, &jws);
        if (key && jws_verify(cx, &jws, key) == OK)
            ASSERT(key->algorithm == jws.algorithm);
    }
    /* The nonce hangs on a secret that is not in the input. */
    ASSERT(oidc_verify(cx, &provider, &attempt, &set, &tokens, &claims) != OK);
    ASSERT(oidc_verify(cx, &provider, &attempt, &own, &tokens, &claims) != OK);
    if (oidc_attempt_parse(cx->arena, text, &parsed))
        ASSERT(parsed.provider.n > 0 && oidc_state(cx->arena, &parsed).n == 43);
    if (oidc_metadata_parse(cx, &provider, set_text, &metadata) == OK)
        ASSERT(oidc_url_is_safe(metadata.token_endpoint));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena;
    Error error = {0};
    Clock clock = clock_fixed(0);
    Str rest = {(const char *)data, size};
    arena_init(&arena, 0, 0);
    Cx cx = {.arena = &arena, .clock = &clock, .error = &error};
    if (sodium_init() < 0)
        abort();
    Str text = size ? str_cut(&rest, '\n') : S("");
    check(&cx, text, rest.p ? rest : S(""));
    arena_done(&arena);
    return 0;
}
