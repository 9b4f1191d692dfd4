#include "base/json.h"

#include "base/json_check.h"
#include "base/test.h"

#include <stdlib.h>

static const Str ACCEPTED[] = {
    /* literals and white space */
    S_INIT("null"),
    S_INIT("true"),
    S_INIT("false"),
    S_INIT(" true"),
    S_INIT("false "),
    S_INIT("\t\r\n null \n"),
    S_INIT("[true,false,null]"),
    /* arrays */
    S_INIT("[]"),
    S_INIT("[ ]"),
    S_INIT("[[]]"),
    S_INIT("[[[]],[]]"),
    S_INIT("[[]   ]"),
    S_INIT("[\"\"]"),
    S_INIT("[\n1\n,1]"),
    S_INIT(" [1]"),
    S_INIT("[2] "),
    S_INIT("[1,null,null,null,2]"),
    S_INIT("[\"a\",1,{},[],true]"),
    /* numbers */
    S_INIT("0"),
    S_INIT("-0"),
    S_INIT("-1"),
    S_INIT("42"),
    S_INIT("0.0"),
    S_INIT("-0.0"),
    S_INIT("0e1"),
    S_INIT("0E0"),
    S_INIT("0e+1"),
    S_INIT("1e2"),
    S_INIT("1E22"),
    S_INIT("1E-2"),
    S_INIT("1E+2"),
    S_INIT("1.5e-3"),
    S_INIT("123e65"),
    S_INIT("123.456e78"),
    S_INIT("20e1"),
    S_INIT("[ 4]"),
    S_INIT("-123"),
    S_INIT("123.456789"),
    S_INIT("0.4e00669999999999999999999999999999999999999999999999999999999999999999999999999"),
    S_INIT("1e-999"),
    S_INIT("1e999"),
    S_INIT("-0.000000000000000000000000000000000000000000000000000000000000000000000000000001"),
    S_INIT("123123123123123123123123123123"),
    S_INIT("9223372036854775807"),
    S_INIT("-9223372036854775808"),
    S_INIT("9223372036854775808"),
    /* strings */
    S_INIT("\"\""),
    S_INIT("\"a\""),
    S_INIT("\" \""),
    S_INIT("\"asd \""),
    S_INIT("\"a/*b*/c/*d//e\""),
    S_INIT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
    S_INIT("\"\\\\a\""),
    S_INIT("\"\\\\n\""),
    S_INIT("\"\\u0000\""),
    S_INIT("\"\\u0012\""),
    S_INIT("\"\\u0022\""),
    S_INIT("\"\\u005C\""),
    S_INIT("\"\\u0060\\u012a\\u12AB\""),
    S_INIT("\"\\u00e4\\u00C4\""),
    S_INIT("\"\\uD801\\udc37\""),
    S_INIT("\"\\ud83d\\ude39\\ud83d\\udc8d\""),
    S_INIT("\"\\uDBFF\\uDFFE\""),
    S_INIT("\"\\uFDD0\\uFFFE\\uFFFF\""),
    S_INIT("\"new\\u000Aline\""),
    S_INIT("\"\\u2028\\u2029\""),
    S_INIT("\"\x7f\""),
    S_INIT("\"a\x7f\""),
    S_INIT("\"\xc2\x80\""),
    S_INIT("\"\xdf\xbf\""),
    S_INIT("\"\xe0\xa0\x80\""),
    S_INIT("\"\xed\x9f\xbf\""),
    S_INIT("\"\xee\x80\x80\""),
    S_INIT("\"\xef\xbf\xbf\""),
    S_INIT("\"\xf0\x90\x80\x80\""),
    S_INIT("\"\xf4\x8f\xbf\xbf\""),
    S_INIT("\"\xe2\x82\xac\xf0\x9d\x84\x9e\""),
    S_INIT("\"\xe2\x80\xa8\xe2\x80\xa9\""),
    S_INIT("\"\xef\xbb\xbf\""),
    S_INIT("\"0123456789abcdef\""),
    S_INIT("\"0123456789abcde\""),
    S_INIT("\"0123456789abcd\xc3\xa4\""),
    S_INIT("\"0123456789abc\\n\xc3\xa4 und so weiter\""),
    /* objects */
    S_INIT("{}"),
    S_INIT("{ }"),
    S_INIT("{\"\":0}"),
    S_INIT("{\"a\":[]}"),
    S_INIT("{\"a\":\"b\",\"c\":\"d\"}"),
    S_INIT("{\n\"a\": \"b\"\n}"),
    S_INIT("{\"a\":{\"a\":{\"a\":1}}}"),
    S_INIT("{\"a\":1,\"A\":1,\"a \":1,\"\\u0061b\":1}"),
    S_INIT("{\"foo\\u0000bar\":42}"),
    S_INIT("{\"min\":-1.0e+28,\"max\":1.0e+28}"),
    S_INIT("[{\"a\":1},{\"a\":1}]"),
};

