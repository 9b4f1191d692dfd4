/* State machines: their tables hold together, and every state and verb does what they say. */
#include "people/verb.h"

#include "base/str.h"
#include "people/answer.h"
#include "people/organisation.h"
#include "people/test_people.h"

static void every_step_joins_known_states(void **state)
{
    (void)state;
    for (size_t m = 0; m < MACHINE_COUNT; m++) {
        const Machine *machine = MACHINES[m];
        assert_ptr_equal(machine_of(machine->noun), machine);
        for (size_t i = 0; i < machine->step_count; i++) {
            const Step *step = &machine->steps[i];
            assert_non_null(machine_state(machine, str_from(step->from)));
            assert_non_null(machine_state(machine, str_from(step->to)));
            assert_int_not_equal(step->who, 0);
            assert_int_equal(step->who & STAND_ANYONE, 0); /* strangers change nothing */
            for (size_t k = 0; k < i; k++)                 /* a verb leads to one state */
                assert_false(strcmp(machine->steps[k].from, step->from) == 0 &&
                             strcmp(machine->steps[k].verb, step->verb) == 0);
        }
    }
}

static void every_state_is_reached_and_its_steps_fit(void **state)
{
    (void)state;
    for (size_t m = 0; m < MACHINE_COUNT; m++)
        for (size_t s = 0; s < MACHINES[m]->state_count; s++) {
            const Machine *machine = MACHINES[m];
            const char *name = machine->states[s].name;
            size_t in = s == 0, out = 0; /* the first state is the one that things begin in */
            for (size_t i = 0; i < machine->step_count; i++) {
                in += strcmp(machine->steps[i].to, name) == 0;
                out += strcmp(machine->steps[i].from, name) == 0;
            }
            assert_int_not_equal(in, 0);
            assert_in_range(out, 0, STEPS_MAX);
        }
}

/* An idea that lacks nothing, put into that state; body is the one that it is assigned to. */
static Item idea_in(TestCore *f, int64_t author, ItemId body, const MachineState *state)
{
    Cx *cx = &f->t.cx;
    ItemDraft draft = draft_of("Idee");
    ItemId id;
    Item item;
    act_as(f, author, 0);
    draft.body = body;
    assert_ok(cx, item_add(cx, NOUN_IDEA, str_from(state->name), state->audience, &draft, &id));
    assert_ok(cx, item_get_by_id(cx, id, &item));
    return item;
}

/* Takes the step in the way that it is taken: an answer is prepared and published, a project is
 * made, the others are steps by themselves. */
static Err take_idea_step(TestCore *f, Item *item, Str verb)
{
    Cx *cx = &f->t.cx;
    AnswerDraft draft = {
        .accepts = str_eq(verb, S("accept")), .body = S("weil"), .cost = MONEY_NONE};
    ItemId project;
    if (str_eq(verb, S("accept")) || str_eq(verb, S("reject"))) {
        TRY(answer_prepare(cx, item, 0, &draft));
        return answer_publish(cx, item, 1, &f->events);
    }
    return str_eq(verb, S("realise"))
               ? idea_become_project(cx, item, &f->events, &project)
               : item_step(cx, &IDEA_MACHINE, item, verb, S("weil"), &f->events);
}

static void each_step_of_an_idea_is_taken_by_those_it_is_for(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    const Machine *machine = &IDEA_MACHINE;
    int64_t author = add_person(f, "author"), other = add_person(f, "other"),
            office = add_person(f, "office"), lead = add_person(f, "lead"),
            editor = add_person(f, "editor"), relation;
    const struct {
        int64_t person;
        uint32_t roles, stand;
    } ACTORS[] = {{other, ROLE_ALLIANCE, STAND_ALLIANCE},
                  {author, 0, STAND_AUTHOR},
                  {lead, 0, STAND_LEAD},
                  {editor, ROLE_EDITOR, STAND_EDITOR},
                  {office, ROLE_OFFICE, STAND_OFFICE}};
    ItemDraft team = draft_of("Team");
    ItemId body;
    act_as(f, office, ROLE_OFFICE);
    assert_ok(cx, item_add(cx, NOUN_BODY, S("active"), AUDIENCE_PUBLIC, &team, &body));
    assert_ok(cx, relation_add(cx, (PersonId){lead}, RELATION_LEAD, body, (ItemId){0}, S(""),
                               RELATION_ACTIVE, &relation));
    for (size_t s = 0; s < machine->state_count; s++)
        for (size_t v = 0; v < machine->step_count; v++)
            for (size_t a = 0; a < COUNT_OF(ACTORS); a++) {
                const Step *step = NULL;
                Str verb = str_from(machine->steps[v].verb);
                Item item = idea_in(f, author, body, &machine->states[s]);
                for (size_t i = 0; i < machine->step_count; i++)
                    if (strcmp(machine->steps[i].from, machine->states[s].name) == 0 &&
                        str_eq(str_from(machine->steps[i].verb), verb))
                        step = &machine->steps[i];
                act_as(f, ACTORS[a].person, ACTORS[a].roles);
                Err err = take_idea_step(f, &item, verb);
                bool may = step && step->who & ACTORS[a].stand;
                if (may != (err == OK))
                    print_message("# %s %.*s by %zu\n", machine->states[s].name, SARG(verb), a);
                assert_int_equal(err == OK, may);
                assert_true(may || err == ERR_DENIED || err == ERR_CONFLICT);
                assert_ok(cx, item_get_unseen(cx, item.id, &item));
                assert_true(str_eq(item.state, str_from(may ? step->to : machine->states[s].name)));
                assert_int_equal(item.audience, machine_state(machine, item.state)->audience);
            }
}

