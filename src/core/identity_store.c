#include "core/identity_store.h"

enum { FIND, ADD, USE, LIST, REMOVE };

#define IDENTITY_ROW                                                                               \
    "SELECT person, issuer, sub, provider, mail, created_us, used_us FROM person_identity"

static const Statement STATEMENTS[] = {
    [FIND] = SQL(IDENTITY_ROW " WHERE tenant = ?1 AND issuer = ?2 AND sub = ?3"),
    [ADD] = SQL("INSERT INTO person_identity (tenant, issuer, sub, person, provider, mail,"
                " created_us, used_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)"),
    [USE] = SQL("UPDATE person_identity SET used_us = ?4"
                " WHERE tenant = ?1 AND issuer = ?2 AND sub = ?3"),
    [LIST] = SQL(IDENTITY_ROW " WHERE tenant = ?1 AND person = ?2 ORDER BY created_us, issuer"
                              " LIMIT ?3"),
    [REMOVE] = SQL("DELETE FROM person_identity"
                   " WHERE tenant = ?1 AND issuer = ?2 AND sub = ?3 AND person = ?4"),
};
const StatementTable IDENTITY_STATEMENTS = {"identity", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

static Identity row_of(Cx *cx, const DbRows *rows)
{
    return (Identity){.person = {db_i64(rows, 0)},
                      .issuer = arena_copy(cx->arena, db_text(rows, 1)),
                      .sub = arena_copy(cx->arena, db_text(rows, 2)),
                      .provider = arena_copy(cx->arena, db_text(rows, 3)),
                      .mail = arena_copy(cx->arena, db_text(rows, 4)),
                      .created_us = db_i64(rows, 5),
                      .used_us = db_i64(rows, 6)};
}

Err identity_store_find(Cx *cx, Str issuer, Str sub, bool *ret_found, Identity *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[FIND], DB_ARGS(TENANT(cx), V_TEXT(issuer), V_TEXT(sub)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        *ret = row_of(cx, &rows);
    if (err == OK)
        *ret_found = row;
    db_end(&rows);
    return err;
}

Err identity_store_add(Cx *cx, const Identity *identity)
{
    return db_run(cx, &STATEMENTS[ADD],
                  DB_ARGS(TENANT(cx), V_TEXT(identity->issuer), V_TEXT(identity->sub),
                          V_I64(identity->person.v), V_TEXT(identity->provider),
                          V_TEXT(identity->mail), V_I64(cx_now_us(cx))));
}

Err identity_store_use(Cx *cx, Str issuer, Str sub)
{
    return db_run(cx, &STATEMENTS[USE],
                  DB_ARGS(TENANT(cx), V_TEXT(issuer), V_TEXT(sub), V_I64(cx_now_us(cx))));
}

Err identity_store_list(Cx *cx, PersonId person, Identity **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    Identity *list = arena_array(cx->arena, Identity, IDENTITIES_PER_PERSON);
    TRY(db_start(cx, &STATEMENTS[LIST],
                 DB_ARGS(TENANT(cx), V_I64(person.v), V_I64(IDENTITIES_PER_PERSON)), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        list[count++] = row_of(cx, &rows);
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err identity_store_remove(Cx *cx, PersonId person, Str issuer, Str sub, int64_t *ret_changed)
{
    return db_run_count(cx, &STATEMENTS[REMOVE],
                        DB_ARGS(TENANT(cx), V_TEXT(issuer), V_TEXT(sub), V_I64(person.v)),
                        ret_changed);
}
