/* Job records: when each of the program's jobs ran last and how that went, kept over restarts, so
 * that a daily job is neither run again at every start nor forgotten. */
#ifndef HANSE_CORE_JOB_H
#define HANSE_CORE_JOB_H

#include "core/actor.h"
#include "db/db.h"

enum {
    JOB_NAME_BYTES_MAX = 40,
    JOB_ERROR_BYTES_MAX = 500, /* the rest stands in the log */
    JOB_RETRY_S = 600          /* a failed run is due again after this, or its period if shorter */
};

extern const StatementTable JOB_STATEMENTS;

typedef struct JobRecord {
    int64_t ran_us; /* the start of the last run */
    int64_t took_us;
    Str error; /* empty after a good run */
} JobRecord;

MUST Err job_find(Cx *cx, Str name, bool *ret_found, JobRecord *ret);
/* Replaces the job's record. */
MUST Err job_set(Cx *cx, Str name, const JobRecord *record);
/* How long a job of this period rests from now on; 0: it is due. NULL for a job that never ran. A
 * record from the future (the clock was put back) counts as one from now. */
int64_t job_rest_us(const JobRecord *record, int64_t every_us, int64_t now_us);

#endif
