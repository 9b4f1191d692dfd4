#include "app/import_batch.h"

#include "base/str.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    BUSY_TRIES = 20 /* of a unit while another process writes; each waits 5 s for the store */
};

/* Distinct entities by the hashes of their ids: 16 bytes each at the most. */
typedef struct IdSet {
    uint64_t *slots; /* 0: free */
    size_t cap, count;
} IdSet;

struct ImportBatches {
    Writer *writer;
    const Actor *actor;
    ImportReport *report;
    ImportSlot *slots[IMPORT_SLOTS];
    size_t current;
    ImportCounts counts;
    IdSet ids;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
};

/* ---- distinct ids ---- */

static bool id_set_put(IdSet *set, uint64_t hash)
{
    size_t i = hash & (set->cap - 1);
    for (; set->slots[i]; i = (i + 1) & (set->cap - 1))
        if (set->slots[i] == hash)
            return false;
    set->slots[i] = hash;
    return true;
}

static void id_set_grow(IdSet *set)
{
    IdSet larger = {.cap = set->cap ? set->cap * 2 : 256};
    larger.slots = calloc(larger.cap, sizeof *larger.slots);
    if (!larger.slots)
        abort();
    for (size_t i = 0; i < set->cap; i++)
        if (set->slots[i])
            id_set_put(&larger, set->slots[i]);
    larger.count = set->count;
    free(set->slots);
    *set = larger;
}

static void id_set_add(IdSet *set, Str id)
{
    if (set->count * 2 >= set->cap)
        id_set_grow(set);
    uint64_t hash = str_hash(id);
    set->count += id_set_put(set, hash ? hash : 1);
}

/* ---- a unit ---- */

/* Rows stand in order in the batch, so those of a range are a range of readings. */
static const FeedReading *readings_of(const ImportSlot *slot, size_t *ret_count)
{
    size_t from = 0, to;
    while (from < slot->batch.count && slot->batch.readings[from].row < slot->from)
        from++;
    for (to = from; to < slot->batch.count && slot->batch.readings[to].row < slot->to;)
        to++;
    *ret_count = to - from;
    return slot->batch.readings + from;
}

static Err slot_apply(Unit *unit)
{
    ImportSlot *slot = (ImportSlot *)unit; /* its first member */
    size_t count;
    slot->taken = (FeedTaken){0};
    for (uint32_t i = slot->from; i < slot->to; i++)
        if (slot->rows[i].entity)
            TRY(feed_take_entity(&unit->cx, slot->rows[i].entity, &unit->events, &slot->taken));
    const FeedReading *readings = readings_of(slot, &count);
    if (count == 0)
        return OK;
    return feed_take(&unit->cx, slot->feed, readings, count, &unit->events, &slot->taken);
}

static void slot_done(Unit *unit)
{
    ImportSlot *slot = (ImportSlot *)unit;
    ImportBatches *batches = slot->batches;
    pthread_mutex_lock(&batches->mutex);
    slot->busy = false;
    pthread_cond_signal(&batches->wake);
    pthread_mutex_unlock(&batches->mutex);
}

static Err slot_submit(Cx *cx, ImportSlot *slot, uint32_t from, uint32_t to)
{
    ImportBatches *batches = slot->batches;
    slot->from = from;
    slot->to = to;
    slot->unit = (Unit){.cx = slot->cx, .apply = slot_apply, .done = slot_done, .bulk = true};
    slot->busy = slot->full = true;
    if (writer_submit(batches->writer, &slot->unit))
        return OK;
    slot->busy = slot->full = false;
    return fail(cx, ERR_UNAVAILABLE, "writer.full", "the store takes no more changes");
}

static void slot_wait(ImportSlot *slot)
{
    ImportBatches *batches = slot->batches;
    pthread_mutex_lock(&batches->mutex);
    while (slot->busy)
        pthread_cond_wait(&batches->wake, &batches->mutex);
    pthread_mutex_unlock(&batches->mutex);
}

