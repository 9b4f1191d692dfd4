/* The SQL of idea.h. */
#ifndef HANSE_PEOPLE_IDEA_STORE_H
#define HANSE_PEOPLE_IDEA_STORE_H

#include "people/idea.h"

/* For ItemQuery.order_by. */
extern const char IDEA_BY_SUPPORT[];

/* Which ideas a filter names. It points to the filter. */
ItemQuery idea_store_query(const IdeaFilter *filter);
/* Groups by state, or by district; the most of them first. */
MUST Err idea_store_count(Cx *cx, const IdeaFilter *filter, bool districts, IdeaCount **ret,
                          size_t *ret_count);
MUST Err idea_store_became(Cx *cx, ItemId id, bool *ret);

#endif
