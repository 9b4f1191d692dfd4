/* Strategies and goals: drafting, consultation, adoption, the next edition, and the projects that
 * serve goals across editions. */
#include "people/strategy.h"

#include "base/calendar.h"
#include "people/body.h"
#include "people/test_walk.h"

typedef struct World {
    int64_t office, lead, stranger; /* persons */
    int64_t topic, other_topic;
    ItemId body;
} World;

static World world;

static Item item_of(TestCore *f, ItemId id)
{
    Item item;
    assert_ok(&f->t.cx, item_get_unseen(&f->t.cx, id, &item));
    return item;
}

static void setup_world(TestCore *f)
{
    Cx *cx = &f->t.cx;
    int64_t id;
    ItemDraft draft = draft_of("Steuerung");
    world = (World){.office = add_person(f, "office"),
                    .lead = add_person(f, "lead"),
                    .stranger = add_person(f, "stranger")};
    act_as(f, world.office, ROLE_OFFICE);
    assert_ok(cx, topic_add(cx, S("Energie"), S("Energy"), &world.topic));
    assert_ok(cx, topic_add(cx, S("Mobilität"), S("Mobility"), &world.other_topic));
    assert_ok(cx, body_add(cx, BODY_MANAGEMENT, &draft, &f->events, &world.body));
    assert_ok(cx, relation_add(cx, (PersonId){world.lead}, RELATION_LEAD, world.body, (ItemId){0},
                               S(""), RELATION_ACTIVE, &id));
}

static ItemId add_strategy(TestCore *f, const char *title)
{
    ItemId id;
    ItemDraft draft = draft_of(title);
    draft.body = world.body;
    act_as(f, world.office, ROLE_OFFICE);
    assert_ok(&f->t.cx, strategy_add(&f->t.cx, &draft, &f->events, &id));
    return id;
}

static GoalDraft goal_draft(const char *title)
{
    static const Str MEASURED[] = {S_INIT("freie-stellplaetze"), S_INIT("")};
    GoalDraft draft = {.item = draft_of(title),
                       .target = S("unter 10 Prozent"),
                       .target_year = 2030,
                       .unmeasured = S(""),
                       .indicators = MEASURED,
                       .indicator_count = 2};
    draft.item.topics = &world.topic;
    draft.item.topic_count = 1;
    return draft;
}

static ItemId add_goal(TestCore *f, ItemId strategy, const GoalDraft *draft)
{
    ItemId id;
    Item item = item_of(f, strategy);
    assert_ok(&f->t.cx, goal_add(&f->t.cx, &item, draft, &f->events, &id));
    return id;
}

static void take(TestCore *f, ItemId strategy, const char *verb)
{
    Item item = item_of(f, strategy);
    assert_ok(&f->t.cx,
              item_step(&f->t.cx, &STRATEGY_MACHINE, &item, str_from(verb), S("weil"), &f->events));
}

static void adopt(TestCore *f, ItemId strategy)
{
    Item item = item_of(f, strategy);
    assert_ok(&f->t.cx,
              strategy_adopt(&f->t.cx, &item, S("2022-05-31"), (ItemId){0}, S(""), &f->events));
}

/* In force, with two goals. */
static ItemId add_adopted(TestCore *f, ItemId ret_goals[2])
{
    ItemId strategy = add_strategy(f, "Strategie 2030");
    GoalDraft draft = goal_draft("Weniger Strom");
    ret_goals[0] = add_goal(f, strategy, &draft);
    draft = goal_draft("Weniger Lärm");
    draft.item.topics = &world.other_topic;
    draft.indicator_count = 0;
    draft.unmeasured = S("Lärm wird nicht gemessen.");
    ret_goals[1] = add_goal(f, strategy, &draft);
    take(f, strategy, "consult");
    adopt(f, strategy);
    return strategy;
}

static void a_draft_is_for_its_body_and_consultation_is_for_all(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Item seen;
    Item *goals;
    size_t count;
    setup_world(f);
    ItemId strategy = add_strategy(f, "Strategie 2030");
    GoalDraft draft = goal_draft("Weniger Strom");
    ItemId goal = add_goal(f, strategy, &draft);
    act_as(f, world.stranger, ROLE_ALLIANCE);
    assert_err(cx, ERR_NOT_FOUND, "item.unknown", item_get_by_id(cx, strategy, &seen));
    assert_err(cx, ERR_NOT_FOUND, "item.unknown", item_get_by_id(cx, goal, &seen));
    act_as(f, world.lead, 0);
    assert_ok(cx, item_get_by_id(cx, goal, &seen));
    take(f, strategy, "consult");
    act_as(f, 0, 0);
    assert_ok(cx, item_get_by_id(cx, strategy, &seen));
    assert_ok(cx, goal_list(cx, strategy, &goals, &count));
    assert_int_equal(count, 1);
    assert_str("consultation", goals[0].state);
    act_as(f, world.lead, 0);
    take(f, strategy, "revise");
    act_as(f, 0, 0);
    assert_err(cx, ERR_NOT_FOUND, "item.unknown", item_get_by_id(cx, goal, &seen));
}

