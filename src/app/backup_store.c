#include "app/backup_store.h"

enum { CREATE, ADD, EACH, UPLOADS, MISSING, DROP };

/* Not in a StatementTable: the table lives in backups alone, which are SQLite files. */
static const Statement STATEMENTS[] = {
    [CREATE] = SQL("CREATE TABLE backup_file (path TEXT PRIMARY KEY, bytes BLOB NOT NULL)"),
    [ADD] = SQL("INSERT INTO backup_file (path, bytes) VALUES (?1, ?2)"),
    [EACH] = SQL("SELECT path, bytes FROM backup_file ORDER BY path"),
    [UPLOADS] = SQL("SELECT count(*) FROM backup_file WHERE path LIKE 'files/%'"),
    [MISSING] = SQL("SELECT hash FROM attachment WHERE removed_us = 0 AND NOT EXISTS (SELECT 1"
                    " FROM backup_file WHERE path = 'files/' || substr(hash, 1, 2) || '/' || hash)"
                    " LIMIT 1"),
    [DROP] = SQL("DROP TABLE backup_file"),
};

Err backup_store_create(Cx *cx)
{
    return db_run(cx, &STATEMENTS[CREATE], DB_NO_ARGS);
}

Err backup_store_add_file(Cx *cx, Str path, Str bytes)
{
    return db_run(cx, &STATEMENTS[ADD], DB_ARGS(V_TEXT(path), V_BLOB(bytes)));
}

Err backup_store_each_file(Cx *cx, Err (*each)(Cx *cx, void *user, Str path, Str bytes), void *user)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[EACH], DB_NO_ARGS, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row) {
        err = each(cx, user, db_text(&rows, 0), db_blob(&rows, 1));
        if (err != OK)
            break;
    }
    db_end(&rows);
    return err;
}

Err backup_store_uploads(Cx *cx, int64_t *ret_count, Str *ret_missing)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[UPLOADS], DB_NO_ARGS, &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        *ret_count = db_i64(&rows, 0);
    db_end(&rows);
    TRY(err);
    TRY(db_start(cx, &STATEMENTS[MISSING], DB_NO_ARGS, &rows));
    err = db_next(cx, &rows, &row);
    *ret_missing = err == OK && row ? arena_copy(cx->arena, db_text(&rows, 0)) : (Str){0};
    db_end(&rows);
    return err;
}

Err backup_store_drop(Cx *cx)
{
    return db_run(cx, &STATEMENTS[DROP], DB_NO_ARGS);
}
