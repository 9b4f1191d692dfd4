/* Live pages: values that change while a page is open, as server-sent events (WHATWG HTML, 9.2).
 *
 * After a commit the writer posts one shared list of changes to every loop. A loop keeps at most
 * the latest value per entity and attribute, and sends what its clients asked for at most once a
 * second; the first change after a quiet second goes out at once. A client that reads too slowly
 * loses values, never memory: what does not fit into its ring is counted and dropped.
 *
 * An event: {"id", "attr" (last part of the attribute's IRI), "raw" (JSON), "text" (in the page's
 * language), "unit", "at", "state"}. */
#ifndef HANSE_WEB_LIVE_H
#define HANSE_WEB_LIVE_H

#include "base/lang.h"
#include "core/actor.h"
#include "net/call.h"

enum {
    LIVE_RING_BYTES = 64 << 10, /* what may wait for one slow client */
    LIVE_CLIENTS_MAX = 2000,    /* per loop; beyond: UNAVAILABLE "live.full" */
    LIVE_IDS_MAX = 500,         /* per client; beyond: LIMIT "live.ids" */
    LIVE_PENDING_MAX = 8192     /* values per second and loop; beyond, counted and dropped */
};

typedef struct LiveValue {
    Str id;
    Str attribute; /* IRI */
    Str raw;       /* JSON */
    Str unit;      /* UN/CEFACT code; may be empty */
    Str state;     /* "ok", "silent", ...; may be empty */
    int64_t at_us;
} LiveValue;

/* Shared by all loops; freed when the last has let go. */
typedef struct LiveList LiveList;
LiveList *live_list_new(void);
void live_list_add(LiveList *list, const LiveValue *value); /* copies */
size_t live_list_count(const LiveList *list);
void live_list_release(LiveList *list);

/* Counts the streams of each client address over all loops. */
typedef struct LiveGate LiveGate;
LiveGate *live_gate_new(int64_t streams_per_address);
void live_gate_free(LiveGate *gate); /* when no loop has streams any more */

typedef struct LiveOptions {
    LiveGate *gate; /* of the whole program */
    /* Whether a stream that the actor of a session opened may go on. On the loop's thread. */
    bool (*may_stay)(void *user, const Actor *actor);
    void *user;
} LiveOptions;
typedef struct Live Live;
MUST Err live_open(Cx *cx, Loop *loop, LiveOptions options, Live **ret);
/* From every thread; takes a reference of its own. */
void live_post(Live *live, LiveList *list);
/* From every thread: logins or roles changed. Streams of sessions that may not stay end. */
void live_post_auth(Live *live);
/* Ends all streams; on the loop's thread, or when the loop has ended. What is posted later is
 * dropped. Harmless when it was done before. */
void live_close(Live *live);
/* When nobody posts any more and the loop is closed. */
void live_free(Live *live);
typedef struct LiveStats {
    uint64_t clients, sent, dropped;
} LiveStats;
LiveStats live_stats(const Live *live);

/* Opens a stream for ?ids=ID,ID,... (each percent-encoded) or ?all=true. Sends the current values
 * given, if any, first. Takes the call. LIMIT "live.address" when the client's address has as many
 * streams as it may have. */
MUST Err live_stream(Call *call, Live *live, Lang lang, const LiveValue *current,
                     size_t current_count);

#endif
