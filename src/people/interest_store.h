/* The SQL of interests; private to interest.c. */
#ifndef HANSE_PEOPLE_INTEREST_STORE_H
#define HANSE_PEOPLE_INTEREST_STORE_H

#include "people/interest.h"

enum { INTEREST_MAX = 20000 };

typedef struct Interest {
    int64_t id;
    Str state, mail, secret;
    Lang lang;
} Interest;

MUST Err interest_store_add(Cx *cx, Str mail, Str mail_key, Str secret, Str consent);
MUST Err interest_store_by_secret(Cx *cx, Str secret, bool *ret_found, Interest *ret);
/* Whether a confirmed one has that address. */
MUST Err interest_store_has(Cx *cx, Str mail_key, bool *ret);
MUST Err interest_store_confirm(Cx *cx, int64_t id);
MUST Err interest_store_end(Cx *cx, int64_t id);
MUST Err interest_store_count(Cx *cx, int64_t *ret);
MUST Err interest_store_list(Cx *cx, Interest **ret, size_t *ret_count);
MUST Err interest_store_clean(Cx *cx, int64_t before_us);

#endif
