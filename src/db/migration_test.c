#include "db/test_db.h"

#include <pthread.h>
#include <sys/stat.h>

static const Migration FIRST = {
    .number = 1,
    .name = "0001",
    .sql = S_INIT("-- INTEGER in a comment; and 'a quote\n"
                  "CREATE TABLE thing(id INTEGER PRIMARY KEY AUTOINCREMENT, big INTEGER NOT NULL,"
                  " share REAL NOT NULL, doc BLOB, word TEXT DEFAULT 'REAL') STRICT;\n"
                  "INSERT INTO thing(big, share, doc) VALUES(9007199254740993, 0.1, NULL);\n")};
static const Migration SECOND = {
    .number = 2,
    .name = "0002",
    .sql = S_INIT("CREATE TABLE pair(a BIGINT, b BIGINT, PRIMARY KEY(a, b)) WITHOUT ROWID;"),
    .postgres = S_INIT("CREATE TABLE pair(a BIGINT, b BIGINT, c BIGINT, PRIMARY KEY(a, b));")};
static const Migration THIRD = {
    .number = 3, .name = "0003", .sql = S_INIT("ALTER TABLE thing ADD COLUMN more TEXT;")};

enum { GET, COUNT, GET_MORE, ADD };
static const Statement Q[] = {
    [GET] = SQL("SELECT id, big, share, word FROM thing WHERE doc IS NULL"),
    [COUNT] = SQL("SELECT count(*) FROM schema_migration"),
    [GET_MORE] = SQL("SELECT more FROM thing"),
    [ADD] = SQL("INSERT INTO thing(big, share, doc) VALUES(?1, 0.5, ?2) RETURNING id"),
};

typedef struct Fixture {
    TestCx t;
    TestDb db;
    Cx *cx;
} Fixture;

static int setup(void **state, DbEngine engine)
{
    static Fixture fixture;
    Fixture *f = &fixture;
    f->cx = test_cx_init(&f->t);
    test_db_open_list(f->cx, engine, NULL, 0, &f->db);
    *state = f;
    return 0;
}

static int setup_sqlite(void **state)
{
    return setup(state, DB_SQLITE);
}

static int setup_postgres(void **state)
{
    return setup(state, DB_POSTGRES);
}

static int teardown(void **state)
{
    Fixture *f = *state;
    test_db_done(&f->db);
    test_cx_done(&f->t);
    return 0;
}

static Err migrate(Cx *cx, const Migration *list, size_t count, int expected)
{
    int applied = -1;
    TRY(migration_run_list(cx, list, count, S(""), &applied));
    assert_int_equal(applied, expected);
    return OK;
}

static int64_t count_applied(Cx *cx)
{
    DbRows rows;
    bool row = false;
    assert_ok(cx, db_start(cx, &Q[COUNT], DB_NO_ARGS, &rows));
    assert_ok(cx, db_next(cx, &rows, &row));
    int64_t n = db_i64(&rows, 0);
    db_end(&rows);
    return n;
}

static void only_what_is_missing_is_applied(void **state)
{
    const Fixture *f = *state;
    const Migration list[] = {FIRST, SECOND, THIRD};
    assert_ok(f->cx, migrate(f->cx, list, 1, 1));
    assert_ok(f->cx, migrate(f->cx, list, 1, 0));
    assert_ok(f->cx, migrate(f->cx, list, 3, 2));
    assert_ok(f->cx, migrate(f->cx, list, 3, 0));
    assert_int_equal(count_applied(f->cx), 3);
}

static void one_file_makes_the_same_table_on_both_engines(void **state)
{
    const Fixture *f = *state;
    DbRows rows;
    bool row = false;
    assert_ok(f->cx, migrate(f->cx, &FIRST, 1, 1));
    assert_ok(f->cx, db_start(f->cx, &Q[GET], DB_NO_ARGS, &rows));
    assert_ok(f->cx, db_next(f->cx, &rows, &row));
    assert_int_equal(db_i64(&rows, 0), 1);
    assert_true(db_i64(&rows, 1) == INT64_C(9007199254740993));
    assert_true(db_f64(&rows, 2) == 0.1);
    assert_str("REAL", db_text(&rows, 3));
    db_end(&rows);
    assert_ok(f->cx, db_start(f->cx, &Q[ADD], DB_ARGS(V_I64(1), V_BLOB(S("\0"))), &rows));
    assert_ok(f->cx, db_next(f->cx, &rows, &row));
    assert_int_equal(db_i64(&rows, 0), 2);
    db_end(&rows);
}

