#include "portfolio.h"

#include "base/calendar.h"
#include "base/str.h"
#include "base/test.h"
#include "core/person.h"
#include "people/day.h"
#include "people/funding.h"
#include "people/milestone.h"
#include "people/organisation.h"
#include "people/risk.h"

#include <sodium.h>

typedef struct Fill {
    Cx cx;
    Actor actor;
    Clock clock;
    Events events;
    Portfolios *to;
} Fill;

static void act(Fill *f, PersonId person, uint32_t roles)
{
    f->actor.person = person;
    f->actor.roles = ROLE_ANYONE | ROLE_MEMBER | roles;
    f->actor.may = permissions_of_roles(f->actor.roles);
}

static void act_office(Fill *f)
{
    act(f, f->to->office, ROLE_OFFICE);
}

static PersonId person_of(Fill *f, const char *mail)
{
    Person person;
    assert_ok(&f->cx, person_find_by_mail(&f->cx, str_from(mail), &person));
    return person.id;
}

static void step(Fill *f, ItemId id, const Machine *machine, const char *verb, const char *reason)
{
    Item item;
    assert_ok(&f->cx, item_get_by_id(&f->cx, id, &item));
    assert_ok(&f->cx,
              item_step(&f->cx, machine, &item, str_from(verb), str_from(reason), &f->events));
}

static void find_partners(Fill *f)
{
    Item *items;
    size_t count;
    ItemQuery query = {
        .noun = NOUN_ORGANISATION, .state = S("accepted"), .limit = PORTFOLIO_PARTNERS_MAX};
    assert_ok(&f->cx, item_list(&f->cx, &query, &items, &count, NULL));
    for (size_t i = 0; i < count; i++)
        f->to->partners[f->to->partner_count++] = items[i].id;
}

static void add_partner(Fill *f, size_t n)
{
    Cx *cx = &f->cx;
    Item item;
    ItemId id;
    OrganisationDraft draft = {
        .item = {.text = {.lang = LANG_DE,
                          .title = arena_fmt(cx->arena, "Partner %zu der Allianz", n + 1),
                          .lead = S("Ein Betrieb aus der Stadt.")}},
        .own = {.kind = (OrganisationKind)(n % ORGANISATION_KIND_COUNT_),
                .agreement = S("2023-12"),
                .agreement_us = f->clock.fixed_us}};
    act_office(f);
    assert_ok(cx, organisation_add(cx, &draft, S("applied"), &f->events, &id));
    assert_ok(cx, item_get_by_id(cx, id, &item));
    assert_ok(cx,
              organisation_join(cx, &item, f->to->leads[n % 8], RELATION_REP, S(""), &f->events));
    step(f, id, &ORGANISATION_MACHINE, "review", "");
    step(f, id, &ORGANISATION_MACHINE, "accept", "");
    f->to->partners[f->to->partner_count++] = id;
}

static void add_goal(Fill *f, size_t n)
{
    static const char *const TITLES[PORTFOLIO_GOALS] = {"Halb so viel Strom für Straßenlicht",
                                                        "Saubere Luft an jeder Straße",
                                                        "Wege ohne Umstieg aufs Auto",
                                                        "Anträge, die sich von selbst erledigen",
                                                        "Schatten in jedem Quartier",
                                                        "Kein Keller unter Wasser",
                                                        "Wärme ohne Öl und Gas",
                                                        "Daten, die allen gehören",
                                                        "Ein Hafen ohne Leerfahrten",
                                                        "Schulen, die mitmessen",
                                                        "Betriebe, die voneinander lernen",
                                                        "Hilfe in zehn Minuten"};
    ItemDraft draft = {.text = {.lang = LANG_DE, .title = str_from(TITLES[n])}};
    act_office(f);
    assert_ok(&f->cx,
              item_add(&f->cx, NOUN_GOAL, S("adopted"), AUDIENCE_PUBLIC, &draft, &f->to->goals[n]));
}

/* ---- projects ---- */

static const char *const WHAT[] = {"Licht nach Bedarf",        "Messstellen an Schulwegen",
                                   "Freie Stellplätze zeigen", "Bäume, die sich melden",
                                   "Pegel im Blick",           "Lastenräder teilen",
                                   "Wärme aus dem Abwasser",   "Offene Fahrgastzahlen",
                                   "Leise Baustellen",         "Volle Container melden"};
static const char *const WHERE[] = {"Altstadt", "Hafen",     "Nordufer",
                                    "Südmark",  "Lindenhof", "Werftviertel"};

