/* Atom (RFC 4287) beside the lists: ideas, projects, partners, published minutes, the posts of a
 * discussion. Each is its list with the same parameters, the newest first, in pages (RFC 5005), and
 * holds what its reader may read. An entry's id stays when its title and address change; names of
 * persons stand where the page shows them. */
#include "people/directory.h"

#include "base/str.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/idea_page.h"
#include "web/item_page.h"
#include "web/pages.h"
#include "web/partner_page.h"
#include "web/project_page.h"
#include "web/xml.h"

#include <stdlib.h>

enum { ENTRIES_PER_PAGE = 50 };

typedef struct Entry {
    const char *kind; /* of the id: "item", "post" */
    int64_t id;
    Str path, title, author, summary;
    Html content;
    Lang lang;
    int64_t published_us, changed_us;
} Entry;

typedef struct Atom {
    Call *call;
    Page page;
    Buf entries;
    Str base, path; /* of the list's page */
    Str file;       /* of the feed */
    Str title;
    int64_t number, updated_us;
    bool more;
} Atom;

static Err atom_open(Call *call, Str title, Str path, Str file, Atom *ret)
{
    *ret = (Atom){.call = call, .base = web_services(call)->base, .path = path, .file = file};
    TRY(call_query_i64(call, S("seite"), 1, 1, 100000, &ret->number));
    page_open(call, MENU_NONE, &ret->page);
    ret->entries = page_buf(call->cx->arena);
    ret->title = title;
    return OK;
}

/* "tag:stadt.example,2026:post/7" (RFC 4151): the name of the site without scheme and port. */
static Str tag_of(const Atom *atom, const char *kind, int64_t id)
{
    Str host = atom->base;
    ptrdiff_t at = str_find(host, S("://"));
    host = at < 0 ? host : str_from_index(host, (size_t)at + 3);
    host = str_cut(&host, '/');
    host = str_cut(&host, ':');
    return arena_fmt(atom->page.arena, "tag:%.*s,2026:%s/%lld", SARG(host), kind, (long long)id);
}

static Str absolute(const Atom *atom, Str path)
{
    Str url = url_requested(atom->page.arena, atom->page.lang, path).s;
    return arena_fmt(atom->page.arena, "%.*s%.*s", SARG(atom->base), SARG(url));
}

static void put_link(const Atom *atom, Buf *out, const char *rel, const char *type, Str path)
{
    buf_fmt(out, "<link rel=\"%s\" type=\"%s\" href=\"", rel, type);
    xml_put(out, absolute(atom, path));
    buf_put(out, S("\"/>"));
}

static void put_time(const Atom *atom, Buf *out, const char *name, int64_t at_us)
{
    xml_element(out, name, format_machine_time(atom->page.arena, at_us));
}

static void put_author(Buf *out, Str name)
{
    buf_put(out, S("<author>"));
    xml_element(out, "name", name);
    buf_put(out, S("</author>"));
}

static void atom_put(Atom *atom, const Entry *entry)
{
    Buf *out = &atom->entries;
    Str lang = lang_code(entry->lang);
    int64_t published_us = entry->published_us ? entry->published_us : entry->changed_us;
    int64_t updated_us = MAX(entry->changed_us, published_us);
    atom->updated_us = MAX(atom->updated_us, updated_us);
    buf_fmt(out, "<entry xml:lang=\"%.*s\">", SARG(lang));
    xml_element(out, "id", tag_of(atom, entry->kind, entry->id));
    xml_element(out, "title", entry->title);
    put_link(atom, out, "alternate", "text/html", entry->path);
    put_time(atom, out, "published", published_us);
    put_time(atom, out, "updated", updated_us);
    if (entry->author.n)
        put_author(out, entry->author);
    if (entry->summary.n)
        xml_element(out, "summary", entry->summary);
    if (entry->content.s.n) {
        buf_put(out, S("<content type=\"html\">"));
        xml_put(out, entry->content.s);
        buf_put(out, S("</content>"));
    }
    buf_put(out, S("</entry>\n"));
}

