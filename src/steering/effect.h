/* Effect: what a project changed in a figure of the city, and how sure that is.
 *
 * One evaluation takes a figure's steps (weeks, days, months) before and after a start, what else
 * explains them, and what is known of devices and other projects; it gives the estimate of the
 * counterfactual mixture (effect_mixture.h), the secondary checks beside it (effect_check.h), and a
 * verdict (effect_verdict.h). It knows no store, no clock and no chance: the same input gives the
 * same bits. The order of the steps does not matter; a gap is a step that is not there. */
#ifndef HANSE_STEERING_EFFECT_H
#define HANSE_STEERING_EFFECT_H

#include "base/err.h"
#include "steering/effect_check.h"
#include "steering/effect_verdict.h"

/* What a column of the regression stands for, which says when it is left out. */
typedef enum EffectTerm {
    EFFECT_TERM_PLAIN,   /* never left out */
    EFFECT_TERM_CONTROL, /* a series that the project cannot have touched */
    EFFECT_TERM_WEATHER, /* this one and the next two: looked at for extrapolation */
    EFFECT_TERM_RAIN,
    EFFECT_TERM_WIND_DIRECTION,
    EFFECT_TERM_HOLIDAY,
    EFFECT_TERM_SCHOOL_HOLIDAY,
    EFFECT_TERM_TREND, /* only with 104 weeks of baseline, and declared before the start */
    EFFECT_TERM_ANNUAL /* the evaluation's own: intercept and harmonics */
} EffectTerm;

typedef struct EffectRegressor {
    Str name;
    EffectTerm term;
    const double *at; /* one number a step; NAN makes the step invalid */
} EffectRegressor;

enum { EFFECT_HARMONICS_MAX = 6 };

typedef struct EffectInput {
    size_t n;
    const int32_t *t;       /* step numbers, in any order, each once */
    const int64_t *at_us;   /* the steps' instants, for the harmonics; NULL: from their numbers */
    const double *y;        /* NAN: missing */
    const double *coverage; /* 0 to 1, of each step; NULL: 1. Below .75 a step is invalid */
    bool is_sum;            /* y sums what was covered, and is scaled up to the whole step */
    int32_t start;          /* the first step that is no baseline any more */
    int32_t ramp;           /* steps of works and start-up, left out before the window begins */
    bool log;               /* effects are proportional; all y > 0 */
    int harmonics;          /* of the year, with an intercept always */
    const EffectRegressor *regressors;
    size_t regressor_count;
    EffectWant want;
    double smallest, target;   /* on the model's scale; 0 and NAN: not declared */
    EffectFacts facts;         /* what is known beside the series; its step_weeks is a must */
    const int32_t *coincident; /* first steps of other projects on the same figure and area */
    size_t coincident_count;
    const double *others_p; /* of the city's other evaluated projects */
    size_t others;
} EffectInput;

typedef struct EffectResult {
    EffectMixture mixture; /* not ok: nothing below it but facts and judgement is set */
    double low95, high95, p;
    double percent, percent_low, percent_high;
    double cumulative, cumulative_low, cumulative_high; /* over the window, in the figure's unit */
    double smallest_detectable;
    size_t placebos, beyond; /* fake start dates; those that look at least as much like an effect */
    bool has_step, has_difference;
    EffectStepModel step;
    EffectDifference difference; /* against the mean of the controls, both standardised */
    EffectFacts facts;
    EffectJudgement judgement;
    const Str *left_out; /* terms that the baseline is too short for, or that say nothing new */
    size_t left_out_count;
    size_t trimmed; /* old steps beyond EFFECT_BASELINE_MAX */
} EffectResult;

/* Coincident projects: one that began 8 to 26 weeks earlier has a step of its own in the model; one
 * that begins 8 to 26 weeks later ends the window. Nearer ones cannot be told apart: the caller
 * evaluates all of them as one, from the first start on, with a ramp up to the last.
 *
 * Errors: INVALID "effect.twice" for a step that is there twice, "effect.log" for a value that has
 * no logarithm, "effect.number" for an infinite one; LIMIT "effect.steps", "effect.span",
 * "effect.columns". Memory of the result is cx->arena's. */
MUST Err effect_evaluate(Cx *cx, const EffectInput *input, EffectResult *ret);

/* Before the start: the smallest effect that a window of so many steps would very likely (80 %)
 * show at least as an indication, on the model's scale. Steps from the start on are not looked at;
 * what explains the figure is taken to be as it was on average, the seasons as they will be.
 * UNAVAILABLE "effect.plan" where the baseline is too short to say; else as effect_evaluate. */
MUST Err effect_plan(Cx *cx, const EffectInput *input, int32_t steps, double *ret_smallest);

/* The city's total: the sum over all evaluated projects, whatever their verdict, since a sum of
 * winners is too large; the error as if they were independent. */
typedef struct EffectTotal {
    double sum, low95, high95;
} EffectTotal;
EffectTotal effect_total(const double *cumulative, const double *sd, size_t n);

#endif
