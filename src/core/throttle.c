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
#define PERIOD_US ((int64_t)THROTTLE_PERIOD_S * 1000000)

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
    if (key.n == 0)
        return true;
    pthread_mutex_lock(&mutex);
    Bucket *bucket = find_bucket(str_hash(key) | 1);
    int64_t level_us = bucket->full_until_us > now_us ? bucket->full_until_us - now_us : 0;
    bool allowed = level_us + PERIOD_US <= THROTTLE_BURST * PERIOD_US;
    if (allowed)
        bucket->full_until_us = now_us + level_us + PERIOD_US;
    pthread_mutex_unlock(&mutex);
    return allowed;
}

Str throttle_address_key(Arena *arena, Str address)
{
    unsigned char in6[16];
    if (inet_pton(AF_INET6, arena_cstr(arena, address), in6) != 1)
        return arena_fmt(arena, "address %.*s", SARG(address));
    Buf key = buf_new(arena, 64);
    buf_put(&key, S("net "));
    for (size_t i = 0; i < 8; i++)
        buf_fmt(&key, "%02x", in6[i]);
    return buf_str(&key);
}

void throttle_forget(Str key)
{
    pthread_mutex_lock(&mutex);
    Bucket *bucket = find_bucket(str_hash(key) | 1);
    *bucket = (Bucket){0};
    pthread_mutex_unlock(&mutex);
}