static void what_is_wrong_with_a_goal_is_said_all_at_once(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    setup_world(f);
    Item strategy = item_of(f, add_strategy(f, "Strategie"));
    GoalDraft draft = goal_draft("");
    ItemId id;
    draft.item.topic_count = 0;
    draft.target_year = 1999;
    assert_err(cx, ERR_INVALID, "item.title", goal_add(cx, &strategy, &draft, &f->events, &id));
    size_t flaws = 0;
    for (const Flaw *one = cx->error->flaws; one; one = one->next)
        flaws++;
    assert_int_equal(flaws, 3);
    cx->error->flaws = NULL;
    act_as(f, world.stranger, ROLE_ALLIANCE);
    draft = goal_draft("Ziel");
    assert_err(cx, ERR_DENIED, "goal.edit", goal_add(cx, &strategy, &draft, &f->events, &id));
}

static void adoption_wants_goals_that_are_measured_or_say_why_not(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    setup_world(f);
    ItemId id = add_strategy(f, "Strategie");
    ItemId none = {0};
    take(f, id, "consult");
    Item item = item_of(f, id);
    assert_err(cx, ERR_INVALID, "strategy.adopted_day",
               item_step(cx, &STRATEGY_MACHINE, &item, S("adopt"), S(""), &f->events));
    assert_err(cx, ERR_INVALID, "strategy.adopted_day", /* that day is not over */
               strategy_adopt(cx, &item, S("2022-06-09"), none, S(""), &f->events));
    cx->error->flaws = NULL;
    assert_err(cx, ERR_INVALID, "strategy.meeting",
               strategy_adopt(cx, &item, S("2022-05-31"), world.body, S(""), &f->events));
    cx->error->flaws = NULL;
    assert_err(cx, ERR_INVALID, "strategy.goals",
               strategy_adopt(cx, &item, S("2022-05-31"), none, S(""), &f->events));
    GoalDraft draft = goal_draft("Weniger Lärm");
    draft.indicator_count = 0;
    ItemId goal = add_goal(f, id, &draft);
    assert_err(cx, ERR_INVALID, "strategy.unmeasured",
               strategy_adopt(cx, &item, S("2022-05-31"), none, S(""), &f->events));
    draft.unmeasured = S("Es wird nicht gemessen.");
    Item changed = item_of(f, goal);
    assert_ok(cx, goal_change(cx, &changed, changed.version, &draft, &f->events));
    act_as(f, world.stranger, ROLE_ALLIANCE);
    assert_err(cx, ERR_DENIED, "strategy.edit",
               strategy_adopt(cx, &item, S("2022-05-31"), none, S(""), &f->events));
    act_as(f, world.lead, 0);
    assert_ok(cx, strategy_adopt(cx, &item, S("2022-05-31"), none, S(""), &f->events));
    Strategy own;
    assert_ok(cx, strategy_own(cx, id, &own));
    assert_str("2022-05-31", own.adopted_day);
    assert_int_equal(own.edition, 1);
    assert_str("adopted", item_of(f, goal).state);
}

static void what_was_adopted_does_not_change(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    ItemId goals[2], id;
    setup_world(f);
    Item strategy = item_of(f, add_adopted(f, goals)), goal = item_of(f, goals[0]);
    ItemDraft draft = draft_of("Anders");
    GoalDraft changed = goal_draft("Anders");
    draft.body = world.body;
    assert_err(cx, ERR_DENIED, "strategy.edit",
               strategy_change(cx, &strategy, strategy.version, &draft, &f->events));
    assert_err(cx, ERR_DENIED, "goal.edit",
               goal_change(cx, &goal, goal.version, &changed, &f->events));
    assert_err(cx, ERR_DENIED, "goal.edit", goal_add(cx, &strategy, &changed, &f->events, &id));
    assert_err(cx, ERR_CONFLICT, "verb.state",
               item_step(cx, &GOAL_MACHINE, &goal, S("drop"), S(""), &f->events));
    Str doc;
    assert_ok(cx, item_version_unseen(cx, goals[0], item_of(f, goals[0]).version, &doc));
    assert_true(str_find(doc, S("\"indicators\":[\"freie-stellplaetze\"]")) > 0);
    assert_true(str_find(doc, S("\"target_year\":2030")) > 0);
}

