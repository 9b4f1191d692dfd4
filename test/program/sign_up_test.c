/* Accounts from outside: signing up, getting back in, changing what one is known by, being shut
 * out; and for each of these scenarios exactly the mails that must be sent. */
#include "program.h"
#include "smtp.h"

static const char PASSWORD[] = "correct horse battery staple";
static const char FRESH[] = "donkey crossing at noon";

static Smtp *smtp;

static int setup(void **state)
{
    smtp = smtp_start();
    if (city_setup(state) != 0)
        return -1;
    City *city = *state;
    assert_ran(0,
               city_run(city, "setting", "set", "legal.terms", "# Be kind", "--data", city->data));
    city_add_person(city, "ada@example.org", "member", PASSWORD);
    city_add_person(city, "office@example.org", "office", PASSWORD);
    city_serve(city, "--test-apply-twice", "--smtp-url",
               city_fmt(city, "smtp://127.0.0.1:%u", smtp_port(smtp)), "--smtp-from",
               "stadt@lindhafen.example");
    return 0;
}

static int teardown(void **state)
{
    int code = city_teardown(state);
    smtp_stop(smtp);
    return code;
}

/* ---- mails that must be sent ---- */

typedef struct Due {
    const char *kind, *to;
} Due;

/* Exactly these, in any order. */
static void expect_mails(const Due *due, size_t count)
{
    smtp_expect(smtp, count);
    for (size_t i = 0; i < count; i++) {
        size_t wanted = 0;
        for (size_t k = 0; k < count; k++)
            wanted += strcmp(due[k].kind, due[i].kind) == 0 && strcmp(due[k].to, due[i].to) == 0;
        size_t sent = smtp_count_of(smtp, due[i].kind, due[i].to);
        if (sent != wanted)
            print_message("# %s to %s: %zu, not %zu\n", due[i].kind, due[i].to, sent, wanted);
        assert_int_equal(sent, wanted);
    }
}
#define EXPECT_MAILS(...)                                                                          \
    expect_mails((const Due[]){__VA_ARGS__}, sizeof((const Due[]){__VA_ARGS__}) / sizeof(Due))

/* ---- forms ---- */

static Str form_of(City *city, const char *const *pairs)
{
    Buf body = buf_new(&city->arena, 64 << 10);
    for (size_t i = 0; pairs[i]; i += 2) {
        buf_fmt(&body, "%s%s=", i ? "&" : "", pairs[i]);
        buf_uri_component(&body, str_from(pairs[i + 1]));
    }
    return buf_str(&body);
}
#define FORM(city, ...) form_of(city, (const char *const[]){__VA_ARGS__, NULL})

static Answer post(City *city, Str path, Str cookie, Str body)
{
    if (cookie.n)
        body = str_fmt(city, "token=%.*s&%.*s", SARG(city_form_token(city, &city->client, cookie)),
                       SARG(body));
    return ask(&city->client, .method = "POST", .path = path, .headers = cookie, .type = AS_FORM,
               .body = body);
}

static Answer sign_up(City *city, const char *mail, const char *name)
{
    return post(
        city, S("/registrieren"), S(""),
        FORM(city, "mail", mail, "name", name, "password", PASSWORD, "lang", "de", "terms", "1"));
}

static Str cookie_of(City *city, Answer answer)
{
    Str cookie = answer_header(&answer, S("Set-Cookie"));
    assert_true(cookie.n > 40);
    Str pair = str_cut(&cookie, ';');
    return str_fmt(city, "Cookie: %.*s\r\n", SARG(pair));
}

static int login_status(City *city, const char *mail, const char *password)
{
    return post(city, S("/anmelden"), S(""), FORM(city, "mail", mail, "password", password)).status;
}

/* Waits until so many rows of the outbox are in the state. */
static void expect_outbox(City *city, const char *state, int64_t count)
{
    Str name = str_fmt(city, "outbox_messages{state=\"%s\"}", state);
    for (int i = 0; i < 500 && city_metric(city, &city->client, name) != count; i++)
        sleep_ms(10);
    assert_int_equal(city_metric(city, &city->client, name), count);
}

/* ---- signing up ---- */