/* The rows [from, to), again and again while another process holds the store. */
static Err slot_run(Cx *cx, ImportSlot *slot, uint32_t from, uint32_t to)
{
    for (int tries = 0;; tries++) {
        TRY(slot_submit(cx, slot, from, to));
        slot_wait(slot);
        bool again = slot->unit.result == ERR_UNAVAILABLE && tries < BUSY_TRIES &&
                     (strcmp(slot->error.key, "db.busy") == 0 ||
                      strcmp(slot->error.key, "db.serialize") == 0);
        if (!again)
            return OK;
    }
}

/* ---- results ---- */

static void add_taken(ImportBatches *batches, const FeedTaken *taken)
{
    batches->counts.store.readings += taken->readings;
    batches->counts.store.known += taken->known;
    batches->counts.store.created += taken->created;
}

/* Neither a try more nor another row would help. */
static bool is_fatal(Err err)
{
    return err == ERR_UNAVAILABLE || err == ERR_INTERNAL || err == ERR_DENIED;
}

static Err slot_fatal(Cx *cx, const ImportSlot *slot)
{
    return fail(cx, slot->unit.result, slot->error.key, "%.*s", SARG(slot->error.detail));
}

static void row_refuse(ImportSlot *slot, uint32_t row)
{
    slot->rows[row].outcome = FEED_REFUSED;
    feed_refuse(&slot->cx, &slot->batch, row, S(""), S(""), slot->error.detail);
}

/* The store refused the unit: row by row. */
static Err slot_take_apart(Cx *cx, ImportSlot *slot)
{
    for (uint32_t row = 0; row < slot->row_count; row++) {
        if (slot->rows[row].outcome != FEED_TAKEN)
            continue;
        TRY(slot_run(cx, slot, row, row + 1));
        if (is_fatal(slot->unit.result))
            return slot_fatal(cx, slot);
        if (slot->unit.result == OK)
            add_taken(slot->batches, &slot->taken);
        else
            row_refuse(slot, row);
    }
    return OK;
}

static int compare_refusals(const void *a, const void *b)
{
    const FeedRefusal *x = a, *y = b;
    return x->row < y->row ? -1 : x->row > y->row;
}

static void slot_count(ImportBatches *batches, const ImportSlot *slot)
{
    ImportCounts *counts = &batches->counts;
    for (uint32_t i = 0; i < slot->row_count; i++) {
        counts->taken += slot->rows[i].outcome == FEED_TAKEN;
        counts->skipped += slot->rows[i].outcome == FEED_SKIPPED;
        counts->refused += slot->rows[i].outcome == FEED_REFUSED;
        if (slot->rows[i].entity && slot->rows[i].outcome == FEED_TAKEN)
            id_set_add(&batches->ids, slot->rows[i].entity->id);
    }
    Str last = {0};
    for (size_t i = 0; i < slot->batch.count; i++) {
        const FeedReading *reading = &slot->batch.readings[i];
        if (slot->rows[reading->row].outcome == FEED_TAKEN && !str_eq(reading->id, last))
            id_set_add(&batches->ids, reading->id);
        last = reading->id;
    }
    counts->entities = batches->ids.count;
}

static void slot_report(ImportBatches *batches, ImportSlot *slot)
{
    FeedBatch *batch = &slot->batch;
    if (batch->refusal_count == 0)
        return;
    qsort(batch->refusals, batch->refusal_count, sizeof *batch->refusals, compare_refusals);
    for (size_t i = 0; i < batch->refusal_count; i++) {
        const FeedRefusal *refusal = &batch->refusals[i];
        const ImportRow *row = &slot->rows[refusal->row];
        batches->counts.values_refused += row->outcome == FEED_TAKEN;
        import_report_refusal(batches->report, &slot->arena, row->file, row->line, refusal->field,
                              refusal->value, refusal->reason);
    }
}

static void slot_empty(ImportSlot *slot)
{
    arena_reset(&slot->arena);
    slot->batch = (FeedBatch){0};
    slot->row_count = 0;
    slot->full = false;
}

