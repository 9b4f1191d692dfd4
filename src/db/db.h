/* One door to the store: SQLite, or PostgreSQL, by the same statements.
 *
 * SQL is literal text in statement tables at the top of each *_store.c; values are always bound.
 * Parameters are written ?1, ?2 ... and become $1, $2 on PostgreSQL. A second text is given only
 * where the engines differ. A connection belongs to one thread at a time. */
#ifndef HANSE_DB_DB_H
#define HANSE_DB_DB_H

#include "base/buf.h"
#include "base/err.h"

typedef struct Db Db;
typedef enum DbEngine { DB_SQLITE, DB_POSTGRES } DbEngine;
typedef enum DbMode { DB_READ, DB_WRITE } DbMode;

/* A statement: constant, literal, and known to the test that prepares every one of them.
 *
 * One text serves both engines with ON CONFLICT, RETURNING, CTEs, window functions, CASE, CAST,
 * coalesce, ||, count and sum. LIKE heeds case and texts are ordered by their bytes on both.
 * Different are: scalar max(a, b) and GREATEST, a IS ?1 and IS NOT DISTINCT FROM, json functions,
 * GLOB, INSERT OR IGNORE, and conditions as values (CASE WHEN x THEN 1 ELSE 0 END on both). */
typedef struct Statement {
    const char *sql;
    const char *postgres; /* NULL: the same text */
} Statement;
/* Takes literals only: "" text is a syntax error for anything else. */
#define SQL(text)                                                                                  \
    {                                                                                              \
        "" text, NULL                                                                              \
    }
#define SQL2(text, postgres_text)                                                                  \
    {                                                                                              \
        "" text, "" postgres_text                                                                  \
    }
/* static const Statement Q[] = {[GET] = SQL("..."), ...}; and the list that the test walks: */
typedef struct StatementTable {
    const char *name; /* "entity" */
    const Statement *statements;
    size_t count;
} StatementTable;

typedef struct DbValue {
    enum { DB_NULL, DB_I64, DB_F64, DB_TEXT, DB_BLOB } kind;
    int64_t i64;
    double f64;
    Str str;
} DbValue;
#define V_NULL ((DbValue){.kind = DB_NULL})
#define V_I64(v) ((DbValue){.kind = DB_I64, .i64 = (v)})
#define V_F64(v) ((DbValue){.kind = DB_F64, .f64 = (v)})
#define V_TEXT(v) ((DbValue){.kind = DB_TEXT, .str = (v)})
#define V_BLOB(v) ((DbValue){.kind = DB_BLOB, .str = (v)})
/* NULL for a Str with p NULL. */
DbValue v_text_or_null(Str s);
#define DB_ARGS(...)                                                                               \
    (const DbValue[]){__VA_ARGS__}, sizeof((const DbValue[]){__VA_ARGS__}) / sizeof(DbValue)
#define DB_NO_ARGS NULL, 0

/* A running query. Texts of a row are valid until the next db_next or db_end. PostgreSQL's rows
 * are all in memory from the start, so a query whose rows have no bound needs a LIMIT. */
typedef struct DbRows {
    Db *db;
    void *handle;
    int row; /* PostgreSQL: index into the result */
    int columns;
} DbRows;

/* Opens "FILE" as SQLite (":memory:" is refused: readers have connections of their own) or a
 * "postgres://" or "postgresql://" address. Pragmas for SQLite: WAL, synchronous=FULL (or OFF
 * where unsafe_no_sync says so, for the test that asserts the difference), foreign_keys,
 * secure_delete off, a busy time-out. Errors: UNAVAILABLE "db.open" with the reason. */
typedef struct DbOptions {
    DbMode mode;
    bool unsafe_no_sync;
    const char *vfs; /* a SQLite VFS by name, for tests; NULL: the default */
    /* Registers SQL functions on a fresh SQLite connection (a sqlite3 *) before any statement;
     * returns a SQLite result code. Functions used by indexes or triggers must be registered with
     * SQLITE_INNOCUOUS, for the schema is not trusted. NULL: nothing. */
    int (*setup)(void *sqlite3_handle);
} DbOptions;
/* A reader needs a file that a writer has opened before. INVALID "db.memory" for a database in
 * memory; INTERNAL "db.corrupt" for a file that is none of SQLite's. The connection lives until
 * db_close, not as long as the arena of cx. */
