/* Private to db/: what an engine offers behind db.h. db.c turns Statement into text, keeps the
 * state of the transaction, and calls these. */
#ifndef HANSE_DB_ENGINE_H
#define HANSE_DB_ENGINE_H

#include "db/db.h"

/* A text to be prepared. Literal: its address names it for ever, so it serves as the cache's key.
 */
typedef struct DbSql {
    Str text;
    bool literal;
} DbSql;

typedef struct DbMemo DbMemo;

typedef struct DbOps {
    void (*close)(Db *db);
    Err (*run)(Cx *cx, DbSql sql, const DbValue *args, size_t n, int64_t *ret_changed);
    int64_t (*last_number)(Db *db); /* of the last inserted row; NULL: RETURNING tells */
    Err (*start)(Cx *cx, DbSql sql, const DbValue *args, size_t n, DbRows *ret);
    Err (*next)(Cx *cx, DbRows *rows, bool *ret_row);
    void (*end)(DbRows *rows);
    int64_t (*i64)(const DbRows *rows, int column);
    double (*f64)(const DbRows *rows, int column);
    Str (*text)(const DbRows *rows, int column);
    Str (*blob)(const DbRows *rows, int column);
    bool (*is_null)(const DbRows *rows, int column);
    Err (*script)(Cx *cx, Str sql);
    Err (*prepare)(Cx *cx, DbSql sql);
    Err (*begin)(Cx *cx);
    Err (*read_begin)(Cx *cx);
    /* Of the open snapshot: differs from that of another one if the store has changed between. */
    Err (*version)(Cx *cx, int64_t *ret);
    /* OK while the open transaction can still be committed. */
    Err (*alive)(Cx *cx);
    /* Ends the transaction if the engine still has one. */
    void (*rollback)(Db *db);
    Err (*rollback_to)(Cx *cx);
    void (*budget)(Db *db, int64_t limit_us);
    Err (*checkpoint)(Cx *cx);
    Err (*scrub)(Cx *cx);
    int64_t (*wal_bytes)(const Db *db);
    Err (*backup)(Cx *cx, Str to_file, void (*progress)(void *user, int done, int total),
                  void *user);
} DbOps;

/* The first member of each engine's own struct. */
struct Db {
    const DbOps *ops;
    DbEngine engine;
    DbMode mode;
    bool begun;        /* between begin and commit or rollback, whatever the engine did meanwhile */
    bool failed;       /* a statement failed since the last savepoint began or was rolled back */
    bool budget_spent; /* a statement was cut since db_budget */
    int savepoints;    /* open ones */
    bool snapshot;     /* begun by db_read_begin */
    int64_t snapshots; /* begun so far */
    DbMemo *memo;      /* NULL until something was kept */
};

void memo_close(DbMemo *memo);

MUST Err sqlite_open(Cx *cx, Str where, DbOptions options, Db **ret);
MUST Err postgres_open(Cx *cx, Str where, DbOptions options, Db **ret);

#endif
