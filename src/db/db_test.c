/* What db.h promises, on both engines by the same bodies. sqlite_test.c and postgres_test.c hold
 * what only one of them has. */
#include "db/test_db.h"

#include <math.h>

static const Migration SCHEMA[] = {
    {.number = 1,
     .name = "0001",
     .sql = S_INIT("CREATE TABLE thing(name TEXT NOT NULL PRIMARY KEY,"
                   " number INTEGER CHECK(number <> 13), amount REAL, doc BLOB);"
                   "CREATE TABLE counted(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)")},
};

enum { INSERT, ADD, ADD_NULLS, GET, LIST, COUNT, SET_NUMBER, ADD_RETURNING, LONG, MAYBE, MATCH };
static const Statement Q[] = {
    [ADD] = SQL("INSERT INTO thing(name, number, amount, doc) VALUES(?1, ?2, ?3, ?4)"),
    [INSERT] = SQL2("INSERT INTO counted(name) VALUES(?1) ON CONFLICT DO NOTHING",
                    "INSERT INTO counted(name) VALUES(?1) ON CONFLICT DO NOTHING RETURNING id"),
    [ADD_NULLS] = SQL("INSERT INTO thing(name) VALUES(?1)"),
    [GET] = SQL("SELECT number, amount, name, doc FROM thing WHERE name = ?1"),
    [LIST] = SQL("SELECT name FROM thing ORDER BY name"),
    [COUNT] = SQL("SELECT count(*) FROM thing"),
    [SET_NUMBER] = SQL("UPDATE thing SET number = ?1 WHERE number >= ?2"),
    [ADD_RETURNING] = SQL("INSERT INTO thing(name, number) VALUES(?1, ?2) RETURNING number + 1"),
    [LONG] =
        SQL("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000)"
            " SELECT count(*) FROM n"),
    [MATCH] = SQL("SELECT count(*) FROM thing WHERE name LIKE ?1"),
    [MAYBE] = SQL("SELECT '?1', count(*) FROM thing WHERE number = ?1 OR amount = ?2 -- ?9"),
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
    test_db_open_list(f->cx, engine, SCHEMA, COUNT_OF(SCHEMA), &f->db);
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

static Err add(Cx *cx, Str name, int64_t number)
{
    return db_run(cx, &Q[ADD], DB_ARGS(V_TEXT(name), V_I64(number), V_NULL, V_NULL));
}

static int64_t get_i64(Cx *cx, const Statement *statement, const DbValue *args, size_t n)
{
    DbRows rows;
    bool row = false;
    assert_ok(cx, db_start(cx, statement, args, n, &rows));
    assert_ok(cx, db_next(cx, &rows, &row));
    assert_true(row);
    int64_t v = db_i64(&rows, rows.columns - 1);
    db_end(&rows);
    return v;
}

static int64_t count(Cx *cx)
{
    return get_i64(cx, &Q[COUNT], DB_NO_ARGS);
}

static void round_trip(Cx *cx, Str name, int64_t number, double amount, Str doc)
{
    DbRows rows;
    bool row = false;
    assert_ok(
        cx, db_run(cx, &Q[ADD], DB_ARGS(V_TEXT(name), V_I64(number), V_F64(amount), V_BLOB(doc))));
    assert_ok(cx, db_start(cx, &Q[GET], DB_ARGS(V_TEXT(name)), &rows));
    assert_ok(cx, db_next(cx, &rows, &row));
    assert_true(row);
    assert_true(db_i64(&rows, 0) == number);
    assert_true(db_f64(&rows, 1) == amount);
    assert_str_equal(name, db_text(&rows, 2));
    assert_str_equal(doc, db_blob(&rows, 3));
    assert_non_null(db_blob(&rows, 3).p);
    assert_ok(cx, db_next(cx, &rows, &row));
    assert_false(row);
    db_end(&rows);
}

static void values_come_back_as_they_went_in(void **state)
{
    const Fixture *f = *state;
    round_trip(f->cx,
               S("Stra\xc3\x9f"
                 "enb\xc3\xa4ume"),
               INT64_MAX, 0.1, S("\0\1\xff'\\"));
    round_trip(f->cx, S("it's \"quoted\" \\ $1 ?1"), INT64_MIN, -1.7976931348623157e308, S("a"));
    round_trip(f->cx, S(""), 0, 5e-324, S(""));
    round_trip(f->cx, (Str){"slice", 3}, -1, -0.0, (Str){NULL, 0});
}

static void null_is_not_empty(void **state)
{
    const Fixture *f = *state;
    DbRows rows;
    bool row = false;
    assert_ok(f->cx,
              db_run(f->cx, &Q[ADD],
                     DB_ARGS(V_TEXT(S("a")), V_NULL, V_F64(NAN), v_text_or_null((Str){NULL, 0}))));
    assert_ok(f->cx, db_start(f->cx, &Q[GET], DB_ARGS(V_TEXT(S("a"))), &rows));
    assert_ok(f->cx, db_next(f->cx, &rows, &row));
    assert_true(db_is_null(&rows, 0));
    assert_true(db_is_null(&rows, 1));
    assert_null(db_blob(&rows, 3).p);
    assert_null(db_text(&rows, 3).p);
    assert_false(db_is_null(&rows, 2));
    db_end(&rows);
}

static void a_statement_takes_values_of_changing_types(void **state)
{
    const Fixture *f = *state;
    assert_ok(f->cx, db_run(f->cx, &Q[ADD], DB_ARGS(V_TEXT(S("a")), V_NULL, V_NULL, V_NULL)));
    assert_ok(f->cx,
              db_run(f->cx, &Q[ADD], DB_ARGS(V_TEXT(S("b")), V_I64(7), V_I64(2), V_BLOB(S("x")))));
    assert_ok(f->cx, db_run(f->cx, &Q[ADD], DB_ARGS(V_TEXT(S("c")), V_I64(8), V_F64(2.5), V_NULL)));
    assert_int_equal(get_i64(f->cx, &Q[MAYBE], DB_ARGS(V_I64(7), V_F64(2.5))), 2);
    assert_int_equal(get_i64(f->cx, &Q[MAYBE], DB_ARGS(V_NULL, V_I64(2))), 1);
    assert_int_equal(get_i64(f->cx, &Q[MAYBE], DB_ARGS(V_I64(8), V_NULL)), 1);
}

static void violated_keys_and_checks_are_conflicts(void **state)
{
    const Fixture *f = *state;
    assert_ok(f->cx, add(f->cx, S("a"), 1));
    assert_err(f->cx, ERR_CONFLICT, "db.unique", add(f->cx, S("a"), 2));
    assert_err(f->cx, ERR_CONFLICT, "db.constraint", add(f->cx, S("b"), 13));
    assert_err(f->cx, ERR_CONFLICT, "db.constraint", db_run(f->cx, &Q[ADD_NULLS], DB_ARGS(V_NULL)));
    assert_int_equal(count(f->cx), 1);
}

static void changed_rows_are_counted(void **state)
{
    const Fixture *f = *state;
    int64_t changed = -1;
    for (int i = 0; i < 5; i++)
        assert_ok(f->cx, add(f->cx, arena_fmt(f->cx->arena, "%d", i), i));
    assert_ok(f->cx, db_run_count(f->cx, &Q[SET_NUMBER], DB_ARGS(V_I64(9), V_I64(3)), &changed));
    assert_int_equal(changed, 2);
    assert_ok(f->cx, db_run_count(f->cx, &Q[SET_NUMBER], DB_ARGS(V_I64(9), V_I64(99)), &changed));
    assert_int_equal(changed, 0);
    assert_ok(f->cx, db_run_count(f->cx, &Q[COUNT], DB_NO_ARGS, &changed));
    assert_int_equal(changed, 0);
}

static void an_insert_returns_what_it_is_asked_for(void **state)
{
    const Fixture *f = *state;
    assert_int_equal(get_i64(f->cx, &Q[ADD_RETURNING], DB_ARGS(V_TEXT(S("a")), V_I64(41))), 42);
    assert_int_equal(count(f->cx), 1);
}

static void texts_are_matched_and_ordered_alike(void **state)
{
    const Fixture *f = *state;
    static const char *const NAMES[] = {"A", "B", "a", "b", "\xc3\x84"};
    DbRows rows;
    bool row = false;
    for (size_t i = COUNT_OF(NAMES); i-- > 0;)
        assert_ok(f->cx, add(f->cx, str_from(NAMES[i]), 1));
    assert_int_equal(get_i64(f->cx, &Q[MATCH], DB_ARGS(V_TEXT(S("a%")))), 1);
    assert_ok(f->cx, db_start(f->cx, &Q[LIST], DB_NO_ARGS, &rows));
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        assert_ok(f->cx, db_next(f->cx, &rows, &row));
        assert_str_equal(str_from(NAMES[i]), db_text(&rows, 0));
    }
    db_end(&rows);
}

