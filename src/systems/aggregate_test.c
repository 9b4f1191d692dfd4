#include "systems/aggregate.h"

#include "base/test.h"

#include <math.h>
#include <stdlib.h>

static const int64_t DAY_US = INT64_C(1654041600000000); /* 2022-06-01T00:00:00Z */

typedef struct Told {
    AggregatePeriod list[400];
    char texts[400][2][64];
    size_t count;
} Told;

static Str keep_text(char *to, Str s)
{
    assert_true(s.n < 64);
    memcpy(to, s.p ? s.p : "", s.n);
    return (Str){s.p ? to : NULL, s.n};
}

static Err tell(void *user, Cx *cx, const AggregatePeriod *period)
{
    (void)cx;
    Told *told = user;
    assert_true(told->count < COUNT_OF(told->list));
    AggregatePeriod *kept = &told->list[told->count];
    *kept = *period;
    kept->min_text = keep_text(told->texts[told->count][0], period->min_text);
    kept->max_text = keep_text(told->texts[told->count][1], period->max_text);
    told->count++;
    return OK;
}

static const uint32_t ALL = (1u << AGGREGATE_METHOD_COUNT_) - 1;

static HistoryRow number(int64_t at_us, double value)
{
    return (HistoryRow){.at_us = at_us, .kind = HISTORY_PROPERTY, .has_num = true, .num = value};
}

static HistoryRow raw(int64_t at_us, HistoryKind kind, Str json)
{
    return (HistoryRow){.at_us = at_us, .kind = kind, .raw = json};
}

static HistoryRow deletion(int64_t at_us)
{
    return (HistoryRow){.at_us = at_us, .kind = HISTORY_PROPERTY, .flags = HISTORY_DELETED};
}

static void run(Cx *cx, const AggregateSpec *spec, const double *carry, const HistoryRow *rows,
                size_t count, Told *told)
{
    told->count = 0;
    Aggregate *a = aggregate_begin(cx, spec, (AggregateSink){tell, told});
    if (carry)
        aggregate_carry(a, *carry);
    for (size_t i = 0; i < count; i++)
        assert_ok(cx, aggregate_add(a, &rows[i]));
    assert_ok(cx, aggregate_end(a));
}

static void near(double expected, double actual, double within)
{
    if (!(fabs(expected - actual) <= within)) {
        fprintf(stderr, "# expected %.9g, got %.9g\n", expected, actual);
        assert_true(false);
    }
}

static void every_method_agrees_with_hand_computed_values(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Told told;
    /* 2 4 4 4 5 5 7 9: mean 5, population deviation 2; one each hour from 00:00 on. */
    static const double VALUES[] = {2, 4, 4, 4, 5, 5, 7, 9};
    HistoryRow rows[8];
    for (size_t i = 0; i < 8; i++)
        rows[i] = number(DAY_US + (int64_t)i * TIME_HOUR_US, VALUES[i]);
    AggregateSpec spec = {.methods = ALL,
                          .from_us = DAY_US,
                          .to_us = DAY_US + 10 * TIME_HOUR_US,
                          .now_us = INT64_MAX};
    run(cx, &spec, NULL, rows, 8, &told);
    assert_int_equal(told.count, 1);
    const AggregatePeriod *p = &told.list[0];
    assert_int_equal(p->from_us, DAY_US);
    assert_int_equal(p->to_us, DAY_US + 10 * TIME_HOUR_US);
    assert_int_equal(p->count, 8);
    assert_int_equal(p->distinct, 5);
    near(40, p->sum, 0);
    near(5, p->mean, 1e-12);
    near(2, p->min, 0);
    near(9, p->max, 0);
    near(2, p->stddev, 1e-12);
    near(232, p->sumsq, 0);
    near((31 + 9 * 3) / 10.0, p->twa, 1e-12); /* the 9 holds for the last three hours */
    test_cx_done(&t);
}

static void periods_follow_the_calendar_and_leave_out_what_is_empty(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Told told;
    int64_t jan31, feb, apr;
    assert_true(time_parse(S("2022-01-31T00:00:00Z"), &jan31));
    assert_true(time_parse(S("2022-02-28T00:00:00Z"), &feb));
    assert_true(time_parse(S("2022-04-29T23:59:59Z"), &apr));
    HistoryRow rows[] = {number(jan31, 1), number(feb - 1, 2), number(feb, 3), number(apr, 4)};
    AggregateSpec spec = {.methods = 1u << AGGREGATE_SUM,
                          .period = {.months = 1},
                          .from_us = jan31,
                          .to_us = INT64_MAX,
                          .now_us = INT64_MAX};
    run(cx, &spec, NULL, rows, COUNT_OF(rows), &told);
    assert_int_equal(told.count, 3); /* none for March 31st to April 30th's own month */
    near(3, told.list[0].sum, 0);
    near(3, told.list[1].sum, 0);
    near(4, told.list[2].sum, 0);
    assert_int_equal(told.list[0].to_us, feb);
    assert_int_equal(told.list[2].to_us, apr + TIME_SECOND_US); /* April 30th */
    test_cx_done(&t);
}

