/* Meeting: of a body (item.body), with a time, a place or a link, an agenda, who came, minutes and
 * decisions (decision.h).
 *
 *   planned -> invited -> held <-> approved <-> published
 *   planned, invited -> cancelled                          planned -> held
 *
 * A planned one is known to the body alone. Once its members are invited it is read by those for
 * whom it is meant (item.visibility); its link, answers and minutes stay with the body and the
 * office. Minutes are written by the members, approved by a lead, and published as a version of
 * their own, which is the item's text: then everybody may read it.
 *
 * In calendars it is one appointment for ever: whoever was invited is told when its time or place
 * changes, by mail and by the sequence that rises. A cancelled one stays there as cancelled. */
#ifndef HANSE_PEOPLE_MEETING_H
#define HANSE_PEOPLE_MEETING_H

#include "base/ical.h"
#include "people/body.h"

extern const Machine MEETING_MACHINE;
extern const StatementTable MEETING_STATEMENTS;

enum {
    MEETING_LINE_BYTES_MAX = 300, /* place, link */
    MEETING_GUESTS_BYTES_MAX = 2000,
    MEETING_AGENDA_MAX = 30,
    MEETING_AGENDA_BYTES_MAX = 300, /* title, speaker */
    MEETING_DURATION_MAX_MIN = 600, /* of an item of the agenda */
    MEETING_LENGTH_MAX_DAYS = 14,
    MEETING_PEOPLE_MAX = 500,
    MEETINGS_MAX = 500 /* of one list or feed */
};

typedef struct MeetingAgenda {
    Str title, speaker;
    int64_t duration_min; /* 0: not said */
} MeetingAgenda;

/* What a meeting has beside its item. */
typedef struct Meeting {
    int64_t start_us, end_us;
    Str place;
    Str link, guests, minutes; /* for the body alone: meeting_own empties them for others */
    int64_t sequence;
    MeetingAgenda *agenda;
    size_t agenda_count;
} Meeting;

typedef struct MeetingDraft {
    ItemDraft item;           /* its body is that of the meeting; text.body is not used */
    int64_t start_us, end_us; /* 0: what was typed is no time */
    Str place, link, guests;
    const MeetingAgenda *agenda; /* without empty rows */
    size_t agenda_count;
} MeetingDraft;

/* A lead or the office plans one. Flaws of item_check, and "meeting.start", "meeting.end",
 * "meeting.place", "meeting.link", "meeting.guests", "meeting.agenda". */
MUST Err meeting_add(Cx *cx, const Item *body, const MeetingDraft *draft, Events *events,
                     ItemId *ret);
/* While it is planned or invited to; those invited are told of a new time or place. CONFLICT
 * "item.version"; DENIED "meeting.edit". */
MUST Err meeting_change(Cx *cx, Item *item, int64_t version, const MeetingDraft *draft,
                        Events *events);
bool meeting_may_edit(const Item *item, uint32_t stand);
/* What the actor may know of it. */
MUST Err meeting_own(Cx *cx, const Item *item, Meeting *ret);

/* ---- when ---- */

typedef struct MeetingEntry {
    Item item;
    int64_t start_us, end_us;
    Str place;
    int64_t sequence;
} MeetingEntry;
typedef struct MeetingQuery {
    ItemId body;     /* 0: of all */
    int64_t from_us; /* those that end after it; 0: all */
    int64_t to_us;   /* those that end before; 0: all */
    bool newest;     /* the latest first */
    bool announced;  /* only those that were invited to, also cancelled ones: for calendars */
    int64_t limit;   /* 1 to MEETINGS_MAX */
} MeetingQuery;
/* Those that the actor may read, by their time. */
MUST Err meeting_list(Cx *cx, const MeetingQuery *query, MeetingEntry **ret, size_t *ret_count);
/* One appointment; url is the whole address of its page, and may be empty. */
IcalEvent meeting_ical(Arena *arena, const MeetingEntry *entry, Str body_title, Str url);

/* ---- who ---- */

typedef struct MeetingPerson {
    PersonId person;
    Str name;
    Str reply;    /* "", "yes", "no" */
    Str attended; /* "", "present", "excused", "absent" */
} MeetingPerson;
/* Whoever was invited, and the members at the time it was held; for those inside. */
MUST Err meeting_people(Cx *cx, const Item *item, MeetingPerson **ret, size_t *ret_count);
/* The actor says whether he or she comes. DENIED "meeting.reply" for who was not invited; CONFLICT
 * "verb.state" when it is over. */
MUST Err meeting_reply(Cx *cx, const Item *item, bool comes);
/* Who was there; persons that are not of it are left out. Lead or office, while it is held. */
MUST Err meeting_attend(Cx *cx, Item *item, const MeetingPerson *people, size_t count,
                        Events *events);

/* ---- minutes ---- */

/* While it is held, by whoever is inside. INVALID "meeting.minutes"; CONFLICT "item.version";
 * DENIED "meeting.edit". */
MUST Err meeting_write(Cx *cx, Item *item, int64_t version, Str minutes, Events *events);
bool meeting_may_write(const Item *item, uint32_t stand);
/* The step "publish", with the text for everybody: INVALID "meeting.public". */
MUST Err meeting_publish(Cx *cx, Item *item, Str text, Str reason, Events *events);

/* ---- for calendar programs ---- */

/* A new key for the actor, whose secret the caller made (auth_secret, outside apply); the one
 * before stops working. */
MUST Err calendar_key_set(Cx *cx, Str secret);
/* Whose key it is; *ret 0: nobody's. */
MUST Err calendar_key_find(Cx *cx, Str secret, PersonId *ret);

#endif
