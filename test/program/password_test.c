/* Changing one's password, what the audit says of it, and jobs over a restart, seen from outside.
 */
#include "program.h"

static const char OLD[] = "correct horse battery staple";
static const char NEW[] = "donkey crossing at noon";

static int setup_person(void **state)
{
    if (city_setup(state) != 0)
        return -1;
    City *city = *state;
    city_add_person(city, "ada@example.org", "member", OLD);
    city_serve(city, NULL);
    return 0;
}

static Answer change(City *city, Str cookie, const char *current, const char *fresh,
                     const char *again)
{
    const char *values[] = {current, fresh, again};
    static const Str NAMES[] = {S_INIT("&current="), S_INIT("&fresh="), S_INIT("&again=")};
    Buf body = buf_new(&city->arena, 8192);
    buf_put(&body, S("token="));
    buf_uri_component(&body, city_form_token(city, &city->client, cookie));
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        buf_put(&body, NAMES[i]);
        buf_uri_component(&body, str_from(values[i]));
    }
    return ask(&city->client, .method = "POST", .path = S("/konto/passwort"), .headers = cookie,
               .type = AS_FORM, .body = buf_str(&body));
}

static int account_status(City *city, Str cookie)
{
    return ask(&city->client, .path = S("/konto"), .headers = cookie).status;
}

static void a_new_password_ends_all_other_sessions(void **state)
{
    City *city = *state;
    Str desk = city_login(city, &city->client, "ada@example.org", OLD);
    Str phone = city_login(city, &city->client, "ada@example.org", OLD);
    Answer answer = change(city, desk, OLD, NEW, NEW);
    assert_status(303, answer);
    Str next = answer_header(&answer, S("Location"));
    Answer page = ask(&city->client, .path = next, .headers = desk);
    assert_status(200, page);
    assert_true(answer_has(&page, S("Das Passwort ist geändert.")));
    assert_int_equal(account_status(city, phone), 303);
    assert_status(422, ask(&city->client, .method = "POST", .path = S("/anmelden"), .type = AS_FORM,
                           .body = str_fmt(city, "mail=ada@example.org&password=%s", OLD)));
    city_login(city, &city->client, "ada@example.org", NEW);
}

static void what_is_wrong_stands_at_its_field_and_changes_nothing(void **state)
{
    static const struct {
        const char *current, *fresh, *again, *field;
    } TRIES[] = {{"a wrong password", NEW, NEW, "current"},
                 {OLD, "short", "short", "fresh"},
                 {OLD, NEW, "donkey crossing at dawn", "again"},
                 {"", "", "", "fresh"}};
    City *city = *state;
    Str desk = city_login(city, &city->client, "ada@example.org", OLD);
    Str phone = city_login(city, &city->client, "ada@example.org", OLD);
    for (size_t i = 0; i < COUNT_OF(TRIES); i++) {
        Answer answer = change(city, desk, TRIES[i].current, TRIES[i].fresh, TRIES[i].again);
        assert_status(422, answer);
        assert_true(answer_has(&answer, str_fmt(city, "href=\"#%s\"", TRIES[i].field)));
        assert_true(answer_has(&answer, str_fmt(city, "id=\"%s-error\"", TRIES[i].field)));
        assert_false(answer_has(&answer, str_from(NEW)));
        assert_false(answer_has(&answer, str_from(OLD)));
    }
    assert_int_equal(account_status(city, phone), 200);
    city_login(city, &city->client, "ada@example.org", OLD);
}

static void ten_wrong_tries_close_the_form(void **state)
{
    City *city = *state;
    Str desk = city_login(city, &city->client, "ada@example.org", OLD);
    for (int i = 0; i < 10; i++)
        assert_status(422, change(city, desk, "a wrong password", NEW, NEW));
    Answer answer = change(city, desk, OLD, NEW, NEW);
    assert_status(429, answer);
    assert_str("60", answer_header(&answer, S("Retry-After")));
}

