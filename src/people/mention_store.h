/* The SQL of mention.h. */
#ifndef HANSE_PEOPLE_MENTION_STORE_H
#define HANSE_PEOPLE_MENTION_STORE_H

#include "people/mention.h"

/* In the order of their accounts; `people`: also who stands in a relation to the item. */
MUST Err mention_store_candidates(Cx *cx, const Item *item, int64_t post, bool people,
                                  Mention **ret, size_t *ret_count);
MUST Err mention_store_clear(Cx *cx, int64_t post);
MUST Err mention_store_add(Cx *cx, int64_t post, PersonId person);
MUST Err mention_store_list(Cx *cx, int64_t post, Mention **ret, size_t *ret_count);

#endif
