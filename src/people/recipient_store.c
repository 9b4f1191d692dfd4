#include "people/recipient_store.h"

#include "base/str.h"
#include "people/follow.h"

enum { TOLD, FLAGGERS };

static const Statement STATEMENTS[] = {
    [TOLD] = SQL("UPDATE post_mention SET told_us = ?3"
                 " WHERE tenant = ?1 AND post = ?2 AND named = 1 AND told_us = 0"),
    [FLAGGERS] = SQL("SELECT f.person, f.post, f.item, f.state, g.number FROM flag f JOIN"
                     " (SELECT min(id) AS id, count(*) AS number FROM flag WHERE tenant = ?1"
                     " AND ruling = ?2 AND person <> ?3 GROUP BY person, state) g ON g.id = f.id"
                     " WHERE f.tenant = ?1 ORDER BY f.id LIMIT ?4"),
};
const StatementTable RECIPIENT_STATEMENTS = {"recipient", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

static void put_staff(Cx *cx, DbDynamic *query)
{
    db_dynamic_sql(query, "SELECT s.person FROM role_grant s WHERE s.tenant = i.tenant"
                          " AND s.item = 0 AND s.role IN ('office', 'editor') AND (s.until_us = 0"
                          " OR s.until_us > ");
    db_dynamic_bind(query, V_I64(cx_now_us(cx)));
    db_dynamic_sql(query, ")");
}

static void put_circle(Cx *cx, DbDynamic *query, const RecipientQuery *q)
{
    switch (q->circle) {
    case CIRCLE_PERSON:
        db_dynamic_bind(query, V_I64(q->of));
        break;
    case CIRCLE_LEADS:
        db_dynamic_sql(query, "SELECT l.person FROM relation l WHERE l.tenant = i.tenant"
                              " AND l.role = 'lead' AND l.state = 'active' AND l.item = ");
        db_dynamic_bind(query, V_I64(q->of));
        break;
    case CIRCLE_FOLLOWERS:
        follow_put_followers(query, cx, (ItemId){q->of});
        break;
    case CIRCLE_NAMED:
        db_dynamic_sql(query, "SELECT m.person FROM post_mention m WHERE m.tenant = i.tenant"
                              " AND m.named = 1 AND m.told_us = 0 AND m.post = ");
        db_dynamic_bind(query, V_I64(q->of));
        break;
    case CIRCLE_ITEM_MODERATORS:
        put_staff(cx, query);
        break;
    case CIRCLE_POST_MODERATORS:
        put_staff(cx, query);
        db_dynamic_sql(query, " UNION SELECT l.person FROM relation l WHERE l.tenant = i.tenant"
                              " AND l.role = 'lead' AND l.state = 'active'"
                              " AND (l.item = i.id OR (i.body <> 0 AND l.item = i.body))");
        break;
    }
}

static void put_query(Cx *cx, DbDynamic *query, const RecipientQuery *q)
{
    db_dynamic_sql(query, "SELECT p.id, coalesce(o.title, f.title, '') FROM item i JOIN person p"
                          " ON p.tenant = i.tenant LEFT JOIN item_text o ON o.tenant = i.tenant"
                          " AND o.item = i.id AND o.lang = p.lang LEFT JOIN item_text f"
                          " ON f.tenant = i.tenant AND f.item = i.id AND f.lang = i.lang"
                          " WHERE i.tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    db_dynamic_sql(query, " AND i.id = ");
    db_dynamic_bind(query, V_I64(q->item.v));
    db_dynamic_sql(query, " AND p.id <> ");
    db_dynamic_bind(query, V_I64(q->besides.v));
    db_dynamic_sql(query, " AND p.id IN (");
    put_circle(cx, query, q);
    db_dynamic_sql(query, ")");
    if (q->uninvited)
        db_dynamic_sql(query, " AND NOT EXISTS (SELECT 1 FROM meeting_person n"
                              " WHERE n.tenant = i.tenant AND n.meeting = i.id"
                              " AND n.person = p.id)");
    if (!q->unruled)
        item_readers_rule(query, cx);
    db_dynamic_sql(query, " ORDER BY p.id LIMIT ");
    db_dynamic_bind(query, V_I64((int64_t)q->limit));
}

Err recipient_store_list(Cx *cx, const RecipientQuery *q, Recipient **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0, room = 16;
    Recipient *list = arena_array(cx->arena, Recipient, room);
    DbDynamic *query = db_dynamic(cx);
    put_query(cx, query, q);
    TRY(db_start_dynamic(cx, query, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row) {
        if (count == room) {
            Recipient *more = arena_array(cx->arena, Recipient, room * 2);
            memcpy(more, list, count * sizeof *list);
            list = more;
            room *= 2;
        }
        list[count++] = (Recipient){{db_i64(&rows, 0)}, arena_copy(cx->arena, db_text(&rows, 1))};
    }
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err recipient_store_told(Cx *cx, PostId post)
{
    return db_run(cx, &STATEMENTS[TOLD], DB_ARGS(TENANT(cx), V_I64(post.v), V_I64(cx_now_us(cx))));
}

Err recipient_store_flaggers(Cx *cx, int64_t ruling, PersonId besides, Flagger **ret,
                             size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    Flagger *list = arena_array(cx->arena, Flagger, RECIPIENT_FLAGGERS_MAX);
    TRY(db_start(
        cx, &STATEMENTS[FLAGGERS],
        DB_ARGS(TENANT(cx), V_I64(ruling), V_I64(besides.v), V_I64(RECIPIENT_FLAGGERS_MAX)),
        &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row && count < RECIPIENT_FLAGGERS_MAX)
        list[count++] = (Flagger){.person = {db_i64(&rows, 0)},
                                  .first = {{db_i64(&rows, 1)}, {db_i64(&rows, 2)}},
                                  .upheld = str_eq(db_text(&rows, 3), S("upheld")),
                                  .count = db_i64(&rows, 4)};
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}
