#include "people/follow_store.h"

#include "base/str.h"

enum { COUNT_FOLLOWED, COUNT_CHOSEN, SET, END_ALL };

#define BY_ITSELF "('rep', 'lead', 'member')"

/* What a person follows; what they left is taken out at the end. */
#define FOLLOWED(tenant, person)                                                                   \
    "SELECT c.item FROM follow c WHERE c.tenant = " tenant " AND c.person = " person               \
    " AND c.ended_us = 0 UNION SELECT a.id FROM item a WHERE a.tenant = " tenant                   \
    " AND a.author = " person " UNION SELECT w.item FROM post w WHERE w.tenant = " tenant          \
    " AND w.author = " person " AND w.state IN ('visible', 'pending') UNION SELECT l.item"         \
    " FROM relation l WHERE l.tenant = " tenant " AND l.person = " person                          \
    " AND l.state = 'active' AND l.role IN " BY_ITSELF                                             \
    " EXCEPT SELECT e.item FROM follow e WHERE e.tenant = " tenant " AND e.person = " person       \
    " AND e.ended_us > 0"

static const Statement STATEMENTS[] = {
    [COUNT_FOLLOWED] = SQL("SELECT count(*) FROM follow"
                           " WHERE tenant = ?1 AND person = ?2 AND ended_us = 0"),
    [COUNT_CHOSEN] = SQL("SELECT count(*) FROM follow"
                         " WHERE tenant = ?1 AND item = ?2 AND ended_us = 0"),
    [SET] = SQL("INSERT INTO follow (tenant, item, person, since_us, ended_us)"
                " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (tenant, item, person) DO UPDATE SET"
                " ended_us = excluded.ended_us"),
    [END_ALL] = SQL(
        "INSERT INTO follow (tenant, item, person, since_us, ended_us)"
        " SELECT i.tenant, i.id, ?2, ?3, ?3 FROM item i WHERE i.tenant = ?1"
        " AND i.id IN (" FOLLOWED("?1", "?2") ")"
                                              " ON CONFLICT (tenant, item, person) DO UPDATE SET"
                                              " ended_us = excluded.ended_us"),
};
const StatementTable FOLLOW_STATEMENTS = {"follow", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)
#define ME(cx) V_I64((cx)->actor->person.v)

/* Who follows an item, in the same way. */
void follow_put_followers(DbDynamic *query, const Cx *cx, ItemId item)
{
    static const struct {
        Str tenant, item;
    } PIECES[] = {
        {S_INIT("SELECT c.person FROM follow c WHERE c.ended_us = 0 AND c.tenant = "),
         S_INIT(" AND c.item = ")},
        {S_INIT(" UNION SELECT a.author FROM item a WHERE a.tenant = "), S_INIT(" AND a.id = ")},
        {S_INIT(" UNION SELECT w.author FROM post w WHERE w.state IN ('visible', 'pending')"
                " AND w.tenant = "),
         S_INIT(" AND w.item = ")},
        {S_INIT(" UNION SELECT l.person FROM relation l WHERE l.state = 'active'"
                " AND l.role IN " BY_ITSELF " AND l.tenant = "),
         S_INIT(" AND l.item = ")},
        {S_INIT(" EXCEPT SELECT e.person FROM follow e WHERE e.ended_us > 0 AND e.tenant = "),
         S_INIT(" AND e.item = ")}};
    for (size_t i = 0; i < COUNT_OF(PIECES); i++) {
        db_dynamic_put(query, PIECES[i].tenant);
        db_dynamic_bind(query, TENANT(cx));
        db_dynamic_put(query, PIECES[i].item);
        db_dynamic_bind(query, V_I64(item.v));
    }
}

