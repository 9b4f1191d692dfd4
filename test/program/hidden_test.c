/* What is inside stays inside: risks, minutes, prepared answers and the reasons that were given
 * while something was internal are written and written over; then every page, list, file and feed
 * is read as those who must not see them. The office, which may, must find each of them. */
#include "portfolio.h"
#include "store.h"

#define TEAM "/teams/team-licht"

enum { THINGS_MAX = 64 };

typedef enum Who { STRANGER, GUEST, PARTNER, WHO_HIDDEN_FROM_ } Who;

/* A word that was written, and who must not read it; the partner belongs to the alliance. */
static const struct {
    const char *mark, *what;
    bool from_partner;
} MARKS[] = {
    {"Marke Risiko alt", "a risk that was changed", false},
    {"Marke Risiko neu", "a risk", false},
    {"Marke Absage", "why a project was declined, before it was approved", true},
    {"Marke Protokoll alt", "minutes that were written over", true},
    {"Marke Protokoll neu", "minutes", true},
    {"Marke Gast", "guests of a meeting", true},
    {"marke-link", "the link of a meeting", true},
    {"Marke Rueckzug", "why published minutes were withdrawn", true},
    {"Marke Aufgabe", "a task", true},
    {"Marke Antwort", "an official answer that is prepared", true},
    {"Marke Entwurf", "a strategy that is a draft", true},
};
/* What the office finds on no page any more, since it was written over. */
static bool is_gone(size_t mark)
{
    return str_ends(str_from(MARKS[mark].mark), S(" alt"));
}

static Visitor office = {.name = "office", .mail = "office@example.org"},
               lead = {.name = "lead", .mail = "lead0@example.org"};
static Visitor readers[WHO_HIDDEN_FROM_] = {
    [STRANGER] = {.name = "stranger"},
    [GUEST] = {.name = "guest", .mail = "guest@example.org"},
    [PARTNER] = {.name = "partner", .mail = "lead3@example.org"}};

static int setup(void **state)
{
    city_setup(state);
    City *city = *state;
    portfolio_city(city, 4, 1);
    city_add_person(city, "guest@example.org", "member", PORTFOLIO_PASSWORD);
    city_serve(city, NULL);
    visitor_enter(city, &office, PORTFOLIO_PASSWORD);
    visitor_enter(city, &lead, PORTFOLIO_PASSWORD);
    for (Who who = 0; who < WHO_HIDDEN_FROM_; who++)
        visitor_enter(city, &readers[who], PORTFOLIO_PASSWORD);
    return 0;
}

/* ---- what there is ---- */

static Thing first_of(City *city, const char *noun)
{
    Thing things[THINGS_MAX];
    size_t count = things_of(city, false, things, THINGS_MAX);
    for (size_t i = 0; i < count; i++)
        if (str_eq(things[i].noun, str_from(noun)))
            return things[i];
    assert_true(false);
    return (Thing){0};
}

/* ---- what is written ---- */

/* Fills the form of a page in, and sends it. */
static Str fill_in(City *city, const Visitor *visitor, Str path, const char *name, const char *text)
{
    Answer page = visit(city, visitor, path);
    PageForm *form = arena_new(&city->arena, PageForm);
    assert_status(200, page);
    assert_true(page_form(city, &page, path, form));
    bool there = false;
    for (size_t i = 0; i < form->count; i++)
        if (str_eq(form->fields[i].name, str_from(name))) {
            form->fields[i].value = str_from(text);
            there = true;
        }
    assert_true(there);
    return visit_taken(city, visitor, path, page_form_body(city, form));
}

static void write_projects(City *city)
{
    Str risks = path_below(city, first_of(city, "project").path, "risiken");
    fill_in(city, &lead, risks, "text", "Marke Risiko alt");
    fill_in(city, &lead, risks, "text", "Marke Risiko neu");
    Str path = visit_taken(city, &lead, S("/projekte/neu"),
                           str_fmt(city, "title=Neu&visibility=0&goals=%lld&organisation=%lld",
                                   (long long)first_of(city, "goal").id,
                                   (long long)first_of(city, "organisation").id));
    Str step = path_below(city, path, "schritt");
    visit_taken(city, &office, step, S("verb=decline&reason=Marke+Absage"));
    visit_taken(city, &lead, step, S("verb=propose"));
    visit_taken(city, &office, step, S("verb=approve"));
}

static void write_meeting(City *city)
{
    visit_taken(city, &office, S("/teams/neu"), S("title=Team+Licht&kind=expert&visibility=0"));
    visit_taken(city, &office, S(TEAM "/einladen"),
                S("mail=lead0%40example.org&role=lead&placed=1"));
    visit_taken(city, &office, S(TEAM "/schritt"), S("verb=activate"));
    Str path =
        visit_taken(city, &lead, S(TEAM "/sitzungen/neu"),
                    S("title=Treffen&start=2020-01-15&from=10:00&end=11:30&visibility=0"
                      "&link=https%3A%2F%2Fvideo.example.org%2Fmarke-link&guests=Marke+Gast"));
    Str step = path_below(city, path, "schritt"), minutes = path_below(city, path, "protokoll"),
        publish = path_below(city, path, "veroeffentlichen");
    visit_taken(city, &lead, step, S("verb=hold"));
    fill_in(city, &lead, minutes, "minutes", "Marke Protokoll alt");
    fill_in(city, &lead, minutes, "minutes", "Marke Protokoll neu");
    visit_taken(city, &lead, step, S("verb=approve"));
    visit_taken(city, &lead, publish, S("public=Alles+gut"));
    visit_taken(city, &lead, step, S("verb=withdraw&reason=Marke+Rueckzug"));
    visit_taken(city, &lead, publish, S("public=Alles+sehr+gut"));
    fill_in(city, &lead, S(TEAM "/aufgaben/neu"), "title", "Marke Aufgabe");
}