static void a_schema_from_a_newer_program_is_refused(void **state)
{
    const Fixture *f = *state;
    const Migration list[] = {FIRST, SECOND};
    assert_ok(f->cx, migrate(f->cx, list, 2, 2));
    assert_err(f->cx, ERR_CONFLICT, "db.newer", migrate(f->cx, list, 1, 0));
}

static void a_changed_migration_is_refused(void **state)
{
    const Fixture *f = *state;
    Migration list[] = {FIRST, SECOND};
    assert_ok(f->cx, migrate(f->cx, list, 1, 1));
    list[0].sql = S("CREATE TABLE thing(id INTEGER PRIMARY KEY);");
    assert_err(f->cx, ERR_CONFLICT, "db.checksum", migrate(f->cx, list, 2, 0));
    assert_int_equal(count_applied(f->cx), 1);
}

static void an_older_migration_that_comes_late_is_refused(void **state)
{
    const Fixture *f = *state;
    const Migration some[] = {FIRST, THIRD};
    const Migration all[] = {FIRST, SECOND, THIRD};
    assert_ok(f->cx, migrate(f->cx, some, 2, 2));
    assert_err(f->cx, ERR_CONFLICT, "db.order", migrate(f->cx, all, 3, 0));
}

static void a_failing_migration_leaves_the_schema_before_it(void **state)
{
    const Fixture *f = *state;
    DbRows rows;
    Migration list[] = {FIRST, THIRD, {.number = 4, .name = "0004"}};
    list[1].sql = S("ALTER TABLE thing ADD COLUMN more TEXT; INSERT INTO nowhere VALUES(1);");
    assert_err(f->cx, ERR_INTERNAL, "db.error", migrate(f->cx, list, 2, 0));
    assert_true(str_starts(f->cx->error->detail, S("migration 0003: ")));
    assert_int_equal(count_applied(f->cx), 1);
    assert_err(f->cx, ERR_INTERNAL, "db.error", db_start(f->cx, &Q[GET_MORE], DB_NO_ARGS, &rows));
    list[1] = THIRD;
    assert_ok(f->cx, migrate(f->cx, list, 2, 1));
}

static void a_migration_may_not_commit(void **state)
{
    const Fixture *f = *state;
    Migration list[] = {FIRST, THIRD};
    list[1].sql = S("COMMIT;");
    assert_err(f->cx, ERR_UNAVAILABLE, "db.rolled_back", migrate(f->cx, list, 2, 0));
    assert_int_equal(count_applied(f->cx), 1);
}

typedef struct Starter {
    const Fixture *f;
    int applied;
} Starter;

static void *start_server(void *user)
{
    static const Migration LIST[] = {
        {.number = 1, .name = "0001", .sql = S_INIT("CREATE TABLE one(a INTEGER);")},
        {.number = 2, .name = "0002", .sql = S_INIT("INSERT INTO one VALUES(1);")},
        {.number = 3, .name = "0003", .sql = S_INIT("CREATE TABLE three(a INTEGER);")},
    };
    Starter *starter = user;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    cx->db = test_db_connect(cx, &starter->f->db, DB_WRITE);
    assert_ok(cx, migration_run_list(cx, LIST, COUNT_OF(LIST), S(""), &starter->applied));
    db_close(cx->db);
    test_cx_done(&t);
    return NULL;
}

static void servers_that_start_together_migrate_once(void **state)
{
    Fixture *f = *state;
    Starter starters[4];
    pthread_t threads[COUNT_OF(starters)];
    int applied = 0;
    for (size_t i = 0; i < COUNT_OF(starters); i++) {
        starters[i] = (Starter){.f = f};
        assert_int_equal(pthread_create(&threads[i], NULL, start_server, &starters[i]), 0);
    }
    for (size_t i = 0; i < COUNT_OF(starters); i++) {
        pthread_join(threads[i], NULL);
        applied += starters[i].applied;
    }
    assert_int_equal(applied, 3);
    assert_int_equal(count_applied(f->cx), 3);
}

