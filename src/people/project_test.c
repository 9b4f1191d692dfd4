/* Projects: every state and verb, what an approved one needs, money, milestones, risks, lights,
 * and two people at once. */
#include "people/project.h"

#include "base/str.h"
#include "people/day.h"
#include "people/funding.h"
#include "people/milestone.h"
#include "people/risk.h"
#include "people/test_people.h"

/* A city with a goal, an organisation, and people who stand differently to a project. */
typedef struct World {
    int64_t author, lead, rep, office, other;
    ItemId goal, organisation;
} World;

static World world_of(TestCore *f)
{
    Cx *cx = &f->t.cx;
    int64_t relation;
    World w = {.author = add_person(f, "author"),
               .lead = add_person(f, "lead"),
               .rep = add_person(f, "rep"),
               .office = add_person(f, "office"),
               .other = add_person(f, "other")};
    act_as(f, w.office, ROLE_OFFICE);
    w.goal = open_item(f, NOUN_GOAL, "Weniger Strom", "adopted");
    w.organisation = open_item(f, NOUN_ORGANISATION, "Stadtwerke", "accepted");
    assert_ok(cx, relation_add(cx, (PersonId){w.rep}, RELATION_REP, w.organisation, (ItemId){0},
                               S(""), RELATION_ACTIVE, &relation));
    return w;
}

static ProjectDraft complete(const World *w)
{
    return (ProjectDraft){
        .item = draft_of("Licht nach Bedarf"), .goals = &w->goal, .goal_count = 1};
}

static Item add_project(TestCore *f, const World *w)
{
    Cx *cx = &f->t.cx;
    Item item;
    ItemId id;
    ProjectDraft draft = complete(w);
    draft.item.organisation = w->organisation;
    draft.lead = (PersonId){w->lead};
    act_as(f, w->author, 0);
    assert_ok(cx, project_add(cx, &draft, &f->events, &id));
    assert_ok(cx, item_get_by_id(cx, id, &item));
    return item;
}

/* Approved: in the phase "idea". */
static Item add_running(TestCore *f, const World *w)
{
    Cx *cx = &f->t.cx;
    Item item = add_project(f, w);
    act_as(f, w->office, ROLE_OFFICE);
    assert_ok(cx, item_step(cx, &PROJECT_MACHINE, &item, S("approve"), S(""), &f->events));
    assert_ok(cx, item_get_by_id(cx, item.id, &item));
    return item;
}

static void a_proposal_is_read_by_its_people_and_the_office_until_it_is_approved(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    World w = world_of(f);
    Item item = add_project(f, &w), seen;
    const int64_t may[] = {w.author, w.lead};
    assert_str("proposed", item.state);
    for (size_t i = 0; i < COUNT_OF(may); i++) {
        act_as(f, may[i], 0);
        assert_ok(cx, item_get_by_id(cx, item.id, &seen));
    }
    act_as(f, w.other, ROLE_ALLIANCE);
    assert_int_equal(item_get_by_id(cx, item.id, &seen), ERR_NOT_FOUND);
    act_as(f, w.office, ROLE_OFFICE);
    assert_ok(cx, item_step(cx, &PROJECT_MACHINE, &item, S("approve"), S(""), &f->events));
    act_as(f, 0, 0);
    assert_ok(cx, item_get_by_id(cx, item.id, &seen));
    assert_str("idea", seen.state);
    assert_int_not_equal(seen.published_us, 0);
}

static void what_is_approved_has_a_goal_and_an_organisation(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    World w = world_of(f);
    ProjectDraft draft = {.item = draft_of("Nur ein Wunsch")};
    Item item;
    ItemId id;
    act_as(f, w.author, 0);
    assert_ok(cx, project_add(cx, &draft, &f->events, &id));
    act_as(f, w.office, ROLE_OFFICE);
    assert_ok(cx, item_get_by_id(cx, id, &item));
    assert_err(cx, ERR_INVALID, "project.goals",
               item_step(cx, &PROJECT_MACHINE, &item, S("approve"), S(""), &f->events));
    assert_string_equal(cx->error->flaws->next->key, "project.organisation");
    *cx->error = (Error){0};
    /* Once approved it keeps both. */
    Item running = add_running(f, &w);
    assert_err(cx, ERR_INVALID, "project.goals",
               project_change(cx, &running, running.version, &draft, &f->events));
    *cx->error = (Error){0};
    draft.goals = &w.organisation; /* which is no goal */
    draft.goal_count = 1;
    assert_err(cx, ERR_INVALID, "project.goals", project_add(cx, &draft, &f->events, &id));
}

