/* The mixture against the reference results of others' data, and its properties. */
#include "steering/test_effect.h"

#include "base/calendar.h"

/* ---- reference results ---- */

static void assert_mixture(const EffectMixture *mixture, double mean, double low, double high,
                           double within)
{
    assert_true(mixture->ok);
    assert_near(mean, mixture->mean, within);
    assert_near(low, effect_mixture_quantile(mixture, .025), within);
    assert_near(high, effect_mixture_quantile(mixture, .975), within);
}

/* CausalImpact's own example with an effect of 1, then 5, added; R says .89 [.27, 1.5]. */
static void arma_as_causal_impact_has_it(void **state)
{
    TestCx *t = *state;
    EffectTable table = effect_table(t, "ci_arma_data.csv", ',', 2);
    assert_int_equal(table.rows, 100);
    double *y = effect_column(&table, 1);
    const double *x = effect_column(&table, 0);
    EffectSeries series = effect_series(t, table.rows, y, &x, 1);
    for (size_t i = 70; i < table.rows; i++)
        y[i] += 1;
    EffectMixture mixture = effect_from(t, &series, 70);
    assert_mixture(&mixture, .898, .118, 1.520, .001);
    assert_near(.034, effect_mixture_p(&mixture), .001);
    for (size_t i = 70; i < table.rows; i++)
        y[i] += 4;
    mixture = effect_from(t, &series, 70);
    assert_mixture(&mixture, 4.898, 4.118, 5.520, .001);
}

/* Nothing happened there; a step model would say p = .05. */
static void comparison_shows_nothing(void **state)
{
    TestCx *t = *state;
    EffectTable table = effect_table(t, "ci_comparison_data.csv", ',', 5);
    const double *x[] = {effect_column(&table, 2), effect_column(&table, 3),
                         effect_column(&table, 4)};
    EffectSeries series = effect_series(t, table.rows, effect_column(&table, 1), x, 3);
    assert_int_equal(table.rows, 108);
    EffectMixture mixture = effect_from(t, &series, 90); /* from 2019-07-15 */
    assert_mixture(&mixture, -780, -2112, 338, 1);
    assert_near(606, mixture.sd, 1);
    assert_near(.167, effect_mixture_p(&mixture), .001);
}

static void nile_after_1898(void **state)
{
    TestCx *t = *state;
    EffectTable table = effect_table(t, "nile.csv", ',', 2);
    EffectSeries series = effect_series(t, table.rows, effect_column(&table, 1), NULL, 0);
    EffectMixture mixture = effect_from(t, &series, 28);
    assert_mixture(&mixture, -251.7, -383, -131, .5);
}

static void california_against_the_mean_of_38(void **state)
{
    TestCx *t = *state;
    Prop99 *data = arena_new(&t->arena, Prop99);
    double gap[PROP99_YEARS], trend[PROP99_YEARS];
    prop99_read(t, data);
    for (size_t year = 0; year < PROP99_YEARS; year++) {
        double others = 0;
        for (size_t i = 0; i < PROP99_STATES; i++)
            others += i == data->california ? 0 : data->sales[i][year];
        gap[year] = data->sales[data->california][year] - others / (PROP99_STATES - 1);
        trend[year] = (double)year;
    }
    EffectSeries series = effect_series(t, PROP99_YEARS, gap, NULL, 0);
    EffectMixture mixture = effect_from(t, &series, PROP99_BEFORE);
    assert_mixture(&mixture, -20.19, -29.98, -10.36, 1e-2);
    assert_near(.0004, effect_mixture_p(&mixture), 5e-5);
    const double *x = trend;
    series = effect_series(t, PROP99_YEARS, gap, &x, 1);
    mixture = effect_from(t, &series, PROP99_BEFORE);
    assert_mixture(&mixture, -8.0, -16.4, .3, 5e-2);
}

/* A building whose true saving is 10 %. */
static void eemeter_by_days(void **state)
{
    TestCx *t = *state;
    EffectTable table = effect_table(t, "eemeter_daily.csv", ',', 3);
    double *kwh = arena_array(&t->arena, double, table.rows);
    double *heat = arena_array(&t->arena, double, table.rows);
    double *cool = arena_array(&t->arena, double, table.rows);
    int32_t *days = arena_array(&t->arena, int32_t, table.rows);
    size_t n = 0, start = 0;
    for (size_t i = 0; i < table.rows; i++) {
        Str day = table.text[i];
        bool before = str_cmp(day, S("2015-12-26")) >= 0 && str_cmp(day, S("2016-12-25")) <= 0;
        bool after = str_cmp(day, S("2017-01-04")) >= 0 && str_cmp(day, S("2018-01-03")) <= 0;
        int64_t at_us;
        assert_true(time_parse_lax(day, &at_us));
        if (!before && !after)
            continue;
        start += before;
        days[n] = (int32_t)(at_us / TIME_DAY_US);
        kwh[n] = effect_column(&table, 1)[i];
        heat[n] = fmax(53 - effect_column(&table, 2)[i], 0);
        cool[n] = fmax(effect_column(&table, 2)[i] - 68, 0);
        n++;
    }
    const double *x[] = {heat, cool};
    EffectSeries series = effect_series(t, n, kwh, x, 2);
    series.t = days;
    assert_int_equal(start, 366);
    EffectMixture mixture = effect_from(t, &series, start);
    double percent = 100 / mixture.forecast;
    assert_near(-8.44, percent * mixture.mean, .2);
    assert_near(-12.7, percent * effect_mixture_quantile(&mixture, .025), .2);
    assert_near(-4.2, percent * effect_mixture_quantile(&mixture, .975), .2);
}

