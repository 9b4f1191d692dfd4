/* The style page: every component in every state, with invented values. */
#include "web/shell.h"

#include <math.h>

#include "asset_gen.h"
#include "base/str.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/svg.h"

/* Sunday, 22 November 2026, 17:40 UTC: the values of this page do not change. */
#define NOW_US INT64_C(1795369200000000)

typedef struct Stil {
    Arena *arena;
    Lang lang;
    Buf *out;
} Stil;

#define WORD(text) text_of(text(s->arena, s->lang))

static const MarkState STATES[] = {MARK_OK, MARK_WARNING, MARK_ALARM, MARK_NO_SIGNAL};

static Text state_word(const Stil *s, MarkState state)
{
    switch (state) {
    case MARK_OK:
        return WORD(text_state_ok);
    case MARK_WARNING:
        return WORD(text_state_warning);
    case MARK_ALARM:
        return WORD(text_state_alarm);
    case MARK_NO_SIGNAL:
        return WORD(text_state_no_signal);
    case MARK_PLACE:
        break;
    }
    return TEXT("");
}

static void section(const Stil *s, Text id, Text title, bool soft, const Buf *body)
{
    html_section(s->out, s->lang, id, title, TEXT(""), html_section_link(URL_NONE_GIVEN, TEXT("")),
                 flag_of(soft), html_of(body));
}

static Url anchor(void)
{
    return url_trusted(S("#inhalt"));
}

/* --- words and small parts --- */

static void put_states(const Stil *s)
{
    Buf body = page_buf(s->arena);
    buf_put(&body, S("<div class=\"h-stack\"><p class=\"h-badges\">"));
    for (size_t i = 0; i < COUNT_OF(STATES); i++)
        html_state(&body, s->lang, mark_class(STATES[i]), mark_icon(STATES[i]),
                   state_word(s, STATES[i]));
    buf_put(&body, S("</p><p class=\"h-badges\">"));
    for (size_t i = 0; i < COUNT_OF(STATES); i++)
        html_badge(&body, s->lang, mark_class(STATES[i]), mark_icon(STATES[i]),
                   state_word(s, STATES[i]));
    html_badge(&body, s->lang, TEXT("plain"), ICON_NONE, WORD(text_stil_badge));
    buf_put(&body, S("</p></div>"));
    section(s, TEXT("stil-states"), WORD(text_stil_states), false, &body);
}

static void put_buttons(const Stil *s)
{
    Buf body = page_buf(s->arena);
    buf_put(&body, S("<form class=\"h-stack\" action=\"#inhalt\"><div class=\"h-actions\">"));
    html_button(&body, s->lang, WORD(text_stil_save), TEXT("primary"), ICON_NONE, TEXT(""),
                TEXT(""));
    html_link_button(&body, s->lang, anchor(), WORD(text_stil_open_map), TEXT("secondary"),
                     ICON_MAP);
    html_link_button(&body, s->lang, anchor(), WORD(text_stil_download), TEXT("tertiary"),
                     ICON_DOWNLOAD);
    html_confirm_button(&body, s->lang, WORD(text_stil_delete), WORD(text_stil_delete_question),
                        TEXT("verb"), TEXT("delete"));
    html_toggle_button(&body, s->lang, text_of(text_follow_button(s->arena, s->lang, 12)),
                       flag_of(true), ICON_OK);
    html_print_button(&body, s->lang);
    Buf text = page_buf(s->arena), none = page_buf(s->arena);
    buf_put(&text, S("<p>"));
    html_put_text(&text, WORD(text_stil_sentence));
    buf_put(&text, S("</p>"));
    html_button(&none, s->lang, WORD(text_dialog_close), TEXT("primary"), ICON_NONE, TEXT(""),
                TEXT(""));
    buf_put(&body, S("</div></form><div class=\"h-actions\">"));
    html_dialog(&body, s->lang, TEXT("stil-dialog"), WORD(text_stil_dialog),
                WORD(text_stil_dialog_open), html_of(&text), html_of(&none));
    buf_put(&body, S("</div>"));
    section(s, TEXT("stil-buttons"), WORD(text_stil_buttons), true, &body);
}

static void put_icons(const Stil *s)
{
    Buf body = page_buf(s->arena);
    buf_put(&body, S("<p class=\"h-badges\">"));
    for (int i = ICON_NONE + 1; i < ICON_COUNT; i++) {
        html_put_icon(&body, (Icon)i);
        buf_char(&body, '\n');
    }
    buf_put(&body, S("</p>"));
    section(s, TEXT("stil-icons"), WORD(text_stil_icons), false, &body);
}

