#include "core/job.h"

#include "base/str.h"
#include "core/job_store.h"

Err job_find(Cx *cx, Str name, bool *ret_found, JobRecord *ret)
{
    return job_store_find(cx, name, ret_found, ret);
}

Err job_set(Cx *cx, Str name, const JobRecord *record)
{
    JobRecord kept = *record;
    size_t n = 0;
    ASSERT(name.n > 0 && name.n <= JOB_NAME_BYTES_MAX);
    while (n < record->error.n && record->error.p[n]) {
        size_t length = str_utf8_length(str_from_index(record->error, n));
        if (length == 0 || n + length > JOB_ERROR_BYTES_MAX)
            break;
        n += length;
    }
    kept.error = n ? str_slice(record->error, 0, n) : S("");
    return job_store_set(cx, name, &kept);
}

int64_t job_rest_us(const JobRecord *record, int64_t every_us, int64_t now_us)
{
    if (!record)
        return 0;
    int64_t rest_us = record->error.n ? MIN(every_us, JOB_RETRY_S * INT64_C(1000000)) : every_us;
    int64_t from_us = MIN(record->ran_us, now_us);
    return MAX(rest_us - (now_us - from_us), 0);
}
