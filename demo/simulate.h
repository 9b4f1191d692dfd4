/* The simulator of Lindhafen: what each sensor of the invented city reads at any time.
 *
 * A reading is a pure function of the sensor and the time, so that the past that is filled in at
 * the first start and the present run into each other. The city is as dirty as real ones are:
 * sensors fall silent, repeat a value for days, skip hours, and one in thirty is off altogether
 * (rates after the real car park files in this field: whole months stuck, nights with gaps). */
#ifndef HANSE_DEMO_SIMULATE_H
#define HANSE_DEMO_SIMULATE_H

#include "base/base.h"

typedef enum SimKind {
    SIM_CAR_PARK, /* free places, of capacity */
    SIM_STREET_PARK,
    SIM_TRAFFIC,   /* vehicles per hour, km/h */
    SIM_AIR,       /* NO2 and PM10 in ug/m3 */
    SIM_WATER,     /* level in m */
    SIM_HEAT,      /* kW */
    SIM_LAMP,      /* W */
    SIM_CONTAINER, /* filling, 0 to 1 */
    SIM_KIND_COUNT_
} SimKind;

typedef struct SimSensor {
    uint32_t number; /* seeds everything about it */
    SimKind kind;
    double capacity; /* of car parks */
} SimSensor;

/* What a sensor sends in one reading: one or two values. */
typedef struct SimReading {
    double first;
    double second; /* speed, PM10; unused otherwise */
} SimReading;

/* Seconds between two readings of a kind. */
int sim_interval_s(SimKind kind);
/* False where the sensor sends nothing at that time. */
bool sim_read(const SimSensor *sensor, int64_t at_us, SimReading *ret);
/* What befell the sensor at that time; for tests and for the sealed truth of the demo. */
typedef enum SimFault { SIM_FINE, SIM_SILENT, SIM_STUCK, SIM_GAP } SimFault;
SimFault sim_fault(const SimSensor *sensor, int64_t at_us);
/* Capacity of a car park, from its number. */
double sim_capacity(uint32_t number, SimKind kind);

#endif
