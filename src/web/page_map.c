/* The map of the city: drawn on the server, movable where the browser can, and a list beside it
 * that says the same. */
#include "web/figure.h"
#include "web/pages.h"
#include "web/thing.h"

#include "base/str.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/svg.h"

#include <stdlib.h>

static const Str LOCATION = S_INIT("https://uri.etsi.org/ngsi-ld/location");

enum { THEME_TYPES_MAX = 5 };

/* What the chips above the map choose from. */
typedef struct Theme {
    Str name;
    Str types[THEME_TYPES_MAX]; /* last parts of type IRIs */
    Str (*label)(Arena *arena, Lang lang);
} Theme;

static const Theme THEMES[] = {
    {S_INIT("parken"), {S_INIT("OffStreetParking"), S_INIT("OnStreetParking")}, text_theme_parking},
    {S_INIT("verkehr"),
     {S_INIT("TrafficFlowObserved"), S_INIT("PublicTransportStop"), S_INIT("ItemFlowObserved"),
      S_INIT("CrowdFlowObserved"), S_INIT("EVChargingStation")},
     text_theme_traffic},
    {S_INIT("umwelt"),
     {S_INIT("AirQualityObserved"), S_INIT("WaterObserved"), S_INIT("WeatherObserved"),
      S_INIT("NoiseLevelObserved"), S_INIT("SoilMoisture")},
     text_theme_environment},
    {S_INIT("energie"),
     {S_INIT("HeatMeter"), S_INIT("Streetlight"), S_INIT("ACMeasurement"),
      S_INIT("PhotovoltaicMeasurement"), S_INIT("WaterZone")},
     text_theme_energy},
    {S_INIT("abfall"), {S_INIT("WasteContainer")}, text_theme_waste},
};

static const Theme *theme_of_type(Str type)
{
    for (size_t i = 0; i < COUNT_OF(THEMES); i++)
        for (size_t t = 0; t < THEME_TYPES_MAX; t++)
            if (THEMES[i].types[t].n && str_eq(type, THEMES[i].types[t]))
                return &THEMES[i];
    return NULL;
}

static const Theme *theme_of(const Thing *thing)
{
    return theme_of_type(thing->type);
}

Url map_url_of_type(Page *page, Str iri_or_name)
{
    const Theme *theme = theme_of_type(iri_name(iri_or_name));
    Url map = url_page(page->arena, page->lang, S("/stadt/karte"));
    return theme ? url_query(page->arena, map, S("thema"), theme->name) : map;
}

static const Theme *chosen_theme(Call *call)
{
    Str name = call_query(call, S("thema"));
    for (size_t i = 0; i < COUNT_OF(THEMES); i++)
        if (str_eq(THEMES[i].name, name))
            return &THEMES[i];
    return NULL;
}

typedef struct Things {
    Thing *list;
    size_t count;
    size_t by_theme[COUNT_OF(THEMES)];
    size_t all;
} Things;

/* Everything that has a point, of the chosen theme. */
static Err read_things(Page *page, const Theme *theme, Things *ret)
{
    EntityFilter filter = {.attributes = &LOCATION, .attribute_count = 1};
    EntityResult found;
    Judgement judgement;
    TRY(judgement_read(page, &judgement));
    TRY(entity_query(page->cx, &filter, (EntityPage){.limit = MAP_THINGS_MAX}, &found));
    Things things = {.list = arena_array(page->arena, Thing, found.count)};
    for (size_t i = 0; i < found.count; i++) {
        Thing *thing = &things.list[things.count];
        thing_read(page, &judgement, &found.entities[i], thing);
        if (!thing->has_point)
            continue;
        const Theme *own = theme_of(thing);
        things.all++;
        if (own)
            things.by_theme[own - THEMES]++;
        if (!theme || own == theme)
            things.count++;
    }
    *ret = things;
    return OK;
}

