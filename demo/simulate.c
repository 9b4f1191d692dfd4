#include "simulate.h"

#include "base/calendar.h"
#include "fault.h"
#include "weather.h"
#include "workday.h"

#include <math.h>

static uint64_t mix(uint64_t x)
{
    /* splitmix64 (Steele, Lea, Flood 2014) */
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

double sim_chance(uint32_t sensor, uint32_t purpose, int64_t step)
{
    uint64_t seed = mix(((uint64_t)sensor << 32 | purpose) + SIM_SEED) ^ mix((uint64_t)step);
    return (double)(mix(seed) >> 11) * 0x1.0p-53;
}

double sim_drift(uint32_t sensor, uint32_t purpose, int64_t at_us, int64_t knot_us)
{
    int64_t step = at_us / knot_us;
    double t = (double)(at_us - step * knot_us) / (double)knot_us;
    double a = sim_chance(sensor, purpose, step) * 2 - 1;
    double b = sim_chance(sensor, purpose, step + 1) * 2 - 1;
    return a + (b - a) * t * t * (3 - 2 * t);
}

double sim_bump(double hour, double around, double width)
{
    double d = fabs(hour - around);
    d = MIN(d, 24 - d) / width;
    return exp(-d * d);
}

static double tenth(double value)
{
    return round(value * 10) / 10;
}

static double noise(const SimSensor *s, uint32_t purpose, int64_t at_us, double hours)
{
    return sim_drift(s->number, purpose, at_us, (int64_t)(hours * (double)TIME_HOUR_US));
}

/* Fixed for the sensor, between low and high. */
static double trait(const SimSensor *s, uint32_t purpose, double low, double high)
{
    return low + (high - low) * sim_chance(s->number, purpose, 0);
}

/* How good it is to be outside: 0.3 in cold rain, about 1.2 on a warm dry day. */
static double outdoors(int64_t at_us)
{
    double warm = MIN(1, MAX(0, (weather_temperature(at_us) + 2) / 24));
    double wet = weather_rain(at_us) > 0.3 ? 0.62 : 1;
    return (0.45 + 0.75 * warm) * wet;
}

/* ---- streets ---- */

static double traffic_share(int64_t at_us)
{
    double h = weather_local_hour(at_us);
    if (workday_is_free(at_us)) {
        double less = workday_is_sunday(at_us) ? 0.75 : 1;
        return (0.06 + 0.55 * sim_bump(h, 14.5, 4.5) * less) * (1 + 0.2 * workday_feast(at_us));
    }
    double work = workday_in_school_holidays(at_us) ? 0.86 : 1;
    double wet = weather_rain(at_us) > 0.5 ? 1.05 : 1;
    return (0.05 + 0.8 * sim_bump(h, 7.8, 1.5) + 0.5 * sim_bump(h, 12.5, 4) +
            0.85 * sim_bump(h, 17, 2.2)) *
           work * wet;
}

double sim_capacity(uint32_t number, SimKind kind)
{
    double size = sim_chance(number, 40, 0);
    return kind == SIM_CAR_PARK ? 120 + floor(size * 14) * 35 : 12 + floor(size * 9) * 4;
}

double sim_floor_area(uint32_t number)
{
    return 900 + floor(sim_chance(number, 41, 0) * 32) * 100;
}

static SimReading read_parking(const SimSensor *s, int64_t at_us)
{
    double h = weather_local_hour(at_us);
    double demand = 0.15 + 0.62 * sim_bump(h, 11.5, 3.2) + 0.3 * sim_bump(h, 17, 2.5);
    if (workday_is_sunday(at_us))
        demand = 0.12 + 0.2 * sim_bump(h, 14.5, 3.5);
    else if (workday_is_free(at_us))
        demand = 0.18 + 0.6 * sim_bump(h, 13.5, 3.5);
    demand *= trait(s, 2, 0.75, 1.25) * (1 + 0.35 * workday_feast(at_us));
    demand += 0.08 * noise(s, 3, at_us, 2) + 0.05 * noise(s, 4, at_us, 1.0 / 3);
    double occupied = floor(s->capacity * MIN(1, MAX(0.02, demand)));
    return (SimReading){.first = s->capacity - occupied};
}

static SimReading read_traffic(const SimSensor *s, int64_t at_us)
{
    double share = traffic_share(at_us) * (1 + 0.15 * noise(s, 6, at_us, 1));
    share += 0.06 * noise(s, 7, at_us, 1.0 / 6);
    share *= 1 + 0.04 * noise(s, 18, at_us, 24 * 21); /* roadworks nearby, and their end */
    double vehicles = MAX(0, floor(trait(s, 5, 250, 1750) * share));
    double speed = 52 - 22 * MIN(1.2, share) * share + 3 * noise(s, 8, at_us, 1);
    return (SimReading){.first = vehicles, .second = round(MAX(8, speed))};
}

/* Who rides to work rides in most weathers; who rides for fun does not. */
static SimReading read_bicycle(const SimSensor *s, int64_t at_us)
{
    double h = weather_local_hour(at_us), fun = outdoors(at_us);
    double work = workday_is_free(at_us) ? 0 : sim_bump(h, 7.6, 1.2) + 0.9 * sim_bump(h, 16.8, 1.7);
    if (workday_in_school_holidays(at_us))
        work *= 0.6;
    double rides = trait(s, 60, 40, 260) *
                   (work * (0.45 + 0.55 * fun) + (0.02 + 0.5 * sim_bump(h, 15, 4)) * fun * fun);
    /* Each year some more. */
    rides *= 1 + 0.04 * (double)(at_us / TIME_DAY_US - 19700) / 365;
    return (SimReading){.first = floor(MAX(0, rides * (1 + 0.2 * noise(s, 61, at_us, 1))))};
}

static SimReading read_people(const SimSensor *s, int64_t at_us)
{
    double h = weather_local_hour(at_us);
    double open = workday_is_sunday(at_us) ? 0.25 : workday_is_free(at_us) ? 1.35 : 1;
    double share = 0.03 + open * (sim_bump(h, 12.5, 2.6) + 0.9 * sim_bump(h, 16.8, 2.4));
    share *= (0.5 + 0.5 * outdoors(at_us)) * (1 + 1.1 * workday_feast(at_us));
    return (SimReading){
        .first = floor(trait(s, 62, 300, 1900) * share * (1 + 0.15 * noise(s, 63, at_us, 1)))};
}

static SimReading read_stop(const SimSensor *s, int64_t at_us)
{
    double h = weather_local_hour(at_us), share = traffic_share(at_us);
    double runs = h >= 4.5 || h < 0.5;
    double school = workday_in_school_holidays(at_us) || workday_is_free(at_us) ? 0.6 : 1;
    double boardings = runs * trait(s, 64, 15, 160) * share * school *
                       (weather_rain(at_us) > 0.3 ? 1.12 : 1) * (1 + 0.2 * noise(s, 65, at_us, 1));
    double on_time = 0.94 - 0.17 * share * trait(s, 66, 0.5, 1.5) -
                     (weather_temperature(at_us) < -1 ? 0.1 : 0) + 0.05 * noise(s, 67, at_us, 2);
    return (SimReading){.first = floor(MAX(0, boardings)),
                        .second = round(MIN(1, MAX(0.2, on_time)) * 100) / 100};
}

static SimReading read_charger(const SimSensor *s, int64_t at_us)
{
    double h = weather_local_hour(at_us);
    double busy = 0.1 + 0.35 * sim_bump(h, 11, 4) + 0.4 * sim_bump(h, 18.5, 3);
    bool taken = sim_chance(s->number, 68, at_us / TIME_HOUR_US) < busy * trait(s, 69, 0.5, 1.3);
    double kw = taken ? 3.7 + 18 * sim_chance(s->number, 70, at_us / TIME_HOUR_US) : 0;
    return (SimReading){.first = tenth(kw)};
}

/* ---- environment ---- */

static SimReading read_air(const SimSensor *s, int64_t at_us)
{
    double street = trait(s, 9, 0.5, 1.5), wind = weather_wind(at_us);
    double cold = MAX(0, 12 - weather_temperature(at_us));
    double no2 = (8 + 24 * traffic_share(at_us - TIME_HOUR_US) * street + 0.35 * cold) / wind +
                 2 * noise(s, 10, at_us, 3);
    double rain = weather_rain(at_us) > 0.3 ? 0.7 : 1;
    double pm10 = (10 + 8 * street + 0.5 * cold) * rain / wind + 3 * noise(s, 11, at_us, 5);
    Civil day = time_civil(weather_local_us(at_us));
    if (day.month == 1 && day.day == 1 && day.hour < 5)
        pm10 *= 6; /* fireworks */
    return (SimReading){.first = tenth(MAX(2, no2)), .second = tenth(MAX(3, pm10))};
}

static SimReading read_water(const SimSensor *s, int64_t at_us)
{
    double level = 2.35 + 0.4 * sim_drift(3, 3, at_us, 60 * TIME_HOUR_US) -
                   0.25 * weather_season(at_us) + 0.3 * (weather_wind(at_us) - 1);
    double tide = 0.18 * sin((double)(at_us / TIME_MINUTE_US) / (12.42 * 60) * 6.2831853);
    return (SimReading){.first = round((level + tide + trait(s, 12, 0, 0.1)) * 100) / 100};
}

/* The centre is warmer than the edge, most of all in calm clear nights. */
static SimReading read_weather(const SimSensor *s, int64_t at_us)
{
    double h = weather_local_hour(at_us), calm = MAX(0, 1.2 - weather_wind(at_us));
    double island =
        trait(s, 71, 0, 1) * (0.6 + 3 * calm * (1 - weather_cloud(at_us)) * sim_bump(h, 23, 5));
    return (SimReading){
        .first = tenth(weather_temperature(at_us) + island + 0.2 * noise(s, 72, at_us, 2)),
        .second = weather_rain(at_us)};
}

static SimReading read_noise(const SimSensor *s, int64_t at_us)
{
    double level = trait(s, 73, 44, 54) + 9 * log10(1 + 30 * traffic_share(at_us)) +
                   6 * workday_feast(at_us) + 1.5 * noise(s, 74, at_us, 1);
    return (SimReading){.first = tenth(level)};
}

/* Rain fills, warmth dries, and somebody waters when it is too dry. */
static SimReading read_soil(const SimSensor *s, int64_t at_us)
{
    double wet = 0, weight = 0;
    for (int day = 0; day < 12; day++) {
        double share = 1.0 / (1 + day);
        int64_t then_us = at_us / TIME_HOUR_US * TIME_HOUR_US - day * TIME_DAY_US;
        wet += share * (weather_cloud(then_us) - 0.5 - 0.02 * (weather_temperature(then_us) - 10));
        weight += share;
    }
    double moisture = trait(s, 75, 20, 28) + 16 * wet / weight + 1.5 * noise(s, 76, at_us, 30);
    return (SimReading){.first = tenth(MIN(46, MAX(7, moisture)))};
}

/* ---- buildings and networks ---- */

static double occupied(int64_t at_us)
{
    double h = weather_local_hour(at_us);
    if (workday_is_sunday(at_us))
        return 0.1;
    if (workday_is_free(at_us))
        return 0.15 + 0.2 * sim_bump(h, 12, 3.5);
    return 0.15 + 0.85 * sim_bump(h, 10.5, 4) * (workday_in_school_holidays(at_us) ? 0.45 : 1);
}

static SimReading read_heat(const SimSensor *s, int64_t at_us)
{
    double need = MAX(0, 17 - weather_temperature(at_us)) / 20;
    double use = 0.5 + 0.5 * occupied(at_us);
    double power = trait(s, 13, 40, 200) * need * use * (1.05 - 0.05 * weather_sun(at_us)) *
                   (1 + 0.1 * noise(s, 14, at_us, 2));
    return (SimReading){.first = tenth(MAX(0, power))};
}

static SimReading read_power(const SimSensor *s, int64_t at_us)
{
    double dark = weather_sun(at_us) < 0.08 ? 1.2 : 1;
    double heat_wave = MAX(0, weather_temperature(at_us) - 24) * 0.03;
    double per_m2 = 0.0022 + (0.0085 * dark + heat_wave * 0.01) * occupied(at_us);
    double power = sim_floor_area(s->number) * per_m2 * trait(s, 77, 0.8, 1.25) *
                   (1 + 0.12 * noise(s, 78, at_us, 1) + 0.05 * noise(s, 79, at_us, 24 * 9));
    return (SimReading){.first = tenth(MAX(0.2, power))};
}

static SimReading read_solar(const SimSensor *s, int64_t at_us)
{
    double sun = weather_sun(at_us) * (1 + 0.25 * noise(s, 80, at_us, 0.25));
    return (SimReading){.first = tenth(MAX(0, trait(s, 81, 25, 95) * sun))};
}

static SimReading read_main(const SimSensor *s, int64_t at_us)
{
    double h = weather_local_hour(at_us);
    double rise = workday_is_free(at_us) ? 9.5 : 7.3;
    double use = 0.25 + 0.9 * sim_bump(h, rise, 2) + 0.45 * sim_bump(h, 13, 3) +
                 0.7 * sim_bump(h, 19.5, 2.6) + 0.02 * MAX(0, weather_temperature(at_us) - 18);
    double size = trait(s, 82, 30, 140);
    double metered = size * use * (1 + 0.06 * noise(s, 83, at_us, 1));
    double loss = size * trait(s, 84, 0.05, 0.11) * (1 + 0.1 * noise(s, 85, at_us, 24 * 14));
    return (SimReading){.first = tenth(metered + loss), .second = tenth(metered)};
}

static SimReading read_lamp(const SimSensor *s, int64_t at_us)
{
    double h = weather_local_hour(at_us);
    bool lit = h >= weather_dusk(at_us) || h < weather_dawn(at_us);
    bool dimmed = h >= 22.5 || h < 5;
    double power = lit ? trait(s, 15, 55, 100) * (dimmed ? 0.5 : 1) : 0.4;
    return (SimReading){.first = tenth(power)};
}

static SimReading read_container(const SimSensor *s, int64_t at_us)
{
    int64_t cycle_us = (int64_t)(trait(s, 16, 5, 11) * (double)TIME_DAY_US);
    int64_t shifted = at_us + (int64_t)(trait(s, 17, 0, 1) * (double)cycle_us);
    /* What is thrown in between two collections is not the same each time. */
    double pace = 0.7 + 0.45 * sim_chance(s->number, 19, shifted / cycle_us);
    double through = (double)(shifted % cycle_us) / (double)cycle_us;
    return (SimReading){.first = round(MIN(1, 0.04 + through * pace) * 100) / 100};
}

static SimReading read_office(const SimSensor *s, int64_t at_us)
{
    double h = weather_local_hour(at_us);
    if (workday_is_free(at_us) || h < 8 || h >= 17)
        return (SimReading){0};
    bool monday = time_civil(weather_local_us(at_us)).weekday == 1;
    double rush = sim_bump(h, 9.5, 1.5) + 0.7 * sim_bump(h, 15, 1.8) + (monday ? 0.3 : 0);
    double wait = trait(s, 86, 8, 20) * (0.35 + rush) * (1 + 0.3 * noise(s, 87, at_us, 2));
    return (SimReading){.first = tenth(MAX(0, wait)),
                        .second = floor(trait(s, 88, 8, 26) * (0.5 + 0.5 * rush))};
}

/* ---- all kinds ---- */

typedef SimReading Read(const SimSensor *sensor, int64_t at_us);

/* Real meters and counters are hourly in the files that we know; what changes rarely is told when
 * it changes. */
static const struct {
    Read *read;
    int live_s, past_s;
    bool changes_only, counts;
} KINDS[SIM_KIND_COUNT_] = {
    [SIM_CAR_PARK] = {read_parking, 60, 3600, false, false},
    [SIM_STREET_PARK] = {read_parking, 120, 7200, true, false},
    [SIM_TRAFFIC] = {read_traffic, 60, 3600, false, true},
    [SIM_AIR] = {read_air, 120, 3600, false, false},
    [SIM_WATER] = {read_water, 120, 3600, false, false},
    [SIM_HEAT] = {read_heat, 300, 3600, false, false},
    [SIM_LAMP] = {read_lamp, 300, 3600, true, false},
    [SIM_CONTAINER] = {read_container, 900, 7200, true, false},
    [SIM_WEATHER] = {read_weather, 300, 3600, false, false},
    [SIM_POWER] = {read_power, 300, 3600, false, false},
    [SIM_BICYCLE] = {read_bicycle, 300, 3600, false, true},
    [SIM_PEOPLE] = {read_people, 300, 3600, false, true},
    [SIM_NOISE] = {read_noise, 300, 3600, false, false},
    [SIM_CHARGER] = {read_charger, 300, 3600, true, false},
    [SIM_SOLAR] = {read_solar, 300, 3600, true, false},
    [SIM_MAIN] = {read_main, 300, 3600, false, false},
    [SIM_SOIL] = {read_soil, 900, 10800, false, false},
    [SIM_STOP] = {read_stop, 300, 3600, true, true},
    [SIM_OFFICE] = {read_office, 300, 3600, true, false},
};

int sim_interval_s(SimKind kind)
{
    return KINDS[kind].live_s;
}

int sim_past_interval_s(SimKind kind)
{
    return KINDS[kind].past_s;
}

bool sim_past_changes_only(SimKind kind)
{
    return KINDS[kind].changes_only;
}

SimReading sim_read_clean(const SimSensor *sensor, int64_t at_us)
{
    return KINDS[sensor->kind].read(sensor, at_us);
}

/* What the device says: the truth as the project changed it, by the device that hangs there. */
static SimReading read_device(const SimSensor *s, int64_t at_us)
{
    SimReading reading = sim_read_clean(s, at_us);
    SimExchange exchange = fault_exchange(s);
    double device = exchange.any && at_us >= exchange.at_us ? exchange.factor : 1;
    double first = device, second = 1;
    if (s->effect.any && at_us >= s->effect.since_us)
        *(s->effect.attribute == 0 ? &first : &second) *= s->effect.factor;
    if (first != 1)
        reading.first =
            KINDS[s->kind].counts ? round(reading.first * first) : tenth(reading.first * first);
    if (second != 1)
        reading.second = MIN(1, round(reading.second * second * 100) / 100);
    return reading;
}

bool sim_read(const SimSensor *sensor, int64_t at_us, SimReading *ret)
{
    int64_t since_us;
    switch (fault_at(sensor, at_us, &since_us)) {
    case SIM_SILENT:
    case SIM_GAP:
        return false;
    case SIM_DEAD:
        *ret = (SimReading){0};
        return true;
    case SIM_STUCK:
        *ret = read_device(sensor, since_us);
        return true;
    case SIM_FINE:
        *ret = read_device(sensor, at_us);
        return true;
    }
    return false;
}
