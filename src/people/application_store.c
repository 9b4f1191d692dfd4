#include "people/application_store.h"

#include "base/str.h"
#include "core/person.h"

enum { ADD, BY_SECRET, OF, CONFIRM, DECIDE, CLEAN_SENT, CLEAN_DECIDED };

#define COLUMNS                                                                                    \
    "SELECT id, state, person_name, mail, lang, role, doc, agreement, doubts, created_us,"         \
    " confirmed_us, organisation FROM application"

static const Statement STATEMENTS[] = {
    [ADD] = SQL("INSERT INTO application (tenant, id, state, secret, person_name, mail, lang, role,"
                " doc, agreement, doubts, created_us, confirmed_us, organisation)"
                " SELECT ?1, coalesce(max(id), 0) + 1, 'sent', ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
                " 0, 0 FROM application WHERE tenant = ?1"),
    [BY_SECRET] = SQL(COLUMNS " WHERE tenant = ?1 AND secret = ?2"),
    [OF] = SQL(COLUMNS " WHERE tenant = ?1 AND organisation = ?2 AND organisation <> 0"
                       " ORDER BY id DESC LIMIT 1"),
    [CONFIRM] = SQL("UPDATE application SET state = 'confirmed', doc = '', organisation = ?3,"
                    " confirmed_us = ?4 WHERE tenant = ?1 AND id = ?2"),
    [DECIDE] = SQL("UPDATE application SET state = 'decided' WHERE tenant = ?1 AND id = ?2"),
    [CLEAN_SENT] = SQL("DELETE FROM application WHERE tenant = ?1 AND state = 'sent'"
                       " AND created_us < ?2"),
    [CLEAN_DECIDED] = SQL("UPDATE application SET person_name = '', mail = '', role = '',"
                          " secret = '' WHERE tenant = ?1 AND state = 'decided' AND mail <> ''"
                          " AND created_us < ?2"),
};
const StatementTable APPLICATION_STATEMENTS = {"application", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

Err application_store_add(Cx *cx, const ApplicationRow *row, Str digest)
{
    const Application *one = &row->one;
    return db_run(cx, &STATEMENTS[ADD],
                  DB_ARGS(TENANT(cx), V_TEXT(digest), V_TEXT(one->person_name), V_TEXT(one->mail),
                          V_TEXT(lang_code(one->lang)), V_TEXT(one->role), V_TEXT(row->doc),
                          V_TEXT(one->agreement), V_TEXT(one->doubts), V_I64(cx_now_us(cx))));
}

static Err read_one(Cx *cx, const Statement *statement, DbValue by, bool *ret_found,
                    ApplicationRow *ret)
{
    DbRows rows;
    bool row = false;
    Arena *arena = cx->arena;
    TRY(db_start(cx, statement, DB_ARGS(TENANT(cx), by), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row) {
        *ret = (ApplicationRow){.one = {.id = db_i64(&rows, 0),
                                        .person_name = arena_copy(arena, db_text(&rows, 2)),
                                        .mail = arena_copy(arena, db_text(&rows, 3)),
                                        .role = arena_copy(arena, db_text(&rows, 5)),
                                        .agreement = arena_copy(arena, db_text(&rows, 7)),
                                        .doubts = arena_copy(arena, db_text(&rows, 8)),
                                        .created_us = db_i64(&rows, 9),
                                        .confirmed_us = db_i64(&rows, 10)},
                                .state = arena_copy(arena, db_text(&rows, 1)),
                                .doc = arena_copy(arena, db_text(&rows, 6)),
                                .organisation = {db_i64(&rows, 11)}};
        ret->one.decided = str_eq(ret->state, S("decided"));
        if (!lang_parse(db_text(&rows, 4), &ret->one.lang))
            ret->one.lang = LANG_DE;
    }
    if (err == OK)
        *ret_found = row;
    db_end(&rows);
    return err;
}

Err application_store_by_secret(Cx *cx, Str digest, bool *ret_found, ApplicationRow *ret)
{
    return read_one(cx, &STATEMENTS[BY_SECRET], V_TEXT(digest), ret_found, ret);
}

Err application_store_of(Cx *cx, ItemId organisation, bool *ret_found, ApplicationRow *ret)
{
    return read_one(cx, &STATEMENTS[OF], V_I64(organisation.v), ret_found, ret);
}

Err application_store_confirm(Cx *cx, int64_t id, ItemId organisation)
{
    return db_run(cx, &STATEMENTS[CONFIRM],
                  DB_ARGS(TENANT(cx), V_I64(id), V_I64(organisation.v), V_I64(cx_now_us(cx))));
}

Err application_store_decide(Cx *cx, int64_t id)
{
    return db_run(cx, &STATEMENTS[DECIDE], DB_ARGS(TENANT(cx), V_I64(id)));
}

Err application_store_clean(Cx *cx, int64_t sent_before_us, int64_t decided_before_us)
{
    TRY(db_run(cx, &STATEMENTS[CLEAN_SENT], DB_ARGS(TENANT(cx), V_I64(sent_before_us))));
    return db_run(cx, &STATEMENTS[CLEAN_DECIDED], DB_ARGS(TENANT(cx), V_I64(decided_before_us)));
}
