#include "people/redaction_store.h"

#include "base/str.h"

#define TENANT(cx) V_I64((cx)->actor->tenant.v)

static void put_list(DbDynamic *sql, const Str *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i)
            db_dynamic_sql(sql, ", ");
        db_dynamic_put(sql, names[i]);
    }
}

/* The rows of the tenant, and of them those behind the last one: as the key's index has them, so
 * that a page costs as much as it has rows. */
static void put_where(DbDynamic *sql, Cx *cx, const RedactionTable *table, const RedactionRow *last)
{
    db_dynamic_sql(sql, " WHERE ");
    if (table->has_tenant) {
        db_dynamic_sql(sql, "tenant = ");
        db_dynamic_bind(sql, TENANT(cx));
    } else {
        db_dynamic_sql(sql, "1 = 1");
    }
    if (!last || !table->key_count)
        return;
    db_dynamic_sql(sql, " AND (");
    put_list(sql, table->keys, table->key_count);
    db_dynamic_sql(sql, ") > (");
    for (size_t i = 0; i < table->key_count; i++) {
        if (i)
            db_dynamic_sql(sql, ", ");
        db_dynamic_bind(sql, last->keys[i]);
    }
    db_dynamic_sql(sql, ")");
}

static DbValue key_value(Cx *cx, const DbRows *rows, int column, int kind)
{
    if (kind == DB_I64)
        return V_I64(db_i64(rows, column));
    return kind == DB_TEXT ? V_TEXT(arena_copy(cx->arena, db_text(rows, column)))
                           : V_BLOB(arena_copy(cx->arena, db_blob(rows, column)));
}

Err redaction_store_rows(Cx *cx, const RedactionTable *table, const RedactionRow *last,
                         size_t limit, RedactionRow **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    RedactionRow *list = arena_array(cx->arena, RedactionRow, limit);
    DbDynamic *sql = db_dynamic(cx);
    db_dynamic_sql(sql, "SELECT ");
    put_list(sql, table->keys, table->key_count);
    if (table->key_count)
        db_dynamic_sql(sql, ", ");
    put_list(sql, table->texts, table->text_count);
    db_dynamic_sql(sql, " FROM ");
    db_dynamic_put(sql, table->name);
    put_where(sql, cx, table, last);
    if (table->key_count) {
        db_dynamic_sql(sql, " ORDER BY ");
        put_list(sql, table->keys, table->key_count);
    }
    db_dynamic_sql(sql, " LIMIT ");
    db_dynamic_bind(sql, V_I64((int64_t)limit));
    TRY(db_start_dynamic(cx, sql, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row && count < limit) {
        RedactionRow *one = &list[count++];
        for (size_t i = 0; i < table->key_count; i++)
            one->keys[i] = key_value(cx, &rows, (int)i, table->key_kinds[i]);
        for (size_t i = 0; i < table->text_count; i++)
            one->texts[i] = arena_copy(cx->arena, db_text(&rows, (int)(table->key_count + i)));
    }
    db_end(&rows);
    TRY(err);
    *ret = list;
    *ret_count = count;
    return OK;
}

Err redaction_store_set(Cx *cx, const RedactionTable *table, const RedactionRow *row, Str column,
                        Str text)
{
    DbRows rows;
    bool more = false;
    DbDynamic *sql = db_dynamic(cx);
    db_dynamic_sql(sql, "UPDATE ");
    db_dynamic_put(sql, table->name);
    db_dynamic_sql(sql, " SET ");
    db_dynamic_put(sql, column);
    db_dynamic_sql(sql, " = ");
    db_dynamic_bind(sql, V_TEXT(text));
    put_where(sql, cx, table, NULL);
    for (size_t i = 0; i < table->key_count; i++) {
        db_dynamic_sql(sql, " AND ");
        db_dynamic_put(sql, table->keys[i]);
        db_dynamic_sql(sql, " = ");
        db_dynamic_bind(sql, row->keys[i]);
    }
    TRY(db_start_dynamic(cx, sql, &rows));
    Err err = db_next(cx, &rows, &more);
    db_end(&rows);
    return err;
}