static void one_statement_runs_twice_at_once(void **state)
{
    const Fixture *f = *state;
    DbRows outer, inner;
    bool row = false;
    int pairs = 0;
    for (int i = 0; i < 3; i++)
        assert_ok(f->cx, add(f->cx, arena_fmt(f->cx->arena, "%d", i), i));
    assert_ok(f->cx, db_start(f->cx, &Q[LIST], DB_NO_ARGS, &outer));
    while (db_next(f->cx, &outer, &row) == OK && row) {
        bool more = false;
        assert_ok(f->cx, db_start(f->cx, &Q[LIST], DB_NO_ARGS, &inner));
        while (db_next(f->cx, &inner, &more) == OK && more)
            pairs++;
        db_end(&inner);
    }
    db_end(&outer);
    assert_int_equal(pairs, 9);
}

/* ---- dynamic texts ---- */

static Err start_filter(Cx *cx, int values, DbRows *ret)
{
    DbDynamic *d = db_dynamic(cx);
    db_dynamic_sql(d, "SELECT count(*) FROM thing WHERE number IN (");
    for (int i = 0; i < values; i++) {
        if (i)
            db_dynamic_sql(d, ",");
        db_dynamic_bind(d, V_I64(i));
    }
    db_dynamic_sql(d, ")");
    return db_start_dynamic(cx, d, ret);
}

