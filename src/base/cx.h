/* Cx: what everything that can fail or allocate is given first. Six fields, and no more:
 * whatever else a function needs is its own parameter. */
#ifndef HANSE_BASE_CX_H
#define HANSE_BASE_CX_H

#include "base/arena.h"
#include "base/base.h"

typedef enum Err {
    OK = 0,
    ERR_INVALID, /* the input is wrong; saying it again will not help */
    ERR_DENIED,  /* the actor may not */
    ERR_NOT_FOUND,
    ERR_CONFLICT,    /* exists already, or changed meanwhile */
    ERR_LIMIT,       /* a named limit was hit */
    ERR_UNSUPPORTED, /* understood, not offered */
    ERR_UNAVAILABLE, /* not now: try again */
    ERR_INTERNAL,
    ERR_COUNT_
} Err;

struct Db;
struct Actor;
struct Error;
struct Log;

/* Where time comes from; tests put their own in its place. Microseconds since 1970, UTC. */
typedef struct Clock {
    int64_t (*now_us)(const struct Clock *clock);
    int64_t fixed_us; /* what a fake clock answers */
} Clock;

extern const Clock CLOCK_SYSTEM;
Clock clock_fixed(int64_t at_us);
/* Monotonic, for durations only. */
int64_t clock_mono_us(void);

typedef struct Cx {
    Arena *arena;              /* as long as this unit of work */
    struct Db *db;             /* a connection; read-only on loops and workers */
    const struct Actor *actor; /* who acts: core/actor.h */
    const Clock *clock;
    struct Error *error; /* the last failure */
    struct Log *log;
} Cx;

static inline int64_t cx_now_us(const Cx *cx)
{
    return cx->clock->now_us(cx->clock);
}

#endif
