/* Patterns: extended regular expressions (IEEE Std 1003.1, 9.4; ETSI GS CIM 009 V1.9.1, 4.9 and
 * idPattern), matched in linear time by simulating an automaton (Thompson 1968, Pike), so that no
 * pattern of a stranger can make a match slow.
 *
 * Characters are Unicode code points. A text matches when the pattern is found anywhere in it;
 * ^ and $ anchor at its ends alone. Known: . [] [^] with ranges and [:classes:], * + ? {m} {m,}
 * {m,n}, |, (), (?:), and the escapes \d \w \s \D \W \S \n \r \t, inside of brackets too (there,
 * POSIX would take a backslash literally). A backslash before anything else that is no letter or
 * digit takes it literally. There are no back references: they cannot be matched in linear time. */
#ifndef HANSE_SYSTEMS_QUERY_PATTERN_H
#define HANSE_SYSTEMS_QUERY_PATTERN_H

#include "base/err.h"

enum {
    PATTERN_TEXT_MAX = 1024,   /* bytes of a pattern */
    PATTERN_PROGRAM_MAX = 600, /* states; what a step per character may cost */
    PATTERN_REPEAT_MAX = 255,  /* POSIX's RE_DUP_MAX */
    PATTERN_DEPTH_MAX = 50     /* nested parentheses */
};

typedef struct Pattern Pattern;

/* The pattern lives in cx->arena and is immutable. Errors: INVALID "pattern.syntax" with the
 * position; LIMIT "pattern.complex". */
MUST Err pattern_compile(Cx *cx, Str text, const Pattern **ret);

/* Whether the pattern is found in the text. steps is a budget of states visited, taken down as
 * they are; when it falls below 0 the answer is false and worth nothing. NULL: no budget. */
bool pattern_found(const Pattern *pattern, Str text, int64_t *steps);

#endif
