#include "base/calendar.h"

#include "base/test.h"

#include <stdlib.h>
#include <time.h>

/* Seconds of 2022-06-01T00:00:00Z. */
#define JUNE INT64_C(1654041600)

static void instants_are_read_strictly(void **state)
{
    (void)state;
    static const struct {
        Str text;
        int64_t at_us;
    } GOOD[] = {
        {S_INIT("1970-01-01T00:00:00Z"), 0},
        {S_INIT("2022-06-01T00:00:00Z"), JUNE * 1000000},
        {S_INIT("2022-06-01t00:00:00z"), JUNE * 1000000},
        {S_INIT("2022-06-01T02:00:00+02:00"), JUNE * 1000000},
        {S_INIT("2022-05-31T14:30:00-09:30"), JUNE * 1000000},
        {S_INIT("2022-06-01T00:00:00-00:00"), JUNE * 1000000},
        {S_INIT("2022-06-01T00:00:00.5Z"), JUNE * 1000000 + 500000},
        {S_INIT("2022-06-01T00:00:00,123Z"), JUNE * 1000000 + 123000},
        {S_INIT("2022-06-01T00:00:00.123456789Z"), JUNE * 1000000 + 123456},
        {S_INIT("2022-06-01T00:00:00.000000999Z"), JUNE * 1000000},
        {S_INIT("1969-12-31T23:59:59.999999Z"), -1},
        {S_INIT("2016-12-31T23:59:60Z"), INT64_C(1483228800000000)},
        {S_INIT("2017-01-01T00:59:60.25+01:00"), INT64_C(1483228800250000)},
        {S_INIT("2024-02-29T00:00:00Z"), INT64_C(1709164800000000)},
        {S_INIT("2000-02-29T00:00:00Z"), INT64_C(951782400000000)},
        {S_INIT("0001-01-01T00:00:00Z"), TIME_MIN_US},
        {S_INIT("9999-12-31T23:59:59.999999Z"), TIME_MAX_US},
    };
    static const Str BAD[] = {
        S_INIT(""),
        S_INIT("2022-06-01"),
        S_INIT("2022-06-01T00:00:00"),
        S_INIT("2022-06-01T00:00Z"),
        S_INIT("2022-06-01 00:00:00Z"),
        S_INIT("2022-6-1T00:00:00Z"),
        S_INIT("22-06-01T00:00:00Z"),
        S_INIT("2022-00-01T00:00:00Z"),
        S_INIT("2022-13-01T00:00:00Z"),
        S_INIT("2022-06-00T00:00:00Z"),
        S_INIT("2022-06-31T00:00:00Z"),
        S_INIT("2023-02-29T00:00:00Z"),
        S_INIT("1900-02-29T00:00:00Z"),
        S_INIT("2022-06-01T24:00:00Z"),
        S_INIT("2022-06-01T00:60:00Z"),
        S_INIT("2022-06-01T00:00:61Z"),
        S_INIT("2022-06-01T00:00:60Z"),
        S_INIT("2016-12-31T23:59:60+01:00"),
        S_INIT("2022-06-01T00:00:00.Z"),
        S_INIT("2022-06-01T00:00:00.1234567890Z"),
        S_INIT("2022-06-01T00:00:00+02"),
        S_INIT("2022-06-01T00:00:00+0200"),
        S_INIT("2022-06-01T00:00:00+24:00"),
        S_INIT("2022-06-01T00:00:00+02:60"),
        S_INIT("2022-06-01T00:00:00 02:00"),
        S_INIT("2022-06-01T00:00:00ZZ"),
        S_INIT(" 2022-06-01T00:00:00Z"),
        S_INIT("2022-06-01T00:00:00Z "),
        S_INIT("0000-01-01T00:00:00Z"),
        S_INIT("0001-01-01T00:00:00+00:01"),
        S_INIT("9999-12-31T23:59:59-00:01"),
        S_INIT("+2022-06-01T00:00:00Z"),
        S_INIT("-001-06-01T00:00:00Z"),
        S_INIT("2022-W22-3T00:00:00Z"),
    };
    for (size_t i = 0; i < COUNT_OF(GOOD); i++) {
        int64_t at_us = 7;
        assert_true(time_parse(GOOD[i].text, &at_us));
        assert_int_equal(at_us, GOOD[i].at_us);
        assert_true(time_parse_lax(GOOD[i].text, &at_us));
        assert_int_equal(at_us, GOOD[i].at_us);
    }
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        int64_t at_us = 7;
        if (time_parse(BAD[i], &at_us) || at_us != 7) {
            fprintf(stderr, "# %.*s\n", SARG(BAD[i]));
            _fail(__FILE__, __LINE__);
        }
    }
}