/* Puts the item into any state of the machine, as a past would have. */
static void force_state(TestCore *f, Item *item, const MachineState *to)
{
    Cx *cx = &f->t.cx;
    assert_ok(cx, item_get_unseen(cx, item->id, item));
    assert_ok(cx, item_set_state(cx, item, str_from(to->name), to->audience));
}

static const Step *step_of(Str from, Str verb)
{
    const Machine *machine = &PROJECT_MACHINE;
    for (size_t i = 0; i < machine->step_count; i++)
        if (str_eq(str_from(machine->steps[i].from), from) &&
            str_eq(str_from(machine->steps[i].verb), verb))
            return &machine->steps[i];
    return NULL;
}

/* Tries the verb as one person in that state, and expects what the table says. */
static void try_verb(TestCore *f, Item *item, const MachineState *from, Str verb, int64_t person,
                     uint32_t roles)
{
    Cx *cx = &f->t.cx;
    uint32_t stand;
    force_state(f, item, from);
    const Step *step = step_of(str_from(from->name), verb);
    act_as(f, person, roles);
    assert_ok(cx, item_stand(cx, item, &stand));
    Err err = item_step(cx, &PROJECT_MACHINE, item, verb, S("weil"), &f->events);
    if (!step || !(step->who & stand)) {
        assert_int_equal(err, step ? ERR_DENIED : ERR_CONFLICT);
        return;
    }
    assert_ok(cx, err);
    assert_ok(cx, item_get_unseen(cx, item->id, item));
    assert_true(str_eq(item->state, str_from(step->to)));
    assert_int_equal(item->audience, machine_state(&PROJECT_MACHINE, item->state)->audience);
}

static void each_verb_in_each_state_does_what_the_table_says(void **state)
{
    static const char *const VERBS[] = {"approve", "decline", "withdraw", "propose", "plan",
                                        "start",   "operate", "hold",     "resume",  "back",
                                        "end",     "cancel",  "reopen"};
    TestCore *f = *state;
    World w = world_of(f);
    const struct {
        int64_t person;
        uint32_t roles;
    } WHO[] = {{w.author, 0}, {w.lead, 0}, {w.office, ROLE_OFFICE}, {w.other, ROLE_ALLIANCE}};
    for (size_t i = 0; i < PROJECT_MACHINE.step_count; i++) {
        bool listed = false;
        for (size_t v = 0; v < COUNT_OF(VERBS); v++)
            listed |= strcmp(VERBS[v], PROJECT_MACHINE.steps[i].verb) == 0;
        assert_true(listed);
    }
    Item item = add_project(f, &w);
    act_as(f, w.lead, 0);
    assert_ok(&f->t.cx,
              project_set_result(&f->t.cx, &item, item.version, S("Gewirkt."), &f->events));
    for (size_t s = 0; s < PROJECT_MACHINE.state_count; s++)
        for (size_t v = 0; v < COUNT_OF(VERBS); v++)
            for (size_t p = 0; p < COUNT_OF(WHO); p++)
                try_verb(f, &item, &PROJECT_MACHINE.states[s], str_from(VERBS[v]), WHO[p].person,
                         WHO[p].roles);
}

