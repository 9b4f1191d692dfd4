/* The SQL of milestones; private to milestone.c. */
#ifndef HANSE_PEOPLE_MILESTONE_STORE_H
#define HANSE_PEOPLE_MILESTONE_STORE_H

#include "people/milestone.h"

MUST Err milestone_store_list(Cx *cx, const Item *items, size_t count, Milestone **ret,
                              size_t *ret_count);
MUST Err milestone_store_clear(Cx *cx, ItemId project);
MUST Err milestone_store_add(Cx *cx, ItemId project, const Milestone *milestone, int64_t position);
MUST Err milestone_store_reach(Cx *cx, ItemId project, int64_t number, Str day,
                               int64_t *ret_changed);

#endif
