/* iCalendar (RFC 5545): appointments as calendar programs take them, in a file or in a feed.
 *
 * Times are written as local ones of the zone, whose rules stand beside them (VTIMEZONE) for as
 * long as the appointments need: as yearly rules where the zone follows one, because some programs
 * know nothing else, and as single dates where it does not. Lines end with CRLF and are folded
 * after 75 octets, never within a character.
 *
 * An appointment keeps its uid for ever; when it changes, its sequence rises. One that does not
 * take place is not left out but marked as cancelled, for else it would stay in the calendars. */
#ifndef HANSE_BASE_ICAL_H
#define HANSE_BASE_ICAL_H

#include "base/calendar.h"

enum { ICAL_BYTES_MAX = 4 << 20 };

typedef struct IcalEvent {
    Str uid; /* ASCII, unique in the world */
    int64_t sequence;
    int64_t stamp_us; /* when it was changed last */
    int64_t start_us, end_us;
    Str summary, description, location, url; /* each may be empty, but for the summary */
    bool cancelled;
} IcalEvent;

typedef struct Ical {
    Str name;      /* of the calendar; empty: none */
    Str zone_name; /* "Europe/Berlin"; "UTC": times are written in UTC */
    const Zone *zone;
} Ical;

/* Writes the whole calendar. Characters that no text may have are left out; a url that is none (a
 * space or a control character in it) too. */
void ical_put(Buf *out, const Ical *calendar, const IcalEvent *events, size_t count);

#endif