static void a_visitor_signs_up_confirms_and_is_in(void **state)
{
    City *city = *state;
    Answer answer = sign_up(city, "eve@example.org", "Eve Example");
    assert_status(303, answer);
    assert_str("/registrieren/gesendet", answer_header(&answer, S("Location")));
    assert_null(answer_header(&answer, S("Set-Cookie")).p);
    EXPECT_MAILS({"sign_up", "eve@example.org"});
    assert_int_equal(login_status(city, "eve@example.org", PASSWORD), 422);
    SmtpMail mail = smtp_last(smtp, "sign_up", "eve@example.org");
    assert_true(str_find(mail.body, S("Eve")) < 0); /* no word of a stranger's */
    Str link = smtp_link(&mail);
    /* A program that follows links changes nothing, however often. */
    for (int i = 0; i < 3; i++) {
        answer = ask(&city->client, .path = link);
        assert_status(200, answer);
        assert_true(answer_has(&answer, S("method=\"post\"")));
    }
    assert_status(422, post(city, link, S(""), FORM(city, "password", "somebody else's")));
    answer = post(city, link, S(""), FORM(city, "password", PASSWORD));
    assert_status(303, answer);
    assert_str("/konto?willkommen=1", answer_header(&answer, S("Location")));
    Str cookie = cookie_of(city, answer);
    answer = ask(&city->client, .path = S("/konto?willkommen=1"), .headers = cookie);
    assert_status(200, answer);
    assert_true(answer_has(&answer, S("Eve Example")) && answer_has(&answer, S("Willkommen")));
    /* Used once. */
    assert_status(404, ask(&city->client, .path = link));
    assert_status(404, post(city, link, S(""), FORM(city, "password", PASSWORD)));
    assert_int_equal(login_status(city, "eve@example.org", PASSWORD), 303);
    EXPECT_MAILS({"sign_up", "eve@example.org"});
    assert_true(str_find(city_log(city), str_from_index(link, link.n - 30)) < 0);
}

/* From the page that wanted a login, by the mail, and in whatever browser that is opened, back to
 * that page. */
static void who_signs_up_on_the_way_to_something_gets_there(void **state)
{
    City *city = *state;
    Answer answer = ask(&city->client, .path = S("/en/ideen/neu"));
    assert_status(303, answer);
    Str login = str_fmt(city, "%.*s", SARG(answer_header(&answer, S("Location"))));
    answer = ask(&city->client, .path = login);
    assert_true(answer_has(&answer, S("href=\"/en/registrieren?weiter=%2Fen%2Fideen%2Fneu\"")));
    answer = ask(&city->client, .path = S("/en/registrieren?weiter=%2Fen%2Fideen%2Fneu"));
    assert_status(200, answer);
    assert_str("/en/ideen/neu", answer_field(city, &answer, "weiter"));
    answer = post(city, S("/en/registrieren"), S(""),
                  FORM(city, "mail", "eve@example.org", "name", "Eve", "password", PASSWORD, "lang",
                       "en", "terms", "1", "weiter", "/en/ideen/neu"));
    assert_status(303, answer);
    EXPECT_MAILS({"sign_up", "eve@example.org"});
    SmtpMail mail = smtp_last(smtp, "sign_up", "eve@example.org");
    Str link = smtp_link(&mail);
    answer = ask(&city->client, .path = link);
    assert_status(200, answer);
    assert_str("/en/ideen/neu", answer_field(city, &answer, "weiter"));
    ptrdiff_t query = str_find_char(link, '?');
    assert_true(query > 0);
    Str to = str_slice(link, 0, (size_t)query);
    answer = post(city, to, S(""), FORM(city, "password", PASSWORD, "weiter", "/en/ideen/neu"));
    assert_status(303, answer);
    assert_str("/en/ideen/neu", answer_header(&answer, S("Location")));
    assert_status(
        200, ask(&city->client, .path = S("/en/ideen/neu"), .headers = cookie_of(city, answer)));
    /* Nobody is led away from here. */
    answer = ask(&city->client, .path = S("/registrieren?weiter=//evil.example/x"));
    assert_str("", answer_field(city, &answer, "weiter"));
}

