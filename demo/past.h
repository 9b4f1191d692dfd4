/* The past of Lindhafen's sensors: three years of readings that were, at the rates of real files.
 *
 * The first start fills in the last days, so that it is short. What is older is filled in by a
 * thread, in bulk units of one sensor and four weeks each, from now backwards; "demo.past" of
 * core/progress.h says how far it came, in the same transactions, so that a restart goes on. */
#ifndef HANSE_DEMO_PAST_H
#define HANSE_DEMO_PAST_H

#include "core/progress.h"
#include "core/unit.h"
#include "sensors.h"
#include "systems/history.h"

enum {
    PAST_RECENT_DAYS = 8, /* of history at the first start */
    PAST_FINE_HOURS = 48, /* the last of them in steps of ten minutes */
    PAST_PART_DAYS = 28,  /* a part of what is older */
    PAST_PARTS = (SENSORS_PAST_DAYS - PAST_RECENT_DAYS + PAST_PART_DAYS - 1) / PAST_PART_DAYS,
    PAST_PART_POINTS_MAX = PAST_PART_DAYS * 24 + 1
};
#define PAST_NAME "demo.past"

/* What a sensor sent. */
typedef struct PastPoints {
    HistoryPoint *first, *second;
    size_t count;
} PastPoints;
/* Room for the part or the last days of any sensor. */
PastPoints past_points_new(Arena *arena);
/* Part 0 is the newest one; parts meet without a gap and without an overlap. */
void past_part(const Sensor *sensor, int64_t origin_us, int64_t part, PastPoints *ret);
/* The last days until now, where everything is told, changed or not: charts of one day begin with a
 * value, and a count that stands still is not taken for silence. */
void past_recent(const Sensor *sensor, int64_t now_us, PastPoints *ret);
int64_t past_part_from_us(int64_t origin_us, int64_t part);

/* Entities with their last days, indicators, and the mark that the rest is missing; in the
 * transaction of the caller. progress may be NULL. */
MUST Err past_fill_recent(Cx *cx, void (*progress)(size_t done, size_t total));

/* How far it came. since_us is when the city's first start was; now, and nothing to do, for a
 * directory that does not know. */
MUST Err past_look(Cx *cx, Progress *ret);

/* Fills in the rest from there, until it is done or stopped. The sensors are those of since_us, and
 * stay until then. */
typedef struct Past Past;
Past *past_fill_start(Writer *writer, const Clock *clock, struct Log *log, const Sensors *sensors,
                      const Progress *progress);
void past_fill_stop(Past *past);

#endif
