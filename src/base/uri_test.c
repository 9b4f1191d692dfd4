#include "base/uri.h"

#include "base/buf.h"
#include "base/test.h"

static void absolute_uris_are_told_from_the_rest(void **state)
{
    (void)state;
    static const Str GOOD[] = {
        S_INIT("urn:ngsi-ld:Vehicle:A4567"),
        S_INIT("https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"),
        S_INIT("http://user@[2001:db8::1]:8080/a%20b?q=1&r='x'#top"),
        S_INIT("mailto:a@b"),
        S_INIT("a:b"),
        S_INIT("a+b-c.9:x"),
        S_INIT("urn:ngsi-ld:Stra\xc3\x9f"
               "e:\xf0\x9f\x98\x80"),
        S_INIT("ngsi-ld:null"),
        S_INIT("tag:x,2022:(y);!*"),
        S_INIT("x:%C3%A4"),
    };
    static const Str BAD[] = {
        S_INIT(""),
        S_INIT("a"),
        S_INIT("a:"),
        S_INIT(":a"),
        S_INIT("/a/b"),
        S_INIT("//host/a"),
        S_INIT("1a:b"),
        S_INIT("a b:c"),
        S_INIT("a:b c"),
        S_INIT("a:b\n"),
        S_INIT("a:b\x00"),
        S_INIT("a:<b>"),
        S_INIT("a:\"b\""),
        S_INIT("a:{b}"),
        S_INIT("a:b|c"),
        S_INIT("a:b\\c"),
        S_INIT("a:b^c"),
        S_INIT("a:b`c"),
        S_INIT("a:%"),
        S_INIT("a:%4"),
        S_INIT("a:%4g"),
        S_INIT("a:%zz"),
        S_INIT("a:\xff"),
        S_INIT("a:\xc2\x80"),
        S_INIT("a:\xef\xbf\xbf"),
        S_INIT("a:\xef\xb7\x90"),
        S_INIT("\xc3\xa4:b"),
        S_INIT("a_b:c"),
        S_INIT("a:\x7f"),
        S_INIT(" a:b"),
    };
    for (size_t i = 0; i < COUNT_OF(GOOD); i++)
        if (!uri_is_absolute(GOOD[i])) {
            fprintf(stderr, "# %.*s\n", SARG(GOOD[i]));
            _fail(__FILE__, __LINE__);
        }
    for (size_t i = 0; i < COUNT_OF(BAD); i++)
        if (uri_is_absolute(BAD[i])) {
            fprintf(stderr, "# %.*s\n", SARG(BAD[i]));
            _fail(__FILE__, __LINE__);
        }
}

static void escapes_are_decoded_or_refused(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Str out = S("untouched");
    assert_true(uri_decode(cx->arena, S("a%20b+c%2B%c3%A4"), false, &out));
    assert_str("a b+c+\xc3\xa4", out);
    assert_true(uri_decode(cx->arena, S("a%20b+c%2B"), true, &out));
    assert_str("a b c+", out);
    assert_true(uri_decode(cx->arena, S(""), true, &out));
    assert_int_equal(out.n, 0);
    static const Str BAD[] = {S_INIT("%"),    S_INIT("%4"),   S_INIT("a%4g"), S_INIT("%00"),
                              S_INIT("%ff"),  S_INIT("%c3"),  S_INIT("\xc3"), S_INIT("%ed%a0%80"),
                              S_INIT("%%41"), S_INIT("a\x00")};
    out = S("untouched");
    for (size_t i = 0; i < COUNT_OF(BAD); i++)
        assert_false(uri_decode(cx->arena, BAD[i], true, &out));
    assert_str("untouched", out);
    test_cx_done(&t);
}

static void what_is_encoded_decodes_to_itself(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    for (uint32_t c = 1; c < 0x100; c++) {
        char text[3] = {(char)(c < 0x80 ? c : 0xC0 | c >> 6), (char)(0x80 | (c & 0x3F)), 0};
        Str one = {text, c < 0x80 ? 1 : 2}, back;
        Buf buf = buf_new(cx->arena, 100);
        buf_uri_component(&buf, one);
        assert_true(uri_decode(cx->arena, buf_str(&buf), true, &back));
        assert_str_equal(one, back);
    }
    test_cx_done(&t);
}

static void pairs_are_walked_in_order(void **state)
{
    (void)state;
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Str rest = S("a=1&&b&c==x=&=d&e=&"), name, value;
    Buf seen = buf_new(cx->arena, 100);
    while (uri_next_pair(&rest, &name, &value))
        buf_fmt(&seen, "(%.*s|%.*s%s)", SARG(name), (int)value.n, value.p ? value.p : "",
                value.p ? "" : "-");
    assert_str("(a|1)(b|-)(c|=x=)(|d)(e|)", buf_str(&seen));
    rest = (Str){0};
    assert_false(uri_next_pair(&rest, &name, &value));
    rest = S("&&");
    assert_false(uri_next_pair(&rest, &name, &value));
    test_cx_done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absolute_uris_are_told_from_the_rest),
        cmocka_unit_test(escapes_are_decoded_or_refused),
        cmocka_unit_test(what_is_encoded_decodes_to_itself),
        cmocka_unit_test(pairs_are_walked_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
