#include "people/body_store.h"

#include "base/str.h"

enum { PUT, KIND };

static const Statement STATEMENTS[] = {
    [PUT] = SQL("INSERT INTO body (tenant, id, kind) VALUES (?1, ?2, ?3)"
                " ON CONFLICT (tenant, id) DO UPDATE SET kind = excluded.kind"),
    [KIND] = SQL("SELECT kind FROM body WHERE tenant = ?1 AND id = ?2"),
};
const StatementTable BODY_STATEMENTS = {"body", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

Err body_store_put(Cx *cx, ItemId id, Str kind)
{
    return db_run(cx, &STATEMENTS[PUT], DB_ARGS(TENANT(cx), V_I64(id.v), V_TEXT(kind)));
}

Err body_store_kind(Cx *cx, ItemId id, Str *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[KIND], DB_ARGS(TENANT(cx), V_I64(id.v)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK)
        *ret = row ? arena_copy(cx->arena, db_text(&rows, 0)) : S("");
    db_end(&rows);
    return err;
}
