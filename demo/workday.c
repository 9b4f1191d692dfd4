#include "workday.h"

#include "base/calendar.h"
#include "weather.h"

/* Easter Sunday as a day of March: 32 is the first of April (Gauss, as corrected by Lichtenberg;
 * holds from 1900 to 2099). */
static int easter(int year)
{
    int a = year % 19, d = (19 * a + 24) % 30,
        e = (2 * (year % 4) + 4 * (year % 7) + 6 * d + 5) % 7;
    int day = 22 + d + e;
    if (day == 57 || (d == 28 && e == 6 && a > 10))
        day -= 7;
    return day;
}

static Civil civil_of(int64_t at_us)
{
    return time_civil(weather_local_us(at_us));
}

/* Days since Easter Sunday of the same year. */
static int64_t since_easter(int64_t at_us)
{
    Civil day = civil_of(at_us);
    Civil march = {.year = day.year, .month = 3, .day = 1};
    int64_t easter_us = time_from_civil(march) + (easter(day.year) - 1) * TIME_DAY_US;
    int64_t local_us = weather_local_us(at_us) / TIME_DAY_US * TIME_DAY_US;
    return (local_us - easter_us) / TIME_DAY_US;
}

bool workday_is_holiday(int64_t at_us)
{
    static const int FIXED[][2] = {{1, 1}, {5, 1}, {10, 3}, {11, 1}, {12, 25}, {12, 26}};
    /* Good Friday, Easter Monday, Ascension, Whit Monday, Corpus Christi */
    static const int64_t MOVABLE[] = {-2, 1, 39, 50, 60};
    Civil day = civil_of(at_us);
    for (size_t i = 0; i < COUNT_OF(FIXED); i++)
        if (day.month == FIXED[i][0] && day.day == FIXED[i][1])
            return true;
    int64_t days = since_easter(at_us);
    for (size_t i = 0; i < COUNT_OF(MOVABLE); i++)
        if (days == MOVABLE[i])
            return true;
    return false;
}

bool workday_is_sunday(int64_t at_us)
{
    return civil_of(at_us).weekday == 7 || workday_is_holiday(at_us);
}

bool workday_is_free(int64_t at_us)
{
    return civil_of(at_us).weekday >= 6 || workday_is_holiday(at_us);
}

bool workday_in_school_holidays(int64_t at_us)
{
    static const int RANGES[][2] = {{101, 106}, {704, 816}, {1010, 1024}, {1222, 1231}};
    Civil day = civil_of(at_us);
    int date = day.month * 100 + day.day;
    int64_t days = since_easter(at_us);
    for (size_t i = 0; i < COUNT_OF(RANGES); i++)
        if (date >= RANGES[i][0] && date <= RANGES[i][1])
            return true;
    return days >= -13 && days <= 6;
}

double workday_feast(int64_t at_us)
{
    Civil day = civil_of(at_us);
    bool weekend = day.weekday >= 5;
    if (day.month == 8 && day.day <= 7 && weekend)
        return 1; /* the harbour's feast, first weekend of August */
    if ((day.month == 11 && day.day >= 24) || (day.month == 12 && day.day <= 23))
        return weekend ? 0.6 : 0.3; /* the Christmas market */
    return day.month == 5 && day.day >= 15 && day.day <= 21 && day.weekday >= 6 ? 0.5 : 0;
}