static void put_page_link(Atom *atom, Buf *out, const char *rel, Str query, int64_t number)
{
    Str path = number == 1 ? arena_fmt(atom->page.arena, "%.*s%.*s", SARG(atom->file), SARG(query))
                           : arena_fmt(atom->page.arena, "%.*s%.*s%sseite=%lld", SARG(atom->file),
                                       SARG(query), query.n ? "&" : "?", (long long)number);
    put_link(atom, out, rel, "application/atom+xml", path);
}

static Err atom_close(Atom *atom)
{
    Buf *out = &atom->call->body;
    Str query = page_list_query(atom->call), lang = lang_code(atom->page.lang);
    Str city = city_setting(atom->page.frame, S("city.name"));
    Str page_path = arena_fmt(atom->page.arena, "%.*s%.*s", SARG(atom->path), SARG(query));
    Str feed_path = arena_fmt(atom->page.arena, "%.*s%.*s", SARG(atom->file), SARG(query));
    buf_fmt(out,
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
            "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"%.*s\">",
            SARG(lang));
    xml_element(out, "id", absolute(atom, feed_path));
    xml_element(out, "title",
                arena_fmt(atom->page.arena, "%.*s – %.*s", SARG(atom->title), SARG(city)));
    /* A feed without entries has not changed since the epoch, and its bytes stay the same. */
    put_time(atom, out, "updated", atom->updated_us);
    put_author(out, city);
    put_link(atom, out, "alternate", "text/html", page_path);
    put_page_link(atom, out, "self", query, atom->number);
    if (atom->number > 1) {
        put_page_link(atom, out, "first", query, 1);
        put_page_link(atom, out, "previous", query, atom->number - 1);
    }
    if (atom->more)
        put_page_link(atom, out, "next", query, atom->number + 1);
    buf_char(out, '\n');
    buf_put(out, buf_str(&atom->entries));
    buf_put(out, S("</feed>\n"));
    call_set_header(atom->call, S("Content-Type"), S("application/atom+xml; charset=utf-8"));
    call_set_header(atom->call, S("Content-Language"), lang);
    return OK;
}

static int64_t offset_of(const Atom *atom)
{
    return (atom->number - 1) * ENTRIES_PER_PAGE;
}

static void put_items(Atom *atom, const Item *items, size_t count, int64_t total, bool authors)
{
    atom->more = offset_of(atom) + (int64_t)count < total;
    for (size_t i = 0; i < count; i++)
        atom_put(atom, &(Entry){.kind = "item",
                                .id = items[i].id.v,
                                .path = item_path(atom->page.arena, &items[i]),
                                .title = items[i].text.title,
                                .author = authors ? items[i].author_name : S(""),
                                .summary = items[i].text.lead,
                                .content = HTML_NONE,
                                .lang = items[i].text.lang,
                                .published_us = items[i].published_us,
                                .changed_us = items[i].changed_us});
}

/* ---- the feeds ---- */

Err ideas_atom(Call *call, Cx *cx, struct Events *events)
{
    Atom atom;
    IdeaFilter filter;
    IdeaOrder order;
    Str topic;
    Item *items;
    size_t count;
    int64_t total;
    (void)events;
    TRY(idea_filter(call, cx, &filter, &order, &topic));
    TRY(atom_open(call, text_ideas_title(cx->arena, cx->actor->lang), S("/ideen"), S("/ideen.atom"),
                  &atom));
    TRY(idea_find(cx, &filter, IDEA_NEWEST, ENTRIES_PER_PAGE, offset_of(&atom), &items, &count,
                  &total));
    put_items(&atom, items, count, total, true);
    return atom_close(&atom);
}

