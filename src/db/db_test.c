#include "db/test_db.h"

static const Migration SCHEMA[] = {
    {.number = 1,
     .name = "0001",
     .sql = S_INIT("CREATE TABLE thing(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
                   " amount REAL CHECK(amount >= 0), doc BLOB)")},
};

enum { ADD, GET, COUNT };
static const Statement Q[] = {
    [ADD] = SQL("INSERT INTO thing(name, amount, doc) VALUES(?1, ?2, ?3)"),
    [GET] = SQL("SELECT name, amount, doc FROM thing WHERE name = ?1"),
    [COUNT] = SQL("SELECT count(*) FROM thing"),
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
    test_db_open_list(f->cx, SCHEMA, COUNT_OF(SCHEMA), &f->db);
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

static Err add(Cx *cx, Str name)
{
    return db_run(cx, &Q[ADD], DB_ARGS(V_TEXT(name), V_F64(1.5), V_BLOB(S("\0\1"))));
}

static int64_t count(Cx *cx)
{
    DbRows rows;
    bool row = false;
    assert_ok(cx, db_start(cx, &Q[COUNT], DB_NO_ARGS, &rows));
    assert_ok(cx, db_next(cx, &rows, &row));
    assert_true(row);
    int64_t n = db_i64(&rows, 0);
    db_end(&rows);
    return n;
}

static void values_come_back_as_they_went_in(void **state)
{
    const Fixture *f = *state;
    DbRows rows;
    bool row = false;
    assert_ok(f->cx, add(f->cx, S("a")));
    assert_ok(f->cx, db_start(f->cx, &Q[GET], DB_ARGS(V_TEXT(S("a"))), &rows));
    assert_ok(f->cx, db_next(f->cx, &rows, &row));
    assert_true(row);
    assert_str("a", db_text(&rows, 0));
    assert_true(db_f64(&rows, 1) == 1.5);
    assert_str("\0\1", db_blob(&rows, 2));
    assert_ok(f->cx, db_next(f->cx, &rows, &row));
    assert_false(row);
    db_end(&rows);
}

static void a_rolled_back_savepoint_leaves_the_others(void **state)
{
    const Fixture *f = *state;
    assert_ok(f->cx, db_begin(f->cx));
    assert_ok(f->cx, db_savepoint(f->cx));
    assert_ok(f->cx, add(f->cx, S("a")));
    assert_ok(f->cx, db_release(f->cx));
    assert_ok(f->cx, db_savepoint(f->cx));
    assert_ok(f->cx, add(f->cx, S("b")));
    assert_err(f->cx, ERR_CONFLICT, "db.unique", add(f->cx, S("a")));
    assert_ok(f->cx, db_rollback_to(f->cx));
    assert_ok(f->cx, db_commit(f->cx));
    assert_int_equal(count(f->cx), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values_come_back_as_they_went_in, setup, teardown),
        cmocka_unit_test_setup_teardown(a_rolled_back_savepoint_leaves_the_others, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
