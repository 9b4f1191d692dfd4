/* The strategy with its goals, and 250 projects in all phases that serve them. */
#include "people.h"

#include "base/calendar.h"
#include "base/str.h"
#include "people/day.h"
#include "people/funding.h"
#include "people/milestone.h"
#include "people/project.h"
#include "people/risk.h"
#include "people/strategy.h"

enum { GOALS_PER_TOPIC_MAX = 8, STRATEGY_DAYS = 365 * CAST_YEARS - 120 };
_Static_assert((int)INVENTED_PROJECT_YEARS_DAYS <= (int)STRATEGY_DAYS - 20,
               "goals come before projects");
_Static_assert((int)CAST_PROJECTS == (int)INVENTED_PROJECTS_MADE,
               "the ages are those of all projects");

/* ---- the strategy ---- */

static Err step(Cast *cast, const Machine *machine, ItemId id, const char *verb, const char *reason)
{
    Item item;
    TRY(item_get_by_id(&cast->cx, id, &item));
    return item_step(&cast->cx, machine, &item, str_from(verb), str_from(reason), &cast->events);
}

static Err make_goal(Cast *cast, const Item *strategy, size_t n)
{
    const InventedGoal *goal = &INVENTED_GOALS[n];
    Str indicator = str_from(goal->indicator);
    Item item;
    ItemId id;
    GoalDraft draft = {.item = {.text = {.lang = LANG_DE,
                                         .title = str_from(goal->title),
                                         .lead = str_from(goal->text)},
                                .topics = &cast->topics[goal->topic],
                                .topic_count = 1},
                       .target = str_from(goal->target),
                       .target_year = goal->year,
                       .unmeasured = str_from(goal->why_not),
                       .indicators = &indicator,
                       .indicator_count = indicator.n ? 1 : 0};
    TRY(goal_add(&cast->cx, strategy, &draft, &cast->events, &id));
    TRY(item_get_by_id(&cast->cx, id, &item));
    draft.item.text = (ItemText){
        .lang = LANG_EN, .title = str_from(goal->title_en), .lead = str_from(goal->text_en)};
    return goal_change(&cast->cx, &item, item.version, &draft, &cast->events);
}

Err cast_strategy(Cast *cast)
{
    Cx *cx = &cast->cx;
    Item item;
    ItemId id;
    ItemDraft draft = {
        .text = {.lang = LANG_DE,
                 .title = S("Lindhafen misst und handelt"),
                 .lead = S("Was die Stadt bis 2032 erreichen will, und woran man es erkennt."),
                 .body = S("Eine Stadt wird nicht klug, weil sie Technik kauft, sondern weil sie "
                           "hinsieht, entscheidet und prüft, ob es geholfen hat.\n\n## Wie wir "
                           "arbeiten\n\nJedes Projekt nennt ein Ziel und sagt vor dem Beginn, was "
                           "es verändern will. Was gemessen wird, ist offen, auch wenn es nicht "
                           "geklappt hat.")},
        .body = cast->management};
    cast_act(cast, cast->logins[CAST_OFFICE], ROLE_OFFICE, cast_days_ago(cast, STRATEGY_DAYS + 90));
    TRY(strategy_add(cx, &draft, &cast->events, &id));
    TRY(item_get_by_id(cx, id, &item));
    draft.text =
        (ItemText){.lang = LANG_EN,
                   .title = S("Lindhafen measures and acts"),
                   .lead = S("What the city wants to reach by 2032, and how one will know.")};
    TRY(strategy_change(cx, &item, item.version, &draft, &cast->events));
    for (size_t n = 0; n < INVENTED_GOAL_COUNT; n++)
        TRY(make_goal(cast, &item, n));
    TRY(step(cast, &STRATEGY_MACHINE, id, "consult", ""));
    int64_t at_us = cast_days_ago(cast, STRATEGY_DAYS);
    cast_act(cast, cast->logins[CAST_OFFICE], ROLE_OFFICE, at_us);
    TRY(item_get_by_id(cx, id, &item));
    TRY(strategy_adopt(cx, &item, day_at(cx->arena, NULL, at_us), (ItemId){0}, S(""),
                       &cast->events));
    return goal_in_force(cx, &cast->goals, &cast->goal_count);
}

/* ---- projects ---- */

