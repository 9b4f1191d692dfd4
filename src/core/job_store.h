/* The SQL of job records; private to job.c. */
#ifndef HANSE_CORE_JOB_STORE_H
#define HANSE_CORE_JOB_STORE_H

#include "core/job.h"

MUST Err job_store_find(Cx *cx, Str name, bool *ret_found, JobRecord *ret);
MUST Err job_store_set(Cx *cx, Str name, const JobRecord *record);

#endif
