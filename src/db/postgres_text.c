#include "db/postgres_text.h"

#include "base/buf.h"
#include "base/str.h"

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* The end of what begins at `at` and is closed by `close`, or the end of the text. A doubled
 * quote inside a quoted text reads as two texts side by side, which comes to the same. */
static size_t end_of(Str text, size_t at, Str open, Str close)
{
    Str rest = str_from_index(text, at + open.n);
    ptrdiff_t found = str_find(rest, close);
    return found < 0 ? text.n : at + open.n + (size_t)found + close.n;
}

size_t sql_token_end(Str text, size_t at)
{
    Str rest = str_from_index(text, at);
    if (str_starts(rest, S("'")))
        return end_of(text, at, S("'"), S("'"));
    if (str_starts(rest, S("\"")))
        return end_of(text, at, S("\""), S("\""));
    if (str_starts(rest, S("--")))
        return end_of(text, at, S("--"), S("\n"));
    if (str_starts(rest, S("/*")))
        return end_of(text, at, S("/*"), S("*/"));
    size_t end = at;
    while (end < text.n && is_word(text.p[end]))
        end++;
    return end > at ? end : at + 1;
}

const char *postgres_parameters(Arena *arena, Str sql)
{
    char *out = arena_cstr(arena, sql);
    for (size_t at = 0; at < sql.n;) {
        size_t end = sql_token_end(sql, at);
        bool number = end < sql.n && sql.p[end] >= '1' && sql.p[end] <= '9';
        if (sql.p[at] == '?' && number)
            out[at] = '$';
        at = end;
    }
    return out;
}

static unsigned hex_digit(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

Str postgres_unhex(Str text, char *to)
{
    size_t n = 0;
    for (size_t i = 2; i + 1 < text.n; i += 2)
        to[n++] = (char)(hex_digit(text.p[i]) << 4 | hex_digit(text.p[i + 1]));
    return (Str){to, n};
}
