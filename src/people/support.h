/* Support: a person, or an organisation by its representative, says that an idea is good. Each
 * once, and it can be taken back. Organisations are named; of persons there is only the count. */
#ifndef HANSE_PEOPLE_SUPPORT_H
#define HANSE_PEOPLE_SUPPORT_H

#include "people/idea.h"

enum { SUPPORT_LIST_MAX = 500 };

extern const StatementTable SUPPORT_STATEMENTS;

typedef struct SupportCount {
    int64_t persons, organisations;
} SupportCount;
MUST Err support_count(Cx *cx, ItemId idea, SupportCount *ret);

typedef struct Supporter {
    ItemId organisation;
    Str title, path;
    bool supports;
} Supporter;
/* The organisations that support it, of those that the actor may read; by name. */
MUST Err support_organisations(Cx *cx, ItemId idea, Supporter **ret, size_t *ret_count);

typedef struct SupportOwn {
    bool may;                    /* in its state, as a person */
    bool supports;               /* as a person */
    Supporter organisations[20]; /* that the actor represents, of accepted ones */
    size_t organisation_count;
} SupportOwn;
MUST Err support_own(Cx *cx, const Item *idea, SupportOwn *ret);

/* What the actor supports as a person, of what the actor may read; what changed last first. */
MUST Err support_list_own(Cx *cx, int64_t limit, Item **ret, size_t *ret_count);

/* As a person (organisation 0) or for an organisation. Saying so twice is saying so once. CONFLICT
 * "support.state"; DENIED "support.own" for one's own idea, "support.rep", "block.blocked". */
MUST Err support_set(Cx *cx, const Item *idea, ItemId organisation, bool supports);

#endif
