/* The floor under the write benchmarks: the SQLite work of an entity's update, without HTTP, JSON
 * or rules. The connection and the schema are the product's own; the statements go straight to
 * SQLite, so that what db/ costs shows as a difference too.
 *
 *   floor_sqlite [--dir DIR] [--group N] [--entities N] [--seconds N] [--doc-bytes N]
 *                [--work patch|create|upsert] [--statements FILE]
 *
 * The operation is a change of one attribute, the creation of an entity with six, or a change of
 * all six. FILE holds the statements of another one, each ended by a semicolon. Their parameters
 * are named: :tenant :shard :key :id :types :version :now_us :doc :series :num :text :short.
 * DIR gets a database that is removed at the end; it decides which disk is measured. */
#include "base/str.h"
#include "db/db.h"
#include "db/migration.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { STATEMENTS_MAX = 32, PARAMETERS_MAX = 32, FILE_BYTES = 64 * 1024, SEED_GROUP = 1000 };

/* As src/systems/entity_store.c, history_store.c and geo_store.c have them, for an entity of six
 * attributes; the numbers of series follow from the key, which spares this program a memory. */
#define NAME(attribute) "'https://uri.etsi.org/ngsi-ld/default-context/" attribute "'"
#define END_OF_SERIES(attribute)                                                                   \
    "SELECT s.id, s.unit, (SELECT MAX(o.seq) + 1 FROM obs o WHERE o.series = s.id"                 \
    " AND o.at_us = :now_us) FROM series s WHERE s.entity = :key AND s.attribute = " NAME(         \
        attribute) " AND s.sub = '' AND s.dataset = '';"
#define ADD_SERIES(number, attribute)                                                              \
    "INSERT INTO series(id, tenant, entity, attribute, sub, dataset, kind, unit)"                  \
    " VALUES(:series + " number ", :tenant, :key, " NAME(attribute) ", '', '', 1, '');"
#define ADD_OBS(number, num, raw)                                                                  \
    "INSERT INTO obs(series, at_us, seq, received_us, what, num, raw, unit, more)"                 \
    " VALUES(:series + " number ", :now_us, 0, :now_us, 1, " num ", " raw ", NULL, NULL);"
#define SET_PLACE                                                                                  \
    "INSERT INTO place(id, tenant, entity, attribute, dataset)"                                    \
    " VALUES(:key, :tenant, :key, 'location', '')"                                                 \
    " ON CONFLICT(entity, attribute, dataset) DO UPDATE SET tenant = :tenant RETURNING id;"        \
    "INSERT OR REPLACE INTO place_box(id, min_x, max_x, min_y, max_y)"                             \
    " VALUES(:key, 7.4 + :key / 1e6, 7.4 + :key / 1e6, 51.5, 51.5);"
#define CREATE_ONE(number, attribute, num, raw)                                                    \
    END_OF_SERIES(attribute) ADD_SERIES(number, attribute) ADD_OBS(number, num, raw)
#define UPDATE_ONE(number, attribute, num, raw) END_OF_SERIES(attribute) ADD_OBS(number, num, raw)
#define SIX(each)                                                                                  \
    each("0", "value", ":num", "NULL") each("1", "load", ":num", "NULL")                           \
        each("2", "state", "NULL", "'\"working\"'") each("3", "location", "NULL", ":short")        \
            each("4", "owner", "NULL", "'\"urn:bench:owner:3\"'")                                  \
                each("5", "description", "NULL", ":text")
static const char CREATE[] =
    "INSERT INTO entity(key, tenant, shard, id, types, scopes, version, change_seq, created_us,"
    " modified_us, expires_us, doc)"
    " VALUES(:key, :tenant, :shard, :id, :types, NULL, 1, :now_us, :now_us, :now_us, NULL, :doc);"
    "INSERT INTO entity_type(tenant, type, key) VALUES(:tenant, :types, :key);" SIX(CREATE_ONE)
        SET_PLACE;
