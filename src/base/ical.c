#include "base/ical.h"

#include "base/str.h"

enum { LINE_OCTETS_MAX = 75 };

/* ---- lines ---- */

/* One content line, folded. */
static void put_line(Buf *out, Str line)
{
    size_t room = LINE_OCTETS_MAX;
    while (line.n > room) {
        size_t n = room;
        while (n > 0 && ((unsigned char)line.p[n] & 0xC0) == 0x80)
            n--;
        if (n == 0)
            n = room; /* no text, which would never end */
        buf_put(out, str_slice(line, 0, n));
        buf_put(out, S("\r\n "));
        line = str_from_index(line, n);
        room = LINE_OCTETS_MAX - 1; /* the space counts */
    }
    buf_put(out, line);
    buf_put(out, S("\r\n"));
}

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7F;
}

/* TEXT of RFC 5545, section 3.3.11. */
static void put_escaped(Buf *out, Str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '\n')
            buf_put(out, S("\\n"));
        else if (c == '\\' || c == ';' || c == ',') {
            buf_char(out, '\\');
            buf_char(out, c);
        } else if (!is_control(c) || c == '\t')
            buf_char(out, c);
    }
}

static void put_text(Buf *out, Str name, Str text)
{
    Buf line = buf_new(out->arena, ICAL_BYTES_MAX);
    if (!text.n)
        return;
    buf_put(&line, name);
    buf_char(&line, ':');
    put_escaped(&line, text);
    out->overflow |= line.overflow;
    put_line(out, buf_str(&line));
}

static void put_plain(Buf *out, Str name, Str value)
{
    for (size_t i = 0; i < value.n; i++)
        if (is_control(value.p[i]) || value.p[i] == ' ')
            return;
    if (value.n)
        put_line(out, arena_fmt(out->arena, "%.*s:%.*s", SARG(name), SARG(value)));
}

/* "20261128T183000" */
static Str civil_text(Arena *arena, Civil c)
{
    return arena_fmt(arena, "%04d%02d%02dT%02d%02d%02d", c.year, c.month, c.day, c.hour, c.minute,
                     c.second);
}

static Str utc_text(Arena *arena, int64_t at_us)
{
    Str text = civil_text(arena, time_civil(at_us));
    return arena_fmt(arena, "%.*sZ", SARG(text));
}

/* ---- the zone ---- */

/* A change of the zone's offset. */
typedef struct Onset {
    int32_t from_s, to_s; /* offsets before and from then on */
    Str name;
    Civil local; /* when, by the clock before the change */
} Onset;

enum {
    ONSETS_MAX = 64,
    AROUND_DAYS = 400 /* a year's rules are known before the first and behind the last */
};

static size_t find_onsets(const Zone *zone, int64_t from_us, int64_t to_us, Onset ret[ONSETS_MAX])
{
    size_t count = 0;
    int64_t at_us = from_us;
    while (count < ONSETS_MAX && zone_next_change(zone, at_us, &at_us) && at_us <= to_us) {
        int32_t before_s = zone_offset_s(zone, at_us - TIME_SECOND_US);
        ret[count++] = (Onset){.from_s = before_s,
                               .to_s = zone_offset_s(zone, at_us),
                               .name = zone_abbreviation(zone, at_us),
                               .local = time_civil(at_us + before_s * TIME_SECOND_US)};
    }
    return count;
}

static bool is_alike(const Onset *a, const Onset *b)
{
    return a->from_s == b->from_s && a->to_s == b->to_s && str_eq(a->name, b->name);
}

static int32_t days_of_month(Civil c)
{
    Civil next = {.year = c.year, .month = c.month + 1, .day = 1};
    return time_civil(time_from_civil(next) - 1).day;
}

static int32_t ordinal_of(Civil c)
{
    return (c.day - 1) / 7 + 1;
}

static bool is_last(Civil c)
{
    return c.day + 7 > days_of_month(c);
}

/* The weekday of its month on which all that are like the first of the list fall, one a year: -1
 * for the last, 1 to 4 for the first to fourth, 0 where no such rule holds. */
