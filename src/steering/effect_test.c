/* Whole evaluations: invented cities whose truth is known, and input as dirty as real one. */
#include "steering/effect.h"

#include "base/calendar.h"
#include "steering/test_effect.h"

#include <time.h>

enum { BASELINE = 130, WINDOW = 26, WEEKS = BASELINE + WINDOW };

/* Weeks from Monday, 2021-01-04, with a summer, noise that remembers, and a saving since the start.
 */
typedef struct City {
    TestCx *t;
    EffectInput input;
    int32_t *steps;
    int64_t *at_us;
    double *y, *control;
    EffectRegressor regressor;
} City;

static City *city(void **state, uint64_t seed, double saving)
{
    TestCx *t = *state;
    City *c = arena_new(&t->arena, City);
    EffectRandom random = {seed};
    *c = (City){.t = t,
                .steps = arena_array(&t->arena, int32_t, WEEKS + 1),
                .at_us = arena_array(&t->arena, int64_t, WEEKS + 1),
                .y = arena_array(&t->arena, double, WEEKS + 1),
                .control = effect_noise(t, &random, WEEKS + 1, 40, 0)};
    double *noise = effect_noise(t, &random, WEEKS, 0, .5);
    for (int32_t i = 0; i < WEEKS; i++) {
        c->steps[i] = i;
        c->at_us[i] = INT64_C(1609718400000000) + i * 7 * TIME_DAY_US;
        c->y[i] = 100 + 10 * sin(6.283185307179586 * i / 52.1775) + 3 * noise[i];
        c->y[i] *= i >= BASELINE ? 1 - saving : 1;
    }
    c->input = (EffectInput){.n = WEEKS,
                             .t = c->steps,
                             .at_us = c->at_us,
                             .y = c->y,
                             .start = BASELINE,
                             .log = true,
                             .harmonics = 2,
                             .want = EFFECT_WANT_LESS,
                             .target = NAN,
                             .facts = EFFECT_FACTS_NONE};
    return c;
}

static void use_control(City *c)
{
    c->regressor = (EffectRegressor){S("control"), EFFECT_TERM_CONTROL, c->control};
    c->input.regressors = &c->regressor;
    c->input.regressor_count = 1;
}

static EffectResult evaluated(City *c)
{
    EffectResult result;
    assert_ok(&c->t->cx, effect_evaluate(&c->t->cx, &c->input, &result));
    return result;
}

static EffectLight light_of(const EffectResult *result, Str guard)
{
    for (size_t i = 0; i < EFFECT_GUARD_COUNT; i++)
        if (str_eq(EFFECT_GUARDS[i].key, guard))
            return result->judgement.guards[i];
    assert_true(false); /* no such guard */
    return EFFECT_GREEN;
}

static void assert_verdict_at(EffectVerdict expected, const EffectResult *result, int line)
{
    if (result->judgement.verdict == expected)
        return;
    fprintf(stderr, "# expected %.*s, got %.*s, lacks %u\n", SARG(effect_verdict_name(expected)),
            SARG(effect_verdict_name(result->judgement.verdict)), result->judgement.lacks);
    _fail(__FILE__, line);
}
#define assert_verdict(expected, result) assert_verdict_at(expected, result, __LINE__)

/* ---- what is true is said ---- */

static void a_real_saving_is_proven(void **state)
{
    City *c = city(state, 1, .15);
    c->input.target = log(.88);
    EffectResult result = evaluated(c);
    assert_verdict(EFFECT_PROVEN, &result);
    assert_int_equal(result.mixture.n0, BASELINE);
    assert_int_equal(result.mixture.m, WINDOW);
    assert_int_equal(result.mixture.k, 5);
    assert_true(result.percent_low < -15 && -15 < result.percent_high);
    assert_true(result.placebos == BASELINE - WINDOW - 52 + 1);
    assert_true(result.has_step && !result.has_difference);
    assert_int_equal(result.judgement.target, EFFECT_TARGET_REACHED);
    assert_int_equal(result.left_out_count, 0);
    double window = 0;
    for (size_t i = BASELINE; i < WEEKS; i++)
        window += c->y[i];
    assert_near(window * (1 - exp(-result.mixture.mean)), result.cumulative, 1e-9 * window);
    assert_true(result.cumulative_low < result.cumulative &&
                result.cumulative < result.cumulative_high);
    c->input.want = EFFECT_WANT_MORE;
    result = evaluated(c);
    assert_verdict(EFFECT_OPPOSITE, &result);
}

