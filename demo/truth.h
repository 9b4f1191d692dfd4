/* What some of the city's projects truly changed. Nobody in Lindhafen knows it: the measurement of
 * effects is tested against it. The rows stand in effects.def. */
#ifndef HANSE_DEMO_TRUTH_H
#define HANSE_DEMO_TRUTH_H

#include "simulate.h"

typedef enum TruthKind {
    TRUTH_SAVING,    /* it changed what it wanted to change */
    TRUTH_NONE,      /* it changed nothing */
    TRUTH_WORSE,     /* the other way round */
    TRUTH_GAP,       /* nothing was measured for months around its start */
    TRUTH_NEW_DEVICE /* the meter was exchanged on the day on which it started */
} TruthKind;

typedef struct Truth {
    size_t project; /* the n-th that is made: people_projects.c */
    SimKind kind;   /* all sensors of this kind in the project's district */
    int attribute;  /* 0: the first, 1: the second value of a reading */
    double percent; /* change of the values from the project's start on */
    TruthKind what;
} Truth;
extern const Truth TRUTHS[];
extern const size_t TRUTH_COUNT;

Str truth_district(const Truth *truth);
/* The project's first day, where the city's first start was at origin_us. */
int64_t truth_since_us(const Truth *truth, int64_t origin_us);
/* What a sensor of that kind and district undergoes. */
SimEffect truth_effect(SimKind kind, Str district, int64_t origin_us);

#endif
