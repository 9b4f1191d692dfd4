/* Recipient: who is told of what happened. One projection reads the events of a unit of work, once
 * it is whole, and writes notices (core/notice.h) in the same commit:
 *
 *   a post is shown first   ANSWERED   who wrote what it replies to
 *   a post is shown         MENTIONED  who is named in it, once, and only who may read it
 *   an idea is answered, a proposed project decided on
 *                           DECIDED    its author, with the reason
 *   a project's team changes
 *                           ASKED      who leads the project
 *                           INVITED, JOINED, REFUSED, ENDED: whose place it is
 *   moderation decides      HIDDEN, SHOWN, BLOCKED, UNBLOCKED: whose it is, with the reason;
 *                           UPHELD, DISMISSED: who flagged it
 *   something is flagged    FLAGGED    who moderates it, by the first of its flags
 *   a post, a new state, a report, minutes, a closed discussion
 *                           POSTED, CHANGED, REPORTED, MINUTES, CLOSED: who follows it (follow.h);
 *                           of minutes also who follows the body
 *
 * Nobody is told of what they did themselves or may not read (item_readers_rule, in the query of
 * who is told), nor twice of the same post. What is the same for one person becomes one notice that
 * says how many there are: a bulk decision is one notice to each author. */
#ifndef HANSE_PEOPLE_RECIPIENT_H
#define HANSE_PEOPLE_RECIPIENT_H

#include "people/flag.h"

enum {
    RECIPIENT_MODERATORS_MAX = 200, /* who are told of one flag */
    RECIPIENT_LEADS_MAX = 200,      /* who are told that somebody wants to take part */
    RECIPIENT_FLAGGERS_MAX = 1000   /* who are told what came of their flags by one ruling */
};

extern const StatementTable RECIPIENT_STATEMENTS;

/* A projection (core/unit.h). */
MUST Err recipient_project(void *user, Cx *cx, const Events *events);
/* For flag.h: tells those who moderate the target, besides its author. */
MUST Err recipient_tell_of_flag(Cx *cx, Target target, PersonId author, Str words);

#endif
