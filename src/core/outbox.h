/* Outbox: effects that must happen although the program may end at any moment: a mail, a webhook,
 * a command. The rules:
 *
 * - A row is written in the commit of the change that wants the effect: both are stored or none.
 * - A sender takes due rows in a unit of work of its own (outbox_take), acts after that commit,
 *   and reports in another one (outbox_done, outbox_failed). On more than one machine no two
 *   senders get the same row.
 * - At least once: a sender that ends between acting and reporting leaves its row to be taken
 *   again after OUTBOX_LEASE_S. The receiver is told the row's id as the idempotency key and acts
 *   on each key once. An id is never given twice, so the newest row is never removed.
 * - A failure puts the row off, each time about twice as long, by a time that follows from the
 *   row alone, so that a unit of work may be run again. After OUTBOX_TRIES_MAX tries it is dead
 *   and waits for somebody to look at it.
 * - Done rows lose their payload at once (mails carry secrets) and go after OUTBOX_KEEP_DAYS. */
#ifndef HANSE_CORE_OUTBOX_H
#define HANSE_CORE_OUTBOX_H

#include "core/actor.h"
#include "db/db.h"

enum {
    OUTBOX_KIND_BYTES_MAX = 40,
    OUTBOX_PAYLOAD_BYTES_MAX = 256 << 10, /* a long mail; files are named, not put in */
    OUTBOX_ERROR_BYTES_MAX = 500,
    OUTBOX_TAKE_MAX = 100,      /* rows at once: more could not be sent within the lease */
    OUTBOX_LEASE_S = 300,       /* a sender reports within; all its time-outs end before */
    OUTBOX_TRIES_MAX = 15,      /* over about a day and a half */
    OUTBOX_WAIT_FIRST_S = 30,   /* after the first failure; then twice as long each time, */
    OUTBOX_WAIT_LAST_S = 21600, /* but not longer */
    OUTBOX_KEEP_DAYS = 30,
    OUTBOX_CLEAN_MAX = 5000 /* rows removed by one run */
};

extern const StatementTable OUTBOX_STATEMENTS;

typedef struct OutboxRow {
    int64_t id;    /* the idempotency key */
    int64_t tries; /* with this one */
    int64_t due_us;
    int64_t created_us;
    Str payload;
} OutboxRow;

/* due_us 0: at once. Kinds are words of the code ("mail"). INVALID "outbox.payload" for one that
 * is no UTF-8 or has a NUL; LIMIT "outbox.large". */
MUST Err outbox_add(Cx *cx, Str kind, Str payload, int64_t due_us, int64_t *ret);
/* At most `limit` rows that are due, the longest due first. They are the caller's until the lease
 * ends. */
MUST Err outbox_take(Cx *cx, Str kind, size_t limit, OutboxRow **ret, size_t *ret_count);
/* Whether there are any: a read, so that an idle sender costs no unit of work. */
MUST Err outbox_is_due(Cx *cx, Str kind, bool *ret);
/* It happened. Saying so again, or after the lease, is fine. NOT_FOUND "outbox.unknown". */
MUST Err outbox_done(Cx *cx, int64_t id);
/* It did not; `error` says why, and may be cut. Does nothing when the row was taken again
 * meanwhile or has ended: then another try decides. NOT_FOUND "outbox.unknown". */
MUST Err outbox_failed(Cx *cx, const OutboxRow *row, Str error);
/* It will never happen: no try after this one. For the rest as outbox_failed. */
MUST Err outbox_give_up(Cx *cx, const OutboxRow *row, Str error);
/* Removes old done rows, and ends rows whose last sender did not report. A job. */
MUST Err outbox_clean(Cx *cx);

/* Ends all that waits of a kind, unsent: for a city that is filled with a past, whose mails nobody
 * should get now. */
MUST Err outbox_drop(Cx *cx, Str kind);

typedef struct OutboxCounts {
    int64_t waiting, done, dead;
} OutboxCounts;
MUST Err outbox_count(Cx *cx, OutboxCounts *ret);

/* How long a row rests after its n-th try: between three and five quarters of the doubled time,
 * by its id, so that what failed together does not come back together. */
int64_t outbox_wait_us(int64_t id, int64_t tries);

#endif
