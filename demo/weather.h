/* The weather of Lindhafen, the common cause of much that its sensors read. */
#ifndef HANSE_DEMO_WEATHER_H
#define HANSE_DEMO_WEATHER_H

#include "base/base.h"

/* The city lies in one zone; its offset is taken as +1 h all year, since lamps and people of an
 * invented city need no daylight saving. */
double weather_local_hour(int64_t at_us);
int64_t weather_local_us(int64_t at_us);

double weather_season(int64_t at_us);      /* -1 in midwinter, 1 in midsummer */
double weather_temperature(int64_t at_us); /* degrees, at the edge of the city */
double weather_rain(int64_t at_us);        /* mm of the last hour */
double weather_cloud(int64_t at_us);       /* 0 to 1 */
double weather_wind(int64_t at_us);        /* 0.4 to 1.6 of the mean */
double weather_sun(int64_t at_us);         /* on a flat roof, share of 1 kW per m2 */
/* Local hours of dawn and dusk. */
double weather_dawn(int64_t at_us);
double weather_dusk(int64_t at_us);

#endif