/* Waits for a slot that was handed over, and counts what became of it. */
static Err slot_collect(Cx *cx, ImportSlot *slot)
{
    if (!slot->full)
        return OK;
    slot_wait(slot);
    bool busy = slot->unit.result == ERR_UNAVAILABLE && slot->error.key &&
                strcmp(slot->error.key, "db.busy") == 0;
    if (busy)
        TRY(slot_run(cx, slot, 0, slot->row_count));
    if (is_fatal(slot->unit.result))
        return slot_fatal(cx, slot);
    if (slot->unit.result == OK)
        add_taken(slot->batches, &slot->taken);
    else
        TRY(slot_take_apart(cx, slot));
    slot_count(slot->batches, slot);
    slot_report(slot->batches, slot);
    slot_empty(slot);
    return OK;
}

/* ---- the outside ---- */

static ImportSlot *slot_new(Cx *cx, ImportBatches *batches)
{
    ImportSlot *slot = arena_new(cx->arena, ImportSlot);
    arena_init(&slot->arena, (size_t)64 << 10, 0);
    slot->batches = batches;
    slot->cx = (Cx){.arena = &slot->arena,
                    .actor = batches->actor,
                    .clock = cx->clock,
                    .error = &slot->error,
                    .log = cx->log};
    return slot;
}

Err import_batches_open(Cx *cx, Writer *writer, const Actor *actor, ImportReport *report,
                        ImportBatches **ret)
{
    ImportBatches *batches = arena_new(cx->arena, ImportBatches);
    batches->writer = writer;
    batches->actor = actor;
    batches->report = report;
    if (pthread_mutex_init(&batches->mutex, NULL) != 0 ||
        pthread_cond_init(&batches->wake, NULL) != 0)
        return fail(cx, ERR_INTERNAL, "import.thread", "cannot make a mutex");
    for (size_t i = 0; i < IMPORT_SLOTS; i++)
        batches->slots[i] = slot_new(cx, batches);
    *ret = batches;
    return OK;
}

static bool has_room(const ImportSlot *slot, const Feed *feed)
{
    return slot->row_count == 0 ||
           (slot->row_count < IMPORT_ROWS_MAX && slot->batch.count < IMPORT_READINGS_MAX &&
            slot->arena.used_bytes < IMPORT_UNIT_BYTES_MAX && slot->feed == feed);
}

Err import_batches_slot(Cx *cx, ImportBatches *batches, const Feed *feed, ImportSlot **ret)
{
    ImportSlot *slot = batches->slots[batches->current];
    if (!slot->full && !has_room(slot, feed)) {
        TRY(slot_submit(cx, slot, 0, slot->row_count));
        batches->current = (batches->current + 1) % IMPORT_SLOTS;
        slot = batches->slots[batches->current];
    }
    TRY(slot_collect(cx, slot));
    slot->feed = feed;
    *ret = slot;
    return OK;
}

void import_batches_row(ImportBatches *batches, ImportSlot *slot, ImportRow row)
{
    ASSERT(slot->row_count < IMPORT_ROWS_MAX);
    slot->rows[slot->row_count++] = row;
    batches->counts.rows++;
}

Err import_batches_finish(Cx *cx, ImportBatches *batches)
{
    ImportSlot *slot = batches->slots[batches->current];
    if (!slot->full && slot->row_count)
        TRY(slot_submit(cx, slot, 0, slot->row_count));
    for (size_t i = 1; i <= IMPORT_SLOTS; i++)
        TRY(slot_collect(cx, batches->slots[(batches->current + i) % IMPORT_SLOTS]));
    return OK;
}

void import_batches_close(ImportBatches *batches)
{
    for (size_t i = 0; i < IMPORT_SLOTS; i++) {
        if (batches->slots[i]->full)
            slot_wait(batches->slots[i]);
        arena_done(&batches->slots[i]->arena);
    }
    free(batches->ids.slots);
    pthread_cond_destroy(&batches->wake);
    pthread_mutex_destroy(&batches->mutex);
}

const ImportCounts *import_batches_counts(const ImportBatches *batches)
{
    return &batches->counts;
}
