#include "fault.h"

#include "base/calendar.h"

enum { BLOCK_DAYS = 14 };

/* Of each kind: the share of hours (in blocks of so many) that are skipped; the chance in a
 * fortnight of a spell of silence, of sticking, of counting nothing, and how many hours the
 * longest takes. The shortest takes a quarter of it. */
typedef struct Rates {
    double gap;
    int gap_hours;
    double silent;
    int silent_hours;
    double stuck;
    int stuck_hours;
    double dead;
    int dead_hours;
    double exchange; /* within the years that are known */
} Rates;

#define PARKING                                                                                    \
    {                                                                                              \
        0.03, 1, 0.25, 72, 0.40, 96, 0, 0, 0                                                       \
    }
#define METER                                                                                      \
    {                                                                                              \
        0.010, 1, 0.060, 120, 0.020, 72, 0, 0, 0.25                                                \
    }
#define COUNTER                                                                                    \
    {                                                                                              \
        0.001, 1, 0.010, 312, 0, 0, 0.12, 216, 0.25                                                \
    }
static const Rates RATES[SIM_KIND_COUNT_] = {
    [SIM_CAR_PARK] = PARKING,
    [SIM_STREET_PARK] = PARKING,
    [SIM_TRAFFIC] = {0.055, 1, 0.030, 48, 0.010, 24, 0, 0, 0.25},
    [SIM_AIR] = {0.060, 3, 0.550, 24, 0.040, 48, 0, 0, 0.25},
    [SIM_WATER] = {0.010, 1, 0.060, 72, 0.060, 72, 0, 0, 0},
    [SIM_HEAT] = METER,
    [SIM_LAMP] = {0.010, 2, 0.030, 72, 0, 0, 0, 0, 0},
    [SIM_CONTAINER] = {0.010, 1, 0.060, 120, 0.030, 168, 0, 0, 0},
    [SIM_WEATHER] = {0.004, 1, 0.040, 24, 0, 0, 0, 0, 0},
    [SIM_POWER] = METER,
    [SIM_BICYCLE] = COUNTER,
    [SIM_PEOPLE] = COUNTER,
    [SIM_NOISE] = {0.010, 1, 0.100, 72, 0.020, 48, 0, 0, 0.25},
    [SIM_CHARGER] = {0.010, 1, 0.100, 96, 0, 0, 0, 0, 0},
    [SIM_SOLAR] = METER,
    [SIM_MAIN] = METER,
    [SIM_SOIL] = {0.010, 3, 0.150, 240, 0.040, 120, 0, 0, 0.25},
    [SIM_STOP] = {0.010, 1, 0.060, 48, 0, 0, 0, 0, 0},
    [SIM_OFFICE] = {0.002, 1, 0.010, 48, 0, 0, 0, 0, 0},
};
#undef PARKING
#undef METER
#undef COUNTER

/* Purposes of chance that nothing else uses. */
enum { OFF = 20, SILENT = 21, STUCK = 25, GAP = 30, DEAD = 31, LONG_STUCK = 35, EXCHANGE = 50 };

/* Whether a spell covers the time; on which day of a fortnight it begins is by chance. */
static bool in_spell(uint32_t sensor, uint32_t purpose, int64_t at_us, double probability,
                     int longest_hours, int64_t *ret_since_us)
{
    int64_t block_us = BLOCK_DAYS * TIME_DAY_US, block = at_us / block_us;
    if (longest_hours == 0 || sim_chance(sensor, purpose, block) >= probability)
        return false;
    double longest_us = (double)longest_hours * (double)TIME_HOUR_US;
    int64_t length_us =
        (int64_t)(longest_us * (0.25 + 0.75 * sim_chance(sensor, purpose + 1, block)));
    double room_us = (double)(block_us - length_us);
    int64_t since_us =
        block * block_us + (int64_t)(sim_chance(sensor, purpose + 2, block) * room_us);
    *ret_since_us = since_us;
    return at_us >= since_us && at_us < since_us + length_us;
}

static bool is_off(const SimSensor *s)
{
    return !s->effect.any && s->kind != SIM_WEATHER && s->kind != SIM_OFFICE &&
           sim_chance(s->number, OFF, 0) < 1.0 / 30;
}

/* From five weeks before the project's start until half a year after it. */
static bool in_gap_of_effect(const SimSensor *s, int64_t at_us)
{
    return s->effect.any && s->effect.gap && at_us >= s->effect.since_us - 35 * TIME_DAY_US &&
           at_us < s->effect.since_us + 182 * TIME_DAY_US;
}

SimExchange fault_exchange(const SimSensor *s)
{
    double rate = RATES[s->kind].exchange;
    if (s->effect.any && s->effect.exchange)
        return (SimExchange){true, s->effect.since_us, 0.9};
    if (s->effect.any || s->origin_us == INT64_MIN || sim_chance(s->number, EXCHANGE, 0) >= rate)
        return (SimExchange){0};
    double share = 0.15 + 0.7 * sim_chance(s->number, EXCHANGE + 1, 0);
    int64_t at_us = s->installed_us + (int64_t)(share * (double)(s->origin_us - s->installed_us));
    at_us = at_us / TIME_DAY_US * TIME_DAY_US + 9 * TIME_HOUR_US;
    double step = 0.03 + 0.09 * sim_chance(s->number, EXCHANGE + 2, 0);
    bool up = sim_chance(s->number, EXCHANGE + 3, 0) < 0.5;
    return (SimExchange){true, at_us, up ? 1 + step : 1 - step};
}

/* Before the new device runs, the old one has been off for some hours, up to three days. */
static bool is_being_exchanged(const SimSensor *s, int64_t at_us)
{
    SimExchange exchange = fault_exchange(s);
    if (!exchange.any)
        return false;
    double hours = 6 + 66 * sim_chance(s->number, EXCHANGE + 4, 0);
    return at_us < exchange.at_us && at_us >= exchange.at_us - (int64_t)(hours * 3.6e9);
}

SimFault fault_at(const SimSensor *s, int64_t at_us, int64_t *ret_since_us)
{
    const Rates *rates = &RATES[s->kind];
    int64_t since_us = at_us;
    SimFault fault = SIM_FINE;
    int64_t block_us = MAX(1, rates->gap_hours) * TIME_HOUR_US;
    if (at_us < s->installed_us || is_off(s) || in_gap_of_effect(s, at_us) ||
        is_being_exchanged(s, at_us) ||
        in_spell(s->number, SILENT, at_us, rates->silent, rates->silent_hours, &since_us))
        fault = SIM_SILENT;
    else if (in_spell(s->number, STUCK, at_us, rates->stuck, rates->stuck_hours, &since_us) ||
             /* Of car parks, some stay at one value for a week or two. */
             (rates->stuck > 0.3 &&
              in_spell(s->number, LONG_STUCK, at_us, 0.04, 13 * 24, &since_us)))
        fault = SIM_STUCK;
    else if (in_spell(s->number, DEAD, at_us, rates->dead, rates->dead_hours, &since_us))
        fault = SIM_DEAD;
    else if (sim_chance(s->number, GAP, at_us / block_us) < rates->gap)
        fault = SIM_GAP;
    if (ret_since_us)
        *ret_since_us = since_us;
    return fault;
}
