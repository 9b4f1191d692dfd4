/* Regressors made of weather and of controls, as an evaluation wants them. */
#ifndef HANSE_STEERING_EFFECT_WEATHER_H
#define HANSE_STEERING_EFFECT_WEATHER_H

#include "base/arena.h"

enum { EFFECT_NO_STEP = -1 };

/* Balance points: below `heating` a building is heated, above `cooling` it is cooled. */
typedef struct EffectBalance {
    double heating, cooling; /* degrees Celsius */
    double r2;               /* of the baseline's regression on both degree-day columns */
} EffectBalance;

/* Finds them by whole degrees (heating 8 to 20, cooling 16 to 26, never below heating) as those
 * that explain the baseline best, the lowest among equals, and fills for each of the n steps the
 * mean over its days of max(heating - T, 0) and of max(T - cooling, 0); NAN for a step without a
 * day. step_of has each day's index among the steps, or EFFECT_NO_STEP; NAN is a day without
 * temperature. y: the first `baseline` steps. False where fewer than three of them have weather and
 * a value, or y does not vary. */
MUST bool effect_balance(Arena *arena, size_t n, size_t baseline, const double *y, size_t days,
                         const double *celsius, const int32_t *step_of, EffectBalance *ret,
                         double *ret_heat, double *ret_cool);

/* Fills gaps of at most six hours between two readings, linearly. The times ascend. */
void effect_fill_short_gaps(size_t n, const int64_t *at_us, double *readings);

/* Several controls as one column: the mean of each in its own standard deviations of the first
 * `baseline` steps. Controls are by columns of n; one with a missing step makes the mean's step
 * missing, one that does not vary is left out. False where none is left. */
MUST bool effect_control_mean(Arena *arena, size_t n, size_t baseline, const double *controls,
                              size_t count, double *ret);

#endif
