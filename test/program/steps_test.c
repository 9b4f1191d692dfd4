/* Every step of every machine over HTTP: each state, each verb, by each who may stand to the item.
 * What the machine allows is offered on the item's page, asked for on a page of its own, and taken
 * by the form; what it does not allow is refused with the right status, is not offered, and changes
 * nothing. How somebody stands to an item follows from the store (item_stand), and what is allowed
 * from the machines' tables; the program is asked through its pages alone. */
#include "core/person.h"
#include "people/body.h"
#include "people/goal.h"
#include "people/idea.h"
#include "people/meeting.h"
#include "people/organisation.h"
#include "people/seat.h"
#include "people/strategy.h"
#include "portfolio.h"
#include "store.h"

enum { ITEMS_MAX = 600, VERBS_MAX = 32 };

typedef enum Who { LEAD, PARTNER, GUEST, OFFICE, WHO_COUNT_ } Who;
static Visitor visitors[WHO_COUNT_] = {[LEAD] = {.name = "lead", .mail = "lead0@example.org"},
                                       [PARTNER] = {.name = "partner", .mail = "lead3@example.org"},
                                       [GUEST] = {.name = "guest", .mail = "guest@example.org"},
                                       [OFFICE] = {.name = "office", .mail = "office@example.org"}};

/* Steps that need more than a reason: a page of their own asks for it (STEP_FORM), or the item has
 * to be richer than it is here. They are refused by their guard, each at least once, and not
 * because of who asks. */
static const struct {
    Noun noun;
    const char *verb;
} GUARDED[] = {{NOUN_MEETING, "publish"}, {NOUN_PROJECT, "end"}, {NOUN_STRATEGY, "adopt"},
               {NOUN_GOAL, "revise"},     {NOUN_GOAL, "adopt"},  {NOUN_GOAL, "supersede"}};

/* One item to try steps on. */
typedef struct Trial {
    const Machine *machine;
    const char *state;
    const Step *step; /* to be taken by `by`; NULL: those that are not allowed are tried */
    Who by;
    ItemId id;
    Str path;
    uint32_t stand[WHO_COUNT_];
    bool reads[WHO_COUNT_];
} Trial;

static struct {
    City *city;
    Cx cx;
    Actor actor;
    Events events;
    Portfolios *made;
    PersonId persons[WHO_COUNT_];
    ItemId body, strategy;
    Trial *trials;
    size_t count, asked, taken;
    size_t held[COUNT_OF(GUARDED)]; /* how often that guard refused */
} f;

static void act(Who who)
{
    static const uint32_t ROLES[WHO_COUNT_] = {
        [LEAD] = ROLE_ALLIANCE, [PARTNER] = ROLE_ALLIANCE, [OFFICE] = ROLE_OFFICE};
    f.actor.person = f.persons[who];
    f.actor.roles = ROLE_ANYONE | ROLE_MEMBER | ROLES[who];
    f.actor.may = permissions_of_roles(f.actor.roles);
}

/* ---- items in every state ---- */

static ItemDraft draft_of(const char *title)
{
    return (ItemDraft){.text = {.lang = LANG_DE, .title = str_from(title)}};
}

static void set_state(ItemId id, const Machine *machine, const char *state)
{
    Item item;
    assert_ok(&f.cx, item_get_unseen(&f.cx, id, &item));
    assert_ok(&f.cx, item_set_state(&f.cx, &item, str_from(state),
                                    machine_audience(machine, str_from(state), item.visibility)));
    assert_ok(&f.cx, item_keep(&f.cx, id, machine->noun, S("change"), S(""), &f.events));
}

static ItemId make_body(void)
{
    Item item;
    ItemId id;
    int64_t seat;
    ItemDraft draft = draft_of("Team");
    act(OFFICE);
    assert_ok(&f.cx, body_add(&f.cx, BODY_EXPERT, &draft, &f.events, &id));
    assert_ok(&f.cx, item_get_unseen(&f.cx, id, &item));
    SeatDraft lead = {
        .person = f.persons[LEAD], .role = RELATION_LEAD, .title = S(""), .placed = true};
    assert_ok(&f.cx, seat_invite(&f.cx, &item, &lead, &f.events, &seat));
    return id;
}

