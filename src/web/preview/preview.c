/* Writes pages and the assets they load into a folder, for tests that look at them:
 *
 *   preview FOLDER CITY.json
 *
 * The style page in both languages, and a home page composed as the real one is, from a city's
 * layers with sample values. No test of content: the real pages have their own. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/str.h"
#include "text_gen.h"
#include "web/asset.h"
#include "web/format.h"
#include "web/shell.h"
#include "web/svg.h"

#define NOW_US INT64_C(1795369200000000)

static void write_file(const char *folder, Str path, Str bytes)
{
    char name[512];
    snprintf(name, sizeof(name), "%s%s%.*s", folder, path.p[0] == '/' ? "" : "/", SARG(path));
    FILE *f = fopen(name, "wb");
    if (!f || fwrite(bytes.p, 1, bytes.n, f) != bytes.n || fclose(f) != 0) {
        perror(name);
        exit(1);
    }
}

static Str read_file(Arena *arena, const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        perror(path);
        exit(1);
    }
    Buf buf = buf_new(arena, (size_t)16 << 20);
    char part[65536];
    for (size_t n; (n = fread(part, 1, sizeof(part), f)) > 0;)
        buf_put(&buf, (Str){part, n});
    fclose(f);
    return buf_str(&buf);
}

/* --- a home page --- */

typedef struct Tile {
    Str label[LANG_COUNT];
    Icon icon;
    double value;
    int decimals;
    Str unit;
    double swing;
    double target;
    MarkState state;
    Str word[LANG_COUNT];
} Tile;

static const Tile TILES[] = {
    {{S_INIT("Luft am Hafen, NO₂"), S_INIT("Air at the harbour, NO₂")},
     ICON_AIR,
     21.4,
     1,
     S_INIT("µg/m³"),
     5,
     NAN,
     MARK_OK,
     {S_INIT("Grenzwert eingehalten"), S_INIT("within limits")}},
    {{S_INIT("Freie Stellplätze"), S_INIT("Free parking spaces")},
     ICON_PARKING,
     1284,
     0,
     S_INIT("von 3.920"),
     300,
     NAN,
     MARK_OK,
     {S_INIT("9 von 9 melden"), S_INIT("9 of 9 report")}},
    {{S_INIT("Pegel Lind"), S_INIT("Level of the Lind")},
     ICON_WATER,
     3.12,
     2,
     S_INIT("m"),
     0.2,
     3.4,
     MARK_WARNING,
     {S_INIT("Steigt, Meldestufe 3,40"), S_INIT("rising, alert at 3.40")}},
    {{S_INIT("Lufttemperatur"), S_INIT("Air temperature")},
     ICON_TEMPERATURE,
     6.8,
     1,
     S_INIT("°C"),
     3,
     NAN,
     MARK_OK,
     {S_INIT("12 von 13 melden"), S_INIT("12 of 13 report")}},
};

static void put_tile(Buf *out, Lang lang, const Tile *tile)
{
    Arena *arena = out->arena;
    double values[64];
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        double t = (double)i / 10.2 + tile->value;
        values[i] = tile->value + tile->swing * (sin(t) + 0.3 * sin(3.1 * t) + 0.12 * sin(11 * t));
    }
    Buf spark = page_buf(arena);
    svg_spark(&spark,
              &(SvgSpark){.label = text_of(text_tile_spark(arena, lang, tile->label[lang], 24)),
                          .values = values,
                          .count = COUNT_OF(values),
                          .target = tile->target});
    html_tile(
        out, lang, text_of(tile->label[lang]), url_page(arena, lang, S("/stadt")), tile->icon,
        html_tile_value(text_of(format_number(arena, lang, tile->value, tile->decimals)),
                        text_of(tile->unit), tile == TILES ? TEXT("urn:x") : TEXT(""), TEXT("no2"),
                        text_of(format_machine_time(arena, NOW_US)), TEXT("18:40")),
        html_of(&spark),
        html_tile_state(mark_class(tile->state), mark_icon(tile->state), text_of(tile->word[lang])),
        TEXT(""));
}

static void put_live(Buf *out, Lang lang, const Zone *zone)
{
    Arena *arena = out->arena;
    Buf tiles = page_buf(arena);
    for (size_t i = 0; i < COUNT_OF(TILES); i++)
        put_tile(&tiles, lang, &TILES[i]);
    buf_put(out, S("<div class=\"h-wrap h-overlap\">"));
    html_live_panel(out, lang, TEXT("jetzt"), text_of(text_stil_live(arena, lang)),
                    html_live_panel_at(text_of(format_machine_time(arena, NOW_US)),
                                       text_of(format_moment(arena, lang, zone, NOW_US, NOW_US))),
                    html_live_panel_link(url_page(arena, lang, S("/stadt")),
                                         text_of(text_stil_all_indicators(arena, lang))),
                    html_of(&tiles));
    buf_put(out, S("</div>"));
}

