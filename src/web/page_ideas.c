/* Ideas: the list with its filters, as map and as files. */
#include "web/idea_page.h"

#include "base/csv.h"
#include "base/str.h"
#include "people/idea_import.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/pages.h"
#include "web/svg.h"

enum { IDEAS_PER_PAGE = 20, IDEAS_ON_MAP_MAX = 1000 };

typedef struct Filters {
    IdeaFilter query;
    IdeaOrder order;
    Str topic; /* slug */
    bool map;
} Filters;

static const Str ORDERS[] = {[IDEA_NEWEST] = S_INIT(""),
                             [IDEA_SUPPORT] = S_INIT("zuspruch"),
                             [IDEA_TITLE] = S_INIT("titel")};

Err idea_filter(Call *call, Cx *cx, IdeaFilter *ret, IdeaOrder *ret_order, Str *ret_topic)
{
    Topic *topics;
    size_t count;
    Str state = call_query(call, S("stand")), topic = call_query(call, S("thema"));
    Str words = str_slice(call_query(call, S("suche")), 0, 200);
    Str order = call_query(call, S("ordnung"));
    *ret = (IdeaFilter){.district = call_query(call, S("stadtteil")),
                        .words = str_is_utf8(words) ? words : S("")};
    if (!str_is_utf8(ret->district))
        ret->district = S("");
    if (idea_is_open(state))
        ret->state = state;
    *ret_order = IDEA_NEWEST;
    for (size_t i = 1; i < COUNT_OF(ORDERS); i++)
        if (str_eq(order, ORDERS[i]))
            *ret_order = (IdeaOrder)i;
    *ret_topic = S("");
    TRY(topic_list(cx, &topics, &count));
    for (size_t i = 0; i < count; i++)
        if (str_eq(topics[i].slug, topic)) {
            ret->topic = topics[i].id;
            *ret_topic = topics[i].slug;
        }
    return OK;
}

/* ---- the filters ---- */

static Url with(Page *page, Url url, Str name, Str value)
{
    return value.n ? url_query(page->arena, url, name, value) : url;
}

static Url filtered(Page *page, Str path, const Filters *f)
{
    Url url = url_page(page->arena, page->lang, path);
    url = with(page, url, S("suche"), f->query.words);
    url = with(page, url, S("stand"), f->query.state);
    url = with(page, url, S("thema"), f->topic);
    url = with(page, url, S("stadtteil"), f->query.district);
    url = with(page, url, S("ordnung"), ORDERS[f->order]);
    return with(page, url, S("ansicht"), f->map ? S("karte") : S(""));
}

static void put_search(Page *page, const Filters *f)
{
    HtmlSearchFormKeep keep[5];
    size_t count = 0;
    const struct {
        Str name, value;
    } KEPT[] = {{S("stand"), f->query.state},
                {S("thema"), f->topic},
                {S("stadtteil"), f->query.district},
                {S("ordnung"), ORDERS[f->order]},
                {S("ansicht"), f->map ? S("karte") : S("")}};
    for (size_t i = 0; i < COUNT_OF(KEPT); i++)
        if (KEPT[i].value.n)
            keep[count++] = html_search_form_keep(text_of(KEPT[i].name), text_of(KEPT[i].value));
    html_search_form(
        &page->body, page->lang, TEXT("suche"), url_page(page->arena, page->lang, S("/ideen")),
        text_of(text_ideas_search(page->arena, page->lang)), TEXT("suche"), text_of(f->query.words),
        text_of(text_search_button(page->arena, page->lang)), keep, count);
}

static HtmlChipsChips chip(Page *page, const Filters *f, Str label, int64_t count, bool current)
{
    return html_chips_chips(filtered(page, S("/ideen"), f), text_of(label),
                            count >= 0 ? text_of(format_int(page->arena, page->lang, count))
                                       : TEXT(""),
                            flag_of(current));
}

static Str state_word(const Page *page, Str state)
{
    Item item = {.noun = NOUN_IDEA, .state = state};
    return item_state_word(page, &item);
}