static bool exists(Str path)
{
    struct stat info;
    return stat(path.p, &info) == 0;
}

static void a_backup_is_made_before_a_schema_that_is_not_empty_changes(void **state)
{
    const Fixture *f = *state;
    const Migration list[] = {FIRST, SECOND, THIRD};
    int applied;
    Str file = arena_fmt(f->cx->arena, "%s/before.db", f->db.dir);
    assert_ok(f->cx, migration_run_list(f->cx, list, 1, file, &applied));
    assert_false(exists(file));
    assert_ok(f->cx, migration_run_list(f->cx, list, 1, file, &applied));
    assert_false(exists(file));
    assert_ok(f->cx, migration_run_list(f->cx, list, 3, file, &applied));
    assert_true(exists(file));
    Cx copy = *f->cx;
    assert_ok(&copy, db_open(&copy, file, (DbOptions){.mode = DB_WRITE}, &copy.db));
    assert_int_equal(count_applied(&copy), 1);
    db_close(copy.db);
}

static void the_program_s_own_migrations_run(void **state)
{
    const Fixture *f = *state;
    assert_true(MIGRATION_COUNT > 0);
    for (size_t i = 1; i < MIGRATION_COUNT; i++)
        assert_true(MIGRATIONS[i].number > MIGRATIONS[i - 1].number);
    assert_ok(f->cx, migrate(f->cx, MIGRATIONS, MIGRATION_COUNT, (int)MIGRATION_COUNT));
}

static void types_are_translated_outside_of_quotes_and_comments(void **state)
{
    static const struct {
        Str from, to;
    } CASES[] = {
        {S_INIT("a INTEGER, b real,c Blob"), S_INIT("a BIGINT, b DOUBLE PRECISION,c BYTEA")},
        {S_INIT("id integer\n primary  key,"),
         S_INIT("id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,")},
        {S_INIT("id INTEGER PRIMARY KEY AUTOINCREMENT"),
         S_INIT("id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY")},
        {S_INIT("x(a TEXT) STRICT;"), S_INIT("x(a TEXT);")},
        {S_INIT("x(a TEXT)\nWITHOUT ROWID , strict;"), S_INIT("x(a TEXT);")},
        {S_INIT("x(a TEXT) WITHOUT"), S_INIT("x(a TEXT) WITHOUT")},
        {S_INIT("'BLOB' \"INTEGER\" -- REAL\n/* BLOB */ REALLY"),
         S_INIT("'BLOB' \"INTEGER\" -- REAL\n/* BLOB */ REALLY")},
        {S_INIT("'it''s BLOB' blob"), S_INIT("'it''s BLOB' BYTEA")},
        {S_INIT("REAL"), S_INIT("DOUBLE PRECISION")},
        {S_INIT("'open BLOB"), S_INIT("'open BLOB")},
        {S_INIT(""), S_INIT("")},
    };
    TestCx t;
    Cx *cx = test_cx_init(&t);
    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++)
        assert_str_equal(CASES[i].to, migration_postgres_text(cx->arena, CASES[i].from));
    test_cx_done(&t);
}

#define BOTH(body) TEST_ON_BOTH(body, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(only_what_is_missing_is_applied),
        BOTH(one_file_makes_the_same_table_on_both_engines),
        BOTH(a_schema_from_a_newer_program_is_refused),
        BOTH(a_changed_migration_is_refused),
        BOTH(an_older_migration_that_comes_late_is_refused),
        BOTH(a_failing_migration_leaves_the_schema_before_it),
        BOTH(the_program_s_own_migrations_run),
        BOTH(a_migration_may_not_commit),
        BOTH(servers_that_start_together_migrate_once),
        TEST_ON_SQLITE(a_backup_is_made_before_a_schema_that_is_not_empty_changes, teardown),
        cmocka_unit_test(types_are_translated_outside_of_quotes_and_comments),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
