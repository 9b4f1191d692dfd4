/* A loop: one libuv event loop on one thread, and the only way into it from another thread. */
#ifndef HANSE_NET_LOOP_H
#define HANSE_NET_LOOP_H

#include "base/err.h"

struct uv_loop_s;
typedef struct Loop Loop;

/* A message to a loop; embedded in what is sent, so that posting never allocates. It belongs to
 * the loop until run is called on the loop's thread. */
typedef struct LoopMessage {
    struct LoopMessage *next;
    void (*run)(struct LoopMessage *message);
} LoopMessage;

/* Also makes the process ignore SIGPIPE, unless it has a handler of its own: a peer that goes
 * away is an error of the write. Errors: UNAVAILABLE "loop.open". */
MUST Err loop_open(Cx *cx, Loop **ret);
/* Runs until loop_stop; on the calling thread. */
void loop_run(Loop *loop);
void loop_stop(Loop *loop); /* safe from every thread */
/* Runs what was posted to a loop that has ended, on the calling thread: messages that came after
 * its last turn may still have to be answered for. */
void loop_settle(Loop *loop);
void loop_close(Loop *loop);
/* Safe from every thread; messages arrive in order per sender, in batches. */
void loop_post(Loop *loop, LoopMessage *message);
struct uv_loop_s *loop_uv(Loop *loop);
/* rest is called on the loop's thread each time before the loop waits for something to happen, with
 * all that had happened done: the place for what is cheaper once per turn than once per request.
 * One per loop; before loop_run. */
void loop_on_rest(Loop *loop, void (*rest)(void *user), void *user);

#endif