/* In the order of an idea's life. */
static Err put_states(Page *page, const Filters *f, int64_t *ret_all)
{
    static const Str ALL[] = {S_INIT("published"), S_INIT("evaluation"), S_INIT("accepted"),
                              S_INIT("project"), S_INIT("rejected")};
    HtmlChipsChips chips[COUNT_OF(ALL) + 1];
    IdeaCount *counts;
    size_t found, count = 1;
    Filters to = *f;
    *ret_all = 0;
    TRY(idea_count_states(page->cx, &f->query, &counts, &found));
    for (size_t s = 0; s < COUNT_OF(ALL); s++)
        for (size_t i = 0; i < found; i++)
            if (str_eq(counts[i].word, ALL[s])) {
                to.query.state = ALL[s];
                chips[count++] = chip(page, &to, state_word(page, ALL[s]), counts[i].count,
                                      str_eq(f->query.state, ALL[s]));
                *ret_all += counts[i].count;
            }
    to.query.state = S("");
    chips[0] =
        chip(page, &to, text_ideas_any_state(page->arena, page->lang), *ret_all, !f->query.state.n);
    html_chips(&page->body, page->lang, text_of(text_ideas_by_state(page->arena, page->lang)),
               TEXT(""), chips, count);
    return OK;
}

static void put_fold(Page *page, Str title, bool open, const HtmlChipsChips *chips, size_t count)
{
    Buf body = page_buf(page->arena);
    html_chips(&body, page->lang, text_of(title), TEXT(""), chips, count);
    html_fold(&page->body, page->lang, text_of(title), flag_of(open), html_of(&body));
}

static Err put_topics(Page *page, const Filters *f)
{
    Topic *topics;
    size_t count, n = 0;
    Filters to = *f;
    TRY(topic_list(page->cx, &topics, &count));
    if (!count)
        return OK;
    HtmlChipsChips *chips = arena_array(page->arena, HtmlChipsChips, count + 1);
    to.topic = S("");
    chips[n++] = chip(page, &to, text_partners_any_topic(page->arena, page->lang), -1, !f->topic.n);
    for (size_t i = 0; i < count; i++) {
        to.topic = topics[i].slug;
        chips[n++] = chip(page, &to, topics[i].name, -1, str_eq(f->topic, to.topic));
    }
    put_fold(page, text_partners_by_topic(page->arena, page->lang), f->topic.n > 0, chips, n);
    return OK;
}

static Err put_districts(Page *page, const Filters *f)
{
    IdeaCount *districts;
    size_t count, n = 0;
    Filters to = *f;
    TRY(idea_count_districts(page->cx, &f->query, &districts, &count));
    if (!count)
        return OK;
    HtmlChipsChips *chips = arena_array(page->arena, HtmlChipsChips, count + 1);
    to.query.district = S("");
    chips[n++] = chip(page, &to, text_partners_any_district(page->arena, page->lang), -1,
                      !f->query.district.n);
    for (size_t i = 0; i < count; i++) {
        to.query.district = districts[i].word;
        chips[n++] = chip(page, &to, districts[i].word, districts[i].count,
                          str_eq(f->query.district, to.query.district));
    }
    put_fold(page, text_partners_by_district(page->arena, page->lang), f->query.district.n > 0,
             chips, n);
    return OK;
}

static Err put_filters(Page *page, const Filters *f, int64_t *ret_all)
{
    buf_put(&page->body, S("<div class=\"h-filters\">"));
    put_search(page, f);
    TRY(put_states(page, f, ret_all));
    buf_put(&page->body, S("<div>"));
    TRY(put_topics(page, f));
    TRY(put_districts(page, f));
    buf_put(&page->body, S("</div></div>"));
    return OK;
}

/* ---- the list ---- */

static void put_more_link(Page *page, Url href, Str words, bool current)
{
    buf_put(&page->body, S("<a class=\"h-more\" href=\""));
    html_put_url(&page->body, href);
    buf_put(&page->body, current ? S("\" aria-current=\"true\">") : S("\">"));
    html_put_text(&page->body, text_of(words));
    buf_put(&page->body, S("</a>"));
}

