/* Notices from outside: of each deed, on their page, at once by mail, in digests over a restart,
 * and ended by one click from a mail; each scenario with exactly the mails that must be sent. */
#include "smtp.h"
#include "store.h"

#include <signal.h>
#include <sys/wait.h>

static const char PASSWORD[] = "correct horse battery staple";

static Smtp *smtp;
static const Visitor stranger = {.name = "stranger"};

static void serve(City *city)
{
    city_serve(city, "--test-apply-twice", "--smtp-url",
               city_fmt(city, "smtp://127.0.0.1:%u", smtp_port(smtp)), "--smtp-from",
               "stadt@lindhafen.example");
}

static int setup(void **state)
{
    smtp = smtp_start();
    if (city_setup(state) != 0)
        return -1;
    City *city = *state;
    city_add_person(city, "ada@example.org", "member", PASSWORD);
    city_add_person(city, "office@example.org", "office", PASSWORD);
    serve(city);
    return 0;
}

static int teardown(void **state)
{
    int code = city_teardown(state);
    smtp_stop(smtp);
    return code;
}

/* As a mail program sends it (RFC 8058): no login, no token. */
static Answer click_once(City *city, Str path)
{
    return ask(&city->client, .method = "POST", .path = path, .type = AS_FORM,
               .body = S("List-Unsubscribe=One-Click"));
}

/* The office gives Ada a role, or takes it: she is told. */
static void give_role(City *city, bool gives)
{
    Visitor office = visitor_of(city, "office@example.org", PASSWORD);
    visit_taken(city, &office, S("/buero/personen/1/rolle"),
                gives ? S("role=editor&gives=1") : S("role=editor&gives="));
}

static Visitor login_ada(City *city)
{
    return visitor_of(city, "ada@example.org", PASSWORD);
}

static void choose(City *city, const Visitor *who, const char *pace)
{
    Str path = visit_taken(city, who, S("/konto/benachrichtigungen"),
                           str_fmt(city, "me=%s&followed=%s&work=%s&weekly=off", pace, pace, pace));
    Answer answer = visit(city, who, path);
    assert_true(answer_has(&answer, str_fmt(city, "value=\"%s\" selected", pace)));
}

/* As if the digest's hour had come while the program was down. */
static void let_the_hour_come(City *city)
{
    assert_int_equal(city_stop(city), 0);
    city_store_run(city, S("UPDATE notice SET due_us = 1 WHERE due_us > 0"));
    serve(city);
}

static void a_notice_stands_on_its_page_and_goes_out_at_once(void **state)
{
    City *city = *state;
    Visitor ada = login_ada(city);
    Answer answer = visit(city, &ada, S("/mein/hinweise"));
    assert_status(200, answer);
    assert_true(answer_has(&answer, S("Noch keine Hinweise")));
    give_role(city, true);
    smtp_expect(smtp, 1);
    SmtpMail mail = smtp_last(smtp, "notice", "ada@example.org");
    assert_true(str_find(mail.body, S("office@example.org hat Ihre Rollen geändert")) >= 0);
    assert_true(str_find(mail.head, S("List-Unsubscribe-Post: List-Unsubscribe=One-Click")) > 0);
    answer = visit(city, &ada, S("/mein/hinweise"));
    assert_true(answer_has(&answer, S("office@example.org hat Ihre Rollen geändert")));
    answer = visit(city, &ada, S("/stadt"));
    assert_true(answer_has(&answer, S("Hinweise (1 neu)")));
    answer = visit(city, &ada, S("/en/mein/hinweise"));
    assert_true(answer_has(&answer, S("office@example.org has changed your roles")));
    visit_taken(city, &ada, S("/mein/hinweise"), S("id="));
    answer = visit(city, &ada, S("/stadt"));
    assert_false(answer_has(&answer, S("1 neu")));
    /* Strangers have none. */
    assert_status(303, visit(city, &stranger, S("/mein/hinweise")));
}

/* "<http://127.0.0.1:PORT/abmelden-von/...>" of the header, as a mail program reads it. */
static Str unsubscribe_path(const SmtpMail *mail)
{
    static const Str NAME = S_INIT("List-Unsubscribe: <http://");
    ptrdiff_t at = str_find(mail->head, NAME);
    assert_true(at >= 0);
    Str rest = str_from_index(mail->head, (size_t)at + NAME.n);
    Str url = str_cut(&rest, '>');
    return str_from_index(url, (size_t)str_find_char(url, '/'));
}

