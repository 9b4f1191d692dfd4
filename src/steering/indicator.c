#include "steering/indicator.h"

#include "base/calendar.h"
#include "base/str.h"
#include "steering/source.h"
#include "systems/history.h"

#include <math.h>

#define KPI "https://smartdatamodels.org/dataModel.KeyPerformanceIndicator/"

const Indicator INDICATORS[] = {
#define INDICATOR(key, slug, type, attribute, formula, capacity, unit, decimals, silent_min,       \
                  stuck_h, target)                                                                 \
    {S_INIT(key),                                                                                  \
     S_INIT(slug),                                                                                 \
     S_INIT(type),                                                                                 \
     S_INIT(attribute),                                                                            \
     formula,                                                                                      \
     S_INIT(capacity),                                                                             \
     S_INIT(unit),                                                                                 \
     decimals,                                                                                     \
     (silent_min)*TIME_MINUTE_US,                                                                  \
     (stuck_h)*TIME_HOUR_US,                                                                       \
     target},
#include "steering/indicator.def"
#undef INDICATOR
};
const size_t INDICATOR_COUNT = COUNT_OF(INDICATORS);

enum { REFRESH_US = 60 * 1000000 }; /* an unchanged result is stored again after this */

const Indicator *indicator_by_slug(Str slug)
{
    for (size_t i = 0; i < INDICATOR_COUNT; i++)
        if (str_eq(INDICATORS[i].slug, slug))
            return &INDICATORS[i];
    return NULL;
}

Str source_state_name(SourceState state)
{
    static const Str NAMES[] = {S_INIT("ok"), S_INIT("silent"), S_INIT("stuck")};
    return NAMES[state];
}

Str indicator_entity_id(Arena *arena, const Indicator *indicator)
{
    return arena_fmt(arena, "urn:ngsi-ld:KeyPerformanceIndicator:%.*s", SARG(indicator->key));
}

/* ---- computing ---- */

static void add_source(IndicatorResult *result, const Indicator *indicator, const Source *source)
{
    if (source->state != SOURCE_REPORTS || !source->has_value)
        return;
    result->reporting++;
    result->value += source->value;
    result->capacity += indicator->capacity.n ? source->capacity : 0;
    result->has_value = true;
}

Err indicator_compute(Cx *cx, const Indicator *indicator, IndicatorResult *ret)
{
    Source *sources;
    size_t count;
    TRY(source_list(cx, indicator, &sources, &count));
    IndicatorResult result = {.sources = count, .at_us = cx_now_us(cx)};
    Source *left_out = arena_array(cx->arena, Source, count);
    for (size_t i = 0; i < count; i++) {
        add_source(&result, indicator, &sources[i]);
        if (sources[i].state != SOURCE_REPORTS)
            left_out[result.left_out_count++] = sources[i];
    }
    if (result.reporting && indicator->formula == INDICATOR_MEAN)
        result.value /= (double)result.reporting;
    result.left_out = left_out;
    *ret = result;
    return OK;
}

/* ---- the stored result ---- */

static void put_number(JsonOut *out, Str name, double value, Str unit, int64_t at_us)
{
    json_name(out, name);
    json_begin(out, '{');
    json_name(out, S("type"));
    json_put_text(out, S("Property"));
    json_name(out, S("value"));
    json_put_f64(out, value);
    if (unit.n) {
        json_name(out, S("unitCode"));
        json_put_text(out, unit);
    }
    json_name(out, S("observedAt"));
    Buf time = buf_new(out->buf->arena, 64);
    buf_time(&time, at_us);
    json_put_text(out, buf_str(&time));
    json_end(out, '}');
}

static void put_left_out(JsonOut *out, const IndicatorResult *result)
{
    json_name(out, S(KPI "leftOut"));
    json_begin(out, '{');
    json_name(out, S("type"));
    json_put_text(out, S("JsonProperty"));
    json_name(out, S("json"));
    json_begin(out, '[');
    for (size_t i = 0; i < result->left_out_count; i++) {
        const Source *source = &result->left_out[i];
        json_begin(out, '{');
        json_name(out, S("id"));
        json_put_text(out, source->id);
        json_name(out, S("name"));
        json_put_text(out, source->name);
        json_name(out, S("reason"));
        json_put_text(out, source_state_name(source->state));
        json_name(out, S("since"));
        json_put_i64(out, source->since_us);
        json_end(out, '}');
    }
    json_end(out, ']');
    json_end(out, '}');
}

/* Digits beyond what is shown would only make history longer. */
static double rounded(const Indicator *indicator, double value)
{
    double scale = pow(10, indicator->decimals + 1);
    return round(value * scale) / scale;
}

