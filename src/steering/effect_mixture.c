#include "steering/effect_mixture.h"

#include "base/matrix.h"
#include "base/student.h"

#include <math.h>

/* ---- the grid ---- */

static const double RHO[] = {.2, .4, .5, .6, .7, .8, .85, .9, .95, .98};
static const double NU[] = {0, .2, .4, .6, .8, .9};
_Static_assert(COUNT_OF(RHO) * COUNT_OF(NU) + 1 == EFFECT_GRID, "a point each, and white noise");
static const double SLOW_RHO = .9;

double effect_grid_rho(size_t point)
{
    ASSERT(point < EFFECT_GRID);
    return point == 0 ? 0 : RHO[(point - 1) / COUNT_OF(NU)];
}

double effect_grid_nu(size_t point)
{
    ASSERT(point < EFFECT_GRID);
    return point == 0 ? 0 : NU[(point - 1) % COUNT_OF(NU)];
}

/* rho^0, rho^1, ...: by halves, so that the rounding grows with the logarithm. */
static void powers(double rho, double *ret, size_t count)
{
    ret[0] = 1;
    if (count > 1)
        ret[1] = rho;
    for (size_t d = 2; d < count; d++)
        ret[d] = ret[d / 2] * ret[d - d / 2];
}

/* ---- one grid point ---- */

typedef struct Point {
    const EffectSeries *series;
    double rho, nu;
    double *power; /* by distance */
    size_t n0;     /* the longest baseline of all cuts */
    double *l;     /* Cholesky factor of its correlations, n0 * n0 */
    double *y, *x; /* L^-1 y, L^-1 x: whitened; columns of n0 */
    double *qr, *diag, *q_y, *cross, *d;
} Point;

static double correlation(const Point *p, size_t i, size_t j)
{
    int32_t a = p->series->t[i], b = p->series->t[j];
    if (a == b)
        return 1;
    return (1 - p->nu) * p->power[a > b ? a - b : b - a];
}

static void point_open(Arena *arena, const EffectSeries *series, size_t n0, Point *ret)
{
    size_t span = series->n ? (size_t)(series->t[series->n - 1] - series->t[0]) + 1 : 1;
    *ret = (Point){.series = series,
                   .power = arena_array(arena, double, span),
                   .n0 = n0,
                   .l = arena_array(arena, double, n0 *n0),
                   .y = arena_array(arena, double, n0),
                   .x = arena_array(arena, double, n0 * series->k),
                   .qr = arena_array(arena, double, n0 * series->k),
                   .diag = arena_array(arena, double, series->k),
                   .q_y = arena_array(arena, double, n0),
                   .cross = arena_array(arena, double, n0),
                   .d = arena_array(arena, double, series->k)};
}

/* Factors and whitens for all cuts at once: what belongs to a shorter baseline stands in front. */
static void point_set(Point *p, size_t point)
{
    const EffectSeries *s = p->series;
    p->rho = effect_grid_rho(point);
    p->nu = effect_grid_nu(point);
    powers(p->rho, p->power, s->n ? (size_t)(s->t[s->n - 1] - s->t[0]) + 1 : 1);
    for (size_t i = 0; i < p->n0; i++)
        for (size_t j = 0; j <= i; j++)
            p->l[i * p->n0 + j] = correlation(p, i, j);
    bool positive = cholesky_factor(p->l, p->n0, p->n0);
    ASSERT(positive); /* rho <= .98 and steps apart by one at the least */
    memcpy(p->y, s->y, p->n0 * sizeof *p->y);
    cholesky_forward(p->l, p->n0, p->n0, p->y);
    for (size_t j = 0; j < s->k; j++) {
        memcpy(p->x + j * p->n0, s->x + j * s->n, p->n0 * sizeof *p->x);
        cholesky_forward(p->l, p->n0, p->n0, p->x + j * p->n0);
    }
}

/* The baseline's regression, as the later steps need it. */
typedef struct PointFit {
    Qr qr;
    double rss, variance; /* s^2 */
    double log_weight;
} PointFit;

static bool point_fit(const Point *p, const EffectCut *cut, PointFit *ret)
{
    size_t n = cut->baseline, k = cut->k;
    for (size_t j = 0; j < k; j++)
        memcpy(p->qr + j * n, p->x + cut->columns[j] * p->n0, n * sizeof *p->qr);
    if (!qr_factor(&ret->qr, p->qr, p->diag, n, k))
        return false;
    memcpy(p->q_y, p->y, n * sizeof *p->q_y);
    qr_project(&ret->qr, p->q_y);
    double df = (double)(n - k), length = vector_norm(p->y, n);
    ret->rss = vector_dot(p->q_y + k, p->q_y + k, n - k);
    if (!(ret->rss > 1e-24 * length * length))
        return false;
    ret->variance = ret->rss / df;
    ret->log_weight = -df / 2 * log(ret->rss);
    for (size_t i = 0; i < n; i++)
        ret->log_weight -= log(p->l[i * p->n0 + i]);
    for (size_t j = 0; j < k; j++)
        ret->log_weight -= log(fabs(p->diag[j]));
    return true;
}

