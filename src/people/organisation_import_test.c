/* Organisations from a table: what is taken, what is refused and why; a real list of that size. */
#include "people/organisation_import.h"

#include "base/calendar.h"
#include "base/str.h"
#include "people/directory.h"
#include "people/test_people.h"

#include <stdio.h>
#include <stdlib.h>

static const Zone *berlin(Cx *cx)
{
    const Zone *zone;
    assert_ok(cx, zone_load(cx, S("Europe/Berlin"), &zone));
    return zone;
}

static void each_refused_row_has_its_reason_and_the_others_are_taken(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t topic;
    act_as(f, add_person(f, "office"), ROLE_OFFICE);
    assert_ok(cx, topic_add(cx, S("Licht"), S("Light"), &topic));
    OrganisationDraft there = {.item = draft_of("Gibt es schon GmbH"),
                               .own = {.kind = ORGANISATION_KIND_NONE}};
    ItemId id;
    assert_ok(cx, organisation_add(cx, &there, S("interested"), &f->events, &id));
    static const struct {
        const char *line, *refused;
    } ROWS[] = {
        {"Gut;company;accepted;licht;1.0;1.3.2021;rep@gut.example;Resi Gut;"
         "\"Eins\nZwei\";www.gut.example",
         NULL},
        {"'=Gut auch;start_up;;;;;;;;", NULL},
        {"GUT e. V.;company;;;;;;;;", "import.twice"},
        {"Gibt es schon;company;;;;;;;;", "import.exists"},
        {";company;;;;;;;;", "item.title"},
        {"A1;quatsch;;;;;;;;", "import.kind"},
        {"A2;;paused;;;;;;;", "import.state"},
        {"A3;;;dunkel;;;;;;", "import.topic"},
        {"A4;;;;1;31.4.2021;;;;", "import.day"},
        {"A5;company;accepted;;1;1.4.2021;;;;", "organisation.rep_missing"},
        {"A6;;accepted;;1;1.4.2021;a@a6.example;A;;", "organisation.kind_missing"},
        {"A7;company;accepted;;;;a@a7.example;A;;", "organisation.agreement_missing"},
        {"A10;Mittelstand;;;;;;;;", "import.kind"}, /* a word that nobody passed */
        {"A8;company;;;;;kein Postfach;A;;", "person.mail"},
        {"A9;company;;;;;;;;javascript:alert(1)", "organisation.website"},
    };
    Buf text = buf_new(cx->arena, 1 << 16);
    buf_put(&text, S("\xef\xbb\xbfName;kind;state;topics;agreement;agreed_on;rep_mail;rep_name;"
                     "offers;website\r\n"));
    for (size_t i = 0; i < COUNT_OF(ROWS); i++)
        buf_fmt(&text, "%s\r\n", ROWS[i].line);
    OrganisationRows rows;
    assert_ok(cx, organisation_import_read(cx, berlin(cx), (OrganisationWords){0}, buf_str(&text),
                                           &rows));
    assert_int_equal(rows.count, COUNT_OF(ROWS));
    assert_int_equal(rows.good, 2);
    for (size_t i = 0; i < rows.count; i++) {
        const char *refused = rows.rows[i].row.refused;
        if (ROWS[i].refused)
            assert_string_equal(refused ? refused : "taken", ROWS[i].refused);
        else
            assert_null(refused);
    }
    assert_str("=Gut auch", rows.rows[1].draft.item.text.title);
    size_t taken;
    assert_ok(cx, organisation_import(cx, berlin(cx), (OrganisationWords){0}, buf_str(&text),
                                      &f->events, &taken));
    assert_int_equal(taken, 2);
    Directory d;
    assert_ok(cx, directory_read(cx, &(DirectoryQuery){.kind = ORGANISATION_KIND_NONE}, &d));
    assert_int_equal(d.count, 1);
    assert_str("Gut", d.partners[0].name);
    assert_str("Eins\nZwei", d.partners[0].own.offers);
    assert_str("https://www.gut.example", d.partners[0].own.website);
    assert_int_equal(d.partners[0].topic_count, 1);
    Person rep;
    assert_ok(cx, person_find_by_mail(cx, S("rep@gut.example"), &rep));
    assert_str("", rep.password); /* nobody can log in with none */
    /* Once more: now all of it is there. */
    assert_ok(cx, organisation_import_read(cx, berlin(cx), (OrganisationWords){0}, buf_str(&text),
                                           &rows));
    assert_int_equal(rows.good, 0);
}

