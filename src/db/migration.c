#include "db/migration.h"

#include "base/str.h"

#include <inttypes.h>
#include <stdio.h>

typedef struct Applied {
    int64_t number;
    Str checksum;
} Applied;

typedef struct AppliedList {
    Applied *items;
    size_t count;
} AppliedList;

enum { LOCK, UNLOCK, CREATE, COUNT, LIST, FIND, ADD };

/* The number of the advisory lock says nothing; it is the same in every version of hanse. Another
 * node's migration may take longer than any other lock is waited for. */
static const Statement Q[] = {
    [LOCK] = SQL2("SELECT 1", "SELECT set_config('lock_timeout', '10min', false),"
                              " pg_advisory_lock(7521360925)"),
    [UNLOCK] = SQL2("SELECT 1", "SELECT set_config('lock_timeout', '5s', false),"
                                " pg_advisory_unlock(7521360925)"),
    [CREATE] = SQL("CREATE TABLE IF NOT EXISTS schema_migration(number BIGINT NOT NULL PRIMARY KEY,"
                   " name TEXT NOT NULL, checksum TEXT NOT NULL, at_us BIGINT NOT NULL)"),
    [COUNT] = SQL("SELECT count(*) FROM schema_migration"),
    [LIST] = SQL("SELECT number, checksum FROM schema_migration ORDER BY number"),
    [FIND] = SQL("SELECT 1 FROM schema_migration WHERE number = ?1"),
    [ADD] = SQL("INSERT INTO schema_migration(number, name, checksum, at_us)"
                " VALUES(?1, ?2, ?3, ?4)"),
};

/* The text for the engine of cx->db. */
static Str text_of(Cx *cx, const Migration *migration)
{
    if (db_engine(cx->db) == DB_SQLITE)
        return migration->sql;
    return migration->postgres.p ? migration->postgres
                                 : migration_postgres_text(cx->arena, migration->sql);
}

/* Of the file as it was written: a better translation does not change what ran. A checksum against
 * mistakes, not against an attacker, who could change the tables as well. */
static Str checksum_of(Cx *cx, const Migration *migration)
{
    bool own = db_engine(cx->db) == DB_POSTGRES && migration->postgres.p;
    return arena_fmt(cx->arena, "%016" PRIx64,
                     str_hash(own ? migration->postgres : migration->sql));
}

static Err create_table(Cx *cx)
{
    TRY(db_begin(cx));
    Err err = db_run(cx, &Q[CREATE], DB_NO_ARGS);
    if (err == OK)
        return db_commit(cx);
    db_rollback(cx);
    return err;
}

static Err read_applied(Cx *cx, AppliedList *list)
{
    DbRows rows;
    bool row = false;
    size_t at = 0;
    TRY(db_start(cx, &Q[LIST], DB_NO_ARGS, &rows));
    Err err = db_next(cx, &rows, &row);
    while (err == OK && row && at < list->count) {
        list->items[at++] = (Applied){db_i64(&rows, 0), arena_copy(cx->arena, db_text(&rows, 1))};
        err = db_next(cx, &rows, &row);
    }
    db_end(&rows);
    list->count = at;
    return err;
}

static Err list_applied(Cx *cx, AppliedList *ret)
{
    DbRows rows;
    bool row = false;
    AppliedList list = {0};
    TRY(db_start(cx, &Q[COUNT], DB_NO_ARGS, &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        list.count = (size_t)db_i64(&rows, 0);
    db_end(&rows);
    TRY(err);
    list.items = arena_array(cx->arena, Applied, list.count);
    TRY(read_applied(cx, &list));
    *ret = list;
    return OK;
}

static const Migration *find_migration(const Migration *list, size_t count, int64_t number)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i].number == number)
            return &list[i];
    }
    return NULL;
}

static bool is_applied(const AppliedList *applied, int number)
{
    for (size_t i = 0; i < applied->count; i++) {
        if (applied->items[i].number == number)
            return true;
    }
    return false;
}

