/* The SQL of progress; private to progress.c. */
#ifndef HANSE_CORE_PROGRESS_STORE_H
#define HANSE_CORE_PROGRESS_STORE_H

#include "core/progress.h"

MUST Err progress_store_find(Cx *cx, Str name, bool *ret_found, Progress *ret);
MUST Err progress_store_set(Cx *cx, const Progress *progress);
/* ret has room for PROGRESS_LIST_MAX. */
MUST Err progress_store_list(Cx *cx, Progress *ret, size_t *ret_count);

#endif