static void files_may_leave_out_the_zone_or_the_time(void **state)
{
    (void)state;
    static const Str SAME[] = {S_INIT("2022-06-01"),
                               S_INIT("2022-06-01T00:00:00"),
                               S_INIT("2022-06-01 00:00:00"),
                               S_INIT("2022-06-01T00:00"),
                               S_INIT("2022-06-01 00:00+00:00"),
                               S_INIT("2022-06-01 02:00:00.000+02:00")};
    static const Str BAD[] = {S_INIT("2022-06"),           S_INIT("2022-06-01T"),
                              S_INIT("2022-06-01Z"),       S_INIT("2022-06-01T00"),
                              S_INIT("2022-06-01T00:00:"), S_INIT("2022-06-01T00:00:00x"),
                              S_INIT("01.06.2022")};
    for (size_t i = 0; i < COUNT_OF(SAME); i++) {
        int64_t at_us = 7;
        assert_true(time_parse_lax(SAME[i], &at_us));
        assert_int_equal(at_us, JUNE * 1000000);
    }
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        int64_t at_us = 7;
        assert_false(time_parse_lax(BAD[i], &at_us));
        assert_int_equal(at_us, 7);
    }
}

static Str written(Arena *arena, int64_t at_us)
{
    Buf buf = buf_new(arena, 100);
    buf_time(&buf, at_us);
    return buf_str(&buf);
}

static void instants_are_written_with_the_digits_they_need(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    assert_str("2022-06-01T00:00:00Z", written(cx->arena, JUNE * 1000000));
    assert_str("2022-06-01T00:00:00.500Z", written(cx->arena, JUNE * 1000000 + 500000));
    assert_str("2022-06-01T00:00:00.000001Z", written(cx->arena, JUNE * 1000000 + 1));
    assert_str("1969-12-31T23:59:59.999999Z", written(cx->arena, -1));
    assert_str("0001-01-01T00:00:00Z", written(cx->arena, TIME_MIN_US));
    assert_str("9999-12-31T23:59:59.999999Z", written(cx->arena, TIME_MAX_US));
    assert_str("0001-01-01T00:00:00Z", written(cx->arena, INT64_MIN));
    assert_str("9999-12-31T23:59:59.999999Z", written(cx->arena, INT64_MAX));
    test_cx_done(&t);
}

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static void what_is_written_reads_back(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    uint64_t seed = 4101842887655102017u;
    for (int i = 0; i < 100000; i++) {
        arena_reset(cx->arena);
        int64_t at_us =
            TIME_MIN_US + (int64_t)(next_random(&seed) % (uint64_t)(TIME_MAX_US - TIME_MIN_US + 1));
        if (i % 3)
            at_us -= at_us % (i % 3 == 1 ? 1000 : 1000000);
        int64_t again_us = 0;
        assert_true(time_parse(written(cx->arena, at_us), &again_us));
        assert_int_equal(at_us, again_us);
    }
    test_cx_done(&t);
}

/* Every day of the range, against libc. */
static void civil_fields_agree_with_libc_on_every_day(void **state)
{
    (void)state;
    for (int64_t day = TIME_MIN_US / TIME_DAY_US; day <= TIME_MAX_US / TIME_DAY_US; day++) {
        int64_t at_us = day * TIME_DAY_US + (day & 0xFFFF) * TIME_SECOND_US + 5;
        time_t seconds = (time_t)(day * 86400 + (day & 0xFFFF));
        struct tm tm;
        gmtime_r(&seconds, &tm);
        Civil c = time_civil(at_us);
        if (c.year != tm.tm_year + 1900 || c.month != tm.tm_mon + 1 || c.day != tm.tm_mday ||
            c.hour != tm.tm_hour || c.minute != tm.tm_min || c.second != tm.tm_sec || c.us != 5 ||
            c.weekday != (tm.tm_wday ? tm.tm_wday : 7) || time_from_civil(c) != at_us)
            _fail(__FILE__, __LINE__);
    }
}