static const Str REFUSED[] = {
    /* nothing, or not only one value */
    S_INIT(""),
    S_INIT(" "),
    S_INIT("\n\n"),
    S_INIT("1 2"),
    S_INIT("{}{}"),
    S_INIT("[]]"),
    S_INIT("{}}"),
    S_INIT("[1]x"),
    S_INIT("\"\"x"),
    S_INIT("nullx"),
    S_INIT("null null"),
    S_INIT("{\"a\":\"b\"}#"),
    S_INIT("{\"a\":\"b\"}//"),
    S_INIT("[1]\x00"),
    S_INIT("\x00"),
    S_INIT("\xef\xbb\xbf{}"),
    S_INIT("\xef\xbb\xbf"),
    S_INIT("\xff\xfe[\x00]\x00"),
    /* words */
    S_INIT("nul"),
    S_INIT("tru"),
    S_INIT("fals"),
    S_INIT("True"),
    S_INIT("NULL"),
    S_INIT("truth"),
    S_INIT("undefined"),
    S_INIT("NaN"),
    S_INIT("Infinity"),
    S_INIT("-Infinity"),
    S_INIT("abc"),
    S_INIT("*"),
    S_INIT("'a'"),
    S_INIT("<a>"),
    S_INIT("<null>"),
    S_INIT("/**/1"),
    S_INIT("#1"),
    /* arrays */
    S_INIT("["),
    S_INIT("]"),
    S_INIT("[1"),
    S_INIT("[1,"),
    S_INIT("[1,]"),
    S_INIT("[,1]"),
    S_INIT("[,]"),
    S_INIT("[1,,2]"),
    S_INIT("[1,,]"),
    S_INIT("[1 2]"),
    S_INIT("[1:2]"),
    S_INIT("[1}"),
    S_INIT("[[1]"),
    S_INIT("[\"a\""),
    S_INIT("[\"a\" \"b\"]"),
    S_INIT("[3[4]]"),
    S_INIT("[\v1]"),
    S_INIT("[\f]"),
    S_INIT("[\xc2\xa0]"),
    S_INIT("[\xe2\x81\xa0]"),
    S_INIT("[*]"),
    S_INIT("[\"\",]"),
    S_INIT("[-]"),
    S_INIT("[1,\n1\n,1"),
    /* numbers */
    S_INIT("-"),
    S_INIT("+1"),
    S_INIT("++1"),
    S_INIT("--1"),
    S_INIT("- 1"),
    S_INIT("-01"),
    S_INIT("00"),
    S_INIT("012"),
    S_INIT("-012"),
    S_INIT(".5"),
    S_INIT("-.5"),
    S_INIT("1."),
    S_INIT("-2."),
    S_INIT("0.e1"),
    S_INIT("2.e3"),
    S_INIT("1e"),
    S_INIT("1E+"),
    S_INIT("1e-"),
    S_INIT("0.3e"),
    S_INIT("0e"),
    S_INIT("0e+"),
    S_INIT("1eE2"),
    S_INIT("1.0e1.0"),
    S_INIT("1e1.5"),
    S_INIT("1.2.3"),
    S_INIT("1 000.0"),
    S_INIT("1,5"),
    S_INIT("0x1"),
    S_INIT("0xF"),
    S_INIT("1a"),
    S_INIT("1.2a"),
    S_INIT("1+2"),
    S_INIT("1-2"),
    S_INIT("\xef\xbc\x91"),
    S_INIT("1_000"),
    S_INIT("-a"),
    S_INIT("-\"1\""),
    /* strings */
    S_INIT("\""),
    S_INIT("\"a"),
    S_INIT("a\""),
    S_INIT("\"a\\\""),
    S_INIT("\"\\"),
    S_INIT("\"\\\""),
    S_INIT("\"\\a\""),
    S_INIT("\"\\x00\""),
    S_INIT("\"\\'\""),
    S_INIT("\"\\0\""),
    S_INIT("\"\\U0061\""),
    S_INIT("\"\\\n\""),
    S_INIT("\"\\\xc3\xa4\""),
    S_INIT("\"\\u\""),
    S_INIT("\"\\u1\""),
    S_INIT("\"\\u12\""),
    S_INIT("\"\\u123\""),
    S_INIT("\"\\u123"),
    S_INIT("\"\\u00A"),
    S_INIT("\"\\u00G0\""),
    S_INIT("\"\\u+123\""),
    S_INIT("\"\\u 123\""),
    S_INIT("\"\\ud800\""),
    S_INIT("\"\\udc00\""),
    S_INIT("\"\\ud800a\""),
    S_INIT("\"\\ud800\\n\""),
    S_INIT("\"\\ud800\\u\""),
    S_INIT("\"\\ud800\\ud800\""),
    S_INIT("\"\\ud800\\ue000\""),
    S_INIT("\"\\udbff\\uffff\""),
    S_INIT("\"\\ud800\\u0061\""),
    S_INIT("\"\\udc00\\ud800\""),
    S_INIT("\"\\ud800\\udc0\""),
    S_INIT("\"\\ud800"),
    S_INIT("\"\\ud800\\"),
    S_INIT("\"a\nb\""),
    S_INIT("\"\t\""),
    S_INIT("\"\x00\""),
    S_INIT("\"\x1f\""),
    S_INIT("\"0123456789abcdef\x01\""),
    S_INIT("\"\x80\""),
    S_INIT("\"\xbf\""),
    S_INIT("\"\xc0\x80\""),
    S_INIT("\"\xc1\xbf\""),
    S_INIT("\"\xc3\""),
    S_INIT("\"\xc3"),
    S_INIT("\"\xc3\x28\""),
    S_INIT("\"\xe0\x9f\xbf\""),
    S_INIT("\"\xe2\x82\""),
    S_INIT("\"\xed\xa0\x80\""),
    S_INIT("\"\xed\xbf\xbf\""),
    S_INIT("\"\xf0\x8f\xbf\xbf\""),
    S_INIT("\"\xf4\x90\x80\x80\""),
    S_INIT("\"\xf5\x80\x80\x80\""),
    S_INIT("\"\xfc\x80\x80\x80\x80\x80\""),
    S_INIT("\"\xfe\""),
    S_INIT("\"\xff\""),
    S_INIT("\"\xe4\""),
    S_INIT("\"0123456789abcdef\xe4\""),
    /* objects */
    S_INIT("{"),
    S_INIT("}"),
    S_INIT("{]"),
    S_INIT("{1:1}"),
    S_INIT("{a:1}"),
    S_INIT("{'a':1}"),
    S_INIT("{null:1}"),
    S_INIT("{\"a\"}"),
    S_INIT("{\"a\""),
    S_INIT("{\"a\":"),
    S_INIT("{\"a\":}"),
    S_INIT("{\"a\":1"),
    S_INIT("{\"a\":1,"),
    S_INIT("{\"a\":1,}"),
    S_INIT("{\"a\":1,,\"b\":2}"),
    S_INIT("{,\"a\":1}"),
    S_INIT("{,}"),
    S_INIT("{:1}"),
    S_INIT("{\"a\" 1}"),
    S_INIT("{\"a\"::1}"),
    S_INIT("{\"a\",1}"),
    S_INIT("{\"a\":1 \"b\":2}"),
    S_INIT("{\"a\":1;\"b\":2}"),
    S_INIT("{\"a\":1]"),
    S_INIT("{\"a\":1}}"),
    S_INIT("{\"a\":\"b\":\"c\"}"),
    S_INIT("{[]:1}"),
    S_INIT("{\"a\":/*x*/1}"),
    S_INIT("{\"\xff\":1}"),
    S_INIT("{\"a\\\":1}"),
};

