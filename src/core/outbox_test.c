/* Effects that must happen: taken once at a time, tried again, and given up in the end. */
#include "core/outbox.h"

#include "core/test_core.h"

#define SECOND_US INT64_C(1000000)

static int64_t add(TestCore *f, Str payload, int64_t due_us)
{
    int64_t id = 0;
    assert_ok(&f->t.cx, outbox_add(&f->t.cx, S("mail"), payload, due_us, &id));
    return id;
}

static size_t take(TestCore *f, size_t limit, OutboxRow **ret)
{
    size_t count = 99;
    assert_ok(&f->t.cx, outbox_take(&f->t.cx, S("mail"), limit, ret, &count));
    return count;
}

static void later(TestCore *f, int64_t wait_us)
{
    f->t.clock = clock_fixed(cx_now_us(&f->t.cx) + wait_us);
}

static OutboxCounts counts(TestCore *f)
{
    OutboxCounts ret = {0};
    assert_ok(&f->t.cx, outbox_count(&f->t.cx, &ret));
    return ret;
}

static void rows_are_taken_when_they_are_due_the_longest_due_first(void **state)
{
    TestCore *f = *state;
    int64_t now_us = cx_now_us(&f->t.cx);
    OutboxRow *rows;
    add(f, S("third"), 0);
    add(f, S("tomorrow"), now_us + 86400 * SECOND_US);
    add(f, S("first"), now_us - 20);
    add(f, S("second"), now_us - 10);
    int64_t other;
    assert_ok(&f->t.cx, outbox_add(&f->t.cx, S("webhook"), S("w"), 1, &other));
    assert_int_equal(take(f, 2, &rows), 2);
    assert_str("first", rows[0].payload);
    assert_str("second", rows[1].payload);
    assert_int_equal(rows[0].id, 3);
    assert_int_equal(rows[0].tries, 1);
    assert_int_equal(rows[0].due_us, now_us - 20);
    assert_int_equal(rows[0].created_us, now_us);
    assert_int_equal(take(f, 2, &rows), 1);
    assert_str("third", rows[0].payload);
    assert_int_equal(take(f, 2, &rows), 0);
}

static void a_row_whose_sender_is_silent_comes_again_after_the_lease(void **state)
{
    TestCore *f = *state;
    OutboxRow *rows;
    add(f, S("x"), 0);
    assert_int_equal(take(f, 1, &rows), 1);
    later(f, OUTBOX_LEASE_S * SECOND_US - 1);
    assert_int_equal(take(f, 1, &rows), 0);
    later(f, 1);
    assert_int_equal(take(f, 1, &rows), 1);
    assert_int_equal(rows[0].tries, 2);
}

static void a_done_row_keeps_no_payload_and_goes_after_its_days(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    OutboxRow *rows;
    static const Statement PAYLOAD = SQL("SELECT payload FROM outbox WHERE id = 1");
    int64_t id = add(f, S("password reset"), 0);
    assert_int_equal(take(f, 1, &rows), 1);
    assert_ok(cx, outbox_done(cx, id));
    assert_ok(cx, outbox_done(cx, id));
    assert_int_equal(counts(f).done, 1);
    DbRows raw;
    bool row = false;
    assert_ok(cx, db_start(cx, &PAYLOAD, DB_NO_ARGS, &raw));
    assert_ok(cx, db_next(cx, &raw, &row));
    assert_str("", db_text(&raw, 0));
    db_end(&raw);
    later(f, OUTBOX_KEEP_DAYS * 86400 * SECOND_US + 1);
    assert_ok(cx, outbox_clean(cx));
    assert_int_equal(counts(f).done, 1); /* the newest stays: its number is never given again */
    int64_t next = add(f, S("y"), 0);
    assert_int_equal(next, id + 1);
    assert_ok(cx, outbox_clean(cx));
    assert_int_equal(counts(f).done, 0);
    assert_int_equal(counts(f).waiting, 1);
    assert_err(cx, ERR_NOT_FOUND, "outbox.unknown", outbox_done(cx, id));
}

static void a_failure_puts_a_row_off_by_what_follows_from_the_row(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    OutboxRow *rows;
    int64_t id = add(f, S("x"), 0);
    assert_int_equal(take(f, 1, &rows), 1);
    /* Run again, as after a rollback: the same. */
    assert_ok(cx, outbox_failed(cx, &rows[0], S("451 try later")));
    assert_ok(cx, outbox_failed(cx, &rows[0], S("451 try later")));
    later(f, outbox_wait_us(id, 1) - 1);
    OutboxRow *none;
    assert_int_equal(take(f, 1, &none), 0);
    later(f, 1);
    assert_int_equal(take(f, 1, &none), 1);
    assert_int_equal(none[0].tries, 2);
}

static void the_wait_doubles_up_to_a_limit_and_is_spread(void **state)
{
    (void)state;
    size_t differ = 0;
    for (int64_t id = 1; id <= 100; id++) {
        int64_t base_s = OUTBOX_WAIT_FIRST_S;
        for (int64_t tries = 1; tries <= OUTBOX_TRIES_MAX + 5; tries++) {
            int64_t wait_us = outbox_wait_us(id, tries);
            assert_in_range(wait_us, base_s * SECOND_US / 4 * 3, base_s * SECOND_US / 4 * 5);
            base_s = MIN(base_s * 2, OUTBOX_WAIT_LAST_S);
        }
        differ += outbox_wait_us(id, 1) != outbox_wait_us(id + 1, 1);
    }
    assert_true(differ > 90);
}

