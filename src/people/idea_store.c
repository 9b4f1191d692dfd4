#include "people/idea_store.h"

#include "base/str.h"
#include "people/item_store.h"

enum { BECAME };

static const Statement STATEMENTS[] = {
    [BECAME] = SQL("SELECT 1 FROM item_link WHERE tenant = ?1 AND source = ?2 AND kind = 'became'"
                   " LIMIT 1"),
};
const StatementTable IDEA_STATEMENTS = {"idea", STATEMENTS, COUNT_OF(STATEMENTS)};

const char IDEA_BY_SUPPORT[] =
    " ORDER BY (SELECT count(*) FROM idea_support s WHERE s.tenant = i.tenant AND s.idea = i.id)"
    " DESC, i.published_us DESC, i.id DESC";

/* What others read, also for those who read more: a list is the same for all. */
static void where_open(DbDynamic *query, const void *user)
{
    (void)user;
    db_dynamic_sql(query, " AND i.state IN ('published', 'evaluation', 'accepted', 'rejected',"
                          " 'project')");
}

ItemQuery idea_store_query(const IdeaFilter *filter)
{
    return (ItemQuery){.noun = NOUN_IDEA,
                       .state = filter->state,
                       .topic = filter->topic,
                       .district = filter->district,
                       .words = filter->words,
                       .placed = filter->placed,
                       .where = where_open};
}

enum { GROUPS_MAX = 200 };

Err idea_store_count(Cx *cx, const IdeaFilter *filter, bool districts, IdeaCount **ret,
                     size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    ItemQuery q = idea_store_query(filter);
    IdeaCount *list = arena_array(cx->arena, IdeaCount, GROUPS_MAX);
    DbDynamic *query = db_dynamic(cx);
    db_dynamic_put(query, districts ? S("SELECT i.district, count(*) FROM item i")
                                    : S("SELECT i.state, count(*) FROM item i"));
    item_store_where(cx, query, &q);
    if (districts)
        db_dynamic_sql(query, " AND i.district <> '' GROUP BY i.district ORDER BY i.district");
    else
        db_dynamic_sql(query, " GROUP BY i.state ORDER BY i.state");
    TRY(db_start_dynamic(cx, query, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row && count < GROUPS_MAX)
        list[count++] = (IdeaCount){arena_copy(cx->arena, db_text(&rows, 0)), db_i64(&rows, 1)};
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err idea_store_became(Cx *cx, ItemId id, bool *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[BECAME], DB_ARGS(V_I64(cx->actor->tenant.v), V_I64(id.v)), &rows));
    Err err = db_next(cx, &rows, &row);
    db_end(&rows);
    TRY(err);
    *ret = row;
    return OK;
}