static void a_value_holds_until_the_next_and_not_beyond_now(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Told told;
    double carry = 10;
    HistoryRow rows[] = {number(DAY_US + 30 * TIME_MINUTE_US, 20)};
    AggregateSpec spec = {.methods = 1u << AGGREGATE_TWA,
                          .period = {.us = TIME_HOUR_US},
                          .from_us = DAY_US,
                          .to_us = DAY_US + TIME_DAY_US,
                          .now_us = DAY_US + 150 * TIME_MINUTE_US};
    run(cx, &spec, &carry, rows, 1, &told);
    assert_int_equal(told.count, 3); /* the third hour is half over */
    near(15, told.list[0].twa, 1e-12);
    near(20, told.list[1].twa, 1e-12);
    near(20, told.list[2].twa, 1e-12);
    assert_int_equal(told.list[1].count, 0);
    assert_false(aggregate_has(&told.list[1], AGGREGATE_AVG));
    assert_true(aggregate_has(&told.list[1], AGGREGATE_TWA));
    test_cx_done(&t);
}

static void spans_behind_a_deletion_do_not_count(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Told told;
    HistoryRow rows[] = {number(DAY_US, 10), deletion(DAY_US + TIME_HOUR_US),
                         number(DAY_US + 9 * TIME_HOUR_US, 40)};
    AggregateSpec spec = {.methods = ALL,
                          .from_us = DAY_US,
                          .to_us = DAY_US + 10 * TIME_HOUR_US,
                          .now_us = INT64_MAX};
    run(cx, &spec, NULL, rows, COUNT_OF(rows), &told);
    assert_int_equal(told.list[0].count, 2);
    near(25, told.list[0].twa, 1e-12);
    test_cx_done(&t);
}

static void the_last_of_equal_times_is_the_one_that_holds(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Told told;
    HistoryRow rows[] = {number(DAY_US, 1), number(DAY_US, 7)};
    AggregateSpec spec = {
        .methods = ALL, .from_us = DAY_US, .to_us = DAY_US + TIME_HOUR_US, .now_us = INT64_MAX};
    run(cx, &spec, NULL, rows, 2, &told);
    near(7, told.list[0].twa, 0);
    near(4, told.list[0].mean, 0);
    test_cx_done(&t);
}

static void sums_do_not_lose_small_parts(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Told told;
    HistoryRow rows[1002];
    rows[0] = number(DAY_US, 1e16);
    for (size_t i = 1; i <= 1000; i++)
        rows[i] = number(DAY_US + (int64_t)i, 1);
    rows[1001] = number(DAY_US + 1001, -1e16);
    AggregateSpec spec = {.methods = 1u << AGGREGATE_SUM,
                          .from_us = DAY_US,
                          .to_us = DAY_US + TIME_HOUR_US,
                          .now_us = INT64_MAX};
    run(cx, &spec, NULL, rows, COUNT_OF(rows), &told);
    near(1000, told.list[0].sum, 0);
    /* A deviation far from zero: naive sums of squares would give 0 or a NaN. */
    for (size_t i = 0; i < 1000; i++)
        rows[i] = number(DAY_US + (int64_t)i, 1e9 + (double)(i % 2));
    run(cx, &spec, NULL, rows, 1000, &told);
    near(0.5, told.list[0].stddev, 1e-9);
    test_cx_done(&t);
}