static void put_order_link(Page *page, const Filters *f, IdeaOrder order, Str words)
{
    Filters to = *f;
    to.order = order;
    put_more_link(page, filtered(page, S("/ideen"), &to), words, f->order == order);
}

static void put_results_head(Page *page, const Filters *f, int64_t total)
{
    Filters other = *f;
    other.map = !f->map;
    buf_put(&page->body, S("<div class=\"h-results\" id=\"liste\"><div role=\"status\"><h2>"));
    html_put_text(&page->body, text_of(text_ideas_found(page->arena, page->lang, total)));
    buf_put(&page->body, S("</h2></div><div class=\"h-results__links\">"));
    put_order_link(page, f, IDEA_NEWEST, text_ideas_newest(page->arena, page->lang));
    put_order_link(page, f, IDEA_SUPPORT, text_ideas_by_support(page->arena, page->lang));
    put_more_link(page, filtered(page, S("/ideen"), &other),
                  f->map ? text_partners_as_list(page->arena, page->lang)
                         : text_partners_as_map(page->arena, page->lang),
                  false);
    other.map = false;
    put_more_link(page, filtered(page, S("/ideen.csv"), &other),
                  text_partners_as_csv(page->arena, page->lang), false);
    buf_put(&page->body, S("</div></div>"));
}

Str idea_support_words(const Page *page, SupportCount count)
{
    Arena *arena = page->arena;
    Str persons = text_support_persons(arena, page->lang, count.persons);
    Str organisations = text_support_organisations(arena, page->lang, count.organisations);
    if (!count.persons && !count.organisations)
        return S("");
    if (!count.organisations || !count.persons)
        return text_support_by(arena, page->lang, count.persons ? persons : organisations);
    return text_support_both(arena, page->lang, persons, organisations);
}

static Err put_card(Page *page, const Item *item)
{
    SupportCount support;
    int64_t posts;
    Arena *arena = page->arena;
    TRY(support_count(page->cx, item->id, &support));
    TRY(post_count(page->cx, item->id, &posts));
    Str meta = item_meta(page, item), words = idea_support_words(page, support);
    if (item->district.n)
        meta = arena_fmt(arena, "%.*s · %.*s", SARG(meta), SARG(item->district));
    if (words.n)
        meta = arena_fmt(arena, "%.*s · %.*s", SARG(meta), SARG(words));
    if (posts) {
        Str count = text_discussion_count(arena, page->lang, posts);
        meta = arena_fmt(arena, "%.*s · %.*s", SARG(meta), SARG(count));
    }
    html_item_card(&page->body, page->lang, url_page(arena, page->lang, item_path(arena, item)),
                   text_of(item->text.title), item_lang(page, item), text_of(item->text.lead),
                   text_of(meta), item_badges(page, item), HTML_NONE);
    return OK;
}

static bool is_filtered(const Filters *f)
{
    return f->query.state.n || f->query.topic || f->query.district.n || f->query.words.n ||
           f->query.placed;
}

static Err put_list(Page *page, const Filters *f, int64_t number, int64_t all)
{
    bool none = all || is_filtered(f);
    Item *items;
    size_t count;
    int64_t total;
    TRY(idea_find(page->cx, &f->query, f->order, IDEAS_PER_PAGE, (number - 1) * IDEAS_PER_PAGE,
                  &items, &count, &total));
    if (all)
        put_results_head(page, f, total);
    if (!count) {
        html_empty(&page->body, page->lang, ICON_LIST,
                   text_of(none ? text_ideas_none(page->arena, page->lang)
                                : text_ideas_empty(page->arena, page->lang)),
                   text_of(none ? text_ideas_none_advice(page->arena, page->lang)
                                : text_ideas_empty_advice(page->arena, page->lang)),
                   HTML_NONE);
        return OK;
    }
    buf_put(&page->body, S("<div class=\"h-items\">"));
    for (size_t i = 0; i < count; i++)
        TRY(put_card(page, &items[i]));
    buf_put(&page->body, S("</div>"));
    /* page_pager adds the language itself. */
    Str url = filtered(page, S("/ideen"), f).s;
    page_pager(page, page->lang == LANG_DE ? url : str_from_index(url, 3), number, IDEAS_PER_PAGE,
               (int64_t)count, total);
    return OK;
}

