/* The time of a record. */
#include "systems/feed_part.h"

#include "base/str.h"

#include <math.h>

/* ---- patterns: YYYY MM DD hh mm ss and literals ---- */

typedef struct Field {
    Str letters;
    size_t offset; /* in Civil */
    int32_t min, max;
} Field;
static const Field FIELDS[] = {
    {S_INIT("YYYY"), offsetof(Civil, year), 1, 9999},
    {S_INIT("MM"), offsetof(Civil, month), 1, 12},
    {S_INIT("DD"), offsetof(Civil, day), 1, 31},
    {S_INIT("hh"), offsetof(Civil, hour), 0, 23},
    {S_INIT("mm"), offsetof(Civil, minute), 0, 59},
    {S_INIT("ss"), offsetof(Civil, second), 0, 59},
};
enum { FIELD_COUNT = COUNT_OF(FIELDS), DATE_FIELDS = 3 };

static size_t field_at(Str pattern)
{
    size_t i = 0;
    while (i < FIELD_COUNT && !str_starts(pattern, FIELDS[i].letters))
        i++;
    return i;
}

const char *feed_pattern_fault(Str pattern)
{
    unsigned seen = 0;
    while (pattern.n) {
        size_t i = field_at(pattern);
        char c = pattern.p[0];
        if (i < FIELD_COUNT) {
            if (seen & 1u << i)
                return "a pattern names each of YYYY MM DD hh mm ss once";
            seen |= 1u << i;
            pattern = str_from_index(pattern, FIELDS[i].letters.n);
        } else if ((c >= 'a' && c <= 'z' && c != 'u') || (c >= 'A' && c <= 'Z' && c != 'T')) {
            return "a pattern knows YYYY MM DD hh mm ss, T and signs";
        } else {
            pattern = str_from_index(pattern, 1);
        }
    }
    if ((seen & 7) != 7)
        return "a pattern needs YYYY, MM and DD";
    return NULL;
}

/* One or two digits, four for the year. */
static bool number_read(Str *text, size_t digits, int32_t *ret)
{
    size_t n = 0;
    int32_t number = 0;
    while (n < text->n && n < digits && text->p[n] >= '0' && text->p[n] <= '9')
        number = number * 10 + (text->p[n++] - '0');
    if (n == 0 || (digits == 4 && n != 4))
        return false;
    *text = str_from_index(*text, n);
    *ret = number;
    return true;
}

static int32_t days_of_month(int32_t year, int32_t month)
{
    static const int8_t DAYS[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return DAYS[month - 1] + (month == 2 && leap);
}

static bool pattern_read(Str pattern, Str text, int64_t *ret_us)
{
    Civil civil = {0};
    while (pattern.n) {
        size_t i = field_at(pattern);
        if (i == FIELD_COUNT) {
            if (text.n == 0 || text.p[0] != pattern.p[0])
                return false;
            text = str_from_index(text, 1);
            pattern = str_from_index(pattern, 1);
            continue;
        }
        int32_t number;
        if (!number_read(&text, FIELDS[i].letters.n, &number) || number < FIELDS[i].min ||
            number > FIELDS[i].max)
            return false;
        memcpy((char *)&civil + FIELDS[i].offset, &number, sizeof number);
        pattern = str_from_index(pattern, FIELDS[i].letters.n);
    }
    if (text.n || civil.day > days_of_month(civil.year, civil.month))
        return false;
    *ret_us = time_from_civil(civil);
    return true;
}

/* ---- formats ---- */

static bool unix_read(Str text, double unit_us, int64_t *ret_us)
{
    int64_t whole;
    double value;
    if (unit_us == 1000 && str_to_i64(text, &whole)) {
        if (whole < TIME_MIN_US / 1000 || whole > TIME_MAX_US / 1000)
            return false;
        *ret_us = whole * 1000;
        return true;
    }
    if (!str_to_f64(text, &value))
        return false;
    value = value * unit_us;
    if (!(value >= (double)TIME_MIN_US && value <= (double)TIME_MAX_US - 1000))
        return false;
    *ret_us = llround(value);
    return true;
}

/* A time without zone; one with a zone is taken at its word. */
static bool local_read(const FeedTime *time, Str text, int64_t *ret_us)
{
    int64_t local_us;
    if (time->pattern.n ? !pattern_read(time->pattern, text, &local_us)
                        : !time_parse_lax(text, &local_us))
        return false;
    int64_t exact_us;
    bool zoned = !time->pattern.n && time_parse(text, &exact_us);
    *ret_us = zoned || !time->zone ? local_us : zone_to_utc(time->zone, local_us);
    return true;
}

static bool text_read(const FeedTime *time, Str text, int64_t *ret_us)
{
    switch (time->format) {
    case FEED_TIME_RFC3339:
        return time_parse(text, ret_us);
    case FEED_TIME_UNIX:
        return unix_read(text, 1e6, ret_us);
    case FEED_TIME_UNIX_MS:
        return unix_read(text, 1e3, ret_us);
    case FEED_TIME_LOCAL:
        break;
    }
    return local_read(time, text, ret_us);
}

const char *feed_time_read(Arena *arena, const FeedTime *time, const FeedRecord *record,
                           int64_t *ret_us)
{
    static const char *const EXPECTED[] = {
        [FEED_TIME_RFC3339] = "the time is not like 2026-01-31T12:00:00Z",
        [FEED_TIME_UNIX] = "the time is not in seconds since 1970",
        [FEED_TIME_UNIX_MS] = "the time is not in milliseconds since 1970",
        [FEED_TIME_LOCAL] = "the time does not fit the pattern",
    };
    Str text = {0};
    for (size_t i = 0; i < time->count; i++) {
        FeedValue value;
        if (!feed_source_get(&time->sources[i], record, (Str){0}, &value))
            return "there is no time";
        Str part = feed_value_text(arena, value);
        text = i ? arena_fmt(arena, "%.*s %.*s", SARG(text), SARG(part)) : part;
    }
    return text_read(time, str_trim(text), ret_us) ? NULL : EXPECTED[time->format];
}
