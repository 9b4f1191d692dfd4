#include "people/goal_store.h"

#include "base/str.h"

enum {
    PUT,
    GET,
    CLEAR_INDICATORS,
    ADD_INDICATOR,
    INDICATORS,
    NEXT_NUMBER,
    IDS,
    SUCCESSOR,
    IN_FORCE
};

static const Statement STATEMENTS[] = {
    [PUT] = SQL("INSERT INTO goal (tenant, id, strategy, number, follows, target, target_year,"
                " unmeasured) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (tenant, id)"
                " DO UPDATE SET target = excluded.target, target_year = excluded.target_year,"
                " unmeasured = excluded.unmeasured, number = excluded.number"),
    [GET] = SQL("SELECT strategy, number, follows, target, target_year, unmeasured FROM goal"
                " WHERE tenant = ?1 AND id = ?2"),
    [CLEAR_INDICATORS] = SQL("DELETE FROM goal_indicator WHERE tenant = ?1 AND goal = ?2"),
    [ADD_INDICATOR] = SQL("INSERT INTO goal_indicator (tenant, goal, number, indicator)"
                          " VALUES (?1, ?2, ?3, ?4)"),
    [INDICATORS] = SQL("SELECT indicator FROM goal_indicator WHERE tenant = ?1 AND goal = ?2"
                       " ORDER BY number"),
    [NEXT_NUMBER] = SQL("SELECT coalesce(max(number), 0) + 1 FROM goal"
                        " WHERE tenant = ?1 AND strategy = ?2"),
    [IDS] = SQL("SELECT id FROM goal WHERE tenant = ?1 AND strategy = ?2 ORDER BY number, id"
                " LIMIT ?3"),
    [SUCCESSOR] = SQL("SELECT g.id FROM goal g JOIN item i ON i.tenant = g.tenant AND i.id = g.id"
                      " WHERE g.tenant = ?1 AND g.follows = ?2 AND i.state <> 'dropped'"
                      " ORDER BY g.id LIMIT 1"),
    [IN_FORCE] = SQL("SELECT id FROM item WHERE tenant = ?1 AND noun = 'strategy'"
                     " AND state = 'adopted' ORDER BY id DESC LIMIT 1"),
};
const StatementTable GOAL_STATEMENTS = {"goal", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

Err goal_store_put(Cx *cx, ItemId id, const Goal *goal)
{
    TRY(db_run(cx, &STATEMENTS[PUT],
               DB_ARGS(TENANT(cx), V_I64(id.v), V_I64(goal->strategy.v), V_I64(goal->number),
                       V_I64(goal->follows.v), V_TEXT(goal->target), V_I64(goal->target_year),
                       V_TEXT(goal->unmeasured))));
    TRY(db_run(cx, &STATEMENTS[CLEAR_INDICATORS], DB_ARGS(TENANT(cx), V_I64(id.v))));
    for (size_t i = 0; i < goal->indicator_count; i++)
        TRY(db_run(
            cx, &STATEMENTS[ADD_INDICATOR],
            DB_ARGS(TENANT(cx), V_I64(id.v), V_I64((int64_t)i + 1), V_TEXT(goal->indicators[i]))));
    return OK;
}

static Err read_indicators(Cx *cx, ItemId id, Goal *goal)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[INDICATORS], DB_ARGS(TENANT(cx), V_I64(id.v)), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row &&
           goal->indicator_count < GOAL_INDICATORS_MAX)
        goal->indicators[goal->indicator_count++] = arena_copy(cx->arena, db_text(&rows, 0));
    db_end(&rows);
    return err;
}

Err goal_store_get(Cx *cx, ItemId id, bool *ret_found, Goal *ret)
{
    DbRows rows;
    bool row = false;
    Goal goal = {0};
    TRY(db_start(cx, &STATEMENTS[GET], DB_ARGS(TENANT(cx), V_I64(id.v)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        goal = (Goal){.strategy = {db_i64(&rows, 0)},
                      .number = db_i64(&rows, 1),
                      .follows = {db_i64(&rows, 2)},
                      .target = arena_copy(cx->arena, db_text(&rows, 3)),
                      .target_year = db_i64(&rows, 4),
                      .unmeasured = arena_copy(cx->arena, db_text(&rows, 5))};
    db_end(&rows);
    TRY(err);
    if (row)
        TRY(read_indicators(cx, id, &goal));
    *ret_found = row;
    *ret = goal;
    return OK;
}

Err goal_store_next_number(Cx *cx, ItemId strategy, int64_t *ret)
{
    return db_one_i64(cx, &STATEMENTS[NEXT_NUMBER], DB_ARGS(TENANT(cx), V_I64(strategy.v)), ret);
}

Err goal_store_successor(Cx *cx, ItemId id, ItemId *ret)
{
    return db_one_i64(cx, &STATEMENTS[SUCCESSOR], DB_ARGS(TENANT(cx), V_I64(id.v)), &ret->v);
}

Err goal_store_strategy_in_force(Cx *cx, ItemId *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[IN_FORCE], DB_ARGS(TENANT(cx)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK)
        ret->v = row ? db_i64(&rows, 0) : 0;
    db_end(&rows);
    return err;
}

Err goal_store_ids(Cx *cx, ItemId strategy, ItemId **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    ItemId *list = arena_array(cx->arena, ItemId, GOALS_MAX);
    TRY(db_start(cx, &STATEMENTS[IDS], DB_ARGS(TENANT(cx), V_I64(strategy.v), V_I64(GOALS_MAX)),
                 &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        list[count++] = (ItemId){db_i64(&rows, 0)};
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

/* ---- projects ---- */

static void where_serves(DbDynamic *query, const ItemId *goals, size_t count)
{
    db_dynamic_sql(query, " AND EXISTS (SELECT 1 FROM item_link gl WHERE gl.tenant = i.tenant"
                          " AND gl.source = i.id AND gl.kind = 'serves' AND gl.target IN (");
    for (size_t i = 0; i < count; i++) {
        if (i)
            db_dynamic_sql(query, ", ");
        db_dynamic_bind(query, V_I64(goals[i].v));
    }
    db_dynamic_sql(query, "))");
}

void goal_store_where_serves(DbDynamic *query, const void *chain)
{
    const GoalChain *list = chain;
    where_serves(query, list->goals, list->count);
}

Err goal_store_count_projects(Cx *cx, const ItemId *goals, size_t goal_count,
                              GoalProjects ret[GOAL_PROJECT_STATES_MAX], size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, "SELECT i.state, count(*) FROM item i WHERE i.tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    db_dynamic_sql(query, " AND i.noun = 'project'");
    item_read_rule(query, cx);
    where_serves(query, goals, goal_count);
    db_dynamic_sql(query, " GROUP BY i.state ORDER BY i.state");
    TRY(db_start_dynamic(cx, query, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row && count < GOAL_PROJECT_STATES_MAX)
        ret[count++] = (GoalProjects){.state = arena_copy(cx->arena, db_text(&rows, 0)),
                                      .count = db_i64(&rows, 1)};
    db_end(&rows);
    TRY(err);
    *ret_count = count;
    return OK;
}