#define FIND_AND_SET                                                                               \
    "SELECT key, tenant, id, types, scopes, version, created_us, modified_us, expires_us, doc"     \
    " FROM entity WHERE tenant = :tenant AND id = :id AND shard = :shard;"                         \
    "UPDATE entity SET types = :types, scopes = NULL, version = :version, change_seq = :now_us,"   \
    " modified_us = :now_us, expires_us = NULL, doc = :doc"                                        \
    " WHERE key = :key AND tenant = :tenant AND shard = :shard;"
static const char PATCH[] = FIND_AND_SET UPDATE_ONE("0", "value", ":num", "NULL");
static const char UPSERT[] = FIND_AND_SET SIX(UPDATE_ONE) SET_PLACE;

typedef struct Options {
    const char *dir;
    const char *statements;
    const char *sql;
    bool create;
    int64_t group, entities, seconds, doc_bytes;
} Options;

typedef struct Prepared {
    sqlite3_stmt *stmt;
    int count;
    size_t parameters[PARAMETERS_MAX]; /* index into NAMES */
} Prepared;

typedef struct Work {
    Prepared items[STATEMENTS_MAX];
    size_t count;
} Work;

static const char *const NAMES[] = {":tenant", ":shard", ":key",    ":id",  ":types", ":version",
                                    ":now_us", ":doc",   ":series", ":num", ":text",  ":short"};
enum { TENANT, SHARD, KEY, ID, TYPES, VERSION, NOW_US, DOC, SERIES, NUM, TEXT, SHORT };
enum { TEXT_BYTES = 420, SHORT_BYTES = 60 }; /* a description, and a place */

/* What one operation binds. */
typedef struct Operation {
    int64_t number;
    int64_t key;
    int64_t now_us;
    char id[64];
    int id_n;
    char *doc;
    int doc_n;
} Operation;

static _Noreturn void die(const char *what, const char *why)
{
    fprintf(stderr, "floor_sqlite: %s: %s\n", what, why);
    exit(1);
}

static size_t find_parameter(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        if (strcmp(name, NAMES[i]) == 0)
            return i;
    }
    die("unknown parameter", name);
}

static Work prepare(sqlite3 *handle, const char *sql)
{
    Work work = {0};
    while (*sql) {
        Prepared one = {0};
        if (sqlite3_prepare_v3(handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &one.stmt, &sql) !=
            SQLITE_OK)
            die("statement", sqlite3_errmsg(handle));
        if (!one.stmt)
            continue; /* white space */
        one.count = sqlite3_bind_parameter_count(one.stmt);
        if (work.count == STATEMENTS_MAX || one.count > PARAMETERS_MAX)
            die("statements", "too many, or too many parameters");
        for (int i = 0; i < one.count; i++)
            one.parameters[i] = find_parameter(sqlite3_bind_parameter_name(one.stmt, i + 1));
        work.items[work.count++] = one;
    }
    return work;
}

static void finalize(Work *work)
{
    for (size_t i = 0; i < work->count; i++)
        sqlite3_finalize(work->items[i].stmt);
}

static void bind_one(sqlite3_stmt *stmt, int at, size_t parameter, const Operation *op)
{
    static const char TYPE[] = "https://smartdatamodels.org/dataModel.Parking/OffStreetParking";
    switch (parameter) {
    case ID:
        sqlite3_bind_text(stmt, at, op->id, op->id_n, SQLITE_STATIC);
        break;
    case TYPES:
        sqlite3_bind_text(stmt, at, TYPE, sizeof TYPE - 1, SQLITE_STATIC);
        break;
    case DOC:
        sqlite3_bind_text(stmt, at, op->doc, op->doc_n, SQLITE_STATIC);
        break;
    case NUM:
        sqlite3_bind_double(stmt, at, (double)(op->number % 1000) / 10);
        break;
    case TEXT:
        sqlite3_bind_text(stmt, at, op->doc, MIN(op->doc_n, TEXT_BYTES), SQLITE_STATIC);
        break;
    case SHORT:
        sqlite3_bind_text(stmt, at, op->doc, MIN(op->doc_n, SHORT_BYTES), SQLITE_STATIC);
        break;
    case KEY:
        sqlite3_bind_int64(stmt, at, op->key);
        break;
    case SERIES:
        sqlite3_bind_int64(stmt, at, op->key * 6);
        break;
    case SHARD:
        sqlite3_bind_int64(stmt, at, op->key & 0xffff);
        break;
    case VERSION:
        sqlite3_bind_int64(stmt, at, op->number + 2);
        break;
    case NOW_US:
        sqlite3_bind_int64(stmt, at, op->now_us + op->number);
        break;
    default:
        sqlite3_bind_int64(stmt, at, 1);
        break;
    }
}

