/* Asks providers of logins (core/oidc.h) by HTTP: what they say about themselves, their keys, and
 * who somebody is.
 *
 * Each call waits for the provider, so none is made on a loop or on the writer: routes that are
 * OUTWARD run them on workers of their own. What is waited for has limits in size and time;
 * redirects are not followed, proxies not used; beyond loopback https is asked for, and private
 * addresses are reached only where --out-allow names them, as with notifications.
 *
 * Metadata and keys are kept for OIDC_CACHE_S. A token of a key that is not known makes them be
 * asked once more, at most each OIDC_REFETCH_S: providers change their keys without notice. A
 * provider that failed is left alone for OIDC_RETRY_S, so that it cannot hold up everybody. */
#ifndef HANSE_API_OUT_OIDC_FETCH_H
#define HANSE_API_OUT_OIDC_FETCH_H

#include "core/oidc.h"

enum {
    OIDC_CONNECT_TIMEOUT_S = 4,
    OIDC_TIMEOUT_S = 8, /* of one answer */
    OIDC_ANSWER_BYTES_MAX = 256 << 10,
    OIDC_CACHE_S = 3600,
    OIDC_REFETCH_S = 10,
    OIDC_RETRY_S = 3
};

typedef struct OidcFetcher OidcFetcher;
/* allow as in NotifyOptions. The providers must live as long as it. */
MUST Err oidc_fetcher_open(Cx *cx, const OidcProviders *providers, Str allow, OidcFetcher **ret);
/* Breaks off what is being asked; calls fail from now on. */
void oidc_fetcher_stop(OidcFetcher *fetcher);
void oidc_fetcher_close(OidcFetcher *fetcher);

/* Where the browser is sent for an attempt. UNAVAILABLE "oidc.unreachable", "oidc.metadata". */
MUST Err oidc_fetch_start(OidcFetcher *fetcher, Cx *cx, const OidcProvider *provider,
                          const OidcAttempt *attempt, Str *ret_url);
/* Changes the code of a callback that oidc_callback_check let through for who somebody is. The
 * same errors; DENIED "oidc.issuer", "oidc.grant" for a code that the provider does not know,
 * "oidc.token"; UNAVAILABLE "oidc.client" where the provider does not know this city. */
MUST Err oidc_fetch_claims(OidcFetcher *fetcher, Cx *cx, const OidcProvider *provider,
                           const OidcAttempt *attempt, const OidcCallback *callback,
                           OidcClaims *ret);

#endif
