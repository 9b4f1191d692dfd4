#include "core/progress.h"

#include "core/progress_store.h"

Err progress_find(Cx *cx, Str name, bool *ret_found, Progress *ret)
{
    return progress_store_find(cx, name, ret_found, ret);
}

Err progress_set(Cx *cx, const Progress *progress)
{
    ASSERT(progress->name.n > 0 && progress->name.n <= PROGRESS_NAME_BYTES_MAX);
    ASSERT(progress->done >= 0 && progress->done <= progress->total);
    return progress_store_set(cx, progress);
}

Err progress_list_unfinished(Cx *cx, Progress **ret, size_t *ret_count)
{
    Progress *list = arena_array(cx->arena, Progress, PROGRESS_LIST_MAX);
    TRY(progress_store_list(cx, list, ret_count));
    *ret = list;
    return OK;
}
