/* What only SQLite has: the file, its WAL, its backup, its way to give up a transaction. */
#include "db/test_db.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <sys/stat.h>

static const Migration SCHEMA[] = {
    {.number = 1,
     .name = "0001",
     .sql = S_INIT("CREATE TABLE thing(id INTEGER PRIMARY KEY, doc BLOB)")},
};

enum { ADD, COUNT, TWICE };
static const Statement Q[] = {
    [ADD] = SQL("INSERT INTO thing(doc) VALUES(zeroblob(?1))"),
    [COUNT] = SQL("SELECT count(*) FROM thing"),
    [TWICE] = SQL("SELECT twice(21)"),
};

typedef struct Fixture {
    TestCx t;
    TestDb db;
    Cx *cx;
} Fixture;

static int setup(void **state)
{
    static Fixture fixture;
    Fixture *f = &fixture;
    f->cx = test_cx_init(&f->t);
    test_db_open_list(f->cx, DB_SQLITE, SCHEMA, COUNT_OF(SCHEMA), &f->db);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    Fixture *f = *state;
    test_db_done(&f->db);
    test_cx_done(&f->t);
    return 0;
}

static Str path_in(const Fixture *f, const char *name)
{
    return arena_fmt(f->cx->arena, "%s/%s", f->db.dir, name);
}

static int64_t get_i64(Cx *cx, const Statement *statement)
{
    DbRows rows;
    bool row = false;
    assert_ok(cx, db_start(cx, statement, DB_NO_ARGS, &rows));
    assert_ok(cx, db_next(cx, &rows, &row));
    int64_t n = db_i64(&rows, 0);
    db_end(&rows);
    return n;
}

static void the_pragmas_are_set(void **state)
{
    static const struct {
        Statement writer;
        int64_t value;
    } EXPECTED[] = {
        {SQL("PRAGMA synchronous"), 2},     {SQL("PRAGMA foreign_keys"), 1},
        {SQL("PRAGMA secure_delete"), 0},   {SQL("PRAGMA temp_store"), 2},
        {SQL("PRAGMA mmap_size"), 0},       {SQL("PRAGMA trusted_schema"), 0},
        {SQL("PRAGMA busy_timeout"), 5000}, {SQL("PRAGMA query_only"), 0},
        {SQL("PRAGMA cache_size"), -32768},
    };
    const Fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(EXPECTED); i++)
        assert_int_equal(get_i64(f->cx, &EXPECTED[i].writer), EXPECTED[i].value);
    Cx unsafe = *f->cx;
    DbOptions options = {.mode = DB_WRITE, .unsafe_no_sync = true};
    assert_ok(&unsafe, db_open(&unsafe, str_from(f->db.where), options, &unsafe.db));
    assert_int_equal(get_i64(&unsafe, &EXPECTED[0].writer), 0);
    db_close(unsafe.db);
}

static void a_full_database_gives_up_the_transaction_and_says_so(void **state)
{
    const Fixture *f = *state;
    assert_ok(f->cx, db_script(f->cx, S("PRAGMA max_page_count=20")));
    assert_ok(f->cx, db_begin(f->cx));
    assert_ok(f->cx, db_savepoint(f->cx));
    assert_ok(f->cx, db_run(f->cx, &Q[ADD], DB_ARGS(V_I64(100))));
    assert_ok(f->cx, db_release(f->cx));
    assert_ok(f->cx, db_savepoint(f->cx));
    assert_err(f->cx, ERR_UNAVAILABLE, "db.full", db_run(f->cx, &Q[ADD], DB_ARGS(V_I64(1000000))));
    assert_err(f->cx, ERR_UNAVAILABLE, "db.rolled_back", db_rollback_to(f->cx));
    assert_err(f->cx, ERR_UNAVAILABLE, "db.rolled_back", db_run(f->cx, &Q[ADD], DB_ARGS(V_I64(1))));
    db_rollback(f->cx);
    assert_int_equal(get_i64(f->cx, &Q[COUNT]), 0);
    assert_ok(f->cx, db_run(f->cx, &Q[ADD], DB_ARGS(V_I64(1))));
}

