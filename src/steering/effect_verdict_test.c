#include "steering/effect_verdict.h"

#include "steering/test_effect.h"

/* ---- guards ---- */

/* Two years before, half a year after, and nothing wrong. */
static const EffectFacts GOOD = {.step_weeks = 1,
                                 .n0 = 110,
                                 .m = 26,
                                 .k = 5,
                                 .coverage_before = 1,
                                 .coverage_after = 1,
                                 .cv_rmse = .1,
                                 .device_event_weeks = INFINITY,
                                 .control_slope = 1,
                                 .control_break = INFINITY,
                                 .coincident_weeks = INFINITY};

static size_t guard_index(const char *key)
{
    for (size_t i = 0; i < EFFECT_GUARD_COUNT; i++)
        if (str_eq(EFFECT_GUARDS[i].key, str_from(key)))
            return i;
    assert_true(false); /* no such guard */
    return 0;
}

typedef struct Case {
    const char *guard;
    EffectLight light;
    EffectFacts facts;
} Case;

/* Each row is GOOD with one thing changed; what is just good enough stays silent. */
#define WITH(...)                                                                                  \
    {                                                                                              \
        .step_weeks = 1, .n0 = 110, .m = 26, .k = 5, .coverage_before = 1, .coverage_after = 1,    \
        .cv_rmse = .1, .device_event_weeks = INFINITY, .control_slope = 1,                         \
        .control_break = INFINITY, .coincident_weeks = INFINITY, __VA_ARGS__                       \
    }
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
#ifdef __clang__
#pragma GCC diagnostic ignored "-Winitializer-overrides"
#endif
static const Case CASES[] = {
    {"baseline", EFFECT_RED, WITH(.n0 = 25, .k = 1)},
    {"baseline", EFFECT_YELLOW, WITH(.n0 = 26, .k = 1)},
    {"baseline", EFFECT_YELLOW, WITH(.n0 = 51)},
    {"baseline", EFFECT_GREEN, WITH(.n0 = 52)},
    {"baseline", EFFECT_GREEN, WITH(.n0 = 364, .m = 91, .step_weeks = 1. / 7)},
    {"baseline", EFFECT_YELLOW, WITH(.n0 = 363, .m = 91, .step_weeks = 1. / 7)},
    {"baseline", EFFECT_RED, WITH(.n0 = 17, .k = 1, .step_weeks = 30.436875 / 7)},
    {"baseline", EFFECT_GREEN, WITH(.n0 = 18, .k = 1, .step_weeks = 30.436875 / 7)},
    {"window", EFFECT_RED, WITH(.m = 7)},
    {"window", EFFECT_YELLOW, WITH(.m = 8)},
    {"window", EFFECT_YELLOW, WITH(.m = 12)},
    {"window", EFFECT_GREEN, WITH(.m = 13)},
    {"window", EFFECT_YELLOW, WITH(.heating_without_winter = true)},
    {"coverage", EFFECT_RED, WITH(.coverage_before = .74)},
    {"coverage", EFFECT_RED, WITH(.coverage_after = .74)},
    {"coverage", EFFECT_YELLOW, WITH(.coverage_before = .75, .coverage_after = .75)},
    {"coverage", EFFECT_YELLOW, WITH(.coverage_before = .89, .coverage_after = .89)},
    {"coverage", EFFECT_YELLOW, WITH(.coverage_before = 1, .coverage_after = .895)},
    {"coverage", EFFECT_GREEN, WITH(.coverage_before = 1, .coverage_after = .90)},
    {"device", EFFECT_RED, WITH(.exchanged_at_start = true)},
    {"device", EFFECT_YELLOW, WITH(.device_event_weeks = 4)},
    {"device", EFFECT_GREEN, WITH(.device_event_weeks = 4.2)},
    {"stuck", EFFECT_YELLOW, WITH(.stuck = 4)},
    {"drift", EFFECT_NOTE, WITH(.slow = .51)},
    {"drift", EFFECT_GREEN, WITH(.slow = .5)},
    {"fit", EFFECT_RED, WITH(.cv_rmse = 1.01)},
    {"fit", EFFECT_YELLOW, WITH(.cv_rmse = .31)},
    {"fit", EFFECT_GREEN, WITH(.cv_rmse = .29)},
    {"fit", EFFECT_GREEN, WITH(.cv_rmse = NAN)},
    {"fit", EFFECT_YELLOW, WITH(.cv_rmse = .16, .n0 = 40, .step_weeks = 30.436875 / 7)},
    {"fit", EFFECT_GREEN, WITH(.cv_rmse = .14, .n0 = 40, .step_weeks = 30.436875 / 7)},
    {"terms", EFFECT_RED, WITH(.k = 14)},
    {"terms", EFFECT_GREEN, WITH(.k = 13)},
    {"extrapolation", EFFECT_RED, WITH(.outside = .21)},
    {"extrapolation", EFFECT_YELLOW, WITH(.outside = .06)},
    {"extrapolation", EFFECT_GREEN, WITH(.outside = .05)},
    {"regime", EFFECT_YELLOW, WITH(.control = true, .control_break = 8)},
    {"regime", EFFECT_GREEN, WITH(.control = true, .control_break = 9)},
    {"regime", EFFECT_GREEN, WITH(.control = false, .control_break = 1)},
    {"coincident", EFFECT_RED, WITH(.coincident_weeks = 7, .separable = true)},
    {"coincident", EFFECT_RED, WITH(.coincident_weeks = 20, .separable = false)},
    {"coincident", EFFECT_YELLOW, WITH(.coincident_weeks = 8, .separable = true)},
    {"coincident", EFFECT_YELLOW, WITH(.coincident_weeks = 26, .separable = true)},
    {"coincident", EFFECT_GREEN, WITH(.coincident_weeks = 27)},
    {"control", EFFECT_RED, WITH(.control = true, .control_inside = true)},
    {"control", EFFECT_YELLOW, WITH(.control = true, .control_slope = .09)},
    {"control", EFFECT_GREEN, WITH(.control = true, .control_slope = .11)},
    {"peeking", EFFECT_NOTE, WITH(.interim = true)},
    {"peeking", EFFECT_GREEN, WITH(.interim = false)},
};
#pragma GCC diagnostic pop

