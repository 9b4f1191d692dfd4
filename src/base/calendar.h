/* Instants, calendar and zones. An instant is int64_t microseconds since 1970-01-01T00:00:00Z
 * (names end in _us); the range is year 1 to 9999. Sources: RFC 3339, ISO 8601 durations,
 * RFC 8536 (TZif). */
#ifndef HANSE_BASE_CALENDAR_H
#define HANSE_BASE_CALENDAR_H

#include "base/buf.h"
#include "base/err.h"

#define TIME_SECOND_US INT64_C(1000000)
#define TIME_MINUTE_US (60 * TIME_SECOND_US)
#define TIME_HOUR_US (60 * TIME_MINUTE_US)
#define TIME_DAY_US (24 * TIME_HOUR_US)
#define TIME_MIN_US INT64_C(-62135596800000000) /* 0001-01-01T00:00:00Z */
#define TIME_MAX_US INT64_C(253402300799999999) /* 9999-12-31T23:59:59.999999Z */

/* RFC 3339 with zone designator (Z or +hh:mm); the fraction after '.' or ',' has 1 to 9 digits,
 * those behind the sixth are dropped. A leap second, which only the end of a day of UTC can have,
 * reads as the next second. */
MUST bool time_parse(Str s, int64_t *ret_us);
/* The same, and a bare date ("2022-06-01", its first instant in UTC), a time without seconds, a
 * space instead of the T, or a time without zone, which is taken as UTC. For files, never for the
 * API. */
MUST bool time_parse_lax(Str s, int64_t *ret_us);
/* "2022-06-01T00:00:00Z"; .123 or .123456 only where there is such a fraction. Out of the range
 * the range's end is written. */
void buf_time(Buf *buf, int64_t at_us);

/* An ISO 8601 duration: P1Y2M3DT4H5M6.7S, P2W; unsigned, with a fraction in the seconds alone.
 * Months and days depend on the calendar. */
typedef struct Duration {
    int32_t months;
    int32_t days;
    int64_t us;
} Duration;
MUST bool duration_parse(Str s, Duration *ret);

typedef struct Civil {
    int32_t year;
    int32_t month; /* 1 to 12 */
    int32_t day;   /* 1 to 31 */
    int32_t hour, minute, second;
    int32_t us;
    int32_t weekday; /* ISO: Monday 1 to Sunday 7 */
} Civil;
Civil time_civil(int64_t at_us); /* in UTC; add the zone's offset before for local time */
/* Fields out of range are carried, weekday is ignored; an instant out of the range becomes the
 * range's end. */
int64_t time_from_civil(Civil c);
/* Calendar addition in UTC: months first (day clamped to the month's last), then days, then us;
 * each step is held within the range. */
int64_t time_add(int64_t at_us, Duration d, int32_t times);

/* A zone of the IANA database, read from /usr/share/zoneinfo; immutable once loaded. */
typedef struct Zone Zone;
/* Errors: INVALID "zone.name" for a name with anything but [A-Za-z0-9_+/-], an empty part or
 * more than ZONE_NAME_MAX bytes; NOT_FOUND "zone.unknown" where there is no such zone file of
 * TZif version 2 or later, or where it counts leap seconds ("right/"). The zone lives in
 * cx->arena. */
enum { ZONE_NAME_MAX = 64 }; /* the longest of the database has 32 */
MUST Err zone_load(Cx *cx, Str name, const Zone **ret);
int32_t zone_offset_s(const Zone *zone, int64_t at_us); /* local minus UTC */
Str zone_abbreviation(const Zone *zone, int64_t at_us);
/* The first instant after at_us from which the zone's offset or its abbreviation is another; false
 * where none comes. */
MUST bool zone_next_change(const Zone *zone, int64_t at_us, int64_t *ret_us);
/* The instant of a local time; in a gap the time moves forward by the gap's length, in an
 * overlap the first of both is meant. */
int64_t zone_to_utc(const Zone *zone, int64_t local_us);
Civil zone_civil(const Zone *zone, int64_t at_us); /* NULL: UTC, for days without a zone */
/* The first instant of the day after the one that the instant is in. */
int64_t zone_next_day(const Zone *zone, int64_t at_us);
/* The first instant of a day in the zone, as people and forms write it: "2026-03-01", "1.3.2026".
 * False for anything else, and for days that no month has. */
MUST bool zone_day(const Zone *zone, Str text, int64_t *ret_us);

#endif
