#include "people/mention_store.h"

enum { CANDIDATES, CLEAR, CLEAR_TOLD, ADD, LIST };

static const Statement STATEMENTS[] = {
    [CANDIDATES] = SQL(
        "SELECT p.id, p.name FROM person p WHERE p.tenant = ?1 AND p.name <> '' AND p.id IN"
        " (SELECT author FROM item WHERE tenant = ?1 AND id = ?2"
        " UNION SELECT author FROM post WHERE tenant = ?1 AND item = ?2 AND state = 'visible'"
        " UNION SELECT person FROM post_mention WHERE tenant = ?1 AND post = ?3"
        " AND named = 1 UNION SELECT person FROM relation WHERE tenant = ?1 AND item IN (?2, ?4)"
        " AND item <> 0 AND state = 'active' AND ?5 = 1) ORDER BY p.id LIMIT ?6"),
    [CLEAR] = SQL("DELETE FROM post_mention WHERE tenant = ?1 AND post = ?2 AND told_us = 0"),
    [CLEAR_TOLD] = SQL("UPDATE post_mention SET named = 0 WHERE tenant = ?1 AND post = ?2"),
    [ADD] = SQL("INSERT INTO post_mention (tenant, post, person) VALUES (?1, ?2, ?3)"
                " ON CONFLICT (tenant, post, person) DO UPDATE SET named = 1"),
    [LIST] = SQL("SELECT m.person, coalesce(p.name, '') FROM post_mention m LEFT JOIN person p"
                 " ON p.tenant = m.tenant AND p.id = m.person"
                 " WHERE m.tenant = ?1 AND m.post = ?2 AND m.named = 1 ORDER BY m.person LIMIT ?3"),
};
const StatementTable MENTION_STATEMENTS = {"mention", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

static Err read_all(Cx *cx, DbRows *rows, size_t most, Mention **ret, size_t *ret_count)
{
    bool row = false;
    size_t count = 0;
    Mention *list = arena_array(cx->arena, Mention, most);
    Err err;
    while ((err = db_next(cx, rows, &row)) == OK && row && count < most)
        list[count++] =
            (Mention){.person = {db_i64(rows, 0)}, .name = arena_copy(cx->arena, db_text(rows, 1))};
    db_end(rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err mention_store_candidates(Cx *cx, const Item *item, int64_t post, bool people, Mention **ret,
                             size_t *ret_count)
{
    DbRows rows;
    TRY(db_start(cx, &STATEMENTS[CANDIDATES],
                 DB_ARGS(TENANT(cx), V_I64(item->id.v), V_I64(post), V_I64(item->body.v),
                         V_I64(people), V_I64(MENTION_CANDIDATES_MAX)),
                 &rows));
    return read_all(cx, &rows, MENTION_CANDIDATES_MAX, ret, ret_count);
}

Err mention_store_clear(Cx *cx, int64_t post)
{
    TRY(db_run(cx, &STATEMENTS[CLEAR], DB_ARGS(TENANT(cx), V_I64(post))));
    return db_run(cx, &STATEMENTS[CLEAR_TOLD], DB_ARGS(TENANT(cx), V_I64(post)));
}

Err mention_store_add(Cx *cx, int64_t post, PersonId person)
{
    return db_run(cx, &STATEMENTS[ADD], DB_ARGS(TENANT(cx), V_I64(post), V_I64(person.v)));
}

Err mention_store_list(Cx *cx, int64_t post, Mention **ret, size_t *ret_count)
{
    DbRows rows;
    TRY(db_start(cx, &STATEMENTS[LIST], DB_ARGS(TENANT(cx), V_I64(post), V_I64(MENTIONS_MAX)),
                 &rows));
    return read_all(cx, &rows, MENTIONS_MAX, ret, ret_count);
}