/* Forecast and scale of the mean over the window's steps from..to. */
static void point_forecast(const Point *p, const EffectCut *cut, const PointFit *fit, size_t from,
                           size_t to, double *ret_forecast, double *ret_scale)
{
    const EffectSeries *s = p->series;
    size_t n = cut->baseline, k = cut->k;
    double part = 1 / (double)(to - from), own = 0;
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        for (size_t j = from; j < to; j++)
            sum += correlation(p, i, j);
        p->cross[i] = sum * part;
    }
    cholesky_forward(p->l, n, p->n0, p->cross);
    for (size_t i = from; i < to; i++)
        for (size_t j = from; j < to; j++)
            own += correlation(p, i, j);
    own *= part * part;
    double *b = p->d; /* d = X1' a - Xs' c, then R^-T d, whose product with Q'y is d' b */
    double forecast = vector_dot(p->cross, p->y, n);
    for (size_t j = 0; j < k; j++) {
        const double *column = s->x + cut->columns[j] * s->n;
        double mean = 0;
        for (size_t i = from; i < to; i++)
            mean += column[i];
        b[j] = mean * part - vector_dot(p->x + cut->columns[j] * p->n0, p->cross, n);
    }
    qr_solve_transposed(&fit->qr, b);
    forecast += vector_dot(b, p->q_y, k);
    double known = vector_dot(p->cross, p->cross, n);
    *ret_forecast = forecast;
    *ret_scale = sqrt(fit->variance * (own - known + vector_dot(b, b, k)));
}

/* ---- the mixture ---- */

static void mixture_begin(const EffectCut *cut, EffectMixture *ret)
{
    *ret = (EffectMixture){.n0 = cut->baseline,
                           .m = cut->to - cut->from,
                           .k = cut->k,
                           .df = (double)cut->baseline - (double)cut->k};
    ret->ok = cut->baseline > cut->k && cut->to > cut->from && cut->k > 0;
}

/* Log weights become weights, and the moments follow. */
static void mixture_end(EffectMixture *mixture)
{
    double most = -INFINITY, sum = 0;
    if (!mixture->ok)
        return;
    for (size_t i = 0; i < EFFECT_GRID; i++)
        most = fmax(most, mixture->weight[i]);
    for (size_t i = 0; i < EFFECT_GRID; i++) {
        mixture->weight[i] = exp(mixture->weight[i] - most);
        sum += mixture->weight[i];
    }
    mixture->mean = mixture->slow = 0;
    for (size_t i = 0; i < EFFECT_GRID; i++) {
        mixture->weight[i] /= sum;
        mixture->mean += mixture->weight[i] * mixture->at[i];
        mixture->slow += effect_grid_rho(i) >= SLOW_RHO ? mixture->weight[i] : 0;
    }
    double variance = 0;
    for (size_t i = 0; i < EFFECT_GRID; i++) {
        double off = mixture->at[i] - mixture->mean;
        variance += mixture->weight[i] * (mixture->scale[i] * mixture->scale[i] + off * off);
    }
    mixture->sd = sqrt(variance);
}

static double window_mean(const EffectSeries *series, size_t from, size_t to)
{
    double sum = 0;
    for (size_t i = from; i < to; i++)
        sum += series->y[i];
    return sum / (double)(to - from);
}

/* From forecasts to effects: what was measured, less what was to be expected. */
static void turn_to_effect(const EffectSeries *series, const EffectCut *cut, EffectMixture *mixture)
{
    if (!mixture->ok)
        return;
    double measured = window_mean(series, cut->from, cut->to), forecast = 0;
    for (size_t i = 0; i < EFFECT_GRID; i++) {
        forecast += mixture->weight[i] * mixture->at[i];
        mixture->at[i] = measured - mixture->at[i];
    }
    mixture->forecast = forecast;
    mixture->mean = measured - forecast;
}

static void add_point(const Point *p, size_t point, const EffectCut *cut, EffectMixture *mixture)
{
    PointFit fit;
    if (!mixture->ok || !(mixture->ok = point_fit(p, cut, &fit)))
        return;
    mixture->weight[point] = fit.log_weight;
    point_forecast(p, cut, &fit, cut->from, cut->to, &mixture->at[point], &mixture->scale[point]);
}

