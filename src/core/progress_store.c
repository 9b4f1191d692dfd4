#include "core/progress_store.h"

enum { FIND, SET, UNFINISHED };

static const Statement STATEMENTS[] = {
    [FIND] =
        SQL("SELECT name, since_us, done, total FROM progress WHERE tenant = ?1 AND name = ?2"),
    [SET] = SQL("INSERT INTO progress (tenant, name, since_us, done, total)"
                " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (tenant, name) DO UPDATE SET"
                " since_us = excluded.since_us, done = excluded.done, total = excluded.total"),
    [UNFINISHED] = SQL("SELECT name, since_us, done, total FROM progress"
                       " WHERE tenant = ?1 AND done < total ORDER BY name LIMIT ?2"),
};
const StatementTable PROGRESS_STATEMENTS = {"progress", STATEMENTS, COUNT_OF(STATEMENTS)};

static Progress read_row(Cx *cx, const DbRows *rows)
{
    return (Progress){.name = arena_copy(cx->arena, db_text(rows, 0)),
                      .since_us = db_i64(rows, 1),
                      .done = db_i64(rows, 2),
                      .total = db_i64(rows, 3)};
}

Err progress_store_find(Cx *cx, Str name, bool *ret_found, Progress *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[FIND], DB_ARGS(V_I64(cx->actor->tenant.v), V_TEXT(name)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        *ret = read_row(cx, &rows);
    if (err == OK)
        *ret_found = row;
    db_end(&rows);
    return err;
}

Err progress_store_set(Cx *cx, const Progress *progress)
{
    return db_run(cx, &STATEMENTS[SET],
                  DB_ARGS(V_I64(cx->actor->tenant.v), V_TEXT(progress->name),
                          V_I64(progress->since_us), V_I64(progress->done),
                          V_I64(progress->total)));
}

Err progress_store_list(Cx *cx, Progress *ret, size_t *ret_count)
{
    DbRows rows;
    bool row = true;
    size_t count = 0;
    Err err = OK;
    TRY(db_start(cx, &STATEMENTS[UNFINISHED],
                 DB_ARGS(V_I64(cx->actor->tenant.v), V_I64(PROGRESS_LIST_MAX)), &rows));
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        ret[count++] = read_row(cx, &rows);
    db_end(&rows);
    if (err == OK)
        *ret_count = count;
    return err;
}
