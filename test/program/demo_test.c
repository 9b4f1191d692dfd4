/* The demo city: its meetings; and its past, which is filled in behind the first start, and gone on
 * with after the program was killed in the midst of it. */
#include "past.h"
#include "store.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEMO_WAIT_MS = 240000, PAST_WAIT_MS = 400000 };

/* done, total; false where /health names no work. */
static bool past_progress(City *city, int64_t *ret_done, int64_t *ret_total)
{
    Answer answer = ask(&city->client, .path = S("/health"));
    static const Str MARK = S_INIT("\"demo.past\":[");
    assert_status(200, answer);
    ptrdiff_t at = str_find(answer.body, MARK);
    if (at < 0)
        return false;
    Str rest = str_from_index(answer.body, (size_t)at + MARK.n);
    assert_true(str_to_i64(str_cut(&rest, ','), ret_done));
    assert_true(str_to_i64(str_cut(&rest, ']'), ret_total));
    return true;
}

static int64_t number(City *city, const Statement *statement)
{
    int64_t value;
    city_open_store(city, DB_READ);
    assert_ok(&city->cx, db_one_i64(&city->cx, statement, DB_ARGS(V_I64(1)), &value));
    city_close_store(city);
    return value;
}

/* Until so much is done, or all; how much is. */
static int64_t wait_until_done(City *city, int64_t wanted)
{
    int64_t since = now_ms(), done = 0, total = 0;
    while (past_progress(city, &done, &total) && done < wanted) {
        assert_true(now_ms() - since < PAST_WAIT_MS);
        sleep_ms(50);
    }
    return done;
}

static void kill_it(City *city)
{
    int status;
    assert_int_equal(kill(city->pid, SIGKILL), 0);
    assert_int_equal(waitpid(city->pid, &status, 0), city->pid);
    city->pid = 0;
}

static void the_past_goes_on_after_a_kill_and_nothing_is_told_twice(void **state)
{
    /* Of the past alone: live readings are not what the thread fills in. */
    static const Statement TWICE =
        SQL("SELECT count(*) FROM obs o JOIN progress p ON p.tenant = ?1 AND p.name = 'demo.past'"
            " WHERE o.seq > 0 AND o.at_us < p.since_us");
    /* Hours of the four weeks before the first days, of the stations of the weather. */
    static const Statement HOURS =
        SQL("SELECT min(n) FROM (SELECT count(*) AS n FROM obs o JOIN series s ON s.id = o.series"
            " JOIN progress p ON p.tenant = ?1 AND p.name = 'demo.past'"
            " WHERE s.attribute = 'https://smartdatamodels.org/dataModel.Weather/temperature'"
            " AND o.at_us < (p.since_us / 86400000000 - 8) * 86400000000"
            " AND o.at_us >= (p.since_us / 86400000000 - 36) * 86400000000 GROUP BY s.id)");
    City *city = *state;
    int64_t done = 0, total = 0;
    city_demo(city, true, DEMO_WAIT_MS);
    print_message("# first start: %d ms\n", city->start_ms);
    assert_true(past_progress(city, &done, &total));
    int64_t before = wait_until_done(city, 100);
    assert_true(before >= 100 && before < total);
    kill_it(city);
    city_demo(city, true, DEMO_WAIT_MS);
    assert_true(past_progress(city, &done, &total));
    assert_true(done >= before && done < total);
    before = wait_until_done(city, total / PAST_PARTS + 50);
    assert_true(before > total / PAST_PARTS && before < total);
    kill_it(city);
    assert_int_equal(number(city, &TWICE), 0);
    int64_t hours = number(city, &HOURS);
    print_message("# %lld of 672 hours\n", (long long)hours);
    assert_true(hours > 600 && hours <= 672);
}

