/* The SQL of the inbox; private to inbox.c. */
#ifndef HANSE_PEOPLE_INBOX_STORE_H
#define HANSE_PEOPLE_INBOX_STORE_H

#include "people/inbox.h"

typedef struct InboxOwner {
    Str kind;
    int64_t id;
    PersonId owner;
    Str name;
} InboxOwner;

MUST Err inbox_store_set(Cx *cx, Str kind, int64_t id, PersonId owner);
MUST Err inbox_store_get(Cx *cx, Str kind, int64_t id, PersonId *ret);
/* All of a kind, by number. */
MUST Err inbox_store_owners(Cx *cx, Str kind, InboxOwner **ret, size_t *ret_count);
MUST Err inbox_store_staff(Cx *cx, InboxStaff **ret, size_t *ret_count);

#endif
