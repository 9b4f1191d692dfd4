/* Text under construction: grows inside an arena up to a maximum, with a sticky overflow that is
 * looked at once, at the end. After an overflow further writes do nothing. */
#ifndef HANSE_BASE_BUF_H
#define HANSE_BASE_BUF_H

#include "base/arena.h"

typedef struct Buf {
    char *p;
    size_t n;
    size_t cap;
    size_t max; /* bytes that it may hold at the most */
    Arena *arena;
    bool overflow;
} Buf;

Buf buf_new(Arena *arena, size_t max_bytes);
void buf_put(Buf *buf, Str s);
void buf_char(Buf *buf, char c);
void buf_fmt(Buf *buf, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_i64(Buf *buf, int64_t v);
void buf_u64(Buf *buf, uint64_t v);
/* Shortest decimal text that reads back as the same double; no locale. Finite values only. */
void buf_f64(Buf *buf, double v);
/* Room for n more bytes, to be written by the caller, who then adds them to buf->n.
 * NULL after an overflow. */
char *buf_room(Buf *buf, size_t n);
void buf_truncate(Buf *buf, size_t n);
Str buf_str(const Buf *buf);

/* The escapes that every face needs. */
void buf_html(Buf *buf, Str s);          /* text and quoted attributes */
void buf_json_string(Buf *buf, Str s);   /* with its quotes; s is UTF-8 */
void buf_uri_component(Buf *buf, Str s); /* RFC 3986: all but unreserved is percent-encoded */

#endif
