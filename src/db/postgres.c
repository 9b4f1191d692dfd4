#include "db/engine.h"
#include "db/libpq.h"
#include "db/postgres_text.h"

#include "base/str.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { LITERAL_BUCKETS = 1024, DYNAMIC_MAX = 64 };
/* How long a statement waits for another one's lock. */
#define LOCK_WAIT "5s"

/* Oids of the types that hanse stores (PostgreSQL's pg_type.dat, fixed for ever). */
enum { OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_TEXT = 25, OID_FLOAT8 = 701 };

/* A statement prepared on the server, for values of certain types. The same text called with
 * other types is another one. */
typedef struct Prepared {
    struct Prepared *next;
    const char *literal;
    char *text; /* of a dynamic one, owned */
    size_t text_n;
    uint64_t used_at;
    char name[24];
    size_t count;                       /* of parameters */
    Oid types[DB_DYNAMIC_ARGS_MAX];     /* what the server expects */
    bool inferred[DB_DYNAMIC_ARGS_MAX]; /* chosen by the server, since the first value was NULL */
} Prepared;

typedef struct PgDb {
    Db db;
    Libpq pq;
    PGconn *conn;
    DbOptions options;
    Prepared *literals[LITERAL_BUCKETS];
    Prepared *dynamic[DYNAMIC_MAX];
    uint64_t names; /* given so far */
    uint64_t uses;
    int64_t timeout_ms;      /* wanted */
    int64_t timeout_sent_ms; /* -1: unknown, since a rollback takes SET back */
    bool doomed;             /* a serialization failure: the transaction cannot be committed */
} PgDb;

/* The values in libpq's form. */
typedef struct Encoded {
    const char *values[DB_DYNAMIC_ARGS_MAX];
    int lengths[DB_DYNAMIC_ARGS_MAX];
    int formats[DB_DYNAMIC_ARGS_MAX];
    char numbers[DB_DYNAMIC_ARGS_MAX][32];
} Encoded;

static const DbOps POSTGRES_OPS;

static PgDb *pg_of(const Db *db)
{
    ASSERT(db->engine == DB_POSTGRES);
    union {
        const Db *in;
        PgDb *out;
    } cast = {db};
    return cast.out;
}

static void *must_calloc(size_t bytes)
{
    void *p = calloc(1, bytes);
    if (!p)
        abort();
    return p;
}

/* ---- errors ---- */

/* By the first characters of SQLSTATE (PostgreSQL manual, appendix A); the first match counts. */
static const struct {
    const char *state;
    Err code;
    const char *key;
} STATES[] = {
    {"23505", ERR_CONFLICT, "db.unique"},    {"23", ERR_CONFLICT, "db.constraint"},
    {"40", ERR_UNAVAILABLE, "db.serialize"}, {"53100", ERR_UNAVAILABLE, "db.full"},
    {"53", ERR_UNAVAILABLE, "db.busy"},      {"55P03", ERR_UNAVAILABLE, "db.busy"},
    {"57014", ERR_LIMIT, "db.budget"},       {"57", ERR_UNAVAILABLE, "db.io"},
    {"58", ERR_UNAVAILABLE, "db.io"},        {"08", ERR_UNAVAILABLE, "db.io"},
    {"22", ERR_INVALID, "db.value"},         {"54", ERR_LIMIT, "db.too_big"},
    {"XX001", ERR_INTERNAL, "db.corrupt"},   {"XX002", ERR_INTERNAL, "db.corrupt"},
};

static Err fail_result(Cx *cx, PgDb *p, const PGresult *result, Str sql)
{
    const char *state = result ? p->pq.PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *message = result ? p->pq.PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    if (!message)
        message = p->pq.PQerrorMessage(p->conn);
    if (p->pq.PQstatus(p->conn) == CONNECTION_BAD)
        return fail(cx, ERR_UNAVAILABLE, "db.io", "the connection is lost: %s", message);
    for (size_t i = 0; state && i < COUNT_OF(STATES); i++) {
        if (!str_starts(str_from(state), str_from(STATES[i].state)))
            continue;
        p->doomed = p->doomed || strcmp(STATES[i].key, "db.serialize") == 0;
        return fail(cx, STATES[i].code, STATES[i].key, "%s", message);
    }
    return fail(cx, ERR_INTERNAL, "db.error", "%s (SQLSTATE %s) in: %.*s", message,
                state ? state : "none", SARG(sql));
}