static void who_has_an_account_is_told_to_nobody_but_its_mailbox(void **state)
{
    City *city = *state;
    static const struct {
        const char *path, *known, *unknown;
    } FORMS[] = {{"/registrieren", "ada@example.org", "new@example.org"},
                 {"/passwort-vergessen", "ada@example.org", "nobody@example.org"}};
    for (size_t i = 0; i < COUNT_OF(FORMS); i++) {
        Answer answers[2];
        const char *mails[2] = {FORMS[i].known, FORMS[i].unknown};
        for (size_t k = 0; k < 2; k++)
            answers[k] = post(city, str_from(FORMS[i].path), S(""),
                              FORM(city, "mail", mails[k], "name", "Eve", "password", PASSWORD,
                                   "lang", "de", "terms", "1"));
        assert_int_equal(answers[0].status, 303);
        assert_int_equal(answers[1].status, 303);
        assert_str_equal(answer_header(&answers[0], S("Location")),
                         answer_header(&answers[1], S("Location")));
        assert_str_equal(answers[0].body, answers[1].body);
    }
    EXPECT_MAILS({"sign_up_known", "ada@example.org"}, {"sign_up", "new@example.org"},
                 {"password_link", "ada@example.org"});
    /* With one's own account open: another address, known or not. */
    Str cookie = city_login(city, &city->client, "ada@example.org", PASSWORD);
    Answer known = post(city, S("/konto/adresse"), cookie,
                        FORM(city, "mail", "office@example.org", "password", PASSWORD));
    Answer unknown = post(city, S("/konto/adresse"), cookie,
                          FORM(city, "mail", "home@example.org", "password", PASSWORD));
    assert_status(303, known);
    assert_status(303, unknown);
    assert_str_equal(answer_header(&known, S("Location")), answer_header(&unknown, S("Location")));
    EXPECT_MAILS({"sign_up_known", "ada@example.org"}, {"sign_up", "new@example.org"},
                 {"password_link", "ada@example.org"}, {"address_confirm", "home@example.org"});
}

static void what_is_wrong_stands_at_its_field_and_the_rest_is_kept(void **state)
{
    City *city = *state;
    Answer answer = post(
        city, S("/registrieren"), S(""),
        FORM(city, "mail", "no address", "name", "P\xD0\xB0ul", "password", "short", "lang", "en"));
    assert_status(422, answer);
    static const char *const FIELDS[] = {"mail", "name", "password", "terms"};
    for (size_t i = 0; i < COUNT_OF(FIELDS); i++) {
        assert_true(answer_has(&answer, str_fmt(city, "href=\"#%s\"", FIELDS[i])));
        assert_true(answer_has(&answer, str_fmt(city, "id=\"%s-error\"", FIELDS[i])));
    }
    assert_true(answer_has(&answer, S("value=\"no address\"")));
    assert_true(answer_has(&answer, S("value=\"P\xD0\xB0ul\"")));
    assert_false(answer_has(&answer, S("short\"")));
    smtp_expect(smtp, 0);
}

/* ---- too much ---- */

static void ten_thousand_sign_ups_from_one_net_fill_no_mailbox(void **state)
{
    enum { TRIES = 10000, NET_AT_ONCE = 120 };
    City *city = *state;
    size_t taken = 0, refused = 0;
    ArenaMark mark = arena_mark(&city->arena);
    for (int i = 0; i < TRIES; i++) {
        arena_rewind(&city->arena, mark);
        Client client;
        client_init(&client, &city->arena, city->port);
        client.source = (uint8_t)(2 + i % 250);
        Answer answer = ask(&client, .method = "POST", .path = S("/registrieren"), .type = AS_FORM,
                            .body = FORM(city, "mail", city_fmt(city, "p%d@example.org", i), "name",
                                         "Eve", "password", PASSWORD, "lang", "de", "terms", "1"));
        if (answer.status == 429) {
            assert_non_null(answer_header(&answer, S("Retry-After")).p);
            assert_true(answer_has(&answer, str_fmt(city, "value=\"p%d@example.org\"", i)));
            refused++;
        } else {
            assert_status(303, answer);
            taken++;
        }
        client_done(&client);
    }
    print_message("# %zu of %d sign-ups were taken\n", taken, TRIES);
    /* One more each twenty seconds that the test took. */
    assert_in_range(taken, NET_AT_ONCE, NET_AT_ONCE + 30);
    assert_int_equal(taken + refused, TRIES);
    smtp_expect(smtp, taken);
    /* Everybody else signs up and logs in. */
    assert_int_equal(login_status(city, "ada@example.org", PASSWORD), 303);
}

static void the_same_mailbox_is_asked_three_times_at_most(void **state)
{
    City *city = *state;
    for (int i = 0; i < 10; i++)
        assert_status(303, sign_up(city, i % 2 ? "Eve@example.org" : "eve@example.org", "Eve"));
    assert_status(429, sign_up(city, "eve@example.org", "Eve"));
    smtp_expect(smtp, 3);
}