static Str day_after(Fill *f, int64_t days)
{
    return day_at(f->cx.arena, NULL, f->to->now_us + days * TIME_DAY_US);
}

static void draft_of(Fill *f, size_t n, ProjectDraft *ret, Str districts[1])
{
    size_t what = n % COUNT_OF(WHAT), where = n % COUNT_OF(WHERE);
    int64_t start = -900 + (int64_t)(n * 37 % 1000);
    districts[0] = str_from(WHERE[where]);
    *ret = (ProjectDraft){
        .item = {.text = {.lang = LANG_DE,
                          .title =
                              arena_fmt(f->cx.arena, "%s: %s %zu", WHAT[what], WHERE[where], n + 1),
                          .lead = S("Was heute geschätzt wird, soll gemessen werden, und was "
                                    "gemessen wird, soll jemandem nützen."),
                          .body = S("## Worum es geht\n\nEin Versuch mit offenem Ausgang: erst "
                                    "messen, dann ändern, dann noch einmal messen.\n\n- Das "
                                    "Vergleichsjahr steht am Anfang.\n- Am Ende steht ein "
                                    "Bericht.")},
                 .organisation = f->to->partners[n % f->to->partner_count],
                 .district = str_from(WHERE[where]),
                 .place = {.known = n % 5 != 4,
                           .lon = 7.31 + (double)(n % 17) * 0.004,
                           .lat = 54.20 + (double)(n % 13) * 0.003}},
        .start_day = day_after(f, start),
        .end_day = n % 4 == 3 ? S("") : day_after(f, start + 400 + (int64_t)(n % 5) * 100),
        .districts = districts,
        .district_count = 1,
        .goals = &f->to->goals[n % PORTFOLIO_GOALS],
        .goal_count = 1,
        .lead = f->to->leads[n % 8]};
}

static void add_milestones(Fill *f, ItemId id, size_t n)
{
    Item item;
    int64_t start = -900 + (int64_t)(n * 37 % 1000);
    Milestone list[4] = {
        {.title = S("Vergleichsjahr gemessen"), .due_day = day_after(f, start + 60)},
        {.title = S("Umgerüstet"), .due_day = day_after(f, start + 180)},
        {.title = S("Halbjahresprüfung"), .due_day = day_after(f, start + 360)},
        {.title = S("Abschlussbericht"), .due_day = day_after(f, start + 480)}};
    for (size_t i = 0; i < 4; i++)
        if (str_cmp(list[i].due_day, day_after(f, -20)) < 0)
            list[i].done_day = list[i].due_day;
    assert_ok(&f->cx, item_get_by_id(&f->cx, id, &item));
    assert_ok(&f->cx, milestone_set(&f->cx, &item, item.version, list, 4, &f->events));
}

static void add_money(Fill *f, ItemId id, size_t n)
{
    Item item;
    Funding funding = {.giver = n % 2 ? S("Land") : S("Bund"),
                       .programme = S("Modellprojekte Smart Cities"),
                       .amount = {(int64_t)(n % 30 + 1) * 1000000},
                       .from_day = S("2025-01-01"),
                       .until_day = S("2027-12-31")};
    ProjectMoney money = {.investment = {(int64_t)(n % 40 + 2) * 1250050},
                          .running = {(int64_t)(n % 12 + 1) * 85000},
                          .spent = {(int64_t)(n % 20) * 210000},
                          .lifetime_years = (int64_t)(5 + n % 11),
                          .funding = &funding,
                          .funding_count = n % 3 ? 1 : 0};
    assert_ok(&f->cx, item_get_by_id(&f->cx, id, &item));
    assert_ok(&f->cx, project_set_money(&f->cx, &item, item.version, &money, &f->events));
}

static void add_risks(Fill *f, ItemId id, size_t n)
{
    Item item;
    Risk list[2] = {{.text = S("Lieferung der Sensoren verzögert sich"),
                     .likelihood = (int64_t)(1 + n % 3),
                     .impact = 2,
                     .measure = S("Zweiter Anbieter angefragt"),
                     .owner = S("Technik")},
                    {.text = S("Datenschutz noch nicht geprüft"),
                     .likelihood = 1,
                     .impact = 3,
                     .measure = S("Termin im Januar"),
                     .owner = S("Projektleitung")}};
    assert_ok(&f->cx, item_get_by_id(&f->cx, id, &item));
    assert_ok(&f->cx, risk_set(&f->cx, &item, item.version, list, 2, &f->events));
}