static const Str DUPLICATES[] = {
    S_INIT("{\"a\":1,\"a\":1}"),
    S_INIT("{\"\":1,\"\":2}"),
    S_INIT("{\"a\":1,\"b\":2,\"a\":3}"),
    S_INIT("{\"a\":1,\"\\u0061\":2}"),
    S_INIT("{\"\\u00e4\":1,\"\xc3\xa4\":2}"),
    S_INIT("{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":2}"),
    S_INIT("{\"\\n\":1,\"\\u000A\":2}"),
    S_INIT("[{\"b\":{\"a/\":1,\"a\\/\":1}}]"),
    S_INIT("{\"x\\\"\":{\"x\\\"\":1},\"x\\u0022\":1}"),
};

static void expect(Cx *cx, Str text, Err expected, const char *key)
{
    static const JsonNode UNTOUCHED;
    Json doc = {.nodes = &UNTOUCHED};
    Err err = json_parse(cx, text, &doc);
    if (err != expected || (err != OK && strcmp(cx->error->key, key) != 0)) {
        fprintf(stderr, "# %.*s: %s\n", SARG(text), err == OK ? "accepted" : cx->error->detail.p);
        _fail(__FILE__, __LINE__);
    }
    assert_int_equal(doc.nodes == &UNTOUCHED, err != OK);
}