static void no_saving_is_none(void **state)
{
    City *c = city(state, 2, 0);
    EffectResult result = evaluated(c);
    assert_verdict(EFFECT_NONE, &result);
    assert_near(2.8 * result.mixture.sd, result.smallest_detectable, 1e-15);
    c->input.smallest = .2;
    result = evaluated(c);
    assert_true(result.judgement.practically_none);
}

/* What is measured later has no part in it, so before and after give the same. */
static void what_can_be_shown_is_known_before_the_start(void **state)
{
    City *c = city(state, 1, .15);
    Cx *cx = &c->t->cx;
    double half, year, controlled;
    EffectResult result = evaluated(c);
    assert_ok(cx, effect_plan(cx, &c->input, WINDOW, &half));
    assert_near(result.smallest_detectable, half, 1e-9);
    c->input.n = BASELINE;
    assert_ok(cx, effect_plan(cx, &c->input, WINDOW, &half));
    assert_near(result.smallest_detectable, half, 1e-9);
    assert_ok(cx, effect_plan(cx, &c->input, 2 * WINDOW, &year));
    assert_true(year < half);
    for (size_t i = 0; i < WEEKS; i++)
        c->control[i] = log(c->y[i]) * 7 - 3 + .01 * c->control[i];
    use_control(c);
    assert_ok(cx, effect_plan(cx, &c->input, WINDOW, &controlled));
    assert_true(controlled < half / 2);
    c->input.start = 12;
    assert_err(cx, ERR_UNAVAILABLE, "effect.plan", effect_plan(cx, &c->input, WINDOW, &half));
    assert_err(cx, ERR_LIMIT, "effect.steps", effect_plan(cx, &c->input, 0, &half));
}

static void the_city_s_other_projects_count(void **state)
{
    City *c = city(state, 1, .04);
    double others[400];
    for (size_t i = 0; i < COUNT_OF(others); i++)
        others[i] = .2 + (double)i / 500;
    EffectResult result = evaluated(c);
    assert_verdict(EFFECT_PROVEN, &result);
    assert_true(result.p > .10 / 401);
    c->input.others_p = others;
    c->input.others = COUNT_OF(others);
    result = evaluated(c);
    assert_verdict(EFFECT_INDICATION, &result);
    assert_int_equal(result.judgement.lacks, EFFECT_LACKS_DISCOVERY);
}

/* ---- dirty input is refused or downgraded, never proven ---- */

static void a_stuck_sensor_proves_nothing(void **state)
{
    City *c = city(state, 1, .15);
    for (size_t i = BASELINE + 16; i < BASELINE + 21; i++)
        c->y[i] = 60; /* five weeks of the same value */
    EffectResult result = evaluated(c);
    assert_int_equal(result.facts.stuck, 5);
    assert_int_equal(result.mixture.m, WINDOW - 5);
    assert_int_equal(light_of(&result, S("stuck")), EFFECT_YELLOW);
    assert_verdict(EFFECT_INDICATION, &result);
    for (size_t i = BASELINE; i < WEEKS; i++)
        c->y[i] = 60;
    result = evaluated(c);
    assert_int_equal(result.mixture.m, 0);
    assert_int_equal(light_of(&result, S("coverage")), EFFECT_RED);
    assert_verdict(EFFECT_NOT_ASSESSABLE, &result);
    for (size_t i = 0; i < WEEKS; i++)
        c->y[i] = 60;
    result = evaluated(c);
    assert_verdict(EFFECT_NOT_ASSESSABLE, &result);
}

/* Coarse counts repeat themselves without being stuck. */
static void coarse_counts_are_not_stuck(void **state)
{
    City *c = city(state, 3, 0);
    EffectRandom random = {4};
    for (size_t i = 0; i < WEEKS; i++)
        c->y[i] = 10 + floor(3 * effect_uniform(&random));
    EffectResult result = evaluated(c);
    assert_int_equal(result.facts.stuck, 0);
}

static void an_exchanged_sensor_is_not_assessable(void **state)
{
    City *c = city(state, 1, .15);
    c->input.facts.exchanged_at_start = true;
    EffectResult result = evaluated(c);
    assert_verdict(EFFECT_NOT_ASSESSABLE, &result);
    assert_int_equal(light_of(&result, S("device")), EFFECT_RED);
    assert_true(result.mixture.ok); /* the figures are still there to be looked at */
}

