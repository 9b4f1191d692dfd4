/* The writer: savepoints, groups, order, re-runs, and what is told when a commit fails. */
#include "core/unit.h"

#include "base/log.h"
#include "db/test_db.h"

#include <pthread.h>
#include <unistd.h>

static const Statement INSERT = SQL("INSERT INTO setting (tenant, name, value) VALUES (1, ?1, ?2)");
static const Statement COUNT = SQL("SELECT count(*) FROM setting");

typedef struct Fixture {
    TestCx t;
    TestDb db;
    Writer *writer;
    WriterOptions options;
    int applied;
    size_t effects;
} Fixture;

static void count_effects(void *user, Unit *const *units, size_t count)
{
    (void)units;
    ((Fixture *)user)->effects += count;
}

static int setup(void **state, DbEngine engine)
{
    Fixture *f = calloc(1, sizeof *f);
    Cx *cx = test_cx_init(&f->t);
    test_db_open_on(cx, engine, &f->db);
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
    free(f);
    return 0;
}

static void open_writer(Fixture *f, bool twice)
{
    static Effect effect;
    effect = (Effect){"count", count_effects, f};
    f->options = (WriterOptions){.where = str_from(f->db.where),
                                 .apply_twice = twice,
                                 .effects = &effect,
                                 .effect_count = 1};
    assert_ok(&f->t.cx, writer_open(&f->t.cx, &f->options, &f->writer));
}

static int64_t count_rows(Fixture *f)
{
    DbRows rows;
    bool row = false;
    Cx *cx = &f->t.cx;
    assert_ok(cx, db_start(cx, &COUNT, DB_NO_ARGS, &rows));
    assert_ok(cx, db_next(cx, &rows, &row));
    int64_t count = db_i64(&rows, 0);
    db_end(&rows);
    return count;
}

typedef struct Change {
    Unit unit;
    TestCx t;
    Fixture *f;
    const char *name;
    bool fails;
    pthread_mutex_t *mutex;
    int *done;
    int order;
} Change;

static Err apply_change(Unit *unit)
{
    Change *change = unit->user;
    change->f->applied++;
    TRY(db_run(&unit->cx, &INSERT, DB_ARGS(V_TEXT(str_from(change->name)), V_TEXT(S("x")))));
    if (change->fails)
        return fail(&unit->cx, ERR_INVALID, "test.fails", "as asked");
    return OK;
}

static void change_done(Unit *unit)
{
    Change *change = unit->user;
    pthread_mutex_lock(change->mutex);
    change->order = ++*change->done;
    pthread_mutex_unlock(change->mutex);
}

static void a_failing_unit_leaves_the_others_of_its_group(void **state)
{
    Fixture *f = *state;
    enum { N = 300 };
    static Change changes[N];
    static char names[N][16];
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    int done = 0;
    open_writer(f, false);
    for (int i = 0; i < N; i++) {
        snprintf(names[i], sizeof names[i], "n%d", i);
        changes[i] =
            (Change){.f = f, .name = names[i], .fails = i % 3 == 0, .mutex = &mutex, .done = &done};
        changes[i].unit = (Unit){.cx = *test_cx_init(&changes[i].t),
                                 .apply = apply_change,
                                 .done = change_done,
                                 .user = &changes[i]};
        assert_true(writer_submit(f->writer, &changes[i].unit));
    }
    writer_close(f->writer);
    assert_int_equal(done, N);
    assert_int_equal(count_rows(f), N - N / 3);
    assert_int_equal(f->effects, N - N / 3);
    for (int i = 0; i < N; i++) {
        assert_int_equal(changes[i].unit.result, i % 3 == 0 ? ERR_INVALID : OK);
        if (i)
            assert_true(changes[i].order > changes[i - 1].order);
        test_cx_done(&changes[i].t);
    }
}

static Err apply_named(Unit *unit)
{
    Change *change = unit->user;
    return apply_change(&(Unit){.cx = unit->cx, .user = change});
}