static void one_click_in_a_mail_ends_its_kind_without_a_login(void **state)
{
    City *city = *state;
    give_role(city, true);
    smtp_expect(smtp, 1);
    SmtpMail mail = smtp_last(smtp, "notice", "ada@example.org");
    Str path = unsubscribe_path(&mail);
    /* Looking does nothing. */
    Answer answer = visit(city, &stranger, path);
    assert_status(200, answer);
    assert_true(answer_has(&answer, S("method=\"post\"")));
    give_role(city, false);
    smtp_expect(smtp, 2);
    answer = click_once(city, path);
    assert_status(200, answer);
    assert_null(answer_header(&answer, S("Set-Cookie")).p);
    assert_status(200, click_once(city, path));
    give_role(city, true);
    smtp_expect(smtp, 2);
    Visitor ada = login_ada(city);
    answer = visit(city, &ada, S("/konto/benachrichtigungen"));
    assert_true(answer_has(&answer, S("value=\"off\" selected")));
    /* The notice itself still stands on its page. */
    answer = visit(city, &ada, S("/stadt"));
    assert_true(answer_has(&answer, S("Hinweise (3 neu)")));
    assert_status(404, visit(city, &stranger, S("/abmelden-von/AAAA")));
    assert_status(404, click_once(city, S("/abmelden-von/AAAA")));
}

static void a_digest_goes_out_once_over_a_restart(void **state)
{
    City *city = *state;
    Visitor ada = login_ada(city);
    choose(city, &ada, "daily");
    give_role(city, true);
    give_role(city, false);
    smtp_expect(smtp, 0);
    let_the_hour_come(city);
    smtp_expect(smtp, 1);
    SmtpMail mail = smtp_last(smtp, "digest", "ada@example.org");
    assert_int_equal(str_count(mail.body, S("hat Ihre Rollen geändert")), 2);
    let_the_hour_come(city);
    smtp_expect(smtp, 1);
    /* From the digest one ends all of them. */
    assert_status(200, click_once(city, unsubscribe_path(&mail)));
    give_role(city, true);
    let_the_hour_come(city);
    smtp_expect(smtp, 1);
}

static void what_was_read_needs_no_digest(void **state)
{
    City *city = *state;
    Visitor ada = login_ada(city);
    choose(city, &ada, "weekly");
    give_role(city, true);
    visit_taken(city, &ada, S("/mein/hinweise"), S("id="));
    let_the_hour_come(city);
    smtp_expect(smtp, 0);
}

static void a_form_that_names_no_pace_changes_nothing(void **state)
{
    City *city = *state;
    Visitor ada = login_ada(city);
    static const char *const BODIES[] = {"", "me=off", "me=off&followed=off&work=off",
                                         "me=off&followed=off&work=sometimes&weekly=off",
                                         "me=off&followed=off&work=off&weekly=daily"};
    for (size_t i = 0; i < COUNT_OF(BODIES); i++)
        assert_status(422,
                      visit_post(city, &ada, S("/konto/benachrichtigungen"), str_from(BODIES[i])));
    give_role(city, true);
    smtp_expect(smtp, 1);
}

/* ---- the mail of the week ---- */

static void want_weekly(City *city, const Visitor *who, const char *district)
{
    visit_taken(city, who, S("/konto/profil"),
                str_fmt(city, "name=Wer&lang=de&district=%s", district));
    visit_taken(city, who, S("/konto/benachrichtigungen"),
                S("me=off&followed=off&work=off&weekly=weekly"));
}

static void publish(City *city, const Visitor *who, const char *title, const char *district)
{
    Str rest = visit_taken(
        city, who, S("/ideen/neu"),
        str_fmt(city, "title=%s&lead=Kurz&visibility=0&lang=de&district=%s", title, district));
    Str path = str_cut(&rest, '?');
    visit_taken(city, who, str_fmt(city, "%.*s/schritt", SARG(path)), S("verb=publish&version=1"));
}

/* As if it were Monday morning again, after the program was killed. */
static void let_monday_come(City *city)
{
    int status;
    assert_int_equal(kill(city->pid, SIGKILL), 0);
    assert_int_equal(waitpid(city->pid, &status, 0), city->pid);
    city->pid = 0;
    city_store_run(city, S("UPDATE notice_choice SET due_us = 1 WHERE due_us > 0"));
    serve(city);
}

