/* Forms of the same word have the same stem; different words keep theirs. */
#include "base/stem.h"

#include "base/fold.h"
#include "base/test.h"

static Str stem(Cx *cx, const char *word)
{
    return stem_of(fold_search(cx->arena, str_from(word)));
}

static void forms_of_a_word_meet(void **state)
{
    static const char *const SAME[][6] = {
        {"Haus", "Häuser", "Häusern", "Hauses", "Haeuser"},
        {"Baum", "Bäume", "Bäumen", "Baumes"},
        {"Straße", "Straßen", "Strasse"},
        {"Parkplatz", "Parkplätze", "Parkplätzen", "Parkplaetze"},
        {"Markt", "Märkte", "Märkten", "Marktes"},
        {"Kita", "Kitas"},
        {"Auto", "Autos"},
        {"App", "Apps"},
        {"Handy", "Handys"},
        {"Kindergarten", "Kindergärten"},
        {"Stadt", "Städte", "Städten"},
        {"Fahrrad", "Fahrräder", "Fahrrads", "Fahrrädern"},
        {"schnell", "schnelle", "schnellen", "schneller"},
        {"Idee", "Ideen"},
        {"Brücke", "Brücken", "Bruecke"},
        {"Projekt", "Projekte", "Projekts", "Projektes"},
        {"Wohnung", "Wohnungen"},
        {"Bürger", "Bürgers", "Bürgern", "Bürgerinnen"},
        {"Unfall", "Unfälle", "Unfällen"},
        {"Glas", "Glases"},
        {"Kreis", "Kreise", "Kreisen"},
        {"Museum"},
    };
    TestCx t;
    Cx *cx = test_cx_init(&t);
    (void)state;
    for (size_t i = 0; i < COUNT_OF(SAME); i++)
        for (size_t k = 1; k < COUNT_OF(SAME[i]) && SAME[i][k]; k++)
            assert_str_equal(stem(cx, SAME[i][0]), stem(cx, SAME[i][k]));
    test_cx_done(&t);
}

static void other_words_stay_apart(void **state)
{
    static const char *const APART[][2] = {{"Haus", "Hast"}, {"Stern", "Stadt"}, {"Rat", "Rad"},
                                           {"Bus", "Bund"},  {"Wasser", "Was"},  {"Gas", "Gast"},
                                           {"CO2", "CO"},    {"PM10", "PM2"},    {"Test", "Tee"}};
    TestCx t;
    Cx *cx = test_cx_init(&t);
    (void)state;
    for (size_t i = 0; i < COUNT_OF(APART); i++)
        assert_false(str_eq(stem(cx, APART[i][0]), stem(cx, APART[i][1])));
    assert_str("haus", stem(cx, "Haus"));
    assert_str("bus", stem(cx, "Bus"));
    assert_str("gas", stem(cx, "Gas"));
    assert_str("stern", stem(cx, "Stern"));
    assert_str("co2", stem(cx, "CO2"));
    assert_str("test", stem(cx, "Test"));
    assert_str("see", stem(cx, "See"));
    assert_str("", stem_of(S("")));
    test_cx_done(&t);
}

static void words_of_every_script_are_found_where_they_stand(void **state)
{
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Str text = S("Wahl-O-Mat: \xc2\xbbStra\xc3\x9f"
                 "en\xc2\xab & \xd0\x9c\xd0\xbe\xd1\x81\xd0\xba"
                 "\xd0\xb2\xd0\xb0, e.g. CO2\xe2\x80\xa6 - x\xff"
                 "y");
    static const struct {
        const char *folded;
        bool hyphen;
    } WORDS[] = {{"wahl", false},
                 {"o", true},
                 {"mat", true},
                 {"strassen", false},
                 {"\xd0\xbc\xd0\xbe\xd1\x81\xd0\xba\xd0\xb2\xd0\xb0", false},
                 {"e", false},
                 {"g", false},
                 {"co2", false},
                 {"x", false},
                 {"y", false}};
    WordReader reader = {.arena = cx->arena, .text = text};
    Word word;
    size_t count = 0;
    (void)state;
    while (word_next(&reader, &word)) {
        assert_true(count < COUNT_OF(WORDS));
        assert_str_equal(str_from(WORDS[count].folded), word.folded);
        assert_int_equal(WORDS[count].hyphen, word.hyphen);
        assert_str_equal(word.folded, fold_search(cx->arena, str_slice(text, word.from, word.to)));
        count++;
    }
    assert_int_equal(count, COUNT_OF(WORDS));
    Str far =
        arena_fmt(cx->arena, "%.*s%060d", 46, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 1);
    reader = (WordReader){.arena = cx->arena, .text = far};
    assert_true(word_next(&reader, &word));
    assert_int_equal(word.folded.n, WORD_BYTES_MAX);
    assert_int_equal(word.to, far.n);
    assert_false(word_next(&reader, &word));
    test_cx_done(&t);
}

static void words_that_say_nothing_are_known_folded(void **state)
{
    static const char *const STOP[] = {"Der", "für",   "fuer", "Über",     "wo", "WANN",  "möchte",
                                       "the", "innen", "und",  "zwischen", "ab", "können"};
    static const char *const OTHERS[] = {"Stadt", "Hafen", "Rat", "", "derzeit"};
    TestCx t;
    Cx *cx = test_cx_init(&t);
    (void)state;
    for (size_t i = 0; i < COUNT_OF(STOP); i++) {
        if (!is_stop_word(fold_search(cx->arena, str_from(STOP[i]))))
            print_message("# %s\n", STOP[i]);
        assert_true(is_stop_word(fold_search(cx->arena, str_from(STOP[i]))));
    }
    for (size_t i = 0; i < COUNT_OF(OTHERS); i++)
        assert_false(is_stop_word(fold_search(cx->arena, str_from(OTHERS[i]))));
    test_cx_done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_of_a_word_meet),
        cmocka_unit_test(other_words_stay_apart),
        cmocka_unit_test(words_of_every_script_are_found_where_they_stand),
        cmocka_unit_test(words_that_say_nothing_are_known_folded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