static void a_short_baseline_proves_nothing(void **state)
{
    City *c = city(state, 1, .15);
    c->input.n = 51 + WINDOW;
    for (size_t i = 0; i < c->input.n; i++)
        c->y[i] = c->y[BASELINE - 51 + i];
    c->input.start = 51;
    EffectResult result = evaluated(c);
    assert_int_equal(light_of(&result, S("baseline")), EFFECT_YELLOW);
    assert_true(result.judgement.verdict != EFFECT_PROVEN);
    assert_int_equal(result.mixture.k, 1); /* no seasons without a full year */
    assert_int_equal(result.left_out_count, 2);
    assert_str("annual harmonic 1", result.left_out[0]);
    c->input.start = 25;
    result = evaluated(c);
    assert_verdict(EFFECT_NOT_ASSESSABLE, &result);
    assert_int_equal(light_of(&result, S("baseline")), EFFECT_RED);
}

static void between_one_and_one_and_a_half_years_there_is_one_harmonic(void **state)
{
    City *c = city(state, 1, .15);
    c->input.start = 77;
    EffectResult result = evaluated(c);
    assert_int_equal(result.mixture.k, 3);
    assert_int_equal(result.left_out_count, 1);
    c->input.start = 78;
    assert_int_equal(evaluated(c).mixture.k, 5);
}

static void a_control_inside_is_not_assessable(void **state)
{
    City *c = city(state, 1, .15);
    use_control(c);
    EffectResult result = evaluated(c);
    assert_true(result.facts.control && result.has_difference);
    assert_true(result.judgement.verdict != EFFECT_NOT_ASSESSABLE);
    c->input.facts.control_inside = true;
    result = evaluated(c);
    assert_verdict(EFFECT_NOT_ASSESSABLE, &result);
    assert_int_equal(light_of(&result, S("control")), EFFECT_RED);
}

static void a_control_that_runs_apart_or_breaks_is_told(void **state)
{
    City *c = city(state, 1, .15);
    use_control(c);
    EffectResult result = evaluated(c);
    assert_int_equal(light_of(&result, S("control")), EFFECT_GREEN);
    assert_int_equal(light_of(&result, S("regime")), EFFECT_GREEN);
    for (size_t i = BASELINE - 3; i < WEEKS; i++)
        c->control[i] += 4;
    result = evaluated(c);
    assert_true(result.facts.control_break <= 8);
    assert_int_equal(light_of(&result, S("regime")), EFFECT_YELLOW);
    for (size_t i = 0; i < WEEKS; i++)
        c->control[i] += .1 * (double)i;
    result = evaluated(c);
    assert_int_equal(light_of(&result, S("control")), EFFECT_YELLOW);
    assert_true(result.judgement.verdict != EFFECT_PROVEN);
}

/* Another saving of 10 % began before ours of 15 %: half a year of the baseline has it. */
static void an_earlier_project_is_told_apart(void **state)
{
    City *c = city(state, 1, .15);
    int32_t other = BASELINE - 16;
    for (size_t i = BASELINE - 16; i < WEEKS; i++)
        c->y[i] *= .9;
    EffectResult alone = evaluated(c);
    assert_true(alone.percent_high < -15); /* both together */
    c->input.coincident = &other;
    c->input.coincident_count = 1;
    EffectResult joint = evaluated(c);
    assert_int_equal(joint.mixture.k, 6);
    assert_true(joint.percent_low < -15 && -15 < joint.percent_high);
    assert_true(joint.facts.separable && joint.facts.coincident_weeks == 16);
    assert_int_equal(light_of(&joint, S("coincident")), EFFECT_YELLOW);
    assert_verdict(EFFECT_INDICATION, &joint);
    other = BASELINE - 12; /* a quarter is the least */
    joint = evaluated(c);
    assert_int_equal(light_of(&joint, S("coincident")), EFFECT_RED);
    other = BASELINE - 27;
    assert_int_equal(evaluated(c).mixture.k, 5);
}

