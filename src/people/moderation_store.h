/* The SQL of moderation.h. */
#ifndef HANSE_PEOPLE_MODERATION_STORE_H
#define HANSE_PEOPLE_MODERATION_STORE_H

#include "people/moderation.h"

MUST Err moderation_store_list(Cx *cx, Queue queue, PersonId author, int64_t limit, int64_t offset,
                               Case **ret, size_t *ret_count);
MUST Err moderation_store_count(Cx *cx, Queue queue, PersonId author, int64_t *ret);
MUST Err moderation_store_add(Cx *cx, const Ruling *ruling, int64_t *ret);
MUST Err moderation_store_rulings(Cx *cx, PersonId author, int64_t limit, int64_t offset,
                                  Ruling **ret, size_t *ret_count, int64_t *ret_total);
MUST Err moderation_store_last(Cx *cx, Target target, Ruling *ret);
/* Of items that a block has hidden: the rulings that are part of it. */
MUST Err moderation_store_parts(Cx *cx, int64_t block, Ruling **ret, size_t *ret_count);
enum { POSTS_BATCH = 500 };
/* Posts that a person wrote and others read or wait for, or those that a ruling has hidden; the
 * first POSTS_BATCH of them. */
MUST Err moderation_store_posts_of(Cx *cx, PersonId author, int64_t ruling, PostId **ret,
                                   size_t *ret_count);
/* Ideas of a person that others read and nobody has answered. */
MUST Err moderation_store_ideas_of(Cx *cx, PersonId author, ItemId **ret, size_t *ret_count);
MUST Err moderation_store_drop_support(Cx *cx, PersonId person);

#endif
