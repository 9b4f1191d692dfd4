/* An erasure from its line in the list to the end: what stands in the list when it does not come to
 * that. */
#include "app/erase.h"

#include "base/str.h"
#include "core/setting.h"
#include "people/test_people.h"

static void add_due(TestCore *f, const char *mail, const char *name, PersonId *ret)
{
    Cx *cx = &f->t.cx;
    assert_ok(cx, person_add(cx, str_from(mail), str_from(name), S("x"), LANG_DE, ROLE_MEMBER,
                             &f->events, ret));
    assert_ok(cx, person_set_erasure(cx, *ret, 1, false));
}

static EraseRun ready(TestCore *f, PersonId *ret)
{
    Cx *cx = &f->t.cx;
    act_as(f, 0, 0);
    add_due(f, "tilda.q@example.org", "Tilda Quastenberger", ret);
    EraseRun run = {.data = str_from(f->db.dir)};
    run.files = erase_files(cx->arena, run.data);
    return run;
}

static size_t lines_of(TestCore *f)
{
    ErasureLine *lines;
    size_t count;
    assert_ok(&f->t.cx, erasure_list_read(&f->t.cx, str_from(f->db.dir), &lines, &count));
    return count;
}

static void change(TestCore *f, EraseRun *run)
{
    Cx *cx = &f->t.cx;
    assert_ok(cx, db_begin(cx));
    assert_ok(cx, erase_apply(cx, run, &f->events));
    assert_ok(cx, db_commit(cx));
    assert_ok(cx, erase_settle(cx, run));
}

static void who_is_needed_between_looking_and_the_change_is_not_on_the_list(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    PersonId id;
    Person person;
    EraseRun run = ready(f, &id);
    assert_ok(cx, erase_prepare(cx, NULL, NULL, 0, &run));
    assert_true(run.found);
    assert_int_equal(lines_of(f), 1);
    assert_ok(cx, setting_set(cx, S("legal.imprint"), S("Tilda Quastenberger"), &f->events));
    change(f, &run);
    assert_false(run.done);
    assert_int_equal(lines_of(f), 0);
    assert_ok(cx, person_get(cx, id, &person));
    assert_int_equal(person.state, PERSON_ACTIVE);
    assert_true(person.erase_due_us > cx_now_us(cx));
}

static void who_came_back_between_looking_and_the_change_is_not_on_the_list(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    PersonId id;
    EraseRun run = ready(f, &id);
    assert_ok(cx, erase_prepare(cx, NULL, NULL, 0, &run));
    assert_ok(cx, person_set_erasure(cx, id, 0, false));
    change(f, &run);
    assert_false(run.done);
    assert_int_equal(lines_of(f), 0);
    assert_ok(cx, person_set_erasure(cx, id, 1, false));
    assert_ok(cx, erase_prepare(cx, NULL, NULL, 0, &run));
    change(f, &run);
    assert_true(run.done);
    assert_int_equal(lines_of(f), 1);
}

static bool owes(TestCore *f)
{
    int64_t since_us;
    assert_ok(&f->t.cx, erasure_rest(&f->t.cx, &since_us));
    return since_us != 0;
}

/* One run of the job. */
static void run_once(TestCore *f, EraseRun *run, bool erases)
{
    assert_ok(&f->t.cx, erase_prepare(&f->t.cx, NULL, NULL, 0, run));
    change(f, run);
    assert_int_equal(run->done, erases);
}

static void the_store_is_written_anew_once_for_all_that_are_due(void **state)
{
    TestCore *f = *state;
    PersonId first, second;
    EraseRun run = ready(f, &first);
    add_due(f, "oskar.w@example.org", "Oskar Wachtelstein", &second);
    run_once(f, &run, true);
    assert_true(owes(f));
    run_once(f, &run, true);
    assert_false(owes(f));
    run_once(f, &run, false);
    assert_false(owes(f));
}

static void a_program_that_ended_in_between_writes_the_store_anew(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    PersonId id;
    EraseRun run = ready(f, &id);
    assert_ok(cx, erase_prepare(cx, NULL, NULL, 0, &run));
    assert_ok(cx, db_begin(cx));
    assert_ok(cx, erase_apply(cx, &run, &f->events));
    assert_ok(cx, db_commit(cx));
    assert_true(owes(f));
    EraseRun next = {.data = run.data, .files = run.files};
    run_once(f, &next, false);
    assert_false(owes(f));
}

static void the_store_waits_no_longer_than_so_for_others_that_are_due(void **state)
{
    TestCore *f = *state;
    PersonId first, second, third;
    EraseRun run = ready(f, &first);
    add_due(f, "oskar.w@example.org", "Oskar Wachtelstein", &second);
    add_due(f, "ina.f@example.org", "Ina Flussbart", &third);
    run_once(f, &run, true);
    f->t.clock.fixed_us += ERASE_REST_MAX_S * INT64_C(1000000) - 1;
    run_once(f, &run, true);
    assert_true(owes(f));
    f->t.clock.fixed_us++;
    run_once(f, &run, false);
    assert_false(owes(f));
    run_once(f, &run, true);
    assert_false(owes(f));
}

static void what_is_ordered_is_done_at_once(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    PersonId first, second;
    Person person;
    EraseRun run = ready(f, &first);
    add_due(f, "oskar.w@example.org", "Oskar Wachtelstein", &second);
    assert_ok(cx, person_get(cx, second, &person));
    assert_ok(cx, erase_prepare(cx, &person, NULL, 0, &run));
    change(f, &run);
    assert_true(run.done);
    assert_false(owes(f));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(who_is_needed_between_looking_and_the_change_is_not_on_the_list, teardown),
        TEST_ON_BOTH(who_came_back_between_looking_and_the_change_is_not_on_the_list, teardown),
        TEST_ON_BOTH(the_store_is_written_anew_once_for_all_that_are_due, teardown),
        TEST_ON_BOTH(a_program_that_ended_in_between_writes_the_store_anew, teardown),
        TEST_ON_BOTH(the_store_waits_no_longer_than_so_for_others_that_are_due, teardown),
        TEST_ON_BOTH(what_is_ordered_is_done_at_once, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
