#include "steering/effect_check.h"

#include "base/matrix.h"
#include "base/student.h"

#include <math.h>

/* ---- least squares ---- */

/* The j-th diagonal element of (X'X)^-1 is the squared length of R'^-1 e_j. */
static void standard_errors(const Qr *qr, double variance, double *unit, double *ret)
{
    for (size_t j = 0; j < qr->k; j++) {
        memset(unit, 0, qr->k * sizeof *unit);
        unit[j] = 1;
        qr_solve_transposed(qr, unit);
        ret[j] = sqrt(variance) * vector_norm(unit, qr->k);
    }
}

typedef struct Solved {
    Qr qr;
    double *residual, *work; /* n; n + k */
} Solved;

static bool solve(Arena *arena, size_t n, size_t k, const double *x, const double *y,
                  EffectRegression *ret, Solved *solved)
{
    if (k > EFFECT_COLUMNS_MAX || n <= k)
        return false;
    double *a = arena_array(arena, double, n *k);
    memcpy(a, x, n * k * sizeof *a);
    solved->residual = arena_array(arena, double, n);
    solved->work = arena_array(arena, double, n + k);
    if (!qr_factor(&solved->qr, a, arena_array(arena, double, k), n, k))
        return false;
    *ret = (EffectRegression){.n = n, .k = k};
    qr_least_squares(&solved->qr, x, y, ret->b, solved->residual, solved->work);
    ret->rss = vector_dot(solved->residual, solved->residual, n);
    standard_errors(&solved->qr, ret->rss / (double)(n - k), solved->work, ret->se);
    return true;
}

bool effect_ols(Arena *arena, size_t n, size_t k, const double *x, const double *y,
                EffectRegression *ret, double *residual)
{
    ArenaMark mark = arena_mark(arena);
    Solved solved;
    bool ok = solve(arena, n, k, x, y, ret, &solved);
    if (ok && residual)
        memcpy(residual, solved.residual, n * sizeof *residual);
    arena_rewind(arena, mark);
    return ok;
}

double effect_regression_p(const EffectRegression *regression, size_t column)
{
    double t = regression->b[column] / regression->se[column];
    return fmin(1, 2 * student_tail(fabs(t), (double)(regression->n - regression->k)));
}

/* ---- Newey-West ---- */

/* What each step pulls at each coefficient: z_t = (X'X)^-1 x_t e_t, by columns. */
static double *pulls(Arena *arena, const Solved *solved, const double *x)
{
    size_t n = solved->qr.n, k = solved->qr.k;
    double *z = arena_array(arena, double, n *k), *row = solved->work;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < k; j++)
            row[j] = x[j * n + i];
        qr_solve_transposed(&solved->qr, row);
        qr_solve(&solved->qr, row);
        for (size_t j = 0; j < k; j++)
            z[j * n + i] = row[j] * solved->residual[i];
    }
    return z;
}

bool effect_newey_west(Arena *arena, size_t n, size_t k, const double *x, const double *y,
                       size_t lag, EffectRegression *ret)
{
    ArenaMark mark = arena_mark(arena);
    Solved solved;
    bool ok = solve(arena, n, k, x, y, ret, &solved);
    double *z = ok ? pulls(arena, &solved, x) : NULL;
    for (size_t j = 0; ok && j < k; j++) {
        const double *column = z + j * n;
        double variance = vector_dot(column, column, n);
        for (size_t l = 1; l <= lag && l < n; l++)
            variance +=
                2 * (1 - (double)l / ((double)lag + 1)) * vector_dot(column + l, column, n - l);
        ret->se[j] = sqrt(fmax(variance, 0));
    }
    arena_rewind(arena, mark);
    return ok;
}

/* ---- Cochrane-Orcutt ---- */

bool effect_cochrane_orcutt(Arena *arena, size_t n, size_t k, const double *x, const double *y,
                            EffectRegression *ret)
{
    enum { ROUNDS = 100 };
    ArenaMark mark = arena_mark(arena);
    double *e = arena_array(arena, double, n), *y1 = arena_array(arena, double, n);
    double *x1 = arena_array(arena, double, n *k), rho = 0, last = 2;
    EffectRegression fit;
    bool ok = n > k + 1 && effect_ols(arena, n, k, x, y, &fit, e);
    for (int round = 0; ok && round < ROUNDS && fabs(rho - last) > 1e-12; round++) {
        last = rho;
        rho = vector_dot(e + 1, e, n - 1) / vector_dot(e, e, n - 1);
        for (size_t i = 0; i + 1 < n; i++)
            y1[i] = y[i + 1] - rho * y[i];
        for (size_t j = 0; j < k; j++)
            for (size_t i = 0; i + 1 < n; i++)
                x1[j * (n - 1) + i] = x[j * n + i + 1] - rho * x[j * n + i];
        ok = effect_ols(arena, n - 1, k, x1, y1, &fit, NULL);
        memcpy(e, y, n * sizeof *e);
        for (size_t j = 0; j < k; j++)
            for (size_t i = 0; i < n; i++)
                e[i] -= x[j * n + i] * fit.b[j];
    }
    arena_rewind(arena, mark);
    if (ok) {
        fit.rho = rho;
        *ret = fit;
    }
    return ok;
}

