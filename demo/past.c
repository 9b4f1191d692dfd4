#include "past.h"

#include "base/calendar.h"
#include "base/log.h"
#include "base/stop.h"
#include "base/str.h"
#include "core/progress.h"
#include "fault.h"
#include "steering/indicator.h"

#include <stdlib.h>

enum { RECENT_POINTS_MAX = PAST_RECENT_DAYS * 24 + 24 + PAST_FINE_HOURS * 6 + 16 };
_Static_assert((int)RECENT_POINTS_MAX <= (int)PAST_PART_POINTS_MAX,
               "points of a part have room for them");

/* ---- what was sent ---- */

static int64_t edge_us(int64_t origin_us)
{
    return (origin_us / TIME_DAY_US - PAST_RECENT_DAYS) * TIME_DAY_US;
}

int64_t past_part_from_us(int64_t origin_us, int64_t part)
{
    return edge_us(origin_us) - (part + 1) * PAST_PART_DAYS * TIME_DAY_US;
}

PastPoints past_points_new(Arena *arena)
{
    return (PastPoints){.first = arena_array(arena, HistoryPoint, PAST_PART_POINTS_MAX),
                        .second = arena_array(arena, HistoryPoint, PAST_PART_POINTS_MAX)};
}

static void add_point(PastPoints *past, const Sensor *sensor, int64_t at_us, bool changes_only)
{
    SimReading reading;
    if (!sim_read(&sensor->sim, at_us, &reading))
        return;
    size_t n = past->count;
    if (n && changes_only && past->first[n - 1].num == reading.first &&
        (!sensor->kind->second || past->second[n - 1].num == reading.second))
        return;
    past->first[n] = (HistoryPoint){.at_us = at_us, .num = reading.first};
    past->second[n] = (HistoryPoint){.at_us = at_us, .num = reading.second};
    past->count++;
}

/* Each sensor has a second of its own, so that the city does not speak in chorus. */
static int64_t first_us(const Sensor *sensor, int64_t from_us)
{
    return from_us + sensor->sim.number % 600 * TIME_SECOND_US;
}

static void add_points(PastPoints *past, const Sensor *sensor, int64_t from_us, int64_t to_us,
                       int64_t step_us, bool changes_only)
{
    for (int64_t at_us = from_us; at_us < to_us; at_us += step_us)
        add_point(past, sensor, at_us, changes_only);
}

void past_part(const Sensor *sensor, int64_t origin_us, int64_t part, PastPoints *ret)
{
    int64_t from_us = past_part_from_us(origin_us, part);
    int64_t to_us = from_us + PAST_PART_DAYS * TIME_DAY_US;
    ret->count = 0;
    if (to_us <= sensor->sim.installed_us)
        return;
    add_points(ret, sensor, first_us(sensor, from_us), to_us,
               sim_past_interval_s(sensor->sim.kind) * TIME_SECOND_US,
               sim_past_changes_only(sensor->sim.kind));
}

void past_recent(const Sensor *sensor, int64_t now_us, PastPoints *ret)
{
    int64_t step_us = sim_past_interval_s(sensor->sim.kind) * TIME_SECOND_US;
    int64_t from_us = first_us(sensor, edge_us(now_us));
    int64_t fine_us = now_us - PAST_FINE_HOURS * TIME_HOUR_US;
    int64_t steps = (fine_us - from_us + step_us - 1) / step_us;
    ret->count = 0;
    add_points(ret, sensor, from_us, fine_us, step_us, false);
    add_points(ret, sensor, from_us + steps * step_us, now_us, 10 * TIME_MINUTE_US, false);
}

/* ---- into the store ---- */

static Err append(Cx *cx, const Sensor *sensor, EntityKey key, const PastPoints *past)
{
    const SensorKind *kind = sensor->kind;
    HistorySeriesName name = {.tenant = cx->actor->tenant,
                              .id = sensor->id,
                              .key = key,
                              .attribute = str_from(kind->first),
                              .sub = S(""),
                              .dataset = S("")};
    TRY(history_append(cx, &name, HISTORY_PROPERTY, str_from(kind->first_unit), past->first,
                       past->count));
    if (!kind->second)
        return OK;
    name.attribute = str_from(kind->second);
    return history_append(cx, &name, HISTORY_PROPERTY, str_from(kind->second_unit), past->second,
                          past->count);
}

