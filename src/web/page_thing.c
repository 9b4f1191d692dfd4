/* One entity as a page: what it is, where, what it says now, and how that went. Beside it the
 * list of all of them. */
#include "web/chart.h"
#include "web/figure.h"
#include "web/pages.h"
#include "web/thing.h"

#include "base/csv.h"
#include "base/str.h"
#include "systems/history.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/json_view.h"
#include "web/svg.h"
#include "web/when.h"

#include <math.h>
#include <stdlib.h>

enum { THINGS_PER_PAGE = 50, CSV_ROWS_MAX = 200000, TILES_MAX = 4, PLACE_M = 900 };

/* ---- one thing ---- */

typedef struct Attribute {
    Str iri;
    JsonValue value; /* of the default instance */
    Str type;
    Str value_text; /* as a reader sees it; empty: json_view */
    Str unit;
    int64_t at_us;
    bool number;
} Attribute;

static JsonValue value_of(JsonValue instance)
{
    static const Str MEMBERS[] = {S_INIT("value"),     S_INIT("object"), S_INIT("languageMap"),
                                  S_INIT("vocab"),     S_INIT("json"),   S_INIT("valueList"),
                                  S_INIT("objectList")};
    JsonValue value = instance;
    for (size_t i = 0; i < COUNT_OF(MEMBERS); i++)
        if (json_find(instance, MEMBERS[i], &value))
            break;
    return value;
}

/* "54,19476° N, 7,29728° O" for a point, the kind of geometry for others. */
static Str place_text(Page *page, JsonValue geometry)
{
    JsonValue type, coordinates;
    double at[2] = {0};
    size_t n = 0;
    if (!json_find(geometry, S("type"), &type))
        return json_span(geometry);
    if (!json_text_is(type, S("Point")) || !json_find(geometry, S("coordinates"), &coordinates))
        return json_text(page->arena, type);
    for (JsonIter it = json_iter(coordinates); n < 2 && json_next(&it); n++)
        if (!json_f64(it.value, &at[n]))
            return json_span(geometry);
    return arena_fmt(page->arena, "%.*s° %s, %.*s° %.*s",
                     SARG(format_number(page->arena, page->lang, fabs(at[1]), 5)),
                     at[1] < 0 ? "S" : "N",
                     SARG(format_number(page->arena, page->lang, fabs(at[0]), 5)),
                     SARG(at[0] < 0 ? S("W") : text_thing_east(page->arena, page->lang)));
}

static void attribute_read(Page *page, Str iri, JsonValue instance, Attribute *ret)
{
    JsonValue member;
    double number;
    if (json_type(instance) == JSON_ARRAY) {
        JsonIter it = json_iter(instance);
        if (json_next(&it))
            instance = it.value;
    }
    *ret = (Attribute){
        .iri = iri, .value = value_of(instance), .type = S(""), .value_text = S(""), .unit = S("")};
    if (json_find(instance, S("type"), &member))
        ret->type = json_text(page->arena, member);
    if (json_find(instance, S("unitCode"), &member))
        ret->unit = format_unit_symbol(json_raw(member));
    if (json_find(instance, S("observedAt"), &member) && !time_parse(json_raw(member), &ret->at_us))
        ret->at_us = 0;
    if (json_is(ret->value, JSON_NUMBER) && json_f64(ret->value, &number)) {
        ret->number = true;
        ret->value_text = format_measure(page->arena, page->lang, number);
    } else if (str_eq(ret->type, S("GeoProperty"))) {
        ret->value_text = place_text(page, ret->value);
    }
}

/* What is measured comes first, and numbers before others. */
static int by_interest(const void *a, const void *b)
{
    const Attribute *left = a, *right = b;
    int l = 2 * (left->at_us != 0) + left->number, r = 2 * (right->at_us != 0) + right->number;
    return l != r ? r - l : (left->iri.p > right->iri.p) - (left->iri.p < right->iri.p);
}

static size_t attributes_read(Page *page, const Entity *entity, Attribute **ret)
{
    JsonValue root = json_root(&entity->doc);
    Attribute *list = arena_array(page->arena, Attribute, json_count(root));
    size_t count = 0;
    for (JsonIter it = json_iter(root); json_next(&it);)
        attribute_read(page, json_text(page->arena, it.key), it.value, &list[count++]);
    qsort(list, count, sizeof *list, by_interest);
    *ret = list;
    return count;
}

