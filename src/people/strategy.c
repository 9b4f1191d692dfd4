#include "people/strategy.h"

#include "base/str.h"
#include "people/day.h"
#include "people/strategy_store.h"

/* ---- states ---- */

static const MachineState STATES[] = {
    {"draft", AUDIENCE_TEAM},     {"consultation", AUDIENCE_PUBLIC},
    {"adopted", AUDIENCE_PUBLIC}, {"superseded", AUDIENCE_PUBLIC},
    {"dropped", AUDIENCE_OFFICE},
};

enum { WHO = STAND_LEAD | STAND_OFFICE };

static const Step STEPS[] = {
    {"draft", "consult", "consultation", WHO, 0},
    {"consultation", "revise", "draft", WHO, STEP_REASON},
    {"consultation", "adopt", "adopted", WHO, STEP_FORM},
    {"adopted", "supersede", "superseded", STAND_OFFICE, STEP_REASON | STEP_DANGER},
    {"draft", "drop", "dropped", STAND_OFFICE, STEP_REASON | STEP_DANGER},
};

/* What holds of a text that the city adopts. */
static Err guard_adoption(Cx *cx, const Item *item)
{
    Strategy own;
    int64_t goals;
    bool missing;
    Str title;
    TRY(strategy_own(cx, item->id, &own));
    if (!own.adopted_day.n || !item->body.v)
        return fail(cx, ERR_INVALID, "strategy.adopted_day", "say which body adopted it, and when");
    TRY(goal_find_unmeasured(cx, item->id, &goals, &missing, &title));
    if (!goals)
        return fail(cx, ERR_INVALID, "strategy.goals", "a strategy has at least one goal");
    if (missing)
        return fail(cx, ERR_INVALID, "strategy.unmeasured",
                    "the goal \"%.*s\" names no indicator, and not why nothing measures it",
                    SARG(title));
    return OK;
}

static Err guard(Cx *cx, const Item *item, const Step *step, Str reason)
{
    (void)reason;
    return strcmp(step->verb, "adopt") == 0 ? guard_adoption(cx, item) : OK;
}

/* The edition that was in force until now. */
static Err supersede_old(Cx *cx, const Item *adopted, Events *events)
{
    Strategy own;
    Item old;
    TRY(strategy_own(cx, adopted->id, &own));
    if (!own.follows.v)
        return OK;
    TRY(item_get_unseen(cx, own.follows, &old));
    if (!str_eq(old.state, S("adopted")))
        return OK;
    Str to = S("superseded");
    TRY(item_set_state(cx, &old, to, machine_audience(&STRATEGY_MACHINE, to, old.visibility)));
    TRY(goal_follow_strategy(cx, old.id, S("adopted"), to, S("supersede"), S(""), events));
    return item_keep(cx, old.id, NOUN_STRATEGY, S("supersede"), S(""), events);
}

/* The goals go along; before the old edition's do, so that none is without one in force. */
static Err after(Cx *cx, Item *item, const Step *step, Str reason, Events *events)
{
    Str to = str_from(step->to), verb = str_from(step->verb);
    TRY(goal_follow_strategy(cx, item->id, str_from(step->from), to, verb, reason, events));
    return strcmp(step->verb, "adopt") == 0 ? supersede_old(cx, item, events) : OK;
}

static Err own_json(Cx *cx, ItemId id, Str *ret_json)
{
    Strategy own;
    TRY(strategy_own(cx, id, &own));
    *ret_json = arena_fmt(cx->arena,
                          "{\"edition\":%lld,\"follows\":%lld,\"adopted_day\":\"%.*s\","
                          "\"meeting\":%lld}",
                          (long long)own.edition, (long long)own.follows.v, SARG(own.adopted_day),
                          (long long)own.meeting.v);
    return OK;
}

const Machine STRATEGY_MACHINE = {
    .noun = NOUN_STRATEGY,
    .states = STATES,
    .state_count = COUNT_OF(STATES),
    .steps = STEPS,
    .step_count = COUNT_OF(STEPS),
    .guard = guard,
    .after = after,
    .own = own_json,
};

bool strategy_may_edit(const Item *item, uint32_t stand)
{
    return stand & WHO &&
           (str_eq(item->state, S("draft")) || str_eq(item->state, S("consultation")));
}

/* ---- reading ---- */

Err strategy_own(Cx *cx, ItemId id, Strategy *ret)
{
    bool found;
    TRY(strategy_store_get(cx, id, &found, ret));
    if (!found)
        return fail(cx, ERR_NOT_FOUND, "item.unknown", "there is no strategy %lld",
                    (long long)id.v);
    return OK;
}

Err strategy_in_force(Cx *cx, bool *ret_found, Item *ret)
{
    ItemId id;
    *ret_found = false;
    TRY(strategy_store_in_state(cx, S("adopted"), &id));
    if (!id.v)
        return OK;
    Err err = item_get_by_id(cx, id, ret);
    *ret_found = err == OK;
    return err == ERR_NOT_FOUND ? OK : err;
}