static void put_chips(const Stil *s)
{
    Buf body = page_buf(s->arena);
    const HtmlChipsChips chips[] = {
        html_chips_chips(anchor(), WORD(text_stil_all), TEXT("260"), flag_of(true)),
        html_chips_chips(anchor(), WORD(text_stil_air), TEXT("42"), flag_of(false)),
        html_chips_chips(anchor(), WORD(text_stil_parking), TEXT("17"), flag_of(false)),
    };
    buf_put(&body, S("<div class=\"h-stack\">"));
    html_chips(&body, s->lang, WORD(text_filter_label), TEXT(""), chips, COUNT_OF(chips));
    const HtmlPageNavLinks links[] = {
        html_page_nav_links(anchor(), WORD(text_stil_overview), flag_of(true)),
        html_page_nav_links(anchor(), WORD(text_stil_history), flag_of(false)),
        html_page_nav_links(anchor(), WORD(text_stil_data), flag_of(false)),
    };
    html_page_nav(&body, s->lang, WORD(text_stil_parts), links, COUNT_OF(links));
    const HtmlPagerPages pages[] = {
        html_pager_pages(anchor(), int_of(1), flag_of(false), flag_of(false)),
        html_pager_pages(anchor(), int_of(2), flag_of(true), flag_of(false)),
        html_pager_pages(anchor(), int_of(0), flag_of(false), flag_of(true)),
        html_pager_pages(anchor(), int_of(13), flag_of(false), flag_of(false)),
    };
    html_pager(&body, s->lang, anchor(), anchor(), int_of(21), int_of(40), int_of(1260), pages,
               COUNT_OF(pages));
    buf_put(&body, S("</div>"));
    section(s, TEXT("stil-chips"), WORD(text_stil_chips), true, &body);
}

/* --- measured things --- */

/* A day of a value that rises and falls, from one seed to the next a little different. */
static void day(double *values, size_t count, double base, double swing, double seed)
{
    for (size_t i = 0; i < count; i++) {
        double t = (double)i / (double)count * 2 * M_PI;
        values[i] = base + swing * sin(t + seed) + swing * 0.25 * sin(5.3 * t + 2 * seed) +
                    swing * 0.08 * sin(17 * t * seed);
    }
}

typedef struct Sample {
    Text label;
    Icon icon;
    double value;
    int decimals;
    Str unit;
    double swing;
    double target;
    MarkState state;
} Sample;

static void put_tile(const Stil *s, Buf *out, const Sample *sample, bool bullet)
{
    double values[48];
    day(values, COUNT_OF(values), sample->value, sample->swing, sample->value);
    if (sample->state == MARK_NO_SIGNAL) {
        for (size_t i = 30; i < COUNT_OF(values); i++)
            values[i] = NAN;
    }
    Text name = text_of(text_tile_spark(s->arena, s->lang, sample->label.s, 24));
    Buf picture = page_buf(s->arena);
    if (bullet)
        svg_bullet(&picture, name, sample->value, sample->target, sample->target * 1.3);
    else
        svg_spark(&picture, &(SvgSpark){.label = name,
                                        .values = values,
                                        .count = COUNT_OF(values),
                                        .target = sample->target});
    bool silent = sample->state == MARK_NO_SIGNAL;
    Str value = silent ? S("–") : format_number(s->arena, s->lang, sample->value, sample->decimals);
    Str target = isfinite(sample->target)
                     ? format_with_unit(s->arena, s->lang, sample->target, 0, sample->unit)
                     : S("");
    html_tile(out, s->lang, sample->label, anchor(), sample->icon,
              html_tile_value(text_of(value), text_of(sample->unit), TEXT(""), TEXT(""),
                              text_of(format_machine_time(s->arena, NOW_US)), TEXT("18:40")),
              html_of(&picture),
              html_tile_state(mark_class(sample->state), mark_icon(sample->state),
                              state_word(s, sample->state)),
              text_of(target));
}

static void put_tiles(const Stil *s)
{
    const Sample samples[] = {
        {WORD(text_stil_tile_air), ICON_AIR, 21.4, 1, S("µg/m³"), 4, 40, MARK_OK},
        {WORD(text_stil_tile_parking), ICON_PARKING, 96, 0, S("%"), 9, 85, MARK_WARNING},
        {WORD(text_stil_tile_level), ICON_WATER, 3.42, 2, S("m"), 0.4, 3.4, MARK_ALARM},
        {WORD(text_stil_tile_light), ICON_LIGHT, 38.2, 1, S("MWh"), 5, NAN, MARK_NO_SIGNAL},
    };
    Buf tiles = page_buf(s->arena), body = page_buf(s->arena);
    for (size_t i = 0; i < COUNT_OF(samples); i++)
        put_tile(s, &tiles, &samples[i], false);
    html_live_panel(
        &body, s->lang, TEXT("stil-live"), WORD(text_stil_live),
        html_live_panel_at(text_of(format_machine_time(s->arena, NOW_US)), WORD(text_stil_moment)),
        html_live_panel_link(anchor(), WORD(text_stil_all_indicators)), html_of(&tiles));
    buf_put(&body, S("<div class=\"h-tiles h-gap\">"));
    for (size_t i = 0; i < 3; i++)
        put_tile(s, &body, &samples[i], true);
    buf_put(&body, S("</div>"));
    section(s, TEXT("stil-tiles"), WORD(text_stil_tiles), false, &body);
}

