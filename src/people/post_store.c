#include "people/post_store.h"

#include "base/calendar.h"
#include "base/str.h"
#include "core/person.h"

enum {
    ADD,
    GET,
    UPDATE,
    COUNT_REPLIES,
    COUNT_VISIBLE,
    RECORD,
    PUT_VERSION,
    ERASE_VERSIONS,
    ERASE_MENTIONS,
    VERSIONS,
    DISCUSSION,
    PUT_DISCUSSION
};

#define POST_COLUMNS                                                                               \
    "SELECT p.id, p.root, p.item, p.state, p.author, coalesce(a.name, ''), p.voice, p.reason,"     \
    " p.lang, p.version, p.replies, p.created_us, p.changed_us, p.shown_us,"                       \
    " coalesce(v.body, '')"
#define POST_JOINS                                                                                 \
    " LEFT JOIN post_version v ON v.tenant = p.tenant AND v.post = p.id"                           \
    " AND v.version = p.version LEFT JOIN person a ON a.tenant = p.tenant AND a.id = p.author"

static const Statement STATEMENTS[] = {
    [ADD] = SQL("INSERT INTO post (tenant, id, item, root, author, voice, state, reason, ruling,"
                " lang, version, replies, created_us, changed_us, shown_us) SELECT ?1,"
                " coalesce(max(id), 0) + 1, ?2, CASE WHEN ?3 = 0 THEN coalesce(max(id), 0) + 1"
                " ELSE ?3 END, ?4, ?5, ?6, '', 0, ?7, 1, 0, ?8, 0, ?9 FROM post WHERE tenant = ?1"
                " RETURNING id"),
    [GET] = SQL(POST_COLUMNS " FROM post p" POST_JOINS " WHERE p.tenant = ?1 AND p.id = ?2"),
    [UPDATE] = SQL("UPDATE post SET state = ?3, reason = ?4, ruling = ?5, version = ?6,"
                   " changed_us = ?7, shown_us = ?8 WHERE tenant = ?1 AND id = ?2"),
    [COUNT_REPLIES] = SQL("UPDATE post SET replies = (SELECT count(*) FROM post r"
                          " WHERE r.tenant = ?1 AND r.item = post.item AND r.root = ?2"
                          " AND r.id <> ?2 AND r.state = 'visible')"
                          " WHERE tenant = ?1 AND id = ?2"),
    [COUNT_VISIBLE] = SQL("SELECT count(*) FROM post"
                          " WHERE tenant = ?1 AND item = ?2 AND state = 'visible'"),
    [RECORD] = SQL("SELECT coalesce(sum(CASE WHEN state = 'visible' THEN 1 ELSE 0 END), 0),"
                   " coalesce(sum(CASE WHEN state = 'pending' THEN 1 ELSE 0 END), 0),"
                   " coalesce(sum(CASE WHEN created_us > ?4 THEN 1 ELSE 0 END), 0),"
                   " coalesce((SELECT created_us FROM person WHERE tenant = ?1 AND id = ?2), 0)"
                   " FROM post WHERE tenant = ?1 AND author = ?2 AND id <> ?3"),
    [PUT_VERSION] = SQL("INSERT INTO post_version (tenant, post, version, at_us, body)"
                        " VALUES (?1, ?2, ?3, ?4, ?5)"),
    [ERASE_VERSIONS] = SQL("DELETE FROM post_version WHERE tenant = ?1 AND post = ?2"),
    [ERASE_MENTIONS] = SQL("DELETE FROM post_mention WHERE tenant = ?1 AND post = ?2"),
    [VERSIONS] = SQL("SELECT version, at_us, body FROM post_version"
                     " WHERE tenant = ?1 AND post = ?2 ORDER BY version DESC LIMIT ?3"),
    [DISCUSSION] = SQL("SELECT d.closed_us, coalesce(p.name, ''), d.summary, d.lang"
                       " FROM discussion d LEFT JOIN person p ON p.tenant = d.tenant"
                       " AND p.id = d.closed_by WHERE d.tenant = ?1 AND d.item = ?2"),
    [PUT_DISCUSSION] =
        SQL("INSERT INTO discussion (tenant, item, closed_us, closed_by, summary, lang)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (tenant, item) DO UPDATE SET"
            " closed_us = excluded.closed_us, closed_by = excluded.closed_by,"
            " summary = excluded.summary, lang = excluded.lang"),
};
const StatementTable POST_STATEMENTS = {"post", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

static void read_post(Cx *cx, const DbRows *rows, Post *ret)
{
    *ret = (Post){.id = {db_i64(rows, 0)},
                  .root = {db_i64(rows, 1)},
                  .item = {db_i64(rows, 2)},
                  .author = {db_i64(rows, 4)},
                  .author_name = arena_copy(cx->arena, db_text(rows, 5)),
                  .voice = arena_copy(cx->arena, db_text(rows, 6)),
                  .reason = arena_copy(cx->arena, db_text(rows, 7)),
                  .version = db_i64(rows, 9),
                  .replies = db_i64(rows, 10),
                  .created_us = db_i64(rows, 11),
                  .changed_us = db_i64(rows, 12),
                  .shown_us = db_i64(rows, 13),
                  .body = arena_copy(cx->arena, db_text(rows, 14))};
    bool known = post_state_parse(db_text(rows, 3), &ret->state);
    ASSERT(known); /* post_state_name wrote it */
    if (!lang_parse(db_text(rows, 8), &ret->lang))
        ret->lang = LANG_DE;
}

/* ---- lists ---- */

/* Whose rows of post p of the item the actor sees, by the item's read rule. */
static void put_seen(DbDynamic *query, Cx *cx, ItemId item, bool moderates)
{
    db_dynamic_sql(query, " FROM post p JOIN item i ON i.tenant = p.tenant AND i.id = p.item"
                          " WHERE p.tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    db_dynamic_sql(query, " AND p.item = ");
    db_dynamic_bind(query, V_I64(item.v));
    db_dynamic_sql(query, " AND (p.state = 'visible' OR p.replies > 0");
    if (cx->actor->person.v) {
        db_dynamic_sql(query, " OR (p.state <> 'erased' AND p.author = ");
        db_dynamic_bind(query, V_I64(cx->actor->person.v));
        db_dynamic_sql(query, ")");
    }
    if (moderates)
        db_dynamic_sql(query, " OR p.state <> 'erased'");
    db_dynamic_sql(query, ")");
    item_read_rule(query, cx);
}

/* The page is cut out of the index alone; words and names are looked up for its posts only. */
static Err read_posts(Cx *cx, DbDynamic *query, int64_t limit, Post **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    Post *list = arena_array(cx->arena, Post, (size_t)limit);
    TRY(db_start_dynamic(cx, query, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        read_post(cx, &rows, &list[count++]);
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err post_store_list(Cx *cx, ItemId item, bool moderates, int64_t limit, int64_t offset, Post **ret,
                    size_t *ret_count)
{
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, POST_COLUMNS " FROM (SELECT p.tenant AS tenant, p.id AS id");
    put_seen(query, cx, item, moderates);
    db_dynamic_sql(query, " ORDER BY p.root, p.id LIMIT ");
    db_dynamic_bind(query, V_I64(limit));
    db_dynamic_sql(query, " OFFSET ");
    db_dynamic_bind(query, V_I64(offset));
    db_dynamic_sql(query, ") q JOIN post p ON p.tenant = q.tenant AND p.id = q.id" POST_JOINS
                          " ORDER BY p.root, p.id");
    return read_posts(cx, query, limit, ret, ret_count);
}

Err post_store_newest(Cx *cx, ItemId item, int64_t limit, int64_t offset, Post **ret,
                      size_t *ret_count)
{
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, POST_COLUMNS " FROM post p JOIN item i ON i.tenant = p.tenant"
                                       " AND i.id = p.item" POST_JOINS " WHERE p.tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    db_dynamic_sql(query, " AND p.item = ");
    db_dynamic_bind(query, V_I64(item.v));
    db_dynamic_sql(query, " AND p.state = 'visible'");
    item_read_rule(query, cx);
    db_dynamic_sql(query, " ORDER BY p.shown_us DESC, p.id DESC LIMIT ");
    db_dynamic_bind(query, V_I64(limit));
    db_dynamic_sql(query, " OFFSET ");
    db_dynamic_bind(query, V_I64(offset));
    return read_posts(cx, query, limit, ret, ret_count);
}

Err post_store_list_own(Cx *cx, int64_t limit, Post **ret, size_t *ret_count)
{
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, POST_COLUMNS " FROM post p JOIN item i ON i.tenant = p.tenant"
                                       " AND i.id = p.item" POST_JOINS " WHERE p.tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    db_dynamic_sql(query, " AND p.author = ");
    db_dynamic_bind(query, V_I64(cx->actor->person.v));
    db_dynamic_sql(query, " AND p.state <> 'erased'");
    item_read_rule(query, cx);
    db_dynamic_sql(query, " ORDER BY p.created_us DESC, p.id DESC LIMIT ");
    db_dynamic_bind(query, V_I64(limit));
    return read_posts(cx, query, limit, ret, ret_count);
}

static Err count_rows(Cx *cx, DbDynamic *query, int64_t *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start_dynamic(cx, query, &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        *ret = db_i64(&rows, 0);
    db_end(&rows);
    return err;
}

Err post_store_count(Cx *cx, ItemId item, bool moderates, int64_t *ret)
{
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, "SELECT count(*)");
    put_seen(query, cx, item, moderates);
    return count_rows(cx, query, ret);
}

Err post_store_count_before(Cx *cx, const Post *post, bool moderates, int64_t *ret)
{
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, "SELECT count(*)");
    put_seen(query, cx, post->item, moderates);
    db_dynamic_sql(query, " AND (p.root < ");
    db_dynamic_bind(query, V_I64(post->root.v));
    db_dynamic_sql(query, " OR (p.root = ");
    db_dynamic_bind(query, V_I64(post->root.v));
    db_dynamic_sql(query, " AND p.id < ");
    db_dynamic_bind(query, V_I64(post->id.v));
    db_dynamic_sql(query, "))");
    return count_rows(cx, query, ret);
}

/* ---- single rows ---- */

Err post_store_count_visible(Cx *cx, ItemId item, int64_t *ret)
{
    return db_one_i64(cx, &STATEMENTS[COUNT_VISIBLE], DB_ARGS(TENANT(cx), V_I64(item.v)), ret);
}

Err post_store_get(Cx *cx, PostId id, bool *ret_found, Post *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[GET], DB_ARGS(TENANT(cx), V_I64(id.v)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        read_post(cx, &rows, ret);
    db_end(&rows);
    TRY(err);
    *ret_found = row;
    return OK;
}

Err post_store_versions(Cx *cx, PostId id, PostVersion **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    PostVersion *list = arena_array(cx->arena, PostVersion, POST_VERSIONS_MAX);
    TRY(db_start(cx, &STATEMENTS[VERSIONS],
                 DB_ARGS(TENANT(cx), V_I64(id.v), V_I64(POST_VERSIONS_MAX)), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        list[count++] = (PostVersion){.version = db_i64(&rows, 0),
                                      .at_us = db_i64(&rows, 1),
                                      .body = arena_copy(cx->arena, db_text(&rows, 2))};
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err post_store_record(Cx *cx, PersonId person, PostId besides, PostRecord *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(
        cx, &STATEMENTS[RECORD],
        DB_ARGS(TENANT(cx), V_I64(person.v), V_I64(besides.v), V_I64(cx_now_us(cx) - TIME_HOUR_US)),
        &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        *ret = (PostRecord){.visible = db_i64(&rows, 0),
                            .pending = db_i64(&rows, 1),
                            .last_hour = db_i64(&rows, 2),
                            .account_us = db_i64(&rows, 3)};
    db_end(&rows);
    return err;
}

/* ---- changing ---- */

Err post_store_add(Cx *cx, const Post *post, PostId *ret)
{
    return db_one_i64(cx, &STATEMENTS[ADD],
                      DB_ARGS(TENANT(cx), V_I64(post->item.v), V_I64(post->root.v),
                              V_I64(post->author.v), V_TEXT(post->voice),
                              V_TEXT(post_state_name(post->state)), V_TEXT(lang_code(post->lang)),
                              V_I64(post->created_us), V_I64(post->shown_us)),
                      &ret->v);
}

Err post_store_update(Cx *cx, const Post *post, int64_t ruling)
{
    return db_run(cx, &STATEMENTS[UPDATE],
                  DB_ARGS(TENANT(cx), V_I64(post->id.v), V_TEXT(post_state_name(post->state)),
                          V_TEXT(post->reason), V_I64(ruling), V_I64(post->version),
                          V_I64(post->changed_us), V_I64(post->shown_us)));
}

Err post_store_count_replies(Cx *cx, PostId root)
{
    return db_run(cx, &STATEMENTS[COUNT_REPLIES], DB_ARGS(TENANT(cx), V_I64(root.v)));
}

Err post_store_put_version(Cx *cx, const Post *post, int64_t at_us)
{
    return db_run(cx, &STATEMENTS[PUT_VERSION],
                  DB_ARGS(TENANT(cx), V_I64(post->id.v), V_I64(post->version), V_I64(at_us),
                          V_TEXT(post->body)));
}

Err post_store_erase_versions(Cx *cx, PostId id)
{
    TRY(db_run(cx, &STATEMENTS[ERASE_MENTIONS], DB_ARGS(TENANT(cx), V_I64(id.v))));
    return db_run(cx, &STATEMENTS[ERASE_VERSIONS], DB_ARGS(TENANT(cx), V_I64(id.v)));
}

/* ---- discussions ---- */

Err discussion_store_get(Cx *cx, ItemId item, Discussion *ret)
{
    DbRows rows;
    bool row = false;
    Discussion found = {.lang = LANG_DE};
    TRY(db_start(cx, &STATEMENTS[DISCUSSION], DB_ARGS(TENANT(cx), V_I64(item.v)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row) {
        found.closed_us = db_i64(&rows, 0);
        found.closed_by = arena_copy(cx->arena, db_text(&rows, 1));
        found.summary = arena_copy(cx->arena, db_text(&rows, 2));
        if (!lang_parse(db_text(&rows, 3), &found.lang))
            found.lang = LANG_DE;
    }
    db_end(&rows);
    TRY(err);
    *ret = found;
    return OK;
}

Err discussion_store_put(Cx *cx, ItemId item, const Discussion *discussion)
{
    return db_run(cx, &STATEMENTS[PUT_DISCUSSION],
                  DB_ARGS(TENANT(cx), V_I64(item.v), V_I64(discussion->closed_us),
                          V_I64(cx->actor->person.v), V_TEXT(discussion->summary),
                          V_TEXT(lang_code(discussion->lang))));
}
