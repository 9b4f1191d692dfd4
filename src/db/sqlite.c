#include "db/engine.h"

#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Pages of WAL after which a commit also copies them into the database. 64 MiB: so large that
 * checkpoints are rare under load, when they cost most. */
enum { CHECKPOINT_PAGES = 16000 };
enum { WRITER_CACHE_KIB = 32 * 1024, READER_CACHE_KIB = 8 * 1024 };
/* Only another process, such as a backup tool, can make this program wait. */
enum { BUSY_WAIT_MS = 5000 };
/* How long a checkpoint waits for readers, while nobody can write. Reads on loops are shorter. */
enum { CHECKPOINT_WAIT_MS = 50 };
/* The same for one after which nothing of the past may stay: longer than any read may take. */
enum { SCRUB_WAIT_S = 25 };
/* Steps of SQLite's machine between two looks at the clock: some 20 to 100 us. */
enum { BUDGET_STEPS = 1000 };
/* 1 MiB at a time, between which the progress is told. */
enum { BACKUP_PAGES = 256 };
/* Statements are constants of the program, a few hundred; so this table need not grow. */
enum { LITERAL_BUCKETS = 1024 };
/* Shapes of filters in use at a time on one connection. */
enum { DYNAMIC_MAX = 64 };

typedef struct Prepared {
    sqlite3_stmt *stmt;
    struct Prepared *next; /* in its bucket */
    const char *literal;   /* key of a literal text */
    char *text;            /* key of a dynamic text, owned */
    size_t text_n;
    uint64_t hash;
    uint64_t used_at; /* for the least recently used */
    bool busy;        /* between start and end */
    bool cached;      /* else it is finalised at its end */
} Prepared;

typedef struct SqliteDb {
    Db db;
    sqlite3 *handle;
    Prepared *literals[LITERAL_BUCKETS];
    Prepared *dynamic[DYNAMIC_MAX];
    uint64_t uses;
    int64_t deadline_us; /* monotonic */
    int64_t page_bytes;
    int64_t wal_pages;
} SqliteDb;

static const DbOps SQLITE_OPS;

static SqliteDb *sqlite_of(const Db *db)
{
    ASSERT(db->engine == DB_SQLITE);
    union {
        const Db *in;
        SqliteDb *out;
    } cast = {db};
    return cast.out;
}

/* SQLite's code as an error of db.h. */
static Err fail_code(Cx *cx, int code, const char *why, Str sql)
{
    switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
        if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
            code == SQLITE_CONSTRAINT_ROWID)
            return fail(cx, ERR_CONFLICT, "db.unique", "%s", why);
        return fail(cx, ERR_CONFLICT, "db.constraint", "%s", why);
    case SQLITE_FULL:
        return fail(cx, ERR_UNAVAILABLE, "db.full", "%s: free some space", why);
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
        return fail(cx, ERR_UNAVAILABLE, "db.io", "%s (SQLite code %d)", why, code);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return fail(cx, ERR_UNAVAILABLE, "db.busy", "%s: another process holds the database", why);
    case SQLITE_INTERRUPT:
        return fail(cx, ERR_LIMIT, "db.budget", "the statement took longer than it may: %.*s",
                    SARG(sql));
    case SQLITE_TOOBIG:
        return fail(cx, ERR_LIMIT, "db.too_big", "%s", why);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return fail(cx, ERR_INTERNAL, "db.corrupt", "%s: restore a backup", why);
    default:
        return fail(cx, ERR_INTERNAL, "db.error", "%s (SQLite code %d) in: %.*s", why, code,
                    SARG(sql));
    }
}

static Err fail_sqlite(Cx *cx, SqliteDb *s, int code, Str sql)
{
    return fail_code(cx, code, sqlite3_errmsg(s->handle), sql);
}

/* SQLite gives up the whole transaction on a full disk and the like. What follows would then run
 * outside of any transaction, each statement for itself, so it is refused. */
