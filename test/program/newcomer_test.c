/* What newcomers stumbled over on the pages (doc/usability.md): each thing once, from outside, as
 * the one saw it who did not get on. */
#include "visit.h"

static const char PASSWORD[] = "correct horse battery staple";

static int setup(void **state)
{
    city_setup(state);
    City *city = *state;
    city_add_person(city, "ada@example.org", "member", PASSWORD);
    city_add_person(city, "ben@example.org", "member", PASSWORD);
    city_add_person(city, "editor@example.org", "editor", PASSWORD);
    city_add_person(city, "office@example.org", "office", PASSWORD);
    city_serve(city, NULL);
    return 0;
}

/* Its path. */
static Str published_idea(City *city, const Visitor *author, const char *title)
{
    Str path = visit_taken(city, author, S("/ideen/neu"), str_fmt(city, "title=%s&lead=x", title));
    visit_taken(city, author, path_below(city, path, "schritt"), S("verb=publish"));
    return path;
}

/* The page's text from the label of a field to the field itself. */
static Str label_of(const Answer *page, Str field)
{
    char name[64];
    (void)snprintf(name, sizeof name, "for=\"%.*s\">", SARG(field));
    ptrdiff_t at = str_find(page->body, str_from(name));
    assert_true(at >= 0);
    Str rest = str_from_index(page->body, (size_t)at), end = S("</label>");
    ptrdiff_t length = str_find(rest, end);
    assert_true(length > 0);
    return str_slice(rest, 0, (size_t)length);
}

static void assert_label(const Answer *page, Str field, Str words)
{
    Str label = label_of(page, field);
    assert_true(str_find(label, words) > 0);
    assert_true(str_find(label, S("(optional)")) < 0);
}

static void a_reason_that_hiding_needs_is_not_called_optional(void **state)
{
    City *city = *state;
    Visitor ada = visitor_of(city, "ada@example.org", PASSWORD);
    Visitor ben = visitor_of(city, "ben@example.org", PASSWORD);
    Visitor editor = visitor_of(city, "editor@example.org", PASSWORD);
    (void)published_idea(city, &ada, "Mehr+Licht");
    visit_taken(city, &ben, S("/diskussion/1"), S("body=Gut"));
    Answer page = visit_shown(city, &editor, S("/beitraege/1/moderation"));
    assert_label(&page, S("reason"), S("(nötig zum Ausblenden und Sperren)"));
    page = visit_shown(city, &editor, S("/en/buero/moderation"));
    assert_label(&page, S("reason"), S("(needed for hiding and blocking)"));
    /* It says the truth: showing goes without, hiding does not. */
    Answer refused =
        visit_post(city, &editor, S("/beitraege/1/moderation"), S("verb=hide&ground=spam&reason="));
    assert_status(422, refused);
    visit_taken(city, &editor, S("/beitraege/1/moderation"), S("verb=show&reason="));
}

static void what_a_picture_needs_to_be_shown_is_not_called_optional(void **state)
{
    City *city = *state;
    Visitor ada = visitor_of(city, "ada@example.org", PASSWORD);
    (void)published_idea(city, &ada, "Mehr+Licht");
    Answer page = visit_shown(city, &ada, S("/anhaenge/1"));
    assert_label(&page, S("credit"), S("(nötig, damit andere das Bild sehen)"));
    assert_label(&page, S("alt"), S("(nötig, damit andere das Bild sehen)"));
    assert_true(str_find(label_of(&page, S("title")), S("(optional)")) > 0);
    page = visit_shown(city, &ada, S("/en/anhaenge/1"));
    assert_label(&page, S("credit"), S("(needed for others to see the picture)"));
}

