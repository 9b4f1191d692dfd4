#include "people/project.h"

#include "base/str.h"
#include "core/setting.h"
#include "people/day.h"
#include "people/funding.h"
#include "people/project_own.h"
#include "people/project_store.h"

/* ---- the machine ---- */

static const MachineState STATES[] = {
    {"proposed", AUDIENCE_OFFICE},   {"declined", AUDIENCE_OFFICE},
    {"withdrawn", AUDIENCE_OFFICE},  {"idea", AUDIENCE_PUBLIC},
    {"concept", AUDIENCE_PUBLIC},    {"pilot", AUDIENCE_PUBLIC},
    {"operation", AUDIENCE_PUBLIC},  {"concept_held", AUDIENCE_PUBLIC},
    {"pilot_held", AUDIENCE_PUBLIC}, {"operation_held", AUDIENCE_PUBLIC},
    {"ended", AUDIENCE_PUBLIC},      {"cancelled", AUDIENCE_PUBLIC},
};

enum {
    OWNERS = STAND_AUTHOR | STAND_LEAD | STAND_REP,
    LEADERS = STAND_LEAD | STAND_REP | STAND_OFFICE
};

static const Step STEPS[] = {
    {"proposed", "approve", "idea", STAND_OFFICE, 0},
    {"proposed", "decline", "declined", STAND_OFFICE, STEP_REASON},
    {"proposed", "withdraw", "withdrawn", OWNERS, STEP_DANGER},
    {"declined", "propose", "proposed", OWNERS, 0},
    {"withdrawn", "propose", "proposed", OWNERS, 0},
    {"idea", "plan", "concept", LEADERS, 0},
    {"idea", "cancel", "cancelled", LEADERS, STEP_REASON | STEP_DANGER},
    {"concept", "start", "pilot", LEADERS, 0},
    {"concept", "operate", "operation", LEADERS, 0},
    {"concept", "hold", "concept_held", LEADERS, STEP_REASON},
    {"concept", "back", "idea", LEADERS, STEP_REASON},
    {"concept", "cancel", "cancelled", LEADERS, STEP_REASON | STEP_DANGER},
    {"pilot", "operate", "operation", LEADERS, 0},
    {"pilot", "end", "ended", LEADERS, STEP_FORM},
    {"pilot", "hold", "pilot_held", LEADERS, STEP_REASON},
    {"pilot", "back", "concept", LEADERS, STEP_REASON},
    {"pilot", "cancel", "cancelled", LEADERS, STEP_REASON | STEP_DANGER},
    {"operation", "end", "ended", LEADERS, STEP_FORM},
    {"operation", "hold", "operation_held", LEADERS, STEP_REASON},
    {"operation", "back", "pilot", LEADERS, STEP_REASON},
    {"operation", "cancel", "cancelled", LEADERS, STEP_REASON | STEP_DANGER},
    {"concept_held", "resume", "concept", LEADERS, 0},
    {"concept_held", "cancel", "cancelled", LEADERS, STEP_REASON | STEP_DANGER},
    {"pilot_held", "resume", "pilot", LEADERS, 0},
    {"pilot_held", "end", "ended", LEADERS, STEP_FORM},
    {"pilot_held", "cancel", "cancelled", LEADERS, STEP_REASON | STEP_DANGER},
    {"operation_held", "resume", "operation", LEADERS, 0},
    {"operation_held", "end", "ended", LEADERS, STEP_FORM},
    {"operation_held", "cancel", "cancelled", LEADERS, STEP_REASON | STEP_DANGER},
    {"ended", "reopen", "operation", STAND_OFFICE, STEP_REASON},
    {"cancelled", "reopen", "idea", STAND_OFFICE, STEP_REASON},
};

/* Who approves is told of both that is missing at once. */
static Err guard_approve(Cx *cx, const Item *item)
{
    ItemId *goals;
    size_t count;
    TRY(project_store_targets(cx, item->id, S("serves"), &goals, &count));
    if (!count)
        flaw(cx, "project.goals", "an approved project serves at least one goal");
    if (!item->organisation.v)
        flaw(cx, "project.organisation", "an approved project has an organisation that leads it");
    return flaws_end(cx);
}

