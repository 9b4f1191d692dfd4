/* Mails on their way out of the real program, to a mail server that records them. */
#include "program.h"
#include "smtp.h"

static Smtp *smtp;

static int setup(void **state)
{
    smtp = smtp_start();
    return city_setup(state);
}

static int teardown(void **state)
{
    int code = city_teardown(state);
    smtp_stop(smtp);
    return code;
}

static const char *smtp_url(City *city)
{
    return city_fmt(city, "smtp://127.0.0.1:%u", smtp_port(smtp));
}

static Ran send_test(City *city, const char *address)
{
    return city_run(city, "mail", "test", address, "--smtp-url", smtp_url(city), "--smtp-from",
                    "stadt@lindhafen.example", "--public-url", "https://lindhafen.example",
                    "--data", city->data);
}

static void a_test_mail_arrives_with_what_a_mail_needs(void **state)
{
    City *city = *state;
    assert_ran(0, city_run(city, "setting", "set", "city.name", "Lindhäfen, \"neu\"", "--data",
                           city->data));
    Ran ran = send_test(city, "ada@example.org");
    assert_ran(0, ran);
    assert_true(str_find(ran.out, S("250 2.0.0 taken")) > 0);
    smtp_expect(smtp, 1);
    SmtpMail mail = smtp_mail(smtp, 0);
    assert_str("test", mail.kind);
    assert_str("ada@example.org", mail.to);
    assert_str("stadt@lindhafen.example", mail.from);
    assert_true(str_find(mail.body, S("Lindhäfen, \"neu\" eingerichtet")) > 0);
    assert_true(str_find(mail.body, S("https://lindhafen.example\n")) > 0);
    static const Str HEADERS[] = {S_INIT("Date: "), S_INIT("Message-ID: <"),
                                  S_INIT("MIME-Version: 1.0\r\n"),
                                  S_INIT("Auto-Submitted: auto-generated\r\n"),
                                  S_INIT("Content-Type: text/plain; charset=utf-8\r\n")};
    for (size_t i = 0; i < COUNT_OF(HEADERS); i++)
        assert_true(str_find(mail.head, HEADERS[i]) >= 0);
}

static void what_the_mail_server_says_is_shown(void **state)
{
    City *city = *state;
    smtp_refuse(smtp, "nobody", "550 5.1.1 no such user here");
    Ran ran = send_test(city, "nobody@example.org");
    assert_int_not_equal(ran.code, 0);
    assert_true(str_find(ran.err, S("550 5.1.1 no such user here")) > 0);
    ran = city_run(city, "mail", "test", "a@b.example", "--smtp-url", "smtp://127.0.0.1:1",
                   "--data", city->data);
    assert_int_not_equal(ran.code, 0);
    assert_true(str_find(ran.err, S("was not taken")) > 0);
    smtp_expect(smtp, 0);
}

/* Beyond loopback nothing is said in the clear; other protocols are none. */
static void the_server_of_the_configuration_is_checked(void **state)
{
    City *city = *state;
    assert_ran(64, city_run(city, "mail", "test", "a@b.example", "--data", city->data));
    assert_ran(64, city_run(city, "mail", "test", "no address", "--smtp-url", smtp_url(city),
                            "--data", city->data));
    assert_ran(64, city_run(city, "serve", "--smtp-url", "http://127.0.0.1:1", "--data", city->data,
                            "--listen", "127.0.0.1:0"));
    assert_ran(64,
               city_run(city, "serve", "--smtp-url", "smtp://127.0.0.1:1", "--smtp-password-file",
                        "/nonexistent", "--data", city->data, "--listen", "127.0.0.1:0"));
}

static void health_says_what_becomes_of_mails(void **state)
{
    City *city = *state;
    city_serve(city, NULL);
    Answer answer = ask(&city->client, .path = S("/health"));
    assert_true(answer_has(&answer, S("\"mail\":\"waits\"")));
    assert_true(city_wait_log(city, S("mail.waits"), 2000));
    assert_status(404, ask(&city->client, .path = S("/demo/mails")));
    assert_status(404, ask(&city->client, .path = S("/demo/mails/1")));
    assert_int_equal(city_stop(city), 0);
    city_serve(city, "--smtp-url", smtp_url(city), "--smtp-from", "a@lindhafen.example");
    answer = ask(&city->client, .path = S("/health"));
    assert_true(answer_has(&answer, S("\"mail\":\"sent\"")));
    assert_int_equal(city_stop(city), 0);
    city_serve(city, "--keep-mails");
    answer = ask(&city->client, .path = S("/health"));
    assert_true(answer_has(&answer, S("\"mail\":\"kept\"")));
    answer = ask(&city->client, .path = S("/demo/mails"));
    assert_status(200, answer);
    assert_true(answer_has(&answer, S("Es gibt noch keine Mails.")));
    assert_status(404, ask(&city->client, .path = S("/demo/mails/1")));
    assert_status(404, ask(&city->client, .path = S("/demo/mails/x")));
}

#define WITH_SMTP(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SMTP(a_test_mail_arrives_with_what_a_mail_needs),
        WITH_SMTP(what_the_mail_server_says_is_shown),
        WITH_SMTP(the_server_of_the_configuration_is_checked),
        WITH_SMTP(health_says_what_becomes_of_mails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