static void guards_speak_and_are_silent(void **state)
{
    bool spoke[EFFECT_GUARD_COUNT] = {0};
    EffectLight lights[EFFECT_GUARD_COUNT];
    (void)state;
    assert_int_equal(effect_guards(&GOOD, lights), EFFECT_GREEN);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const Case *c = &CASES[i];
        size_t guard = guard_index(c->guard);
        effect_guards(&c->facts, lights);
        if (lights[guard] != c->light) {
            fprintf(stderr, "# case %zu, %s: %d in place of %d\n", i, c->guard, lights[guard],
                    c->light);
            _fail(__FILE__, __LINE__);
        }
        for (size_t other = 0; other < EFFECT_GUARD_COUNT; other++)
            assert_true(other == guard || lights[other] == EFFECT_GREEN);
        if (c->light != EFFECT_GREEN) {
            spoke[guard] = true;
            assert_true(effect_guard_reason(&EFFECT_GUARDS[guard], c->light).n > 20);
        }
    }
    for (size_t i = 0; i < EFFECT_GUARD_COUNT; i++)
        assert_true(spoke[i]);
}

/* ---- the verdict ---- */

/* A mixture that is one t distribution. */
static EffectMixture bell(double mean, double scale)
{
    EffectMixture mixture = {.ok = true, .n0 = 110, .m = 26, .k = 5, .df = 105, .mean = mean};
    mixture.sd = scale;
    mixture.weight[0] = 1;
    for (size_t i = 0; i < EFFECT_GRID; i++) {
        mixture.at[i] = mean;
        mixture.scale[i] = scale;
    }
    return mixture;
}

