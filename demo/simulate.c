#include "simulate.h"

#include "base/calendar.h"

#include <math.h>

/* The city lies in one zone; its offset is taken as +1 h all year, since lamps and people of an
 * invented city need no daylight saving. */
#define LOCAL_US(at_us) ((at_us) + TIME_HOUR_US)

static uint64_t mix(uint64_t x)
{
    /* splitmix64 (Steele, Lea, Flood 2014) */
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* Uniform in [0, 1), the same for the same three numbers. */
static double chance(uint32_t sensor, uint32_t purpose, int64_t step)
{
    uint64_t seed = mix(((uint64_t)sensor << 32) | purpose) ^ mix((uint64_t)step);
    return (double)(mix(seed) >> 11) * 0x1.0p-53;
}

/* Smooth noise around 0, between -1 and 1, with knots every `knot_us`. */
static double drift(uint32_t sensor, uint32_t purpose, int64_t at_us, int64_t knot_us)
{
    int64_t step = at_us / knot_us;
    double t = (double)(at_us - step * knot_us) / (double)knot_us;
    double a = chance(sensor, purpose, step) * 2 - 1, b = chance(sensor, purpose, step + 1) * 2 - 1;
    double ease = t * t * (3 - 2 * t);
    return a + (b - a) * ease;
}

/* A bump of width hours around the hour of the day. */
static double bump(double hour, double around, double width)
{
    double d = fabs(hour - around);
    d = MIN(d, 24 - d) / width;
    return exp(-d * d);
}

static double local_hour(int64_t at_us)
{
    int64_t of_day = LOCAL_US(at_us) % TIME_DAY_US;
    return (double)of_day / (double)TIME_HOUR_US;
}

static bool is_weekend(int64_t at_us)
{
    return time_civil(LOCAL_US(at_us)).weekday >= 6;
}

/* -1 in midwinter, 1 in midsummer. */
static double season(int64_t at_us)
{
    Civil c = time_civil(at_us);
    double day = (c.month - 1) * 30.44 + c.day;
    return -cos((day - 15) / 365.25 * 2 * 3.14159265358979);
}

static double air_temperature(int64_t at_us)
{
    return 10 + 9 * season(at_us) + 3.5 * -cos((local_hour(at_us) - 3) / 24 * 6.2831853) +
           4 * drift(1, 1, at_us, 36 * TIME_HOUR_US);
}

static double traffic_share(int64_t at_us)
{
    double h = local_hour(at_us);
    if (is_weekend(at_us))
        return 0.06 + 0.55 * bump(h, 14.5, 4.5);
    return 0.05 + 0.8 * bump(h, 7.8, 1.5) + 0.5 * bump(h, 12.5, 4) + 0.85 * bump(h, 17, 2.2);
}

double sim_capacity(uint32_t number, SimKind kind)
{
    double size = chance(number, 40, 0);
    return kind == SIM_CAR_PARK ? 120 + floor(size * 14) * 35 : 12 + floor(size * 9) * 4;
}

static SimReading read_parking(const SimSensor *s, int64_t at_us)
{
    double h = local_hour(at_us);
    double demand = is_weekend(at_us) ? 0.18 + 0.5 * bump(h, 14.5, 3.5)
                                      : 0.15 + 0.62 * bump(h, 11.5, 3.2) + 0.3 * bump(h, 17, 2.5);
    demand *= 0.75 + 0.5 * chance(s->number, 2, 0);
    demand += 0.08 * drift(s->number, 3, at_us, 2 * TIME_HOUR_US);
    demand += 0.05 * drift(s->number, 4, at_us, 20 * TIME_MINUTE_US);
    double occupied = floor(s->capacity * MAX(0.02, demand));
    return (SimReading){.first = MAX(0, s->capacity - occupied)};
}

static SimReading read_traffic(const SimSensor *s, int64_t at_us)
{
    double peak = 250 + 1500 * chance(s->number, 5, 0);
    double share = traffic_share(at_us) * (1 + 0.15 * drift(s->number, 6, at_us, TIME_HOUR_US));
    share += 0.06 * drift(s->number, 7, at_us, 10 * TIME_MINUTE_US);
    double vehicles = MAX(0, floor(peak * share));
    double speed = 52 - 22 * MIN(1.2, share) * share + 3 * drift(s->number, 8, at_us, TIME_HOUR_US);
    return (SimReading){.first = vehicles, .second = round(MAX(8, speed))};
}

static SimReading read_air(const SimSensor *s, int64_t at_us)
{
    double street = 0.5 + chance(s->number, 9, 0);
    double wind = 1 + 0.5 * drift(2, 2, at_us, 18 * TIME_HOUR_US);
    double no2 = (9 + 26 * traffic_share(at_us - TIME_HOUR_US) * street) / wind +
                 2 * drift(s->number, 10, at_us, 3 * TIME_HOUR_US);
    double pm10 = (11 + 9 * street) / wind - 3 * season(at_us) +
                  3 * drift(s->number, 11, at_us, 5 * TIME_HOUR_US);
    return (SimReading){.first = round(MAX(2, no2) * 10) / 10,
                        .second = round(MAX(3, pm10) * 10) / 10};
}

static SimReading read_water(const SimSensor *s, int64_t at_us)
{
    double level = 2.35 + 0.5 * drift(3, 3, at_us, 60 * TIME_HOUR_US) - 0.25 * season(at_us);
    double tide = 0.18 * sin((double)(at_us / TIME_MINUTE_US) / (12.42 * 60) * 6.2831853);
    return (SimReading){.first =
                            round((level + tide + 0.1 * chance(s->number, 12, 0)) * 100) / 100};
}

static SimReading read_heat(const SimSensor *s, int64_t at_us)
{
    double size = 40 + 160 * chance(s->number, 13, 0);
    double need = MAX(0, 17 - air_temperature(at_us)) / 20;
    double h = local_hour(at_us);
    double use = is_weekend(at_us) ? 0.55 : 0.5 + 0.5 * bump(h, 9, 4.5);
    double power = size * need * use * (1 + 0.1 * drift(s->number, 14, at_us, 2 * TIME_HOUR_US));
    return (SimReading){.first = round(MAX(0, power) * 10) / 10};
}

static SimReading read_lamp(const SimSensor *s, int64_t at_us)
{
    double h = local_hour(at_us);
    double dusk = 19 + 2.4 * season(at_us), dawn = 6.2 - 2.1 * season(at_us);
    bool lit = h >= dusk || h < dawn;
    bool dimmed = h >= 22.5 || h < 5;
    double full = 55 + 45 * chance(s->number, 15, 0);
    double power = lit ? full * (dimmed ? 0.5 : 1) : 0.4;
    return (SimReading){.first = round(power * 10) / 10};
}

static SimReading read_container(const SimSensor *s, int64_t at_us)
{
    double days = 5 + 6 * chance(s->number, 16, 0);
    int64_t cycle_us = (int64_t)(days * (double)TIME_DAY_US);
    int64_t shifted = at_us + (int64_t)(chance(s->number, 17, 0) * (double)cycle_us);
    double through = (double)(shifted % cycle_us) / (double)cycle_us;
    return (SimReading){.first = round(MIN(1, 0.04 + through * 0.98) * 100) / 100};
}

int sim_interval_s(SimKind kind)
{
    static const int SECONDS[SIM_KIND_COUNT_] = {
        [SIM_CAR_PARK] = 60, [SIM_STREET_PARK] = 120, [SIM_TRAFFIC] = 60, [SIM_AIR] = 120,
        [SIM_WATER] = 120,   [SIM_HEAT] = 300,        [SIM_LAMP] = 300,   [SIM_CONTAINER] = 900,
    };
    return SECONDS[kind];
}

/* A fault lasts from `days` before its day; which day of a fortnight it begins is by chance. */
static bool in_spell(uint32_t sensor, uint32_t purpose, int64_t at_us, double probability,
                     int64_t longest_us, int64_t *ret_since_us)
{
    enum { BLOCK_DAYS = 14 };
    int64_t block = at_us / (BLOCK_DAYS * TIME_DAY_US);
    if (chance(sensor, purpose, block) >= probability)
        return false;
    int64_t length =
        longest_us / 4 + (int64_t)(chance(sensor, purpose + 1, block) * 0.75 * (double)longest_us);
    int64_t room = BLOCK_DAYS * TIME_DAY_US - length;
    int64_t since = block * BLOCK_DAYS * TIME_DAY_US +
                    (int64_t)(chance(sensor, purpose + 2, block) * (double)room);
    *ret_since_us = since;
    return at_us >= since && at_us < since + length;
}

static SimFault fault_since(const SimSensor *s, int64_t at_us, int64_t *ret_since_us)
{
    *ret_since_us = at_us;
    if (chance(s->number, 20, 0) < 1.0 / 30)
        return SIM_SILENT; /* off altogether */
    if (in_spell(s->number, 21, at_us, 0.25, 3 * TIME_DAY_US, ret_since_us))
        return SIM_SILENT;
    if (s->kind != SIM_LAMP && in_spell(s->number, 25, at_us, 0.25, 6 * TIME_DAY_US, ret_since_us))
        return SIM_STUCK;
    /* Short gaps: an hour in about thirty goes missing. */
    if (chance(s->number, 30, at_us / TIME_HOUR_US) < 0.03)
        return SIM_GAP;
    return SIM_FINE;
}

SimFault sim_fault(const SimSensor *sensor, int64_t at_us)
{
    int64_t since;
    return fault_since(sensor, at_us, &since);
}

static SimReading read_clean(const SimSensor *s, int64_t at_us)
{
    typedef SimReading Read(const SimSensor *sensor, int64_t at_us);
    static Read *const READERS[SIM_KIND_COUNT_] = {
        [SIM_CAR_PARK] = read_parking, [SIM_STREET_PARK] = read_parking,
        [SIM_TRAFFIC] = read_traffic,  [SIM_AIR] = read_air,
        [SIM_WATER] = read_water,      [SIM_HEAT] = read_heat,
        [SIM_LAMP] = read_lamp,        [SIM_CONTAINER] = read_container,
    };
    return READERS[s->kind](s, at_us);
}

bool sim_read(const SimSensor *sensor, int64_t at_us, SimReading *ret)
{
    int64_t since_us;
    switch (fault_since(sensor, at_us, &since_us)) {
    case SIM_SILENT:
    case SIM_GAP:
        return false;
    case SIM_STUCK:
        *ret = read_clean(sensor, since_us);
        return true;
    case SIM_FINE:
        *ret = read_clean(sensor, at_us);
        return true;
    }
    return false;
}