/* data-live of what may change while the page is open; none for what cannot be believed. */
static void put_live(Buf *out, const Thing *thing, const Attribute *attribute)
{
    if (thing->state != SOURCE_REPORTS || !attribute->value_text.n)
        return;
    buf_put(out, S(" data-live=\""));
    html_put_text(out, text_of(thing->id));
    buf_put(out, S("|"));
    html_put_text(out, text_of(iri_name(attribute->iri)));
    buf_put(out, S("\""));
}

static Str with_unit(Page *page, const Attribute *attribute)
{
    if (!attribute->unit.n)
        return attribute->value_text;
    return arena_fmt(page->arena, "%.*s\xe2\x80\xaf%.*s", SARG(attribute->value_text),
                     SARG(attribute->unit));
}

/* Whom an indicator leaves out, and since when. */
static Html left_out_value(Page *page, const IndicatorResult *result)
{
    Buf buf = page_buf(page->arena);
    buf_put(&buf, result->left_out_count ? S("<ul class=\"h-list\">") : S("–"));
    for (size_t i = 0; i < result->left_out_count; i++) {
        const Source *source = &result->left_out[i];
        buf_put(&buf, S("<li><a href=\""));
        html_put_url(&buf, thing_url(page, source->id));
        buf_put(&buf, S("\">"));
        html_put_text(&buf, text_of(source->name.n ? source->name : source->id));
        buf_put(&buf, S("</a> <span class=\"h-quiet\">"));
        html_put_text(&buf, source_word(page, source->state));
        buf_put(&buf, S(", "));
        html_put_text(&buf, text_of(source_since(page, source)));
        buf_put(&buf, S("</span></li>"));
    }
    buf_put(&buf, result->left_out_count ? S("</ul>") : S(""));
    return html_of(&buf);
}

static Html attribute_value(Page *page, const Thing *thing, const Attribute *attribute,
                            const IndicatorResult *result)
{
    Buf buf = page_buf(page->arena);
    if (result && str_eq(iri_name(attribute->iri), S("leftOut")))
        return left_out_value(page, result);
    if (!attribute->value_text.n) {
        json_view(&buf, page, attribute->value);
    } else if (thing->state != SOURCE_REPORTS && attribute->at_us) {
        buf_put(&buf, S("<span class=\"h-quiet\">"));
        html_put_text(
            &buf, text_of(text_thing_last(page->arena, page->lang, with_unit(page, attribute))));
        buf_put(&buf, S("</span>"));
    } else {
        buf_put(&buf, S("<span"));
        put_live(&buf, thing, attribute);
        buf_put(&buf, S("><span class=\"h-number\" data-live-text>"));
        html_put_text(&buf, text_of(attribute->value_text));
        buf_put(&buf, S("</span>"));
        if (attribute->unit.n) {
            buf_put(&buf, S("\xe2\x80\xaf<span data-live-unit>"));
            html_put_text(&buf, text_of(attribute->unit));
            buf_put(&buf, S("</span>"));
        }
        buf_put(&buf, S("</span>"));
    }
    return html_of(&buf);
}

static Html observed_value(Page *page, const Thing *thing, const Attribute *attribute)
{
    Buf buf = page_buf(page->arena);
    if (!attribute->at_us)
        return html_of(&buf);
    buf_put(&buf, S("<span"));
    put_live(&buf, thing, attribute);
    buf_put(&buf, S("><time data-live-at datetime=\""));
    html_put_text(&buf, text_of(format_machine_time(page->arena, attribute->at_us)));
    buf_put(&buf, S("\">"));
    html_put_text(&buf, text_of(short_time(page, attribute->at_us)));
    buf_put(&buf, S("</time></span>"));
    return html_of(&buf);
}

static Html attribute_name(Page *page, const Attribute *attribute, const Attribute *charted)
{
    Buf buf = page_buf(page->arena);
    Text word = text_of(thing_word(page, attribute->iri));
    if (!attribute->number) {
        html_put_text(&buf, word);
        return html_of(&buf);
    }
    Url url = url_query(page->arena, url_trusted(page->call->http->path), S("wert"),
                        iri_name(attribute->iri));
    buf_put(&buf, S("<a href=\""));
    html_put_url(&buf, url);
    buf_put(&buf, attribute == charted ? S("#verlauf\" aria-current=\"true\">") : S("#verlauf\">"));
    html_put_text(&buf, word);
    buf_put(&buf, S("</a>"));
    return html_of(&buf);
}

