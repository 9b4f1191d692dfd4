#include "web/figure.h"

#include "base/str.h"
#include "systems/history.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/svg.h"

#include <math.h>

Text figure_name(Page *page, const Indicator *indicator)
{
    Str name;
    Str key = arena_fmt(page->arena, "indicator.%.*s", SARG(indicator->key));
    return text_of(text_find(page->lang, key, &name) ? name : indicator->key);
}

Icon figure_icon(const Indicator *indicator)
{
    static const struct {
        Str prefix;
        Icon icon;
    } ROWS[] = {{S_INIT("park."), ICON_PARKING},
                {S_INIT("air."), ICON_AIR},
                {S_INIT("water."), ICON_WATER},
                {S_INIT("road."), ICON_TRAFFIC}};
    for (size_t i = 0; i < COUNT_OF(ROWS); i++)
        if (str_starts(indicator->key, ROWS[i].prefix))
            return ROWS[i].icon;
    return ICON_CHART;
}

Text source_word(Page *page, SourceState state)
{
    if (state == SOURCE_STUCK)
        return text_of(text_state_stuck(page->arena, page->lang));
    if (state == SOURCE_SILENT)
        return text_of(text_state_no_signal(page->arena, page->lang));
    return text_of(text_state_ok(page->arena, page->lang));
}

Str source_since(Page *page, const Source *source)
{
    if (!source->since_us)
        return text_indicator_never(page->arena, page->lang);
    return format_since(page->arena, page->lang, page->frame->zone, source->since_us, page->now_us);
}

MarkState source_mark(SourceState state)
{
    static const MarkState MARKS[] = {MARK_OK, MARK_NO_SIGNAL, MARK_WARNING};
    return MARKS[state];
}

Url thing_url(Page *page, Str id)
{
    return url_segment(page->arena, url_page(page->arena, page->lang, S("/stadt/daten")), id);
}

Str figure_reporting(Page *page, const IndicatorResult *result)
{
    return text_indicator_reporting(page->arena, page->lang, (int64_t)result->reporting,
                                    (int64_t)result->sources);
}

Str figure_value(Page *page, const Figure *figure)
{
    return figure->result.has_value ? format_number(page->arena, page->lang, figure->result.value,
                                                    figure->indicator->decimals)
                                    : S("–");
}

static Err read_course(Cx *cx, int64_t now_us, Figure *figure)
{
    Entity entity;
    HistorySeries series;
    ChartPoint *points;
    size_t count;
    for (size_t i = 0; i < FIGURE_STEPS; i++)
        figure->course[i] = NAN;
    HistorySeriesName name = {.tenant = cx->actor->tenant,
                              .id = indicator_entity_id(cx->arena, figure->indicator),
                              .attribute = S(INDICATOR_VALUE_IRI),
                              .sub = S(""),
                              .dataset = S("")};
    TRY(entity_get(cx, name.id, &entity));
    name.key = entity.key;
    Err err = history_series_get(cx, &name, &series);
    if (err != OK)
        return err == ERR_NOT_FOUND ? OK : err;
    int64_t step_us = FIGURE_HOURS * TIME_HOUR_US / FIGURE_STEPS;
    int64_t from_us = now_us - FIGURE_HOURS * TIME_HOUR_US;
    TRY(history_points(cx, &series, from_us, now_us, FIGURE_STEPS * 4, 0, &points, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t step = (points[i].at_us - from_us) / step_us;
        if (step < 0 || step >= FIGURE_STEPS || isnan(points[i].value))
            continue;
        figure->course[step] = points[i].value;
        figure->has_course = true;
    }
    return OK;
}

static Err read_figure(Cx *cx, const Indicator *indicator, int64_t now_us, Figure *ret,
                       bool *ret_found)
{
    ret->indicator = indicator;
    ret->has_course = false;
    Err err = indicator_get(cx, indicator, &ret->result);
    *ret_found = err == OK;
    if (err != OK)
        return err == ERR_NOT_FOUND ? OK : err;
    return read_course(cx, now_us, ret);
}

Err figure_read(Page *page, const Indicator *indicator, Figure *ret, bool *ret_found)
{
    return read_figure(page->cx, indicator, page->now_us, ret, ret_found);
}

typedef struct Figures {
    Figure *list;
    size_t count;
} Figures;

static Err make_figures(Cx *cx, const void *user, void **ret)
{
    const int64_t *now_us = user;
    Figures *figures = arena_new(cx->arena, Figures);
    figures->list = arena_array(cx->arena, Figure, INDICATOR_COUNT);
    for (size_t i = 0; i < INDICATOR_COUNT; i++) {
        bool found;
        TRY(read_figure(cx, &INDICATORS[i], *now_us, &figures->list[figures->count], &found));
        figures->count += found;
    }
    *ret = figures;
    return OK;
}

/* The course moves on with the time: those of one step are the same for everybody. */
Err figure_list(Page *page, const Figure **ret, size_t *ret_count)
{
    const void *made;
    int64_t step = page->now_us / (FIGURE_HOURS * TIME_HOUR_US / FIGURE_STEPS);
    Str key = arena_fmt(page->arena, "figures %lld %lld", (long long)page->cx->actor->tenant.v,
                        (long long)step);
    TRY(db_memo(page->cx, key, make_figures, &page->now_us, &made));
    *ret = ((const Figures *)made)->list;
    *ret_count = ((const Figures *)made)->count;
    return OK;
}

/* The unit, and for a part of a whole the whole: "von 3.920". */
static Str unit_text(Page *page, const Figure *figure)
{
    if (figure->indicator->capacity.n && figure->result.capacity > 0)
        return text_indicator_of(page->arena, page->lang, (int64_t)figure->result.capacity);
    return format_unit_symbol(figure->indicator->unit);
}

static HtmlTileState tile_state(Page *page, const Figure *figure)
{
    const IndicatorResult *result = &figure->result;
    MarkState state = !result->has_value                        ? MARK_NO_SIGNAL
                      : result->reporting * 2 < result->sources ? MARK_WARNING
                                                                : MARK_OK;
    return html_tile_state(mark_class(state), mark_icon(state),
                           text_of(figure_reporting(page, result)));
}

void figure_tile(Buf *out, Page *page, const Figure *figure)
{
    Arena *arena = page->arena;
    const Indicator *indicator = figure->indicator;
    Text name = figure_name(page, indicator);
    Buf spark = page_buf(arena);
    if (figure->has_course)
        svg_spark(&spark, &(SvgSpark){.label = text_of(
                                          text_tile_spark(arena, page->lang, name.s, FIGURE_HOURS)),
                                      .values = figure->course,
                                      .count = FIGURE_STEPS,
                                      .target = indicator->target});
    Str target = isnan(indicator->target)
                     ? S("")
                     : text_indicator_below(arena, page->lang,
                                            format_number(arena, page->lang, indicator->target,
                                                          indicator->target < 10 ? 2 : 0));
    html_tile(
        out, page->lang, name,
        url_segment(arena, url_page(arena, page->lang, S("/stadt/kennzahlen")), indicator->slug),
        figure_icon(indicator),
        html_tile_value(text_of(figure_value(page, figure)), text_of(unit_text(page, figure)),
                        text_of(indicator_entity_id(arena, indicator)), TEXT("kpiValue"),
                        text_of(format_machine_time(arena, figure->result.at_us)),
                        text_of(format_time(arena, page->frame->zone, figure->result.at_us))),
        html_of(&spark), tile_state(page, figure), text_of(target));
}
