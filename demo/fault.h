/* What is wrong with the sensors of Lindhafen, at the rates of real files (README.md has the
 * figures and where they come from). */
#ifndef HANSE_DEMO_FAULT_H
#define HANSE_DEMO_FAULT_H

#include "simulate.h"

typedef enum SimFault {
    SIM_FINE,
    SIM_SILENT, /* for days, or for ever */
    SIM_STUCK,  /* repeats what it read at ret_since_us */
    SIM_GAP,    /* skips an hour or a few */
    SIM_DEAD    /* a counter that counts nothing: it sends 0 */
} SimFault;

/* What befell the sensor at that time; ret_since_us may be NULL. */
SimFault fault_at(const SimSensor *sensor, int64_t at_us, int64_t *ret_since_us);

/* Devices are exchanged. The new one reads by a factor higher or lower than the old one. */
typedef struct SimExchange {
    bool any;
    int64_t at_us;
    double factor;
} SimExchange;
SimExchange fault_exchange(const SimSensor *sensor);

#endif
