#include "systems/subscription_store.h"

#define COLUMNS                                                                                    \
    "tenant, id, doc, context, times_sent, times_failed, last_notification_us, last_success_us,"   \
    " last_failure_us"

enum { INSERT, SET_DOC, DELETE, GET, LIST, ALL, COUNT, ADD_COUNT };

static const Statement Q[] = {
    [INSERT] = SQL("INSERT INTO subscription(tenant, id, doc, context, created_us, modified_us,"
                   " times_sent, times_failed, last_notification_us, last_success_us,"
                   " last_failure_us) VALUES(?1, ?2, ?3, ?4, ?5, ?5, 0, 0, 0, 0, 0)"
                   " ON CONFLICT DO NOTHING"),
    [SET_DOC] = SQL("UPDATE subscription SET doc = ?3, context = ?4, modified_us = ?5"
                    " WHERE tenant = ?1 AND id = ?2"),
    [DELETE] = SQL("DELETE FROM subscription WHERE tenant = ?1 AND id = ?2"),
    [GET] = SQL("SELECT " COLUMNS " FROM subscription WHERE tenant = ?1 AND id = ?2"),
    [LIST] = SQL("SELECT " COLUMNS " FROM subscription WHERE tenant = ?1"
                 " ORDER BY created_us, id LIMIT ?2 OFFSET ?3"),
    [ALL] = SQL("SELECT " COLUMNS " FROM subscription ORDER BY tenant, id"),
    [COUNT] = SQL("SELECT COUNT(*) FROM subscription WHERE tenant = ?1"),
    [ADD_COUNT] = SQL(
        "UPDATE subscription SET times_sent = times_sent + ?3, times_failed = times_failed + ?4,"
        " last_notification_us = CASE WHEN ?5 > last_notification_us THEN ?5"
        " ELSE last_notification_us END,"
        " last_success_us = CASE WHEN ?6 > last_success_us THEN ?6 ELSE last_success_us END,"
        " last_failure_us = CASE WHEN ?7 > last_failure_us THEN ?7 ELSE last_failure_us END"
        " WHERE tenant = ?1 AND id = ?2"),
};
const StatementTable SUBSCRIPTION_STATEMENTS = {"subscription", Q, COUNT_OF(Q)};

Err subscription_insert(Cx *cx, TenantId tenant, Str id, Str doc, Str context)
{
    int64_t rows = 0;
    TRY(db_run_count(
        cx, &Q[INSERT],
        DB_ARGS(V_I64(tenant.v), V_TEXT(id), V_TEXT(doc), V_TEXT(context), V_I64(cx_now_us(cx))),
        &rows));
    if (!rows)
        return fail(cx, ERR_CONFLICT, "subscription.exists", "there is a subscription %.*s already",
                    SARG(id));
    return OK;
}

Err subscription_set_doc(Cx *cx, TenantId tenant, Str id, Str doc, Str context)
{
    return db_run(
        cx, &Q[SET_DOC],
        DB_ARGS(V_I64(tenant.v), V_TEXT(id), V_TEXT(doc), V_TEXT(context), V_I64(cx_now_us(cx))));
}

Err subscription_delete(Cx *cx, TenantId tenant, Str id, bool *ret_there)
{
    int64_t rows = 0;
    TRY(db_run_count(cx, &Q[DELETE], DB_ARGS(V_I64(tenant.v), V_TEXT(id)), &rows));
    *ret_there = rows > 0;
    return OK;
}

Err subscription_start_one(Cx *cx, TenantId tenant, Str id, DbRows *ret)
{
    return db_start(cx, &Q[GET], DB_ARGS(V_I64(tenant.v), V_TEXT(id)), ret);
}

Err subscription_start_list(Cx *cx, TenantId tenant, size_t limit, size_t offset, DbRows *ret)
{
    return db_start(cx, &Q[LIST],
                    DB_ARGS(V_I64(tenant.v), V_I64((int64_t)limit), V_I64((int64_t)offset)), ret);
}

Err subscription_start_all(Cx *cx, DbRows *ret)
{
    return db_start(cx, &Q[ALL], DB_NO_ARGS, ret);
}

Err subscription_count(Cx *cx, TenantId tenant, uint64_t *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &Q[COUNT], DB_ARGS(V_I64(tenant.v)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        *ret = (uint64_t)db_i64(&rows, 0);
    db_end(&rows);
    return err;
}

Err subscription_read(Cx *cx, const DbRows *rows, TenantId *ret_tenant, SubscriptionRow *ret)
{
    SubscriptionRow row = {.id = arena_copy(cx->arena, db_text(rows, 1)),
                           .context = arena_copy(cx->arena, db_text(rows, 3)),
                           .times_sent = db_i64(rows, 4),
                           .times_failed = db_i64(rows, 5),
                           .last_notification_us = db_i64(rows, 6),
                           .last_success_us = db_i64(rows, 7),
                           .last_failure_us = db_i64(rows, 8)};
    TenantId tenant = {db_i64(rows, 0)};
    TRY(json_parse(cx, arena_copy(cx->arena, db_text(rows, 2)), &row.doc));
    *ret = row;
    if (ret_tenant)
        *ret_tenant = tenant;
    return OK;
}

Err subscription_add_count(Cx *cx, const DeliveryCount *count)
{
    return db_run(cx, &Q[ADD_COUNT],
                  DB_ARGS(V_I64(count->tenant.v), V_TEXT(count->id), V_I64(count->sent),
                          V_I64(count->failed), V_I64(count->last_notification_us),
                          V_I64(count->last_success_us), V_I64(count->last_failure_us)));
}
