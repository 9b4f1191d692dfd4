/* Attacks on every form. The routes are those of app/routes.def; each form is found on its own
 * page, as the first visitor who is shown it, and is sent: without its token, after the session's
 * end, with texts that are too long, and with markup, formulas, line ends and addresses of other
 * sites in every field. What is refused has written nothing, whatever the table. A route whose page
 * shows no form must stand in BUTTONS, or the test fails: so a new one is covered or noticed. */
#include "base/uri.h"
#include "portfolio.h"
#include "store.h"

#include <sqlite3.h>
#include <stdlib.h>

#define MARKER "Wort, das bleiben soll"

enum { THINGS_MAX = 64, LONG_LINE = 40000, LONG_TEXT = 300000 };

/* Forms of one button or of a link with a secret, which no page at their path shows. */
static const char *const BUTTONS[] = {
    "/ideen/{slug}/schritt",
    "/ideen/{slug}/antwort/vorschau",
    "/ideen/{slug}/projekt",
    "/buero/anfragen/{id}",
    "/buero/eingang",
    "/mein/einladungen",
    "/einladung",
    "/partner/{slug}/schritt",
    "/teams/{slug}/schritt",
    "/teams/{slug}/sitze/{id}",
    "/mein/aufgaben/{id}",
    "/sitzungen/{slug}/schritt",
    "/sitzungen/{slug}/antwort",
    "/sitzungen/{slug}/veroeffentlichen",
    "/strategie/{slug}/schritt",
    "/ziele/{slug}/schritt",
    "/anhaenge/{id}/{name}",
    "/abmelden-von/{secret}",
    "/registrieren/bestaetigen/{secret}",
    "/passwort-neu/{secret}",
    "/konto/sitzungen",
    "/adresse-bestaetigen/{secret}",
    "/buero/personen/{id}/rolle",
    "/buero/moderation",
    "/buero/moderation/ideen/{id}",
    "/projekte/{slug}/schritt",
    "/projekte/{slug}/bericht",
    "/bericht",
    "/buero/berichte/{runde}",
    "/buero/berichte/{runde}/rueckfrage",
    "/konto/verknuepfen",
    "/konto/identitaet",
    "/abmelden",
    "/konto/sitzung",
    "/konto/passwort",
};

/* Who tries, in this order. */
static Visitor visitors[] = {{.name = "stranger"},
                             {.name = "lead", .mail = "lead0@example.org"},
                             {.name = "partner", .mail = "lead1@example.org"},
                             {.name = "office", .mail = "office@example.org"},
                             {.name = "editor", .mail = "editor@example.org"},
                             {.name = "admin", .mail = "admin@example.org"}};

/* A form, where it is, and who is shown it. */
typedef struct Found {
    const char *route;
    Str path;
    const Visitor *visitor;
    PageForm form;
} Found;

typedef struct Walk {
    City *city;
    sqlite3 *db;
    Thing things[THINGS_MAX];
    size_t thing_count;
    Found *found;
    size_t count;
} Walk;

static Walk *walk;

/* ---- the store ---- */

/* What the program writes by itself, or when somebody only looks: not what a form is for. */
static bool is_of_the_program(const char *table)
{
    static const char *const TABLES[] = {"form_draft",    "session",        "job",
                                         "entity",        "entity_past",    "obs",
                                         "series",        "place",          "search_doc",
                                         "search_ending", "search_posting", "search_term",
                                         "search_text",   "search_total",   "sqlite_sequence",
                                         "site_key",      "entity_type"};
    for (size_t i = 0; i < COUNT_OF(TABLES); i++)
        if (strcmp(table, TABLES[i]) == 0)
            return true;
    return strncmp(table, "place_box", 9) == 0;
}

