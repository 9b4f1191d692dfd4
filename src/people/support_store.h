/* The SQL of support.h. */
#ifndef HANSE_PEOPLE_SUPPORT_STORE_H
#define HANSE_PEOPLE_SUPPORT_STORE_H

#include "people/support.h"

MUST Err support_store_count(Cx *cx, ItemId idea, SupportCount *ret);
/* Those that support it; or, of the actor's, those that could too. */
MUST Err support_store_organisations(Cx *cx, ItemId idea, Supporter **ret, size_t *ret_count);
MUST Err support_store_represented(Cx *cx, ItemId idea, Supporter *ret, size_t most,
                                   size_t *ret_count);
MUST Err support_store_has(Cx *cx, ItemId idea, bool *ret);
MUST Err support_store_put(Cx *cx, ItemId idea, ItemId organisation);
MUST Err support_store_remove(Cx *cx, ItemId idea, ItemId organisation);

/* For item_list: those that a person supports. user: const PersonId *. */
#define SUPPORT_JOIN " JOIN idea_support t ON t.tenant = i.tenant AND t.idea = i.id"
void support_store_of_person(DbDynamic *query, const void *user);

#endif