static void put_range(const Stil *s, Buf *out)
{
    buf_put(out, S("<div class=\"h-gap\">"));
    svg_range(out, WORD(text_stil_range), -21.6, -18.4, -15.1, -30, 10);
    html_source(out, s->lang, text_of(format_machine_time(s->arena, NOW_US)),
                WORD(text_stil_moment), WORD(text_stil_source), anchor());
    buf_put(out, S("</div>"));
}

/* What the chart with a cursor reads; a gap is a null. */
static Str chart_json(const Stil *s, const SvgSample *samples, size_t count)
{
    Buf times = page_buf(s->arena), values = page_buf(s->arena);
    for (size_t i = 0; i < count; i++) {
        bool gap = i && samples[i].at_us - samples[i - 1].at_us > TIME_HOUR_US;
        if (gap) {
            buf_fmt(&times, ",%lld", (long long)(samples[i - 1].at_us / TIME_SECOND_US + 1));
            buf_put(&values, S(",null"));
        }
        buf_fmt(&times, "%s%lld", i ? "," : "", (long long)(samples[i].at_us / TIME_SECOND_US));
        buf_fmt(&values, "%s%.1f", i ? "," : "", samples[i].value);
    }
    return arena_fmt(s->arena,
                     "{\"t\":[%.*s],\"v\":[%.*s],\"unit\":\"%%\",\"target\":85,"
                     "\"zero\":true}",
                     (int)times.n, times.p, (int)values.n, values.p);
}

static void put_chart(const Stil *s, const Zone *zone)
{
    enum { COUNT = 288 };
    double values[COUNT];
    SvgSample *samples = arena_array(s->arena, SvgSample, COUNT);
    day(values, COUNT, 62, 24, 1.3);
    size_t count = 0;
    int64_t from_us = NOW_US - 3 * TIME_DAY_US;
    for (size_t i = 0; i < COUNT; i++) {
        if (i > 150 && i < 174)
            continue; /* six hours without a value */
        samples[count++] = (SvgSample){from_us + (int64_t)i * 15 * TIME_MINUTE_US, values[i]};
    }
    Buf picture = page_buf(s->arena), body = page_buf(s->arena), table = page_buf(s->arena);
    svg_chart(&picture, &(SvgChart){.label = WORD(text_stil_chart),
                                    .lang = s->lang,
                                    .zone = zone,
                                    .from_us = from_us,
                                    .to_us = NOW_US,
                                    .samples = samples,
                                    .count = count,
                                    .gap_us = TIME_HOUR_US,
                                    .target = 85,
                                    .from_zero = true});
    const HtmlTableHeads heads[] = {html_table_heads(WORD(text_chart_time), flag_of(false)),
                                    html_table_heads(WORD(text_stil_free), flag_of(true))};
    HtmlTableRowsCells cells[2];
    Buf at = page_buf(s->arena), value = page_buf(s->arena);
    buf_put(&at, format_time(s->arena, zone, samples[0].at_us));
    buf_put(&value, format_with_unit(s->arena, s->lang, samples[0].value, 1, S("%")));
    cells[0] =
        html_table_rows_cells(WORD(text_chart_time), html_of(&at), flag_of(false), flag_of(true));
    cells[1] =
        html_table_rows_cells(WORD(text_stil_free), html_of(&value), flag_of(true), flag_of(false));
    const HtmlTableRows rows[] = {html_table_rows(cells, COUNT_OF(cells))};
    html_table(&table, s->lang, WORD(text_stil_chart), flag_of(false), heads, COUNT_OF(heads), rows,
               COUNT_OF(rows));
    html_chart(&body, s->lang, TEXT("stil-chart"), WORD(text_stil_chart),
               WORD(text_stil_chart_unit), html_of(&picture), WORD(text_chart_gap),
               json_html_of(chart_json(s, samples, count)), html_of(&table));
    put_range(s, &body);
    section(s, TEXT("stil-charts"), WORD(text_stil_charts), true, &body);
}

/* A small invented town, so that the page needs no file. */
static const Str TOWN = S_INIT(
    "{\"outline\":{\"features\":[{\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[7,54],"
    "[7.03,54.025],[7.07,54.03],[7.11,54.02],[7.12,53.995],[7.08,53.975],[7.03,53.98],[7,54]]]}}]},"
    "\"water\":{\"features\":[{\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[6.98,54.01],"
    "[7.03,54.003],[7.06,54.008],[7.09,53.998],[7.14,54.002]]}}]},"
    "\"parks\":{\"features\":[{\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[7.03,54.012],"
    "[7.045,54.018],[7.055,54.013],[7.04,54.009],[7.03,54.012]]]}}]},"
    "\"roads\":{\"features\":[{\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[7.01,53.98],"
    "[7.05,54],[7.06,54.04]]}},{\"geometry\":{\"type\":\"LineString\",\"coordinates\":"
    "[[6.98,53.99],[7.05,54],[7.13,54.01]]}}]},"
    "\"labels\":{\"features\":[{\"geometry\":{\"type\":\"Point\",\"coordinates\":[7.06,54.003]},"
    "\"properties\":{\"name\":\"Altstadt\"}}]}}");