static bool is_good(PgDb *p, const PGresult *result)
{
    ExecStatusType status = p->pq.PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

/* Runs a text without values, several statements at once too. */
static Err exec(Cx *cx, PgDb *p, const char *sql)
{
    PGresult *result = p->pq.PQexec(p->conn, sql);
    Err err = is_good(p, result) ? OK : fail_result(cx, p, result, str_from(sql));
    p->pq.PQclear(result);
    return err;
}

/* ---- prepared statements ---- */

static Oid type_of(DbValue v)
{
    switch (v.kind) {
    case DB_I64:
        return OID_INT8;
    case DB_F64:
        return OID_FLOAT8;
    case DB_TEXT:
        return OID_TEXT;
    case DB_BLOB:
        return OID_BYTEA;
    case DB_NULL:
        break;
    }
    return 0; /* the server chooses by the place it stands in */
}

/* What the server chose for parameters without a type. */
static Err read_types(Cx *cx, PgDb *p, Prepared *prepared, Str sql)
{
    PGresult *result = p->pq.PQdescribePrepared(p->conn, prepared->name);
    Err err = is_good(p, result) ? OK : fail_result(cx, p, result, sql);
    int n = err == OK ? p->pq.PQnparams(result) : 0;
    ASSERT(n <= DB_DYNAMIC_ARGS_MAX);
    for (int i = 0; i < n; i++)
        prepared->types[i] = p->pq.PQparamtype(result, i);
    prepared->count = (size_t)n;
    p->pq.PQclear(result);
    return err;
}

/* args NULL: the server chooses every type. */
static Err prepare_new(Cx *cx, DbSql sql, const DbValue *args, size_t n, Prepared **ret)
{
    PgDb *p = pg_of(cx->db);
    Prepared *prepared = must_calloc(sizeof *prepared);
    prepared->count = n;
    for (size_t i = 0; i < n; i++) {
        prepared->types[i] = type_of(args[i]);
        prepared->inferred[i] = prepared->types[i] == 0;
    }
    snprintf(prepared->name, sizeof prepared->name, "s%llu", (unsigned long long)++p->names);
    const char *text = postgres_parameters(cx->arena, sql.text);
    PGresult *result = p->pq.PQprepare(p->conn, prepared->name, text, (int)n, prepared->types);
    Err err = is_good(p, result) ? OK : fail_result(cx, p, result, sql.text);
    p->pq.PQclear(result);
    if (err == OK)
        err = read_types(cx, p, prepared, sql.text);
    if (err != OK) {
        free(prepared);
        return err;
    }
    *ret = prepared;
    return OK;
}

static bool takes(const Prepared *prepared, const DbValue *args, size_t n)
{
    if (prepared->count != n)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!prepared->inferred[i] && args[i].kind != DB_NULL &&
            prepared->types[i] != type_of(args[i]))
            return false;
    }
    return true;
}

static Err prepare_literal(Cx *cx, DbSql sql, const DbValue *args, size_t n, Prepared **ret)
{
    PgDb *p = pg_of(cx->db);
    uint64_t hash = ((uint64_t)(uintptr_t)sql.text.p >> 3) * UINT64_C(0x9E3779B97F4A7C15);
    Prepared **bucket = &p->literals[hash >> 54 & (LITERAL_BUCKETS - 1)];
    for (Prepared *found = *bucket; found; found = found->next) {
        if (found->literal == sql.text.p && takes(found, args, n)) {
            *ret = found;
            return OK;
        }
    }
    TRY(prepare_new(cx, sql, args, n, ret));
    ASSERT((*ret)->count == n);
    (*ret)->literal = sql.text.p;
    (*ret)->next = *bucket;
    *bucket = *ret;
    return OK;
}

