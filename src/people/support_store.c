#include "people/support_store.h"

enum { COUNT, REPRESENTED, HAS, PUT, REMOVE };

static const Statement STATEMENTS[] = {
    [COUNT] = SQL("SELECT coalesce(sum(CASE WHEN kind = 'person' THEN 1 ELSE 0 END), 0),"
                  " coalesce(sum(CASE WHEN kind = 'person' THEN 0 ELSE 1 END), 0)"
                  " FROM idea_support WHERE tenant = ?1 AND idea = ?2"),
    [REPRESENTED] =
        SQL("SELECT i.id, t.title, i.slug, CASE WHEN s.supporter IS NULL THEN 0 ELSE 1 END"
            " FROM relation r JOIN item i ON i.tenant = r.tenant AND i.id = r.item"
            " AND i.noun = 'organisation' AND i.state = 'accepted' JOIN item_text t"
            " ON t.tenant = i.tenant AND t.item = i.id AND t.lang = i.lang"
            " LEFT JOIN idea_support s ON s.tenant = r.tenant AND s.idea = ?3"
            " AND s.kind = 'organisation' AND s.supporter = i.id WHERE r.tenant = ?1"
            " AND r.person = ?2 AND r.role = 'rep' AND r.state = 'active'"
            " ORDER BY t.title, i.id LIMIT ?4"),
    [HAS] = SQL("SELECT 1 FROM idea_support WHERE tenant = ?1 AND idea = ?2 AND kind = 'person'"
                " AND supporter = ?3"),
    [PUT] = SQL("INSERT INTO idea_support (tenant, idea, kind, supporter, person, at_us)"
                " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
                " ON CONFLICT (tenant, idea, kind, supporter) DO NOTHING"),
    [REMOVE] = SQL("DELETE FROM idea_support WHERE tenant = ?1 AND idea = ?2 AND kind = ?3"
                   " AND supporter = ?4"),
};
const StatementTable SUPPORT_STATEMENTS = {"support", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

Err support_store_count(Cx *cx, ItemId idea, SupportCount *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[COUNT], DB_ARGS(TENANT(cx), V_I64(idea.v)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        *ret = (SupportCount){db_i64(&rows, 0), db_i64(&rows, 1)};
    db_end(&rows);
    return err;
}

static Err read_all(Cx *cx, DbRows *rows, Supporter *list, size_t most, size_t *ret_count)
{
    bool row = false;
    size_t count = 0;
    Str base = noun_path(NOUN_ORGANISATION);
    Err err;
    while ((err = db_next(cx, rows, &row)) == OK && row && count < most) {
        Str slug = db_text(rows, 2);
        list[count++] =
            (Supporter){.organisation = {db_i64(rows, 0)},
                        .title = arena_copy(cx->arena, db_text(rows, 1)),
                        .path = arena_fmt(cx->arena, "%.*s/%.*s", SARG(base), SARG(slug)),
                        .supports = db_i64(rows, 3) != 0};
    }
    db_end(rows);
    TRY(err);
    *ret_count = count;
    return OK;
}

Err support_store_organisations(Cx *cx, ItemId idea, Supporter **ret, size_t *ret_count)
{
    DbRows rows;
    DbDynamic *query = db_dynamic(cx);
    *ret = arena_array(cx->arena, Supporter, SUPPORT_LIST_MAX);
    db_dynamic_sql(query, "SELECT i.id, t.title, i.slug, 1 FROM idea_support s JOIN item i"
                          " ON i.tenant = s.tenant AND i.id = s.supporter JOIN item_text t"
                          " ON t.tenant = i.tenant AND t.item = i.id AND t.lang = i.lang"
                          " WHERE s.tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    db_dynamic_sql(query, " AND s.kind = 'organisation' AND s.idea = ");
    db_dynamic_bind(query, V_I64(idea.v));
    item_read_rule(query, cx);
    db_dynamic_sql(query, " ORDER BY t.title, i.id LIMIT ");
    db_dynamic_bind(query, V_I64(SUPPORT_LIST_MAX));
    TRY(db_start_dynamic(cx, query, &rows));
    return read_all(cx, &rows, *ret, SUPPORT_LIST_MAX, ret_count);
}

Err support_store_represented(Cx *cx, ItemId idea, Supporter *ret, size_t most, size_t *ret_count)
{
    DbRows rows;
    TRY(db_start(
        cx, &STATEMENTS[REPRESENTED],
        DB_ARGS(TENANT(cx), V_I64(cx->actor->person.v), V_I64(idea.v), V_I64((int64_t)most)),
        &rows));
    return read_all(cx, &rows, ret, most, ret_count);
}

Err support_store_has(Cx *cx, ItemId idea, bool *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[HAS],
                 DB_ARGS(TENANT(cx), V_I64(idea.v), V_I64(cx->actor->person.v)), &rows));
    Err err = db_next(cx, &rows, &row);
    db_end(&rows);
    TRY(err);
    *ret = row;
    return OK;
}

static DbValue kind_of(ItemId organisation)
{
    return organisation.v ? V_TEXT(S("organisation")) : V_TEXT(S("person"));
}

static DbValue supporter(const Cx *cx, ItemId organisation)
{
    return V_I64(organisation.v ? organisation.v : cx->actor->person.v);
}

Err support_store_put(Cx *cx, ItemId idea, ItemId organisation)
{
    return db_run(cx, &STATEMENTS[PUT],
                  DB_ARGS(TENANT(cx), V_I64(idea.v), kind_of(organisation),
                          supporter(cx, organisation), V_I64(cx->actor->person.v),
                          V_I64(cx_now_us(cx))));
}

Err support_store_remove(Cx *cx, ItemId idea, ItemId organisation)
{
    return db_run(
        cx, &STATEMENTS[REMOVE],
        DB_ARGS(TENANT(cx), V_I64(idea.v), kind_of(organisation), supporter(cx, organisation)));
}

void support_store_of_person(DbDynamic *query, const void *user)
{
    const PersonId *person = user;
    db_dynamic_sql(query, " AND t.kind = 'person' AND t.supporter = ");
    db_dynamic_bind(query, V_I64(person->v));
}