static Html theme_chips(Page *page, const Things *things, const Theme *chosen)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    HtmlChipsChips chips[COUNT_OF(THEMES) + 1];
    size_t count = 0;
    Url map = url_page(arena, lang, S("/stadt/karte"));
    chips[count++] = html_chips_chips(map, text_of(text_theme_all(arena, lang)),
                                      text_of(format_int(arena, lang, (int64_t)things->all)),
                                      flag_of(chosen == NULL));
    for (size_t i = 0; i < COUNT_OF(THEMES); i++)
        if (things->by_theme[i])
            chips[count++] =
                html_chips_chips(url_query(arena, map, S("thema"), THEMES[i].name),
                                 text_of(THEMES[i].label(arena, lang)),
                                 text_of(format_int(arena, lang, (int64_t)things->by_theme[i])),
                                 flag_of(chosen == &THEMES[i]));
    Buf buf = page_buf(arena);
    html_chips(&buf, lang, text_of(text_filter_label(arena, lang)), TEXT(""), chips, count);
    return html_of(&buf);
}

static Html picture(Page *page, const Things *things)
{
    MapMarker *markers = arena_array(page->arena, MapMarker, things->count);
    for (size_t i = 0; i < things->count; i++) {
        const Thing *thing = &things->list[i];
        markers[i] =
            (MapMarker){thing->lon, thing->lat, source_mark(thing->state), text_of(thing->name)};
    }
    Buf buf = page_buf(page->arena);
    svg_map(&buf,
            &(MapScene){.label = text_of(text_map_label(page->arena, page->lang, page->shell.city)),
                        .layers = page->frame->ground,
                        .markers = markers,
                        .marker_count = MIN(things->count, (size_t)SVG_MARKER_MAX)});
    return html_of(&buf);
}

static void put_map(Page *page, const Things *things, const Theme *theme)
{
    static const SourceState STATES[] = {SOURCE_REPORTS, SOURCE_STUCK, SOURCE_SILENT};
    Arena *arena = page->arena;
    Lang lang = page->lang;
    HtmlMapLegend legend[COUNT_OF(STATES)];
    for (size_t s = 0; s < COUNT_OF(STATES); s++) {
        int64_t count = 0;
        for (size_t i = 0; i < things->count; i++)
            count += things->list[i].state == STATES[s];
        MarkState mark = source_mark(STATES[s]);
        legend[s] = html_map_legend(mark_class(mark), mark_icon(mark), source_word(page, STATES[s]),
                                    text_of(format_int(arena, lang, count)));
    }
    Url features = url_page(arena, lang, S("/stadt/karte/objekte.geojson"));
    if (theme)
        features = url_query(arena, features, S("thema"), theme->name);
    html_map(&page->body, lang, TEXT("karte"), text_of(text_map_panel(arena, lang)),
             theme_chips(page, things, theme), picture(page, things),
             html_map_data(url_trusted(S("/stadt/karte/ebenen.json")), features,
                           url_trusted(S("/sse?all=true"))),
             legend, COUNT_OF(STATES), url_trusted(S("#liste")),
             text_of(city_setting(page->frame, S("city.credit"))));
}

/* Those that need a look first, then by name. */
static int by_need(const void *a, const void *b)
{
    const Thing *left = a, *right = b;
    static const int RANK[] = {2, 1, 0};
    int order = RANK[left->state] - RANK[right->state];
    return order ? order : str_cmp(left->name, right->name);
}

static void put_list(Page *page, const Things *things)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    HtmlObjectListRows *rows = arena_array(arena, HtmlObjectListRows, things->count);
    for (size_t i = 0; i < things->count; i++) {
        const Thing *thing = &things->list[i];
        MarkState mark = source_mark(thing->state);
        Str detail = thing->place.n
                         ? arena_fmt(arena, "%.*s · %.*s", SARG(thing_word(page, thing->type)),
                                     SARG(thing->place))
                         : thing_word(page, thing->type);
        bool reports = thing->state == SOURCE_REPORTS;
        Str when = thing->at_us ? short_time(page, thing->at_us) : S("");
        Str live = reports && thing->attribute.n ? arena_fmt(arena, "%.*s|%.*s", SARG(thing->id),
                                                             SARG(iri_name(thing->attribute)))
                                                 : S("");
        rows[i] = html_object_list_rows(
            text_of(thing->id), thing_url(page, thing->id), text_of(thing->name), text_of(detail),
            text_of(thing->value), mark_class(mark), mark_icon(mark),
            source_word(page, thing->state),
            html_object_list_rows_seen(
                text_of(thing->at_us ? format_machine_time(arena, thing->at_us) : S("")),
                text_of(when)),
            text_of(live));
    }
    Buf list = page_buf(arena);
    html_object_list(&list, lang, text_of(text_map_list(arena, lang)), rows, things->count);
    html_panel(&page->body, lang, TEXT("liste"), text_of(text_map_list(arena, lang)),
               html_panel_link(url_page(arena, lang, S("/stadt/daten")),
                               text_of(text_map_all_data(arena, lang))),
               html_of(&list));
}