/* In a failed transaction the server refuses this; then one statement too many stays there. */
static void deallocate(PgDb *p, Prepared *prepared)
{
    char sql[48];
    snprintf(sql, sizeof sql, "DEALLOCATE %s", prepared->name);
    p->pq.PQclear(p->pq.PQexec(p->conn, sql));
    free(prepared->text);
    free(prepared);
}

static Err prepare_dynamic(Cx *cx, DbSql sql, const DbValue *args, size_t n, Prepared **ret)
{
    PgDb *p = pg_of(cx->db);
    Prepared **slot = &p->dynamic[0];
    for (size_t i = 0; i < DYNAMIC_MAX; i++) {
        Prepared *one = p->dynamic[i];
        if (one && str_eq((Str){one->text, one->text_n}, sql.text) && takes(one, args, n)) {
            one->used_at = ++p->uses;
            *ret = one;
            return OK;
        }
        if (*slot && (!one || one->used_at < (*slot)->used_at))
            slot = &p->dynamic[i];
    }
    TRY(prepare_new(cx, sql, args, n, ret));
    if (*slot)
        deallocate(p, *slot);
    *slot = *ret;
    (*ret)->text = must_calloc(sql.text.n + 1);
    memcpy((*ret)->text, sql.text.p, sql.text.n);
    (*ret)->text_n = sql.text.n;
    (*ret)->used_at = ++p->uses;
    return OK;
}

static void forget_prepared(PgDb *p)
{
    for (size_t i = 0; i < LITERAL_BUCKETS; i++) {
        while (p->literals[i]) {
            Prepared *next = p->literals[i]->next;
            free(p->literals[i]);
            p->literals[i] = next;
        }
    }
    for (size_t i = 0; i < DYNAMIC_MAX; i++) {
        if (p->dynamic[i])
            free(p->dynamic[i]->text);
        free(p->dynamic[i]);
        p->dynamic[i] = NULL;
    }
}

/* ---- the connection ---- */

/* Order by bytes and UTF-8 are what SQLite does, and what pages and searches count on. */
static Err check_collation(Cx *cx, PgDb *p)
{
    static const char SQL_TEXT[] =
        "SELECT 1 FROM pg_database WHERE datname = current_database() AND"
        " pg_encoding_to_char(encoding) = 'UTF8' AND"
        " lower(replace(datcollate, '-', '')) IN ('c', 'posix', 'c.utf8')";
    PGresult *result = p->pq.PQexec(p->conn, SQL_TEXT);
    Err err = is_good(p, result) ? OK : fail_result(cx, p, result, str_from(SQL_TEXT));
    if (err == OK && p->pq.PQntuples(result) != 1)
        err = fail(cx, ERR_UNAVAILABLE, "db.open",
                   "the database does not order texts by bytes: create it with "
                   "createdb -T template0 -E UTF8 --locale=C NAME");
    p->pq.PQclear(result);
    return err;
}

static Err start_session(Cx *cx, PgDb *p)
{
    TRY(exec(cx, p,
             "SET client_min_messages = error; SET bytea_output = hex;"
             "SET standard_conforming_strings = on; SET lock_timeout = '" LOCK_WAIT "'"));
    if (p->options.mode == DB_READ)
        TRY(exec(cx, p, "SET default_transaction_read_only = on"));
    if (p->options.unsafe_no_sync)
        TRY(exec(cx, p, "SET synchronous_commit = off"));
    p->timeout_sent_ms = -1;
    return OK;
}

/* After the server went away and came back. Inside a transaction there is nothing to save. */
static Err reconnect(Cx *cx, PgDb *p)
{
    if (p->pq.PQstatus(p->conn) == CONNECTION_OK)
        return OK;
    if (p->db.begun)
        return fail(cx, ERR_UNAVAILABLE, "db.rolled_back", "the connection was lost: try again");
    forget_prepared(p);
    p->pq.PQreset(p->conn);
    if (p->pq.PQstatus(p->conn) != CONNECTION_OK)
        return fail(cx, ERR_UNAVAILABLE, "db.io", "%s", p->pq.PQerrorMessage(p->conn));
    return start_session(cx, p);
}

