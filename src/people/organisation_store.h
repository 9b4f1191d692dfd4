/* The SQL of organisations; private to organisation.c and directory.c. */
#ifndef HANSE_PEOPLE_ORGANISATION_STORE_H
#define HANSE_PEOPLE_ORGANISATION_STORE_H

#include "people/directory.h"

MUST Err organisation_store_put(Cx *cx, ItemId id, const OrganisationOwn *own, Str name_key,
                                Str domain);
MUST Err organisation_store_get(Cx *cx, ItemId id, bool *ret_found, OrganisationOwn *ret);
MUST Err organisation_store_count(Cx *cx, Str state, int64_t *ret);
/* Accepted ones by the shared or the own part of the read rule, by number, without their topics. */
MUST Err organisation_store_list(Cx *cx, bool own, Partner **ret, size_t *ret_count);
/* Which organisation has which topic, by organisation; the topics of all that are listed. */
typedef struct OrganisationTopic {
    ItemId organisation;
    Topic topic;
} OrganisationTopic;
MUST Err organisation_store_topics(Cx *cx, OrganisationTopic **ret, size_t *ret_count);
MUST Err organisation_store_like(Cx *cx, ItemId id, Str name_key, Str domain, Str register_number,
                                 OrganisationLike **ret, size_t *ret_count);
/* Active ones; shown: only who agreed to be named, and `also`. */
MUST Err organisation_store_people(Cx *cx, ItemId id, bool shown, PersonId also, Relation **ret,
                                   size_t *ret_count);
MUST Err organisation_store_show(Cx *cx, ItemId id, PersonId person, bool shown);
MUST Err organisation_store_is_shown(Cx *cx, ItemId id, PersonId person, bool *ret);
/* The organisation that needs the person as its only representative; 0: none. */
MUST Err organisation_store_needs(Cx *cx, PersonId person, ItemId *ret, Str *ret_name);

#endif
