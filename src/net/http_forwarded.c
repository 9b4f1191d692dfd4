#include "net/http_forwarded.h"

#include "base/str.h"

#include <arpa/inet.h>

bool forwarded_is_trusted(const HttpOptions *options, Str address)
{
    for (size_t i = 0; i < options->trusted_proxy_count; i++)
        if (str_eq(options->trusted_proxies[i], address))
            return true;
    return false;
}

Str forwarded_canonical(Arena *arena, Str address)
{
    char text[INET6_ADDRSTRLEN];
    struct in_addr v4;
    struct in6_addr v6;
    if (address.n >= sizeof text || memchr(address.p ? address.p : "", 0, address.n))
        return (Str){0};
    memcpy(text, address.p ? address.p : "", address.n);
    text[address.n] = 0;
    if (inet_pton(AF_INET, text, &v4) == 1)
        return arena_copy(arena, str_from(inet_ntop(AF_INET, &v4, text, sizeof text)));
    if (inet_pton(AF_INET6, text, &v6) != 1)
        return (Str){0};
    if (IN6_IS_ADDR_V4MAPPED(&v6))
        inet_ntop(AF_INET, &v6.s6_addr[12], text, sizeof text);
    else
        inet_ntop(AF_INET6, &v6, text, sizeof text);
    return arena_copy(arena, str_from(text));
}

/* The address of a node: "192.0.2.1", "192.0.2.1:80", "[2001:db8::1]", "[2001:db8::1]:80", and
 * "2001:db8::1", which X-Forwarded-For writes bare. */
static Str node_address(Arena *arena, Str node)
{
    if (node.n && node.p[0] == '[') {
        ptrdiff_t end = str_find_char(node, ']');
        return end < 0 ? (Str){0} : forwarded_canonical(arena, str_slice(node, 1, (size_t)end));
    }
    ptrdiff_t colon = str_find_char(node, ':');
    if (colon >= 0 && str_find_last_char(node, ':') == colon)
        node = str_slice(node, 0, (size_t)colon);
    return forwarded_canonical(arena, node);
}

/* RFC 7239, 6.2 and 6.3: "unknown" and names that begin with '_' hide the address. */
static bool is_hidden(Str node)
{
    return str_eq_nocase(node, S("unknown")) || (node.n > 1 && node.p[0] == '_');
}

/* Cuts the last element off a comma-separated list; p NULL behind the first. Commas in quoted
 * strings need no care: neither addresses nor schemes have any, and half an element of such a
 * kind is malformed. */
static Str cut_last(Str *list)
{
    ptrdiff_t comma = str_find_last_char(*list, ',');
    Str last = str_trim(str_from_index(*list, comma < 0 ? 0 : (size_t)comma + 1));
    *list = comma < 0 ? (Str){0} : str_slice(*list, 0, (size_t)comma);
    return last;
}

static Str unquote(Str s)
{
    bool quoted = s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"';
    return quoted ? str_slice(s, 1, s.n - 1) : s;
}

/* The value of a parameter of one Forwarded element, or p NULL. */
static Str parameter(Str element, Str name)
{
    while (element.p) {
        Str value = str_cut(&element, ';');
        Str key = str_trim(str_cut(&value, '='));
        if (str_eq_nocase(key, name))
            return unquote(str_trim(value));
    }
    return (Str){0};
}

typedef struct Origin {
    Str peer; /* p NULL: nothing was said */
    Str scheme;
    bool bad;
} Origin;

/* Takes one hop's node; true while it is a trusted proxy and the walk goes on. */
static bool take_hop(Arena *arena, const HttpOptions *options, Str node, Origin *origin)
{
    if (is_hidden(node)) {
        origin->peer = S("unknown");
        return false;
    }
    Str address = node_address(arena, node);
    if (!address.p) {
        origin->bad = true;
        return false;
    }
    origin->peer = address;
    return forwarded_is_trusted(options, address);
}

static Origin read_x_forwarded(Arena *arena, const HttpOptions *options, const HttpRequest *r)
{
    Origin origin = {0};
    Str list = http_header(r, S("x-forwarded-for")),
        schemes = http_header(r, S("x-forwarded-proto"));
    while (list.p && take_hop(arena, options, cut_last(&list), &origin))
        ;
    if (schemes.p)
        origin.scheme = cut_last(&schemes);
    return origin;
}

static Origin read_forwarded(Arena *arena, const HttpOptions *options, const HttpRequest *r)
{
    Origin origin = {0};
    Str list = http_header(r, S("forwarded"));
    bool more = true;
    while (list.p && more) {
        Str element = cut_last(&list);
        Str node = parameter(element, S("for"));
        Str scheme = parameter(element, S("proto"));
        if (scheme.p)
            origin.scheme = scheme;
        more = node.p && take_hop(arena, options, node, &origin);
    }
    return origin;
}

static bool is_scheme(Str s)
{
    return str_eq_nocase(s, S("http")) || str_eq_nocase(s, S("https"));
}

HttpRefusal forwarded_read(Arena *arena, const HttpOptions *options, HttpRequest *request)
{
    Origin rfc = read_forwarded(arena, options, request);
    Origin x = read_x_forwarded(arena, options, request);
    if (rfc.bad || x.bad)
        return (HttpRefusal){400, "The proxy's Forwarded or X-Forwarded-For is malformed."};
    if (rfc.peer.p && x.peer.p && !str_eq(rfc.peer, x.peer))
        return (HttpRefusal){400, "Forwarded and X-Forwarded-For name different clients; let the "
                                  "proxy remove the one that it does not set."};
    Str peer = rfc.peer.p ? rfc.peer : x.peer;
    Str scheme = x.scheme.p ? x.scheme : rfc.scheme;
    if (scheme.p && !is_scheme(scheme))
        return (HttpRefusal){400, "The proxy's scheme is neither http nor https."};
    if (peer.p)
        request->peer = peer;
    if (scheme.p)
        request->scheme = str_eq_nocase(scheme, S("https")) ? S("https") : S("http");
    return (HttpRefusal){0};
}
