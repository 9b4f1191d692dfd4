/* Numbers, units, dates and times as a reader of the page's language writes them. */
#include "web/format.h"

#include <math.h>
#include <stdio.h>

#include "base/str.h"
#include "text_gen.h"

#define MINUS "\xe2\x88\x92"
#define NARROW_SPACE "\xe2\x80\xaf"
#define DASH "\xe2\x80\x93"

static const Str MONTHS[LANG_COUNT][12] = {
    {S_INIT("Januar"), S_INIT("Februar"), S_INIT("März"), S_INIT("April"), S_INIT("Mai"),
     S_INIT("Juni"), S_INIT("Juli"), S_INIT("August"), S_INIT("September"), S_INIT("Oktober"),
     S_INIT("November"), S_INIT("Dezember")},
    {S_INIT("January"), S_INIT("February"), S_INIT("March"), S_INIT("April"), S_INIT("May"),
     S_INIT("June"), S_INIT("July"), S_INIT("August"), S_INIT("September"), S_INIT("October"),
     S_INIT("November"), S_INIT("December")},
};

static const Str MONTHS_SHORT[LANG_COUNT][12] = {
    {S_INIT("Jan"), S_INIT("Feb"), S_INIT("März"), S_INIT("Apr"), S_INIT("Mai"), S_INIT("Juni"),
     S_INIT("Juli"), S_INIT("Aug"), S_INIT("Sept"), S_INIT("Okt"), S_INIT("Nov"), S_INIT("Dez")},
    {S_INIT("Jan"), S_INIT("Feb"), S_INIT("Mar"), S_INIT("Apr"), S_INIT("May"), S_INIT("Jun"),
     S_INIT("Jul"), S_INIT("Aug"), S_INIT("Sep"), S_INIT("Oct"), S_INIT("Nov"), S_INIT("Dec")},
};

static const Str WEEKDAYS[LANG_COUNT][7] = {
    {S_INIT("Montag"), S_INIT("Dienstag"), S_INIT("Mittwoch"), S_INIT("Donnerstag"),
     S_INIT("Freitag"), S_INIT("Samstag"), S_INIT("Sonntag")},
    {S_INIT("Monday"), S_INIT("Tuesday"), S_INIT("Wednesday"), S_INIT("Thursday"), S_INIT("Friday"),
     S_INIT("Saturday"), S_INIT("Sunday")},
};

/* Digits with separators between groups of three. */
static void put_grouped(Buf *out, Lang lang, Str digits)
{
    for (size_t i = 0; i < digits.n; i++) {
        if (i && (digits.n - i) % 3 == 0)
            buf_char(out, lang == LANG_DE ? '.' : ',');
        buf_char(out, digits.p[i]);
    }
}

static void put_plain(Buf *out, Lang lang, Str plain)
{
    if (plain.n && plain.p[0] == '-') {
        buf_put(out, S(MINUS));
        plain = str_from_index(plain, 1);
    }
    Str fraction = plain;
    Str whole = str_cut(&fraction, '.');
    put_grouped(out, lang, whole);
    if (fraction.n) {
        buf_char(out, lang == LANG_DE ? ',' : '.');
        buf_put(out, fraction);
    }
}

Str format_int(Arena *arena, Lang lang, int64_t v)
{
    char plain[32];
    int n = snprintf(plain, sizeof(plain), "%lld", (long long)v);
    Buf out = buf_new(arena, 48);
    put_plain(&out, lang, (Str){plain, (size_t)n});
    return buf_str(&out);
}

Str format_number(Arena *arena, Lang lang, double v, int decimals)
{
    ASSERT(decimals >= 0 && decimals <= 9);
    if (!isfinite(v))
        return S(DASH);
    char plain[400]; /* 309 digits of the largest double, and its decimals */
    int n = snprintf(plain, sizeof(plain), "%.*f", decimals, v);
    Str digits = {plain, (size_t)n};
    /* Rounded to nothing, a negative number is no longer one. */
    if (v < 0 && strspn(plain + 1, "0.") == (size_t)n - 1)
        digits = str_from_index(digits, 1);
    Buf out = buf_new(arena, 600);
    put_plain(&out, lang, digits);
    return buf_str(&out);
}