/* At the pace of one run every five seconds this would take a quarter of an hour and more. */
static void what_is_not_in_the_index_yet_is_put_there_without_a_pause(void **state)
{
    enum { INDEX_WAIT_MS = 150000 };
    static const Statement MISSING =
        SQL("SELECT count(*) FROM item i WHERE i.tenant = ?1 AND NOT EXISTS (SELECT 1 FROM"
            " search_doc d WHERE d.tenant = i.tenant AND d.kind = 'item' AND d.ref = i.id)");
    static const Statement ITEMS = SQL("SELECT count(*) FROM item WHERE tenant = ?1");
    City *city = *state;
    city_demo(city, true, DEMO_WAIT_MS);
    int64_t since = now_ms();
    assert_true(number(city, &ITEMS) > 1200);
    while (number(city, &MISSING) > 0) {
        assert_true(now_ms() - since < INDEX_WAIT_MS);
        sleep_ms(500);
    }
    print_message("# %lld ms\n", (long long)(now_ms() - since));
    Answer answer = ask(&city->client, .path = S("/suche?q=Leckortung"));
    assert_status(200, answer);
    assert_true(answer_has(&answer, S("</mark> im Trinkwasser in ")));
}

/* But for the mail of the week, which three of them want. */
static void who_wants_the_week_has_got_it(City *city)
{
    enum { WEEKLY_WAIT_MS = 60000 };
    static const Statement WEEKLY =
        SQL("SELECT count(*) FROM mail_kept WHERE tenant = ?1 AND kind = 'weekly'"
            " AND body LIKE '%In Ihrem Stadtteil%' AND body LIKE '%/ideen/%'");
    static const Statement FITS = SQL("SELECT count(*) FROM mail_kept WHERE tenant = ?1"
                                      " AND kind = 'weekly' AND body LIKE '%zu Ihnen passt%'");
    int64_t since = now_ms();
    while (number(city, &WEEKLY) < 2 || number(city, &FITS) < 1) {
        assert_true(now_ms() - since < WEEKLY_WAIT_MS);
        sleep_ms(200);
    }
    assert_int_equal(number(city, &WEEKLY), 2);
    assert_int_equal(number(city, &FITS), 1);
}

/* Not at once, and not when the job has looked for tasks whose day has passed. */
static void nobody_gets_mail_of_the_past(City *city)
{
    enum { JOB_WAIT_MS = 30000, SENDER_MS = 2000 };
    static const Statement RAN =
        SQL("SELECT count(*) FROM job WHERE tenant = ?1 AND name = 'tasks' AND error = ''");
    static const Statement DROPPED = SQL("SELECT count(*) FROM outbox WHERE tenant = ?1");
    static const Statement MAILS =
        SQL("SELECT (SELECT count(*) FROM outbox WHERE tenant = ?1 AND state <> 'done'"
            " AND payload NOT LIKE '{\"kind\":\"weekly\"%')"
            " + (SELECT count(*) FROM mail_kept WHERE tenant = ?1 AND kind <> 'weekly')");
    static const Statement OVERDUE =
        SQL("SELECT count(*) FROM task WHERE tenant = ?1 AND state = 'open' AND due_us > 0"
            " AND due_us < CAST(strftime('%s', 'now') AS INTEGER) * 1000000");
    int64_t since = now_ms();
    while (number(city, &RAN) == 0) {
        assert_true(now_ms() - since < JOB_WAIT_MS);
        sleep_ms(100);
    }
    sleep_ms(SENDER_MS);
    assert_true(number(city, &OVERDUE) > 0);
    assert_true(number(city, &DROPPED) > 0);
    assert_int_equal(number(city, &MAILS), 0);
}

