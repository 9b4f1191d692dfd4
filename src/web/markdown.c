#include "web/markdown.h"

#include "base/str.h"

#include <md4c.h>

enum { HTML_BYTES_MAX = 2 << 20 };

/* A span that was begun: its end in markup, empty where nothing was written for its beginning. */
typedef struct Span {
    MD_SPANTYPE type;
    Str end;
} Span;

enum { SPANS_MAX = 64 /* one in another; deeper ones are written without markup */ };

/* md4c now and then tells the end of a span that it did not begin, or forgets one: what is open is
 * counted here, and ends with its block at the latest. */
typedef struct Render {
    Buf out;
    Str source;        /* a NUL behind it: see markdown_html */
    int heading_level; /* of "#" */
    Span open[SPANS_MAX];
    size_t open_count;
} Render;

static Str attribute_text(Arena *arena, const MD_ATTRIBUTE *attribute)
{
    return arena_copy(arena, (Str){attribute->text, attribute->size});
}

static void put(Render *r, Str markup)
{
    buf_put(&r->out, markup);
}

static void put_heading(Render *r, const MD_BLOCK_H_DETAIL *detail, bool enter)
{
    int level = MIN(6, r->heading_level + (int)detail->level - 1);
    buf_fmt(&r->out, enter ? "<h%d>" : "</h%d>\n", level);
}

static Str block_tag(MD_BLOCKTYPE type)
{
    static const struct {
        MD_BLOCKTYPE type;
        Str tag;
    } TAGS[] = {{MD_BLOCK_QUOTE, S_INIT("blockquote")},
                {MD_BLOCK_UL, S_INIT("ul")},
                {MD_BLOCK_OL, S_INIT("ol")},
                {MD_BLOCK_LI, S_INIT("li")},
                {MD_BLOCK_P, S_INIT("p")},
                {MD_BLOCK_TABLE, S_INIT("table")},
                {MD_BLOCK_THEAD, S_INIT("thead")},
                {MD_BLOCK_TBODY, S_INIT("tbody")},
                {MD_BLOCK_TR, S_INIT("tr")},
                {MD_BLOCK_TH, S_INIT("th")},
                {MD_BLOCK_TD, S_INIT("td")}};
    for (size_t i = 0; i < COUNT_OF(TAGS); i++)
        if (TAGS[i].type == type)
            return TAGS[i].tag;
    return (Str){0};
}

/* The spans from there on end, the innermost first. */
static void close_spans(Render *r, size_t from)
{
    while (r->open_count > from)
        put(r, r->open[--r->open_count].end);
}

static int on_block(MD_BLOCKTYPE type, void *detail, Render *r, bool enter)
{
    close_spans(r, 0);
    if (type == MD_BLOCK_H)
        put_heading(r, detail, enter);
    else if (type == MD_BLOCK_HR && enter)
        put(r, S("<hr>\n"));
    else if (type == MD_BLOCK_CODE)
        put(r, enter ? S("<pre><code>") : S("</code></pre>\n"));
    Str tag = block_tag(type);
    if (tag.p)
        buf_fmt(&r->out, enter ? "<%.*s>" : "</%.*s>\n", SARG(tag));
    return r->out.overflow;
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    return on_block(type, detail, user, true);
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    return on_block(type, detail, user, false);
}

/* The markup that a span ends with, and begins with as *ret_begin; empty where it has none: an
 * image's description becomes its text, and a link to nowhere its words. */
static Str span_markup(Render *r, MD_SPANTYPE type, const void *detail, Str *ret_begin)
{
    static const struct {
        MD_SPANTYPE type;
        Str begin, end;
    } MARKUP[] = {{MD_SPAN_EM, S_INIT("<em>"), S_INIT("</em>")},
                  {MD_SPAN_STRONG, S_INIT("<strong>"), S_INIT("</strong>")},
                  {MD_SPAN_CODE, S_INIT("<code>"), S_INIT("</code>")}};
    Url url;
    const MD_SPAN_A_DETAIL *link = detail;
    *ret_begin = S("");
    for (size_t i = 0; i < COUNT_OF(MARKUP); i++)
        if (MARKUP[i].type == type) {
            *ret_begin = MARKUP[i].begin;
            return MARKUP[i].end;
        }
    if (type != MD_SPAN_A || !url_parse(attribute_text(r->out.arena, &link->href), &url))
        return S("");
    Buf begin = buf_new(r->out.arena, HTML_BYTES_MAX);
    buf_put(&begin, S("<a href=\""));
    html_put_url(&begin, url);
    buf_put(&begin, S("\" rel=\"nofollow\">"));
    *ret_begin = buf_str(&begin);
    return S("</a>");
}

static void begin_span(Render *r, MD_SPANTYPE type, const void *detail)
{
    Str begin;
    if (r->open_count == SPANS_MAX)
        return;
    r->open[r->open_count++] = (Span){type, span_markup(r, type, detail, &begin)};
    put(r, begin);
}

static void end_span(Render *r, MD_SPANTYPE type)
{
    for (size_t i = r->open_count; i > 0; i--)
        if (r->open[i - 1].type == type) {
            close_spans(r, i - 1);
            return;
        }
}

static int on_span(MD_SPANTYPE type, const void *detail, Render *r, bool enter)
{
    if (enter)
        begin_span(r, type, detail);
    else
        end_span(r, type);
    return r->out.overflow;
}

static int enter_span(MD_SPANTYPE type, void *detail, void *user)
{
    return on_span(type, detail, user, true);
}

static int leave_span(MD_SPANTYPE type, void *detail, void *user)
{
    return on_span(type, detail, user, false);
}

/* What the source has of it: md4c may name a byte behind its end. */
static Str within(const Render *r, const MD_CHAR *text, MD_SIZE size)
{
    const char *end = r->source.p + r->source.n;
    bool ours = text >= r->source.p && text <= end;
    return (Str){text, ours ? MIN((size_t)size, (size_t)(end - text)) : size};
}

static int on_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *user)
{
    Render *r = user;
    if (type == MD_TEXT_NULLCHAR)
        put(r, S("\xef\xbf\xbd"));
    else if (type == MD_TEXT_BR)
        put(r, S("<br>\n"));
    else if (type == MD_TEXT_SOFTBR)
        put(r, S("\n"));
    else
        buf_html(&r->out, within(r, text, size)); /* entities are shown as they were typed */
    return r->out.overflow;
}

Err markdown_html(Cx *cx, Str markdown, int heading_level, Html *ret)
{
    if (markdown.n > MARKDOWN_BYTES_MAX)
        return fail(cx, ERR_LIMIT, "markdown.large", "a text has at most %d bytes",
                    MARKDOWN_BYTES_MAX);
    /* md4c 0.4.8 reads a byte behind some texts that end within a link: there has to be one, and it
     * is none of somebody else's. */
    Str source = {arena_cstr(cx->arena, markdown), markdown.n};
    Render r = {.out = buf_new(cx->arena, HTML_BYTES_MAX),
                .source = source,
                .heading_level = heading_level};
    MD_PARSER parser = {.flags = MD_FLAG_NOHTML | MD_FLAG_TABLES,
                        .enter_block = enter_block,
                        .leave_block = leave_block,
                        .enter_span = enter_span,
                        .leave_span = leave_span,
                        .text = on_text};
    if (markdown.n && md_parse(source.p, (MD_SIZE)source.n, &parser, &r) != 0)
        return fail(cx, ERR_LIMIT, "markdown.large", "the text grows beyond %d bytes of markup",
                    HTML_BYTES_MAX);
    *ret = html_of(&r.out);
    return OK;
}
