/* What only PostgreSQL has: other writers, a server that goes away. */
#include "db/test_db.h"

static const Migration SCHEMA[] = {
    {.number = 1,
     .name = "0001",
     .sql = S_INIT("CREATE TABLE account(name TEXT PRIMARY KEY, balance INTEGER NOT NULL);"
                   "INSERT INTO account VALUES('a', 50), ('b', 50);")},
};

enum { SUM, TAKE, KILL, ADD, PID };
static const Statement Q[] = {
    [SUM] = SQL("SELECT sum(balance) FROM account"),
    [TAKE] = SQL("UPDATE account SET balance = balance - ?2 WHERE name = ?1"),
    [KILL] = SQL("SELECT pg_terminate_backend(CAST(?1 AS INT4), 5000)"),
    [ADD] = SQL("INSERT INTO account VALUES(?1, 0)"),
    [PID] = SQL("SELECT pg_backend_pid()"),
};

typedef struct Fixture {
    TestCx t;
    TestDb db;
    Cx *cx;
    Cx other; /* a second writer */
} Fixture;

static int setup(void **state)
{
    static Fixture fixture;
    Fixture *f = &fixture;
    f->cx = test_cx_init(&f->t);
    test_db_open_list(f->cx, DB_POSTGRES, SCHEMA, COUNT_OF(SCHEMA), &f->db);
    f->other = *f->cx;
    f->other.db = test_db_connect(f->cx, &f->db, DB_WRITE);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    Fixture *f = *state;
    db_close(f->other.db);
    test_db_done(&f->db);
    test_cx_done(&f->t);
    return 0;
}

static Err get_i64(Cx *cx, const Statement *statement, const DbValue *args, size_t n, int64_t *ret)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, statement, args, n, &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK)
        *ret = db_i64(&rows, 0);
    db_end(&rows);
    return err;
}

static Err take(Cx *cx, Str name)
{
    int64_t sum = 0;
    TRY(get_i64(cx, &Q[SUM], DB_NO_ARGS, &sum));
    if (sum < 100)
        return OK;
    return db_run(cx, &Q[TAKE], DB_ARGS(V_TEXT(name), V_I64(60)));
}

/* Each alone keeps the sum above zero; together they would not (write skew). */
static void of_two_writers_that_exclude_each_other_one_must_try_again(void **state)
{
    Fixture *f = *state;
    int64_t sum = 0;
    assert_ok(f->cx, db_begin(f->cx));
    assert_ok(&f->other, db_begin(&f->other));
    assert_ok(f->cx, take(f->cx, S("a")));
    assert_ok(&f->other, take(&f->other, S("b")));
    assert_ok(f->cx, db_commit(f->cx));
    assert_err(&f->other, ERR_UNAVAILABLE, "db.serialize", db_commit(&f->other));
    assert_ok(&f->other, db_begin(&f->other));
    assert_ok(&f->other, take(&f->other, S("b")));
    assert_ok(&f->other, db_commit(&f->other));
    assert_ok(f->cx, get_i64(f->cx, &Q[SUM], DB_NO_ARGS, &sum));
    assert_int_equal(sum, 40);
}

static void a_savepoint_does_not_save_from_a_serialization_failure(void **state)
{
    Fixture *f = *state;
    assert_ok(f->cx, db_begin(f->cx));
    assert_ok(f->cx, take(f->cx, S("a")));
    assert_ok(&f->other, db_begin(&f->other));
    assert_ok(&f->other, db_savepoint(&f->other));
    int64_t sum;
    assert_ok(&f->other, get_i64(&f->other, &Q[SUM], DB_NO_ARGS, &sum));
    assert_ok(f->cx, db_commit(f->cx));
    assert_err(&f->other, ERR_UNAVAILABLE, "db.serialize", take(&f->other, S("a")));
    assert_err(&f->other, ERR_UNAVAILABLE, "db.serialize", db_rollback_to(&f->other));
    db_rollback(&f->other);
    assert_ok(&f->other, db_begin(&f->other));
    assert_ok(&f->other, take(&f->other, S("a")));
    assert_ok(&f->other, db_commit(&f->other));
}