/* One that the office has not accepted yet would else be a partner since it applied. */
static void who_waits_is_no_partner_since_a_day(City *city)
{
    static const Statement WAITING =
        SQL("SELECT count(*) FROM item WHERE tenant = ?1 AND noun = 'organisation'"
            " AND state IN ('applied', 'review')");
    static const Statement SINCE =
        SQL("SELECT count(*) FROM item i JOIN organisation o ON o.tenant = i.tenant AND o.id = i.id"
            " WHERE i.tenant = ?1 AND (i.state IN ('accepted', 'paused')) <> (o.since_us > 0)");
    assert_true(number(city, &WAITING) > 0);
    assert_int_equal(number(city, &SINCE), 0);
}

/* Of each body: meetings in the states that pages differ by, none of which contradicts its time. */
static void the_bodies_have_met_and_will_and_nobody_gets_mail_of_it(void **state)
{
    enum { BODIES = 8 };
    static const Statement COMPLETE =
        SQL("SELECT count(*) FROM item b WHERE b.tenant = ?1 AND b.noun = 'body' AND 4 = (SELECT"
            " count(DISTINCT m.state) FROM item m WHERE m.tenant = ?1 AND m.noun = 'meeting' AND"
            " m.body = b.id AND m.state NOT IN ('approved', 'cancelled')) + (SELECT count(*)"
            " FROM item m WHERE m.tenant = ?1 AND m.noun = 'meeting' AND m.body = b.id AND"
            " m.state = 'cancelled')");
    static const Statement APPROVED =
        SQL("SELECT count(*) FROM item WHERE tenant = ?1 AND noun = 'meeting' AND"
            " state = 'approved'");
    static const Statement ODD =
        SQL("SELECT count(*) FROM item i JOIN meeting m ON m.tenant = i.tenant AND m.id = i.id"
            " WHERE i.tenant = ?1 AND (i.changed_us > CAST(strftime('%s', 'now') AS INTEGER)"
            " * 1000000 OR (m.start_us < CAST(strftime('%s', 'now') AS INTEGER) * 1000000)"
            " = (i.state IN ('planned', 'invited', 'cancelled')))");
    static const Statement RECUSED = SQL("SELECT count(*) FROM decision_recusal WHERE tenant = ?1");
    static const Statement TASKS =
        SQL("SELECT count(DISTINCT state) FROM task WHERE tenant = ?1 AND owner > 0");
    City *city = *state;
    city_demo(city, true, DEMO_WAIT_MS);
    assert_int_equal(number(city, &COMPLETE), BODIES);
    assert_true(number(city, &APPROVED) > 0);
    assert_int_equal(number(city, &ODD), 0);
    assert_true(number(city, &RECUSED) > 0);
    assert_int_equal(number(city, &TASKS), 3);
    who_waits_is_no_partner_since_a_day(city);
    Answer answer = ask(&city->client, .path = S("/sitzungen.atom"));
    assert_status(200, answer);
    assert_true(str_count(answer.body, S("<entry ")) >= 2 * BODIES);
    answer = ask(&city->client, .path = S("/teams/expertenteam-energie/sitzungen"));
    assert_status(200, answer);
    assert_true(answer_has(&answer, S("Was die Sparlampen wirklich sparten")));
    assert_false(answer_has(&answer, S("Solardächer der Genossenschaft"))); /* planned */
    answer = ask(&city->client, .path = S("/sitzungen/14-sitzung-waerme-aus-dem-rechenzentrum"));
    assert_status(200, answer);
    assert_true(answer_has(&answer, S("vierhundert Wohnungen")));
    assert_false(answer_has(&answer, S("elf Jahren"))); /* stands in the body's own minutes */
    nobody_gets_mail_of_the_past(city);
    who_wants_the_week_has_got_it(city);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_bodies_have_met_and_will_and_nobody_gets_mail_of_it,
                                        city_setup, city_teardown),
        cmocka_unit_test_setup_teardown(what_is_not_in_the_index_yet_is_put_there_without_a_pause,
                                        city_setup, city_teardown),
        cmocka_unit_test_setup_teardown(the_past_goes_on_after_a_kill_and_nothing_is_told_twice,
                                        city_setup, city_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
