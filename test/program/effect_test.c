/* hanse effect: what a plain CSV says, on the command line and as JSON. */
#include "program.h"

#include "base/calendar.h"

#include <math.h>
#include <stdlib.h>

/* A week's value, with a wave over the year, some noise and a saving since week 120. */
static double week_value(int week, double saving)
{
    unsigned noise = (unsigned)week * 2654435761u;
    double spread = (double)(noise >> 16 & 0xff) / 255 - .5;
    double value = 200 + 20 * sin(6.283185307179586 * week / 52.1775) + 12 * spread;
    return week >= 120 ? value * (1 - saving) : value;
}

/* 150 weeks from 2021-01-04; week 120 is 2023-04-24. */
static const char *weeks_file(City *city, double saving, int stuck_from)
{
    enum { WEEKS = 150 };
    Buf text = buf_new(city->cx.arena, 64 << 10);
    buf_put(&text, S("week,kwh,control\n"));
    for (int week = 0; week < WEEKS; week++) {
        double value = week_value(week >= stuck_from ? stuck_from : week, saving);
        buf_time(&text, INT64_C(1609718400000000) + week * 7 * TIME_DAY_US);
        buf_fmt(&text, ",%.17g,%d\n", value, 50 + (week * 7919) % 13);
    }
    city_write_file(city, "weeks.csv", buf_str(&text));
    return city_path(city, "weeks.csv");
}

static double number_at(JsonValue value, const char *path)
{
    double number;
    assert_true(json_f64(json_at(value, path), &number));
    return number;
}

static void assert_says(City *city, Ran ran, const char *verdict, const char *guard)
{
    assert_ran(0, ran);
    JsonValue said = json_of(city, ran.out);
    assert_str_equal(str_from(verdict), json_raw(json_at(said, "verdict")));
    if (guard)
        assert_true(str_find(json_span(json_at(said, "guards")),
                             str_fmt(city, "{\"guard\":\"%s\"", guard)) >= 0);
    else
        assert_str("[]", json_span(json_at(said, "guards")));
}

static void a_saving_is_proven(void **state)
{
    City *city = *state;
    const char *file = weeks_file(city, .1, 999);
    Ran ran = city_run(city, "effect", file, "--start", "2023-04-24", "--log", "--harmonics", "2",
                       "--want", "less", "--json");
    assert_says(city, ran, "proven", NULL);
    JsonValue said = json_of(city, ran.out);
    assert_true(number_at(said, "n0") == 120 && number_at(said, "m") == 30);
    assert_true(number_at(said, "percent_lo95") < -10 && number_at(said, "percent_hi95") > -10);
    assert_true(number_at(said, "lo95") < number_at(said, "estimate"));
    assert_true(number_at(said, "hi95") > number_at(said, "estimate"));
    assert_true(number_at(said, "sd") > 0 && number_at(said, "p") < .01);
    assert_true(number_at(said, "placebos") == 120 - 30 - 52 + 1);
    ran = city_run(city, "effect", file, "--start", "2023-04-24", "--log", "--want", "more",
                   "--harmonics", "2", "--json");
    assert_says(city, ran, "opposite", NULL);
    ran = city_run(city, "effect", file, "--start", "2023-04-24", "--log", "--harmonics", "2");
    assert_ran(0, ran);
    assert_true(str_find(ran.out, S("\nverdict   proven\n")) > 0);
    assert_true(str_find(ran.out, S("120 before the start, 30 since; a step is a week")) > 0);
}

static void nothing_and_dirt_are_not_proven(void **state)
{
    City *city = *state;
    const char *file = weeks_file(city, 0, 999);
    assert_says(
        city, city_run(city, "effect", file, "--start", "2023-04-24", "--harmonics", "2", "--json"),
        "none", NULL);
    file = weeks_file(city, .1, 130);
    assert_says(city, city_run(city, "effect", file, "--start", "2023-04-24", "--json"),
                "not_assessable", "stuck");
    file = weeks_file(city, .1, 999);
    assert_says(city, city_run(city, "effect", file, "--start", "2021-05-31", "--json"),
                "not_assessable", "baseline");
    assert_says(city, city_run(city, "effect", file, "--start", "2024-01-01", "--json"),
                "not_assessable", "window");
}

