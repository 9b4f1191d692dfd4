/* Jobs: what the program does by itself, on one thread of its own, through the writer. */
#ifndef HANSE_APP_JOBS_H
#define HANSE_APP_JOBS_H

#include "app/app.h"

typedef struct Jobs Jobs;
MUST Err jobs_open(Cx *cx, App *app, Jobs **ret);
/* Waits for the job that runs. */
void jobs_close(Jobs *jobs);

/* How the last runs went; for /metrics. */
typedef struct JobState {
    const char *name;
    uint64_t runs, failures;
    int64_t took_us; /* the last run */
} JobState;
size_t jobs_state(Jobs *jobs, JobState *ret, size_t max);

#endif
