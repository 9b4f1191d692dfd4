/* The SQL of strategies; private to strategy.c. */
#ifndef HANSE_PEOPLE_STRATEGY_STORE_H
#define HANSE_PEOPLE_STRATEGY_STORE_H

#include "people/strategy.h"

MUST Err strategy_store_put(Cx *cx, ItemId id, const Strategy *strategy);
MUST Err strategy_store_get(Cx *cx, ItemId id, bool *ret_found, Strategy *ret);
/* The newest in that state; 0: none. */
MUST Err strategy_store_in_state(Cx *cx, Str state, ItemId *ret);
/* One more than the newest that was adopted. */
MUST Err strategy_store_next_edition(Cx *cx, int64_t *ret);

#endif