static Err guard(Cx *cx, const Item *item, const Step *step, Str reason)
{
    Str to = str_from(step->to);
    (void)reason;
    if (str_eq(str_from(step->verb), S("approve")))
        return guard_approve(cx, item);
    if (str_eq(to, S("ended"))) {
        Project project;
        TRY(project_get(cx, item->id, &project));
        if (!project.result.n)
            return fail(cx, ERR_INVALID, "project.result",
                        "a project ends with a result report: write it first");
    }
    return OK;
}

const Machine PROJECT_MACHINE = {
    .noun = NOUN_PROJECT,
    .states = STATES,
    .state_count = COUNT_OF(STATES),
    .steps = STEPS,
    .step_count = COUNT_OF(STEPS),
    .guard = guard,
    .own = project_own,
};

/* ---- words of the code ---- */

static const Str PHASES[PHASE_COUNT_] = {
    [PHASE_IDEA] = S_INIT("idea"),   [PHASE_CONCEPT] = S_INIT("concept"),
    [PHASE_PILOT] = S_INIT("pilot"), [PHASE_OPERATION] = S_INIT("operation"),
    [PHASE_ENDED] = S_INIT("ended"),
};

Str phase_name(Phase phase)
{
    return PHASES[phase];
}

bool phase_parse(Str name, Phase *ret)
{
    for (int p = 0; p < PHASE_COUNT_; p++)
        if (str_eq(PHASES[p], name)) {
            *ret = (Phase)p;
            return true;
        }
    return false;
}

bool project_held(Str state)
{
    return str_ends(state, S("_held"));
}

Phase project_phase(Str state)
{
    Phase phase = PHASE_IDEA;
    if (project_held(state))
        state = str_slice(state, 0, state.n - S("_held").n);
    if (str_eq(state, S("cancelled")))
        return PHASE_ENDED;
    return phase_parse(state, &phase) ? phase : PHASE_IDEA;
}

bool project_runs(Str state)
{
    Phase phase;
    return project_held(state) || (phase_parse(state, &phase) && phase != PHASE_ENDED);
}

static const Str LIGHTS[LIGHT_COUNT_] = {[LIGHT_NONE] = S_INIT(""),
                                         [LIGHT_GREEN] = S_INIT("green"),
                                         [LIGHT_YELLOW] = S_INIT("yellow"),
                                         [LIGHT_RED] = S_INIT("red")};

Str light_name(Light light)
{
    return LIGHTS[light];
}

bool light_parse(Str name, Light *ret)
{
    for (int l = 0; l < LIGHT_COUNT_; l++)
        if (str_eq(LIGHTS[l], name)) {
            *ret = (Light)l;
            return true;
        }
    return false;
}

/* ---- reading ---- */

Err project_get(Cx *cx, ItemId id, Project *ret)
{
    bool found;
    TRY(project_store_get(cx, id, &found, ret));
    if (!found)
        return fail(cx, ERR_NOT_FOUND, "item.unknown", "there is no project %lld", (long long)id.v);
    return OK;
}

Err project_list(Cx *cx, const Item *items, size_t count, Project **ret)
{
    Project *list = arena_array(cx->arena, Project, count);
    TRY(project_store_list(cx, items, count, list));
    *ret = list;
    return OK;
}

Err project_districts(Cx *cx, ItemId id, Str **ret, size_t *ret_count)
{
    return project_store_districts(cx, id, ret, ret_count);
}

Err project_references(Cx *cx, ItemId id, Reference **ret, size_t *ret_count)
{
    return project_store_references(cx, id, ret, ret_count);
}

Err project_lights(Cx *cx, ItemId id, ProjectLight **ret, size_t *ret_count)
{
    return project_store_lights(cx, id, ret, ret_count);
}

Err project_partners(Cx *cx, ItemId id, ProjectPartner **ret, size_t *ret_count)
{
    return project_store_partners(cx, id, ret, ret_count);
}