static int64_t instant(const char *text)
{
    int64_t at_us = 0;
    if (!time_parse_lax(str_from(text), &at_us)) {
        fprintf(stderr, "# %s\n", text);
        _fail(__FILE__, __LINE__);
    }
    return at_us;
}

static void civil_fields_out_of_range_are_carried(void **state)
{
    (void)state;
    assert_int_equal(time_from_civil((Civil){.year = 2022, .month = 13, .day = 1}),
                     instant("2023-01-01"));
    assert_int_equal(time_from_civil((Civil){.year = 2022, .month = 0, .day = 1}),
                     instant("2021-12-01"));
    assert_int_equal(time_from_civil((Civil){.year = 2022, .month = -11, .day = 1}),
                     instant("2021-01-01"));
    assert_int_equal(time_from_civil((Civil){.year = 2022, .month = 3, .day = 0}),
                     instant("2022-02-28"));
    assert_int_equal(time_from_civil((Civil){.year = 2022, .month = 1, .day = 1, .hour = -1}),
                     instant("2021-12-31T23:00"));
    assert_int_equal(time_from_civil((Civil){.year = INT32_MAX, .month = INT32_MAX, .day = 1}),
                     TIME_MAX_US);
    assert_int_equal(time_from_civil((Civil){INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN,
                                             INT32_MIN, INT32_MIN, 0}),
                     TIME_MIN_US);
}

static void durations_are_read_strictly(void **state)
{
    (void)state;
    static const struct {
        Str text;
        Duration d;
    } GOOD[] = {
        {S_INIT("P1Y2M3DT4H5M6.7S"), {14, 3, INT64_C(14706700000)}},
        {S_INIT("P2W"), {0, 14, 0}},
        {S_INIT("PT0S"), {0, 0, 0}},
        {S_INIT("P0D"), {0, 0, 0}},
        {S_INIT("PT36H"), {0, 0, 36 * TIME_HOUR_US}},
        {S_INIT("PT1M"), {0, 0, TIME_MINUTE_US}},
        {S_INIT("P1M"), {1, 0, 0}},
        {S_INIT("PT0,000001S"), {0, 0, 1}},
        {S_INIT("PT0.0000019S"), {0, 0, 1}},
        {S_INIT("P10000D"), {0, 10000, 0}},
    };
    static const Str BAD[] = {
        S_INIT(""),
        S_INIT("P"),
        S_INIT("PT"),
        S_INIT("P1"),
        S_INIT("1D"),
        S_INIT("P1DT"),
        S_INIT("PD"),
        S_INIT("P1H"),
        S_INIT("PT1D"),
        S_INIT("P1D1M"),
        S_INIT("PT1S1M"),
        S_INIT("P1Y1Y"),
        S_INIT("P1.5D"),
        S_INIT("PT1.5H"),
        S_INIT("PT1.S"),
        S_INIT("PT.5S"),
        S_INIT("-P1D"),
        S_INIT("P-1D"),
        S_INIT("P1W1D"),
        S_INIT("P1D1W"),
        S_INIT("P1D "),
        S_INIT("p1d"),
        S_INIT("PT1H2"),
        S_INIT("P1DT1H1HT"),
        S_INIT("P999999999999Y"),
        S_INIT("PT99999999999999999999S"),
        S_INIT("PT9999999999999S"
               "9"),
        S_INIT("P2147483648D"),
        S_INIT("P306783379W"),
        S_INIT("PT1\x00"),
        S_INIT("P1\x00"),
    };
    for (size_t i = 0; i < COUNT_OF(GOOD); i++) {
        Duration d = {1, 2, 3};
        assert_true(duration_parse(GOOD[i].text, &d));
        assert_int_equal(d.months, GOOD[i].d.months);
        assert_int_equal(d.days, GOOD[i].d.days);
        assert_int_equal(d.us, GOOD[i].d.us);
    }
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        Duration d = {1, 2, 3};
        if (duration_parse(BAD[i], &d) || d.months != 1 || d.days != 2 || d.us != 3) {
            fprintf(stderr, "# %.*s\n", SARG(BAD[i]));
            _fail(__FILE__, __LINE__);
        }
    }
}

