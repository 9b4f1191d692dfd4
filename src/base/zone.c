/* Zones of the IANA database: a reader of TZif (RFC 8536) and of the POSIX rule in its footer. */
#include "base/calendar.h"

#include "base/str.h"

#include <stdio.h>
#include <sys/stat.h>

#define ZONE_DIR "/usr/share/zoneinfo/"

enum {
    ZONE_FILE_BYTES_MAX = 1 << 18, /* the database's largest has 4 KiB */
    OFFSET_MAX_S = 26 * 3600,      /* RFC 8536, section 3.2: what readers must support */
    DAY_S = 24 * 3600,
    WINDOW_S = OFFSET_MAX_S
};

typedef struct LocalType {
    int32_t offset_s;
    Str abbreviation;
} LocalType;

/* When a rule's half year begins: Jn (1 to 365, without leap days), n (0 to 365) or Mm.w.d. */
typedef struct RuleDate {
    char form; /* 'J', 'N' or 'M' */
    int32_t day;
    int32_t month;
    int32_t week;
    int32_t time_s; /* of the local clock before the change */
} RuleDate;

typedef struct Rule {
    bool given;
    bool alternates; /* between standard and summer time */
    LocalType standard;
    LocalType summer;
    RuleDate summer_begins;
    RuleDate summer_ends;
} Rule;

struct Zone {
    size_t count;
    const int64_t *at_s; /* ascending: from at_s[i] on, types[type[i]] holds */
    const uint8_t *type;
    size_t type_count;
    const LocalType *types; /* types[0] holds before the first transition */
    Rule rule;              /* from the last transition on */
};

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* The footer's rule: std offset [dst [offset] , start [/time] , end [/time]]. */

static bool take(Str *s, char c)
{
    if (s->n == 0 || s->p[0] != c)
        return false;
    *s = str_from_index(*s, 1);
    return true;
}

static bool take_number(Str *s, int32_t max, int32_t *ret)
{
    int32_t value = 0;
    size_t n = 0;
    for (; n < s->n && s->p[n] >= '0' && s->p[n] <= '9'; n++) {
        value = value * 10 + (s->p[n] - '0');
        if (value > max)
            return false;
    }
    if (n == 0)
        return false;
    *s = str_from_index(*s, n);
    *ret = value;
    return true;
}

static bool take_name(Str *s, Str *ret)
{
    bool quoted = take(s, '<');
    size_t n = 0;
    while (n < s->n && (((s->p[n] | 0x20) >= 'a' && (s->p[n] | 0x20) <= 'z') ||
                        (quoted && (strchr("+-0123456789", s->p[n]) && s->p[n]))))
        n++;
    if (n == 0)
        return false;
    *ret = str_slice(*s, 0, n);
    *s = str_from_index(*s, n);
    return !quoted || take(s, '>');
}

/* [+-]hh[:mm[:ss]]; hours go to 167 in a rule's times (RFC 8536, section 3.3.1). */
static bool take_time(Str *s, int32_t *ret_s)
{
    int32_t hours = 0, minutes = 0, seconds = 0;
    bool negative = take(s, '-');
    if (!negative)
        (void)take(s, '+');
    if (!take_number(s, 167, &hours))
        return false;
    if (take(s, ':') && !take_number(s, 59, &minutes))
        return false;
    if (take(s, ':') && !take_number(s, 59, &seconds))
        return false;
    int32_t total_s = hours * 3600 + minutes * 60 + seconds;
    *ret_s = negative ? -total_s : total_s;
    return true;
}

static bool take_rule_date(Str *s, RuleDate *ret)
{
    RuleDate date = {.form = 'N', .time_s = 2 * 3600};
    if (take(s, 'M')) {
        date.form = 'M';
        if (!take_number(s, 12, &date.month) || !take(s, '.') || !take_number(s, 5, &date.week) ||
            !take(s, '.') || !take_number(s, 6, &date.day) || date.month < 1 || date.week < 1)
            return false;
    } else {
        if (take(s, 'J'))
            date.form = 'J';
        if (!take_number(s, 365, &date.day) || (date.form == 'J' && date.day < 1))
            return false;
    }
    if (take(s, '/') && !take_time(s, &date.time_s))
        return false;
    *ret = date;
    return true;
}

