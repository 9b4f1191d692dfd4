/* The SQL of post.h. */
#ifndef HANSE_PEOPLE_POST_STORE_H
#define HANSE_PEOPLE_POST_STORE_H

#include "people/post.h"

/* moderates: whether the actor sees what others wait for or may not see any more. */
MUST Err post_store_list(Cx *cx, ItemId item, bool moderates, int64_t limit, int64_t offset,
                         Post **ret, size_t *ret_count);
MUST Err post_store_newest(Cx *cx, ItemId item, int64_t limit, int64_t offset, Post **ret,
                           size_t *ret_count);
MUST Err post_store_list_own(Cx *cx, int64_t limit, Post **ret, size_t *ret_count);
MUST Err post_store_count(Cx *cx, ItemId item, bool moderates, int64_t *ret);
MUST Err post_store_count_before(Cx *cx, const Post *post, bool moderates, int64_t *ret);
MUST Err post_store_count_visible(Cx *cx, ItemId item, int64_t *ret);
MUST Err post_store_get(Cx *cx, PostId id, bool *ret_found, Post *ret);
MUST Err post_store_versions(Cx *cx, PostId id, PostVersion **ret, size_t *ret_count);

/* What there is of a person's posts, besides one of them (0: none). */
typedef struct PostRecord {
    int64_t visible, pending, last_hour;
    int64_t account_us; /* when the account was made */
} PostRecord;
MUST Err post_store_record(Cx *cx, PersonId person, PostId besides, PostRecord *ret);

MUST Err post_store_add(Cx *cx, const Post *post, PostId *ret);
/* State, reason, ruling, version, times. */
MUST Err post_store_update(Cx *cx, const Post *post, int64_t ruling);
MUST Err post_store_count_replies(Cx *cx, PostId root);
MUST Err post_store_put_version(Cx *cx, const Post *post, int64_t at_us);
MUST Err post_store_erase_versions(Cx *cx, PostId id);

MUST Err discussion_store_get(Cx *cx, ItemId item, Discussion *ret);
MUST Err discussion_store_put(Cx *cx, ItemId item, const Discussion *discussion);

#endif