static void adding_goes_by_months_then_days_then_time(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        Duration d;
        int32_t times;
        const char *to;
    } CASES[] = {
        {"2024-01-31", {1, 0, 0}, 1, "2024-02-29"},
        {"2023-01-31", {1, 0, 0}, 1, "2023-02-28"},
        {"2024-02-29", {12, 0, 0}, 1, "2025-02-28"},
        {"2024-02-29", {12, 0, 0}, 4, "2028-02-29"},
        {"2024-03-31", {1, 0, 0}, -1, "2024-02-29"},
        {"2024-01-31", {1, 1, 0}, 1, "2024-03-01"},
        {"2024-01-31T23:00", {1, 0, TIME_HOUR_US}, 1, "2024-03-01"},
        {"2022-01-01", {0, 7, 0}, 3, "2022-01-22"},
        {"2022-01-01", {0, 0, TIME_MINUTE_US}, -1, "2021-12-31T23:59"},
        {"2022-06-01", {0, 0, 0}, 1000, "2022-06-01"},
        {"1970-01-01", {1, 0, 0}, -1, "1969-12-01"},
        {"9999-12-01", {1, 0, 0}, 1, "9999-12-31T23:59:59.999999"},
        {"2022-06-01", {INT32_MAX, INT32_MAX, INT64_MAX}, INT32_MAX, "9999-12-31T23:59:59.999999"},
        {"2022-06-01", {INT32_MAX, INT32_MAX, INT64_MAX}, -1, "0001-01-01"},
        {"2022-06-01", {0, 0, INT64_MAX}, INT32_MIN, "0001-01-01"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++)
        assert_int_equal(time_add(instant(CASES[i].from), CASES[i].d, CASES[i].times),
                         instant(CASES[i].to));
}

static const Zone *zone(Cx *cx, Str name)
{
    const Zone *loaded = NULL;
    assert_ok(cx, zone_load(cx, name, &loaded));
    return loaded;
}

static void zone_names_stay_inside_the_database(void **state)
{
    (void)state;
    static const Str INVALID[] = {
        S_INIT(""),
        S_INIT("/etc/passwd"),
        S_INIT("../../../etc/passwd"),
        S_INIT("Europe/../UTC"),
        S_INIT("Europe//Berlin"),
        S_INIT("Europe/"),
        S_INIT("Europe/Berlin\x00"),
        S_INIT("Europe/Berlin "),
        S_INIT("zone.tab"),
        S_INIT("/"),
        S_INIT("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
               "AAAAAAA")};
    static const Str UNKNOWN[] = {S_INIT("Europe"), S_INIT("Europe/Hamburg"), S_INIT("leapseconds"),
                                  S_INIT("right/Europe/Berlin"), S_INIT("europe/berlin")};
    TestCx t;
    Cx *cx = test_cx_init(&t);
    const Zone *untouched = NULL;
    for (size_t i = 0; i < COUNT_OF(INVALID); i++)
        assert_err(cx, ERR_INVALID, "zone.name", zone_load(cx, INVALID[i], &untouched));
    for (size_t i = 0; i < COUNT_OF(UNKNOWN); i++)
        assert_err(cx, ERR_NOT_FOUND, "zone.unknown", zone_load(cx, UNKNOWN[i], &untouched));
    assert_null(untouched);
    test_cx_done(&t);
}

static const char *const ZONES[] = {
    "Europe/Berlin",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Lisbon",
    "Europe/Moscow",
    "Europe/Istanbul",
    "Europe/Paris",
    "Europe/Amsterdam",
    "Europe/Vienna",
    "Europe/Warsaw",
    "Europe/Kyiv",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Anchorage",
    "America/Halifax",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Santiago",
    "America/Caracas",
    "America/Argentina/Buenos_Aires",
    "America/Mexico_City",
    "America/Nuuk",
    "America/Havana",
    "America/Asuncion",
    "America/Indiana/Knox",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Africa/Monrovia",
    "Africa/Johannesburg",
    "Africa/El_Aaiun",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Asia/Jerusalem",
    "Asia/Gaza",
    "Asia/Shanghai",
    "Asia/Pyongyang",
    "Asia/Manila",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Australia/Adelaide",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Antarctica/Troll",
    "Atlantic/Azores",
    "Indian/Maldives",
    "Etc/GMT+12",
    "Etc/GMT-14",
    "UTC",
    "CET",
};

