/* Lindhafen, the invented city of the demo: filling an empty store, and keeping it moving. */
#ifndef HANSE_DEMO_LINDHAFEN_H
#define HANSE_DEMO_LINDHAFEN_H

#include "core/event.h"
#include "core/unit.h"

enum {
    LINDHAFEN_PAST_DAYS = 28, /* of history at the first start, hourly */
    LINDHAFEN_FINE_HOURS = 48 /* the last of them in steps of ten minutes */
};

/* The map's GeoJSON collections, as embedded. */
Str lindhafen_map(void);

/* Settings, sensors and their history, in the transaction of the caller. progress may be NULL. */
MUST Err lindhafen_fill(Cx *cx, Events *events, void (*progress)(size_t done, size_t total));

/* Sends readings through the writer until stopped, from a thread of its own. */
typedef struct Simulation Simulation;
Simulation *lindhafen_start(Writer *writer, const Clock *clock, struct Log *log);
void lindhafen_stop(Simulation *simulation);

#endif
