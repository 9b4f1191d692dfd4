#include "base/uri.h"

#include "base/str.h"

static bool is_letter(char c)
{
    char low = (char)(c | 0x20);
    return low >= 'a' && low <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int hex_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Section 2: unreserved, gen-delims and sub-delims; '%' is looked at by the caller. */
static bool is_uri_char(char c)
{
    return is_letter(c) || is_digit(c) || (c && strchr("-._~:/?#[]@!$&'()*+,;=", c));
}

static bool is_escape(Str s, size_t at)
{
    return at + 2 < s.n && hex_digit(s.p[at + 1]) >= 0 && hex_digit(s.p[at + 2]) >= 0;
}

/* RFC 3987 section 2.2, ucschar and iprivate: no C1 controls, no noncharacters. */
static bool is_iri_char(uint32_t c)
{
    return c >= 0xA0 && (c < 0xFDD0 || c > 0xFDEF) && (c & 0xFFFE) != 0xFFFE &&
           (c < 0xFFF0 || c > 0xFFFF);
}

/* Section 3.1: the length of the scheme before its colon, or 0. */
static size_t scheme_length(Str s)
{
    size_t n = 0;
    if (s.n == 0 || !is_letter(s.p[0]))
        return 0;
    while (n < s.n && (is_letter(s.p[n]) || is_digit(s.p[n]) || s.p[n] == '+' || s.p[n] == '-' ||
                       s.p[n] == '.'))
        n++;
    return n < s.n && s.p[n] == ':' ? n : 0;
}

bool uri_is_absolute(Str s)
{
    size_t scheme = scheme_length(s);
    if (scheme == 0 || scheme + 1 == s.n || !str_is_utf8(s))
        return false;
    for (size_t i = scheme + 1; i < s.n;) {
        size_t from = i;
        uint32_t c = str_next_codepoint(s, &i);
        bool fits = c == '%'   ? is_escape(s, from)
                    : c < 0x80 ? is_uri_char((char)c)
                               : is_iri_char(c);
        if (!fits)
            return false;
    }
    return true;
}

bool uri_decode(Arena *arena, Str s, bool plus_is_space, Str *ret)
{
    char *text = arena_alloc_raw(arena, s.n + 1, 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '%') {
            if (!is_escape(s, i))
                return false;
            c = (char)(hex_digit(s.p[i + 1]) << 4 | hex_digit(s.p[i + 2]));
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        if (c == 0)
            return false;
        text[n++] = c;
    }
    text[n] = 0;
    Str decoded = {text, n};
    if (!str_is_utf8(decoded))
        return false;
    *ret = decoded;
    return true;
}

bool uri_next_pair(Str *rest, Str *ret_name, Str *ret_value)
{
    while (rest->n > 0) {
        Str value = str_cut(rest, '&');
        if (value.n == 0)
            continue;
        *ret_name = str_cut(&value, '=');
        *ret_value = value;
        return true;
    }
    return false;
}
