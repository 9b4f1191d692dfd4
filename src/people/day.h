/* Day: a date without time and zone, kept as "2026-11-28"; empty where nobody said. As texts they
 * are in the order of time. */
#ifndef HANSE_PEOPLE_DAY_H
#define HANSE_PEOPLE_DAY_H

#include "base/calendar.h"

/* "2026-11-28" as browsers send it, and "28.11.2026" as it is typed; empty stays empty. False for
 * anything else and for days that no calendar has. */
MUST bool day_parse(Arena *arena, Str text, Str *ret);
/* The day's number since 1970-01-01; the day must be one. */
int64_t day_number(Str day);
Str day_of_number(Arena *arena, int64_t number);
/* The instant in UTC that the day begins with, for formats; the day must be one. */
int64_t day_us(Str day);
/* The day of an instant, in UTC or in the zone (NULL: UTC). */
Str day_at(Arena *arena, const Zone *zone, int64_t at_us);

#endif
