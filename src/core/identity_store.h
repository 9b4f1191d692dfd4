/* The SQL of identities; private to identity.c. */
#ifndef HANSE_CORE_IDENTITY_STORE_H
#define HANSE_CORE_IDENTITY_STORE_H

#include "core/identity.h"

MUST Err identity_store_find(Cx *cx, Str issuer, Str sub, bool *ret_found, Identity *ret);
MUST Err identity_store_add(Cx *cx, const Identity *identity);
MUST Err identity_store_use(Cx *cx, Str issuer, Str sub);
MUST Err identity_store_list(Cx *cx, PersonId person, Identity **ret, size_t *ret_count);
MUST Err identity_store_remove(Cx *cx, PersonId person, Str issuer, Str sub, int64_t *ret_changed);

#endif
