#include "core/audit_store.h"

enum { ADD, LIST, CLEAN };

static const Statement STATEMENTS[] = {
    [ADD] = SQL("INSERT INTO audit (tenant, id, at_us, person, token, verb, noun, object, detail)"
                " SELECT ?1, coalesce(max(id), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8"
                " FROM audit WHERE tenant = ?1"),
    [LIST] = SQL("SELECT id, at_us, person, token, verb, noun, object, detail FROM audit"
                 " WHERE tenant = ?1 AND at_us >= ?2 ORDER BY id DESC LIMIT ?3"),
    [CLEAN] = SQL("DELETE FROM audit WHERE tenant = ?1 AND id IN"
                  " (SELECT id FROM audit WHERE tenant = ?1 AND at_us < ?2"
                  " AND id < (SELECT max(id) FROM audit WHERE tenant = ?1)"
                  " ORDER BY at_us LIMIT ?3)"),
};
const StatementTable AUDIT_STATEMENTS = {"audit", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

Err audit_store_add(Cx *cx, const AuditRow *row)
{
    return db_run(cx, &STATEMENTS[ADD],
                  DB_ARGS(TENANT(cx), V_I64(row->at_us), V_I64(row->person.v), V_I64(row->token),
                          V_TEXT(row->verb), V_TEXT(row->noun), V_TEXT(row->object),
                          V_TEXT(row->detail)));
}

static AuditRow read_row(Cx *cx, const DbRows *rows)
{
    return (AuditRow){.id = db_i64(rows, 0),
                      .at_us = db_i64(rows, 1),
                      .person = {db_i64(rows, 2)},
                      .token = db_i64(rows, 3),
                      .verb = arena_copy(cx->arena, db_text(rows, 4)),
                      .noun = arena_copy(cx->arena, db_text(rows, 5)),
                      .object = arena_copy(cx->arena, db_text(rows, 6)),
                      .detail = arena_copy(cx->arena, db_text(rows, 7))};
}

Err audit_store_list(Cx *cx, int64_t since_us, int64_t limit, AuditRow **ret, size_t *ret_count)
{
    DbRows rows;
    AuditRow *list = arena_array(cx->arena, AuditRow, (size_t)limit);
    size_t count = 0;
    TRY(db_start(cx, &STATEMENTS[LIST], DB_ARGS(TENANT(cx), V_I64(since_us), V_I64(limit)), &rows));
    bool row = false;
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        list[count++] = read_row(cx, &rows);
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err audit_store_clean(Cx *cx, int64_t before_us, int64_t limit, int64_t *ret_removed)
{
    return db_run_count(cx, &STATEMENTS[CLEAN], DB_ARGS(TENANT(cx), V_I64(before_us), V_I64(limit)),
                        ret_removed);
}