static void reasons_are_asked_for_and_a_project_ends_with_a_report(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    World w = world_of(f);
    Item item = add_running(f, &w);
    act_as(f, w.lead, 0);
    assert_ok(cx, item_step(cx, &PROJECT_MACHINE, &item, S("plan"), S(""), &f->events));
    assert_ok(cx, item_get_by_id(cx, item.id, &item));
    assert_ok(cx, item_step(cx, &PROJECT_MACHINE, &item, S("start"), S(""), &f->events));
    assert_err(cx, ERR_INVALID, "verb.reason",
               item_step(cx, &PROJECT_MACHINE, &item, S("cancel"), S(" "), &f->events));
    assert_err(cx, ERR_INVALID, "verb.reason",
               item_step(cx, &PROJECT_MACHINE, &item, S("hold"), S(""), &f->events));
    assert_err(cx, ERR_INVALID, "project.result",
               item_step(cx, &PROJECT_MACHINE, &item, S("end"), S(""), &f->events));
    assert_ok(cx, item_get_by_id(cx, item.id, &item));
    assert_err(cx, ERR_INVALID, "project.result",
               project_set_result(cx, &item, item.version, S("  "), &f->events));
    assert_ok(cx,
              project_set_result(cx, &item, item.version, S("18 % weniger Strom."), &f->events));
    assert_ok(cx, item_get_by_id(cx, item.id, &item));
    assert_ok(cx, item_step(cx, &PROJECT_MACHINE, &item, S("end"), S(""), &f->events));
    assert_str("ended", item.state);
    assert_int_equal(project_phase(item.state), PHASE_ENDED);
    assert_false(project_runs(item.state));
}

static void phases_follow_from_states(void **state)
{
    (void)state;
    assert_int_equal(project_phase(S("proposed")), PHASE_IDEA);
    assert_int_equal(project_phase(S("pilot_held")), PHASE_PILOT);
    assert_int_equal(project_phase(S("cancelled")), PHASE_ENDED);
    assert_true(project_runs(S("idea")) && project_runs(S("operation_held")));
    assert_false(project_runs(S("proposed")) || project_runs(S("declined")) ||
                 project_runs(S("cancelled")) || project_runs(S("withdrawn")));
    assert_true(project_held(S("concept_held")));
    assert_false(project_held(S("concept")));
}

static void sums_are_read_as_people_type_them(void **state)
{
    static const struct {
        const char *typed;
        int64_t cent;
    } GOOD[] = {{"0", 0},
                {"12", 1200},
                {"12,5", 1250},
                {"12.50", 1250},
                {"1.234", 123400},
                {"1,234", 123400},
                {"1.234,56", 123456},
                {"1,234.56", 123456},
                {"1.234.567", 123456700},
                {" 3 000 € ", 300000},
                {"EUR 3.000,00", 300000},
                {"1\xc2\xa0"
                 "250,75 Euro",
                 125075},
                {"120000", 12000000},
                {"", -1}};
    static const char *const BAD[] = {"-1",   "1,2,3", "12,345,6",    "1.23.4",
                                      "abc",  "1e5",   "1234.567",    "12,",
                                      ",5",   "1..2",  "1,234.567.1", "99999999999999999999",
                                      "12 34"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(GOOD); i++) {
        Money money = {7};
        assert_true(money_parse(str_from(GOOD[i].typed), &money));
        if (money.cent != GOOD[i].cent)
            print_message("# %s\n", GOOD[i].typed);
        assert_int_equal(money.cent, GOOD[i].cent);
    }
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        Money money = {7};
        bool read = money_parse(str_from(BAD[i]), &money);
        if (read)
            print_message("# %s\n", BAD[i]);
        assert_false(read);
        assert_int_equal(money.cent, 7);
    }
}

static void days_are_read_as_people_type_them(void **state)
{
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Str day;
    (void)state;
    assert_true(day_parse(cx->arena, S("28.11.2026"), &day));
    assert_str("2026-11-28", day);
    assert_true(day_parse(cx->arena, S(" 2024-02-29 "), &day));
    assert_str("2024-02-29", day);
    assert_true(day_parse(cx->arena, S("1.3.2027"), &day));
    assert_str("2027-03-01", day);
    assert_true(day_parse(cx->arena, S(""), &day));
    assert_int_equal(day.n, 0);
    static const char *const BAD[] = {"2023-02-29", "31.04.2026", "2026-13-01",
                                      "morgen",     "1.1.26",     "2026-1",
                                      "-1.1.2026",  "2026-00-10", "0000-01-01"};
    for (size_t i = 0; i < COUNT_OF(BAD); i++)
        assert_false(day_parse(cx->arena, str_from(BAD[i]), &day));
    assert_int_equal(day_number(S("1970-01-02")), 1);
    assert_int_equal(day_number(S("1969-12-31")), -1);
    assert_str("2026-11-28", day_of_number(cx->arena, day_number(S("2026-11-28"))));
    test_cx_done(&t);
}