static MarkState state_of(JsonValue properties)
{
    JsonValue state;
    if (!json_find(properties, S("state"), &state))
        return MARK_OK;
    return json_text_is(state, S("offline"))   ? MARK_NO_SIGNAL
           : json_text_is(state, S("alarm"))   ? MARK_ALARM
           : json_text_is(state, S("warnung")) ? MARK_WARNING
                                               : MARK_OK;
}

static size_t read_markers(Arena *arena, const Json *city, MapMarker *markers, size_t max)
{
    JsonValue sensors, features;
    size_t count = 0;
    if (!json_find(json_root(city), S("sensors"), &sensors) ||
        !json_find(sensors, S("features"), &features))
        return 0;
    for (JsonIter it = json_iter(features); count < max && json_next(&it);) {
        JsonValue properties, geometry, coordinates, name;
        if (!json_find(it.value, S("properties"), &properties) ||
            !json_find(it.value, S("geometry"), &geometry) ||
            !json_find(geometry, S("coordinates"), &coordinates) ||
            !json_find(properties, S("id"), &name))
            continue;
        MapMarker *m = &markers[count];
        JsonIter at = json_iter(coordinates);
        if (!json_next(&at) || !json_f64(at.value, &m->lon) || !json_next(&at) ||
            !json_f64(at.value, &m->lat))
            continue;
        m->state = state_of(properties);
        m->name = text_of(json_text(arena, name));
        count++;
    }
    return count;
}

static void put_city(Buf *out, Lang lang, const Json *city)
{
    enum { MARKERS_MAX = 500 };
    Arena *arena = out->arena;
    MapMarker *markers = arena_array(arena, MapMarker, MARKERS_MAX);
    size_t count = read_markers(arena, city, markers, MARKERS_MAX);
    size_t counts[4] = {0};
    for (size_t i = 0; i < count; i++)
        counts[markers[i].state]++;
    Str words[] = {text_state_ok(arena, lang), text_state_warning(arena, lang),
                   text_state_alarm(arena, lang), text_state_no_signal(arena, lang)};
    HtmlMapLegend legend[4];
    for (size_t i = 0; i < 4; i++)
        legend[i] =
            html_map_legend(mark_class((MarkState)i), mark_icon((MarkState)i), text_of(words[i]),
                            text_of(format_int(arena, lang, (int64_t)counts[i])));
    Buf picture = page_buf(arena), map = page_buf(arena);
    svg_map(&picture, &(MapScene){.label = text_of(text_map_label(arena, lang, S("Lindhafen"))),
                                  .layers = svg_map_layers(arena, city),
                                  .markers = markers,
                                  .marker_count = count});
    printf("map: %zu bytes, %zu markers\n", picture.n, count);
    const HtmlChipsChips chips[] = {
        html_chips_chips(url_page(arena, lang, S("/stadt/karte")),
                         text_of(text_stil_all(arena, lang)), TEXT("260"), flag_of(true)),
        html_chips_chips(url_page(arena, lang, S("/stadt/karte")),
                         text_of(text_stil_air(arena, lang)), TEXT("42"), flag_of(false)),
        html_chips_chips(url_page(arena, lang, S("/stadt/karte")),
                         text_of(text_stil_parking(arena, lang)), TEXT("17"), flag_of(false)),
    };
    Buf filter = page_buf(arena);
    html_chips(&filter, lang, text_of(text_filter_label(arena, lang)), TEXT(""), chips, 3);
    HtmlObjectListRows rows[8];
    size_t shown = 0;
    for (size_t i = 0; i < count && shown < COUNT_OF(rows); i++) {
        if (markers[i].state == MARK_OK && shown > 5)
            continue;
        rows[shown++] = html_object_list_rows(
            markers[i].name, url_page(arena, lang, S("/stadt")), markers[i].name,
            text_of(text_stil_object_detail(arena, lang)), TEXT("21,4\u202fµg/m³"),
            mark_class(markers[i].state), mark_icon(markers[i].state),
            text_of(words[markers[i].state]),
            html_object_list_rows_seen(text_of(format_machine_time(arena, NOW_US)), TEXT("18:40")),
            TEXT(""));
    }
    Buf list = page_buf(arena);
    html_object_list(&list, lang, text_of(text_stil_objects(arena, lang)), rows, shown);
    buf_put(&map, S("<div class=\"h-map-split\">"));
    html_map(&map, lang, TEXT("karte-titel"), text_of(text_stil_map(arena, lang)), html_of(&filter),
             html_of(&picture),
             html_map_data(url_page(arena, LANG_DE, S("/stadt/karte/ebenen.json")),
                           url_page(arena, LANG_DE, S("/stadt/karte/objekte.geojson")),
                           URL_NONE_GIVEN),
             legend, 4, url_page(arena, lang, S("/stadt")), TEXT("Kartendaten: Stadt Lindhafen"));
    html_panel(
        &map, lang, TEXT("liste"), text_of(text_stil_objects(arena, lang)),
        html_panel_link(url_page(arena, lang, S("/stadt")), text_of(text_stil_all(arena, lang))),
        html_of(&list));
    buf_put(&map, S("</div>"));
    html_section(out, lang, TEXT("karte"), text_of(text_stil_maps(arena, lang)), TEXT(""),
                 html_section_link(url_page(arena, lang, S("/stadt/karte")),
                                   text_of(text_stil_open_map(arena, lang))),
                 flag_of(false), html_of(&map));
}

