/* The unit of work and the writer.
 *
 *   decode -> admit -> [prepare] -> apply -> COMMIT -> encode
 *
 * Everything that changes the store is a Unit, handed to the one writer thread. The writer takes
 * units from two queues (interactive and bulk) in turn, applies each inside its own savepoint,
 * runs the projections on the events that it left, and commits the group with one fsync; only
 * then are effects run and are the units' done functions called. A unit that fails rolls back
 * its own savepoint alone. When the commit fails, or the engine has rolled back by itself, every
 * unit of the group ends with UNAVAILABLE. Nothing leaves the program before its commit. */
#ifndef HANSE_CORE_UNIT_H
#define HANSE_CORE_UNIT_H

#include "core/actor.h"
#include "core/event.h"
#include "db/db.h"

typedef struct Unit Unit;
struct Unit {
    Unit *next; /* the queue's */
    Cx cx;      /* arena, actor, error, log are the submitter's; db becomes the writer's, */
    Clock now;  /* and the clock this one: it stands while the unit is applied, also again */
    Events events;
    /* The change itself: one call into the domain. Re-runnable: no effect outside the
     * transaction, the same result when run again after a rollback. */
    Err (*apply)(Unit *unit);
    /* After the commit, or the failure: on the writer's thread, with result set. The arena goes
     * back to the submitter with this call. */
    void (*done)(Unit *unit);
    /* Set by apply where there is something to do that the engine does in no transaction: on the
     * writer's thread after the commit, before done; nothing else is written meanwhile. It may
     * begin and commit. NULL: nothing. */
    void (*settle)(Unit *unit);
    void *user;
    Err result;
    bool bulk;
};

/* Runs in the unit's savepoint, after apply. An error fails the unit. */
typedef struct Projection {
    const char *name;
    Err (*project)(void *user, Cx *cx, const Events *events);
    void *user;
} Projection;

/* Runs on the writer's thread after the commit, once per group, with the units that succeeded;
 * it must neither block nor write. */
typedef struct Effect {
    const char *name;
    void (*after_commit)(void *user, Unit *const *units, size_t count);
    void *user;
} Effect;

enum {
    WRITER_GROUP_MAX = 256,     /* units per commit */
    WRITER_GROUP_MAX_US = 5000, /* a group is closed after this much applying */
    WRITER_QUEUE_MAX = 8192     /* waiting units per queue; beyond, submit says no */
};

typedef struct WriterOptions {
    Str where; /* as for db_open */
    bool unsafe_no_sync;
    bool apply_twice; /* tests: roll each unit back once and apply it again */
    struct Log *log;
    const Projection *projections;
    size_t projection_count;
    const Effect *effects;
    size_t effect_count;
} WriterOptions;

typedef struct WriterStats {
    uint64_t units, failed, groups, rolled_back_groups, slow_units;
    uint64_t queued; /* now */
    int64_t busy_us;
} WriterStats;

typedef struct Writer Writer;
/* Opens the write connection and starts the thread. The store must be migrated. */
MUST Err writer_open(Cx *cx, const WriterOptions *options, Writer **ret);
/* From every thread. False, and the unit stays the caller's, when the queue is full or the
 * writer is closing: answer UNAVAILABLE "writer.full". */
MUST bool writer_submit(Writer *writer, Unit *unit);
/* Submits and waits; for the command line and for jobs. */
MUST Err writer_run(Cx *cx, Writer *writer, Err (*apply)(Unit *unit), void *user);
/* Applies what is queued, commits, and stops the thread. */
void writer_close(Writer *writer);
WriterStats writer_stats(Writer *writer);
/* How many groups have ended. Changes before anybody hears of a commit: who sees the same number
 * as before has missed none. From every thread, without a lock. */
uint64_t writer_groups(const Writer *writer);

#endif