/* The device that hung there before the present one. */
static Err append_serial(Cx *cx, const Sensor *sensor, EntityKey key)
{
    HistorySeriesName name = {.tenant = cx->actor->tenant,
                              .id = sensor->id,
                              .key = key,
                              .attribute = S(SENSORS_SERIAL_IRI),
                              .sub = S(""),
                              .dataset = S("")};
    int64_t at_us = sensor->sim.installed_us;
    HistoryPoint point = {.at_us = at_us, .raw = sensor_serial(cx->arena, sensor, at_us)};
    return history_append(cx, &name, HISTORY_PROPERTY, S(""), &point, 1);
}

static Err fill_sensor(Cx *cx, const LdContext *context, const Sensor *sensor, int64_t now_us,
                       PastPoints *past, Events *events)
{
    EntityInput input;
    Entity entity;
    past_recent(sensor, now_us, past);
    SimReading last = {0};
    size_t n = past->count;
    if (n)
        last = (SimReading){past->first[n - 1].num, past->second[n - 1].num};
    Str text =
        sensor_entity(cx->arena, sensor, n ? &last : NULL, n ? past->first[n - 1].at_us : now_us);
    TRY(sensor_input(cx, context, text, false, &input));
    TRY(entity_create(cx, &input, events));
    TRY(entity_get(cx, sensor->id, &entity));
    past->count = n ? n - 1 : 0; /* the last one went in with the entity */
    return append(cx, sensor, entity.key, past);
}

/* What the indicators were, from what the sensors said. */
static Err fill_indicators(Cx *cx, const LdContext *context, int64_t now_us, Events *events)
{
    int64_t fine_us = now_us - PAST_FINE_HOURS * TIME_HOUR_US;
    for (size_t i = 0; i < INDICATOR_COUNT; i++) {
        TRY(indicator_backfill(cx, &INDICATORS[i], edge_us(now_us), fine_us, TIME_HOUR_US, context,
                               events));
        TRY(indicator_backfill(cx, &INDICATORS[i], fine_us, now_us, 10 * TIME_MINUTE_US, context,
                               events));
    }
    return OK;
}

static int64_t units_of_part(const Sensors *sensors)
{
    return (int64_t)(sensors->count + INDICATOR_COUNT);
}

Err past_fill_recent(Cx *cx, void (*progress)(size_t done, size_t total))
{
    Sensors sensors;
    ContextStore *contexts = context_store_new();
    const LdContext *context = context_core(contexts);
    PastPoints past = past_points_new(cx->arena);
    int64_t now_us = cx_now_us(cx) / TIME_SECOND_US * TIME_SECOND_US;
    Err err = sensors_read(cx, now_us, &sensors);
    for (size_t i = 0; err == OK && i < sensors.count; i++) {
        ArenaMark mark = arena_mark(cx->arena);
        Events own = {.arena = cx->arena}; /* nobody listens before the first start */
        err = fill_sensor(cx, context, &sensors.list[i], now_us, &past, &own);
        if (err == OK)
            arena_rewind(cx->arena, mark);
        if (progress)
            progress(i + 1, sensors.count);
    }
    if (err == OK)
        err = fill_indicators(cx, context, now_us, &(Events){.arena = cx->arena});
    if (err == OK)
        err = progress_set(cx, &(Progress){.name = S(PAST_NAME),
                                           .since_us = now_us,
                                           .done = 0,
                                           .total = units_of_part(&sensors) * PAST_PARTS});
    context_store_free(contexts);
    return err;
}

Err past_look(Cx *cx, Progress *ret)
{
    bool found;
    TRY(progress_find(cx, S(PAST_NAME), &found, ret));
    if (!found)
        *ret = (Progress){.since_us = cx_now_us(cx) / TIME_SECOND_US * TIME_SECOND_US};
    ret->name = S(PAST_NAME); /* which stays when the arena goes */
    return OK;
}

/* ---- the thread ---- */

struct Past {
    pthread_t thread;
    Stop stop;
    Writer *writer;
    const Clock *clock;
    struct Log *log;
    ContextStore *contexts;
    const Sensors *sensors;
    Progress progress;
    PastPoints points;
};