/* ---- REML ---- */

static double whole_power(double base, int32_t exponent)
{
    double result = 1;
    for (; exponent > 0; exponent >>= 1, base *= base)
        if (exponent & 1)
            result *= base;
    return result;
}

/* Each step less what the one before lets expect, over its share of the noise. */
static void whiten(const EffectSeries *series, double rho, const double *from, double *to)
{
    to[0] = from[0];
    for (size_t i = 1; i < series->n; i++) {
        double keeps = whole_power(rho, series->t[i] - series->t[i - 1]);
        to[i] = (from[i] - keeps * from[i - 1]) / sqrt(1 - keeps * keeps);
    }
}

typedef struct Reml {
    const EffectSeries *series;
    double *x, *y; /* whitened */
    double *a, *diag, *q_y;
} Reml;

/* The restricted log likelihood, but for a constant; -INFINITY where there is no fit. */
static double reml_likelihood(const Reml *r, double rho)
{
    size_t n = r->series->n, k = r->series->k;
    double likelihood = 0;
    Qr qr;
    for (size_t j = 0; j < k; j++)
        whiten(r->series, rho, r->series->x + j * n, r->x + j * n);
    whiten(r->series, rho, r->series->y, r->y);
    memcpy(r->a, r->x, n * k * sizeof *r->a);
    memcpy(r->q_y, r->y, n * sizeof *r->q_y);
    if (!qr_factor(&qr, r->a, r->diag, n, k))
        return -INFINITY;
    qr_project(&qr, r->q_y);
    for (size_t i = 1; i < n; i++) {
        double keeps = whole_power(rho, r->series->t[i] - r->series->t[i - 1]);
        likelihood -= log(1 - keeps * keeps) / 2;
    }
    for (size_t j = 0; j < k; j++)
        likelihood -= log(fabs(r->diag[j]));
    double rss = vector_dot(r->q_y + k, r->q_y + k, n - k);
    return likelihood - (double)(n - k) / 2 * log(rss);
}

/* The best of a coarse grid, then golden section around it. */
static double reml_rho(const Reml *r)
{
    static const double GOLDEN = 0.6180339887498949;
    double best = 0, most = -INFINITY;
    for (int i = -49; i <= 49; i++) {
        double likelihood = reml_likelihood(r, i * .02);
        if (likelihood > most) {
            most = likelihood;
            best = i * .02;
        }
    }
    double low = fmax(best - .02, -.98), high = fmin(best + .02, .98);
    double a = high - GOLDEN * (high - low), b = low + GOLDEN * (high - low);
    double at_a = reml_likelihood(r, a), at_b = reml_likelihood(r, b);
    while (high - low > 1e-7) {
        if (at_a > at_b) {
            high = b, b = a, at_b = at_a;
            a = high - GOLDEN * (high - low);
            at_a = reml_likelihood(r, a);
        } else {
            low = a, a = b, at_a = at_b;
            b = low + GOLDEN * (high - low);
            at_b = reml_likelihood(r, b);
        }
    }
    return low + (high - low) / 2;
}

bool effect_reml(Arena *arena, const EffectSeries *series, EffectRegression *ret)
{
    size_t n = series->n, k = series->k;
    if (n <= k || k == 0 || k > EFFECT_COLUMNS_MAX)
        return false;
    ArenaMark mark = arena_mark(arena);
    Reml r = {.series = series,
              .x = arena_array(arena, double, n *k),
              .y = arena_array(arena, double, n),
              .a = arena_array(arena, double, n *k),
              .diag = arena_array(arena, double, k),
              .q_y = arena_array(arena, double, n)};
    EffectRegression fit;
    bool ok = effect_ols(arena, n, k, series->x, series->y, &fit, NULL) && fit.rss > 0;
    if (ok) {
        double rho = reml_rho(&r);
        ok = reml_likelihood(&r, rho) > -INFINITY && effect_ols(arena, n, k, r.x, r.y, &fit, NULL);
        fit.rho = rho;
    }
    arena_rewind(arena, mark);
    if (ok)
        *ret = fit;
    return ok;
}