static void the_next_edition_supersedes_the_one_in_force(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    ItemId goals[2], another;
    Item in_force, next_goal, *carried, *all;
    size_t count;
    bool found;
    Goal own;
    setup_world(f);
    ItemId first = add_adopted(f, goals), second = add_strategy(f, "Strategie 2035");
    ItemDraft draft = draft_of("Noch eine");
    draft.body = world.body;
    assert_err(cx, ERR_CONFLICT, "strategy.drafted",
               strategy_add(cx, &draft, &f->events, &another));
    assert_ok(cx, goal_list(cx, second, &carried, &count));
    assert_int_equal(count, 2);
    assert_str("Weniger Strom", carried[0].text.title);
    assert_ok(cx, goal_own(cx, carried[0].id, &own));
    assert_int_equal(own.follows.v, goals[0].v);
    assert_str("unter 10 Prozent", own.target);
    assert_str("freie-stellplaetze", own.indicators[0]);
    act_as(f, 0, 0);
    assert_ok(cx, goal_successor(cx, goals[0], &found, &next_goal));
    assert_false(found); /* a draft is nobody's business yet */
    assert_ok(cx, strategy_in_force(cx, &found, &in_force));
    assert_int_equal(in_force.id.v, first.v);
    act_as(f, world.office, ROLE_OFFICE);
    take(f, second, "consult");
    adopt(f, second);
    act_as(f, 0, 0);
    assert_ok(cx, strategy_in_force(cx, &found, &in_force));
    assert_int_equal(in_force.id.v, second.v);
    assert_str("superseded", item_of(f, first).state);
    assert_str("superseded", item_of(f, goals[0]).state);
    assert_ok(cx, goal_successor(cx, goals[0], &found, &next_goal));
    assert_true(found);
    assert_ok(cx, strategy_list(cx, &all, &count));
    assert_int_equal(count, 2); /* the old one stays readable */
    assert_int_equal(all[0].id.v, second.v);
}

static void projects_go_on_serving_the_goal_that_follows(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    ItemId goals[2], projects[2];
    Item *list;
    size_t count;
    int64_t total;
    GoalProjects by_state[GOAL_PROJECT_STATES_MAX];
    setup_world(f);
    add_adopted(f, goals);
    for (int i = 0; i < 2; i++) { /* one that all may read, and one that is the office's */
        ItemDraft draft = draft_of(i ? "Geheim" : "Licht nach Bedarf");
        assert_ok(cx, item_add(cx, NOUN_PROJECT, S("pilot"), i ? AUDIENCE_OFFICE : AUDIENCE_PUBLIC,
                               &draft, &projects[i]));
        assert_ok(cx, item_link(cx, projects[i], S("serves"), goals[0], S("")));
    }
    ItemId second = add_strategy(f, "Strategie 2035");
    take(f, second, "consult");
    adopt(f, second);
    act_as(f, 0, 0);
    assert_ok(cx, goal_in_force(cx, &list, &count));
    assert_int_equal(count, 2);
    ItemId next[2] = {list[0].id, list[1].id};
    assert_ok(cx, goal_count_projects(cx, next, 2, by_state, &count));
    assert_int_equal(count, 1);
    assert_str("pilot", by_state[0].state);
    assert_int_equal(by_state[0].count, 1); /* what may not be read is not counted */
    assert_ok(cx, goal_projects(cx, next[0], 10, 0, &list, &count, &total));
    assert_int_equal(total, 1);
    assert_str("Licht nach Bedarf", list[0].text.title);
    assert_ok(cx, goal_projects(cx, next[1], 10, 0, &list, &count, &total));
    assert_int_equal(total, 0);
    act_as(f, world.office, ROLE_OFFICE);
    assert_ok(cx, goal_count_projects(cx, next, 2, by_state, &count));
    assert_int_equal(by_state[0].count, 2);
}

static void two_who_change_the_same_strategy_do_not_overwrite_each_other(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    setup_world(f);
    Item mine = item_of(f, add_strategy(f, "Strategie")), yours = mine;
    ItemDraft draft = draft_of("Meine");
    draft.body = world.body;
    assert_ok(cx, strategy_change(cx, &mine, mine.version, &draft, &f->events));
    yours = item_of(f, yours.id);
    draft = draft_of("Deine");
    draft.body = world.body;
    assert_err(cx, ERR_CONFLICT, "item.version",
               strategy_change(cx, &yours, 1, &draft, &f->events));
    assert_str("Meine", item_of(f, yours.id).text.title);
}

