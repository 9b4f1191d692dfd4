#include "core/job_store.h"

enum { FIND, SET };

static const Statement STATEMENTS[] = {
    [FIND] = SQL("SELECT ran_us, took_us, error FROM job WHERE tenant = ?1 AND name = ?2"),
    [SET] = SQL("INSERT INTO job (tenant, name, ran_us, took_us, error) VALUES (?1, ?2, ?3, ?4, ?5)"
                " ON CONFLICT (tenant, name) DO UPDATE SET ran_us = excluded.ran_us,"
                " took_us = excluded.took_us, error = excluded.error"),
};
const StatementTable JOB_STATEMENTS = {"job", STATEMENTS, COUNT_OF(STATEMENTS)};

Err job_store_find(Cx *cx, Str name, bool *ret_found, JobRecord *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &STATEMENTS[FIND], DB_ARGS(V_I64(cx->actor->tenant.v), V_TEXT(name)), &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        *ret = (JobRecord){.ran_us = db_i64(&rows, 0),
                           .took_us = db_i64(&rows, 1),
                           .error = arena_copy(cx->arena, db_text(&rows, 2))};
    if (err == OK)
        *ret_found = row;
    db_end(&rows);
    return err;
}

Err job_store_set(Cx *cx, Str name, const JobRecord *record)
{
    return db_run(cx, &STATEMENTS[SET],
                  DB_ARGS(V_I64(cx->actor->tenant.v), V_TEXT(name), V_I64(record->ran_us),
                          V_I64(record->took_us), V_TEXT(record->error)));
}