static EffectEvidence evidence(const EffectMixture *mixture)
{
    return (EffectEvidence){.mixture = mixture,
                            .want = EFFECT_WANT_LESS,
                            .target = NAN,
                            .placebos = 40,
                            .beyond = 0,
                            .step = mixture->mean,
                            .discovery = true};
}

static void every_condition_of_proven_counts(void **state)
{
    EffectMixture strong = bell(-3, 1), drifting = bell(-2.5, 1);
    EffectEvidence e = evidence(&strong);
    EffectFacts f = GOOD;
    (void)state;
    assert_int_equal(effect_judge(&f, &e).verdict, EFFECT_PROVEN);
    assert_int_equal(effect_judge(&f, &e).lacks, 0);
    f.cv_rmse = .4;
    assert_int_equal(effect_judge(&f, &e).verdict, EFFECT_INDICATION);
    assert_int_equal(effect_judge(&f, &e).lacks, EFFECT_LACKS_CALM);
    f = GOOD;
    f.n0 = 103;
    assert_int_equal(effect_judge(&f, &e).lacks, EFFECT_LACKS_BASELINE);
    f.control = true;
    assert_int_equal(effect_judge(&f, &e).verdict, EFFECT_PROVEN); /* 103 >= 70 + 26 */
    f.n0 = 95;
    assert_int_equal(effect_judge(&f, &e).lacks, EFFECT_LACKS_BASELINE);
    f = GOOD;
    e.placebos = 18;
    assert_int_equal(effect_judge(&f, &e).lacks, EFFECT_LACKS_PLACEBOS);
    e.placebos = 19;
    e.beyond = 1; /* 2 of 20 */
    assert_int_equal(effect_judge(&f, &e).verdict, EFFECT_PROVEN);
    e.beyond = 2;
    assert_int_equal(effect_judge(&f, &e).lacks, EFFECT_LACKS_PLACEBO_P);
    e = evidence(&strong);
    e.step = .1;
    assert_int_equal(effect_judge(&f, &e).lacks, EFFECT_LACKS_STEP_SIGN);
    e.step = NAN;
    assert_int_equal(effect_judge(&f, &e).lacks, EFFECT_LACKS_STEP_SIGN);
    e = evidence(&strong);
    e.discovery = false;
    assert_int_equal(effect_judge(&f, &e).lacks, EFFECT_LACKS_DISCOVERY);
    e = evidence(&drifting); /* outside the 98 %, inside the 99 % interval */
    assert_int_equal(effect_judge(&f, &e).verdict, EFFECT_PROVEN);
    f.slow = .6;
    assert_int_equal(effect_judge(&f, &e).lacks, EFFECT_LACKS_CERTAINTY);
    for (unsigned i = 0; i < EFFECT_LACKS_KINDS; i++)
        assert_true(effect_lack_reason(1u << i).n > 10);
}

static void red_leaves_nothing_to_be_said(void **state)
{
    EffectMixture strong = bell(-9, 1), unknown = {.ok = false};
    EffectEvidence e = evidence(&strong);
    EffectFacts f = GOOD;
    (void)state;
    f.exchanged_at_start = true;
    assert_int_equal(effect_judge(&f, &e).verdict, EFFECT_NOT_ASSESSABLE);
    e = evidence(&unknown);
    assert_int_equal(effect_judge(&GOOD, &e).verdict, EFFECT_NOT_ASSESSABLE);
}

static void an_interim_figure_is_no_verdict(void **state)
{
    EffectMixture strong = bell(-9, 1);
    EffectEvidence e = evidence(&strong);
    EffectFacts f = GOOD;
    (void)state;
    f.interim = true;
    assert_int_equal(effect_judge(&f, &e).verdict, EFFECT_PROVISIONAL);
    f.exchanged_at_start = true;
    assert_int_equal(effect_judge(&f, &e).verdict, EFFECT_PROVISIONAL);
}

