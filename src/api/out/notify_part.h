/* The parts of the notifier; private to notify*.c. */
#ifndef HANSE_API_OUT_NOTIFY_PART_H
#define HANSE_API_OUT_NOTIFY_PART_H

#include "api/out/notify.h"

#include <sys/socket.h>

enum { CIDRS_MAX = 32 };

typedef struct Cidr {
    unsigned char address[16]; /* IPv4 as ::ffff:a.b.c.d */
    int bits;
} Cidr;
typedef struct CidrList {
    Cidr list[CIDRS_MAX];
    size_t count;
} CidrList;

MUST Err cidr_list_parse(Cx *cx, Str text, CidrList *ret);
/* Whether the address is public, or allowed. */
bool address_is_open(const CidrList *allow, const struct sockaddr *address);

#endif
