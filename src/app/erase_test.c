/* An erasure from its line in the list to the end: what stands in the list when it does not come to
 * that. */
#include "app/erase.h"

#include "base/str.h"
#include "core/setting.h"
#include "people/test_people.h"

static EraseRun ready(TestCore *f, PersonId *ret)
{
    Cx *cx = &f->t.cx;
    act_as(f, 0, 0);
    assert_ok(cx, person_add(cx, S("tilda.q@example.org"), S("Tilda Quastenberger"), S("x"),
                             LANG_DE, ROLE_MEMBER, &f->events, ret));
    assert_ok(cx, person_set_erasure(cx, *ret, 1, false));
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(who_is_needed_between_looking_and_the_change_is_not_on_the_list, teardown),
        TEST_ON_BOTH(who_came_back_between_looking_and_the_change_is_not_on_the_list, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
