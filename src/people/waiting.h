/* Waiting: what waits for the actor to do: invitations to answer, people who want to join what one
 * leads, reports of the open round, and tasks and milestones whose day has passed or is near; and,
 * before all that, how much waits in the inbox for the office, and for who moderates in the queues.
 * What that is, inbox.h and moderation.h list. */
#ifndef HANSE_PEOPLE_WAITING_H
#define HANSE_PEOPLE_WAITING_H

#include "base/calendar.h"
#include "people/item.h"

enum {
    WAITING_DAYS = 14,          /* how near a day has to be */
    WAITING_PROJECTS_MAX = 100, /* that one leads; their milestones are read at once */
    WAITING_LED_MAX = 50,       /* bodies and projects whose requests are counted */
    WAITING_MAX = 100           /* of one list; the nearest */
};

typedef enum WaitingKind {
    WAITING_INBOX,      /* of the office; with a count and no item */
    WAITING_MODERATION, /* posts to be shown, and what was flagged; the same */
    WAITING_INVITATION, /* of an organisation */
    WAITING_INVITED,    /* to a body or a project */
    WAITING_REQUEST,    /* people who want in */
    WAITING_REPORT,
    WAITING_QUESTION, /* a report that came back with one */
    WAITING_TASK,
    WAITING_MILESTONE,
    WAITING_KIND_COUNT_
} WaitingKind;
Str waiting_kind_name(WaitingKind kind); /* "invitation" */

typedef struct Waiting {
    WaitingKind kind;
    Str title; /* of the task or the milestone, else of the item */
    Noun noun; /* of the item that it belongs to */
    Str item_title, item_slug;
    Str due_day; /* empty: none */
    bool overdue;
    int64_t count; /* of requests, of entries, of cases */
    int64_t late;  /* of the entries, how many are overdue */
} Waiting;

/* First what has no day, for others wait; then by day, so that what is overdue comes first. zone:
 * in which days begin; NULL: UTC. ret_more: some were left off. */
MUST Err waiting_list(Cx *cx, const Zone *zone, Waiting **ret, size_t *ret_count, bool *ret_more);

#endif
