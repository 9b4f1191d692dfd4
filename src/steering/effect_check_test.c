#include "steering/effect_check.h"

#include "base/matrix.h"
#include "steering/test_effect.h"

/* ---- reference results ---- */

/* US investment growth on GDP growth and the last quarter's interest, as gretl solves it. */
static EffectSeries investment(TestCx *t)
{
    enum { REALGDP = 2, REALINV = 4, REALINT = 13, COLUMNS = 14 };
    EffectTable table = effect_table(t, "macrodata.csv", ',', COLUMNS);
    size_t n = table.rows - 1;
    double *y = arena_array(&t->arena, double, n), *gdp = arena_array(&t->arena, double, n);
    const double *inv = effect_column(&table, REALINV), *real = effect_column(&table, REALGDP);
    for (size_t i = 0; i < n; i++) {
        y[i] = 400 * (log(inv[i + 1]) - log(inv[i]));
        gdp[i] = 400 * (log(real[i + 1]) - log(real[i]));
    }
    const double *x[] = {gdp, effect_column(&table, REALINT)};
    return effect_series(t, n, y, x, 2);
}

static void newey_west_as_gretl_has_it(void **state)
{
    TestCx *t = *state;
    EffectSeries s = investment(t);
    EffectRegression fit;
    assert_int_equal(s.n, 202);
    assert_true(effect_newey_west(&t->arena, s.n, s.k, s.x, s.y, 4, &fit));
    assert_near(-9.48167, fit.b[0], 1e-5);
    assert_near(4.37422, fit.b[1], 1e-5);
    assert_near(-.613997, fit.b[2], 1e-5);
    assert_near(1.17709, fit.se[0], 1e-5);
    assert_near(.328787, fit.se[1], 1e-5);
    assert_near(.293619, fit.se[2], 1e-5);
}

static void cochrane_orcutt_as_gretl_has_it(void **state)
{
    TestCx *t = *state;
    EffectSeries s = investment(t);
    EffectRegression fit;
    assert_true(effect_cochrane_orcutt(&t->arena, s.n, s.k, s.x, s.y, &fit));
    assert_near(-.108136, fit.rho, 1e-3);
    assert_near(-9.50990, fit.b[0], 1e-3);
    assert_near(4.37040, fit.b[1], 1e-3);
    assert_near(-.579253, fit.b[2], 1e-3);
    assert_near(.990456, fit.se[0], 1e-3);
    assert_near(.208146, fit.se[1], 1e-3);
    assert_near(.268009, fit.se[2], 1e-3);
}

static void nile_breaks_in_1898(void **state)
{
    TestCx *t = *state;
    EffectTable table = effect_table(t, "nile.csv", ',', 2);
    EffectBreak found;
    assert_true(effect_break(table.rows, effect_column(&table, 1), &found));
    assert_int_equal(found.at, 28);
    assert_true(effect_column(&table, 0)[found.at - 1] == 1898);
    assert_near(1097.75, found.before, .005);
    assert_near(849.97, found.after, .005);
    assert_near(75.93, found.f, .005);
    assert_near(1318.24, found.bic_none, .005);
    assert_near(1270.08, found.bic_one, .005);
    assert_true(found.significant);
}

static void white_noise_does_not_break(void **state)
{
    TestCx *t = *state;
    EffectRandom random = {12};
    EffectBreak found;
    int broken = 0;
    for (int run = 0; run < 200; run++) {
        assert_true(effect_break(104, effect_noise(t, &random, 104, 10, 0), &found));
        broken += found.significant;
    }
    assert_in_range(broken, 2, 20); /* 5 % of 200 */
    double flat[20] = {0};
    assert_false(effect_break(20, flat, &found));
    assert_false(effect_break(10, flat, &found));
}

static void california_less_the_others(void **state)
{
    TestCx *t = *state;
    Prop99 *data = arena_new(&t->arena, Prop99);
    double others[PROP99_STATES * PROP99_YEARS];
    int32_t years[PROP99_YEARS];
    size_t count = 0;
    EffectDifference did;
    prop99_read(t, data);
    for (size_t i = 0; i < PROP99_STATES; i++)
        if (i != data->california)
            memcpy(others + PROP99_YEARS * count++, data->sales[i], sizeof data->sales[i]);
    for (int32_t i = 0; i < PROP99_YEARS; i++)
        years[i] = i;
    assert_true(effect_difference(&t->arena, PROP99_YEARS, PROP99_BEFORE, years,
                                  data->sales[data->california], others, count, &did));
    assert_near(-27.349, did.effect, 1e-3);
    assert_true(did.slope_p < .1); /* they were not parallel: hence synthetic controls */
    assert_false(effect_difference(&t->arena, PROP99_YEARS, PROP99_BEFORE, years,
                                   data->sales[data->california], others, 0, &did));
}

