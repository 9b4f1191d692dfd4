/* Settings: the table's defaults, and what an administrator said instead. */
#include "core/setting.h"

#include "core/test_core.h"

static void a_setting_has_its_default_until_it_is_set(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Str value;
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        assert_ok(cx, setting_get(cx, SETTINGS[i].name, &value));
        assert_str_equal(SETTINGS[i].def, value);
    }
    assert_ok(cx, setting_set(cx, S("city.name"), S("Lindhafen"), &f->events));
    assert_ok(cx, setting_set(cx, S("city.name"), S("Neustadt"), &f->events));
    assert_ok(cx, setting_get(cx, S("city.name"), &value));
    assert_str("Neustadt", value);
    assert_int_equal(test_count_events(f, &SETTING_CHANGED), 2);
    assert_ok(cx, setting_set(cx, S("city.name"), S(""), &f->events));
    assert_ok(cx, setting_get(cx, S("city.name"), &value));
    assert_str("", value);
    f->actor.tenant.v = 2;
    assert_ok(cx, setting_get(cx, S("city.name"), &value));
    assert_str("Musterstadt", value);
}

static void what_no_setting_takes_is_refused(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Str value;
    static char large[SETTING_BYTES_MAX + 1];
    memset(large, 'x', sizeof large);
    Str name = S("legal.imprint");
    assert_err(cx, ERR_INVALID, "setting.unknown", setting_get(cx, S("city.moon"), &value));
    assert_err(cx, ERR_INVALID, "setting.unknown",
               setting_set(cx, S("city.moon"), S("x"), &f->events));
    assert_err(cx, ERR_INVALID, "setting.utf8", setting_set(cx, name, S("\xff"), &f->events));
    assert_err(cx, ERR_INVALID, "setting.utf8", setting_set(cx, name, (Str){"a\0", 2}, &f->events));
    assert_err(cx, ERR_LIMIT, "setting.large",
               setting_set(cx, name, (Str){large, sizeof large}, &f->events));
    assert_int_equal(test_count_events(f, &SETTING_CHANGED), 0);
    assert_ok(cx, setting_set(cx, name, (Str){large, sizeof large - 1}, &f->events));
}

static void a_number_keeps_to_its_range(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    static const Str BAD[] = {S_INIT(""),      S_INIT("0"),   S_INIT("-1"),
                              S_INIT("36501"), S_INIT("9 d"), S_INIT("99999999999999999999")};
    int64_t days;
    assert_ok(cx, setting_get_i64(cx, S("audit.days"), &days));
    assert_int_equal(days, 365);
    for (size_t i = 0; i < COUNT_OF(BAD); i++)
        assert_err(cx, ERR_INVALID, "setting.number",
                   setting_set(cx, S("audit.days"), BAD[i], &f->events));
    assert_ok(cx, setting_set(cx, S("audit.days"), S("36500"), &f->events));
    assert_ok(cx, setting_get_i64(cx, S("audit.days"), &days));
    assert_int_equal(days, 36500);
}

static void all_are_read_at_once_for_pages(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    static const Statement STRANGER =
        SQL("INSERT INTO setting (tenant, name, value) VALUES (1, 'of.a.later.version', 'x')");
    SettingList *list;
    assert_ok(cx, setting_set(cx, S("city.name"), S("Lindhafen"), &f->events));
    assert_ok(cx, db_run(cx, &STRANGER, DB_NO_ARGS));
    assert_ok(cx, setting_read(cx, &list));
    assert_str("Lindhafen", setting_of(list, S("city.name")));
    assert_str("Europe/Berlin", setting_of(list, S("city.zone")));
    setting_list_free(list);
    setting_list_free(NULL);
}

static void the_table_is_sound(void **state)
{
    (void)state;
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        assert_true(str_find_char(SETTINGS[i].name, '.') > 0);
        assert_true(strlen(SETTINGS[i].help) > 0);
        for (size_t j = 0; j < i; j++)
            assert_false(str_eq(SETTINGS[i].name, SETTINGS[j].name));
    }
}

static void statements_prepare(void **state)
{
    TestCore *f = *state;
    assert_ok(&f->t.cx, db_prepare_all(&f->t.cx, &SETTING_STATEMENTS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(a_setting_has_its_default_until_it_is_set, teardown),
        TEST_ON_BOTH(what_no_setting_takes_is_refused, teardown),
        TEST_ON_BOTH(a_number_keeps_to_its_range, teardown),
        TEST_ON_BOTH(all_are_read_at_once_for_pages, teardown),
        TEST_ON_BOTH(statements_prepare, teardown),
        cmocka_unit_test(the_table_is_sound),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