Err projects_atom(Call *call, Cx *cx, struct Events *events)
{
    Atom atom;
    Portfolio portfolio;
    Item *items;
    size_t count;
    int64_t total;
    (void)events;
    TRY(portfolio_read(call, &portfolio));
    TRY(atom_open(call, text_projects_title(cx->arena, cx->actor->lang), S("/projekte"),
                  S("/projekte.atom"), &atom));
    TRY(project_find(cx, &portfolio.filter, ITEM_CHANGED_LAST, ENTRIES_PER_PAGE, offset_of(&atom),
                     &items, &count, &total));
    put_items(&atom, items, count, total, false);
    return atom_close(&atom);
}

static int newest_partner(const void *a, const void *b)
{
    const Partner *x = a, *y = b;
    if (x->published_us != y->published_us)
        return x->published_us < y->published_us ? 1 : -1;
    return (x->id.v < y->id.v) - (x->id.v > y->id.v);
}

Err partners_atom(Call *call, Cx *cx, struct Events *events)
{
    Atom atom;
    DirectoryQuery query;
    Directory d;
    (void)events;
    partner_query(call, &query);
    TRY(directory_read(cx, &query, &d));
    TRY(atom_open(call, text_partners_title(cx->arena, cx->actor->lang), S("/partner"),
                  S("/partner.atom"), &atom));
    qsort(d.partners, d.count, sizeof *d.partners, newest_partner);
    size_t from = MIN((size_t)offset_of(&atom), d.count),
           to = MIN(from + ENTRIES_PER_PAGE, d.count);
    atom.more = to < d.count;
    for (size_t i = from; i < to; i++) {
        const Partner *p = &d.partners[i];
        atom_put(&atom, &(Entry){.kind = "item",
                                 .id = p->id.v,
                                 .path = arena_fmt(cx->arena, "/partner/%.*s", SARG(p->slug)),
                                 .title = p->name,
                                 .author = S(""),
                                 .summary = p->lead,
                                 .content = HTML_NONE,
                                 .lang = p->lang,
                                 .published_us = p->published_us,
                                 .changed_us = p->changed_us});
    }
    return atom_close(&atom);
}

Err minutes_atom(Call *call, Cx *cx, struct Events *events)
{
    Atom atom;
    Item *items;
    size_t count;
    int64_t total;
    (void)events;
    TRY(atom_open(call, text_atom_minutes(cx->arena, cx->actor->lang), S("/teams"),
                  S("/sitzungen.atom"), &atom));
    ItemQuery query = {.noun = NOUN_MEETING,
                       .state = S("published"),
                       .order = ITEM_CHANGED_LAST,
                       .limit = ENTRIES_PER_PAGE,
                       .offset = offset_of(&atom)};
    TRY(item_list(cx, &query, &items, &count, &total));
    put_items(&atom, items, count, total, false);
    return atom_close(&atom);
}

Err discussion_atom(Call *call, Cx *cx, struct Events *events)
{
    Atom atom;
    Item item;
    Post *posts;
    int64_t total;
    size_t count;
    (void)events;
    TRY(item_of_number(call, cx, &item));
    Str path = discussion_path(cx->arena, item.id);
    TRY(atom_open(call, item.text.title, path,
                  arena_fmt(cx->arena, "%.*s/beitraege.atom", SARG(path)), &atom));
    TRY(post_newest(cx, &item, ENTRIES_PER_PAGE, offset_of(&atom), &posts, &count));
    TRY(post_count(cx, item.id, &total));
    atom.more = offset_of(&atom) + (int64_t)count < total;
    for (size_t i = 0; i < count; i++) {
        Html words;
        Str author = person_words(&atom.page, posts[i].author_name);
        TRY(post_html(&atom.page, &posts[i], &words));
        atom_put(&atom, &(Entry){.kind = "post",
                                 .id = posts[i].id.v,
                                 .path = post_path(cx->arena, posts[i].id, ""),
                                 .title = text_atom_post(cx->arena, atom.page.lang, author,
                                                         item.text.title),
                                 .author = author,
                                 .summary = S(""),
                                 .content = words,
                                 .lang = posts[i].lang,
                                 .published_us = posts[i].shown_us,
                                 .changed_us = posts[i].changed_us});
    }
    return atom_close(&atom);
}