static void put_home(Buf *out, const PageShell *shell, const Json *city, const Zone *zone)
{
    Lang lang = shell->lang;
    Arena *arena = out->arena;
    Buf body = page_buf(arena), actions = page_buf(arena);
    html_link_button(&actions, lang, url_page(arena, lang, S("/stadt")),
                     text_of(text_menu_live(arena, lang)), TEXT("primary"), ICON_NONE);
    html_link_button(&actions, lang, url_page(arena, lang, S("/stadt/karte")),
                     text_of(text_stil_open_map(arena, lang)), TEXT("secondary"), ICON_MAP);
    html_stage(&body, lang, TEXT(""),
               lang == LANG_DE ? TEXT("Lindhafen vernetzt Systeme und Menschen")
                               : TEXT("Lindhafen connects systems and people"),
               lang == LANG_DE ? TEXT("Was die Stadt misst, steht hier offen: Luft, Wasser, "
                                      "Parken, Licht. Jeder Wert mit Zeit und Quelle.")
                               : TEXT("What the city measures is open here: air, water, parking, "
                                      "light. Every value with its time and source."),
               html_of(&actions));
    put_live(&body, lang, zone);
    put_city(&body, lang, city);
    page_put(out, shell, PAGE_PLAIN, lang == LANG_DE ? TEXT("Startseite") : TEXT("Home"),
             TEXT("Lindhafen live"), html_of(&body));
}

static void put_layers(Arena *arena, const char *folder, const Json *city)
{
    Buf map = buf_new(arena, (size_t)8 << 20);
    buf_put(&map, json_span(json_root(city)));
    write_file(folder, S("ebenen.json"), buf_str(&map));
    JsonValue sensors;
    if (json_find(json_root(city), S("sensors"), &sensors))
        write_file(folder, S("objekte.geojson"), json_span(sensors));
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    Arena arena;
    arena_init(&arena, 0, 0);
    Error error = {0};
    Cx cx = {.arena = &arena, .error = &error, .clock = &CLOCK_SYSTEM};
    Json city = {0};
    const Zone *zone = NULL;
    if (json_parse(&cx, read_file(&arena, argv[2]), &city) != OK ||
        zone_load(&cx, S("Europe/Berlin"), &zone) != OK) {
        fprintf(stderr, "%s: %.*s\n", error.key, SARG(error.detail));
        return 1;
    }
    char assets[512];
    snprintf(assets, sizeof(assets), "%s/assets", argv[1]);
    mkdir(argv[1], 0755);
    mkdir(assets, 0755);
    for (size_t i = 0; i < ASSET_COUNT; i++)
        write_file(argv[1], ASSETS[i].path, ASSETS[i].raw);
    put_layers(&arena, argv[1], &city);
    for (Lang lang = LANG_DE; lang < LANG_COUNT; lang++) {
        PageShell shell = {.lang = lang,
                           .city = S("Lindhafen"),
                           .claim = lang == LANG_DE ? S("Die offene urbane Plattform")
                                                    : S("The open urban platform"),
                           .path = S("/"),
                           .zone = S("Europe/Berlin"),
                           .simulated = true};
        Buf home = page_buf(&arena), stil = page_buf(&arena);
        put_home(&home, &shell, &city, zone);
        write_file(argv[1], lang == LANG_DE ? S("home-de.html") : S("home-en.html"),
                   buf_str(&home));
        shell.path = S("/stil");
        shell.user = S("Jana Tiede");
        shell.form_token = S("token");
        shell.simulated = false;
        page_stil(&stil, &arena, &shell);
        write_file(argv[1], lang == LANG_DE ? S("stil-de.html") : S("stil-en.html"),
                   buf_str(&stil));
    }
    arena_done(&arena);
    return 0;
}
