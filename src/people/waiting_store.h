/* The SQL of what waits; private to waiting.c. */
#ifndef HANSE_PEOPLE_WAITING_STORE_H
#define HANSE_PEOPLE_WAITING_STORE_H

#include "people/item.h"

/* For item_list over projects: those that the person leads, by themselves or by their body, or,
 * where nobody leads one, whose organisation they represent. user: const PersonId *. */
void waiting_store_led(DbDynamic *query, const void *user);

#endif