static void a_later_project_ends_the_window(void **state)
{
    City *c = city(state, 1, .15);
    int32_t other = BASELINE + 13;
    for (size_t i = BASELINE + 13; i < WEEKS; i++)
        c->y[i] *= .5;
    c->input.coincident = &other;
    c->input.coincident_count = 1;
    EffectResult joint = evaluated(c);
    assert_int_equal(joint.mixture.m, 13);
    assert_true(joint.percent_low < -15 && -15 < joint.percent_high);
    assert_int_equal(light_of(&joint, S("coincident")), EFFECT_YELLOW);
    other = BASELINE + 14; /* leaves it 12 weeks */
    joint = evaluated(c);
    assert_int_equal(light_of(&joint, S("coincident")), EFFECT_RED);
    other = BASELINE + 7; /* not to be told apart: one result for both */
    joint = evaluated(c);
    assert_int_equal(joint.mixture.m, WINDOW);
    assert_verdict(EFFECT_NOT_ASSESSABLE, &joint);
    c->input.coincident_count = 0;
    c->input.ramp = 7;
    joint = evaluated(c);
    assert_int_equal(joint.mixture.m, WINDOW - 7);
    assert_int_equal(light_of(&joint, S("coincident")), EFFECT_GREEN);
}

static void unheard_of_weather_is_told(void **state)
{
    City *c = city(state, 1, .15);
    use_control(c);
    c->regressor.term = EFFECT_TERM_WEATHER;
    EffectResult result = evaluated(c);
    assert_false(result.facts.control);
    for (size_t i = WEEKS - 2; i < WEEKS; i++)
        c->control[i] = 60;
    result = evaluated(c);
    assert_int_equal(light_of(&result, S("extrapolation")), EFFECT_YELLOW);
    for (size_t i = WEEKS - 6; i < WEEKS; i++)
        c->control[i] = 60;
    result = evaluated(c);
    assert_int_equal(light_of(&result, S("extrapolation")), EFFECT_RED);
    c->regressor.term = EFFECT_TERM_PLAIN;
    result = evaluated(c);
    assert_int_equal(light_of(&result, S("extrapolation")), EFFECT_GREEN);
}

static void terms_are_dropped_in_their_order(void **state)
{
    static const EffectTerm TERMS[] = {EFFECT_TERM_HOLIDAY, EFFECT_TERM_RAIN,
                                       EFFECT_TERM_SCHOOL_HOLIDAY, EFFECT_TERM_TREND};
    City *c = city(state, 1, 0);
    EffectRandom random = {9};
    EffectRegressor regressors[COUNT_OF(TERMS)];
    for (size_t j = 0; j < COUNT_OF(TERMS); j++)
        regressors[j] = (EffectRegressor){arena_fmt(&c->t->arena, "%zu", j), TERMS[j],
                                          effect_noise(c->t, &random, WEEKS, 0, 0)};
    c->input.regressors = regressors;
    c->input.regressor_count = COUNT_OF(TERMS);
    assert_int_equal(evaluated(c).mixture.k, 9); /* 72 of 130 */
    c->input.start = 78;                         /* no trend, 9 columns at most */
    assert_int_equal(evaluated(c).mixture.k, 8);
    c->input.start = 52; /* one harmonic, 6 columns at most */
    assert_int_equal(evaluated(c).mixture.k, 6);
    c->input.start = 30; /* 3 at most */
    EffectResult result = evaluated(c);
    assert_int_equal(result.mixture.k, 3);
    assert_str("2", result.left_out[0]); /* school holidays */
    c->input.start = 20;
    result = evaluated(c);
    assert_int_equal(result.mixture.k, 2); /* rain went, holidays stay */
}

static void ramps_are_neither_before_nor_after(void **state)
{
    City *c = city(state, 1, .15);
    for (size_t i = BASELINE; i < BASELINE + 4; i++)
        c->y[i] = 500;
    c->input.ramp = 4;
    EffectResult result = evaluated(c);
    assert_int_equal(result.mixture.m, WINDOW - 4);
    assert_true(result.percent_high < 0);
    assert_near(1, result.facts.coverage_after, 1e-12);
}

static void sums_are_scaled_and_thin_steps_left_out(void **state)
{
    City *c = city(state, 1, .15);
    double coverage[WEEKS];
    EffectResult whole = evaluated(c);
    for (size_t i = 0; i < WEEKS; i++)
        coverage[i] = i % 10 == 3 ? .8 : 1;
    c->input.coverage = coverage;
    c->input.is_sum = true;
    for (size_t i = 0; i < WEEKS; i++)
        c->y[i] *= coverage[i];
    EffectResult result = evaluated(c);
    assert_near(whole.percent, result.percent, 1e-9);
    assert_near(.98, result.facts.coverage_before, .002);
    coverage[5] = .74;
    result = evaluated(c);
    assert_int_equal(result.mixture.n0, BASELINE - 1);
}