/* ---- getting back in ---- */

static void a_forgotten_password_is_replaced_and_all_sessions_end(void **state)
{
    City *city = *state;
    Str desk = city_login(city, &city->client, "ada@example.org", PASSWORD);
    assert_status(
        303, post(city, S("/en/passwort-vergessen"), S(""), FORM(city, "mail", "ADA@example.org")));
    EXPECT_MAILS({"password_link", "ada@example.org"});
    SmtpMail mail = smtp_last(smtp, "password_link", "ada@example.org");
    Str link = smtp_link(&mail);
    assert_status(200, ask(&city->client, .path = link));
    assert_status(422, post(city, link, S(""), FORM(city, "password", FRESH, "again", "other")));
    Answer answer = post(city, link, S(""), FORM(city, "password", FRESH, "again", FRESH));
    assert_status(303, answer);
    assert_str("/anmelden?neu=1", answer_header(&answer, S("Location")));
    EXPECT_MAILS({"password_link", "ada@example.org"}, {"password_changed", "ada@example.org"});
    assert_int_equal(ask(&city->client, .path = S("/konto"), .headers = desk).status, 303);
    assert_int_equal(login_status(city, "ada@example.org", PASSWORD), 422);
    assert_int_equal(login_status(city, "ada@example.org", FRESH), 303);
    assert_status(404, ask(&city->client, .path = link));
    assert_status(404,
                  post(city, link, S(""), FORM(city, "password", PASSWORD, "again", PASSWORD)));
}

static void a_new_address_is_confirmed_there_and_told_to_the_old_one(void **state)
{
    City *city = *state;
    Str cookie = city_login(city, &city->client, "ada@example.org", PASSWORD);
    assert_status(422, post(city, S("/konto/adresse"), cookie,
                            FORM(city, "mail", "home@example.org", "password", "wrong")));
    assert_status(303, post(city, S("/konto/adresse"), cookie,
                            FORM(city, "mail", "home@example.org", "password", PASSWORD)));
    EXPECT_MAILS({"address_confirm", "home@example.org"});
    SmtpMail mail = smtp_last(smtp, "address_confirm", "home@example.org");
    Str link = smtp_link(&mail);
    assert_status(200, ask(&city->client, .path = link));
    assert_int_equal(login_status(city, "home@example.org", PASSWORD), 422);
    assert_status(303, post(city, link, S(""), S("x=1")));
    EXPECT_MAILS({"address_confirm", "home@example.org"}, {"address_changed", "ada@example.org"});
    assert_int_equal(login_status(city, "home@example.org", PASSWORD), 303);
    assert_int_equal(login_status(city, "ada@example.org", PASSWORD), 422);
    assert_status(404, ask(&city->client, .path = link));
}

static void a_district_is_named_changed_and_taken_back_and_nobody_elses_to_see(void **state)
{
    City *city = *state;
    Str desk = city_login(city, &city->client, "ada@example.org", PASSWORD);
    Str office = city_login(city, &city->client, "office@example.org", PASSWORD);
    assert_status(303, post(city, S("/konto/profil"), desk,
                            FORM(city, "name", "Ada", "lang", "en", "district", "Kornwinkel")));
    Answer answer = ask(&city->client, .path = S("/en/konto"), .headers = desk);
    assert_true(answer_has(&answer, S("Kornwinkel")));
    answer = ask(&city->client, .path = S("/konto/profil"), .headers = desk);
    assert_true(answer_has(&answer, S("value=\"Kornwinkel\"")));
    answer = ask(&city->client, .path = S("/buero/personen"), .headers = office);
    assert_true(answer_has(&answer, S("ada@example.org")));
    assert_false(answer_has(&answer, S("Kornwinkel")));
    answer = ask(&city->client, .path = S("/buero/personen/1"), .headers = office);
    assert_true(answer_has(&answer, S("ada@example.org")));
    assert_false(answer_has(&answer, S("Kornwinkel")));
    assert_status(
        422, post(city, S("/konto/profil"), desk,
                  FORM(city, "name", "Ada", "lang", "de", "district", "Kornwinkel\x01und\nmehr")));
    assert_status(303, post(city, S("/konto/profil"), desk,
                            FORM(city, "name", "Ada", "lang", "de", "district", "")));
    answer = ask(&city->client, .path = S("/konto"), .headers = desk);
    assert_false(answer_has(&answer, S("Kornwinkel")));
    assert_true(answer_has(&answer, S("Keiner genannt")));
}

