#include "people/idea.h"

#include "base/str.h"
#include "people/answer.h"
#include "people/block.h"
#include "people/idea_store.h"
#include "people/project.h"

/* ---- the machine ---- */

static const MachineState STATES[] = {
    {"draft", AUDIENCE_OWN},        {"published", AUDIENCE_PUBLIC}, {"evaluation", AUDIENCE_PUBLIC},
    {"accepted", AUDIENCE_PUBLIC},  {"rejected", AUDIENCE_PUBLIC},  {"project", AUDIENCE_PUBLIC},
    {"withdrawn", AUDIENCE_OFFICE}, {"hidden", AUDIENCE_OFFICE},
};

#define ANSWERERS (STAND_OFFICE | STAND_LEAD)
#define MODERATORS (STAND_OFFICE | STAND_EDITOR)

static const Step STEPS[] = {
    {"draft", "publish", "published", STAND_AUTHOR, 0},
    {"published", "evaluate", "evaluation", ANSWERERS, 0},
    {"published", "accept", "accepted", ANSWERERS, STEP_QUIET},
    {"published", "reject", "rejected", ANSWERERS, STEP_QUIET},
    {"published", "withdraw", "withdrawn", STAND_AUTHOR, STEP_DANGER},
    {"published", "hide", "hidden", MODERATORS, STEP_REASON | STEP_QUIET},
    {"evaluation", "accept", "accepted", ANSWERERS, STEP_QUIET},
    {"evaluation", "reject", "rejected", ANSWERERS, STEP_QUIET},
    {"evaluation", "withdraw", "withdrawn", STAND_AUTHOR, STEP_DANGER},
    {"evaluation", "hide", "hidden", MODERATORS, STEP_REASON | STEP_QUIET},
    {"accepted", "realise", "project", ANSWERERS, STEP_QUIET},
    {"accepted", "reconsider", "evaluation", STAND_OFFICE, STEP_REASON},
    {"rejected", "reconsider", "evaluation", STAND_OFFICE, STEP_REASON},
    {"withdrawn", "publish", "published", STAND_AUTHOR, 0},
    {"hidden", "unhide", "published", MODERATORS, STEP_QUIET},
};

static bool is_verb(const Step *step, const char *verb)
{
    return strcmp(step->verb, verb) == 0;
}

static Err check_became(Cx *cx, ItemId id)
{
    bool found;
    TRY(idea_store_became(cx, id, &found));
    if (!found)
        return fail(cx, ERR_CONFLICT, "idea.no_project", "no project was made of it yet");
    return OK;
}

static Err guard(Cx *cx, const Item *item, const Step *step, Str reason)
{
    (void)reason;
    if (is_verb(step, "publish"))
        return block_check(cx);
    if (is_verb(step, "accept") || is_verb(step, "reject"))
        return answer_check_step(cx, item->id, is_verb(step, "accept"));
    if (is_verb(step, "realise"))
        return check_became(cx, item->id);
    bool own = item->author.v && item->author.v == cx->actor->person.v;
    if (own && (is_verb(step, "hide") || is_verb(step, "unhide")))
        return fail(cx, ERR_DENIED, "moderation.own", "nobody moderates what they wrote");
    return OK;
}

static Err own(Cx *cx, ItemId id, Str *ret_json)
{
    Str answers;
    TRY(answer_own_json(cx, id, &answers));
    *ret_json = arena_fmt(cx->arena, "{\"answers\":%.*s}", SARG(answers));
    return OK;
}

const Machine IDEA_MACHINE = {
    .noun = NOUN_IDEA,
    .states = STATES,
    .state_count = COUNT_OF(STATES),
    .steps = STEPS,
    .step_count = COUNT_OF(STEPS),
    .guard = guard,
    .own = own,
    .may_edit = idea_may_edit,
};

static bool is_one_of(Str state, const char *const *states)
{
    for (; *states; states++)
        if (str_eq(state, str_from(*states)))
            return true;
    return false;
}

bool idea_may_edit(const Item *item, uint32_t stand)
{
    static const char *const STATES_OPEN[] = {"draft", "published", "evaluation", "withdrawn",
                                              NULL};
    return stand & STAND_AUTHOR && is_one_of(item->state, STATES_OPEN);
}

bool idea_may_answer(const Item *item, uint32_t stand)
{
    static const char *const STATES_ASKING[] = {"published", "evaluation", NULL};
    return stand & ANSWERERS && is_one_of(item->state, STATES_ASKING);
}

bool idea_may_become_project(const Item *item, uint32_t stand)
{
    return stand & ANSWERERS && str_eq(item->state, S("accepted"));
}

bool idea_is_open(Str state)
{
    static const char *const STATES_SHOWN[] = {"published", "evaluation", "accepted",
                                               "rejected",  "project",    NULL};
    return is_one_of(state, STATES_SHOWN);
}

/* ---- changing ---- */

static Err check_organisation(Cx *cx, ItemId id)
{
    Item organisation;
    uint32_t stand;
    if (!id.v)
        return OK;
    TRY(item_get_by_id(cx, id, &organisation));
    TRY(item_stand(cx, &organisation, &stand));
    if (organisation.noun != NOUN_ORGANISATION || !(stand & (STAND_REP | STAND_COLLEAGUE)))
        flaw(cx, "idea.organisation", "you do not belong to that organisation");
    return OK;
}