static void run_once(sqlite3 *handle, const Work *work, const Operation *op)
{
    for (size_t i = 0; i < work->count; i++) {
        const Prepared *one = &work->items[i];
        for (int p = 0; p < one->count; p++)
            bind_one(one->stmt, p + 1, one->parameters[p], op);
        int code;
        while ((code = sqlite3_step(one->stmt)) == SQLITE_ROW)
            (void)sqlite3_column_text(one->stmt, sqlite3_column_count(one->stmt) - 1);
        if (code != SQLITE_DONE)
            die("step", sqlite3_errmsg(handle));
        sqlite3_reset(one->stmt);
    }
}

static void exec(sqlite3 *handle, const char *sql)
{
    if (sqlite3_exec(handle, sql, NULL, NULL, NULL) != SQLITE_OK)
        die(sql, sqlite3_errmsg(handle));
}

static void set_operation(Operation *op, int64_t number, int64_t key)
{
    op->number = number;
    op->key = key;
    op->id_n = snprintf(op->id, sizeof op->id, "urn:ngsi-ld:OffStreetParking:floor:%08lld",
                        (long long)op->key);
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%020lld", (long long)number);
    memcpy(op->doc + op->doc_n / 2, digits, (size_t)n);
}

/* The keys in an order that visits neither neighbours nor the same page again and again. */
static int64_t scattered(int64_t number, int64_t entities)
{
    return (int64_t)((uint64_t)number * UINT64_C(2654435761) % (uint64_t)entities) + 1;
}