static int yearly_weekday(const Onset *onsets, size_t count, size_t first)
{
    const Civil *c = &onsets[first].local;
    int32_t year = c->year;
    bool last = is_last(*c), nth = true;
    for (size_t i = first + 1; i < count; i++) {
        const Civil *o = &onsets[i].local;
        if (!is_alike(&onsets[i], &onsets[first]))
            continue;
        if (o->year != ++year || o->month != c->month || o->weekday != c->weekday ||
            o->hour != c->hour || o->minute != c->minute || o->second != c->second)
            return 0;
        last = last && is_last(*o);
        nth = nth && ordinal_of(*o) == ordinal_of(*c);
    }
    return year - c->year < 1 ? 0 : last ? -1 : nth ? ordinal_of(*c) : 0;
}

static bool is_yearly(const Onset *onsets, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool again = false;
        for (size_t k = 0; k < i; k++)
            again |= is_alike(&onsets[i], &onsets[k]);
        if (!again && !yearly_weekday(onsets, count, i))
            return false;
    }
    return count > 0;
}

static Str offset_text(Arena *arena, int32_t offset_s)
{
    int32_t s = offset_s < 0 ? -offset_s : offset_s;
    Str minutes = arena_fmt(arena, "%c%02d%02d", offset_s < 0 ? '-' : '+', s / 3600, s / 60 % 60);
    return s % 60 ? arena_fmt(arena, "%.*s%02d", SARG(minutes), s % 60) : minutes;
}

static void put_observance(Buf *out, const Onset *onset, Str start, Str rule)
{
    Str part = onset->to_s > onset->from_s ? S("DAYLIGHT") : S("STANDARD");
    put_plain(out, S("BEGIN"), part);
    put_plain(out, S("DTSTART"), start);
    put_plain(out, S("TZOFFSETFROM"), offset_text(out->arena, onset->from_s));
    put_plain(out, S("TZOFFSETTO"), offset_text(out->arena, onset->to_s));
    put_plain(out, S("TZNAME"), onset->name);
    put_plain(out, S("RRULE"), rule);
    put_plain(out, S("END"), part);
}

static void put_yearly(Buf *out, const Onset *onsets, size_t count)
{
    static const Str DAYS[] = {S_INIT("MO"), S_INIT("TU"), S_INIT("WE"), S_INIT("TH"),
                               S_INIT("FR"), S_INIT("SA"), S_INIT("SU")};
    for (size_t i = 0; i < count; i++) {
        bool again = false;
        for (size_t k = 0; k < i; k++)
            again |= is_alike(&onsets[i], &onsets[k]);
        if (again)
            continue;
        Str day = DAYS[onsets[i].local.weekday - 1];
        Str rule = arena_fmt(out->arena, "FREQ=YEARLY;BYMONTH=%d;BYDAY=%d%.*s",
                             onsets[i].local.month, yearly_weekday(onsets, count, i), SARG(day));
        put_observance(out, &onsets[i], civil_text(out->arena, onsets[i].local), rule);
    }
}

static void put_single(Buf *out, const Ical *calendar, int64_t from_us, const Onset *onsets,
                       size_t count)
{
    int32_t offset_s = zone_offset_s(calendar->zone, from_us);
    Onset always = {offset_s, offset_s, zone_abbreviation(calendar->zone, from_us), {0}};
    put_observance(out, &always, S("19700101T000000"), S(""));
    for (size_t i = 0; i < count; i++)
        put_observance(out, &onsets[i], civil_text(out->arena, onsets[i].local), S(""));
}

static bool is_utc(const Ical *calendar)
{
    return !calendar->zone || str_eq(calendar->zone_name, S("UTC"));
}

static void put_zone(Buf *out, const Ical *calendar, const IcalEvent *events, size_t count)
{
    Onset onsets[ONSETS_MAX];
    if (is_utc(calendar) || !count)
        return;
    int64_t from_us = events[0].start_us, to_us = events[0].end_us;
    for (size_t i = 1; i < count; i++) {
        from_us = MIN(from_us, events[i].start_us);
        to_us = MAX(to_us, events[i].end_us);
    }
    from_us -= AROUND_DAYS * TIME_DAY_US;
    size_t found = find_onsets(calendar->zone, from_us, to_us + AROUND_DAYS * TIME_DAY_US, onsets);
    put_plain(out, S("BEGIN"), S("VTIMEZONE"));
    put_plain(out, S("TZID"), calendar->zone_name);
    if (is_yearly(onsets, found))
        put_yearly(out, onsets, found);
    else
        put_single(out, calendar, from_us, onsets, found);
    put_plain(out, S("END"), S("VTIMEZONE"));
}