/* ---- REML ---- */

/* The same likelihood by whole matrices, as the definition has it. */
static double dense_likelihood(TestCx *t, const EffectSeries *s, double rho)
{
    size_t n = s->n, k = s->k;
    double *c = arena_array(&t->arena, double, n *n), *x = arena_array(&t->arena, double, n *k);
    double *y = arena_array(&t->arena, double, n), *diag = arena_array(&t->arena, double, k);
    double likelihood = 0;
    Qr qr;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            c[i * n + j] = pow(rho, abs(s->t[i] - s->t[j]));
    assert_true(cholesky_factor(c, n, n));
    memcpy(x, s->x, n * k * sizeof *x);
    memcpy(y, s->y, n * sizeof *y);
    cholesky_forward(c, n, n, y);
    for (size_t j = 0; j < k; j++)
        cholesky_forward(c, n, n, x + j * n);
    assert_true(qr_factor(&qr, x, diag, n, k));
    qr_project(&qr, y);
    for (size_t i = 0; i < n; i++)
        likelihood -= log(c[i * n + i]);
    for (size_t j = 0; j < k; j++)
        likelihood -= log(fabs(diag[j]));
    return likelihood - (double)(n - k) / 2 * log(vector_dot(y + k, y + k, n - k));
}

static void reml_stands_on_the_likelihood_s_top(void **state)
{
    TestCx *t = *state;
    EffectRandom random = {21};
    double *y = effect_noise(t, &random, 90, 5, .7), *x = effect_noise(t, &random, 90, 0, 0);
    const double *columns = x;
    EffectSeries s = effect_series(t, 90, y, &columns, 1);
    int32_t *steps = arena_array(&t->arena, int32_t, 90);
    for (int32_t i = 0; i < 90; i++)
        steps[i] = i < 50 ? i : i + 9; /* with a gap */
    s.t = steps;
    EffectRegression fit;
    assert_true(effect_reml(&t->arena, &s, &fit));
    double top = dense_likelihood(t, &s, fit.rho);
    for (double rho = .02; rho < .98; rho += .02)
        assert_true(dense_likelihood(t, &s, rho) <= top + 1e-9);
    assert_true(dense_likelihood(t, &s, fit.rho + 1e-3) < top);
    assert_true(dense_likelihood(t, &s, fit.rho - 1e-3) < top);
    assert_near(.7, fit.rho, .2);
}

/* What the memory of errors costs: REML rarely sees steps where none are, least squares often. */
static void reml_errs_less_often_than_least_squares(void **state)
{
    enum { RUNS = 200, N = 104, START = 78 };
    TestCx *t = *state;
    EffectRandom random = {33};
    int reml = 0, ols = 0, newey_west = 0;
    for (int run = 0; run < RUNS; run++) {
        ArenaMark mark = arena_mark(&t->arena);
        EffectStepModel model;
        double *y = effect_noise(t, &random, N, 5, .6);
        EffectSeries s = effect_series(t, N, y, NULL, 0);
        assert_true(effect_step_model(&t->arena, &s, START, &model));
        assert_int_equal(model.step, 1);
        reml += effect_regression_p(&model.reml, 1) < .05;
        ols += effect_regression_p(&model.ols, 1) < .05;
        newey_west += fabs(model.ols.b[1] / model.newey_west_se) > 1.96;
        arena_rewind(&t->arena, mark);
    }
    assert_true(reml < .15 * RUNS);
    assert_true(ols > .22 * RUNS);
    assert_true(newey_west > reml && newey_west < ols);
}

static void a_step_is_found(void **state)
{
    TestCx *t = *state;
    EffectRandom random = {8};
    double *y = effect_noise(t, &random, 120, 20, .5);
    for (size_t i = 80; i < 120; i++)
        y[i] -= 5;
    EffectSeries s = effect_series(t, 120, y, NULL, 0);
    EffectStepModel model;
    assert_true(effect_step_model(&t->arena, &s, 80, &model));
    assert_near(-5, model.reml.b[model.step], 3 * model.reml.se[model.step]);
    assert_true(effect_regression_p(&model.reml, model.step) < 1e-6);
    assert_false(effect_step_model(&t->arena, &s, 0, &model)); /* the intercept once more */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        effect_test(newey_west_as_gretl_has_it),
        effect_test(cochrane_orcutt_as_gretl_has_it),
        effect_test(nile_breaks_in_1898),
        effect_test(white_noise_does_not_break),
        effect_test(california_less_the_others),
        effect_test(reml_stands_on_the_likelihood_s_top),
        effect_test(reml_errs_less_often_than_least_squares),
        effect_test(a_step_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