static void an_editor_closes_a_discussion_and_opens_it_again(void **state)
{
    City *city = *state;
    Visitor ada = visitor_of(city, "ada@example.org", PASSWORD);
    Visitor ben = visitor_of(city, "ben@example.org", PASSWORD);
    Visitor editor = visitor_of(city, "editor@example.org", PASSWORD);
    Str idea = published_idea(city, &ada, "Mehr+Licht");
    Answer page = visit_shown(city, &editor, idea);
    assert_true(answer_has(&page, S("href=\"/diskussion/1/schliessen\"")));
    page = visit_shown(city, &ben, idea);
    assert_false(answer_has(&page, S("/diskussion/1/schliessen")));
    assert_status(403, visit_post(city, &ben, S("/diskussion/1/schliessen"), S("summary=Schluss")));
    visit_taken(city, &editor, S("/diskussion/1/schliessen"), S("summary=Alles+gesagt."));
    page = visit_shown(city, &ben, idea);
    assert_true(answer_has(&page, S("Alles gesagt.")));
    assert_false(answer_has(&page, S("Frühere Zusammenfassung")));
    assert_status(409, visit_post(city, &ben, S("/diskussion/1"), S("body=Noch+etwas")));
    visit_taken(city, &editor, S("/diskussion/1/schliessen"), S("open=1"));
    page = visit_shown(city, &ben, idea);
    assert_true(answer_has(&page, S("Frühere Zusammenfassung")));
    assert_true(answer_has(&page, S("Alles gesagt.")));
    assert_false(answer_has(&page, S("Dieser Austausch wurde am")));
    visit_taken(city, &ben, S("/diskussion/1"), S("body=Noch+etwas"));
}

static void who_only_applied_is_not_said_to_be_a_partner(void **state)
{
    City *city = *state;
    Visitor office = visitor_of(city, "office@example.org", PASSWORD);
    Str path = visit_taken(city, &office, S("/buero/partner/neu"),
                           S("title=Werft+Nord&kind=company&since=2026-01-31"
                             "&agreement=2026-1&agreed_on=2026-01-31&mail=info%40werft.example"));
    Answer page = visit_shown(city, &office, path);
    assert_false(answer_has(&page, S("Partner seit")));
    visit_taken(city, &office, path_below(city, path, "schritt"), S("verb=apply"));
    visit_taken(city, &office, path_below(city, path, "schritt"), S("verb=review"));
    visit_taken(city, &office, path_below(city, path, "personen"),
                S("verb=invite&mail=ada%40example.org&role=rep"));
    Visitor ada = visitor_of(city, "ada@example.org", PASSWORD);
    page = visit_shown(city, &ada, S("/mein/einladungen"));
    visit_taken(city, &ada, S("/mein/einladungen"),
                str_fmt(city, "verb=yes&id=%.*s", SARG(answer_field(city, &page, "id"))));
    page = visit_shown(city, &office, path);
    assert_false(answer_has(&page, S("Partner seit")));
    visit_taken(city, &office, path_below(city, path, "schritt"), S("verb=accept"));
    page = visit_shown(city, &office, path);
    assert_true(answer_has(&page, S("Partner seit")));
}

static void one_s_own_page_says_first_what_waits_and_what_became_of_one_s_words(void **state)
{
    City *city = *state;
    Visitor ada = visitor_of(city, "ada@example.org", PASSWORD);
    Visitor ben = visitor_of(city, "ben@example.org", PASSWORD);
    Visitor office = visitor_of(city, "office@example.org", PASSWORD);
    Answer page = visit_shown(city, &ben, S("/mein"));
    assert_true(answer_has(&page, S("Gerade wartet nichts auf Sie")));
    (void)published_idea(city, &ada, "Mehr+Licht");
    visit_taken(city, &ben, S("/diskussion/1"), S("body=Am+Kanal+auch"));
    visit_taken(city, &ben, S("/ideen/mehr-licht/unterstuetzen"), S("set=1"));
    page = visit_shown(city, &ben, S("/mein"));
    assert_true(answer_has(&page, S("Am Kanal auch")));
    assert_true(answer_has(&page, S("Wird noch geprüft")));
    ptrdiff_t supported = str_find(page.body, S("id=\"unterstuetzt\""));
    assert_true(supported > 0);
    assert_true(str_find(str_from_index(page.body, (size_t)supported), S("Mehr Licht")) > 0);
    page = visit_shown(city, &ada, S("/mein"));
    assert_false(answer_has(&page, S("Am Kanal auch"))); /* each one's own */
    visit_taken(city, &office, S("/beitraege/1/moderation"),
                S("verb=hide&ground=spam&reason=Werbung"));
    page = visit_shown(city, &ben, S("/mein"));
    assert_true(answer_has(&page, S("Ausgeblendet")));
    /* An invitation stands before all that. */
    Str partner = visit_taken(city, &office, S("/buero/partner/neu"),
                              S("title=Werft+Nord&kind=company&mail=info%40werft.example"));
    visit_taken(city, &office, path_below(city, partner, "personen"),
                S("verb=invite&mail=ben%40example.org&role=colleague"));
    page = visit_shown(city, &ben, S("/en/mein"));
    ptrdiff_t waits = str_find(page.body, S("What waits for you</h2>"));
    ptrdiff_t invited = str_find(page.body, S("Werft Nord"));
    assert_true(waits > 0 && waits < invited);
    assert_true(invited < str_find(page.body, S("id=\"beitraege\"")));
    assert_true(answer_has(&page, S("href=\"/en/mein/einladungen\"")));
}