/* ---- the segmented model ---- */

bool effect_step_model(Arena *arena, const EffectSeries *series, size_t start, EffectStepModel *ret)
{
    enum { LAG = 4 };
    ArenaMark mark = arena_mark(arena);
    size_t n = series->n, k = series->k;
    EffectSeries with = *series;
    EffectRegression newey_west;
    if (k + 1 > EFFECT_COLUMNS_MAX)
        return false;
    double *x = arena_array(arena, double, n *(k + 1));
    memcpy(x, series->x, n * k * sizeof *x);
    for (size_t i = 0; i < n; i++)
        x[k * n + i] = i >= start ? 1 : 0;
    with.x = x;
    with.k = k + 1;
    EffectStepModel model = {.step = k};
    bool ok = effect_reml(arena, &with, &model.reml) &&
              effect_ols(arena, n, k + 1, x, series->y, &model.ols, NULL) &&
              effect_newey_west(arena, n, k + 1, x, series->y, LAG, &newey_west);
    arena_rewind(arena, mark);
    if (ok) {
        model.newey_west_se = newey_west.se[k];
        *ret = model;
    }
    return ok;
}

/* ---- difference in differences ---- */

static double mean_of(const double *y, size_t from, size_t to)
{
    double sum = 0;
    for (size_t i = from; i < to; i++)
        sum += y[i];
    return sum / (double)(to - from);
}

bool effect_difference(Arena *arena, size_t n, size_t start, const int32_t *t, const double *y,
                       const double *controls, size_t count, EffectDifference *ret)
{
    if (count == 0 || start < 3 || start >= n)
        return false;
    ArenaMark mark = arena_mark(arena);
    double *gap = arena_array(arena, double, n), *x = arena_array(arena, double, 2 * start);
    double *one = arena_array(arena, double, n);
    for (size_t i = 0; i < n; i++) {
        double others = 0;
        for (size_t j = 0; j < count; j++)
            others += controls[j * n + i];
        gap[i] = y[i] - others / (double)count;
        one[i] = 1;
    }
    for (size_t i = 0; i < start; i++) {
        x[i] = 1;
        x[start + i] = t[i] - t[0];
    }
    EffectSeries all = {.n = n, .k = 1, .t = t, .y = gap, .x = one};
    EffectSeries before = {.n = start, .k = 2, .t = t, .y = gap, .x = x};
    EffectStepModel step;
    EffectRegression slope;
    bool ok = effect_step_model(arena, &all, start, &step) && effect_reml(arena, &before, &slope);
    if (ok)
        *ret = (EffectDifference){.effect = mean_of(gap, start, n) - mean_of(gap, 0, start),
                                  .se = step.reml.se[step.step],
                                  .p = effect_regression_p(&step.reml, step.step),
                                  .slope_p = effect_regression_p(&slope, 1)};
    arena_rewind(arena, mark);
    return ok;
}

/* ---- breaks ---- */

static double squares_around(const double *y, size_t from, size_t to, double mean)
{
    double sum = 0;
    for (size_t i = from; i < to; i++)
        sum += (y[i] - mean) * (y[i] - mean);
    return sum;
}

/* Gaussian, as R's strucchange counts it: a mean and a variance for each segment. */
static double break_bic(double rss, size_t n, size_t segments)
{
    static const double PI = 3.141592653589793;
    double steps = (double)n;
    return steps * (log(rss) + 1 - log(steps) + log(2 * PI)) + log(steps) * 2 * (double)segments;
}

bool effect_break(size_t n, const double *y, EffectBreak *ret)
{
    static const double TRIM = .15, CRITICAL = 8.68;
    size_t least = (size_t)floor(TRIM * (double)n);
    if (least < 2)
        return false;
    double whole = squares_around(y, 0, n, mean_of(y, 0, n)), best = INFINITY;
    EffectBreak found = {0};
    for (size_t at = least; at + least <= n; at++) {
        double before = mean_of(y, 0, at), after = mean_of(y, at, n);
        double rss = squares_around(y, 0, at, before) + squares_around(y, at, n, after);
        if (rss < best) {
            best = rss;
            found.at = at;
            found.before = before;
            found.after = after;
        }
    }
    if (!(best > 0))
        return false;
    found.f = (whole - best) / (best / (double)(n - 2));
    found.bic_none = break_bic(whole, n, 1);
    found.bic_one = break_bic(best, n, 2);
    found.significant = found.f > CRITICAL;
    *ret = found;
    return true;
}
