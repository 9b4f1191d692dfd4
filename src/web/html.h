/* The types that templates take. Each is a C type of its own, so that text in the place of
 * markup, or any text in the place of a URL, does not compile.
 *
 *   html/tile.html  {{!args label:text href:url count:int}} ..
 *   html_tile(out, lang, text_of(label), url_page(arena, lang, S("/stadt")), int_of(9));
 *
 * The language of templates is described in tools/template.h. Their C functions are declared in
 * html_gen.h, and never fail: a Buf that is too small overflows, which its owner looks at. */
#ifndef HANSE_WEB_HTML_H
#define HANSE_WEB_HTML_H

#include "base/buf.h"
#include "icon_gen.h"
#include "base/lang.h"

typedef struct Text {
    Str s; /* UTF-8; escaped by the template */
} Text;

/* Markup that was made by a template, by svg.h or by a sanitiser, and by nothing else. */
typedef struct Html {
    Str s;
} Html;

/* A link that is safe to follow; see the functions below. Not yet escaped for HTML. */
typedef struct Url {
    Str s;
} Url;

typedef struct Int {
    int64_t v;
} Int;

typedef struct Flag {
    bool v;
} Flag;

/* JSON for <script type="application/json">. */
typedef struct JsonHtml {
    Str s;
} JsonHtml;

static inline Text text_of(Str s)
{
    return (Text){s};
}
static inline Int int_of(int64_t v)
{
    return (Int){v};
}
static inline Flag flag_of(bool v)
{
    return (Flag){v};
}
/* The caller vouches that the buffer holds markup. */
static inline Html html_of(const Buf *markup)
{
    return (Html){buf_str(markup)};
}
/* The caller vouches that the text is one JSON value. */
static inline JsonHtml json_html_of(Str json)
{
    return (JsonHtml){json};
}
/* Text as markup, for the places of a template that take markup. */
Html html_escaped(Arena *arena, Str text);
#define TEXT(lit) text_of(S(lit))
#define HTML_NONE ((Html){S("")})
#define URL_NONE_GIVEN ((Url){S("")})

/* Of text that a stranger wrote: true for an absolute http, https, mailto or tel URL and for a
 * path of this site ("/x", not "//x"), without control characters, spaces and backslashes. */
MUST bool url_parse(Str s, Url *ret);
/* A page of this site: "/stadt" gives "/stadt" in German and "/en/stadt" in English. The path is
 * a programmer's; what comes from outside is added with url_segment and url_query. */
Url url_page(Arena *arena, Lang lang, Str path);
/* The same for what a request asked for, path and query as they came: "//x" stays on this site, and
 * bytes that no URL has, such as a quotation mark, are percent-encoded. */
Url url_requested(Arena *arena, Lang lang, Str path);
/* Base, '/' and the segment, percent-encoded. */
Url url_segment(Arena *arena, Url base, Str segment);
/* Base, '?' or '&', name=value, both percent-encoded. */
Url url_query(Arena *arena, Url base, Str name, Str value);
/* For URLs that this program made whole: hashed assets, fragments such as "#inhalt". */
Url url_trusted(Str s);

/* What the compiled templates write with. */
Text html_lang_code(Lang lang);
void html_put_text(Buf *out, Text text);
void html_put_url(Buf *out, Url url);
void html_put_html(Buf *out, Html html);
void html_put_int(Buf *out, Lang lang, Int number); /* grouped: 1.284 */
void html_put_digits(Buf *out, Int number);
void html_put_flag(Buf *out, Flag flag);      /* true, false */
void html_put_component(Buf *out, Text text); /* percent-encoded */
/* 20 by 20 px, hidden from screen readers: a word always stands beside it. */
void html_put_icon(Buf *out, Icon icon);
void html_put_json_text(Buf *out, Text text);
void html_put_json_url(Buf *out, Url url);
/* With < and the like as \u003c, so that no </script> can stand in it. */
void html_put_json(Buf *out, JsonHtml json);

#endif
