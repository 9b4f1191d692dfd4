#include "people/moderation_store.h"

#include "base/str.h"

enum {
    ADD,
    RULINGS,
    COUNT_RULINGS,
    LAST,
    PARTS,
    POSTS_OF,
    POSTS_HIDDEN_BY,
    IDEAS_OF,
    DROP_SUPPORT
};

#define COLUMNS                                                                                    \
    "SELECT r.id, r.verb, r.post, r.item, r.author, r.handler, coalesce(a.name, ''),"              \
    " coalesce(h.name, ''), r.ground, r.reason, r.part_of, r.at_us, coalesce(t.title, '')"         \
    " FROM ruling r"                                                                               \
    " LEFT JOIN person a ON a.tenant = r.tenant AND a.id = r.author"                               \
    " LEFT JOIN person h ON h.tenant = r.tenant AND h.id = r.handler"                              \
    " LEFT JOIN post p ON p.tenant = r.tenant AND p.id = r.post"                                   \
    " LEFT JOIN item i ON i.tenant = r.tenant AND i.id = coalesce(p.item, r.item)"                 \
    " LEFT JOIN item_text t ON t.tenant = i.tenant AND t.item = i.id AND t.lang = i.lang"          \
    " WHERE r.tenant = ?1"

static const Statement STATEMENTS[] = {
    [ADD] = SQL("INSERT INTO ruling (tenant, id, verb, post, item, author, handler, ground, reason,"
                " part_of, at_us) SELECT ?1, coalesce(max(id), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,"
                " ?9, ?10 FROM ruling WHERE tenant = ?1 RETURNING id"),
    [RULINGS] = SQL(COLUMNS " AND (?2 = 0 OR r.author = ?2) ORDER BY r.id DESC"
                            " LIMIT ?3 OFFSET ?4"),
    [COUNT_RULINGS] =
        SQL("SELECT count(*) FROM ruling WHERE tenant = ?1 AND (?2 = 0 OR author = ?2)"),
    [LAST] = SQL(COLUMNS " AND r.post = ?2 AND r.item = ?3 ORDER BY r.id DESC LIMIT 1"),
    [PARTS] = SQL(COLUMNS " AND r.part_of = ?2 ORDER BY r.id"),
    [POSTS_OF] = SQL("SELECT id FROM post WHERE tenant = ?1 AND author = ?2"
                     " AND state IN ('pending', 'visible') ORDER BY id LIMIT ?3"),
    [POSTS_HIDDEN_BY] = SQL("SELECT id FROM post WHERE tenant = ?1 AND ruling = ?2"
                            " AND state = 'hidden' ORDER BY id LIMIT ?3"),
    [IDEAS_OF] = SQL("SELECT id FROM item WHERE tenant = ?1 AND author = ?2 AND noun = 'idea'"
                     " AND state IN ('published', 'evaluation') ORDER BY id LIMIT ?3"),
    [DROP_SUPPORT] =
        SQL("DELETE FROM idea_support WHERE tenant = ?1 AND kind = 'person' AND supporter = ?2"
            " AND idea IN (SELECT id FROM item WHERE tenant = ?1 AND noun = 'idea'"
            " AND state IN ('published', 'evaluation'))"),
};
const StatementTable MODERATION_STATEMENTS = {"moderation", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

/* ---- the queues ---- */

static void put_pending(DbDynamic *query)
{
    db_dynamic_sql(query, " FROM (SELECT p.tenant AS tenant, p.id AS post, p.item AS item,"
                          " p.author AS author, p.created_us AS since_us FROM post p"
                          " WHERE p.state = 'pending') q");
}

/* What is flagged and still to be seen, once each, whoever flagged it. */
static void put_flagged(DbDynamic *query)
{
    db_dynamic_sql(
        query, " FROM (SELECT f.tenant AS tenant, f.post AS post, f.item AS item,"
               " max(CASE WHEN f.post = 0 THEN fi.author ELSE fp.author END) AS author,"
               " min(f.created_us) AS since_us FROM flag f JOIN item fi"
               " ON fi.tenant = f.tenant AND fi.id = f.item LEFT JOIN post fp"
               " ON fp.tenant = f.tenant AND fp.id = f.post WHERE f.state = 'open'"
               " AND (f.post = 0 OR fp.state = 'visible') GROUP BY f.tenant, f.post, f.item) q");
}

static void put_queue(Cx *cx, DbDynamic *query, Queue queue, PersonId author)
{
    queue == QUEUE_PENDING ? put_pending(query) : put_flagged(query);
    db_dynamic_sql(query, " JOIN item i ON i.tenant = q.tenant AND i.id = q.item"
                          " LEFT JOIN item_text t ON t.tenant = i.tenant AND t.item = i.id"
                          " AND t.lang = i.lang LEFT JOIN person a ON a.tenant = q.tenant"
                          " AND a.id = q.author LEFT JOIN post p ON p.tenant = q.tenant"
                          " AND p.id = q.post LEFT JOIN post_version v ON v.tenant = p.tenant"
                          " AND v.post = p.id AND v.version = p.version WHERE q.tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    if (author.v) {
        db_dynamic_sql(query, " AND q.author = ");
        db_dynamic_bind(query, V_I64(author.v));
    }
    item_read_rule(query, cx);
}

static void read_case(Cx *cx, const DbRows *rows, Queue queue, Case *ret)
{
    Arena *arena = cx->arena;
    Noun noun;
    *ret = (Case){.target = {{db_i64(rows, 0)}, {db_i64(rows, 1)}},
                  .author = {db_i64(rows, 2)},
                  .since_us = db_i64(rows, 3),
                  .author_name = arena_copy(arena, db_text(rows, 4)),
                  .account_us = db_i64(rows, 5),
                  .item_title = arena_copy(arena, db_text(rows, 6)),
                  .excerpt = arena_copy(arena, db_text(rows, 9)),
                  .flags = db_i64(rows, 10),
                  .pending = queue == QUEUE_PENDING};
    if (noun_parse(db_text(rows, 7), &noun)) {
        Str base = noun_path(noun), slug = db_text(rows, 8);
        ret->item_path = arena_fmt(arena, "%.*s/%.*s", SARG(base), SARG(slug));
    }
}

Err moderation_store_list(Cx *cx, Queue queue, PersonId author, int64_t limit, int64_t offset,
                          Case **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    Case *list = arena_array(cx->arena, Case, (size_t)limit);
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, "SELECT q.post, q.item, q.author, q.since_us, coalesce(a.name, ''),"
                          " coalesce(a.created_us, 0), coalesce(t.title, ''), i.noun, i.slug,"
                          " coalesce(v.body, t.lead, ''), (SELECT count(*) FROM flag n"
                          " WHERE n.tenant = q.tenant AND n.item = q.item AND n.post = q.post"
                          " AND n.state = 'open')");
    put_queue(cx, query, queue, author);
    db_dynamic_sql(query, " ORDER BY q.since_us, q.post LIMIT ");
    db_dynamic_bind(query, V_I64(limit));
    db_dynamic_sql(query, " OFFSET ");
    db_dynamic_bind(query, V_I64(offset));
    TRY(db_start_dynamic(cx, query, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        read_case(cx, &rows, queue, &list[count++]);
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err moderation_store_count(Cx *cx, Queue queue, PersonId author, int64_t *ret)
{
    DbRows rows;
    bool row = false;
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, "SELECT count(*)");
    put_queue(cx, query, queue, author);
    TRY(db_start_dynamic(cx, query, &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        *ret = db_i64(&rows, 0);
    db_end(&rows);
    return err;
}

/* ---- rulings ---- */

Err moderation_store_add(Cx *cx, const Ruling *ruling, int64_t *ret)
{
    return db_one_i64(cx, &STATEMENTS[ADD],
                      DB_ARGS(TENANT(cx), V_TEXT(ruling_verb_name(ruling->verb)),
                              V_I64(ruling->target.post.v), V_I64(ruling->target.item.v),
                              V_I64(ruling->author.v), V_I64(ruling->handler.v),
                              V_TEXT(ruling->ground), V_TEXT(ruling->reason),
                              V_I64(ruling->part_of), V_I64(ruling->at_us)),
                      ret);
}

static void read_ruling(Cx *cx, const DbRows *rows, Ruling *ret)
{
    *ret = (Ruling){.id = db_i64(rows, 0),
                    .target = {{db_i64(rows, 2)}, {db_i64(rows, 3)}},
                    .author = {db_i64(rows, 4)},
                    .handler = {db_i64(rows, 5)},
                    .author_name = arena_copy(cx->arena, db_text(rows, 6)),
                    .handler_name = arena_copy(cx->arena, db_text(rows, 7)),
                    .ground = arena_copy(cx->arena, db_text(rows, 8)),
                    .reason = arena_copy(cx->arena, db_text(rows, 9)),
                    .part_of = db_i64(rows, 10),
                    .at_us = db_i64(rows, 11),
                    .item_title = arena_copy(cx->arena, db_text(rows, 12))};
    bool known = ruling_verb_parse(db_text(rows, 1), &ret->verb);
    ASSERT(known); /* ruling_verb_name wrote it */
}

static Err read_rulings(Cx *cx, const Statement *statement, const DbValue *args, size_t n,
                        size_t most, Ruling **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    Ruling *list = arena_array(cx->arena, Ruling, most);
    TRY(db_start(cx, statement, args, n, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row && count < most)
        read_ruling(cx, &rows, &list[count++]);
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err moderation_store_rulings(Cx *cx, PersonId author, int64_t limit, int64_t offset, Ruling **ret,
                             size_t *ret_count, int64_t *ret_total)
{
    TRY(db_one_i64(cx, &STATEMENTS[COUNT_RULINGS], DB_ARGS(TENANT(cx), V_I64(author.v)),
                   ret_total));
    return read_rulings(cx, &STATEMENTS[RULINGS],
                        DB_ARGS(TENANT(cx), V_I64(author.v), V_I64(limit), V_I64(offset)),
                        (size_t)limit, ret, ret_count);
}

Err moderation_store_last(Cx *cx, Target target, Ruling *ret)
{
    Ruling *list;
    size_t count;
    TRY(read_rulings(cx, &STATEMENTS[LAST],
                     DB_ARGS(TENANT(cx), V_I64(target.post.v), V_I64(target.item.v)), 1, &list,
                     &count));
    *ret = count ? list[0] : (Ruling){0};
    return OK;
}

Err moderation_store_parts(Cx *cx, int64_t block, Ruling **ret, size_t *ret_count)
{
    return read_rulings(cx, &STATEMENTS[PARTS], DB_ARGS(TENANT(cx), V_I64(block)), ITEM_LIST_MAX,
                        ret, ret_count);
}

/* ---- what a person wrote ---- */

static Err read_numbers(Cx *cx, const Statement *statement, int64_t key, size_t most, int64_t **ret,
                        size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    int64_t *list = arena_array(cx->arena, int64_t, most);
    TRY(db_start(cx, statement, DB_ARGS(TENANT(cx), V_I64(key), V_I64((int64_t)most)), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        list[count++] = db_i64(&rows, 0);
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err moderation_store_posts_of(Cx *cx, PersonId author, int64_t ruling, PostId **ret,
                              size_t *ret_count)
{
    int64_t *numbers;
    TRY(read_numbers(cx, &STATEMENTS[ruling ? POSTS_HIDDEN_BY : POSTS_OF],
                     ruling ? ruling : author.v, POSTS_BATCH, &numbers, ret_count));
    *ret = arena_array(cx->arena, PostId, *ret_count);
    for (size_t i = 0; i < *ret_count; i++)
        (*ret)[i].v = numbers[i];
    return OK;
}

Err moderation_store_ideas_of(Cx *cx, PersonId author, ItemId **ret, size_t *ret_count)
{
    int64_t *numbers;
    TRY(read_numbers(cx, &STATEMENTS[IDEAS_OF], author.v, ITEM_LIST_MAX, &numbers, ret_count));
    *ret = arena_array(cx->arena, ItemId, *ret_count);
    for (size_t i = 0; i < *ret_count; i++)
        (*ret)[i].v = numbers[i];
    return OK;
}

Err moderation_store_drop_support(Cx *cx, PersonId person)
{
    return db_run(cx, &STATEMENTS[DROP_SUPPORT], DB_ARGS(TENANT(cx), V_I64(person.v)));
}
