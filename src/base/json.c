#include "base/json.h"

#include "base/str.h"

#include <stdlib.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
    COUNT_MAX = (1 << 28) - 1, /* what JsonNode.count can hold */
    FEW_MEMBERS = 16,          /* up to here names are compared pair by pair */
    NODES_AT_FIRST_MAX = 1 << 14
};

/* Errors stay out of the way of the fast path. */
#define COLD __attribute__((cold, noinline))

/* The parser's functions take the place to read from and return the place behind what they read,
 * or NULL after they recorded an error. */
typedef struct Parser {
    Cx *cx;
    const char *start;
    const char *end;
    JsonNode *nodes;
    uint32_t count;
    uint32_t cap;
    int depth;
    Err err;
} Parser;

/* Line and column of a place, both from 1; columns count characters. */
static void place_of(const Parser *ps, const char *at, size_t *ret_line, size_t *ret_column)
{
    *ret_line = *ret_column = 1;
    for (const char *p = ps->start; p < at; p++) {
        if (*p == '\n') {
            (*ret_line)++;
            *ret_column = 1;
        } else if (((unsigned char)*p & 0xC0) != 0x80) {
            (*ret_column)++;
        }
    }
}

static COLD const char *expected(Parser *ps, const char *at, const char *what)
{
    size_t line, column;
    place_of(ps, at, &line, &column);
    unsigned char c = at < ps->end ? (unsigned char)*at : 0;
    if (at >= ps->end)
        ps->err = fail(ps->cx, ERR_INVALID, "json.syntax",
                       "line %zu, column %zu: expected %s, found the end of the text", line, column,
                       what);
    else if (c > ' ' && c < 0x7F)
        ps->err = fail(ps->cx, ERR_INVALID, "json.syntax",
                       "line %zu, column %zu: expected %s, found '%c'", line, column, what, c);
    else
        ps->err =
            fail(ps->cx, ERR_INVALID, "json.syntax",
                 "line %zu, column %zu: expected %s, found byte 0x%02X", line, column, what, c);
    return NULL;
}

static COLD const char *too_large(Parser *ps, const char *what)
{
    ps->err = fail(ps->cx, ERR_LIMIT, "json.size", "the JSON text has %s; split it", what);
    return NULL;
}

/* Whether the arena can give that much more; it would abort otherwise, and the text is hostile. */
static bool arena_has(const Arena *arena, size_t bytes)
{
    size_t slack = arena->chunk_bytes + 4096;
    size_t left = arena->max_bytes - arena->used_bytes;
    return left > slack && left - slack >= bytes;
}

static COLD bool tape_grow(Parser *ps)
{
    if (ps->cap > UINT32_MAX / 2 ||
        !arena_has(ps->cx->arena, (size_t)ps->cap * 2 * sizeof(JsonNode))) {
        too_large(ps, "more values than memory is set aside for");
        return false;
    }
    ps->nodes = arena_grow(ps->cx->arena, ps->nodes, ps->cap * sizeof(JsonNode),
                           (size_t)ps->cap * 2 * sizeof(JsonNode), _Alignof(JsonNode));
    ps->cap *= 2;
    return true;
}

static inline bool node_open(Parser *ps, const char *p, JsonType type)
{
    if (ps->count == ps->cap && !tape_grow(ps))
        return false;
    ps->nodes[ps->count++] =
        (JsonNode){.offset = (uint32_t)(p - ps->start), .type = (unsigned)type & 7u};
    return true;
}

static inline void node_close(Parser *ps, uint32_t index, const char *end, size_t count)
{
    JsonNode *node = &ps->nodes[index];
    node->length = (uint32_t)(end - ps->start) - node->offset;
    node->next = ps->count;
    node->count = (uint32_t)count & COUNT_MAX;
}

/* A value that holds no others, from p to end; returns end. */
static inline const char *node_leaf(Parser *ps, const char *p, const char *end, JsonType type,
                                    unsigned escaped)
{
    if (ps->count == ps->cap && !tape_grow(ps))
        return NULL;
    ps->nodes[ps->count] = (JsonNode){.offset = (uint32_t)(p - ps->start),
                                      .length = (uint32_t)(end - p),
                                      .next = ps->count + 1,
                                      .type = (unsigned)type & 7u,
                                      .escaped = escaped & 1u};
    ps->count++;
    return end;
}