Str format_measure(Arena *arena, Lang lang, double v)
{
    double size = fabs(v);
    int decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    double scale = pow(10, decimals);
    while (isfinite(v) && decimals > 0 && round(v * scale) == round(round(v * scale) / 10) * 10) {
        decimals--;
        scale /= 10;
    }
    return format_number(arena, lang, v, decimals);
}

Str format_with_unit(Arena *arena, Lang lang, double v, int decimals, Str unit)
{
    Str number = format_number(arena, lang, v, decimals);
    return unit.n ? arena_fmt(arena, "%.*s" NARROW_SPACE "%.*s", SARG(number), SARG(unit)) : number;
}

Str format_change(Arena *arena, Lang lang, double v, int decimals)
{
    Str number = format_number(arena, lang, v, decimals);
    bool sign = v > 0 && strcspn(arena_cstr(arena, number), "123456789") < number.n;
    return sign ? arena_fmt(arena, "+%.*s", SARG(number)) : number;
}

Str format_unit_symbol(Str unit_code)
{
    static const struct {
        Str code, symbol;
    } UNITS[] = {
        {S_INIT("CEL"), S_INIT("°C")},   {S_INIT("FAH"), S_INIT("°F")},
        {S_INIT("KEL"), S_INIT("K")},    {S_INIT("P1"), S_INIT("%")},
        {S_INIT("GQ"), S_INIT("µg/m³")}, {S_INIT("GP"), S_INIT("mg/m³")},
        {S_INIT("59"), S_INIT("ppm")},   {S_INIT("61"), S_INIT("ppb")},
        {S_INIT("MTR"), S_INIT("m")},    {S_INIT("CMT"), S_INIT("cm")},
        {S_INIT("MMT"), S_INIT("mm")},   {S_INIT("KMT"), S_INIT("km")},
        {S_INIT("MTS"), S_INIT("m/s")},  {S_INIT("KMH"), S_INIT("km/h")},
        {S_INIT("WTT"), S_INIT("W")},    {S_INIT("KWT"), S_INIT("kW")},
        {S_INIT("MAW"), S_INIT("MW")},   {S_INIT("WHR"), S_INIT("Wh")},
        {S_INIT("KWH"), S_INIT("kWh")},  {S_INIT("MWH"), S_INIT("MWh")},
        {S_INIT("VLT"), S_INIT("V")},    {S_INIT("2Z"), S_INIT("mV")},
        {S_INIT("AMP"), S_INIT("A")},    {S_INIT("HTZ"), S_INIT("Hz")},
        {S_INIT("2N"), S_INIT("dB")},    {S_INIT("DBM"), S_INIT("dBm")},
        {S_INIT("LUX"), S_INIT("lx")},   {S_INIT("LUM"), S_INIT("lm")},
        {S_INIT("A97"), S_INIT("hPa")},  {S_INIT("KPA"), S_INIT("kPa")},
        {S_INIT("BAR"), S_INIT("bar")},  {S_INIT("LTR"), S_INIT("l")},
        {S_INIT("MTQ"), S_INIT("m³")},   {S_INIT("MQH"), S_INIT("m³/h")},
        {S_INIT("MQS"), S_INIT("m³/s")}, {S_INIT("KGM"), S_INIT("kg")},
        {S_INIT("GRM"), S_INIT("g")},    {S_INIT("TNE"), S_INIT("t")},
        {S_INIT("SEC"), S_INIT("s")},    {S_INIT("MIN"), S_INIT("min")},
        {S_INIT("HUR"), S_INIT("h")},    {S_INIT("DAY"), S_INIT("d")},
        {S_INIT("DD"), S_INIT("°")},     {S_INIT("D54"), S_INIT("W/m²")},
        {S_INIT("MTK"), S_INIT("m²")},   {S_INIT("EUR"), S_INIT("€")},
    };
    for (size_t i = 0; i < COUNT_OF(UNITS); i++) {
        if (str_eq(UNITS[i].code, unit_code))
            return UNITS[i].symbol;
    }
    return unit_code;
}

static Str month_name(Lang lang, const Civil *c)
{
    return MONTHS[lang][c->month - 1];
}

Str format_date(Arena *arena, Lang lang, const Zone *zone, int64_t at_us)
{
    Civil c = zone_civil(zone, at_us);
    return arena_fmt(arena, lang == LANG_DE ? "%d. %.*s %d" : "%d %.*s %d", c.day,
                     SARG(month_name(lang, &c)), c.year);
}

