/* Reading what own_data.h tells; private to own_data.c. */
#ifndef HANSE_PEOPLE_OWN_DATA_STORE_H
#define HANSE_PEOPLE_OWN_DATA_STORE_H

#include "people/own_data.h"

/* each is called for every row, while it may be read. */
MUST Err own_data_store_each(Cx *cx, const OwnSection *section, PersonId person, Str mail_key,
                             void (*each)(void *user, const DbRows *rows), void *user);

#endif