/* It has begun and is not over, and its minutes are written: nothing of its own is in the way. */
static ItemId make_meeting(void)
{
    Item body, item;
    ItemId id;
    MeetingDraft draft = {.item = draft_of("Sitzung"),
                          .start_us = f.made->now_us - TIME_HOUR_US,
                          .end_us = f.made->now_us + TIME_DAY_US,
                          .place = S("Rathaus"),
                          .link = S(""),
                          .guests = S("")};
    act(OFFICE);
    assert_ok(&f.cx, item_get_unseen(&f.cx, f.body, &body));
    assert_ok(&f.cx, meeting_add(&f.cx, &body, &draft, &f.events, &id));
    set_state(id, &MEETING_MACHINE, "held");
    assert_ok(&f.cx, item_get_unseen(&f.cx, id, &item));
    assert_ok(&f.cx, meeting_write(&f.cx, &item, item.version, S("Wir waren da."), &f.events));
    return id;
}

static ItemId make_organisation(void)
{
    Item item;
    ItemId id;
    OrganisationDraft draft = {
        .item = draft_of("Betrieb"),
        .own = {.kind = ORGANISATION_COMPANY, .agreement = S("1"), .agreement_us = f.made->now_us}};
    act(OFFICE);
    assert_ok(&f.cx, organisation_add(&f.cx, &draft, S("applied"), &f.events, &id));
    assert_ok(&f.cx, item_get_unseen(&f.cx, id, &item));
    assert_ok(&f.cx,
              organisation_join(&f.cx, &item, f.persons[LEAD], RELATION_REP, S(""), &f.events));
    return id;
}

static ItemId make_idea(void)
{
    ItemId id;
    ItemDraft draft = draft_of("Idee");
    draft.text.body = S("Was zu tun ist.");
    act(LEAD);
    assert_ok(&f.cx, idea_add(&f.cx, &draft, &f.events, &id));
    return id;
}

static ItemId make_project(void)
{
    ItemId id;
    ProjectDraft draft = {.item = draft_of("Projekt"),
                          .goals = f.made->goals,
                          .goal_count = 1,
                          .start_day = S(""),
                          .end_day = S("")};
    draft.item.organisation = f.made->partners[0];
    act(LEAD);
    assert_ok(&f.cx, project_add(&f.cx, &draft, &f.events, &id));
    return id;
}

/* Only one edition may be worked on when another is added: those that are there step aside. */
static void set_editions(bool aside)
{
    if (f.strategy.v)
        set_state(f.strategy, &STRATEGY_MACHINE, aside ? "dropped" : "draft");
    for (size_t i = 0; i + 1 < f.count; i++)
        if (f.trials[i].machine == &STRATEGY_MACHINE)
            set_state(f.trials[i].id, &STRATEGY_MACHINE, aside ? "dropped" : f.trials[i].state);
}

static ItemId make_strategy(void)
{
    ItemId id;
    ItemDraft draft = draft_of("Strategie");
    draft.body = f.body;
    act(OFFICE);
    set_editions(true);
    assert_ok(&f.cx, strategy_add(&f.cx, &draft, &f.events, &id));
    set_editions(false);
    return id;
}

static ItemId make_goal(void)
{
    Item strategy;
    ItemId id;
    int64_t topic;
    act(OFFICE);
    if (!f.strategy.v) {
        f.strategy = make_strategy();
        f.actor.may = UINT32_MAX;
        assert_ok(&f.cx, topic_add(&f.cx, S("Energie"), S("Energy"), &topic));
        act(OFFICE);
    }
    Topic *topics;
    size_t count;
    assert_ok(&f.cx, topic_list(&f.cx, &topics, &count));
    set_state(f.strategy, &STRATEGY_MACHINE, "draft");
    assert_ok(&f.cx, item_get_unseen(&f.cx, f.strategy, &strategy));
    GoalDraft draft = {.item = draft_of("Ziel"), .target = S(""), .unmeasured = S("")};
    draft.item.topics = &topics[0].id;
    draft.item.topic_count = 1;
    assert_ok(&f.cx, goal_add(&f.cx, &strategy, &draft, &f.events, &id));
    return id;
}

static ItemId make(const Machine *machine)
{
    switch (machine->noun) {
    case NOUN_BODY:
        return make_body();
    case NOUN_MEETING:
        return make_meeting();
    case NOUN_ORGANISATION:
        return make_organisation();
    case NOUN_IDEA:
        return make_idea();
    case NOUN_PROJECT:
        return make_project();
    case NOUN_STRATEGY:
        return make_strategy();
    case NOUN_GOAL:
        return make_goal();
    case NOUN_COUNT_:
        break;
    }
    assert_true(false); /* a new noun needs a row here */
    return (ItemId){0};
}