static void only_the_last_400_steps_are_a_baseline(void **state)
{
    enum { N = 460 };
    City *c = city(state, 1, 0);
    EffectRandom random = {6};
    int32_t steps[N];
    c->input.y = effect_noise(c->t, &random, N, 50, .3);
    for (int32_t i = 0; i < N; i++)
        steps[i] = i;
    c->input.t = steps;
    c->input.at_us = NULL;
    c->input.n = N;
    c->input.start = 434;
    c->input.facts.step_weeks = 1. / 7;
    EffectResult result = evaluated(c);
    assert_int_equal(result.mixture.n0, EFFECT_BASELINE_MAX);
    assert_int_equal(result.trimmed, 34);
    assert_near(1, result.facts.coverage_before, 1e-12);
}

static void wrong_input_is_refused(void **state)
{
    City *c = city(state, 1, 0);
    Cx *cx = &c->t->cx;
    EffectResult result;
    c->steps[7] = 6;
    assert_err(cx, ERR_INVALID, "effect.twice", effect_evaluate(cx, &c->input, &result));
    c->steps[7] = 7;
    c->y[9] = 0;
    assert_err(cx, ERR_INVALID, "effect.log", effect_evaluate(cx, &c->input, &result));
    c->y[9] = INFINITY;
    assert_err(cx, ERR_INVALID, "effect.number", effect_evaluate(cx, &c->input, &result));
    c->y[9] = 90;
    c->steps[0] = -EFFECT_SPAN_MAX;
    assert_err(cx, ERR_LIMIT, "effect.span", effect_evaluate(cx, &c->input, &result));
    c->input.n = 0;
    assert_ok(cx, effect_evaluate(cx, &c->input, &result));
    assert_verdict(EFFECT_NOT_ASSESSABLE, &result);
}

/* ---- properties ---- */

static void assert_same_result(const EffectResult *a, const EffectResult *b)
{
    assert_memory_equal(a->mixture.at, b->mixture.at, sizeof a->mixture.at);
    assert_memory_equal(a->mixture.weight, b->mixture.weight, sizeof a->mixture.weight);
    assert_true(a->percent == b->percent && a->p == b->p && a->low95 == b->low95 &&
                a->high95 == b->high95 && a->cumulative == b->cumulative &&
                a->mixture.sd == b->mixture.sd);
    assert_true(a->step.reml.rho == b->step.reml.rho && a->beyond == b->beyond &&
                a->placebos == b->placebos);
    assert_memory_equal(a->judgement.guards, b->judgement.guards, sizeof a->judgement.guards);
}

static void a_rerun_gives_the_same_bits(void **state)
{
    City *c = city(state, 1, .05);
    use_control(c);
    EffectResult first = evaluated(c), again = evaluated(c);
    assert_same_result(&first, &again);
}

static void the_order_of_rows_is_irrelevant(void **state)
{
    City *c = city(state, 1, .05);
    EffectRandom random = {99};
    EffectResult sorted = evaluated(c);
    for (size_t i = WEEKS - 1; i > 0; i--) {
        size_t j = (size_t)(effect_uniform(&random) * (double)(i + 1));
        int32_t t = c->steps[i];
        int64_t at_us = c->at_us[i];
        double y = c->y[i];
        c->steps[i] = c->steps[j], c->steps[j] = t;
        c->at_us[i] = c->at_us[j], c->at_us[j] = at_us;
        c->y[i] = c->y[j], c->y[j] = y;
    }
    EffectResult shuffled = evaluated(c);
    assert_same_result(&sorted, &shuffled);
}

static void another_unit_gives_the_same_percentage(void **state)
{
    City *c = city(state, 1, .05);
    for (int log = 0; log <= 1; log++) {
        c->input.log = log;
        EffectResult one = evaluated(c);
        for (size_t i = 0; i < WEEKS; i++)
            c->y[i] *= 1000;
        EffectResult other = evaluated(c);
        for (size_t i = 0; i < WEEKS; i++)
            c->y[i] /= 1000;
        assert_near(one.percent, other.percent, 1e-9);
        assert_near(one.percent_low, other.percent_low, 1e-9);
        assert_near(one.p, other.p, 1e-9);
        assert_near(1000 * one.cumulative, other.cumulative, 1e-6);
        assert_int_equal(one.judgement.verdict, other.judgement.verdict);
        assert_int_equal(one.beyond, other.beyond);
    }
}

