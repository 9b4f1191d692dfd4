/* Funding: money that somebody gives a project: giver, programme, amount, from when until when.
 * The list of a project is changed as a whole; numbers stay and are never given twice. */
#ifndef HANSE_PEOPLE_FUNDING_H
#define HANSE_PEOPLE_FUNDING_H

#include "base/json.h"
#include "people/project.h"

enum { FUNDINGS_MAX = 40, FUNDING_NAME_BYTES_MAX = 200 };

extern const StatementTable FUNDING_STATEMENTS;

typedef struct Funding {
    int64_t number; /* 0: a new one */
    Str giver, programme;
    Money amount;
    Str from_day, until_day;
} Funding;

MUST Err funding_list(Cx *cx, ItemId project, Funding **ret, size_t *ret_count);
/* The givers of all projects that the actor may read, each once, in their order. */
MUST Err funding_givers(Cx *cx, Str **ret, size_t *ret_count);
/* Flaws "funding.giver", "funding.programme", "funding.amount", "funding.until",
 * "funding.count". */
MUST Err funding_check(Cx *cx, const Funding *list, size_t count);
/* Replaces the list, which was checked, without a version of its own: project_set_money keeps it.
 */
MUST Err funding_put(Cx *cx, ItemId project, const Funding *list, size_t count);
MUST Err funding_put_json(Cx *cx, ItemId project, JsonOut *out);

#endif
