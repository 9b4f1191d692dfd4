/* Few points that draw like many: per bucket of equal width the first, the last, the lowest and
 * the highest value are kept (the "M4" aggregation: Jugel et al., VLDB 2014), so that no spike is
 * lost however far the view is zoomed out. */
#include "systems/history.h"

#include <math.h>

#include "systems/history_store.h"

enum { POINTS_PER_BUCKET = 4, GAP_POINTS_MAX = HISTORY_CHART_POINTS_MAX };

typedef struct Chart {
    Arena *arena;
    ChartPoint *points; /* what is finished */
    size_t count, cap;
    int64_t from_us;
    int64_t width_us;
    int64_t gap_us;
    int64_t bucket; /* of the open one; -1: none */
    size_t in_bucket;
    ChartPoint first, last, low, high;
    bool has_previous;
    int64_t previous_us;
} Chart;

static void chart_put(Chart *chart, ChartPoint point)
{
    if (chart->count == chart->cap) {
        size_t more = chart->cap ? chart->cap * 2 : 256;
        chart->points = arena_grow(chart->arena, chart->points, chart->cap * sizeof(ChartPoint),
                                   more * sizeof(ChartPoint), _Alignof(ChartPoint));
        chart->cap = more;
    }
    chart->points[chart->count++] = point;
}

/* The points of the open bucket in the order of time, each once. */
static void chart_close_bucket(Chart *chart)
{
    if (!chart->in_bucket)
        return;
    ChartPoint low = chart->low, high = chart->high;
    bool low_first = low.at_us <= high.at_us;
    ChartPoint order[POINTS_PER_BUCKET] = {chart->first, low_first ? low : high,
                                           low_first ? high : low, chart->last};
    chart_put(chart, order[0]);
    for (size_t i = 1; i < POINTS_PER_BUCKET; i++)
        if (order[i].at_us != chart->points[chart->count - 1].at_us ||
            order[i].value != chart->points[chart->count - 1].value)
            chart_put(chart, order[i]);
    chart->in_bucket = 0;
}

static void chart_gap(Chart *chart, int64_t at_us)
{
    chart_close_bucket(chart);
    bool twice = chart->count && isnan(chart->points[chart->count - 1].value);
    if (chart->count && !twice)
        chart_put(chart, (ChartPoint){at_us, NAN});
}

static void chart_add(Chart *chart, ChartPoint point)
{
    if (chart->has_previous && chart->gap_us && point.at_us - chart->previous_us > chart->gap_us)
        chart_gap(chart, chart->previous_us + chart->gap_us);
    chart->has_previous = true;
    chart->previous_us = point.at_us;
    int64_t bucket = (point.at_us - chart->from_us) / chart->width_us;
    if (chart->in_bucket && bucket != chart->bucket)
        chart_close_bucket(chart);
    if (!chart->in_bucket) {
        chart->bucket = bucket;
        chart->first = chart->low = chart->high = point;
    }
    chart->in_bucket++;
    chart->last = point;
    if (point.value < chart->low.value)
        chart->low = point;
    if (point.value > chart->high.value)
        chart->high = point;
}

static Err chart_read(Cx *cx, Chart *chart, DbRows *rows)
{
    for (bool row;;) {
        TRY(db_next(cx, rows, &row));
        if (!row)
            break;
        int64_t at_us = db_i64(rows, 0);
        if (db_i64(rows, 1) & HISTORY_DELETED)
            chart_gap(chart, at_us);
        else if (!db_is_null(rows, 2))
            chart_add(chart, (ChartPoint){at_us, db_f64(rows, 2)});
        if (chart->count > HISTORY_CHART_POINTS_MAX + GAP_POINTS_MAX)
            return fail(cx, ERR_LIMIT, "history.gaps",
                        "more than %d gaps in one chart; allow longer silences", GAP_POINTS_MAX);
    }
    chart_close_bucket(chart);
    return OK;
}

Err history_points(Cx *cx, const HistorySeries *series, int64_t from_us, int64_t to_us,
                   size_t max_points, int64_t gap_us, ChartPoint **ret, size_t *ret_count)
{
    bool found = false;
    int64_t first_us = 0, last_us = 0;
    ASSERT(max_points >= POINTS_PER_BUCKET && max_points <= HISTORY_CHART_POINTS_MAX);
    TRY(obs_range(cx, series, from_us, to_us, &first_us, &last_us, &found));
    *ret = NULL;
    *ret_count = 0;
    if (!found)
        return OK;
    int64_t buckets = (int64_t)(max_points / POINTS_PER_BUCKET);
    Chart chart = {.arena = cx->arena,
                   .from_us = first_us,
                   .width_us = (last_us - first_us) / buckets + 1,
                   .gap_us = gap_us};
    DbRows rows;
    TRY(obs_start_numbers(cx, series, from_us, to_us, &rows));
    Err err = chart_read(cx, &chart, &rows);
    db_end(&rows);
    if (err == OK) {
        *ret = chart.points;
        *ret_count = chart.count;
    }
    return err;
}
