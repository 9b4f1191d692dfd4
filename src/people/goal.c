#include "people/goal.h"

#include "base/str.h"
#include "people/goal_store.h"

/* ---- states ---- */

static const MachineState STATES[] = {
    {"draft", AUDIENCE_TEAM},     {"consultation", AUDIENCE_PUBLIC},
    {"adopted", AUDIENCE_PUBLIC}, {"superseded", AUDIENCE_PUBLIC},
    {"dropped", AUDIENCE_OFFICE},
};

enum { WHO = STAND_LEAD | STAND_OFFICE };

/* All but drop are taken by the strategy for all its goals at once. */
static const Step STEPS[] = {
    {"draft", "consult", "consultation", WHO, 0},
    {"consultation", "revise", "draft", WHO, 0},
    {"consultation", "adopt", "adopted", WHO, 0},
    {"adopted", "supersede", "superseded", WHO, 0},
    {"draft", "drop", "dropped", WHO, STEP_DANGER},
    {"consultation", "drop", "dropped", WHO, STEP_DANGER},
};

/* A goal is where its strategy is; by itself it can only be dropped. */
static Err guard(Cx *cx, const Item *item, const Step *step, Str reason)
{
    Goal goal;
    Item strategy;
    (void)reason;
    if (strcmp(step->verb, "drop") == 0)
        return OK;
    TRY(goal_own(cx, item->id, &goal));
    TRY(item_get_unseen(cx, goal.strategy, &strategy));
    if (!str_eq(strategy.state, str_from(step->to)))
        return fail(cx, ERR_CONFLICT, "goal.step", "a goal moves with its strategy");
    return OK;
}

static Err own(Cx *cx, ItemId id, Str *ret_json)
{
    Goal goal;
    Buf buf = buf_new(cx->arena, 16 << 10);
    JsonOut out = json_out(&buf);
    TRY(goal_own(cx, id, &goal));
    json_begin(&out, '{');
    json_name(&out, S("strategy"));
    json_put_i64(&out, goal.strategy.v);
    json_name(&out, S("number"));
    json_put_i64(&out, goal.number);
    json_name(&out, S("follows"));
    json_put_i64(&out, goal.follows.v);
    json_name(&out, S("target"));
    json_put_text(&out, goal.target);
    json_name(&out, S("target_year"));
    json_put_i64(&out, goal.target_year);
    json_name(&out, S("unmeasured"));
    json_put_text(&out, goal.unmeasured);
    json_name(&out, S("indicators"));
    json_begin(&out, '[');
    for (size_t i = 0; i < goal.indicator_count; i++)
        json_put_text(&out, goal.indicators[i]);
    json_end(&out, ']');
    json_end(&out, '}');
    *ret_json = buf_str(&buf);
    return OK;
}

const Machine GOAL_MACHINE = {
    .noun = NOUN_GOAL,
    .states = STATES,
    .state_count = COUNT_OF(STATES),
    .steps = STEPS,
    .step_count = COUNT_OF(STEPS),
    .guard = guard,
    .own = own,
};

static bool is_open(Str state)
{
    return str_eq(state, S("draft")) || str_eq(state, S("consultation"));
}

bool goal_may_edit(const Item *item, uint32_t stand)
{
    return stand & WHO && is_open(item->state);
}

/* ---- reading ---- */

Err goal_own(Cx *cx, ItemId id, Goal *ret)
{
    bool found;
    TRY(goal_store_get(cx, id, &found, ret));
    if (!found)
        return fail(cx, ERR_NOT_FOUND, "item.unknown", "there is no goal %lld", (long long)id.v);
    return OK;
}