static inline const char *skip_space(const Parser *ps, const char *p)
{
    while (p < ps->end && (unsigned char)*p <= ' ' &&
           (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
        p++;
    return p;
}

/* The first byte of a string that is not plain: quote, backslash, control character or part of a
 * longer UTF-8 sequence. */
static inline const char *plain_end(const char *p, const char *end)
{
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
    const __m128i space = _mm_set1_epi8(' ');
    for (; end - p >= 16; p += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
        /* The comparison is signed: bytes from 0x80 on are below a space too. */
        __m128i special = _mm_or_si128(
            _mm_cmplt_epi8(bytes, space),
            _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)));
        unsigned mask = (unsigned)_mm_movemask_epi8(special);
        if (mask)
            return p + __builtin_ctz(mask);
    }
#endif
    while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= ' ' &&
           (unsigned char)*p < 0x80)
        p++;
    return p;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The four digits of a \u escape, or -1. */
static int32_t hex_unit(const char *p, const char *end)
{
    if (end - p < 4)
        return -1;
    int32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(p[i]);
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

static const char *parse_unicode_escape(Parser *ps, const char *p)
{
    int32_t unit = hex_unit(p + 2, ps->end);
    if (unit < 0)
        return expected(ps, p, "\\u and four hexadecimal digits");
    if (unit >= 0xDC00 && unit <= 0xDFFF)
        return expected(ps, p, "no low surrogate without a high one before it");
    if (unit < 0xD800 || unit > 0xDFFF)
        return p + 6;
    const char *second = p + 6;
    int32_t low = ps->end - second >= 6 && second[0] == '\\' && second[1] == 'u'
                      ? hex_unit(second + 2, ps->end)
                      : -1;
    if (low < 0xDC00 || low > 0xDFFF)
        return expected(ps, second, "the low surrogate that belongs to the high one before");
    return second + 6;
}

static COLD const char *parse_escape(Parser *ps, const char *p)
{
    if (ps->end - p < 2)
        return expected(ps, ps->end, "an escape and a closing quote");
    switch (p[1]) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        return p + 2;
    case 'u':
        return parse_unicode_escape(ps, p);
    default:
        return expected(ps, p + 1, "one of \" \\ / b f n r t u after the backslash");
    }
}

/* A string that is not plain throughout; p stands at its first special byte. */
static __attribute__((noinline)) const char *parse_mixed_string(Parser *ps, const char *from,
                                                                const char *p)
{
    unsigned escaped = 0;
    for (;; p = plain_end(p, ps->end)) {
        if (p == ps->end)
            return expected(ps, p, "a closing quote");
        if (*p == '"')
            return node_leaf(ps, from, p + 1, JSON_STRING, escaped);
        if (*p == '\\') {
            escaped = 1;
            p = parse_escape(ps, p);
            if (!p)
                return NULL;
        } else if ((unsigned char)*p < ' ') {
            return expected(ps, p, "control characters to be escaped");
        } else {
            size_t len = str_utf8_length((Str){p, (size_t)(ps->end - p)});
            if (len == 0)
                return expected(ps, p, "UTF-8");
            p += len;
        }
    }
}

/* From the opening quote on. */
static inline const char *parse_string(Parser *ps, const char *p)
{
    const char *stop = plain_end(p + 1, ps->end);
    if (stop < ps->end && *stop == '"')
        return node_leaf(ps, p, stop + 1, JSON_STRING, 0);
    return parse_mixed_string(ps, p, stop);
}

static inline const char *skip_digits(const Parser *ps, const char *p)
{
    while (p < ps->end && (unsigned char)(*p - '0') < 10)
        p++;
    return p;
}