static void put_attributes(Page *page, const Thing *thing, const Attribute *list, size_t count,
                           const Attribute *charted, const IndicatorResult *result)
{
    enum { COLUMNS = 3 };
    Arena *arena = page->arena;
    Lang lang = page->lang;
    Text label[COLUMNS] = {text_of(text_thing_attribute(arena, lang)),
                           text_of(text_thing_value(arena, lang)),
                           text_of(text_thing_observed(arena, lang))};
    HtmlTableHeads heads[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++)
        heads[i] = html_table_heads(label[i], flag_of(false));
    HtmlTableRows *rows = arena_array(arena, HtmlTableRows, count);
    for (size_t i = 0; i < count; i++) {
        HtmlTableRowsCells *cells = arena_array(arena, HtmlTableRowsCells, COLUMNS);
        Html values[COLUMNS] = {attribute_name(page, &list[i], charted),
                                attribute_value(page, thing, &list[i], result),
                                observed_value(page, thing, &list[i])};
        for (size_t c = 0; c < COLUMNS; c++)
            cells[c] = html_table_rows_cells(label[c], values[c], flag_of(false), flag_of(c == 0));
        rows[i] = html_table_rows(cells, COLUMNS);
    }
    html_table(&page->body, lang, text_of(text_thing_attributes(arena, lang)), flag_of(true), heads,
               COLUMNS, rows, count);
}

/* What was measured last, large. What cannot be believed is no figure. */
static void put_now(Page *page, const Thing *thing, const Attribute *list, size_t count)
{
    Arena *arena = page->arena;
    size_t shown = 0;
    Buf tiles = page_buf(arena);
    if (thing->state != SOURCE_REPORTS)
        return;
    for (size_t i = 0; i < count && shown < TILES_MAX; i++) {
        const Attribute *a = &list[i];
        if (!a->number || !a->at_us)
            continue;
        Url url =
            url_query(arena, url_trusted(page->call->http->path), S("wert"), iri_name(a->iri));
        html_tile(&tiles, page->lang, text_of(thing_word(page, a->iri)), url, ICON_CHART,
                  html_tile_value(text_of(a->value_text), text_of(a->unit), text_of(thing->id),
                                  text_of(iri_name(a->iri)),
                                  text_of(format_machine_time(arena, a->at_us)),
                                  text_of(short_time(page, a->at_us))),
                  HTML_NONE,
                  html_tile_state(mark_class(MARK_OK), mark_icon(MARK_OK),
                                  source_word(page, SOURCE_REPORTS)),
                  TEXT(""));
        shown++;
    }
    if (!shown)
        return;
    page_put_hidden_heading(page, text_thing_now(arena, page->lang));
    buf_put(&page->body, S("<div class=\"h-tiles\">"));
    html_put_html(&page->body, html_of(&tiles));
    buf_put(&page->body, S("</div>"));
}

/* The attribute whose course is shown: the one asked for, else the thing's own. */
static const Attribute *charted_attribute(Call *call, const Thing *thing, const Attribute *list,
                                          size_t count)
{
    Str wanted = call_query(call, S("wert"));
    const Attribute *first = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!list[i].number)
            continue;
        if (wanted.n ? str_eq(iri_name(list[i].iri), wanted)
                     : str_eq(list[i].iri, thing->attribute))
            return &list[i];
        if (!first || (!first->at_us && list[i].at_us))
            first = &list[i];
    }
    return first;
}

/* In one sentence: how this source is doing. */
static Str lead_of(const Page *page, const Thing *thing)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    if (thing->state == SOURCE_STUCK)
        return text_thing_stuck(arena, lang);
    if (thing->state == SOURCE_SILENT)
        return text_thing_silent(arena, lang);
    if (!thing->at_us)
        return text_thing_lead(arena, lang);
    Str ago = format_relative(arena, lang, page->frame->zone, thing->at_us, page->now_us);
    return text_thing_reported(arena, lang, ago);
}

static Url csv_url(Page *page, const Thing *thing)
{
    Url url =
        url_segment(page->arena, url_page(page->arena, page->lang, S("/stadt/daten")), thing->id);
    return url_trusted(arena_fmt(page->arena, "%.*s/verlauf.csv", SARG(url.s)));
}

