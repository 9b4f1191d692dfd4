/* The SQL of invitations; private to invitation.c. */
#ifndef HANSE_PEOPLE_INVITATION_STORE_H
#define HANSE_PEOPLE_INVITATION_STORE_H

#include "people/invitation.h"

MUST Err invitation_store_add(Cx *cx, const Invitation *invitation, Str digest);
MUST Err invitation_store_find(Cx *cx, Str digest, bool *ret_found, Invitation *ret);
MUST Err invitation_store_list(Cx *cx, ItemId organisation, Invitation **ret, size_t *ret_count);
MUST Err invitation_store_end(Cx *cx, ItemId organisation, int64_t id, int64_t *ret_changed);
/* Ends open ones for the same address. */
MUST Err invitation_store_end_of(Cx *cx, ItemId organisation, Str mail);
MUST Err invitation_store_clean(Cx *cx, int64_t before_us);

#endif