static void the_other_way_round_is_said_too(void **state)
{
    EffectMixture up = bell(3, 1), hardly = bell(1.8, 1), down = bell(-3, 1);
    EffectEvidence e = evidence(&up);
    (void)state;
    assert_int_equal(effect_judge(&GOOD, &e).verdict, EFFECT_OPPOSITE);
    assert_false(effect_judge(&GOOD, &e).weak);
    e = evidence(&hardly);
    assert_int_equal(effect_judge(&GOOD, &e).verdict, EFFECT_OPPOSITE);
    assert_true(effect_judge(&GOOD, &e).weak);
    e.want = EFFECT_WANT_MORE;
    assert_int_equal(effect_judge(&GOOD, &e).verdict, EFFECT_INDICATION);
    e.want = EFFECT_WANT_CHANGE;
    assert_int_equal(effect_judge(&GOOD, &e).verdict, EFFECT_INDICATION);
    e = evidence(&down);
    e.want = EFFECT_WANT_CHANGE;
    assert_int_equal(effect_judge(&GOOD, &e).verdict, EFFECT_PROVEN);
}

static void nothing_seen_is_told_from_nothing_there(void **state)
{
    EffectMixture faint = bell(-.5, 1), flat = bell(-.01, .1);
    EffectEvidence e = evidence(&faint);
    (void)state;
    e.smallest = 1;
    EffectJudgement j = effect_judge(&GOOD, &e);
    assert_int_equal(j.verdict, EFFECT_NONE);
    assert_false(j.practically_none);
    assert_near(2.8, effect_smallest_detectable(&faint), 1e-12);
    e.mixture = &flat;
    assert_true(effect_judge(&GOOD, &e).practically_none);
    e.smallest = 0;
    assert_false(effect_judge(&GOOD, &e).practically_none);
}

static void the_target_has_its_own_line(void **state)
{
    EffectMixture strong = bell(-5, 1), more = bell(5, 1);
    EffectEvidence e = evidence(&strong);
    (void)state;
    assert_int_equal(effect_judge(&GOOD, &e).target, EFFECT_TARGET_NONE);
    e.target = -2;
    assert_int_equal(effect_judge(&GOOD, &e).target, EFFECT_TARGET_REACHED);
    e.target = -6;
    assert_int_equal(effect_judge(&GOOD, &e).target, EFFECT_TARGET_POSSIBLE);
    e.target = -8;
    assert_int_equal(effect_judge(&GOOD, &e).target, EFFECT_TARGET_MISSED);
    e = evidence(&more);
    e.want = EFFECT_WANT_MORE;
    e.target = 2;
    assert_int_equal(effect_judge(&GOOD, &e).target, EFFECT_TARGET_REACHED);
    e.target = 8;
    assert_int_equal(effect_judge(&GOOD, &e).target, EFFECT_TARGET_MISSED);
}

/* The example of Benjamini and Hochberg 1995, 15 hypotheses at q = .05: four survive. */
static void false_discoveries_are_held_down(void **state)
{
    static const double P[] = {.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344,
                               .0459, .3240, .4262, .5719, .6528, .7590, 1.000};
    TestCx *t = *state;
    bool kept[COUNT_OF(P)];
    size_t count = 0;
    effect_discoveries(&t->arena, P, COUNT_OF(P), .05, kept);
    for (size_t i = 0; i < COUNT_OF(P); i++) {
        count += kept[i];
        assert_true(kept[i] == (i < 4));
    }
    assert_int_equal(count, 4);
    const double mixed[] = {.5, .001, .9};
    effect_discoveries(&t->arena, mixed, 3, EFFECT_DISCOVERY_Q, kept);
    assert_true(!kept[0] && kept[1] && !kept[2]);
    effect_discoveries(&t->arena, mixed, 0, EFFECT_DISCOVERY_Q, kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guards_speak_and_are_silent),
        cmocka_unit_test(every_condition_of_proven_counts),
        cmocka_unit_test(red_leaves_nothing_to_be_said),
        cmocka_unit_test(an_interim_figure_is_no_verdict),
        cmocka_unit_test(the_other_way_round_is_said_too),
        cmocka_unit_test(nothing_seen_is_told_from_nothing_there),
        cmocka_unit_test(the_target_has_its_own_line),
        effect_test(false_discoveries_are_held_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