static int64_t count_filter(Cx *cx, int values)
{
    DbRows rows;
    bool row = false;
    assert_ok(cx, start_filter(cx, values, &rows));
    assert_ok(cx, db_next(cx, &rows, &row));
    int64_t n = db_i64(&rows, 0);
    db_end(&rows);
    return n;
}

static void more_shapes_of_filters_than_the_cache_holds(void **state)
{
    const Fixture *f = *state;
    for (int i = 0; i < 100; i++)
        assert_ok(f->cx, add(f->cx, arena_fmt(f->cx->arena, "%d", i), i == 13 ? -13 : i));
    for (int round = 0; round < 2; round++) {
        for (int values = 1; values <= 100; values++)
            assert_int_equal(count_filter(f->cx, values), values - (values > 13));
    }
}

static void busy_filters_are_not_taken_away(void **state)
{
    const Fixture *f = *state;
    static DbRows rows[80];
    bool row = false;
    for (int i = 0; i < 80; i++)
        assert_ok(f->cx, start_filter(f->cx, i + 1, &rows[i]));
    assert_int_equal(count_filter(f->cx, 3), 0);
    for (int i = 0; i < 80; i++) {
        assert_ok(f->cx, db_next(f->cx, &rows[i], &row));
        assert_int_equal(db_i64(&rows[i], 0), 0);
        db_end(&rows[i]);
    }
}

static void too_many_values_are_a_limit(void **state)
{
    const Fixture *f = *state;
    DbRows rows;
    assert_int_equal(count_filter(f->cx, DB_DYNAMIC_ARGS_MAX), 0);
    assert_err(f->cx, ERR_LIMIT, "db.dynamic", start_filter(f->cx, DB_DYNAMIC_ARGS_MAX + 1, &rows));
}

/* ---- transactions ---- */

static void a_rolled_back_savepoint_leaves_the_others(void **state)
{
    const Fixture *f = *state;
    assert_ok(f->cx, db_begin(f->cx));
    assert_ok(f->cx, db_savepoint(f->cx));
    assert_ok(f->cx, add(f->cx, S("a"), 1));
    assert_ok(f->cx, db_release(f->cx));
    assert_ok(f->cx, db_savepoint(f->cx));
    assert_ok(f->cx, add(f->cx, S("b"), 1));
    assert_err(f->cx, ERR_CONFLICT, "db.unique", add(f->cx, S("a"), 1));
    assert_ok(f->cx, db_rollback_to(f->cx));
    assert_ok(f->cx, db_savepoint(f->cx));
    assert_ok(f->cx, add(f->cx, S("c"), 1));
    assert_ok(f->cx, db_release(f->cx));
    assert_ok(f->cx, db_commit(f->cx));
    assert_int_equal(count(f->cx), 2);
}