static void the_wal_grows_and_a_checkpoint_empties_it(void **state)
{
    const Fixture *f = *state;
    assert_ok(f->cx, db_checkpoint(f->cx));
    assert_int_equal(db_wal_bytes(f->cx->db), 0);
    assert_ok(f->cx, db_run(f->cx, &Q[ADD], DB_ARGS(V_I64(1000000))));
    assert_true(db_wal_bytes(f->cx->db) > 1000000);
    assert_ok(f->cx, db_checkpoint(f->cx));
    assert_int_equal(db_wal_bytes(f->cx->db), 0);
}

/* Whether the bytes of a file hold the word. */
static bool file_holds(const Fixture *f, const char *end, const char *word)
{
    char command[256];
    snprintf(command, sizeof command, "grep -q -a '%s' '%s%s' 2>/dev/null", word, f->db.where, end);
    return system(command) == 0;
}

static void after_a_scrub_no_file_holds_what_was_deleted(void **state)
{
    const Fixture *f = *state;
    assert_ok(f->cx, db_script(f->cx, S("CREATE TABLE word (w TEXT NOT NULL);"
                                        "INSERT INTO word VALUES ('quastenberger'), ('stays')")));
    assert_ok(f->cx, db_checkpoint(f->cx));
    assert_ok(f->cx, db_script(f->cx, S("DELETE FROM word WHERE w = 'quastenberger'")));
    assert_true(file_holds(f, "", "quastenberger") || file_holds(f, "-wal", "quastenberger"));
    assert_ok(f->cx, db_scrub(f->cx));
    assert_false(file_holds(f, "", "quastenberger"));
    assert_false(file_holds(f, "-wal", "quastenberger"));
    assert_true(file_holds(f, "", "stays"));
    assert_ok(f->cx, db_run(f->cx, &Q[ADD], DB_ARGS(V_I64(1))));
}

static void a_checkpoint_leaves_what_a_reader_looks_at(void **state)
{
    const Fixture *f = *state;
    Cx reader = *f->cx;
    reader.db = test_db_reader(f->cx, &f->db);
    assert_ok(f->cx, db_run(f->cx, &Q[ADD], DB_ARGS(V_I64(1000000))));
    assert_ok(&reader, db_read_begin(&reader));
    assert_int_equal(get_i64(&reader, &Q[COUNT]), 1);
    assert_ok(f->cx, db_run(f->cx, &Q[ADD], DB_ARGS(V_I64(1000000))));
    int64_t from_us = clock_mono_us();
    assert_ok(f->cx, db_checkpoint(f->cx));
    assert_true(clock_mono_us() - from_us < 2000000);
    assert_true(db_wal_bytes(f->cx->db) > 2000000);
    assert_int_equal(get_i64(&reader, &Q[COUNT]), 1);
    db_read_end(&reader);
    assert_ok(f->cx, db_checkpoint(f->cx));
    assert_int_equal(db_wal_bytes(f->cx->db), 0);
    db_close(reader.db);
}

static void a_large_wal_is_copied_by_the_commit_itself(void **state)
{
    const Fixture *f = *state;
    for (int i = 0; i < 7; i++)
        assert_ok(f->cx, db_run(f->cx, &Q[ADD], DB_ARGS(V_I64(10000000))));
    assert_true(db_wal_bytes(f->cx->db) < 20000000);
}

/* ---- backup ---- */

typedef struct Writing {
    const Fixture *f;
    Cx cx;
    int done, total, calls;
} Writing;

/* Writes into the database in the middle of its backup. */
static void write_meanwhile(void *user, int done, int total)
{
    Writing *w = user;
    if (w->calls++ == 0)
        assert_ok(&w->cx, db_run(&w->cx, &Q[ADD], DB_ARGS(V_I64(2000000))));
    w->done = done;
    w->total = total;
}

static void a_backup_is_one_moment_of_a_database_in_use(void **state)
{
    const Fixture *f = *state;
    Str file = path_in(f, "copy.db");
    Writing w = {.f = f, .cx = *f->cx};
    Cx reader = *f->cx;
    reader.db = test_db_reader(f->cx, &f->db);
    for (int i = 0; i < 5; i++)
        assert_ok(f->cx, db_run(f->cx, &Q[ADD], DB_ARGS(V_I64(1000000))));
    assert_ok(&reader, db_backup(&reader, file, write_meanwhile, &w));
    assert_true(w.calls > 2);
    assert_int_equal(w.done, w.total);
    db_close(reader.db);
    assert_int_equal(get_i64(f->cx, &Q[COUNT]), 6);
    Cx copy = *f->cx;
    assert_ok(&copy, db_open(&copy, file, (DbOptions){.mode = DB_WRITE}, &copy.db));
    assert_int_equal(get_i64(&copy, &Q[COUNT]), 5);
    db_close(copy.db);
    assert_int_equal(access(path_in(f, "copy.db.part").p, F_OK), -1);
}

