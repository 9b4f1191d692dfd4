#include "people/funding_store.h"

enum { LIST, CLEAR, ADD };

static const Statement STATEMENTS[] = {
    [LIST] = SQL("SELECT number, giver, programme, amount_cent, from_day, until_day FROM funding"
                 " WHERE tenant = ?1 AND project = ?2 ORDER BY from_day, number LIMIT ?3"),
    [CLEAR] = SQL("DELETE FROM funding WHERE tenant = ?1 AND project = ?2"),
    [ADD] = SQL("INSERT INTO funding (tenant, project, number, giver, programme, amount_cent,"
                " from_day, until_day) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"),
};
const StatementTable FUNDING_STATEMENTS = {"funding", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

Err funding_store_list(Cx *cx, ItemId project, Funding **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    Arena *arena = cx->arena;
    Funding *list = arena_array(arena, Funding, FUNDINGS_MAX);
    TRY(db_start(cx, &STATEMENTS[LIST], DB_ARGS(TENANT(cx), V_I64(project.v), V_I64(FUNDINGS_MAX)),
                 &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        list[count++] = (Funding){.number = db_i64(&rows, 0),
                                  .giver = arena_copy(arena, db_text(&rows, 1)),
                                  .programme = arena_copy(arena, db_text(&rows, 2)),
                                  .amount = money_column(&rows, 3),
                                  .from_day = arena_copy(arena, db_text(&rows, 4)),
                                  .until_day = arena_copy(arena, db_text(&rows, 5))};
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

enum { GIVERS_MAX = 500 };

Err funding_store_givers(Cx *cx, Str **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    Str *list = arena_array(cx->arena, Str, GIVERS_MAX);
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, "SELECT DISTINCT f.giver FROM funding f JOIN item i"
                          " ON i.tenant = f.tenant AND i.id = f.project WHERE f.tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    item_read_rule(query, cx);
    db_dynamic_sql(query, " ORDER BY f.giver LIMIT ");
    db_dynamic_bind(query, V_I64(GIVERS_MAX));
    TRY(db_start_dynamic(cx, query, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        list[count++] = arena_copy(cx->arena, db_text(&rows, 0));
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err funding_store_clear(Cx *cx, ItemId project)
{
    return db_run(cx, &STATEMENTS[CLEAR], DB_ARGS(TENANT(cx), V_I64(project.v)));
}

Err funding_store_add(Cx *cx, ItemId project, const Funding *f)
{
    return db_run(cx, &STATEMENTS[ADD],
                  DB_ARGS(TENANT(cx), V_I64(project.v), V_I64(f->number), V_TEXT(f->giver),
                          V_TEXT(f->programme), money_value(f->amount), V_TEXT(f->from_day),
                          V_TEXT(f->until_day)));
}
