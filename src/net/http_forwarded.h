/* Who a request comes from, behind trusted proxies: Forwarded (RFC 7239), X-Forwarded-For and
 * X-Forwarded-Proto. Private to net/http. */
#ifndef HANSE_NET_HTTP_FORWARDED_H
#define HANSE_NET_HTTP_FORWARDED_H

#include "net/http_head.h"

/* Is this address one of options->trusted_proxies? */
bool forwarded_is_trusted(const HttpOptions *options, Str address);

/* For a request whose peer is trusted: sets peer and scheme from what the proxies say. The lists
 * are read from their end; the client is the first address that is no trusted proxy, since all
 * in front of it may be invented. "unknown" where a proxy hides it. Refuses (400) what is
 * malformed, and Forwarded and X-Forwarded-For that contradict each other: one of them is then
 * the client's invention that the proxy let through. */
HttpRefusal forwarded_read(Arena *arena, const HttpOptions *options, HttpRequest *request);

/* The address in its one canonical text (RFC 5952; IPv4-mapped ones as IPv4), or p NULL. */
Str forwarded_canonical(Arena *arena, Str address);

#endif