/* ---- appointments ---- */

/* The second of two equal local times cannot be told from the first: it is written in UTC. */
static void put_time(Buf *out, const Ical *calendar, Str name, int64_t at_us)
{
    if (!is_utc(calendar)) {
        Civil local = zone_civil(calendar->zone, at_us);
        Str text = civil_text(out->arena, local);
        if (zone_to_utc(calendar->zone, time_from_civil(local)) == at_us) {
            put_line(out, arena_fmt(out->arena, "%.*s;TZID=%.*s:%.*s", SARG(name),
                                    SARG(calendar->zone_name), SARG(text)));
            return;
        }
    }
    put_plain(out, name, utc_text(out->arena, at_us));
}

/* "ATTENDEE;CN="Ada Lang";ROLE=...:mailto:ada@example.org": the name is a quoted value, which may
 * hold anything but quotes and control characters (RFC 5545, section 3.2); of the address each
 * character that could mean something is encoded (RFC 6068). */
static void put_address(Buf *out, const char *name, Str person, const char *parameters, Str address)
{
    Buf line = buf_new(out->arena, ICAL_BYTES_MAX);
    if (!address.n)
        return;
    buf_put(&line, str_from(name));
    if (person.n)
        buf_put(&line, S(";CN=\""));
    for (size_t i = 0; i < person.n; i++)
        if (!is_control(person.p[i]) && person.p[i] != '"')
            buf_char(&line, person.p[i]);
    if (person.n)
        buf_char(&line, '"');
    buf_fmt(&line, "%s:mailto:", parameters);
    Str local = address, host = S("");
    ptrdiff_t at = str_find_last_char(address, '@');
    if (at >= 0) {
        local = str_slice(address, 0, (size_t)at);
        host = str_from_index(address, (size_t)at + 1);
    }
    buf_uri_component(&line, local);
    buf_char(&line, '@');
    buf_uri_component(&line, host);
    out->overflow |= line.overflow;
    put_line(out, buf_str(&line));
}

static void put_people(Buf *out, const IcalEvent *event)
{
    put_address(out, "ORGANIZER", event->organizer_name, "", event->organizer);
    put_address(out, "ATTENDEE", event->attendee_name,
                ";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE",
                event->attendee);
}

static void put_event(Buf *out, const Ical *calendar, const IcalEvent *event)
{
    put_plain(out, S("BEGIN"), S("VEVENT"));
    put_plain(out, S("UID"), event->uid);
    put_plain(out, S("DTSTAMP"), utc_text(out->arena, event->stamp_us));
    put_plain(out, S("SEQUENCE"), arena_fmt(out->arena, "%lld", (long long)event->sequence));
    put_plain(out, S("STATUS"), event->cancelled ? S("CANCELLED") : S("CONFIRMED"));
    put_time(out, calendar, S("DTSTART"), event->start_us);
    put_time(out, calendar, S("DTEND"), event->end_us);
    put_text(out, S("SUMMARY"), event->summary);
    put_text(out, S("DESCRIPTION"), event->description);
    put_text(out, S("LOCATION"), event->location);
    put_plain(out, S("URL"), event->url);
    put_people(out, event);
    put_plain(out, S("END"), S("VEVENT"));
}

Str ical_method_name(IcalMethod method)
{
    static const Str NAMES[] = {[ICAL_PUBLISH] = S_INIT("PUBLISH"),
                                [ICAL_REQUEST] = S_INIT("REQUEST"),
                                [ICAL_CANCEL] = S_INIT("CANCEL")};
    return NAMES[method];
}

void ical_put(Buf *out, const Ical *calendar, const IcalEvent *events, size_t count)
{
    put_plain(out, S("BEGIN"), S("VCALENDAR"));
    put_plain(out, S("VERSION"), S("2.0"));
    put_plain(out, S("PRODID"), S("-//hanse//hanse//DE"));
    put_plain(out, S("CALSCALE"), S("GREGORIAN"));
    put_plain(out, S("METHOD"), ical_method_name(calendar->method));
    put_text(out, S("NAME"), calendar->name);
    put_text(out, S("X-WR-CALNAME"), calendar->name);
    put_zone(out, calendar, events, count);
    for (size_t i = 0; i < count; i++)
        put_event(out, calendar, &events[i]);
    put_plain(out, S("END"), S("VCALENDAR"));
}