static void what_waits_for_a_role_stands_first_on_the_page_of_who_has_it(void **state)
{
    City *city = *state;
    Visitor ada = visitor_of(city, "ada@example.org", PASSWORD);
    Visitor ben = visitor_of(city, "ben@example.org", PASSWORD);
    Visitor editor = visitor_of(city, "editor@example.org", PASSWORD);
    Visitor office = visitor_of(city, "office@example.org", PASSWORD);
    Answer page = visit_shown(city, &office, S("/mein"));
    assert_true(answer_has(&page, S("Gerade wartet nichts auf Sie")));
    (void)published_idea(city, &ada, "Mehr+Licht");
    visit_taken(city, &ben, S("/diskussion/1"), S("body=Am+Kanal+auch"));
    Str partner = visit_taken(city, &office, S("/buero/partner/neu"),
                              S("title=Werft+Nord&kind=company&mail=info%40werft.example"));
    visit_taken(city, &office, path_below(city, partner, "schritt"), S("verb=apply"));
    page = visit_shown(city, &office, S("/mein"));
    assert_false(answer_has(&page, S("Gerade wartet nichts auf Sie")));
    assert_true(answer_has(&page, S("1 Vorgang im Eingang des Projektbüros")));
    assert_true(answer_has(&page, S("href=\"/buero/eingang\"")));
    assert_false(answer_has(&page, S("davon 1 überfällig")));
    assert_true(answer_has(&page, S("1 Beitrag wartet auf Moderation")));
    page = visit_shown(city, &editor, S("/en/mein"));
    assert_true(answer_has(&page, S("1 post waits for moderation")));
    assert_true(answer_has(&page, S("href=\"/en/buero/moderation\"")));
    assert_false(answer_has(&page, S("inbox")));
    page = visit_shown(city, &ben, S("/mein"));
    assert_true(answer_has(&page, S("Gerade wartet nichts auf Sie")));
}

static void of_many_things_one_s_own_page_shows_five_and_folds_the_rest(void **state)
{
    City *city = *state;
    Visitor office = visitor_of(city, "office@example.org", PASSWORD);
    Answer page;
    for (int i = 1; i <= 7; i++) {
        visit_taken(city, &office, S("/buero/partner/neu"),
                    str_fmt(city, "title=Werft+%d&kind=company&mail=info%%40werft.example", i));
        if (i != 5)
            continue;
        page = visit_shown(city, &office, S("/mein"));
        assert_false(answer_has(&page, S("class=\"h-fold\"")));
    }
    page = visit_shown(city, &office, S("/mein"));
    ptrdiff_t fold = str_find(page.body, S("class=\"h-fold\""));
    assert_true(fold > 0 && answer_has(&page, S("2 weitere zeigen")));
    Str open = str_slice(page.body, 0, (size_t)fold);
    Str folded = str_from_index(page.body, (size_t)fold);
    assert_int_equal(str_count(open, S("class=\"h-item\"")), 5);
    assert_int_equal(str_count(folded, S("class=\"h-item\"")), 2);
    page = visit_shown(city, &office, S("/en/mein"));
    assert_true(answer_has(&page, S("Show 2 more")));
}

