#include "db/column.h"

#include "base/str.h"

static const Statement COLUMNS = SQL2(
    "SELECT t.name, c.name, upper(c.type), c.pk FROM sqlite_schema t JOIN pragma_table_info(t.name)"
    " c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.sql NOT LIKE 'CREATE VIRTUAL%'"
    " ORDER BY t.name, c.cid",
    "SELECT c.table_name::text, c.column_name::text, upper(c.data_type::text),"
    " coalesce((SELECT k.ordinal_position::bigint FROM information_schema.table_constraints x"
    " JOIN information_schema.key_column_usage k ON k.constraint_schema = x.constraint_schema"
    " AND k.constraint_name = x.constraint_name AND k.table_name = x.table_name"
    " WHERE x.constraint_type = 'PRIMARY KEY' AND x.table_schema = c.table_schema"
    " AND x.table_name = c.table_name AND k.column_name = c.column_name), 0)"
    " FROM information_schema.columns c JOIN information_schema.tables t"
    " ON t.table_schema = c.table_schema AND t.table_name = c.table_name"
    " WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'"
    " ORDER BY c.table_name, c.ordinal_position");

Err db_columns(Cx *cx, DbColumn **ret, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    DbColumn *list = arena_array(cx->arena, DbColumn, DB_COLUMNS_MAX);
    TRY(db_start(cx, &COLUMNS, DB_NO_ARGS, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row && count < DB_COLUMNS_MAX) {
        Str type = db_text(&rows, 2);
        list[count++] =
            (DbColumn){.table = arena_copy(cx->arena, db_text(&rows, 0)),
                       .name = arena_copy(cx->arena, db_text(&rows, 1)),
                       .is_text = str_eq(type, S("TEXT")),
                       .is_number = str_eq(type, S("BIGINT")) || str_eq(type, S("INTEGER")),
                       .key = db_i64(&rows, 3)};
    }
    db_end(&rows);
    TRY(err);
    if (row)
        return fail(cx, ERR_LIMIT, "db.columns", "the store has more than %d columns",
                    DB_COLUMNS_MAX);
    *ret = list;
    *ret_count = count;
    return OK;
}