/* In the middle of longer text too, where the vector scan is at work, and cut off from what stands
 * behind it in memory. */
static void expect_everywhere(Cx *cx, Str text, Err expected, const char *key)
{
    for (size_t pad = 0; pad <= 33; pad++) {
        char *copy = malloc(pad + text.n + 1);
        assert_non_null(copy);
        memset(copy, ' ', pad);
        memcpy(copy + pad, text.p, text.n);
        char *exact = realloc(copy, MAX(pad + text.n, 1));
        expect(cx, (Str){exact, pad + text.n}, expected, key);
        free(exact);
    }
}

static void every_well_formed_text_is_accepted(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    for (size_t i = 0; i < COUNT_OF(ACCEPTED); i++)
        expect_everywhere(cx, ACCEPTED[i], OK, "");
    test_cx_done(&t);
}

static void every_malformed_text_is_refused(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    for (size_t i = 0; i < COUNT_OF(REFUSED); i++)
        expect_everywhere(cx, REFUSED[i], ERR_INVALID, "json.syntax");
    test_cx_done(&t);
}

static void names_that_mean_the_same_are_refused(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    for (size_t i = 0; i < COUNT_OF(DUPLICATES); i++)
        expect_everywhere(cx, DUPLICATES[i], ERR_INVALID, "json.duplicate");
    test_cx_done(&t);
}

static void both_tables_agree_with_jansson(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    for (size_t i = 0; i < COUNT_OF(ACCEPTED); i++)
        assert_null(json_check(cx, ACCEPTED[i]));
    for (size_t i = 0; i < COUNT_OF(REFUSED); i++)
        assert_null(json_check(cx, REFUSED[i]));
    for (size_t i = 0; i < COUNT_OF(DUPLICATES); i++)
        assert_null(json_check(cx, DUPLICATES[i]));
    test_cx_done(&t);
}

static Str names_object(Arena *arena, size_t count, const char *last)
{
    Buf buf = buf_new(arena, SIZE_MAX / 4);
    buf_char(&buf, '{');
    for (size_t i = 0; i < count; i++)
        buf_fmt(&buf, "\"name%zu\":%zu,", i, i);
    buf_fmt(&buf, "\"%s\":0}", last);
    return buf_str(&buf);
}

static void duplicates_are_found_in_objects_of_every_size(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    for (size_t n = 1; n < 40; n++) {
        for (size_t k = 0; k < n; k++) {
            char same[32], escaped[32];
            snprintf(same, sizeof same, "name%zu", k);
            snprintf(escaped, sizeof escaped, "nam\\u0065%zu", k);
            expect(cx, names_object(cx->arena, n, same), ERR_INVALID, "json.duplicate");
            expect(cx, names_object(cx->arena, n, escaped), ERR_INVALID, "json.duplicate");
        }
        expect(cx, names_object(cx->arena, n, "nam"), OK, "");
        expect(cx, names_object(cx->arena, n, "name\\u0030x"), OK, "");
    }
    test_cx_done(&t);
}

