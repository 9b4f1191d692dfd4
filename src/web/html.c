/* The types that templates take, and how each is written. */
#include "web/html.h"

#include "base/str.h"
#include "web/format.h"

static bool is_unsafe(char c)
{
    unsigned char ch = (unsigned char)c;
    return ch <= ' ' || ch == 0x7f || ch == '\\' || ch == '"' || ch == '<' || ch == '>';
}

static bool has_unsafe_byte(Str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (is_unsafe(s.p[i]))
            return true;
    return false;
}

bool url_parse(Str s, Url *ret)
{
    static const Str SCHEMES[] = {S_INIT("https://"), S_INIT("http://"), S_INIT("mailto:"),
                                  S_INIT("tel:")};
    if (!s.n || has_unsafe_byte(s) || !str_is_utf8(s))
        return false;
    bool fits = s.p[0] == '/' && (s.n == 1 || s.p[1] != '/');
    for (size_t i = 0; i < COUNT_OF(SCHEMES) && !fits; i++)
        fits = s.n > SCHEMES[i].n && str_eq_nocase(str_slice(s, 0, SCHEMES[i].n), SCHEMES[i]);
    if (fits)
        *ret = (Url){s};
    return fits;
}

Url url_page(Arena *arena, Lang lang, Str path)
{
    ASSERT(path.n && path.p[0] == '/' && !has_unsafe_byte(path));
    if (lang == LANG_DE)
        return (Url){path};
    if (path.n == 1)
        return (Url){S("/en")};
    return (Url){arena_fmt(arena, "/en%.*s", SARG(path))};
}

Url url_requested(Arena *arena, Lang lang, Str path)
{
    while (path.n > 1 && path.p[1] == '/')
        path = str_from_index(path, 1);
    Buf buf = buf_new(arena, 3 * path.n + 1);
    for (size_t i = 0; i < path.n; i++)
        if (is_unsafe(path.p[i]))
            buf_fmt(&buf, "%%%02X", (unsigned char)path.p[i]);
        else
            buf_char(&buf, path.p[i]);
    return url_page(arena, lang, buf_str(&buf));
}

Url url_segment(Arena *arena, Url base, Str segment)
{
    Buf buf = buf_new(arena, base.s.n + 3 * segment.n + 2);
    buf_put(&buf, base.s);
    buf_char(&buf, '/');
    buf_uri_component(&buf, segment);
    return (Url){buf_str(&buf)};
}

Url url_query(Arena *arena, Url base, Str name, Str value)
{
    Buf buf = buf_new(arena, base.s.n + 3 * (name.n + value.n) + 2);
    buf_put(&buf, base.s);
    buf_char(&buf, str_find_char(base.s, '?') < 0 ? '?' : '&');
    buf_uri_component(&buf, name);
    buf_char(&buf, '=');
    buf_uri_component(&buf, value);
    return (Url){buf_str(&buf)};
}

Url url_trusted(Str s)
{
    return (Url){s};
}

Html html_escaped(Arena *arena, Str text)
{
    Buf buf = buf_new(arena, text.n * 6 + 1); /* the longest escape has six bytes */
    buf_html(&buf, text);
    return html_of(&buf);
}

Text html_lang_code(Lang lang)
{
    return (Text){lang_code(lang)};
}

void html_put_text(Buf *out, Text text)
{
    buf_html(out, text.s);
}

void html_put_url(Buf *out, Url url)
{
    buf_html(out, url.s);
}

void html_put_html(Buf *out, Html html)
{
    buf_put(out, html.s);
}

void html_put_int(Buf *out, Lang lang, Int number)
{
    buf_put(out, format_int(out->arena, lang, number.v));
}

void html_put_digits(Buf *out, Int number)
{
    buf_i64(out, number.v);
}

void html_put_flag(Buf *out, Flag flag)
{
    buf_put(out, flag.v ? S("true") : S("false"));
}

void html_put_component(Buf *out, Text text)
{
    buf_uri_component(out, text.s);
}

void html_put_icon(Buf *out, Icon icon)
{
    ASSERT((size_t)icon < ICON_COUNT);
    if (icon == ICON_NONE)
        return;
    buf_put(out, S("<svg class=\"h-icon\" width=\"20\" height=\"20\" viewBox=\"0 0 24 24\" "
                   "aria-hidden=\"true\" focusable=\"false\">"));
    buf_put(out, ICONS[icon]);
    buf_put(out, S("</svg>"));
}

void html_put_json(Buf *out, JsonHtml json)
{
    Str rest = json.s;
    size_t from = 0;
    for (size_t i = 0; i < rest.n; i++) {
        char ch = rest.p[i];
        if (ch != '<' && ch != '>' && ch != '&')
            continue;
        buf_put(out, str_slice(rest, from, i));
        buf_put(out, ch == '<' ? S("\\u003c") : ch == '>' ? S("\\u003e") : S("\\u0026"));
        from = i + 1;
    }
    buf_put(out, str_from_index(rest, from));
}

void html_put_json_text(Buf *out, Text text)
{
    Buf json = buf_new(out->arena, 6 * text.s.n + 2);
    buf_json_string(&json, text.s);
    html_put_json(out, (JsonHtml){buf_str(&json)});
}

void html_put_json_url(Buf *out, Url url)
{
    html_put_json_text(out, (Text){url.s});
}
