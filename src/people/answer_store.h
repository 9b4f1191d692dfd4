/* The SQL of answer.h. */
#ifndef HANSE_PEOPLE_ANSWER_STORE_H
#define HANSE_PEOPLE_ANSWER_STORE_H

#include "people/answer.h"

/* id 0 where nothing is prepared. */
MUST Err answer_store_prepared(Cx *cx, ItemId idea, Answer *ret);
MUST Err answer_store_list(Cx *cx, ItemId idea, Answer **ret, size_t *ret_count);
MUST Err answer_store_add(Cx *cx, ItemId idea, const Answer *answer);
MUST Err answer_store_update(Cx *cx, const Answer *answer);
MUST Err answer_store_publish(Cx *cx, int64_t id);
MUST Err answer_store_discard(Cx *cx, ItemId idea);

#endif
