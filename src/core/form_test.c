/* Forms are neither sent twice nor lost. */
#include "core/form.h"

#include "core/test_core.h"

static Cx *cx_of(void **state, TestCore **ret)
{
    *ret = *state;
    (*ret)->actor.person = (PersonId){7};
    return &(*ret)->t.cx;
}

static void a_key_leads_where_it_led(void **state)
{
    TestCore *f;
    Cx *cx = cx_of(state, &f);
    Str location;
    assert_ok(cx, form_sent(cx, S("k1"), &location));
    assert_null(location.p);
    assert_ok(cx, form_keep_key(cx, S("k1"), S("/ideen/a")));
    assert_ok(cx, form_sent(cx, S("k1"), &location));
    assert_str("/ideen/a", location);
    f->actor.person = (PersonId){8}; /* somebody else's key says nothing */
    assert_ok(cx, form_sent(cx, S("k1"), &location));
    assert_null(location.p);
}

static void a_draft_comes_back_without_its_secrets(void **state)
{
    TestCore *f;
    Cx *cx = cx_of(state, &f);
    Str body;
    assert_ok(cx, form_keep_draft(cx, S("d1"), S("/ideen/neu"),
                                  S("title=Licht&token=abc&password=geheim&lead=kurz")));
    assert_ok(cx, form_find_draft(cx, S("d1"), S("/ideen/neu"), &body));
    assert_str("title=Licht&lead=kurz", body);
    assert_ok(cx, form_find_draft(cx, S("d1"), S("/projekte/neu"), &body));
    assert_null(body.p);
    assert_ok(cx, form_find_draft(cx, S("d2"), S("/ideen/neu"), &body));
    assert_null(body.p);
}

static void a_draft_has_a_limit(void **state)
{
    TestCore *f;
    Cx *cx = cx_of(state, &f);
    Buf long_body = buf_new(cx->arena, FORM_DRAFT_BYTES_MAX + 10);
    while (long_body.n <= FORM_DRAFT_BYTES_MAX)
        buf_char(&long_body, 'x');
    assert_int_equal(form_keep_draft(cx, S("d"), S("/x"), buf_str(&long_body)), ERR_LIMIT);
}

static void both_are_gone_after_a_day(void **state)
{
    TestCore *f;
    Cx *cx = cx_of(state, &f);
    Str text;
    assert_ok(cx, form_keep_key(cx, S("k1"), S("/x")));
    assert_ok(cx, form_keep_draft(cx, S("d1"), S("/x"), S("a=b")));
    f->t.clock.fixed_us += (FORM_KEEP_S + 1) * INT64_C(1000000);
    assert_ok(cx, form_sent(cx, S("k1"), &text));
    assert_null(text.p);
    assert_ok(cx, form_find_draft(cx, S("d1"), S("/x"), &text));
    assert_null(text.p);
    assert_ok(cx, form_clean(cx));
    f->t.clock.fixed_us -= (FORM_KEEP_S + 1) * INT64_C(1000000);
    assert_ok(cx, form_sent(cx, S("k1"), &text));
    assert_null(text.p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_key_leads_where_it_led, teardown),
        TEST_ON_BOTH(a_draft_comes_back_without_its_secrets, teardown),
        TEST_ON_BOTH(a_draft_has_a_limit, teardown),
        TEST_ON_BOTH(both_are_gone_after_a_day, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
