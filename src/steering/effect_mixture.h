/* The counterfactual mixture: what a series would have been without the project.
 *
 * A regression on the baseline alone, whose errors are AR(1) plus white noise, is carried forward
 * into the window after the start; the difference to what was measured there is the effect. How
 * much the errors remember (rho) and how much of them is white (nu) is not estimated but averaged
 * over: 61 fixed points, each weighted by how well it explains the baseline, with flat priors on
 * the coefficients and on log sigma. The result is a mixture of t distributions, without any
 * sampling. Steps carry their true numbers, so that a gap is no more than a step that is not there.
 */
#ifndef HANSE_STEERING_EFFECT_MIXTURE_H
#define HANSE_STEERING_EFFECT_MIXTURE_H

#include "base/arena.h"

enum {
    EFFECT_GRID = 61,
    EFFECT_BASELINE_MAX = 400, /* steps: the cost grows with the third power */
    EFFECT_STEPS_MAX = 1000,   /* of baseline and window */
    EFFECT_SPAN_MAX = 4000,    /* from the first step's number to the last one's */
    EFFECT_COLUMNS_MAX = 50
};

/* Valid steps alone, ascending by number; all finite. */
typedef struct EffectSeries {
    size_t n, k;
    const int32_t *t; /* step numbers */
    const double *y;
    const double *x; /* k columns of n numbers, an intercept among them */
} EffectSeries;

/* One forecast: from the first `baseline` steps of the series into those from `from` to below
 * `to`, with these columns of x. */
typedef struct EffectCut {
    size_t baseline, from, to;
    size_t k;
    uint8_t columns[EFFECT_COLUMNS_MAX];
} EffectCut;

/* weight[i] * t(df; at[i], scale[i]), summed. */
typedef struct EffectMixture {
    bool ok; /* false: too few steps for the columns, or a baseline without any noise */
    size_t n0, m, k;
    double df;
    double weight[EFFECT_GRID], at[EFFECT_GRID], scale[EFFECT_GRID];
    double mean, sd;
    double forecast; /* the window's mean, had there been no project */
    double slow;     /* how likely the errors remember long (rho >= .9): they drift */
} EffectMixture;

/* Leaves out the cut's columns that depend on earlier ones in its baseline; gives how many. */
size_t effect_cut_independent(Arena *arena, const EffectSeries *series, EffectCut *cut);

/* The average effect in each cut's window. Cuts share the work; a cut's result does not depend on
 * which others stand beside it. What is allocated is gone on return. */
void effect_mixtures(Arena *arena, const EffectSeries *series, const EffectCut *cuts, size_t count,
                     EffectMixture *ret);
/* The forecasts of each single step of one cut's window, as mixtures of their own: to be drawn. ret
 * has room for its steps. */
void effect_mixture_steps(Arena *arena, const EffectSeries *series, const EffectCut *cut,
                          EffectMixture *ret);

double effect_mixture_cdf(const EffectMixture *mixture, double x);
/* By bisection on the CDF, to 1e-12 of the sd. */
double effect_mixture_quantile(const EffectMixture *mixture, double p);
/* Two-sided: how likely a true effect of the other sign is, twice. */
double effect_mixture_p(const EffectMixture *mixture);
/* What a point of the grid, as in weight[], stands for. */
double effect_grid_rho(size_t point);
double effect_grid_nu(size_t point);

#endif