static bool rule_parse(Str s, Rule *ret)
{
    Rule rule = {.given = true};
    if (!take_name(&s, &rule.standard.abbreviation) || !take_time(&s, &rule.standard.offset_s))
        return false;
    /* POSIX counts west of Greenwich as positive. */
    rule.standard.offset_s = -rule.standard.offset_s;
    if (s.n > 0) {
        rule.alternates = true;
        if (!take_name(&s, &rule.summer.abbreviation))
            return false;
        rule.summer.offset_s = rule.standard.offset_s + 3600;
        if (s.n > 0 && s.p[0] != ',') {
            if (!take_time(&s, &rule.summer.offset_s))
                return false;
            rule.summer.offset_s = -rule.summer.offset_s;
        }
        if (!take(&s, ',') || !take_rule_date(&s, &rule.summer_begins) || !take(&s, ',') ||
            !take_rule_date(&s, &rule.summer_ends) || s.n > 0)
            return false;
    }
    *ret = rule;
    return true;
}

/* Local seconds since 1970 at which the date falls in a year. */
static int64_t rule_date_s(const RuleDate *date, int32_t year)
{
    Civil first = {.year = year, .month = date->form == 'M' ? date->month : 1, .day = 1};
    int64_t day_s = time_from_civil(first) / TIME_SECOND_US;
    if (date->form == 'N')
        return day_s + (int64_t)date->day * DAY_S + date->time_s;
    if (date->form == 'J') {
        Civil march = {.year = year, .month = 3, .day = 1};
        bool leap = (time_from_civil(march) / TIME_SECOND_US - day_s) / DAY_S == 60;
        return day_s + (int64_t)(date->day - 1 + (leap && date->day >= 60)) * DAY_S + date->time_s;
    }
    /* Week w's weekday d, counted from Sunday 0; week 5 is the month's last. */
    int32_t weekday = time_civil(day_s * TIME_SECOND_US).weekday % 7;
    int32_t day = (date->day - weekday + 7) % 7 + (date->week - 1) * 7;
    Civil next = first;
    next.month++;
    while (date->week == 5 &&
           day_s + (int64_t)day * DAY_S >= time_from_civil(next) / TIME_SECOND_US)
        day -= 7;
    return day_s + (int64_t)day * DAY_S + date->time_s;
}

typedef struct Change {
    int64_t at_s;
    const LocalType *type; /* from then on */
} Change;

enum { RULE_CHANGES = 6 };

/* The rule's changes in the year of t and both beside it, in their order. */
static void rule_changes(const Rule *rule, int64_t t, Change ret[RULE_CHANGES])
{
    int32_t year = time_civil(t * TIME_SECOND_US).year;
    for (int i = 0; i < 3; i++) {
        Change begins = {rule_date_s(&rule->summer_begins, year - 1 + i) - rule->standard.offset_s,
                         &rule->summer};
        Change ends = {rule_date_s(&rule->summer_ends, year - 1 + i) - rule->summer.offset_s,
                       &rule->standard};
        bool north = begins.at_s < ends.at_s;
        ret[2 * i] = north ? begins : ends;
        ret[2 * i + 1] = north ? ends : begins;
    }
}

static const LocalType *rule_type(const Rule *rule, int64_t t)
{
    Change changes[RULE_CHANGES];
    if (!rule->alternates)
        return &rule->standard;
    rule_changes(rule, t, changes);
    const LocalType *type = changes[0].type;
    for (int i = 0; i < RULE_CHANGES; i++)
        if (changes[i].at_s <= t)
            type = changes[i].type;
    return type;
}

