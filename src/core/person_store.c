#include "core/person_store.h"

#include "base/str.h"

enum { ADD, FIND, GET, SET_PASSWORD, COUNT, GRANT, REVOKE, ROLES };

#define PERSON_ROW "SELECT id, mail, name, password, lang, state, state_reason FROM person"

static const Statement STATEMENTS[] = {
    [ADD] = SQL("INSERT INTO person (tenant, id, mail, mail_folded, name, password, lang,"
                " created_us, version)"
                " SELECT ?1, coalesce(max(id), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, 1"
                " FROM person WHERE tenant = ?1 RETURNING id"),
    [FIND] = SQL(PERSON_ROW " WHERE tenant = ?1 AND mail_folded = ?2"),
    [GET] = SQL(PERSON_ROW " WHERE tenant = ?1 AND id = ?2"),
    [SET_PASSWORD] = SQL("UPDATE person SET password = ?3, version = version + 1"
                         " WHERE tenant = ?1 AND id = ?2"),
    [COUNT] = SQL("SELECT count(*) FROM person WHERE tenant = ?1"),
    [GRANT] = SQL("INSERT INTO role_grant (tenant, person, role, item, from_us, until_us)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, 0) ON CONFLICT (tenant, person, role, item)"
                  " DO UPDATE SET until_us = 0"),
    [REVOKE] = SQL("DELETE FROM role_grant WHERE tenant = ?1 AND person = ?2 AND role = ?3"
                   " AND item = ?4"),
    [ROLES] = SQL("SELECT role FROM role_grant WHERE tenant = ?1 AND person = ?2 AND item = 0"
                  " AND from_us <= ?3 AND (until_us = 0 OR until_us > ?3)"),
};
const StatementTable PERSON_STATEMENTS = {"person", STATEMENTS, COUNT_OF(STATEMENTS)};

Err person_store_add(Cx *cx, Str mail, Str mail_folded, const Person *person, PersonId *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[ADD],
                 DB_ARGS(V_I64(cx->actor->tenant.v), V_TEXT(mail), V_TEXT(mail_folded),
                         V_TEXT(person->name), V_TEXT(person->password),
                         V_TEXT(lang_code(person->lang)), V_I64(cx_now_us(cx))),
                 &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        ret->v = db_i64(&rows, 0);
    db_end(&rows);
    return err;
}

static PersonState state_of(Str name)
{
    return str_eq(name, S("active"))      ? PERSON_ACTIVE
           : str_eq(name, S("suspended")) ? PERSON_SUSPENDED
                                          : PERSON_ERASED;
}

static Err read_one(Cx *cx, const Statement *statement, DbValue by, bool *ret_found, Person *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, statement, DB_ARGS(V_I64(cx->actor->tenant.v), by), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row) {
        *ret = (Person){.id = {db_i64(&rows, 0)},
                        .mail = arena_copy(cx->arena, db_text(&rows, 1)),
                        .name = arena_copy(cx->arena, db_text(&rows, 2)),
                        .password = arena_copy(cx->arena, db_text(&rows, 3)),
                        .state = state_of(db_text(&rows, 5)),
                        .state_reason = arena_copy(cx->arena, db_text(&rows, 6))};
        if (!lang_parse(db_text(&rows, 4), &ret->lang))
            ret->lang = LANG_DE;
    }
    if (err == OK)
        *ret_found = row;
    db_end(&rows);
    return err;
}

Err person_store_find(Cx *cx, Str mail_folded, bool *ret_found, Person *ret)
{
    return read_one(cx, &STATEMENTS[FIND], V_TEXT(mail_folded), ret_found, ret);
}

Err person_store_get(Cx *cx, PersonId id, bool *ret_found, Person *ret)
{
    return read_one(cx, &STATEMENTS[GET], V_I64(id.v), ret_found, ret);
}

Err person_store_set_password(Cx *cx, PersonId id, Str hash, int64_t *ret_changed)
{
    return db_run_count(cx, &STATEMENTS[SET_PASSWORD],
                        DB_ARGS(V_I64(cx->actor->tenant.v), V_I64(id.v), V_TEXT(hash)),
                        ret_changed);
}

Err person_store_count(Cx *cx, int64_t *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[COUNT], DB_ARGS(V_I64(cx->actor->tenant.v)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK)
        *ret = db_i64(&rows, 0);
    db_end(&rows);
    return err;
}

Err person_store_grant(Cx *cx, PersonId id, Str role, int64_t item)
{
    return db_run(cx, &STATEMENTS[GRANT],
                  DB_ARGS(V_I64(cx->actor->tenant.v), V_I64(id.v), V_TEXT(role), V_I64(item),
                          V_I64(cx_now_us(cx))));
}

Err person_store_revoke(Cx *cx, PersonId id, Str role, int64_t item)
{
    return db_run(cx, &STATEMENTS[REVOKE],
                  DB_ARGS(V_I64(cx->actor->tenant.v), V_I64(id.v), V_TEXT(role), V_I64(item)));
}

Err person_store_roles(Cx *cx, PersonId id, uint32_t *ret)
{
    DbRows rows;
    bool row = false;
    uint32_t roles = ROLE_ANYONE, role;
    TRY(db_start(cx, &STATEMENTS[ROLES],
                 DB_ARGS(V_I64(cx->actor->tenant.v), V_I64(id.v), V_I64(cx_now_us(cx))), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        if (role_parse(db_text(&rows, 0), &role))
            roles |= role;
    db_end(&rows);
    TRY(err);
    *ret = roles;
    return OK;
}
