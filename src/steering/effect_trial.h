/* Switchback trial: a measure that can be switched is on in some weeks and off in others, by lot.
 *
 * Weeks come in blocks of two, one on and one off, whose order is drawn from a published seed, so
 * that everybody can draw it again. Nothing is assumed of the noise, of trends or seasons: had the
 * measure no effect, every order that the lot might have given would have been as likely, and the
 * test counts how many of them look at least as much like an effect as the one that was drawn. What
 * carries over from one week into the next is the only assumption: the caller leaves out the first
 * day after each change. */
#ifndef HANSE_STEERING_EFFECT_TRIAL_H
#define HANSE_STEERING_EFFECT_TRIAL_H

#include "base/arena.h"

enum {
    EFFECT_TRIAL_BLOCKS_MIN = 6, /* fewer could not reach 5 % whatever happens */
    EFFECT_TRIAL_BLOCKS_MAX = 200,
    EFFECT_TRIAL_EXACT_BLOCKS = 8, /* up to here all orders are counted, beyond some are drawn */
    EFFECT_TRIAL_DRAWS = 2000
};

/* Which weeks are on: 2 * blocks of them. Source of chance: splitmix64 (Steele and others 2014)
 * started at the seed; the top bit of each number says whether a block begins with on. */
void effect_trial_draw(uint64_t seed, size_t blocks, bool *ret_on);

typedef struct EffectTrial {
    size_t blocks;        /* complete ones */
    double effect;        /* mean of on less mean of off, after the regressors */
    double low95, high95; /* the effects that the test would not refuse at 5 % */
    double p;             /* two-sided */
    size_t orders;        /* that were counted or drawn */
} EffectTrial;

/* y and x (k columns of 2 * blocks weeks, an intercept is added) by weeks in order; NAN for a
 * missing one, whose whole block is left out. False where fewer than EFFECT_TRIAL_BLOCKS_MIN are
 * complete, where regressors say everything, or are too many for the blocks (one for 8 weeks). */
MUST bool effect_trial_test(Arena *arena, uint64_t seed, size_t blocks, const double *y,
                            const double *x, size_t k, EffectTrial *ret);

#endif
