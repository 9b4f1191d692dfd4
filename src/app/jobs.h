/* Jobs: what the program does by itself, on one thread of its own, through the writer.
 *
 * The last run of a job with a period of JOB_KEPT_S or more is kept in the store: after a restart
 * the job waits for what is left of its period. The others run at once at every start. */
#ifndef HANSE_APP_JOBS_H
#define HANSE_APP_JOBS_H

#include "app/app.h"

enum { JOB_KEPT_S = 60 };

typedef struct Jobs Jobs;
MUST Err jobs_open(Cx *cx, App *app, Jobs **ret);
/* Waits for the job that runs. */
void jobs_close(Jobs *jobs);

/* How the runs since the start went; for /metrics. */
typedef struct JobState {
    const char *name;
    uint64_t runs, failures;
    int64_t took_us; /* the last run */
    int64_t ran_us;  /* its start, also before this start of the program; 0: never or not known */
} JobState;
enum { JOBS_MAX = 32 /* rows of jobs.def */ };
size_t jobs_state(Jobs *jobs, JobState *ret, size_t max);

#endif
