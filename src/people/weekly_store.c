#include "people/weekly_store.h"

#include "base/str.h"

enum { LAST, ORGANISATIONS };

static const Statement STATEMENTS[] = {
    [LAST] = SQL("SELECT max(at_us) FROM item_version WHERE tenant = ?1"),
    [ORGANISATIONS] = SQL("SELECT r.item FROM relation r JOIN item i ON i.tenant = r.tenant"
                          " AND i.id = r.item AND i.noun = 'organisation' AND i.state = 'accepted'"
                          " WHERE r.tenant = ?1 AND r.person = ?2 AND r.role = 'rep'"
                          " AND r.state = 'active' ORDER BY r.item LIMIT ?3"),
};
const StatementTable WEEKLY_STATEMENTS = {"weekly", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)
#define ME(cx) V_I64((cx)->actor->person.v)

Err weekly_store_last(Cx *cx, int64_t *ret_us)
{
    return db_one_i64(cx, &STATEMENTS[LAST], DB_ARGS(TENANT(cx)), ret_us);
}

Err weekly_store_organisations(Cx *cx, int64_t *ret, size_t max, size_t *ret_count)
{
    return db_list_i64(cx, &STATEMENTS[ORGANISATIONS],
                       DB_ARGS(TENANT(cx), ME(cx), V_I64((int64_t)max)), ret, max, ret_count);
}

static void put_step(DbDynamic *query, const WeeklyQuery *q, const WeeklyStep *step)
{
    db_dynamic_sql(query, "(i.noun = ");
    db_dynamic_bind(query, V_TEXT(noun_name(step->noun)));
    db_dynamic_sql(query, " AND v.verb = ");
    db_dynamic_bind(query, V_TEXT(str_from(step->verb)));
    if (step->state) {
        db_dynamic_sql(query, " AND i.state = ");
        db_dynamic_bind(query, V_TEXT(str_from(step->state)));
    }
    if (step->first) {
        db_dynamic_sql(query, " AND i.published_us > ");
        db_dynamic_bind(query, V_I64(q->since_us));
    }
    db_dynamic_sql(query, ")");
}

/* A project is in all districts that it works in, a meeting in that of its body. */
static void put_district(DbDynamic *query, Str district)
{
    if (!district.n)
        return;
    db_dynamic_sql(query, " AND (i.district = ");
    db_dynamic_bind(query, V_TEXT(district));
    db_dynamic_sql(query, " OR EXISTS (SELECT 1 FROM project_district d WHERE d.tenant = i.tenant"
                          " AND d.project = i.id AND d.district = ");
    db_dynamic_bind(query, V_TEXT(district));
    db_dynamic_sql(query, ") OR (i.noun = 'meeting' AND EXISTS (SELECT 1 FROM item b"
                          " WHERE b.tenant = i.tenant AND b.id = i.body AND b.district = ");
    db_dynamic_bind(query, V_TEXT(district));
    db_dynamic_sql(query, ")))");
}

static DbDynamic *news_query(Cx *cx, const WeeklyQuery *q)
{
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_sql(query, "SELECT i.id, i.noun, v.verb, v.at_us FROM item_version v JOIN item i"
                          " ON i.tenant = v.tenant AND i.id = v.item WHERE v.tenant = ");
    db_dynamic_bind(query, TENANT(cx));
    db_dynamic_sql(query, " AND v.at_us > ");
    db_dynamic_bind(query, V_I64(q->since_us));
    db_dynamic_sql(query, " AND v.at_us <= ");
    db_dynamic_bind(query, V_I64(q->until_us));
    /* What was said while the item was internal stays so after it went public. */
    db_dynamic_sql(query, " AND v.audience <= ");
    db_dynamic_bind(query, V_I64(item_reads(cx->actor)));
    db_dynamic_sql(query, " AND v.person <> ");
    db_dynamic_bind(query, ME(cx));
    db_dynamic_sql(query, " AND i.author <> ");
    db_dynamic_bind(query, ME(cx));
    item_read_rule(query, cx);
    put_district(query, q->district);
    for (size_t i = 0; i < q->step_count; i++) {
        db_dynamic_put(query, i ? S(" OR ") : S(" AND ("));
        put_step(query, q, &q->steps[i]);
    }
    db_dynamic_sql(query, ") ORDER BY v.at_us DESC, v.item DESC, v.version DESC LIMIT ");
    db_dynamic_bind(query, V_I64((int64_t)q->limit));
    return query;
}

static bool is_listed(const WeeklyNews *list, size_t count, int64_t item)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].item.v == item)
            return true;
    return false;
}

static bool read_news(const WeeklyQuery *q, const DbRows *rows, WeeklyNews *ret)
{
    Noun noun;
    if (!noun_parse(db_text(rows, 1), &noun))
        return false;
    for (size_t i = 0; i < q->step_count; i++)
        if (q->steps[i].noun == noun && str_eq(db_text(rows, 2), str_from(q->steps[i].verb))) {
            *ret = (WeeklyNews){.item = {db_i64(rows, 0)},
                                .noun = noun,
                                .kind = q->steps[i].kind,
                                .at_us = db_i64(rows, 3)};
            return true;
        }
    return false;
}

Err weekly_store_news(Cx *cx, const WeeklyQuery *q, WeeklyNews **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    WeeklyNews *list = arena_array(cx->arena, WeeklyNews, q->limit);
    TRY(db_start_dynamic(cx, news_query(cx, q), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row && count < q->limit)
        if (!is_listed(list, count, db_i64(&rows, 0)))
            count += read_news(q, &rows, &list[count]);
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}
