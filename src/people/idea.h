/* Idea: what somebody thinks the city should do. Written by a person, published, supported,
 * answered officially, and, when it is taken up, turned into a project that keeps the link.
 *
 * The author may change it until it is answered; every version is kept. */
#ifndef HANSE_PEOPLE_IDEA_H
#define HANSE_PEOPLE_IDEA_H

#include "people/verb.h"

extern const Machine IDEA_MACHINE;

/* Adds a draft, which its author alone can read. Faults of item_check. */
MUST Err idea_add(Cx *cx, const ItemDraft *draft, Events *events, ItemId *ret);
/* CONFLICT "item.version" when somebody else changed it meanwhile; DENIED "idea.edit". */
MUST Err idea_change(Cx *cx, Item *item, int64_t version, const ItemDraft *draft, Events *events);
/* Whether somebody who stands so to it may change it in its state. */
bool idea_may_edit(const Item *item, uint32_t stand);

#endif