static Err sqlite_alive(Cx *cx)
{
    SqliteDb *s = sqlite_of(cx->db);
    if (s->db.begun && sqlite3_get_autocommit(s->handle))
        return fail(cx, ERR_UNAVAILABLE, "db.rolled_back",
                    "the database gave up the transaction after an earlier error");
    return OK;
}

static void *must_calloc(size_t bytes)
{
    void *p = calloc(1, bytes);
    if (!p)
        abort();
    return p;
}

/* ---- prepared statements ---- */

static Err prepare_new(Cx *cx, DbSql sql, bool persistent, Prepared **ret)
{
    SqliteDb *s = sqlite_of(cx->db);
    sqlite3_stmt *stmt = NULL;
    ASSERT(sql.text.n < INT32_MAX);
    int code = sqlite3_prepare_v3(s->handle, sql.text.p, (int)sql.text.n,
                                  persistent ? SQLITE_PREPARE_PERSISTENT : 0, &stmt, NULL);
    if (code != SQLITE_OK)
        return fail_sqlite(cx, s, code, sql.text);
    if (!stmt)
        return fail(cx, ERR_INTERNAL, "db.error", "the statement is empty");
    *ret = must_calloc(sizeof(Prepared));
    (*ret)->stmt = stmt;
    return OK;
}

static void prepared_free(Prepared *prepared)
{
    sqlite3_finalize(prepared->stmt);
    free(prepared->text);
    free(prepared);
}

static Prepared **literal_bucket(SqliteDb *s, const char *literal)
{
    uint64_t hash = ((uint64_t)(uintptr_t)literal >> 3) * UINT64_C(0x9E3779B97F4A7C15);
    return &s->literals[hash >> 54 & (LITERAL_BUCKETS - 1)];
}

static Err prepare_literal(Cx *cx, DbSql sql, Prepared **ret)
{
    Prepared **bucket = literal_bucket(sqlite_of(cx->db), sql.text.p);
    Prepared *found = *bucket;
    while (found && found->literal != sql.text.p)
        found = found->next;
    if (found && !found->busy) {
        *ret = found;
        return OK;
    }
    TRY(prepare_new(cx, sql, !found, ret));
    if (!found) {
        (*ret)->cached = true;
        (*ret)->literal = sql.text.p;
        (*ret)->next = *bucket;
        *bucket = *ret;
    }
    return OK;
}

/* The slot that holds the text; else a free one, or the one idle for the longest; NULL when all
 * are busy. */
static Prepared **dynamic_slot(SqliteDb *s, Str text, uint64_t hash)
{
    Prepared **oldest = NULL;
    for (size_t i = 0; i < DYNAMIC_MAX; i++) {
        Prepared **slot = &s->dynamic[i];
        if (!*slot)
            return slot; /* slots fill from the front and are never emptied */
        if ((*slot)->hash == hash && str_eq((Str){(*slot)->text, (*slot)->text_n}, text))
            return slot;
        if (!(*slot)->busy && (!oldest || (*slot)->used_at < (*oldest)->used_at))
            oldest = slot;
    }
    return oldest;
}

static Err prepare_dynamic(Cx *cx, DbSql sql, Prepared **ret)
{
    SqliteDb *s = sqlite_of(cx->db);
    uint64_t hash = str_hash(sql.text);
    Prepared **slot = dynamic_slot(s, sql.text, hash);
    bool hit = slot && *slot && (*slot)->hash == hash &&
               str_eq((Str){(*slot)->text, (*slot)->text_n}, sql.text);
    if (hit && !(*slot)->busy) {
        (*slot)->used_at = ++s->uses;
        *ret = *slot;
        return OK;
    }
    TRY(prepare_new(cx, sql, !hit && slot, ret));
    if (hit || !slot)
        return OK;
    if (*slot)
        prepared_free(*slot);
    *slot = *ret;
    (*ret)->cached = true;
    (*ret)->text = must_calloc(sql.text.n + 1);
    memcpy((*ret)->text, sql.text.p, sql.text.n);
    (*ret)->text_n = sql.text.n;
    (*ret)->hash = hash;
    (*ret)->used_at = ++s->uses;
    return OK;
}