/* ---- the map ---- */

static Html idea_map(Page *page, const Item *items, size_t count)
{
    MapMarker *markers = arena_array(page->arena, MapMarker, count);
    for (size_t i = 0; i < count; i++)
        markers[i] = (MapMarker){items[i].place.lon, items[i].place.lat, MARK_PLACE,
                                 text_of(items[i].text.title)};
    Buf buf = page_buf(page->arena);
    svg_map(&buf, &(MapScene){.label = text_of(text_ideas_map(page->arena, page->lang)),
                              .layers = page->frame->ground,
                              .markers = markers,
                              .marker_count = count});
    return html_of(&buf);
}

static Err put_map(Page *page, const Filters *f)
{
    Item *items;
    size_t count;
    int64_t total;
    Arena *arena = page->arena;
    Filters placed = *f, plain = *f;
    placed.query.placed = true;
    plain.map = false;
    TRY(idea_find(page->cx, &placed.query, f->order, IDEAS_ON_MAP_MAX, 0, &items, &count, &total));
    HtmlMapLegend legend = html_map_legend(mark_class(MARK_PLACE), mark_icon(MARK_PLACE),
                                           text_of(text_ideas_placed(arena, page->lang)),
                                           text_of(format_int(arena, page->lang, total)));
    html_map(&page->body, page->lang, TEXT("karte"), text_of(text_ideas_map(arena, page->lang)),
             HTML_NONE, idea_map(page, items, count),
             html_map_data(url_trusted(S("/stadt/karte/ebenen.json")),
                           filtered(page, S("/ideen.geojson"), &plain), URL_NONE_GIVEN),
             &legend, 1, url_trusted(S("#liste")),
             text_of(city_setting(page->frame, S("city.credit"))));
    return OK;
}

Err page_ideas(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    int64_t number, all;
    Filters f = {.map = str_eq(call_query(call, S("ansicht")), S("karte"))};
    (void)events;
    TRY(idea_filter(call, cx, &f.query, &f.order, &f.topic));
    TRY(call_query_i64(call, S("seite"), 1, 1, 100000, &number));
    page_open(call, MENU_IDEAS, &page);
    Text title = text_of(text_ideas_title(page.arena, page.lang));
    Text lead = text_of(text_ideas_lead(page.arena, page.lang));
    page_feed(&page, S("/ideen.atom"), text_ideas_title(page.arena, page.lang));
    Buf crumbs = page_buf(page.arena), actions = page_buf(page.arena);
    html_crumbs(&crumbs, page.lang, NULL, 0, title);
    html_link_button(&actions, page.lang, url_page(page.arena, page.lang, S("/ideen/neu")),
                     text_of(text_idea_new(page.arena, page.lang)), TEXT("primary"), ICON_NONE);
    if (actor_may(cx->actor, MAY_OFFICE_WORK))
        html_link_button(
            &actions, page.lang, url_page(page.arena, page.lang, S("/buero/ideen/einlesen")),
            text_of(text_idea_import_title(page.arena, page.lang)), TEXT("secondary"), ICON_NONE);
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, title, lead, html_of(&actions));
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    TRY(put_filters(&page, &f, &all));
    if (f.map)
        TRY(put_map(&page, &f));
    TRY(put_list(&page, &f, number, all));
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, title, lead);
    return OK;
}

/* ---- for other programs ---- */

static Err topic_slugs(Cx *cx, ItemId id, Str *ret)
{
    Topic *topics;
    size_t count;
    TRY(item_topics(cx, id, &topics, &count));
    Buf out = buf_new(cx->arena, 4096);
    for (size_t i = 0; i < count; i++)
        buf_fmt(&out, "%s%.*s", i ? " " : "", SARG(topics[i].slug));
    *ret = out.n ? buf_str(&out) : S("");
    return OK;
}

