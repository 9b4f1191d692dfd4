#include "people/item_store.h"

#include "base/str.h"
#include "core/person.h"

enum {
    ADD,
    UPDATE,
    PUT_TEXT,
    DROP_TEXT,
    TEXTS,
    SLUG,
    PUT_SLUG,
    CLEAR_TOPICS,
    ADD_TOPIC,
    TOPICS_OF,
    TOPICS,
    TOPIC_ADD,
    TOPIC_RETIRE,
    LINK,
    UNLINK,
    COUNT_LINKS,
    LINKS,
    KEEP,
    VERSIONS,
    DOC_AT,
    DOC_OF,
    LIST_PUBLIC,
    COUNT_PUBLIC
};

static const Statement STATEMENTS[] = {
    [LIST_PUBLIC] = SQL("SELECT id, noun, slug, changed_us FROM item WHERE tenant = ?1"
                        " AND audience = 0 ORDER BY id LIMIT ?2 OFFSET ?3"),
    [COUNT_PUBLIC] = SQL("SELECT count(*) FROM item WHERE tenant = ?1 AND audience = 0"),
    [ADD] = SQL("INSERT INTO item (tenant, id, noun, slug, state, visibility, audience, author,"
                " organisation, body, version, lang, lon, lat, district, created_us, changed_us,"
                " published_us) SELECT ?1, coalesce(max(id), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,"
                " ?9, 0, ?10, ?11, ?12, ?13, ?14, ?14, ?15 FROM item WHERE tenant = ?1"
                " RETURNING id"),
    [UPDATE] = SQL("UPDATE item SET slug = ?3, state = ?4, visibility = ?5, audience = ?6,"
                   " author = ?7, organisation = ?8, body = ?9, version = CASE WHEN version > ?10"
                   " THEN version ELSE ?10 END, lon = ?11, lat = ?12, district = ?13,"
                   " changed_us = ?14, published_us = ?15 WHERE tenant = ?1 AND id = ?2"),
    [PUT_TEXT] = SQL("INSERT INTO item_text (tenant, item, lang, title, lead, body)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (tenant, item, lang)"
                     " DO UPDATE SET title = excluded.title, lead = excluded.lead,"
                     " body = excluded.body"),
    [DROP_TEXT] = SQL("DELETE FROM item_text WHERE tenant = ?1 AND item = ?2 AND lang = ?3"),
    [TEXTS] = SQL("SELECT lang, title, lead, body FROM item_text"
                  " WHERE tenant = ?1 AND item = ?2 ORDER BY lang"),
    [SLUG] = SQL("SELECT item FROM item_slug WHERE tenant = ?1 AND noun = ?2 AND slug = ?3"),
    [PUT_SLUG] = SQL("INSERT INTO item_slug (tenant, noun, slug, item) VALUES (?1, ?2, ?3, ?4)"
                     " ON CONFLICT (tenant, noun, slug) DO NOTHING"),
    [CLEAR_TOPICS] = SQL("DELETE FROM item_topic WHERE tenant = ?1 AND item = ?2"),
    [ADD_TOPIC] = SQL("INSERT INTO item_topic (tenant, item, topic) SELECT ?1, ?2, id FROM topic"
                      " WHERE tenant = ?1 AND id = ?3 ON CONFLICT DO NOTHING"),
    [TOPICS_OF] = SQL("SELECT t.id, t.slug, t.de, t.en, t.retired_us FROM item_topic x"
                      " JOIN topic t ON t.tenant = x.tenant AND t.id = x.topic"
                      " WHERE x.tenant = ?1 AND x.item = ?2 ORDER BY t.de"),
    [TOPICS] = SQL("SELECT id, slug, de, en, retired_us FROM topic"
                   " WHERE tenant = ?1 AND retired_us = ?2 ORDER BY de"),
    [TOPIC_ADD] = SQL("INSERT INTO topic (tenant, id, slug, de, en, retired_us)"
                      " SELECT ?1, coalesce(max(id), 0) + 1, ?2, ?3, ?4, 0 FROM topic"
                      " WHERE tenant = ?1 ON CONFLICT (tenant, slug) DO NOTHING RETURNING id"),
    [TOPIC_RETIRE] = SQL("UPDATE topic SET retired_us = ?3 WHERE tenant = ?1 AND id = ?2"),
    [LINK] = SQL("INSERT INTO item_link (tenant, source, kind, target, note, created_us)"
                 " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (tenant, source, kind, target)"
                 " DO UPDATE SET note = excluded.note"),
    [UNLINK] = SQL("DELETE FROM item_link"
                   " WHERE tenant = ?1 AND source = ?2 AND kind = ?3 AND target = ?4"),
    [COUNT_LINKS] = SQL("SELECT count(*) FROM item_link WHERE tenant = ?1 AND source = ?2"),
    [LINKS] = SQL("SELECT kind, target, note FROM item_link WHERE tenant = ?1 AND source = ?2"
                  " ORDER BY kind, target"),
    [KEEP] =
        SQL("INSERT INTO item_version (tenant, item, version, at_us, person, verb, reason, doc,"
            " audience) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"),
    [VERSIONS] = SQL("SELECT v.version, v.at_us, v.person, coalesce(p.name, ''), v.verb, v.reason"
                     " FROM item_version v LEFT JOIN person p ON p.tenant = v.tenant"
                     " AND p.id = v.person WHERE v.tenant = ?1 AND v.item = ?2"
                     " AND v.audience <= ?3 ORDER BY v.version DESC LIMIT ?4"),
    [DOC_AT] = SQL("SELECT doc FROM item_version WHERE tenant = ?1 AND item = ?2 AND at_us <= ?3"
                   " ORDER BY version DESC LIMIT 1"),
    [DOC_OF] = SQL("SELECT doc FROM item_version WHERE tenant = ?1 AND item = ?2 AND version = ?3"),
};
const StatementTable ITEM_STATEMENTS = {"item", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

static DbValue place_value(const ItemPlace *place, double degrees)
{
    return place->known ? V_F64(degrees) : V_NULL;
}

Err item_store_add(Cx *cx, const Item *item, ItemId *ret)
{
    return db_one_i64(cx, &STATEMENTS[ADD],
                      DB_ARGS(TENANT(cx), V_TEXT(noun_name(item->noun)), V_TEXT(item->slug),
                              V_TEXT(item->state), V_I64(item->visibility), V_I64(item->audience),
                              V_I64(item->author.v), V_I64(item->organisation.v),
                              V_I64(item->body.v), V_TEXT(lang_code(item->lang)),
                              place_value(&item->place, item->place.lon),
                              place_value(&item->place, item->place.lat), V_TEXT(item->district),
                              V_I64(item->created_us), V_I64(item->published_us)),
                      &ret->v);
}

Err item_store_update(Cx *cx, const Item *item)
{
    return db_run(cx, &STATEMENTS[UPDATE],
                  DB_ARGS(TENANT(cx), V_I64(item->id.v), V_TEXT(item->slug), V_TEXT(item->state),
                          V_I64(item->visibility), V_I64(item->audience), V_I64(item->author.v),
                          V_I64(item->organisation.v), V_I64(item->body.v), V_I64(item->version),
                          place_value(&item->place, item->place.lon),
                          place_value(&item->place, item->place.lat), V_TEXT(item->district),
                          V_I64(item->changed_us), V_I64(item->published_us)));
}

Err item_store_put_text(Cx *cx, ItemId id, const ItemText *text)
{
    return db_run(cx, &STATEMENTS[PUT_TEXT],
                  DB_ARGS(TENANT(cx), V_I64(id.v), V_TEXT(lang_code(text->lang)),
                          V_TEXT(text->title), V_TEXT(text->lead), V_TEXT(text->body)));
}

Err item_store_drop_text(Cx *cx, ItemId id, Lang lang)
{
    return db_run(cx, &STATEMENTS[DROP_TEXT],
                  DB_ARGS(TENANT(cx), V_I64(id.v), V_TEXT(lang_code(lang))));
}

static Lang read_lang(Str code)
{
    Lang lang = LANG_DE;
    return lang_parse(code, &lang) ? lang : LANG_DE;
}

Err item_store_texts(Cx *cx, ItemId id, ItemTexts *ret)
{
    DbRows rows;
    bool row = false;
    ItemTexts texts = {0};
    TRY(db_start(cx, &STATEMENTS[TEXTS], DB_ARGS(TENANT(cx), V_I64(id.v)), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row && texts.count < LANG_COUNT)
        texts.texts[texts.count++] = (ItemText){.lang = read_lang(db_text(&rows, 0)),
                                                .title = arena_copy(cx->arena, db_text(&rows, 1)),
                                                .lead = arena_copy(cx->arena, db_text(&rows, 2)),
                                                .body = arena_copy(cx->arena, db_text(&rows, 3))};
    db_end(&rows);
    TRY(err);
    *ret = texts;
    return OK;
}

Err item_store_slug(Cx *cx, Noun noun, Str slug, ItemId *ret)
{
    *ret = (ItemId){0};
    return db_one_i64(cx, &STATEMENTS[SLUG],
                      DB_ARGS(TENANT(cx), V_TEXT(noun_name(noun)), V_TEXT(slug)), &ret->v);
}

Err item_store_put_slug(Cx *cx, Noun noun, Str slug, ItemId id)
{
    return db_run(cx, &STATEMENTS[PUT_SLUG],
                  DB_ARGS(TENANT(cx), V_TEXT(noun_name(noun)), V_TEXT(slug), V_I64(id.v)));
}

/* ---- the columns of an item, and its text in the reader's language ---- */

#define ITEM_COLUMNS                                                                               \
    "SELECT i.id, i.noun, i.slug, i.state, i.visibility, i.audience, i.author,"                    \
    " coalesce(p.name, ''), i.organisation, i.body, i.version, i.lang, i.lon, i.lat,"              \
    " i.district, i.created_us, i.changed_us, i.published_us, coalesce(a.lang, o.lang, i.lang),"   \
    " coalesce(a.title, o.title, ''), coalesce(a.lead, o.lead, ''),"                               \
    " coalesce(a.body, o.body, '')"
#define ITEM_FROM                                                                                  \
    " FROM item i LEFT JOIN item_text o ON o.tenant = i.tenant AND o.item = i.id"                  \
    " AND o.lang = i.lang LEFT JOIN person p ON p.tenant = i.tenant AND p.id = i.author"           \
    " LEFT JOIN item_text a ON a.tenant = i.tenant AND a.item = i.id AND a.lang = "

static void read_item(Cx *cx, const DbRows *rows, Item *ret)
{
    Arena *arena = cx->arena;
    Noun noun = NOUN_IDEA;
    bool known = noun_parse(db_text(rows, 1), &noun);
    ASSERT(known); /* noun_name wrote it */
    *ret = (Item){.id = {db_i64(rows, 0)},
                  .noun = noun,
                  .slug = arena_copy(arena, db_text(rows, 2)),
                  .state = arena_copy(arena, db_text(rows, 3)),
                  .visibility = (Audience)db_i64(rows, 4),
                  .audience = (Audience)db_i64(rows, 5),
                  .author = {db_i64(rows, 6)},
                  .author_name = arena_copy(arena, db_text(rows, 7)),
                  .organisation = {db_i64(rows, 8)},
                  .body = {db_i64(rows, 9)},
                  .version = db_i64(rows, 10),
                  .lang = read_lang(db_text(rows, 11)),
                  .place = {.known = !db_is_null(rows, 12) && !db_is_null(rows, 13)},
                  .district = arena_copy(arena, db_text(rows, 14)),
                  .created_us = db_i64(rows, 15),
                  .changed_us = db_i64(rows, 16),
                  .published_us = db_i64(rows, 17),
                  .text = {.lang = read_lang(db_text(rows, 18)),
                           .title = arena_copy(arena, db_text(rows, 19)),
                           .lead = arena_copy(arena, db_text(rows, 20)),
                           .body = arena_copy(arena, db_text(rows, 21))}};
    if (ret->place.known) {
        ret->place.lon = db_f64(rows, 12);
        ret->place.lat = db_f64(rows, 13);
    }
}

/* What the actor is related to: asked once for the whole query, not for each row. */
static void put_related(DbDynamic *query, const Cx *cx, Str before)
{
    db_dynamic_put(query, before);
    db_dynamic_sql(query, "(SELECT r.item FROM relation r WHERE r.tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    db_dynamic_sql(query, " AND r.person = ");
    db_dynamic_bind(query, V_I64(cx->actor->person.v));
    db_dynamic_sql(query, " AND r.state = 'active')");
}

Audience item_reads(const Actor *actor)
{
    return !actor->person.v                               ? AUDIENCE_PUBLIC
           : actor->roles & ROLE_OFFICE                   ? AUDIENCE_OFFICE
           : actor->roles & (ROLE_ALLIANCE | ROLE_EDITOR) ? AUDIENCE_ALLIANCE
                                                          : AUDIENCE_PUBLIC;
}

void item_read_rule_shared(DbDynamic *query, const Cx *cx)
{
    Audience reads = item_reads(cx->actor);
    if (reads == AUDIENCE_PUBLIC) { /* the column that the index has */
        db_dynamic_sql(query, " AND i.audience = 0");
        return;
    }
    db_dynamic_sql(query, " AND i.audience <= ");
    db_dynamic_bind(query, V_I64(reads));
}

static void put_own(DbDynamic *query, const Cx *cx)
{
    db_dynamic_sql(query, "i.author = ");
    db_dynamic_bind(query, V_I64(cx->actor->person.v));
    put_related(query, cx, S(" OR i.id IN "));
    put_related(query, cx, S(" OR (i.audience = 2 AND i.body IN "));
    db_dynamic_sql(query, ")");
}

void item_read_rule_own(DbDynamic *query, const Cx *cx)
{
    db_dynamic_sql(query, " AND i.audience > ");
    db_dynamic_bind(query, V_I64(item_reads(cx->actor)));
    db_dynamic_sql(query, " AND (");
    put_own(query, cx);
    db_dynamic_sql(query, ")");
}

void item_read_rule(DbDynamic *query, const Cx *cx)
{
    if (!cx->actor->person.v) {
        item_read_rule_shared(query, cx);
        return;
    }
    db_dynamic_sql(query, " AND (i.audience <= ");
    db_dynamic_bind(query, V_I64(item_reads(cx->actor)));
    db_dynamic_sql(query, " OR ");
    put_own(query, cx);
    db_dynamic_sql(query, ")");
}

/* The office reads all but drafts, the alliance and editors what is theirs. */
#define READS_OF_PERSON                                                                            \
    "(SELECT coalesce(max(CASE g.role WHEN 'office' THEN 3 ELSE 1 END), 0) FROM role_grant g"      \
    " WHERE g.tenant = p.tenant AND g.person = p.id AND (g.role = 'alliance'"                      \
    " OR (g.role IN ('office', 'editor') AND g.item = 0 AND g.from_us <= "

void item_readers_rule(DbDynamic *query, const Cx *cx)
{
    db_dynamic_sql(query, " AND p.state = 'active' AND (i.audience = 0 OR i.author = p.id"
                          " OR i.audience <= " READS_OF_PERSON);
    db_dynamic_bind(query, V_I64(cx_now_us(cx)));
    db_dynamic_sql(query, " AND (g.until_us = 0 OR g.until_us > ");
    db_dynamic_bind(query, V_I64(cx_now_us(cx)));
    db_dynamic_sql(query, ")))) OR EXISTS (SELECT 1 FROM relation r WHERE r.tenant = i.tenant"
                          " AND r.person = p.id AND r.state = 'active' AND (r.item = i.id"
                          " OR (i.audience = 2 AND r.item = i.body))))");
}

Err item_store_get(Cx *cx, ItemId id, bool ruled, bool *ret_found, Item *ret)
{
    DbRows rows;
    bool row = false;
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, ITEM_COLUMNS ITEM_FROM);
    db_dynamic_bind(query, V_TEXT(lang_code(cx->actor->lang)));
    db_dynamic_sql(query, " WHERE i.tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    db_dynamic_sql(query, " AND i.id = ");
    db_dynamic_bind(query, V_I64(id.v));
    if (ruled)
        item_read_rule(query, cx);
    TRY(db_start_dynamic(cx, query, &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK) {
        *ret_found = row;
        if (row)
            read_item(cx, &rows, ret);
    }
    db_end(&rows);
    return err;
}

/* ---- lists ---- */

static void where_number(DbDynamic *query, Str piece, int64_t value)
{
    if (!value)
        return;
    db_dynamic_put(query, piece);
    db_dynamic_bind(query, V_I64(value));
}

static void where_text(DbDynamic *query, Str piece, Str value)
{
    if (!value.n)
        return;
    db_dynamic_put(query, piece);
    db_dynamic_bind(query, V_TEXT(value));
}

/* Asked once for the whole query: few items are linked, and many would be looked at. */
static void where_linked(Cx *cx, DbDynamic *query, const ItemQuery *q)
{
    if (!q->linked.v)
        return;
    db_dynamic_put(query, q->linked_back ? S(" AND i.id IN (SELECT l.source FROM item_link l"
                                             " WHERE l.target = ")
                                         : S(" AND i.id IN (SELECT l.target FROM item_link l"
                                             " WHERE l.source = "));
    db_dynamic_bind(query, V_I64(q->linked.v));
    db_dynamic_sql(query, " AND l.tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    where_text(query, S(" AND l.kind = "), q->linked_kind);
    db_dynamic_sql(query, ")");
}

/* What was typed is looked for as it is, but for % and _, which mean themselves. */
static Str like_pattern(Arena *arena, Str words)
{
    Buf pattern = buf_new(arena, words.n * 2 + 3);
    buf_char(&pattern, '%');
    for (size_t i = 0; i < words.n; i++) {
        if (words.p[i] == '%' || words.p[i] == '_' || words.p[i] == '\\')
            buf_char(&pattern, '\\');
        buf_char(&pattern, words.p[i]);
    }
    buf_char(&pattern, '%');
    return buf_str(&pattern);
}

void item_store_where(Cx *cx, DbDynamic *query, const ItemQuery *q)
{
    db_dynamic_sql(query, " WHERE i.tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    /* A thing has few links and a noun has many things: the index of nouns must not be taken. */
    db_dynamic_put(query, q->linked.v ? S(" AND i.noun || '' = ") : S(" AND i.noun = "));
    db_dynamic_bind(query, V_TEXT(noun_name(q->noun)));
    item_read_rule(query, cx);
    where_text(query, S(" AND i.state = "), q->state);
    where_text(query, S(" AND i.district = "), q->district);
    where_number(query, S(" AND i.author = "), q->author.v);
    where_number(query, S(" AND i.organisation = "), q->organisation.v);
    where_number(query, S(" AND i.body = "), q->body.v);
    if (q->topic) {
        where_number(query,
                     S(" AND EXISTS (SELECT 1 FROM item_topic x WHERE x.tenant = i.tenant"
                       " AND x.item = i.id AND x.topic = "),
                     q->topic);
        db_dynamic_sql(query, ")");
    }
    if (q->words.n) {
        where_text(query,
                   S(" AND EXISTS (SELECT 1 FROM item_text w WHERE w.tenant = i.tenant"
                     " AND w.item = i.id AND w.title || ' ' || w.lead LIKE "),
                   like_pattern(cx->arena, q->words));
        db_dynamic_sql(query, " ESCAPE '\\')");
    }
    if (q->placed)
        db_dynamic_sql(query, " AND i.lon IS NOT NULL");
    where_linked(cx, query, q);
    if (q->where)
        q->where(query, q->user);
}

static void put_order(DbDynamic *query, ItemOrder order)
{
    switch (order) {
    case ITEM_NEWEST:
        db_dynamic_sql(query, " ORDER BY i.published_us DESC, i.id DESC");
        break;
    case ITEM_OLDEST:
        db_dynamic_sql(query, " ORDER BY i.published_us, i.id");
        break;
    case ITEM_CHANGED_LAST:
        db_dynamic_sql(query, " ORDER BY i.changed_us DESC, i.id DESC");
        break;
    case ITEM_TITLE:
        db_dynamic_sql(query, " ORDER BY i.slug, i.id");
        break;
    }
}

Err item_store_list(Cx *cx, const ItemQuery *q, Item **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    Item *list = arena_array(cx->arena, Item, (size_t)q->limit);
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, ITEM_COLUMNS ITEM_FROM);
    db_dynamic_bind(query, V_TEXT(lang_code(cx->actor->lang)));
    if (q->join)
        db_dynamic_put(query, str_from(q->join));
    item_store_where(cx, query, q);
    if (q->order_by)
        db_dynamic_put(query, str_from(q->order_by));
    else
        put_order(query, q->order);
    db_dynamic_sql(query, " LIMIT ");
    db_dynamic_bind(query, V_I64(q->limit));
    db_dynamic_sql(query, " OFFSET ");
    db_dynamic_bind(query, V_I64(q->offset));
    TRY(db_start_dynamic(cx, query, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        read_item(cx, &rows, &list[count++]);
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err item_store_count(Cx *cx, const ItemQuery *q, int64_t *ret)
{
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, "SELECT count(*) FROM item i");
    if (q->join)
        db_dynamic_put(query, str_from(q->join));
    item_store_where(cx, query, q);
    return db_one_i64_dynamic(cx, query, ret);
}

/* ---- what everybody may read ---- */

Err item_store_list_public(Cx *cx, int64_t limit, int64_t offset, Item **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    Item *list = arena_array(cx->arena, Item, (size_t)limit);
    TRY(db_start(cx, &STATEMENTS[LIST_PUBLIC], DB_ARGS(TENANT(cx), V_I64(limit), V_I64(offset)),
                 &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row && count < (size_t)limit) {
        list[count] = (Item){.id = {db_i64(&rows, 0)},
                             .slug = arena_copy(cx->arena, db_text(&rows, 2)),
                             .changed_us = db_i64(&rows, 3)};
        count += noun_parse(db_text(&rows, 1), &list[count].noun);
    }
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err item_store_count_public(Cx *cx, int64_t *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[COUNT_PUBLIC], DB_ARGS(TENANT(cx)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK)
        *ret = row ? db_i64(&rows, 0) : 0;
    db_end(&rows);
    return err;
}

/* ---- topics ---- */

Err item_store_clear_topics(Cx *cx, ItemId id)
{
    return db_run(cx, &STATEMENTS[CLEAR_TOPICS], DB_ARGS(TENANT(cx), V_I64(id.v)));
}

Err item_store_add_topic(Cx *cx, ItemId id, int64_t topic)
{
    return db_run(cx, &STATEMENTS[ADD_TOPIC], DB_ARGS(TENANT(cx), V_I64(id.v), V_I64(topic)));
}

enum { TOPICS_MAX = 200 };

Err item_store_topics(Cx *cx, ItemId id, Topic **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    int name = cx->actor->lang == LANG_DE ? 2 : 3;
    Topic *list = arena_array(cx->arena, Topic, TOPICS_MAX);
    TRY(db_start(cx, &STATEMENTS[id.v ? TOPICS_OF : TOPICS], DB_ARGS(TENANT(cx), V_I64(id.v)),
                 &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row && count < TOPICS_MAX)
        list[count++] = (Topic){.id = db_i64(&rows, 0),
                                .slug = arena_copy(cx->arena, db_text(&rows, 1)),
                                .name = arena_copy(cx->arena, db_text(&rows, name)),
                                .retired = db_i64(&rows, 4) != 0};
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err topic_store_add(Cx *cx, Str slug, Str de, Str en, int64_t *ret, bool *ret_added)
{
    int64_t id = 0;
    TRY(db_one_i64(cx, &STATEMENTS[TOPIC_ADD],
                   DB_ARGS(TENANT(cx), V_TEXT(slug), V_TEXT(de), V_TEXT(en)), &id));
    *ret_added = id != 0;
    if (id)
        *ret = id;
    return OK;
}

Err topic_store_retire(Cx *cx, int64_t id, int64_t at_us, int64_t *ret_changed)
{
    return db_run_count(cx, &STATEMENTS[TOPIC_RETIRE], DB_ARGS(TENANT(cx), V_I64(id), V_I64(at_us)),
                        ret_changed);
}

/* ---- links ---- */

Err item_store_link(Cx *cx, ItemId source, Str kind, ItemId target, Str note)
{
    return db_run(cx, &STATEMENTS[LINK],
                  DB_ARGS(TENANT(cx), V_I64(source.v), V_TEXT(kind), V_I64(target.v), V_TEXT(note),
                          V_I64(cx_now_us(cx))));
}

Err item_store_unlink(Cx *cx, ItemId source, Str kind, ItemId target)
{
    return db_run(cx, &STATEMENTS[UNLINK],
                  DB_ARGS(TENANT(cx), V_I64(source.v), V_TEXT(kind), V_I64(target.v)));
}

Err item_store_count_links(Cx *cx, ItemId source, int64_t *ret)
{
    return db_one_i64(cx, &STATEMENTS[COUNT_LINKS], DB_ARGS(TENANT(cx), V_I64(source.v)), ret);
}

Err item_store_links_json(Cx *cx, ItemId source, Buf *out)
{
    DbRows rows;
    bool row = false;
    JsonOut json = json_out(out);
    json_begin(&json, '[');
    TRY(db_start(cx, &STATEMENTS[LINKS], DB_ARGS(TENANT(cx), V_I64(source.v)), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row) {
        json_begin(&json, '{');
        json_name(&json, S("kind"));
        json_put_text(&json, db_text(&rows, 0));
        json_name(&json, S("target"));
        json_put_i64(&json, db_i64(&rows, 1));
        json_name(&json, S("note"));
        json_put_text(&json, db_text(&rows, 2));
        json_end(&json, '}');
    }
    db_end(&rows);
    json_end(&json, ']');
    return err;
}

/* ---- versions ---- */

Err item_store_keep(Cx *cx, const Item *item, Str verb, Str reason, Str doc)
{
    return db_run(cx, &STATEMENTS[KEEP],
                  DB_ARGS(TENANT(cx), V_I64(item->id.v), V_I64(item->version), V_I64(cx_now_us(cx)),
                          V_I64(cx->actor->person.v), V_TEXT(verb), V_TEXT(reason), V_TEXT(doc),
                          V_I64(item->audience)));
}

Err item_store_versions(Cx *cx, ItemId id, Audience reads, ItemVersion **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    ItemVersion *list = arena_array(cx->arena, ItemVersion, ITEM_VERSIONS_LIST_MAX);
    TRY(db_start(cx, &STATEMENTS[VERSIONS],
                 DB_ARGS(TENANT(cx), V_I64(id.v), V_I64(reads), V_I64(ITEM_VERSIONS_LIST_MAX)),
                 &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        list[count++] = (ItemVersion){.version = db_i64(&rows, 0),
                                      .at_us = db_i64(&rows, 1),
                                      .person = {db_i64(&rows, 2)},
                                      .person_name = arena_copy(cx->arena, db_text(&rows, 3)),
                                      .verb = arena_copy(cx->arena, db_text(&rows, 4)),
                                      .reason = arena_copy(cx->arena, db_text(&rows, 5))};
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err item_store_doc(Cx *cx, ItemId id, int64_t at_us, int64_t version, Str *ret)
{
    DbRows rows;
    bool row = false;
    Str doc = {0};
    TRY(db_start(cx, &STATEMENTS[version ? DOC_OF : DOC_AT],
                 DB_ARGS(TENANT(cx), V_I64(id.v), V_I64(version ? version : at_us)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        doc = arena_copy(cx->arena, db_text(&rows, 0));
    db_end(&rows);
    TRY(err);
    *ret = doc;
    return OK;
}