static void a_backup_that_cannot_be_written_leaves_nothing(void **state)
{
    const Fixture *f = *state;
    assert_err(f->cx, ERR_UNAVAILABLE, "db.io",
               db_backup(f->cx, path_in(f, "missing/copy.db"), NULL, NULL));
    assert_int_equal(mkdir(path_in(f, "taken").p, 0700), 0);
    assert_err(f->cx, ERR_UNAVAILABLE, "db.io", db_backup(f->cx, path_in(f, "taken"), NULL, NULL));
    assert_int_equal(access(path_in(f, "taken.part").p, F_OK), -1);
    assert_ok(f->cx, db_run(f->cx, &Q[ADD], DB_ARGS(V_I64(1))));
}

/* ---- opening ---- */

static void a_file_that_is_no_database_is_refused(void **state)
{
    const Fixture *f = *state;
    Db *db = NULL;
    Str file = path_in(f, "letter.txt");
    int fd = open(file.p, O_WRONLY | O_CREAT, 0600);
    for (int i = 0; i < 100; i++)
        assert_int_equal(write(fd, "This is a letter, not a database.\n", 34), 34);
    close(fd);
    assert_err(f->cx, ERR_INTERNAL, "db.corrupt",
               db_open(f->cx, file, (DbOptions){.mode = DB_WRITE}, &db));
    assert_null(db);
}

static void what_cannot_be_opened_says_why(void **state)
{
    const Fixture *f = *state;
    Db *db = NULL;
    assert_err(f->cx, ERR_INVALID, "db.memory",
               db_open(f->cx, S(":memory:"), (DbOptions){.mode = DB_WRITE}, &db));
    assert_err(f->cx, ERR_INVALID, "db.memory",
               db_open(f->cx, S(""), (DbOptions){.mode = DB_WRITE}, &db));
    assert_err(f->cx, ERR_UNAVAILABLE, "db.open",
               db_open(f->cx, path_in(f, "no/such.db"), (DbOptions){.mode = DB_WRITE}, &db));
    assert_err(f->cx, ERR_UNAVAILABLE, "db.open",
               db_open(f->cx, path_in(f, "such.db"), (DbOptions){.mode = DB_READ}, &db));
}

static void a_reader_opens_what_no_writer_has_open(void **state)
{
    Fixture *f = *state;
    assert_ok(f->cx, db_run(f->cx, &Q[ADD], DB_ARGS(V_I64(1))));
    db_close(f->db.writer);
    Cx reader = *f->cx;
    reader.db = test_db_reader(f->cx, &f->db);
    assert_int_equal(get_i64(&reader, &Q[COUNT]), 1);
    f->db.writer = f->cx->db = test_db_connect(f->cx, &f->db, DB_WRITE);
    assert_ok(f->cx, db_run(f->cx, &Q[ADD], DB_ARGS(V_I64(1))));
    assert_int_equal(get_i64(&reader, &Q[COUNT]), 2);
    db_close(reader.db);
}