/* All of them, and whether the actor is one. */
Err follow_store_get(Cx *cx, ItemId item, Follow *ret)
{
    DbRows rows;
    bool row = false;
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, "SELECT count(*), coalesce(max(CASE WHEN p.id = ");
    db_dynamic_bind(query, ME(cx));
    db_dynamic_sql(query, " THEN 1 ELSE 0 END), 0) FROM person p WHERE p.state = 'active'"
                          " AND p.tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    db_dynamic_sql(query, " AND p.id IN (");
    follow_put_followers(query, cx, item);
    db_dynamic_sql(query, ")");
    TRY(db_start_dynamic(cx, query, &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        *ret = (Follow){.followers = db_i64(&rows, 0), .follows = db_i64(&rows, 1) != 0};
    db_end(&rows);
    return err;
}

Err follow_store_count(Cx *cx, ItemId item, int64_t *ret_followed, int64_t *ret_followers)
{
    TRY(db_one_i64(cx, &STATEMENTS[COUNT_FOLLOWED], DB_ARGS(TENANT(cx), ME(cx)), ret_followed));
    return db_one_i64(cx, &STATEMENTS[COUNT_CHOSEN], DB_ARGS(TENANT(cx), V_I64(item.v)),
                      ret_followers);
}

Err follow_store_set(Cx *cx, ItemId item, bool follows)
{
    int64_t now_us = cx_now_us(cx);
    return db_run(
        cx, &STATEMENTS[SET],
        DB_ARGS(TENANT(cx), V_I64(item.v), ME(cx), V_I64(now_us), V_I64(follows ? 0 : now_us)));
}

/* ---- the list ---- */

/* The first two values of the query are the tenant and the person. */
static void put_followed(Cx *cx, DbDynamic *query)
{
    db_dynamic_sql(query, " FROM person m JOIN (" FOLLOWED("?1", "?2") ") g ON m.tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    db_dynamic_sql(query, " AND m.id = ");
    db_dynamic_bind(query, ME(cx));
    db_dynamic_sql(query, " JOIN item i ON i.tenant = m.tenant AND i.id = g.item");
}

Err follow_store_list(Cx *cx, int64_t limit, int64_t offset, Followed **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    Followed *list = arena_array(cx->arena, Followed, (size_t)limit);
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, "SELECT i.id, i.noun, i.slug, i.state, i.changed_us,"
                          " coalesce(o.title, f.title, ''), coalesce(o.lang, i.lang)");
    put_followed(cx, query);
    db_dynamic_sql(query, " LEFT JOIN item_text o ON o.tenant = i.tenant AND o.item = i.id"
                          " AND o.lang = ");
    db_dynamic_bind(query, V_TEXT(lang_code(cx->actor->lang)));
    db_dynamic_sql(query, " LEFT JOIN item_text f ON f.tenant = i.tenant AND f.item = i.id"
                          " AND f.lang = i.lang WHERE 1 = 1");
    item_read_rule(query, cx);
    db_dynamic_sql(query, " ORDER BY i.changed_us DESC, i.id DESC LIMIT ");
    db_dynamic_bind(query, V_I64(limit));
    db_dynamic_sql(query, " OFFSET ");
    db_dynamic_bind(query, V_I64(offset));
    TRY(db_start_dynamic(cx, query, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row && count < (size_t)limit) {
        Followed *one = &list[count];
        if (!noun_parse(db_text(&rows, 1), &one->noun))
            continue;
        Str base = noun_path(one->noun), slug = db_text(&rows, 2);
        *one = (Followed){.item = {db_i64(&rows, 0)},
                          .noun = one->noun,
                          .title = arena_copy(cx->arena, db_text(&rows, 5)),
                          .path = arena_fmt(cx->arena, "%.*s/%.*s", SARG(base), SARG(slug)),
                          .state = arena_copy(cx->arena, db_text(&rows, 3)),
                          .lang = str_eq(db_text(&rows, 6), S("en")) ? LANG_EN : LANG_DE,
                          .changed_us = db_i64(&rows, 4)};
        count++;
    }
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err follow_store_count_list(Cx *cx, int64_t *ret)
{
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, "SELECT count(*)");
    put_followed(cx, query);
    db_dynamic_sql(query, " WHERE 1 = 1");
    item_read_rule(query, cx);
    return db_one_i64_dynamic(cx, query, ret);
}

Err follow_store_end_all(Cx *cx)
{
    return db_run(cx, &STATEMENTS[END_ALL], DB_ARGS(TENANT(cx), ME(cx), V_I64(cx_now_us(cx))));
}
