/* The SQL of block.h. */
#ifndef HANSE_PEOPLE_BLOCK_STORE_H
#define HANSE_PEOPLE_BLOCK_STORE_H

#include "people/block.h"

MUST Err block_store_get(Cx *cx, PersonId person, Block *ret);
MUST Err block_store_put(Cx *cx, PersonId person, int64_t ruling);
MUST Err block_store_remove(Cx *cx, PersonId person);

#endif
