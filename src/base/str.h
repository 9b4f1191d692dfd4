/* Text slices: compare, search, cut, parse. No function here allocates; results point into
 * their argument. */
#ifndef HANSE_BASE_STR_H
#define HANSE_BASE_STR_H

#include "base/base.h"

Str str_from(const char *c_string); /* of a NUL-ended string; NULL gives an empty Str */
bool str_eq(Str a, Str b);
bool str_eq_nocase(Str a, Str b); /* ASCII only */
int str_cmp(Str a, Str b);        /* by bytes, which for UTF-8 is by code point */
bool str_starts(Str s, Str prefix);
bool str_ends(Str s, Str suffix);
/* The position of the first occurrence, or -1. */
ptrdiff_t str_find(Str s, Str needle);
ptrdiff_t str_find_char(Str s, char c);
ptrdiff_t str_find_last_char(Str s, char c);
/* How often the part stands in the text, each place behind the last one; an empty part nowhere. */
size_t str_count(Str text, Str part);
/* Bytes [from, to), both clamped to the length. */
Str str_slice(Str s, size_t from, size_t to);
Str str_from_index(Str s, size_t from);
/* Without ASCII white space at both ends. */
Str str_trim(Str s);
/* Cuts at the first sep: what stands before is returned, *rest becomes what follows. Where there
 * is no sep the whole is returned and *rest is empty with p NULL, so that
 * `while (rest.p) part = str_cut(&rest, ',')` visits every part. */
Str str_cut(Str *rest, char sep);
/* Whole-text numbers: false when anything but the number is there or it does not fit. */
MUST bool str_to_i64(Str s, int64_t *ret);
MUST bool str_to_f64(Str s, double *ret); /* JSON's number grammar, correctly rounded; finite */
/* FNV-1a, 64 bit. Not for keys that a stranger may choose at will in unbounded tables. */
uint64_t str_hash(Str s);
/* Strict UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF. */
bool str_is_utf8(Str s);
/* Bytes of the well-formed sequence that s begins with; 0 where there is none. */
size_t str_utf8_length(Str s);
/* Decodes the code point at *at and steps over it; U+FFFD for a broken byte. */
uint32_t str_next_codepoint(Str s, size_t *at);

#endif
