#include "core/outbox_store.h"

#include "base/str.h"

enum { ADD, DUE, IS_DUE, LEASE, DONE, PUT_OFF, END, EXISTS, END_LOST, CLEAN, COUNT, DROP };

#define DUE_ROWS                                                                                   \
    "SELECT id, tries, due_us, created_us, payload FROM outbox WHERE tenant = ?1 AND kind = ?2"    \
    " AND state = 'waiting' AND due_us <= ?3 AND tries < ?4 ORDER BY due_us, id LIMIT ?5"

static const Statement STATEMENTS[] = {
    [ADD] = SQL("INSERT INTO outbox (tenant, id, kind, state, due_us, tries, payload, created_us,"
                " ended_us, error)"
                " SELECT ?1, coalesce(max(id), 0) + 1, ?2, 'waiting', ?3, 0, ?4, ?5, 0, ''"
                " FROM outbox WHERE tenant = ?1 RETURNING id"),
    [DUE] = SQL2(DUE_ROWS, DUE_ROWS " FOR UPDATE SKIP LOCKED"),
    [IS_DUE] = SQL("SELECT 1 FROM outbox WHERE tenant = ?1 AND kind = ?2 AND state = 'waiting'"
                   " AND due_us <= ?3 AND tries < ?4 LIMIT 1"),
    [LEASE] = SQL("UPDATE outbox SET tries = tries + 1, due_us = ?3 WHERE tenant = ?1 AND id = ?2"),
    [DONE] = SQL("UPDATE outbox SET state = 'done', ended_us = ?3, payload = '', error = ''"
                 " WHERE tenant = ?1 AND id = ?2 AND state <> 'done'"),
    [PUT_OFF] = SQL("UPDATE outbox SET due_us = ?4, error = ?5"
                    " WHERE tenant = ?1 AND id = ?2 AND tries = ?3 AND state = 'waiting'"),
    [END] = SQL("UPDATE outbox SET state = 'dead', ended_us = ?4, error = ?5"
                " WHERE tenant = ?1 AND id = ?2 AND tries = ?3 AND state = 'waiting'"),
    [EXISTS] = SQL("SELECT 1 FROM outbox WHERE tenant = ?1 AND id = ?2"),
    [END_LOST] = SQL("UPDATE outbox SET state = 'dead', ended_us = ?2, error = ?4"
                     " WHERE tenant = ?1 AND state = 'waiting' AND due_us <= ?2 AND tries >= ?3"),
    [CLEAN] = SQL("DELETE FROM outbox WHERE tenant = ?1 AND id IN"
                  " (SELECT id FROM outbox WHERE tenant = ?1 AND state = 'done' AND ended_us < ?2"
                  " AND id < (SELECT max(id) FROM outbox WHERE tenant = ?1)"
                  " ORDER BY ended_us LIMIT ?3)"),
    [COUNT] = SQL("SELECT state, count(*) FROM outbox WHERE tenant = ?1 GROUP BY state"),
    [DROP] = SQL("UPDATE outbox SET state = 'done', ended_us = ?3, payload = ''"
                 " WHERE tenant = ?1 AND kind = ?2 AND state = 'waiting'"),
};
const StatementTable OUTBOX_STATEMENTS = {"outbox", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

Err outbox_store_add(Cx *cx, Str kind, Str payload, int64_t due_us, int64_t *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(
        cx, &STATEMENTS[ADD],
        DB_ARGS(TENANT(cx), V_TEXT(kind), V_I64(due_us), V_TEXT(payload), V_I64(cx_now_us(cx))),
        &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        *ret = db_i64(&rows, 0);
    db_end(&rows);
    return err;
}

Err outbox_store_due(Cx *cx, Str kind, size_t limit, OutboxRow **ret, size_t *ret_count)
{
    DbRows rows;
    OutboxRow *list = arena_array(cx->arena, OutboxRow, limit);
    size_t count = 0;
    TRY(db_start(cx, &STATEMENTS[DUE],
                 DB_ARGS(TENANT(cx), V_TEXT(kind), V_I64(cx_now_us(cx)), V_I64(OUTBOX_TRIES_MAX),
                         V_I64((int64_t)limit)),
                 &rows));
    bool row = false;
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        list[count++] = (OutboxRow){.id = db_i64(&rows, 0),
                                    .tries = db_i64(&rows, 1),
                                    .due_us = db_i64(&rows, 2),
                                    .created_us = db_i64(&rows, 3),
                                    .payload = arena_copy(cx->arena, db_text(&rows, 4))};
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err outbox_store_is_due(Cx *cx, Str kind, bool *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[IS_DUE],
                 DB_ARGS(TENANT(cx), V_TEXT(kind), V_I64(cx_now_us(cx)), V_I64(OUTBOX_TRIES_MAX)),
                 &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK)
        *ret = row;
    db_end(&rows);
    return err;
}

Err outbox_store_lease(Cx *cx, int64_t id, int64_t due_us)
{
    return db_run(cx, &STATEMENTS[LEASE], DB_ARGS(TENANT(cx), V_I64(id), V_I64(due_us)));
}

Err outbox_store_done(Cx *cx, int64_t id, int64_t *ret_changed)
{
    return db_run_count(cx, &STATEMENTS[DONE], DB_ARGS(TENANT(cx), V_I64(id), V_I64(cx_now_us(cx))),
                        ret_changed);
}

Err outbox_store_put_off(Cx *cx, int64_t id, int64_t tries, int64_t due_us, Str error)
{
    return db_run(cx, &STATEMENTS[PUT_OFF],
                  DB_ARGS(TENANT(cx), V_I64(id), V_I64(tries), V_I64(due_us), V_TEXT(error)));
}

Err outbox_store_end(Cx *cx, int64_t id, int64_t tries, Str error)
{
    return db_run(
        cx, &STATEMENTS[END],
        DB_ARGS(TENANT(cx), V_I64(id), V_I64(tries), V_I64(cx_now_us(cx)), V_TEXT(error)));
}

Err outbox_store_exists(Cx *cx, int64_t id, bool *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[EXISTS], DB_ARGS(TENANT(cx), V_I64(id)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK)
        *ret = row;
    db_end(&rows);
    return err;
}

Err outbox_store_end_lost(Cx *cx, Str error)
{
    return db_run(
        cx, &STATEMENTS[END_LOST],
        DB_ARGS(TENANT(cx), V_I64(cx_now_us(cx)), V_I64(OUTBOX_TRIES_MAX), V_TEXT(error)));
}

Err outbox_store_clean(Cx *cx, int64_t before_us, int64_t limit)
{
    return db_run(cx, &STATEMENTS[CLEAN], DB_ARGS(TENANT(cx), V_I64(before_us), V_I64(limit)));
}

Err outbox_store_count(Cx *cx, OutboxCounts *ret)
{
    DbRows rows;
    OutboxCounts counts = {0};
    TRY(db_start(cx, &STATEMENTS[COUNT], DB_ARGS(TENANT(cx)), &rows));
    bool row = false;
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row) {
        Str state = db_text(&rows, 0);
        int64_t *count = str_eq(state, S("waiting")) ? &counts.waiting
                         : str_eq(state, S("done"))  ? &counts.done
                                                     : &counts.dead;
        *count = db_i64(&rows, 1);
    }
    db_end(&rows);
    TRY(err);
    *ret = counts;
    return OK;
}

Err outbox_store_drop(Cx *cx, Str kind)
{
    return db_run(cx, &STATEMENTS[DROP], DB_ARGS(TENANT(cx), V_TEXT(kind), V_I64(cx_now_us(cx))));
}