static Html town_map(const Stil *s)
{
    static const struct {
        double lon, lat;
        MarkState state;
    } PLACES[] = {{7.03, 54.0, MARK_OK},          {7.05, 54.012, MARK_OK},
                  {7.07, 53.99, MARK_WARNING},    {7.09, 54.012, MARK_ALARM},
                  {7.04, 53.988, MARK_NO_SIGNAL}, {7.085, 54.0, MARK_OK}};
    MapMarker markers[COUNT_OF(PLACES)];
    for (size_t i = 0; i < COUNT_OF(PLACES); i++)
        markers[i] = (MapMarker){PLACES[i].lon, PLACES[i].lat, PLACES[i].state,
                                 state_word(s, PLACES[i].state)};
    Error error = {0};
    Cx cx = {.arena = s->arena, .error = &error};
    Json layers = {0};
    Err err = json_parse(&cx, TOWN, &layers);
    ASSERT(err == OK);
    Buf picture = page_buf(s->arena);
    svg_map(&picture, &(MapScene){.label = WORD(text_stil_map),
                                  .layers = svg_map_layers(s->arena, &layers),
                                  .markers = markers,
                                  .marker_count = COUNT_OF(markers)});
    return html_of(&picture);
}

static void put_objects(const Stil *s, Buf *out)
{
    HtmlObjectListRows rows[COUNT_OF(STATES)];
    for (size_t i = 0; i < COUNT_OF(STATES); i++)
        rows[i] = html_object_list_rows(
            text_of(arena_fmt(s->arena, "stil-%zu", i)), anchor(), WORD(text_stil_object),
            WORD(text_stil_object_detail), TEXT("21,4\u202fµg/m³"), mark_class(STATES[i]),
            mark_icon(STATES[i]), state_word(s, STATES[i]),
            html_object_list_rows_seen(text_of(format_machine_time(s->arena, NOW_US)),
                                       TEXT("18:40")),
            TEXT(""));
    html_object_list(out, s->lang, WORD(text_stil_objects), rows, COUNT_OF(rows));
}

static void put_map(const Stil *s)
{
    HtmlMapLegend legend[COUNT_OF(STATES)];
    for (size_t i = 0; i < COUNT_OF(STATES); i++)
        legend[i] = html_map_legend(mark_class(STATES[i]), mark_icon(STATES[i]),
                                    state_word(s, STATES[i]), TEXT("1"));
    Buf body = page_buf(s->arena), list = page_buf(s->arena);
    buf_put(&body, S("<div class=\"h-map-split\">"));
    html_map(&body, s->lang, TEXT("stil-map"), WORD(text_stil_map), (Html){S("")}, town_map(s),
             html_map_data(URL_NONE_GIVEN, URL_NONE_GIVEN, URL_NONE_GIVEN), legend,
             COUNT_OF(legend), anchor(), WORD(text_stil_source));
    put_objects(s, &list);
    html_panel(&body, s->lang, TEXT("stil-list"), WORD(text_stil_objects),
               html_panel_link(anchor(), WORD(text_stil_all)), html_of(&list));
    buf_put(&body, S("</div>"));
    section(s, TEXT("stil-maps"), WORD(text_stil_maps), false, &body);
}

static void put_notices(const Stil *s)
{
    Buf list = page_buf(s->arena), body = page_buf(s->arena);
    buf_put(&list, S("<ul class=\"h-notices\">"));
    for (size_t i = 0; i < COUNT_OF(STATES); i++) {
        Buf actions = page_buf(s->arena);
        if (STATES[i] == MARK_ALARM)
            html_link_button(&actions, s->lang, anchor(), WORD(text_stil_take), TEXT("primary"),
                             ICON_NONE);
        html_notice_row(&list, s->lang, mark_class(STATES[i]), mark_icon(STATES[i]),
                        state_word(s, STATES[i]), WORD(text_stil_notice), anchor(),
                        WORD(text_stil_sentence), text_of(format_machine_time(s->arena, NOW_US)),
                        TEXT("18:31"), html_of(&actions));
    }
    buf_put(&list, S("</ul>"));
    html_panel(&body, s->lang, TEXT("stil-notice-list"), WORD(text_stil_notice_list),
               html_panel_link(anchor(), WORD(text_stil_all)), html_of(&list));
    section(s, TEXT("stil-notices"), WORD(text_stil_notices), true, &body);
}

/* --- forms --- */