Err goal_list(Cx *cx, ItemId strategy, Item **ret, size_t *ret_count)
{
    ItemId *ids;
    size_t count, kept = 0;
    TRY(goal_store_ids(cx, strategy, &ids, &count));
    Item *list = arena_array(cx->arena, Item, count);
    for (size_t i = 0; i < count; i++) {
        Err err = item_get_by_id(cx, ids[i], &list[kept]);
        if (err != OK && err != ERR_NOT_FOUND)
            return err;
        kept += err == OK && !str_eq(list[kept].state, S("dropped"));
    }
    *ret = list;
    *ret_count = kept;
    return OK;
}

Err goal_successor(Cx *cx, ItemId id, bool *ret_found, Item *ret)
{
    ItemId next;
    *ret_found = false;
    TRY(goal_store_successor(cx, id, &next));
    if (!next.v)
        return OK;
    Err err = item_get_by_id(cx, next, ret);
    *ret_found = err == OK;
    return err == ERR_NOT_FOUND ? OK : err;
}

Err goal_in_force(Cx *cx, Item **ret, size_t *ret_count)
{
    ItemId strategy;
    TRY(goal_store_strategy_in_force(cx, &strategy));
    return goal_list(cx, strategy, ret, ret_count);
}

/* The goal and those that it follows, edition by edition. */
static Err goal_chain(Cx *cx, ItemId goal, GoalChain *ret)
{
    *ret = (GoalChain){0};
    while (goal.v && ret->count < GOAL_EDITIONS_MAX) {
        Goal own_columns;
        bool found;
        ret->goals[ret->count++] = goal;
        TRY(goal_store_get(cx, goal, &found, &own_columns));
        goal = found ? own_columns.follows : (ItemId){0};
    }
    return OK;
}

Err goal_count_projects(Cx *cx, const ItemId *goals, size_t goal_count,
                        GoalProjects ret[GOAL_PROJECT_STATES_MAX], size_t *ret_count)
{
    enum { GOALS_COUNTED_MAX = DB_DYNAMIC_ARGS_MAX - 8 };
    ItemId *all = arena_array(cx->arena, ItemId, GOALS_COUNTED_MAX);
    size_t count = 0;
    *ret_count = 0;
    for (size_t i = 0; i < goal_count; i++) {
        GoalChain chain;
        TRY(goal_chain(cx, goals[i], &chain));
        for (size_t k = 0; k < chain.count; k++) {
            if (count == GOALS_COUNTED_MAX)
                return fail(cx, ERR_LIMIT, "goal.many", "projects of at most %d goals are counted",
                            GOALS_COUNTED_MAX);
            all[count++] = chain.goals[k];
        }
    }
    return count ? goal_store_count_projects(cx, all, count, ret, ret_count) : OK;
}

Err goal_projects(Cx *cx, ItemId goal, int64_t limit, int64_t offset, Item **ret, size_t *ret_count,
                  int64_t *ret_total)
{
    GoalChain chain;
    TRY(goal_chain(cx, goal, &chain));
    return item_list(cx,
                     &(ItemQuery){.noun = NOUN_PROJECT,
                                  .order = ITEM_NEWEST,
                                  .limit = limit,
                                  .offset = offset,
                                  .where = goal_store_where_serves,
                                  .user = &chain},
                     ret, ret_count, ret_total);
}

/* ---- changing ---- */

static void check_text(Cx *cx, const char *key, Str text, size_t most)
{
    if (!str_is_utf8(text) || memchr(text.n ? text.p : "", 0, text.n) || text.n > most)
        flaw(cx, key, "a text of at most %zu bytes", most);
}

static bool is_listed(const Goal *goal, Str indicator)
{
    for (size_t i = 0; i < goal->indicator_count; i++)
        if (str_eq(goal->indicators[i], indicator))
            return true;
    return false;
}

static void check_indicators(Cx *cx, const GoalDraft *draft, Goal *ret)
{
    for (size_t i = 0; i < draft->indicator_count; i++) {
        Str one = str_trim(draft->indicators[i]);
        if (!one.n || is_listed(ret, one))
            continue;
        check_text(cx, "goal.indicators", one, GOAL_INDICATOR_BYTES_MAX);
        if (ret->indicator_count == GOAL_INDICATORS_MAX) {
            flaw(cx, "goal.indicators", "at most %d indicators", GOAL_INDICATORS_MAX);
            return;
        }
        ret->indicators[ret->indicator_count++] = one;
    }
}

