#include "people/day.h"

#include "base/str.h"

static bool read_number(Str text, size_t digits_min, size_t digits_max, int32_t *ret)
{
    int64_t number;
    if (text.n < digits_min || text.n > digits_max || text.p[0] == '-' || text.p[0] == '+' ||
        !str_to_i64(text, &number))
        return false;
    *ret = (int32_t)number;
    return true;
}

static Str written(Arena *arena, Civil c)
{
    return arena_fmt(arena, "%04d-%02d-%02d", c.year, c.month, c.day);
}

/* A calendar carries the 31st of April into May: what comes back differs then. */
static bool exists(Civil c)
{
    Civil back = time_civil(time_from_civil(c));
    return c.year >= 1 && c.month >= 1 && c.month <= 12 && c.day >= 1 && back.year == c.year &&
           back.month == c.month && back.day == c.day;
}

static bool read_civil(Str text, Civil *ret)
{
    Str rest = text;
    bool german = str_find_char(text, '.') >= 0;
    char sep = german ? '.' : '-';
    Str a = str_cut(&rest, sep), b = str_cut(&rest, sep), c = rest;
    Str year = german ? c : a, day = german ? a : c;
    *ret = (Civil){0};
    return read_number(year, 4, 4, &ret->year) && read_number(b, 1, 2, &ret->month) &&
           read_number(day, 1, 2, &ret->day) && exists(*ret);
}

bool day_parse(Arena *arena, Str text, Str *ret)
{
    Civil c;
    text = str_trim(text);
    if (!text.n) {
        *ret = S("");
        return true;
    }
    if (!read_civil(text, &c))
        return false;
    *ret = written(arena, c);
    return true;
}

int64_t day_us(Str day)
{
    Civil c;
    bool good = read_civil(day, &c);
    ASSERT(good); /* day_parse wrote it */
    return time_from_civil(c);
}

int64_t day_number(Str day)
{
    int64_t us = day_us(day);
    return us >= 0 ? us / TIME_DAY_US : -((-us + TIME_DAY_US - 1) / TIME_DAY_US);
}

Str day_of_number(Arena *arena, int64_t number)
{
    return written(arena, time_civil(number * TIME_DAY_US));
}

Str day_at(Arena *arena, const Zone *zone, int64_t at_us)
{
    return written(arena, zone_civil(zone, at_us));
}