static Err prepare(Cx *cx, DbSql sql, Prepared **ret)
{
    return sql.literal ? prepare_literal(cx, sql, ret) : prepare_dynamic(cx, sql, ret);
}

/* Bound values stay where they are after a reset, but the next use binds every one anew. */
static void prepared_end(Prepared *prepared)
{
    sqlite3_reset(prepared->stmt);
    prepared->busy = false;
    if (!prepared->cached)
        prepared_free(prepared);
}

static int bind_one(sqlite3_stmt *stmt, int at, DbValue v, sqlite3_destructor_type life)
{
    /* A NULL pointer would be bound as SQL NULL. */
    const char *p = v.str.p ? v.str.p : "";
    switch (v.kind) {
    case DB_NULL:
        return sqlite3_bind_null(stmt, at);
    case DB_I64:
        return sqlite3_bind_int64(stmt, at, v.i64);
    case DB_F64:
        return sqlite3_bind_double(stmt, at, v.f64);
    case DB_TEXT:
        return sqlite3_bind_text64(stmt, at, p, v.str.n, life, SQLITE_UTF8);
    case DB_BLOB:
        return sqlite3_bind_blob64(stmt, at, p, v.str.n, life);
    }
    return SQLITE_MISUSE;
}

static Err bind(Cx *cx, Prepared *prepared, Str sql, const DbValue *args, size_t n,
                sqlite3_destructor_type life)
{
    ASSERT((int)n == sqlite3_bind_parameter_count(prepared->stmt));
    for (size_t i = 0; i < n; i++) {
        int code = bind_one(prepared->stmt, (int)i + 1, args[i], life);
        if (code != SQLITE_OK)
            return fail_sqlite(cx, sqlite_of(cx->db), code, sql);
    }
    return OK;
}

/* ---- running ---- */

static Err sqlite_run(Cx *cx, DbSql sql, const DbValue *args, size_t n, int64_t *ret_changed)
{
    SqliteDb *s = sqlite_of(cx->db);
    Prepared *prepared;
    TRY(prepare(cx, sql, &prepared));
    int64_t before = sqlite3_total_changes64(s->handle);
    /* The values outlive this call, so they need not be copied. */
    Err err = bind(cx, prepared, sql.text, args, n, SQLITE_STATIC);
    int code = SQLITE_ROW;
    while (err == OK && code == SQLITE_ROW)
        code = sqlite3_step(prepared->stmt);
    if (err == OK && code != SQLITE_DONE)
        err = fail_sqlite(cx, s, code, sql.text);
    prepared_end(prepared);
    if (err == OK) {
        bool changed = sqlite3_total_changes64(s->handle) != before;
        *ret_changed = changed ? sqlite3_changes64(s->handle) : 0;
    }
    return err;
}

static int64_t sqlite_last_number(Db *db)
{
    return sqlite3_last_insert_rowid(sqlite_of(db)->handle);
}

static Err sqlite_start(Cx *cx, DbSql sql, const DbValue *args, size_t n, DbRows *ret)
{
    Prepared *prepared;
    TRY(prepare(cx, sql, &prepared));
    Err err = bind(cx, prepared, sql.text, args, n, SQLITE_TRANSIENT);
    if (err != OK) {
        prepared_end(prepared);
        return err;
    }
    prepared->busy = true;
    *ret =
        (DbRows){.db = cx->db, .handle = prepared, .columns = sqlite3_column_count(prepared->stmt)};
    return OK;
}

static Err sqlite_next(Cx *cx, DbRows *rows, bool *ret_row)
{
    Prepared *prepared = rows->handle;
    int code = sqlite3_step(prepared->stmt);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return fail_sqlite(cx, sqlite_of(rows->db), code, str_from(sqlite3_sql(prepared->stmt)));
    *ret_row = code == SQLITE_ROW;
    return OK;
}

static void sqlite_end(DbRows *rows)
{
    prepared_end(rows->handle);
}

