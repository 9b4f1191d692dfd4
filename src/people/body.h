/* Body: the management (delegates of the founders), an expert team, or another group of the
 * alliance with a mandate. Its title, summary and mandate are the item's texts, its topics the
 * item's topics; who sits in it are seats (seat.h), what it does are meetings and tasks.
 *
 *   forming -> active <-> resting -> dissolved
 *
 * An active body has a lead: the last one cannot leave it. A dissolved one stays readable, and its
 * seats have ended. The office founds and dissolves; a lead describes, rests and wakes it. */
#ifndef HANSE_PEOPLE_BODY_H
#define HANSE_PEOPLE_BODY_H

#include "people/verb.h"

extern const Machine BODY_MACHINE;
extern const StatementTable BODY_STATEMENTS;

typedef enum BodyKind {
    BODY_MANAGEMENT, /* its members are sent: nobody asks to join */
    BODY_EXPERT,
    BODY_OTHER,
    BODY_KIND_COUNT_
} BodyKind;

Str body_kind_name(BodyKind kind); /* "expert" */
bool body_kind_parse(Str name, BodyKind *ret);

/* Founds a body: the office. Faults of item_check. */
MUST Err body_add(Cx *cx, BodyKind kind, const ItemDraft *draft, Events *events, ItemId *ret);
/* The kind is the office's to change: from a lead what stands there stays. CONFLICT "item.version";
 * DENIED "body.edit". */
MUST Err body_change(Cx *cx, Item *item, int64_t version, BodyKind kind, const ItemDraft *draft,
                     Events *events);
bool body_may_edit(const Item *item, uint32_t stand);
MUST Err body_kind(Cx *cx, ItemId id, BodyKind *ret);
/* Whether somebody who stands so to the body (or to what belongs to it) sees what is for the body
 * alone: former members, minutes, tasks. */
bool body_is_inside(uint32_t stand);

#endif