static Err add(Cx *cx, Str state, const ItemDraft *draft, Events *events, ItemId *ret)
{
    ItemId id;
    TRY(item_add(cx, NOUN_IDEA, state, machine_audience(&IDEA_MACHINE, state, draft->visibility),
                 draft, &id));
    TRY(item_keep(cx, id, NOUN_IDEA, S("add"), S(""), events));
    *ret = id;
    return OK;
}

Err idea_add(Cx *cx, const ItemDraft *draft, Events *events, ItemId *ret)
{
    TRY(require(cx, MAY_CONTRIBUTE));
    TRY(block_check(cx));
    TRY(check_organisation(cx, draft->organisation));
    return add(cx, S("draft"), draft, events, ret);
}

Err idea_add_published(Cx *cx, const ItemDraft *draft, Events *events, ItemId *ret)
{
    TRY(require(cx, MAY_OFFICE_WORK));
    return add(cx, S("published"), draft, events, ret);
}

Err idea_change(Cx *cx, Item *item, int64_t version, const ItemDraft *draft, Events *events)
{
    uint32_t stand;
    ItemDraft kept = *draft;
    TRY(item_stand(cx, item, &stand));
    if (!idea_may_edit(item, stand))
        return fail(cx, ERR_DENIED, "idea.edit", "its author changes it, until it is answered");
    TRY(block_check(cx));
    TRY(item_expect(cx, item, version));
    kept.organisation = item->organisation;
    kept.body = item->body;
    TRY(item_change(cx, item, &kept, machine_state(&IDEA_MACHINE, item->state)->audience));
    return item_keep(cx, item->id, NOUN_IDEA, S("change"), S(""), events);
}

Err idea_assign(Cx *cx, Item *item, ItemId body, Events *events)
{
    Item found;
    TRY(require(cx, MAY_OFFICE_WORK));
    if (body.v) {
        TRY(item_get_by_id(cx, body, &found));
        if (found.noun != NOUN_BODY)
            return fail(cx, ERR_INVALID, "idea.body", "this is no body");
    }
    if (item->body.v == body.v)
        return OK; /* a second click */
    TRY(item_set_body(cx, item, body));
    return item_keep(cx, item->id, NOUN_IDEA, S("assign"), S(""), events);
}

/* ---- into a project ---- */

static Err project_draft(Cx *cx, const Item *item, ProjectDraft *ret)
{
    ItemTexts texts;
    Topic *topics;
    size_t count;
    TRY(item_texts(cx, item->id, &texts));
    TRY(item_topics(cx, item->id, &topics, &count));
    int64_t *numbers = arena_array(cx->arena, int64_t, count);
    for (size_t i = 0; i < count; i++)
        numbers[i] = topics[i].id;
    Str *district = arena_new(cx->arena, Str);
    *district = item->district;
    *ret = (ProjectDraft){.item = {.text = item->text,
                                   .visibility = item->visibility,
                                   .body = item->body,
                                   .place = item->place,
                                   .district = item->district,
                                   .topics = numbers,
                                   .topic_count = count},
                          .districts = district,
                          .district_count = item->district.n ? 1 : 0,
                          .idea = item->id};
    for (size_t i = 0; i < texts.count; i++)
        if (texts.texts[i].lang == item->lang)
            ret->item.text = texts.texts[i];
    return OK;
}

Err idea_become_project(Cx *cx, Item *item, Events *events, ItemId *ret)
{
    ProjectDraft draft;
    uint32_t stand;
    TRY(item_stand(cx, item, &stand));
    if (!str_eq(item->state, S("accepted")))
        return fail(cx, ERR_CONFLICT, "verb.state", "it is \"%.*s\" now", SARG(item->state));
    if (!idea_may_become_project(item, stand))
        return fail(cx, ERR_DENIED, "idea.answer", "who answers it does that");
    TRY(project_draft(cx, item, &draft));
    TRY(project_add(cx, &draft, events, ret));
    return item_step(cx, &IDEA_MACHINE, item, S("realise"), S(""), events);
}

/* ---- lists ---- */

Err idea_find(Cx *cx, const IdeaFilter *filter, IdeaOrder order, int64_t limit, int64_t offset,
              Item **ret, size_t *ret_count, int64_t *ret_total)
{
    ItemQuery query = idea_store_query(filter);
    query.order = order == IDEA_TITLE ? ITEM_TITLE : ITEM_NEWEST;
    query.order_by = order == IDEA_SUPPORT ? IDEA_BY_SUPPORT : NULL;
    query.limit = limit;
    query.offset = offset;
    return item_list(cx, &query, ret, ret_count, ret_total);
}

Err idea_count_states(Cx *cx, const IdeaFilter *filter, IdeaCount **ret, size_t *ret_count)
{
    IdeaFilter others = *filter;
    others.state = S("");
    return idea_store_count(cx, &others, false, ret, ret_count);
}

Err idea_count_districts(Cx *cx, const IdeaFilter *filter, IdeaCount **ret, size_t *ret_count)
{
    IdeaFilter others = *filter;
    others.district = S("");
    return idea_store_count(cx, &others, true, ret, ret_count);
}
