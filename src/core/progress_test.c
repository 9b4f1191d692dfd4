/* Work that goes on after a restart. */
#include "core/progress.h"

#include "core/test_core.h"

static void what_is_done_is_remembered(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    bool found = true;
    Progress progress = {0};
    assert_ok(cx, progress_find(cx, S("past"), &found, &progress));
    assert_false(found);
    assert_ok(cx, progress_set(cx, &(Progress){S("past"), 77, 0, 10}));
    assert_ok(cx, progress_set(cx, &(Progress){S("past"), 77, 4, 10}));
    assert_ok(cx, progress_find(cx, S("past"), &found, &progress));
    assert_true(found);
    assert_str("past", progress.name);
    assert_int_equal(progress.since_us, 77);
    assert_int_equal(progress.done, 4);
    assert_int_equal(progress.total, 10);
    f->actor.tenant.v = 2;
    assert_ok(cx, progress_find(cx, S("past"), &found, &progress));
    assert_false(found);
}

static void only_what_is_unfinished_is_listed(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Progress *list;
    size_t count;
    assert_ok(cx, progress_set(cx, &(Progress){S("b"), 1, 9, 10}));
    assert_ok(cx, progress_set(cx, &(Progress){S("a"), 1, 0, 10}));
    assert_ok(cx, progress_set(cx, &(Progress){S("c"), 1, 10, 10}));
    assert_ok(cx, progress_list_unfinished(cx, &list, &count));
    assert_int_equal(count, 2);
    assert_str("a", list[0].name);
    assert_str("b", list[1].name);
    for (int i = 0; i < PROGRESS_LIST_MAX + 5; i++)
        assert_ok(cx, progress_set(cx, &(Progress){arena_fmt(cx->arena, "x%d", i), 1, 0, 1}));
    assert_ok(cx, progress_list_unfinished(cx, &list, &count));
    assert_int_equal(count, PROGRESS_LIST_MAX);
}

static void statements_prepare(void **state)
{
    TestCore *f = *state;
    assert_ok(&f->t.cx, db_prepare_all(&f->t.cx, &PROGRESS_STATEMENTS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(what_is_done_is_remembered, teardown),
        TEST_ON_BOTH(only_what_is_unfinished_is_listed, teardown),
        TEST_ON_BOTH(statements_prepare, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