static void texts_booleans_arrays_and_relationships(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Told told;
    AggregateSpec spec = {
        .methods = ALL, .from_us = DAY_US, .to_us = DAY_US + TIME_HOUR_US, .now_us = INT64_MAX};
    HistoryRow texts[] = {raw(DAY_US, HISTORY_PROPERTY, S("\"open\"")),
                          raw(DAY_US + 1, HISTORY_PROPERTY, S("\"closed\"")),
                          raw(DAY_US + 2, HISTORY_PROPERTY, S("\"open\""))};
    run(cx, &spec, NULL, texts, 3, &told);
    assert_str("\"closed\"", told.list[0].min_text);
    assert_str("\"open\"", told.list[0].max_text);
    assert_int_equal(told.list[0].distinct, 2);
    assert_false(aggregate_has(&told.list[0], AGGREGATE_AVG));
    assert_false(aggregate_has(&told.list[0], AGGREGATE_TWA));
    HistoryRow flags[] = {raw(DAY_US, HISTORY_PROPERTY, S("true")),
                          raw(DAY_US + 1, HISTORY_PROPERTY, S("false"))};
    flags[0].has_num = flags[1].has_num = true;
    flags[0].num = 1;
    run(cx, &spec, NULL, flags, 2, &told);
    near(0.5, told.list[0].mean, 0);
    assert_int_equal(told.list[0].distinct, 2);
    HistoryRow arrays[] = {raw(DAY_US, HISTORY_PROPERTY, S("[1,[2,3],4]")),
                           raw(DAY_US + 1, HISTORY_PROPERTY, S("[]"))};
    run(cx, &spec, NULL, arrays, 2, &told);
    near(3, told.list[0].max, 0);
    near(0, told.list[0].min, 0);
    HistoryRow links[] = {raw(DAY_US, HISTORY_RELATIONSHIP, S("\"urn:a:1\"")),
                          raw(DAY_US + 1, HISTORY_RELATIONSHIP, S("\"urn:a:2\""))};
    run(cx, &spec, NULL, links, 2, &told);
    assert_int_equal(told.list[0].distinct, 2);
    assert_false(aggregate_has(&told.list[0], AGGREGATE_MIN));
    HistoryRow dates[] = {raw(DAY_US, HISTORY_PROPERTY,
                              S("{\"@type\":\"DateTime\",\"@value\":\"2022-01-02T00:00:00Z\"}")),
                          raw(DAY_US + 1, HISTORY_PROPERTY,
                              S("{\"@type\":\"DateTime\",\"@value\":\"2021-01-02T00:00:00Z\"}")),
                          raw(DAY_US + 2, HISTORY_PROPERTY, S("{\"a\":1}"))};
    run(cx, &spec, NULL, dates, 3, &told);
    assert_str("\"2021-01-02T00:00:00Z\"", told.list[0].min_text);
    assert_int_equal(told.list[0].count, 3);
    test_cx_done(&t);
}

static void methods_and_periods_are_checked(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    uint32_t methods;
    Duration period;
    assert_ok(cx, aggregate_methods_parse(cx, S("totalCount,twa"), &methods));
    assert_int_equal(methods, 1u << AGGREGATE_TOTAL_COUNT | 1u << AGGREGATE_TWA);
    assert_err(cx, ERR_INVALID, "aggregate.method",
               aggregate_methods_parse(cx, S("min,median"), &methods));
    assert_err(cx, ERR_INVALID, "aggregate.method", aggregate_methods_parse(cx, S(""), &methods));
    assert_ok(cx, aggregate_period_parse(cx, S("PT0S"), &period));
    assert_err(cx, ERR_INVALID, "aggregate.period", aggregate_period_parse(cx, S("1D"), &period));
    test_cx_done(&t);
}

static void too_many_periods_are_refused(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Told *told = arena_new(cx->arena, Told);
    AggregateSpec spec = {.methods = 1u << AGGREGATE_SUM,
                          .period = {.us = 1},
                          .from_us = DAY_US,
                          .to_us = INT64_MAX,
                          .now_us = INT64_MAX};
    Aggregate *a = aggregate_begin(cx, &spec, (AggregateSink){tell, told});
    Err err = OK;
    size_t i = 0;
    for (; err == OK && i <= AGGREGATE_PERIODS_MAX + 1; i++) {
        HistoryRow row = number(DAY_US + (int64_t)i, 1);
        err = aggregate_add(a, &row);
        told->count = 0;
    }
    assert_err(cx, ERR_LIMIT, "aggregate.periods", err);
    test_cx_done(&t);
}

/* The real thing: free places of three car parks on one day, from a wide CSV that has a cell only
 * where the value changed. */
typedef struct Park {
    const char *column;
    uint64_t count;
    double min, max, mean, twa;
} Park;

