/* Ingest: the MQTT feeds of the running program.
 *
 * Each mapping in the feeds' directory that has an "mqtt" part (systems/feed.h) is a feed with an
 * MQTT client of its own, all on one loop thread. A message is mapped there, becomes a unit of
 * work, and at QoS 1 and 2 is acknowledged only after that unit's commit, so that a message which
 * the broker has forgotten is in the store. A message that cannot be mapped would come again for
 * ever: it is acknowledged, counted, and logged with its reason. While the store cannot take
 * changes, messages wait unacknowledged and are tried again. */
#ifndef HANSE_APP_INGEST_H
#define HANSE_APP_INGEST_H

#include "core/unit.h"
#include "systems/context.h"

enum {
    INGEST_FEEDS_MAX = 256,     /* a connection each */
    INGEST_WAITING_MAX = 10000, /* messages of a feed at QoS 0 while the store is full; beyond,
                                   they are dropped and counted */
    INGEST_INTERNAL_TRIES = 3   /* of a message at which the store says INTERNAL */
};

typedef struct IngestStatus {
    Str name;   /* of the mapping's file, without .json */
    Str broker; /* empty where the mapping is broken */
    bool connected;
    uint64_t messages;       /* received */
    uint64_t stored;         /* whose readings were committed */
    uint64_t skipped;        /* left out as the mapping says, or without news */
    uint64_t refused;        /* could not be mapped, or the domain refused them */
    uint64_t values_refused; /* of messages that were stored otherwise */
    uint64_t dropped;        /* at QoS 0, while the store was full */
    uint64_t waiting;        /* now */
    uint64_t readings;       /* new ones */
    int64_t last_message_us; /* 0: none yet */
    Str last_error;          /* empty: none */
    int64_t last_error_us;
} IngestStatus;

typedef struct IngestOptions {
    Str dir;          /* of the mappings; one that is not there means no feeds */
    Str installation; /* any text that is this installation's own, for the client ids */
    Writer *writer;   /* must outlive the ingest */
    const ContextStore *contexts;
    struct Log *log;
    const Clock *clock;
} IngestOptions;

typedef struct Ingest Ingest;
/* Reads the mappings and connects; brokers that are not there are tried again for ever. A broken
 * mapping is logged and shown in the status, and stops nothing. UNAVAILABLE "loop.open" and
 * "ingest.thread". */
MUST Err ingest_start(Cx *cx, const IngestOptions *options, Ingest **ret);
/* Waits for units on their way and their acknowledgements, takes leave of the brokers, ends the
 * thread. Before writer_close. */
void ingest_close(Ingest *ingest);
/* From every thread; texts in the arena. Gives the number of feeds. */
size_t ingest_status(Ingest *ingest, Arena *arena, IngestStatus **ret);

struct App;
/* The same with what the program has: --feeds, or DATA/feeds. */
MUST Err ingest_open(Cx *cx, struct App *app, Ingest **ret);

#endif