static void set_light(Fill *f, ItemId id, size_t n)
{
    static const char *const REASONS[LIGHT_COUNT_] = {
        [LIGHT_GREEN] = "",
        [LIGHT_YELLOW] = "Die Sensoren kommen sechs Wochen später.",
        [LIGHT_RED] = "Die Förderung ist noch nicht bewilligt."};
    Item item;
    Light light = n % 7 == 0 ? LIGHT_RED : n % 3 == 0 ? LIGHT_YELLOW : LIGHT_GREEN;
    /* Some were not confirmed for a long time. */
    f->clock.fixed_us = f->to->now_us - (int64_t)(n % 9 == 0 ? 94 : n % 40) * TIME_DAY_US;
    assert_ok(&f->cx, item_get_by_id(&f->cx, id, &item));
    assert_ok(&f->cx,
              project_set_light(&f->cx, &item, light, str_from(REASONS[light]), &f->events));
    f->clock.fixed_us = f->to->now_us;
}

static void advance(Fill *f, ItemId id, size_t n)
{
    static const char *const VERBS[] = {"plan", "start", "operate"};
    Item item;
    size_t phase = n % 5;
    for (size_t i = 0; i < MIN(phase, (size_t)3); i++)
        step(f, id, &PROJECT_MACHINE, VERBS[i], "");
    if (phase == 4) {
        assert_ok(&f->cx, item_get_by_id(&f->cx, id, &item));
        assert_ok(&f->cx, project_set_result(&f->cx, &item, item.version,
                                             S("Das Ziel war, **18 %** weniger Strom zu brauchen. "
                                               "Gemessen wurden 11 %."),
                                             &f->events));
        step(f, id, &PROJECT_MACHINE, "end", "");
    }
    if (n % 19 == 3 && phase >= 1 && phase <= 3)
        step(f, id, &PROJECT_MACHINE, "hold", "Bis der Umbau fertig ist.");
}

static void add_project(Fill *f, size_t n)
{
    ProjectDraft draft;
    Str districts[1];
    ItemId id;
    draft_of(f, n, &draft, districts);
    act(f, f->to->leads[n % 8], ROLE_ALLIANCE);
    assert_ok(&f->cx, project_add(&f->cx, &draft, &f->events, &id));
    f->to->projects[f->to->project_count++] = id;
    if (n % 60 == 59)
        return; /* waits for the office */
    act_office(f);
    step(f, id, &PROJECT_MACHINE, "approve", "");
    act(f, f->to->leads[n % 8], ROLE_ALLIANCE);
    add_milestones(f, id, n);
    add_money(f, id, n);
    add_risks(f, id, n);
    set_light(f, id, n);
    advance(f, id, n);
}

static void fill(Fill *f, size_t partners, size_t projects)
{
    Portfolios *to = f->to;
    to->office = person_of(f, "office@example.org");
    for (size_t i = 0; i < COUNT_OF(to->leads); i++)
        to->leads[i] = person_of(f, arena_fmt(f->cx.arena, "lead%zu@example.org", i).p);
    find_partners(f);
    while (to->partner_count < partners)
        add_partner(f, to->partner_count);
    for (size_t i = 0; i < PORTFOLIO_GOALS; i++)
        add_goal(f, i);
    for (size_t i = 0; i < projects; i++)
        add_project(f, i);
}

static void add_persons(City *city)
{
    city_add_person(city, "office@example.org", "office", PORTFOLIO_PASSWORD);
    for (size_t i = 0; i < 8; i++)
        city_add_person(city, city_fmt(city, "lead%zu@example.org", i), "member",
                        PORTFOLIO_PASSWORD);
}

Portfolios *portfolio_city(City *city, size_t partners, size_t projects)
{
    Arena *arena = &city->arena;
    Fill *f = arena_new(arena, Fill);
    f->to = arena_new(arena, Portfolios);
    f->to->now_us = CLOCK_SYSTEM.now_us(&CLOCK_SYSTEM);
    f->clock = clock_fixed(f->to->now_us);
    f->actor = (Actor){.tenant = TENANT_DEFAULT};
    f->events = (Events){.arena = arena};
    f->cx = (Cx){.arena = arena, .clock = &f->clock, .error = &city->error, .actor = &f->actor};
    assert_true(sodium_init() >= 0);
    add_persons(city);
    assert_ok(&f->cx, db_open(&f->cx, str_fmt(city, "%s/hanse.db", city->data),
                              (DbOptions){.mode = DB_WRITE}, &f->cx.db));
    assert_ok(&f->cx, db_begin(&f->cx));
    fill(f, partners, projects);
    assert_ok(&f->cx, db_commit(&f->cx));
    db_close(f->cx.db);
    return f->to;
}