Err project_leaders(Cx *cx, const Item *items, size_t count, ProjectPartner **ret)
{
    ProjectPartner *list = arena_array(cx->arena, ProjectPartner, count);
    TRY(project_store_leaders(cx, items, count, list));
    *ret = list;
    return OK;
}

Err project_all_districts(Cx *cx, Str **ret, size_t *ret_count)
{
    return project_store_all_districts(cx, ret, ret_count);
}

static ItemQuery query_of(const ProjectFilter *filter)
{
    return (ItemQuery){.noun = NOUN_PROJECT,
                       .topic = filter->topic,
                       .words = filter->words,
                       .join = PROJECT_JOIN,
                       .where = project_store_where,
                       .user = filter};
}

Err project_find(Cx *cx, const ProjectFilter *filter, ItemOrder order, int64_t limit,
                 int64_t offset, Item **ret, size_t *ret_count, int64_t *ret_total)
{
    ItemQuery query = query_of(filter);
    query.order = order;
    query.limit = limit;
    query.offset = offset;
    return item_list(cx, &query, ret, ret_count, ret_total);
}

Err project_count_phases(Cx *cx, const ProjectFilter *filter, int64_t ret[PHASE_COUNT_])
{
    ProjectFilter one = *filter;
    one.has_phase = true;
    for (int p = 0; p < PHASE_COUNT_; p++) {
        one.phase = (Phase)p;
        ItemQuery query = query_of(&one);
        TRY(item_count(cx, &query, &ret[p]));
    }
    return OK;
}

Err project_stale_us(Cx *cx, int64_t *ret)
{
    int64_t days;
    TRY(setting_get_i64(cx, S("project.stale_days"), &days));
    *ret = cx_now_us(cx) - days * TIME_DAY_US;
    return OK;
}

bool light_is_stale(const ProjectLight *light, int64_t stale_us)
{
    return light->light != LIGHT_NONE && light->at_us < stale_us;
}

bool project_may_edit(const Item *item, uint32_t stand)
{
    bool open = !project_runs(item->state) && project_phase(item->state) == PHASE_IDEA;
    return stand & LEADERS || (open && stand & STAND_AUTHOR);
}

Err project_require_edit(Cx *cx, const Item *item)
{
    uint32_t stand;
    TRY(item_stand(cx, item, &stand));
    if (!project_may_edit(item, stand))
        return fail(cx, ERR_DENIED, cx->actor->person.v ? "project.edit" : "auth.required",
                    "its lead, its organisation and the office change it");
    return OK;
}

/* ---- adding and changing ---- */

static void check_days(Cx *cx, const ProjectDraft *draft, Project *project)
{
    if (!day_parse(cx->arena, draft->start_day, &project->start_day))
        flaw(cx, "project.start", "this is no day");
    if (!day_parse(cx->arena, draft->end_day, &project->end_day))
        flaw(cx, "project.end", "this is no day");
    else if (project->start_day.n && project->end_day.n &&
             str_cmp(project->end_day, project->start_day) < 0)
        flaw(cx, "project.end", "it ends before it begins");
}

static void check_districts(Cx *cx, const ProjectDraft *draft)
{
    bool good = draft->district_count <= PROJECT_DISTRICTS_MAX;
    for (size_t i = 0; good && i < draft->district_count; i++)
        good = draft->districts[i].n && draft->districts[i].n <= ITEM_DISTRICT_BYTES_MAX &&
               str_is_utf8(draft->districts[i]);
    if (!good)
        flaw(cx, "project.districts", "at most %d districts of %d bytes each",
             PROJECT_DISTRICTS_MAX, ITEM_DISTRICT_BYTES_MAX);
}

/* Links lead only to what is of the noun and what the actor may read. */
static Err check_target(Cx *cx, ItemId id, Noun noun, const char *key)
{
    Item item;
    Err err = item_get_by_id(cx, id, &item);
    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    if (err != OK || item.noun != noun)
        flaw(cx, key, "there is no such one to choose");
    return OK;
}

