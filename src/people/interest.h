/* Interest: somebody who is no partner wants to be told of news. The address gets a link that
 * confirms it; what was agreed to is kept with its time, and one click ends it, which erases the
 * address. */
#ifndef HANSE_PEOPLE_INTEREST_H
#define HANSE_PEOPLE_INTEREST_H

#include "core/actor.h"
#include "db/db.h"

enum { INTEREST_DAYS = 7 /* to confirm */, INTEREST_NEWS_BYTES_MAX = 20000 };

/* Version of the words that one agrees to (text interest.consent): raised when they change. */
#define INTEREST_CONSENT S("2026-1")

extern const StatementTable INTEREST_STATEMENTS;

/* INVALID "interest.mail", "interest.consent". Nobody is told whether the address was known. */
MUST Err interest_send(Cx *cx, Str mail, bool consent, Str secret);
/* NOT_FOUND "interest.unknown". Once more: nothing happens. */
MUST Err interest_confirm(Cx *cx, Str secret);
/* Nothing happens where it has ended already. */
MUST Err interest_end(Cx *cx, Str secret);
MUST Err interest_count(Cx *cx, int64_t *ret);
/* To everybody who confirmed; for the office. INVALID "interest.subject", "interest.news". */
MUST Err interest_check_news(Cx *cx, Str subject, Str news);
MUST Err interest_tell(Cx *cx, Str subject, Str news, size_t *ret_count);
/* Removes what nobody confirmed. A job. */
MUST Err interest_clean(Cx *cx);

#endif
