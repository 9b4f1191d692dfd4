#include "core/unit.h"

#include "base/err.h"
#include "base/log.h"
#include "base/str.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

enum {
    UNIT_SLOW_US = 2000,        /* an apply beyond this is logged */
    GROUP_TRIES = 5,            /* of a group that PostgreSQL could not serialize */
    IDLE_CHECKPOINT_S = 1,      /* quiet time before the log is written back */
    WAL_IDLE_BYTES = 4 << 20,   /* below, an idle checkpoint is not worth it */
    WAL_FORCE_BYTES = 256 << 20 /* beyond, writers wait for a checkpoint */
};

typedef struct UnitQueue {
    Unit *first, *last;
    size_t count;
} UnitQueue;

/* PostgreSQL's 40001: another node changed what this group read. */
static const char DB_SERIALIZE[] = "db.serialize";

struct Writer {
    WriterOptions options;
    Arena arena; /* of the writer itself: begin, commit, checkpoint */
    Error error;
    Cx cx;
    pthread_t thread;
    pthread_mutex_t mutex; /* guards the queues and closing */
    pthread_cond_t wake;
    UnitQueue interactive, bulk;
    bool closing;
    bool turn_bulk; /* which queue is asked first for the next unit */
    Unit *group[WRITER_GROUP_MAX];
    size_t group_count;
    atomic_uint_least64_t units, failed, groups, rolled_back, slow;
    atomic_int_least64_t busy_us;
};

static void queue_put(UnitQueue *queue, Unit *unit)
{
    unit->next = NULL;
    if (queue->last)
        queue->last->next = unit;
    else
        queue->first = unit;
    queue->last = unit;
    queue->count++;
}

static Unit *queue_take(UnitQueue *queue)
{
    Unit *unit = queue->first;
    if (!unit)
        return NULL;
    queue->first = unit->next;
    if (!queue->first)
        queue->last = NULL;
    queue->count--;
    return unit;
}

/* The next unit, from both queues in turn; NULL when both are empty. */
static Unit *take(Writer *writer)
{
    pthread_mutex_lock(&writer->mutex);
    UnitQueue *first = writer->turn_bulk ? &writer->bulk : &writer->interactive;
    UnitQueue *second = writer->turn_bulk ? &writer->interactive : &writer->bulk;
    Unit *unit = queue_take(first);
    if (!unit)
        unit = queue_take(second);
    writer->turn_bulk = !writer->turn_bulk;
    pthread_mutex_unlock(&writer->mutex);
    return unit;
}

static Err apply_once(Writer *writer, Unit *unit)
{
    Cx *cx = &unit->cx;
    unit->events = (Events){.arena = cx->arena};
    TRY(unit->apply(unit));
    for (size_t i = 0; i < writer->options.projection_count; i++) {
        const Projection *projection = &writer->options.projections[i];
        TRY(projection->project(projection->user, cx, &unit->events));
    }
    return OK;
}

/* Takes back the unit's savepoint and keeps the unit's own error. False when the engine has
 * thrown the whole group away, or will not commit it any more. */
static bool take_back(Unit *unit)
{
    Error first = *unit->cx.error;
    if (db_rollback_to(&unit->cx) != OK)
        return false;
    *unit->cx.error = first;
    return true;
}

static Err run_in_savepoint(Writer *writer, Unit *unit, bool *ret_whole)
{
    *ret_whole = false;
    TRY(db_savepoint(&unit->cx));
    Err err = apply_once(writer, unit);
    if (err == OK && writer->options.apply_twice) {
        TRY(db_rollback_to(&unit->cx));
        TRY(db_savepoint(&unit->cx));
        err = apply_once(writer, unit);
    }
    if (err == OK)
        TRY(db_release(&unit->cx));
    else if (strcmp(unit->cx.error->key, DB_SERIALIZE) == 0 || !take_back(unit))
        return err;
    *ret_whole = true;
    return err;
}

/* Applies in a savepoint of its own. False when the group is lost. */
static bool apply_unit(Writer *writer, Unit *unit)
{
    bool whole;
    int64_t from_us = clock_mono_us();
    unit->result = run_in_savepoint(writer, unit, &whole);
    int64_t took_us = clock_mono_us() - from_us;
    if (took_us > UNIT_SLOW_US && !unit->bulk) {
        atomic_fetch_add(&writer->slow, 1);
        log_line(writer->options.log, LOG_DEBUG, "unit.slow", LOG_I("took_us", took_us));
    }
    return whole;
}

