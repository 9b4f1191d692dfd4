#include "people/block_store.h"

enum { GET, PUT, REMOVE };

static const Statement STATEMENTS[] = {
    [GET] = SQL("SELECT b.since_us, b.ruling, coalesce(r.reason, '') FROM block b"
                " LEFT JOIN ruling r ON r.tenant = b.tenant AND r.id = b.ruling"
                " WHERE b.tenant = ?1 AND b.person = ?2"),
    [PUT] = SQL("INSERT INTO block (tenant, person, since_us, ruling) VALUES (?1, ?2, ?3, ?4)"
                " ON CONFLICT (tenant, person) DO NOTHING"),
    [REMOVE] = SQL("DELETE FROM block WHERE tenant = ?1 AND person = ?2"),
};
const StatementTable BLOCK_STATEMENTS = {"block", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

Err block_store_get(Cx *cx, PersonId person, Block *ret)
{
    DbRows rows;
    bool row = false;
    Block block = {0};
    TRY(db_start(cx, &STATEMENTS[GET], DB_ARGS(TENANT(cx), V_I64(person.v)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        block = (Block){.since_us = db_i64(&rows, 0),
                        .ruling = db_i64(&rows, 1),
                        .reason = arena_copy(cx->arena, db_text(&rows, 2))};
    db_end(&rows);
    TRY(err);
    *ret = block;
    return OK;
}

Err block_store_put(Cx *cx, PersonId person, int64_t ruling)
{
    return db_run(cx, &STATEMENTS[PUT],
                  DB_ARGS(TENANT(cx), V_I64(person.v), V_I64(cx_now_us(cx)), V_I64(ruling)));
}

Err block_store_remove(Cx *cx, PersonId person)
{
    return db_run(cx, &STATEMENTS[REMOVE], DB_ARGS(TENANT(cx), V_I64(person.v)));
}
