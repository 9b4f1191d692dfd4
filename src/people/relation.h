/* Relation: how a person stands to an item, from when until when: representative or colleague of
 * an organisation, lead or member of a body, contact of a project. Rows end and are kept, for
 * conflicts of interest look back.
 *
 *   asked   -> active | ended     the person wants in; who leads decides
 *   invited -> active | ended     the person was asked in, and decides
 *   active  -> ended
 *
 * Roles for the whole site (office, editor, admin) are grants (core/person.h), not relations. */
#ifndef HANSE_PEOPLE_RELATION_H
#define HANSE_PEOPLE_RELATION_H

#include "people/item.h"

/* How the actor stands to an item: bits, so that a step of a machine can name several. */
enum Stand {
    STAND_ANYONE = 1 << 0,
    STAND_PERSON = 1 << 1,    /* logged in, with a confirmed address */
    STAND_ALLIANCE = 1 << 2,  /* of an accepted partner */
    STAND_AUTHOR = 1 << 3,    /* wrote the item */
    STAND_REP = 1 << 4,       /* represents the item's organisation, or the item itself is it */
    STAND_COLLEAGUE = 1 << 5, /* belongs to it */
    STAND_LEAD = 1 << 6,      /* leads the item, or its body */
    STAND_MEMBER = 1 << 7,    /* is a member of the item or of its body */
    STAND_EDITOR = 1 << 8,
    STAND_OFFICE = 1 << 9,
    STAND_ADMIN = 1 << 10
};

typedef enum RelationRole {
    RELATION_REP,
    RELATION_COLLEAGUE,
    RELATION_LEAD,
    RELATION_MEMBER,
    RELATION_ROLE_COUNT_
} RelationRole;

typedef enum RelationState {
    RELATION_ASKED,
    RELATION_INVITED,
    RELATION_ACTIVE,
    RELATION_ENDED,
    RELATION_STATE_COUNT_
} RelationState;

enum { RELATION_TITLE_BYTES_MAX = 120, RELATION_LIST_MAX = 2000 };

extern const StatementTable RELATION_STATEMENTS;

typedef struct Relation {
    int64_t id;
    PersonId person;
    Str person_name; /* empty: an erased account */
    RelationRole role;
    ItemId item;
    Str item_title, item_slug; /* of relation_of_person alone */
    Noun item_noun;
    ItemId through;
    Str through_title, through_slug;
    Str title;
    RelationState state;
    int64_t created_us, from_us, until_us;
} Relation;

Str relation_role_name(RelationRole role); /* "rep" */
bool relation_role_parse(Str name, RelationRole *ret);
Str relation_state_name(RelationState state);

/* Whether it is to an organisation that the person belongs to: no other item has these roles. */
bool relation_is_belonging(const Relation *relation);

/* The Stand bits of the actor to the item. */
MUST Err item_stand(Cx *cx, const Item *item, uint32_t *ret);
/* The same, and whether the actor has an active relation to the item itself, not only to its
 * organisation or body. */
MUST Err item_stand_related(Cx *cx, const Item *item, uint32_t *ret, bool *ret_related);

/* Adds a relation that is asked, invited or active from now; the one that is there already in one
 * of these states is changed to the better of both. INVALID "relation.title". */
MUST Err relation_add(Cx *cx, PersonId person, RelationRole role, ItemId item, ItemId through,
                      Str title, RelationState state, int64_t *ret);
/* NOT_FOUND "relation.unknown". */
MUST Err relation_get(Cx *cx, int64_t id, Relation *ret);
/* CONFLICT "relation.state" for a step that the states above do not have. */
MUST Err relation_set_state(Cx *cx, int64_t id, RelationState state);
MUST Err relation_set_role(Cx *cx, int64_t id, RelationRole role, Str title);
/* It ends at that time: at once where it has passed (also further back), else it stays active until
 * relation_end_due. CONFLICT "relation.state" for one that is not active, "relation.organisation"
 * for one to an organisation: its people leave by organisation_end, for the alliance follows. */
MUST Err relation_end(Cx *cx, int64_t id, int64_t until_us);
/* Ends the active ones whose time has come; a job. */
MUST Err relation_end_due(Cx *cx);
/* The organisation that it goes through. */
MUST Err relation_set_through(Cx *cx, int64_t id, ItemId through);
/* The one of a person to an item that has not ended, in whatever role; *ret_found false: none. */
MUST Err relation_find(Cx *cx, PersonId person, ItemId item, bool *ret_found, Relation *ret);
/* Of an item: active ones first, then by role and name; ended ones only where asked for. */
MUST Err relation_list(Cx *cx, ItemId item, bool ended, Relation **ret, size_t *ret_count);
/* Of a person, over all items that the actor may read; for oneself all. */
MUST Err relation_of_person(Cx *cx, PersonId person, Relation **ret, size_t *ret_count);
/* How many of a role are active. */
MUST Err relation_count(Cx *cx, ItemId item, RelationRole role, int64_t *ret);
/* Ends all active, asked and invited relations to the item. */
MUST Err relation_end_all(Cx *cx, ItemId item);

#endif
