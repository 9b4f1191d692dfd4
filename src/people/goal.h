/* Goal: what the city wants to have reached by a year. It belongs to one edition of the strategy
 * and to one topic (its field of action, the item's topic), and is measured by indicators of the
 * city, named by their slugs, or says why nothing measures it.
 *
 *   draft -> consultation -> adopted -> superseded      draft, consultation -> dropped
 *
 * Its states follow those of its strategy (strategy.h); only drop is a step of its own. An adopted
 * goal does not change. In the next edition it is followed by a goal of its own, which keeps the
 * projects: a project that serves a goal serves the one that follows it, too. */
#ifndef HANSE_PEOPLE_GOAL_H
#define HANSE_PEOPLE_GOAL_H

#include "people/verb.h"

extern const Machine GOAL_MACHINE;
extern const StatementTable GOAL_STATEMENTS;

enum {
    GOAL_INDICATORS_MAX = 6,
    GOAL_INDICATOR_BYTES_MAX = 100,
    GOAL_TARGET_BYTES_MAX = 300,
    GOAL_UNMEASURED_BYTES_MAX = 1000,
    GOAL_YEAR_MIN = 2000,
    GOAL_YEAR_MAX = 2199,
    GOALS_MAX = 200,       /* of one strategy */
    GOAL_EDITIONS_MAX = 20 /* through which its projects are followed back */
};

/* What a goal has beside its item. */
typedef struct Goal {
    ItemId strategy, follows;
    int64_t number;
    Str target;          /* "unter 10 Prozent" */
    int64_t target_year; /* 0: not said */
    Str unmeasured;
    Str indicators[GOAL_INDICATORS_MAX];
    size_t indicator_count;
} Goal;

typedef struct GoalDraft {
    ItemDraft item; /* with exactly one topic; body and visibility are the strategy's */
    Str target;
    int64_t target_year;
    Str unmeasured;
    const Str *indicators; /* slugs; empty ones are left out */
    size_t indicator_count;
} GoalDraft;

/* Who may change the strategy, while it is a draft or consulted upon. Flaws of item_check, and
 * "goal.topics", "goal.target", "goal.target_year", "goal.unmeasured", "goal.indicators"; LIMIT
 * "goal.many". A goal may lack what measures it until its strategy is to be adopted. */
MUST Err goal_add(Cx *cx, const Item *strategy, const GoalDraft *draft, Events *events,
                  ItemId *ret);
/* DENIED "goal.edit"; CONFLICT "item.version". */
MUST Err goal_change(Cx *cx, Item *item, int64_t version, const GoalDraft *draft, Events *events);
bool goal_may_edit(const Item *item, uint32_t stand);
MUST Err goal_own(Cx *cx, ItemId id, Goal *ret);
/* Those of a strategy that the actor may read, in their order, without dropped ones. */
MUST Err goal_list(Cx *cx, ItemId strategy, Item **ret, size_t *ret_count);
/* The goal of the next edition that follows it; *ret_found false: none that the actor may read. */
MUST Err goal_successor(Cx *cx, ItemId id, bool *ret_found, Item *ret);
/* Of the strategy that is in force, for forms that ask which goals a project serves. */
MUST Err goal_in_force(Cx *cx, Item **ret, size_t *ret_count);

/* ---- projects that serve it, or one that it follows ---- */

typedef struct GoalProjects {
    Str state; /* of the projects */
    int64_t count;
} GoalProjects;
enum { GOAL_PROJECT_STATES_MAX = 32 };
/* How many projects that the actor may read serve any of these goals, by state. */
MUST Err goal_count_projects(Cx *cx, const ItemId *goals, size_t goal_count,
                             GoalProjects ret[GOAL_PROJECT_STATES_MAX], size_t *ret_count);
MUST Err goal_projects(Cx *cx, ItemId goal, int64_t limit, int64_t offset, Item **ret,
                       size_t *ret_count, int64_t *ret_total);

/* ---- for strategy.c ---- */

/* All goals of the strategy in one state go to another one. */
MUST Err goal_follow_strategy(Cx *cx, ItemId strategy, Str from, Str to, Str verb, Str reason,
                              Events *events);
/* The strategy's body or visibility changed: its goals have the same. */
MUST Err goal_move(Cx *cx, const Item *strategy, Events *events);
/* Each goal of the old edition gets one in the new one that follows it. */
MUST Err goal_carry_over(Cx *cx, const Item *from, const Item *to, Events *events);
/* The first goal that nothing measures and that does not say why; *ret_missing false: none. */
MUST Err goal_find_unmeasured(Cx *cx, ItemId strategy, int64_t *ret_goals, bool *ret_missing,
                              Str *ret_title);

#endif
