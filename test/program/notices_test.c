/* Notices from outside: on their page, at once by mail, in digests over a restart, and ended by one
 * click from a mail; each scenario with exactly the mails that must be sent. */
#include "db/db.h"
#include "program.h"
#include "smtp.h"

static const char PASSWORD[] = "correct horse battery staple";

static Smtp *smtp;

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

static Answer post(City *city, Str path, Str cookie, const char *body)
{
    Str text = cookie.n ? str_fmt(city, "token=%.*s&%s",
                                  SARG(city_form_token(city, &city->client, cookie)), body)
                        : str_from(body);
    return ask(&city->client, .method = "POST", .path = path, .headers = cookie, .type = AS_FORM,
               .body = text);
}

/* The office gives Ada a role, or takes it: she is told. */
static void give_role(City *city, bool gives)
{
    Str office = city_login(city, &city->client, "office@example.org", PASSWORD);
    assert_status(303, post(city, S("/buero/personen/1/rolle"), office,
                            gives ? "role=editor&gives=1" : "role=editor&gives="));
}

static Str login_ada(City *city)
{
    return city_login(city, &city->client, "ada@example.org", PASSWORD);
}

static Answer get(City *city, Str path, Str cookie)
{
    return ask(&city->client, .path = path, .headers = cookie);
}

static void choose(City *city, Str cookie, const char *pace)
{
    Answer answer = post(city, S("/konto/benachrichtigungen"), cookie,
                         city_fmt(city, "me=%s&followed=%s&work=%s", pace, pace, pace));
    assert_status(303, answer);
    answer = get(city, answer_header(&answer, S("Location")), cookie);
    assert_true(answer_has(&answer, str_fmt(city, "value=\"%s\" selected", pace)));
}

/* As if the digest's hour had come while the program was down. */
static void let_the_hour_come(City *city)
{
    static const Str SQL_TEXT = S_INIT("UPDATE notice SET due_us = 1 WHERE due_us > 0");
    assert_int_equal(city_stop(city), 0);
    Cx cx = city->cx;
    assert_ok(&cx, db_open(&cx, str_fmt(city, "%s/hanse.db", city->data),
                           (DbOptions){.mode = DB_WRITE}, &cx.db));
    assert_ok(&cx, db_begin(&cx));
    assert_ok(&cx, db_script(&cx, SQL_TEXT));
    assert_ok(&cx, db_commit(&cx));
    db_close(cx.db);
    serve(city);
}

static void a_notice_stands_on_its_page_and_goes_out_at_once(void **state)
{
    City *city = *state;
    Str ada = login_ada(city);
    Answer answer = get(city, S("/mein/hinweise"), ada);
    assert_status(200, answer);
    assert_true(answer_has(&answer, S("Noch keine Hinweise")));
    give_role(city, true);
    smtp_expect(smtp, 1);
    SmtpMail mail = smtp_last(smtp, "notice", "ada@example.org");
    assert_true(str_find(mail.body, S("office@example.org hat Ihre Rollen geändert")) >= 0);
    assert_true(str_find(mail.head, S("List-Unsubscribe-Post: List-Unsubscribe=One-Click")) > 0);
    answer = get(city, S("/mein/hinweise"), ada);
    assert_true(answer_has(&answer, S("office@example.org hat Ihre Rollen geändert")));
    answer = get(city, S("/stadt"), ada);
    assert_true(answer_has(&answer, S("Hinweise (1 neu)")));
    answer = get(city, S("/en/mein/hinweise"), ada);
    assert_true(answer_has(&answer, S("office@example.org has changed your roles")));
    assert_status(303, post(city, S("/mein/hinweise"), ada, "id="));
    answer = get(city, S("/stadt"), ada);
    assert_false(answer_has(&answer, S("1 neu")));
    /* Strangers have none. */
    assert_status(303, get(city, S("/mein/hinweise"), S("")));
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
    Answer answer = get(city, path, S(""));
    assert_status(200, answer);
    assert_true(answer_has(&answer, S("method=\"post\"")));
    give_role(city, false);
    smtp_expect(smtp, 2);
    answer = post(city, path, S(""), "List-Unsubscribe=One-Click");
    assert_status(200, answer);
    assert_null(answer_header(&answer, S("Set-Cookie")).p);
    assert_status(200, post(city, path, S(""), "List-Unsubscribe=One-Click"));
    give_role(city, true);
    smtp_expect(smtp, 2);
    Str ada = login_ada(city);
    answer = get(city, S("/konto/benachrichtigungen"), ada);
    assert_true(answer_has(&answer, S("value=\"off\" selected")));
    /* The notice itself still stands on its page. */
    answer = get(city, S("/stadt"), ada);
    assert_true(answer_has(&answer, S("Hinweise (3 neu)")));
    assert_status(404, get(city, S("/abmelden-von/AAAA"), S("")));
    assert_status(404, post(city, S("/abmelden-von/AAAA"), S(""), "List-Unsubscribe=One-Click"));
}

static void a_digest_goes_out_once_over_a_restart(void **state)
{
    City *city = *state;
    choose(city, login_ada(city), "daily");
    give_role(city, true);
    give_role(city, false);
    smtp_expect(smtp, 0);
    let_the_hour_come(city);
    smtp_expect(smtp, 1);
    SmtpMail mail = smtp_last(smtp, "digest", "ada@example.org");
    Str body = mail.body;
    int told = 0;
    static const Str WORDS = S_INIT("hat Ihre Rollen geändert");
    for (ptrdiff_t at; (at = str_find(body, WORDS)) >= 0; told++)
        body = str_from_index(body, (size_t)at + WORDS.n);
    assert_int_equal(told, 2);
    let_the_hour_come(city);
    smtp_expect(smtp, 1);
    /* From the digest one ends all of them. */
    assert_status(200, post(city, unsubscribe_path(&mail), S(""), "List-Unsubscribe=One-Click"));
    give_role(city, true);
    let_the_hour_come(city);
    smtp_expect(smtp, 1);
}

static void what_was_read_needs_no_digest(void **state)
{
    City *city = *state;
    Str ada = login_ada(city);
    choose(city, ada, "weekly");
    give_role(city, true);
    assert_status(303, post(city, S("/mein/hinweise"), ada, "id="));
    let_the_hour_come(city);
    smtp_expect(smtp, 0);
}

static void a_form_that_names_no_pace_changes_nothing(void **state)
{
    City *city = *state;
    Str ada = login_ada(city);
    static const char *const BODIES[] = {"", "me=off", "me=off&followed=off&work=sometimes"};
    for (size_t i = 0; i < COUNT_OF(BODIES); i++)
        assert_status(422, post(city, S("/konto/benachrichtigungen"), ada, BODIES[i]));
    give_role(city, true);
    smtp_expect(smtp, 1);
}

#define IN_A_CITY(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_CITY(a_notice_stands_on_its_page_and_goes_out_at_once),
        IN_A_CITY(one_click_in_a_mail_ends_its_kind_without_a_login),
        IN_A_CITY(a_digest_goes_out_once_over_a_restart),
        IN_A_CITY(what_was_read_needs_no_digest),
        IN_A_CITY(a_form_that_names_no_pace_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