static void the_form_needs_a_session_and_its_token(void **state)
{
    City *city = *state;
    Str body = str_fmt(city, "current=%s&fresh=%s&again=%s", OLD, NEW, NEW);
    Str desk = city_login(city, &city->client, "ada@example.org", OLD);
    assert_status(403, ask(&city->client, .method = "POST", .path = S("/konto/passwort"),
                           .headers = desk, .type = AS_FORM, .body = body));
    Answer stranger = ask(&city->client, .method = "POST", .path = S("/konto/passwort"),
                          .type = AS_FORM, .body = body);
    assert_int_not_equal(stranger.status, 200);
    city_login(city, &city->client, "ada@example.org", OLD);
}

static void the_audit_tells_who_did_what_and_no_secret(void **state)
{
    City *city = *state;
    Str desk = city_login(city, &city->client, "ada@example.org", OLD);
    city_login(city, &city->client, "ada@example.org", OLD);
    assert_status(303, change(city, desk, OLD, NEW, NEW));
    assert_ran(0, city_run(city, "setting", "set", "city.name", "A\tB", "--data", city->data));
    Ran ran = city_run(city, "audit", "list", "--data", city->data);
    assert_ran(0, ran);
    static const char *const LINES[] = {"Z\t0\t0\tperson.add\tperson\t1\tmember\n",
                                        "Z\t1\t0\tsession.open\tsession\t1\t",
                                        "Z\t1\t0\tperson.password\tperson\t1\t\n",
                                        "Z\t1\t0\tsession.close\tperson\t1\tall but session 1\n",
                                        "\tsetting.set\tsetting\tcity.name\t{\"from\":"};
    Str rest = ran.out;
    for (size_t i = 0; i < COUNT_OF(LINES); i++) {
        ptrdiff_t at = str_find(rest, str_from(LINES[i]));
        assert_true(at >= 0);
        rest = str_from_index(rest, (size_t)at);
    }
    assert_true(str_find(ran.out, str_from(NEW)) < 0 && str_find(ran.out, S("argon2")) < 0);
    assert_true(str_find(ran.out, S("ada@example.org")) < 0);
    ran = city_run(city, "audit", "list", "--limit", "1", "--data", city->data);
    assert_ran(0, ran);
    assert_int_equal(str_find_char(ran.out, '\n'), ran.out.n - 1);
    assert_ran(64, city_run(city, "audit", "list", "--limit", "0", "--data", city->data));
    assert_ran(64, city_run(city, "audit", "list", "--since", "soon", "--data", city->data));
}

/* Waits until the job ran; the number of its runs. */
static int64_t job_runs(City *city, const char *job, int wait_ms)
{
    Str name = str_fmt(city, "job_runs_total{job=\"%s\"}", job);
    int64_t runs;
    while ((runs = city_metric(city, &city->client, name)) == 0 && wait_ms > 0) {
        sleep_ms(100);
        wait_ms -= 100;
    }
    return runs;
}

static void an_hourly_job_is_not_run_again_at_every_start(void **state)
{
    City *city = *state;
    assert_int_equal(job_runs(city, "sessions", 10000), 1);
    assert_int_equal(city_stop(city), 0);
    city_serve(city, "--open");
    assert_true(job_runs(city, "expiry", 10000) >= 1);
    sleep_ms(500); /* jobs run one after another: sessions would have had its turn */
    assert_int_equal(job_runs(city, "sessions", 0), 0);
    Str last = S("job_last_run_seconds{job=\"sessions\"}");
    assert_true(city_metric(city, &city->client, last) > 1600000000);
}

#define WITH_PERSON(test) cmocka_unit_test_setup_teardown(test, setup_person, city_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PERSON(a_new_password_ends_all_other_sessions),
        WITH_PERSON(what_is_wrong_stands_at_its_field_and_changes_nothing),
        WITH_PERSON(ten_wrong_tries_close_the_form),
        WITH_PERSON(the_form_needs_a_session_and_its_token),
        WITH_PERSON(the_audit_tells_who_did_what_and_no_secret),
        WITH_PERSON(an_hourly_job_is_not_run_again_at_every_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