MUST Err db_open(Cx *cx, Str where, DbOptions options, Db **ret);
void db_close(Db *db);
DbEngine db_engine(const Db *db);

/* Runs a statement that gives no rows (rows that it gives are dropped). The number of values must
 * be the number of parameters. Errors: CONFLICT "db.unique" for a violated unique key;
 * CONFLICT "db.constraint"; UNAVAILABLE "db.full", "db.io", "db.busy", "db.serialize" (40001:
 * run the unit again), "db.rolled_back" when the engine gave up the open transaction earlier, so
 * that nothing of it is left to continue; LIMIT "db.budget" when the read budget ran out;
 * LIMIT "db.too_big"; INVALID "db.value" for a text with a NUL or broken UTF-8 on PostgreSQL;
 * INTERNAL "db.corrupt"; INTERNAL "db.error".
 * Inside a transaction the first error is the last word, on both engines: until db_rollback_to or
 * db_rollback every statement answers INTERNAL "db.failed", for PostgreSQL cannot go on either.
 * So never try and then look: INSERT ... ON CONFLICT, or ask first. */
MUST Err db_run(Cx *cx, const Statement *statement, const DbValue *args, size_t n);
/* The same and the number of rows changed. */
MUST Err db_run_count(Cx *cx, const Statement *statement, const DbValue *args, size_t n,
                      int64_t *ret_changed);
/* Inserts one row and gives its number; false where ON CONFLICT DO NOTHING did nothing. SQLite
 * tells the rowid of a plain INSERT, since its RETURNING goes through a temporary table; the text
 * for PostgreSQL ends with RETURNING and the number's column. */
MUST Err db_insert(Cx *cx, const Statement *statement, const DbValue *args, size_t n,
                   int64_t *ret_number, bool *ret_inserted);
/* Starts a query on cx->db; values are copied. Every successful start is ended by db_end, also
 * after an error of db_next. The same statement may run several times at once. */
MUST Err db_start(Cx *cx, const Statement *statement, const DbValue *args, size_t n, DbRows *ret);
MUST Err db_next(Cx *cx, DbRows *rows, bool *ret_row);
void db_end(DbRows *rows);
int64_t db_i64(const DbRows *rows, int column);
double db_f64(const DbRows *rows, int column);
Str db_text(const DbRows *rows, int column); /* p NULL for SQL NULL */
Str db_blob(const DbRows *rows, int column);
bool db_is_null(const DbRows *rows, int column);
/* The first column of the first row; 0 without one, and for NULL. */
MUST Err db_one_i64(Cx *cx, const Statement *statement, const DbValue *args, size_t n,
                    int64_t *ret);
/* The first column of each row, at most max of them. */
MUST Err db_list_i64(Cx *cx, const Statement *statement, const DbValue *args, size_t n,
                     int64_t *ret, size_t max, size_t *ret_count);

/* Dynamic filters: literal pieces and bound values, nothing else. Prepared statements of such
 * texts are kept in a bounded cache per connection. */
enum { DB_DYNAMIC_ARGS_MAX = 256 };
typedef struct DbDynamic {
    Buf sql;
    DbValue args[DB_DYNAMIC_ARGS_MAX];
    size_t count;
    bool overflow;
} DbDynamic;
DbDynamic *db_dynamic(Cx *cx);
/* Appends a literal. */
#define db_dynamic_sql(dynamic, literal) db_dynamic_put(dynamic, S(literal))
void db_dynamic_put(DbDynamic *dynamic, Str literal);
/* Appends a placeholder and binds its value. */
void db_dynamic_bind(DbDynamic *dynamic, DbValue value);
/* LIMIT "db.dynamic" when there were too many values. */
MUST Err db_start_dynamic(Cx *cx, DbDynamic *dynamic, DbRows *ret);
/* As db_one_i64. */
MUST Err db_one_i64_dynamic(Cx *cx, DbDynamic *dynamic, int64_t *ret);