/* SET is a round trip, so it is only sent when the limit differs from the last one. */
static Err send_timeout(Cx *cx, PgDb *p)
{
    if (p->timeout_ms == p->timeout_sent_ms ||
        p->pq.PQtransactionStatus(p->conn) == PQTRANS_INERROR)
        return OK;
    char sql[64];
    snprintf(sql, sizeof sql, "SET statement_timeout = %lld", (long long)p->timeout_ms);
    TRY(exec(cx, p, sql));
    p->timeout_sent_ms = p->timeout_ms;
    return OK;
}

static Err pg_alive(Cx *cx)
{
    PgDb *p = pg_of(cx->db);
    TRY(reconnect(cx, p));
    if (p->doomed)
        return fail(cx, ERR_UNAVAILABLE, "db.serialize",
                    "the transaction met another one: run it again");
    if (p->db.begun && p->pq.PQtransactionStatus(p->conn) == PQTRANS_IDLE)
        return fail(cx, ERR_UNAVAILABLE, "db.rolled_back", "the transaction ended before its end");
    return OK;
}

/* ---- running ---- */

static void encode_number(Encoded *to, size_t at, DbValue v)
{
    if (v.kind == DB_I64)
        snprintf(to->numbers[at], sizeof to->numbers[at], "%lld", (long long)v.i64);
    else
        snprintf(to->numbers[at], sizeof to->numbers[at], "%.17g", v.f64);
    to->values[at] = to->numbers[at];
}

static void encode_one(Cx *cx, const Prepared *prepared, size_t at, DbValue v, Encoded *to)
{
    to->formats[at] = 0;
    to->values[at] = NULL;
    to->lengths[at] = 0;
    /* SQLite stores NaN as NULL. */
    if (v.kind == DB_NULL || (v.kind == DB_F64 && isnan(v.f64)))
        return;
    if (v.kind == DB_I64 || v.kind == DB_F64) {
        encode_number(to, at, v);
        return;
    }
    /* The binary form of text and bytea is the bytes themselves; libpq would copy and measure
     * the other form, and stop at a NUL. */
    bool plain = prepared->types[at] == OID_TEXT || prepared->types[at] == OID_BYTEA;
    ASSERT(v.str.n < INT32_MAX);
    to->formats[at] = plain;
    to->lengths[at] = (int)v.str.n;
    to->values[at] = !plain ? arena_cstr(cx->arena, v.str) : v.str.p ? v.str.p : "";
}

static Err execute(Cx *cx, DbSql sql, const DbValue *args, size_t n, PGresult **ret)
{
    PgDb *p = pg_of(cx->db);
    Prepared *prepared;
    Encoded encoded;
    ASSERT(n <= DB_DYNAMIC_ARGS_MAX);
    TRY(reconnect(cx, p));
    TRY(send_timeout(cx, p));
    TRY(sql.literal ? prepare_literal(cx, sql, args, n, &prepared)
                    : prepare_dynamic(cx, sql, args, n, &prepared));
    for (size_t i = 0; i < n; i++)
        encode_one(cx, prepared, i, args[i], &encoded);
    PGresult *result = p->pq.PQexecPrepared(p->conn, prepared->name, (int)n, encoded.values,
                                            encoded.lengths, encoded.formats, 0);
    if (is_good(p, result)) {
        *ret = result;
        return OK;
    }
    Err err = fail_result(cx, p, result, sql.text);
    p->pq.PQclear(result);
    return err;
}

