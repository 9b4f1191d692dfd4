/* Progress: how far work has come that takes many units of work and goes on after a restart.
 *
 * A unit that does the n-th part calls progress_set with done = n + 1 in its own transaction, so
 * that no part is done twice and none is left out, whenever the program ends. */
#ifndef HANSE_CORE_PROGRESS_H
#define HANSE_CORE_PROGRESS_H

#include "core/actor.h"
#include "db/db.h"

enum {
    PROGRESS_NAME_BYTES_MAX = 40,
    PROGRESS_LIST_MAX = 20 /* unfinished ones that are told */
};

extern const StatementTable PROGRESS_STATEMENTS;

typedef struct Progress {
    Str name;
    int64_t since_us; /* what the work refers to, "the past before this moment" for instance */
    int64_t done, total;
} Progress;

MUST Err progress_find(Cx *cx, Str name, bool *ret_found, Progress *ret);
/* Replaces what is known under that name; 0 <= done <= total. */
MUST Err progress_set(Cx *cx, const Progress *progress);
/* Those with done < total, by name. */
MUST Err progress_list_unfinished(Cx *cx, Progress **ret, size_t *ret_count);

#endif