/* Pairwise comparison of 300,000 names would take minutes. */
static void an_object_of_very_many_members_takes_no_square_time(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    int64_t from_us = clock_mono_us();
    Str text = names_object(cx->arena, 300000, "last"),
        other = names_object(cx->arena, 300000, "LAST");
    Json doc, again;
    assert_ok(cx, json_parse(cx, text, &doc));
    assert_int_equal(json_count(json_root(&doc)), 300001);
    assert_ok(cx, json_parse(cx, other, &again));
    assert_true(json_equal(json_root(&doc), json_root(&doc)));
    assert_false(json_equal(json_root(&doc), json_root(&again)));
    expect(cx, names_object(cx->arena, 300000, "name3"), ERR_INVALID, "json.duplicate");
    assert_true(clock_mono_us() - from_us < 20 * 1000000);
    test_cx_done(&t);
}

static void errors_name_line_column_and_what_was_expected(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Json doc;
    assert_err(cx, ERR_INVALID, "json.syntax",
               json_parse(cx, S("{\n  \"\xc3\xa4\": tru\n}"), &doc));
    assert_str("line 2, column 8: expected a value, found 't'", cx->error->detail);
    assert_err(cx, ERR_INVALID, "json.syntax", json_parse(cx, S("[1,\n2\n"), &doc));
    assert_str("line 3, column 1: expected ',' or ']', found the end of the text",
               cx->error->detail);
    assert_err(cx, ERR_INVALID, "json.syntax", json_parse(cx, S("[\"\x01\"]"), &doc));
    assert_str("line 1, column 3: expected control characters to be escaped, found byte 0x01",
               cx->error->detail);
    assert_err(cx, ERR_INVALID, "json.duplicate", json_parse(cx, S("{\"a\":1,\n\"a\":2}"), &doc));
    assert_str("line 2, column 1: the member name \"a\" stands twice in its object",
               cx->error->detail);
    assert_err(cx, ERR_INVALID, "json.duplicate",
               json_parse(cx,
                          S("{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,"
                            "\"i\":1,\"j\":1,\"k\":1,\"l\":1,\"m\":1,\"n\":1,\"o\":1,\"p\":1,\n"
                            "\"c\":2,\"q\":1}"),
                          &doc));
    assert_str("line 2, column 1: the member name \"c\" stands twice in its object",
               cx->error->detail);
    test_cx_done(&t);
}

static Str nested(Arena *arena, size_t depth, Str open, Str close)
{
    Buf buf = buf_new(arena, 1 << 20);
    for (size_t i = 0; i < depth; i++)
        buf_put(&buf, open);
    buf_char(&buf, '1');
    for (size_t i = 0; i < depth; i++)
        buf_put(&buf, close);
    return buf_str(&buf);
}

static void nesting_ends_at_its_limit(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    expect(cx, nested(cx->arena, JSON_DEPTH_MAX, S("["), S("]")), OK, "");
    expect(cx, nested(cx->arena, JSON_DEPTH_MAX + 1, S("["), S("]")), ERR_LIMIT, "json.depth");
    expect(cx, nested(cx->arena, JSON_DEPTH_MAX, S("{\"a\":"), S("}")), OK, "");
    expect(cx, nested(cx->arena, JSON_DEPTH_MAX + 1, S("{\"a\":"), S("}")), ERR_LIMIT,
           "json.depth");
    expect(cx, nested(cx->arena, 100000, S("[{\"a\":"), S("}]")), ERR_LIMIT, "json.depth");
    /* What was closed counts no more. */
    Buf buf = buf_new(cx->arena, 1 << 12);
    buf_char(&buf, '[');
    for (int i = 0; i < 2 * JSON_DEPTH_MAX; i++)
        buf_put(&buf, S("[],{},{\"a\":1},"));
    buf_put(&buf, S("0]"));
    expect(cx, buf_str(&buf), OK, "");
    expect(cx, S("[[],[],[],{},{},[[[[]]]],[[[[]]]]]"), OK, "");
    test_cx_done(&t);
}

