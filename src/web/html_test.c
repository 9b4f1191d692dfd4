#include "web/html.h"

#include "base/test.h"
#include "text_gen.h"
#include "web/asset.h"
#include "web/shell.h"

static Arena arena;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena, 0, 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

static Buf buf(void)
{
    return buf_new(&arena, 65536);
}

static void urls_of_strangers_are_checked(void **state)
{
    (void)state;
    static const Str GOOD[] = {
        S_INIT("/"),        S_INIT("/stadt?x=1#y"),         S_INIT("https://example.org/a"),
        S_INIT("HTTP://x"), S_INIT("mailto:a@example.org"), S_INIT("tel:+49231"),
        S_INIT("/straße"),
    };
    static const Str BAD[] = {
        S_INIT(""),         S_INIT("//evil.example"), S_INIT("javascript:alert(1)"),
        S_INIT("data:x"),   S_INIT("stadt"),          S_INIT("/a b"),
        S_INIT("/\\evil"),  S_INIT("/a\nb"),          S_INIT(" /a"),
        S_INIT("https://"), S_INIT("vbscript:x"),     S_INIT("/a\"b"),
        S_INIT("/\xff"),    S_INIT("\tjavascript:x"), S_INIT("/a\x7f"),
    };
    for (size_t i = 0; i < COUNT_OF(GOOD); i++) {
        Url url = {0};
        assert_true(url_parse(GOOD[i], &url));
        assert_str_equal(GOOD[i], url.s);
    }
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        Url url = {S("untouched")};
        assert_false(url_parse(BAD[i], &url));
        assert_str("untouched", url.s);
    }
}

static void urls_are_built_with_their_parts_encoded(void **state)
{
    (void)state;
    Url base = url_page(&arena, LANG_EN, S("/stadt"));
    assert_str("/en/stadt", base.s);
    assert_str("/en", url_page(&arena, LANG_EN, S("/")).s);
    assert_str("/stadt", url_page(&arena, LANG_DE, S("/stadt")).s);
    /* Any request may ask for these: no assertion may fall over them, no link may leave the site.
     */
    assert_str("/en/stadt?x=%22%3C%3E%5C", url_requested(&arena, LANG_EN, S("/stadt?x=\"<>\\")).s);
    assert_str("/example.org", url_requested(&arena, LANG_DE, S("///example.org")).s);
    assert_str("/en", url_requested(&arena, LANG_EN, S("//")).s);
    base = url_segment(&arena, base, S("a/b ü"));
    assert_str("/en/stadt/a%2Fb%20%C3%BC", base.s);
    base = url_query(&arena, base, S("q"), S("a&b"));
    base = url_query(&arena, base, S("p"), S("2"));
    assert_str("/en/stadt/a%2Fb%20%C3%BC?q=a%26b&p=2", base.s);
}

static void text_is_escaped_and_numbers_are_grouped(void **state)
{
    (void)state;
    Buf out = buf();
    html_put_text(&out, TEXT("<a href=\"x\">&'"));
    html_put_int(&out, LANG_DE, int_of(-1284));
    html_put_digits(&out, int_of(-1284));
    html_put_flag(&out, flag_of(true));
    html_put_component(&out, TEXT("a b&c"));
    assert_str("&lt;a href=&quot;x&quot;&gt;&amp;&#39;\u22121.284-1284truea%20b%26c",
               buf_str(&out));
}

static void json_cannot_end_its_script(void **state)
{
    (void)state;
    Buf out = buf();
    html_put_json_text(&out, TEXT("</script><!--\"\\ & ü"));
    html_put_json(&out, json_html_of(S("{\"a\":\"</script>\"}")));
    assert_str("\"\\u003c/script\\u003e\\u003c!--\\\"\\\\ \\u0026 ü\"{\"a\":\"\\u003c/"
               "script\\u003e\"}",
               buf_str(&out));
}

static void a_page_escapes_what_it_is_given(void **state)
{
    (void)state;
    Buf out = page_buf(&arena);
    const HtmlChipsChips chips[] = {
        html_chips_chips(url_trusted(S("/a?b&c")), TEXT("<b>"), TEXT(""), flag_of(true)),
        html_chips_chips(url_trusted(S("/")), TEXT("x"), TEXT("3"), flag_of(false)),
    };
    html_chips(&out, LANG_DE, TEXT("\"><script>"), TEXT(""), chips, COUNT_OF(chips));
    assert_str(
        "<nav class=\"h-chips\" aria-label=\"&quot;&gt;&lt;script&gt;\"><ul>\n"
        "<li><a class=\"h-chip\" href=\"/a?b&amp;c\" aria-current=\"true\">&lt;b&gt;</a></li>"
        "<li><a class=\"h-chip\" href=\"/\">x <span class=\"h-chip__count\">3</span></a></li>\n"
        "</ul></nav>\n",
        buf_str(&out));
}

