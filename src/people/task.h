/* Task: what a member of a body has to do, by when; most come out of a meeting's minutes.
 *
 *   open -> done | dropped        done, dropped -> open
 *
 * The owner is told when it is given, on the day before it is due, and once when that day is over.
 * Tasks are read by those inside the body, and by their owner. */
#ifndef HANSE_PEOPLE_TASK_H
#define HANSE_PEOPLE_TASK_H

#include "people/body.h"
#include "people/meeting.h"

extern const StatementTable TASK_STATEMENTS;

enum {
    TASK_TITLE_BYTES_MAX = 500,
    TASKS_MAX = 1000,      /* of one list */
    TASKS_PER_RUN = 200,   /* reminders of one run; more wait for the next */
    TASK_REMIND_HOURS = 40 /* before its day ends: at eight o'clock of the day before */
};

typedef enum TaskState { TASK_OPEN, TASK_DONE, TASK_DROPPED, TASK_STATE_COUNT_ } TaskState;

typedef struct Task {
    int64_t id;
    ItemId body, meeting; /* meeting 0: out of none */
    Str body_title, body_slug, meeting_title, meeting_slug;
    PersonId owner;
    Str owner_name;
    Str title;
    int64_t due_us; /* when the day by which it is due has ended; 0: no date */
    TaskState state;
    int64_t created_us, ended_us;
} Task;

typedef struct TaskDraft {
    ItemId meeting;
    PersonId owner; /* an active member of the body */
    Str title;
    int64_t due_us;
} TaskDraft;

Str task_state_name(TaskState state); /* "open" */
bool task_state_parse(Str name, TaskState *ret);

/* A member, lead or the office. Flaws "task.title", "task.owner", "task.meeting". */
MUST Err task_add(Cx *cx, const Item *body, const TaskDraft *draft, Events *events, int64_t *ret);
/* The same people; a new owner is told. */
MUST Err task_change(Cx *cx, const Item *body, int64_t id, const TaskDraft *draft, Events *events);
/* The owner, a lead or the office. DENIED "task.denied". Being in that state already is fine. */
MUST Err task_set_state(Cx *cx, int64_t id, TaskState state);
/* NOT_FOUND "task.unknown" also for one that the actor may not read. */
MUST Err task_get(Cx *cx, int64_t id, Task *ret);
/* Of a body, for those inside: open ones first, then by their dates; with ended ones where asked.
 */
MUST Err task_list(Cx *cx, const Item *body, bool ended, Task **ret, size_t *ret_count);
/* The actor's own. */
MUST Err task_list_own(Cx *cx, bool ended, Task **ret, size_t *ret_count);
/* Out of a meeting's minutes, for those inside. */
MUST Err task_list_of_meeting(Cx *cx, const Item *meeting, Task **ret, size_t *ret_count);
/* Tells owners of what is due tomorrow and what is overdue, each once; a job. */
MUST Err task_remind(Cx *cx);

#endif