/* The part of one sensor, or of one indicator, which comes behind all sensors. */
static Err apply_part(Unit *unit)
{
    Past *past = unit->user;
    Cx *cx = &unit->cx;
    Progress progress = past->progress;
    int64_t per_part = units_of_part(past->sensors);
    int64_t part = progress.done / per_part;
    size_t i = (size_t)(progress.done % per_part);
    int64_t from_us = past_part_from_us(progress.since_us, part);
    int64_t to_us = from_us + PAST_PART_DAYS * TIME_DAY_US;
    if (i < past->sensors->count) {
        const Sensor *sensor = &past->sensors->list[i];
        int64_t put_up_us = sensor->sim.installed_us;
        Entity entity;
        bool exists;
        TRY(entity_find(cx, sensor->id, &entity, &exists));
        if (exists)
            TRY(append(cx, sensor, entity.key, &past->points));
        if (exists && put_up_us >= from_us && put_up_us < to_us && fault_exchange(&sensor->sim).any)
            TRY(append_serial(cx, sensor, entity.key));
    } else {
        TRY(indicator_backfill(cx, &INDICATORS[i - past->sensors->count], from_us, to_us,
                               TIME_HOUR_US, context_core(past->contexts), &unit->events));
    }
    progress.done++;
    return progress_set(cx, &progress);
}

/* False where the unit failed; it is tried again after a while. */
static bool do_part(Past *past, Cx *cx)
{
    int64_t per_part = units_of_part(past->sensors);
    int64_t part = past->progress.done / per_part, i = past->progress.done % per_part;
    past->points.count = 0;
    if (i < (int64_t)past->sensors->count)
        past_part(&past->sensors->list[i], past->progress.since_us, part, &past->points);
    if (writer_run(cx, past->writer, apply_part, past) != OK) {
        log_line(past->log, LOG_WARN, "demo.past", LOG_S("detail", cx->error->detail));
        return false;
    }
    past->progress.done++;
    if (past->progress.done % per_part == 0)
        log_line(past->log, LOG_INFO, "demo.past", LOG_I("days", (part + 1) * PAST_PART_DAYS),
                 LOG_I("of", SENSORS_PAST_DAYS));
    return true;
}

static void fill_rest(Past *past, Arena *arena, Cx *cx)
{
    enum { REST_MAX_US = 30000, RETRY_US = 5000000 };
    int64_t rest_us = 0;
    while (past->progress.done < past->progress.total && stop_rest(&past->stop, rest_us)) {
        ArenaMark mark = arena_mark(arena);
        int64_t from_us = clock_mono_us();
        bool done = do_part(past, cx);
        arena_rewind(arena, mark);
        /* A third of the time belongs to others, whatever the machine. */
        rest_us = done ? MIN(REST_MAX_US, (clock_mono_us() - from_us) / 2) : RETRY_US;
    }
}

static void *past_thread(void *arg)
{
    Past *past = arg;
    Arena arena;
    Error error = {0};
    Actor actor = {.tenant = TENANT_DEFAULT, .may = UINT32_MAX};
    arena_init(&arena, 0, 0);
    Cx cx = {
        .arena = &arena, .actor = &actor, .clock = past->clock, .error = &error, .log = past->log};
    past->points = past_points_new(&arena);
    if (past->progress.total != units_of_part(past->sensors) * PAST_PARTS)
        log_line(past->log, LOG_INFO, "demo.past",
                 LOG_S("detail", S("this directory was filled by another version of the demo; "
                                   "its past stays as it is")));
    else
        fill_rest(past, &arena, &cx);
    arena_done(&arena);
    return NULL;
}

Past *past_fill_start(Writer *writer, const Clock *clock, struct Log *log, const Sensors *sensors,
                      const Progress *progress)
{
    Past *past = calloc(1, sizeof *past);
    if (!past)
        abort();
    past->writer = writer;
    past->clock = clock;
    past->log = log;
    past->sensors = sensors;
    past->progress = *progress;
    past->contexts = context_store_new();
    stop_init(&past->stop);
    if (pthread_create(&past->thread, NULL, past_thread, past) != 0)
        abort();
    return past;
}

void past_fill_stop(Past *past)
{
    stop_ask(&past->stop);
    pthread_join(past->thread, NULL);
    stop_done(&past->stop);
    context_store_free(past->contexts);
    free(past);
}
