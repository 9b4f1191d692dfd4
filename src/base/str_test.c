#include "base/str.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/test.h"

static void cut_visits_every_part(void **state)
{
    (void)state;
    Str rest = S("a,,b"), seen[4];
    size_t n = 0;
    while (rest.p)
        seen[n++] = str_cut(&rest, ',');
    assert_int_equal(n, 3);
    assert_str("a", seen[0]);
    assert_str("", seen[1]);
    assert_str("b", seen[2]);
}

static void find_sees_the_last_place(void **state)
{
    (void)state;
    assert_int_equal(str_find(S("abcabd"), S("abd")), 3);
    assert_int_equal(str_find(S("aab"), S("ab")), 1);
    assert_int_equal(str_find(S("ab"), S("abc")), -1);
    assert_int_equal(str_find(S("abc"), S("")), 0);
}

static void places_are_counted_one_behind_the_other(void **state)
{
    (void)state;
    assert_int_equal(str_count(S("ab-ab-ab"), S("ab")), 3);
    assert_int_equal(str_count(S("aaaaa"), S("aa")), 2);
    assert_int_equal(str_count(S("ab"), S("ab")), 1);
    assert_int_equal(str_count(S("ab"), S("abc")), 0);
    assert_int_equal(str_count(S(""), S("a")), 0);
    assert_int_equal(str_count(S("ab"), S("")), 0);
}

static void integers_at_their_limits(void **state)
{
    (void)state;
    int64_t v = 7;
    assert_true(str_to_i64(S("9223372036854775807"), &v) && v == INT64_MAX);
    assert_true(str_to_i64(S("-9223372036854775808"), &v) && v == INT64_MIN);
    static const Str BAD[] = {S_INIT("9223372036854775808"),
                              S_INIT(""),
                              S_INIT("-"),
                              S_INIT("1x"),
                              S_INIT("+1"),
                              S_INIT(" 1")};
    for (size_t i = 0; i < COUNT_OF(BAD); i++)
        assert_false(str_to_i64(BAD[i], &v));
}

static void doubles_follow_json_and_read_exactly(void **state)
{
    (void)state;
    double v = 0;
    assert_true(str_to_f64(S("178.865"), &v) && v == 178.865);
    assert_true(str_to_f64(S("-0.1e-3"), &v) && v == -0.1e-3);
    assert_true(str_to_f64(S("123456789012345678901234567890"), &v) &&
                v == 123456789012345678901234567890.0);
    static const Str BAD[] = {S_INIT("01"),    S_INIT("1."),  S_INIT(".5"), S_INIT("1e"),
                              S_INIT("1e999"), S_INIT("nan"), S_INIT("-"),  S_INIT("")};
    for (size_t i = 0; i < COUNT_OF(BAD); i++)
        assert_false(str_to_f64(BAD[i], &v));
}

static void utf8_is_strict(void **state)
{
    (void)state;
    static const Str GOOD[] = {S_INIT(""), S_INIT("\xc3\xa4"), S_INIT("\xe2\x82\xac"),
                               S_INIT("\xf0\x9f\x98\x80"), S_INIT("\xf4\x8f\xbf\xbf")};
    static const Str BAD[] = {S_INIT("\xc0\x80"), S_INIT("\xed\xa0\x80"),
                              S_INIT("\xe2\x82"), S_INIT("\xf4\x90\x80\x80"),
                              S_INIT("\x80"),     S_INIT("\xe0\x9f\xbf")};
    for (size_t i = 0; i < COUNT_OF(GOOD); i++)
        assert_true(str_is_utf8(GOOD[i]));
    for (size_t i = 0; i < COUNT_OF(BAD); i++)
        assert_false(str_is_utf8(BAD[i]));
}

static void a_full_buffer_says_so_and_stays_as_it_is(void **state)
{
    (void)state;
    Arena arena;
    arena_init(&arena, 0, 0);
    Buf buf = buf_new(&arena, 4);
    buf_put(&buf, S("abcd"));
    assert_false(buf.overflow);
    buf_char(&buf, 'e');
    buf_put(&buf, S(""));
    assert_true(buf.overflow);
    assert_str("abcd", buf_str(&buf));
    arena_done(&arena);
}

static void doubles_are_written_shortest(void **state)
{
    (void)state;
    Arena arena;
    arena_init(&arena, 0, 0);
    Buf buf = buf_new(&arena, 1000);
    buf_f64(&buf, 0.1);
    buf_char(&buf, ' ');
    buf_f64(&buf, 3);
    buf_char(&buf, ' ');
    buf_f64(&buf, 1.0 / 3);
    assert_str("0.1 3 0.3333333333333333", buf_str(&buf));
    arena_done(&arena);
}

static void an_arena_returns_to_its_mark(void **state)
{
    (void)state;
    Arena arena;
    arena_init(&arena, 64, 1 << 20);
    char *first = arena_alloc_bytes(&arena, 8, 8);
    ArenaMark mark = arena_mark(&arena);
    for (int i = 0; i < 100; i++)
        memset(arena_alloc_bytes(&arena, 100, 16), 0xff, 100);
    arena_rewind(&arena, mark);
    char *again = arena_alloc_bytes(&arena, 8, 8);
    assert_ptr_equal(again, first + 8);
    for (int i = 0; i < 8; i++)
        assert_int_equal(again[i], 0);
    arena_done(&arena);
}

static void an_error_is_cut_between_characters(void **state)
{
    (void)state;
    Arena arena;
    arena_init(&arena, 0, 0);
    Error error = {0};
    Cx cx = {.arena = &arena, .clock = &CLOCK_SYSTEM, .error = &error};
    char text[1200];
    for (size_t i = 0; i + 1 < sizeof text; i += 2)
        memcpy(text + i, "\xc3\xa4", 2);
    text[sizeof text - 2] = 0;
    assert_int_equal(fail(&cx, ERR_INVALID, "x.y", "%s", text), ERR_INVALID);
    assert_true(error.detail.n > 1000 && str_is_utf8(error.detail));
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cut_visits_every_part),
        cmocka_unit_test(find_sees_the_last_place),
        cmocka_unit_test(places_are_counted_one_behind_the_other),
        cmocka_unit_test(integers_at_their_limits),
        cmocka_unit_test(doubles_follow_json_and_read_exactly),
        cmocka_unit_test(utf8_is_strict),
        cmocka_unit_test(a_full_buffer_says_so_and_stays_as_it_is),
        cmocka_unit_test(doubles_are_written_shortest),
        cmocka_unit_test(an_arena_returns_to_its_mark),
        cmocka_unit_test(an_error_is_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