static Str result_text(Arena *arena, const Indicator *indicator, const IndicatorResult *result,
                       bool with_identity)
{
    Buf buf = buf_new(arena, 4 << 20);
    JsonOut out = json_out(&buf);
    json_begin(&out, '{');
    if (with_identity) {
        json_name(&out, S("id"));
        json_put_text(&out, indicator_entity_id(arena, indicator));
        json_name(&out, S("type"));
        json_put_text(&out, S(KPI "KeyPerformanceIndicator"));
    }
    if (result->has_value)
        put_number(&out, S(INDICATOR_VALUE_IRI), rounded(indicator, result->value), indicator->unit,
                   result->at_us);
    put_number(&out, S(KPI "reporting"), (double)result->reporting, S(""), result->at_us);
    put_number(&out, S(KPI "sources"), (double)result->sources, S(""), result->at_us);
    if (indicator->capacity.n)
        put_number(&out, S(KPI "capacity"), result->capacity, S(""), result->at_us);
    put_left_out(&out, result);
    json_end(&out, '}');
    return buf_str(&buf);
}

static Err read_input(Cx *cx, const LdContext *core, Str text, bool fragment, EntityInput *ret)
{
    Json *doc = arena_new(cx->arena, Json);
    TRY(json_parse(cx, text, doc));
    return entity_input_read(cx, core, json_root(doc), (InputOptions){.fragment = fragment}, ret);
}

static Err store_result(Cx *cx, const Indicator *indicator, const IndicatorResult *result,
                        bool exists, const LdContext *core, Events *events)
{
    EntityInput input;
    UpdateResult updated;
    TRY(read_input(cx, core, result_text(cx->arena, indicator, result, !exists), exists, &input));
    if (!exists)
        return entity_create(cx, &input, events);
    Str id = indicator_entity_id(cx->arena, indicator);
    return entity_append(cx, id, &input, true, events, &updated);
}

static bool number_of(const Entity *entity, Str attribute, double *ret)
{
    JsonValue instance, value;
    return entity_instance(entity, attribute, (Str){0}, &instance) &&
           json_find(instance, S("value"), &value) && json_f64(value, ret);
}

static int64_t time_of(const Entity *entity, Str attribute)
{
    JsonValue instance, value;
    int64_t at_us = 0;
    if (!entity_instance(entity, attribute, (Str){0}, &instance) ||
        !json_find(instance, S("observedAt"), &value) || !time_parse(json_raw(value), &at_us))
        return 0;
    return at_us;
}

static SourceState state_of_name(JsonValue name)
{
    return json_text_is(name, source_state_name(SOURCE_STUCK)) ? SOURCE_STUCK : SOURCE_SILENT;
}

static void read_left_out(Arena *arena, const Entity *entity, IndicatorResult *result)
{
    JsonValue instance, list, member;
    if (!entity_instance(entity, S(KPI "leftOut"), (Str){0}, &instance) ||
        !json_find(instance, S("json"), &list))
        return;
    Source *sources = arena_array(arena, Source, json_count(list));
    for (JsonIter it = json_iter(list); json_next(&it);) {
        Source *source = &sources[result->left_out_count++];
        if (json_find(it.value, S("id"), &member))
            source->id = json_text(arena, member);
        if (json_find(it.value, S("name"), &member))
            source->name = json_text(arena, member);
        if (json_find(it.value, S("reason"), &member))
            source->state = state_of_name(member);
        if (json_find(it.value, S("since"), &member) && !json_i64(member, &source->since_us))
            source->since_us = 0;
    }
    result->left_out = sources;
}

static void read_result(Arena *arena, const Entity *entity, IndicatorResult *ret)
{
    double number;
    IndicatorResult result = {.at_us = time_of(entity, S(KPI "reporting"))};
    if (number_of(entity, S(KPI "reporting"), &number))
        result.reporting = (size_t)number;
    if (number_of(entity, S(KPI "sources"), &number))
        result.sources = (size_t)number;
    if (number_of(entity, S(KPI "capacity"), &number))
        result.capacity = number;
    result.has_value = result.reporting && number_of(entity, S(INDICATOR_VALUE_IRI), &result.value);
    read_left_out(arena, entity, &result);
    *ret = result;
}

Err indicator_get(Cx *cx, const Indicator *indicator, IndicatorResult *ret)
{
    Entity entity;
    bool found;
    TRY(entity_find(cx, indicator_entity_id(cx->arena, indicator), &entity, &found));
    if (!found)
        return fail(cx, ERR_NOT_FOUND, "indicator.none", "%.*s has not been computed yet",
                    SARG(indicator->key));
    read_result(cx->arena, &entity, ret);
    return OK;
}

static bool same_left_out(const IndicatorResult *a, const IndicatorResult *b)
{
    if (a->left_out_count != b->left_out_count)
        return false;
    for (size_t i = 0; i < a->left_out_count; i++)
        if (!str_eq(a->left_out[i].id, b->left_out[i].id) ||
            a->left_out[i].state != b->left_out[i].state)
            return false;
    return true;
}

