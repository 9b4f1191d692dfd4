#include "base/calendar.h"

#include "base/str.h"

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar. Years are counted from
 * March, so that the leap day is a year's last one; an era is 400 years, 146,097 days. */
static int64_t days_of_date(int64_t year, int32_t month, int64_t day)
{
    int64_t y = year - (month <= 2);
    int64_t era = floor_div(y, 400), year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static void date_of_days(int64_t days, Civil *ret)
{
    int64_t from_march = days + 719468;
    int64_t era = floor_div(from_march, 146097), day_of_era = from_march - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    ret->day = (int32_t)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    ret->month = (int32_t)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    ret->year = (int32_t)(year_of_era + era * 400 + (ret->month <= 2));
    ret->weekday = (int32_t)(days + 3 - 7 * floor_div(days + 3, 7)) + 1;
}

static bool is_leap_year(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int32_t days_of_month(int64_t year, int32_t month)
{
    static const int8_t DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return DAYS[month - 1] + (month == 2 && is_leap_year(year));
}

static int64_t clamp_us(int64_t at_us)
{
    return MAX(TIME_MIN_US, MIN(at_us, TIME_MAX_US));
}

/* Days and microseconds since 1970 added up, held within the range. */
static int64_t instant_of(int64_t days, int64_t us)
{
    int64_t carried = floor_div(us, TIME_DAY_US);
    if (__builtin_add_overflow(days, carried, &days))
        return carried < 0 ? TIME_MIN_US : TIME_MAX_US;
    if (days < TIME_MIN_US / TIME_DAY_US)
        return TIME_MIN_US;
    if (days > TIME_MAX_US / TIME_DAY_US)
        return TIME_MAX_US;
    return days * TIME_DAY_US + (us - carried * TIME_DAY_US);
}

Civil time_civil(int64_t at_us)
{
    int64_t days = floor_div(at_us, TIME_DAY_US), us = at_us - days * TIME_DAY_US;
    Civil c = {.hour = (int32_t)(us / TIME_HOUR_US),
               .minute = (int32_t)(us / TIME_MINUTE_US % 60),
               .second = (int32_t)(us / TIME_SECOND_US % 60),
               .us = (int32_t)(us % TIME_SECOND_US)};
    date_of_days(days, &c);
    return c;
}

int64_t time_from_civil(Civil c)
{
    int64_t months = (int64_t)c.year * 12 + c.month - 1, year = floor_div(months, 12);
    int64_t days = days_of_date(year, (int32_t)(months - year * 12) + 1, 1) + c.day - 1;
    int64_t us =
        c.hour * TIME_HOUR_US + c.minute * TIME_MINUTE_US + c.second * TIME_SECOND_US + c.us;
    return instant_of(days, us);
}

static int64_t add_months(int64_t at_us, int64_t add)
{
    Civil c = time_civil(at_us);
    int64_t months = (int64_t)c.year * 12 + c.month - 1 + add, year = floor_div(months, 12);
    if (year < 1)
        return TIME_MIN_US;
    if (year > 9999)
        return TIME_MAX_US;
    c.year = (int32_t)year;
    c.month = (int32_t)(months - year * 12) + 1;
    c.day = MIN(c.day, days_of_month(c.year, c.month));
    return time_from_civil(c);
}

int64_t time_add(int64_t at_us, Duration d, int32_t times)
{
    at_us = add_months(clamp_us(at_us), (int64_t)d.months * times);
    at_us = instant_of((int64_t)d.days * times, at_us);
    int64_t add_us;
    if (__builtin_mul_overflow(d.us, (int64_t)times, &add_us) ||
        __builtin_add_overflow(at_us, add_us, &at_us))
        return (d.us < 0) == (times < 0) ? TIME_MAX_US : TIME_MIN_US;
    return clamp_us(at_us);
}

/* Reading. Each step takes what it needs from the front and says whether it was there. */

static bool take(Str *s, char c)
{
    if (s->n == 0 || s->p[0] != c)
        return false;
    *s = str_from_index(*s, 1);
    return true;
}

static bool take_any(Str *s, char a, char b)
{
    return take(s, a) || take(s, b);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool take_number(Str *s, size_t digits, int32_t low, int32_t high, int32_t *ret)
{
    int32_t value = 0;
    if (s->n < digits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        if (!is_digit(s->p[i]))
            return false;
        value = value * 10 + (s->p[i] - '0');
    }
    if (value < low || value > high)
        return false;
    *s = str_from_index(*s, digits);
    *ret = value;
    return true;
}

/* One to nine digits of a fraction of a second; microseconds are kept. */
static bool take_fraction(Str *s, int32_t *ret_us)
{
    int32_t us = 0, unit = 100000;
    size_t n = 0;
    while (n < s->n && is_digit(s->p[n])) {
        us += (s->p[n] - '0') * unit;
        unit /= 10;
        n++;
    }
    if (n == 0 || n > 9)
        return false;
    *s = str_from_index(*s, n);
    *ret_us = us;
    return true;
}

static bool take_date(Str *s, Civil *ret)
{
    return take_number(s, 4, 1, 9999, &ret->year) && take(s, '-') &&
           take_number(s, 2, 1, 12, &ret->month) && take(s, '-') &&
           take_number(s, 2, 1, days_of_month(ret->year, ret->month), &ret->day);
}

static bool take_minutes(Str *s, Civil *ret)
{
    return take_number(s, 2, 0, 23, &ret->hour) && take(s, ':') &&
           take_number(s, 2, 0, 59, &ret->minute);
}

static bool take_seconds(Str *s, Civil *ret)
{
    if (!take(s, ':') || !take_number(s, 2, 0, 60, &ret->second))
        return false;
    return !take_any(s, '.', ',') || take_fraction(s, &ret->us);
}

static bool take_zone(Str *s, int64_t *ret_offset_us)
{
    int32_t hours, minutes;
    if (take_any(s, 'Z', 'z')) {
        *ret_offset_us = 0;
        return true;
    }
    bool west = s->n > 0 && s->p[0] == '-';
    if (!take_any(s, '+', '-') || !take_number(s, 2, 0, 23, &hours) || !take(s, ':') ||
        !take_number(s, 2, 0, 59, &minutes))
        return false;
    int64_t offset_us = hours * TIME_HOUR_US + minutes * TIME_MINUTE_US;
    *ret_offset_us = west ? -offset_us : offset_us;
    return true;
}

/* The instant of fields as read. A leap second ends a day of UTC and reads as the next day's
 * first second. */
static bool instant_read(const Civil *c, int64_t offset_us, int64_t *ret_us)
{
    int64_t at_us = days_of_date(c->year, c->month, c->day) * TIME_DAY_US + c->hour * TIME_HOUR_US +
                    c->minute * TIME_MINUTE_US + c->second * TIME_SECOND_US - offset_us;
    if (c->second == 60 && at_us % TIME_DAY_US != 0)
        return false;
    at_us += c->us;
    if (at_us < TIME_MIN_US || at_us > TIME_MAX_US)
        return false;
    *ret_us = at_us;
    return true;
}

bool time_parse(Str s, int64_t *ret_us)
{
    Civil c = {0};
    int64_t offset_us;
    return take_date(&s, &c) && take_any(&s, 'T', 't') && take_minutes(&s, &c) &&
           take_seconds(&s, &c) && take_zone(&s, &offset_us) && s.n == 0 &&
           instant_read(&c, offset_us, ret_us);
}

bool time_parse_lax(Str s, int64_t *ret_us)
{
    Civil c = {0};
    int64_t offset_us = 0;
    if (!take_date(&s, &c))
        return false;
    if (s.n == 0)
        return instant_read(&c, 0, ret_us);
    if (!(take_any(&s, 'T', 't') || take(&s, ' ')) || !take_minutes(&s, &c))
        return false;
    if (s.n > 0 && s.p[0] == ':' && !take_seconds(&s, &c))
        return false;
    if (s.n > 0 && !take_zone(&s, &offset_us))
        return false;
    return s.n == 0 && instant_read(&c, offset_us, ret_us);
}

static char *put_digits(char *p, int32_t value, int digits)
{
    for (int i = digits - 1; i >= 0; i--, value /= 10)
        p[i] = (char)('0' + value % 10);
    return p + digits;
}

void buf_time(Buf *buf, int64_t at_us)
{
    char text[32], *p = text;
    Civil c = time_civil(clamp_us(at_us));
    const struct {
        int32_t value;
        int digits;
        char before;
    } PARTS[] = {{c.month, 2, '-'},
                 {c.day, 2, '-'},
                 {c.hour, 2, 'T'},
                 {c.minute, 2, ':'},
                 {c.second, 2, ':'}};
    p = put_digits(p, c.year, 4);
    for (size_t i = 0; i < COUNT_OF(PARTS); i++) {
        *p++ = PARTS[i].before;
        p = put_digits(p, PARTS[i].value, PARTS[i].digits);
    }
    if (c.us) {
        *p++ = '.';
        p = c.us % 1000 ? put_digits(p, c.us, 6) : put_digits(p, c.us / 1000, 3);
    }
    *p++ = 'Z';
    buf_put(buf, (Str){text, (size_t)(p - text)});
}

/* A number of any length with its unit letter, as far as the order of units goes on: "5M" of
 * "5M6S". *at is where in UNITS to begin. */
typedef struct DurationPart {
    int64_t value;
    int32_t fraction_us;
    char unit;
} DurationPart;

static bool take_part(Str *s, const char **units, DurationPart *ret)
{
    size_t n = 0;
    ret->value = 0;
    ret->fraction_us = 0;
    for (; n < s->n && is_digit(s->p[n]); n++)
        if (__builtin_mul_overflow(ret->value, 10, &ret->value) ||
            __builtin_add_overflow(ret->value, s->p[n] - '0', &ret->value))
            return false;
    if (n == 0)
        return false;
    *s = str_from_index(*s, n);
    bool fraction = take_any(s, '.', ',');
    if (fraction && !take_fraction(s, &ret->fraction_us))
        return false;
    const char *unit = s->n && s->p[0] ? strchr(*units, s->p[0]) : NULL;
    if (!unit || (fraction && *unit != 'S'))
        return false;
    ret->unit = *unit;
    *units = unit + 1;
    *s = str_from_index(*s, 1);
    return true;
}

static bool add_times(int64_t *sum, int64_t value, int64_t unit)
{
    int64_t product;
    return !__builtin_mul_overflow(value, unit, &product) &&
           !__builtin_add_overflow(*sum, product, sum);
}

static bool take_date_parts(Str *s, int64_t *months, int64_t *days)
{
    const char *units = "YMD";
    DurationPart part;
    while (s->n > 0 && s->p[0] != 'T') {
        if (!take_part(s, &units, &part))
            return false;
        bool fits = part.unit == 'Y'   ? add_times(months, part.value, 12)
                    : part.unit == 'M' ? add_times(months, part.value, 1)
                                       : add_times(days, part.value, 1);
        if (!fits)
            return false;
    }
    return *months <= INT32_MAX && *days <= INT32_MAX;
}

static bool take_time_parts(Str *s, int64_t *us)
{
    const char *units = "HMS";
    DurationPart part;
    if (s->n == 0)
        return true;
    if (!take(s, 'T') || s->n == 0)
        return false;
    while (s->n > 0) {
        if (!take_part(s, &units, &part))
            return false;
        int64_t unit = part.unit == 'H'   ? TIME_HOUR_US
                       : part.unit == 'M' ? TIME_MINUTE_US
                                          : TIME_SECOND_US;
        if (!add_times(us, part.value, unit) || !add_times(us, part.fraction_us, 1))
            return false;
    }
    return true;
}

static bool weeks_parse(Str s, Duration *ret)
{
    const char *units = "W";
    DurationPart part;
    int64_t days = 0;
    if (!take_part(&s, &units, &part) || s.n > 0 || !add_times(&days, part.value, 7) ||
        days > INT32_MAX)
        return false;
    *ret = (Duration){.days = (int32_t)days};
    return true;
}

bool duration_parse(Str s, Duration *ret)
{
    int64_t months = 0, days = 0, us = 0;
    if (!take(&s, 'P') || s.n == 0)
        return false;
    if (s.p[s.n - 1] == 'W')
        return weeks_parse(s, ret);
    if (!take_date_parts(&s, &months, &days) || !take_time_parts(&s, &us))
        return false;
    *ret = (Duration){(int32_t)months, (int32_t)days, us};
    return true;
}