/* Transactions belong to the unit of work and to migrations, never to domain code. */
MUST Err db_begin(Cx *cx); /* IMMEDIATE, or SERIALIZABLE on PostgreSQL */
/* After an error nothing of the transaction stays and none is open. */
MUST Err db_commit(Cx *cx);
/* Harmless when no transaction is open. */
void db_rollback(Cx *cx);
/* Savepoints nest; each is ended by one db_release or one db_rollback_to, the youngest first. */
MUST Err db_savepoint(Cx *cx);
MUST Err db_release(Cx *cx);
/* UNAVAILABLE when the engine has rolled back the whole transaction by itself ("db.rolled_back")
 * or will not commit it any more ("db.serialize"): then db_rollback, and nothing of it stays. */
MUST Err db_rollback_to(Cx *cx);
/* A read snapshot over several statements. */
MUST Err db_read_begin(Cx *cx);
void db_read_end(Cx *cx);

/* What was worked out from the store, and holds as long as the store is the same: db_memo calls
 * `make` once, and gives what it made again under the same key, in this snapshot and in later ones
 * of this connection until something is committed (on PostgreSQL, in this one alone). The key says
 * all that the result depends on: never what one reader may see to another one. Without a snapshot,
 * and where the places are taken, `make` just runs. `make` allocates in its cx's arena; what it
 * made is not changed, and is valid until the snapshot ends. */
enum {
    DB_MEMO_SLOTS = 64,
    DB_MEMO_BYTES_MAX = 4 << 20 /* per connection; beyond it, the next snapshot begins empty */
};
typedef Err DbMemoMake(Cx *cx, const void *user, void **ret);
MUST Err db_memo(Cx *cx, Str key, DbMemoMake *make, const void *user, const void **ret);

/* Limits how long the statements on this connection may run, all together, until the next call:
 * SQLite looks at the clock every thousand steps, PostgreSQL gets a statement time-out (per
 * statement, whole milliseconds). 0: no limit. For reads: a write that is cut ends its whole
 * transaction. */
void db_budget(Db *db, int64_t limit_us);
/* Whether a statement was cut since then, also where whoever asked made do without its answer. */
bool db_budget_spent(const Db *db);

/* A checkpoint of SQLite's WAL; nothing on PostgreSQL. It waits some 50 ms for readers: what they
 * still look at then stays in the WAL, which db_wal_bytes shows. On the writer, outside of
 * transactions; the writer also makes one by itself every 16,000 pages, without waiting. */
MUST Err db_checkpoint(Cx *cx);
/* Writes the store anew without what was deleted or changed, and empties the WAL, so that no file
 * of SQLite holds a byte of it any more. On the writer, outside of transactions; nobody can write
 * meanwhile, and it needs as much room again as the store has. UNAVAILABLE "db.busy" when readers
 * stayed for SCRUB_WAIT_S: then call it again. Nothing on PostgreSQL, where VACUUM FULL is the
 * operator's. */
MUST Err db_scrub(Cx *cx);
/* Bytes of the WAL in use after this writer's last commit or checkpoint; 0 on a reader. (The file
 * is never smaller than that, and stays long after a checkpoint.) */
int64_t db_wal_bytes(const Db *db);
/* A consistent copy of the database into a SQLite file while it is in use; progress may be NULL.
 * The file appears under its name when it is complete and on disk, and replaces one that was
 * there. UNSUPPORTED on PostgreSQL, where pg_dump is the way. */
MUST Err db_backup(Cx *cx, Str to_file, void (*progress)(void *user, int done, int total),
                   void *user);

/* Runs a text of several statements without values: migrations and test data, nothing else. */
MUST Err db_script(Cx *cx, Str sql);

/* One server per data directory: an exclusive lock on DIR/lock, which holds the owner's pid and
 * stays behind as a file. The kernel frees the lock when the process ends, however it ends.
 * UNAVAILABLE "db.locked" with the owner's pid; UNAVAILABLE "db.open" when DIR is not writable. */
typedef struct DbLock {
    int fd;
} DbLock;
MUST Err db_lock(Cx *cx, Str dir, DbLock *ret);
void db_unlock(DbLock *lock);

/* Prepares every statement of the table and says which one fails. For tests. */
MUST Err db_prepare_all(Cx *cx, const StatementTable *table);

#endif