/* A partner that lacks nothing, put into that state. */
static Item organisation_in(TestCore *f, int64_t office, int64_t rep, const MachineState *state)
{
    Cx *cx = &f->t.cx;
    OrganisationDraft draft = {.item = draft_of("Partner"),
                               .own = {.kind = ORGANISATION_SCIENCE,
                                       .agreement = S("1"),
                                       .agreement_us = f->t.clock.fixed_us}};
    ItemId id;
    Item item;
    act_as(f, office, ROLE_OFFICE);
    assert_ok(cx, organisation_add(cx, &draft, S("applied"), &f->events, &id));
    assert_ok(cx, item_get_by_id(cx, id, &item));
    assert_ok(cx, organisation_join(cx, &item, (PersonId){rep}, RELATION_REP, S(""), &f->events));
    assert_ok(cx, item_set_state(cx, &item, str_from(state->name), state->audience));
    return item;
}

static void each_step_of_a_partner_is_taken_by_those_it_is_for(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    const Machine *machine = &ORGANISATION_MACHINE;
    int64_t office = add_person(f, "office"), rep = add_person(f, "rep"),
            other = add_person(f, "other");
    const struct {
        int64_t person;
        uint32_t roles, stand;
    } ACTORS[] = {{other, ROLE_ALLIANCE, STAND_ALLIANCE},
                  {rep, ROLE_ALLIANCE, STAND_REP},
                  {office, ROLE_OFFICE, STAND_OFFICE}};
    for (size_t s = 0; s < machine->state_count; s++)
        for (size_t v = 0; v < machine->step_count; v++)
            for (size_t a = 0; a < COUNT_OF(ACTORS); a++) {
                const Step *step = NULL;
                Str verb = str_from(machine->steps[v].verb);
                for (size_t i = 0; i < machine->step_count; i++)
                    if (strcmp(machine->steps[i].from, machine->states[s].name) == 0 &&
                        str_eq(str_from(machine->steps[i].verb), verb))
                        step = &machine->steps[i];
                Item item = organisation_in(f, office, rep, &machine->states[s]);
                act_as(f, ACTORS[a].person, ACTORS[a].roles);
                Err err = item_step(cx, machine, &item, verb, S("weil"), &f->events);
                bool may = step && step->who & ACTORS[a].stand;
                assert_int_equal(err, may ? OK : step ? ERR_DENIED : ERR_CONFLICT);
                assert_int_equal(str_eq(item.state, str_from(machine->states[s].name)), !may);
            }
}

static void two_steps_in_a_row_need_no_rereading(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    ItemDraft draft = draft_of("Zweimal");
    Item item, again;
    ItemId id;
    act_as(f, add_person(f, "twice"), 0);
    assert_ok(cx, idea_add(cx, &draft, &f->events, &id));
    assert_ok(cx, item_get_by_id(cx, id, &item));
    assert_ok(cx, item_step(cx, &IDEA_MACHINE, &item, S("publish"), S(""), &f->events));
    assert_ok(cx, item_step(cx, &IDEA_MACHINE, &item, S("withdraw"), S(""), &f->events));
    assert_ok(cx, item_get_by_id(cx, id, &again));
    assert_str("withdrawn", again.state);
    assert_int_equal(again.version, item.version);
    assert_int_equal(again.version, 3);
    /* One that was read before somebody else took a step is not taken for what it was. */
    assert_ok(cx, item_step(cx, &IDEA_MACHINE, &again, S("publish"), S(""), &f->events));
    assert_int_equal(item_step(cx, &IDEA_MACHINE, &item, S("publish"), S(""), &f->events),
                     ERR_CONFLICT);
    assert_string_equal(cx->error->key, "verb.state");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_step_joins_known_states),
        cmocka_unit_test(every_state_is_reached_and_its_steps_fit),
        TEST_ON_BOTH(each_step_of_an_idea_is_taken_by_those_it_is_for, teardown),
        TEST_ON_BOTH(each_step_of_a_partner_is_taken_by_those_it_is_for, teardown),
        TEST_ON_BOTH(two_steps_in_a_row_need_no_rereading, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