static void put_fields(const Stil *s, Buf *out)
{
    html_field(out, s->lang, TEXT("f-name"), TEXT("name"), TEXT("text"), WORD(text_stil_name),
               TEXT("Ada Lind"), TEXT(""), TEXT(""), flag_of(false), TEXT("name"), TEXT(""));
    html_field(out, s->lang, TEXT("f-mail"), TEXT("mail"), TEXT("email"), WORD(text_stil_mail),
               TEXT("ada@"), WORD(text_stil_mail_hint), WORD(text_stil_mail_error), flag_of(false),
               TEXT("email"), TEXT(""));
    html_field_area(out, s->lang, TEXT("f-note"), TEXT("note"), WORD(text_stil_note), TEXT(""),
                    WORD(text_stil_note_hint), TEXT(""), flag_of(true), WORD(text_attachment_when));
    const HtmlFieldSelectOptions options[] = {
        html_field_select_options(TEXT("air"), WORD(text_stil_air), flag_of(false)),
        html_field_select_options(TEXT("parking"), WORD(text_stil_parking), flag_of(true)),
    };
    html_field_select(out, s->lang, TEXT("f-topic"), TEXT("topic"), WORD(text_stil_topic), TEXT(""),
                      TEXT(""), options, COUNT_OF(options));
    const HtmlFieldChoiceOptions radio[] = {
        html_field_choice_options(TEXT("f-r1"), TEXT("a"), WORD(text_stil_air), flag_of(true)),
        html_field_choice_options(TEXT("f-r2"), TEXT("b"), WORD(text_stil_parking), flag_of(false)),
    };
    html_field_choice(out, s->lang, TEXT("f-radio"), TEXT("radio"), WORD(text_stil_one),
                      flag_of(false), TEXT(""), TEXT(""), radio, COUNT_OF(radio));
    const HtmlFieldChoiceOptions check[] = {
        html_field_choice_options(TEXT("f-c1"), TEXT("a"), WORD(text_stil_air), flag_of(true)),
        html_field_choice_options(TEXT("f-c2"), TEXT("b"), WORD(text_stil_parking), flag_of(false)),
    };
    html_field_choice(out, s->lang, TEXT("f-check"), TEXT("check"), WORD(text_stil_several),
                      flag_of(true), TEXT(""), TEXT(""), check, COUNT_OF(check));
}

static void put_forms(const Stil *s)
{
    Buf body = page_buf(s->arena);
    buf_put(&body, S("<form class=\"h-form\" method=\"post\" action=\"#inhalt\" novalidate>"));
    const HtmlFormErrorsErrors errors[] = {
        html_form_errors_errors(TEXT("f-mail"), WORD(text_stil_mail_error))};
    html_form_errors(&body, s->lang, int_of(1), errors, COUNT_OF(errors));
    put_fields(s, &body);
    html_progress(&body, s->lang, TEXT("f-progress"), WORD(text_stil_progress), int_of(2),
                  int_of(3));
    buf_put(&body, S("<div class=\"h-actions\">"));
    html_button(&body, s->lang, WORD(text_stil_save), TEXT("primary"), ICON_NONE, TEXT(""),
                TEXT(""));
    buf_put(&body, S("</div></form>"));
    section(s, TEXT("stil-forms"), WORD(text_stil_forms), false, &body);
}

/* --- messages, lists, folds --- */

static void put_messages(const Stil *s)
{
    static const struct {
        Str kind;
        Icon icon;
    } KINDS[] = {{S_INIT("info"), ICON_INFO},
                 {S_INIT("ok"), ICON_OK},
                 {S_INIT("warning"), ICON_WARNING},
                 {S_INIT("alarm"), ICON_ALARM}};
    Buf body = page_buf(s->arena), text = page_buf(s->arena), actions = page_buf(s->arena);
    html_put_text(&text, WORD(text_stil_sentence));
    buf_put(&body, S("<div class=\"h-stack\">"));
    for (size_t i = 0; i < COUNT_OF(KINDS); i++)
        html_alert(&body, s->lang, text_of(KINDS[i].kind), KINDS[i].icon, WORD(text_stil_notice),
                   html_of(&text), flag_of(false));
    html_link_button(&actions, s->lang, anchor(), WORD(text_stil_open_map), TEXT("secondary"),
                     ICON_MAP);
    html_empty(&body, s->lang, ICON_SENSOR, WORD(text_stil_empty), WORD(text_stil_empty_text),
               html_of(&actions));
    buf_put(&body, S("</div>"));
    section(s, TEXT("stil-messages"), WORD(text_stil_messages), true, &body);
}

static void put_steps(const Stil *s, Buf *out)
{
    const HtmlStepsSteps steps[] = {
        html_steps_steps(ICON_OK, TEXT("ok"), WORD(text_stil_step_1), TEXT("2026-03"),
                         flag_of(false)),
        html_steps_steps(ICON_TARGET, TEXT("info"), WORD(text_stil_step_2), TEXT("2026-11"),
                         flag_of(true)),
        html_steps_steps(ICON_NO_SIGNAL, TEXT("none"), WORD(text_stil_step_3), TEXT("2027-03"),
                         flag_of(false)),
    };
    html_steps(out, s->lang, WORD(text_stil_steps), steps, COUNT_OF(steps));
}