void effect_mixtures(Arena *arena, const EffectSeries *series, const EffectCut *cuts, size_t count,
                     EffectMixture *ret)
{
    ArenaMark mark = arena_mark(arena);
    size_t n0 = 0;
    Point p;
    ASSERT(series->n <= EFFECT_STEPS_MAX && series->k <= EFFECT_COLUMNS_MAX);
    for (size_t c = 0; c < count; c++) {
        ASSERT(cuts[c].baseline <= cuts[c].from && cuts[c].to <= series->n);
        mixture_begin(&cuts[c], &ret[c]);
        n0 = MAX(n0, cuts[c].baseline);
    }
    ASSERT(n0 <= EFFECT_BASELINE_MAX);
    point_open(arena, series, n0, &p);
    for (size_t point = 0; point < EFFECT_GRID; point++) {
        point_set(&p, point);
        for (size_t c = 0; c < count; c++)
            add_point(&p, point, &cuts[c], &ret[c]);
    }
    for (size_t c = 0; c < count; c++) {
        mixture_end(&ret[c]);
        turn_to_effect(series, &cuts[c], &ret[c]);
    }
    arena_rewind(arena, mark);
}

void effect_mixture_steps(Arena *arena, const EffectSeries *series, const EffectCut *cut,
                          EffectMixture *ret)
{
    ArenaMark mark = arena_mark(arena);
    size_t m = cut->to - cut->from;
    Point p;
    point_open(arena, series, cut->baseline, &p);
    for (size_t j = 0; j < m; j++) {
        EffectCut one = *cut;
        one.from = cut->from + j;
        one.to = one.from + 1;
        mixture_begin(&one, &ret[j]);
    }
    for (size_t point = 0; point < EFFECT_GRID; point++) {
        PointFit fit;
        point_set(&p, point);
        bool fits = m > 0 && ret[0].ok && point_fit(&p, cut, &fit);
        for (size_t j = 0; j < m; j++) {
            ret[j].ok = fits;
            if (!fits)
                continue;
            ret[j].weight[point] = fit.log_weight;
            point_forecast(&p, cut, &fit, cut->from + j, cut->from + j + 1, &ret[j].at[point],
                           &ret[j].scale[point]);
        }
    }
    for (size_t j = 0; j < m; j++) {
        mixture_end(&ret[j]);
        ret[j].forecast = ret[j].mean;
    }
    arena_rewind(arena, mark);
}

size_t effect_cut_independent(Arena *arena, const EffectSeries *series, EffectCut *cut)
{
    ArenaMark mark = arena_mark(arena);
    size_t n = cut->baseline, dropped = 0;
    double *a = arena_array(arena, double, n * series->k),
           *diag = arena_array(arena, double, series->k);
    for (bool whole = false; !whole;) {
        Qr qr = {0};
        size_t k = MIN(cut->k, n);
        for (size_t j = 0; j < k; j++)
            memcpy(a + j * n, series->x + cut->columns[j] * series->n, n * sizeof *a);
        whole = qr_factor(&qr, a, diag, n, k);
        if (whole)
            break;
        memmove(cut->columns + qr.k, cut->columns + qr.k + 1, cut->k - qr.k - 1);
        cut->k--;
        dropped++;
    }
    arena_rewind(arena, mark);
    return dropped;
}

/* ---- what is read off it ---- */

double effect_mixture_cdf(const EffectMixture *mixture, double x)
{
    double sum = 0;
    ASSERT(mixture->ok);
    for (size_t i = 0; i < EFFECT_GRID; i++)
        if (mixture->weight[i] > 1e-18)
            sum += mixture->weight[i] *
                   student_cdf((x - mixture->at[i]) / mixture->scale[i], mixture->df);
    return sum;
}

double effect_mixture_quantile(const EffectMixture *mixture, double p)
{
    ASSERT(p > 0 && p < 1);
    double low = mixture->mean, high = mixture->mean, step = mixture->sd;
    while (effect_mixture_cdf(mixture, low) > p && step < 1e300)
        low -= step, step *= 2;
    step = mixture->sd;
    while (effect_mixture_cdf(mixture, high) < p && step < 1e300)
        high += step, step *= 2;
    while (high - low > 1e-12 * mixture->sd) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            break;
        if (effect_mixture_cdf(mixture, middle) < p)
            low = middle;
        else
            high = middle;
    }
    return low + (high - low) / 2;
}

double effect_mixture_p(const EffectMixture *mixture)
{
    double below = effect_mixture_cdf(mixture, 0), above = 0;
    for (size_t i = 0; i < EFFECT_GRID; i++)
        if (mixture->weight[i] > 1e-18)
            above +=
                mixture->weight[i] * student_tail(-mixture->at[i] / mixture->scale[i], mixture->df);
    return fmin(1, 2 * fmin(below, above));
}