static void a_decision_says_on_whose_words_and_leads_to_where_a_block_is_lifted(void **state)
{
    City *city = *state;
    Visitor ada = visitor_of(city, "ada@example.org", PASSWORD);
    Visitor ben = visitor_of(city, "ben@example.org", PASSWORD);
    Visitor office = visitor_of(city, "office@example.org", PASSWORD);
    (void)published_idea(city, &ada, "Mehr+Licht");
    visit_taken(city, &ben, S("/diskussion/1"), S("body=Am+Kanal+auch"));
    visit_taken(city, &office, S("/beitraege/1/moderation"),
                S("verb=hide&ground=spam&reason=Werbung"));
    Answer page = visit_shown(city, &office, S("/buero/moderation/entscheidungen"));
    assert_true(
        answer_has(&page, S("<a href=\"/beitraege/1/moderation\">Beitrag von ben@example.org zu "
                            "„Mehr Licht“</a>: <strong>ausgeblendet</strong>")));
    assert_true(answer_has(&page, S("Entschieden hat office@example.org.")));
    assert_false(answer_has(&page, S("/buero/moderation/konten/")));
    visit_taken(city, &office, S("/beitraege/1/moderation"),
                S("verb=block&ground=spam&reason=Werbung"));
    page = visit_shown(city, &office, S("/en/buero/moderation/entscheidungen"));
    assert_true(answer_has(&page, S("Account of ben@example.org</a>: <strong>blocked</strong>")));
    ptrdiff_t link = str_find(page.body, S("/buero/moderation/konten/"));
    assert_true(link > 0);
    Str rest = str_from_index(page.body, (size_t)link);
    page = visit_shown(city, &office, str_cut(&rest, '"'));
    assert_true(answer_has(&page, S("value=\"unblock\"")));
    assert_status(403, visit(city, &ben, S("/buero/moderation/entscheidungen")));
}

/* A table as a file, as a browser sends it. */
static Answer send_table(City *city, const Visitor *office, Str path, Str table)
{
    enum { ROOM = 1 << 12 };
    Buf body = buf_new(&city->arena, table.n + ROOM);
    buf_fmt(&body,
            "--xyz\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n%.*s\r\n"
            "--xyz\r\nContent-Disposition: form-data; name=\"columns\"\r\n\r\n\r\n"
            "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n"
            "Content-Type: text/csv\r\n\r\n",
            SARG(office->token));
    buf_put(&body, table);
    buf_put(&body, S("\r\n--xyz--\r\n"));
    return ask(&city->client, .method = "POST", .path = path, .headers = office->cookie,
               .type = S("multipart/form-data; boundary=xyz"), .body = buf_str(&body));
}

static void a_table_has_german_columns_and_comes_as_a_file(void **state)
{
    static const char *const PATHS[] = {"/buero/ideen/einlesen", "/buero/partner/einlesen"};
    static const char *const FIRST[] = {"\xEF\xBB\xBFtitel;kurztext;", "\xEF\xBB\xBFname;art;"};
    City *city = *state;
    Visitor office = visitor_of(city, "office@example.org", PASSWORD);
    for (size_t i = 0; i < COUNT_OF(PATHS); i++) {
        Str path = str_from(PATHS[i]);
        Answer page = visit_shown(city, &office, path);
        assert_true(answer_has(&page, S("type=\"file\"")));
        assert_true(answer_has(&page, S("vorlage.csv\"")));
        assert_true(answer_has(&page, S("breite (lat)")));
        /* What the template shows can be sent as it is. */
        Answer table = visit_shown(city, &office, path_below(city, path, "vorlage.csv"));
        assert_true(str_starts(table.body, str_from(FIRST[i])));
        Str kept = str_fmt(city, "%.*s", SARG(table.body));
        Answer preview = send_table(city, &office, path, kept);
        assert_status(200, preview);
        assert_true(answer_has(&preview, i ? S("Werft Nord GmbH") : S("Mehr Bänke am Kanal")));
        assert_true(answer_has(&preview, S("name=\"take\"")));
        table = visit_shown(city, &office,
                            path_below(city, str_fmt(city, "/en%.*s", SARG(path)), "vorlage.csv"));
        assert_true(str_find(table.body, S("district,lat,lon")) > 0);
        assert_status(422, send_table(city, &office, path, S("titel\nB\xE4nke\n")));
        assert_status(422, send_table(city, &office, path, S("")));
    }
    visit_taken(city, &office, S("/buero/ideen/einlesen"),
                S("columns=Titel%3BStadtteil%0AB%C3%A4nke%3BHafen&take=1"));
    Answer idea = visit_shown(city, &office, S("/ideen/baenke"));
    assert_true(answer_has(&idea, S("Hafen")));
}