static bool same_result(const Indicator *indicator, const IndicatorResult *before,
                        const IndicatorResult *now)
{
    return before->has_value == now->has_value && before->reporting == now->reporting &&
           before->sources == now->sources && before->capacity == now->capacity &&
           before->value == (now->has_value ? rounded(indicator, now->value) : 0) &&
           same_left_out(before, now);
}

Err indicator_store(Cx *cx, const Indicator *indicator, const IndicatorResult *result,
                    const LdContext *core, Events *events, bool *ret_changed)
{
    IndicatorResult before;
    Entity entity;
    bool exists;
    TRY(entity_find(cx, indicator_entity_id(cx->arena, indicator), &entity, &exists));
    *ret_changed = false;
    if (!exists && result->sources == 0)
        return OK; /* a city without such sources has no such indicator */
    if (exists) {
        read_result(cx->arena, &entity, &before);
        if (same_result(indicator, &before, result) && result->at_us - before.at_us < REFRESH_US)
            return OK;
    }
    TRY(store_result(cx, indicator, result, exists, core, events));
    *ret_changed = true;
    return OK;
}

/* ---- the past ---- */

typedef struct Grid {
    int64_t from_us, step_us;
    size_t steps;
    double *sum;
    uint32_t *count;
} Grid;

/* Adds a value that holds from its reading until the next one, or until it counts as silent. */
static void grid_hold(Grid *grid, double value, int64_t from_us, int64_t until_us)
{
    int64_t first = (from_us - grid->from_us + grid->step_us - 1) / grid->step_us;
    for (int64_t i = MAX(first, 0); i < (int64_t)grid->steps; i++) {
        if (grid->from_us + i * grid->step_us >= until_us)
            return;
        grid->sum[i] += value;
        grid->count[i]++;
    }
}

static Err grid_add_series(Cx *cx, Grid *grid, const HistorySeries *series, int64_t silent_us)
{
    HistoryCursor cursor;
    HistoryRow row = {0}, last = {0};
    bool more = false, has_last = false;
    int64_t to_us = grid->from_us + (int64_t)grid->steps * grid->step_us;
    HistoryWindow window = {HISTORY_ANY, grid->from_us - silent_us, to_us};
    TRY(history_start(cx, series, window, false, 0, &cursor));
    Err err;
    while ((err = history_next(cx, &cursor, &row, &more)) == OK && more) {
        if (has_last)
            grid_hold(grid, last.num, last.at_us, MIN(row.at_us, last.at_us + silent_us));
        has_last = row.has_num && !(row.flags & HISTORY_DELETED);
        last = row;
    }
    history_end(&cursor);
    if (err == OK && has_last)
        grid_hold(grid, last.num, last.at_us, last.at_us + silent_us);
    return err;
}

static Err append_grid(Cx *cx, const Indicator *indicator, const Grid *grid, EntityKey key)
{
    HistoryPoint *points = arena_array(cx->arena, HistoryPoint, grid->steps);
    size_t count = 0;
    for (size_t i = 0; i < grid->steps; i++) {
        if (!grid->count[i])
            continue;
        double value = grid->sum[i];
        if (indicator->formula == INDICATOR_MEAN)
            value /= grid->count[i];
        points[count++] = (HistoryPoint){.at_us = grid->from_us + (int64_t)i * grid->step_us,
                                         .num = rounded(indicator, value)};
    }
    HistorySeriesName name = {.tenant = cx->actor->tenant,
                              .id = indicator_entity_id(cx->arena, indicator),
                              .key = key,
                              .attribute = S(INDICATOR_VALUE_IRI),
                              .sub = S(""),
                              .dataset = S("")};
    return history_append(cx, &name, HISTORY_PROPERTY, indicator->unit, points, count);
}

Err indicator_backfill(Cx *cx, const Indicator *indicator, int64_t from_us, int64_t to_us,
                       int64_t step_us, const LdContext *core, Events *events)
{
    HistorySeries *series;
    size_t count;
    Entity entity;
    bool changed, exists;
    ASSERT(step_us > 0 && to_us > from_us);
    IndicatorResult now;
    TRY(indicator_compute(cx, indicator, &now));
    TRY(indicator_store(cx, indicator, &now, core, events, &changed));
    TRY(entity_find(cx, indicator_entity_id(cx->arena, indicator), &entity, &exists));
    if (!exists)
        return OK;
    Grid grid = {
        .from_us = from_us, .step_us = step_us, .steps = (size_t)((to_us - from_us) / step_us)};
    grid.sum = arena_array(cx->arena, double, grid.steps);
    grid.count = arena_array(cx->arena, uint32_t, grid.steps);
    TRY(source_series(cx, indicator, &series, &count));
    for (size_t i = 0; i < count; i++)
        TRY(grid_add_series(cx, &grid, &series[i], indicator->silent_us + step_us));
    return append_grid(cx, indicator, &grid, entity.key);
}