/* RFC 8259, section 6. */
static const char *parse_number(Parser *ps, const char *p)
{
    const char *from = p;
    p += *p == '-';
    const char *digits = p;
    p = skip_digits(ps, p);
    if (p == digits)
        return expected(ps, p, "a digit");
    if (*digits == '0' && p - digits > 1)
        return expected(ps, digits, "no leading zero");
    if (p < ps->end && *p == '.') {
        digits = ++p;
        p = skip_digits(ps, p);
        if (p == digits)
            return expected(ps, p, "a digit after the point");
    }
    if (p < ps->end && (*p | 0x20) == 'e') {
        p++;
        p += p < ps->end && (*p == '+' || *p == '-');
        digits = p;
        p = skip_digits(ps, p);
        if (p == digits)
            return expected(ps, p, "a digit of the exponent");
    }
    return node_leaf(ps, from, p, JSON_NUMBER, 0);
}

static const char *parse_word(Parser *ps, const char *p, Str word, JsonType type)
{
    if ((size_t)(ps->end - p) < word.n || memcmp(p, word.p, word.n) != 0)
        return expected(ps, p, "a value");
    return node_leaf(ps, p, p + word.n, type, 0);
}

/* What an escape stands for, as UTF-8; *at steps behind it. The text was checked by the parser. */
static size_t escape_decode(const char **at, char ret[4])
{
    static const char FROM[] = "bfnrt", TO[] = "\b\f\n\r\t";
    const char *p = *at;
    if (p[1] != 'u') {
        const char *known = strchr(FROM, p[1]);
        ret[0] = known ? TO[known - FROM] : p[1];
        *at = p + 2;
        return 1;
    }
    uint32_t c = (uint32_t)hex_unit(p + 2, p + 6);
    *at = p + 6;
    if (c >= 0xD800 && c <= 0xDBFF) {
        c = 0x10000 + ((c - 0xD800) << 10) + ((uint32_t)hex_unit(p + 8, p + 12) - 0xDC00);
        *at = p + 12;
    }
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char LEAD[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        ret[i] = (char)(0x80 | (c & 0x3F));
    ret[0] = (char)(LEAD[n] | c);
    return n;
}

/* A member: where its name stands and where its value is. */
typedef struct Member {
    Str name; /* without quotes */
    uint32_t escaped;
    uint32_t value;
} Member;

/* Reads a name unescaped, byte by byte. */
typedef struct NameReader {
    const char *p;
    const char *end;
    char ready[4];
    size_t at, n;
} NameReader;

/* The next byte, or -1 at the end. */
static int name_byte(NameReader *reader)
{
    if (reader->at < reader->n)
        return (unsigned char)reader->ready[reader->at++];
    if (reader->p == reader->end)
        return -1;
    if (*reader->p != '\\')
        return (unsigned char)*reader->p++;
    reader->n = escape_decode(&reader->p, reader->ready);
    reader->at = 1;
    return (unsigned char)reader->ready[0];
}

/* Orders raw strings by what they mean. */
static int compare_escaped(Str a, Str b)
{
    NameReader left = {.p = a.p, .end = a.p + a.n}, right = {.p = b.p, .end = b.p + b.n};
    for (;;) {
        int l = name_byte(&left), r = name_byte(&right);
        if (l != r || l < 0)
            return (l > r) - (l < r);
    }
}

static int member_compare(const void *a, const void *b)
{
    const Member *left = a, *right = b;
    if (left->escaped || right->escaped)
        return compare_escaped(left->name, right->name);
    return str_cmp(left->name, right->name);
}

static void members_read(const char *text, const JsonNode *nodes, uint32_t object, size_t count,
                         Member *ret)
{
    uint32_t key = object + 1;
    for (size_t i = 0; i < count; i++) {
        const JsonNode *node = &nodes[key];
        ret[i] = (Member){{text + node->offset + 1, node->length - 2}, node->escaped, key + 1};
        key = nodes[key + 1].next;
    }
}

static COLD const char *twice(Parser *ps, const JsonNode *name)
{
    size_t line, column;
    const char *at = ps->start + name->offset;
    place_of(ps, at, &line, &column);
    ps->err = fail(ps->cx, ERR_INVALID, "json.duplicate",
                   "line %zu, column %zu: the member name %.*s stands twice in its object", line,
                   column, (int)MIN(name->length, 200u), at);
    return NULL;
}

static bool same_name(const char *text, const JsonNode *a, const JsonNode *b)
{
    const char *left = text + a->offset, *right = text + b->offset;
    if (a->escaped || b->escaped)
        return compare_escaped((Str){left + 1, a->length - 2}, (Str){right + 1, b->length - 2}) ==
               0;
    return a->length == b->length && memcmp(left, right, a->length) == 0;
}

static const char *check_few_members(Parser *ps, uint32_t object, size_t count, const char *p)
{
    const JsonNode *keys[FEW_MEMBERS];
    const JsonNode *key = &ps->nodes[object + 1];
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++)
            if (same_name(ps->start, keys[k], key))
                return twice(ps, key);
        keys[i] = key;
        key = &ps->nodes[key[1].next];
    }
    return p;
}

