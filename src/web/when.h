/* Dates and times of day as forms take them (type="date", type="time"), in the city's zone. */
#ifndef HANSE_WEB_WHEN_H
#define HANSE_WEB_WHEN_H

#include "base/calendar.h"

/* What day_parse takes, as the first instant of that day. */
MUST bool when_date(Arena *arena, const Zone *zone, Str date, int64_t *ret_us);
/* With "18:30"; false also for a time that the day does not have, because clocks go forward. */
MUST bool when_moment(Arena *arena, const Zone *zone, Str date, Str time, int64_t *ret_us);
/* For the value of such a field; empty for 0. */
Str when_date_value(Arena *arena, const Zone *zone, int64_t at_us);
Str when_time_value(Arena *arena, const Zone *zone, int64_t at_us);

#endif
