#include "web/chart.h"

#include "base/str.h"
#include "systems/history.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/svg.h"

#include <math.h>

enum { POINTS_MAX = 700, TABLE_ROWS_MAX = 60 };

typedef struct Span {
    Str name;
    int64_t length_us;
    Str (*label)(Arena *arena, Lang lang);
} Span;

static const Span SPANS[] = {
    {S_INIT("tag"), TIME_DAY_US, text_chart_day},
    {S_INIT("woche"), 7 * TIME_DAY_US, text_chart_week},
    {S_INIT("monat"), 31 * TIME_DAY_US, text_chart_month},
    {S_INIT("jahr"), 366 * TIME_DAY_US, text_chart_year},
};

static const Span *chosen_span(Call *call)
{
    Str name = call_query(call, S("zeit"));
    for (size_t i = 0; i < COUNT_OF(SPANS); i++)
        if (str_eq(name, SPANS[i].name))
            return &SPANS[i];
    return &SPANS[0];
}

static Html span_chips(Page *page, const Span *chosen)
{
    HtmlChipsChips chips[COUNT_OF(SPANS)];
    Buf buf = page_buf(page->arena);
    Url here = url_trusted(page->call->http->path);
    for (size_t i = 0; i < COUNT_OF(SPANS); i++)
        chips[i] = html_chips_chips(url_query(page->arena, here, S("zeit"), SPANS[i].name),
                                    text_of(SPANS[i].label(page->arena, page->lang)), TEXT(""),
                                    flag_of(&SPANS[i] == chosen));
    html_chips(&buf, page->lang, text_of(text_chart_span(page->arena, page->lang)), TEXT("verlauf"),
               chips, COUNT_OF(SPANS));
    return html_of(&buf);
}

/* For uPlot: {"t":[seconds],"v":[number or null],"unit":"...","target":number,"zero":true}. */
static JsonHtml chart_json(Page *page, const ChartOf *chart, const ChartPoint *points, size_t count,
                           Str unit)
{
    Buf buf = page_buf(page->arena);
    buf_put(&buf, S("{\"t\":["));
    for (size_t i = 0; i < count; i++) {
        if (i)
            buf_char(&buf, ',');
        buf_i64(&buf, points[i].at_us / TIME_SECOND_US);
    }
    buf_put(&buf, S("],\"v\":["));
    for (size_t i = 0; i < count; i++) {
        if (i)
            buf_char(&buf, ',');
        if (isnan(points[i].value))
            buf_put(&buf, S("null"));
        else
            buf_f64(&buf, points[i].value);
    }
    buf_put(&buf, S("],\"unit\":"));
    buf_json_string(&buf, unit);
    if (!isnan(chart->target)) {
        buf_put(&buf, S(",\"target\":"));
        buf_f64(&buf, chart->target);
    }
    buf_put(&buf, chart->from_zero ? S(",\"zero\":true}") : S("}"));
    return json_html_of(buf_str(&buf));
}

/* The last values, newest first; all of them are in the download. */
static Html chart_table(Page *page, const ChartPoint *points, size_t count, Str unit)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    Text time = text_of(text_chart_time(arena, lang));
    Text value = text_of(
        unit.n ? arena_fmt(arena, "%.*s (%.*s)", SARG(text_chart_value(arena, lang)), SARG(unit))
               : text_chart_value(arena, lang));
    HtmlTableHeads heads[2] = {html_table_heads(time, flag_of(false)),
                               html_table_heads(value, flag_of(true))};
    HtmlTableRows *rows = arena_array(arena, HtmlTableRows, TABLE_ROWS_MAX);
    size_t n = 0;
    for (size_t i = count; i > 0 && n < TABLE_ROWS_MAX; i--) {
        const ChartPoint *point = &points[i - 1];
        if (isnan(point->value))
            continue;
        HtmlTableRowsCells *cells = arena_array(arena, HtmlTableRowsCells, 2);
        Str moment = format_moment(arena, lang, page->frame->zone, point->at_us, page->now_us);
        cells[0] =
            html_table_rows_cells(time, html_escaped(arena, moment), flag_of(false), flag_of(true));
        cells[1] = html_table_rows_cells(
            value, html_escaped(arena, format_measure(arena, lang, point->value)), flag_of(true),
            flag_of(false));
        rows[n++] = html_table_rows(cells, 2);
    }
    Buf buf = page_buf(arena);
    html_table(&buf, lang, time, flag_of(false), heads, 2, rows, n);
    return html_of(&buf);
}

static void put_figure(Page *page, const ChartOf *chart, const Span *span, const ChartPoint *points,
                       size_t count, Str unit)
{
    Arena *arena = page->arena;
    SvgSample *samples = arena_array(arena, SvgSample, count);
    bool gaps = false;
    for (size_t i = 0; i < count; i++) {
        samples[i] = (SvgSample){points[i].at_us, points[i].value};
        gaps |= isnan(points[i].value);
    }
    Buf picture = page_buf(arena);
    svg_chart(&picture, &(SvgChart){.label = chart->title,
                                    .lang = page->lang,
                                    .zone = page->frame->zone,
                                    .from_us = page->now_us - span->length_us,
                                    .to_us = page->now_us,
                                    .samples = samples,
                                    .count = count,
                                    .gap_us = 0,
                                    .target = chart->target,
                                    .from_zero = chart->from_zero});
    Str note = gaps ? text_chart_gap(arena, page->lang) : S("");
    html_chart(&page->body, page->lang, TEXT("verlauf-titel"), chart->title, text_of(unit),
               html_of(&picture), text_of(note), chart_json(page, chart, points, count, unit),
               chart_table(page, points, count, unit));
}

static Err read_points(Page *page, const ChartOf *chart, const Span *span, ChartPoint **ret,
                       size_t *ret_count, Str *ret_unit)
{
    Cx *cx = page->cx;
    Entity entity;
    HistorySeries series;
    TRY(entity_get(cx, chart->id, &entity));
    HistorySeriesName name = {.tenant = cx->actor->tenant,
                              .id = chart->id,
                              .key = entity.key,
                              .attribute = chart->attribute,
                              .sub = S(""),
                              .dataset = S("")};
    TRY(history_series_get(cx, &name, &series));
    *ret_unit = format_unit_symbol(series.unit);
    return history_points(cx, &series, page->now_us - span->length_us, page->now_us, POINTS_MAX,
                          MAX(chart->gap_us, span->length_us / 100), ret, ret_count);
}

Err chart_put(Page *page, const ChartOf *chart)
{
    const Span *span = chosen_span(page->call);
    ChartPoint *points = NULL;
    size_t count = 0;
    Str unit = S("");
    Err err = read_points(page, chart, span, &points, &count, &unit);
    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    buf_put(&page->body, S("<div id=\"verlauf\" class=\"h-stack\">"));
    html_put_html(&page->body, span_chips(page, span));
    if (count)
        put_figure(page, chart, span, points, count, unit);
    else
        html_empty(&page->body, page->lang, ICON_CHART,
                   text_of(text_chart_no_values(page->arena, page->lang)), TEXT(""), HTML_NONE);
    buf_put(&page->body, S("</div>"));
    return OK;
}