/* How many transitions of the table lie at or before t. */
static size_t changes_until(const Zone *zone, int64_t t)
{
    size_t low = 0, high = zone->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (zone->at_s[middle] <= t)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const LocalType *type_at(const Zone *zone, int64_t t)
{
    size_t passed = changes_until(zone, t);
    if (passed == zone->count && zone->rule.given)
        return rule_type(&zone->rule, t);
    return &zone->types[passed ? zone->type[passed - 1] : 0];
}

/* The first transition after t; INT64_MAX where none comes. */
static int64_t next_change(const Zone *zone, int64_t t)
{
    Change changes[RULE_CHANGES];
    size_t passed = changes_until(zone, t);
    if (passed < zone->count)
        return zone->at_s[passed];
    if (!zone->rule.given || !zone->rule.alternates)
        return INT64_MAX;
    rule_changes(&zone->rule, t, changes);
    for (int i = 0; i < RULE_CHANGES; i++)
        if (changes[i].at_s > t)
            return changes[i].at_s;
    return INT64_MAX;
}

static int64_t seconds_of(int64_t at_us)
{
    return floor_div(MAX(TIME_MIN_US, MIN(at_us, TIME_MAX_US)), TIME_SECOND_US);
}

int32_t zone_offset_s(const Zone *zone, int64_t at_us)
{
    return type_at(zone, seconds_of(at_us))->offset_s;
}

Str zone_abbreviation(const Zone *zone, int64_t at_us)
{
    return type_at(zone, seconds_of(at_us))->abbreviation;
}

bool zone_next_change(const Zone *zone, int64_t at_us, int64_t *ret_us)
{
    int64_t at_s = next_change(zone, seconds_of(at_us));
    if (at_s > TIME_MAX_US / TIME_SECOND_US)
        return false;
    *ret_us = at_s * TIME_SECOND_US;
    return true;
}

/* Walks the stretches of constant offset around the local time. The first that holds the instant
 * wins; where the next one begins only behind it, it fell into the gap between both. */
int64_t zone_to_utc(const Zone *zone, int64_t local_us)
{
    int64_t local_s = seconds_of(local_us);
    int64_t from_s = local_s - WINDOW_S;
    int32_t offset_s = type_at(zone, from_s)->offset_s;
    for (;;) {
        int64_t next_s = next_change(zone, from_s);
        if (local_s - offset_s < next_s)
            break;
        int32_t next_offset_s = type_at(zone, next_s)->offset_s;
        if (local_s - next_offset_s < next_s)
            break;
        from_s = next_s;
        offset_s = next_offset_s;
    }
    return local_us - offset_s * TIME_SECOND_US;
}

Civil zone_civil(const Zone *zone, int64_t at_us)
{
    return time_civil(zone ? at_us + zone_offset_s(zone, at_us) * TIME_SECOND_US : at_us);
}

int64_t zone_next_day(const Zone *zone, int64_t at_us)
{
    Civil c = zone_civil(zone, at_us);
    return zone_to_utc(
        zone, time_from_civil((Civil){.year = c.year, .month = c.month, .day = c.day + 1}));
}

/* Three numbers parted by a sign: 2026-03-01 or 1.3.2026. */
static bool three_numbers(Str text, char sign, int32_t ret[3])
{
    for (int i = 0; i < 3; i++) {
        int64_t number;
        Str part = str_cut(&text, sign);
        if (!str_to_i64(part, &number) || number < 1 || number > 9999)
            return false;
        ret[i] = (int32_t)number;
    }
    return text.p == NULL;
}

bool zone_day(const Zone *zone, Str text, int64_t *ret_us)
{
    int32_t n[3];
    Civil day;
    text = str_trim(text);
    if (three_numbers(text, '-', n))
        day = (Civil){.year = n[0], .month = n[1], .day = n[2]};
    else if (three_numbers(text, '.', n))
        day = (Civil){.year = n[2], .month = n[1], .day = n[0]};
    else
        return false;
    int64_t local_us = time_from_civil(day);
    Civil back = time_civil(local_us); /* the 31st of April would be the 1st of May */
    if (back.day != day.day || back.month != day.month || back.year != day.year)
        return false;
    *ret_us = zone_to_utc(zone, local_us);
    return true;
}

/* The file: a header and a block of 32-bit times, which is skipped, then the same with 64-bit
 * times, then the footer. RFC 8536, section 3. */

enum { HEADER_BYTES = 44 };

typedef struct Counts {
    size_t utc_flags, standard_flags, leaps, times, types, chars;
} Counts;

static uint64_t big_endian(const char *p, size_t n)
{
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++)
        v = v << 8 | (unsigned char)p[i];
    return v;
}

static bool take_header(Str *file, Counts *ret)
{
    if (file->n < HEADER_BYTES || memcmp(file->p, "TZif", 4) != 0 || file->p[4] < '2')
        return false;
    size_t *counts[] = {&ret->utc_flags, &ret->standard_flags, &ret->leaps,
                        &ret->times,     &ret->types,          &ret->chars};
    for (size_t i = 0; i < COUNT_OF(counts); i++)
        *counts[i] = (size_t)big_endian(file->p + 20 + 4 * i, 4);
    *file = str_from_index(*file, HEADER_BYTES);
    return true;
}

static size_t block_bytes(const Counts *c, size_t time_bytes)
{
    return c->times * (time_bytes + 1) + c->types * 6 + c->chars + c->leaps * (time_bytes + 4) +
           c->standard_flags + c->utc_flags;
}

