/* No log may look green that is not. */
#include "tools/tally.h"

#include "base/str.h"
#include "base/test.h"

typedef struct Expected {
    long passed, failed, skipped;
} Expected;

static char said[2048]; /* by the last one that was counted */

static Tally counted(const char *log, int64_t tests, int64_t exit_code)
{
    Arena arena;
    arena_init(&arena, 0, 0);
    FILE *out = tmpfile();
    assert_non_null(out);
    Tally tally = {.out = out};
    tally_log(&tally, &arena, S("log"), str_from(log), tests, exit_code);
    rewind(out);
    said[fread(said, 1, sizeof said - 1, out)] = 0;
    fclose(out);
    arena_done(&arena);
    return tally;
}

static void assert_counts(const char *log, int64_t tests, int64_t exit_code, Expected expected)
{
    Tally tally = counted(log, tests, exit_code);
    assert_int_equal(tally.passed, expected.passed);
    assert_int_equal(tally.failed, expected.failed);
    assert_int_equal(tally.skipped, expected.skipped);
}

/* One line of the log. */
#define TEST(stdout_text, code, result)                                                            \
    "{\"name\": \"t\", \"stdout\": \"" stdout_text "\", \"returncode\": " code                     \
    ", \"result\": \"" result "\", \"stderr\": \"\"}\n"

static void cases_are_counted_not_programs(void **state)
{
    (void)state;
    assert_counts(TEST("1..2\\nok 1 - a\\nok 2 - b\\n", "0", "OK")
                      TEST("1..3\\nok 1 - a\\nnot ok 2 - b\\nok 3 - c\\n", "1", "FAIL"),
                  2, 1, (Expected){4, 1, 0});
}

static void what_failed_says_why(void **state)
{
    (void)state;
    assert_counts(TEST("ok 1 - a\\n# fast\\nnot ok 2 - b\\n# a line\\n# more\\nok 3 - c\\n1..3\\n",
                       "1", "FAIL"),
                  1, 1, (Expected){2, 1, 0});
    assert_string_equal(said, "failed: t: 2 - b\n    # a line\n    # more\n\n");
}

static void a_plan_may_stand_last_and_come_twice(void **state)
{
    (void)state;
    assert_counts(TEST("ok 1 - a\\n1..1\\n1..1\\nok 1 - b\\n", "0", "OK"), 1, 0,
                  (Expected){2, 0, 0});
}

static void skipped_cases_are_neither(void **state)
{
    (void)state;
    assert_counts(TEST("1..3\\nok 1 - a # SKIP no b\\nnot ok 2 # SKIP\\nok 3 - c\\n", "0", "OK")
                      TEST("1..0 # SKIP no server\\n", "0", "SKIP"),
                  2, 0, (Expected){1, 0, 3});
}

static void promised_cases_that_did_not_come_failed(void **state)
{
    (void)state;
    assert_counts(TEST("1..5\\nok 1 - a\\nok 2 - b\\n", "0", "ERROR"), 1, 1, (Expected){2, 3, 0});
}

static void cases_that_nobody_promised_failed(void **state)
{
    (void)state;
    assert_counts(TEST("1..1\\nok 1 - a\\nok 2 - b\\n", "0", "ERROR"), 1, 1, (Expected){2, 1, 0});
    assert_counts(TEST("ok 1 - a\\n", "0", "OK"), 1, 0, (Expected){1, 1, 0});
}

static void a_silent_program_failed(void **state)
{
    (void)state;
    assert_counts(TEST("", "0", "OK"), 1, 0, (Expected){0, 1, 0});
    assert_counts("{\"name\": \"t\", \"result\": \"OK\"}\n", 1, 0, (Expected){0, 1, 0});
}

static void a_bad_end_after_good_cases_failed(void **state)
{
    (void)state;
    assert_counts(TEST("1..1\\nok 1 - a\\n", "-11", "FAIL"), 1, 1, (Expected){1, 1, 0});
    assert_counts(TEST("1..1\\nok 1 - a\\n", "0", "TIMEOUT"), 1, 1, (Expected){1, 1, 0});
    assert_counts("{\"name\": \"t\", \"stdout\": \"1..1\\nok 1 - a\\n\"}\n", 1, 0,
                  (Expected){1, 1, 0});
}

static void tests_that_the_log_lacks_failed(void **state)
{
    (void)state;
    assert_counts(TEST("1..1\\nok 1 - a\\n", "0", "OK"), 3, 0, (Expected){1, 2, 0});
    assert_counts("", 0, 0, (Expected){0, 1, 0});
    assert_counts("", 2, 0, (Expected){0, 2, 0});
}

static void a_log_that_is_cut_off_failed(void **state)
{
    (void)state;
    assert_counts("{\"name\": \"t\", \"stdo", 1, 0, (Expected){0, 1, 0});
}

static void a_bad_end_of_meson_failed(void **state)
{
    (void)state;
    assert_counts(TEST("1..1\\nok 1 - a\\n", "0", "OK"), 1, 2, (Expected){1, 1, 0});
    assert_counts(TEST("1..1\\nnot ok 1 # SKIP a\\n", "0", "FAIL"), 1, 137, (Expected){0, 1, 1});
}

static void a_skipped_case_that_meson_counts_as_failed_has_not_failed(void **state)
{
    (void)state;
    assert_counts(TEST("1..2\\nok 1 - a\\nnot ok 2 # SKIP b\\n", "0", "FAIL"), 1, 1,
                  (Expected){1, 0, 1});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases_are_counted_not_programs),
        cmocka_unit_test(what_failed_says_why),
        cmocka_unit_test(a_plan_may_stand_last_and_come_twice),
        cmocka_unit_test(skipped_cases_are_neither),
        cmocka_unit_test(promised_cases_that_did_not_come_failed),
        cmocka_unit_test(cases_that_nobody_promised_failed),
        cmocka_unit_test(a_silent_program_failed),
        cmocka_unit_test(a_bad_end_after_good_cases_failed),
        cmocka_unit_test(tests_that_the_log_lacks_failed),
        cmocka_unit_test(a_log_that_is_cut_off_failed),
        cmocka_unit_test(a_bad_end_of_meson_failed),
        cmocka_unit_test(a_skipped_case_that_meson_counts_as_failed_has_not_failed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
