/* Strategy: what the city has resolved to reach, in editions. Its fields of action are the topics
 * of its goals (goal.h), which move with it.
 *
 *   draft <-> consultation -> adopted -> superseded      draft -> dropped
 *
 * A body adopts it on a day; from then on its text and its goals do not change. There is one in
 * force: adopting the next edition supersedes it, and it stays readable. The office drafts; the
 * body that is to adopt it (item.body) works on it and sees the draft. */
#ifndef HANSE_PEOPLE_STRATEGY_H
#define HANSE_PEOPLE_STRATEGY_H

#include "people/goal.h"

extern const Machine STRATEGY_MACHINE;
extern const StatementTable STRATEGY_STATEMENTS;

enum { STRATEGIES_MAX = 100 /* editions */ };

/* What a strategy has beside its item. */
typedef struct Strategy {
    int64_t edition; /* from 1 */
    ItemId follows;  /* the edition before; 0: none */
    Str adopted_day; /* "2026-11-28"; empty: not adopted */
    ItemId meeting;  /* in which it was adopted; 0: not said */
} Strategy;

/* The office drafts one. The edition in force, where there is one, is what it follows: its goals
 * are carried over as drafts. Flaws of item_check, and "strategy.body" when draft->body is no body.
 * CONFLICT "strategy.drafted" when another one is being worked on. */
MUST Err strategy_add(Cx *cx, const ItemDraft *draft, Events *events, ItemId *ret);
/* DENIED "strategy.edit"; CONFLICT "item.version". */
MUST Err strategy_change(Cx *cx, Item *item, int64_t version, const ItemDraft *draft,
                         Events *events);
bool strategy_may_edit(const Item *item, uint32_t stand);
/* The step "adopt", with its day, which is not ahead, and the meeting of the body (0: none). Flaws
 * "strategy.adopted_day", "strategy.meeting". INVALID "strategy.goals" without a goal;
 * "strategy.unmeasured" for one that has neither an indicator nor a reason why not. */
MUST Err strategy_adopt(Cx *cx, Item *item, Str day, ItemId meeting, Str reason, Events *events);
MUST Err strategy_own(Cx *cx, ItemId id, Strategy *ret);
/* The one in force; *ret_found false: none that the actor may read. */
MUST Err strategy_in_force(Cx *cx, bool *ret_found, Item *ret);
/* All that the actor may read, the newest edition first. */
MUST Err strategy_list(Cx *cx, Item **ret, size_t *ret_count);

#endif