static void put_intro(Page *page, const Thing *thing)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    Buf crumbs = page_buf(arena), badges = page_buf(arena), actions = page_buf(arena);
    HtmlCrumbsLinks links[2] = {
        html_crumbs_links(url_page(arena, lang, S("/stadt")), text_of(text_menu_live(arena, lang))),
        html_crumbs_links(url_page(arena, lang, S("/stadt/daten")),
                          text_of(text_things_title(arena, lang)))};
    html_crumbs(&crumbs, lang, links, 2, text_of(thing->name));
    MarkState mark = source_mark(thing->state);
    html_badge(&badges, lang, mark_class(mark), mark_icon(mark), source_word(page, thing->state));
    html_badge(&badges, lang, TEXT(""), ICON_NONE, text_of(thing_word(page, thing->type)));
    if (thing->place.n)
        html_badge(&badges, lang, TEXT(""), ICON_PIN, text_of(thing->place));
    Url json = url_segment(arena, url_trusted(S("/ngsi-ld/v1/entities")), thing->id);
    const Indicator *indicator = indicator_of(page, thing->id);
    if (indicator)
        html_link_button(
            &actions, lang,
            url_segment(arena, url_page(arena, lang, S("/stadt/kennzahlen")), indicator->slug),
            text_of(text_thing_to_figure(arena, lang)), TEXT("primary"), ICON_NONE);
    html_link_button(&actions, lang, csv_url(page, thing), text_of(text_thing_csv(arena, lang)),
                     TEXT("secondary"), ICON_DOWNLOAD);
    html_link_button(&actions, lang, json, TEXT("NGSI-LD"), TEXT("tertiary"), ICON_NONE);
    Str lead = lead_of(page, thing);
    html_intro(&page->body, lang, html_of(&crumbs), html_of(&badges), text_of(thing->name),
               text_of(lead), html_of(&actions));
}

static void put_place(Page *page, const Thing *thing)
{
    if (!thing->has_point)
        return;
    MapMarker marker = {thing->lon, thing->lat, source_mark(thing->state), text_of(thing->name)};
    Buf picture = page_buf(page->arena);
    svg_map(&picture,
            &(MapScene){.label = text_of(text_thing_place(page->arena, page->lang, thing->name)),
                        .layers = page->frame->ground,
                        .markers = &marker,
                        .marker_count = 1,
                        .around_m = PLACE_M});
    Buf body = page_buf(page->arena);
    buf_put(&body, S("<div class=\"h-map__place\">"));
    html_put_html(&body, html_of(&picture));
    buf_put(&body, S("</div>"));
    html_panel(&page->body, page->lang, TEXT("ort"),
               text_of(text_thing_where(page->arena, page->lang)),
               html_panel_link(url_page(page->arena, page->lang, S("/stadt/karte")),
                               text_of(text_menu_map(page->arena, page->lang))),
               html_of(&body));
}

static void put_day(Page *page, Str name, Str label, int64_t at_us)
{
    html_field(&page->body, page->lang, text_of(name), text_of(name), TEXT("date"), text_of(label),
               text_of(when_date_value(page->arena, page->frame->zone, at_us)), TEXT(""), TEXT(""),
               flag_of(false), TEXT("off"), TEXT(""));
}

/* The readings of some days as a file; the last seven at first. */
static void put_period(Page *page, const Thing *thing)
{
    enum { DAYS = 6 };
    Arena *arena = page->arena;
    Lang lang = page->lang;
    buf_put(&page->body, S("<section class=\"h-stack\" id=\"zeitraum\"><h2>"));
    html_put_text(&page->body, text_of(text_thing_period(arena, lang)));
    buf_put(&page->body, S("</h2><form class=\"h-form\" method=\"get\" action=\""));
    html_put_url(&page->body, csv_url(page, thing));
    buf_put(&page->body, S("\">"));
    put_day(page, S("von"), text_thing_from(arena, lang), page->now_us - DAYS * 24 * TIME_HOUR_US);
    put_day(page, S("bis"), text_thing_to(arena, lang), page->now_us);
    html_button(&page->body, lang, text_of(text_thing_period_csv(arena, lang)), TEXT("secondary"),
                ICON_DOWNLOAD, TEXT(""), TEXT(""));
    buf_put(&page->body, S("</form></section>"));
}

static void put_facts(Page *page, const Thing *thing, const Entity *entity)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    const Zone *zone = page->frame->zone;
    HtmlFactsRows rows[4];
    size_t count = 0;
    rows[count++] =
        html_facts_rows(text_of(text_thing_id(arena, lang)), html_escaped(arena, thing->id));
    rows[count++] = html_facts_rows(text_of(text_thing_type(arena, lang)),
                                    html_escaped(arena, entity->types[0]));
    rows[count++] = html_facts_rows(
        text_of(text_thing_created(arena, lang)),
        html_escaped(arena, format_moment(arena, lang, zone, entity->created_us, page->now_us)));
    rows[count++] = html_facts_rows(
        text_of(text_thing_modified(arena, lang)),
        html_escaped(arena, format_moment(arena, lang, zone, entity->modified_us, page->now_us)));
    html_facts(&page->body, lang, rows, count);
}

