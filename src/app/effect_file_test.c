#include "app/effect_file.h"

#include "base/calendar.h"
#include "base/test.h"

#include <math.h>

/* A text as a source. */
typedef struct Memory {
    CsvSource source;
    Str rest;
} Memory;

static Err read_memory(CsvSource *source, Cx *cx, char *to, size_t n, size_t *ret_n)
{
    Memory *memory = (Memory *)source;
    (void)cx;
    *ret_n = MIN(n, memory->rest.n);
    if (*ret_n)
        memcpy(to, memory->rest.p, *ret_n);
    memory->rest = str_from_index(memory->rest, *ret_n);
    return OK;
}

static Err read_text(Cx *cx, const char *text, char separator, EffectFile *ret)
{
    Memory memory = {.source = {read_memory}, .rest = str_from(text)};
    return effect_file_read(cx, &memory.source, separator, ret);
}

static void times_are_read(void **state)
{
    int64_t at_us, other_us;
    (void)state;
    assert_true(effect_time_parse(S("1871"), &at_us));
    assert_true(effect_time_parse(S("1871-01-01"), &other_us));
    assert_true(at_us == other_us);
    assert_true(effect_time_parse(S("2021-03"), &at_us));
    assert_true(effect_time_parse(S("2021-03-01T01:00:00+01:00"), &other_us));
    assert_true(at_us == other_us);
    assert_false(effect_time_parse(S("2021-13"), &at_us));
    assert_false(effect_time_parse(S("20a1"), &at_us));
    assert_false(effect_time_parse(S(""), &at_us));
}

static void steps_are_counted(void **state)
{
    static const struct {
        const char *text, *name;
        int32_t steps[4];
        double weeks;
    } CASES[] = {
        {"t,y\n2021-01-04,1\n2021-01-11,2\n2021-01-18,3\n2021-02-01,4\n", "week", {0, 1, 2, 4}, 1},
        {"t,y\n2021-01-04,1\n2021-01-05,2\n2021-01-06,3\n2021-01-09,4\n",
         "day",
         {0, 1, 2, 5},
         1. / 7},
        /* local midnight through the change to summer time */
        {"t,y\n2021-03-27T00:00:00+01:00,1\n2021-03-28T00:00:00+01:00,2\n"
         "2021-03-29T00:00:00+02:00,3\n2021-03-31T00:00:00+02:00,4\n",
         "day",
         {0, 1, 2, 4},
         1. / 7},
        {"t,y\n2021-01-31,1\n2021-02-28,2\n2021-03-31,3\n2021-06-30,4\n",
         "month",
         {0, 1, 2, 5},
         30.436875 / 7},
        {"t,y\n2021-01,1\n2021-04,2\n2021-07,3\n2022-01,4\n",
         "3 months",
         {0, 1, 2, 4},
         3 * 30.436875 / 7},
        {"t,y\n1871,1\n1872,2\n1873,3\n1875,4\n", "year", {0, 1, 2, 4}, 12 * 30.436875 / 7},
        {"t,y\n2021-01-18,3\n2021-01-11,2\n2021-02-01,4\n2021-01-04,1\n", "week", {2, 1, 4, 0}, 1},
        {"t,y\n2021-01-04T00:00,1\n2021-01-04T01:00,2\n2021-01-04T02:00,3\n2021-01-04T05:00,4\n",
         "1 hours",
         {0, 1, 2, 5},
         1. / 168}};
    TestCx *t = *state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        EffectFile file;
        assert_ok(&t->cx, read_text(&t->cx, CASES[i].text, ',', &file));
        assert_str_equal(str_from(CASES[i].name), file.step_name);
        assert_true(fabs(CASES[i].weeks - file.step_weeks) < 1e-9);
        assert_memory_equal(CASES[i].steps, file.steps, sizeof CASES[i].steps);
    }
}

static void cells_are_numbers_or_missing(void **state)
{
    TestCx *t = *state;
    EffectFile file;
    assert_ok(&t->cx, read_text(&t->cx,
                                "\xef\xbb\xbfWoche;kWh;Temperatur\r\n2021-01-04;1,5;-,25\r\n"
                                "2021-01-11;;+3\r\n2021-01-18;nan;4.\r\n2021-01-25;1e3;NA\r\n",
                                ';', &file));
    assert_int_equal(file.rows, 4);
    assert_int_equal(file.columns, 2);
    assert_str("kWh", file.names[0]);
    assert_true(file.at[0] == 1.5 && isnan(file.at[1]) && isnan(file.at[2]) && file.at[3] == 1000);
    assert_true(file.at[4] == -.25 && file.at[5] == 3 && file.at[6] == 4 && isnan(file.at[7]));
    assert_int_equal(file.lines[2], 4);
}

static void what_is_wrong_is_told_with_its_line(void **state)
{
    static const struct {
        const char *text, *told;
    } CASES[] = {
        {"", "empty"},
        {"t\n1\n", "line 1: the first line names at least two columns"},
        {"t,y\n2021-01-04,1\n2021-01-11,2,3\n", "line 3 has 3 columns, not 2"},
        {"t,y\n2021-01-04,1\nyesterday,2\n", "line 3: \"yesterday\" is no time"},
        {"t,y,x\n2021-01-04,1,2\n2021-01-11,2,a lot\n",
         "line 3, column \"x\": \"a lot\" is no number"},
        {"t,y\n2021-01-04,1\n2021-01-11,2\n2021-01-18,3\n2021-01-11,4\n",
         "line 5: the same step (each week) stands in line 3"},
        {"t,y\n2021-01-04,1\n2021-01-11,2\n2021-01-18,3\n2021-01-28,4\n2021-02-01,5\n",
         "line 5: its time is no whole number of steps (each week)"},
        {"t,y\n2021-01-04,1\n2021-01-11,2\n", "at least three steps"},
        {"t,y\n2021-01-04,\"1\n", "line"},
    };
    TestCx *t = *state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        EffectFile file;
        assert_true(read_text(&t->cx, CASES[i].text, ',', &file) == ERR_INVALID);
        if (str_find(t->error.detail, str_from(CASES[i].told)) < 0) {
            fprintf(stderr, "# %zu: %.*s\n", i, SARG(t->error.detail));
            _fail(__FILE__, __LINE__);
        }
    }
}

static void a_start_lies_between_steps(void **state)
{
    TestCx *t = *state;
    EffectFile file;
    int64_t at_us;
    assert_ok(&t->cx,
              read_text(&t->cx, "t,y\n2021-01-04,1\n2021-01-11,2\n2021-01-25,3\n2021-02-01,4\n",
                        ',', &file));
    assert_true(time_parse_lax(S("2021-01-11"), &at_us));
    assert_int_equal(effect_file_step(&file, at_us), 1);
    assert_int_equal(effect_file_step(&file, at_us + 1), 3);
    assert_int_equal(effect_file_step(&file, TIME_MAX_US), 5);
    assert_int_equal(effect_file_step(&file, TIME_MIN_US), 0);
}

static int set_up(void **state)
{
    *state = test_calloc(1, sizeof(TestCx));
    test_cx_init(*state);
    return 0;
}

static int tear_down(void **state)
{
    test_cx_done(*state);
    test_free(*state);
    return 0;
}

#define file_test(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        file_test(times_are_read),
        file_test(steps_are_counted),
        file_test(cells_are_numbers_or_missing),
        file_test(what_is_wrong_is_told_with_its_line),
        file_test(a_start_lies_between_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
