/* Synthetic controls: a unit's past put together from units without the project (donors).
 *
 * Weights are at least 0 and sum to 1. A panel holds one row of `times` numbers per unit; the first
 * `before` of them lie before the start. */
#ifndef HANSE_STEERING_EFFECT_DONOR_H
#define HANSE_STEERING_EFFECT_DONOR_H

#include "base/arena.h"

enum { EFFECT_DONORS_MIN = 10 /* fewer say nothing by their ranks */, EFFECT_UNITS_MAX = 400 };

typedef struct EffectPanel {
    size_t units, times, before;
    const double *at;
} EffectPanel;

/* The weights (one per unit, 0 for `treated`) with which the others come nearest to the treated
 * unit before the start: the exact minimum, by an active set. False where there is no donor. */
MUST bool effect_donor_weights(Arena *arena, const EffectPanel *panel, size_t treated,
                               double *ret_weights);

/* What comes out of weights. */
typedef struct EffectSynthetic {
    double effect; /* the mean gap after the start */
    double last;   /* the gap at the last time */
    double rmspe_before, rmspe_after;
} EffectSynthetic;
EffectSynthetic effect_synthetic(const EffectPanel *panel, size_t treated, const double *weights);

/* Placebo in space: every unit as if it were the treated one, among all the others. The treated
 * unit's rank by the ratio of squared errors after and before the start (1: nobody moved more); its
 * p is rank / units. */
typedef struct EffectSpace {
    size_t rank, units;
    double p;
} EffectSpace;
MUST bool effect_placebo_in_space(Arena *arena, const EffectPanel *panel, size_t treated,
                                  EffectSpace *ret);

/* Arkhangelsky and others 2021 as their R package synthdid computes it, Frank-Wolfe's stops
 * included: difference in differences, synthetic control, and both at once. */
typedef struct EffectSynthdid {
    double did, sc, sdid;
} EffectSynthdid;
MUST bool effect_synthdid(Arena *arena, const EffectPanel *panel, size_t treated,
                          EffectSynthdid *ret);

#endif