Err page_thing(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    Page page;
    Entity entity;
    Thing thing;
    Judgement judgement;
    Attribute *attributes;
    page_open(call, MENU_LIVE, &page);
    TRY(entity_get(cx, call->params[0], &entity));
    TRY(judgement_read(&page, &judgement));
    thing_read(&page, &judgement, &entity, &thing);
    size_t count = attributes_read(&page, &entity, &attributes);
    const Attribute *charted = charted_attribute(call, &thing, attributes, count);
    IndicatorResult result;
    const Indicator *indicator = indicator_of(&page, thing.id);
    if (indicator)
        TRY(indicator_get(cx, indicator, &result));
    put_intro(&page, &thing);
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-columns\"><div class=\"h-stack\">"));
    put_now(&page, &thing, attributes, count);
    if (charted) {
        ChartOf chart = {.id = entity.id,
                         .attribute = charted->iri,
                         .title = text_of(thing_word(&page, charted->iri)),
                         .target = NAN,
                         .gap_us = TIME_HOUR_US + TIME_HOUR_US / 2};
        TRY(chart_put(&page, &chart));
    }
    put_attributes(&page, &thing, attributes, count, charted, indicator ? &result : NULL);
    buf_put(&page.body, S("</div><div class=\"h-stack\">"));
    put_place(&page, &thing);
    put_facts(&page, &thing, &entity);
    put_period(&page, &thing);
    buf_put(&page.body, S("</div></div>"));
    page_close(&page, PAGE_PLAIN, text_of(thing.name), TEXT(""));
    return OK;
}

/* ---- its history as a file ---- */

/* "von" and "bis" of the request: days in the city's zone, both of them whole; either may lack. */
static Err period_of(Call *call, HistoryWindow *ret)
{
    const Zone *zone = web_services(call)->frame->zone;
    Str from = str_trim(call_query(call, S("von"))), to = str_trim(call_query(call, S("bis")));
    *ret = HISTORY_ALL;
    if ((from.n && !zone_day(zone, from, &ret->from_us)) ||
        (to.n && !zone_day(zone, to, &ret->to_us)))
        return fail(call->cx, ERR_INVALID, "thing.period", "von and bis are days: 2026-11-28");
    if (to.n)
        ret->to_us = zone_next_day(zone, ret->to_us);
    if (ret->from_us >= ret->to_us)
        return fail(call->cx, ERR_INVALID, "thing.period", "the period ends before it begins");
    return OK;
}

static Err put_series_csv(Cx *cx, Buf *out, const HistorySeries *series, HistoryWindow window,
                          size_t *rows_left)
{
    HistoryCursor cursor;
    HistoryRow row;
    bool more = false;
    TRY(history_start(cx, series, window, false, *rows_left, &cursor));
    Err err;
    while ((err = history_next(cx, &cursor, &row, &more)) == OK && more) {
        if (row.flags & HISTORY_DELETED)
            continue;
        Arena scratch;
        arena_init(&scratch, 0, 0);
        Buf value = buf_new(&scratch, 1 << 20);
        history_put_value(&value, &row);
        buf_time(out, row.at_us);
        buf_char(out, ',');
        csv_put(out, iri_name(series->attribute), ',');
        buf_char(out, ',');
        csv_put(out, buf_str(&value), ',');
        buf_char(out, ',');
        csv_put(out, row.unit.p ? row.unit : series->unit, ',');
        buf_put(out, S("\r\n"));
        arena_done(&scratch);
        --*rows_left;
    }
    history_end(&cursor);
    return err;
}

