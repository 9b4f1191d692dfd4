/* For tests only: cmocka with our own words for text, and a bare Cx. */
#ifndef HANSE_BASE_TEST_H
#define HANSE_BASE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/* cmocka has a macro of the same name as our fail(); ours stays. */
#undef fail
#include <cmocka.h>
#undef fail
#define fail(cx, code, key, ...) fail_at(cx, __FILE__, __LINE__, code, key, __VA_ARGS__)

#include <stdio.h>

#define assert_str(expected_literal, actual)                                                       \
    assert_str_at(S(expected_literal), actual, __FILE__, __LINE__)
#define assert_str_equal(expected, actual) assert_str_at(expected, actual, __FILE__, __LINE__)
static inline UNUSED void assert_str_at(Str expected, Str actual, const char *file, int line)
{
    if (str_eq(expected, actual))
        return;
    fprintf(stderr, "# expected: %.*s\n# actual:   %.*s\n", SARG(expected), SARG(actual));
    _fail(file, line);
}

#define assert_ok(cx, call) assert_ok_at(cx, call, __FILE__, __LINE__)
static inline UNUSED void assert_ok_at(Cx *cx, Err err, const char *file, int line)
{
    if (err == OK)
        return;
    fprintf(stderr, "# %s %s: %.*s (%s:%d)\n", err_name(err), cx->error->key,
            SARG(cx->error->detail), cx->error->file, cx->error->line);
    _fail(file, line);
}

#define assert_err(cx, expected, expected_key, call)                                               \
    assert_err_at(cx, expected, expected_key, call, __FILE__, __LINE__)
static inline UNUSED void assert_err_at(Cx *cx, Err expected, const char *key, Err err,
                                        const char *file, int line)
{
    if (err == expected && strcmp(cx->error->key, key) == 0)
        return;
    fprintf(stderr, "# expected %s %s, got %s %s\n", err_name(expected), key, err_name(err),
            err ? cx->error->key : "");
    _fail(file, line);
}

/* A Cx with an arena and nothing else; test_cx_done frees it. */
typedef struct TestCx {
    Arena arena;
    Error error;
    Clock clock;
    Cx cx;
} TestCx;
static inline UNUSED Cx *test_cx_init(TestCx *t)
{
    *t = (TestCx){.clock = clock_fixed(INT64_C(1654041600000000))}; /* 2022-06-01T00:00:00Z */
    arena_init(&t->arena, 0, 0);
    t->cx = (Cx){.arena = &t->arena, .clock = &t->clock, .error = &t->error};
    return &t->cx;
}
static inline UNUSED void test_cx_done(TestCx *t)
{
    arena_done(&t->arena);
}

#endif
