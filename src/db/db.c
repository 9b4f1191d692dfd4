#include "db/engine.h"

#include "base/str.h"

/* A query longer than this was built by a mistake: the longest filters are a few KiB. */
#define DYNAMIC_SQL_MAX_BYTES ((size_t)64 * 1024)

static const Statement SAVEPOINT = SQL("SAVEPOINT unit");
static const Statement RELEASE = SQL("RELEASE SAVEPOINT unit");
static const Statement COMMIT = SQL("COMMIT");

DbValue v_text_or_null(Str s)
{
    return s.p ? V_TEXT(s) : V_NULL;
}

Err db_open(Cx *cx, Str where, DbOptions options, Db **ret)
{
    if (str_starts(where, S("postgres://")) || str_starts(where, S("postgresql://")))
        return postgres_open(cx, where, options, ret);
    return sqlite_open(cx, where, options, ret);
}

void db_close(Db *db)
{
    if (!db)
        return;
    memo_close(db->memo);
    db->ops->close(db);
}

DbEngine db_engine(const Db *db)
{
    return db->engine;
}

static DbSql sql_of(const Db *db, const Statement *statement)
{
    bool own = db->engine == DB_POSTGRES && statement->postgres;
    return (DbSql){str_from(own ? statement->postgres : statement->sql), true};
}

/* Whether a statement may run now. */
static Err ready(Cx *cx)
{
    if (!cx->db->begun)
        return OK;
    TRY(cx->db->ops->alive(cx));
    if (cx->db->failed)
        return fail(cx, ERR_INTERNAL, "db.failed",
                    "a statement failed before: roll back to the savepoint first");
    return OK;
}

static Err note(Db *db, Err err)
{
    if (err != OK && db->begun)
        db->failed = true;
    if (err == ERR_LIMIT)
        db->budget_spent = true;
    return err;
}

static Err run(Cx *cx, const Statement *statement, const DbValue *args, size_t n,
               int64_t *ret_changed)
{
    return note(cx->db, cx->db->ops->run(cx, sql_of(cx->db, statement), args, n, ret_changed));
}

Err db_run(Cx *cx, const Statement *statement, const DbValue *args, size_t n)
{
    int64_t changed;
    TRY(ready(cx));
    return run(cx, statement, args, n, &changed);
}

Err db_run_count(Cx *cx, const Statement *statement, const DbValue *args, size_t n,
                 int64_t *ret_changed)
{
    TRY(ready(cx));
    return run(cx, statement, args, n, ret_changed);
}

static Err insert_returning(Cx *cx, const Statement *statement, const DbValue *args, size_t n,
                            int64_t *ret_number, bool *ret_inserted)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, statement, args, n, &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        *ret_number = db_i64(&rows, 0);
    if (err == OK)
        *ret_inserted = row;
    db_end(&rows);
    return err;
}

Err db_insert(Cx *cx, const Statement *statement, const DbValue *args, size_t n,
              int64_t *ret_number, bool *ret_inserted)
{
    int64_t changed = 0;
    if (!cx->db->ops->last_number)
        return insert_returning(cx, statement, args, n, ret_number, ret_inserted);
    TRY(db_run_count(cx, statement, args, n, &changed));
    if (changed)
        *ret_number = cx->db->ops->last_number(cx->db);
    *ret_inserted = changed > 0;
    return OK;
}

Err db_start(Cx *cx, const Statement *statement, const DbValue *args, size_t n, DbRows *ret)
{
    TRY(ready(cx));
    return note(cx->db, cx->db->ops->start(cx, sql_of(cx->db, statement), args, n, ret));
}

Err db_next(Cx *cx, DbRows *rows, bool *ret_row)
{
    return note(rows->db, rows->db->ops->next(cx, rows, ret_row));
}

void db_end(DbRows *rows)
{
    if (rows->handle)
        rows->db->ops->end(rows);
    rows->handle = NULL;
}

int64_t db_i64(const DbRows *rows, int column)
{
    ASSERT(column >= 0 && column < rows->columns);
    return rows->db->ops->i64(rows, column);
}

double db_f64(const DbRows *rows, int column)
{
    ASSERT(column >= 0 && column < rows->columns);
    return rows->db->ops->f64(rows, column);
}

Str db_text(const DbRows *rows, int column)
{
    ASSERT(column >= 0 && column < rows->columns);
    return rows->db->ops->text(rows, column);
}

Str db_blob(const DbRows *rows, int column)
{
    ASSERT(column >= 0 && column < rows->columns);
    return rows->db->ops->blob(rows, column);
}

bool db_is_null(const DbRows *rows, int column)
{
    ASSERT(column >= 0 && column < rows->columns);
    return rows->db->ops->is_null(rows, column);
}

static Err end_one(Cx *cx, DbRows *rows, int64_t *ret)
{
    bool row = false;
    Err err = db_next(cx, rows, &row);
    if (err == OK)
        *ret = row ? db_i64(rows, 0) : 0;
    db_end(rows);
    return err;
}

Err db_one_i64(Cx *cx, const Statement *statement, const DbValue *args, size_t n, int64_t *ret)
{
    DbRows rows;
    TRY(db_start(cx, statement, args, n, &rows));
    return end_one(cx, &rows, ret);
}

