#include "people/inbox_store.h"

enum { SET, CLEAR, GET, OWNERS, STAFF };

enum { STAFF_MAX = 200 };

static const Statement STATEMENTS[] = {
    [SET] = SQL("INSERT INTO inbox_owner (tenant, kind, object, owner, at_us)"
                " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (tenant, kind, object)"
                " DO UPDATE SET owner = excluded.owner, at_us = excluded.at_us"),
    [CLEAR] = SQL("DELETE FROM inbox_owner WHERE tenant = ?1 AND kind = ?2 AND object = ?3"),
    [GET] = SQL("SELECT owner FROM inbox_owner WHERE tenant = ?1 AND kind = ?2 AND object = ?3"),
    [OWNERS] = SQL("SELECT w.object, w.owner, coalesce(p.name, '') FROM inbox_owner w"
                   " LEFT JOIN person p ON p.tenant = w.tenant AND p.id = w.owner"
                   " WHERE w.tenant = ?1 AND w.kind = ?2 ORDER BY w.object DESC LIMIT ?3"),
    [STAFF] = SQL("SELECT p.id, p.name FROM role_grant g JOIN person p ON p.tenant = g.tenant"
                  " AND p.id = g.person WHERE g.tenant = ?1 AND g.role = 'office' AND g.item = 0"
                  " AND g.from_us <= ?2 AND (g.until_us = 0 OR g.until_us > ?2)"
                  " ORDER BY p.name, p.id LIMIT ?3"),
};
const StatementTable INBOX_STATEMENTS = {"inbox", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

Err inbox_store_set(Cx *cx, Str kind, int64_t id, PersonId owner)
{
    if (!owner.v)
        return db_run(cx, &STATEMENTS[CLEAR], DB_ARGS(TENANT(cx), V_TEXT(kind), V_I64(id)));
    return db_run(
        cx, &STATEMENTS[SET],
        DB_ARGS(TENANT(cx), V_TEXT(kind), V_I64(id), V_I64(owner.v), V_I64(cx_now_us(cx))));
}

Err inbox_store_get(Cx *cx, Str kind, int64_t id, PersonId *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[GET], DB_ARGS(TENANT(cx), V_TEXT(kind), V_I64(id)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK)
        *ret = (PersonId){row ? db_i64(&rows, 0) : 0};
    db_end(&rows);
    return err;
}

Err inbox_store_owners(Cx *cx, Str kind, InboxOwner **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    InboxOwner *list = arena_array(cx->arena, InboxOwner, INBOX_MAX);
    TRY(db_start(cx, &STATEMENTS[OWNERS], DB_ARGS(TENANT(cx), V_TEXT(kind), V_I64(INBOX_MAX)),
                 &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        list[count++] = (InboxOwner){.kind = kind,
                                     .id = db_i64(&rows, 0),
                                     .owner = {db_i64(&rows, 1)},
                                     .name = arena_copy(cx->arena, db_text(&rows, 2))};
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err inbox_store_staff(Cx *cx, InboxStaff **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    InboxStaff *list = arena_array(cx->arena, InboxStaff, STAFF_MAX);
    TRY(db_start(cx, &STATEMENTS[STAFF],
                 DB_ARGS(TENANT(cx), V_I64(cx_now_us(cx)), V_I64(STAFF_MAX)), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        list[count++] = (InboxStaff){{db_i64(&rows, 0)}, arena_copy(cx->arena, db_text(&rows, 1))};
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}