static void group_fail(Writer *writer, const Error *why)
{
    for (size_t i = 0; i < writer->group_count; i++) {
        Unit *unit = writer->group[i];
        unit->result = fail(&unit->cx, ERR_UNAVAILABLE, why->key ? why->key : "writer.commit",
                            "the change was not stored, try again: %.*s", SARG(why->detail));
    }
    atomic_fetch_add(&writer->rolled_back, 1);
    log_line(writer->options.log, LOG_ERROR, "writer.rollback",
             LOG_I("units", (int64_t)writer->group_count),
             LOG_S("key", str_from(why->key ? why->key : "writer.commit")),
             LOG_S("detail", why->detail));
}

static bool group_open(const Writer *writer, int64_t from_us)
{
    return writer->group_count < WRITER_GROUP_MAX &&
           clock_mono_us() - from_us < WRITER_GROUP_MAX_US;
}

static void unit_enter(Writer *writer, Unit *unit)
{
    unit->cx.db = writer->cx.db;
    unit->now = clock_fixed(cx_now_us(&unit->cx));
    unit->cx.clock = &unit->now;
    writer->group[writer->group_count++] = unit;
}

/* Fills the group from the queues while it is open, with one unit at least, for to begin may have
 * taken all the time; false when the group is lost. */
static bool group_fill(Writer *writer, int64_t from_us)
{
    while (!writer->group_count || group_open(writer, from_us)) {
        Unit *unit = take(writer);
        if (!unit)
            return true;
        unit_enter(writer, unit);
        if (!apply_unit(writer, unit)) {
            writer->error = *unit->cx.error;
            return false;
        }
    }
    return true;
}

/* Applies again what is in the group: after a serialization failure. */
static bool group_again(Writer *writer)
{
    for (size_t i = 0; i < writer->group_count; i++)
        if (!apply_unit(writer, writer->group[i]))
            return false;
    return true;
}

static bool is_serialize(const Writer *writer)
{
    return writer->error.key && strcmp(writer->error.key, DB_SERIALIZE) == 0;
}

static void group_end(Writer *writer)
{
    Unit *good[WRITER_GROUP_MAX];
    size_t count = 0;
    for (size_t i = 0; i < writer->group_count; i++)
        if (writer->group[i]->result == OK)
            good[count++] = writer->group[i];
    atomic_fetch_add(&writer->groups, 1);
    for (size_t i = 0; count && i < writer->options.effect_count; i++) {
        const Effect *effect = &writer->options.effects[i];
        effect->after_commit(effect->user, good, count);
    }
    atomic_fetch_add(&writer->units, writer->group_count);
    atomic_fetch_add(&writer->failed, writer->group_count - count);
    /* What takes its time comes last: the others need not wait for their answers. */
    Unit *settling[WRITER_GROUP_MAX];
    size_t left = 0;
    for (size_t i = 0; i < writer->group_count; i++) {
        Unit *unit = writer->group[i];
        if (unit->result == OK && unit->settle)
            settling[left++] = unit;
        else
            unit->done(unit);
    }
    writer->group_count = 0;
    for (size_t i = 0; i < left; i++) {
        settling[i]->settle(settling[i]);
        settling[i]->done(settling[i]);
    }
}

static void group_run(Writer *writer)
{
    Cx *cx = &writer->cx;
    arena_reset(&writer->arena);
    int64_t from_us = clock_mono_us();
    writer->error = (Error){0};
    bool committed = false;
    for (int tries = 0; !committed && tries < GROUP_TRIES; tries++) {
        bool fine = db_begin(cx) == OK;
        if (fine)
            fine = tries ? group_again(writer) : group_fill(writer, from_us);
        else if (tries == 0) /* the store is out of reach: what waits hears of it now */
            for (Unit *unit; writer->group_count < WRITER_GROUP_MAX && (unit = take(writer));)
                unit_enter(writer, unit);
        committed = fine && db_commit(cx) == OK;
        if (!committed) {
            Error why = writer->error;
            db_rollback(cx);
            writer->error = why;
            if (!is_serialize(writer))
                break;
        }
    }
    if (!committed)
        group_fail(writer, &writer->error);
    atomic_fetch_add(&writer->busy_us, clock_mono_us() - from_us);
    group_end(writer);
}

static void checkpoint_above(Writer *writer, int64_t bytes)
{
    if (db_wal_bytes(writer->cx.db) <= bytes)
        return;
    arena_reset(&writer->arena);
    if (db_checkpoint(&writer->cx) != OK)
        log_line(writer->options.log, LOG_WARN, "writer.checkpoint",
                 LOG_S("detail", writer->error.detail));
}

