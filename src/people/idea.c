#include "people/idea.h"

#include "base/str.h"

static const MachineState STATES[] = {
    {"draft", AUDIENCE_OWN},
    {"published", AUDIENCE_PUBLIC},
    {"withdrawn", AUDIENCE_OFFICE},
};

static const Step STEPS[] = {
    {"draft", "publish", "published", STAND_AUTHOR, 0},
    {"published", "withdraw", "withdrawn", STAND_AUTHOR, STEP_DANGER},
    {"withdrawn", "publish", "published", STAND_AUTHOR, 0},
};

const Machine IDEA_MACHINE = {
    .noun = NOUN_IDEA,
    .states = STATES,
    .state_count = COUNT_OF(STATES),
    .steps = STEPS,
    .step_count = COUNT_OF(STEPS),
    .may_edit = idea_may_edit,
};

bool idea_may_edit(const Item *item, uint32_t stand)
{
    (void)item;
    return stand & STAND_AUTHOR;
}

Err idea_add(Cx *cx, const ItemDraft *draft, Events *events, ItemId *ret)
{
    TRY(require(cx, MAY_CONTRIBUTE));
    ItemId id;
    TRY(item_add(cx, NOUN_IDEA, S("draft"),
                 machine_audience(&IDEA_MACHINE, S("draft"), draft->visibility), draft, &id));
    TRY(item_keep(cx, id, NOUN_IDEA, S("add"), S(""), events));
    *ret = id;
    return OK;
}

Err idea_change(Cx *cx, Item *item, int64_t version, const ItemDraft *draft, Events *events)
{
    uint32_t stand;
    TRY(item_stand(cx, item, &stand));
    if (!idea_may_edit(item, stand))
        return fail(cx, ERR_DENIED, "idea.edit", "its author changes it");
    TRY(item_expect(cx, item, version));
    TRY(item_change(cx, item, draft, machine_state(&IDEA_MACHINE, item->state)->audience));
    return item_keep(cx, item->id, NOUN_IDEA, S("change"), S(""), events);
}