/* ---- properties ---- */

enum { WEEKS = 130, START = 104 };

/* Two years of weeks with a year's wave as regressors. */
static EffectSeries weeks(TestCx *t, uint64_t seed)
{
    EffectRandom random = {seed};
    double *y = effect_noise(t, &random, WEEKS, 50, .6), *wave[2];
    for (size_t j = 0; j < 2; j++) {
        wave[j] = arena_array(&t->arena, double, WEEKS);
        for (size_t i = 0; i < WEEKS; i++)
            wave[j][i] = sin(6.283185307179586 * ((double)i / 52 + (double)j / 4));
    }
    return effect_series(t, WEEKS, y, (const double *const *)wave, 2);
}

static void assert_same(const EffectMixture *a, const EffectMixture *b)
{
    assert_memory_equal(a->at, b->at, sizeof a->at);
    assert_memory_equal(a->scale, b->scale, sizeof a->scale);
    assert_memory_equal(a->weight, b->weight, sizeof a->weight);
    assert_true(a->mean == b->mean && a->sd == b->sd && a->slow == b->slow);
}

/* The same again, and also beside others: to the last bit. */
static void a_cut_does_not_depend_on_its_company(void **state)
{
    TestCx *t = *state;
    EffectSeries series = weeks(t, 7);
    EffectMixture alone = effect_from(t, &series, START), again = effect_from(t, &series, START);
    EffectCut cuts[3] = {
        {.baseline = 60, .from = 64, .to = 90, .k = 2, .columns = {0, 2}},
        {.baseline = START, .from = START, .to = WEEKS, .k = 3, .columns = {0, 1, 2}},
        {.baseline = 110, .from = 112, .to = 120, .k = 1, .columns = {0}}};
    EffectMixture beside[3], single;
    assert_same(&alone, &again);
    effect_mixtures(&t->arena, &series, cuts, 3, beside);
    assert_same(&alone, &beside[1]);
    effect_mixtures(&t->arena, &series, &cuts[0], 1, &single);
    assert_same(&single, &beside[0]);
    assert_int_equal(beside[0].n0, 60);
    assert_int_equal(beside[0].m, 26);
    assert_true(beside[2].ok && beside[2].df == 109);
}

/* Another unit scales all results; the percentage stays. */
static void units_change_nothing(void **state)
{
    TestCx *t = *state;
    EffectSeries series = weeks(t, 11);
    EffectMixture kilo = effect_from(t, &series, START);
    double *y = arena_array(&t->arena, double, WEEKS);
    for (size_t i = 0; i < WEEKS; i++)
        y[i] = series.y[i] * 1000;
    series.y = y;
    EffectMixture plain = effect_from(t, &series, START);
    assert_near(100 * kilo.mean / kilo.forecast, 100 * plain.mean / plain.forecast, 1e-10);
    assert_near(effect_mixture_p(&kilo), effect_mixture_p(&plain), 1e-10);
    assert_near(1000 * kilo.sd, plain.sd, 1e-9 * plain.sd);
}

/* With errors that remember nothing it is the prediction interval of every textbook. */
static void white_noise_point_is_the_textbook(void **state)
{
    TestCx *t = *state;
    EffectRandom random = {3};
    double *y = effect_noise(t, &random, 40, 10, 0), mean = 0, rss = 0, after = 0;
    EffectSeries series = effect_series(t, 40, y, NULL, 0);
    EffectMixture mixture = effect_from(t, &series, 30);
    for (size_t i = 0; i < 30; i++)
        mean += y[i] / 30;
    for (size_t i = 0; i < 30; i++)
        rss += (y[i] - mean) * (y[i] - mean);
    for (size_t i = 30; i < 40; i++)
        after += y[i] / 10;
    assert_near(after - mean, mixture.at[0], 1e-12);
    assert_near(sqrt(rss / 29 * (1. / 10 + 1. / 30)), mixture.scale[0], 1e-12);
    assert_true(mixture.df == 29);
}

/* A step that is not there is no step: the others keep their numbers, and what is forecast moves
 * little. Closing the ranks instead would be another series. */