static Trial *add_trial(const Machine *machine, const char *state, const Step *step, Who by)
{
    Item item, seen;
    assert_true(f.count < ITEMS_MAX);
    Trial *trial = &f.trials[f.count++];
    *trial = (Trial){.machine = machine, .state = state, .step = step, .by = by};
    trial->id = make(machine);
    set_state(trial->id, machine, state);
    assert_ok(&f.cx, item_get_unseen(&f.cx, trial->id, &item));
    trial->path = item_path(f.cx.arena, &item);
    for (Who who = 0; who < WHO_COUNT_; who++) {
        act(who);
        assert_ok(&f.cx, item_stand(&f.cx, &item, &trial->stand[who]));
        trial->reads[who] = item_get_by_id(&f.cx, trial->id, &seen) == OK;
    }
    return trial;
}

/* An item of its own for each step that somebody may take: so none is in another one's way. */
static void add_trials(const Machine *machine)
{
    for (size_t s = 0; s < machine->state_count; s++) {
        const Trial *base = add_trial(machine, machine->states[s].name, NULL, LEAD);
        for (size_t i = 0; i < machine->step_count; i++) {
            const Step *step = &machine->steps[i];
            if (strcmp(step->from, base->state) != 0 || step->flags & STEP_QUIET)
                continue;
            for (Who who = 0; who < WHO_COUNT_; who++)
                if (base->reads[who] && step->who & base->stand[who])
                    add_trial(machine, base->state, step, who);
        }
    }
}

static void fill(void)
{
    city_open_store(f.city, DB_WRITE);
    f.cx.db = f.city->cx.db;
    assert_ok(&f.cx, db_begin(&f.cx));
    for (Who who = 0; who < WHO_COUNT_; who++) {
        Person person;
        assert_ok(&f.cx, person_find_by_mail(&f.cx, str_from(visitors[who].mail), &person));
        f.persons[who] = person.id;
    }
    f.body = make_body();
    set_state(f.body, &BODY_MACHINE, "active");
    for (size_t m = 0; m < MACHINE_COUNT; m++)
        add_trials(MACHINES[m]);
    set_state(f.strategy, &STRATEGY_MACHINE, "consultation"); /* whoever reads a goal, reads it */
    assert_ok(&f.cx, db_commit(&f.cx));
    city_close_store(f.city);
}

static int setup(void **state)
{
    city_setup(state);
    memset(&f, 0, sizeof f);
    f.city = *state;
    f.actor = (Actor){.tenant = TENANT_DEFAULT};
    f.events = (Events){.arena = &f.city->arena};
    f.cx = (Cx){.arena = &f.city->arena,
                .clock = &CLOCK_SYSTEM,
                .error = &f.city->error,
                .actor = &f.actor};
    f.trials = arena_array(&f.city->arena, Trial, ITEMS_MAX);
    f.made = portfolio_city(f.city, 4, 0);
    city_add_person(f.city, "guest@example.org", "member", PORTFOLIO_PASSWORD);
    fill();
    city_serve(f.city, NULL);
    for (Who who = 0; who < WHO_COUNT_; who++)
        visitor_enter(f.city, &visitors[who], PORTFOLIO_PASSWORD);
    city_open_store(f.city, DB_READ);
    f.cx.db = f.city->cx.db;
    return 0;
}

static int teardown(void **state)
{
    city_close_store(f.city);
    return city_teardown(state);
}

/* ---- asking ---- */

/* The row of GUARDED; its length where there is none. */
static size_t guard_of(const Machine *machine, const char *verb)
{
    size_t i = 0;
    while (i < COUNT_OF(GUARDED) &&
           (GUARDED[i].noun != machine->noun || strcmp(GUARDED[i].verb, verb) != 0))
        i++;
    return i;
}

static Item item_now(const Trial *trial)
{
    Item item;
    assert_ok(&f.cx, item_get_unseen(&f.cx, trial->id, &item));
    return item;
}

static Answer take(const Trial *trial, Who who, const char *verb)
{
    f.asked++;
    return visit_post(f.city, &visitors[who], str_fmt(f.city, "%.*s/schritt", SARG(trial->path)),
                      str_fmt(f.city, "verb=%s&reason=weil", verb));
}

static void complain(const Trial *trial, Who who, const char *verb, int status)
{
    Str noun = noun_name(trial->machine->noun);
    print_message("# %s of %.*s in %s by %s (stand %x): %d\n", verb, SARG(noun), trial->state,
                  visitors[who].name, trial->stand[who], status);
}

static int refusal_of(const Trial *trial, Who who, const Step *step)
{
    return !trial->reads[who]                 ? 404
           : !step                            ? 409
           : step->flags & STEP_QUIET         ? 403
           : !(step->who & trial->stand[who]) ? 403
                                              : 0;
}

