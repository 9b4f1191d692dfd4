/* The SQL of goals; private to goal.c. */
#ifndef HANSE_PEOPLE_GOAL_STORE_H
#define HANSE_PEOPLE_GOAL_STORE_H

#include "people/goal.h"

MUST Err goal_store_put(Cx *cx, ItemId id, const Goal *goal);
MUST Err goal_store_get(Cx *cx, ItemId id, bool *ret_found, Goal *ret);
MUST Err goal_store_next_number(Cx *cx, ItemId strategy, int64_t *ret);
/* The numbers of a strategy's goals in their order; at most GOALS_MAX. */
MUST Err goal_store_ids(Cx *cx, ItemId strategy, ItemId **ret, size_t *ret_count);
/* The goal that follows this one; 0: none. */
MUST Err goal_store_successor(Cx *cx, ItemId id, ItemId *ret);
/* The strategy that is in force; 0: none. */
MUST Err goal_store_strategy_in_force(Cx *cx, ItemId *ret);
MUST Err goal_store_count_projects(Cx *cx, const ItemId *goals, size_t goal_count,
                                   GoalProjects ret[GOAL_PROJECT_STATES_MAX], size_t *ret_count);
/* For ItemQuery.where; user: GoalChain. */
typedef struct GoalChain {
    ItemId goals[GOAL_EDITIONS_MAX];
    size_t count;
} GoalChain;
void goal_store_where_serves(DbDynamic *query, const void *chain);

#endif