static void a_tape_beyond_the_arena_is_an_error_and_no_abort(void **state)
{
    (void)state;
    Arena big, small;
    arena_init(&big, 0, 0);
    arena_init(&small, 4096, 1 << 20);
    Error error;
    Cx cx = {.arena = &small, .error = &error};
    Buf buf = buf_new(&big, 1 << 22);
    buf_char(&buf, '[');
    for (int i = 0; i < 500000; i++)
        buf_put(&buf, S("1,"));
    buf_put(&buf, S("1]"));
    expect(&cx, buf_str(&buf), ERR_LIMIT, "json.size");
    Str object = names_object(&big, 20000, "last");
    expect(&cx, object, ERR_LIMIT, "json.size");
    expect(&cx, (Str){"", UINT32_MAX}, ERR_LIMIT, "json.size");
    arena_done(&small);
    arena_done(&big);
}

static JsonValue parsed(Cx *cx, Str text)
{
    Json *doc = arena_new(cx->arena, Json);
    assert_ok(cx, json_parse(cx, text, doc));
    return json_root(doc);
}

static void values_are_spans_of_the_input(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Str text =
        S(" {\"v\" : 178.8650 , \"s\":\"a\\u0041\", \"l\":[ 1 ,\"x\"], \"o\":{\"p\": null}} ");
    JsonValue root = parsed(cx, text), v;
    assert_int_equal(json_type(root), JSON_OBJECT);
    assert_int_equal(json_count(root), 4);
    assert_true(json_span(root).p == text.p + 1 && json_span(root).n == text.n - 2);
    assert_true(json_find(root, S("v"), &v));
    assert_str("178.8650", json_span(v));
    assert_true(json_find(root, S("s"), &v));
    assert_str("\"a\\u0041\"", json_span(v));
    assert_str("a\\u0041", json_raw(v));
    assert_str("aA", json_text(cx->arena, v));
    assert_true(json_find(root, S("l"), &v));
    assert_str("[ 1 ,\"x\"]", json_span(v));
    assert_int_equal(json_count(v), 2);
    assert_true(json_find(root, S("o"), &v));
    assert_str("{\"p\": null}", json_span(v));
    assert_true(json_find(v, S("p"), &v) && json_is(v, JSON_NULL));
    JsonValue untouched = root;
    assert_false(json_find(root, S("p"), &untouched));
    assert_false(json_find(v, S("p"), &untouched));
    assert_int_equal(untouched.node, root.node);
    test_cx_done(&t);
}

static void iteration_visits_members_and_elements_in_order(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Buf seen = buf_new(cx->arena, 1000);
    for (JsonIter it = json_iter(parsed(cx, S("{\"a\":[1,[2]],\"b\":{\"c\":3},\"d\":4}")));
         json_next(&it);)
        buf_fmt(&seen, "%.*s=%.*s ", SARG(json_raw(it.key)), SARG(json_span(it.value)));
    for (JsonIter it = json_iter(parsed(cx, S("[[],{},\"x\",7]"))); json_next(&it);)
        buf_fmt(&seen, "%.*s ", SARG(json_span(it.value)));
    assert_str("a=[1,[2]] b={\"c\":3} d=4 [] {} \"x\" 7 ", buf_str(&seen));
    JsonIter none = json_iter(parsed(cx, S("7")));
    assert_false(json_next(&none));
    none = json_iter(parsed(cx, S("{}")));
    assert_false(json_next(&none));
    test_cx_done(&t);
}

static void text_compares_by_meaning(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    JsonValue v = parsed(cx, S("\"\\u00e4\\ud83d\\ude00\\n\""));
    assert_true(json_text_is(v, S("\xc3\xa4\xf0\x9f\x98\x80\n")));
    assert_false(json_text_is(v, S("\xc3\xa4\xf0\x9f\x98\x80")));
    assert_false(json_text_is(v, S("\xc3\xa4\xf0\x9f\x98\x80\nx")));
    assert_false(json_text_is(v, S("")));
    assert_true(json_text_is(parsed(cx, S("\"\"")), S("")));
    assert_false(json_text_is(parsed(cx, S("\"a\"")), S("b")));
    assert_false(json_text_is(parsed(cx, S("1")), S("1")));
    assert_int_equal(json_text(cx->arena, parsed(cx, S("\"\\u0000\""))).n, 1);
    test_cx_done(&t);
}

