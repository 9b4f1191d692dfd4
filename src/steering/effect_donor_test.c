#include "steering/effect_donor.h"

#include "steering/test_effect.h"

typedef struct Smoking {
    Prop99 data;
    EffectPanel panel;
} Smoking;

static Smoking *smoking(TestCx *t)
{
    Smoking *s = arena_new(&t->arena, Smoking);
    prop99_read(t, &s->data);
    s->panel = (EffectPanel){.units = PROP99_STATES,
                             .times = PROP99_YEARS,
                             .before = PROP99_BEFORE,
                             .at = &s->data.sales[0][0]};
    return s;
}

static double weight_of(const Smoking *s, const double *weights, Str name)
{
    for (size_t i = 0; i < PROP99_STATES; i++)
        if (str_eq(s->data.names[i], name))
            return weights[i];
    assert_true(false); /* no such state */
    return NAN;
}

/* As quadprog solves it. */
static void california_is_made_of_five_states(void **state)
{
    Smoking *s = smoking(*state);
    double weights[PROP99_STATES], sum = 0;
    assert_true(
        effect_donor_weights(&((TestCx *)*state)->arena, &s->panel, s->data.california, weights));
    for (size_t i = 0; i < PROP99_STATES; i++) {
        assert_true(weights[i] >= 0);
        sum += weights[i];
    }
    assert_near(1, sum, 1e-12);
    assert_near(.394, weight_of(s, weights, S("Utah")), .001);
    assert_near(.232, weight_of(s, weights, S("Montana")), .001);
    assert_near(.205, weight_of(s, weights, S("Nevada")), .001);
    assert_near(.109, weight_of(s, weights, S("Connecticut")), .001);
    assert_near(.045, weight_of(s, weights, S("New Hampshire")), .001);
    EffectSynthetic found = effect_synthetic(&s->panel, s->data.california, weights);
    assert_near(1.656, found.rmspe_before, .001);
    assert_near(-19.51, found.effect, .01);
    assert_near(-26.60, found.last, .01);
}

static void only_two_of_39_states_moved_more(void **state)
{
    Smoking *s = smoking(*state);
    EffectSpace space;
    assert_true(
        effect_placebo_in_space(&((TestCx *)*state)->arena, &s->panel, s->data.california, &space));
    assert_int_equal(space.rank, 3);
    assert_int_equal(space.units, 39);
    assert_near(.077, space.p, .0005);
}

static void few_donors_have_no_ranks(void **state)
{
    Smoking *s = smoking(*state);
    EffectSpace space;
    s->panel.units = EFFECT_DONORS_MIN;
    assert_false(effect_placebo_in_space(&((TestCx *)*state)->arena, &s->panel, 2, &space));
}

static void synthdid_as_its_authors_have_it(void **state)
{
    Smoking *s = smoking(*state);
    EffectSynthdid found;
    assert_true(effect_synthdid(&((TestCx *)*state)->arena, &s->panel, s->data.california, &found));
    assert_near(-27.349, found.did, 1e-3);
    assert_near(-19.620, found.sc, 1e-3);
    assert_near(-15.604, found.sdid, 1e-3);
}

/* No small step within the simplex from the weights comes nearer. */
static void weights_are_a_minimum(void **state)
{
    enum { UNITS = 14, TIMES = 20, BEFORE = 12 };
    TestCx *t = *state;
    EffectRandom random = {77};
    for (int run = 0; run < 50; run++) {
        double *at = effect_noise(t, &random, (size_t)UNITS * TIMES, 5, 0), w[UNITS];
        EffectPanel panel = {.units = UNITS, .times = TIMES, .before = BEFORE, .at = at};
        assert_true(effect_donor_weights(&t->arena, &panel, 3, w));
        double best = effect_synthetic(&panel, 3, w).rmspe_before;
        for (size_t to = 0; to < UNITS; to++)
            for (size_t from = 0; from < UNITS; from++) {
                double step = fmin(1e-4, w[from]), moved[UNITS];
                if (to == from || to == 3 || step == 0)
                    continue;
                memcpy(moved, w, sizeof w);
                moved[from] -= step;
                moved[to] += step;
                assert_true(effect_synthetic(&panel, 3, moved).rmspe_before >= best - 1e-12);
            }
    }
}

/* A unit that is a mixture of two others is put together from them, and what it does later is the
 * effect. */
static void a_known_mixture_is_found(void **state)
{
    enum { UNITS = 12, TIMES = 30, BEFORE = 20 };
    TestCx *t = *state;
    EffectRandom random = {5};
    double *at = effect_noise(t, &random, (size_t)UNITS * TIMES, 50, .5), w[UNITS];
    for (size_t i = 0; i < TIMES; i++)
        at[i] = .3 * at[4 * TIMES + i] + .7 * at[9 * TIMES + i] + (i >= BEFORE ? -2 : 0);
    EffectPanel panel = {.units = UNITS, .times = TIMES, .before = BEFORE, .at = at};
    assert_true(effect_donor_weights(&t->arena, &panel, 0, w));
    assert_near(.3, w[4], 1e-9);
    assert_near(.7, w[9], 1e-9);
    assert_near(-2, effect_synthetic(&panel, 0, w).effect, 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        effect_test(california_is_made_of_five_states),
        effect_test(only_two_of_39_states_moved_more),
        effect_test(few_donors_have_no_ranks),
        effect_test(synthdid_as_its_authors_have_it),
        effect_test(weights_are_a_minimum),
        effect_test(a_known_mixture_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
