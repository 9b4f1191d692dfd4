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
    Str organizer, organizer_name;           /* a mail address: who invites; empty: not said */
    Str attendee, attendee_name;             /* a mail address: who is invited; empty: not said */
    bool cancelled;
} IcalEvent;

/* What the calendar wants of whoever reads it (RFC 5546): to be looked at; to be taken, or moved;
 * to be struck out. The last two need an organizer and an attendee. */
typedef enum IcalMethod { ICAL_PUBLISH, ICAL_REQUEST, ICAL_CANCEL } IcalMethod;
Str ical_method_name(IcalMethod method); /* "PUBLISH" */

typedef struct Ical {
    Str name;      /* of the calendar; empty: none */
    Str zone_name; /* "Europe/Berlin"; "UTC": times are written in UTC */
    const Zone *zone;
    IcalMethod method;
} Ical;

/* Writes the whole calendar. Characters that no text may have are left out; a url that is none (a
 * space or a control character in it) too, and the quotes of a name. */
void ical_put(Buf *out, const Ical *calendar, const IcalEvent *events, size_t count);

#endif
