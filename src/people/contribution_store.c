#include "people/contribution_store.h"

enum { ADD, REMOVE, LIST, SUMS, SUMS_OF_ALL };

static const Statement STATEMENTS[] = {
    [ADD] = SQL("INSERT INTO contribution (tenant, id, organisation, kind, amount, on_us, what,"
                " person, created_us) SELECT ?1, coalesce(max(id), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7,"
                " ?8 FROM contribution WHERE tenant = ?1"),
    [REMOVE] = SQL("DELETE FROM contribution WHERE tenant = ?1 AND organisation = ?2 AND id = ?3"),
    [LIST] = SQL("SELECT id, kind, amount, on_us, what, person, created_us FROM contribution"
                 " WHERE tenant = ?1 AND organisation = ?2 ORDER BY on_us DESC, id DESC LIMIT ?3"),
    [SUMS] = SQL("SELECT kind, CAST(sum(amount) AS BIGINT), count(*) FROM contribution"
                 " WHERE tenant = ?1 AND organisation = ?2 GROUP BY kind"),
    [SUMS_OF_ALL] = SQL("SELECT c.kind, CAST(sum(c.amount) AS BIGINT), count(*)"
                        " FROM contribution c JOIN item i ON i.tenant = c.tenant"
                        " AND i.id = c.organisation WHERE c.tenant = ?1 AND i.state = 'accepted'"
                        " GROUP BY c.kind"),
};
const StatementTable CONTRIBUTION_STATEMENTS = {"contribution", STATEMENTS, COUNT_OF(STATEMENTS)};

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

Err contribution_store_add(Cx *cx, ItemId organisation, const Contribution *one)
{
    return db_run(cx, &STATEMENTS[ADD],
                  DB_ARGS(TENANT(cx), V_I64(organisation.v),
                          V_TEXT(contribution_kind_name(one->kind)), V_I64(one->amount),
                          V_I64(one->on_us), V_TEXT(one->what), V_I64(cx->actor->person.v),
                          V_I64(cx_now_us(cx))));
}

Err contribution_store_remove(Cx *cx, ItemId organisation, int64_t id, int64_t *ret_removed)
{
    return db_run_count(cx, &STATEMENTS[REMOVE],
                        DB_ARGS(TENANT(cx), V_I64(organisation.v), V_I64(id)), ret_removed);
}

static ContributionKind read_kind(Str name)
{
    ContributionKind kind = CONTRIBUTION_HOURS;
    bool known = contribution_kind_parse(name, &kind);
    ASSERT(known); /* contribution_kind_name wrote it */
    return kind;
}

Err contribution_store_list(Cx *cx, ItemId organisation, Contribution **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    Contribution *list = arena_array(cx->arena, Contribution, CONTRIBUTIONS_MAX);
    TRY(db_start(cx, &STATEMENTS[LIST],
                 DB_ARGS(TENANT(cx), V_I64(organisation.v), V_I64(CONTRIBUTIONS_MAX)), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        list[count++] = (Contribution){.id = db_i64(&rows, 0),
                                       .kind = read_kind(db_text(&rows, 1)),
                                       .amount = db_i64(&rows, 2),
                                       .on_us = db_i64(&rows, 3),
                                       .what = arena_copy(cx->arena, db_text(&rows, 4)),
                                       .person = {db_i64(&rows, 5)},
                                       .created_us = db_i64(&rows, 6)};
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err contribution_store_sums(Cx *cx, ItemId organisation, ContributionSums *ret)
{
    DbRows rows;
    bool row = false;
    ContributionSums sums = {0};
    if (organisation.v)
        TRY(db_start(cx, &STATEMENTS[SUMS], DB_ARGS(TENANT(cx), V_I64(organisation.v)), &rows));
    else
        TRY(db_start(cx, &STATEMENTS[SUMS_OF_ALL], DB_ARGS(TENANT(cx)), &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row) {
        sums.amount[read_kind(db_text(&rows, 0))] = db_i64(&rows, 1);
        sums.entries += db_i64(&rows, 2);
    }
    db_end(&rows);
    TRY(err);
    *ret = sums;
    return OK;
}
