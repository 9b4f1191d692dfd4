/* History: what every attribute was, and when (ETSI GS CIM 009 V1.9.1, 4.5.6 to 4.5.9, 5.7.3,
 * 4.5.19 for aggregation).
 *
 *   series(key, attribute, sub-path, datasetId, kind, unit)
 *   obs(series, at_us, seq, received_us, num, raw)
 *
 * at_us is the instance's observedAt, or the time of the change where it has none. num is the
 * value as a double where it is a number; raw keeps digits, text, geometry and objects, and is
 * NULL where num prints back to the same digits. Equal times get the next seq. A deletion is a
 * row of its own. */
#ifndef HANSE_SYSTEMS_HISTORY_H
#define HANSE_SYSTEMS_HISTORY_H

#include "systems/entity.h"

/* Appends what the change says to history, in the same commit; called by entity.c. */
MUST Err history_record(Cx *cx, const EntityChange *change);

#endif