static void the_week_goes_to_who_wants_it_once_and_tells_nothing_hidden(void **state)
{
    City *city = *state;
    city_add_person(city, "ben@example.org", "member", PASSWORD);
    city_add_person(city, "eva@example.org", "member", PASSWORD);
    Visitor ada = login_ada(city), ben = visitor_of(city, "ben@example.org", PASSWORD),
            eva = visitor_of(city, "eva@example.org", PASSWORD),
            office = visitor_of(city, "office@example.org", PASSWORD);
    want_weekly(city, &ada, "Kornwinkel");
    want_weekly(city, &ben, "Hafen");
    visit_taken(city, &eva, S("/konto/profil"), S("name=Eva&lang=de&district=Kornwinkel"));
    visit_taken(city, &eva, S("/konto/benachrichtigungen"),
                S("me=off&followed=off&work=off&weekly=off"));
    publish(city, &office, "Bank+am+Tor", "Kornwinkel");
    publish(city, &eva, "Geheimer+Plan", "Kornwinkel");
    visit_taken(city, &office, S("/buero/moderation/ideen/2"),
                S("verb=hide&ground=spam&reason=Werbung"));
    publish(city, &ada, "Eigener+Vorschlag", "Kornwinkel");
    smtp_expect(smtp, 0);
    let_monday_come(city);
    smtp_expect(smtp, 1);
    SmtpMail mail = smtp_last(smtp, "weekly", "ada@example.org");
    assert_true(str_find(mail.body, S("In Ihrem Stadtteil Kornwinkel")) > 0);
    assert_int_equal(str_count(mail.body, S("Neue Idee: ")), 1);
    assert_true(str_find(mail.body, S("Neue Idee: Bank am Tor\nhttp://")) > 0);
    assert_true(str_find(mail.body, S("/ideen/bank-am-tor")) > 0);
    assert_true(str_find(mail.body, S("Geheim")) < 0);
    assert_true(str_find(mail.head, S("List-Unsubscribe-Post: List-Unsubscribe=One-Click")) > 0);
    /* Killed, and due again: what was told is not told again. */
    let_monday_come(city);
    smtp_expect(smtp, 1);
    publish(city, &office, "Ein+Brunnen", "Kornwinkel");
    let_monday_come(city);
    smtp_expect(smtp, 2);
    mail = smtp_last(smtp, "weekly", "ada@example.org");
    assert_int_equal(str_count(mail.body, S("Neue Idee: ")), 1);
    assert_true(str_find(mail.body, S("Neue Idee: Ein Brunnen")) > 0);
    /* One click ends this mail, and no other. */
    Visitor again = login_ada(city);
    visit_taken(city, &again, S("/konto/benachrichtigungen"),
                S("me=once&followed=off&work=off&weekly=weekly"));
    assert_status(200, click_once(city, unsubscribe_path(&mail)));
    Answer answer = visit(city, &again, S("/konto/benachrichtigungen"));
    assert_true(answer_has(&answer, S("value=\"once\" selected")));
    assert_false(answer_has(&answer, S("value=\"weekly\" selected")));
    publish(city, &office, "Ein+Baum", "Kornwinkel");
    let_monday_come(city);
    smtp_expect(smtp, 2);
}

/* ---- every deed with the mails that it must lead to, and no others ---- */

enum { ADA, OFFICE, BEN, EVA, CAST };
static const char *const MAILS[CAST] = {"ada@example.org", "office@example.org", "ben@example.org",
                                        "eva@example.org"};

static const struct {
    const char *deed;
    int who;
    const char *path, *body;
    size_t mails[CAST];
} DEEDS[] = {
    {"a draft", ADA, "/ideen/neu", "title=Bank+am+Rathaus&visibility=0", {0}},
    {"it is published", ADA, "/ideen/bank-am-rathaus/schritt", "verb=publish", {0}},
    {"somebody follows it", EVA, "/folgen/1", "follows=1", {0}},
    {"a second click", EVA, "/folgen/1", "follows=1", {0}},
    {"a post that waits", BEN, "/diskussion/1", "body=Gut", {0}},
    {"it is shown", OFFICE, "/beitraege/1/moderation", "verb=show", {1, 0, 1, 1}},
    {"an answer that names somebody",
     OFFICE,
     "/beitraege/1/antworten",
     "body=Stimmt,+%40ada-example-org",
     {1, 0, 1, 1}},
    {"it is changed",
     OFFICE,
     "/beitraege/2/bearbeiten",
     "version=1&body=Stimmt+so,+%40ada-example-org",
     {0}},
    {"a flag", EVA, "/beitraege/1/melden", "ground=spam", {0, 1, 0, 0}},
    {"it is upheld",
     OFFICE,
     "/beitraege/1/moderation",
     "verb=hide&ground=spam&reason=Werbung",
     {0, 0, 1, 1}},
    {"a new state", OFFICE, "/ideen/bank-am-rathaus/schritt", "verb=evaluate", {1, 0, 0, 1}},
    {"an answer is prepared",
     OFFICE,
     "/ideen/bank-am-rathaus/antwort",
     "accepts=1&body=Das+machen+wir&version=0",
     {0}},
    {"it is published",
     OFFICE,
     "/ideen/bank-am-rathaus/antwort/vorschau",
     "version=1",
     {1, 0, 0, 1}},
    {"following ends", EVA, "/mein/folgen", "item=1", {0}},
    {"the discussion is closed",
     OFFICE,
     "/diskussion/1/schliessen",
     "summary=Fertig",
     {1, 0, 0, 0}},
    {"a block",
     OFFICE,
     "/buero/moderation/konten/3",
     "verb=block&ground=spam&reason=Werbung",
     {0, 0, 1, 0}},
};

