/* The SQL of funding; private to funding.c. */
#ifndef HANSE_PEOPLE_FUNDING_STORE_H
#define HANSE_PEOPLE_FUNDING_STORE_H

#include "people/funding.h"

MUST Err funding_store_list(Cx *cx, ItemId project, Funding **ret, size_t *ret_count);
MUST Err funding_store_givers(Cx *cx, Str **ret, size_t *ret_count);
MUST Err funding_store_clear(Cx *cx, ItemId project);
MUST Err funding_store_add(Cx *cx, ItemId project, const Funding *funding);

#endif
