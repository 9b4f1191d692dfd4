/* The SQL of applications; private to application.c. */
#ifndef HANSE_PEOPLE_APPLICATION_STORE_H
#define HANSE_PEOPLE_APPLICATION_STORE_H

#include "people/application.h"

/* With the organisation's fields, until they are an item. */
typedef struct ApplicationRow {
    Application one;
    Str state, doc;
    ItemId organisation;
} ApplicationRow;

MUST Err application_store_add(Cx *cx, const ApplicationRow *row, Str digest);
MUST Err application_store_by_secret(Cx *cx, Str digest, bool *ret_found, ApplicationRow *ret);
MUST Err application_store_of(Cx *cx, ItemId organisation, bool *ret_found, ApplicationRow *ret);
MUST Err application_store_confirm(Cx *cx, int64_t id, ItemId organisation);
MUST Err application_store_decide(Cx *cx, int64_t id);
MUST Err application_store_clean(Cx *cx, int64_t sent_before_us, int64_t decided_before_us);

#endif
