/* When a job is due after a restart. */
#include "core/job.h"

#include "core/test_core.h"

#define DAY_US INT64_C(86400000000)

static void the_last_run_is_remembered(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    bool found = true;
    JobRecord record = {0};
    assert_ok(cx, job_find(cx, S("audit"), &found, &record));
    assert_false(found);
    assert_ok(cx, job_set(cx, S("audit"), &(JobRecord){.ran_us = 5, .took_us = 2}));
    assert_ok(cx, job_set(cx, S("audit"),
                          &(JobRecord){.ran_us = 7, .took_us = 3, .error = S("db.full: no room")}));
    assert_ok(cx, job_set(cx, S("other"), &(JobRecord){.ran_us = 1}));
    assert_ok(cx, job_find(cx, S("audit"), &found, &record));
    assert_true(found);
    assert_int_equal(record.ran_us, 7);
    assert_int_equal(record.took_us, 3);
    assert_str("db.full: no room", record.error);
    f->actor.tenant.v = 2;
    assert_ok(cx, job_find(cx, S("audit"), &found, &record));
    assert_false(found);
}

static void an_error_is_cut_between_characters(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    char text[1000];
    bool found;
    JobRecord record;
    text[0] = 'x';
    for (size_t i = 1; i + 1 < sizeof text; i += 2)
        memcpy(text + i, "\xC3\xA4", 2);
    text[999] = 'x';
    assert_ok(cx, job_set(cx, S("a"), &(JobRecord){.error = {text, sizeof text}}));
    assert_ok(cx, job_find(cx, S("a"), &found, &record));
    assert_int_equal(record.error.n, JOB_ERROR_BYTES_MAX - 1);
    assert_ok(cx, job_set(cx, S("a"), &(JobRecord){.error = S("no\xff")}));
    assert_ok(cx, job_find(cx, S("a"), &found, &record));
    assert_str("no", record.error);
}

static void a_job_rests_for_what_is_left_of_its_period(void **state)
{
    (void)state;
    int64_t now_us = 100 * DAY_US;
    JobRecord good = {.ran_us = now_us - DAY_US / 4};
    JobRecord old = {.ran_us = now_us - 9 * DAY_US};
    JobRecord future = {.ran_us = now_us + 9 * DAY_US};
    JobRecord failed = {.ran_us = now_us - 100 * INT64_C(1000000), .error = S("x")};
    assert_int_equal(job_rest_us(NULL, DAY_US, now_us), 0);
    assert_int_equal(job_rest_us(&good, DAY_US, now_us), DAY_US / 4 * 3);
    assert_int_equal(job_rest_us(&old, DAY_US, now_us), 0);
    assert_int_equal(job_rest_us(&future, DAY_US, now_us), DAY_US);
    assert_int_equal(job_rest_us(&failed, DAY_US, now_us), (JOB_RETRY_S - 100) * INT64_C(1000000));
    assert_int_equal(job_rest_us(&failed, 60 * INT64_C(1000000), now_us), 0);
}

static void statements_prepare(void **state)
{
    TestCore *f = *state;
    assert_ok(&f->t.cx, db_prepare_all(&f->t.cx, &JOB_STATEMENTS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(the_last_run_is_remembered, teardown),
        TEST_ON_BOTH(an_error_is_cut_between_characters, teardown),
        TEST_ON_BOTH(statements_prepare, teardown),
        cmocka_unit_test(a_job_rests_for_what_is_left_of_its_period),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