static void numbers_are_read_only_where_they_fit(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    int64_t i = 5;
    double d = 5;
    assert_true(json_i64(parsed(cx, S("-9223372036854775808")), &i) && i == INT64_MIN);
    assert_true(json_f64(parsed(cx, S("-1.25e2")), &d) && d == -125);
    assert_false(json_i64(parsed(cx, S("9223372036854775808")), &i));
    assert_false(json_i64(parsed(cx, S("1.0")), &i));
    assert_false(json_i64(parsed(cx, S("1e2")), &i));
    assert_false(json_i64(parsed(cx, S("\"1\"")), &i));
    assert_false(json_f64(parsed(cx, S("1e999")), &d));
    assert_false(json_f64(parsed(cx, S("\"1\"")), &d));
    assert_true(i == INT64_MIN && d == -125);
    test_cx_done(&t);
}

static void equality_is_by_meaning_and_digits(void **state)
{
    (void)state;
    static const struct {
        Str a, b;
        bool equal;
    } CASES[] = {
        {S_INIT("{\"a\":1,\"b\":[2]}"), S_INIT(" {\"b\" : [ 2 ], \"\\u0061\":1}"), true},
        {S_INIT("\"\\u00e4\""), S_INIT("\"\xc3\xa4\""), true},
        {S_INIT("{}"), S_INIT("{}"), true},
        {S_INIT("[1,2]"), S_INIT("[2,1]"), false},
        {S_INIT("[1]"), S_INIT("[1,2]"), false},
        {S_INIT("1.0"), S_INIT("1"), false},
        {S_INIT("1"), S_INIT("\"1\""), false},
        {S_INIT("{}"), S_INIT("[]"), false},
        {S_INIT("null"), S_INIT("false"), false},
        {S_INIT("{\"a\":1}"), S_INIT("{\"a\":2}"), false},
        {S_INIT("{\"a\":1,\"b\":2}"), S_INIT("{\"a\":1,\"c\":2}"), false},
        {S_INIT("{\"a\":{\"b\":[1]}}"), S_INIT("{\"a\":{\"b\":[1.0]}}"), false},
    };
    TestCx t;
    Cx *cx = test_cx_init(&t);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        JsonValue a = parsed(cx, CASES[i].a), b = parsed(cx, CASES[i].b);
        assert_int_equal(json_equal(a, b), CASES[i].equal);
        assert_int_equal(json_equal(b, a), CASES[i].equal);
        assert_true(json_equal(a, a));
    }
    test_cx_done(&t);
}

static void the_writer_puts_commas_and_escapes(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Buf buf = buf_new(cx->arena, 1000);
    JsonOut out = json_out(&buf);
    json_begin(&out, '{');
    json_name(&out, S("a\"b"));
    json_begin(&out, '[');
    json_put_i64(&out, -3);
    json_put_f64(&out, 0.1);
    json_put_bool(&out, true);
    json_put_bool(&out, false);
    json_put_null(&out);
    json_begin(&out, '{');
    json_end(&out, '}');
    json_begin(&out, '[');
    json_end(&out, ']');
    json_end(&out, ']');
    json_name(&out, S("t"));
    json_put_text(&out, S("\x01\n\\\xc3\xa4"));
    json_name(&out, S("s"));
    json_put_span(&out, S("1.50"));
    json_end(&out, '}');
    assert_str(
        "{\"a\\\"b\":[-3,0.1,true,false,null,{},[]],\"t\":\"\\u0001\\n\\\\\xc3\xa4\",\"s\":1.50}",
        buf_str(&buf));
    parsed(cx, buf_str(&buf));
    test_cx_done(&t);
}

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static void random_value(Buf *buf, uint64_t *seed, int depth)
{
    static const Str SCALARS[] = {S_INIT("null"),
                                  S_INIT("true"),
                                  S_INIT("false"),
                                  S_INIT("0"),
                                  S_INIT("-1.5"),
                                  S_INIT("1e3"),
                                  S_INIT("\"\""),
                                  S_INIT("\"a\""),
                                  S_INIT("\"\\u00e4\\n\""),
                                  S_INIT("\"\xc3\xa4\xe2\x82\xac, a text of some length\""),
                                  S_INIT("12345678901234567"),
                                  S_INIT("0.1234567890123456789")};
    uint64_t pick = next_random(seed) % 8;
    if (depth == 0 || pick > 3) {
        buf_put(buf, SCALARS[next_random(seed) % COUNT_OF(SCALARS)]);
        return;
    }
    bool object = pick < 2;
    buf_char(buf, object ? '{' : '[');
    uint64_t n = next_random(seed) % 24;
    for (uint64_t i = 0; i < n; i++) {
        if (i)
            buf_put(buf, S(", "));
        if (object)
            buf_fmt(buf, "\"%sk%d\":", next_random(seed) % 4 ? "" : "\\u006", (int)i);
        random_value(buf, seed, depth - 1);
    }
    buf_char(buf, object ? '}' : ']');
}

