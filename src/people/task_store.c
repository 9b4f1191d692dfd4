#include "people/task_store.h"

#include "base/str.h"

enum { ADD, CHANGE, SET_STATE, GET, LIST, DUE, OVERDUE, NOTE_DUE, NOTE_OVERDUE };

#define COLUMNS                                                                                    \
    "SELECT k.id, k.body, k.meeting, coalesce(bt.title, ''), coalesce(b.slug, ''),"                \
    " coalesce(mt.title, ''), coalesce(m.slug, ''), k.owner, coalesce(p.name, ''), k.title,"       \
    " k.due_us, k.state, k.created_us, k.ended_us FROM task k"                                     \
    " LEFT JOIN item b ON b.tenant = k.tenant AND b.id = k.body"                                   \
    " LEFT JOIN item_text bt ON bt.tenant = b.tenant AND bt.item = b.id AND bt.lang = b.lang"      \
    " LEFT JOIN item m ON m.tenant = k.tenant AND m.id = k.meeting"                                \
    " LEFT JOIN item_text mt ON mt.tenant = m.tenant AND mt.item = m.id AND mt.lang = m.lang"      \
    " LEFT JOIN person p ON p.tenant = k.tenant AND p.id = k.owner"

static const Statement STATEMENTS[] = {
    [ADD] = SQL("INSERT INTO task (tenant, id, body, meeting, owner, title, due_us, state, author,"
                " created_us, ended_us, reminded_us, overdue_us) SELECT ?1, coalesce(max(id), 0)"
                " + 1, ?2, ?3, ?4, ?5, ?6, 'open', ?7, ?8, 0, 0, 0 FROM task WHERE tenant = ?1"
                " RETURNING id"),
    /* Another day is told of anew. */
    [CHANGE] = SQL("UPDATE task SET owner = ?3, title = ?4,"
                   " reminded_us = CASE WHEN due_us = ?5 THEN reminded_us ELSE 0 END,"
                   " overdue_us = CASE WHEN due_us = ?5 THEN overdue_us ELSE 0 END, due_us = ?5"
                   " WHERE tenant = ?1 AND id = ?2"),
    [SET_STATE] = SQL("UPDATE task SET state = ?3, ended_us = ?4 WHERE tenant = ?1 AND id = ?2"),
    [GET] = SQL(COLUMNS " WHERE k.tenant = ?1 AND k.id = ?2"),
    [LIST] = SQL(COLUMNS " WHERE k.tenant = ?1 AND (?2 = 0 OR k.body = ?2)"
                         " AND (?3 = 0 OR k.owner = ?3) AND (?4 = 0 OR k.meeting = ?4)"
                         " AND (k.state = 'open' OR ?5 = 1) ORDER BY"
                         " CASE k.state WHEN 'open' THEN 0 ELSE 1 END,"
                         " CASE k.due_us WHEN 0 THEN 1 ELSE 0 END, k.due_us, k.id LIMIT ?6"),
    [DUE] = SQL(COLUMNS " WHERE k.tenant = ?1 AND k.state = 'open' AND k.due_us > 0"
                        " AND k.due_us <= ?2 AND k.due_us > ?3 AND k.reminded_us = 0"
                        " ORDER BY k.due_us, k.id LIMIT ?4"),
    [OVERDUE] = SQL(COLUMNS " WHERE k.tenant = ?1 AND k.state = 'open' AND k.due_us > 0"
                            " AND k.due_us <= ?2 AND k.overdue_us = 0 ORDER BY k.due_us, k.id"
                            " LIMIT ?3"),
    [NOTE_DUE] = SQL("UPDATE task SET reminded_us = ?3 WHERE tenant = ?1 AND id = ?2"),
    [NOTE_OVERDUE] = SQL("UPDATE task SET overdue_us = ?3 WHERE tenant = ?1 AND id = ?2"),
};
const StatementTable TASK_STATEMENTS = {"task", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

Err task_store_add(Cx *cx, ItemId body, const TaskDraft *draft, int64_t *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[ADD],
                 DB_ARGS(TENANT(cx), V_I64(body.v), V_I64(draft->meeting.v), V_I64(draft->owner.v),
                         V_TEXT(draft->title), V_I64(draft->due_us), V_I64(cx->actor->person.v),
                         V_I64(cx_now_us(cx))),
                 &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        *ret = db_i64(&rows, 0);
    db_end(&rows);
    return err;
}

Err task_store_change(Cx *cx, int64_t id, const TaskDraft *draft)
{
    return db_run(cx, &STATEMENTS[CHANGE],
                  DB_ARGS(TENANT(cx), V_I64(id), V_I64(draft->owner.v), V_TEXT(draft->title),
                          V_I64(draft->due_us)));
}

Err task_store_set_state(Cx *cx, int64_t id, TaskState state)
{
    return db_run(cx, &STATEMENTS[SET_STATE],
                  DB_ARGS(TENANT(cx), V_I64(id), V_TEXT(task_state_name(state)),
                          V_I64(state == TASK_OPEN ? 0 : cx_now_us(cx))));
}

static void read_task(Cx *cx, const DbRows *rows, Task *ret)
{
    Arena *arena = cx->arena;
    *ret = (Task){.id = db_i64(rows, 0),
                  .body = {db_i64(rows, 1)},
                  .meeting = {db_i64(rows, 2)},
                  .body_title = arena_copy(arena, db_text(rows, 3)),
                  .body_slug = arena_copy(arena, db_text(rows, 4)),
                  .meeting_title = arena_copy(arena, db_text(rows, 5)),
                  .meeting_slug = arena_copy(arena, db_text(rows, 6)),
                  .owner = {db_i64(rows, 7)},
                  .owner_name = arena_copy(arena, db_text(rows, 8)),
                  .title = arena_copy(arena, db_text(rows, 9)),
                  .due_us = db_i64(rows, 10),
                  .created_us = db_i64(rows, 12),
                  .ended_us = db_i64(rows, 13)};
    bool known = task_state_parse(db_text(rows, 11), &ret->state);
    ASSERT(known); /* task_state_name wrote it */
}

Err task_store_get(Cx *cx, int64_t id, bool *ret_found, Task *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[GET], DB_ARGS(TENANT(cx), V_I64(id)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        read_task(cx, &rows, ret);
    db_end(&rows);
    *ret_found = row;
    return err;
}

static Err read_all(Cx *cx, DbRows *rows, size_t most, Task **ret, size_t *ret_count)
{
    bool row = false;
    size_t count = 0;
    Task *list = arena_array(cx->arena, Task, most);
    Err err;
    while ((err = db_next(cx, rows, &row)) == OK && row)
        read_task(cx, rows, &list[count++]);
    db_end(rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err task_store_list(Cx *cx, ItemId body, PersonId owner, ItemId meeting, bool ended, Task **ret,
                    size_t *ret_count)
{
    DbRows rows;
    TRY(db_start(cx, &STATEMENTS[LIST],
                 DB_ARGS(TENANT(cx), V_I64(body.v), V_I64(owner.v), V_I64(meeting.v), V_I64(ended),
                         V_I64(TASKS_MAX)),
                 &rows));
    return read_all(cx, &rows, TASKS_MAX, ret, ret_count);
}

Err task_store_due(Cx *cx, bool overdue, int64_t limit_us, Task **ret, size_t *ret_count)
{
    DbRows rows;
    if (overdue)
        TRY(db_start(cx, &STATEMENTS[OVERDUE],
                     DB_ARGS(TENANT(cx), V_I64(limit_us), V_I64(TASKS_PER_RUN)), &rows));
    else
        TRY(db_start(
            cx, &STATEMENTS[DUE],
            DB_ARGS(TENANT(cx), V_I64(limit_us), V_I64(cx_now_us(cx)), V_I64(TASKS_PER_RUN)),
            &rows));
    return read_all(cx, &rows, TASKS_PER_RUN, ret, ret_count);
}

Err task_store_note_told(Cx *cx, int64_t id, bool overdue)
{
    return db_run(cx, &STATEMENTS[overdue ? NOTE_OVERDUE : NOTE_DUE],
                  DB_ARGS(TENANT(cx), V_I64(id), V_I64(cx_now_us(cx))));
}
