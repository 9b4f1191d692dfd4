/* Idea: what somebody thinks the city should do. Written by a person, published, supported
 * (support.h), answered officially (answer.h), and, when it is taken up, turned into a project
 * that keeps the link.
 *
 *   draft -> published -> evaluation -> accepted -> project
 *                                    -> rejected
 *   published, evaluation -> withdrawn (by the author, before the answer) -> published
 *   published, evaluation <-> hidden (by moderation)
 *   accepted, rejected -> evaluation (looked at again, with a reason)
 *
 * The office answers, and who leads the body that the idea is assigned to. The author may change
 * it until it is answered; every version is kept. The link to the project is "idea became
 * project", and nothing takes it away. */
#ifndef HANSE_PEOPLE_IDEA_H
#define HANSE_PEOPLE_IDEA_H

#include "people/search.h"
#include "people/verb.h"

extern const Machine IDEA_MACHINE;
extern const StatementTable IDEA_STATEMENTS;

/* Adds a draft, which its author alone can read; on behalf of an organisation only by who belongs
 * to it. Faults of item_check, "idea.organisation"; DENIED "block.blocked". */
MUST Err idea_add(Cx *cx, const ItemDraft *draft, Events *events, ItemId *ret);
/* What the office reads in from a table (idea_import.h): published at once. */
MUST Err idea_add_published(Cx *cx, const ItemDraft *draft, Events *events, ItemId *ret);
/* Organisation and body stay. CONFLICT "item.version" when somebody else changed it meanwhile;
 * DENIED "idea.edit". */
MUST Err idea_change(Cx *cx, Item *item, int64_t version, const ItemDraft *draft, Events *events);
/* Whether somebody who stands so to it may change it in its state. */
bool idea_may_edit(const Item *item, uint32_t stand);
/* Whether they may answer it in its state, and turn it into a project. */
bool idea_may_answer(const Item *item, uint32_t stand);
bool idea_may_become_project(const Item *item, uint32_t stand);
/* Whether it is one that others read: not a draft, withdrawn or hidden. */
bool idea_is_open(Str state);

/* The body whose lead may answer it; 0: none. The office alone. INVALID "idea.body". */
MUST Err idea_assign(Cx *cx, Item *item, ItemId body, Events *events);
/* Adds a proposed project with the idea's texts, topics and place, and links both. DENIED
 * "idea.answer"; CONFLICT "verb.state". */
MUST Err idea_become_project(Cx *cx, Item *item, Events *events, ItemId *ret);

/* ---- what is like it ---- */

enum { IDEA_SIMILAR_MAX = 5 };
/* From this likeness on (search.h) something is similar. similar_test measures by pairs labelled by
 * hand what that is worth: below 70 of 100 the setting idea.similar must not be on by itself. */
#define IDEA_SIMILAR_LIKENESS 0.08

/* Whether an idea is open, or a project goes on, so that others can join in. */
bool idea_is_offered(const Item *item);
/* The ideas that others read, and the projects that may already do it, that are like a draft; the
 * most like one first, rather none than wrong ones. None where the setting idea.similar is not
 * "true". */
MUST Err idea_similar(Cx *cx, const SearchDraft *draft, Item ret[IDEA_SIMILAR_MAX],
                      size_t *ret_count);

/* ---- lists ---- */

typedef enum IdeaOrder { IDEA_NEWEST, IDEA_SUPPORT, IDEA_TITLE } IdeaOrder;

typedef struct IdeaFilter {
    Str state; /* empty: any that others read */
    int64_t topic;
    Str district, words;
    bool placed; /* only those with a place */
} IdeaFilter;

MUST Err idea_find(Cx *cx, const IdeaFilter *filter, IdeaOrder order, int64_t limit, int64_t offset,
                   Item **ret, size_t *ret_count, int64_t *ret_total);

typedef struct IdeaCount {
    Str word; /* a state, or a district */
    int64_t count;
} IdeaCount;
/* How many there are of each state by the rest of the filter. */
MUST Err idea_count_states(Cx *cx, const IdeaFilter *filter, IdeaCount **ret, size_t *ret_count);
MUST Err idea_count_districts(Cx *cx, const IdeaFilter *filter, IdeaCount **ret, size_t *ret_count);

#endif