/* One to four small damages: a byte replaced, taken out, doubled, or a piece copied elsewhere. */
static Str damaged(Arena *arena, Str text, uint64_t *seed)
{
    static const char BYTES[] = "{}[]\",:\\u0e-.1 \n\x80\xc3\xed\xff\x01";
    Str copy = arena_copy(arena, text);
    char *p = arena_cstr(arena, copy);
    uint64_t times = 1 + next_random(seed) % 4;
    for (uint64_t i = 0; i < times && copy.n > 2; i++) {
        size_t at = next_random(seed) % copy.n, other = next_random(seed) % copy.n;
        size_t n = MIN(next_random(seed) % 12, copy.n - MAX(at, other));
        switch (next_random(seed) % 3) {
        case 0:
            p[at] = BYTES[next_random(seed) % (sizeof BYTES - 1)];
            break;
        case 1:
            memmove(p + at, p + at + 1, copy.n - at - 1);
            copy.n--;
            break;
        default:
            memmove(p + at, p + other, n);
            break;
        }
    }
    return (Str){p, copy.n};
}

static void check_or_show(Cx *cx, Str text)
{
    const char *complaint = json_check(cx, text);
    if (complaint) {
        fprintf(stderr, "# %s (%zu bytes): %.*s\n", complaint, text.n, SARG(text));
        _fail(__FILE__, __LINE__);
    }
}

static void generated_and_damaged_texts_agree_with_jansson(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    uint64_t seed = 88172645463325252u;
    size_t accepted = 0, refused = 0;
    for (int i = 0; i < 3000; i++) {
        arena_reset(cx->arena);
        Buf buf = buf_new(cx->arena, 1 << 20);
        random_value(&buf, &seed, (int)(next_random(&seed) % 4));
        check_or_show(cx, buf_str(&buf));
        for (int k = 0; k < 20; k++) {
            Json doc;
            Str text = damaged(cx->arena, buf_str(&buf), &seed);
            check_or_show(cx, text);
            *(json_parse(cx, text, &doc) == OK ? &accepted : &refused) += 1;
        }
    }
    /* Both sides of the border were visited. */
    assert_true(accepted > 5000 && refused > 5000);
    test_cx_done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_well_formed_text_is_accepted),
        cmocka_unit_test(every_malformed_text_is_refused),
        cmocka_unit_test(names_that_mean_the_same_are_refused),
        cmocka_unit_test(both_tables_agree_with_jansson),
        cmocka_unit_test(duplicates_are_found_in_objects_of_every_size),
        cmocka_unit_test(an_object_of_very_many_members_takes_no_square_time),
        cmocka_unit_test(errors_name_line_column_and_what_was_expected),
        cmocka_unit_test(nesting_ends_at_its_limit),
        cmocka_unit_test(a_tape_beyond_the_arena_is_an_error_and_no_abort),
        cmocka_unit_test(values_are_spans_of_the_input),
        cmocka_unit_test(iteration_visits_members_and_elements_in_order),
        cmocka_unit_test(text_compares_by_meaning),
        cmocka_unit_test(numbers_are_read_only_where_they_fit),
        cmocka_unit_test(equality_is_by_meaning_and_digits),
        cmocka_unit_test(the_writer_puts_commas_and_escapes),
        cmocka_unit_test(generated_and_damaged_texts_agree_with_jansson),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