static void a_row_is_dead_after_its_last_try(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    OutboxRow *rows;
    int64_t id = add(f, S("x"), 0);
    for (int i = 1; i <= OUTBOX_TRIES_MAX; i++) {
        later(f, OUTBOX_WAIT_LAST_S * SECOND_US * 2);
        assert_int_equal(take(f, 1, &rows), 1);
        assert_int_equal(rows[0].tries, i);
        assert_int_equal(counts(f).dead, 0);
        assert_ok(cx, outbox_failed(cx, &rows[0], S("550 no such user")));
    }
    assert_int_equal(counts(f).dead, 1);
    later(f, OUTBOX_WAIT_LAST_S * SECOND_US * 2);
    assert_int_equal(take(f, 1, &rows), 0);
    /* It stays to be looked at, and a receiver that says yes late is believed. */
    later(f, OUTBOX_KEEP_DAYS * 86400 * SECOND_US * 2);
    assert_ok(cx, outbox_clean(cx));
    assert_int_equal(counts(f).dead, 1);
    assert_ok(cx, outbox_done(cx, id));
    assert_int_equal(counts(f).dead, 0);
    assert_int_equal(counts(f).done, 1);
}

static void a_row_that_ends_every_sender_is_dead_too(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    OutboxRow *rows;
    add(f, S("poison"), 0);
    for (int i = 0; i < OUTBOX_TRIES_MAX; i++) {
        assert_int_equal(take(f, 1, &rows), 1);
        later(f, OUTBOX_LEASE_S * SECOND_US);
    }
    assert_int_equal(take(f, 1, &rows), 0);
    assert_int_equal(counts(f).waiting, 1);
    assert_ok(cx, outbox_clean(cx));
    assert_int_equal(counts(f).waiting, 0);
    assert_int_equal(counts(f).dead, 1);
}

static void the_word_of_an_older_try_is_not_heard(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    OutboxRow *old, *again, *none;
    int64_t id = add(f, S("x"), 0);
    assert_int_equal(take(f, 1, &old), 1);
    later(f, OUTBOX_LEASE_S * SECOND_US);
    assert_int_equal(take(f, 1, &again), 1);
    assert_ok(cx, outbox_failed(cx, old, S("late")));
    later(f, OUTBOX_LEASE_S * SECOND_US - 1);
    assert_int_equal(take(f, 1, &none), 0); /* still the second sender's */
    assert_ok(cx, outbox_done(cx, id));
    assert_ok(cx, outbox_failed(cx, again, S("late")));
    assert_int_equal(counts(f).done, 1);
    OutboxRow unknown = {.id = 77, .tries = 1};
    assert_err(cx, ERR_NOT_FOUND, "outbox.unknown", outbox_failed(cx, &unknown, S("")));
}

static void what_no_receiver_could_read_is_refused(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t id;
    static char large[OUTBOX_PAYLOAD_BYTES_MAX + 1];
    memset(large, 'x', sizeof large);
    assert_err(cx, ERR_INVALID, "outbox.payload", outbox_add(cx, S("mail"), S("\xff"), 0, &id));
    assert_err(cx, ERR_INVALID, "outbox.payload",
               outbox_add(cx, S("mail"), (Str){"a\0b", 3}, 0, &id));
    assert_err(cx, ERR_LIMIT, "outbox.large",
               outbox_add(cx, S("mail"), (Str){large, sizeof large}, 0, &id));
    assert_ok(cx, outbox_add(cx, S("mail"), (Str){large, sizeof large - 1}, 0, &id));
}

/* Two senders on two connections: what one holds in its transaction, the other passes over. */
static void two_machines_never_take_the_same_row(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx, other = *cx;
    OutboxRow *one, *two;
    size_t count;
    add(f, S("a"), 0);
    add(f, S("b"), 0);
    other.db = test_db_connect(cx, &f->db, DB_WRITE);
    assert_ok(cx, db_begin(cx));
    assert_ok(cx, outbox_take(cx, S("mail"), 1, &one, &count));
    assert_int_equal(count, 1);
    assert_ok(&other, db_begin(&other));
    assert_ok(&other, outbox_take(&other, S("mail"), 2, &two, &count));
    assert_int_equal(count, 1);
    assert_int_not_equal(one[0].id, two[0].id);
    assert_ok(cx, db_commit(cx));
    db_rollback(&other);
    db_close(other.db);
    assert_int_equal(take(f, 2, &two), 1);
}

static void statements_prepare(void **state)
{
    TestCore *f = *state;
    assert_ok(&f->t.cx, db_prepare_all(&f->t.cx, &OUTBOX_STATEMENTS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(rows_are_taken_when_they_are_due_the_longest_due_first, teardown),
        TEST_ON_BOTH(a_row_whose_sender_is_silent_comes_again_after_the_lease, teardown),
        TEST_ON_BOTH(a_done_row_keeps_no_payload_and_goes_after_its_days, teardown),
        TEST_ON_BOTH(a_failure_puts_a_row_off_by_what_follows_from_the_row, teardown),
        TEST_ON_BOTH(a_row_is_dead_after_its_last_try, teardown),
        TEST_ON_BOTH(a_row_that_ends_every_sender_is_dead_too, teardown),
        TEST_ON_BOTH(the_word_of_an_older_try_is_not_heard, teardown),
        TEST_ON_BOTH(what_no_receiver_could_read_is_refused, teardown),
        TEST_ON_POSTGRES(two_machines_never_take_the_same_row, teardown),
        TEST_ON_BOTH(statements_prepare, teardown),
        cmocka_unit_test(the_wait_doubles_up_to_a_limit_and_is_spread),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