/* What the draft says of the goal's own columns; the others are the caller's. */
static void check_draft(Cx *cx, const GoalDraft *draft, Goal *ret)
{
    ret->target = str_trim(draft->target);
    ret->target_year = draft->target_year;
    ret->unmeasured = str_trim(draft->unmeasured);
    ret->indicator_count = 0;
    item_check(cx, &draft->item);
    if (draft->item.topic_count != 1)
        flaw(cx, "goal.topics", "a goal belongs to one field of action");
    check_text(cx, "goal.target", ret->target, GOAL_TARGET_BYTES_MAX);
    check_text(cx, "goal.unmeasured", ret->unmeasured, GOAL_UNMEASURED_BYTES_MAX);
    if (ret->target_year && (ret->target_year < GOAL_YEAR_MIN || ret->target_year > GOAL_YEAR_MAX))
        flaw(cx, "goal.target_year", "a year from %d to %d", GOAL_YEAR_MIN, GOAL_YEAR_MAX);
    check_indicators(cx, draft, ret);
}

/* The caller keeps the version. */
static Err add(Cx *cx, const Item *strategy, const ItemDraft *draft, const Goal *goal, ItemId *ret)
{
    ItemId id;
    ItemDraft item = *draft;
    item.visibility = strategy->visibility;
    item.body = strategy->body;
    TRY(item_add(cx, NOUN_GOAL, strategy->state,
                 machine_audience(&GOAL_MACHINE, strategy->state, item.visibility), &item, &id));
    *ret = id;
    return goal_store_put(cx, id, goal);
}

Err goal_add(Cx *cx, const Item *strategy, const GoalDraft *draft, Events *events, ItemId *ret)
{
    Goal goal = {.strategy = strategy->id};
    uint32_t stand;
    TRY(item_stand(cx, strategy, &stand));
    if (!(stand & WHO) || !is_open(strategy->state))
        return fail(cx, ERR_DENIED, "goal.edit", "an open strategy's body and the office do this");
    check_draft(cx, draft, &goal);
    TRY(flaws_end(cx));
    TRY(goal_store_next_number(cx, strategy->id, &goal.number));
    if (goal.number > GOALS_MAX)
        return fail(cx, ERR_LIMIT, "goal.many", "a strategy has at most %d goals", GOALS_MAX);
    TRY(add(cx, strategy, &draft->item, &goal, ret));
    return item_keep(cx, *ret, NOUN_GOAL, S("add"), S(""), events);
}

Err goal_change(Cx *cx, Item *item, int64_t version, const GoalDraft *draft, Events *events)
{
    Goal goal;
    uint32_t stand;
    ItemDraft changed = draft->item;
    TRY(item_stand(cx, item, &stand));
    if (!goal_may_edit(item, stand))
        return fail(cx, ERR_DENIED, "goal.edit", "an open strategy's body and the office do this");
    TRY(item_expect(cx, item, version));
    TRY(goal_own(cx, item->id, &goal));
    check_draft(cx, draft, &goal);
    TRY(flaws_end(cx));
    changed.visibility = item->visibility;
    changed.body = item->body;
    TRY(item_change(cx, item, &changed, machine_state(&GOAL_MACHINE, item->state)->audience));
    TRY(goal_store_put(cx, item->id, &goal));
    return item_keep(cx, item->id, NOUN_GOAL, S("change"), S(""), events);
}

/* ---- with the strategy ---- */