static Err check_draft(Cx *cx, const ProjectDraft *draft, Project *project)
{
    item_check(cx, &draft->item);
    check_days(cx, draft, project);
    check_districts(cx, draft);
    if (draft->goal_count > PROJECT_GOALS_MAX)
        flaw(cx, "project.goals", "at most %d goals", PROJECT_GOALS_MAX);
    for (size_t i = 0; i < MIN(draft->goal_count, (size_t)PROJECT_GOALS_MAX); i++)
        TRY(check_target(cx, draft->goals[i], NOUN_GOAL, "project.goals"));
    if (draft->item.organisation.v)
        TRY(check_target(cx, draft->item.organisation, NOUN_ORGANISATION, "project.organisation"));
    return flaws_end(cx);
}

/* The district that it stands in is one of those that it works in. */
static Err put_districts(Cx *cx, ItemId id, const ProjectDraft *draft)
{
    Str own = str_trim(draft->item.district);
    Str *list = arena_array(cx->arena, Str, draft->district_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < draft->district_count; i++)
        list[count++] = str_trim(draft->districts[i]);
    if (own.n)
        list[count++] = own; /* the store keeps each once */
    return project_store_set_districts(cx, id, list, count);
}

static bool is_in(ItemId id, const ItemId *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].v == id.v)
            return true;
    return false;
}

static Err put_goals(Cx *cx, ItemId id, const ItemId *goals, size_t count)
{
    ItemId *old;
    size_t old_count;
    TRY(project_store_targets(cx, id, S("serves"), &old, &old_count));
    for (size_t i = 0; i < old_count; i++)
        if (!is_in(old[i], goals, count))
            TRY(item_unlink(cx, id, S("serves"), old[i]));
    for (size_t i = 0; i < count; i++)
        if (!is_in(goals[i], old, old_count))
            TRY(item_link(cx, id, S("serves"), goals[i], S("")));
    return OK;
}

static Err add_lead(Cx *cx, ItemId id, const ProjectDraft *draft)
{
    int64_t relation;
    PersonId lead = draft->lead;
    if (!lead.v && !(cx->actor->roles & ROLE_OFFICE))
        lead = cx->actor->person;
    if (!lead.v)
        return OK;
    return relation_add(cx, lead, RELATION_LEAD, id, draft->item.organisation, S(""),
                        RELATION_ACTIVE, &relation);
}

Err project_add(Cx *cx, const ProjectDraft *draft, Events *events, ItemId *ret)
{
    Project project = {.investment = MONEY_NONE, .running = MONEY_NONE, .spent = MONEY_NONE};
    TRY(require(cx, MAY_CONTRIBUTE));
    TRY(check_draft(cx, draft, &project));
    TRY(item_add(cx, NOUN_PROJECT, S("proposed"),
                 machine_audience(&PROJECT_MACHINE, S("proposed"), draft->item.visibility),
                 &draft->item, &project.id));
    TRY(project_store_add(cx, &project));
    TRY(put_districts(cx, project.id, draft));
    TRY(put_goals(cx, project.id, draft->goals, draft->goal_count));
    if (draft->idea.v)
        TRY(item_link(cx, draft->idea, S("became"), project.id, S("")));
    TRY(add_lead(cx, project.id, draft));
    TRY(item_keep(cx, project.id, NOUN_PROJECT, S("add"), S(""), events));
    *ret = project.id;
    return OK;
}

/* An approved project keeps a goal and its organisation. */
static void check_kept(Cx *cx, const Item *item, const ProjectDraft *draft)
{
    if (!project_runs(item->state))
        return;
    if (!draft->goal_count)
        flaw(cx, "project.goals", "an approved project serves at least one goal");
    if (!draft->item.organisation.v)
        flaw(cx, "project.organisation", "an approved project has an organisation that leads it");
}

/* May the actor change it, and is nobody faster? */
static Err begin_change(Cx *cx, const Item *item, int64_t version)
{
    TRY(project_require_edit(cx, item));
    return item_expect(cx, item, version);
}