static Err pg_run(Cx *cx, DbSql sql, const DbValue *args, size_t n, int64_t *ret_changed)
{
    PgDb *p = pg_of(cx->db);
    PGresult *result;
    int64_t changed = 0;
    TRY(execute(cx, sql, args, n, &result));
    if (!str_starts(str_from(p->pq.PQcmdStatus(result)), S("SELECT")) &&
        !str_to_i64(str_from(p->pq.PQcmdTuples(result)), &changed))
        changed = 0; /* a command that counts nothing */
    *ret_changed = changed;
    p->pq.PQclear(result);
    return OK;
}

static Err pg_start(Cx *cx, DbSql sql, const DbValue *args, size_t n, DbRows *ret)
{
    PgDb *p = pg_of(cx->db);
    PGresult *result;
    TRY(execute(cx, sql, args, n, &result));
    *ret = (DbRows){.db = cx->db, .handle = result, .row = -1, .columns = p->pq.PQnfields(result)};
    return OK;
}

static Err pg_next(Cx *cx, DbRows *rows, bool *ret_row)
{
    const PgDb *p = pg_of(rows->db);
    (void)cx;
    int count = p->pq.PQntuples(rows->handle);
    rows->row = MIN(rows->row + 1, count);
    *ret_row = rows->row < count;
    return OK;
}

static void pg_end(DbRows *rows)
{
    pg_of(rows->db)->pq.PQclear(rows->handle);
}

static bool pg_is_null(const DbRows *rows, int column)
{
    return pg_of(rows->db)->pq.PQgetisnull(rows->handle, rows->row, column);
}

static Str pg_text(const DbRows *rows, int column)
{
    const PgDb *p = pg_of(rows->db);
    if (pg_is_null(rows, column))
        return (Str){NULL, 0};
    return (Str){p->pq.PQgetvalue(rows->handle, rows->row, column),
                 (size_t)p->pq.PQgetlength(rows->handle, rows->row, column)};
}

static double pg_f64(const DbRows *rows, int column)
{
    Str text = pg_text(rows, column);
    return text.n ? strtod(text.p, NULL) : 0; /* NUL-ended by libpq */
}

/* As SQLite reads numbers: a fraction is cut off. sum() of BIGINT is NUMERIC here. */
static int64_t pg_i64(const DbRows *rows, int column)
{
    Str text = pg_text(rows, column);
    int64_t v;
    if (pg_of(rows->db)->pq.PQftype(rows->handle, column) == OID_BOOL)
        return str_eq(text, S("t"));
    if (str_to_i64(text, &v))
        return v;
    double f = pg_f64(rows, column);
    return f >= 0x1p63 ? INT64_MAX : f <= -0x1p63 ? INT64_MIN : isnan(f) ? 0 : (int64_t)f;
}

static Str pg_blob(const DbRows *rows, int column)
{
    const PgDb *p = pg_of(rows->db);
    Str text = pg_text(rows, column);
    if (!text.p || p->pq.PQftype(rows->handle, column) != OID_BYTEA)
        return text;
    /* Freed with the result. */
    char *bytes = p->pq.PQresultAlloc(rows->handle, text.n / 2 + 1);
    if (!bytes)
        abort();
    return postgres_unhex(text, bytes);
}

static Err pg_script(Cx *cx, Str sql)
{
    PgDb *p = pg_of(cx->db);
    TRY(reconnect(cx, p));
    TRY(send_timeout(cx, p));
    return exec(cx, p, arena_cstr(cx->arena, sql));
}

/* Without values the server chooses the types; kept for nobody. */
static Err pg_prepare(Cx *cx, DbSql sql)
{
    PgDb *p = pg_of(cx->db);
    Prepared *prepared;
    TRY(reconnect(cx, p));
    TRY(prepare_new(cx, sql, NULL, 0, &prepared));
    deallocate(p, prepared);
    return OK;
}

/* ---- transactions, budget ---- */

static Err begin(Cx *cx, const char *sql)
{
    PgDb *p = pg_of(cx->db);
    TRY(reconnect(cx, p));
    TRY(send_timeout(cx, p)); /* outside, so that a rollback does not take it back */
    p->doomed = false;
    return exec(cx, p, sql);
}

static Err pg_begin(Cx *cx)
{
    return begin(cx, "BEGIN ISOLATION LEVEL SERIALIZABLE");
}