static void name_and_sessions_are_ones_own_to_change(void **state)
{
    City *city = *state;
    Str desk = city_login(city, &city->client, "ada@example.org", PASSWORD);
    Str phone = city_login(city, &city->client, "ada@example.org", PASSWORD);
    Str tablet = city_login(city, &city->client, "ada@example.org", PASSWORD);
    assert_status(303, post(city, S("/konto/profil"), desk,
                            FORM(city, "name", "Ada <b>Byron</b>", "lang", "en")));
    Answer answer = ask(&city->client, .path = S("/konto"), .headers = desk);
    assert_true(answer_has(&answer, S("Ada &lt;b&gt;Byron&lt;/b&gt;")));
    assert_status(422, post(city, S("/konto/profil"), desk,
                            FORM(city, "name",
                                 "A\xE2\x80\x8F"
                                 "da",
                                 "lang", "en")));
    assert_status(303, post(city, S("/konto/sitzungen"), desk, S("x=1")));
    assert_int_equal(ask(&city->client, .path = S("/konto"), .headers = phone).status, 303);
    assert_int_equal(ask(&city->client, .path = S("/konto"), .headers = tablet).status, 303);
    assert_int_equal(ask(&city->client, .path = S("/konto"), .headers = desk).status, 200);
    smtp_expect(smtp, 0);
}

/* ---- the office ---- */

static void who_is_suspended_is_told_why_and_let_in_again(void **state)
{
    City *city = *state;
    Str ada = city_login(city, &city->client, "ada@example.org", PASSWORD);
    Str office = city_login(city, &city->client, "office@example.org", PASSWORD);
    Answer answer = ask(&city->client, .path = S("/buero/personen?suche=ADA"), .headers = office);
    assert_status(200, answer);
    assert_true(answer_has(&answer, S("href=\"/buero/personen/1\"")));
    assert_false(answer_has(&answer, S("/buero/personen/2\"")));
    assert_status(403, ask(&city->client, .path = S("/buero/personen"), .headers = ada));
    assert_status(422, post(city, S("/buero/personen/1"), office,
                            FORM(city, "to", "suspended", "reason", " ")));
    assert_status(303, post(city, S("/buero/personen/1"), office,
                            FORM(city, "to", "suspended", "reason", "Werbung <i>überall</i>.")));
    assert_int_equal(ask(&city->client, .path = S("/konto"), .headers = ada).status, 303);
    answer = post(city, S("/anmelden"), S(""),
                  FORM(city, "mail", "ada@example.org", "password", PASSWORD));
    assert_status(403, answer);
    assert_null(answer_header(&answer, S("Set-Cookie")).p);
    assert_true(answer_has(&answer, S("Werbung &lt;i&gt;überall&lt;/i&gt;.")));
    /* Who does not know the password learns nothing. */
    answer = post(city, S("/anmelden"), S(""),
                  FORM(city, "mail", "ada@example.org", "password", "wrong"));
    assert_status(422, answer);
    assert_false(answer_has(&answer, S("Werbung")));
    assert_status(
        303, post(city, S("/passwort-vergessen"), S(""), FORM(city, "mail", "ada@example.org")));
    smtp_expect(smtp, 0);
    assert_status(303, post(city, S("/buero/personen/1"), office,
                            FORM(city, "to", "active", "reason", "Ein Irrtum")));
    EXPECT_MAILS({"reactivated", "ada@example.org"});
    assert_int_equal(login_status(city, "ada@example.org", PASSWORD), 303);
    Ran ran = city_run(city, "audit", "list", "--data", city->data);
    assert_true(str_find(ran.out, S("\t2\t0\tperson.suspend\tperson\t1\tWerbung")) > 0);
    assert_true(str_find(ran.out, S("\t2\t0\tperson.reactivate\tperson\t1\tEin Irrtum")) > 0);
}

