#include "web/markdown.h"

#include "base/str.h"

#include <md4c.h>

enum { HTML_BYTES_MAX = 2 << 20 };

typedef struct Render {
    Buf out;
    int heading_level;  /* of "#" */
    int in_image;       /* an image's description becomes its text */
    bool link_open[64]; /* whether the link at this depth was let through */
    int links;
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

static int on_block(MD_BLOCKTYPE type, void *detail, Render *r, bool enter)
{
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

static void open_link(Render *r, const MD_SPAN_A_DETAIL *detail)
{
    Url url;
    bool allowed = r->links < (int)COUNT_OF(r->link_open) &&
                   url_parse(attribute_text(r->out.arena, &detail->href), &url);
    if (r->links < (int)COUNT_OF(r->link_open))
        r->link_open[r->links] = allowed;
    r->links++;
    if (!allowed)
        return;
    put(r, S("<a href=\""));
    html_put_url(&r->out, url);
    put(r, S("\" rel=\"nofollow\">"));
}

static void close_link(Render *r)
{
    r->links--;
    if (r->links < (int)COUNT_OF(r->link_open) && r->link_open[r->links])
        put(r, S("</a>"));
}

static int on_span(MD_SPANTYPE type, void *detail, Render *r, bool enter)
{
    if (type == MD_SPAN_A)
        enter ? open_link(r, detail) : close_link(r);
    else if (type == MD_SPAN_IMG)
        r->in_image += enter ? 1 : -1;
    else if (type == MD_SPAN_EM)
        put(r, enter ? S("<em>") : S("</em>"));
    else if (type == MD_SPAN_STRONG)
        put(r, enter ? S("<strong>") : S("</strong>"));
    else if (type == MD_SPAN_CODE)
        put(r, enter ? S("<code>") : S("</code>"));
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
        buf_html(&r->out, (Str){text, size}); /* entities are shown as they were typed */
    return r->out.overflow;
}

Err markdown_html(Cx *cx, Str markdown, int heading_level, Html *ret)
{
    if (markdown.n > MARKDOWN_BYTES_MAX)
        return fail(cx, ERR_LIMIT, "markdown.large", "a text has at most %d bytes",
                    MARKDOWN_BYTES_MAX);
    Render r = {.out = buf_new(cx->arena, HTML_BYTES_MAX), .heading_level = heading_level};
    MD_PARSER parser = {.flags = MD_FLAG_NOHTML | MD_FLAG_TABLES,
                        .enter_block = enter_block,
                        .leave_block = leave_block,
                        .enter_span = enter_span,
                        .leave_span = leave_span,
                        .text = on_text};
    if (markdown.n && md_parse(markdown.p, (MD_SIZE)markdown.n, &parser, &r) != 0)
        return fail(cx, ERR_LIMIT, "markdown.large", "the text grows beyond %d bytes of markup",
                    HTML_BYTES_MAX);
    *ret = html_of(&r.out);
    return OK;
}