/* The goals whose topic it is: goals.def has them in the order in which they were added. */
static size_t goals_of(const Cast *cast, TopicCode topic, ItemId ret[GOALS_PER_TOPIC_MAX])
{
    size_t count = 0;
    for (size_t g = 0; g < cast->goal_count && count < GOALS_PER_TOPIC_MAX; g++)
        for (size_t n = 0; n < INVENTED_GOAL_COUNT; n++)
            if (INVENTED_GOALS[n].topic == topic &&
                str_eq(str_from(INVENTED_GOALS[n].title), cast->goals[g].text.title))
                ret[count++] = cast->goals[g].id;
    return count;
}

/* A partner whose field it is, not always the same one. */
static size_t leader_of(Cast *cast, TopicCode topic)
{
    for (;;) {
        size_t p = dice_below(&cast->dice, cast->partner_count - 8);
        if (INVENTED_PARTNERS[p].topic == topic && p % 45 != 44)
            return p;
    }
}

typedef struct Plan {
    Cast *cast;
    const InventedProject *what;
    const InventedDistrict *district;
    ItemId id;
    size_t leader;
    size_t age_days;    /* since it was proposed */
    size_t report_days; /* since its lead looked at it last */
    size_t n;
} Plan;

static Err fresh(const Plan *plan, Item *ret)
{
    return item_get_by_id(&plan->cast->cx, plan->id, ret);
}

/* So many days after it was proposed, and never tomorrow. */
static void act_later(const Plan *plan, PersonId person, uint32_t roles, size_t days)
{
    Cast *cast = plan->cast;
    cast_act(cast, person, roles,
             cast_days_ago(cast, plan->age_days > days ? plan->age_days - days : 0));
}

static Str day_after(const Plan *plan, int64_t days)
{
    Cast *cast = plan->cast;
    int64_t at_us = cast->now_us + (days - (int64_t)plan->age_days) * TIME_DAY_US;
    return day_at(cast->cx.arena, NULL, at_us);
}

static Err propose(Plan *plan)
{
    Cast *cast = plan->cast;
    Cx *cx = &cast->cx;
    const InventedProject *what = plan->what;
    ItemId goals[GOALS_PER_TOPIC_MAX];
    Item item;
    Str district = str_from(plan->district->name);
    size_t goal_count = goals_of(cast, what->topic, goals);
    ASSERT(goal_count);
    Str promise = str_from(what->promise);
    ProjectDraft draft = {
        .item = {.text = {.lang = LANG_DE,
                          .title = invent_fill(cx->arena, what->title, plan->district),
                          .lead = invent_fill(cx->arena, what->lead, plan->district),
                          .body = arena_fmt(cx->arena,
                                            "## Was sich ändern soll\n\n%.*s.\n\n## Wie wir "
                                            "vorgehen\n\nErst messen, dann umbauen, dann wieder "
                                            "messen. Was dabei herauskommt, steht auf dieser "
                                            "Seite, auch wenn es weniger ist als erhofft.",
                                            SARG(promise))},
                 .organisation = cast->partners[plan->leader],
                 .topics = &cast->topics[what->topic],
                 .topic_count = 1},
        .start_day = day_after(plan, INVENTED_PROJECT_START_DAYS),
        .end_day = day_after(plan, INVENTED_PROJECT_START_DAYS + 365 * 2),
        .districts = &district,
        .district_count = 1,
        .goals = &goals[plan->n % goal_count],
        .goal_count = 1,
        .lead = cast->reps[plan->leader]};
    size_t where = (size_t)(plan->district - INVENTED_DISTRICTS);
    cast_place(cast, where, &draft.item);
    for (size_t t = 0; t < CAST_TEAMS; t++)
        if (t == (size_t)what->topic)
            draft.item.body = cast->teams[t];
    act_later(plan, cast->reps[plan->leader], ROLE_ALLIANCE, 0);
    TRY(project_add(cx, &draft, &cast->events, &plan->id));
    TRY(fresh(plan, &item));
    draft.item.text = (ItemText){.lang = LANG_EN,
                                 .title = invent_fill(cx->arena, what->title_en, plan->district),
                                 .lead = invent_fill(cx->arena, what->lead_en, plan->district)};
    return project_change(cx, &item, item.version, &draft, &cast->events);
}