static Str degrees(Arena *arena, const ItemPlace *place, double value)
{
    return place->known ? arena_fmt(arena, "%.6f", value) : S("");
}

static Err put_row(Call *call, Cx *cx, const Item *item)
{
    Arena *arena = cx->arena;
    SupportCount support;
    Str topics;
    TRY(support_count(cx, item->id, &support));
    TRY(topic_slugs(cx, item->id, &topics));
    const Str fields[IDEA_COLUMN_COUNT] = {
        item->text.title,
        item->text.lead,
        item->text.body,
        item->state,
        topics,
        item->district,
        degrees(arena, &item->place, item->place.lat),
        degrees(arena, &item->place, item->place.lon),
        str_slice(format_machine_time(arena, item->published_us), 0, 10),
        arena_fmt(arena, "%lld", (long long)support.persons),
        arena_fmt(arena, "%lld", (long long)support.organisations)};
    for (size_t i = 0; i < IDEA_COLUMN_COUNT; i++) {
        if (i)
            buf_char(&call->body, ',');
        csv_put(&call->body, fields[i], ',');
    }
    buf_put(&call->body, S("\r\n"));
    return OK;
}

/* All of them by the filters, in portions of one answer of the domain. */
static Err each(Call *call, Cx *cx, bool placed, Err (*row)(Call *call, Cx *cx, const Item *item))
{
    IdeaFilter filter;
    IdeaOrder order;
    Str topic;
    Item *items;
    size_t count;
    TRY(idea_filter(call, cx, &filter, &order, &topic));
    filter.placed = placed;
    for (int64_t offset = 0;; offset += ITEM_LIST_MAX) {
        TRY(idea_find(cx, &filter, order, ITEM_LIST_MAX, offset, &items, &count, NULL));
        for (size_t i = 0; i < count; i++)
            TRY(row(call, cx, &items[i]));
        if (count < ITEM_LIST_MAX)
            return OK;
    }
}

Err ideas_csv(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    for (size_t i = 0; i < IDEA_COLUMN_COUNT; i++) {
        if (i)
            buf_char(&call->body, ',');
        buf_put(&call->body, IDEA_COLUMNS[i].name);
    }
    buf_put(&call->body, S("\r\n"));
    TRY(each(call, cx, false, put_row));
    call_set_header(call, S("Content-Type"), S("text/csv; charset=utf-8"));
    call_set_header(call, S("Content-Disposition"), S("attachment; filename=\"ideen.csv\""));
    return OK;
}

static void put_field(JsonOut *out, Str name, Str text)
{
    json_name(out, name);
    json_put_text(out, text);
}

/* A value of its own each, so that a comma stands between and none at the end. */
static Err put_feature(Call *call, Cx *cx, const Item *item)
{
    Buf one = buf_new(cx->arena, 64 << 10);
    JsonOut out = json_out(&one);
    json_begin(&out, '{');
    put_field(&out, S("type"), S("Feature"));
    put_field(&out, S("id"), item->slug);
    json_name(&out, S("geometry"));
    json_begin(&out, '{');
    put_field(&out, S("type"), S("Point"));
    json_name(&out, S("coordinates"));
    json_begin(&out, '[');
    json_put_f64(&out, item->place.lon);
    json_put_f64(&out, item->place.lat);
    json_end(&out, ']');
    json_end(&out, '}');
    json_name(&out, S("properties"));
    json_begin(&out, '{');
    put_field(&out, S("name"), item->text.title);
    put_field(&out, S("state"), S("place"));
    put_field(&out, S("href"), page_path(call, item_path(cx->arena, item)));
    json_end(&out, '}');
    json_end(&out, '}');
    if (call->body.p[call->body.n - 1] != '[')
        buf_char(&call->body, ',');
    buf_put(&call->body, buf_str(&one));
    return OK;
}

Err ideas_geojson(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    buf_put(&call->body, S("{\"type\":\"FeatureCollection\",\"features\":["));
    TRY(each(call, cx, true, put_feature));
    buf_put(&call->body, S("]}"));
    call_set_header(call, S("Content-Type"), S("application/geo+json"));
    return OK;
}
