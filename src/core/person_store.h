/* The SQL of persons and grants; private to person.c. */
#ifndef HANSE_CORE_PERSON_STORE_H
#define HANSE_CORE_PERSON_STORE_H

#include "core/person.h"

MUST Err person_store_add(Cx *cx, Str mail, Str mail_folded, const Person *person, PersonId *ret);
MUST Err person_store_find(Cx *cx, Str mail_folded, bool *ret_found, Person *ret);
MUST Err person_store_get(Cx *cx, PersonId id, bool *ret_found, Person *ret);
MUST Err person_store_set_password(Cx *cx, PersonId id, Str hash, int64_t *ret_changed);
MUST Err person_store_set_name(Cx *cx, PersonId id, Str name, Lang lang, int64_t *ret_changed);
/* By any organisation. */
MUST Err person_store_is_alliance(Cx *cx, PersonId id, bool *ret);
MUST Err person_store_set_district(Cx *cx, PersonId id, Str district, int64_t *ret_changed);
MUST Err person_store_set_mail(Cx *cx, PersonId id, Str mail, Str mail_folded,
                               int64_t *ret_changed);
MUST Err person_store_set_state(Cx *cx, PersonId id, PersonState state, Str reason,
                                int64_t *ret_changed);
MUST Err person_store_list(Cx *cx, const PersonQuery *query, Person **ret, size_t *ret_count,
                           int64_t *ret_total);
MUST Err person_store_count_role(Cx *cx, Str role, int64_t *ret);
MUST Err person_store_count(Cx *cx, int64_t *ret);
/* item: 0, or the organisation that the role "alliance" comes from. */
MUST Err person_store_grant(Cx *cx, PersonId id, Str role, int64_t item);
MUST Err person_store_revoke(Cx *cx, PersonId id, Str role, int64_t item);
MUST Err person_store_roles(Cx *cx, PersonId id, uint32_t *ret);
MUST Err person_store_set_erasure(Cx *cx, PersonId id, int64_t due_us, bool posts,
                                  int64_t *ret_changed);
MUST Err person_store_stay(Cx *cx, PersonId id, int64_t *ret_changed);
/* Keeps the name and the address that the person has now. */
MUST Err person_store_keep_former(Cx *cx, PersonId id);
MUST Err person_store_former(Cx *cx, PersonId id, PersonFormer **ret, size_t *ret_count);
MUST Err person_store_blank(Cx *cx, PersonId id);

#endif
