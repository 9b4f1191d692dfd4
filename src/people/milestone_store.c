#include "people/milestone_store.h"

enum { CLEAR, ADD, REACH };

static const Statement STATEMENTS[] = {
    [CLEAR] = SQL("DELETE FROM milestone WHERE tenant = ?1 AND project = ?2"),
    [ADD] = SQL("INSERT INTO milestone (tenant, project, number, position, title, due_day,"
                " done_day) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
    [REACH] = SQL("UPDATE milestone SET done_day = ?4"
                  " WHERE tenant = ?1 AND project = ?2 AND number = ?3"),
};
const StatementTable MILESTONE_STATEMENTS = {"milestone", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

enum { IDS_AT_ONCE = 200 /* values of one dynamic statement */ };

static Err read_some(Cx *cx, const Item *items, size_t count, Milestone *list, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, "SELECT m.project, m.number, m.title, m.due_day, m.done_day"
                          " FROM milestone m WHERE m.tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    db_dynamic_sql(query, " AND m.project IN (0");
    for (size_t i = 0; i < count; i++) {
        db_dynamic_sql(query, ", ");
        db_dynamic_bind(query, V_I64(items[i].id.v));
    }
    db_dynamic_sql(query, ") ORDER BY m.project, m.position, m.number");
    TRY(db_start_dynamic(cx, query, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        list[(*ret_count)++] = (Milestone){.project = {db_i64(&rows, 0)},
                                           .number = db_i64(&rows, 1),
                                           .title = arena_copy(cx->arena, db_text(&rows, 2)),
                                           .due_day = arena_copy(cx->arena, db_text(&rows, 3)),
                                           .done_day = arena_copy(cx->arena, db_text(&rows, 4))};
    db_end(&rows);
    return err;
}

Err milestone_store_list(Cx *cx, const Item *items, size_t count, Milestone **ret,
                         size_t *ret_count)
{
    size_t found = 0;
    Milestone *list = arena_array(cx->arena, Milestone, count * MILESTONES_MAX);
    for (size_t from = 0; from < count; from += IDS_AT_ONCE)
        TRY(read_some(cx, items + from, MIN(count - from, (size_t)IDS_AT_ONCE), list, &found));
    *ret = list;
    *ret_count = found;
    return OK;
}

Err milestone_store_clear(Cx *cx, ItemId project)
{
    return db_run(cx, &STATEMENTS[CLEAR], DB_ARGS(TENANT(cx), V_I64(project.v)));
}

Err milestone_store_add(Cx *cx, ItemId project, const Milestone *m, int64_t position)
{
    return db_run(cx, &STATEMENTS[ADD],
                  DB_ARGS(TENANT(cx), V_I64(project.v), V_I64(m->number), V_I64(position),
                          V_TEXT(m->title), V_TEXT(m->due_day), V_TEXT(m->done_day)));
}

Err milestone_store_reach(Cx *cx, ItemId project, int64_t number, Str day, int64_t *ret_changed)
{
    return db_run_count(cx, &STATEMENTS[REACH],
                        DB_ARGS(TENANT(cx), V_I64(project.v), V_I64(number), V_TEXT(day)),
                        ret_changed);
}
