#include "core/setting_store.h"

enum { GET, SET, ALL };

static const Statement STATEMENTS[] = {
    [GET] = SQL("SELECT value FROM setting WHERE tenant = ?1 AND name = ?2"),
    [SET] = SQL("INSERT INTO setting (tenant, name, value) VALUES (?1, ?2, ?3)"
                " ON CONFLICT (tenant, name) DO UPDATE SET value = excluded.value"),
    [ALL] = SQL("SELECT name, value FROM setting WHERE tenant = ?1"),
};
const StatementTable SETTING_STATEMENTS = {"setting", STATEMENTS, COUNT_OF(STATEMENTS)};

Err setting_store_get(Cx *cx, Str name, bool *ret_found, Str *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[GET], DB_ARGS(V_I64(cx->actor->tenant.v), V_TEXT(name)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK) {
        *ret_found = row;
        if (row)
            *ret = arena_copy(cx->arena, db_text(&rows, 0));
    }
    db_end(&rows);
    return err;
}

Err setting_store_set(Cx *cx, Str name, Str value)
{
    return db_run(cx, &STATEMENTS[SET],
                  DB_ARGS(V_I64(cx->actor->tenant.v), V_TEXT(name), V_TEXT(value)));
}

Err setting_store_each(Cx *cx, SettingList *list)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[ALL], DB_ARGS(V_I64(cx->actor->tenant.v)), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        setting_put(list, db_text(&rows, 0), db_text(&rows, 1));
    db_end(&rows);
    return err;
}
