/* Projects and reporting rounds from outside, with an alliance of real size: 140 partners, 250
 * projects. A round is opened, each lead gets one mail, the form behind its link is filled in, the
 * report says what changed since the last one. */
#include "portfolio.h"
#include "store.h"

#include "base/calendar.h"
#include "people/report.h"

enum {
    PARTNERS = 140,
    PROJECTS = 250,
    VIEW_MS_MAX = 150, /* the best of some tries, on a busy machine; some 10 ms on a quiet one */
    VIEW_TRIES = 12
};

/* ---- the store, to know what there is ---- */

typedef struct Sent {
    Str payloads[PORTFOLIO_PROJECTS_MAX];
    size_t count;
} Sent;

/* The mails of that kind that wait in the outbox. */
static Sent *mails_of(City *city, const char *kind)
{
    static const Statement ALL = SQL("SELECT payload FROM outbox WHERE kind = 'mail' LIMIT 2000");
    Sent *sent = arena_new(&city->arena, Sent);
    DbRows rows;
    bool row;
    Str wanted = str_fmt(city, "\"%s\"", kind);
    assert_int_equal(db_start(&city->cx, &ALL, DB_NO_ARGS, &rows), OK);
    while (db_next(&city->cx, &rows, &row) == OK && row)
        if (str_find(db_text(&rows, 0), wanted) >= 0) {
            assert_true(sent->count < PORTFOLIO_PROJECTS_MAX);
            sent->payloads[sent->count++] = arena_copy(&city->arena, db_text(&rows, 0));
        }
    db_end(&rows);
    return sent;
}

static int64_t running_projects(City *city)
{
    static const Statement COUNT =
        SQL("SELECT count(*) FROM item WHERE noun = 'project' AND state IN ('idea', 'concept',"
            " 'pilot', 'operation', 'concept_held', 'pilot_held', 'operation_held')");
    int64_t count;
    assert_ok(&city->cx, db_one_i64(&city->cx, &COUNT, DB_NO_ARGS, &count));
    return count;
}

static Item project_at(City *city, ItemId id)
{
    Item item;
    assert_int_equal(item_get_unseen(&city->cx, id, &item), OK);
    return item;
}

/* The secret of the link in the mail about that project. */
static Str code_for(City *city, const Sent *sent, Str title)
{
    Str wanted = str_fmt(city, "\"%.*s\"", SARG(title));
    for (size_t i = sent->count; i-- > 0;) {
        ptrdiff_t at = str_find(sent->payloads[i], S("?code="));
        if (str_find(sent->payloads[i], wanted) < 0 || at < 0)
            continue;
        Str rest = str_from_index(sent->payloads[i], (size_t)at + 6);
        return str_cut(&rest, '"');
    }
    assert_true(false);
    return S("");
}

/* ---- forms ---- */

static void put_pair(Buf *body, const char *name, Str value)
{
    buf_put(body, body->n ? S("&") : S(""));
    buf_put(body, str_from(name));
    buf_char(body, '=');
    buf_uri_component(body, value);
}

static Answer post(City *city, Str path, Str headers, const Buf *body)
{
    return ask(&city->client, .method = "POST", .path = path, .headers = headers, .type = AS_FORM,
               .body = buf_str(body));
}

/* A form of somebody who is logged in: names and values in turn, ending with NULL. */
static Answer post_as(City *city, Str cookie, Str path, const char *const *pairs)
{
    Buf body = buf_new(&city->arena, 64 << 10);
    put_pair(&body, "token", city_form_token(city, &city->client, cookie));
    for (size_t i = 0; pairs[i]; i += 2)
        put_pair(&body, pairs[i], str_from(pairs[i + 1]));
    return post(city, path, cookie, &body);
}
#define POST_AS(city, cookie, path, ...)                                                           \
    post_as(city, cookie, path, (const char *[]){__VA_ARGS__, NULL})

static Answer get(City *city, Str path, Str headers)
{
    return ask(&city->client, .path = path, .headers = headers);
}

static void assert_says(const Answer *answer, const char *words)
{
    if (str_find(answer->body, str_from(words)) < 0)
        print_message("# missing: %s\n", words);
    assert_true(str_find(answer->body, str_from(words)) >= 0);
}

/* ---- the views ---- */

