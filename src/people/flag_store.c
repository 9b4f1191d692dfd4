#include "people/flag_store.h"

enum { UPDATE_OWN, ADD, COUNT_OWN, COUNT_ON, LIST, DECIDE, DROP_OF };

static const Statement STATEMENTS[] = {
    [UPDATE_OWN] = SQL("UPDATE flag SET ground = ?5, words = ?6 WHERE tenant = ?1 AND item = ?2"
                       " AND post = ?3 AND state = 'open' AND person = ?4"),
    [ADD] = SQL("INSERT INTO flag (tenant, id, post, item, person, ground, words, state,"
                " created_us, ruling) SELECT ?1, coalesce(max(id), 0) + 1, ?3, ?2, ?4, ?5, ?6,"
                " 'open', ?7, 0 FROM flag WHERE tenant = ?1"),
    [COUNT_OWN] = SQL("SELECT count(*) FROM flag"
                      " WHERE tenant = ?1 AND person = ?2 AND state = 'open'"),
    [COUNT_ON] = SQL("SELECT count(*) FROM flag WHERE tenant = ?1 AND item = ?2 AND post = ?3"
                     " AND state = 'open'"),
    [LIST] = SQL("SELECT f.id, f.person, coalesce(p.name, ''), f.ground, f.words, f.created_us"
                 " FROM flag f LEFT JOIN person p ON p.tenant = f.tenant AND p.id = f.person"
                 " WHERE f.tenant = ?1 AND f.item = ?2 AND f.post = ?3 AND f.state = 'open'"
                 " ORDER BY f.id LIMIT ?4"),
    [DECIDE] = SQL("UPDATE flag SET state = ?4, ruling = ?5 WHERE tenant = ?1 AND item = ?2"
                   " AND post = ?3 AND state = 'open'"),
    [DROP_OF] = SQL("UPDATE flag SET state = 'dismissed', ruling = ?3"
                    " WHERE tenant = ?1 AND person = ?2 AND state = 'open'"),
};
const StatementTable FLAG_STATEMENTS = {"flag", STATEMENTS, COUNT_OF(STATEMENTS)};

enum { LIST_MAX = 200 };

#define TENANT(cx) V_I64((cx)->actor->tenant.v)
#define ME(cx) V_I64((cx)->actor->person.v)

Err flag_store_update_own(Cx *cx, Target target, Str ground, Str words, int64_t *ret_changed)
{
    return db_run_count(cx, &STATEMENTS[UPDATE_OWN],
                        DB_ARGS(TENANT(cx), V_I64(target.item.v), V_I64(target.post.v), ME(cx),
                                V_TEXT(ground), V_TEXT(words)),
                        ret_changed);
}

Err flag_store_add(Cx *cx, Target target, Str ground, Str words)
{
    return db_run(cx, &STATEMENTS[ADD],
                  DB_ARGS(TENANT(cx), V_I64(target.item.v), V_I64(target.post.v), ME(cx),
                          V_TEXT(ground), V_TEXT(words), V_I64(cx_now_us(cx))));
}

Err flag_store_count_own(Cx *cx, int64_t *ret)
{
    return db_one_i64(cx, &STATEMENTS[COUNT_OWN], DB_ARGS(TENANT(cx), ME(cx)), ret);
}

Err flag_store_count(Cx *cx, Target target, int64_t *ret)
{
    return db_one_i64(cx, &STATEMENTS[COUNT_ON],
                      DB_ARGS(TENANT(cx), V_I64(target.item.v), V_I64(target.post.v)), ret);
}

Err flag_store_list(Cx *cx, Target target, FlagRow **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    FlagRow *list = arena_array(cx->arena, FlagRow, LIST_MAX);
    TRY(db_start(cx, &STATEMENTS[LIST],
                 DB_ARGS(TENANT(cx), V_I64(target.item.v), V_I64(target.post.v), V_I64(LIST_MAX)),
                 &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row) {
        FlagRow *one = &list[count++];
        *one = (FlagRow){.id = db_i64(&rows, 0),
                         .person = {db_i64(&rows, 1)},
                         .person_name = arena_copy(cx->arena, db_text(&rows, 2)),
                         .words = arena_copy(cx->arena, db_text(&rows, 4)),
                         .at_us = db_i64(&rows, 5)};
        bool known = ground_parse(db_text(&rows, 3), &one->ground);
        ASSERT(known); /* flag_add checked it */
    }
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err flag_store_decide(Cx *cx, Target target, Str state, int64_t ruling)
{
    return db_run(cx, &STATEMENTS[DECIDE],
                  DB_ARGS(TENANT(cx), V_I64(target.item.v), V_I64(target.post.v), V_TEXT(state),
                          V_I64(ruling)));
}

Err flag_store_drop_of(Cx *cx, PersonId person, int64_t ruling)
{
    return db_run(cx, &STATEMENTS[DROP_OF], DB_ARGS(TENANT(cx), V_I64(person.v), V_I64(ruling)));
}
