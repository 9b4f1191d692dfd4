#include "core/stamp.h"

#include "base/buf.h"
#include "base/str.h"

#include <pthread.h>
#include <sodium.h>

enum { MAC_BYTES = 16, TEXT_BYTES = 64 };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static unsigned char key[crypto_generichash_KEYBYTES];

static void make_key(void)
{
    randombytes_buf(key, sizeof key);
}

static Str base64(Arena *arena, const unsigned char *bytes, size_t n)
{
    char text[TEXT_BYTES];
    ASSERT(sodium_base64_encoded_len(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING) <= sizeof text);
    sodium_bin2base64(text, sizeof text, bytes, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return arena_copy(arena, str_from(text));
}

static void seal(Str moment, unsigned char mac[MAC_BYTES])
{
    pthread_once(&once, make_key);
    crypto_generichash(mac, MAC_BYTES, (const unsigned char *)moment.p, moment.n, key, sizeof key);
}

Str stamp_make(Arena *arena, int64_t now_us)
{
    unsigned char mac[MAC_BYTES];
    Str moment = arena_fmt(arena, "%lld", (long long)now_us);
    seal(moment, mac);
    return arena_fmt(arena, "%.*s.%.*s", SARG(moment), SARG(base64(arena, mac, sizeof mac)));
}

bool stamp_age(Str stamp, int64_t now_us, int64_t *ret_age_us)
{
    unsigned char mac[MAC_BYTES], given[MAC_BYTES];
    size_t n = 0;
    int64_t at_us;
    Str rest = stamp;
    Str moment = str_cut(&rest, '.');
    if (!rest.p || !str_to_i64(moment, &at_us) || at_us > now_us ||
        sodium_base642bin(given, sizeof given, rest.p, rest.n, NULL, &n, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        n != sizeof given)
        return false;
    seal(moment, mac);
    if (sodium_memcmp(mac, given, sizeof mac) != 0)
        return false;
    *ret_age_us = now_us - at_us;
    return true;
}

Str secret_digest(Arena *arena, Str secret)
{
    unsigned char hash[32];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)secret.p, secret.n, NULL, 0);
    return base64(arena, hash, sizeof hash);
}

Str secret_derive(Arena *arena, Str purpose, int64_t number)
{
    unsigned char hash[32];
    Str what = arena_fmt(arena, "%.*s %lld", SARG(purpose), (long long)number);
    pthread_once(&once, make_key);
    crypto_generichash(hash, sizeof hash, (const unsigned char *)what.p, what.n, key, sizeof key);
    return base64(arena, hash, sizeof hash);
}