static void views_of_250_projects_are_quick_and_complete(void **state)
{
    static const char *const VIEWS[] = {"/projekte", "/projekte?ansicht=tafel",
                                        "/projekte?ansicht=zeit", "/projekte?ansicht=karte",
                                        "/projekte.csv"};
    City *city = *state;
    portfolio_city(city, PARTNERS, PROJECTS);
    city_serve(city, NULL);
    Str cookie = city_login(city, &city->client, "lead0@example.org", PORTFOLIO_PASSWORD);
    for (size_t v = 0; v < COUNT_OF(VIEWS); v++) {
        int64_t best_us = INT64_MAX;
        Answer answer;
        for (int i = 0; i < VIEW_TRIES; i++) {
            int64_t from_us = clock_mono_us();
            answer = get(city, str_from(VIEWS[v]), cookie);
            best_us = MIN(best_us, clock_mono_us() - from_us);
            assert_status(200, answer);
        }
        print_message("# %s: %lld us, %zu bytes\n", VIEWS[v], (long long)best_us, answer.body.n);
        if (!is_sanitized())
            assert_true(best_us < VIEW_MS_MAX * 1000);
    }
    Answer csv = get(city, S("/projekte.csv"), S(""));
    size_t lines = 0;
    for (Str rest = csv.body; rest.n; lines++)
        str_cut(&rest, '\n');
    assert_int_equal(lines, 1 + 246); /* four wait for the office */
    Answer list = get(city, S("/projekte"), S(""));
    assert_says(&list, "246 Projekte");
    Answer board = get(city, S("/en/projekte?ansicht=tafel"), S(""));
    assert_says(&board, "246 projects");
    assert_says(&board, "Regular operation");
}

/* Two windows with the same form: the second is told, and keeps what was typed. */
static void two_leads_at_once_are_told_apart(void **state)
{
    City *city = *state;
    Portfolios *all = portfolio_city(city, PARTNERS, PROJECTS);
    city_open_store(city, DB_READ);
    Item item = project_at(city, all->projects[1]);
    city_serve(city, NULL);
    Str cookie = city_login(city, &city->client, "lead1@example.org", PORTFOLIO_PASSWORD);
    Str path = str_fmt(city, "/projekte/%.*s/geld", SARG(item.slug));
    Answer first = get(city, path, cookie), second = get(city, path, cookie);
    assert_status(200, first);
    const char *version = city_fmt(city, "%.*s", SARG(answer_field(city, &first, "version")));
    Str one = answer_field(city, &first, "key"), two = answer_field(city, &second, "key");
    Answer answer = POST_AS(city, cookie, path, "key", city_fmt(city, "%.*s", SARG(one)), "version",
                            version, "investment", "1.234.567,89", "rows", "0");
    assert_status(303, answer);
    /* The same form once more, as by a double click, leads to the same page and changes nothing. */
    answer = POST_AS(city, cookie, path, "key", city_fmt(city, "%.*s", SARG(one)), "version",
                     version, "investment", "99", "rows", "0");
    assert_status(303, answer);
    answer = POST_AS(city, cookie, path, "key", city_fmt(city, "%.*s", SARG(two)), "version",
                     version, "investment", "42,5", "rows", "0");
    assert_status(409, answer);
    assert_says(&answer, "Jemand anderes hat den Text inzwischen geändert");
    assert_says(&answer, "value=\"42,5\"");
    answer = get(city, str_fmt(city, "/projekte/%.*s", SARG(item.slug)), S(""));
    assert_says(&answer, "1.234.567,89");
    /* What is no sum is told beside its field, with all else that was typed. */
    Answer third = get(city, path, cookie);
    answer = POST_AS(city, cookie, path, "version",
                     city_fmt(city, "%.*s", SARG(answer_field(city, &third, "version"))),
                     "investment", "viel", "running", "8.500", "rows", "0");
    assert_status(422, answer);
    assert_says(&answer, "zum Beispiel 120.000 oder 1.250,50");
    assert_says(&answer, "value=\"viel\"");
    assert_says(&answer, "value=\"8.500\"");
}

/* ---- a round ---- */

static Answer hand_in(City *city, Str code, const char *spent, const char *light,
                      const char *happened, bool reached)
{
    Answer form = get(city, str_fmt(city, "/bericht?code=%.*s", SARG(code)), S(""));
    assert_status(200, form);
    Buf body = buf_new(&city->arena, 64 << 10);
    put_pair(&body, "code", code);
    put_pair(&body, "version", answer_field(city, &form, "version"));
    put_pair(&body, "light", str_from(light));
    put_pair(&body, "reason", S("Wegen des Wetters."));
    put_pair(&body, "happened", str_from(happened));
    put_pair(&body, "next_steps", S("=SUM(A1) und weiter"));
    put_pair(&body, "spent", str_from(spent));
    put_pair(&body, "rows", S("1"));
    put_pair(&body, "number", answer_field(city, &form, "number"));
    put_pair(&body, "done", reached ? S("2026-01-15") : S(""));
    return post(city, S("/bericht"), S(""), &body);
}

static void open_round(City *city, Str office, const char *quarter, const char *year)
{
    Answer answer = POST_AS(city, office, S("/buero/berichte"), "quarter", quarter, "year", year,
                            "due", "2030-01-31");
    assert_status(303, answer);
}