static void write_answer_and_strategy(City *city)
{
    Str idea = visit_taken(city, &lead, S("/ideen/neu"),
                           S("title=Mehr+Licht&lead=Kurz&body=Lang&visibility=0"));
    visit_taken(city, &lead, path_below(city, idea, "schritt"), S("verb=publish"));
    visit_taken(
        city, &office, path_below(city, idea, "antwort"),
        S("accepts=0&body=Marke+Antwort:+das+geht+so+nicht,+weil+es+zu+teuer+ist.&version=0"));
    visit_taken(city, &office, S("/strategie/neu"),
                str_fmt(city, "title=Marke+Entwurf&body=Neu&visibility=0&body_id=%lld",
                        (long long)first_of(city, "body").id));
}

/* ---- and read ---- */

typedef struct Reading {
    City *city;
    Thing things[THINGS_MAX];
    size_t thing_count, pages;
    bool found[COUNT_OF(MARKS)];
} Reading;

static void look(Reading *r, const Visitor *visitor, Str path, bool may)
{
    ArenaMark mark = arena_mark(&r->city->arena);
    Answer answer = visit(r->city, visitor, path);
    r->pages += answer.status == 200;
    bool leaks = false;
    for (size_t i = 0; i < COUNT_OF(MARKS); i++) {
        if (!answer_has(&answer, str_from(MARKS[i].mark)))
            continue;
        r->found[i] = true;
        if (may || (visitor == &readers[PARTNER] && !MARKS[i].from_partner))
            continue;
        print_message("# %s reads %s on %.*s\n", visitor->name, MARKS[i].what, SARG(path));
        leaks = true;
    }
    bool names = !visitor->mail && answer_has(&answer, S("office@example.org"));
    if (names)
        print_message("# a stranger reads who works in the office on %.*s\n", SARG(path));
    assert_false(leaks || names || answer.status >= 500);
    arena_rewind(&r->city->arena, mark);
}

static void look_at_all(Reading *r, const Visitor *visitor, bool may)
{
    City *city = r->city;
    for (size_t i = 0; i < PAGE_ROUTE_COUNT; i++) {
        const char *route = PAGE_ROUTES[i];
        if (!route_is_of_things(route)) {
            look(r, visitor, route_filled(city, route, &r->things[0]), may);
            continue;
        }
        for (size_t k = 0; k < r->thing_count; k++) {
            Str path = route_filled(city, route, &r->things[k]);
            if (!path.p)
                continue;
            look(r, visitor, path, may);
            look(r, visitor, str_fmt(city, "/en%.*s", SARG(path)), may);
        }
    }
}

/* A search repeats the question; what it finds is marked. */
static bool finds(City *city, const Visitor *visitor, const char *mark)
{
    ptrdiff_t at = str_find_last_char(str_from(mark), ' ');
    Str word = str_from_index(str_from(mark), (size_t)(at + 1));
    Answer answer = visit(city, visitor, str_fmt(city, "/suche?q=Marke+%.*s", SARG(word)));
    assert_status(200, answer);
    return answer_has(&answer, S("<mark>Marke"));
}

static void search_for_all(Reading *r, const Visitor *visitor)
{
    for (size_t i = 0; i < COUNT_OF(MARKS); i++)
        assert_false(finds(r->city, visitor, MARKS[i].mark));
}

static void what_is_inside_is_read_by_nobody_outside(void **state)
{
    City *city = *state;
    write_projects(city);
    write_meeting(city);
    write_answer_and_strategy(city);
    Reading *r = arena_new(&city->arena, Reading);
    r->city = city;
    r->thing_count = things_of(city, false, r->things, THINGS_MAX);
    assert_true(r->thing_count > 15);
    for (Who who = 0; who < WHO_HIDDEN_FROM_; who++) {
        r->pages = 0;
        look_at_all(r, &readers[who], false);
        assert_true(r->pages > 60);
        search_for_all(r, &readers[who]);
    }
    assert_true(finds(city, &office, "Marke Entwurf")); /* who may, finds it so */
    memset(r->found, 0, sizeof r->found);
    look_at_all(r, &office, true);
    for (size_t i = 0; i < COUNT_OF(MARKS); i++) {
        if (r->found[i] == is_gone(i))
            print_message("# the office reads %s: %d\n", MARKS[i].what, r->found[i]);
        assert_int_equal(r->found[i], !is_gone(i));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_inside_is_read_by_nobody_outside, setup,
                                        city_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