/* ---- every state and verb ---- */

static void act(TestCore *f, uint32_t stand)
{
    act_as(f,
           stand == STAND_OFFICE ? world.office
           : stand == STAND_LEAD ? world.lead
                                 : world.stranger,
           stand == STAND_OFFICE ? ROLE_OFFICE : 0);
}

/* Only one may be worked on at a time: each is put aside before the next is made. */
static void put_aside(TestCore *f)
{
    Item *list;
    size_t count;
    act_as(f, world.office, ROLE_OFFICE);
    assert_ok(&f->t.cx, strategy_list(&f->t.cx, &list, &count));
    for (size_t i = 0; i < count; i++)
        assert_ok(&f->t.cx, item_set_state(&f->t.cx, &list[i], S("dropped"), AUDIENCE_OFFICE));
}

static ItemId make_strategy(TestCore *f, Str state, Str verb)
{
    Cx *cx = &f->t.cx;
    put_aside(f);
    ItemId id = add_strategy(f, "Strategie");
    GoalDraft draft = goal_draft("Ziel");
    add_goal(f, id, &draft);
    Item item = item_of(f, id);
    if (str_eq(verb, S("adopt"))) { /* the day is given by strategy_adopt, ahead of the step */
        assert_ok(cx, item_set_state(cx, &item, S("consultation"), AUDIENCE_PUBLIC));
        assert_ok(cx, strategy_adopt(cx, &item, S("2022-05-31"), (ItemId){0}, S(""), &f->events));
    }
    assert_ok(cx, item_set_state(cx, &item, state,
                                 machine_audience(&STRATEGY_MACHINE, state, AUDIENCE_PUBLIC)));
    return id;
}

static ItemId make_goal(TestCore *f, Str state, Str verb)
{
    Cx *cx = &f->t.cx;
    put_aside(f);
    ItemId id = add_strategy(f, "Strategie");
    GoalDraft draft = goal_draft("Ziel");
    ItemId goal = add_goal(f, id, &draft);
    Item item = item_of(f, goal), strategy = item_of(f, id);
    const Step *step = machine_step(&GOAL_MACHINE, state, verb);
    assert_ok(cx, item_set_state(cx, &item, state,
                                 machine_audience(&GOAL_MACHINE, state, AUDIENCE_PUBLIC)));
    if (step)
        assert_ok(cx, item_set_state(cx, &strategy, str_from(step->to), AUDIENCE_PUBLIC));
    return goal;
}

static void each_verb_in_each_state_is_for_those_whom_the_table_names(void **state)
{
    TestCore *f = *state;
    const uint32_t stands = STAND_PERSON | STAND_LEAD | STAND_OFFICE;
    setup_world(f);
    walk_all(f, &(Walk){&STRATEGY_MACHINE, make_strategy, act, stands});
    walk_all(f, &(Walk){&GOAL_MACHINE, make_goal, act, stands});
}

static void a_goal_does_not_move_without_its_strategy(void **state)
{
    TestCore *f = *state;
    setup_world(f);
    ItemId strategy = add_strategy(f, "Strategie");
    GoalDraft draft = goal_draft("Ziel");
    Item goal = item_of(f, add_goal(f, strategy, &draft));
    assert_err(&f->t.cx, ERR_CONFLICT, "goal.step",
               item_step(&f->t.cx, &GOAL_MACHINE, &goal, S("consult"), S(""), &f->events));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_draft_is_for_its_body_and_consultation_is_for_all, teardown),
        TEST_ON_BOTH(what_is_wrong_with_a_goal_is_said_all_at_once, teardown),
        TEST_ON_BOTH(adoption_wants_goals_that_are_measured_or_say_why_not, teardown),
        TEST_ON_BOTH(what_was_adopted_does_not_change, teardown),
        TEST_ON_BOTH(the_next_edition_supersedes_the_one_in_force, teardown),
        TEST_ON_BOTH(projects_go_on_serving_the_goal_that_follows, teardown),
        TEST_ON_BOTH(two_who_change_the_same_strategy_do_not_overwrite_each_other, teardown),
        TEST_ON_BOTH(a_goal_does_not_move_without_its_strategy, teardown),
        TEST_ON_BOTH(each_verb_in_each_state_is_for_those_whom_the_table_names, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