static sqlite3_stmt *stmt_of(const DbRows *rows)
{
    const Prepared *prepared = rows->handle;
    return prepared->stmt;
}

static int64_t sqlite_i64(const DbRows *rows, int column)
{
    return sqlite3_column_int64(stmt_of(rows), column);
}

static double sqlite_f64(const DbRows *rows, int column)
{
    return sqlite3_column_double(stmt_of(rows), column);
}

static bool sqlite_is_null(const DbRows *rows, int column)
{
    return sqlite3_column_type(stmt_of(rows), column) == SQLITE_NULL;
}

static Str sqlite_text(const DbRows *rows, int column)
{
    const unsigned char *p = sqlite3_column_text(stmt_of(rows), column);
    if (!p)
        return (Str){NULL, 0};
    return (Str){(const char *)p, (size_t)sqlite3_column_bytes(stmt_of(rows), column)};
}

static Str sqlite_blob(const DbRows *rows, int column)
{
    if (sqlite_is_null(rows, column))
        return (Str){NULL, 0};
    const char *p = sqlite3_column_blob(stmt_of(rows), column);
    size_t n = (size_t)sqlite3_column_bytes(stmt_of(rows), column);
    /* An empty blob has no address in SQLite, but it is not NULL here. */
    return (Str){p ? p : "", n};
}

static Err sqlite_script(Cx *cx, Str sql)
{
    SqliteDb *s = sqlite_of(cx->db);
    ASSERT(sql.n < INT32_MAX);
    while (sql.n) {
        sqlite3_stmt *stmt = NULL;
        const char *tail = NULL;
        TRY(sqlite_alive(cx));
        int code = sqlite3_prepare_v3(s->handle, sql.p, (int)sql.n, 0, &stmt, &tail);
        if (code != SQLITE_OK)
            return fail_sqlite(cx, s, code, sql);
        Str one = str_slice(sql, 0, (size_t)(tail - sql.p));
        sql = str_from_index(sql, one.n);
        code = stmt ? SQLITE_ROW : SQLITE_DONE; /* white space and comments give no statement */
        while (code == SQLITE_ROW)
            code = sqlite3_step(stmt);
        Err err = code == SQLITE_DONE ? OK : fail_sqlite(cx, s, code, one);
        sqlite3_finalize(stmt);
        TRY(err);
    }
    return OK;
}

static Err sqlite_prepare(Cx *cx, DbSql sql)
{
    Prepared *prepared;
    TRY(prepare(cx, sql, &prepared));
    prepared_end(prepared);
    return OK;
}

/* ---- transactions ---- */

static Err run_literal(Cx *cx, Str literal)
{
    int64_t changed;
    return sqlite_run(cx, (DbSql){literal, true}, DB_NO_ARGS, &changed);
}

static Err sqlite_begin(Cx *cx)
{
    return run_literal(cx, S("BEGIN IMMEDIATE"));
}

static void sqlite_rollback(Db *db)
{
    SqliteDb *s = sqlite_of(db);
    if (!sqlite3_get_autocommit(s->handle))
        sqlite3_exec(s->handle, "ROLLBACK", NULL, NULL, NULL);
}

static Err sqlite_read_begin(Cx *cx)
{
    return run_literal(cx, S("BEGIN DEFERRED"));
}

/* Takes the snapshot where no statement has yet. */
static Err sqlite_version(Cx *cx, int64_t *ret)
{
    static const Statement VERSION = SQL("PRAGMA data_version");
    return db_one_i64(cx, &VERSION, DB_NO_ARGS, ret);
}

static Err sqlite_rollback_to(Cx *cx)
{
    return run_literal(cx, S("ROLLBACK TO SAVEPOINT unit"));
}

/* ---- budget, WAL ---- */

static int past_deadline(void *user)
{
    const SqliteDb *s = user;
    return clock_mono_us() >= s->deadline_us;
}