static Err keep(Cx *cx, const Item *item, Str verb, Str reason, Events *events)
{
    return item_keep(cx, item->id, NOUN_PROJECT, verb, reason, events);
}

Err project_change(Cx *cx, Item *item, int64_t version, const ProjectDraft *draft, Events *events)
{
    Project project;
    TRY(begin_change(cx, item, version));
    TRY(project_get(cx, item->id, &project));
    check_kept(cx, item, draft);
    TRY(check_draft(cx, draft, &project));
    TRY(item_change(cx, item, &draft->item,
                    machine_state(&PROJECT_MACHINE, item->state)->audience));
    TRY(project_store_update(cx, &project));
    TRY(put_districts(cx, item->id, draft));
    TRY(put_goals(cx, item->id, draft->goals, draft->goal_count));
    return keep(cx, item, S("change"), S(""), events);
}

static void check_sum(Cx *cx, const char *key, Money money)
{
    if (!money_known(money) && money.cent != MONEY_NONE.cent)
        flaw(cx, key, "this is no sum of money");
}

Err project_set_money(Cx *cx, Item *item, int64_t version, const ProjectMoney *money,
                      Events *events)
{
    Project project;
    TRY(begin_change(cx, item, version));
    TRY(project_get(cx, item->id, &project));
    check_sum(cx, "project.investment", money->investment);
    check_sum(cx, "project.running", money->running);
    check_sum(cx, "project.spent", money->spent);
    if (money->lifetime_years < 0 || money->lifetime_years > PROJECT_LIFETIME_YEARS_MAX)
        flaw(cx, "project.lifetime", "a lifetime has 0 to %d years", PROJECT_LIFETIME_YEARS_MAX);
    TRY(funding_check(cx, money->funding, money->funding_count));
    TRY(funding_put(cx, item->id, money->funding, money->funding_count));
    project.investment = money->investment;
    project.running = money->running;
    project.spent = money->spent;
    project.lifetime_years = money->lifetime_years;
    TRY(project_store_update(cx, &project));
    return keep(cx, item, S("money"), S(""), events);
}

/* ---- the light ---- */

Err project_put_light(Cx *cx, ItemId id, Light light, Str reason)
{
    Project project;
    reason = str_trim(reason);
    if (light == LIGHT_NONE)
        return fail(cx, ERR_INVALID, "project.light", "choose green, yellow or red");
    if (light != LIGHT_GREEN && !reason.n)
        return fail(cx, ERR_INVALID, "project.reason", "say why it is not green");
    if (reason.n > REASON_BYTES_MAX || !str_is_utf8(reason))
        return fail(cx, ERR_INVALID, "project.reason", "a reason has at most %d bytes",
                    REASON_BYTES_MAX);
    TRY(project_get(cx, id, &project));
    project.light = (ProjectLight){
        .light = light, .at_us = cx_now_us(cx), .person = cx->actor->person, .reason = reason};
    TRY(project_store_update(cx, &project));
    return project_store_add_light(cx, id, &project.light);
}

Err project_set_light(Cx *cx, Item *item, Light light, Str reason, Events *events)
{
    TRY(project_require_edit(cx, item));
    if (!project_runs(item->state))
        return fail(cx, ERR_CONFLICT, "project.not_running", "only a running project has a light");
    TRY(project_put_light(cx, item->id, light, reason));
    return keep(cx, item, S("light"), str_trim(reason), events);
}

/* ---- result, references, partners ---- */

Err project_set_result(Cx *cx, Item *item, int64_t version, Str result, Events *events)
{
    Project project;
    TRY(begin_change(cx, item, version));
    TRY(project_get(cx, item->id, &project));
    project.result = str_trim(result);
    project.result_lang = cx->actor->lang;
    if (!project.result.n || project.result.n > PROJECT_RESULT_BYTES_MAX ||
        !str_is_utf8(project.result))
        return fail(cx, ERR_INVALID, "project.result", "a result report has 1 to %d bytes",
                    PROJECT_RESULT_BYTES_MAX);
    TRY(project_store_update(cx, &project));
    return keep(cx, item, S("result"), S(""), events);
}

