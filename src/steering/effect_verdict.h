/* The verdict on a project's effect: what is said, what may be said at most, and why.
 *
 * Guards look at the facts around a series. One that is red leaves nothing to be said; one that is
 * yellow allows an indication at most; a note is only told. What no guard stops is judged by the
 * mixture's intervals, and is "proven" only when every condition holds: it is a rule of thumb's
 * opposite, made to be wrong in fewer than one in twenty projects that changed nothing. */
#ifndef HANSE_STEERING_EFFECT_VERDICT_H
#define HANSE_STEERING_EFFECT_VERDICT_H

#include "steering/effect_mixture.h"

typedef enum EffectLight { EFFECT_GREEN, EFFECT_NOTE, EFFECT_YELLOW, EFFECT_RED } EffectLight;
/* "green", "note", "yellow", "red" */
Str effect_light_name(EffectLight light);

/* What the guards look at. The caller fills in what it knows of devices, places and other projects;
 * effect_evaluate() adds what the series say. EFFECT_FACTS_NONE is where nothing is known to be
 * wrong. Distances in weeks are INFINITY where there is none. */
typedef struct EffectFacts {
    double step_weeks;                      /* a step's length: 1 for weeks, 1/7 for days */
    size_t n0, m, k;                        /* valid steps before and after, columns of the model */
    double coverage_before, coverage_after; /* valid of expected, 0 to 1 */
    size_t stuck;                           /* steps dropped because the sensor stood still */
    double cv_rmse; /* of the baseline's regression; NAN where a ratio means nothing */
    double outside; /* part of the window's steps beyond the weather of the baseline */
    double slow;    /* how likely the errors drift: EffectMixture.slow */

    bool exchanged_at_start;   /* another device since the start, without overlap */
    double device_event_weeks; /* from the start to the nearest recalibration, unit, firmware */
    bool heating_without_winter;

    bool control;         /* there is one */
    bool control_inside;  /* within the project's area or a coincident project's */
    double control_slope; /* p that control and series were parallel before the start */
    double control_break; /* weeks from the start to a break in the control */

    double coincident_weeks; /* to the start of the nearest project on the same figure and area */
    bool separable;          /* both windows have at least 13 weeks */
    bool interim;            /* before the declared day of evaluation */
} EffectFacts;
#define EFFECT_FACTS_NONE                                                                          \
    {                                                                                              \
        .step_weeks = 1, .coverage_before = 1, .coverage_after = 1, .cv_rmse = NAN,                \
        .device_event_weeks = INFINITY, .control_slope = 1, .control_break = INFINITY,             \
        .coincident_weeks = INFINITY                                                               \
    }

typedef struct EffectGuard {
    Str key; /* "baseline": stable, names texts */
    EffectLight (*look)(const EffectFacts *facts);
    const char *red, *yellow, *note; /* English reasons; NULL where it is never so */
} EffectGuard;
extern const EffectGuard EFFECT_GUARDS[];
enum { EFFECT_GUARD_COUNT = 13 };
Str effect_guard_reason(const EffectGuard *guard, EffectLight light);

typedef enum EffectVerdict {
    EFFECT_PROVISIONAL, /* no verdict yet: figures before the day of evaluation */
    EFFECT_NOT_ASSESSABLE,
    EFFECT_OPPOSITE,
    EFFECT_PROVEN,
    EFFECT_INDICATION,
    EFFECT_NONE
} EffectVerdict;
/* "provisional", "not_assessable", "opposite", "proven", "indication", "none" */
Str effect_verdict_name(EffectVerdict verdict);

typedef enum EffectWant { EFFECT_WANT_CHANGE, EFFECT_WANT_LESS, EFFECT_WANT_MORE } EffectWant;
typedef enum EffectTarget {
    EFFECT_TARGET_NONE, /* none was declared */
    EFFECT_TARGET_REACHED,
    EFFECT_TARGET_POSSIBLE,
    EFFECT_TARGET_MISSED
} EffectTarget;

/* What kept an effect from being proven, as bits. */
enum {
    EFFECT_LACKS_CALM = 1,       /* a yellow guard */
    EFFECT_LACKS_CERTAINTY = 2,  /* the 98 % (drifting: 99 %) interval has 0 in it */
    EFFECT_LACKS_BASELINE = 4,   /* 104 weeks, or 70 more than the window with a valid control */
    EFFECT_LACKS_PLACEBOS = 8,   /* 19 fake start dates */
    EFFECT_LACKS_PLACEBO_P = 16, /* ordinary periods look the same */
    EFFECT_LACKS_STEP_SIGN = 32, /* the step model points the other way */
    EFFECT_LACKS_DISCOVERY = 64, /* Benjamini-Hochberg over all of the city's projects */
    EFFECT_LACKS_KINDS = 7
};
/* English, for one of the bits. */
Str effect_lack_reason(unsigned lack);

typedef struct EffectEvidence {
    const EffectMixture *mixture; /* on the model's scale, as all that follows */
    EffectWant want;
    double smallest;         /* what is too small to matter; 0: not declared */
    double target;           /* NAN: none */
    size_t placebos, beyond; /* fake start dates; those that look at least as much like an effect */
    double step;             /* of the segmented REML model; NAN: it could not be fitted */
    bool discovery;          /* effect_discoveries() */
} EffectEvidence;

typedef struct EffectJudgement {
    EffectVerdict verdict;
    bool weak;             /* of OPPOSITE: an indication of it */
    bool practically_none; /* of NONE: the whole interval is too small to matter */
    unsigned lacks;        /* of INDICATION and a weak OPPOSITE */
    EffectTarget target;
    EffectLight guards[EFFECT_GUARD_COUNT];
} EffectJudgement;

/* Lights of all guards, in their order; gives the worst. */
EffectLight effect_guards(const EffectFacts *facts, EffectLight lights[EFFECT_GUARD_COUNT]);
EffectJudgement effect_judge(const EffectFacts *facts, const EffectEvidence *evidence);

/* The smallest effect that would very likely (80 %) have shown at least as an indication. Known
 * before the start: what is measured in the window has no part in the sd. */
double effect_smallest_detectable(const EffectMixture *mixture);

/* Benjamini and Hochberg 1995: which of the city's evaluated projects survive when at most a part q
 * of those said to have an effect may be false. */
#define EFFECT_DISCOVERY_Q .10
void effect_discoveries(Arena *arena, const double *p, size_t n, double q, bool *ret);

#endif
