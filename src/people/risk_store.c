#include "people/risk_store.h"

enum { LIST, CLEAR, ADD, SET_STATE };

static const Statement STATEMENTS[] = {
    [LIST] = SQL("SELECT number, text, likelihood, impact, measure, owner, state FROM risk"
                 " WHERE tenant = ?1 AND project = ?2 ORDER BY CASE state WHEN 'closed' THEN 1"
                 " ELSE 0 END, likelihood * impact DESC, number LIMIT ?3"),
    [CLEAR] = SQL("DELETE FROM risk WHERE tenant = ?1 AND project = ?2"),
    [ADD] = SQL("INSERT INTO risk (tenant, project, number, text, likelihood, impact, measure,"
                " owner, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"),
    [SET_STATE] = SQL("UPDATE risk SET state = ?4"
                      " WHERE tenant = ?1 AND project = ?2 AND number = ?3"),
};
const StatementTable RISK_STATEMENTS = {"risk", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

Err risk_store_list(Cx *cx, ItemId project, Risk **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    Arena *arena = cx->arena;
    Risk *list = arena_array(arena, Risk, RISKS_MAX);
    TRY(db_start(cx, &STATEMENTS[LIST], DB_ARGS(TENANT(cx), V_I64(project.v), V_I64(RISKS_MAX)),
                 &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row) {
        Risk *one = &list[count++];
        *one = (Risk){.number = db_i64(&rows, 0),
                      .text = arena_copy(arena, db_text(&rows, 1)),
                      .likelihood = db_i64(&rows, 2),
                      .impact = db_i64(&rows, 3),
                      .measure = arena_copy(arena, db_text(&rows, 4)),
                      .owner = arena_copy(arena, db_text(&rows, 5))};
        bool known = risk_state_parse(db_text(&rows, 6), &one->state);
        ASSERT(known); /* risk_state_name wrote it */
    }
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err risk_store_clear(Cx *cx, ItemId project)
{
    return db_run(cx, &STATEMENTS[CLEAR], DB_ARGS(TENANT(cx), V_I64(project.v)));
}

Err risk_store_add(Cx *cx, ItemId project, const Risk *r)
{
    return db_run(cx, &STATEMENTS[ADD],
                  DB_ARGS(TENANT(cx), V_I64(project.v), V_I64(r->number), V_TEXT(r->text),
                          V_I64(r->likelihood), V_I64(r->impact), V_TEXT(r->measure),
                          V_TEXT(r->owner), V_TEXT(risk_state_name(r->state))));
}

Err risk_store_set_state(Cx *cx, ItemId project, int64_t number, RiskState state,
                         int64_t *ret_changed)
{
    return db_run_count(
        cx, &STATEMENTS[SET_STATE],
        DB_ARGS(TENANT(cx), V_I64(project.v), V_I64(number), V_TEXT(risk_state_name(state))),
        ret_changed);
}