/* By sorting: a stranger's choice of names cannot make it slow. */
static const char *check_many_members(Parser *ps, uint32_t object, size_t count, const char *p)
{
    Arena *arena = ps->cx->arena;
    if (!arena_has(arena, count * sizeof(Member)))
        return too_large(ps, "more members in an object than memory is set aside for");
    ArenaMark mark = arena_mark(arena);
    Member *members = arena_alloc_raw(arena, count * sizeof(Member), _Alignof(Member));
    members_read(ps->start, ps->nodes, object, count, members);
    qsort(members, count, sizeof(Member), member_compare);
    uint32_t found = 0;
    for (size_t i = 1; i < count && !found; i++)
        if (member_compare(&members[i - 1], &members[i]) == 0)
            found = MAX(members[i - 1].value, members[i].value);
    arena_rewind(arena, mark);
    return found ? twice(ps, &ps->nodes[found - 1]) : p;
}

static const char *parse_value(Parser *ps, const char *p);

/* Behind the last member's value; p stands behind the closing brace. */
static const char *close_object(Parser *ps, uint32_t self, size_t count, const char *p)
{
    if (count > COUNT_MAX)
        return too_large(ps, "an object of 2^28 members or more");
    node_close(ps, self, p, count);
    ps->depth--;
    if (count < 2)
        return p;
    return count <= FEW_MEMBERS ? check_few_members(ps, self, count, p)
                                : check_many_members(ps, self, count, p);
}

static const char *parse_member(Parser *ps, const char *p)
{
    if (p == ps->end || *p != '"')
        return expected(ps, p, "a member name in quotes");
    p = parse_string(ps, p);
    if (!p)
        return NULL;
    p = skip_space(ps, p);
    if (p == ps->end || *p != ':')
        return expected(ps, p, "':' behind the member name");
    return parse_value(ps, skip_space(ps, p + 1));
}

static const char *parse_object(Parser *ps, const char *p)
{
    uint32_t self = ps->count;
    size_t count = 0;
    if (!node_open(ps, p, JSON_OBJECT))
        return NULL;
    p = skip_space(ps, p + 1);
    if (p < ps->end && *p == '}')
        return close_object(ps, self, 0, p + 1);
    for (;;) {
        p = parse_member(ps, p);
        if (!p)
            return NULL;
        count++;
        p = skip_space(ps, p);
        if (p < ps->end && *p == '}')
            return close_object(ps, self, count, p + 1);
        if (p == ps->end || *p != ',')
            return expected(ps, p, "',' or '}'");
        p = skip_space(ps, p + 1);
    }
}

static const char *close_array(Parser *ps, uint32_t self, size_t count, const char *p)
{
    if (count > COUNT_MAX)
        return too_large(ps, "an array of 2^28 elements or more");
    node_close(ps, self, p, count);
    ps->depth--;
    return p;
}

static const char *parse_array(Parser *ps, const char *p)
{
    uint32_t self = ps->count;
    size_t count = 0;
    if (!node_open(ps, p, JSON_ARRAY))
        return NULL;
    p = skip_space(ps, p + 1);
    if (p < ps->end && *p == ']')
        return close_array(ps, self, 0, p + 1);
    for (;;) {
        p = parse_value(ps, p);
        if (!p)
            return NULL;
        count++;
        p = skip_space(ps, p);
        if (p < ps->end && *p == ']')
            return close_array(ps, self, count, p + 1);
        if (p == ps->end || *p != ',')
            return expected(ps, p, "',' or ']'");
        p = skip_space(ps, p + 1);
    }
}