/* Waits for work; false when there is none and the writer is closing. */
static bool wait_for_work(Writer *writer)
{
    pthread_mutex_lock(&writer->mutex);
    bool rested = false;
    while (!writer->interactive.first && !writer->bulk.first && !writer->closing) {
        if (rested) {
            pthread_cond_wait(&writer->wake, &writer->mutex);
            continue;
        }
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += IDLE_CHECKPOINT_S;
        if (pthread_cond_timedwait(&writer->wake, &writer->mutex, &until) != 0) {
            rested = true;
            pthread_mutex_unlock(&writer->mutex);
            checkpoint_above(writer, WAL_IDLE_BYTES);
            pthread_mutex_lock(&writer->mutex);
        }
    }
    bool work = writer->interactive.first || writer->bulk.first;
    pthread_mutex_unlock(&writer->mutex);
    return work;
}

static void *writer_thread(void *arg)
{
    Writer *writer = arg;
    while (wait_for_work(writer)) {
        group_run(writer);
        checkpoint_above(writer, WAL_FORCE_BYTES);
    }
    return NULL;
}

Err writer_open(Cx *cx, const WriterOptions *options, Writer **ret)
{
    Writer *writer = calloc(1, sizeof *writer);
    if (!writer)
        abort();
    writer->options = *options;
    arena_init(&writer->arena, 0, 0);
    writer->cx = (Cx){
        .arena = &writer->arena, .clock = cx->clock, .error = &writer->error, .log = options->log};
    DbOptions db = {.mode = DB_WRITE, .unsafe_no_sync = options->unsafe_no_sync};
    Err opened = db_open(cx, options->where, db, &writer->cx.db);
    if (opened != OK) {
        free(writer);
        return opened;
    }
    pthread_mutex_init(&writer->mutex, NULL);
    pthread_cond_init(&writer->wake, NULL);
    if (pthread_create(&writer->thread, NULL, writer_thread, writer) != 0)
        abort();
    *ret = writer;
    return OK;
}

bool writer_submit(Writer *writer, Unit *unit)
{
    pthread_mutex_lock(&writer->mutex);
    UnitQueue *queue = unit->bulk ? &writer->bulk : &writer->interactive;
    bool fits = queue->count < WRITER_QUEUE_MAX && !writer->closing;
    if (fits) {
        bool idle = !writer->interactive.first && !writer->bulk.first;
        queue_put(queue, unit);
        if (idle)
            pthread_cond_signal(&writer->wake);
    }
    pthread_mutex_unlock(&writer->mutex);
    return fits;
}

typedef struct Waiting {
    Unit unit;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    bool done;
} Waiting;

static void waiting_done(Unit *unit)
{
    Waiting *waiting = (Waiting *)unit; /* the unit is its first member */
    pthread_mutex_lock(&waiting->mutex);
    waiting->done = true;
    pthread_cond_signal(&waiting->wake);
    pthread_mutex_unlock(&waiting->mutex);
}

Err writer_run(Cx *cx, Writer *writer, Err (*apply)(Unit *unit), void *user)
{
    Waiting waiting = {
        .unit = {.cx = *cx, .apply = apply, .done = waiting_done, .user = user, .bulk = true}};
    pthread_mutex_init(&waiting.mutex, NULL);
    pthread_cond_init(&waiting.wake, NULL);
    if (!writer_submit(writer, &waiting.unit))
        return fail(cx, ERR_UNAVAILABLE, "writer.full", "too many changes are waiting, try again");
    pthread_mutex_lock(&waiting.mutex);
    while (!waiting.done)
        pthread_cond_wait(&waiting.wake, &waiting.mutex);
    pthread_mutex_unlock(&waiting.mutex);
    pthread_cond_destroy(&waiting.wake);
    pthread_mutex_destroy(&waiting.mutex);
    return waiting.unit.result;
}

void writer_close(Writer *writer)
{
    pthread_mutex_lock(&writer->mutex);
    writer->closing = true;
    pthread_cond_signal(&writer->wake);
    pthread_mutex_unlock(&writer->mutex);
    pthread_join(writer->thread, NULL);
    db_close(writer->cx.db);
    pthread_cond_destroy(&writer->wake);
    pthread_mutex_destroy(&writer->mutex);
    arena_done(&writer->arena);
    free(writer);
}

uint64_t writer_groups(const Writer *writer)
{
    return atomic_load(&writer->groups);
}

WriterStats writer_stats(Writer *writer)
{
    pthread_mutex_lock(&writer->mutex);
    uint64_t queued = writer->interactive.count + writer->bulk.count;
    pthread_mutex_unlock(&writer->mutex);
    return (WriterStats){.units = atomic_load(&writer->units),
                         .failed = atomic_load(&writer->failed),
                         .groups = atomic_load(&writer->groups),
                         .rolled_back_groups = atomic_load(&writer->rolled_back),
                         .slow_units = atomic_load(&writer->slow),
                         .queued = queued,
                         .busy_us = atomic_load(&writer->busy_us)};
}
