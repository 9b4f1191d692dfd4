#include "steering/source.h"

#include "base/calendar.h"
#include "base/str.h"
#include "systems/entity_query.h"

#define NAME_IRI "https://uri.etsi.org/ngsi-ld/default-context/name"

static bool number_of(const Entity *entity, Str attribute, double *ret, int64_t *ret_at_us)
{
    JsonValue instance, value;
    if (!entity_instance(entity, attribute, (Str){0}, &instance) ||
        !json_find(instance, S("value"), &value) || !json_is(value, JSON_NUMBER) ||
        !json_f64(value, ret))
        return false;
    if (!json_find(instance, S("observedAt"), &value) || !time_parse(json_raw(value), ret_at_us))
        *ret_at_us = entity->modified_us;
    return true;
}

static Str name_of(Arena *arena, const Entity *entity)
{
    static const Str NAMES[] = {S_INIT(NAME_IRI), S_INIT("https://schema.org/name"),
                                S_INIT("https://smartdatamodels.org/name"),
                                S_INIT("https://uri.etsi.org/ngsi-ld/name")};
    JsonValue instance, value;
    for (size_t i = 0; i < COUNT_OF(NAMES); i++)
        if (entity_instance(entity, NAMES[i], (Str){0}, &instance) &&
            json_find(instance, S("value"), &value) && json_is(value, JSON_STRING))
            return json_text(arena, value);
    return S("");
}

/* Looks back from now until a reading differs; a source that changes is known after a few rows. */
static Err find_stuck(Cx *cx, const Indicator *indicator, const HistorySeries *series,
                      Source *source)
{
    HistoryCursor cursor;
    HistoryRow row = {0};
    bool more = false, differs = false;
    size_t rows = 0;
    int64_t now_us = cx_now_us(cx), oldest_us = now_us;
    HistoryWindow window = {HISTORY_ANY, now_us - indicator->stuck_us - indicator->silent_us,
                            INT64_MAX};
    TRY(history_start(cx, series, window, true, 0, &cursor));
    Err err;
    while (!differs && (err = history_next(cx, &cursor, &row, &more)) == OK && more) {
        differs = !row.has_num || row.num != source->value;
        if (!differs) {
            oldest_us = row.at_us;
            rows++;
        }
    }
    history_end(&cursor);
    if (differs)
        return OK;
    TRY(err);
    if (rows >= SOURCE_STUCK_ROWS_MIN && now_us - oldest_us >= indicator->stuck_us) {
        source->state = SOURCE_STUCK;
        source->since_us = oldest_us;
    }
    return OK;
}

static HistorySeriesName series_name(Cx *cx, const Indicator *indicator, const Entity *entity)
{
    return (HistorySeriesName){.tenant = cx->actor->tenant,
                               .id = entity->id,
                               .key = entity->key,
                               .attribute = indicator->attribute,
                               .sub = S(""),
                               .dataset = S("")};
}

static Err judge(Cx *cx, const Indicator *indicator, const Entity *entity, Source *source)
{
    int64_t at_us = 0, ignored_us;
    *source = (Source){.id = entity->id, .name = name_of(cx->arena, entity)};
    source->has_value = number_of(entity, indicator->attribute, &source->value, &at_us);
    if (indicator->capacity.n &&
        !number_of(entity, indicator->capacity, &source->capacity, &ignored_us))
        source->capacity = 0;
    if (!source->has_value || cx_now_us(cx) - at_us > indicator->silent_us) {
        source->state = SOURCE_SILENT;
        source->since_us = at_us;
        return OK;
    }
    HistorySeriesName name = series_name(cx, indicator, entity);
    HistorySeries series;
    Err err = history_series_get(cx, &name, &series);
    if (err != OK)
        return err == ERR_NOT_FOUND ? OK : err;
    return find_stuck(cx, indicator, &series, source);
}

static Err list_entities(Cx *cx, const Indicator *indicator, EntityResult *ret)
{
    const SelectGroup group = {.names = &indicator->type, .count = 1};
    const Selection types = {.groups = &group, .count = 1};
    EntityFilter filter = {.types = &types};
    TRY(entity_query(cx, &filter, (EntityPage){.limit = INDICATOR_SOURCES_MAX}, ret));
    if (ret->more)
        return fail(cx, ERR_LIMIT, "indicator.sources", "%.*s has more than %d sources",
                    SARG(indicator->key), INDICATOR_SOURCES_MAX);
    return OK;
}

Err source_list(Cx *cx, const Indicator *indicator, Source **ret, size_t *ret_count)
{
    EntityResult found;
    TRY(list_entities(cx, indicator, &found));
    Source *sources = arena_array(cx->arena, Source, found.count);
    for (size_t i = 0; i < found.count; i++)
        TRY(judge(cx, indicator, &found.entities[i], &sources[i]));
    *ret = sources;
    *ret_count = found.count;
    return OK;
}

Err source_series(Cx *cx, const Indicator *indicator, HistorySeries **ret, size_t *ret_count)
{
    EntityResult found;
    TRY(list_entities(cx, indicator, &found));
    HistorySeries *series = arena_array(cx->arena, HistorySeries, found.count);
    size_t count = 0;
    for (size_t i = 0; i < found.count; i++) {
        HistorySeriesName name = series_name(cx, indicator, &found.entities[i]);
        Err err = history_series_get(cx, &name, &series[count]);
        if (err == OK)
            count++;
        else if (err != ERR_NOT_FOUND)
            return err;
    }
    *ret = series;
    *ret_count = count;
    return OK;
}
