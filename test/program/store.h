/* For tests only: a look into the city's store, for what no page tells. */
#ifndef HANSE_TEST_PROGRAM_STORE_H
#define HANSE_TEST_PROGRAM_STORE_H

#include "db/db.h"
#include "visit.h"

/* Opens the city's store as city->cx.db, with nobody as the actor and the system's clock. */
void city_open_store(City *city, DbMode mode);
/* Harmless when none is open. */
void city_close_store(City *city);
/* One change of the store in a transaction of its own: what no page can do, such as let time pass.
 * While the program is down, or as any other process would. */
void city_store_run(City *city, Str sql);
/* What there is, by number, the oldest or the newest first, at most max; in a store of its own. */
size_t things_of(City *city, bool newest_first, Thing *ret, size_t max);

#endif
