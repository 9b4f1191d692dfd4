/* XML: what is escaped, and what XML cannot hold. */
#include "web/xml.h"

#include "base/test.h"

static void what_is_written_can_be_read(void **state)
{
    (void)state;
    static const struct {
        Str text, expected;
    } ROWS[] = {{S_INIT("Bank & Baum"), S_INIT("Bank &amp; Baum")},
                {S_INIT("<b>\"'"), S_INIT("&lt;b&gt;&quot;'")},
                {S_INIT("]]>"), S_INIT("]]&gt;")},
                {S_INIT("a\x01z\x7f"), S_INIT("a\xEF\xBF\xBDz\x7f")},
                {S_INIT("a\0z"), S_INIT("a\xEF\xBF\xBDz")},
                {S_INIT("eins\n\tzwei"), S_INIT("eins\n\tzwei")},
                {S_INIT("Stra\xC3\x9F"
                        "e \xF0\x9F\x8C\xB3"),
                 S_INIT("Stra\xC3\x9F"
                        "e \xF0\x9F\x8C\xB3")},
                {S_INIT("\xC3"), S_INIT("\xEF\xBF\xBD")},
                {S_INIT("\xEF\xBF\xBF!"), S_INIT("\xEF\xBF\xBD!")},
                {S_INIT("\xED\xA0\x80"), S_INIT("\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD")}};
    Arena arena;
    arena_init(&arena, 0, 0);
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        Buf out = buf_new(&arena, 1000);
        xml_put(&out, ROWS[i].text);
        assert_str_equal(ROWS[i].expected, buf_str(&out));
    }
    Buf out = buf_new(&arena, 1000);
    xml_element(&out, "title", S("A & B"));
    assert_str("<title>A &amp; B</title>", buf_str(&out));
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_written_can_be_read)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
