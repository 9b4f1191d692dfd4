/* What db.h promises of db_memo, on both engines. */
#include "base/str.h"
#include "db/test_db.h"

static const Migration SCHEMA[] = {
    {.number = 1, .name = "0001", .sql = S_INIT("CREATE TABLE thing(name TEXT NOT NULL)")}};

enum { ADD, COUNT };
static const Statement Q[] = {
    [ADD] = SQL("INSERT INTO thing(name) VALUES(?1)"), [COUNT] = SQL("SELECT count(*) FROM thing")};

typedef struct Fixture {
    TestCx t;
    TestDb db;
    Cx *cx, reader;
    int made; /* how often make ran */
    size_t pad_bytes;
} Fixture;

static int setup(void **state, DbEngine engine)
{
    static Fixture fixture;
    Fixture *f = &fixture;
    *f = (Fixture){0};
    f->cx = test_cx_init(&f->t);
    test_db_open_list(f->cx, engine, SCHEMA, COUNT_OF(SCHEMA), &f->db);
    f->reader = *f->cx;
    f->reader.db = test_db_connect(f->cx, &f->db, DB_READ);
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
    db_close(f->reader.db);
    test_db_done(&f->db);
    test_cx_done(&f->t);
    return 0;
}

static Err make_count(Cx *cx, const void *user, void **ret)
{
    Fixture *f = *(Fixture *const *)user;
    DbRows rows;
    bool row = false;
    int64_t *count = arena_new(cx->arena, int64_t);
    f->made++;
    (void)arena_alloc_raw(cx->arena, f->pad_bytes, 1);
    TRY(db_start(cx, &Q[COUNT], DB_NO_ARGS, &rows));
    Err err = db_next(cx, &rows, &row);
    if (err == OK && row)
        *count = db_i64(&rows, 0);
    db_end(&rows);
    *ret = count;
    return err;
}

static int64_t counted(Fixture *f, Str key)
{
    const void *value = NULL;
    assert_ok(&f->reader, db_memo(&f->reader, key, make_count, &f, &value));
    return *(const int64_t *)value;
}

static void add(Fixture *f, const char *name)
{
    assert_ok(f->cx, db_run(f->cx, &Q[ADD], DB_ARGS(V_TEXT(str_from(name)))));
}

static void begin(Fixture *f)
{
    assert_ok(&f->reader, db_read_begin(&f->reader));
}

static void it_is_made_once_in_a_snapshot(void **state)
{
    Fixture *f = *state;
    begin(f);
    for (int i = 0; i < 3; i++)
        assert_int_equal(counted(f, S("all")), 0);
    assert_int_equal(f->made, 1);
    assert_int_equal(counted(f, S("other")), 0);
    assert_int_equal(f->made, 2);
    db_read_end(&f->reader);
}

static void it_is_never_older_than_its_snapshot(void **state)
{
    Fixture *f = *state;
    begin(f);
    assert_int_equal(counted(f, S("all")), 0);
    add(f, "a");
    assert_int_equal(counted(f, S("all")), 0);
    db_read_end(&f->reader);
    begin(f);
    assert_int_equal(counted(f, S("all")), 1);
    db_read_end(&f->reader);
    add(f, "b");
    begin(f);
    assert_int_equal(counted(f, S("all")), 2);
    db_read_end(&f->reader);
    assert_int_equal(f->made, 3);
}

static void it_outlives_its_snapshot_while_nothing_is_committed(void **state)
{
    Fixture *f = *state;
    for (int i = 0; i < 3; i++) {
        begin(f);
        assert_int_equal(counted(f, S("all")), 0);
        db_read_end(&f->reader);
    }
    assert_int_equal(f->made, f->db.engine == DB_SQLITE ? 1 : 3);
}

static void without_a_snapshot_it_is_made_each_time(void **state)
{
    Fixture *f = *state;
    for (int i = 0; i < 3; i++)
        assert_int_equal(counted(f, S("all")), 0);
    assert_int_equal(f->made, 3);
}

static void keys_beyond_the_places_are_made_each_time(void **state)
{
    enum { KEYS = 4 * DB_MEMO_SLOTS };
    Fixture *f = *state;
    begin(f);
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < KEYS; i++)
            assert_int_equal(counted(f, arena_fmt(f->cx->arena, "key %d", i)), 0);
    db_read_end(&f->reader);
    assert_in_range(f->made, KEYS + 1, 2 * KEYS - 1);
}

static void more_than_the_limit_goes_with_the_next_snapshot(void **state)
{
    Fixture *f = *state;
    f->pad_bytes = DB_MEMO_BYTES_MAX + 1;
    for (int i = 0; i < 2; i++) {
        begin(f);
        assert_int_equal(counted(f, S("large")), 0);
        assert_int_equal(counted(f, S("large")), 0);
        db_read_end(&f->reader);
    }
    assert_int_equal(f->made, 2);
}

static Err make_nothing(Cx *cx, const void *user, void **ret)
{
    Fixture *f = *(Fixture *const *)user;
    (void)ret;
    return ++f->made == 1 ? fail(cx, ERR_NOT_FOUND, "thing.none", "there is none of %d", f->made)
                          : make_count(cx, user, ret);
}

static void what_fails_is_not_kept(void **state)
{
    Fixture *f = *state;
    const void *value = NULL;
    begin(f);
    assert_err(&f->reader, ERR_NOT_FOUND, "thing.none",
               db_memo(&f->reader, S("all"), make_nothing, &f, &value));
    assert_null(value);
    assert_ok(&f->reader, db_memo(&f->reader, S("all"), make_nothing, &f, &value));
    assert_non_null(value);
    db_read_end(&f->reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(it_is_made_once_in_a_snapshot, teardown),
        TEST_ON_BOTH(it_is_never_older_than_its_snapshot, teardown),
        TEST_ON_BOTH(it_outlives_its_snapshot_while_nothing_is_committed, teardown),
        TEST_ON_BOTH(without_a_snapshot_it_is_made_each_time, teardown),
        TEST_ON_BOTH(keys_beyond_the_places_are_made_each_time, teardown),
        TEST_ON_BOTH(more_than_the_limit_goes_with_the_next_snapshot, teardown),
        TEST_ON_BOTH(what_fails_is_not_kept, teardown),
    };
    return cmocka_run_group_tests_name("memo", tests, NULL, test_db_group_done);
}