static Err set_money(const Plan *plan)
{
    Cast *cast = plan->cast;
    Item item;
    const InventedProject *what = plan->what;
    int64_t investment = (int64_t)what->investment_k * 100000;
    Funding grant = {.giver = S("Land (erfunden)"),
                     .programme = S("Klimafeste Quartiere"),
                     .amount = {investment * 2 / 5},
                     .from_day = day_after(plan, 60),
                     .until_day = day_after(plan, 60 + 730)};
    ProjectMoney money = {.investment = {investment},
                          .running = {(int64_t)what->running_k * 100000},
                          .spent = {investment / 100 * (int64_t)dice_below(&cast->dice, 90)},
                          .lifetime_years = what->lifetime_years,
                          .funding = &grant,
                          .funding_count = plan->n % 3 == 0};
    TRY(fresh(plan, &item));
    return project_set_money(&cast->cx, &item, item.version, &money, &cast->events);
}

static Err set_milestones(const Plan *plan)
{
    static const struct {
        const char *title;
        int64_t day;
    } ROWS[] = {{"Ausgangslage gemessen", 80},
                {"Geräte montiert", 200},
                {"Halbjahr geprüft", 380},
                {"Abschlussbericht", 800}};
    Cast *cast = plan->cast;
    Item item;
    Milestone list[COUNT_OF(ROWS)];
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        int64_t late = (int64_t)dice_below(&cast->dice, 40);
        bool done = ROWS[i].day + late < (int64_t)(plan->age_days - plan->report_days);
        list[i] = (Milestone){.title = str_from(ROWS[i].title),
                              .due_day = day_after(plan, ROWS[i].day),
                              .done_day = done ? day_after(plan, ROWS[i].day + late) : S("")};
    }
    TRY(fresh(plan, &item));
    return milestone_set(&cast->cx, &item, item.version, list, COUNT_OF(ROWS), &cast->events);
}

static Err set_risks(const Plan *plan)
{
    static const char *const TEXTS[][2] = {
        {"Die Geräte kommen später als zugesagt.", "Zweiter Anbieter ist angefragt."},
        {"Am Standort fehlt Strom.", "Anschluss mit den Stadtwerken abgestimmt."},
        {"Der Vergleich ist gestört, weil nebenan gebaut wird.", "Zweite Vergleichsstraße."},
        {"Die Folgekosten sind höher als geplant.", "Wartung wird neu ausgeschrieben."}};
    Cast *cast = plan->cast;
    Item item;
    size_t row = dice_below(&cast->dice, COUNT_OF(TEXTS));
    Risk risk = {.text = str_from(TEXTS[row][0]),
                 .likelihood = 1 + (int64_t)dice_below(&cast->dice, 3),
                 .impact = 1 + (int64_t)dice_below(&cast->dice, 3),
                 .measure = str_from(TEXTS[row][1]),
                 .owner = S("Projektleitung")};
    TRY(fresh(plan, &item));
    return risk_set(&cast->cx, &item, item.version, &risk, 1, &cast->events);
}

enum { LIGHT_DAYS = 75 /* between two reports */ };

static Err set_light(const Plan *plan)
{
    static const struct {
        Light light;
        const char *reason;
    } ROWS[] = {{LIGHT_GREEN, "Alles im Plan."},
                {LIGHT_GREEN, "Montage abgeschlossen, die Messung läuft."},
                {LIGHT_GREEN, ""},
                {LIGHT_YELLOW, "Lieferung verzögert sich um sechs Wochen."},
                {LIGHT_YELLOW, "Zwei Messstellen melden nicht, Austausch ist beauftragt."},
                {LIGHT_RED, "Die Finanzierung der zweiten Hälfte ist offen."}};
    Cast *cast = plan->cast;
    Item item;
    /* What is wrong was not so from the beginning. */
    size_t last = dice_below(&cast->dice, COUNT_OF(ROWS));
    size_t rows[] = {last % 3, last < 3 ? last + 1 : last % 2, last};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        size_t before = (COUNT_OF(rows) - 1 - i) * LIGHT_DAYS;
        if (plan->report_days + before > plan->age_days / 2 && before)
            continue;
        cast_act(cast, cast->reps[plan->leader], ROLE_ALLIANCE,
                 cast_days_ago(cast, plan->report_days + before));
        TRY(fresh(plan, &item));
        TRY(project_set_light(&cast->cx, &item, ROWS[rows[i]].light, str_from(ROWS[rows[i]].reason),
                              &cast->events));
    }
    return OK;
}

