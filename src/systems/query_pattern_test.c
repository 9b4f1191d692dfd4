#include "systems/query_pattern.h"

#include "base/buf.h"
#include "base/test.h"

#include <regex.h>
#include <stdlib.h>

typedef struct Case {
    const char *pattern, *text;
    bool found;
} Case;

static const Case CASES[] = {
    {"", "", true},
    {"a", "", false},
    {"a", "xay", true},
    {"^a", "xa", false},
    {"a$", "ax", false},
    {"^$", "", true},
    {"^$", "x", false},
    {"^ab*c$", "abbbc", true},
    {"^ab+c$", "ac", false},
    {"^ab?c$", "abc", true},
    {"^a{3}$", "aaa", true},
    {"^a{3}$", "aaaa", false},
    {"^a{2,}$", "aaaaa", true},
    {"^a{2,3}$", "a", false},
    {"^(ab|cd)+$", "abcdab", true},
    {"^(ab|cd)+$", "abc", false},
    {"^[a-c]+$", "abcabc", true},
    {"^[^a-c]+$", "xyz", true},
    {"^[^a-c]+$", "xaz", false},
    {"^[]x]+$", "]x]", true},
    {"^[a-]+$", "a-a", true},
    {"^[[:digit:][:upper:]]+$", "A1", true},
    {"^[[:digit:][:upper:]]+$", "a1", false},
    {"^\\d{4}-\\d{2}$", "2026-11", true},
    {"^\\w+\\s\\w+$", "gr\xC3\xBC\xC3\x9F dich", true},
    {"\\D", "123", false},
    {"\\S", " \t", false},
    {"^[\\d.]+$", "1.5", true},
    {"^.$", "\xC3\xBC", true},
    {"^[\xC3\xA4-\xC3\xBC]$", "\xC3\xB6", true},
    {"a\\.b", "axb", false},
    {"a\\.b", "a.b", true},
    {"^(a*)*$", "aaaa", true},
    {"(a|b|)c", "c", true},
    {"^(?:ab)+$", "abab", true},
    {".*downtown$", "urn:ngsi-ld:Parking:downtown", true},
    {"^urn:ngsi-ld:Vehicle:.*", "urn:ngsi-ld:Vehicle:A4567", true},
    {"x^a", "xa", false},
    {"a|^b", "cb", false},
    {"$", "abc", true},
    {"\n", "a\nb", true},
    {"^a.c$", "a\nc", true},
};

static void every_case_is_answered(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const Pattern *pattern;
        assert_ok(cx, pattern_compile(cx, str_from(CASES[i].pattern), &pattern));
        if (pattern_found(pattern, str_from(CASES[i].text), NULL) == CASES[i].found)
            continue;
        fprintf(stderr, "# /%s/ on \"%s\"\n", CASES[i].pattern, CASES[i].text);
        assert_true(false);
    }
    test_cx_done(&t);
}

static void wrong_patterns_name_the_place(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *place;
    } WRONG[] = {
        {"a(b", "character 3"},       {"a)b", "character 2"},    {"a[bc", "character 3"},
        {"*a", "character 1"},        {"a|*", "character 3"},    {"a{x}", "character 3"},
        {"a{3,2}", "character 3"},    {"a{256}", "character 3"}, {"[z-a]", "character 2"},
        {"(a)\\1", "character 5"},    {"a\\", "character 3"},    {"(?=a)", "character 2"},
        {"[[:foo:]]", "character 2"}, {"^*", "character 2"},     {"a{1", "character 3"},
        {"\\q", "character 2"},
    };
    TestCx t;
    Cx *cx = test_cx_init(&t);
    for (size_t i = 0; i < COUNT_OF(WRONG); i++) {
        const Pattern *pattern;
        assert_err(cx, ERR_INVALID, "pattern.syntax",
                   pattern_compile(cx, str_from(WRONG[i].pattern), &pattern));
        if (!str_starts(cx->error->detail, str_from(WRONG[i].place))) {
            fprintf(stderr, "# /%s/: %.*s\n", WRONG[i].pattern, SARG(cx->error->detail));
            assert_true(false);
        }
    }
    test_cx_done(&t);
}