static Err pg_read_begin(Cx *cx)
{
    return begin(cx, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
}

/* PostgreSQL does not tell whether something was committed since. */
static Err pg_version(Cx *cx, int64_t *ret)
{
    *ret = cx->db->snapshots;
    return OK;
}

static void pg_rollback(Db *db)
{
    PgDb *p = pg_of(db);
    p->doomed = false;
    p->timeout_sent_ms = -1;
    if (p->pq.PQtransactionStatus(p->conn) != PQTRANS_IDLE)
        p->pq.PQclear(p->pq.PQexec(p->conn, "ROLLBACK"));
}

static Err pg_rollback_to(Cx *cx)
{
    PgDb *p = pg_of(cx->db);
    p->timeout_sent_ms = -1;
    return exec(cx, p, "ROLLBACK TO SAVEPOINT unit");
}

static void pg_budget(Db *db, int64_t limit_us)
{
    /* Rounded up, since 0 would mean no limit. */
    pg_of(db)->timeout_ms = (limit_us + 999) / 1000;
}

static Err pg_checkpoint(Cx *cx)
{
    (void)cx;
    return OK;
}

static int64_t pg_wal_bytes(const Db *db)
{
    (void)db;
    return 0;
}

static Err pg_backup(Cx *cx, Str to_file, void (*progress)(void *, int, int), void *user)
{
    (void)progress;
    (void)user;
    return fail(cx, ERR_UNSUPPORTED, "db.backup",
                "cannot write %.*s: the database is PostgreSQL's, so use pg_dump", SARG(to_file));
}

/* ---- opening and closing ---- */

static void drop_notice(void *user, const char *message)
{
    (void)user;
    (void)message;
}

static void pg_close(Db *db)
{
    PgDb *p = pg_of(db);
    forget_prepared(p);
    p->pq.PQfinish(p->conn);
    free(p);
}

static Err connect_to(Cx *cx, PgDb *p, Str where)
{
    const char *const names[] = {"dbname", "client_encoding", "fallback_application_name",
                                 "connect_timeout", NULL};
    const char *const values[] = {arena_cstr(cx->arena, where), "UTF8", "hanse", "10", NULL};
    p->conn = p->pq.PQconnectdbParams(names, values, 1);
    if (p->pq.PQstatus(p->conn) != CONNECTION_OK)
        return fail(cx, ERR_UNAVAILABLE, "db.open", "%s", p->pq.PQerrorMessage(p->conn));
    p->pq.PQsetNoticeProcessor(p->conn, drop_notice, NULL);
    TRY(start_session(cx, p));
    return check_collation(cx, p);
}

Err postgres_open(Cx *cx, Str where, DbOptions options, Db **ret)
{
    Libpq pq;
    TRY(libpq_load(cx, &pq));
    PgDb *p = must_calloc(sizeof *p);
    p->db = (Db){.ops = &POSTGRES_OPS, .engine = DB_POSTGRES, .mode = options.mode};
    p->pq = pq;
    p->options = options;
    Err err = connect_to(cx, p, where);
    if (err != OK) {
        pg_close(&p->db);
        return err;
    }
    *ret = &p->db;
    return OK;
}

static const DbOps POSTGRES_OPS = {
    .close = pg_close,
    .run = pg_run,
    .start = pg_start,
    .next = pg_next,
    .end = pg_end,
    .i64 = pg_i64,
    .f64 = pg_f64,
    .text = pg_text,
    .blob = pg_blob,
    .is_null = pg_is_null,
    .script = pg_script,
    .prepare = pg_prepare,
    .begin = pg_begin,
    .read_begin = pg_read_begin,
    .version = pg_version,
    .alive = pg_alive,
    .rollback = pg_rollback,
    .rollback_to = pg_rollback_to,
    .budget = pg_budget,
    .checkpoint = pg_checkpoint,
    .scrub = pg_checkpoint,
    .wal_bytes = pg_wal_bytes,
    .backup = pg_backup,
};
