/* The sitemap (sitemaps.org 0.9): an index and its parts, with what a stranger may read and nothing
 * else, whoever asks: in both languages, each naming the other (hreflang). */
#include "web/pages.h"

#include "base/str.h"
#include "people/item.h"
#include "web/format.h"
#include "web/html.h"
#include "web/page.h"
#include "web/xml.h"

/* A part has at most 50,000 addresses and 50 MB (sitemaps.org); these have some 5,000 and 3 MB, so
 * that one is written in milliseconds. */
enum { ITEMS_PER_PART = 2500, PARTS_MAX = 1000 };

static const Str PAGES[] = {
    S_INIT("/"),          S_INIT("/ideen"),       S_INIT("/projekte"),
    S_INIT("/partner"),   S_INIT("/teams"),       S_INIT("/strategie"),
    S_INIT("/stadt"),     S_INIT("/kontakt"),     S_INIT("/partner-werden"),
    S_INIT("/impressum"), S_INIT("/datenschutz"), S_INIT("/barrierefreiheit")};

static void put_address(Call *call, Lang lang, Str path)
{
    xml_put(&call->body, web_services(call)->base);
    xml_put(&call->body, url_page(call->cx->arena, lang, path).s);
}

static void put_pair(Call *call, Str path, Str lastmod)
{
    Buf *out = &call->body;
    for (Lang lang = 0; lang < LANG_COUNT; lang++) {
        buf_put(out, S("<url><loc>"));
        put_address(call, lang, path);
        buf_put(out, S("</loc>"));
        if (lastmod.n)
            xml_element(out, "lastmod", lastmod);
        for (Lang other = 0; other < LANG_COUNT; other++) {
            Str code = lang_code(other);
            buf_fmt(out, "<xhtml:link rel=\"alternate\" hreflang=\"%.*s\" href=\"", SARG(code));
            put_address(call, other, path);
            buf_put(out, S("\"/>"));
        }
        buf_put(out, S("</url>\n"));
    }
}

static void begin(Call *call, const char *element)
{
    buf_fmt(&call->body,
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
            "<%s xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\""
            " xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n",
            element);
    call_set_header(call, S("Content-Type"), S("application/xml; charset=utf-8"));
}

Err page_sitemap(Call *call, Cx *cx, struct Events *events)
{
    int64_t count;
    (void)events;
    TRY(item_count_public(cx, &count));
    int64_t parts = MIN(MAX((count + ITEMS_PER_PART - 1) / ITEMS_PER_PART, 1), PARTS_MAX);
    begin(call, "sitemapindex");
    for (int64_t part = 1; part <= parts; part++) {
        buf_put(&call->body, S("<sitemap><loc>"));
        put_address(call, LANG_DE, arena_fmt(cx->arena, "/sitemaps/%lld.xml", (long long)part));
        buf_put(&call->body, S("</loc></sitemap>\n"));
    }
    buf_put(&call->body, S("</sitemapindex>\n"));
    return OK;
}

/* "3.xml" */
static bool part_of(Str name, int64_t *ret)
{
    if (!str_ends(name, S(".xml")))
        return false;
    return str_to_i64(str_slice(name, 0, name.n - 4), ret) && *ret >= 1 && *ret <= PARTS_MAX;
}

Err page_sitemap_part(Call *call, Cx *cx, struct Events *events)
{
    int64_t part;
    Item *items;
    size_t count;
    (void)events;
    if (!part_of(call->params[0], &part))
        return fail(cx, ERR_NOT_FOUND, "request.path", "there is no such part of the sitemap");
    TRY(item_list_public(cx, ITEMS_PER_PART, (part - 1) * ITEMS_PER_PART, &items, &count));
    if (!count && part > 1)
        return fail(cx, ERR_NOT_FOUND, "request.path", "there is no such part of the sitemap");
    begin(call, "urlset");
    for (size_t i = 0; part == 1 && i < COUNT_OF(PAGES); i++)
        put_pair(call, PAGES[i], S(""));
    for (size_t i = 0; i < count; i++)
        put_pair(call, item_path(cx->arena, &items[i]),
                 format_machine_time(cx->arena, items[i].changed_us));
    buf_put(&call->body, S("</urlset>\n"));
    return OK;
}

Err page_robots(Call *call, Cx *cx, struct Events *events)
{
    Str base = web_services(call)->base;
    (void)cx, (void)events;
    call_set_header(call, S("Content-Type"), S("text/plain; charset=utf-8"));
    buf_put(&call->body, S("User-agent: *\nDisallow: /ngsi-ld/\nDisallow: /sse\nDisallow: "
                           "/anmelden\nDisallow: /en/anmelden\n"));
    buf_fmt(&call->body, "\nSitemap: %.*s/sitemap.xml\n", SARG(base));
    return OK;
}
