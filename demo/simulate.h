/* The simulator of Lindhafen: what each sensor of the invented city reads at any time.
 *
 * A reading is a pure function of the sensor, the time and SIM_SEED, so that the past that is
 * filled in, in whatever order, and the present run into each other. Weather is a common cause
 * (weather.h); days of the week, holidays and feasts are the calendar's (workday.h). What the
 * city's projects truly change stands in effects.def; what is wrong with a sensor in fault.h. */
#ifndef HANSE_DEMO_SIMULATE_H
#define HANSE_DEMO_SIMULATE_H

#include "base/base.h"

#define SIM_SEED UINT64_C(2026)

typedef enum SimKind {
    SIM_CAR_PARK, /* free places, of capacity */
    SIM_STREET_PARK,
    SIM_TRAFFIC,   /* vehicles per hour, km/h */
    SIM_AIR,       /* NO2 and PM10 in ug/m3 */
    SIM_WATER,     /* level in m */
    SIM_HEAT,      /* kW */
    SIM_LAMP,      /* W */
    SIM_CONTAINER, /* filling, 0 to 1 */
    SIM_WEATHER,   /* air temperature in degrees, rain in mm of the last hour */
    SIM_POWER,     /* kW from the grid, of a public building */
    SIM_BICYCLE,   /* bicycles per hour */
    SIM_PEOPLE,    /* people on foot per hour */
    SIM_NOISE,     /* dB(A) */
    SIM_CHARGER,   /* kW */
    SIM_SOLAR,     /* kW into the grid or the house */
    SIM_MAIN,      /* a water zone: m3/h fed in, m3/h metered */
    SIM_SOIL,      /* moisture in percent of the volume */
    SIM_STOP,      /* boardings per hour, share of departures on time, 0 to 1 */
    SIM_OFFICE,    /* minutes of waiting, persons served in the last hour */
    SIM_KIND_COUNT_
} SimKind;

/* What a project does to a sensor from a moment on. */
typedef struct SimEffect {
    bool any;
    int64_t since_us;
    int attribute; /* 0: first, 1: second */
    double factor; /* of what would have been without the project */
    bool gap;      /* the sensor is silent for months around that moment */
    bool exchange; /* it was exchanged at that moment, and nothing ran beside it */
} SimEffect;

typedef struct SimSensor {
    uint32_t number; /* seeds everything about it */
    SimKind kind;
    double capacity;      /* of car parks */
    int64_t installed_us; /* sends nothing before */
    int64_t origin_us;    /* the city's first start; INT64_MIN: no faults that refer to it */
    SimEffect effect;
} SimSensor;

/* What a sensor sends in one reading: one or two values. */
typedef struct SimReading {
    double first;
    double second; /* of kinds that have one */
} SimReading;

/* Seconds between two readings of a kind. */
int sim_interval_s(SimKind kind);
/* The same in the past that is filled in: as often as such files of real cities hold them. */
int sim_past_interval_s(SimKind kind);
/* Whether its past holds changes only, as the files of car parks do. */
bool sim_past_changes_only(SimKind kind);
/* False where the sensor sends nothing at that time. */
bool sim_read(const SimSensor *sensor, int64_t at_us, SimReading *ret);
/* The same without faults and without the project's effect: the truth that nobody can measure. */
SimReading sim_read_clean(const SimSensor *sensor, int64_t at_us);
/* Capacity of a car park, from its number. */
double sim_capacity(uint32_t number, SimKind kind);
/* Square metres of a public building, of meters. */
double sim_floor_area(uint32_t number);

/* Chance, the same everywhere. Uniform in [0, 1) for the same three numbers. */
double sim_chance(uint32_t sensor, uint32_t purpose, int64_t step);
/* Smooth noise between -1 and 1 with knots every knot_us. */
double sim_drift(uint32_t sensor, uint32_t purpose, int64_t at_us, int64_t knot_us);
/* A bump of width hours around an hour of the day. */
double sim_bump(double hour, double around, double width);

#endif
