/* What is written down about persons and administrators, and that nothing else is. */
#include "core/audit.h"

#include "core/auth.h"
#include "core/setting.h"
#include "core/test_core.h"

static const AuditRow *last_row(TestCore *f)
{
    AuditRow *rows;
    size_t count;
    assert_ok(&f->t.cx, audit_list(&f->t.cx, 0, 1, &rows, &count));
    assert_int_equal(count, 1);
    return &rows[0];
}

static size_t row_count(TestCore *f)
{
    AuditRow *rows;
    size_t count;
    assert_ok(&f->t.cx, audit_list(&f->t.cx, 0, AUDIT_LIST_MAX, &rows, &count));
    return count;
}

static void a_row_says_who_and_when(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    f->actor.person.v = 7;
    f->actor.token = 3;
    assert_ok(cx, audit_add(cx, S("entity.remove"), S("entity"), S("urn:x:1"), S("Lamp")));
    const AuditRow *row = last_row(f);
    assert_int_equal(row->id, 1);
    assert_int_equal(row->at_us, cx_now_us(cx));
    assert_int_equal(row->person.v, 7);
    assert_int_equal(row->token, 3);
    assert_str("entity.remove", row->verb);
    assert_str("entity", row->noun);
    assert_str("urn:x:1", row->object);
    assert_str("Lamp", row->detail);
}

static void a_list_has_the_newest_rows_the_oldest_of_them_first(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    AuditRow *rows;
    size_t count;
    for (int64_t i = 1; i <= 5; i++) {
        f->t.clock = clock_fixed(i * 1000);
        assert_ok(cx, audit_add_number(cx, S("v"), S("n"), i, S("")));
    }
    assert_ok(cx, audit_list(cx, 0, 3, &rows, &count));
    assert_int_equal(count, 3);
    assert_str("3", rows[0].object);
    assert_str("5", rows[2].object);
    assert_ok(cx, audit_list(cx, 4000, 100, &rows, &count));
    assert_int_equal(count, 2);
    assert_str("4", rows[0].object);
    assert_err(cx, ERR_INVALID, "audit.limit", audit_list(cx, 0, 0, &rows, &count));
    assert_err(cx, ERR_INVALID, "audit.limit",
               audit_list(cx, 0, AUDIT_LIST_MAX + 1, &rows, &count));
}

static void what_is_too_long_or_broken_is_still_written_down(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    char *text = arena_alloc_bytes(cx->arena, 5001, 1);
    memset(text, 'x', 5000);
    for (size_t i = AUDIT_DETAIL_BYTES_MAX - 1; i + 1 < 5000; i += 2)
        memcpy(text + i, "\xC3\xA4", 2);
    assert_ok(cx, audit_add(cx, S("v"), S("n"), (Str){"a\0b\xff", 4}, (Str){text, 5000}));
    const AuditRow *row = last_row(f);
    assert_str("a\xEF\xBF\xBD"
               "b\xEF\xBF\xBD",
               row->object);
    assert_int_equal(row->detail.n, AUDIT_DETAIL_BYTES_MAX - 1);
}

static void old_rows_go_and_no_number_is_given_twice(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t removed;
    for (int64_t i = 1; i <= 3; i++) {
        f->t.clock = clock_fixed(i * 1000);
        assert_ok(cx, audit_add_number(cx, S("v"), S("n"), i, S("")));
    }
    assert_ok(cx, audit_clean(cx, 2000, &removed));
    assert_int_equal(removed, 1);
    assert_ok(cx, audit_clean(cx, INT64_MAX, &removed));
    assert_int_equal(removed, 1);
    assert_int_equal(last_row(f)->id, 3);
    assert_ok(cx, audit_add(cx, S("v"), S("n"), S(""), S("")));
    assert_int_equal(last_row(f)->id, 4);
    assert_ok(cx, audit_clean(cx, 0, &removed));
    assert_int_equal(removed, 0);
}

static void rows_belong_to_their_tenant(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    int64_t removed;
    assert_ok(cx, audit_add(cx, S("v"), S("n"), S("one"), S("")));
    assert_ok(cx, audit_add(cx, S("v"), S("n"), S("more"), S("")));
    f->actor.tenant.v = 2;
    assert_int_equal(row_count(f), 0);
    assert_ok(cx, audit_add(cx, S("v"), S("n"), S("two"), S("")));
    assert_int_equal(last_row(f)->id, 1);
    assert_ok(cx, audit_clean(cx, INT64_MAX, &removed));
    assert_int_equal(removed, 0);
    f->actor.tenant = TENANT_DEFAULT;
    assert_int_equal(row_count(f), 2);
}

static PersonId add_person(TestCore *f)
{
    PersonId id = {0};
    assert_ok(&f->t.cx, person_add(&f->t.cx, S("e@example.org"), S("Erika"), S("x"), LANG_DE,
                                   ROLE_MEMBER | ROLE_OFFICE, &f->events, &id));
    return id;
}

static void persons_leave_their_number_and_roles_and_no_address(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    PersonId id = add_person(f);
    const AuditRow *row = last_row(f);
    assert_str("person.add", row->verb);
    assert_str("1", row->object);
    assert_str("member office", row->detail);
    assert_ok(cx, person_set_password(cx, id, S("secret hash"), &f->events));
    row = last_row(f);
    assert_str("person.password", row->verb);
    assert_str("", row->detail);
    assert_err(cx, ERR_NOT_FOUND, "person.unknown",
               person_set_password(cx, (PersonId){99}, S("y"), &f->events));
    assert_int_equal(row_count(f), 2);
}