static void the_office_gives_and_takes_roles_but_not_its_own(void **state)
{
    City *city = *state;
    Str office = city_login(city, &city->client, "office@example.org", PASSWORD);
    Str path = S("/buero/personen/1/rolle");
    assert_status(303, post(city, path, office, FORM(city, "role", "editor", "gives", "1")));
    Answer answer =
        ask(&city->client, .path = S("/buero/personen?zeige=editor"), .headers = office);
    assert_true(answer_has(&answer, S("href=\"/buero/personen/1\"")));
    assert_status(303, post(city, path, office, FORM(city, "role", "editor", "gives", "")));
    assert_status(403, post(city, path, office, FORM(city, "role", "admin", "gives", "1")));
    assert_status(403, post(city, S("/buero/personen/2/rolle"), office,
                            FORM(city, "role", "editor", "gives", "1")));
    answer = ask(&city->client, .path = S("/buero/personen/2"), .headers = office);
    assert_status(200, answer);
    assert_false(answer_has(&answer, S("/buero/personen/2/rolle")));
    assert_status(404, ask(&city->client, .path = S("/buero/personen/99"), .headers = office));
    assert_status(404, ask(&city->client, .path = S("/buero/personen/x"), .headers = office));
}

/* ---- mails that do not arrive ---- */

static void an_address_that_is_refused_for_good_is_marked_and_the_office_sees_it(void **state)
{
    City *city = *state;
    smtp_refuse(smtp, "ada", "550 5.1.1 <ada> mailbox gone");
    assert_status(
        303, post(city, S("/passwort-vergessen"), S(""), FORM(city, "mail", "ada@example.org")));
    assert_true(city_wait_log(city, S("mail.bounced"), 10000));
    expect_outbox(city, "dead", 1);
    Str office = city_login(city, &city->client, "office@example.org", PASSWORD);
    Answer answer = ask(&city->client, .path = S("/buero/personen/1"), .headers = office);
    assert_true(answer_has(&answer, S("550 5.1.1 &lt;ada&gt; mailbox gone")));
    smtp_expect(smtp, 0);
    assert_int_equal(smtp_refused(smtp), 1);
    /* Mails of the account still go out; its link shows that the mailbox works. */
    smtp_refuse(smtp, "ada", "");
    assert_status(
        303, post(city, S("/passwort-vergessen"), S(""), FORM(city, "mail", "ada@example.org")));
    EXPECT_MAILS({"password_link", "ada@example.org"});
    SmtpMail mail = smtp_last(smtp, "password_link", "ada@example.org");
    assert_status(
        303, post(city, smtp_link(&mail), S(""), FORM(city, "password", FRESH, "again", FRESH)));
    answer = ask(&city->client, .path = S("/buero/personen/1"), .headers = office);
    assert_false(answer_has(&answer, S("mailbox gone")));
}

static void what_is_refused_for_now_is_tried_again(void **state)
{
    City *city = *state;
    smtp_refuse(smtp, "eve", "450 4.2.1 later");
    assert_status(303, sign_up(city, "eve@example.org", "Eve"));
    assert_true(city_wait_log(city, S("mail.later"), 10000));
    expect_outbox(city, "waiting", 1);
    assert_int_equal(smtp_refused(smtp), 1);
    smtp_refuse(smtp, "eve", "");
    /* The first pause is 22 to 38 seconds. */
    for (int i = 0; i < 500 && smtp_count(smtp) == 0; i++)
        sleep_ms(100);
    EXPECT_MAILS({"sign_up", "eve@example.org"});
}

#define IN_A_CITY(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_CITY(a_visitor_signs_up_confirms_and_is_in),
        IN_A_CITY(who_signs_up_on_the_way_to_something_gets_there),
        IN_A_CITY(who_has_an_account_is_told_to_nobody_but_its_mailbox),
        IN_A_CITY(what_is_wrong_stands_at_its_field_and_the_rest_is_kept),
        IN_A_CITY(ten_thousand_sign_ups_from_one_net_fill_no_mailbox),
        IN_A_CITY(the_same_mailbox_is_asked_three_times_at_most),
        IN_A_CITY(a_forgotten_password_is_replaced_and_all_sessions_end),
        IN_A_CITY(a_new_address_is_confirmed_there_and_told_to_the_old_one),
        IN_A_CITY(a_district_is_named_changed_and_taken_back_and_nobody_elses_to_see),
        IN_A_CITY(name_and_sessions_are_ones_own_to_change),
        IN_A_CITY(who_is_suspended_is_told_why_and_let_in_again),
        IN_A_CITY(the_office_gives_and_takes_roles_but_not_its_own),
        IN_A_CITY(an_address_that_is_refused_for_good_is_marked_and_the_office_sees_it),
        IN_A_CITY(what_is_refused_for_now_is_tried_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