static void every_unit_can_be_applied_twice(void **state)
{
    Fixture *f = *state;
    Change change = {.f = f, .name = "twice"};
    open_writer(f, true);
    assert_ok(&f->t.cx, writer_run(&f->t.cx, f->writer, apply_named, &change));
    writer_close(f->writer);
    assert_int_equal(f->applied, 2);
    assert_int_equal(count_rows(f), 1);
    assert_int_equal(f->effects, 1);
}

typedef struct Times {
    int64_t us[4];
    size_t count;
} Times;

static Err apply_slowly(Unit *unit)
{
    Times *times = unit->user;
    times->us[times->count++] = cx_now_us(&unit->cx);
    usleep(2000);
    times->us[times->count++] = cx_now_us(&unit->cx);
    return OK;
}

static void time_stands_while_a_unit_is_applied(void **state)
{
    Fixture *f = *state;
    Times times = {.count = 0};
    Cx cx = f->t.cx;
    cx.clock = &CLOCK_SYSTEM;
    open_writer(f, true);
    int64_t before_us = cx_now_us(&cx);
    assert_ok(&cx, writer_run(&cx, f->writer, apply_slowly, &times));
    writer_close(f->writer);
    assert_int_equal(times.count, 4);
    for (size_t i = 1; i < 4; i++)
        assert_int_equal(times.us[i], times.us[0]);
    assert_true(times.us[0] >= before_us && times.us[0] <= cx_now_us(&cx));
}

static void a_unique_key_is_a_conflict_of_that_unit_alone(void **state)
{
    Fixture *f = *state;
    Change change = {.f = f, .name = "same"};
    open_writer(f, false);
    assert_ok(&f->t.cx, writer_run(&f->t.cx, f->writer, apply_named, &change));
    assert_err(&f->t.cx, ERR_CONFLICT, "db.unique",
               writer_run(&f->t.cx, f->writer, apply_named, &change));
    change.name = "other";
    assert_ok(&f->t.cx, writer_run(&f->t.cx, f->writer, apply_named, &change));
    writer_close(f->writer);
    assert_int_equal(count_rows(f), 2);
}

static void settle_named(Unit *unit)
{
    Change *change = unit->user;
    change->name = "settled";
    assert_ok(&unit->cx, db_begin(&unit->cx)); /* the unit's own transaction has ended */
    assert_ok(&unit->cx, db_run(&unit->cx, &INSERT, DB_ARGS(V_TEXT(S("settled")), V_TEXT(S("x")))));
    assert_ok(&unit->cx, db_commit(&unit->cx));
}

static Err apply_settling(Unit *unit)
{
    unit->settle = settle_named;
    return apply_named(unit);
}

static void what_settles_does_so_after_the_commit_and_before_the_answer(void **state)
{
    Fixture *f = *state;
    Change change = {.f = f, .name = "first"};
    open_writer(f, true);
    assert_ok(&f->t.cx, writer_run(&f->t.cx, f->writer, apply_settling, &change));
    assert_string_equal(change.name, "settled");
    change.name = "first";
    assert_err(&f->t.cx, ERR_CONFLICT, "db.unique",
               writer_run(&f->t.cx, f->writer, apply_settling, &change));
    assert_string_equal(change.name, "first"); /* nothing was committed */
    writer_close(f->writer);
    assert_int_equal(count_rows(f), 2);
}

static void a_closed_writer_takes_nothing_more(void **state)
{
    Fixture *f = *state;
    open_writer(f, false);
    WriterStats stats = writer_stats(f->writer);
    assert_int_equal(stats.units, 0);
    writer_close(f->writer);
    assert_int_equal(count_rows(f), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_failing_unit_leaves_the_others_of_its_group, teardown),
        TEST_ON_BOTH(every_unit_can_be_applied_twice, teardown),
        TEST_ON_BOTH(time_stands_while_a_unit_is_applied, teardown),
        TEST_ON_BOTH(a_unique_key_is_a_conflict_of_that_unit_alone, teardown),
        TEST_ON_BOTH(what_settles_does_so_after_the_commit_and_before_the_answer, teardown),
        TEST_ON_BOTH(a_closed_writer_takes_nothing_more, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