static void money_and_funding_are_kept_to_the_cent(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    World w = world_of(f);
    Item item = add_running(f, &w);
    Project project;
    Funding *list;
    size_t count;
    Funding given[] = {{.giver = S("Land"),
                        .programme = S("Digitale Modellregion"),
                        .amount = {8000000},
                        .from_day = S("1.1.2026"),
                        .until_day = S("2027-12-31")}};
    ProjectMoney money = {.investment = {12000050},
                          .running = {850000},
                          .spent = MONEY_NONE,
                          .lifetime_years = 15,
                          .funding = given,
                          .funding_count = 1};
    act_as(f, w.lead, 0);
    assert_ok(cx, project_set_money(cx, &item, item.version, &money, &f->events));
    assert_ok(cx, project_get(cx, item.id, &project));
    assert_int_equal(project.investment.cent, 12000050);
    assert_false(money_known(project.spent));
    assert_ok(cx, funding_list(cx, item.id, &list, &count));
    assert_int_equal(count, 1);
    assert_str("2026-01-01", list[0].from_day);
    int64_t number = list[0].number;
    /* The number stays with its row; a new row gets another one, for ever. */
    Funding changed[] = {list[0], {.giver = S("Bund"), .amount = MONEY_NONE}};
    money.funding = changed;
    money.funding_count = 2;
    assert_ok(cx, item_get_by_id(cx, item.id, &item));
    assert_ok(cx, project_set_money(cx, &item, item.version, &money, &f->events));
    assert_ok(cx, funding_list(cx, item.id, &list, &count));
    assert_int_equal(count, 2);
    assert_true((list[0].number == number) != (list[1].number == number));
    changed[1].giver = S("");
    changed[1].amount = MONEY_BAD;
    money.running = MONEY_BAD;
    assert_ok(cx, item_get_by_id(cx, item.id, &item));
    assert_err(cx, ERR_INVALID, "project.running",
               project_set_money(cx, &item, item.version, &money, &f->events));
    assert_string_equal(cx->error->flaws->next->key, "funding.giver");
    assert_string_equal(cx->error->flaws->next->next->key, "funding.amount");
}

static void milestones_and_risks_keep_their_numbers(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    World w = world_of(f);
    Item item = add_running(f, &w);
    Milestone *list;
    Risk *risks;
    size_t count;
    Milestone first[] = {{.title = S("Vergleichsjahr gemessen"), .due_day = S("2021-12-31")},
                         {.title = S("Umgerüstet"), .due_day = S("31.01.2023")}};
    act_as(f, w.rep, 0);
    assert_ok(cx, milestone_set(cx, &item, item.version, first, 2, &f->events));
    assert_ok(cx, milestone_list(cx, item.id, &list, &count));
    assert_int_equal(count, 2);
    assert_str("2023-01-31", list[1].due_day);
    int64_t second = list[1].number;
    Milestone then[] = {{.title = S("Neu davor")}, list[1]};
    assert_ok(cx, item_get_by_id(cx, item.id, &item));
    assert_ok(cx, milestone_set(cx, &item, item.version, then, 2, &f->events));
    assert_ok(cx, milestone_list(cx, item.id, &list, &count));
    assert_int_equal(list[1].number, second);
    assert_true(list[0].number > second);
    assert_ok(cx, milestone_reach(cx, item.id, second, S("2022-05-31")));
    assert_ok(cx, milestone_list(cx, item.id, &list, &count));
    assert_str("2022-05-31", list[1].done_day);
    then[0].done_day = S("2022-06-03"); /* the clock says 1 June */
    assert_ok(cx, item_get_by_id(cx, item.id, &item));
    assert_err(cx, ERR_INVALID, "milestone.done",
               milestone_set(cx, &item, item.version, then, 2, &f->events));
    *cx->error = (Error){0};
    Risk given[] = {{.text = S("Lieferung verzögert sich"), .likelihood = 1, .impact = 2},
                    {.text = S("Widerstand der Anwohner"), .likelihood = 3, .impact = 3}};
    assert_ok(cx, risk_set(cx, &item, item.version, given, 2, &f->events));
    assert_ok(cx, risk_list(cx, item.id, &risks, &count));
    assert_int_equal(count, 2);
    assert_str("Widerstand der Anwohner", risks[0].text); /* the worst first */
    assert_ok(cx, risk_set_state(cx, item.id, risks[0].number, RISK_CLOSED));
    assert_ok(cx, risk_list(cx, item.id, &risks, &count));
    assert_str("Lieferung verzögert sich", risks[0].text);
    given[0].impact = 4;
    assert_ok(cx, item_get_by_id(cx, item.id, &item));
    assert_err(cx, ERR_INVALID, "risk.level",
               risk_set(cx, &item, item.version, given, 2, &f->events));
}