static bool types_read(Arena *arena, Str types, Str chars, size_t count, const LocalType **ret)
{
    LocalType *list = arena_array(arena, LocalType, count);
    for (size_t i = 0; i < count; i++) {
        const char *p = types.p + 6 * i;
        list[i].offset_s = (int32_t)(uint32_t)big_endian(p, 4);
        Str rest = str_from_index(chars, (unsigned char)p[5]);
        ptrdiff_t length = str_find_char(rest, 0);
        if (length < 0 || list[i].offset_s < -OFFSET_MAX_S || list[i].offset_s > OFFSET_MAX_S)
            return false;
        list[i].abbreviation = str_slice(rest, 0, (size_t)length);
    }
    *ret = list;
    return true;
}

static bool times_read(Arena *arena, Str times, Str indexes, Zone *zone)
{
    int64_t *at_s = arena_array(arena, int64_t, zone->count);
    for (size_t i = 0; i < zone->count; i++) {
        at_s[i] = (int64_t)big_endian(times.p + 8 * i, 8);
        if ((i > 0 && at_s[i] <= at_s[i - 1]) || (unsigned char)indexes.p[i] >= zone->type_count)
            return false;
    }
    zone->at_s = at_s;
    zone->type = (const uint8_t *)indexes.p;
    return true;
}

static bool zone_read(Arena *arena, Str file, Zone *ret)
{
    Counts c;
    Zone zone = {0};
    if (!take_header(&file, &c) || block_bytes(&c, 4) > file.n)
        return false;
    file = str_from_index(file, block_bytes(&c, 4));
    if (!take_header(&file, &c) || block_bytes(&c, 8) > file.n || c.leaps > 0 || c.types == 0)
        return false;
    zone.count = c.times;
    zone.type_count = c.types;
    Str times = str_slice(file, 0, c.times * 8), rest = str_from_index(file, c.times * 8);
    Str indexes = str_slice(rest, 0, c.times);
    Str types = str_slice(rest, c.times, c.times + c.types * 6);
    Str chars = str_slice(rest, c.times + c.types * 6, c.times + c.types * 6 + c.chars);
    if (!types_read(arena, types, chars, c.types, &zone.types) ||
        !times_read(arena, times, indexes, &zone))
        return false;
    Str footer = str_from_index(file, block_bytes(&c, 8));
    if (!take(&footer, '\n') || footer.n == 0 || footer.p[footer.n - 1] != '\n')
        return false;
    footer = str_slice(footer, 0, footer.n - 1);
    if (footer.n > 0 && !rule_parse(footer, &zone.rule))
        return false;
    *ret = zone;
    return true;
}

/* No dot is let through, so that no name leads out of the database. */
static bool is_zone_name(Str name)
{
    char before = '/';
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i], low = (char)(c | 0x20);
        bool fits = (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '+' ||
                    c == '-' || (c == '/' && before != '/');
        if (!fits)
            return false;
        before = c;
    }
    return before != '/' && name.n <= ZONE_NAME_MAX;
}

/* The file's bytes; empty where there is no such file or it cannot be a zone's. */
static Str file_read(Arena *arena, const char *path)
{
    struct stat info;
    Str bytes = {0};
    FILE *file = fopen(path, "rbe");
    if (!file)
        return bytes;
    if (fstat(fileno(file), &info) == 0 && S_ISREG(info.st_mode) &&
        info.st_size <= ZONE_FILE_BYTES_MAX) {
        char *p = arena_alloc_raw(arena, (size_t)info.st_size, 1);
        bytes = (Str){p, fread(p, 1, (size_t)info.st_size, file)};
    }
    fclose(file);
    return bytes;
}

Err zone_load(Cx *cx, Str name, const Zone **ret)
{
    if (!is_zone_name(name))
        return fail(cx, ERR_INVALID, "zone.name",
                    "%.*s is no name of a time zone; it looks like Europe/Berlin",
                    (int)MIN(name.n, 100u), name.p ? name.p : "");
    Zone *zone = arena_new(cx->arena, Zone);
    Str file = file_read(cx->arena, arena_fmt(cx->arena, ZONE_DIR "%.*s", SARG(name)).p);
    if (!zone_read(cx->arena, file, zone))
        return fail(cx, ERR_NOT_FOUND, "zone.unknown",
                    "there is no time zone %.*s in " ZONE_DIR "; is tzdata installed?", SARG(name));
    *ret = zone;
    return OK;
}