static void compare_with_libc(const Zone *z, const char *name, int64_t at_s)
{
    struct tm tm;
    time_t seconds = (time_t)at_s;
    localtime_r(&seconds, &tm);
    int64_t at_us = at_s * TIME_SECOND_US + 123;
    Civil c = zone_civil(z, at_us);
    if (zone_offset_s(z, at_us) != tm.tm_gmtoff ||
        !str_eq(zone_abbreviation(z, at_us), str_from(tm.tm_zone)) || c.hour != tm.tm_hour ||
        c.minute != tm.tm_min || c.day != tm.tm_mday || c.us != 123) {
        fprintf(stderr, "# %s at %lld: %d %.*s, libc %ld %s\n", name, (long long)at_s,
                (int)zone_offset_s(z, at_us), SARG(zone_abbreviation(z, at_us)), tm.tm_gmtoff,
                tm.tm_zone);
        _fail(__FILE__, __LINE__);
    }
}

/* The way back: an instant of the same local time, the earliest one. */
static void check_way_back(const Zone *z, int64_t at_s)
{
    int64_t local_s = at_s + zone_offset_s(z, at_s * TIME_SECOND_US);
    int64_t back_s = zone_to_utc(z, local_s * TIME_SECOND_US) / TIME_SECOND_US;
    assert_true(back_s <= at_s && at_s - back_s < 26 * 3600);
    assert_int_equal(back_s + zone_offset_s(z, back_s * TIME_SECOND_US), local_s);
    /* Earlier only where the clock was put back in between. */
    if (back_s < at_s)
        assert_true(zone_offset_s(z, back_s * TIME_SECOND_US) >
                    zone_offset_s(z, at_s * TIME_SECOND_US));
}

/* Steps of two days and some hours from 1900 to 2100, and the seconds around every change of
 * offset. */
static void zones_agree_with_libc_from_1900_to_2100(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    size_t changes = 0;
    assert_true(COUNT_OF(ZONES) >= 40);
    for (size_t i = 0; i < COUNT_OF(ZONES); i++) {
        const Zone *z = zone(cx, str_from(ZONES[i]));
        setenv("TZ", ZONES[i], 1);
        tzset();
        int32_t before_s = 0;
        for (int64_t at_s = -2208988800; at_s < 4102444800; at_s += 200003) {
            compare_with_libc(z, ZONES[i], at_s);
            check_way_back(z, at_s);
            int32_t offset_s = zone_offset_s(z, at_s * TIME_SECOND_US);
            int64_t low = at_s - 200003, high = at_s;
            while (offset_s != before_s && high - low > 1) {
                int64_t middle = low + (high - low) / 2;
                *(zone_offset_s(z, middle * TIME_SECOND_US) == offset_s ? &high : &low) = middle;
            }
            for (int64_t near_s = high - 3; offset_s != before_s && near_s < high + 3; near_s++)
                compare_with_libc(z, ZONES[i], near_s);
            changes += offset_s != before_s;
            before_s = offset_s;
        }
    }
    setenv("TZ", "UTC", 1);
    tzset();
    assert_true(changes > 5000);
    test_cx_done(&t);
}

