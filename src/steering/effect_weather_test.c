#include "steering/effect_weather.h"

#include "base/calendar.h"
#include "steering/effect_check.h"
#include "steering/test_effect.h"

enum { DAYS = 371, WEEKS = 53 };

typedef struct Climate {
    double celsius[DAYS], y[WEEKS], heat[WEEKS], cool[WEEKS];
    int32_t week_of[DAYS];
} Climate;

/* A year whose building is heated below 15 and cooled above 22 degrees. */
static void make(Climate *c, uint64_t seed, double noise)
{
    EffectRandom random = {seed};
    memset(c, 0, sizeof *c);
    for (int32_t i = 0; i < DAYS; i++) {
        c->week_of[i] = i / 7;
        c->celsius[i] = 12 - 14 * cos(6.283185307179586 * i / 365) + 2 * effect_normal(&random);
        c->y[i / 7] += fmax(0, 15 - c->celsius[i]) * 3 / 7 + fmax(0, c->celsius[i] - 22) * 5 / 7;
    }
    for (size_t i = 0; i < WEEKS; i++)
        c->y[i] += 10 + noise * effect_normal(&random);
}

static void balance_points_are_found(void **state)
{
    TestCx *t = *state;
    Climate c;
    EffectBalance found;
    make(&c, 1, 0);
    assert_true(effect_balance(&t->arena, WEEKS, WEEKS, c.y, DAYS, c.celsius, c.week_of, &found,
                               c.heat, c.cool));
    assert_true(found.heating == 15 && found.cooling == 22);
    assert_near(1, found.r2, 1e-12);
    assert_near(3 * c.heat[0] + 10, c.y[0], 1e-9);
    make(&c, 2, .3);
    assert_true(effect_balance(&t->arena, WEEKS, 52, c.y, DAYS, c.celsius, c.week_of, &found,
                               c.heat, c.cool));
    assert_near(15, found.heating, 1);
    assert_near(22, found.cooling, 2);
}

/* Nobody cools where it is never warm, and then the lowest point is as good as any. */
static void a_cold_year_has_no_cooling(void **state)
{
    TestCx *t = *state;
    Climate c;
    EffectBalance found;
    make(&c, 3, 0);
    memset(c.y, 0, sizeof c.y);
    for (size_t i = 0; i < DAYS; i++) {
        c.celsius[i] -= 20;
        c.y[c.week_of[i]] += fmax(0, 10 - c.celsius[i]);
    }
    assert_true(effect_balance(&t->arena, WEEKS, WEEKS, c.y, DAYS, c.celsius, c.week_of, &found,
                               c.heat, c.cool));
    assert_true(found.cooling == 16 && found.r2 > .999);
    for (size_t i = 0; i < WEEKS; i++)
        assert_true(c.cool[i] == 0);
}

static void steps_without_weather_are_missing(void **state)
{
    TestCx *t = *state;
    Climate c;
    EffectBalance found;
    make(&c, 4, 0);
    for (size_t i = 70; i < 77; i++)
        c.celsius[i] = NAN;
    for (size_t i = 140; i < 147; i++)
        c.week_of[i] = EFFECT_NO_STEP;
    assert_true(effect_balance(&t->arena, WEEKS, WEEKS, c.y, DAYS, c.celsius, c.week_of, &found,
                               c.heat, c.cool));
    assert_true(isnan(c.heat[10]) && isnan(c.cool[10]) && isnan(c.heat[20]));
    assert_true(found.heating == 15 && !isnan(c.heat[11]));
    for (size_t i = 0; i < WEEKS; i++)
        c.y[i] = 7;
    assert_false(effect_balance(&t->arena, WEEKS, WEEKS, c.y, DAYS, c.celsius, c.week_of, &found,
                                c.heat, c.cool));
}