/* In words, in codes, and in words of another case; what is neither is refused. */
static void what_is_said_in_words_is_taken_as_the_code(void **state)
{
    static const SheetWord KINDS[] = {{S_INIT("Verein oder Verband"), S_INIT("association")},
                                      {S_INIT("Association"), S_INIT("association")},
                                      {S_INIT("B\xc3\xb6rse"), S_INIT("chamber")}};
    static const SheetWord STATES[] = {{S_INIT("Antrag eingegangen"), S_INIT("applied")}};
    static const SheetWord FOUNDER[] = {{S_INIT("ja"), S_INIT("1")}, {S_INIT("nein"), S_INIT("0")}};
    static const OrganisationWords WORDS = {.kinds = {KINDS, COUNT_OF(KINDS)},
                                            .states = {STATES, COUNT_OF(STATES)},
                                            .founder = {FOUNDER, COUNT_OF(FOUNDER)}};
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    OrganisationRows rows;
    int64_t topic;
    act_as(f, add_person(f, "office"), ROLE_OFFICE);
    assert_ok(cx, topic_add(cx, S("Neue Arbeit"), S("New work"), &topic));
    assert_ok(cx, topic_add(cx, S("Licht"), S("Light"), &topic));
    assert_ok(cx, organisation_import_read(
                      cx, berlin(cx), WORDS,
                      S("name;art;stand;gr\xc3\xbcndungspartner;themen\n"
                        "A;VEREIN ODER verband;antrag eingegangen;Ja;neue arbeit, licht\n"
                        "B;association;applied;nein;neue-arbeit licht\n"
                        "C;B\xc3\x96RSE;;0;Licht\n"
                        "D;Verein;;;\n"
                        "E;;Antrag;;\n"
                        "F;;;vielleicht;\n"),
                      &rows));
    static const char *const REFUSED[] = {NULL,          NULL,           NULL,
                                          "import.kind", "import.state", "import.founder"};
    assert_int_equal(rows.count, COUNT_OF(REFUSED));
    for (size_t i = 0; i < rows.count; i++)
        assert_string_equal(rows.rows[i].row.refused ? rows.rows[i].row.refused : "taken",
                            REFUSED[i] ? REFUSED[i] : "taken");
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(rows.rows[i].draft.own.kind, ORGANISATION_ASSOCIATION);
        assert_str("applied", rows.rows[i].state);
        assert_int_equal(rows.rows[i].draft.own.founder, i == 0);
        assert_int_equal(rows.rows[i].draft.item.topic_count, 2);
    }
    assert_int_equal(rows.rows[2].draft.own.kind, ORGANISATION_CHAMBER);
    assert_false(rows.rows[2].draft.own.founder);
    assert_str("Verein", rows.rows[3].row.detail);
}

static void a_table_that_is_none_is_refused_as_a_whole(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    OrganisationRows rows;
    act_as(f, add_person(f, "office"), ROLE_OFFICE);
    const Zone *zone = berlin(cx);
    static const char *const TEXTS[] = {"", "\n\n", "kind\ncompany", "name;name\na;b"};
    for (size_t i = 0; i < COUNT_OF(TEXTS); i++)
        assert_err(
            cx, ERR_INVALID, "import.columns",
            organisation_import_read(cx, zone, (OrganisationWords){0}, str_from(TEXTS[i]), &rows));
    assert_err(
        cx, ERR_INVALID, "import.unknown",
        organisation_import_read(cx, zone, (OrganisationWords){0}, S("name;Farbe\na"), &rows));
    assert_str("Farbe", cx->error->detail);
    assert_err(
        cx, ERR_INVALID, "csv.quote",
        organisation_import_read(cx, zone, (OrganisationWords){0}, S("name,kind\n\"a,b\n"), &rows));
    Buf many = buf_new(cx->arena, 1 << 20);
    buf_put(&many, S("name\n"));
    for (int i = 0; i <= SHEET_ROWS_MAX; i++)
        buf_fmt(&many, "Firma %d\n", i);
    assert_err(cx, ERR_LIMIT, "import.rows",
               organisation_import_read(cx, zone, (OrganisationWords){0}, buf_str(&many), &rows));
    act_as(f, f->actor.person.v, ROLE_ADMIN);
    assert_err(cx, ERR_DENIED, "auth.denied",
               organisation_import_read(cx, zone, (OrganisationWords){0}, S("name\na\n"), &rows));
}

/* ---- a real list (Apache-2.0), read where it is and never kept ---- */

