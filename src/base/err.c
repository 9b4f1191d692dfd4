#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

Err fail_at(Cx *cx, const char *file, int line, Err code, const char *key, const char *fmt, ...)
{
    ASSERT(code != OK && code < ERR_COUNT_);
    char text[1024];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    ASSERT(n >= 0);
    size_t len = MIN((size_t)n, sizeof text - 1);
    while (len && (size_t)n > len && ((unsigned char)text[len] & 0xC0) == 0x80)
        len--; /* never cut inside a character */
    *cx->error = (Error){.code = code,
                         .key = key,
                         .detail = arena_copy(cx->arena, (Str){text, len}),
                         .file = file,
                         .line = line};
    return code;
}

const char *err_name(Err code)
{
    static const char *const NAMES[ERR_COUNT_] = {
        [OK] = "ok",
        [ERR_INVALID] = "invalid",
        [ERR_DENIED] = "denied",
        [ERR_NOT_FOUND] = "not-found",
        [ERR_CONFLICT] = "conflict",
        [ERR_LIMIT] = "limit",
        [ERR_UNSUPPORTED] = "unsupported",
        [ERR_UNAVAILABLE] = "unavailable",
        [ERR_INTERNAL] = "internal",
    };
    ASSERT(code < ERR_COUNT_);
    return NAMES[code];
}

static int64_t read_clock(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t system_now_us(const Clock *clock)
{
    (void)clock;
    return read_clock(CLOCK_REALTIME);
}

static int64_t fixed_now_us(const Clock *clock)
{
    return clock->fixed_us;
}

const Clock CLOCK_SYSTEM = {.now_us = system_now_us};

Clock clock_fixed(int64_t at_us)
{
    return (Clock){.now_us = fixed_now_us, .fixed_us = at_us};
}

int64_t clock_mono_us(void)
{
    return read_clock(CLOCK_MONOTONIC);
}
