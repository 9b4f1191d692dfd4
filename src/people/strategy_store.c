#include "people/strategy_store.h"

#include "base/str.h"

enum { PUT, GET, IN_STATE, NEXT_EDITION };

static const Statement STATEMENTS[] = {
    [PUT] = SQL("INSERT INTO strategy (tenant, id, edition, follows, adopted_day, meeting)"
                " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (tenant, id) DO UPDATE SET"
                " edition = excluded.edition, follows = excluded.follows,"
                " adopted_day = excluded.adopted_day, meeting = excluded.meeting"),
    [GET] = SQL("SELECT edition, follows, adopted_day, meeting FROM strategy"
                " WHERE tenant = ?1 AND id = ?2"),
    [IN_STATE] = SQL("SELECT id FROM item WHERE tenant = ?1 AND noun = 'strategy' AND state = ?2"
                     " ORDER BY id DESC LIMIT 1"),
    [NEXT_EDITION] = SQL("SELECT coalesce(max(edition), 0) + 1 FROM strategy"
                         " WHERE tenant = ?1 AND adopted_day <> ''"),
};
const StatementTable STRATEGY_STATEMENTS = {"strategy", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

Err strategy_store_put(Cx *cx, ItemId id, const Strategy *strategy)
{
    return db_run(cx, &STATEMENTS[PUT],
                  DB_ARGS(TENANT(cx), V_I64(id.v), V_I64(strategy->edition),
                          V_I64(strategy->follows.v), V_TEXT(strategy->adopted_day),
                          V_I64(strategy->meeting.v)));
}

Err strategy_store_get(Cx *cx, ItemId id, bool *ret_found, Strategy *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[GET], DB_ARGS(TENANT(cx), V_I64(id.v)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        *ret = (Strategy){.edition = db_i64(&rows, 0),
                          .follows = {db_i64(&rows, 1)},
                          .adopted_day = arena_copy(cx->arena, db_text(&rows, 2)),
                          .meeting = {db_i64(&rows, 3)}};
    db_end(&rows);
    TRY(err);
    *ret_found = row;
    return OK;
}

Err strategy_store_in_state(Cx *cx, Str state, ItemId *ret)
{
    return db_one_i64(cx, &STATEMENTS[IN_STATE], DB_ARGS(TENANT(cx), V_TEXT(state)), &ret->v);
}

Err strategy_store_next_edition(Cx *cx, int64_t *ret)
{
    return db_one_i64(cx, &STATEMENTS[NEXT_EDITION], DB_ARGS(TENANT(cx)), ret);
}
