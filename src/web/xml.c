#include "web/xml.h"

#include "base/str.h"

#define REPLACEMENT S("\xEF\xBF\xBD")

/* The character at the beginning, how many bytes it has, and whether XML can hold it. */
static size_t character(Str text, bool *ret_fine)
{
    unsigned char c = (unsigned char)text.p[0];
    size_t n = c < 0x80 ? 1 : c < 0xC2 ? 0 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : c < 0xF5 ? 4 : 0;
    if (!n || n > text.n || !str_is_utf8(str_slice(text, 0, n))) {
        *ret_fine = false;
        return 1;
    }
    *ret_fine = c >= 0x20 || c == '\t' || c == '\n' || c == '\r';
    if (n == 3 && c == 0xEF && (unsigned char)text.p[1] == 0xBF && (unsigned char)text.p[2] >= 0xBE)
        *ret_fine = false;
    return n;
}

void xml_put(Buf *out, Str text)
{
    while (text.n) {
        bool fine;
        size_t n = character(text, &fine);
        Str one = str_slice(text, 0, n);
        switch (one.p[0]) {
        case '&':
            buf_put(out, S("&amp;"));
            break;
        case '<':
            buf_put(out, S("&lt;"));
            break;
        case '>':
            buf_put(out, S("&gt;"));
            break;
        case '"':
            buf_put(out, S("&quot;"));
            break;
        default:
            buf_put(out, fine ? one : REPLACEMENT);
        }
        text = str_from_index(text, n);
    }
}

void xml_element(Buf *out, const char *name, Str text)
{
    buf_fmt(out, "<%s>", name);
    xml_put(out, text);
    buf_fmt(out, "</%s>", name);
}