static void sqlite_budget(Db *db, int64_t limit_us)
{
    SqliteDb *s = sqlite_of(db);
    s->deadline_us = limit_us ? clock_mono_us() + limit_us : 0;
    sqlite3_progress_handler(s->handle, limit_us ? BUDGET_STEPS : 0, past_deadline, s);
}

static int checkpoint(SqliteDb *s, int mode)
{
    int in_wal = 0, copied = 0;
    int code = sqlite3_wal_checkpoint_v2(s->handle, "main", mode, &in_wal, &copied);
    /* What is copied whole is overwritten from the start by the next commit. */
    if (in_wal >= 0)
        s->wal_pages = copied == in_wal ? 0 : in_wal;
    return code;
}

/* Takes the place of SQLite's own automatic checkpoint in order to know the pages in use. A failed
 * checkpoint loses nothing and must not fail the commit that is already done. */
static int after_commit(void *user, sqlite3 *handle, const char *schema, int pages)
{
    SqliteDb *s = user;
    (void)handle;
    (void)schema;
    s->wal_pages = pages;
    if (pages >= CHECKPOINT_PAGES)
        checkpoint(s, SQLITE_CHECKPOINT_PASSIVE);
    return SQLITE_OK;
}

static Err sqlite_checkpoint(Cx *cx)
{
    SqliteDb *s = sqlite_of(cx->db);
    sqlite3_busy_timeout(s->handle, CHECKPOINT_WAIT_MS);
    int code = checkpoint(s, SQLITE_CHECKPOINT_TRUNCATE);
    sqlite3_busy_timeout(s->handle, BUSY_WAIT_MS);
    if (code != SQLITE_OK && code != SQLITE_BUSY)
        return fail_sqlite(cx, s, code, S("checkpoint"));
    return OK;
}

/* The new copy is built in a file and not in memory, for it is as large as the store. */
static Err sqlite_scrub(Cx *cx)
{
    SqliteDb *s = sqlite_of(cx->db);
    int code = sqlite3_exec(s->handle, "PRAGMA temp_store=FILE; VACUUM", NULL, NULL, NULL);
    Err err = code == SQLITE_OK ? OK : fail_sqlite(cx, s, code, S("scrub"));
    sqlite3_exec(s->handle, "PRAGMA temp_store=MEMORY", NULL, NULL, NULL);
    TRY(err);
    int64_t until_us = clock_mono_us() + SCRUB_WAIT_S * INT64_C(1000000);
    sqlite3_busy_timeout(s->handle, CHECKPOINT_WAIT_MS);
    do
        code = checkpoint(s, SQLITE_CHECKPOINT_TRUNCATE);
    while (code == SQLITE_BUSY && clock_mono_us() < until_us);
    sqlite3_busy_timeout(s->handle, BUSY_WAIT_MS);
    return code == SQLITE_OK ? OK : fail_sqlite(cx, s, code, S("scrub"));
}

static int64_t sqlite_wal_bytes(const Db *db)
{
    /* Each page stands behind a frame header of 24 bytes (SQLite file format, 4.2). */
    const SqliteDb *s = sqlite_of(db);
    return s->wal_pages * (s->page_bytes + 24);
}

/* ---- backup ---- */

/* The copy of pages. The transaction around it keeps one snapshot, so that writers do not make
 * the copy start again. */
static int copy_pages(SqliteDb *from, sqlite3 *to, void (*progress)(void *, int, int), void *user)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from->handle, "main");
    if (!backup)
        return sqlite3_errcode(to);
    int code = SQLITE_OK;
    while (code == SQLITE_OK) {
        code = sqlite3_backup_step(backup, BACKUP_PAGES);
        int total = sqlite3_backup_pagecount(backup);
        if (progress && (code == SQLITE_OK || code == SQLITE_DONE))
            progress(user, total - sqlite3_backup_remaining(backup), total);
    }
    sqlite3_backup_finish(backup);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

/* The database holds personal data, so a new one is its owner's alone; SQLite gives -wal and -shm
 * the same mode. A file that is there is not touched: closing a second descriptor of it would drop
 * the locks that other connections of this process hold. */
