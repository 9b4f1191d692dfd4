#include "people/task.h"

#include "base/str.h"
#include "core/audit.h"
#include "people/task_store.h"
#include "people/tell.h"

static const Str STATE_NAMES[TASK_STATE_COUNT_] = {
    [TASK_OPEN] = S_INIT("open"), [TASK_DONE] = S_INIT("done"), [TASK_DROPPED] = S_INIT("dropped")};

Str task_state_name(TaskState state)
{
    return STATE_NAMES[state];
}

bool task_state_parse(Str name, TaskState *ret)
{
    for (size_t i = 0; i < TASK_STATE_COUNT_; i++)
        if (str_eq(name, STATE_NAMES[i])) {
            *ret = (TaskState)i;
            return true;
        }
    return false;
}

/* ---- reading ---- */

static Err stand_to_body(Cx *cx, ItemId body, uint32_t *ret)
{
    Item item;
    TRY(item_get_unseen(cx, body, &item));
    return item_stand(cx, &item, ret);
}

Err task_get(Cx *cx, int64_t id, Task *ret)
{
    bool found;
    uint32_t stand = 0;
    Task task;
    TRY(task_store_get(cx, id, &found, &task));
    if (found)
        TRY(stand_to_body(cx, task.body, &stand));
    bool mine = found && task.owner.v && task.owner.v == cx->actor->person.v;
    if (!found || (!mine && !body_is_inside(stand)))
        return fail(cx, ERR_NOT_FOUND, "task.unknown", "there is no task %lld", (long long)id);
    *ret = task;
    return OK;
}

static Err list_inside(Cx *cx, const Item *of, ItemId body, ItemId meeting, bool ended, Task **ret,
                       size_t *ret_count)
{
    uint32_t stand;
    TRY(item_stand(cx, of, &stand));
    *ret = NULL;
    *ret_count = 0;
    return body_is_inside(stand)
               ? task_store_list(cx, body, (PersonId){0}, meeting, ended, ret, ret_count)
               : OK;
}

Err task_list(Cx *cx, const Item *body, bool ended, Task **ret, size_t *ret_count)
{
    return list_inside(cx, body, body->id, (ItemId){0}, ended, ret, ret_count);
}

Err task_list_of_meeting(Cx *cx, const Item *meeting, Task **ret, size_t *ret_count)
{
    return list_inside(cx, meeting, meeting->body, meeting->id, true, ret, ret_count);
}

Err task_list_own(Cx *cx, bool ended, Task **ret, size_t *ret_count)
{
    *ret = NULL;
    *ret_count = 0;
    return cx->actor->person.v ? task_store_list(cx, (ItemId){0}, cx->actor->person, (ItemId){0},
                                                 ended, ret, ret_count)
                               : OK;
}

/* ---- changing ---- */

static Err check_owner(Cx *cx, const Item *body, PersonId owner)
{
    Relation relation;
    bool found = false;
    if (owner.v)
        TRY(relation_find(cx, owner, body->id, &found, &relation));
    if (!found || relation.state != RELATION_ACTIVE)
        flaw(cx, "task.owner", "somebody of the body does it");
    return OK;
}

static Err check_meeting(Cx *cx, const Item *body, ItemId meeting)
{
    Item item;
    if (!meeting.v)
        return OK;
    Err err = item_get_unseen(cx, meeting, &item);
    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    if (err == ERR_NOT_FOUND || item.noun != NOUN_MEETING || item.body.v != body->id.v)
        flaw(cx, "task.meeting", "that is no meeting of the body");
    return OK;
}

static Err check(Cx *cx, const Item *body, const TaskDraft *draft)
{
    Str title = str_trim(draft->title);
    if (!title.n || title.n > TASK_TITLE_BYTES_MAX || !str_is_utf8(title) ||
        memchr(title.p, 0, title.n))
        flaw(cx, "task.title", "what is to be done, in 1 to %d bytes", TASK_TITLE_BYTES_MAX);
    if (draft->due_us < 0)
        flaw(cx, "task.due", "a day");
    TRY(check_owner(cx, body, draft->owner));
    TRY(check_meeting(cx, body, draft->meeting));
    return flaws_end(cx);
}

static Err require_inside(Cx *cx, const Item *body)
{
    uint32_t stand;
    TRY(item_stand(cx, body, &stand));
    if (!body_is_inside(stand))
        return fail(cx, ERR_DENIED, "task.denied", "the body's members and the office do this");
    return OK;
}

static Err tell_owner(Cx *cx, MailKind kind, const Task *task)
{
    return tell_of(cx, kind, task->owner, task->body, task->title, S("/mein/aufgaben"),
                   task->due_us ? task->due_us - TIME_MINUTE_US : 0, S(""));
}

Err task_add(Cx *cx, const Item *body, const TaskDraft *draft, Events *events, int64_t *ret)
{
    TaskDraft trimmed = *draft;
    int64_t id;
    Task task;
    (void)events;
    TRY(require_inside(cx, body));
    TRY(check(cx, body, draft));
    trimmed.title = str_trim(draft->title);
    TRY(task_store_add(cx, body->id, &trimmed, &id));
    TRY(audit_add_number(cx, S("task.add"), S("task"), id, S("")));
    TRY(task_get(cx, id, &task));
    *ret = id;
    return tell_owner(cx, MAIL_TASK_GIVEN, &task);
}

Err task_change(Cx *cx, const Item *body, int64_t id, const TaskDraft *draft, Events *events)
{
    TaskDraft trimmed = *draft;
    Task before, task;
    (void)events;
    TRY(require_inside(cx, body));
    TRY(task_get(cx, id, &before));
    if (before.body.v != body->id.v)
        return fail(cx, ERR_NOT_FOUND, "task.unknown", "there is no task %lld", (long long)id);
    trimmed.meeting = before.meeting;
    TRY(check(cx, body, &trimmed));
    trimmed.title = str_trim(draft->title);
    TRY(task_store_change(cx, id, &trimmed));
    TRY(audit_add_number(cx, S("task.change"), S("task"), id, S("")));
    TRY(task_get(cx, id, &task));
    return task.owner.v == before.owner.v ? OK : tell_owner(cx, MAIL_TASK_GIVEN, &task);
}

Err task_set_state(Cx *cx, int64_t id, TaskState state)
{
    Task task;
    uint32_t stand;
    TRY(task_get(cx, id, &task));
    TRY(stand_to_body(cx, task.body, &stand));
    if (task.owner.v != cx->actor->person.v && !(stand & (STAND_LEAD | STAND_OFFICE)))
        return fail(cx, ERR_DENIED, "task.denied", "its owner, the lead and the office do this");
    if (task.state == state)
        return OK; /* a second click */
    TRY(task_store_set_state(cx, id, state));
    Str name = task_state_name(state);
    return audit_add_number(cx, arena_fmt(cx->arena, "task.%.*s", SARG(name)), S("task"), id,
                            S(""));
}

/* ---- reminders ---- */

static Err remind(Cx *cx, bool overdue)
{
    Task *list;
    size_t count;
    int64_t now_us = cx_now_us(cx);
    TRY(task_store_due(cx, overdue, overdue ? now_us : now_us + TASK_REMIND_HOURS * TIME_HOUR_US,
                       &list, &count));
    for (size_t i = 0; i < count; i++) {
        TRY(tell_owner(cx, overdue ? MAIL_TASK_OVERDUE : MAIL_TASK_DUE, &list[i]));
        TRY(task_store_note_told(cx, list[i].id, overdue));
    }
    return OK;
}

Err task_remind(Cx *cx)
{
    TRY(remind(cx, true));
    return remind(cx, false);
}