/* A row without a value and no row at all are the same gap, but for an end that only rows show. */
static void a_missing_row_is_a_missing_value(void **state)
{
    City *c = city(state, 1, .05);
    size_t kept = 0;
    for (size_t i = 20; i < 26; i++)
        c->y[i] = NAN;
    EffectResult empty = evaluated(c);
    for (size_t i = 0; i < WEEKS; i++) {
        if (isnan(c->y[i]))
            continue;
        c->steps[kept] = c->steps[i];
        c->at_us[kept] = c->at_us[i];
        c->y[kept++] = c->y[i];
    }
    c->input.n = kept;
    EffectResult absent = evaluated(c);
    assert_same_result(&empty, &absent);
    assert_int_equal(absent.mixture.n0, BASELINE - 6);
    assert_near(124. / 130, absent.facts.coverage_before, 1e-12);
}

/* Nothing changed, or 10 % did: what the 95 % interval says is true about as often as it says. */
static void intervals_cover_what_was_put_in(void **state)
{
    enum { RUNS = 120, N0 = 104, M = 26 };
    TestCx *t = *state;
    EffectRandom random = {17};
    int covered = 0, alarms = 0;
    for (int run = 0; run < RUNS; run++) {
        ArenaMark mark = arena_mark(&t->arena);
        double *y = effect_noise(t, &random, N0 + M, 4, .6), truth = run % 2 ? log(.9) : 0;
        for (size_t i = N0; i < N0 + M; i++)
            y[i] += truth;
        EffectSeries series = effect_series(t, N0 + M, y, NULL, 0);
        EffectMixture mixture = effect_from(t, &series, N0);
        double low = effect_mixture_quantile(&mixture, .025);
        double high = effect_mixture_quantile(&mixture, .975);
        covered += low <= truth && truth <= high;
        alarms += run % 2 == 0 && (low > 0 || high < 0);
        arena_rewind(&t->arena, mark);
    }
    assert_true(covered >= .93 * RUNS);
    assert_true(alarms <= .07 * RUNS / 2);
}

static void winners_and_losers_are_summed(void **state)
{
    (void)state;
    EffectTotal total = effect_total((const double[]){-10, 4, -1}, (const double[]){3, 4, 0}, 3);
    assert_near(-7, total.sum, 1e-12);
    assert_near(-7 - 5 * 1.959963984540054, total.low95, 1e-12);
    assert_near(-7 + 5 * 1.959963984540054, total.high95, 1e-12);
}

/* ---- time ---- */

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* Processor time of this thread alone, so that a busy machine changes little. */
static void three_years_of_weeks_take_a_fifth_of_a_second(void **state)
{
    City *c = city(state, 1, .15);
    struct timespec from, to;
    double best_s = INFINITY;
    for (int run = 0; run < (SANITIZED ? 1 : 5); run++) {
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
        evaluated(c);
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
        double took_s =
            (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
        best_s = fmin(best_s, took_s);
    }
    print_message("# %d weeks, placebos and checks included: %.3f s\n", WEEKS, best_s);
    assert_true(best_s <= (SANITIZED ? 10 : .2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        effect_test(a_real_saving_is_proven),
        effect_test(no_saving_is_none),
        effect_test(what_can_be_shown_is_known_before_the_start),
        effect_test(the_city_s_other_projects_count),
        effect_test(a_stuck_sensor_proves_nothing),
        effect_test(coarse_counts_are_not_stuck),
        effect_test(an_exchanged_sensor_is_not_assessable),
        effect_test(a_short_baseline_proves_nothing),
        effect_test(between_one_and_one_and_a_half_years_there_is_one_harmonic),
        effect_test(a_control_inside_is_not_assessable),
        effect_test(a_control_that_runs_apart_or_breaks_is_told),
        effect_test(an_earlier_project_is_told_apart),
        effect_test(a_later_project_ends_the_window),
        effect_test(unheard_of_weather_is_told),
        effect_test(terms_are_dropped_in_their_order),
        effect_test(ramps_are_neither_before_nor_after),
        effect_test(sums_are_scaled_and_thin_steps_left_out),
        effect_test(only_the_last_400_steps_are_a_baseline),
        effect_test(wrong_input_is_refused),
        effect_test(a_rerun_gives_the_same_bits),
        effect_test(the_order_of_rows_is_irrelevant),
        effect_test(another_unit_gives_the_same_percentage),
        effect_test(a_missing_row_is_a_missing_value),
        effect_test(intervals_cover_what_was_put_in),
        effect_test(winners_and_losers_are_summed),
        effect_test(three_years_of_weeks_take_a_fifth_of_a_second),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
