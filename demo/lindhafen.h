/* Lindhafen, the invented city of the demo: filling an empty store, and keeping it moving. */
#ifndef HANSE_DEMO_LINDHAFEN_H
#define HANSE_DEMO_LINDHAFEN_H

#include "core/event.h"
#include "core/unit.h"

/* Settings, sensors and their last days, in the transaction of the caller. progress may be NULL. */
MUST Err lindhafen_fill(Cx *cx, Events *events, void (*progress)(size_t done, size_t total));

/* Sends readings through the writer until stopped, from a thread of its own; with `past` another
 * fills in what was before the first start (past.h). */
typedef struct Simulation Simulation;
MUST Err lindhafen_start(Cx *cx, Writer *writer, const Clock *clock, struct Log *log, bool past,
                         Simulation **ret);
void lindhafen_stop(Simulation *simulation);

#endif