static void a_gap_moves_forward_and_an_overlap_means_the_first(void **state)
{
    (void)state;
    static const struct {
        const char *local, *utc;
    } CASES[] = {
        /* Summer time of 2022 begins: from 02:00 to 03:00 there is no such time. */
        {"2022-03-27T01:59:59.999999", "2022-03-27T00:59:59.999999"},
        {"2022-03-27T02:00", "2022-03-27T01:00"},
        {"2022-03-27T02:30", "2022-03-27T01:30"},
        {"2022-03-27T02:59:59", "2022-03-27T01:59:59"},
        {"2022-03-27T03:00", "2022-03-27T01:00"},
        /* It ends: from 02:00 to 03:00 every time comes twice. */
        {"2022-10-30T01:59:59", "2022-10-29T23:59:59"},
        {"2022-10-30T02:00", "2022-10-30T00:00"},
        {"2022-10-30T02:30", "2022-10-30T00:30"},
        {"2022-10-30T02:59:59", "2022-10-30T00:59:59"},
        {"2022-10-30T03:00", "2022-10-30T02:00"},
        /* By the rule, beyond the table. */
        {"2099-03-29T02:30", "2099-03-29T01:30"},
        {"2099-10-25T02:30", "2099-10-25T00:30"},
        {"2099-10-25T03:00", "2099-10-25T02:00"},
        {"2099-07-01T12:00", "2099-07-01T10:00"},
        /* High summer time of 1947, two hours. */
        {"1947-05-11T03:30", "1947-05-11T01:30"},
        {"1947-06-01T12:00", "1947-06-01T09:00"},
        {"1947-06-29T02:30", "1947-06-28T23:30"},
        /* Local mean time before 1893. */
        {"1890-01-01T00:53:28", "1890-01-01T00:00"},
    };
    TestCx t;
    Cx *cx = test_cx_init(&t);
    const Zone *berlin = zone(cx, S("Europe/Berlin"));
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        int64_t utc = zone_to_utc(berlin, instant(CASES[i].local));
        if (utc != instant(CASES[i].utc)) {
            fprintf(stderr, "# %s: %.*s\n", CASES[i].local, SARG(written(cx->arena, utc)));
            _fail(__FILE__, __LINE__);
        }
    }
    /* Samoa left out a whole day. */
    assert_int_equal(zone_to_utc(zone(cx, S("Pacific/Apia")), instant("2011-12-30T12:00")),
                     instant("2011-12-30T22:00"));
    Civil c = zone_civil(berlin, instant("2022-06-01T22:30"));
    assert_int_equal(c.day, 2);
    assert_int_equal(c.hour, 0);
    assert_int_equal(c.weekday, 4);
    assert_str("CEST", zone_abbreviation(berlin, instant("2022-06-01")));
    assert_str("CET", zone_abbreviation(berlin, instant("2099-12-01")));
    test_cx_done(&t);
}

static void days_are_read_as_people_write_them(void **state)
{
    static const char *const NONE[] = {"",           "2022-13-01", "2022-02-30", "31.4.2022",
                                       "2022-06",    "1.6.",       "1.6.2022.1", "2022-06-01T00:00",
                                       "0.1.2022",   "a.b.c",      "1.6.20222",  "-1.6.2022",
                                       "2022-6-1-1", "1-6-"};
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    const Zone *berlin = zone(cx, S("Europe/Berlin"));
    int64_t at_us;
    for (size_t i = 0; i < COUNT_OF(NONE); i++)
        assert_false(zone_day(berlin, str_from(NONE[i]), &at_us));
    assert_true(zone_day(berlin, S("2022-06-01"), &at_us));
    assert_int_equal(at_us, instant("2022-05-31T22:00"));
    assert_true(zone_day(berlin, S(" 1.12.2022 "), &at_us));
    assert_int_equal(at_us, instant("2022-11-30T23:00"));
    assert_true(zone_day(berlin, S("29.02.2024"), &at_us));
    test_cx_done(&t);
}

static void a_day_ends_where_the_next_one_begins(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    const Zone *berlin = zone(cx, S("Europe/Berlin"));
    assert_int_equal(zone_next_day(berlin, instant("2022-12-31T22:59")),
                     instant("2022-12-31T23:00"));
    assert_int_equal(zone_next_day(berlin, instant("2022-12-31T23:00")),
                     instant("2023-01-01T23:00"));
    /* Of 23 and of 25 hours. */
    assert_int_equal(zone_next_day(berlin, instant("2022-03-26T23:00")),
                     instant("2022-03-27T22:00"));
    assert_int_equal(zone_next_day(berlin, instant("2022-10-29T22:00")),
                     instant("2022-10-30T23:00"));
    test_cx_done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_ends_where_the_next_one_begins),
        cmocka_unit_test(days_are_read_as_people_write_them),
        cmocka_unit_test(instants_are_read_strictly),
        cmocka_unit_test(files_may_leave_out_the_zone_or_the_time),
        cmocka_unit_test(instants_are_written_with_the_digits_they_need),
        cmocka_unit_test(what_is_written_reads_back),
        cmocka_unit_test(civil_fields_agree_with_libc_on_every_day),
        cmocka_unit_test(civil_fields_out_of_range_are_carried),
        cmocka_unit_test(durations_are_read_strictly),
        cmocka_unit_test(adding_goes_by_months_then_days_then_time),
        cmocka_unit_test(zone_names_stay_inside_the_database),
        cmocka_unit_test(zones_agree_with_libc_from_1900_to_2100),
        cmocka_unit_test(a_gap_moves_forward_and_an_overlap_means_the_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