Err strategy_list(Cx *cx, Item **ret, size_t *ret_count)
{
    ItemQuery query = {.noun = NOUN_STRATEGY, .order = ITEM_NEWEST, .limit = STRATEGIES_MAX};
    return item_list(cx, &query, ret, ret_count, NULL);
}

/* ---- changing ---- */

static Err check_body(Cx *cx, ItemId id)
{
    Item body;
    if (!id.v) {
        flaw(cx, "strategy.body", "a body adopts the strategy");
        return OK;
    }
    Err err = item_get_unseen(cx, id, &body);
    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    if (err == ERR_NOT_FOUND || body.noun != NOUN_BODY)
        flaw(cx, "strategy.body", "that is no body");
    return OK;
}

static Err require_no_other(Cx *cx)
{
    ItemId draft, consulted;
    TRY(strategy_store_in_state(cx, S("draft"), &draft));
    TRY(strategy_store_in_state(cx, S("consultation"), &consulted));
    if (draft.v || consulted.v)
        return fail(cx, ERR_CONFLICT, "strategy.drafted", "another edition is being worked on");
    return OK;
}

Err strategy_add(Cx *cx, const ItemDraft *draft, Events *events, ItemId *ret)
{
    Strategy own = {.adopted_day = S("")};
    ItemId id;
    Item item, before;
    TRY(require(cx, MAY_OFFICE_WORK));
    TRY(require_no_other(cx));
    TRY(check_body(cx, draft->body));
    item_check(cx, draft);
    TRY(flaws_end(cx));
    TRY(strategy_store_in_state(cx, S("adopted"), &own.follows));
    TRY(strategy_store_next_edition(cx, &own.edition));
    TRY(item_add(cx, NOUN_STRATEGY, S("draft"),
                 machine_audience(&STRATEGY_MACHINE, S("draft"), draft->visibility), draft, &id));
    TRY(strategy_store_put(cx, id, &own));
    TRY(item_keep(cx, id, NOUN_STRATEGY, S("add"), S(""), events));
    *ret = id;
    if (!own.follows.v)
        return OK;
    TRY(item_get_unseen(cx, id, &item));
    TRY(item_get_unseen(cx, own.follows, &before));
    return goal_carry_over(cx, &before, &item, events);
}

Err strategy_change(Cx *cx, Item *item, int64_t version, const ItemDraft *draft, Events *events)
{
    uint32_t stand;
    ItemDraft changed = *draft;
    TRY(item_stand(cx, item, &stand));
    if (!strategy_may_edit(item, stand))
        return fail(cx, ERR_DENIED, "strategy.edit",
                    "while it is open, its body and the office change it");
    TRY(item_expect(cx, item, version));
    if (!(stand & STAND_OFFICE)) { /* whose it is, and who may read it, is the office's to say */
        changed.body = item->body;
        changed.visibility = item->visibility;
    }
    TRY(check_body(cx, changed.body));
    bool moves = changed.body.v != item->body.v || changed.visibility != item->visibility;
    TRY(item_change(cx, item, &changed, machine_state(&STRATEGY_MACHINE, item->state)->audience));
    if (moves)
        TRY(goal_move(cx, item, events));
    return item_keep(cx, item->id, NOUN_STRATEGY, S("change"), S(""), events);
}

/* ---- adoption ---- */

static Err check_adoption(Cx *cx, const Item *item, Str *day, ItemId meeting)
{
    Item met;
    Str today = day_at(cx->arena, NULL, cx_now_us(cx) + TIME_DAY_US); /* whatever the zone */
    if (!day_parse(cx->arena, *day, day) || !day->n || str_cmp(*day, today) > 0)
        flaw(cx, "strategy.adopted_day", "the day on which it was adopted, as 2026-11-28");
    if (!meeting.v)
        return OK;
    Err err = item_get_unseen(cx, meeting, &met);
    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    if (err == ERR_NOT_FOUND || met.noun != NOUN_MEETING || met.body.v != item->body.v)
        flaw(cx, "strategy.meeting", "that is no meeting of the body");
    return OK;
}

Err strategy_adopt(Cx *cx, Item *item, Str day, ItemId meeting, Str reason, Events *events)
{
    Strategy own;
    uint32_t stand;
    TRY(item_stand(cx, item, &stand));
    if (!(stand & WHO))
        return fail(cx, ERR_DENIED, "strategy.edit", "its body's lead and the office do this");
    TRY(check_adoption(cx, item, &day, meeting));
    TRY(flaws_end(cx));
    TRY(strategy_own(cx, item->id, &own));
    if (str_eq(item->state, S("consultation"))) {
        own.adopted_day = day;
        own.meeting = meeting;
        TRY(strategy_store_put(cx, item->id, &own));
    }
    return item_step(cx, &STRATEGY_MACHINE, item, S("adopt"), reason, events);
}