static void a_gap_changes_nothing_else(void **state)
{
    TestCx *t = *state;
    EffectSeries whole = weeks(t, 5), gapped = whole, closed;
    int32_t *steps = arena_array(&t->arena, int32_t, WEEKS);
    double *y = arena_array(&t->arena, double, WEEKS);
    double *x = arena_array(&t->arena, double, 3 * WEEKS);
    size_t n = 0, start = 0, kept = WEEKS - 16;
    for (size_t i = 0; i < WEEKS; i++) {
        if (i >= 40 && i < 56)
            continue;
        steps[n] = whole.t[i];
        y[n] = whole.y[i];
        for (size_t j = 0; j < 3; j++)
            x[j * kept + n] = whole.x[j * WEEKS + i];
        start += i < START;
        n++;
    }
    gapped = (EffectSeries){.n = n, .k = 3, .t = steps, .y = y, .x = x};
    closed = gapped;
    closed.t = whole.t;
    EffectMixture all = effect_from(t, &whole, START), less = effect_from(t, &gapped, start);
    EffectMixture shut = effect_from(t, &closed, start);
    assert_int_equal(less.n0, START - 16);
    assert_near(all.mean, less.mean, .3 * all.sd);
    assert_near(all.sd, less.sd, .2 * all.sd);
    assert_true(shut.mean != less.mean);
    /* Steps that are all twice as far apart forget twice as much: rho^2 of one is rho of the other.
     */
    for (size_t i = 0; i < n; i++)
        steps[i] *= 2;
    EffectMixture apart = effect_from(t, &gapped, start);
    assert_true(effect_grid_rho(7) == .4 && effect_grid_nu(7) == 0);
    assert_true(apart.at[7] != less.at[7]);
}

static void steps_add_up_to_the_window(void **state)
{
    TestCx *t = *state;
    EffectSeries series = weeks(t, 9);
    EffectCut cut = {.baseline = START, .from = START, .to = WEEKS, .k = 3, .columns = {0, 1, 2}};
    EffectMixture *steps = arena_array(&t->arena, EffectMixture, WEEKS - START), whole;
    effect_mixtures(&t->arena, &series, &cut, 1, &whole);
    effect_mixture_steps(&t->arena, &series, &cut, steps);
    double sum = 0;
    for (size_t i = 0; i < WEEKS - START; i++) {
        assert_true(steps[i].ok);
        sum += steps[i].mean;
    }
    assert_near(whole.forecast, sum / (WEEKS - START), 1e-9);
    assert_true(steps[WEEKS - START - 1].sd > steps[0].sd);
}

static void columns_that_say_nothing_new_are_left_out(void **state)
{
    TestCx *t = *state;
    EffectSeries series = weeks(t, 2);
    double *x = arena_array(&t->arena, double, 5 * WEEKS);
    memcpy(x, series.x, 3 * WEEKS * sizeof *x);
    for (size_t i = 0; i < WEEKS; i++) {
        x[3 * WEEKS + i] = i >= START ? 1 : 0; /* an event that the baseline never saw */
        x[4 * WEEKS + i] = 2 - 3 * x[WEEKS + i];
    }
    series.x = x;
    series.k = 5;
    EffectCut cut = {
        .baseline = START, .from = START, .to = WEEKS, .k = 5, .columns = {0, 1, 2, 3, 4}};
    assert_int_equal(effect_cut_independent(&t->arena, &series, &cut), 2);
    assert_int_equal(cut.k, 3);
    assert_int_equal(cut.columns[2], 2);
    EffectMixture mixture;
    effect_mixtures(&t->arena, &series, &cut, 1, &mixture);
    assert_true(mixture.ok);
}

static void what_cannot_be_computed_is_not_ok(void **state)
{
    TestCx *t = *state;
    double flat[30], y[30];
    for (size_t i = 0; i < 30; i++) {
        flat[i] = 7;
        y[i] = (double)(i % 3);
    }
    EffectSeries series = effect_series(t, 30, flat, NULL, 0);
    assert_false(effect_from(t, &series, 20).ok);
    series = effect_series(t, 30, y, NULL, 0);
    assert_false(effect_from(t, &series, 1).ok);
    assert_false(effect_from(t, &series, 30).ok);
    assert_true(effect_from(t, &series, 20).ok);
}

static void a_quantile_leads_back(void **state)
{
    TestCx *t = *state;
    EffectSeries series = weeks(t, 4);
    EffectMixture mixture = effect_from(t, &series, START);
    for (double p = .005; p < 1; p += .045)
        assert_near(p, effect_mixture_cdf(&mixture, effect_mixture_quantile(&mixture, p)), 1e-10);
    assert_true(mixture.slow >= 0 && mixture.slow <= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        effect_test(arma_as_causal_impact_has_it),
        effect_test(comparison_shows_nothing),
        effect_test(nile_after_1898),
        effect_test(california_against_the_mean_of_38),
        effect_test(eemeter_by_days),
        effect_test(a_cut_does_not_depend_on_its_company),
        effect_test(units_change_nothing),
        effect_test(white_noise_point_is_the_textbook),
        effect_test(a_gap_changes_nothing_else),
        effect_test(steps_add_up_to_the_window),
        effect_test(columns_that_say_nothing_new_are_left_out),
        effect_test(what_cannot_be_computed_is_not_ok),
        effect_test(a_quantile_leads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