static void put_files(const Stil *s)
{
    Buf body = page_buf(s->arena), actions = page_buf(s->arena);
    Url picture = url_trusted(ASSET_LOGO_SVG);
    const HtmlAttachmentsPictures pictures[] = {
        html_attachments_pictures(picture, int_of(46), int_of(46), WORD(text_stil_object), TEXT(""),
                                  WORD(text_stil_event), WORD(text_stil_name), TEXT("")),
        html_attachments_pictures(picture, int_of(46), int_of(46), TEXT(""), TEXT(""), TEXT(""),
                                  TEXT(""), WORD(text_attachment_hidden))};
    const HtmlAttachmentsFiles files[] = {html_attachments_files(
        anchor(), WORD(text_stil_event), TEXT(""), TEXT("PDF"), TEXT("1,2\xc2\xa0MB"))};
    buf_put(&body, S("<div class=\"h-stack\">"));
    html_attachments(&body, s->lang, pictures, COUNT_OF(pictures), files, COUNT_OF(files), TEXT(""),
                     html_attachments_edit(anchor(), WORD(text_attachment_edit)));
    html_link_button(&actions, s->lang, anchor(), WORD(text_attachment_up), TEXT("tertiary"),
                     ICON_NONE);
    buf_put(&body, S("<ul class=\"h-file-rows\">"));
    html_attachment_row(&body, s->lang, anchor(), WORD(text_stil_event), TEXT("PDF"),
                        TEXT("1,2\xc2\xa0MB"), TEXT(""), TEXT(""), URL_NONE_GIVEN,
                        html_of(&actions));
    html_attachment_row(&body, s->lang, anchor(), WORD(text_stil_object), TEXT("PNG"),
                        TEXT("12\xc2\xa0KB"), WORD(text_attachment_role_main),
                        WORD(text_attachment_hidden), picture, html_of(&actions));
    buf_put(&body, S("</ul>"));
    html_attachment_preview(
        &body, s->lang,
        html_attachment_preview_image(picture, int_of(46), int_of(46), WORD(text_stil_object)));
    html_field_file(&body, s->lang, TEXT("f-file"), WORD(text_attachment_file),
                    WORD(text_attachment_file_hint), TEXT(".png,.pdf"), int_of(1000),
                    WORD(text_form_file_large), flag_of(false));
    buf_put(&body, S("</div>"));
    section(s, TEXT("stil-files"), WORD(text_attachment_file), true, &body);
}

static void put_lists(const Stil *s)
{
    Buf body = page_buf(s->arena), value = page_buf(s->arena), text = page_buf(s->arena);
    html_put_text(&value, WORD(text_stil_object_detail));
    html_put_text(&text, WORD(text_stil_sentence));
    buf_put(&body, S("<div class=\"h-stack\">"));
    put_steps(s, &body);
    const HtmlFactsRows facts[] = {html_facts_rows(WORD(text_stil_object), html_of(&value)),
                                   html_facts_rows(WORD(text_stil_topic), html_of(&value))};
    html_facts(&body, s->lang, facts, COUNT_OF(facts));
    html_event_row(&body, s->lang, anchor(), WORD(text_stil_event), TEXT("26"),
                   text_of(format_month_short(s->lang, 11)),
                   text_of(format_machine_time(s->arena, NOW_US)), TEXT("10:00"),
                   WORD(text_stil_place), WORD(text_stil_event_note));
    buf_put(&body, S("<div class=\"h-grid\">"));
    html_card(&body, s->lang, anchor(), WORD(text_stil_topic), WORD(text_stil_air),
              WORD(text_stil_sentence), TEXT(""), ICON_AIR);
    html_card(&body, s->lang, anchor(), WORD(text_stil_topic), WORD(text_stil_parking),
              WORD(text_stil_sentence), TEXT(""), ICON_PARKING);
    buf_put(&body, S("</div><div>"));
    html_fold(&body, s->lang, WORD(text_stil_fold), flag_of(true), html_of(&text));
    html_fold(&body, s->lang, WORD(text_stil_fold), flag_of(false), html_of(&text));
    buf_put(&body, S("</div></div>"));
    section(s, TEXT("stil-lists"), WORD(text_stil_lists), false, &body);
}

static void put_post(const Stil *s, Buf *out, Text id, bool reply, Html badges, Html actions)
{
    Buf words = page_buf(s->arena);
    buf_put(&words, S("<p>"));
    html_put_text(&words, WORD(text_stil_sentence));
    buf_put(&words, S("</p>"));
    html_post(
        out, s->lang, id, TEXT("AB"), TEXT("Ada Beispiel"),
        reply ? WORD(text_post_voice_office) : TEXT(""),
        html_post_time(anchor(), text_of(format_machine_time(s->arena, NOW_US)), TEXT("10:00")),
        html_post_edited(anchor(), reply ? TEXT("") : WORD(text_item_edit)), badges,
        html_post_words(TEXT(""), html_of(&words)), actions, flag_of(reply));
}