/* As if nobody had said yet how it goes. */
static void forget_lights(City *city, ItemId project)
{
    city_store_run(city, str_fmt(city, "DELETE FROM project_light WHERE project = %lld",
                                 (long long)project.v));
}

static void a_round_goes_from_the_mail_to_the_printed_report(void **state)
{
    City *city = *state;
    Portfolios *all = portfolio_city(city, PARTNERS, PROJECTS);
    city_open_store(city, DB_READ);
    Item item = project_at(city, all->projects[2]);
    city_close_store(city);
    forget_lights(city, all->projects[5]);
    city_open_store(city, DB_READ);
    city_serve(city, NULL);
    Str office = city_login(city, &city->client, "office@example.org", PORTFOLIO_PASSWORD);
    assert_int_equal(mails_of(city, "report_asked")->count, 0);
    open_round(city, office, "1", "2026");
    /* One mail per running project, for each has one lead. */
    Sent *sent = mails_of(city, "report_asked");
    assert_int_equal(sent->count, running_projects(city));
    Str code = code_for(city, sent, item.text.title);

    /* The form knows what is known. */
    Answer form = get(city, str_fmt(city, "/bericht?code=%.*s", SARG(code)), S(""));
    assert_status(200, form);
    assert_str("no-store", answer_header(&form, S("Cache-Control")));
    assert_says(&form, "1. Quartal 2026");
    assert_says(&form, "value=\"4200\""); /* spent so far */
    assert_says(&form, "Vergleichsjahr gemessen");
    assert_says(&form, "value=\"green\" checked");
    assert_says(&form, "Datenschutz noch nicht geprüft");
    /* A mistake loses nothing. */
    Answer answer = hand_in(city, code, "viel", "yellow", "Zwölf Leuchten.", false);
    assert_status(422, answer);
    assert_says(&answer, "zum Beispiel 42.300");
    assert_says(&answer, "Zwölf Leuchten.");
    assert_says(&answer, city_fmt(city, "name=\"code\" value=\"%.*s\"", SARG(code)));
    answer = hand_in(city, code, "42.300,50", "yellow", "Zwölf Leuchten.", false);
    assert_status(303, answer);
    assert_str("/bericht/eingegangen", answer_header(&answer, S("Location")));
    answer = get(city, str_fmt(city, "/projekte/%.*s", SARG(item.slug)), S(""));
    assert_says(&answer, "42.300,50");
    assert_says(&answer, "Mit Schwierigkeiten");
    assert_says(&answer, "Wegen des Wetters.");
    Str project = str_fmt(city, "/projekte/%.*s", SARG(item.slug));
    answer = get(city, project, office);
    assert_says(&answer, "Der Bericht ging am ");
    assert_says(&answer, "das Projektbüro prüft ihn");

    /* The office asks, and the same lead answers with the new link. */
    answer = POST_AS(city, office, S("/buero/berichte/2026-1/rueckfrage"), "projekt",
                     city_fmt(city, "%.*s", SARG(item.slug)), "question", "Welches Wetter?");
    assert_status(303, answer);
    sent = mails_of(city, "report_returned");
    assert_int_equal(sent->count, 1);
    Str again = code_for(city, sent, item.text.title);
    answer = get(city, project, office);
    assert_says(&answer, "Zum Bericht gibt es eine Rückfrage");
    assert_false(str_eq(code, again));
    form = get(city, str_fmt(city, "/bericht?code=%.*s", SARG(again)), S(""));
    assert_says(&form, "Welches Wetter?");
    assert_status(303, hand_in(city, code, "42.300,50", "yellow", "Zwölf Leuchten.", false));
    answer = get(city, S("/buero/berichte/2026-1/rat"), office);
    assert_says(&answer, "noch nicht geprüft");
    answer = POST_AS(city, office, S("/buero/berichte/2026-1"), "do", "accept", "project",
                     city_fmt(city, "%.*s", SARG(item.slug)));
    assert_status(303, answer);
    answer = get(city, project, office);
    assert_says(&answer, "ein und ist geprüft");
    answer = get(city, S("/buero/berichte/2026-1/rat"), office);
    assert_true(str_find(answer.body, S("noch nicht geprüft")) < 0);
    answer = POST_AS(city, office, S("/buero/berichte/2026-1"), "do", "close");
    assert_status(303, answer);
    assert_status(404, get(city, str_fmt(city, "/bericht?code=%.*s", SARG(code)), S("")));

    /* The next quarter: what changed since then. */
    Item other = project_at(city, all->projects[1]);
    Str other_lead = city_login(city, &city->client, "lead1@example.org", PORTFOLIO_PASSWORD);
    assert_status(303,
                  POST_AS(city, other_lead, str_fmt(city, "/projekte/%.*s/ampel", SARG(other.slug)),
                          "light", "red", "reason", "Der Kran fehlt."));
    open_round(city, office, "2", "2026");
    code = code_for(city, mails_of(city, "report_asked"), item.text.title);
    assert_status(303, hand_in(city, code, "50.000", "green", "Alle Leuchten.", true));
    answer = get(city, S("/buero/berichte/2026-2/rat"), office);
    assert_status(200, answer);
    assert_says(&answer, "Bericht an den Rat: 2. Quartal 2026");
    assert_says(&answer, "Mit Schwierigkeiten → Im Plan");
    assert_says(&answer, "42.300,50");
    assert_says(&answer, "Erreicht am 15.01.2026: Vergleichsjahr gemessen");
    assert_says(&answer, "noch nicht geprüft");
    assert_says(&answer, "data-print hidden");
    /* Without a report: how it stood last, and that nobody said it. */
    assert_says(&answer, "Berichte fehlen");
    assert_says(&answer, "Gefragt: lead1@example.org");
    assert_says(&answer, "Letzter Status, vom ");
    assert_says(&answer, "Der Kran fehlt.");
    assert_int_equal(str_count(answer.body, S("Status: ohne Angabe")), 1);
    /* What was said after a round was closed is not of it. */
    answer = get(city, S("/buero/berichte/2026-1/rat"), office);
    assert_true(str_find(answer.body, S("Der Kran fehlt.")) < 0);
    /* For one giver: its projects alone. */
    answer = get(city, S("/buero/berichte/2026-2/foerdergeber?geber=Bund"), office);
    assert_status(200, answer);
    assert_says(&answer, "Modellprojekte Smart Cities");
    assert_says(&answer, city_fmt(city, "%.*s", SARG(item.text.title)));
    assert_true(str_find(answer.body, other.text.title) < 0); /* the Land funds it */
    answer = get(city, S("/buero/berichte/2026-2/berichte.csv"), office);
    assert_status(200, answer);
    assert_says(&answer, ",'=SUM(A1) und weiter"); /* no formula in a spreadsheet */

    /* Nobody else reads any of it. */
    Str lead = city_login(city, &city->client, "lead2@example.org", PORTFOLIO_PASSWORD);
    static const char *const OFFICE[] = {"/buero/berichte", "/buero/berichte/2026-2",
                                         "/buero/berichte/2026-2/rat",
                                         "/buero/berichte/2026-2/berichte.csv"};
    for (size_t i = 0; i < COUNT_OF(OFFICE); i++)
        assert_status(403, get(city, str_from(OFFICE[i]), lead));
    /* Logged in, without the mail. */
    form = get(city, str_fmt(city, "/projekte/%.*s/bericht", SARG(item.slug)), lead);
    assert_status(200, form);
    assert_says(&form, "Alle Leuchten.");
}