static Str read_landscape(Cx *cx)
{
    const char *shared = getenv("HANSE_SHARED");
    Str path =
        arena_fmt(cx->arena, "%s/data/people/todogroup-landscape.yml", shared ? shared : "/none");
    FILE *file = fopen(path.p, "r");
    if (!file)
        return (Str){0};
    Buf text = buf_new(cx->arena, 1 << 20);
    char chunk[4096];
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, file)) > 0;)
        buf_put(&text, (Str){chunk, n});
    fclose(file);
    return buf_str(&text);
}

/* "            name: Adobe (Member)" of each item, as a table of accepted partners. */
static size_t table_of(Cx *cx, Str yaml, Buf *out)
{
    size_t count = 0;
    Str name = {0};
    buf_put(out, S("name,kind,state,district,website,agreement,agreed_on,rep_mail,rep_name\n"));
    while (yaml.p) {
        Str line = str_trim(str_cut(&yaml, '\n'));
        if (str_starts(line, S("name: ")))
            name = str_trim(str_from_index(line, 6));
        if (!str_starts(line, S("homepage_url:")) || !name.n)
            continue;
        Str url = str_trim(str_from_index(line, 13));
        ptrdiff_t bracket = str_find(name, S(" (Member)"));
        if (bracket > 0)
            name = str_slice(name, 0, (size_t)bracket);
        OrganisationKind kind = (OrganisationKind)(count % ORGANISATION_KIND_COUNT_);
        buf_fmt(out, "\"%.*s\",%.*s,accepted,Bezirk %zu,%.*s,1,2021-03-01,rep@x%zu.example,R %zu\n",
                SARG(name), SARG(organisation_kind_name(kind)), count % 12, SARG(url), count,
                count);
        name = (Str){0};
        count++;
    }
    (void)cx;
    return count;
}

static void a_real_list_of_a_hundred_partners_is_taken_and_listed_fast(void **state)
{
    enum { RUNS = 50 };
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Str yaml = read_landscape(cx);
    if (!yaml.n) {
        print_message("# todogroup-landscape.yml is not there (HANSE_SHARED): left out\n");
        skip();
    }
    Buf table = buf_new(cx->arena, 1 << 20);
    size_t count = table_of(cx, yaml, &table), taken;
    OrganisationRows rows;
    assert_true(count >= 100);
    act_as(f, add_person(f, "office"), ROLE_OFFICE);
    assert_ok(cx, organisation_import_read(cx, berlin(cx), (OrganisationWords){0}, buf_str(&table),
                                           &rows));
    /* Its authors named one of them twice. */
    for (size_t i = 0; i < rows.count; i++)
        if (rows.rows[i].row.refused)
            assert_string_equal(rows.rows[i].row.refused, "import.twice");
    assert_int_equal(rows.count, count);
    assert_int_equal(rows.good + 1, count);
    count = rows.good;
    int64_t start_us = clock_mono_us();
    assert_ok(cx, organisation_import(cx, berlin(cx), (OrganisationWords){0}, buf_str(&table),
                                      &f->events, &taken));
    print_message("# %zu partners taken in %lld ms\n", taken,
                  (long long)(clock_mono_us() - start_us) / 1000);
    act_as(f, 0, 0);
    Directory d;
    start_us = clock_mono_us();
    for (int i = 0; i < RUNS; i++)
        assert_ok(
            cx, directory_read(cx, &(DirectoryQuery){.kind = ORGANISATION_SCIENCE, .words = S("o")},
                               &d));
    print_message("# the directory with a filter and a word: %lld us\n",
                  (long long)(clock_mono_us() - start_us) / RUNS);
    assert_int_equal(d.all, (int64_t)count);
    assert_true(d.count > 0 && d.count < count);
    assert_int_equal(d.any_district, (int64_t)d.count);
    act_as(f, 0, 0);
    assert_ok(cx, directory_read(cx, &(DirectoryQuery){.kind = ORGANISATION_KIND_NONE}, &d));
    assert_int_equal(d.district_count, 12);
    int64_t sum = 0;
    for (size_t i = 0; i < d.district_count; i++)
        sum += d.districts[i].count;
    assert_int_equal(sum, (int64_t)count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(each_refused_row_has_its_reason_and_the_others_are_taken, teardown),
        TEST_ON_BOTH(what_is_said_in_words_is_taken_as_the_code, teardown),
        TEST_ON_BOTH(a_table_that_is_none_is_refused_as_a_whole, teardown),
        TEST_ON_BOTH(a_real_list_of_a_hundred_partners_is_taken_and_listed_fast, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
