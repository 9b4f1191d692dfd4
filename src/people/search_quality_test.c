/* How good the search is: sixty questions of citizens over 249 real projects, with answers judged
 * by people who read the projects. The projects name living persons and are not part of this tree:
 * they are read from HANSE_SHARED, and without it the test says that it was left out. */
#include "base/json.h"
#include "people/search.h"
#include "people/test_corpus.h"
#include "people/test_people.h"

enum { QUERIES = 60, RIGHT_MIN = 54, TOP = 3 };

static bool is_expected(const Corpus *corpus, const SearchHit *hit, Str expected)
{
    while (expected.p)
        if (str_eq(corpus_path(corpus, hit->item), str_cut(&expected, '\t')))
            return true;
    return false;
}

static bool is_right(TestCore *f, const Corpus *corpus, Str words, Str expected)
{
    SearchResult result;
    SearchQuery query = {.words = words, .limit = 10};
    assert_ok(&f->t.cx, search_find(&f->t.cx, &query, &result));
    for (size_t i = 0; i < MIN(result.count, (size_t)TOP); i++)
        if (is_expected(corpus, &result.hits[i], expected))
            return true;
    print_message("# \"%.*s\": %lld found, first", SARG(words), (long long)result.total);
    for (size_t i = 0; i < MIN(result.count, (size_t)TOP); i++)
        print_message(" %.*s", SARG(corpus_path(corpus, result.hits[i].item)));
    for (size_t i = TOP; i < result.count; i++)
        if (is_expected(corpus, &result.hits[i], expected))
            print_message(", right one at %zu", i + 1);
    print_message("\n");
    return false;
}

static void the_right_project_is_among_the_first_three(void **state)
{
    TestCore *f = *state;
    Corpus corpus;
    if (!corpus_load(f, &corpus)) {
        print_message("# left out: HANSE_SHARED has no data/people/codeforde-projects.ndjson\n");
        skip();
    }
    size_t asked = 0, right = 0;
    for (Str rest = corpus_file(f, "test/search/queries.tsv"); rest.p;) {
        Str line = str_cut(&rest, '\n');
        if (!line.n || line.p[0] == '#')
            continue;
        Str words = str_cut(&line, '\t');
        asked++;
        right += is_right(f, &corpus, words, line);
    }
    print_message("# %zu of %zu questions answered by one of the first %d\n", right, asked, TOP);
    assert_int_equal(asked, QUERIES);
    assert_true(right >= RIGHT_MIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(the_right_project_is_among_the_first_three, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
