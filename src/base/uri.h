/* URIs (RFC 3986): checking and percent-encoding. */
#ifndef HANSE_BASE_URI_H
#define HANSE_BASE_URI_H

#include "base/arena.h"

/* An absolute URI: a scheme, ':' and at least one character more, all of RFC 3986's set; IRI
 * characters above ASCII are let through (RFC 3987), as devices do send them. */
bool uri_is_absolute(Str s);
/* Percent-decoded copy, a NUL behind it; false for a broken escape, a NUL or what is not UTF-8
 * then. plus_is_space for query strings and forms (WHATWG URL, application/x-www-form-urlencoded).
 */
MUST bool uri_decode(Arena *arena, Str s, bool plus_is_space, Str *ret);
/* Walks "a=1&b=2": false at the end. Names and values are still encoded; a name without '=' has an
 * empty value (p NULL, to tell it from "a="), and empty parts between two '&' are passed over. */
bool uri_next_pair(Str *rest, Str *ret_name, Str *ret_value);

#endif
