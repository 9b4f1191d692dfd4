/* The SQL of tasks; private to task.c. */
#ifndef HANSE_PEOPLE_TASK_STORE_H
#define HANSE_PEOPLE_TASK_STORE_H

#include "people/task.h"

MUST Err task_store_add(Cx *cx, ItemId body, const TaskDraft *draft, int64_t *ret);
MUST Err task_store_change(Cx *cx, int64_t id, const TaskDraft *draft);
MUST Err task_store_set_state(Cx *cx, int64_t id, TaskState state);
MUST Err task_store_get(Cx *cx, int64_t id, bool *ret_found, Task *ret);
/* By the body, owner or meeting that is not 0. */
MUST Err task_store_list(Cx *cx, ItemId body, PersonId owner, ItemId meeting, bool ended,
                         Task **ret, size_t *ret_count);
/* Open ones whose owner has not been told of the day to come (before the limit), or that it is
 * over (overdue, limit: now). */
MUST Err task_store_due(Cx *cx, bool overdue, int64_t limit_us, Task **ret, size_t *ret_count);
MUST Err task_store_note_told(Cx *cx, int64_t id, bool overdue);

#endif