static void put_discussion(const Stil *s)
{
    Buf body = page_buf(s->arena), badges = page_buf(s->arena), actions = page_buf(s->arena);
    html_badge(&badges, s->lang, TEXT("warning"), ICON_CLOCK, WORD(text_post_pending));
    buf_put(&actions, S("<a href=\"#inhalt\">"));
    html_put_text(&actions, WORD(text_post_reply));
    buf_put(&actions, S("</a>"));
    buf_put(&body, S("<ol class=\"h-posts\">"));
    put_post(s, &body, TEXT("beitrag-1"), false, HTML_NONE, html_of(&actions));
    put_post(s, &body, TEXT("beitrag-2"), true, HTML_NONE, html_of(&actions));
    put_post(s, &body, TEXT("beitrag-3"), false, html_of(&badges), HTML_NONE);
    buf_put(&body, S("</ol>"));
    section(s, TEXT("stil-discussion"), WORD(text_discussion_title), false, &body);
}

/* --- what is planned and where it stands --- */

static void put_board(const Stil *s, Buf *out)
{
    Buf cards = page_buf(s->arena);
    for (size_t i = 0; i < COUNT_OF(STATES); i++)
        html_kanban_card(&cards, s->lang, anchor(), WORD(text_stil_parking), TEXT(""),
                         html_kanban_card_state(mark_class(STATES[i]), mark_icon(STATES[i]),
                                                state_word(s, STATES[i])),
                         WORD(text_stil_place));
    const HtmlKanbanColumns columns[] = {
        html_kanban_columns(TEXT("stil-column-1"), WORD(text_stil_step_1), TEXT("4"), TEXT(""),
                            html_kanban_columns_more(anchor(), WORD(text_stil_object)),
                            html_of(&cards)),
        html_kanban_columns(TEXT("stil-column-2"), WORD(text_stil_step_2), TEXT("0"),
                            WORD(text_projects_column_empty),
                            html_kanban_columns_more(URL_NONE_GIVEN, TEXT("")), HTML_NONE)};
    html_kanban(out, s->lang, columns, COUNT_OF(columns));
}

static void put_timeline(const Stil *s, Buf *out)
{
    enum { DAY = 20000 /* of October 2024 */ };
    static const char *const PHASES[] = {"idea", "concept", "pilot", "operation", "ended"};
    const TimelineMark marks[] = {{DAY + 60, true, WORD(text_stil_step_1)},
                                  {DAY + 300, false, WORD(text_stil_step_3)}};
    HtmlTimelineLegend legend[COUNT_OF(PHASES)];
    TimelineRow rows[COUNT_OF(PHASES)];
    Buf picture = page_buf(s->arena);
    for (size_t i = 0; i < COUNT_OF(PHASES); i++) {
        Text name = text_of(str_from(PHASES[i]));
        legend[i] = html_timeline_legend(name, name);
        rows[i] = (TimelineRow){.name = WORD(text_stil_parking),
                                .class = name,
                                .from_day = DAY + 40 * (int64_t)i,
                                .to_day = DAY + 500,
                                .open_end = i == 3,
                                .marks = marks,
                                .mark_count = COUNT_OF(marks)};
    }
    svg_timeline(&picture, &(SvgTimeline){.label = WORD(text_projects_timeline),
                                          .today_word = WORD(text_projects_today),
                                          .from_day = DAY,
                                          .to_day = DAY + 520,
                                          .today = DAY + 200,
                                          .rows = rows,
                                          .count = COUNT_OF(rows)});
    html_timeline(out, s->lang, TEXT("stil-timeline"), WORD(text_projects_timeline), legend,
                  COUNT_OF(legend), html_of(&picture), WORD(text_stil_sentence),
                  html_escaped(s->arena, text_stil_sentence(s->arena, s->lang)));
}

static void put_milestones(const Stil *s, Buf *out)
{
    const HtmlMilestonesRows rows[] = {
        html_milestones_rows(TEXT("ok"), ICON_OK, WORD(text_milestone_done), WORD(text_stil_step_1),
                             TEXT("2026-03")),
        html_milestones_rows(TEXT("warning"), ICON_WARNING, WORD(text_milestone_late),
                             WORD(text_stil_step_2), TEXT("2026-11")),
        html_milestones_rows(TEXT("open"), ICON_NO_SIGNAL, WORD(text_milestone_open),
                             WORD(text_stil_step_3), TEXT("2027-03"))};
    html_milestones(out, s->lang, WORD(text_project_milestones), rows, COUNT_OF(rows));
}

static void put_filter(const Stil *s, Buf *out)
{
    Buf fields = page_buf(s->arena);
    html_field(&fields, s->lang, TEXT("stil-words"), TEXT("suche"), TEXT("search"),
               WORD(text_projects_words), TEXT(""), TEXT(""), TEXT(""), flag_of(true), TEXT("off"),
               TEXT(""));
    HtmlFilterFormKeep keep = html_filter_form_keep(TEXT("ansicht"), TEXT("tafel"));
    html_filter_form(out, s->lang, anchor(), WORD(text_projects_filter), anchor(), &keep, 1,
                     html_of(&fields));
}

