/* Inbox: everything that waits for a decision of the project office, in one list.
 *
 * Each noun that has such things is a row of INBOX_PROVIDERS (inbox.c): it lists what waits now,
 * asking its own tables. An entry says since when it waits; it is due so many days later, unless
 * the noun itself knows better. Who of the office looks after it is kept here for all kinds. */
#ifndef HANSE_PEOPLE_INBOX_H
#define HANSE_PEOPLE_INBOX_H

#include "core/actor.h"
#include "db/db.h"

enum { INBOX_MAX = 5000 /* entries of all kinds together; the oldest of each kind come first */ };

extern const StatementTable INBOX_STATEMENTS;

typedef struct InboxEntry {
    Str kind;         /* of its provider; its words are the text inbox.kind.KIND */
    int64_t id;       /* the kind's own number: what inbox_assign is told */
    Str title;        /* "0042-2026: Bank vor dem Rathaus" */
    Str detail;       /* one line more; may be empty */
    Str path;         /* of the page where it is decided, without the language */
    int64_t since_us; /* when it began to wait */
    int64_t due_us;   /* set by inbox_put where it is 0 */
    PersonId owner;   /* 0: nobody yet */
    Str owner_name;
    bool doubtful; /* marked as suspicious */
} InboxEntry;

typedef struct InboxList InboxList;

typedef struct InboxProvider {
    const char *kind;
    int64_t due_days; /* after which an entry is overdue */
    /* Calls inbox_put for everything that waits, the oldest first. */
    Err (*list)(Cx *cx, InboxList *list);
} InboxProvider;

extern const InboxProvider INBOX_PROVIDERS[];
extern const size_t INBOX_PROVIDER_COUNT;

/* Entries beyond INBOX_MAX are counted and dropped. */
void inbox_put(InboxList *list, InboxEntry entry);

typedef struct InboxQuery {
    Str kind;       /* empty: all */
    PersonId owner; /* 0: anyone */
    bool unowned;   /* only what nobody looks after */
} InboxQuery;

typedef struct Inbox {
    InboxEntry *entries; /* the longest waiting first */
    size_t count;
    int64_t *by_kind; /* of each provider, whatever the query says */
    int64_t total, overdue, mine, unowned;
} Inbox;

/* DENIED without MAY_OFFICE_WORK. */
MUST Err inbox_read(Cx *cx, const InboxQuery *query, Inbox *ret);
/* Somebody of the office takes care of it; 0: nobody any more. INVALID "inbox.kind",
 * "inbox.owner" for a person without MAY_OFFICE_WORK. */
MUST Err inbox_assign(Cx *cx, Str kind, int64_t id, PersonId owner);
typedef struct InboxStaff {
    PersonId person;
    Str name;
} InboxStaff;
/* Who can look after things: the persons of the office, by name. */
MUST Err inbox_staff(Cx *cx, InboxStaff **ret, size_t *ret_count);
/* Whom it belongs to now; 0: nobody. */
MUST Err inbox_owner(Cx *cx, Str kind, int64_t id, PersonId *ret);

#endif
