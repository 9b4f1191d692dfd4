/* Ideas, seen from outside: what is like one is shown while it is written and before it is
 * published. */
#include "visit.h"

static const char PASSWORD[] = "correct horse battery staple";

static int setup(void **state)
{
    city_setup(state);
    City *city = *state;
    city_add_person(city, "ada@example.org", "member", PASSWORD);
    city_add_person(city, "ben@example.org", "member", PASSWORD);
    city_add_person(city, "office@example.org", "office", PASSWORD);
    city_serve(city, "--log", "info");
    return 0;
}

static void assert_leads(Answer answer, const char *path)
{
    assert_status(303, answer);
    assert_str_equal(str_from(path), answer_header(&answer, S("Location")));
}

static void publish_benches(City *city, const Visitor *ada)
{
    assert_leads(visit_post(city, ada, S("/ideen/neu"),
                            S("title=Mehr+B%C3%A4nke+im+Stadtpark&lead=Zum+Ausruhen")),
                 "/ideen/mehr-baenke-im-stadtpark");
    Answer page = visit_shown(city, ada, S("/ideen/mehr-baenke-im-stadtpark"));
    assert_int_equal(str_count(page.body, S("id=\"gibt-es-schon\"")),
                     0); /* there is nothing like it */
    assert_int_equal(str_count(page.body, S("value=\"publish\"")), 1);
    assert_leads(
        visit_post(city, ada, S("/ideen/mehr-baenke-im-stadtpark/schritt"), S("verb=publish")),
        "/ideen/mehr-baenke-im-stadtpark");
}

static void before_an_idea_is_published_what_is_like_it_is_shown(void **state)
{
    City *city = *state;
    Visitor ada = visitor_of(city, "ada@example.org", PASSWORD);
    Visitor ben = visitor_of(city, "ben@example.org", PASSWORD);
    publish_benches(city, &ada);
    assert_leads(
        visit_post(city, &ben, S("/ideen/neu"), S("title=Sitzb%C3%A4nke+am+Stadtpark&lead=x")),
        "/ideen/sitzbaenke-am-stadtpark");
    Answer page = visit_shown(city, &ben, S("/ideen/sitzbaenke-am-stadtpark"));
    assert_int_equal(str_count(page.body, S("id=\"gibt-es-schon\"")), 1);
    assert_true(answer_has(&page, S("href=\"/ideen/mehr-baenke-im-stadtpark\"")));
    assert_true(answer_has(&page, S("/ideen/mehr-baenke-im-stadtpark/unterstuetzen")));
    /* One way to publish: behind the question. */
    assert_int_equal(str_count(page.body, S("value=\"publish\"")), 1);
    assert_true(answer_has(&page, S("Meine Idee ist anders: veröffentlichen")));
    Answer english = visit_shown(city, &ben, S("/en/ideen/sitzbaenke-am-stadtpark"));
    assert_true(answer_has(&english, S("My idea is different: publish it")));
    /* Either is possible. */
    assert_leads(
        visit_post(city, &ben, S("/ideen/mehr-baenke-im-stadtpark/unterstuetzen"), S("set=1")),
        "/ideen/mehr-baenke-im-stadtpark");
    assert_leads(
        visit_post(city, &ben, S("/ideen/sitzbaenke-am-stadtpark/schritt"), S("verb=publish")),
        "/ideen/sitzbaenke-am-stadtpark");
    page = visit_shown(city, &ben, S("/ideen/sitzbaenke-am-stadtpark"));
    assert_int_equal(str_count(page.body, S("id=\"gibt-es-schon\"")), 0);
}

static void while_an_idea_is_written_what_is_like_it_can_be_asked_for(void **state)
{
    City *city = *state;
    Visitor ada = visitor_of(city, "ada@example.org", PASSWORD);
    publish_benches(city, &ada);
    Answer page = visit_shown(city, &ada, S("/ideen/neu"));
    assert_true(answer_has(&page, S("data-similar=\"/ideen/aehnlich\"")));
    page = visit_shown(city, &ada, S("/ideen/aehnlich?titel=B%C3%A4nke+am+Weg"));
    assert_true(answer_has(&page, S("href=\"/ideen/mehr-baenke-im-stadtpark\"")));
    page = visit_shown(city, &ada, S("/ideen/aehnlich?titel=Schwimmbad"));
    assert_true(answer_has(&page, S("Nichts Ähnliches gefunden.")));
    page = visit_shown(city, &ada, S("/ideen/aehnlich?titel=%FF%22%3E%3Cscript%3E"));
    assert_int_equal(str_count(page.body, S("\"><script>")), 0);
    /* A form that is refused is shown with it again. */
    Answer refused =
        visit_post(city, &ada, S("/ideen/neu"), S("title=B%C3%A4nke&lead=&lat=999&lon=1"));
    assert_status(422, refused);
    assert_true(answer_has(&refused, S("href=\"/ideen/mehr-baenke-im-stadtpark\"")));
    /* Strangers write nothing. */
    assert_int_equal(ask(&city->client, .path = S("/ideen/aehnlich?titel=x")).status, 303);
    /* An idea of that name does not stand in the way of the page. */
    assert_leads(visit_post(city, &ada, S("/ideen/neu"), S("title=%C3%84hnlich&lead=x")),
                 "/ideen/aehnlich-2");
}