Err db_list_i64(Cx *cx, const Statement *statement, const DbValue *args, size_t n, int64_t *ret,
                size_t max, size_t *ret_count)
{
    DbRows rows;
    bool row = false;
    size_t count = 0;
    TRY(db_start(cx, statement, args, n, &rows));
    Err err = OK;
    while (count < max && (err = db_next(cx, &rows, &row)) == OK && row)
        ret[count++] = db_i64(&rows, 0);
    db_end(&rows);
    TRY(err);
    *ret_count = count;
    return OK;
}

DbDynamic *db_dynamic(Cx *cx)
{
    DbDynamic *dynamic = arena_new(cx->arena, DbDynamic);
    dynamic->sql = buf_new(cx->arena, DYNAMIC_SQL_MAX_BYTES);
    return dynamic;
}

void db_dynamic_put(DbDynamic *dynamic, Str literal)
{
    buf_put(&dynamic->sql, literal);
}

void db_dynamic_bind(DbDynamic *dynamic, DbValue value)
{
    if (dynamic->count == DB_DYNAMIC_ARGS_MAX) {
        dynamic->overflow = true;
        return;
    }
    dynamic->args[dynamic->count++] = value;
    buf_char(&dynamic->sql, '?');
    buf_u64(&dynamic->sql, dynamic->count);
}

Err db_start_dynamic(Cx *cx, DbDynamic *dynamic, DbRows *ret)
{
    if (dynamic->overflow || dynamic->sql.overflow)
        return fail(cx, ERR_LIMIT, "db.dynamic",
                    "the filter has more than %d values or %zu bytes of SQL: ask for less at once",
                    DB_DYNAMIC_ARGS_MAX, DYNAMIC_SQL_MAX_BYTES);
    DbSql sql = {buf_str(&dynamic->sql), false};
    TRY(ready(cx));
    return note(cx->db, cx->db->ops->start(cx, sql, dynamic->args, dynamic->count, ret));
}

Err db_one_i64_dynamic(Cx *cx, DbDynamic *dynamic, int64_t *ret)
{
    DbRows rows;
    TRY(db_start_dynamic(cx, dynamic, &rows));
    return end_one(cx, &rows, ret);
}

Err db_begin(Cx *cx)
{
    ASSERT(!cx->db->begun && cx->db->mode == DB_WRITE);
    TRY(cx->db->ops->begin(cx));
    cx->db->begun = true;
    cx->db->failed = false;
    cx->db->savepoints = 0;
    return OK;
}

Err db_commit(Cx *cx)
{
    Db *db = cx->db;
    ASSERT(db->begun && db->savepoints == 0);
    Err err = db_run(cx, &COMMIT, DB_NO_ARGS);
    if (err != OK)
        db->ops->rollback(db);
    db->begun = false;
    return err;
}

void db_rollback(Cx *cx)
{
    cx->db->ops->rollback(cx->db);
    cx->db->begun = false;
    cx->db->savepoints = 0;
}

Err db_savepoint(Cx *cx)
{
    ASSERT(cx->db->begun);
    TRY(db_run(cx, &SAVEPOINT, DB_NO_ARGS));
    cx->db->savepoints++;
    return OK;
}

Err db_release(Cx *cx)
{
    ASSERT(cx->db->savepoints > 0);
    TRY(db_run(cx, &RELEASE, DB_NO_ARGS));
    cx->db->savepoints--;
    return OK;
}

Err db_rollback_to(Cx *cx)
{
    ASSERT(cx->db->savepoints > 0);
    TRY(cx->db->ops->alive(cx));
    TRY(cx->db->ops->rollback_to(cx));
    cx->db->failed = false;
    return db_release(cx);
}

Err db_read_begin(Cx *cx)
{
    ASSERT(!cx->db->begun);
    TRY(cx->db->ops->read_begin(cx));
    cx->db->begun = true;
    cx->db->failed = false;
    cx->db->snapshot = true;
    cx->db->snapshots++;
    return OK;
}

void db_read_end(Cx *cx)
{
    cx->db->snapshot = false;
    db_rollback(cx);
}

void db_budget(Db *db, int64_t limit_us)
{
    db->budget_spent = false;
    db->ops->budget(db, limit_us);
}

bool db_budget_spent(const Db *db)
{
    return db->budget_spent;
}

Err db_checkpoint(Cx *cx)
{
    ASSERT(!cx->db->begun);
    return cx->db->ops->checkpoint(cx);
}

Err db_scrub(Cx *cx)
{
    ASSERT(!cx->db->begun);
    return cx->db->ops->scrub(cx);
}

int64_t db_wal_bytes(const Db *db)
{
    return db->ops->wal_bytes(db);
}

Err db_backup(Cx *cx, Str to_file, void (*progress)(void *user, int done, int total), void *user)
{
    return cx->db->ops->backup(cx, to_file, progress, user);
}

Err db_script(Cx *cx, Str sql)
{
    TRY(ready(cx));
    return note(cx->db, cx->db->ops->script(cx, sql));
}

Err db_prepare_all(Cx *cx, const StatementTable *table)
{
    for (size_t i = 0; i < table->count; i++) {
        if (!table->statements[i].sql)
            return fail(cx, ERR_INTERNAL, "db.error", "statement %zu of %s has no text", i,
                        table->name);
        if (cx->db->ops->prepare(cx, sql_of(cx->db, &table->statements[i])) != OK) {
            Str why = cx->error->detail;
            return fail(cx, ERR_INTERNAL, "db.error", "statement %zu of %s: %.*s", i, table->name,
                        SARG(why));
        }
    }
    return OK;
}