static void assets_are_found_by_their_hashed_path(void **state)
{
    (void)state;
    for (size_t i = 0; i < ASSET_COUNT; i++) {
        const Asset *asset = asset_find(ASSETS[i].path);
        assert_ptr_equal(&ASSETS[i], asset);
        assert_true(asset->raw.n > 0 && asset->type.n > 0 && asset->etag.p[0] == '"');
        assert_true(asset->gzip.n < asset->raw.n && asset->brotli.n < asset->raw.n);
        if (asset->gzip.n)
            assert_memory_equal("\x1f\x8b", asset->gzip.p, 2);
        assert_true(asset->immutable == str_starts(asset->path, S("/assets/")));
    }
    assert_null(asset_find(S("/assets/none.css")));
    assert_null(asset_find(S("")));
}

static void pages_keep_the_budget_of_bytes(void **state)
{
    (void)state;
    size_t first_view = 0;
    for (size_t i = 0; i < ASSET_COUNT; i++) {
        Str path = ASSETS[i].path;
        bool css = str_starts(path, S("/assets/hanse-")) && str_ends(path, S(".css"));
        bool js = str_starts(path, S("/assets/hanse-")) && str_ends(path, S(".js"));
        bool font = str_starts(path, S("/assets/fira-"));
        if (css)
            assert_in_range(ASSETS[i].gzip.n, 1, 24000);
        if (js)
            assert_in_range(ASSETS[i].gzip.n, 1, 8000);
        if (css || js || font)
            first_view += ASSETS[i].gzip.n ? ASSETS[i].gzip.n : ASSETS[i].raw.n;
    }
    assert_in_range(first_view, 60000, 130000);
}

static void texts_fill_their_places_and_choose_the_plural(void **state)
{
    (void)state;
    assert_str("vor 1 Minute", text_time_minutes_ago(&arena, LANG_DE, 1));
    assert_str("vor 5 Minuten", text_time_minutes_ago(&arena, LANG_DE, 5));
    assert_str("5 minutes ago", text_time_minutes_ago(&arena, LANG_EN, 5));
    /* The number that its noun follows, whatever else is counted beside it. */
    assert_str("3 dafür, 2 dagegen, 1 Enthaltung", text_decision_votes(&arena, LANG_DE, 1, 3, 2));
    assert_str("1 for, 1 against, 0 abstentions", text_decision_votes(&arena, LANG_EN, 0, 1, 1));
    assert_str("1 Stunde", text_contribution_hours(&arena, LANG_DE, 1, S("1")));
    assert_str("21 bis 40 von 1.260", text_pager_range(&arena, LANG_DE, 21, 40, 1260));
    assert_str("21 to 40 of 1,260", text_pager_range(&arena, LANG_EN, 21, 40, 1260));
    assert_str("Ein Angebot der Stadt {n}", text_shell_by_city(&arena, LANG_DE, S("{n}")));
}

static void texts_are_found_by_key(void **state)
{
    (void)state;
    Str text = {0};
    for (size_t i = 0; i < TEXT_KEY_COUNT; i++) {
        for (Lang lang = LANG_DE; lang < LANG_COUNT; lang++) {
            assert_true(text_find(lang, TEXT_KEYS[i].key, &text));
            assert_true(text.n > 0);
        }
    }
    assert_false(text_find(LANG_DE, S("no.such.key"), &text));
    assert_false(text_find(LANG_DE, S("time.minutes_ago"), &text));
}

static void the_style_page_fits_its_budget_in_both_languages(void **state)
{
    (void)state;
    for (Lang lang = LANG_DE; lang < LANG_COUNT; lang++) {
        PageShell shell = {.lang = lang,
                           .city = S("<Stadt>"),
                           .claim = S("x"),
                           .path = S("/stil"),
                           .simulated = true};
        Buf out = page_buf(&arena);
        page_stil(&out, &arena, &shell);
        assert_false(out.overflow);
        assert_in_range(out.n, 30000, 120000);
        assert_true(str_find(buf_str(&out), S("<Stadt>")) < 0);
        assert_true(str_find(buf_str(&out), S("&lt;Stadt&gt;")) > 0);
        assert_true(str_find(buf_str(&out), S("style=")) < 0);
        Str other = lang == LANG_DE ? S("href=\"/en/stil\"") : S("href=\"/stil\"");
        assert_true(str_find(buf_str(&out), other) > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls_of_strangers_are_checked),
        cmocka_unit_test(urls_are_built_with_their_parts_encoded),
        cmocka_unit_test(text_is_escaped_and_numbers_are_grouped),
        cmocka_unit_test(json_cannot_end_its_script),
        cmocka_unit_test(a_page_escapes_what_it_is_given),
        cmocka_unit_test(assets_are_found_by_their_hashed_path),
        cmocka_unit_test(pages_keep_the_budget_of_bytes),
        cmocka_unit_test(texts_fill_their_places_and_choose_the_plural),
        cmocka_unit_test(texts_are_found_by_key),
        cmocka_unit_test(the_style_page_fits_its_budget_in_both_languages),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
