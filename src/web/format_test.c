#include "web/format.h"

#include <math.h>

#include "base/test.h"

/* Sunday, 22 November 2026, 17:40 UTC, which is 18:40 in Berlin. */
#define AT INT64_C(1795369200000000)

static void numbers_are_written_in_the_language(void **state)
{
    (void)state;
    TestCx t;
    Arena *a = test_cx_init(&t)->arena;
    assert_str("0", format_int(a, LANG_DE, 0));
    assert_str("999", format_int(a, LANG_DE, 999));
    assert_str("1.284", format_int(a, LANG_DE, 1284));
    assert_str("1,284", format_int(a, LANG_EN, 1284));
    assert_str("\u22129.223.372.036.854.775.808", format_int(a, LANG_DE, INT64_MIN));
    assert_str("1.234.567,9", format_number(a, LANG_DE, 1234567.89, 1));
    assert_str("1,234,567.89", format_number(a, LANG_EN, 1234567.89, 2));
    assert_str("\u22123,1", format_number(a, LANG_DE, -3.14, 1));
    assert_str("0,0", format_number(a, LANG_DE, -0.04, 1));
    assert_str("\u2013", format_number(a, LANG_DE, NAN, 1));
    assert_str("\u2013", format_number(a, LANG_DE, -INFINITY, 1));
    assert_int_equal(411, format_number(a, LANG_DE, 1e308, 0).n);
    test_cx_done(&t);
}

static void measures_have_as_many_decimals_as_mean_something(void **state)
{
    (void)state;
    TestCx t;
    Arena *a = test_cx_init(&t)->arena;
    assert_str("21,4", format_measure(a, LANG_DE, 21.44));
    assert_str("1.284", format_measure(a, LANG_DE, 1283.7));
    assert_str("3,12", format_measure(a, LANG_DE, 3.1249));
    assert_str("3", format_measure(a, LANG_DE, 3.0));
    assert_str("0,05", format_measure(a, LANG_DE, 0.05));
    assert_str("0", format_measure(a, LANG_DE, 0));
    assert_str("\u22126,8", format_measure(a, LANG_DE, -6.8));
    assert_str("\u2013", format_measure(a, LANG_DE, NAN));
    test_cx_done(&t);
}

static void units_stand_behind_a_narrow_space_and_changes_have_a_sign(void **state)
{
    (void)state;
    TestCx t;
    Arena *a = test_cx_init(&t)->arena;
    assert_str("21,4\u202fµg/m³", format_with_unit(a, LANG_DE, 21.4, 1, S("µg/m³")));
    assert_str("21.4", format_with_unit(a, LANG_EN, 21.4, 1, S("")));
    assert_str("+3,1", format_change(a, LANG_DE, 3.1, 1));
    assert_str("\u22123,1", format_change(a, LANG_DE, -3.1, 1));
    assert_str("0,0", format_change(a, LANG_DE, 0.01, 1));
    assert_str("°C", format_unit_symbol(S("CEL")));
    assert_str("XYZ", format_unit_symbol(S("XYZ")));
    assert_str("", format_unit_symbol(S("")));
    test_cx_done(&t);
}

static void dates_and_times_are_those_of_the_zone(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Arena *a = cx->arena;
    const Zone *zone = NULL;
    assert_ok(cx, zone_load(cx, S("Europe/Berlin"), &zone));
    assert_str("22. November 2026", format_date(a, LANG_DE, zone, AT));
    assert_str("22 November 2026", format_date(a, LANG_EN, zone, AT));
    assert_str("22.11.2026", format_date_short(a, LANG_DE, zone, AT));
    assert_str("22/11/2026", format_date_short(a, LANG_EN, zone, AT));
    assert_str("18:40", format_time(a, zone, AT));
    assert_str("Sonntag, 22. November, 18:40 Uhr", format_moment(a, LANG_DE, zone, AT, AT));
    assert_str("Sunday, 22 November 2026, 18:40",
               format_moment(a, LANG_EN, zone, AT, AT + 60 * TIME_DAY_US));
    assert_str("2026-11-22T17:40:00Z", format_machine_time(a, AT));
    /* An hour before midnight UTC it is the next day in Berlin. */
    assert_str("23. November 2026", format_date(a, LANG_DE, zone, AT + 6 * TIME_HOUR_US));
    assert_str("März", format_month_short(LANG_DE, 3));
    test_cx_done(&t);
}

static void times_near_now_are_relative(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Arena *a = cx->arena;
    const Zone *zone = NULL;
    assert_ok(cx, zone_load(cx, S("Europe/Berlin"), &zone));
    const struct {
        int64_t ago_us;
        Str expected;
    } CASES[] = {
        {30 * TIME_SECOND_US, S("gerade eben")},      {TIME_MINUTE_US, S("vor 1 Minute")},
        {59 * TIME_MINUTE_US, S("vor 59 Minuten")},   {2 * TIME_HOUR_US, S("vor 2 Stunden")},
        {7 * TIME_HOUR_US, S("heute, 11:40 Uhr")},    {19 * TIME_HOUR_US, S("gestern, 23:40 Uhr")},
        {3 * TIME_DAY_US, S("19. November 2026")},    {-30 * TIME_SECOND_US, S("in 1 Minute")},
        {-5 * TIME_MINUTE_US, S("in 5 Minuten")},     {-3 * TIME_HOUR_US, S("in 3 Stunden")},
        {-20 * TIME_HOUR_US, S("morgen, 14:40 Uhr")},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++)
        assert_str_equal(CASES[i].expected,
                         format_relative(a, LANG_DE, zone, AT - CASES[i].ago_us, AT));
    test_cx_done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_written_in_the_language),
        cmocka_unit_test(measures_have_as_many_decimals_as_mean_something),
        cmocka_unit_test(units_stand_behind_a_narrow_space_and_changes_have_a_sign),
        cmocka_unit_test(dates_and_times_are_those_of_the_zone),
        cmocka_unit_test(times_near_now_are_relative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