static void kill_connection_of(Fixture *f)
{
    int64_t pid = 0, killed = 0;
    assert_ok(f->cx, get_i64(f->cx, &Q[PID], DB_NO_ARGS, &pid));
    assert_ok(&f->other, get_i64(&f->other, &Q[KILL], DB_ARGS(V_I64(pid)), &killed));
    assert_int_equal(killed, 1);
}

static void a_lost_connection_is_told_once_and_made_anew(void **state)
{
    Fixture *f = *state;
    int64_t sum = 0;
    kill_connection_of(f);
    assert_err(f->cx, ERR_UNAVAILABLE, "db.io", get_i64(f->cx, &Q[SUM], DB_NO_ARGS, &sum));
    assert_ok(f->cx, get_i64(f->cx, &Q[SUM], DB_NO_ARGS, &sum));
    assert_int_equal(sum, 100);
}

static void a_connection_lost_inside_a_transaction_loses_all_of_it(void **state)
{
    Fixture *f = *state;
    assert_ok(f->cx, db_begin(f->cx));
    assert_ok(f->cx, db_savepoint(f->cx));
    assert_ok(f->cx, db_run(f->cx, &Q[TAKE], DB_ARGS(V_TEXT(S("a")), V_I64(1))));
    kill_connection_of(f);
    assert_err(f->cx, ERR_UNAVAILABLE, "db.io",
               db_run(f->cx, &Q[TAKE], DB_ARGS(V_TEXT(S("a")), V_I64(1))));
    assert_err(f->cx, ERR_UNAVAILABLE, "db.rolled_back", db_rollback_to(f->cx));
    db_rollback(f->cx);
    int64_t sum = 0;
    assert_ok(f->cx, get_i64(f->cx, &Q[SUM], DB_NO_ARGS, &sum));
    assert_int_equal(sum, 100);
}

static void a_text_that_postgresql_cannot_store_is_invalid(void **state)
{
    Fixture *f = *state;
    assert_err(f->cx, ERR_INVALID, "db.value", db_run(f->cx, &Q[ADD], DB_ARGS(V_TEXT(S("a\0b")))));
    assert_err(f->cx, ERR_INVALID, "db.value", db_run(f->cx, &Q[ADD], DB_ARGS(V_TEXT(S("\xff")))));
}

static void a_database_with_another_order_of_texts_is_refused(void **state)
{
    Fixture *f = *state;
    Db *db = NULL;
    assert_ok(f->cx,
              db_script(f->cx, S("CREATE DATABASE latin TEMPLATE template0 ENCODING LATIN1")));
    Str address = str_from(f->db.where);
    Str host = str_from_index(address, (size_t)str_find(address, S("?")));
    Str latin = arena_fmt(f->cx->arena, "postgresql://postgres@/latin%.*s", SARG(host));
    assert_err(f->cx, ERR_UNAVAILABLE, "db.open",
               db_open(f->cx, latin, (DbOptions){.mode = DB_WRITE}, &db));
    assert_ok(f->cx, db_script(f->cx, S("DROP DATABASE latin")));
}

static void a_server_that_is_not_there_says_so(void **state)
{
    Fixture *f = *state;
    Db *db = NULL;
    assert_err(f->cx, ERR_UNAVAILABLE, "db.open",
               db_open(f->cx, S("postgres://nobody@/none?host=/nonexistent"),
                       (DbOptions){.mode = DB_WRITE}, &db));
}

static void a_backup_is_left_to_pg_dump(void **state)
{
    Fixture *f = *state;
    assert_err(f->cx, ERR_UNSUPPORTED, "db.backup", db_backup(f->cx, S("copy"), NULL, NULL));
    assert_ok(f->cx, db_checkpoint(f->cx));
    assert_int_equal(db_wal_bytes(f->cx->db), 0);
}

#define TEST(body) cmocka_unit_test_setup_teardown(body, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(of_two_writers_that_exclude_each_other_one_must_try_again),
        TEST(a_savepoint_does_not_save_from_a_serialization_failure),
        TEST(a_lost_connection_is_told_once_and_made_anew),
        TEST(a_connection_lost_inside_a_transaction_loses_all_of_it),
        TEST(a_text_that_postgresql_cannot_store_is_invalid),
        TEST(a_database_with_another_order_of_texts_is_refused),
        TEST(a_server_that_is_not_there_says_so),
        TEST(a_backup_is_left_to_pg_dump),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
