#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

/* The length without a character that was cut at its end. */
static size_t whole_characters(const char *text, size_t n)
{
    size_t lead = n;
    while (lead && ((unsigned char)text[lead - 1] & 0xC0) == 0x80)
        lead--;
    if (lead == 0)
        return 0;
    unsigned char c = (unsigned char)text[lead - 1];
    size_t need = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    return n - (lead - 1) >= need ? n : lead - 1;
}

static Str PRINTF_LIKE(2, 0) detail_of(Cx *cx, const char *fmt, va_list args)
{
    char text[1024];
    int n = vsnprintf(text, sizeof text, fmt, args);
    ASSERT(n >= 0);
    size_t len = MIN((size_t)n, sizeof text - 1);
    if ((size_t)n > len)
        len = whole_characters(text, len);
    return arena_copy(cx->arena, (Str){text, len});
}

Err fail_at(Cx *cx, const char *file, int line, Err code, const char *key, const char *fmt, ...)
{
    ASSERT(code != OK && code < ERR_COUNT_);
    va_list args;
    va_start(args, fmt);
    Str detail = detail_of(cx, fmt, args);
    va_end(args);
    *cx->error = (Error){.code = code,
                         .key = key,
                         .detail = detail,
                         .file = file,
                         .line = line,
                         .flaws = cx->error->flaws};
    return code;
}

void flaw_at(Cx *cx, const char *key, const char *fmt, ...)
{
    Flaw *flaw = arena_new(cx->arena, Flaw);
    va_list args;
    va_start(args, fmt);
    *flaw = (Flaw){.key = key, .detail = detail_of(cx, fmt, args)};
    va_end(args);
    if (!cx->error->flaws) {
        cx->error->flaws = flaw;
        return;
    }
    Flaw *last = (Flaw *)(uintptr_t)cx->error->flaws;
    while (last->next)
        last = last->next;
    last->next = flaw;
}

Err flaws_end(Cx *cx)
{
    const Flaw *first = cx->error->flaws;
    if (!first)
        return OK;
    return fail(cx, ERR_INVALID, first->key, "%.*s", SARG(first->detail));
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