/* Who set the light when and why is told while a project runs, and stays to be read after that. */
static void a_project_tells_how_its_light_changed_also_when_it_is_over(void **state)
{
    City *city = *state;
    Portfolios *all = portfolio_city(city, 3, 3);
    city_open_store(city, DB_READ);
    Item item = project_at(city, all->projects[1]);
    city_serve(city, NULL);
    Str cookie = city_login(city, &city->client, "lead1@example.org", PORTFOLIO_PASSWORD);
    Str path = str_fmt(city, "/projekte/%.*s", SARG(item.slug));
    Str light = str_fmt(city, "%.*s/ampel", SARG(path));
    assert_status(303, POST_AS(city, cookie, light, "light", "red", "reason", "Der Kran fehlt."));
    assert_status(303, POST_AS(city, cookie, light, "light", "green", "reason", "Er ist da."));
    Answer page = get(city, path, S(""));
    assert_status(200, page);
    assert_says(&page, "Verlauf des Status: ");
    assert_says(&page, "Der Kran fehlt.");
    assert_says(&page, "Gefährdet");
    assert_says(&page, "lead1@example.org");
    assert_status(303, POST_AS(city, cookie, str_fmt(city, "%.*s/schritt", SARG(path)), "verb",
                               "cancel", "reason", "Kein Geld mehr."));
    page = get(city, str_fmt(city, "/en%.*s", SARG(path)), S(""));
    assert_status(200, page);
    assert_says(&page, "This is how it stood while it ran:");
    assert_says(&page, "History of the status: ");
    assert_says(&page, "Der Kran fehlt.");
}

static int teardown(void **state)
{
    city_close_store(*state);
    return city_teardown(state);
}

#define IN_A_CITY(test) cmocka_unit_test_setup_teardown(test, city_setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_CITY(views_of_250_projects_are_quick_and_complete),
        IN_A_CITY(two_leads_at_once_are_told_apart),
        IN_A_CITY(a_round_goes_from_the_mail_to_the_printed_report),
        IN_A_CITY(a_project_tells_how_its_light_changed_also_when_it_is_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
