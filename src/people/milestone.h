/* Milestone: what a project wants to have reached on a day, and when it was. In the order that its
 * lead gives; the list is changed as a whole, numbers stay and are never given twice. */
#ifndef HANSE_PEOPLE_MILESTONE_H
#define HANSE_PEOPLE_MILESTONE_H

#include "base/json.h"
#include "people/project.h"

enum { MILESTONES_MAX = 60, MILESTONE_TITLE_BYTES_MAX = 200 };

extern const StatementTable MILESTONE_STATEMENTS;

typedef struct Milestone {
    ItemId project;
    int64_t number; /* 0: a new one */
    Str title;
    Str due_day, done_day; /* done_day empty: open */
} Milestone;

MUST Err milestone_list(Cx *cx, ItemId project, Milestone **ret, size_t *ret_count);
/* Of these items, in their order: for the timeline. */
MUST Err milestone_list_of(Cx *cx, const Item *items, size_t count, Milestone **ret,
                           size_t *ret_count);
/* Replaces the list: rows whose number stands in it are changed, others go. Flaws
 * "milestone.title", "milestone.due", "milestone.done" (in the future), "milestone.count". */
MUST Err milestone_set(Cx *cx, Item *item, int64_t version, const Milestone *list, size_t count,
                       Events *events);
/* Reached on that day, without a version of its own: for reports. */
MUST Err milestone_reach(Cx *cx, ItemId project, int64_t number, Str day);
MUST Err milestone_put_json(Cx *cx, ItemId project, JsonOut *out);

#endif
