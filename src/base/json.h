/* JSON as spans of its input: one pass, strict, and nothing is re-formatted.
 *
 * A document is its text and a tape of nodes in reading order; an object's children are key,
 * value, key, value. Numbers and strings stay the bytes that came in, so that what a device sent
 * comes back digit for digit. Source: RFC 8259; UTF-8 strictly (RFC 3629), a lone surrogate
 * escape and a BOM are refused, and so is text after the value. */
#ifndef HANSE_BASE_JSON_H
#define HANSE_BASE_JSON_H

#include "base/buf.h"
#include "base/err.h"

typedef enum JsonType {
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT
} JsonType;

typedef struct JsonNode {
    uint32_t offset;      /* of the value's first byte; a string's quote, an object's brace */
    uint32_t length;      /* of the whole value's text */
    uint32_t next;        /* index of the first node after this value and all it holds */
    uint32_t type : 3;    /* JsonType */
    uint32_t escaped : 1; /* a string with a backslash in it */
    uint32_t count : 28;  /* elements of an array, members of an object */
} JsonNode;

typedef struct Json {
    Str text; /* must outlive the nodes */
    const JsonNode *nodes;
    uint32_t count;
} Json;

/* One value of a document; by value. */
typedef struct JsonValue {
    const Json *doc;
    uint32_t node;
} JsonValue;

enum { JSON_DEPTH_MAX = 64 };

/* Parses the whole text; nodes live in cx->arena. Errors: INVALID "json.syntax" with line, column
 * (in characters) and what was expected; LIMIT "json.depth" beyond JSON_DEPTH_MAX; LIMIT
 * "json.size" at 4 GiB, at 2^28 members, or where the arena's maximum cannot hold the nodes, 16
 * bytes each. A member name that stands twice in an object, in whatever escapes, is INVALID
 * "json.duplicate". "\u0000" is a character as any other: who cannot store it must refuse it. */
MUST Err json_parse(Cx *cx, Str text, Json *ret);

JsonValue json_root(const Json *doc);
JsonType json_type(JsonValue v);
bool json_is(JsonValue v, JsonType type);
/* The value's text as it came in. */
Str json_span(JsonValue v);
/* A string without its quotes, escapes kept. */
Str json_raw(JsonValue v);
/* A string's text; copied only where it has escapes. */
Str json_text(Arena *arena, JsonValue v);
/* Compares without unescaping where there is nothing to unescape. */
bool json_text_is(JsonValue v, Str text);
/* Elements or members; 0 for scalars. */
uint32_t json_count(JsonValue v);
/* The member's value; false where v is no object or has none of that name. Walks the members. */
bool json_find(JsonValue v, Str name, JsonValue *ret);
MUST bool json_f64(JsonValue v, double *ret);  /* a number within double's range */
MUST bool json_i64(JsonValue v, int64_t *ret); /* a number written without fraction or exponent */

/* for (JsonIter it = json_iter(v); json_next(&it);) use(it.key, it.value); key only in objects. */
typedef struct JsonIter {
    JsonValue key;
    JsonValue value;
    uint32_t at, end;
    bool object;
} JsonIter;
JsonIter json_iter(JsonValue v);
bool json_next(JsonIter *it);

/* The same members and values; member order does not count, numbers by their digits. */
bool json_equal(JsonValue a, JsonValue b);

/* Writing: commas are put by the writer, spans are copied; whether all fitted stands in the Buf. */
typedef struct JsonOut {
    Buf *buf;
    bool comma; /* before the next member or element */
} JsonOut;
JsonOut json_out(Buf *buf);
void json_begin(JsonOut *out, char bracket); /* '{' or '[' */
void json_end(JsonOut *out, char bracket);   /* '}' or ']' */
void json_name(JsonOut *out, Str name);      /* escaped as needed */
void json_put_text(JsonOut *out, Str text);
void json_put_span(JsonOut *out, Str json); /* JSON already */
void json_put_i64(JsonOut *out, int64_t v);
void json_put_f64(JsonOut *out, double v);
void json_put_bool(JsonOut *out, bool v);
void json_put_null(JsonOut *out);

#endif
