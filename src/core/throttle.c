#include "core/throttle.h"

#include "base/buf.h"
#include "base/str.h"

#include <arpa/inet.h>
#include <pthread.h>

/* A leaky bucket per key. The one table of the process: a login on any loop counts. */
typedef struct Bucket {
    uint64_t key;          /* 0: free */
    int64_t full_until_us; /* the bucket's level, as the time at which it would be empty */
} Bucket;

static Bucket buckets[THROTTLE_SLOTS];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

enum { PROBES = 8 };

/* The key's bucket, or a free or the emptiest one nearby. */
static Bucket *find_bucket(uint64_t key)
{
    Bucket *best = NULL;
    for (size_t i = 0; i < PROBES; i++) {
        Bucket *bucket = &buckets[(key + i) % THROTTLE_SLOTS];
        if (bucket->key == key)
            return bucket;
        if (!best || bucket->full_until_us < best->full_until_us)
            best = bucket;
    }
    *best = (Bucket){.key = key};
    return best;
}

bool throttle_try(Str key, int64_t now_us)
{
    static const ThrottleRate RATE = {THROTTLE_BURST, THROTTLE_PERIOD_S};
    return throttle_try_rate(key, RATE, now_us);
}

bool throttle_try_rate(Str key, ThrottleRate rate, int64_t now_us)
{
    int64_t period_us = (int64_t)rate.period_s * 1000000;
    if (key.n == 0)
        return true;
    pthread_mutex_lock(&mutex);
    Bucket *bucket = find_bucket(str_hash(key) | 1);
    int64_t level_us = bucket->full_until_us > now_us ? bucket->full_until_us - now_us : 0;
    bool allowed = level_us + period_us <= rate.burst * period_us;
    if (allowed)
        bucket->full_until_us = now_us + level_us + period_us;
    pthread_mutex_unlock(&mutex);
    return allowed;
}

static Str bytes_key(Arena *arena, const unsigned char *bytes, size_t n)
{
    Buf key = buf_new(arena, 64);
    buf_put(&key, S("net "));
    for (size_t i = 0; i < n; i++)
        buf_fmt(&key, "%02x", bytes[i]);
    return buf_str(&key);
}

Str throttle_address_key(Arena *arena, Str address)
{
    unsigned char in6[16];
    if (inet_pton(AF_INET6, arena_cstr(arena, address), in6) != 1)
        return arena_fmt(arena, "address %.*s", SARG(address));
    return bytes_key(arena, in6, 8);
}

Str throttle_net_key(Arena *arena, Str address)
{
    unsigned char in4[4], in6[16];
    const char *text = arena_cstr(arena, address);
    if (inet_pton(AF_INET6, text, in6) == 1)
        return bytes_key(arena, in6, 6);
    return inet_pton(AF_INET, text, in4) == 1 ? bytes_key(arena, in4, 3) : address;
}

void throttle_forget(Str key)
{
    pthread_mutex_lock(&mutex);
    Bucket *bucket = find_bucket(str_hash(key) | 1);
    *bucket = (Bucket){0};
    pthread_mutex_unlock(&mutex);
}
