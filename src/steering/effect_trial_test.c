#include "steering/effect_trial.h"

#include "steering/test_effect.h"

static void the_lot_can_be_drawn_again(void **state)
{
    bool on[2 * EFFECT_TRIAL_BLOCKS_MAX], again[2 * EFFECT_TRIAL_BLOCKS_MAX];
    size_t first = 0;
    (void)state;
    /* splitmix64 from 0 begins with e220a839 7b1dcdaf, 6e789e6a a1b965f4, 06c45d18 8009454f,
     * f88bb8a8 724c81ec: on, off, off, on. */
    effect_trial_draw(0, 4, on);
    const bool expected[] = {true, false, false, true, false, true, true, false};
    assert_memory_equal(expected, on, sizeof expected);
    effect_trial_draw(2026, EFFECT_TRIAL_BLOCKS_MAX, on);
    effect_trial_draw(2026, EFFECT_TRIAL_BLOCKS_MAX, again);
    assert_memory_equal(on, again, sizeof on);
    for (size_t b = 0; b < EFFECT_TRIAL_BLOCKS_MAX; b++) {
        assert_true(on[2 * b] != on[2 * b + 1]);
        first += on[2 * b];
    }
    assert_in_range(first, 75, 125);
}

/* Eight blocks that all say the same: no order but this and its opposite is as extreme. */
static void the_smallest_p_of_sixteen_weeks(void **state)
{
    enum { BLOCKS = 8 };
    TestCx *t = *state;
    bool on[2 * BLOCKS];
    double y[2 * BLOCKS];
    EffectTrial trial;
    effect_trial_draw(7, BLOCKS, on);
    for (size_t i = 0; i < 2 * BLOCKS; i++)
        y[i] = 100 + .1 * (double)(i * i % 7) + (on[i] ? -5 : 0);
    assert_true(effect_trial_test(&t->arena, 7, BLOCKS, y, NULL, 0, &trial));
    assert_int_equal(trial.orders, 256);
    assert_near(2. / 256, trial.p, 1e-15);
    assert_near(-5, trial.effect, .3);
    assert_true(trial.low95 < -5 && -5 < trial.high95 && trial.high95 < -4);
}

/* Six blocks whose differences between on and off are known: all 64 signings of them are counted.
 */
static void six_blocks_are_counted_out(void **state)
{
    static const double D[] = {3, 1, 2, -1, 2, 2};
    TestCx *t = *state;
    bool on[12];
    double y[12];
    size_t beyond = 0;
    EffectTrial trial;
    effect_trial_draw(5, 6, on);
    for (size_t b = 0; b < 6; b++) {
        y[2 * b] = 10 + (double)b + (on[2 * b] ? D[b] : 0);
        y[2 * b + 1] = 10 + (double)b + (on[2 * b + 1] ? D[b] : 0);
    }
    for (unsigned order = 0; order < 64; order++) {
        double sum = 0;
        for (unsigned b = 0; b < 6; b++)
            sum += order >> b & 1 ? -D[b] : D[b];
        beyond += fabs(sum) >= 9;
    }
    assert_true(effect_trial_test(&t->arena, 5, 6, y, NULL, 0, &trial));
    assert_near(1.5, trial.effect, 1e-12);
    assert_near((double)beyond / 64, trial.p, 1e-15);
    assert_false(effect_trial_test(&t->arena, 5, 5, y, NULL, 0, &trial));
}

/* A drift that would fool every comparison of before and after, and a regressor that explains much.
 */
static void trends_and_regressors_do_not_matter(void **state)
{
    enum { BLOCKS = 12, WEEKS = 2 * BLOCKS };
    TestCx *t = *state;
    EffectRandom random = {3};
    bool on[WEEKS];
    double y[WEEKS], rain[WEEKS], noise[WEEKS];
    EffectTrial plain, adjusted, again;
    effect_trial_draw(11, BLOCKS, on);
    for (size_t i = 0; i < WEEKS; i++) {
        rain[i] = effect_normal(&random);
        noise[i] = .3 * effect_normal(&random);
        y[i] = 50 + .5 * (double)i + 4 * rain[i] + noise[i] + (on[i] ? 2 : 0);
    }
    assert_true(effect_trial_test(&t->arena, 11, BLOCKS, y, NULL, 0, &plain));
    assert_true(effect_trial_test(&t->arena, 11, BLOCKS, y, rain, 1, &adjusted));
    assert_int_equal(adjusted.orders, EFFECT_TRIAL_DRAWS + 1);
    assert_true(adjusted.p < .01);
    assert_true(adjusted.low95 < 2 && 2 < adjusted.high95);
    assert_true(adjusted.high95 - adjusted.low95 < (plain.high95 - plain.low95) / 2);
    assert_true(effect_trial_test(&t->arena, 11, BLOCKS, y, rain, 1, &again));
    assert_memory_equal(&adjusted, &again, sizeof again);
    y[3] = NAN;
    assert_true(effect_trial_test(&t->arena, 11, BLOCKS, y, rain, 1, &again));
    assert_int_equal(again.blocks, BLOCKS - 1);
    for (size_t i = 0; i < WEEKS; i++)
        rain[i] = on[i];
    assert_false(effect_trial_test(&t->arena, 11, BLOCKS, y, rain, 1, &again));
}

/* No effect, noise that remembers: 5 % of the trials err, and the interval has the truth in it. */
static void chance_errs_as_often_as_it_says(void **state)
{
    enum { RUNS = 400, BLOCKS = 8, WEEKS = 2 * BLOCKS };
    TestCx *t = *state;
    EffectRandom random = {15};
    int alarms = 0, covered = 0;
    for (uint64_t run = 0; run < RUNS; run++) {
        ArenaMark mark = arena_mark(&t->arena);
        EffectTrial trial;
        const double *y = effect_noise(t, &random, WEEKS, 20, .8);
        assert_true(effect_trial_test(&t->arena, run * 7919, BLOCKS, y, NULL, 0, &trial));
        alarms += trial.p <= .05;
        covered += trial.low95 <= 0 && 0 <= trial.high95;
        arena_rewind(&t->arena, mark);
    }
    assert_in_range(alarms, 8, 32);
    assert_true(covered >= .92 * RUNS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lot_can_be_drawn_again),
        effect_test(the_smallest_p_of_sixteen_weeks),
        effect_test(six_blocks_are_counted_out),
        effect_test(trends_and_regressors_do_not_matter),
        effect_test(chance_errs_as_often_as_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
