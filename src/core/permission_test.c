/* The table of permissions: names, roles, and what --open gives away. */
#include "core/actor.h"

#include "base/test.h"

static const uint32_t ROLES[] = {ROLE_ANYONE,   ROLE_MEMBER, ROLE_EDITOR,
                                 ROLE_OPERATOR, ROLE_OFFICE, ROLE_ADMIN};

static void every_scope_reads_back_as_its_permission(void **state)
{
    (void)state;
    Permission permission;
    for (Permission p = 0; p < MAY_COUNT_; p++) {
        assert_true(permission_scope(p).n > 0);
        assert_true(str_find_char(permission_scope(p), ' ') < 0);
        assert_true(permission_parse(permission_scope(p), &permission));
        assert_int_equal(permission, p);
    }
    assert_false(permission_parse(S(""), &permission));
    assert_false(permission_parse(S("entity:"), &permission));
    assert_false(permission_parse(S("ENTITY:READ"), &permission));
}

static void every_permission_is_carried_by_the_roles_of_its_row(void **state)
{
    (void)state;
    static const uint32_t EXPECTED[] = {
#define PERMISSION(code, scope, roles, open, help) [MAY_##code] = (roles),
#include "core/permission.def"
#undef PERMISSION
    };
    uint32_t known = 0;
    for (size_t r = 0; r < COUNT_OF(ROLES); r++)
        known |= ROLES[r];
    for (Permission p = 0; p < MAY_COUNT_; p++) {
        assert_true(EXPECTED[p] != 0 && (EXPECTED[p] & ~known) == 0);
        for (size_t r = 0; r < COUNT_OF(ROLES); r++) {
            bool carried = (EXPECTED[p] & (ROLES[r] | ROLE_ANYONE)) != 0;
            assert_int_equal(permissions_of_roles(ROLES[r]) >> p & 1, carried);
        }
    }
}

static void a_stranger_reads_and_changes_nothing(void **state)
{
    (void)state;
    Actor stranger = {.may = permissions_of_roles(ROLE_ANYONE)};
    static const Permission NEVER[] = {MAY_ENTITY_WRITE, MAY_SUBSCRIPTION, MAY_CONTEXT_WRITE,
                                       MAY_OWN_ACCOUNT, MAY_SITE_ADMIN};
    for (size_t i = 0; i < COUNT_OF(NEVER); i++)
        assert_false(actor_may(&stranger, NEVER[i]));
    assert_true(actor_may(&stranger, MAY_PAGE_READ));
    assert_false(actor_may(NULL, MAY_PAGE_READ));
    assert_int_equal(permissions_of_roles(0), stranger.may);
}

static void open_gives_machines_no_persons_rights(void **state)
{
    (void)state;
    uint32_t open = permissions_open();
    assert_true(open >> MAY_ENTITY_WRITE & 1);
    assert_false(open >> MAY_SITE_ADMIN & 1);
    assert_false(open >> MAY_OWN_ACCOUNT & 1);
    assert_false(open >> MAY_LOGIN & 1);
}

static void a_stranger_is_told_to_log_in_and_a_known_one_what_is_missing(void **state)
{
    TestCx t;
    Cx *cx = test_cx_init(&t);
    (void)state;
    assert_err(cx, ERR_DENIED, "auth.required", require(cx, MAY_SITE_ADMIN));
    Actor actor = {.may = permissions_of_roles(ROLE_ANYONE)};
    cx->actor = &actor;
    assert_err(cx, ERR_DENIED, "auth.required", require(cx, MAY_SITE_ADMIN));
    actor.token = 4;
    assert_err(cx, ERR_DENIED, "auth.denied", require(cx, MAY_SITE_ADMIN));
    actor.token = 0;
    actor.person.v = 4;
    assert_err(cx, ERR_DENIED, "auth.denied", require(cx, MAY_SITE_ADMIN));
    assert_true(str_find(cx->error->detail, S("site:admin")) >= 0);
    actor.may = permissions_of_roles(ROLE_ADMIN);
    assert_ok(cx, require(cx, MAY_SITE_ADMIN));
    test_cx_done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_scope_reads_back_as_its_permission),
        cmocka_unit_test(every_permission_is_carried_by_the_roles_of_its_row),
        cmocka_unit_test(a_stranger_reads_and_changes_nothing),
        cmocka_unit_test(open_gives_machines_no_persons_rights),
        cmocka_unit_test(a_stranger_is_told_to_log_in_and_a_known_one_what_is_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