static void savepoints_nest(void **state)
{
    const Fixture *f = *state;
    assert_ok(f->cx, db_begin(f->cx));
    assert_ok(f->cx, db_savepoint(f->cx));
    assert_ok(f->cx, add(f->cx, S("a"), 1));
    assert_ok(f->cx, db_savepoint(f->cx));
    assert_ok(f->cx, add(f->cx, S("b"), 1));
    assert_ok(f->cx, db_savepoint(f->cx));
    assert_ok(f->cx, add(f->cx, S("c"), 1));
    assert_ok(f->cx, db_release(f->cx));
    assert_ok(f->cx, db_rollback_to(f->cx)); /* takes b and c */
    assert_int_equal(count(f->cx), 1);
    assert_ok(f->cx, add(f->cx, S("d"), 1));
    assert_ok(f->cx, db_release(f->cx));
    assert_ok(f->cx, db_commit(f->cx));
    assert_int_equal(count(f->cx), 2);
}

static void after_an_error_nothing_runs_until_the_savepoint_is_rolled_back(void **state)
{
    const Fixture *f = *state;
    DbRows rows;
    assert_ok(f->cx, add(f->cx, S("a"), 1));
    assert_ok(f->cx, db_begin(f->cx));
    assert_ok(f->cx, db_savepoint(f->cx));
    assert_err(f->cx, ERR_CONFLICT, "db.unique", add(f->cx, S("a"), 1));
    assert_err(f->cx, ERR_INTERNAL, "db.failed", add(f->cx, S("b"), 1));
    assert_err(f->cx, ERR_INTERNAL, "db.failed", db_start(f->cx, &Q[COUNT], DB_NO_ARGS, &rows));
    assert_err(f->cx, ERR_INTERNAL, "db.failed", db_release(f->cx));
    assert_ok(f->cx, db_rollback_to(f->cx));
    assert_ok(f->cx, add(f->cx, S("b"), 1));
    assert_ok(f->cx, db_commit(f->cx));
    assert_int_equal(count(f->cx), 2);
}

static void a_commit_after_an_error_commits_nothing(void **state)
{
    const Fixture *f = *state;
    assert_ok(f->cx, db_begin(f->cx));
    assert_ok(f->cx, add(f->cx, S("a"), 1));
    assert_err(f->cx, ERR_CONFLICT, "db.unique", add(f->cx, S("a"), 1));
    assert_err(f->cx, ERR_INTERNAL, "db.failed", db_commit(f->cx));
    assert_int_equal(count(f->cx), 0);
    assert_ok(f->cx, db_begin(f->cx));
    assert_ok(f->cx, add(f->cx, S("a"), 1));
    assert_ok(f->cx, db_commit(f->cx));
    db_rollback(f->cx);
    assert_int_equal(count(f->cx), 1);
}

static void a_reader_sees_commits_and_keeps_its_snapshot(void **state)
{
    const Fixture *f = *state;
    Cx reader = *f->cx;
    reader.db = test_db_reader(f->cx, &f->db);
    assert_int_equal(count(&reader), 0);
    assert_ok(f->cx, db_begin(f->cx));
    assert_ok(f->cx, add(f->cx, S("a"), 1));
    assert_int_equal(count(&reader), 0);
    assert_ok(f->cx, db_commit(f->cx));
    assert_int_equal(count(&reader), 1);
    assert_ok(&reader, db_read_begin(&reader));
    assert_int_equal(count(&reader), 1);
    assert_ok(f->cx, add(f->cx, S("b"), 1));
    assert_int_equal(count(&reader), 1);
    db_read_end(&reader);
    assert_int_equal(count(&reader), 2);
    db_close(reader.db);
}

static void a_reader_cannot_write(void **state)
{
    const Fixture *f = *state;
    Cx reader = *f->cx;
    reader.db = test_db_reader(f->cx, &f->db);
    assert_err(&reader, ERR_INTERNAL, "db.error", add(&reader, S("a"), 1));
    db_close(reader.db);
    assert_int_equal(count(f->cx), 0);
}

static Err run_long(Cx *cx)
{
    DbRows rows;
    bool row = false;
    TRY(db_start(cx, &Q[LONG], DB_NO_ARGS, &rows));
    Err err = db_next(cx, &rows, &row);
    db_end(&rows);
    return err;
}