static void each_deed_leads_to_exactly_its_mails(void **state)
{
    City *city = *state;
    Visitor cast[CAST];
    size_t sent = 0, expected[CAST] = {0};
    city_add_person(city, MAILS[BEN], "member", PASSWORD);
    city_add_person(city, MAILS[EVA], "member", PASSWORD);
    for (int i = 0; i < CAST; i++) {
        cast[i] = visitor_of(city, MAILS[i], PASSWORD);
        choose(city, &cast[i], "once");
    }
    for (size_t i = 0; i < COUNT_OF(DEEDS); i++) {
        print_message("# %s\n", DEEDS[i].deed);
        visit_taken(city, &cast[DEEDS[i].who], str_from(DEEDS[i].path), str_from(DEEDS[i].body));
        for (int k = 0; k < CAST; k++) {
            expected[k] += DEEDS[i].mails[k];
            sent += DEEDS[i].mails[k];
        }
        smtp_expect(smtp, sent);
        for (int k = 0; k < CAST; k++)
            assert_int_equal(smtp_count_of(smtp, "notice", MAILS[k]), expected[k]);
    }
    SmtpMail mail = smtp_last(smtp, "notice", MAILS[BEN]);
    assert_true(str_find(mail.body, S("> Werbung")) >= 0);
    assert_true(str_find(mail.body, S("Konto für Beiträge gesperrt")) >= 0);
}

static void what_one_follows_stands_on_a_page_and_can_be_ended(void **state)
{
    City *city = *state;
    Visitor ada = login_ada(city);
    Answer answer = visit(city, &ada, S("/mein/folgen"));
    assert_status(200, answer);
    assert_true(answer_has(&answer, S("Sie verfolgen nichts")));
    visit_taken(city, &ada, S("/ideen/neu"), S("title=Bank&visibility=0"));
    visit_taken(city, &ada, S("/ideen/bank/schritt"), S("verb=publish"));
    answer = visit(city, &ada, S("/ideen/bank"));
    assert_true(answer_has(&answer, S("aria-pressed=\"true\"")));
    answer = visit(city, &stranger, S("/en/ideen/bank"));
    assert_true(answer_has(&answer, S("/en/folgen/1"))); /* by the login */
    assert_false(answer_has(&answer, S("aria-pressed=\"")));
    answer = visit(city, &ada, S("/mein/folgen"));
    assert_true(answer_has(&answer, S("/ideen/bank")));
    visit_taken(city, &ada, S("/mein/folgen"), S(""));
    answer = visit(city, &ada, S("/mein/folgen"));
    assert_false(answer_has(&answer, S("/ideen/bank")));
    answer = visit(city, &ada, S("/ideen/bank"));
    assert_true(answer_has(&answer, S("aria-pressed=\"false\"")));
    /* Without the form's token it is asked again and nothing is done. */
    answer = ask(&city->client, .method = "POST", .path = S("/folgen/1"), .headers = ada.cookie,
                 .type = AS_FORM, .body = S("follows=1"));
    assert_status(303, answer);
    assert_true(str_starts(answer_header(&answer, S("Location")), S("/folgen/1?")));
    answer = visit(city, &ada, answer_header(&answer, S("Location")));
    assert_status(200, answer);
    assert_true(answer_has(&answer, S("aria-pressed=\"false\"")));
    assert_status(404, visit_post(city, &ada, S("/folgen/99"), S("follows=1")));
    assert_status(404, visit_post(city, &ada, S("/folgen/x"), S("follows=1")));
    assert_status(303, visit(city, &stranger, S("/mein/folgen")));
}

#define IN_A_CITY(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_CITY(a_notice_stands_on_its_page_and_goes_out_at_once),
        IN_A_CITY(one_click_in_a_mail_ends_its_kind_without_a_login),
        IN_A_CITY(a_digest_goes_out_once_over_a_restart),
        IN_A_CITY(what_was_read_needs_no_digest),
        IN_A_CITY(the_week_goes_to_who_wants_it_once_and_tells_nothing_hidden),
        IN_A_CITY(each_deed_leads_to_exactly_its_mails),
        IN_A_CITY(what_one_follows_stands_on_a_page_and_can_be_ended),
        IN_A_CITY(a_form_that_names_no_pace_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