/* Whether the page of the item shows a button for the step. */
static bool is_offered(const Answer *page, const Trial *trial, const char *verb)
{
    Str link = str_fmt(f.city, "%.*s/schritt?verb=%s\"", SARG(trial->path), verb);
    Str field = str_fmt(f.city, "name=\"verb\" value=\"%s\"", verb);
    return answer_has(page, link) || answer_has(page, field);
}

static size_t what_is_not_allowed(const Trial *trial, Who who)
{
    const Machine *machine = trial->machine;
    size_t wrong = 0;
    ArenaMark mark = arena_mark(f.cx.arena);
    Item before = item_now(trial);
    Answer page = visit(f.city, &visitors[who], trial->path);
    for (size_t i = 0; i < machine->step_count; i++) {
        const char *verb = machine->steps[i].verb;
        const Step *step = machine_step(machine, str_from(trial->state), str_from(verb));
        int expected = refusal_of(trial, who, step);
        bool offered = is_offered(&page, trial, verb);
        /* A goal goes with its strategy: by itself it is dropped, and no more. */
        bool alone = machine != &GOAL_MACHINE || strcmp(verb, "drop") == 0;
        if (page.status == 200 && offered != (expected == 0 && alone)) {
            complain(trial, who, verb, offered);
            wrong++;
        }
        bool first = true;
        for (size_t k = 0; k < i; k++)
            first &= strcmp(machine->steps[k].verb, verb) != 0;
        if (!expected || !first)
            continue;
        Answer answer = take(trial, who, verb);
        if (answer.status != expected) {
            complain(trial, who, verb, answer.status);
            wrong++;
        }
    }
    Item after = item_now(trial);
    assert_true(str_eq(before.state, after.state) && before.version == after.version);
    arena_rewind(f.cx.arena, mark);
    return wrong;
}

static size_t what_is_allowed(const Trial *trial)
{
    size_t wrong = 0;
    const char *verb = trial->step->verb;
    ArenaMark mark = arena_mark(f.cx.arena);
    Str page = str_fmt(f.city, "%.*s/schritt?verb=%s", SARG(trial->path), verb);
    Answer answer = visit(f.city, &visitors[trial->by], page);
    bool form = trial->step->flags & STEP_FORM;
    if (answer.status != 200 && !(form && answer.status == 303)) {
        print_message("# the page that asks: %.*s\n", SARG(page));
        complain(trial, trial->by, verb, answer.status);
        wrong++;
    }
    answer = take(trial, trial->by, verb);
    Item item = item_now(trial);
    bool taken = answer.status == 303 && str_eq(item.state, str_from(trial->step->to));
    size_t guard = guard_of(trial->machine, verb);
    bool held = guard < COUNT_OF(GUARDED) && (answer.status == 409 || answer.status == 422) &&
                str_eq(item.state, str_from(trial->state));
    f.taken += taken;
    if (held)
        f.held[guard]++;
    if (!taken && !held) {
        complain(trial, trial->by, verb, answer.status);
        wrong++;
    }
    if (taken && !machine_step(trial->machine, str_from(trial->step->to), str_from(verb))) {
        answer = take(trial, trial->by, verb); /* the page was still open elsewhere */
        bool refused = answer.status >= 400 && answer.status < 500;
        if (!refused) {
            print_message("# taken twice:\n");
            complain(trial, trial->by, verb, answer.status);
        }
        wrong += !refused;
    }
    arena_rewind(f.cx.arena, mark);
    return wrong;
}

static void every_step_is_taken_by_those_who_may_and_by_nobody_else(void **state)
{
    size_t wrong = 0;
    (void)state;
    for (size_t i = 0; i < f.count; i++)
        for (Who who = 0; !f.trials[i].step && who < WHO_COUNT_; who++)
            wrong += what_is_not_allowed(&f.trials[i], who);
    for (size_t i = 0; i < f.count; i++)
        if (f.trials[i].step)
            wrong += what_is_allowed(&f.trials[i]);
    print_message("# %zu tries on %zu items, %zu steps were taken\n", f.asked, f.count, f.taken);
    for (size_t i = 0; i < COUNT_OF(GUARDED); i++) {
        Str noun = noun_name(GUARDED[i].noun);
        print_message("# %s of %.*s was held %zu times\n", GUARDED[i].verb, SARG(noun), f.held[i]);
        wrong += !f.held[i];
    }
    assert_int_equal(wrong, 0);
    assert_true(f.taken >= 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_step_is_taken_by_those_who_may_and_by_nobody_else,
                                        setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