static void who_logs_in_is_the_one_who_acts(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    PersonId id = add_person(f);
    for (int i = 0; i < 3; i++)
        assert_ok(cx, session_open(cx, id, auth_secret(cx->arena), S("Firefox"), 1, &f->events));
    const AuditRow *row = last_row(f);
    assert_str("session.open", row->verb);
    assert_str("3", row->object);
    assert_str("Firefox", row->detail);
    assert_int_equal(row->person.v, id.v);
    assert_int_equal(f->actor.person.v, 0);
    f->actor.person = id;
    assert_ok(cx, session_close(cx, id, 3, &f->events));
    row = last_row(f);
    assert_str("session.close", row->verb);
    assert_str("3", row->object);
    assert_ok(cx, session_close_others(cx, id, 2, &f->events));
    row = last_row(f);
    assert_str("person", row->noun);
    assert_str("all but session 2", row->detail);
    size_t before = row_count(f);
    assert_ok(cx, session_close_others(cx, id, 2, &f->events));
    assert_int_equal(row_count(f), before);
    assert_ok(cx, session_close_others(cx, id, 0, &f->events));
    assert_str("all", last_row(f)->detail);
}

static void sessions_that_end_by_themselves_leave_no_row(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    PersonId id = add_person(f);
    assert_ok(cx, session_open(cx, id, auth_secret(cx->arena), S(""), 1, &f->events));
    size_t before = row_count(f);
    f->t.clock = clock_fixed(cx_now_us(cx) + 10);
    assert_ok(cx, session_clean(cx, &f->events));
    assert_int_equal(row_count(f), before);
}

static void a_failed_login_is_noted_with_its_address(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    assert_ok(cx, session_refused(cx, (PersonId){0}, S("192.0.2.1")));
    const AuditRow *row = last_row(f);
    assert_str("login.failed", row->verb);
    assert_str("", row->object);
    assert_str("192.0.2.1", row->detail);
    assert_ok(cx, session_refused(cx, (PersonId){4}, S("192.0.2.1")));
    row = last_row(f);
    assert_str("4", row->object);
    assert_int_equal(row->person.v, 0);
}

static void tokens_are_noted_without_their_secret(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Str secret = auth_secret(cx->arena);
    int64_t id;
    assert_ok(
        cx, token_add(cx, (PersonId){0}, S("gate"), S("entity:read"), secret, 0, &f->events, &id));
    const AuditRow *row = last_row(f);
    assert_str("token.add", row->verb);
    assert_str("gate: entity:read", row->detail);
    assert_ok(cx, token_remove(cx, id, &f->events));
    assert_str("token.remove", last_row(f)->verb);
    assert_err(cx, ERR_NOT_FOUND, "token.unknown", token_remove(cx, id, &f->events));
    assert_int_equal(row_count(f), 2);
}

static void a_setting_is_noted_with_what_it_was(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    assert_ok(cx, setting_set(cx, S("city.name"), S("A\"b"), &f->events));
    assert_str("{\"from\":\"Musterstadt\",\"to\":\"A\\\"b\"}", last_row(f)->detail);
    assert_str("city.name", last_row(f)->object);
    assert_ok(cx, setting_set(cx, S("city.name"), S("A\"b"), &f->events));
    assert_int_equal(row_count(f), 1);
    char text[1000];
    memset(text, 1, sizeof text);
    assert_ok(cx, setting_set(cx, S("city.name"), (Str){text, sizeof text}, &f->events));
    assert_ok(cx, setting_set(cx, S("city.name"), (Str){text, sizeof text - 1}, &f->events));
    /* Both values at their longest still make whole JSON. */
    assert_int_equal(last_row(f)->detail.n, strlen("{\"from\":\"\",\"to\":\"\"}") + 2 * 200 * 6);
}

static void statements_prepare(void **state)
{
    TestCore *f = *state;
    assert_ok(&f->t.cx, db_prepare_all(&f->t.cx, &AUDIT_STATEMENTS));
    for (size_t i = 0; i < AUDIT_STATEMENTS.count; i++)
        assert_null(strstr(AUDIT_STATEMENTS.statements[i].sql, "UPDATE"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_row_says_who_and_when, teardown),
        TEST_ON_BOTH(a_list_has_the_newest_rows_the_oldest_of_them_first, teardown),
        TEST_ON_BOTH(what_is_too_long_or_broken_is_still_written_down, teardown),
        TEST_ON_BOTH(old_rows_go_and_no_number_is_given_twice, teardown),
        TEST_ON_BOTH(rows_belong_to_their_tenant, teardown),
        TEST_ON_BOTH(persons_leave_their_number_and_roles_and_no_address, teardown),
        TEST_ON_BOTH(who_logs_in_is_the_one_who_acts, teardown),
        TEST_ON_SQLITE(sessions_that_end_by_themselves_leave_no_row, teardown),
        TEST_ON_SQLITE(a_failed_login_is_noted_with_its_address, teardown),
        TEST_ON_BOTH(tokens_are_noted_without_their_secret, teardown),
        TEST_ON_BOTH(a_setting_is_noted_with_what_it_was, teardown),
        TEST_ON_BOTH(statements_prepare, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