static uint64_t mixed(uint64_t hash, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ p[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static sqlite3_stmt *prepared(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    return statement;
}

static uint64_t digest_of_table(City *city, sqlite3 *db, const char *table, uint64_t hash)
{
    sqlite3_stmt *rows = prepared(db, city_fmt(city, "SELECT * FROM \"%s\"", table));
    while (sqlite3_step(rows) == SQLITE_ROW)
        for (int c = 0; c < sqlite3_column_count(rows); c++) {
            const void *bytes = sqlite3_column_blob(rows, c);
            hash = mixed(hash, bytes, bytes ? (size_t)sqlite3_column_bytes(rows, c) : 0);
            hash = mixed(hash, "|", 1);
        }
    sqlite3_finalize(rows);
    return mixed(hash, table, strlen(table));
}

/* All that people have written, every column of every row. */
static uint64_t digest(void)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    ArenaMark mark = arena_mark(&walk->city->arena);
    sqlite3_stmt *tables =
        prepared(walk->db, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
    while (sqlite3_step(tables) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(tables, 0);
        if (!is_of_the_program(name))
            hash = digest_of_table(walk->city, walk->db, name, hash);
    }
    sqlite3_finalize(tables);
    arena_rewind(&walk->city->arena, mark);
    return hash;
}

/* ---- what there is ---- */

static void must(const Visitor *visitor, const char *path, const char *fields)
{
    visit_taken(walk->city, visitor, str_from(path), str_from(fields));
}

/* One thing of each noun that the portfolio does not make, in a state that shows forms. */
static void make_things(void)
{
    const Visitor *lead = &visitors[1], *office = &visitors[3];
    must(office, "/teams/neu", "title=Team+Licht&kind=expert&visibility=0");
    must(office, "/teams/team-licht/einladen", "mail=lead0%40example.org&role=lead&placed=1");
    must(office, "/teams/team-licht/schritt", "verb=activate");
    must(lead, "/teams/team-licht/sitzungen/neu",
         "title=Treffen&start=2099-01-15&from=10:00&end=11:30&visibility=0");
    must(lead, "/teams/team-licht/sitzungen/neu",
         "title=Damals&start=2020-01-15&from=10:00&end=11:30&visibility=0");
    must(lead, "/sitzungen/damals/schritt", "verb=hold");
    sqlite3_stmt *person =
        prepared(walk->db, "SELECT id FROM person WHERE mail = 'lead0@example.org'");
    assert_int_equal(sqlite3_step(person), SQLITE_ROW);
    const char *owner = city_fmt(walk->city, "%lld", (long long)sqlite3_column_int64(person, 0));
    sqlite3_finalize(person);
    must(lead, "/sitzungen/damals/teilnahme", city_fmt(walk->city, "person_%s=present", owner));
    must(lead, "/sitzungen/damals/beschluesse/neu",
         "body=Ja&result=accepted&votes=1&against=0&abstentions=0");
    must(lead, "/teams/team-licht/aufgaben/neu",
         city_fmt(walk->city, "title=Angebot+holen&owner=%s", owner));
    must(lead, "/ideen/neu", "title=Mehr+Licht&lead=Kurz&body=Lang&visibility=0");
    must(lead, "/ideen/mehr-licht/schritt", "verb=publish");
    sqlite3_stmt *idea = prepared(walk->db, "SELECT id FROM item WHERE noun = 'idea'");
    assert_int_equal(sqlite3_step(idea), SQLITE_ROW);
    must(lead, city_fmt(walk->city, "/diskussion/%lld", (long long)sqlite3_column_int64(idea, 0)),
         "body=Sehr+gut");
    sqlite3_finalize(idea);
    sqlite3_stmt *body = prepared(walk->db, "SELECT id FROM item WHERE noun = 'body'");
    assert_int_equal(sqlite3_step(body), SQLITE_ROW);
    must(office, "/strategie/neu",
         city_fmt(walk->city, "title=Strategie+2040&body=Neu&visibility=0&body_id=%lld",
                  (long long)sqlite3_column_int64(body, 0)));
    sqlite3_finalize(body);
    sqlite3_stmt *topic = prepared(walk->db, "SELECT id FROM topic");
    assert_int_equal(sqlite3_step(topic), SQLITE_ROW);
    must(office, "/strategie/strategie-2040/ziele/neu",
         city_fmt(walk->city, "title=Weniger+Strom&topics=%lld",
                  (long long)sqlite3_column_int64(topic, 0)));
    sqlite3_finalize(topic);
}

static void add_topic(City *city)
{
    Actor actor = {.tenant = TENANT_DEFAULT, .may = UINT32_MAX};
    int64_t id;
    city_open_store(city, DB_WRITE);
    Cx cx = city->cx;
    cx.actor = &actor;
    assert_ok(&cx, db_begin(&cx));
    assert_ok(&cx, topic_add(&cx, S("Energie"), S("Energy"), &id));
    assert_ok(&cx, db_commit(&cx));
    city_close_store(city);
}

static int setup(void **state)
{
    city_setup(state);
    City *city = *state;
    walk = calloc(1, sizeof *walk);
    assert_non_null(walk);
    walk->city = city;
    portfolio_city(city, 3, 1);
    city_add_person(city, "editor@example.org", "editor", PORTFOLIO_PASSWORD);
    city_add_person(city, "admin@example.org", "admin", PORTFOLIO_PASSWORD);
    add_topic(city);
    city_serve(city, NULL);
    for (size_t i = 0; i < COUNT_OF(visitors); i++)
        visitor_enter(city, &visitors[i], PORTFOLIO_PASSWORD);
    assert_int_equal(sqlite3_open_v2(city_fmt(city, "%s/hanse.db", city->data), &walk->db,
                                     SQLITE_OPEN_READONLY, NULL),
                     SQLITE_OK);
    sqlite3_busy_timeout(walk->db, 5000);
    make_things();
    walk->thing_count = things_of(city, true, walk->things, THINGS_MAX);
    return 0;
}

static int teardown(void **state)
{
    sqlite3_close(walk->db);
    free(walk);
    return city_teardown(state);
}

/* ---- the forms ---- */

static bool is_button(const char *route)
{
    for (size_t i = 0; i < COUNT_OF(BUTTONS); i++)
        if (strcmp(BUTTONS[i], route) == 0)
            return true;
    return false;
}

/* The first visitor, and the first thing, for which the page shows the form. */
static bool find_form(const char *route, Found *ret)
{
    size_t things = route_is_of_things(route) ? walk->thing_count : 1;
    for (size_t t = 0; t < things; t++) {
        Str path = route_filled(walk->city, route, &walk->things[t]);
        for (size_t v = 0; path.p && v < COUNT_OF(visitors); v++) {
            Answer page = visit(walk->city, &visitors[v], path);
            if (page.status != 200 || !page_form(walk->city, &page, path, &ret->form))
                continue;
            ret->route = route;
            ret->path = path;
            ret->visitor = &visitors[v];
            return true;
        }
    }
    return false;
}

/* Once, before anything is sent that could change what is shown. */
static void find_forms(void)
{
    size_t wrong = 0;
    walk->found = arena_array(&walk->city->arena, Found, FORM_ROUTE_COUNT);
    for (size_t i = 0; i < FORM_ROUTE_COUNT; i++) {
        Found *found = &walk->found[walk->count];
        bool shown = find_form(FORM_ROUTES[i], found);
        bool button = is_button(FORM_ROUTES[i]);
        if (shown == button)
            print_message("# %s: the form is %s, and it stands %sin BUTTONS\n", FORM_ROUTES[i],
                          shown ? "shown" : "shown to nobody", button ? "" : "not ");
        wrong += shown == button;
        walk->count += shown;
    }
    assert_int_equal(wrong, 0);
    assert_true(walk->count >= 45);
}

/* Each try comes from another address: what is typed without a session is kept for a few. */
static void other_address(void)
{
    static uint8_t last = 1;
    client_done(&walk->city->client);
    client_init(&walk->city->client, &walk->city->arena, walk->city->port);
    last = (uint8_t)(last >= 250 ? 2 : last + 1);
    walk->city->client.source = last;
}

static Answer send_as(Str path, Str cookie, Str body)
{
    return ask(&walk->city->client, .method = "POST", .path = path, .headers = cookie,
               .type = AS_FORM, .body = body);
}

static bool leads_to_login(const Answer *answer)
{
    return answer->status == 303 &&
           str_find(answer_header(answer, S("Location")), S("/anmelden?weiter=")) >= 0;
}

/* Who is logged in, but sent another session's token, is shown the form again. */
static bool leads_back(const Answer *answer)
{
    Str location = answer_header(answer, S("Location"));
    return answer->status == 303 && (str_find(location, S("?entwurf=")) >= 0);
}

static void assert_nothing_written(const char *what, const char *route, uint64_t before)
{
    if (digest() != before)
        print_message("# %s at %s has written something\n", what, route);
    assert_true(digest() == before);
}

/* ---- without the token ---- */

static void refused_without_token(const char *route, Str path, const Visitor *visitor)
{
    static const char *const TOKENS[] = {
        "", "token=", "token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "token=1&token="};
    for (size_t i = 0; i < COUNT_OF(TOKENS); i++) {
        uint64_t before = digest();
        other_address();
        Answer answer = send_as(path, visitor->cookie,
                                str_fmt(walk->city, "%s&title=x&verb=publish&reason=x", TOKENS[i]));
        bool refused = answer.status == 403 || answer.status == 401 || leads_to_login(&answer) ||
                       leads_back(&answer);
        if (!refused)
            print_message("# %s as %s with \"%s\": %d %.*s\n", route, visitor->name, TOKENS[i],
                          answer.status, SARG(answer_header(&answer, S("Location"))));
        assert_true(refused);
        assert_nothing_written("a form without its token", route, before);
    }
}

/* Every route, shown or not. */
static void without_its_token_no_form_is_taken(void)
{
    static const Thing NONE = {.noun = S_INIT(""), .path = S_INIT("/x")};
    City *city = walk->city;
    for (size_t i = 0; i < FORM_ROUTE_COUNT; i++) {
        Str path = {0};
        size_t t = 0;
        for (; !path.p && t < walk->thing_count; t++)
            path = route_filled(city, FORM_ROUTES[i], &walk->things[t]);
        if (!path.p)
            path = route_filled(city, FORM_ROUTES[i], &NONE);
        assert_non_null(path.p);
        refused_without_token(FORM_ROUTES[i], path, &visitors[3]);
        refused_without_token(FORM_ROUTES[i], path, &visitors[1]);
    }
}

/* ---- after the session's end ---- */

static FormField *first_typed(PageForm *form)
{
    for (size_t i = 0; i < form->count; i++)
        if (form->fields[i].many)
            return &form->fields[i];
    for (size_t i = 0; i < form->count; i++)
        if (form->fields[i].typed &&
            (str_eq(form->fields[i].name, S("title")) || str_eq(form->fields[i].name, S("name"))))
            return &form->fields[i];
    return NULL;
}

/* Sent without a session, it comes back where the login leads. */
static void what_was_typed_outlasts_the_session(const Found *found)
{
    City *city = walk->city;
    PageForm form = found->form;
    FormField *field = first_typed(&form);
    if (!found->visitor->mail || !field)
        return;
    uint64_t before = digest();
    field->value = S(MARKER);
    other_address();
    Answer answer = send_as(found->path, S(""), page_form_body(city, &form));
    if (!leads_to_login(&answer))
        print_message("# %s without a session: %d\n", found->route, answer.status);
    assert_true(leads_to_login(&answer));
    assert_nothing_written("a form without a session", found->route, before);
    Str rest = answer_header(&answer, S("Location")), back;
    str_cut(&rest, '=');
    assert_true(uri_decode(&city->arena, rest, true, &back));
    answer = visit(city, found->visitor, back);
    if (answer.status != 200 || !answer_has(&answer, S(MARKER)))
        print_message("# %s: what was typed does not stand on %.*s (%d)\n", found->route,
                      SARG(back), answer.status);
    assert_status(200, answer);
    assert_true(answer_has(&answer, S(MARKER)));
}

/* ---- too long ---- */

/* The role of a row without a partner: so a partner is taken out of the list. */
static bool is_let_pass(const char *route, Str field)
{
    return strcmp(route, "/projekte/{slug}/partner") == 0 && str_starts(field, S("role"));
}

/* There is one edition of the strategy that is worked on, which is told first. */
static bool is_full(const char *route)
{
    return strcmp(route, "/strategie/neu") == 0;
}

/* A login that was refused is noted in the audit. */
static bool is_noted(const char *route)
{
    return strcmp(route, "/anmelden") == 0;
}

static size_t texts_too_long_that_are_taken(const Found *found)
{
    City *city = walk->city;
    size_t wrong = 0;
    for (size_t i = 0; i < found->form.count; i++) {
        if (!found->form.fields[i].typed)
            continue;
        ArenaMark mark = arena_mark(&city->arena);
        PageForm form = found->form;
        FormField *field = &form.fields[i];
        size_t n = field->many ? LONG_TEXT : LONG_LINE;
        char *text = arena_alloc_raw(&city->arena, n, 1);
        memset(text, 'x', n);
        field->value = (Str){text, n};
        uint64_t before = digest();
        other_address();
        Answer answer = visit_post(city, found->visitor, found->path, page_form_body(city, &form));
        /* 413: larger than any form; 429: after many tries. A search field or a password asks for
         * nothing of its length but that it fits. */
        bool fine = answer.status == 413 || is_let_pass(found->route, field->name) ||
                    (answer.status == 409 && is_full(found->route)) || answer.status == 429 ||
                    (answer.status == 422 && answer_has(&answer, S("-error\""))) ||
                    (answer.status == 422 && answer_has(&answer, S("role=\"alert\"")));
        if (!fine)
            print_message("# %s: %zu bytes in %.*s: %d\n", found->route, n, SARG(field->name),
                          answer.status);
        wrong += !fine;
        if (answer.status != 303 && !is_noted(found->route))
            assert_nothing_written("a text that is too long", found->route, before);
        arena_rewind(&city->arena, mark);
    }
    return wrong;
}

/* ---- ill intent ---- */

static const char *const EVIL[] = {
    "=cmd|'/C calc'!A1<script>alert(1)</script>\"><img src=x onerror=alert(2)>",
    "javascript:alert(1)",
    "//evil.example/\r\nSet-Cookie: a=b\r\n\r\n<script>alert(1)</script>",
    "P\xd0\xb0rtner \xe2\x80\xae gnp.exe",
    "{{constructor}} %s%n ../../etc/passwd ' OR 1=1 --",
};

static void assert_harmless(const char *route, const Answer *answer)
{
    Str location = answer_header(answer, S("Location"));
    bool harmless = answer->status < 500 && !answer_has(answer, S("<script>alert(1)")) &&
                    !answer_has(answer, S("<img src=x")) &&
                    !answer_has(answer, S("href=\"javascript:")) &&
                    !answer_has(answer, S("href=\"//evil")) &&
                    str_find(answer->head, S("\nSet-Cookie: a=b")) < 0 &&
                    (!location.n || (location.p[0] == '/' && !str_starts(location, S("//")) &&
                                     str_find(location, S("\\")) < 0));
    if (!harmless)
        print_message("# %s: %d %.*s\n", route, answer->status, SARG(location));
    assert_true(harmless);
}

static void ill_intent_is_shown_as_text(const Found *found)
{
    City *city = walk->city;
    for (size_t e = 0; e < COUNT_OF(EVIL); e++) {
        ArenaMark mark = arena_mark(&city->arena);
        PageForm form = found->form;
        for (size_t i = 0; i < form.count; i++) {
            bool secret = str_eq(form.fields[i].name, S("password"));
            if (form.fields[i].typed && !secret)
                form.fields[i].value = str_from(EVIL[e]);
            if (str_eq(form.fields[i].name, S("key")))
                form.fields[i].value = str_fmt(city, "evil-%zu-%s", e, found->route);
        }
        other_address();
        Str body = str_fmt(city, "%.*s&back=%%2F%%2Fevil.example&weiter=%%2F%%5Cevil.example",
                           SARG(page_form_body(city, &form)));
        Answer answer = visit_post(city, found->visitor, found->path, body);
        assert_harmless(found->route, &answer);
        Str location = answer_header(&answer, S("Location"));
        if (answer.status == 303 && location.n) {
            answer = visit(city, found->visitor, location);
            assert_harmless(found->route, &answer);
        }
        arena_rewind(&city->arena, mark);
    }
}

/* A spreadsheet computes what begins so (CWE-1236). */
static void no_file_for_spreadsheets_computes(void)
{
    static const char *const FILES[] = {"/ideen.csv", "/partner.csv", "/projekte.csv"};
    for (size_t i = 0; i < COUNT_OF(FILES); i++) {
        Answer answer = visit(walk->city, &visitors[3], str_from(FILES[i]));
        assert_status(200, answer);
        static const char *const STARTS[] = {"\n=cmd", ";=cmd", ",=cmd", "\"=cmd"};
        for (size_t k = 0; k < COUNT_OF(STARTS); k++)
            assert_false(answer_has(&answer, str_from(STARTS[k])));
    }
}

/* ---- sessions ---- */

static void a_session_that_somebody_chose_is_not_taken(void)
{
    City *city = walk->city;
    Str name = visitors[1].cookie;
    str_cut(&name, ' ');
    name = str_cut(&name, '=');
    Str chosen = str_fmt(city, "Cookie: %.*s=%s\r\n", SARG(name),
                         "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    other_address();
    Answer answer = send_as(S("/anmelden"), chosen,
                            S("mail=lead0%40example.org&password=correct+horse+battery+staple"));
    assert_status(303, answer);
    Str given = answer_header(&answer, S("Set-Cookie"));
    assert_true(given.n && str_find(given, S("AAAAAAAAAAAA")) < 0);
    assert_true(str_find(given, S("HttpOnly")) > 0 && str_find(given, S("SameSite=")) > 0);
    answer = ask(&city->client, .path = S("/konto"), .headers = chosen);
    assert_true(answer.status == 303);
}

static void every_form_withstands(void **state)
{
    size_t wrong = 0;
    (void)state;
    find_forms();
    a_session_that_somebody_chose_is_not_taken();
    without_its_token_no_form_is_taken();
    for (size_t i = 0; i < walk->count; i++)
        what_was_typed_outlasts_the_session(&walk->found[i]);
    for (size_t i = 0; i < walk->count; i++)
        wrong += texts_too_long_that_are_taken(&walk->found[i]);
    assert_int_equal(wrong, 0);
    for (size_t i = 0; i < walk->count; i++)
        ill_intent_is_shown_as_text(&walk->found[i]);
    no_file_for_spreadsheets_computes();
    print_message("# %zu forms of %zu were looked at\n", walk->count, FORM_ROUTE_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_form_withstands, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