static void a_light_has_a_reason_a_history_and_goes_stale(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    World w = world_of(f);
    Item item = add_running(f, &w);
    Project project;
    ProjectLight *lights;
    size_t count;
    int64_t stale_us;
    act_as(f, w.lead, 0);
    assert_err(cx, ERR_INVALID, "project.reason",
               project_set_light(cx, &item, LIGHT_RED, S(" "), &f->events));
    assert_ok(cx, project_set_light(cx, &item, LIGHT_RED, S("Kein Kabel"), &f->events));
    f->t.clock.fixed_us += TIME_DAY_US;
    assert_ok(cx, project_set_light(cx, &item, LIGHT_GREEN, S(""), &f->events));
    assert_ok(cx, project_get(cx, item.id, &project));
    assert_int_equal(project.light.light, LIGHT_GREEN);
    assert_str("lead", project.light.person_name);
    assert_ok(cx, project_lights(cx, item.id, &lights, &count));
    assert_int_equal(count, 2);
    assert_int_equal(lights[1].light, LIGHT_RED);
    assert_str("Kein Kabel", lights[1].reason);
    f->t.clock.fixed_us += 90 * TIME_DAY_US;
    assert_ok(cx, project_stale_us(cx, &stale_us));
    assert_false(light_is_stale(&project.light, stale_us)); /* 90 days are not more than 90 */
    f->t.clock.fixed_us += 1;
    assert_ok(cx, project_stale_us(cx, &stale_us));
    assert_true(light_is_stale(&project.light, stale_us));
    act_as(f, w.other, ROLE_ALLIANCE);
    assert_int_equal(project_set_light(cx, &item, LIGHT_RED, S("x"), &f->events), ERR_DENIED);
}

static void two_people_at_once_are_told_apart(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    World w = world_of(f);
    Item item = add_running(f, &w);
    int64_t seen = item.version; /* both opened their forms now */
    Milestone list[] = {{.title = S("Erster")}};
    ProjectDraft draft = complete(&w);
    ProjectMoney money = {
        .investment = {100}, .running = MONEY_NONE, .spent = MONEY_NONE, .lifetime_years = 1};
    draft.item.organisation = w.organisation;
    act_as(f, w.lead, 0);
    assert_ok(cx, milestone_set(cx, &item, seen, list, 1, &f->events));
    act_as(f, w.rep, 0);
    assert_ok(cx, item_get_by_id(cx, item.id, &item));
    assert_err(cx, ERR_CONFLICT, "item.version",
               milestone_set(cx, &item, seen, list, 1, &f->events));
    assert_err(cx, ERR_CONFLICT, "item.version",
               project_change(cx, &item, seen, &draft, &f->events));
    assert_err(cx, ERR_CONFLICT, "item.version",
               project_set_money(cx, &item, seen, &money, &f->events));
    assert_err(cx, ERR_CONFLICT, "item.version", risk_set(cx, &item, seen, NULL, 0, &f->events));
    assert_err(cx, ERR_CONFLICT, "item.version",
               project_set_partners(cx, &item, seen, NULL, 0, &f->events));
    assert_ok(cx, project_change(cx, &item, item.version, &draft, &f->events));
}

