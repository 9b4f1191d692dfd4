/* Which addresses may be reached from here. */
#include "api/out/notify_part.h"

#include "base/str.h"

#include <arpa/inet.h>
#include <netinet/in.h>

/* Everything as IPv6, so that an IPv4 address in its clothes is seen as what it is. */
static bool address_bytes(const struct sockaddr *address, unsigned char ret[16])
{
    static const unsigned char MAPPED[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, address, sizeof in6);
        memcpy(ret, &in6.sin6_addr, 16);
        return true;
    }
    if (address->sa_family != AF_INET)
        return false;
    struct sockaddr_in in;
    memcpy(&in, address, sizeof in);
    memcpy(ret, MAPPED, sizeof MAPPED);
    memcpy(ret + 12, &in.sin_addr, 4);
    return true;
}

static bool cidr_covers(const Cidr *cidr, const unsigned char address[16])
{
    int whole = cidr->bits / 8, rest = cidr->bits % 8;
    if (memcmp(cidr->address, address, (size_t)whole) != 0)
        return false;
    unsigned mask = 0xFFu << (8 - rest) & 0xFFu;
    return rest == 0 || (cidr->address[whole] & mask) == (address[whole] & mask);
}

static bool cidr_parse(Str text, Cidr *ret)
{
    char host[64];
    int64_t bits;
    struct sockaddr_in in = {.sin_family = AF_INET};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
    Str rest = text, name = str_cut(&rest, '/');
    if (name.n >= sizeof host || !name.n)
        return false;
    memcpy(host, name.p, name.n);
    host[name.n] = 0;
    bool four = inet_pton(AF_INET, host, &in.sin_addr) == 1;
    if (!four && inet_pton(AF_INET6, host, &in6.sin6_addr) != 1)
        return false;
    int64_t most = four ? 32 : 128;
    if (!rest.p)
        bits = most;
    else if (!str_to_i64(rest, &bits) || bits < 0 || bits > most)
        return false;
    struct sockaddr_storage address = {0};
    if (four)
        memcpy(&address, &in, sizeof in);
    else
        memcpy(&address, &in6, sizeof in6);
    ret->bits = (int)bits + (four ? 96 : 0);
    return address_bytes((const struct sockaddr *)&address, ret->address);
}

Err cidr_list_parse(Cx *cx, Str text, CidrList *ret)
{
    CidrList list = {.count = 0};
    for (Str rest = text; rest.p;) {
        Str one = str_trim(str_cut(&rest, ','));
        if (!one.n)
            continue;
        if (list.count == CIDRS_MAX || !cidr_parse(one, &list.list[list.count++]))
            return fail(cx, ERR_INVALID, "notify.allow",
                        "\"%.*s\" is no range of addresses such as 10.0.0.0/8",
                        (int)MIN(one.n, 100), one.p);
    }
    *ret = list;
    return OK;
}

/* IANA's special-purpose registries (RFC 6890 and its updates): what is not globally reachable. */
static const char *const CLOSED[] = {
    "0.0.0.0/8",       "10.0.0.0/8",     "100.64.0.0/10", "127.0.0.0/8",    "169.254.0.0/16",
    "172.16.0.0/12",   "192.0.0.0/24",   "192.0.2.0/24",  "192.168.0.0/16", "198.18.0.0/15",
    "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",   "::/96",          "64:ff9b::/96",
    "64:ff9b:1::/48",  "100::/64",       "2001::/23",     "2001:db8::/32",  "2002::/16",
    "fc00::/7",        "fe80::/10",      "fec0::/10",     "ff00::/8"};

bool address_is_open(const CidrList *allow, const struct sockaddr *address)
{
    unsigned char bytes[16];
    Cidr closed;
    if (!address_bytes(address, bytes))
        return false;
    for (size_t i = 0; i < allow->count; i++)
        if (cidr_covers(&allow->list[i], bytes))
            return true;
    for (size_t i = 0; i < COUNT_OF(CLOSED); i++)
        if (cidr_parse(str_from(CLOSED[i]), &closed) && cidr_covers(&closed, bytes))
            return false;
    return true;
}