static void the_setting_hides_what_is_like_an_idea(void **state)
{
    City *city = *state;
    Visitor ada = visitor_of(city, "ada@example.org", PASSWORD);
    publish_benches(city, &ada);
    assert_ran(0, city_run(city, "setting", "set", "idea.similar", "", "--data", city->data));
    assert_int_equal(city_stop(city), 0);
    city_serve(city, "--log", "info");
    Answer page = visit_shown(city, &ada, S("/ideen/neu"));
    assert_int_equal(str_count(page.body, S("data-similar")), 0);
    page = visit_shown(city, &ada, S("/ideen/aehnlich?titel=B%C3%A4nke"));
    assert_int_equal(str_count(page.body, S("mehr-baenke")), 0);
}

/* What is given out is read in again; a title that a spreadsheet would run survives both ways. */
static void a_table_is_looked_at_then_taken_and_given_out_again(void **state)
{
    City *city = *state;
    Visitor ada = visitor_of(city, "ada@example.org", PASSWORD);
    Visitor office = visitor_of(city, "office@example.org", PASSWORD);
    static const char ROWS[] = "title%2Clead%2Cstate%0A%3D1%2B1+Idee%2C%40SUM(A1)%2Cevaluation%0A"
                               "Nummer+zwei%2C%2Caccepted%0A%3Cb%3Edrei%2C%2C%0A";
    Str path = S("/buero/ideen/einlesen");
    Str columns = str_fmt(city, "columns=%s", ROWS),
        take = str_fmt(city, "take=1&columns=%s", ROWS);
    Answer page = visit_post(city, &office, path, columns);
    assert_status(200, page);
    assert_true(answer_has(&page, S("Eine Zeile kann nicht eingelesen werden")));
    assert_true(answer_has(&page, S("Eine beantwortete Idee kann nicht eingelesen werden")));
    assert_true(answer_has(&page, S("2 Ideen einlesen")));
    assert_int_equal(str_count(page.body, S("<b>drei")), 0);
    Answer csv = visit_shown(city, &ada, S("/ideen.csv"));
    assert_int_equal(str_count(csv.body, S("Idee")), 0); /* looking wrote nothing */
    assert_int_equal(visit_post(city, &ada, path, take).status, 403);
    assert_leads(visit_post(city, &office, path, take), "/ideen");
    csv = visit_shown(city, &ada, S("/ideen.csv"));
    assert_true(answer_has(&csv, S("\n'=1+1 Idee,'@SUM(A1),")));
    assert_int_equal(str_count(csv.body, S("\r\n")), 3);
    /* Its own table, read in again: known columns, rows that are there. */
    Buf again = buf_new(&city->arena, 1 << 16);
    buf_put(&again, S("columns="));
    buf_uri_component(&again, csv.body);
    page = visit_post(city, &office, path, buf_str(&again));
    assert_status(200, page);
    assert_true(answer_has(&page, S("2 Zeilen k\xc3\xb6nnen nicht eingelesen werden")));
    assert_status(422, visit_post(city, &office, path, S("columns=nichts%0Ax")));
    assert_true(answer_has(&(Answer){.body = visit_shown(city, &office, S("/ideen")).body},
                           S("/buero/ideen/einlesen")));
    page = visit_shown(city, &ada, S("/ideen"));
    assert_int_equal(str_count(page.body, S("einlesen")), 0);
}

int main(void)
{
#define IN_A_CITY_OF_IDEAS(name) cmocka_unit_test_setup_teardown(name, setup, city_teardown)
    const struct CMUnitTest tests[] = {
        IN_A_CITY_OF_IDEAS(before_an_idea_is_published_what_is_like_it_is_shown),
        IN_A_CITY_OF_IDEAS(while_an_idea_is_written_what_is_like_it_can_be_asked_for),
        IN_A_CITY_OF_IDEAS(a_table_is_looked_at_then_taken_and_given_out_again),
        IN_A_CITY_OF_IDEAS(the_setting_hides_what_is_like_an_idea),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
