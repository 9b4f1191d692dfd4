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

/* Numbers and texts are told and compared as text, so that keys of each kind fit. */
static void put_as_text(DbDynamic *sql, const Str *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        db_dynamic_sql(sql, "CAST(");
        db_dynamic_put(sql, names[i]);
        db_dynamic_sql(sql, " AS TEXT), ");
    }
}

Err redaction_store_rows(Cx *cx, const RedactionTable *table, int64_t from, size_t limit,
                         RedactionRow **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    RedactionRow *list = arena_array(cx->arena, RedactionRow, limit);
    DbDynamic *sql = db_dynamic(cx);
    db_dynamic_sql(sql, "SELECT ");
    put_as_text(sql, table->keys, table->key_count);
    put_list(sql, table->texts, table->text_count);
    db_dynamic_sql(sql, " FROM ");
    db_dynamic_put(sql, table->name);
    if (table->has_tenant) {
        db_dynamic_sql(sql, " WHERE tenant = ");
        db_dynamic_bind(sql, TENANT(cx));
    }
    db_dynamic_sql(sql, " ORDER BY ");
    put_list(sql, table->keys, table->key_count);
    db_dynamic_sql(sql, " LIMIT ");
    db_dynamic_bind(sql, V_I64((int64_t)limit));
    db_dynamic_sql(sql, " OFFSET ");
    db_dynamic_bind(sql, V_I64(from));
    TRY(db_start_dynamic(cx, sql, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row && count < limit) {
        RedactionRow *one = &list[count++];
        for (size_t i = 0; i < table->key_count; i++)
            one->keys[i] = arena_copy(cx->arena, db_text(&rows, (int)i));
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
    for (size_t i = 0; i < table->key_count; i++) {
        int64_t number;
        db_dynamic_put(sql, i ? S(" AND ") : S(" WHERE "));
        db_dynamic_put(sql, table->keys[i]);
        db_dynamic_sql(sql, " = ");
        db_dynamic_bind(sql, str_to_i64(row->keys[i], &number) && !table->key_is_text[i]
                                 ? V_I64(number)
                                 : V_TEXT(row->keys[i]));
    }
    TRY(db_start_dynamic(cx, sql, &rows));
    Err err = db_next(cx, &rows, &more);
    db_end(&rows);
    return err;
}
