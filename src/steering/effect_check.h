/* Secondary checks, shown beside the mixture's result: they see the same series in simpler ways.
 *
 * Only the signs of some of them have a say in the verdict (effect_verdict.h); Newey-West is shown
 * and never lowers an error. All take all steps, before and after the start. */
#ifndef HANSE_STEERING_EFFECT_CHECK_H
#define HANSE_STEERING_EFFECT_CHECK_H

#include "steering/effect_mixture.h"

/* A regression's coefficients, their errors, and what stays unexplained. */
typedef struct EffectRegression {
    size_t n, k;
    double b[EFFECT_COLUMNS_MAX], se[EFFECT_COLUMNS_MAX];
    double rss;
    double rho; /* of the errors; 0 in least squares */
} EffectRegression;

/* Ordinary least squares; x by columns, residuals (n numbers) to residual unless it is NULL. False
 * where columns depend on each other or are too many. */
MUST bool effect_ols(Arena *arena, size_t n, size_t k, const double *x, const double *y,
                     EffectRegression *ret, double *residual);
/* The same with Newey-West's errors: Bartlett weights up to this lag, no small-sample factor. */
MUST bool effect_newey_west(Arena *arena, size_t n, size_t k, const double *x, const double *y,
                            size_t lag, EffectRegression *ret);
/* Cochrane and Orcutt: quasi-differences, iterated until rho stands; loses the first step. */
MUST bool effect_cochrane_orcutt(Arena *arena, size_t n, size_t k, const double *x, const double *y,
                                 EffectRegression *ret);
/* Generalised least squares with AR(1) errors over true step numbers, rho by restricted maximum
 * likelihood between -.98 and .98. */
MUST bool effect_reml(Arena *arena, const EffectSeries *series, EffectRegression *ret);
/* Two-sided p that a coefficient is 0. */
double effect_regression_p(const EffectRegression *regression, size_t column);

/* The segmented model: series' columns and a step from index `start` on, which is the last
 * coefficient; by least squares, Newey-West or REML. */
typedef struct EffectStepModel {
    EffectRegression reml, ols;
    double newey_west_se; /* of the step */
    size_t step;          /* the step's column */
} EffectStepModel;
MUST bool effect_step_model(Arena *arena, const EffectSeries *series, size_t start,
                            EffectStepModel *ret);

/* Difference in differences against the mean of controls (count columns of n numbers, of which
 * `start` stand before), its error by REML on the difference, and the p that the difference had a
 * slope before the start: parallel it was not. */
typedef struct EffectDifference {
    double effect, se, p;
    double slope_p;
} EffectDifference;
MUST bool effect_difference(Arena *arena, size_t n, size_t start, const int32_t *t, const double *y,
                            const double *controls, size_t count, EffectDifference *ret);

/* Where the mean of a series breaks: the split that leaves least unexplained, each side with at
 * least 15 % of the steps, F its statistic (Andrews' supF), bic against no break. */
typedef struct EffectBreak {
    size_t at; /* steps before the break */
    double before, after, f;
    double bic_none, bic_one;
    bool significant; /* at 5 %: Andrews 2003, one parameter, 15 % trimmed */
} EffectBreak;
MUST bool effect_break(size_t n, const double *y, EffectBreak *ret);

#endif
