/* The SQL of contributions; private to contribution.c. */
#ifndef HANSE_PEOPLE_CONTRIBUTION_STORE_H
#define HANSE_PEOPLE_CONTRIBUTION_STORE_H

#include "people/contribution.h"

MUST Err contribution_store_add(Cx *cx, ItemId organisation, const Contribution *contribution);
MUST Err contribution_store_remove(Cx *cx, ItemId organisation, int64_t id, int64_t *ret_removed);
MUST Err contribution_store_list(Cx *cx, ItemId organisation, Contribution **ret,
                                 size_t *ret_count);
/* 0: of all accepted partners. */
MUST Err contribution_store_sums(Cx *cx, ItemId organisation, ContributionSums *ret);

#endif
