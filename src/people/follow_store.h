/* The SQL of follow.h. */
#ifndef HANSE_PEOPLE_FOLLOW_STORE_H
#define HANSE_PEOPLE_FOLLOW_STORE_H

#include "people/follow.h"

MUST Err follow_store_get(Cx *cx, ItemId item, Follow *ret);
MUST Err follow_store_set(Cx *cx, ItemId item, bool follows);
/* How many items the actor follows by choice, and how many persons this one. */
MUST Err follow_store_count(Cx *cx, ItemId item, int64_t *ret_followed, int64_t *ret_followers);
MUST Err follow_store_list(Cx *cx, int64_t limit, int64_t offset, Followed **ret,
                           size_t *ret_count);
MUST Err follow_store_count_list(Cx *cx, int64_t *ret);
MUST Err follow_store_end_all(Cx *cx);

#endif