/* eemeter's own model of this building has 53 and 68 degrees Fahrenheit. */
static void eemeter_s_building_is_explained_as_well_as_by_eemeter(void **state)
{
    TestCx *t = *state;
    EffectTable table = effect_table(t, "eemeter_daily.csv", ',', 3);
    size_t n = 366, from = 0;
    double *celsius = arena_array(&t->arena, double, n), *x = arena_array(&t->arena, double, 3 * n);
    double *heat = arena_array(&t->arena, double, n), *cool = arena_array(&t->arena, double, n);
    int32_t *day = arena_array(&t->arena, int32_t, n);
    EffectRegression theirs;
    EffectBalance found;
    while (!str_eq(table.text[from], S("2015-12-26")))
        from++;
    const double *y = effect_column(&table, 1) + from;
    const double *fahrenheit = effect_column(&table, 2) + from;
    double mean = 0, total = 0;
    for (size_t i = 0; i < n; i++) {
        day[i] = (int32_t)i;
        celsius[i] = (fahrenheit[i] - 32) / 1.8;
        x[i] = 1;
        x[n + i] = fmax(53 - fahrenheit[i], 0);
        x[2 * n + i] = fmax(fahrenheit[i] - 68, 0);
        mean += y[i] / (double)n;
    }
    for (size_t i = 0; i < n; i++)
        total += (y[i] - mean) * (y[i] - mean);
    assert_true(effect_ols(&t->arena, n, 3, x, y, &theirs, NULL));
    assert_near(13.4724, theirs.b[0], .2);
    assert_near(1.11229, theirs.b[1], .02);
    assert_near(2.51626, theirs.b[2], .02);
    assert_true(effect_balance(&t->arena, n, n, y, n, celsius, day, &found, heat, cool));
    assert_near((53 - 32) / 1.8, found.heating, 1.5);
    assert_near((68 - 32) / 1.8, found.cooling, 1.5);
    assert_true(found.r2 > 1 - theirs.rss / total - .002);
}

static void short_gaps_are_filled(void **state)
{
    int64_t at_us[12];
    double readings[12] = {NAN, 1, NAN, NAN, 4, NAN, NAN, NAN, NAN, NAN, NAN, 9};
    (void)state;
    for (int i = 0; i < 12; i++)
        at_us[i] = i * TIME_HOUR_US;
    effect_fill_short_gaps(12, at_us, readings);
    assert_true(isnan(readings[0]) && readings[1] == 1);
    assert_near(2, readings[2], 1e-12);
    assert_near(3, readings[3], 1e-12);
    for (int i = 5; i < 11; i++)
        assert_true(isnan(readings[i])); /* seven hours */
    at_us[11] -= TIME_HOUR_US;
    at_us[10] -= TIME_HOUR_US / 2;
    effect_fill_short_gaps(12, at_us, readings);
    assert_near(4 + 5. / 6, readings[5], 1e-12);
    effect_fill_short_gaps(0, at_us, readings);
}

static void controls_become_one(void **state)
{
    TestCx *t = *state;
    const double controls[] = {1, 2, 3, 4, 10, 30, 50, NAN, 5, 5, 5, 9};
    double mean[4];
    assert_true(effect_control_mean(&t->arena, 4, 3, controls, 3, mean));
    assert_near(-1, mean[0], 1e-12);
    assert_near(0, mean[1], 1e-12);
    assert_near(1, mean[2], 1e-12);
    assert_true(isnan(mean[3]));
    assert_true(effect_control_mean(&t->arena, 4, 3, controls, 1, mean));
    assert_near(2, mean[3], 1e-12);
    assert_false(effect_control_mean(&t->arena, 4, 3, controls + 8, 1, mean));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        effect_test(balance_points_are_found),
        effect_test(a_cold_year_has_no_cooling),
        effect_test(steps_without_weather_are_missing),
        effect_test(eemeter_s_building_is_explained_as_well_as_by_eemeter),
        cmocka_unit_test(short_gaps_are_filled),
        effect_test(controls_become_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
