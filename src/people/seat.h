/* Seat: a place in a body, from when until when, as its lead or as a member, through the
 * organisation that sends the person. One person may hold seats in several bodies.
 *
 *   asked   -> active | ended   who belongs to an accepted partner asks; the lead decides
 *   invited -> active | ended   the lead or the office invites; the person answers
 *              active -> ended  with a date, which may lie ahead
 *
 * The office may also place somebody directly, with or without an organisation. A seat names its
 * person to everybody only with the person's consent; the alliance sees who is active, the body
 * and the office also who was. */
#ifndef HANSE_PEOPLE_SEAT_H
#define HANSE_PEOPLE_SEAT_H

#include "people/body.h"
#include "people/organisation.h"

extern const StatementTable SEAT_STATEMENTS;

enum { SEAT_MESSAGE_BYTES_MAX = 4000, SEAT_ORGANISATIONS_MAX = 20 };

typedef struct Seat {
    Relation relation;
    Str message; /* with which the person asked */
    Str reason;  /* of the decision */
    bool shown;  /* named to everybody */
} Seat;

typedef struct SeatList {
    Seat *seats; /* those that the actor may see: leads first, then by name */
    size_t count;
    /* Of all active ones, seen or not: */
    int64_t members, organisations;
    bool kinds[ORGANISATION_KIND_COUNT_]; /* that these organisations are of, */
    int64_t kind_count;                   /* and how many: the mix */
} SeatList;

/* ended: also those that have ended, for the body and the office. Who asked or is invited is seen
 * by leads, the office, and the person. */
MUST Err seat_list(Cx *cx, const Item *body, bool ended, SeatList *ret);
/* NOT_FOUND "relation.unknown" also for one that the actor may not see. */
MUST Err seat_get(Cx *cx, const Item *body, int64_t id, Seat *ret);
/* The actor's own that has not ended; *ret_found false: none. */
MUST Err seat_own(Cx *cx, const Item *body, bool *ret_found, Seat *ret);
/* The accepted partners that the person belongs to: through which a seat may go. */
MUST Err seat_organisations(Cx *cx, PersonId person, Item ret[SEAT_ORGANISATIONS_MAX],
                            size_t *ret_count);

/* INVALID with flaws "seat.through", "seat.message"; CONFLICT "seat.there" for who is in, asked or
 * invited already, "seat.closed" for the management and for a dissolved body. */
MUST Err seat_ask(Cx *cx, const Item *body, ItemId through, Str message, bool shown, Events *events,
                  int64_t *ret);
/* A lead or the office. INVALID "seat.reason" for a refusal without a reason; CONFLICT
 * "relation.state". The person is told. */
MUST Err seat_decide(Cx *cx, const Item *body, int64_t id, bool accept, Str reason, Events *events);

typedef struct SeatDraft {
    PersonId person;
    RelationRole role; /* RELATION_LEAD from the office alone */
    ItemId through;    /* 0: the first of the person's; the office may leave it at none */
    Str title;         /* what the person is called there; may be empty */
    bool placed;       /* the office alone: without an invitation */
    bool shown;        /* where placed: the person agreed on paper */
} SeatDraft;
/* A lead or the office. The same conflicts as of seat_ask; INVALID "seat.through", "seat.title". */
MUST Err seat_invite(Cx *cx, const Item *body, const SeatDraft *draft, Events *events,
                     int64_t *ret);
/* The invited person; through 0 keeps what the invitation says. */
MUST Err seat_answer(Cx *cx, const Item *body, int64_t id, bool accept, ItemId through, bool shown,
                     Events *events);
/* The person: whether the seat names him or her to everybody. */
MUST Err seat_show(Cx *cx, const Item *body, int64_t id, bool shown);
/* A lead or the office; the role is the office's to change. CONFLICT "seat.last_lead". */
MUST Err seat_set(Cx *cx, const Item *body, int64_t id, RelationRole role, Str title,
                  Events *events);
/* The person, a lead, or the office. CONFLICT "seat.last_lead" for the only lead of an active body
 * who stays; INVALID "seat.until" for a time before it began. */
MUST Err seat_end(Cx *cx, const Item *body, int64_t id, int64_t until_us, Events *events);

#endif