/* What ran must be what the program has, and nothing older may be missing. */
static Err check_history(Cx *cx, const Migration *list, size_t count, const AppliedList *applied)
{
    int64_t youngest = applied->count ? applied->items[applied->count - 1].number : 0;
    for (size_t i = 0; i < applied->count; i++) {
        const Applied *one = &applied->items[i];
        const Migration *own = find_migration(list, count, one->number);
        if (!own)
            return fail(cx, ERR_CONFLICT, "db.newer",
                        "migration %" PRId64 " ran here but this program does not know it: "
                        "start the newer program, or restore the backup made before it",
                        one->number);
        Str checksum = checksum_of(cx, own);
        if (!str_eq(one->checksum, checksum))
            return fail(cx, ERR_CONFLICT, "db.checksum",
                        "migration %s ran with checksum %.*s and is now %.*s: a migration that "
                        "ran must not change, write another one",
                        own->name, SARG(one->checksum), SARG(checksum));
    }
    for (size_t i = 0; i < count; i++) {
        if (list[i].number < youngest && !is_applied(applied, list[i].number))
            return fail(cx, ERR_CONFLICT, "db.order",
                        "migration %s did not run although %" PRId64 " did: give it a number "
                        "above that one",
                        list[i].name, youngest);
    }
    return OK;
}

/* Another process may have been faster between the look and the lock. */
static Err find_applied(Cx *cx, int number, bool *ret)
{
    DbRows rows;
    TRY(db_start(cx, &Q[FIND], DB_ARGS(V_I64(number)), &rows));
    Err err = db_next(cx, &rows, ret);
    db_end(&rows);
    return err;
}

static Err apply(Cx *cx, const Migration *migration, bool *ret_done)
{
    bool there = false;
    TRY(find_applied(cx, migration->number, &there));
    *ret_done = !there;
    if (there)
        return OK;
    TRY(db_script(cx, text_of(cx, migration)));
    return db_run(cx, &Q[ADD],
                  DB_ARGS(V_I64(migration->number), V_TEXT(str_from(migration->name)),
                          V_TEXT(checksum_of(cx, migration)), V_I64(cx_now_us(cx))));
}

static Err apply_in_transaction(Cx *cx, const Migration *migration, int *applied)
{
    bool done = false;
    TRY(db_begin(cx));
    Err err = apply(cx, migration, &done);
    if (err == OK)
        err = db_commit(cx);
    else
        db_rollback(cx);
    if (err != OK) {
        Error cause = *cx->error;
        return fail(cx, cause.code, cause.key, "migration %s: %.*s", migration->name,
                    SARG(cause.detail));
    }
    *applied += done;
    return OK;
}

static Err run_locked(Cx *cx, const Migration *list, size_t count, Str backup_file, int *applied)
{
    AppliedList before;
    TRY(create_table(cx));
    TRY(list_applied(cx, &before));
    TRY(check_history(cx, list, count, &before));
    if (before.count == count)
        return OK;
    if (before.count && backup_file.n && db_engine(cx->db) == DB_SQLITE)
        TRY(db_backup(cx, backup_file, NULL, NULL));
    for (size_t i = 0; i < count; i++) {
        if (!is_applied(&before, list[i].number))
            TRY(apply_in_transaction(cx, &list[i], applied));
    }
    return OK;
}

static Err run_alone(Cx *cx, const Statement *statement)
{
    return db_run(cx, statement, DB_NO_ARGS);
}

Err migration_run_list(Cx *cx, const Migration *list, size_t count, Str backup_file,
                       int *ret_applied)
{
    int applied = 0;
    TRY(run_alone(cx, &Q[LOCK]));
    Err err = run_locked(cx, list, count, backup_file, &applied);
    if (err != OK) {
        /* The first error is the one to tell; a lost connection frees the lock by itself. */
        Error cause = *cx->error;
        if (run_alone(cx, &Q[UNLOCK]) != OK)
            *cx->error = cause;
        return err;
    }
    TRY(run_alone(cx, &Q[UNLOCK]));
    *ret_applied = applied;
    return OK;
}

Err migration_run(Cx *cx, Str backup_file, int *ret_applied)
{
    return migration_run_list(cx, MIGRATIONS, MIGRATION_COUNT, backup_file, ret_applied);
}
