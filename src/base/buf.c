#include "base/buf.h"

#include "base/str.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

Buf buf_new(Arena *arena, size_t max_bytes)
{
    return (Buf){.arena = arena, .max = max_bytes};
}

char *buf_room(Buf *buf, size_t n)
{
    if (buf->overflow || n > buf->max - buf->n) {
        buf->overflow = true;
        return NULL;
    }
    if (buf->cap - buf->n < n) {
        size_t cap = MAX(buf->cap * 2, buf->n + n);
        cap = MIN(MAX(cap, 256), MAX(buf->max, buf->n + n));
        buf->p = arena_grow(buf->arena, buf->p, buf->cap, cap, 1);
        buf->cap = cap;
    }
    return buf->p + buf->n;
}

void buf_put(Buf *buf, Str s)
{
    if (s.n == 0)
        return;
    char *room = buf_room(buf, s.n);
    if (room) {
        memcpy(room, s.p, s.n);
        buf->n += s.n;
    }
}

void buf_char(Buf *buf, char c)
{
    char *room = buf_room(buf, 1);
    if (room) {
        *room = c;
        buf->n++;
    }
}

void buf_fmt(Buf *buf, const char *fmt, ...)
{
    char small[512];
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(small, sizeof small, fmt, args);
    va_end(args);
    ASSERT(n >= 0);
    if ((size_t)n < sizeof small) {
        buf_put(buf, (Str){small, (size_t)n});
    } else {
        char *room = buf_room(buf, (size_t)n + 1);
        if (room) {
            vsnprintf(room, (size_t)n + 1, fmt, again);
            buf->n += (size_t)n;
        }
    }
    va_end(again);
}

void buf_u64(Buf *buf, uint64_t v)
{
    char text[20];
    size_t at = sizeof text;
    do {
        text[--at] = (char)('0' + v % 10);
        v /= 10;
    } while (v);
    buf_put(buf, (Str){text + at, sizeof text - at});
}

void buf_i64(Buf *buf, int64_t v)
{
    if (v < 0)
        buf_char(buf, '-');
    buf_u64(buf, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

/* Most numbers of a city have few decimals: v is m / 10^k with both exact in a double, so that the
 * quotient is correctly rounded (Clinger 1990), and m below 10^15, where decimals and doubles pair
 * one to one. The smallest such k gives the shortest text. */
static bool put_few_decimals(Buf *buf, double v)
{
    double size = fabs(v), power = 1;
    if (size < 1e-4) /* as %g: with an exponent from here on */
        return false;
    for (size_t decimals = 1; decimals <= 12; decimals++) {
        power *= 10;
        double scaled = rint(size * power);
        if (scaled >= 1e15)
            return false;
        if (scaled / power != size)
            continue;
        char text[24];
        size_t at = sizeof text;
        uint64_t m = (uint64_t)scaled;
        for (size_t i = 0; i <= decimals || m; i++, m /= 10) {
            if (i == decimals)
                text[--at] = '.';
            text[--at] = (char)('0' + m % 10);
        }
        if (v < 0)
            text[--at] = '-';
        buf_put(buf, (Str){text + at, sizeof text - at});
        return true;
    }
    return false;
}

void buf_f64(Buf *buf, double v)
{
    ASSERT(isfinite(v));
    if (v == floor(v) && fabs(v) < 1e15) {
        buf_i64(buf, (int64_t)v);
        return;
    }
    if (put_few_decimals(buf, v))
        return;
    char text[40];
    /* Below the normal range a double holds fewer than 15 digits. */
    for (int digits = isnormal(v) ? 15 : 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, v);
        if (strtod(text, NULL) == v)
            break;
    }
    buf_put(buf, str_from(text));
}

void buf_truncate(Buf *buf, size_t n)
{
    ASSERT(n <= buf->n);
    buf->n = n;
}

Str buf_str(const Buf *buf)
{
    return (Str){buf->p, buf->n};
}

void buf_html(Buf *buf, Str s)
{
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        Str escape;
        switch (s.p[i]) {
        case '&':
            escape = S("&amp;");
            break;
        case '<':
            escape = S("&lt;");
            break;
        case '>':
            escape = S("&gt;");
            break;
        case '"':
            escape = S("&quot;");
            break;
        case '\'':
            escape = S("&#39;");
            break;
        default:
            continue;
        }
        buf_put(buf, str_slice(s, from, i));
        buf_put(buf, escape);
        from = i + 1;
    }
    buf_put(buf, str_from_index(s, from));
}

void buf_json_string(Buf *buf, Str s)
{
    static const char HEX[] = "0123456789abcdef";
    size_t from = 0;
    buf_char(buf, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buf_put(buf, str_slice(s, from, i));
        from = i + 1;
        if (c == '"' || c == '\\') {
            buf_char(buf, '\\');
            buf_char(buf, (char)c);
        } else if (c == '\n') {
            buf_put(buf, S("\\n"));
        } else if (c == '\r') {
            buf_put(buf, S("\\r"));
        } else if (c == '\t') {
            buf_put(buf, S("\\t"));
        } else {
            buf_put(buf, S("\\u00"));
            buf_char(buf, HEX[c >> 4]);
            buf_char(buf, HEX[c & 15]);
        }
    }
    buf_put(buf, str_from_index(s, from));
    buf_char(buf, '"');
}

void buf_uri_component(Buf *buf, Str s)
{
    static const char HEX[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (unreserved) {
            buf_char(buf, (char)c);
        } else {
            buf_char(buf, '%');
            buf_char(buf, HEX[c >> 4]);
            buf_char(buf, HEX[c & 15]);
        }
    }
}
