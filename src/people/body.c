#include "people/body.h"

#include "base/str.h"
#include "people/body_store.h"

static const Str KIND_NAMES[BODY_KIND_COUNT_] = {[BODY_MANAGEMENT] = S_INIT("management"),
                                                 [BODY_EXPERT] = S_INIT("expert"),
                                                 [BODY_OTHER] = S_INIT("other")};

Str body_kind_name(BodyKind kind)
{
    return KIND_NAMES[kind];
}

bool body_kind_parse(Str name, BodyKind *ret)
{
    for (size_t i = 0; i < BODY_KIND_COUNT_; i++)
        if (str_eq(name, KIND_NAMES[i])) {
            *ret = (BodyKind)i;
            return true;
        }
    return false;
}

/* ---- states ---- */

static const MachineState STATES[] = {
    {"forming", AUDIENCE_ALLIANCE},
    {"active", AUDIENCE_PUBLIC},
    {"resting", AUDIENCE_PUBLIC},
    {"dissolved", AUDIENCE_PUBLIC},
};

static const Step STEPS[] = {
    {"forming", "activate", "active", STAND_OFFICE, 0},
    {"active", "rest", "resting", STAND_LEAD | STAND_OFFICE, STEP_REASON},
    {"resting", "resume", "active", STAND_LEAD | STAND_OFFICE, 0},
    {"forming", "dissolve", "dissolved", STAND_OFFICE, STEP_REASON | STEP_DANGER},
    {"active", "dissolve", "dissolved", STAND_OFFICE, STEP_REASON | STEP_DANGER},
    {"resting", "dissolve", "dissolved", STAND_OFFICE, STEP_REASON | STEP_DANGER},
};

static Err guard(Cx *cx, const Item *item, const Step *step, Str reason)
{
    int64_t leads = 0;
    (void)reason;
    if (strcmp(step->to, "active") != 0)
        return OK;
    TRY(relation_count(cx, item->id, RELATION_LEAD, &leads));
    if (!leads)
        return fail(cx, ERR_CONFLICT, "body.lead", "a body works when somebody leads it");
    return OK;
}

static Err after(Cx *cx, Item *item, const Step *step, Str reason, Events *events)
{
    (void)reason, (void)events;
    return strcmp(step->to, "dissolved") == 0 ? relation_end_all(cx, item->id) : OK;
}

/* Seats are no part of a version: they are dated rows of their own, and name persons who may not
 * want to be named to all who read the body. */
static Err own(Cx *cx, ItemId id, Str *ret_json)
{
    Str kind;
    TRY(body_store_kind(cx, id, &kind));
    *ret_json = arena_fmt(cx->arena, "{\"kind\":\"%.*s\"}", SARG(kind));
    return OK;
}

const Machine BODY_MACHINE = {
    .noun = NOUN_BODY,
    .states = STATES,
    .state_count = COUNT_OF(STATES),
    .steps = STEPS,
    .step_count = COUNT_OF(STEPS),
    .guard = guard,
    .after = after,
    .own = own,
};

/* ---- changing ---- */

Err body_add(Cx *cx, BodyKind kind, const ItemDraft *draft, Events *events, ItemId *ret)
{
    ItemId id;
    TRY(require(cx, MAY_OFFICE_WORK));
    TRY(item_add(cx, NOUN_BODY, S("forming"),
                 machine_audience(&BODY_MACHINE, S("forming"), draft->visibility), draft, &id));
    TRY(body_store_put(cx, id, body_kind_name(kind)));
    TRY(item_keep(cx, id, NOUN_BODY, S("add"), S(""), events));
    *ret = id;
    return OK;
}

bool body_may_edit(const Item *item, uint32_t stand)
{
    return stand & (STAND_LEAD | STAND_OFFICE) && !str_eq(item->state, S("dissolved"));
}

bool body_is_inside(uint32_t stand)
{
    return stand & (STAND_MEMBER | STAND_LEAD | STAND_OFFICE);
}

Err body_change(Cx *cx, Item *item, int64_t version, BodyKind kind, const ItemDraft *draft,
                Events *events)
{
    uint32_t stand;
    TRY(item_stand(cx, item, &stand));
    if (!body_may_edit(item, stand))
        return fail(cx, ERR_DENIED, "body.edit", "its lead and the office change it");
    TRY(item_expect(cx, item, version));
    TRY(item_change(cx, item, draft, machine_state(&BODY_MACHINE, item->state)->audience));
    if (stand & STAND_OFFICE)
        TRY(body_store_put(cx, item->id, body_kind_name(kind)));
    return item_keep(cx, item->id, NOUN_BODY, S("change"), S(""), events);
}

Err body_kind(Cx *cx, ItemId id, BodyKind *ret)
{
    Str name;
    BodyKind kind = BODY_OTHER;
    TRY(body_store_kind(cx, id, &name));
    if (!body_kind_parse(name, &kind))
        return fail(cx, ERR_NOT_FOUND, "item.unknown", "there is no body %lld", (long long)id.v);
    *ret = kind;
    return OK;
}
