/* Throttle: how often something may be tried, in memory. For logins: ten at once, then one in
 * thirty seconds, counted per address and per name. */
#ifndef HANSE_CORE_THROTTLE_H
#define HANSE_CORE_THROTTLE_H

#include "base/arena.h"

enum {
    THROTTLE_BURST = 10,
    THROTTLE_PERIOD_S = 30,
    THROTTLE_SLOTS = 16384 /* keys that are remembered; a full table forgets the emptiest bucket */
};

/* False when the key has used up its tries. An empty key is always let through. Thread-safe. */
bool throttle_try(Str key, int64_t now_us);
/* The same at another rate: so many at once, then one in so many seconds. */
typedef struct ThrottleRate {
    int burst, period_s;
} ThrottleRate;
bool throttle_try_rate(Str key, ThrottleRate rate, int64_t now_us);
/* After a success: the key starts anew. */
void throttle_forget(Str key);
/* The key of a client's address. An IPv6 address counts with all of its /64, which one subscriber
 * has to himself (RFC 6177). */
Str throttle_address_key(Arena *arena, Str address);
/* The key of its net: the /24 of an IPv4 address, the /48 of an IPv6 one. */
Str throttle_net_key(Arena *arena, Str address);

#endif