static bool reference_is_good(const Reference *one)
{
    static const Str PREFIXES[REFERENCE_KIND_COUNT_] = {[REFERENCE_ENTITY] = S_INIT("urn:"),
                                                        [REFERENCE_INDICATOR] = S_INIT(""),
                                                        [REFERENCE_DOCUMENT] = S_INIT("https://")};
    return one->target.n > PREFIXES[one->kind].n && str_starts(one->target, PREFIXES[one->kind]) &&
           one->target.n <= PROJECT_REFERENCE_BYTES_MAX && str_is_utf8(one->target) &&
           one->title.n <= ITEM_TITLE_BYTES_MAX && str_is_utf8(one->title);
}

static const char *const REFERENCE_FLAWS[REFERENCE_KIND_COUNT_] = {
    [REFERENCE_ENTITY] = "project.entities",
    [REFERENCE_INDICATOR] = "project.indicators",
    [REFERENCE_DOCUMENT] = "project.documents"};

Err project_set_references(Cx *cx, Item *item, int64_t version, const Reference *list, size_t count,
                           Events *events)
{
    size_t of_kind[REFERENCE_KIND_COUNT_] = {0};
    bool bad[REFERENCE_KIND_COUNT_] = {0};
    TRY(begin_change(cx, item, version));
    for (size_t i = 0; i < count; i++)
        bad[list[i].kind] |=
            !reference_is_good(&list[i]) || ++of_kind[list[i].kind] > PROJECT_REFERENCES_MAX;
    for (int k = 0; k < REFERENCE_KIND_COUNT_; k++)
        if (bad[k])
            flaw(cx, REFERENCE_FLAWS[k],
                 "at most %d; entities as urn:..., documents as https://...",
                 PROJECT_REFERENCES_MAX);
    TRY(flaws_end(cx));
    TRY(project_store_set_references(cx, item->id, list, count));
    return keep(cx, item, S("references"), S(""), events);
}

static Err drop_partners(Cx *cx, ItemId id, const ProjectPartner *list, size_t count)
{
    ItemId *old;
    size_t old_count;
    TRY(project_store_targets(cx, id, S("partner"), &old, &old_count));
    for (size_t i = 0; i < old_count; i++) {
        bool stays = false;
        for (size_t k = 0; k < count; k++)
            stays |= list[k].organisation.v == old[i].v;
        if (!stays)
            TRY(item_unlink(cx, id, S("partner"), old[i]));
    }
    return OK;
}

Err project_set_partners(Cx *cx, Item *item, int64_t version, const ProjectPartner *list,
                         size_t count, Events *events)
{
    TRY(begin_change(cx, item, version));
    for (size_t i = 0; i < count; i++) {
        TRY(check_target(cx, list[i].organisation, NOUN_ORGANISATION, "project.partners"));
        if (list[i].role.n > ITEM_TITLE_BYTES_MAX || !str_is_utf8(list[i].role))
            flaw(cx, "project.partners", "a role has at most %d bytes", ITEM_TITLE_BYTES_MAX);
    }
    TRY(flaws_end(cx));
    TRY(drop_partners(cx, item->id, list, count));
    for (size_t i = 0; i < count; i++)
        TRY(item_link(cx, item->id, S("partner"), list[i].organisation, list[i].role));
    return keep(cx, item, S("partners"), S(""), events);
}

/* ---- people ---- */

const EventKind PROJECT_TEAM_CHANGED = {"project.team_changed"};

static void tell(Cx *cx, Events *events, const Item *item, PersonId person, RelationState before,
                 RelationState after)
{
    TeamEvent *event = arena_new(cx->arena, TeamEvent);
    *event = (TeamEvent){item->id, person, before, after};
    event_add(events, &PROJECT_TEAM_CHANGED, event);
}