static void add_cell(Cx *cx, Aggregate *a, int64_t at_us, Str cell, double *held)
{
    double value;
    if (!cell.n)
        return;
    assert_true(str_to_f64(cell, &value));
    if (at_us < DAY_US) {
        *held = value;
        return;
    }
    if (at_us >= DAY_US + TIME_DAY_US)
        return;
    if (held[1] == 0) {
        aggregate_carry(a, *held);
        held[1] = 1;
    }
    HistoryRow row = number(at_us, value);
    assert_ok(cx, aggregate_add(a, &row));
}

static void check_park(Cx *cx, FILE *file, const Park *park)
{
    char line[4096];
    Told told = {.count = 0};
    double held[2] = {0, 0};
    AggregateSpec spec = {
        .methods = ALL, .from_us = DAY_US, .to_us = DAY_US + TIME_DAY_US, .now_us = INT64_MAX};
    Aggregate *a = aggregate_begin(cx, &spec, (AggregateSink){tell, &told});
    size_t column = 0, at = 0;
    rewind(file);
    assert_non_null(fgets(line, sizeof line, file));
    for (Str rest = str_trim(str_from(line)); rest.p; at++)
        if (str_eq(str_cut(&rest, ','), str_from(park->column)))
            column = at;
    assert_true(column > 0);
    while (fgets(line, sizeof line, file)) {
        int64_t at_us;
        Str rest = str_trim(str_from(line));
        assert_true(time_parse(str_cut(&rest, ','), &at_us));
        Str cell = S("");
        for (size_t i = 0; i < column; i++)
            cell = str_cut(&rest, ',');
        add_cell(cx, a, at_us, cell, held);
    }
    assert_ok(cx, aggregate_end(a));
    assert_int_equal(told.count, 1);
    const AggregatePeriod *p = &told.list[0];
    assert_int_equal(p->count, park->count);
    near(park->min, p->min, 0);
    near(park->max, p->max, 0);
    near(park->mean, p->mean, 0.0005);
    near(park->twa, p->twa, 0.0005);
}

static void real_car_parks_on_one_day(void **state)
{
    (void)state;
    static const Park PARKS[] = {
        {"Friedensplatz", 171, 0, 413, 178.865, 245.949},
        {"Theater", 172, 135, 393, 251.488, 300.760},
        {"Hauptbahnhof", 188, 3, 325, 151.144, 192.983},
    };
    const char *shared = getenv("HANSE_SHARED");
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Str path =
        arena_fmt(cx->arena, "%s/data/city/dortmund-parking-2022-h1.csv", shared ? shared : "");
    FILE *file = fopen(path.p, "r");
    if (!file) {
        test_cx_done(&t);
        skip();
    }
    for (size_t i = 0; i < COUNT_OF(PARKS); i++)
        check_park(cx, file, &PARKS[i]);
    fclose(file);
    test_cx_done(&t);
}

static void a_hundred_thousand_points_take_well_under_a_tenth_of_a_second(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Told told = {.count = 0};
    AggregateSpec spec = {.methods = ALL,
                          .period = {.days = 1},
                          .from_us = DAY_US,
                          .to_us = INT64_MAX,
                          .now_us = DAY_US + 100000 * TIME_MINUTE_US};
    Aggregate *a = aggregate_begin(cx, &spec, (AggregateSink){tell, &told});
    int64_t begin_us = clock_mono_us();
    for (int64_t i = 0; i < 100000; i++) {
        HistoryRow row = number(DAY_US + i * TIME_MINUTE_US, (double)(i % 977));
        assert_ok(cx, aggregate_add(a, &row));
    }
    assert_ok(cx, aggregate_end(a));
    assert_int_equal(told.count, 70);
    print_message("# 100000 points: %lld us\n", (long long)(clock_mono_us() - begin_us));
    assert_true(clock_mono_us() - begin_us < 100000 * 5); /* sanitizers are slow */
    test_cx_done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_method_agrees_with_hand_computed_values),
        cmocka_unit_test(periods_follow_the_calendar_and_leave_out_what_is_empty),
        cmocka_unit_test(a_value_holds_until_the_next_and_not_beyond_now),
        cmocka_unit_test(spans_behind_a_deletion_do_not_count),
        cmocka_unit_test(the_last_of_equal_times_is_the_one_that_holds),
        cmocka_unit_test(sums_do_not_lose_small_parts),
        cmocka_unit_test(texts_booleans_arrays_and_relationships),
        cmocka_unit_test(methods_and_periods_are_checked),
        cmocka_unit_test(too_many_periods_are_refused),
        cmocka_unit_test(real_car_parks_on_one_day),
        cmocka_unit_test(a_hundred_thousand_points_take_well_under_a_tenth_of_a_second),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