/* CausalImpact's own example, with an effect of 1 added, by weeks. */
static void a_reference_series_gives_the_reference(void **state)
{
    City *city = *state;
    Str rest = city_read_file(
        city, city_fmt(city, "%s/test/effects/ci_arma_data.csv", getenv("HANSE_SOURCE")));
    Buf text = buf_new(city->cx.arena, 64 << 10);
    str_cut(&rest, '\n');
    buf_put(&text, S("week;y;X\n"));
    for (int64_t week = 0; rest.n; week++) {
        Str y = str_cut(&rest, '\n'), x = str_cut(&y, ',');
        double value;
        assert_true(str_to_f64(str_trim(y), &value));
        buf_time(&text, INT64_C(1609718400000000) + week * 7 * TIME_DAY_US);
        buf_fmt(&text, ";%.17g;%.*s\n", value + (week >= 70 ? 1 : 0), SARG(x));
    }
    city_write_file(city, "arma.csv", buf_str(&text));
    Ran ran =
        city_run(city, "effect", city_path(city, "arma.csv"), "--start", "2022-05-09", "--json");
    assert_ran(0, ran);
    JsonValue said = json_of(city, ran.out);
    assert_true(number_at(said, "n0") == 70 && number_at(said, "m") == 30);
    assert_true(fabs(number_at(said, "estimate") - .898) < .001);
    assert_true(fabs(number_at(said, "lo95") - .118) < .001);
    assert_true(fabs(number_at(said, "hi95") - 1.520) < .001);
    assert_true(fabs(number_at(said, "p") - .034) < .001);
}

static void wrong_use_says_what_to_do(void **state)
{
    City *city = *state;
    const char *file = weeks_file(city, 0, 999);
    city_write_file(city, "bad.csv", S("t,y\n2021-01-04,1\n2021-01-11,2\n2021-01-18,many\n"));
    city_write_file(city, "zero.csv", S("t,y\n2021-01-04,1\n2021-01-11,0\n2021-01-18,3\n"));
    const struct {
        Ran ran;
        const char *told;
    } CASES[] = {
        {city_run(city, "effect", file), "usage: hanse effect FILE.csv --start TIME"},
        {city_run(city, "effect", file, "--start", "soon"), "--start is a time like"},
        {city_run(city, "effect", file, "--start", "2022", "--harmonics", "9"), "from 0 to 6"},
        {city_run(city, "effect", file, "--start", "2022", "--want", "peace"), "less or more"},
        {city_run(city, "effect", file, "--start", "2022", "--control", "kWh"),
         "no column \"kWh\""},
        {city_run(city, "effect", city_path(city, "bad.csv"), "--start", "2021-01-11"),
         "line 4, column \"y\": \"many\" is no number"},
        {city_run(city, "effect", city_path(city, "zero.csv"), "--start", "2021-01-11", "--log"),
         "line 3: 0 has no logarithm"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        assert_ran(64, CASES[i].ran);
        if (str_find(CASES[i].ran.err, str_from(CASES[i].told)) < 0)
            assert_str_equal(str_from(CASES[i].told), CASES[i].ran.err);
        assert_int_equal(CASES[i].ran.out.n, 0);
    }
    assert_ran(66, city_run(city, "effect", city_path(city, "none.csv"), "--start", "2022"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_saving_is_proven, city_setup, city_teardown),
        cmocka_unit_test_setup_teardown(nothing_and_dirt_are_not_proven, city_setup, city_teardown),
        cmocka_unit_test_setup_teardown(a_reference_series_gives_the_reference, city_setup,
                                        city_teardown),
        cmocka_unit_test_setup_teardown(wrong_use_says_what_to_do, city_setup, city_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