static void seed(sqlite3 *handle, Operation *op, const Options *o)
{
    Work work = prepare(handle, CREATE);
    for (int64_t i = 0; i < o->entities; i++) {
        if (i % SEED_GROUP == 0)
            exec(handle, i ? "COMMIT; BEGIN IMMEDIATE" : "BEGIN IMMEDIATE");
        set_operation(op, i, i + 1);
        run_once(handle, &work, op);
    }
    exec(handle, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
    finalize(&work);
    op->now_us += o->entities; /* what follows is younger */
}

static int64_t cpu_us(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (int64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
           usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static void measure(sqlite3 *handle, const Work *work, Operation *op, const Options *o)
{
    int64_t from_us = clock_mono_us(), from_cpu_us = cpu_us(), took_us = 0;
    int64_t ops = 0, worst_us = 0;
    while (took_us < o->seconds * 1000000) {
        int64_t group_us = clock_mono_us();
        exec(handle, "BEGIN IMMEDIATE");
        for (int64_t i = 0; i < o->group; i++) {
            set_operation(op, ops, o->create ? o->entities + ops + 1 : scattered(ops, o->entities));
            ops++;
            run_once(handle, work, op);
        }
        exec(handle, "COMMIT");
        took_us = clock_mono_us() - from_us;
        worst_us = MAX(worst_us, clock_mono_us() - group_us);
    }
    printf("group=%lld entities=%lld doc_bytes=%lld ops=%lld ops_per_s=%.0f cpu_us_per_op=%.2f"
           " worst_group_ms=%.1f\n",
           (long long)o->group, (long long)o->entities, (long long)o->doc_bytes, (long long)ops,
           (double)ops * 1e6 / (double)took_us, (double)(cpu_us() - from_cpu_us) / (double)ops,
           (double)worst_us / 1000);
}

/* ---- set-up ---- */

static void read_work(Options *o, const char *name)
{
    static const struct {
        const char *name, *sql;
    } WORKS[] = {{"patch", PATCH}, {"create", CREATE}, {"upsert", UPSERT}};
    o->sql = NULL;
    for (size_t i = 0; i < COUNT_OF(WORKS); i++)
        if (strcmp(WORKS[i].name, name) == 0)
            o->sql = WORKS[i].sql;
    if (!o->sql)
        die("unknown work", name);
    o->create = o->sql == CREATE;
}

static bool read_number(Options *o, const char *name, const char *text)
{
    struct {
        const char *name;
        int64_t *value;
    } numbers[] = {{"--group", &o->group},
                   {"--entities", &o->entities},
                   {"--seconds", &o->seconds},
                   {"--doc-bytes", &o->doc_bytes}};
    for (size_t n = 0; n < COUNT_OF(numbers); n++)
        if (strcmp(name, numbers[n].name) == 0)
            return str_to_i64(str_from(text), numbers[n].value);
    return false;
}

static Options read_options(int argc, char **argv)
{
    Options o = {.dir = "/var/tmp",
                 .group = 100,
                 .entities = 10000,
                 .seconds = 5,
                 .doc_bytes = 1024,
                 .sql = PATCH};
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--dir") == 0)
            o.dir = argv[i + 1];
        else if (strcmp(argv[i], "--statements") == 0)
            o.statements = argv[i + 1];
        else if (strcmp(argv[i], "--work") == 0)
            read_work(&o, argv[i + 1]);
        else if (!read_number(&o, argv[i], argv[i + 1]))
            die("unknown option", argv[i]);
    }
    if (argc % 2 == 0 || o.group < 1 || o.entities < 1 || o.seconds < 1 || o.doc_bytes < 100 ||
        o.doc_bytes > 1000000)
        die("options", "see the head of floor_sqlite.c");
    return o;
}

static const char *read_statements(const char *path)
{
    static char text[FILE_BYTES];
    FILE *file = fopen(path, "rb");
    size_t n = file ? fread(text, 1, sizeof text - 1, file) : 0;
    if (!n)
        die("cannot be read", path);
    fclose(file);
    return text;
}

/* The product's connection, shared with this program by the hook that gives its handle. */
static sqlite3 *shared_handle;

static int keep_handle(void *handle)
{
    shared_handle = handle;
    return SQLITE_OK;
}

static void open_product(Cx *cx, const char *file)
{
    int applied;
    DbOptions options = {.mode = DB_WRITE, .setup = keep_handle};
    Err err = db_open(cx, str_from(file), options, &cx->db);
    if (err == OK)
        err = migration_run(cx, S(""), &applied);
    if (err != OK)
        die(cx->error->key, cx->error->detail.p);
}

int main(int argc, char **argv)
{
    Options o = read_options(argc, argv);
    Arena arena;
    Error error = {0};
    arena_init(&arena, 0, 0);
    Cx cx = {.arena = &arena, .clock = &CLOCK_SYSTEM, .error = &error};
    char *dir = arena_cstr(&arena, arena_fmt(&arena, "%s/floor-XXXXXX", o.dir));
    if (!mkdtemp(dir))
        die("cannot be made", dir);
    open_product(&cx, arena_fmt(&arena, "%s/hanse.db", dir).p);

    Operation op = {.now_us = cx_now_us(&cx), .doc_n = (int)o.doc_bytes};
    op.doc = arena_array(&arena, char, (size_t)o.doc_bytes);
    memset(op.doc, 'x', (size_t)o.doc_bytes);
    seed(shared_handle, &op, &o);
    Work work = prepare(shared_handle, o.statements ? read_statements(o.statements) : o.sql);
    measure(shared_handle, &work, &op, &o);
    finalize(&work);

    db_close(cx.db);
    int gone = system(arena_fmt(&arena, "rm -rf '%s'", dir).p);
    arena_done(&arena);
    return gone;
}