Err goal_follow_strategy(Cx *cx, ItemId strategy, Str from, Str to, Str verb, Str reason,
                         Events *events)
{
    ItemId *ids;
    size_t count;
    TRY(goal_store_ids(cx, strategy, &ids, &count));
    for (size_t i = 0; i < count; i++) {
        Item goal;
        TRY(item_get_unseen(cx, ids[i], &goal));
        if (!str_eq(goal.state, from))
            continue;
        TRY(item_set_state(cx, &goal, to, machine_audience(&GOAL_MACHINE, to, goal.visibility)));
        TRY(item_keep(cx, goal.id, NOUN_GOAL, verb, reason, events));
    }
    return OK;
}

Err goal_move(Cx *cx, const Item *strategy, Events *events)
{
    ItemId *ids;
    size_t count;
    TRY(goal_store_ids(cx, strategy->id, &ids, &count));
    for (size_t i = 0; i < count; i++) {
        Item goal;
        TRY(item_get_unseen(cx, ids[i], &goal));
        goal.body = strategy->body;
        goal.visibility = strategy->visibility;
        TRY(item_set_state(cx, &goal, goal.state,
                           machine_audience(&GOAL_MACHINE, goal.state, goal.visibility)));
        TRY(item_keep(cx, goal.id, NOUN_GOAL, S("change"), S(""), events));
    }
    return OK;
}

static Err carry_texts(Cx *cx, ItemId from, ItemId to)
{
    ItemTexts texts;
    TRY(item_texts(cx, from, &texts));
    for (size_t i = 0; i < texts.count; i++)
        TRY(item_add_text(cx, to, &texts.texts[i]));
    return OK;
}

static Err first_text(Cx *cx, const Item *item, ItemText *ret)
{
    ItemTexts texts;
    TRY(item_texts(cx, item->id, &texts));
    for (size_t i = 0; i < texts.count; i++)
        if (texts.texts[i].lang == item->lang)
            *ret = texts.texts[i];
    return OK;
}

static Err carry_one(Cx *cx, const Item *old, const Item *strategy, Events *events)
{
    Goal goal;
    Topic *topics;
    size_t topic_count;
    ItemId id;
    ItemDraft draft = {.place = old->place, .district = old->district};
    TRY(goal_own(cx, old->id, &goal));
    TRY(item_topics(cx, old->id, &topics, &topic_count));
    TRY(first_text(cx, old, &draft.text));
    draft.topic_count = MIN(topic_count, (size_t)1);
    draft.topics = topic_count ? &topics[0].id : NULL;
    goal.strategy = strategy->id;
    goal.follows = old->id;
    TRY(add(cx, strategy, &draft, &goal, &id));
    TRY(carry_texts(cx, old->id, id));
    return item_keep(cx, id, NOUN_GOAL, S("add"), S(""), events);
}

Err goal_carry_over(Cx *cx, const Item *from, const Item *to, Events *events)
{
    ItemId *ids;
    size_t count;
    TRY(goal_store_ids(cx, from->id, &ids, &count));
    for (size_t i = 0; i < count; i++) {
        Item old;
        TRY(item_get_unseen(cx, ids[i], &old));
        if (!str_eq(old.state, S("dropped")))
            TRY(carry_one(cx, &old, to, events));
    }
    return OK;
}

Err goal_find_unmeasured(Cx *cx, ItemId strategy, int64_t *ret_goals, bool *ret_missing,
                         Str *ret_title)
{
    ItemId *ids;
    size_t count;
    *ret_goals = 0;
    *ret_missing = false;
    TRY(goal_store_ids(cx, strategy, &ids, &count));
    for (size_t i = 0; i < count; i++) {
        Item item;
        Goal goal;
        TRY(item_get_unseen(cx, ids[i], &item));
        if (str_eq(item.state, S("dropped")))
            continue;
        TRY(goal_own(cx, ids[i], &goal));
        ++*ret_goals;
        if (goal.indicator_count || goal.unmeasured.n || *ret_missing)
            continue;
        *ret_missing = true;
        *ret_title = item.text.title;
    }
    return OK;
}
