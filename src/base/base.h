/* The few words that every file of hanse speaks: text slices, assertions, attributes.
 *
 * Nothing here allocates or fails. Sizes are in bytes unless a name says otherwise. */
#ifndef HANSE_BASE_BASE_H
#define HANSE_BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A result that the caller must look at. */
#define MUST __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define UNUSED __attribute__((unused))

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

/* A slice of bytes that somebody else owns; text is UTF-8. Passed by value, never NUL-ended.
 * p may be NULL only when n is 0. */
typedef struct Str {
    const char *p;
    size_t n;
} Str;

/* A Str from a string literal, and only from a literal. */
#define S(lit) ((Str){"" lit, sizeof(lit) - 1})
/* The same as a constant initialiser. */
#define S_INIT(lit)                                                                                \
    {                                                                                              \
        "" lit, sizeof(lit) - 1                                                                    \
    }
/* For printf: printf("%.*s", SARG(str)). */
#define SARG(s) (int)(s).n, (s).p

/* For programmers' errors alone; stays compiled in and never sees unchecked input. */
#define ASSERT(cond) ((cond) ? (void)0 : assert_failed(#cond, __FILE__, __LINE__))
_Noreturn void assert_failed(const char *cond, const char *file, int line);

#endif
