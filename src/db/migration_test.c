#include "db/test_db.h"

typedef struct Fixture {
    TestCx t;
    TestDb db;
    Cx *cx;
} Fixture;

static int setup(void **state)
{
    static Fixture fixture;
    Fixture *f = &fixture;
    f->cx = test_cx_init(&f->t);
    test_db_open(f->cx, &f->db);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    Fixture *f = *state;
    test_db_done(&f->db);
    test_cx_done(&f->t);
    return 0;
}

static void a_second_run_applies_nothing(void **state)
{
    const Fixture *f = *state;
    int applied = -1;
    assert_ok(f->cx, migration_run(f->cx, S(""), &applied));
    assert_int_equal(applied, 0);
}

static void a_schema_from_a_newer_program_is_refused(void **state)
{
    const Fixture *f = *state;
    int applied;
    assert_err(f->cx, ERR_CONFLICT, "db.newer",
               migration_run_list(f->cx, MIGRATIONS, MIGRATION_COUNT - 1, S(""), &applied));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_second_run_applies_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(a_schema_from_a_newer_program_is_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