static void size_and_time_are_bounded(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    const Pattern *pattern;
    assert_err(cx, ERR_LIMIT, "pattern.complex",
               pattern_compile(cx, S("((a{200}){200}){200}"), &pattern));
    assert_ok(cx, pattern_compile(cx, S("(){255}{255}{255}{255}{255}{255}"), &pattern));
    Buf deep = buf_new(cx->arena, 2000);
    for (int i = 0; i < 100; i++)
        buf_char(&deep, '(');
    assert_err(cx, ERR_LIMIT, "pattern.complex", pattern_compile(cx, buf_str(&deep), &pattern));
    /* What takes a backtracking matcher for ever. */
    Buf text = buf_new(cx->arena, 100000);
    for (int i = 0; i < 50000; i++)
        buf_char(&text, 'a');
    buf_char(&text, 'b');
    assert_ok(cx, pattern_compile(cx, S("^(a|a|aa)*(a*)*c$"), &pattern));
    int64_t begin_us = clock_mono_us();
    assert_false(pattern_found(pattern, buf_str(&text), NULL));
    assert_true(clock_mono_us() - begin_us < 2000000);
    int64_t steps = 1000;
    assert_false(pattern_found(pattern, buf_str(&text), &steps));
    assert_true(steps < 0);
    test_cx_done(&t);
}

static unsigned next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(*seed >> 33);
}

/* A pattern of the common subset, with every operator in it now and then. */
static void make_pattern(uint64_t *seed, Buf *buf, int depth)
{
    static const char *const ATOMS[] = {"a", "b", "c", ".", "[ab]", "[^a]", "[b-d]", "d"};
    static const char *const REPEATS[] = {"*", "+", "?", "{2}", "{1,}", "{0,2}"};
    int parts = 1 + (int)(next_random(seed) % 3);
    for (int i = 0; i < parts; i++) {
        if (depth < 3 && next_random(seed) % 4 == 0) {
            buf_char(buf, '(');
            make_pattern(seed, buf, depth + 1);
            buf_char(buf, ')');
        } else {
            buf_put(buf, str_from(ATOMS[next_random(seed) % COUNT_OF(ATOMS)]));
        }
        if (next_random(seed) % 3 == 0)
            buf_put(buf, str_from(REPEATS[next_random(seed) % COUNT_OF(REPEATS)]));
    }
    if (next_random(seed) % 4 == 0) {
        buf_char(buf, '|');
        make_pattern(seed, buf, depth + 1);
    }
}

static void compare_with_regexec(Cx *cx, uint64_t *seed, Str source)
{
    const Pattern *pattern;
    regex_t posix;
    char text[13];
    char *source_c = arena_cstr(cx->arena, source);
    assert_ok(cx, pattern_compile(cx, source, &pattern));
    assert_int_equal(regcomp(&posix, source_c, REG_EXTENDED | REG_NOSUB), 0);
    for (int i = 0; i < 20; i++) {
        size_t n = next_random(seed) % 12;
        for (size_t k = 0; k < n; k++)
            text[k] = (char)('a' + next_random(seed) % 5);
        text[n] = 0;
        bool ours = pattern_found(pattern, (Str){text, n}, NULL);
        bool theirs = regexec(&posix, text, 0, NULL, 0) == 0;
        if (ours != theirs) {
            fprintf(stderr, "# /%s/ on \"%s\": %d, regexec %d\n", source_c, text, ours, theirs);
            assert_true(false);
        }
    }
    regfree(&posix);
}

static void agrees_with_regexec_on_the_common_subset(void **state)
{
    (void)state;
    uint64_t seed = 20221101;
    for (int i = 0; i < 3000; i++) {
        TestCx t;
        Cx *cx = test_cx_init(&t);
        Buf buf = buf_new(cx->arena, 4096);
        if (next_random(&seed) % 3 == 0)
            buf_char(&buf, '^');
        make_pattern(&seed, &buf, 0);
        if (next_random(&seed) % 3 == 0)
            buf_char(&buf, '$');
        compare_with_regexec(cx, &seed, buf_str(&buf));
        test_cx_done(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_is_answered),
        cmocka_unit_test(wrong_patterns_name_the_place),
        cmocka_unit_test(size_and_time_are_bounded),
        cmocka_unit_test(agrees_with_regexec_on_the_common_subset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