static void create_private(const char *file)
{
    int fd = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
}

static int write_copy(SqliteDb *from, const char *file, void (*progress)(void *, int, int),
                      void *user)
{
    sqlite3 *to = NULL;
    create_private(file);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    int code = sqlite3_open_v2(file, &to, flags, NULL);
    if (code == SQLITE_OK)
        code = copy_pages(from, to, progress, user);
    /* One file that needs no -wal beside it, wherever it is carried. */
    if (code == SQLITE_OK)
        code = sqlite3_exec(to, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
    sqlite3_close(to);
    return code;
}

static bool sync_path(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool ok = fsync(fd) == 0;
    close(fd);
    return ok;
}

static Err put_in_place(Cx *cx, const char *part, Str to_file)
{
    ptrdiff_t slash = str_find_last_char(to_file, '/');
    Str dir = slash < 0 ? S(".") : str_slice(to_file, 0, (size_t)slash + 1);
    if (!sync_path(part, O_RDWR) || rename(part, arena_cstr(cx->arena, to_file)) != 0 ||
        !sync_path(arena_cstr(cx->arena, dir), O_RDONLY | O_DIRECTORY))
        return fail(cx, ERR_UNAVAILABLE, "db.io", "%.*s: %s", SARG(to_file), strerror(errno));
    return OK;
}

static Err sqlite_backup(Cx *cx, Str to_file, void (*progress)(void *, int, int), void *user)
{
    SqliteDb *s = sqlite_of(cx->db);
    const char *part = arena_fmt(cx->arena, "%.*s.part", SARG(to_file)).p;
    ASSERT(!s->db.begun);
    unlink(part);
    TRY(sqlite_read_begin(cx));
    int code = sqlite3_exec(s->handle, "SELECT 1 FROM sqlite_schema", NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = write_copy(s, part, progress, user);
    sqlite_rollback(&s->db);
    Err err = code == SQLITE_OK ? put_in_place(cx, part, to_file)
                                : fail_code(cx, code, sqlite3_errstr(code), to_file);
    if (err != OK)
        unlink(part);
    return err;
}

/* ---- opening and closing ---- */

static void configure(void)
{
    /* Each connection belongs to one thread, so SQLite needs no locks of its own. Where another
     * part of the program has started SQLite before, its defaults serve as well. */
    (void)sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static int keep_first_text(void *user, int columns, char **values, char **names)
{
    (void)names;
    char *text = user;
    if (columns > 0 && values[0])
        snprintf(text, 16, "%s", values[0]);
    return 0;
}

static int set_pragmas(SqliteDb *s, DbOptions options)
{
    char text[160];
    char answer[16] = "";
    bool writer = options.mode == DB_WRITE;
    sqlite3_busy_timeout(s->handle, BUSY_WAIT_MS);
    if (writer) {
        int code =
            sqlite3_exec(s->handle, "PRAGMA journal_mode=WAL", keep_first_text, answer, NULL);
        if (code != SQLITE_OK)
            return code;
        if (strcmp(answer, "wal") != 0)
            return SQLITE_CANTOPEN; /* a file system without shared memory */
    }
    snprintf(text, sizeof text,
             "PRAGMA synchronous=%s; PRAGMA cache_size=-%d; PRAGMA query_only=%s",
             options.unsafe_no_sync ? "OFF" : "FULL", writer ? WRITER_CACHE_KIB : READER_CACHE_KIB,
             writer ? "OFF" : "ON");
    int code = sqlite3_exec(s->handle, text, NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(s->handle,
                            "PRAGMA foreign_keys=ON; PRAGMA secure_delete=OFF;"
                            "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0;"
                            "PRAGMA case_sensitive_like=ON",
                            NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(s->handle, "PRAGMA page_size", keep_first_text, answer, NULL);
    int64_t page_bytes = 0;
    if (code == SQLITE_OK && !str_to_i64(str_from(answer), &page_bytes))
        code = SQLITE_ERROR;
    s->page_bytes = page_bytes;
    return code;
}

static int harden(sqlite3 *handle)
{
    static const struct {
        int option, on;
    } SETTINGS[] = {{SQLITE_DBCONFIG_DEFENSIVE, 1},
                    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
                    {SQLITE_DBCONFIG_DQS_DML, 0},
                    {SQLITE_DBCONFIG_DQS_DDL, 0}};
    for (size_t i = 0; i < COUNT_OF(SETTINGS); i++) {
        int code = sqlite3_db_config(handle, SETTINGS[i].option, SETTINGS[i].on, NULL);
        if (code != SQLITE_OK)
            return code;
    }
    return SQLITE_OK;
}

static void sqlite_close(Db *db)
{
    SqliteDb *s = sqlite_of(db);
    for (size_t i = 0; i < LITERAL_BUCKETS; i++) {
        while (s->literals[i]) {
            Prepared *next = s->literals[i]->next;
            prepared_free(s->literals[i]);
            s->literals[i] = next;
        }
    }
    for (size_t i = 0; i < DYNAMIC_MAX && s->dynamic[i]; i++)
        prepared_free(s->dynamic[i]);
    int code = sqlite3_close(s->handle);
    ASSERT(code == SQLITE_OK); /* else some db_start has no db_end */
    free(s);
}

static int connect_file(SqliteDb *s, const char *file, DbOptions options)
{
    int flags = options.mode == DB_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                         : SQLITE_OPEN_READONLY;
    if (options.mode == DB_WRITE)
        create_private(file);
    int code = sqlite3_open_v2(file, &s->handle,
                               flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, options.vfs);
    if (code == SQLITE_OK)
        code = harden(s->handle);
    if (code == SQLITE_OK && options.setup)
        code = options.setup(s->handle);
    if (code == SQLITE_OK)
        code = set_pragmas(s, options);
    if (code == SQLITE_OK && options.mode == DB_WRITE)
        sqlite3_wal_hook(s->handle, after_commit, s);
    return code;
}

Err sqlite_open(Cx *cx, Str where, DbOptions options, Db **ret)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, configure);
    if (where.n == 0 || str_eq(where, S(":memory:")))
        return fail(cx, ERR_INVALID, "db.memory",
                    "a database in memory cannot be shared with readers: name a file");
    SqliteDb *s = must_calloc(sizeof *s);
    s->db = (Db){.ops = &SQLITE_OPS, .engine = DB_SQLITE, .mode = options.mode};
    int code = connect_file(s, arena_cstr(cx->arena, where), options);
    if (code == SQLITE_OK) {
        *ret = &s->db;
        return OK;
    }
    const char *why = s->handle ? sqlite3_errmsg(s->handle) : sqlite3_errstr(code);
    Err err = (code & 0xff) == SQLITE_NOTADB || (code & 0xff) == SQLITE_CORRUPT
                  ? fail_code(cx, code, why, where)
                  : fail(cx, ERR_UNAVAILABLE, "db.open", "%.*s: %s (SQLite code %d)", SARG(where),
                         why, code);
    sqlite_close(&s->db);
    return err;
}

static const DbOps SQLITE_OPS = {
    .close = sqlite_close,
    .run = sqlite_run,
    .last_number = sqlite_last_number,
    .start = sqlite_start,
    .next = sqlite_next,
    .end = sqlite_end,
    .i64 = sqlite_i64,
    .f64 = sqlite_f64,
    .text = sqlite_text,
    .blob = sqlite_blob,
    .is_null = sqlite_is_null,
    .script = sqlite_script,
    .prepare = sqlite_prepare,
    .begin = sqlite_begin,
    .read_begin = sqlite_read_begin,
    .version = sqlite_version,
    .alive = sqlite_alive,
    .rollback = sqlite_rollback,
    .rollback_to = sqlite_rollback_to,
    .budget = sqlite_budget,
    .checkpoint = sqlite_checkpoint,
    .scrub = sqlite_scrub,
    .wal_bytes = sqlite_wal_bytes,
    .backup = sqlite_backup,
};