static void a_query_past_its_budget_is_cut(void **state)
{
    const Fixture *f = *state;
    int64_t from_us = clock_mono_us();
    db_budget(f->cx->db, 20000);
    assert_false(db_budget_spent(f->cx->db));
    assert_err(f->cx, ERR_LIMIT, "db.budget", run_long(f->cx));
    assert_true(db_budget_spent(f->cx->db));
    assert_true(clock_mono_us() - from_us < 2000000);
    db_budget(f->cx->db, 0);
    assert_false(db_budget_spent(f->cx->db));
    assert_int_equal(count(f->cx), 0);
}

static void a_budget_holds_inside_a_snapshot(void **state)
{
    const Fixture *f = *state;
    Cx reader = *f->cx;
    reader.db = test_db_reader(f->cx, &f->db);
    assert_ok(&reader, db_read_begin(&reader));
    assert_int_equal(count(&reader), 0);
    db_budget(reader.db, 20000);
    assert_err(&reader, ERR_LIMIT, "db.budget", run_long(&reader));
    assert_err(&reader, ERR_INTERNAL, "db.failed", run_long(&reader));
    db_read_end(&reader);
    assert_ok(&reader, db_read_begin(&reader));
    db_budget(reader.db, 20000);
    assert_err(&reader, ERR_LIMIT, "db.budget", run_long(&reader));
    db_read_end(&reader);
    db_budget(reader.db, 0);
    assert_int_equal(count(&reader), 0);
    db_close(reader.db);
}

static void every_statement_of_a_table_is_prepared(void **state)
{
    const Fixture *f = *state;
    static const Statement BAD[] = {SQL("SELECT 1"), SQL("SELECT nothing FROM nowhere")};
    static const Statement HOLE[] = {[1] = SQL("SELECT 1")};
    assert_ok(f->cx, db_prepare_all(f->cx, &(StatementTable){"thing", Q, COUNT_OF(Q)}));
    assert_err(f->cx, ERR_INTERNAL, "db.error",
               db_prepare_all(f->cx, &(StatementTable){"bad", BAD, COUNT_OF(BAD)}));
    assert_true(str_starts(f->cx->error->detail, S("statement 1 of bad: ")));
    assert_err(f->cx, ERR_INTERNAL, "db.error",
               db_prepare_all(f->cx, &(StatementTable){"hole", HOLE, COUNT_OF(HOLE)}));
}

static void an_insert_gives_the_number_of_its_row(void **state)
{
    const Fixture *f = *state;
    int64_t first = 0, second = 0, none = 77;
    bool inserted = false;
    assert_ok(f->cx, db_insert(f->cx, &Q[INSERT], DB_ARGS(V_TEXT(S("a"))), &first, &inserted));
    assert_true(inserted);
    assert_ok(f->cx, db_insert(f->cx, &Q[INSERT], DB_ARGS(V_TEXT(S("b"))), &second, &inserted));
    assert_true(inserted && second > first);
    assert_ok(f->cx, db_insert(f->cx, &Q[INSERT], DB_ARGS(V_TEXT(S("a"))), &none, &inserted));
    assert_false(inserted);
    assert_int_equal(none, 77);
}

#define BOTH(body) TEST_ON_BOTH(body, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(an_insert_gives_the_number_of_its_row),
        BOTH(values_come_back_as_they_went_in),
        BOTH(null_is_not_empty),
        BOTH(a_statement_takes_values_of_changing_types),
        BOTH(violated_keys_and_checks_are_conflicts),
        BOTH(changed_rows_are_counted),
        BOTH(an_insert_returns_what_it_is_asked_for),
        BOTH(texts_are_matched_and_ordered_alike),
        BOTH(one_statement_runs_twice_at_once),
        BOTH(more_shapes_of_filters_than_the_cache_holds),
        BOTH(busy_filters_are_not_taken_away),
        BOTH(too_many_values_are_a_limit),
        BOTH(a_rolled_back_savepoint_leaves_the_others),
        BOTH(savepoints_nest),
        BOTH(after_an_error_nothing_runs_until_the_savepoint_is_rolled_back),
        BOTH(a_commit_after_an_error_commits_nothing),
        BOTH(a_reader_sees_commits_and_keeps_its_snapshot),
        BOTH(a_reader_cannot_write),
        BOTH(a_query_past_its_budget_is_cut),
        BOTH(a_budget_holds_inside_a_snapshot),
        BOTH(every_statement_of_a_table_is_prepared),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