Err thing_csv(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    Entity entity;
    HistorySeries *series;
    HistoryWindow window;
    size_t count, rows_left = CSV_ROWS_MAX;
    TRY(period_of(call, &window));
    TRY(entity_get(cx, call->params[0], &entity));
    TRY(history_series_list(cx, cx->actor->tenant, entity.id, entity.key, &series, &count));
    buf_put(&call->body, S("observedAt,attribute,value,unitCode\r\n"));
    for (size_t i = 0; i < count && rows_left; i++)
        if (series[i].sub.n == 0 && series[i].dataset.n == 0)
            TRY(put_series_csv(cx, &call->body, &series[i], window, &rows_left));
    if (!rows_left)
        return fail(cx, ERR_LIMIT, "thing.csv",
                    "more than %d readings; take them for a shorter period, or in parts from"
                    " /ngsi-ld/v1/temporal",
                    CSV_ROWS_MAX);
    call_set_header(call, S("Content-Type"), S("text/csv; charset=utf-8"));
    call_set_header(call, S("Content-Disposition"), S("attachment; filename=\"verlauf.csv\""));
    return OK;
}

/* ---- all of them ---- */

static Html thing_link(Page *page, const Thing *thing)
{
    Buf buf = page_buf(page->arena);
    buf_put(&buf, S("<a href=\""));
    html_put_url(&buf, thing_url(page, thing->id));
    buf_put(&buf, S("\">"));
    html_put_text(&buf, text_of(thing->name));
    buf_put(&buf, S("</a>"));
    return html_of(&buf);
}

static Html thing_state(Page *page, const Thing *thing)
{
    Buf buf = page_buf(page->arena);
    MarkState mark = source_mark(thing->state);
    html_state(&buf, page->lang, mark_class(mark), mark_icon(mark),
               source_word(page, thing->state));
    return html_of(&buf);
}

static void put_things(Page *page, const Thing *things, size_t count)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    Text label[5] = {text_of(text_thing_name(arena, lang)), text_of(text_thing_type(arena, lang)),
                     text_of(text_thing_where(arena, lang)),
                     text_of(text_indicator_state(arena, lang)),
                     text_of(text_thing_value(arena, lang))};
    HtmlTableHeads heads[5];
    for (size_t i = 0; i < 5; i++)
        heads[i] = html_table_heads(label[i], flag_of(i == 4));
    HtmlTableRows *rows = arena_array(arena, HtmlTableRows, count);
    for (size_t i = 0; i < count; i++) {
        HtmlTableRowsCells *cells = arena_array(arena, HtmlTableRowsCells, 5);
        Html values[5] = {thing_link(page, &things[i]),
                          html_escaped(arena, thing_word(page, things[i].type)),
                          html_escaped(arena, things[i].place), thing_state(page, &things[i]),
                          html_escaped(arena, things[i].value)};
        for (size_t c = 0; c < 5; c++)
            cells[c] = html_table_rows_cells(label[c], values[c], flag_of(c == 4), flag_of(c == 0));
        rows[i] = html_table_rows(cells, 5);
    }
    html_table(&page->body, lang, text_of(text_things_title(arena, lang)), flag_of(false), heads, 5,
               rows, count);
}

Err page_things(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    Page page;
    int64_t number;
    EntityResult found;
    Judgement judgement;
    EntityFilter filter = {0};
    TRY(call_query_i64(call, S("seite"), 1, 1, 100000, &number));
    page_open(call, MENU_LIVE, &page);
    TRY(judgement_read(&page, &judgement));
    EntityPage part = {.limit = THINGS_PER_PAGE,
                       .offset = (size_t)(number - 1) * THINGS_PER_PAGE,
                       .want_count = true};
    TRY(entity_query(cx, &filter, part, &found));
    Thing *things = arena_array(page.arena, Thing, found.count);
    for (size_t i = 0; i < found.count; i++)
        thing_read(&page, &judgement, &found.entities[i], &things[i]);
    Text title = text_of(text_things_title(page.arena, page.lang));
    Buf crumbs = page_buf(page.arena);
    HtmlCrumbsLinks link = html_crumbs_links(url_page(page.arena, page.lang, S("/stadt")),
                                             text_of(text_menu_live(page.arena, page.lang)));
    html_crumbs(&crumbs, page.lang, &link, 1, title);
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, title,
               text_of(found.total ? text_things_lead(page.arena, page.lang, (int64_t)found.total)
                                   : S("")),
               HTML_NONE);
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    if (found.count)
        put_things(&page, things, found.count);
    else
        html_empty(&page.body, page.lang, ICON_LIST,
                   text_of(text_home_empty(page.arena, page.lang)),
                   text_of(text_home_empty_advice(page.arena, page.lang)), HTML_NONE);
    page_pager(&page, S("/stadt/daten"), number, THINGS_PER_PAGE, (int64_t)found.count,
               (int64_t)found.total);
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, title, TEXT(""));
    return OK;
}
