/* What "similar ideas" is worth: on fifty pairs of real projects labelled by hand, and on all that
 * is shown for each fourth project. The projects name living persons and are not part of this tree:
 * they are read from HANSE_SHARED, and without it the test says that it was left out. */
#include "base/str.h"
#include "core/setting.h"
#include "people/test_corpus.h"

enum { PAIRS = 50, SHOWN_PAIRS_MIN = 8, PRECISION_MIN = 70, EACH = 4 };

typedef struct Figures {
    int shown, right, similar;
} Figures;

static size_t index_of(const Corpus *corpus, Str path)
{
    for (size_t i = 0; i < corpus->count; i++)
        if (str_eq(corpus->paths[i], path))
            return i;
    print_message("# no project %.*s\n", SARG(path));
    assert_true(false);
    return 0;
}

/* What somebody who writes that project's text as an idea is shown. */
static size_t ask(TestCore *f, const Corpus *corpus, size_t i, Item ret[IDEA_SIMILAR_MAX])
{
    size_t count;
    SearchDraft draft = {corpus->titles[i], corpus->leads[i], corpus->bodies[i],
                         corpus->districts[i], corpus->items[i]};
    assert_ok(&f->t.cx, idea_similar(&f->t.cx, &draft, ret, &count));
    return count;
}

static bool is_shown(TestCore *f, const Corpus *corpus, Str a, Str b)
{
    Item shown[IDEA_SIMILAR_MAX];
    size_t count = ask(f, corpus, index_of(corpus, a), shown);
    ItemId other = corpus->items[index_of(corpus, b)];
    for (size_t i = 0; i < count; i++)
        if (shown[i].id.v == other.v)
            return true;
    return false;
}

static int percent(int part, int all)
{
    return all ? part * 100 / all : 0;
}

static void say(const char *what, const Figures *figures)
{
    print_message("# %s: %d shown, %d of them right (precision %d %%), of %d similar ones (recall "
                  "%d %%)\n",
                  what, figures->shown, figures->right, percent(figures->right, figures->shown),
                  figures->similar, percent(figures->right, figures->similar));
}

static bool load(TestCore *f, Corpus *ret)
{
    if (corpus_load(f, ret))
        return true;
    print_message("# left out: HANSE_SHARED has no data/people/codeforde-projects.ndjson\n");
    return false;
}

static void of_the_labelled_pairs_what_is_shown_is_right(void **state)
{
    TestCore *f = *state;
    Corpus corpus;
    Figures all = {0};
    int count = 0;
    if (!load(f, &corpus))
        skip();
    for (Str rest = corpus_file(f, "test/search/similar.tsv"); rest.p;) {
        Str line = str_cut(&rest, '\n');
        if (!line.n || line.p[0] == '#')
            continue;
        Str label = str_cut(&line, '\t'), a = str_cut(&line, '\t'), b = str_cut(&line, '\t');
        bool similar = str_eq(label, S("similar")), shown = is_shown(f, &corpus, a, b);
        if (shown && !similar)
            print_message("# wrong: %.*s for %.*s\n", SARG(b), SARG(a));
        all.shown += shown;
        all.right += shown && similar;
        all.similar += similar;
        count++;
    }
    say("pairs", &all);
    assert_int_equal(count, PAIRS);
    assert_true(all.shown >= SHOWN_PAIRS_MIN);
    assert_true(percent(all.right, all.shown) >= PRECISION_MIN);
}

/* "similar", or another label; p NULL: nobody has judged it. */
static Str judged(Str file, Str a, Str b)
{
    while (file.p) {
        Str line = str_cut(&file, '\n');
        Str label = str_cut(&line, '\t');
        if (str_eq(str_cut(&line, '\t'), a) && str_eq(str_cut(&line, '\t'), b))
            return label;
    }
    return (Str){0};
}

static void of_all_that_is_shown_most_is_right(void **state)
{
    TestCore *f = *state;
    Corpus corpus;
    int shown = 0, right = 0;
    if (!load(f, &corpus))
        skip();
    Str file = corpus_file(f, "test/search/shown.tsv");
    for (size_t i = 0; i < corpus.count; i += EACH) {
        Item items[IDEA_SIMILAR_MAX];
        size_t count = ask(f, &corpus, i, items);
        for (size_t k = 0; k < count; k++) {
            Str path = corpus_path(&corpus, items[k].id);
            Str label = judged(file, corpus.paths[i], path);
            if (!label.p)
                print_message("# to be judged: %.*s\t%.*s\n", SARG(corpus.paths[i]), SARG(path));
            shown++;
            right += str_eq(label, S("similar"));
        }
    }
    print_message("# %d of %d that are shown are right (%d %%)\n", right, shown,
                  percent(right, shown));
    assert_true(shown > 0 && percent(right, shown) >= PRECISION_MIN);
}

static void the_setting_hides_it(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Corpus corpus;
    Item items[IDEA_SIMILAR_MAX];
    if (!load(f, &corpus))
        skip();
    size_t stones = index_of(&corpus, S("2014-04-30-stolpersteine-app"));
    assert_true(ask(f, &corpus, stones, items) > 0);
    act_as(f, add_person(f, "admin"), ROLE_ADMIN);
    assert_ok(cx, setting_set(cx, S("idea.similar"), S(""), &f->events));
    assert_int_equal(ask(f, &corpus, stones, items), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(of_the_labelled_pairs_what_is_shown_is_right, teardown),
        TEST_ON_BOTH(of_all_that_is_shown_most_is_right, teardown),
        TEST_ON_BOTH(the_setting_hides_it, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