/* A kind and a state in the words of the pages; what is none of them is told the words. */
static void a_table_says_kinds_and_states_in_the_words_of_the_pages(void **state)
{
    City *city = *state;
    Visitor office = visitor_of(city, "office@example.org", PASSWORD);
    Str path = S("/buero/partner/einlesen");
    Answer table = visit_shown(city, &office, path_below(city, path, "vorlage.csv"));
    assert_true(answer_has(&table, S(";Mittelstand;Interessiert;nein;")));
    table = visit_shown(city, &office,
                        path_below(city, S("/en/buero/partner/einlesen"), "vorlage.csv"));
    assert_true(answer_has(&table, S(",Small business,Interested,no,")));
    Answer preview = send_table(city, &office, path,
                                S("Name;Art;Stand;Gr\xc3\xbcndungspartner\n"
                                  "Kanuclub;verein oder VERBAND;Antrag eingegangen;ja\n"
                                  "Reederei;Global company;interested;no\n"
                                  "Kiosk;Einzelhandel;;\nB\xc3\xa4"
                                  "cker;;Vielleicht;\n"));
    assert_status(200, preview);
    assert_true(answer_has(&preview, S("2 Organisationen einlesen")));
    assert_true(answer_has(&preview, S("\xe2\x80\x9e"
                                       "Einzelhandel\xe2\x80\x9c. M\xc3\xb6glich sind: "
                                       "Mittelstand, Start-up, ")));
    assert_true(answer_has(&preview, S("Interessiert, Antrag eingegangen, Partner.")));
    assert_false(answer_has(&preview, S("start_up")));
    preview = send_table(city, &office, S("/buero/ideen/einlesen"),
                         S("Titel;Stand\nB\xc3\xa4nke;In Pr\xc3\xbc"
                           "fung\nLicht;Abgelehnt\n"));
    assert_true(answer_has(&preview, S("Eine Idee einlesen")));
    assert_true(answer_has(&preview, S("M\xc3\xb6glich sind: Ver\xc3\xb6"
                                       "ffentlicht, In Pr\xc3\xbc"
                                       "fung.")));
}

static void a_column_that_is_unknown_is_named_where_the_table_came_from(void **state)
{
    static const char *const PATHS[] = {"/buero/ideen/einlesen", "/buero/partner/einlesen"};
    static const char *const NAMES[] = {"titel", "name"};
    City *city = *state;
    Visitor office = visitor_of(city, "office@example.org", PASSWORD);
    Str said = S("Die Spalte \xe2\x80\x9e"
                 "Beschreibung\xe2\x80\x9c kennen wir nicht");
    for (size_t i = 0; i < COUNT_OF(PATHS); i++) {
        Str path = str_from(PATHS[i]);
        Answer page =
            send_table(city, &office, path, str_fmt(city, "%s;Beschreibung\nA;B\n", NAMES[i]));
        assert_status(422, page);
        assert_true(answer_has(&page, said));
        assert_true(answer_has(&page, S("id=\"file-error\"")));
        assert_true(answer_has(&page, S("href=\"#file\"")));
        assert_false(answer_has(&page, S("id=\"columns-error\"")));
        page = visit_post(city, &office, path,
                          str_fmt(city, "columns=%s%%3BBeschreibung%%0AA%%3BB", NAMES[i]));
        assert_status(422, page);
        assert_true(answer_has(&page, said));
        assert_true(answer_has(&page, S("id=\"columns-error\"")));
        assert_false(answer_has(&page, S("id=\"file-error\"")));
    }
}

static void an_official_answer_is_read_again_before_anybody_else_reads_it(void **state)
{
    City *city = *state;
    Visitor ada = visitor_of(city, "ada@example.org", PASSWORD);
    Visitor office = visitor_of(city, "office@example.org", PASSWORD);
    Str idea = published_idea(city, &ada, "Mehr+Licht");
    visit_taken(city, &office, path_below(city, idea, "schritt"), S("verb=evaluate"));
    Str form = path_below(city, idea, "antwort");
    Answer page = visit_shown(city, &office, form);
    assert_true(answer_has(&page, S("Schritt 1 von 2")));
    Str preview =
        visit_taken(city, &office, form, S("accepts=1&body=Das+bauen+wir.&version=0&by=0"));
    assert_str_equal(preview, path_below(city, form, "vorschau"));
    page = visit_shown(city, &office, preview);
    assert_true(answer_has(&page, S("Schritt 2 von 2")));
    assert_true(answer_has(&page, S("Das bauen wir.")));
    page = visit_shown(city, &ada, idea);
    assert_false(answer_has(&page, S("Das bauen wir.")));
    visit_taken(city, &office, preview, S("version=1"));
    page = visit_shown(city, &ada, idea);
    assert_true(answer_has(&page, S("Das bauen wir.")));
}

