/* The SQL of flag.h. */
#ifndef HANSE_PEOPLE_FLAG_STORE_H
#define HANSE_PEOPLE_FLAG_STORE_H

#include "people/flag.h"

MUST Err flag_store_update_own(Cx *cx, Target target, Str ground, Str words, int64_t *ret_changed);
MUST Err flag_store_add(Cx *cx, Target target, Str ground, Str words);
MUST Err flag_store_count_own(Cx *cx, int64_t *ret);
/* The open ones on a thing. */
MUST Err flag_store_count(Cx *cx, Target target, int64_t *ret);
MUST Err flag_store_list(Cx *cx, Target target, FlagRow **ret, size_t *ret_count);
MUST Err flag_store_decide(Cx *cx, Target target, Str state, int64_t ruling);
MUST Err flag_store_drop_of(Cx *cx, PersonId person, int64_t ruling);

#endif
