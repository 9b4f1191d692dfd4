/* Stop: how a thread that works again and again is told to end, and how it rests in between without
 * being late for that:
 *
 *   while (stop_rest(&stop, us))    the thread
 *       work();
 *   stop_ask(&stop);                whoever ends it, before pthread_join and stop_done
 *
 * Times are those of a clock that nobody sets. */
#ifndef HANSE_BASE_STOP_H
#define HANSE_BASE_STOP_H

#include "base/base.h"

#include <pthread.h>

typedef struct Stop {
    pthread_mutex_t mutex; /* guards asked */
    pthread_cond_t wake;
    bool asked;
} Stop;

void stop_init(Stop *stop);
void stop_done(Stop *stop);
void stop_ask(Stop *stop);
bool stop_is_asked(Stop *stop);
/* Waits that long, or until it is asked to stop; nothing for 0 or less. False where it is asked. */
bool stop_rest(Stop *stop, int64_t us);

#endif
