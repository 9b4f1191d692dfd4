#include "people/relation_store.h"

#include "base/str.h"

enum { ROLES, FIND, FIND_ANY, ADD, GET, SET, LIST, COUNT, END_ALL, END_DUE };

/* A relation with the names of its person and of the organisation that it goes through. */
#define COLUMNS                                                                                    \
    "SELECT r.id, r.person, coalesce(p.name, ''), r.role, r.item, r.through,"                      \
    " coalesce(ot.title, ''), coalesce(o.slug, ''), r.title, r.state, r.created_us, r.from_us,"    \
    " r.until_us"
#define FROM                                                                                       \
    " FROM relation r LEFT JOIN person p ON p.tenant = r.tenant AND p.id = r.person"               \
    " LEFT JOIN item o ON o.tenant = r.tenant AND o.id = r.through"                                \
    " LEFT JOIN item_text ot ON ot.tenant = o.tenant AND ot.item = o.id AND ot.lang = o.lang"

static const Statement STATEMENTS[] = {
    [ROLES] = SQL("SELECT item, role FROM relation WHERE tenant = ?1 AND person = ?2"
                  " AND item IN (?3, ?4, ?5) AND item <> 0 AND state = 'active'"),
    [FIND] = SQL(COLUMNS FROM " WHERE r.tenant = ?1 AND r.person = ?2 AND r.role = ?3"
                              " AND r.item = ?4 AND r.state <> 'ended' LIMIT 1"),
    [FIND_ANY] = SQL(COLUMNS FROM " WHERE r.tenant = ?1 AND r.person = ?2 AND r.item = ?3"
                                  " AND r.state <> 'ended' ORDER BY CASE r.state"
                                  " WHEN 'active' THEN 0 ELSE 1 END, r.id LIMIT 1"),
    [ADD] = SQL("INSERT INTO relation (tenant, id, person, role, item, through, title, state,"
                " created_us, from_us, until_us) SELECT ?1, coalesce(max(id), 0) + 1, ?2, ?3, ?4,"
                " ?5, ?6, ?7, ?8, ?9, 0 FROM relation WHERE tenant = ?1 RETURNING id"),
    [GET] = SQL(COLUMNS FROM " WHERE r.tenant = ?1 AND r.id = ?2"),
    [SET] = SQL("UPDATE relation SET role = ?3, through = ?4, title = ?5, state = ?6, from_us = ?7,"
                " until_us = ?8 WHERE tenant = ?1 AND id = ?2"),
    [LIST] =
        SQL(COLUMNS FROM " WHERE r.tenant = ?1 AND r.item = ?2 AND (r.state <> 'ended' OR ?3 = 1)"
                         " ORDER BY CASE r.state WHEN 'active' THEN 0 WHEN 'asked' THEN 1"
                         " WHEN 'invited' THEN 2 ELSE 3 END, CASE r.role WHEN 'rep' THEN 0"
                         " WHEN 'lead' THEN 0 ELSE 1 END, p.name, r.id LIMIT ?4"),
    [COUNT] = SQL("SELECT count(*) FROM relation WHERE tenant = ?1 AND item = ?2 AND role = ?3"
                  " AND state = 'active'"),
    [END_ALL] = SQL("UPDATE relation SET state = 'ended', until_us = ?3"
                    " WHERE tenant = ?1 AND item = ?2 AND state <> 'ended'"),
    [END_DUE] = SQL("UPDATE relation SET state = 'ended' WHERE tenant = ?1 AND state = 'active'"
                    " AND until_us > 0 AND until_us <= ?2"),
};
const StatementTable RELATION_STATEMENTS = {"relation", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

static void read_relation(Cx *cx, const DbRows *rows, Relation *ret)
{
    *ret = (Relation){.id = db_i64(rows, 0),
                      .person = {db_i64(rows, 1)},
                      .person_name = arena_copy(cx->arena, db_text(rows, 2)),
                      .item = {db_i64(rows, 4)},
                      .through = {db_i64(rows, 5)},
                      .through_title = arena_copy(cx->arena, db_text(rows, 6)),
                      .through_slug = arena_copy(cx->arena, db_text(rows, 7)),
                      .title = arena_copy(cx->arena, db_text(rows, 8)),
                      .created_us = db_i64(rows, 10),
                      .from_us = db_i64(rows, 11),
                      .until_us = db_i64(rows, 12)};
    bool known = relation_role_parse(db_text(rows, 3), &ret->role);
    ASSERT(known); /* relation_role_name wrote it */
    for (int s = 0; s < RELATION_STATE_COUNT_; s++)
        if (str_eq(relation_state_name((RelationState)s), db_text(rows, 9)))
            ret->state = (RelationState)s;
}

Err relation_store_roles(Cx *cx, const Item *item, uint32_t ret[3])
{
    DbRows rows;
    bool row = false;
    const int64_t of[3] = {item->id.v, item->organisation.v, item->body.v};
    TRY(db_start(
        cx, &STATEMENTS[ROLES],
        DB_ARGS(TENANT(cx), V_I64(cx->actor->person.v), V_I64(of[0]), V_I64(of[1]), V_I64(of[2])),
        &rows));
    memset(ret, 0, 3 * sizeof ret[0]);
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        for (size_t i = 0; i < 3; i++) {
            RelationRole role;
            if (db_i64(&rows, 0) == of[i] && relation_role_parse(db_text(&rows, 1), &role))
                ret[i] |= 1u << role;
        }
    db_end(&rows);
    return err;
}

static Err read_one(Cx *cx, const Statement *statement, const DbValue *args, size_t n,
                    bool *ret_found, Relation *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, statement, args, n, &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK) {
        *ret_found = row;
        if (row)
            read_relation(cx, &rows, ret);
    }
    db_end(&rows);
    return err;
}

