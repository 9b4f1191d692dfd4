/* The SQL of decisions; private to decision.c. */
#ifndef HANSE_PEOPLE_DECISION_STORE_H
#define HANSE_PEOPLE_DECISION_STORE_H

#include "people/decision.h"

MUST Err decision_store_next_number(Cx *cx, ItemId meeting, int64_t *ret);
MUST Err decision_store_put(Cx *cx, ItemId meeting, const Decision *decision);
/* With recusals, whose persons are named. */
MUST Err decision_store_list(Cx *cx, ItemId meeting, Decision **ret, size_t *ret_count);
/* Whether the person's active or former seat in the body is shown to everybody. */
MUST Err decision_store_is_shown(Cx *cx, ItemId body, PersonId person, bool *ret);

#endif