static Err add_partners(const Plan *plan)
{
    static const char *const ROLES[] = {"Messung", "Betrieb", "Begleitforschung", "Montage"};
    Cast *cast = plan->cast;
    Item item;
    size_t other = leader_of(cast, plan->what->topic);
    if (other == plan->leader)
        return OK;
    ProjectPartner partner = {.organisation = cast->partners[other],
                              .role = str_from(ROLES[dice_below(&cast->dice, COUNT_OF(ROLES))])};
    TRY(fresh(plan, &item));
    return project_set_partners(&cast->cx, &item, item.version, &partner, 1, &cast->events);
}

static Err lead_on(const Plan *plan, const char *verb, const char *reason, size_t days)
{
    act_later(plan, plan->cast->reps[plan->leader], ROLE_ALLIANCE, days);
    return step(plan->cast, &PROJECT_MACHINE, plan->id, verb, reason);
}

static Err end_it(const Plan *plan)
{
    Cast *cast = plan->cast;
    Item item;
    act_later(plan, cast->reps[plan->leader], ROLE_ALLIANCE, 830);
    TRY(fresh(plan, &item));
    TRY(project_set_result(&cast->cx, &item, item.version,
                           S("Der Versuch ist abgeschlossen. Die Geräte bleiben in Betrieb, die "
                             "Stadt übernimmt die Wartung. Ob sich das Versprechen erfüllt hat, "
                             "zeigt erst die Auswertung der Messreihen."),
                           &cast->events));
    return step(cast, &PROJECT_MACHINE, plan->id, "end", "");
}

/* How far it got: by its age, and by its number where that leaves a choice. */
static Err go_on(const Plan *plan)
{
    if (plan->age_days < 60 || plan->n % 13 == 5)
        return OK;
    TRY(lead_on(plan, "plan", "", 50));
    TRY(add_partners(plan));
    if (plan->age_days < 150)
        return OK;
    if (plan->n % 17 == 3)
        return lead_on(plan, "hold", "Wartet auf die Zusage der Förderung.", 140);
    TRY(lead_on(plan, "start", "", 120));
    if (plan->n % 29 == 4)
        return lead_on(plan, "cancel", "Der Anbieter hat aufgegeben, ein anderer ist zu teuer.",
                       200);
    if (plan->age_days < 450)
        return OK;
    TRY(lead_on(plan, "operate", "", 420));
    return plan->age_days > 860 && plan->n % 3 ? end_it(plan) : OK;
}

static Err make_project(Cast *cast, size_t n)
{
    const InventedProject *what = &INVENTED_PROJECTS[n % INVENTED_PROJECT_COUNT];
    Plan plan = {.cast = cast,
                 .what = what,
                 .district = invent_project_district(n),
                 .leader = leader_of(cast, what->topic),
                 .age_days = (size_t)invent_project_age_days(n),
                 .n = n};
    TRY(propose(&plan));
    cast->projects[n] = plan.id;
    cast->project_count++;
    if (plan.age_days < 25)
        return OK; /* waits for the office */
    act_later(&plan, cast->logins[CAST_OFFICE], ROLE_OFFICE, 20);
    TRY(step(cast, &PROJECT_MACHINE, plan.id, "approve", ""));
    act_later(&plan, cast->reps[plan.leader], ROLE_ALLIANCE, 30);
    TRY(set_money(&plan));
    TRY(set_risks(&plan));
    TRY(go_on(&plan));
    Item item;
    TRY(fresh(&plan, &item));
    if (!project_runs(item.state))
        return OK;
    /* Most lights are fresh, some are stale. */
    size_t days = dice_in_100(&cast->dice, 80) ? dice_below(&cast->dice, 70)
                                               : 100 + dice_below(&cast->dice, 60);
    plan.report_days = MIN(days, plan.age_days / 3);
    cast_act(cast, cast->reps[plan.leader], ROLE_ALLIANCE, cast_days_ago(cast, plan.report_days));
    TRY(set_milestones(&plan));
    return set_light(&plan);
}

Err cast_projects(Cast *cast)
{
    for (size_t n = 0; n < CAST_PROJECTS; n++) {
        ArenaMark mark = arena_mark(cast->cx.arena);
        TRY(make_project(cast, n));
        cast->events = (Events){.arena = cast->cx.arena};
        arena_rewind(cast->cx.arena, mark);
    }
    return OK;
}