Str format_date_short(Arena *arena, Lang lang, const Zone *zone, int64_t at_us)
{
    Civil c = zone_civil(zone, at_us);
    return arena_fmt(arena, lang == LANG_DE ? "%02d.%02d.%d" : "%02d/%02d/%d", c.day, c.month,
                     c.year);
}

Str format_time(Arena *arena, const Zone *zone, int64_t at_us)
{
    Civil c = zone_civil(zone, at_us);
    return arena_fmt(arena, "%02d:%02d", c.hour, c.minute);
}

Str format_moment(Arena *arena, Lang lang, const Zone *zone, int64_t at_us, int64_t now_us)
{
    Civil c = zone_civil(zone, at_us);
    Civil now = zone_civil(zone, now_us);
    Str year = c.year == now.year ? S("") : arena_fmt(arena, " %d", c.year);
    return arena_fmt(arena,
                     lang == LANG_DE ? "%.*s, %d. %.*s%.*s, %02d:%02d Uhr"
                                     : "%.*s, %d %.*s%.*s, %02d:%02d",
                     SARG(WEEKDAYS[lang][c.weekday - 1]), c.day, SARG(month_name(lang, &c)),
                     SARG(year), c.hour, c.minute);
}

/* Whole days between the local dates of two instants. */
static int64_t days_between(const Zone *zone, int64_t from_us, int64_t to_us)
{
    Civil a = zone_civil(zone, from_us), b = zone_civil(zone, to_us);
    Civil a_day = {.year = a.year, .month = a.month, .day = a.day};
    Civil b_day = {.year = b.year, .month = b.month, .day = b.day};
    return (time_from_civil(b_day) - time_from_civil(a_day)) / TIME_DAY_US;
}

static Str relative_past(Arena *arena, Lang lang, int64_t ago_us)
{
    if (ago_us < TIME_MINUTE_US)
        return text_time_just_now(arena, lang);
    if (ago_us < TIME_HOUR_US)
        return text_time_minutes_ago(arena, lang, ago_us / TIME_MINUTE_US);
    return text_time_hours_ago(arena, lang, ago_us / TIME_HOUR_US);
}

static Str relative_future(Arena *arena, Lang lang, int64_t in_us)
{
    if (in_us < TIME_HOUR_US)
        return text_time_in_minutes(arena, lang, MAX(in_us / TIME_MINUTE_US, 1));
    return text_time_in_hours(arena, lang, in_us / TIME_HOUR_US);
}

Str format_since(Arena *arena, Lang lang, const Zone *zone, int64_t at_us, int64_t now_us)
{
    Str clock = format_time(arena, zone, at_us);
    int64_t days = days_between(zone, now_us, at_us);
    if (days == 0)
        return text_time_today(arena, lang, clock);
    return days == -1 ? text_time_yesterday(arena, lang, clock)
                      : format_date(arena, lang, zone, at_us);
}

Str format_relative(Arena *arena, Lang lang, const Zone *zone, int64_t at_us, int64_t now_us)
{
    int64_t ago_us = now_us - at_us;
    if (ago_us >= 0 && ago_us < 6 * TIME_HOUR_US)
        return relative_past(arena, lang, ago_us);
    if (ago_us < 0 && -ago_us < 6 * TIME_HOUR_US)
        return relative_future(arena, lang, -ago_us);
    Str clock = format_time(arena, zone, at_us);
    int64_t days = days_between(zone, now_us, at_us);
    if (days == 0)
        return text_time_today(arena, lang, clock);
    if (days == -1)
        return text_time_yesterday(arena, lang, clock);
    if (days == 1)
        return text_time_tomorrow(arena, lang, clock);
    return format_date(arena, lang, zone, at_us);
}

Str format_machine_time(Arena *arena, int64_t at_us)
{
    Buf out = buf_new(arena, 64);
    buf_time(&out, at_us - at_us % TIME_SECOND_US); /* HTML knows three digits of a second */
    return buf_str(&out);
}

Str format_month_short(Lang lang, int month)
{
    ASSERT(month >= 1 && month <= 12);
    return MONTHS_SHORT[lang][month - 1];
}

Str format_excerpt(Arena *arena, Str text, size_t bytes)
{
    size_t n = 0, one;
    while (n < text.n && (one = str_utf8_length(str_from_index(text, n))) && n + one <= bytes)
        n += one;
    return n < text.n ? arena_fmt(arena, "%.*s …", (int)n, text.p) : text;
}