static const char *parse_container(Parser *ps, const char *p)
{
    if (ps->depth == JSON_DEPTH_MAX) {
        ps->err = fail(ps->cx, ERR_LIMIT, "json.depth",
                       "byte %zu: more than %d objects and arrays inside each other",
                       (size_t)(p - ps->start), JSON_DEPTH_MAX);
        return NULL;
    }
    ps->depth++;
    return *p == '{' ? parse_object(ps, p) : parse_array(ps, p);
}

/* Recursion is bounded by JSON_DEPTH_MAX. */
static const char *parse_value(Parser *ps, const char *p)
{
    if (p == ps->end)
        return expected(ps, p, "a value");
    switch (*p) {
    case '"':
        return parse_string(ps, p);
    case '{':
    case '[':
        return parse_container(ps, p);
    case 't':
        return parse_word(ps, p, S("true"), JSON_TRUE);
    case 'f':
        return parse_word(ps, p, S("false"), JSON_FALSE);
    case 'n':
        return parse_word(ps, p, S("null"), JSON_NULL);
    default:
        if (*p == '-' || (*p >= '0' && *p <= '9'))
            return parse_number(ps, p);
        return expected(ps, p, "a value");
    }
}

static Err parse_document(Parser *ps)
{
    const char *p = parse_value(ps, skip_space(ps, ps->start));
    if (!p)
        return ps->err;
    p = skip_space(ps, p);
    if (p != ps->end) {
        expected(ps, p, "nothing behind the value");
        return ps->err;
    }
    return OK;
}

Err json_parse(Cx *cx, Str text, Json *ret)
{
    static const char NOTHING[1];
    if (text.n >= UINT32_MAX)
        return fail(cx, ERR_LIMIT, "json.size", "the JSON text has 4 GiB or more; split it");
    const char *start = text.p ? text.p : NOTHING;
    /* City data has a value or name per 12 to 16 bytes; what is too much is given back. */
    uint32_t cap = (uint32_t)MIN(text.n / 10 + 8, (size_t)NODES_AT_FIRST_MAX);
    Parser ps = {.cx = cx, .start = start, .end = start + text.n, .cap = cap};
    if (!arena_has(cx->arena, cap * sizeof(JsonNode))) {
        too_large(&ps, "more values than memory is set aside for");
        return ps.err;
    }
    ps.nodes = arena_alloc_raw(cx->arena, cap * sizeof(JsonNode), _Alignof(JsonNode));
    TRY(parse_document(&ps));
    ps.nodes = arena_grow(cx->arena, ps.nodes, ps.cap * sizeof(JsonNode),
                          ps.count * sizeof(JsonNode), _Alignof(JsonNode));
    *ret = (Json){(Str){start, text.n}, ps.nodes, ps.count};
    return OK;
}

static inline const JsonNode *node_of(JsonValue v)
{
    return &v.doc->nodes[v.node];
}

JsonValue json_root(const Json *doc)
{
    return (JsonValue){doc, 0};
}

JsonType json_type(JsonValue v)
{
    return (JsonType)node_of(v)->type;
}

bool json_is(JsonValue v, JsonType type)
{
    return json_type(v) == type;
}

Str json_span(JsonValue v)
{
    const JsonNode *node = node_of(v);
    return (Str){v.doc->text.p + node->offset, node->length};
}

Str json_raw(JsonValue v)
{
    ASSERT(json_is(v, JSON_STRING));
    const JsonNode *node = node_of(v);
    return (Str){v.doc->text.p + node->offset + 1, node->length - 2};
}

Str json_text(Arena *arena, JsonValue v)
{
    Str raw = json_raw(v);
    if (!node_of(v)->escaped)
        return raw;
    char *text = arena_alloc_raw(arena, raw.n + 1, 1); /* an escape is longer than its meaning */
    size_t n = 0;
    const char *p = raw.p, *end = raw.p + raw.n;
    while (p < end) {
        const char *stop = memchr(p, '\\', (size_t)(end - p));
        size_t plain = (size_t)((stop ? stop : end) - p);
        memcpy(text + n, p, plain);
        n += plain;
        p += plain;
        if (stop) {
            char bytes[4];
            size_t len = escape_decode(&p, bytes);
            memcpy(text + n, bytes, len);
            n += len;
        }
    }
    text[n] = 0;
    return (Str){text, n};
}