static void a_version_holds_all_of_it(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    World w = world_of(f);
    Item item = add_running(f, &w);
    Milestone list[] = {{.title = S("Erster"), .due_day = S("2023-01-01")}};
    Str doc;
    int64_t before_us = f->t.clock.fixed_us;
    f->t.clock.fixed_us += TIME_HOUR_US;
    act_as(f, w.lead, 0);
    assert_ok(cx, milestone_set(cx, &item, item.version, list, 1, &f->events));
    assert_ok(cx, project_set_light(cx, &item, LIGHT_YELLOW, S("Warten"), &f->events));
    assert_ok(cx, item_at_unseen(cx, item.id, f->t.clock.fixed_us, &doc));
    assert_true(str_find(doc, S("\"title\":\"Erster\",\"due\":\"2023-01-01\"")) > 0);
    assert_true(str_find(doc, S("\"light\":\"yellow\",\"light_reason\":\"Warten\"")) > 0);
    assert_true(str_find(doc, S("\"kind\":\"serves\"")) > 0);
    assert_ok(cx, item_at_unseen(cx, item.id, before_us, &doc));
    assert_true(str_find(doc, S("\"milestones\":[]")) > 0);
    assert_true(str_find(doc, S("\"light\":\"\"")) > 0);
}

static size_t found(TestCore *f, ProjectFilter filter)
{
    Cx *cx = &f->t.cx;
    Item *items;
    size_t count;
    int64_t total;
    assert_ok(cx, project_find(cx, &filter, ITEM_TITLE, 100, 0, &items, &count, &total));
    assert_int_equal(count, total);
    return count;
}

static void the_portfolio_is_filtered_by_what_belongs_to_projects(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    World w = world_of(f);
    Item first = add_running(f, &w), second = add_running(f, &w);
    ItemId partner = open_item(f, NOUN_ORGANISATION, "Hochschule", "accepted");
    add_project(f, &w); /* proposed: in no list */
    Str districts[] = {S("Hörne"), S("Hombruch")};
    ProjectDraft draft = complete(&w);
    draft.item.organisation = w.organisation;
    draft.districts = districts;
    draft.district_count = 2;
    act_as(f, w.lead, 0);
    assert_ok(cx, project_change(cx, &first, first.version, &draft, &f->events));
    assert_ok(cx, item_step(cx, &PROJECT_MACHINE, &second, S("plan"), S(""), &f->events));
    assert_ok(cx, item_get_by_id(cx, second.id, &second));
    ProjectPartner partners[] = {{.organisation = partner, .role = S("Messung")}};
    assert_ok(cx, project_set_partners(cx, &second, second.version, partners, 1, &f->events));
    assert_ok(cx, project_set_light(cx, &second, LIGHT_GREEN, S(""), &f->events));
    act_as(f, 0, 0);
    assert_int_equal(found(f, (ProjectFilter){0}), 2);
    assert_int_equal(found(f, (ProjectFilter){.has_phase = true, .phase = PHASE_CONCEPT}), 1);
    assert_int_equal(found(f, (ProjectFilter){.district = S("Hombruch")}), 1);
    assert_int_equal(found(f, (ProjectFilter){.district = S("Eving")}), 0);
    assert_int_equal(found(f, (ProjectFilter){.goal = w.goal}), 2);
    assert_int_equal(found(f, (ProjectFilter){.organisation = w.organisation}), 2);
    assert_int_equal(found(f, (ProjectFilter){.organisation = partner}), 1);
    assert_int_equal(found(f, (ProjectFilter){.light = LIGHT_GREEN}), 1);
    assert_int_equal(found(f, (ProjectFilter){.light = LIGHT_RED}), 0);
    int64_t phases[PHASE_COUNT_];
    ProjectFilter any = {0};
    assert_ok(cx, project_count_phases(cx, &any, phases));
    assert_int_equal(phases[PHASE_IDEA], 1);
    assert_int_equal(phases[PHASE_CONCEPT], 1);
    Str *all;
    size_t count;
    assert_ok(cx, project_all_districts(cx, &all, &count));
    assert_int_equal(count, 2);
    ProjectPartner *list;
    assert_ok(cx, project_partners(cx, second.id, &list, &count));
    assert_int_equal(count, 1);
    assert_str("Messung", list[0].role);
}