Err relation_store_find(Cx *cx, PersonId person, RelationRole role, ItemId item, bool *ret_found,
                        Relation *ret)
{
    return read_one(
        cx, &STATEMENTS[FIND],
        DB_ARGS(TENANT(cx), V_I64(person.v), V_TEXT(relation_role_name(role)), V_I64(item.v)),
        ret_found, ret);
}

Err relation_store_find_any(Cx *cx, PersonId person, ItemId item, bool *ret_found, Relation *ret)
{
    return read_one(cx, &STATEMENTS[FIND_ANY], DB_ARGS(TENANT(cx), V_I64(person.v), V_I64(item.v)),
                    ret_found, ret);
}

Err relation_store_end_due(Cx *cx)
{
    return db_run(cx, &STATEMENTS[END_DUE], DB_ARGS(TENANT(cx), V_I64(cx_now_us(cx))));
}

Err relation_store_get(Cx *cx, int64_t id, bool *ret_found, Relation *ret)
{
    return read_one(cx, &STATEMENTS[GET], DB_ARGS(TENANT(cx), V_I64(id)), ret_found, ret);
}

Err relation_store_add(Cx *cx, const Relation *relation, int64_t *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[ADD],
                 DB_ARGS(TENANT(cx), V_I64(relation->person.v),
                         V_TEXT(relation_role_name(relation->role)), V_I64(relation->item.v),
                         V_I64(relation->through.v), V_TEXT(relation->title),
                         V_TEXT(relation_state_name(relation->state)), V_I64(relation->created_us),
                         V_I64(relation->from_us)),
                 &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        *ret = db_i64(&rows, 0);
    db_end(&rows);
    return err;
}

Err relation_store_set(Cx *cx, const Relation *relation)
{
    return db_run(cx, &STATEMENTS[SET],
                  DB_ARGS(TENANT(cx), V_I64(relation->id),
                          V_TEXT(relation_role_name(relation->role)), V_I64(relation->through.v),
                          V_TEXT(relation->title), V_TEXT(relation_state_name(relation->state)),
                          V_I64(relation->from_us), V_I64(relation->until_us)));
}

/* Reads all rows, and with_item the four columns behind the others. */
static Err read_all(Cx *cx, DbRows *rows, bool with_item, Relation **ret, size_t *ret_count)
{
    bool row = false;
    size_t count = 0;
    Relation *list = arena_array(cx->arena, Relation, RELATION_LIST_MAX);
    Err err;
    while ((err = db_next(cx, rows, &row)) == OK && row && count < RELATION_LIST_MAX) {
        Relation *one = &list[count++];
        read_relation(cx, rows, one);
        if (!with_item)
            continue;
        one->item_title = arena_copy(cx->arena, db_text(rows, 13));
        one->item_slug = arena_copy(cx->arena, db_text(rows, 14));
        bool known = noun_parse(db_text(rows, 15), &one->item_noun);
        ASSERT(known);
    }
    db_end(rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err relation_store_list(Cx *cx, ItemId item, bool ended, Relation **ret, size_t *ret_count)
{
    DbRows rows;
    TRY(db_start(cx, &STATEMENTS[LIST],
                 DB_ARGS(TENANT(cx), V_I64(item.v), V_I64(ended), V_I64(RELATION_LIST_MAX)),
                 &rows));
    return read_all(cx, &rows, false, ret, ret_count);
}

Err relation_store_of_person(Cx *cx, PersonId person, Relation **ret, size_t *ret_count)
{
    DbRows rows;
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, COLUMNS ", coalesce(it.title, ''), i.slug, i.noun" FROM
                                  " JOIN item i ON i.tenant = r.tenant AND i.id = r.item"
                                  " LEFT JOIN item_text it ON it.tenant = i.tenant"
                                  " AND it.item = i.id AND it.lang = i.lang WHERE r.tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    db_dynamic_sql(query, " AND r.person = ");
    db_dynamic_bind(query, V_I64(person.v));
    if (person.v != cx->actor->person.v)
        item_read_rule(query, cx);
    db_dynamic_sql(query, " ORDER BY r.state, i.noun, r.id LIMIT ");
    db_dynamic_bind(query, V_I64(RELATION_LIST_MAX));
    TRY(db_start_dynamic(cx, query, &rows));
    return read_all(cx, &rows, true, ret, ret_count);
}

Err relation_store_count(Cx *cx, ItemId item, RelationRole role, int64_t *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[COUNT],
                 DB_ARGS(TENANT(cx), V_I64(item.v), V_TEXT(relation_role_name(role))), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        *ret = db_i64(&rows, 0);
    db_end(&rows);
    return err;
}

Err relation_store_end_all(Cx *cx, ItemId item)
{
    return db_run(cx, &STATEMENTS[END_ALL],
                  DB_ARGS(TENANT(cx), V_I64(item.v), V_I64(cx_now_us(cx))));
}