Err page_map(Call *call, Cx *cx, struct Events *events)
{
    (void)cx, (void)events;
    Page page;
    Things things;
    const Theme *theme = chosen_theme(call);
    page_open(call, MENU_MAP, &page);
    TRY(read_things(&page, theme, &things));
    qsort(things.list, things.count, sizeof *things.list, by_need);
    Text title = text_of(text_map_label(page.arena, page.lang, page.shell.city));
    buf_put(&page.body, S("<div class=\"h-wrap h-board__page\"><h1>"));
    html_put_text(&page.body, title);
    bool blank = !things.all && !page.frame->has_layers;
    buf_put(&page.body, blank ? S("</h1><div>") : S("</h1><div class=\"h-map-split\">"));
    if (!blank)
        put_map(&page, &things, theme);
    if (things.count)
        put_list(&page, &things);
    else
        html_empty(&page.body, page.lang, ICON_PIN, text_of(text_home_empty(page.arena, page.lang)),
                   text_of(text_home_empty_advice(page.arena, page.lang)), HTML_NONE);
    buf_put(&page.body, S("</div></div>"));
    page_close(&page, PAGE_BOARD, title, TEXT(""));
    return OK;
}

Err map_layers(Call *call, Cx *cx, struct Events *events)
{
    (void)cx, (void)events;
    const CityFrame *frame = web_services(call)->frame;
    call_set_header(call, S("Content-Type"), S("application/json"));
    buf_put(&call->body, frame->has_layers ? frame->layers_text : S("{}"));
    return OK;
}

Err map_features(Call *call, Cx *cx, struct Events *events)
{
    (void)cx, (void)events;
    Page page;
    Things things;
    page_open(call, MENU_NONE, &page);
    TRY(read_things(&page, chosen_theme(call), &things));
    JsonOut out = json_out(&call->body);
    json_begin(&out, '{');
    json_name(&out, S("type"));
    json_put_text(&out, S("FeatureCollection"));
    json_name(&out, S("features"));
    json_begin(&out, '[');
    for (size_t i = 0; i < things.count; i++) {
        const Thing *thing = &things.list[i];
        json_begin(&out, '{');
        json_name(&out, S("type"));
        json_put_text(&out, S("Feature"));
        json_name(&out, S("id"));
        json_put_text(&out, thing->id);
        json_name(&out, S("geometry"));
        json_begin(&out, '{');
        json_name(&out, S("type"));
        json_put_text(&out, S("Point"));
        json_name(&out, S("coordinates"));
        json_begin(&out, '[');
        json_put_f64(&out, thing->lon);
        json_put_f64(&out, thing->lat);
        json_end(&out, ']');
        json_end(&out, '}');
        json_name(&out, S("properties"));
        json_begin(&out, '{');
        json_name(&out, S("name"));
        json_put_text(&out, thing->value.n ? arena_fmt(page.arena, "%.*s: %.*s", SARG(thing->name),
                                                       SARG(thing->value))
                                           : thing->name);
        json_name(&out, S("state"));
        json_put_text(&out, mark_class(source_mark(thing->state)).s);
        json_name(&out, S("href"));
        json_put_text(&out, thing_url(&page, thing->id).s);
        json_end(&out, '}');
        json_end(&out, '}');
    }
    json_end(&out, ']');
    json_end(&out, '}');
    call_set_header(call, S("Content-Type"), S("application/geo+json"));
    return OK;
}

Err page_stream(Call *call, Cx *cx, struct Events *events)
{
    (void)events;
    Lang lang = LANG_DE;
    Str name = call_query(call, S("lang"));
    if (name.p && !lang_parse(name, &lang))
        return fail(cx, ERR_INVALID, "live.lang", "lang is de or en");
    return live_stream(call, web_services(call)->live, lang, NULL, 0);
}