/* In a city that anybody may write to. */
static void the_readings_of_some_days_are_had_as_a_file(void **state)
{
    City *city = *state;
    Str csv = S("/stadt/daten/urn:x:1/verlauf.csv");
    for (int day = 1; day <= 5; day++) {
        Str value = str_fmt(city,
                            "{\"id\":\"urn:x:1\",\"type\":\"A\",\"t\":{\"type\":\"Property\","
                            "\"value\":%d,\"observedAt\":\"2026-06-0%dT10:00:00Z\"}}",
                            100 + day, day);
        Str attribute = str_from_index(value, (size_t)str_find(value, S("\"t\":")));
        Answer answer =
            day == 1 ? ask(&city->client, .method = "POST", .path = S(ENTITIES), .type = AS_JSON,
                           .body = value)
                     : ask(&city->client, .method = "POST", .path = S(ENTITIES "/urn:x:1/attrs"),
                           .type = AS_JSON, .body = str_fmt(city, "{%.*s", SARG(attribute)));
        assert_status(day == 1 ? 201 : 204, answer);
    }
    Answer page = ask(&city->client, .path = S("/stadt/daten/urn:x:1"));
    assert_status(200, page);
    assert_true(answer_has(&page, S("name=\"von\"")) && answer_has(&page, S("name=\"bis\"")));
    assert_true(answer_has(&page, S("/verlauf.csv\"")));
    page = ask(&city->client, .path = csv);
    assert_status(200, page);
    assert_int_equal(str_count(page.body, S("2026-06-0")), 5);
    page =
        ask(&city->client, .path = str_fmt(city, "%.*s?von=2026-06-02&bis=2026-06-03", SARG(csv)));
    assert_status(200, page);
    assert_int_equal(str_count(page.body, S("2026-06-0")), 2);
    assert_true(answer_has(&page, S(",102,")) && answer_has(&page, S(",103,")));
    page = ask(&city->client, .path = str_fmt(city, "%.*s?von=4.6.2026", SARG(csv)));
    assert_int_equal(str_count(page.body, S("2026-06-0")), 2);
    assert_status(400, ask(&city->client, .path = str_fmt(city, "%.*s?von=gestern", SARG(csv))));
    assert_status(400, ask(&city->client,
                           .path = str_fmt(city, "%.*s?von=2026-06-04&bis=2026-06-03", SARG(csv))));
}

#define IN_A_CITY(f) cmocka_unit_test_setup_teardown(f, setup, city_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_CITY(a_reason_that_hiding_needs_is_not_called_optional),
        IN_A_CITY(what_a_picture_needs_to_be_shown_is_not_called_optional),
        IN_A_CITY(an_editor_closes_a_discussion_and_opens_it_again),
        IN_A_CITY(who_only_applied_is_not_said_to_be_a_partner),
        IN_A_CITY(a_table_has_german_columns_and_comes_as_a_file),
        IN_A_CITY(a_table_says_kinds_and_states_in_the_words_of_the_pages),
        IN_A_CITY(a_column_that_is_unknown_is_named_where_the_table_came_from),
        IN_A_CITY(an_official_answer_is_read_again_before_anybody_else_reads_it),
        cmocka_unit_test_setup_teardown(the_readings_of_some_days_are_had_as_a_file,
                                        city_setup_open, city_teardown),
        IN_A_CITY(what_waits_for_a_role_stands_first_on_the_page_of_who_has_it),
        IN_A_CITY(of_many_things_one_s_own_page_shows_five_and_folds_the_rest),
        IN_A_CITY(a_decision_says_on_whose_words_and_leads_to_where_a_block_is_lifted),
        IN_A_CITY(one_s_own_page_says_first_what_waits_and_what_became_of_one_s_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
