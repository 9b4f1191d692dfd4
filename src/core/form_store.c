#include "core/form_store.h"

enum { LOCATION, PUT_KEY, PUT_DRAFT, TRIM_DRAFTS, DRAFT, CLEAN_KEYS, CLEAN_DRAFTS };

static const Statement STATEMENTS[] = {
    [LOCATION] = SQL("SELECT location FROM form_key"
                     " WHERE tenant = ?1 AND key = ?2 AND person = ?3 AND at_us > ?4"),
    [PUT_KEY] = SQL("INSERT INTO form_key (tenant, key, person, at_us, location)"
                    " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (tenant, key) DO UPDATE"
                    " SET person = excluded.person, at_us = excluded.at_us,"
                    " location = excluded.location"),
    [PUT_DRAFT] = SQL("INSERT INTO form_draft (tenant, key, path, body, at_us)"
                      " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (tenant, key) DO NOTHING"),
    [TRIM_DRAFTS] = SQL("DELETE FROM form_draft WHERE tenant = ?1 AND key IN (SELECT key"
                        " FROM form_draft WHERE tenant = ?1 ORDER BY at_us DESC, key"
                        " LIMIT 100 OFFSET ?2)"),
    [DRAFT] = SQL("SELECT body FROM form_draft"
                  " WHERE tenant = ?1 AND key = ?2 AND path = ?3 AND at_us > ?4"),
    [CLEAN_KEYS] = SQL("DELETE FROM form_key WHERE tenant = ?1 AND at_us <= ?2"),
    [CLEAN_DRAFTS] = SQL("DELETE FROM form_draft WHERE tenant = ?1 AND at_us <= ?2"),
};
const StatementTable FORM_STATEMENTS = {"form", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

static Err one_text(Cx *cx, const Statement *statement, const DbValue *args, size_t n, Str *ret)
{
    DbRows rows;
    bool row = false;
    Str text = {0};
    TRY(db_start(cx, statement, args, n, &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        text = arena_copy(cx->arena, db_text(&rows, 0));
    db_end(&rows);
    TRY(err);
    *ret = text;
    return OK;
}

Err form_store_location(Cx *cx, Str key, int64_t since_us, Str *ret)
{
    return one_text(cx, &STATEMENTS[LOCATION],
                    DB_ARGS(TENANT(cx), V_TEXT(key), V_I64(cx->actor->person.v), V_I64(since_us)),
                    ret);
}

Err form_store_put_key(Cx *cx, Str key, Str location)
{
    return db_run(cx, &STATEMENTS[PUT_KEY],
                  DB_ARGS(TENANT(cx), V_TEXT(key), V_I64(cx->actor->person.v), V_I64(cx_now_us(cx)),
                          V_TEXT(location)));
}

Err form_store_put_draft(Cx *cx, Str key, Str path, Str body, int64_t keep)
{
    TRY(db_run(cx, &STATEMENTS[PUT_DRAFT],
               DB_ARGS(TENANT(cx), V_TEXT(key), V_TEXT(path), V_TEXT(body), V_I64(cx_now_us(cx)))));
    return db_run(cx, &STATEMENTS[TRIM_DRAFTS], DB_ARGS(TENANT(cx), V_I64(keep)));
}

Err form_store_draft(Cx *cx, Str key, Str path, int64_t since_us, Str *ret)
{
    return one_text(cx, &STATEMENTS[DRAFT],
                    DB_ARGS(TENANT(cx), V_TEXT(key), V_TEXT(path), V_I64(since_us)), ret);
}

Err form_store_clean(Cx *cx, int64_t before_us)
{
    TRY(db_run(cx, &STATEMENTS[CLEAN_KEYS], DB_ARGS(TENANT(cx), V_I64(before_us))));
    return db_run(cx, &STATEMENTS[CLEAN_DRAFTS], DB_ARGS(TENANT(cx), V_I64(before_us)));
}
