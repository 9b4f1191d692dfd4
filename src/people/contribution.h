/* Contribution: what a partner brought in, as dated entries: hours of work, money, data sets.
 * Entries are noted by its representatives or the office; a wrong one is removed, and the versions
 * of the organisation keep that it was there. */
#ifndef HANSE_PEOPLE_CONTRIBUTION_H
#define HANSE_PEOPLE_CONTRIBUTION_H

#include "people/item.h"

typedef enum ContributionKind {
    CONTRIBUTION_HOURS, /* amount in minutes */
    CONTRIBUTION_MONEY, /* in euro cents */
    CONTRIBUTION_DATA,  /* in data sets */
    CONTRIBUTION_KIND_COUNT_
} ContributionKind;

enum {
    CONTRIBUTION_WHAT_BYTES_MAX = 300,
    CONTRIBUTIONS_MAX = 2000 /* of one organisation */
};
#define CONTRIBUTION_AMOUNT_MAX INT64_C(1000000000000)

extern const StatementTable CONTRIBUTION_STATEMENTS;

typedef struct Contribution {
    int64_t id;
    ContributionKind kind;
    int64_t amount;
    int64_t on_us;
    Str what;
    PersonId person;
    int64_t created_us;
} Contribution;

typedef struct ContributionSums {
    int64_t amount[CONTRIBUTION_KIND_COUNT_];
    int64_t entries;
} ContributionSums;

Str contribution_kind_name(ContributionKind kind);
bool contribution_kind_parse(Str name, ContributionKind *ret);

/* INVALID with flaws "contribution.kind", ".amount", ".date" (not in the future), ".what"; LIMIT
 * "contribution.many"; DENIED "organisation.edit". */
MUST Err contribution_add(Cx *cx, const Item *organisation, const Contribution *contribution,
                          Events *events);
/* NOT_FOUND "contribution.unknown". */
MUST Err contribution_remove(Cx *cx, const Item *organisation, int64_t id, Events *events);
/* The newest first. */
MUST Err contribution_list(Cx *cx, ItemId organisation, Contribution **ret, size_t *ret_count);
MUST Err contribution_sums(Cx *cx, ItemId organisation, ContributionSums *ret);
/* Of all accepted partners together. */
MUST Err contribution_sums_of_all(Cx *cx, ContributionSums *ret);

#endif
