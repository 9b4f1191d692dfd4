#include "web/when.h"

#include "base/str.h"
#include "people/day.h"

static bool read_part(Str text, int64_t most, int32_t *ret)
{
    int64_t number;
    if (!text.n || text.n > 4 || !str_to_i64(text, &number) || number < 0 || number > most)
        return false;
    *ret = (int32_t)number;
    return true;
}

static bool read_date(Arena *arena, Str date, Civil *ret)
{
    Str day;
    if (!day_parse(arena, date, &day) || !day.n)
        return false;
    *ret = time_civil(day_us(day));
    return true;
}

bool when_date(Arena *arena, const Zone *zone, Str date, int64_t *ret_us)
{
    Civil civil;
    if (!read_date(arena, date, &civil))
        return false;
    *ret_us = zone_to_utc(zone, time_from_civil(civil));
    return true;
}

bool when_moment(Arena *arena, const Zone *zone, Str date, Str time, int64_t *ret_us)
{
    Civil civil;
    Str rest = str_trim(time), hour = str_cut(&rest, ':'), minute = str_cut(&rest, ':');
    if (!read_date(arena, date, &civil) || !read_part(hour, 23, &civil.hour) ||
        !read_part(minute, 59, &civil.minute))
        return false;
    int64_t at_us = zone_to_utc(zone, time_from_civil(civil));
    Civil back = zone_civil(zone, at_us);
    if (back.hour != civil.hour || back.minute != civil.minute)
        return false;
    *ret_us = at_us;
    return true;
}

Str when_date_value(Arena *arena, const Zone *zone, int64_t at_us)
{
    if (!at_us)
        return S("");
    Civil civil = zone_civil(zone, at_us);
    return arena_fmt(arena, "%04d-%02d-%02d", civil.year, civil.month, civil.day);
}

Str when_time_value(Arena *arena, const Zone *zone, int64_t at_us)
{
    if (!at_us)
        return S("");
    Civil civil = zone_civil(zone, at_us);
    return arena_fmt(arena, "%02d:%02d", civil.hour, civil.minute);
}