static void who_asks_is_taken_in_by_the_lead_and_the_last_lead_stays(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    World w = world_of(f);
    Item item = add_running(f, &w);
    Relation *people;
    size_t count;
    uint32_t stand;
    act_as(f, w.other, 0);
    assert_ok(cx, project_ask(cx, &item, S(""), &f->events));
    assert_ok(cx, relation_list(cx, item.id, false, &people, &count));
    assert_int_equal(count, 2);
    int64_t asked = people[1].id, lead = people[0].id;
    assert_int_equal(people[1].state, RELATION_ASKED);
    assert_err(cx, ERR_DENIED, "project.edit", project_decide(cx, &item, asked, true, &f->events));
    act_as(f, w.lead, 0);
    assert_ok(cx, project_decide(cx, &item, asked, true, &f->events));
    act_as(f, w.other, 0);
    assert_ok(cx, item_stand(cx, &item, &stand));
    assert_true(stand & STAND_MEMBER);
    assert_ok(cx, project_decide(cx, &item, asked, false, &f->events)); /* one may leave */
    act_as(f, w.lead, 0);
    assert_err(cx, ERR_CONFLICT, "project.last_lead",
               project_decide(cx, &item, lead, false, &f->events));
}

static void references_are_urns_keys_and_safe_addresses(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    World w = world_of(f);
    Item item = add_running(f, &w);
    Reference *list;
    size_t count;
    Reference entity = {REFERENCE_ENTITY, S("urn:ngsi-ld:Streetlight:1"), S("")};
    Reference document = {REFERENCE_DOCUMENT, S("https://stadt.example/plan.pdf"), S("Plan")};
    Reference evil = {REFERENCE_DOCUMENT, S("javascript:alert(1)"), S("Plan")};
    act_as(f, w.lead, 0);
    Reference both[] = {entity, document}, bad[] = {entity, evil};
    assert_ok(cx, project_set_references(cx, &item, item.version, both, 2, &f->events));
    assert_ok(cx, item_get_by_id(cx, item.id, &item));
    assert_err(cx, ERR_INVALID, "project.documents",
               project_set_references(cx, &item, item.version, bad, 2, &f->events));
    assert_ok(cx, project_references(cx, item.id, &list, &count));
    assert_int_equal(count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phases_follow_from_states),
        cmocka_unit_test(sums_are_read_as_people_type_them),
        cmocka_unit_test(days_are_read_as_people_type_them),
        TEST_ON_BOTH(a_proposal_is_read_by_its_people_and_the_office_until_it_is_approved,
                     teardown),
        TEST_ON_BOTH(what_is_approved_has_a_goal_and_an_organisation, teardown),
        TEST_ON_BOTH(each_verb_in_each_state_does_what_the_table_says, teardown),
        TEST_ON_BOTH(reasons_are_asked_for_and_a_project_ends_with_a_report, teardown),
        TEST_ON_BOTH(money_and_funding_are_kept_to_the_cent, teardown),
        TEST_ON_BOTH(milestones_and_risks_keep_their_numbers, teardown),
        TEST_ON_BOTH(a_light_has_a_reason_a_history_and_goes_stale, teardown),
        TEST_ON_BOTH(two_people_at_once_are_told_apart, teardown),
        TEST_ON_BOTH(a_version_holds_all_of_it, teardown),
        TEST_ON_BOTH(the_portfolio_is_filtered_by_what_belongs_to_projects, teardown),
        TEST_ON_BOTH(who_asks_is_taken_in_by_the_lead_and_the_last_lead_stays, teardown),
        TEST_ON_BOTH(references_are_urns_keys_and_safe_addresses, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
