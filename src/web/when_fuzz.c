/* Days and times of any bytes, as forms and files bring them: what is understood is a day that a
 * calendar has, and is understood the same again when it is written. The first line is the day,
 * the second the time. */
#include "web/when.h"

#include "base/str.h"
#include "people/day.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const Zone *berlin(void)
{
    static Arena arena;
    static const Zone *zone;
    if (!zone) {
        Error error = {0};
        arena_init(&arena, 0, 0);
        ASSERT(zone_load(&(Cx){.arena = &arena, .error = &error}, S("Europe/Berlin"), &zone) == OK);
    }
    return zone;
}

static void check_day(Arena *arena, Str text)
{
    Str day, again;
    if (!day_parse(arena, text, &day) || !day.n)
        return;
    ASSERT(day.n == 10 && day.p[4] == '-' && day.p[7] == '-');
    ASSERT(day_parse(arena, day, &again) && str_eq(day, again));
    ASSERT(str_eq(day_of_number(arena, day_number(day)), day));
    ASSERT(str_eq(day_at(arena, NULL, day_us(day)), day));
}

static void check_moment(Arena *arena, Str date, Str time)
{
    int64_t at_us, again_us;
    const Zone *zone = berlin();
    if (when_date(arena, zone, date, &at_us)) {
        ASSERT(zone_next_day(zone, at_us) > at_us);
        ASSERT(zone_next_day(zone, at_us) - at_us <= 26 * TIME_HOUR_US);
    }
    if (!when_moment(arena, zone, date, time, &at_us) || !at_us)
        return;
    Str day = when_date_value(arena, zone, at_us), clock = when_time_value(arena, zone, at_us);
    ASSERT(when_moment(arena, zone, day, clock, &again_us) && again_us == at_us);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena;
    int64_t at_us, lax_us;
    Str rest = {(const char *)data, size}, date = str_cut(&rest, '\n');
    arena_init(&arena, 0, 0);
    check_day(&arena, date);
    check_moment(&arena, date, rest.p ? rest : S(""));
    if (zone_day(berlin(), date, &at_us)) {
        Civil c = zone_civil(berlin(), at_us);
        ASSERT(c.month >= 1 && c.month <= 12 && c.day >= 1 && c.day <= 31);
    }
    if (time_parse(date, &at_us))
        ASSERT(time_parse_lax(date, &lax_us) && lax_us == at_us);
    arena_done(&arena);
    return 0;
}