static void assert_private(Str file)
{
    struct stat info;
    assert_int_equal(stat(file.p, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
}

static void nobody_else_may_read_the_files(void **state)
{
    const Fixture *f = *state;
    Str copy = path_in(f, "copy.db");
    assert_ok(f->cx, db_backup(f->cx, copy, NULL, NULL));
    assert_private(str_from(f->db.where));
    assert_private(path_in(f, "hanse.db-wal"));
    assert_private(path_in(f, "hanse.db-shm"));
    assert_private(copy);
}

static void twice(sqlite3_context *context, int n, sqlite3_value **values)
{
    (void)n;
    sqlite3_result_int64(context, 2 * sqlite3_value_int64(values[0]));
}

static int register_twice(void *handle)
{
    return sqlite3_create_function(handle, "twice", 1, SQLITE_UTF8 | SQLITE_INNOCUOUS, NULL, twice,
                                   NULL, NULL);
}

static int refuse(void *handle)
{
    (void)handle;
    return SQLITE_ERROR;
}

static void own_functions_are_registered_when_it_opens(void **state)
{
    const Fixture *f = *state;
    Cx reader = *f->cx;
    DbOptions options = {.mode = DB_READ, .setup = register_twice};
    assert_ok(&reader, db_open(&reader, str_from(f->db.where), options, &reader.db));
    assert_int_equal(get_i64(&reader, &Q[TWICE]), 42);
    db_close(reader.db);
    options.setup = refuse;
    assert_err(&reader, ERR_UNAVAILABLE, "db.open",
               db_open(&reader, str_from(f->db.where), options, &reader.db));
}

static void double_quoted_texts_are_no_values(void **state)
{
    const Fixture *f = *state;
    static const Statement QUOTED = SQL("SELECT \"nothing\"");
    DbRows rows;
    assert_err(f->cx, ERR_INTERNAL, "db.error", db_start(f->cx, &QUOTED, DB_NO_ARGS, &rows));
}

/* ---- threads and processes ---- */

static void *read_often(void *user)
{
    const Fixture *f = user;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    cx->db = test_db_reader(cx, &f->db);
    int64_t before = 0;
    for (int i = 0; i < 300; i++) {
        int64_t now = get_i64(cx, &Q[COUNT]);
        assert_true(now >= before && now % 10 == 0);
        before = now;
    }
    db_close(cx->db);
    test_cx_done(&t);
    return NULL;
}

static void readers_on_other_threads_see_whole_groups(void **state)
{
    Fixture *f = *state;
    pthread_t threads[2];
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_often, f), 0);
    for (int group = 0; group < 100; group++) {
        assert_ok(f->cx, db_begin(f->cx));
        for (int i = 0; i < 10; i++)
            assert_ok(f->cx, db_run(f->cx, &Q[ADD], DB_ARGS(V_I64(10))));
        assert_ok(f->cx, db_commit(f->cx));
    }
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        pthread_join(threads[i], NULL);
}

static void a_second_writer_is_told_to_come_back(void **state)
{
    const Fixture *f = *state;
    Cx other = *f->cx;
    other.db = test_db_connect(f->cx, &f->db, DB_WRITE);
    assert_ok(&other, db_script(&other, S("PRAGMA busy_timeout=10")));
    assert_ok(f->cx, db_begin(f->cx));
    assert_err(&other, ERR_UNAVAILABLE, "db.busy", db_begin(&other));
    assert_ok(f->cx, db_commit(f->cx));
    assert_ok(&other, db_begin(&other));
    assert_ok(&other, db_run(&other, &Q[ADD], DB_ARGS(V_I64(1))));
    assert_ok(&other, db_commit(&other));
    db_close(other.db);
}

static void two_servers_cannot_have_one_directory(void **state)
{
    const Fixture *f = *state;
    DbLock first, second;
    Str dir = str_from(f->db.dir);
    assert_ok(f->cx, db_lock(f->cx, dir, &first));
    assert_err(f->cx, ERR_UNAVAILABLE, "db.locked", db_lock(f->cx, dir, &second));
    Str pid = arena_fmt(f->cx->arena, "process %ld:", (long)getpid());
    assert_true(str_find(f->cx->error->detail, pid) > 0);
    db_unlock(&first);
    assert_ok(f->cx, db_lock(f->cx, dir, &second));
    db_unlock(&second);
    assert_err(f->cx, ERR_UNAVAILABLE, "db.open", db_lock(f->cx, path_in(f, "none"), &first));
}

#define TEST(body) cmocka_unit_test_setup_teardown(body, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_pragmas_are_set),
        TEST(a_full_database_gives_up_the_transaction_and_says_so),
        TEST(the_wal_grows_and_a_checkpoint_empties_it),
        TEST(after_a_scrub_no_file_holds_what_was_deleted),
        TEST(a_checkpoint_leaves_what_a_reader_looks_at),
        TEST(a_large_wal_is_copied_by_the_commit_itself),
        TEST(a_backup_is_one_moment_of_a_database_in_use),
        TEST(a_backup_that_cannot_be_written_leaves_nothing),
        TEST(a_file_that_is_no_database_is_refused),
        TEST(what_cannot_be_opened_says_why),
        TEST(a_reader_opens_what_no_writer_has_open),
        TEST(nobody_else_may_read_the_files),
        TEST(own_functions_are_registered_when_it_opens),
        TEST(double_quoted_texts_are_no_values),
        TEST(readers_on_other_threads_see_whole_groups),
        TEST(a_second_writer_is_told_to_come_back),
        TEST(two_servers_cannot_have_one_directory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
