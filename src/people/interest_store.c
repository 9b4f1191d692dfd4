#include "people/interest_store.h"

#include "core/person.h"

enum { ADD, BY_SECRET, HAS, CONFIRM, END, COUNT, LIST, CLEAN };

static const Statement STATEMENTS[] = {
    [ADD] = SQL("INSERT INTO interest (tenant, id, state, mail, mail_key, lang, secret, consent,"
                " created_us, confirmed_us, ended_us) SELECT ?1, coalesce(max(id), 0) + 1, 'sent',"
                " ?2, ?3, ?4, ?5, ?6, ?7, 0, 0 FROM interest WHERE tenant = ?1"),
    [BY_SECRET] = SQL("SELECT id, state, mail, secret, lang FROM interest"
                      " WHERE tenant = ?1 AND secret = ?2"),
    [HAS] = SQL("SELECT 1 FROM interest WHERE tenant = ?1 AND mail_key = ?2"
                " AND state = 'confirmed'"),
    [CONFIRM] = SQL("UPDATE interest SET state = 'confirmed', confirmed_us = ?3"
                    " WHERE tenant = ?1 AND id = ?2"),
    [END] = SQL("UPDATE interest SET state = 'ended', mail = '', mail_key = '', ended_us = ?3"
                " WHERE tenant = ?1 AND id = ?2"),
    [COUNT] = SQL("SELECT count(*) FROM interest WHERE tenant = ?1 AND state = 'confirmed'"),
    [LIST] = SQL("SELECT id, state, mail, secret, lang FROM interest WHERE tenant = ?1"
                 " AND state = 'confirmed' ORDER BY id LIMIT ?2"),
    [CLEAN] = SQL("DELETE FROM interest WHERE tenant = ?1 AND state = 'sent' AND created_us < ?2"),
};
const StatementTable INTEREST_STATEMENTS = {"interest", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

Err interest_store_add(Cx *cx, Str mail, Str mail_key, Str secret, Str consent)
{
    return db_run(cx, &STATEMENTS[ADD],
                  DB_ARGS(TENANT(cx), V_TEXT(mail), V_TEXT(mail_key),
                          V_TEXT(lang_code(cx->actor->lang)), V_TEXT(secret), V_TEXT(consent),
                          V_I64(cx_now_us(cx))));
}

static void read_one(Cx *cx, const DbRows *rows, Interest *ret)
{
    *ret = (Interest){.id = db_i64(rows, 0),
                      .state = arena_copy(cx->arena, db_text(rows, 1)),
                      .mail = arena_copy(cx->arena, db_text(rows, 2)),
                      .secret = arena_copy(cx->arena, db_text(rows, 3))};
    if (!lang_parse(db_text(rows, 4), &ret->lang))
        ret->lang = LANG_DE;
}

Err interest_store_by_secret(Cx *cx, Str secret, bool *ret_found, Interest *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[BY_SECRET], DB_ARGS(TENANT(cx), V_TEXT(secret)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK) {
        *ret_found = row;
        if (row)
            read_one(cx, &rows, ret);
    }
    db_end(&rows);
    return err;
}

Err interest_store_has(Cx *cx, Str mail_key, bool *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[HAS], DB_ARGS(TENANT(cx), V_TEXT(mail_key)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK)
        *ret = row;
    db_end(&rows);
    return err;
}

Err interest_store_confirm(Cx *cx, int64_t id)
{
    return db_run(cx, &STATEMENTS[CONFIRM], DB_ARGS(TENANT(cx), V_I64(id), V_I64(cx_now_us(cx))));
}

Err interest_store_end(Cx *cx, int64_t id)
{
    return db_run(cx, &STATEMENTS[END], DB_ARGS(TENANT(cx), V_I64(id), V_I64(cx_now_us(cx))));
}

Err interest_store_count(Cx *cx, int64_t *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[COUNT], DB_ARGS(TENANT(cx)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK)
        *ret = db_i64(&rows, 0);
    db_end(&rows);
    return err;
}

Err interest_store_list(Cx *cx, Interest **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    Interest *list = arena_array(cx->arena, Interest, INTEREST_MAX);
    TRY(db_start(cx, &STATEMENTS[LIST], DB_ARGS(TENANT(cx), V_I64(INTEREST_MAX)), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        read_one(cx, &rows, &list[count++]);
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err interest_store_clean(Cx *cx, int64_t before_us)
{
    return db_run(cx, &STATEMENTS[CLEAN], DB_ARGS(TENANT(cx), V_I64(before_us)));
}