bool json_text_is(JsonValue v, Str text)
{
    if (!json_is(v, JSON_STRING))
        return false;
    Str raw = json_raw(v);
    if (!node_of(v)->escaped)
        return str_eq(raw, text);
    NameReader reader = {.p = raw.p, .end = raw.p + raw.n};
    for (size_t i = 0; i < text.n; i++)
        if (name_byte(&reader) != (unsigned char)text.p[i])
            return false;
    return name_byte(&reader) < 0;
}

uint32_t json_count(JsonValue v)
{
    return node_of(v)->count;
}

bool json_find(JsonValue v, Str name, JsonValue *ret)
{
    if (!json_is(v, JSON_OBJECT))
        return false;
    for (JsonIter it = json_iter(v); json_next(&it);) {
        if (json_text_is(it.key, name)) {
            *ret = it.value;
            return true;
        }
    }
    return false;
}

bool json_f64(JsonValue v, double *ret)
{
    return json_is(v, JSON_NUMBER) && str_to_f64(json_span(v), ret);
}

bool json_i64(JsonValue v, int64_t *ret)
{
    return json_is(v, JSON_NUMBER) && str_to_i64(json_span(v), ret);
}

JsonIter json_iter(JsonValue v)
{
    const JsonNode *node = node_of(v);
    bool holds = node->type == JSON_ARRAY || node->type == JSON_OBJECT;
    return (JsonIter){.key = v,
                      .value = v,
                      .at = v.node + 1,
                      .end = holds ? node->next : v.node + 1,
                      .object = node->type == JSON_OBJECT};
}

bool json_next(JsonIter *it)
{
    if (it->at >= it->end)
        return false;
    if (it->object)
        it->key.node = it->at++;
    it->value.node = it->at;
    it->at = node_of(it->value)->next;
    return true;
}

static bool string_equal(JsonValue a, JsonValue b)
{
    if (node_of(a)->escaped || node_of(b)->escaped)
        return compare_escaped(json_raw(a), json_raw(b)) == 0;
    return str_eq(json_raw(a), json_raw(b));
}

static bool array_equal(JsonValue a, JsonValue b)
{
    JsonIter left = json_iter(a), right = json_iter(b);
    while (json_next(&left) && json_next(&right))
        if (!json_equal(left.value, right.value))
            return false;
    return true;
}

/* Both with the same count. Sorted names meet in step, in whatever order they were written. */
static bool members_equal(JsonValue a, JsonValue b, Member *left, Member *right)
{
    size_t count = json_count(a);
    members_read(a.doc->text.p, a.doc->nodes, a.node, count, left);
    members_read(b.doc->text.p, b.doc->nodes, b.node, count, right);
    qsort(left, count, sizeof(Member), member_compare);
    qsort(right, count, sizeof(Member), member_compare);
    for (size_t i = 0; i < count; i++)
        if (member_compare(&left[i], &right[i]) != 0)
            return false;
    for (size_t i = 0; i < count; i++)
        if (!json_equal((JsonValue){a.doc, left[i].value}, (JsonValue){b.doc, right[i].value}))
            return false;
    return true;
}

static bool object_equal(JsonValue a, JsonValue b)
{
    size_t count = json_count(a);
    Member few[2 * FEW_MEMBERS];
    if (count <= FEW_MEMBERS)
        return members_equal(a, b, few, few + FEW_MEMBERS);
    Member *many = malloc(arena_times(2 * count, sizeof(Member)));
    if (!many)
        abort();
    bool equal = members_equal(a, b, many, many + count);
    free(many);
    return equal;
}

bool json_equal(JsonValue a, JsonValue b)
{
    if (json_type(a) != json_type(b) || json_count(a) != json_count(b))
        return false;
    switch (json_type(a)) {
    case JSON_NULL:
    case JSON_FALSE:
    case JSON_TRUE:
        return true;
    case JSON_NUMBER:
        return str_eq(json_span(a), json_span(b));
    case JSON_STRING:
        return string_equal(a, b);
    case JSON_ARRAY:
        return array_equal(a, b);
    case JSON_OBJECT:
        return object_equal(a, b);
    }
    return false;
}
