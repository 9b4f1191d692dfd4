#include "weather.h"

#include "base/calendar.h"
#include "simulate.h"

#include <math.h>

#define TURN 6.283185307179586

/* Knots of the weather belong to no sensor. */
enum { NOBODY = 1 };

int64_t weather_local_us(int64_t at_us)
{
    return at_us + TIME_HOUR_US;
}

double weather_local_hour(int64_t at_us)
{
    return (double)(weather_local_us(at_us) % TIME_DAY_US) / (double)TIME_HOUR_US;
}

double weather_season(int64_t at_us)
{
    Civil c = time_civil(at_us);
    double day = (c.month - 1) * 30.44 + c.day;
    return -cos((day - 15) / 365.25 * TURN);
}

double weather_cloud(int64_t at_us)
{
    double cloud = 0.58 - 0.12 * weather_season(at_us) +
                   0.7 * sim_drift(NOBODY, 3, at_us, 30 * TIME_HOUR_US) +
                   0.2 * sim_drift(NOBODY, 4, at_us, 3 * TIME_HOUR_US);
    return MIN(1, MAX(0, cloud));
}

/* Years differ, weeks differ, and clouds take from the day what they keep in the night. */
double weather_temperature(int64_t at_us)
{
    double swing = 4.5 - 3 * weather_cloud(at_us);
    return 10.3 + 8.4 * weather_season(at_us) -
           swing * cos((weather_local_hour(at_us) - 3) / 24 * TURN) +
           4.2 * sim_drift(NOBODY, 1, at_us, 132 * TIME_HOUR_US) +
           1.6 * sim_drift(NOBODY, 2, at_us, 36 * TIME_HOUR_US) +
           1.1 * sim_drift(NOBODY, 5, at_us, 120 * TIME_DAY_US);
}

double weather_rain(int64_t at_us)
{
    double wet = weather_cloud(at_us) - 0.78;
    double shower = sim_chance(NOBODY, 6, at_us / TIME_HOUR_US);
    if (wet <= 0 || shower < 0.45)
        return 0;
    double rain = 9 * wet * (shower - 0.4);
    if (shower > 0.985)
        rain *= 6; /* a cloudburst */
    return round(rain * 10) / 10;
}

double weather_wind(int64_t at_us)
{
    double wind = 1 + 0.45 * sim_drift(NOBODY, 7, at_us, 18 * TIME_HOUR_US) +
                  0.12 * sim_drift(NOBODY, 8, at_us, 4 * TIME_HOUR_US) -
                  0.08 * weather_season(at_us);
    return MIN(1.6, MAX(0.4, wind));
}

double weather_dawn(int64_t at_us)
{
    return 6.2 - 2.1 * weather_season(at_us);
}

double weather_dusk(int64_t at_us)
{
    return 19 + 2.4 * weather_season(at_us);
}

double weather_sun(int64_t at_us)
{
    double dawn = weather_dawn(at_us), dusk = weather_dusk(at_us), h = weather_local_hour(at_us);
    if (h <= dawn || h >= dusk)
        return 0;
    double height = sin((h - dawn) / (dusk - dawn) * TURN / 2);
    return (0.46 + 0.4 * weather_season(at_us)) * height * (1 - 0.75 * weather_cloud(at_us));
}