Err project_ask(Cx *cx, const Item *item, Str title, Events *events)
{
    int64_t relation;
    Relation before;
    bool found;
    TRY(require(cx, MAY_CONTRIBUTE));
    if (!project_runs(item->state))
        return fail(cx, ERR_CONFLICT, "project.not_running", "it does not take anybody in now");
    TRY(relation_find(cx, cx->actor->person, item->id, &found, &before));
    TRY(relation_add(cx, cx->actor->person, RELATION_MEMBER, item->id, (ItemId){0}, title,
                     RELATION_ASKED, &relation));
    if (!found)
        tell(cx, events, item, cx->actor->person, RELATION_ENDED, RELATION_ASKED);
    return OK;
}

Err project_invite(Cx *cx, Item *item, PersonId person, RelationRole role, ItemId through,
                   Events *events)
{
    int64_t relation;
    Relation before;
    bool found;
    TRY(project_require_edit(cx, item));
    if (role != RELATION_LEAD && role != RELATION_MEMBER)
        return fail(cx, ERR_INVALID, "project.role", "a project has leads and members");
    TRY(relation_find(cx, person, item->id, &found, &before));
    TRY(relation_add(cx, person, role, item->id, through, S(""), RELATION_INVITED, &relation));
    if (!found)
        tell(cx, events, item, person, RELATION_ENDED, RELATION_INVITED);
    else if (before.state == RELATION_ASKED)
        tell(cx, events, item, person, RELATION_ASKED, RELATION_ACTIVE);
    return keep(cx, item, S("invite"), S(""), events);
}

/* The relation of that number, which is one to this item. */
static Err relation_of(Cx *cx, const Item *item, int64_t relation, Relation *ret)
{
    TRY(relation_get(cx, relation, ret));
    if (ret->item.v != item->id.v)
        return fail(cx, ERR_NOT_FOUND, "relation.unknown", "it belongs to something else");
    return OK;
}

static Err keep_a_lead(Cx *cx, const Item *item, const Relation *one)
{
    int64_t leads;
    TRY(relation_count(cx, item->id, RELATION_LEAD, &leads));
    if (one->role == RELATION_LEAD && one->state == RELATION_ACTIVE && leads == 1 &&
        project_runs(item->state))
        return fail(cx, ERR_CONFLICT, "project.last_lead",
                    "a running project has a lead: name another one first");
    return OK;
}

Err project_set_role(Cx *cx, Item *item, int64_t relation, RelationRole role, Events *events)
{
    Relation one;
    TRY(project_require_edit(cx, item));
    TRY(relation_of(cx, item, relation, &one));
    if (role != RELATION_LEAD && role != RELATION_MEMBER)
        return fail(cx, ERR_INVALID, "project.role", "a project has leads and members");
    if (role == RELATION_MEMBER)
        TRY(keep_a_lead(cx, item, &one));
    TRY(relation_set_role(cx, relation, role, one.title));
    return keep(cx, item, S("role"), S(""), events);
}

Err project_decide(Cx *cx, Item *item, int64_t relation, bool in, Events *events)
{
    Relation one;
    TRY(relation_of(cx, item, relation, &one));
    bool own = one.person.v == cx->actor->person.v;
    /* One may leave, and say yes oneself where one was invited; the rest is for the lead. */
    if (!own || (in && one.state != RELATION_INVITED))
        TRY(project_require_edit(cx, item));
    if (in && !own && one.state == RELATION_INVITED)
        return fail(cx, ERR_DENIED, "project.edit", "who was invited decides");
    if (!in)
        TRY(keep_a_lead(cx, item, &one));
    TRY(relation_set_state(cx, relation, in ? RELATION_ACTIVE : RELATION_ENDED));
    tell(cx, events, item, one.person, one.state, in ? RELATION_ACTIVE : RELATION_ENDED);
    return keep(cx, item, in ? S("join") : S("leave"), S(""), events);
}

/* ---- for the nouns beside it ---- */

Err project_take_number(Cx *cx, ItemId id, int64_t *ret)
{
    return project_store_take_number(cx, id, ret);
}

Err project_put_spent(Cx *cx, ItemId id, Money spent)
{
    Project project;
    TRY(project_get(cx, id, &project));
    project.spent = spent;
    return project_store_update(cx, &project);
}