static void put_plans(const Stil *s)
{
    Buf body = page_buf(s->arena);
    buf_put(&body, S("<div class=\"h-stack\">"));
    put_filter(s, &body);
    put_board(s, &body);
    put_timeline(s, &body);
    put_milestones(s, &body);
    html_not_measured(&body, s->lang, WORD(text_project_not_measured),
                      WORD(text_project_not_measured_text));
    buf_put(&body, S("</div>"));
    section(s, TEXT("stil-plans"), WORD(text_projects_title), false, &body);
}

static void put_partners(const Stil *s)
{
    Buf body = page_buf(s->arena);
    HtmlPointsPoints points[] = {html_points_points(WORD(text_stil_sentence)),
                                 html_points_points(WORD(text_stil_object))};
    HtmlFiguresRows figures[] = {html_figures_rows(TEXT("12,5"), WORD(text_stil_object)),
                                 html_figures_rows(TEXT("3"), WORD(text_stil_object_detail))};
    html_search_form(&body, s->lang, TEXT("stil-search"), anchor(), WORD(text_search_button),
                     TEXT("stil-words"), TEXT(""), WORD(text_search_button), NULL, 0);
    buf_put(&body, S("<h3>"));
    html_put_text(&body, WORD(text_partners_title));
    buf_put(&body, S("</h3><ul class=\"h-partners\">"));
    html_partner_card(&body, s->lang, TEXT("a"), anchor(), TEXT("HL"), url_trusted(ASSET_LOGO_SVG),
                      WORD(text_stil_object), TEXT(""), WORD(text_organisation_kind_science),
                      TEXT(""), TEXT(""), WORD(text_stil_sentence));
    html_partner_card(&body, s->lang, TEXT("b"), anchor(), TEXT("SB"), URL_NONE_GIVEN,
                      WORD(text_stil_object_detail), TEXT(""), WORD(text_organisation_kind_chamber),
                      WORD(text_organisation_founder), WORD(text_item_district), TEXT(""));
    buf_put(&body, S("</ul>"));
    html_figures(&body, s->lang, WORD(text_organisation_brought), figures, COUNT_OF(figures));
    html_points(&body, s->lang, TEXT("stil-points"), WORD(text_organisation_offers), points,
                COUNT_OF(points));
    section(s, TEXT("stil-partners"), WORD(text_menu_partners), true, &body);
}

static void put_head(const Stil *s)
{
    Buf crumbs = page_buf(s->arena), actions = page_buf(s->arena), badges = page_buf(s->arena);
    html_crumbs(&crumbs, s->lang, NULL, 0, WORD(text_stil_title));
    html_badge(&badges, s->lang, TEXT("info"), ICON_INFO, WORD(text_stil_badge));
    html_link_button(&actions, s->lang, anchor(), WORD(text_stil_open_map), TEXT("secondary"),
                     ICON_MAP);
    html_intro(s->out, s->lang, html_of(&crumbs), html_of(&badges), WORD(text_stil_title),
               WORD(text_stil_lead), html_of(&actions));
}

static void put_stage(const Stil *s)
{
    Buf actions = page_buf(s->arena);
    html_link_button(&actions, s->lang, anchor(), WORD(text_menu_live), TEXT("primary"), ICON_NONE);
    html_link_button(&actions, s->lang, anchor(), WORD(text_menu_map), TEXT("secondary"), ICON_MAP);
    html_band(s->out, s->lang, WORD(text_stil_stage), WORD(text_stil_sentence), html_of(&actions));
}

/* The zone database may be missing where this page is shown; the chart is then left out. */
static const Zone *zone_of(Arena *arena)
{
    Error error = {0};
    Cx cx = {.arena = arena, .error = &error};
    const Zone *zone = NULL;
    if (zone_load(&cx, S("Europe/Berlin"), &zone) != OK)
        return NULL;
    return zone;
}

void page_stil(Buf *out, Arena *arena, const PageShell *shell)
{
    Buf body = page_buf(arena);
    Stil stil = {.arena = arena, .lang = shell->lang, .out = &body};
    const Stil *s = &stil;
    const Zone *zone = zone_of(arena);
    put_head(s);
    put_stage(s);
    put_states(s);
    put_buttons(s);
    put_tiles(s);
    if (zone)
        put_chart(s, zone);
    put_map(s);
    put_notices(s);
    put_forms(s);
    put_files(s);
    put_chips(s);
    put_lists(s);
    put_discussion(s);
    put_plans(s);
    put_partners(s);
    put_messages(s);
    put_icons(s);
    page_put(out, shell, PAGE_PLAIN, WORD(text_stil_title), TEXT(""), html_of(&body));
}
