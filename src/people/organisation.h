/* Organisation: a partner of the alliance, or one that may become it.
 *
 *   interested -> applied -> review -> accepted <-> paused -> left
 *                                   -> declined (reason)
 *
 * Accepted means: a kind, the version of the agreement and its date, and at least one active
 * representative; the last one cannot leave without a successor. Only accepted ones are counted
 * as partners. Who belongs to an accepted one belongs to the alliance (core/person.h). */
#ifndef HANSE_PEOPLE_ORGANISATION_H
#define HANSE_PEOPLE_ORGANISATION_H

#include "people/verb.h"

extern const Machine ORGANISATION_MACHINE;
extern const StatementTable ORGANISATION_STATEMENTS;

typedef enum OrganisationKind {
    ORGANISATION_COMPANY, /* small and medium */
    ORGANISATION_START_UP,
    ORGANISATION_GLOBAL,
    ORGANISATION_SCIENCE,
    ORGANISATION_ASSOCIATION,
    ORGANISATION_CHAMBER,
    ORGANISATION_INSTITUTION,
    ORGANISATION_POLITICS,
    ORGANISATION_ADMINISTRATION,
    ORGANISATION_KIND_COUNT_,
    ORGANISATION_KIND_NONE = ORGANISATION_KIND_COUNT_ /* nobody said yet */
} OrganisationKind;

enum {
    ORGANISATION_LINES_MAX = 12, /* of what it offers, and of what it seeks */
    ORGANISATION_LINE_BYTES_MAX = 160,
    ORGANISATION_URL_BYTES_MAX = 300,
    ORGANISATION_FIELD_BYTES_MAX = 200, /* each of the short ones */
    ORGANISATION_AGREEMENT_BYTES_MAX = 40,
    ORGANISATION_DAY_UNREAD = -1 /* as since_us, agreement_us: what was typed is no day */
};

/* What an organisation has beside its item. */
typedef struct OrganisationOwn {
    OrganisationKind kind;
    bool founder;
    Str offers, seeks; /* one a line */
    Str website;       /* http or https */
    Str register_number;
    Str mail, phone, street, postcode, town;
    int64_t since_us;
    Str agreement; /* the version that was accepted; empty: none */
    int64_t agreement_us;
} OrganisationOwn;

typedef struct OrganisationDraft {
    ItemDraft item; /* title: its name; lead: in one sentence */
    OrganisationOwn own;
} OrganisationDraft;

Str organisation_kind_name(OrganisationKind kind); /* "start_up"; "" for none */
bool organisation_kind_parse(Str name, OrganisationKind *ret);

/* Notes what is wrong as flaws: those of item_check, and "organisation.offers", ".seeks",
 * ".website", ".mail", ".phone", ".street", ".postcode", ".town", ".register", ".agreement",
 * ".agreed_on", ".since". */
void organisation_check(Cx *cx, const OrganisationDraft *draft);
/* In the state "interested" or "applied". The office alone; applications come by application.h. */
MUST Err organisation_add(Cx *cx, const OrganisationDraft *draft, Str state, Events *events,
                          ItemId *ret);
/* The same in the state "applied", for application.h, which has seen to who may. */
MUST Err organisation_apply(Cx *cx, const OrganisationDraft *draft, Events *events, ItemId *ret);
/* Its representatives and the office. Kind, founder, register number, membership and agreement are
 * the office's to change: from anyone else what stands there stays. DENIED "organisation.edit". */
MUST Err organisation_change(Cx *cx, Item *item, int64_t version, const OrganisationDraft *draft,
                             Events *events);
bool organisation_may_edit(uint32_t stand);
/* Accepted, or paused: not one that only applied, was declined or has left. */
bool organisation_is_partner(const Item *item);
MUST Err organisation_own(Cx *cx, ItemId id, OrganisationOwn *ret);
/* How many there are in a state that the actor may read. */
MUST Err organisation_count(Cx *cx, Str state, int64_t *ret);

/* ---- its people ---- */

/* Its active representatives and colleagues that the actor may see: those who agreed to be shown,
 * all of them for the alliance, the office, and themselves. */
MUST Err organisation_people(Cx *cx, ItemId id, Relation **ret, size_t *ret_count);
/* Whether the actor is named on the organisation's public page. */
MUST Err organisation_show_me(Cx *cx, ItemId id, bool shown);
MUST Err organisation_am_shown(Cx *cx, ItemId id, bool *ret);
/* A person becomes active in it. Keeps the alliance in step. */
MUST Err organisation_join(Cx *cx, const Item *item, PersonId person, RelationRole role, Str title,
                           Events *events);
/* Ends a membership: one's own, or as representative or office. CONFLICT "organisation.last_rep"
 * for the last representative of an accepted or paused one; DENIED "organisation.people". */
MUST Err organisation_end(Cx *cx, const Item *item, int64_t relation, Events *events);
/* A colleague becomes representative, or the other way round, and is told. The same faults. */
MUST Err organisation_set_role(Cx *cx, const Item *item, int64_t relation, RelationRole role,
                               Str title, Events *events);
/* Whether the person is the only representative of an organisation that needs one: such an
 * account cannot be erased before there is a successor. ret_name is the organisation's name, ret_id
 * its number. */
MUST Err organisation_needs(Cx *cx, PersonId person, bool *ret, Str *ret_name, ItemId *ret_id);

/* ---- the likeness of names ---- */

/* A name as it is compared: folded, letters of other scripts that look like Latin ones taken for
 * them, and legal forms at the end ("GmbH", "e. V.") left out. */
Str organisation_name_key(Arena *arena, Str name);
/* Whether a word of the name mixes letters of Latin, Greek and Cyrillic, as fakes do. */
bool organisation_name_mixed(Str name);
/* What stands behind the @, lower case; empty for providers that everybody uses. */
Str organisation_domain(Arena *arena, Str mail);

enum { ORGANISATION_LIKE_MAX = 10 };
typedef struct OrganisationLike {
    ItemId id;
    Str slug, name, state;
    bool by_name, by_domain, by_register;
} OrganisationLike;
/* Others that may be the same one, by name, mail domain or register number: for the office. */
MUST Err organisation_like(Cx *cx, ItemId id, OrganisationLike **ret, size_t *ret_count);

#endif
