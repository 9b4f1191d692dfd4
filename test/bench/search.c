/* What a search costs: over invented texts of the size that a city's alliance comes to, the time
 * of the thread per question, by who asks. Nothing of the network or of pages is in it.
 *
 *   search [--items N] [--posts N] [--questions N] [--dir DIR]
 *
 * Words are made of syllables and drawn by Zipf's law, two in five of them compounds of others;
 * questions have one to three words out of titles, every tenth word has a letter wrong, every
 * fifth is only a part of a compound. DIR gets a database that is removed at the end. */
#include "base/buf.h"
#include "base/str.h"
#include "core/actor.h"
#include "db/migration.h"
#include "people/search.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
    WORDS = 30000,
    HEAD_LEFT_OUT = 60, /* the most frequent words are those that say nothing */
    QUESTION_WORDS_MAX = 3,
    TITLE_BYTES = 120
};

typedef struct Bench {
    Arena words_arena;
    Str words[WORDS];
    double below[WORDS]; /* how likely one of them or an earlier one is drawn */
    uint64_t random;
    Cx cx;
    Arena arena;
    Error error;
    Actor actor;
    Clock clock;
    int64_t items, posts, questions;
    const char *dir;
    Str *titles;
} Bench;

/* xorshift64*, so that each run asks the same. */
static uint64_t draw(Bench *bench)
{
    uint64_t x = bench->random;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    bench->random = x;
    return x * UINT64_C(2685821657736338717);
}

static size_t draw_below(Bench *bench, size_t n)
{
    return (size_t)(draw(bench) >> 11) % n;
}

static void check(Bench *bench, Err err)
{
    if (err == OK)
        return;
    fprintf(stderr, "search: %s: %.*s\n", bench->error.key, SARG(bench->error.detail));
    exit(1);
}

/* ---- words ---- */

static void put_syllables(Bench *bench, Buf *word, size_t count)
{
    static const char *const START[] = {"b",   "br", "d", "f",  "fl", "g", "gr", "h",
                                        "k",   "kl", "l", "m",  "n",  "p", "r",  "s",
                                        "sch", "st", "t", "tr", "w",  "z"};
    static const char *const MIDDLE[] = {"a",  "e",  "i",        "o",        "u",
                                         "au", "ei", "\xc3\xa4", "\xc3\xb6", "\xc3\xbc"};
    static const char *const END[] = {"", "n", "r", "l", "s", "t", "rg", "nd", "cht", "lz", "m"};
    for (size_t i = 0; i < count; i++) {
        buf_put(word, str_from(START[draw_below(bench, COUNT_OF(START))]));
        buf_put(word, str_from(MIDDLE[draw_below(bench, COUNT_OF(MIDDLE))]));
        buf_put(word, str_from(END[draw_below(bench, COUNT_OF(END))]));
    }
}

static void make_words(Bench *bench)
{
    double sum = 0;
    arena_init(&bench->words_arena, 1 << 20, 0);
    for (size_t i = 0; i < WORDS; i++) {
        Buf word = buf_new(&bench->words_arena, 200);
        if (i > 200 && draw_below(bench, 5) < 2) {
            buf_put(&word, bench->words[draw_below(bench, i / 2)]);
            buf_put(&word, bench->words[draw_below(bench, i / 2)]);
        } else {
            put_syllables(bench, &word, 1 + draw_below(bench, 3));
        }
        bench->words[i] = buf_str(&word);
        sum += 1 / ((double)i + HEAD_LEFT_OUT);
        bench->below[i] = sum;
    }
}

static Str draw_word(Bench *bench)
{
    double at = (double)(draw(bench) >> 11) / 9007199254740992.0 * bench->below[WORDS - 1];
    size_t low = 0, high = WORDS - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (bench->below[middle] < at)
            low = middle + 1;
        else
            high = middle;
    }
    return bench->words[low];
}

static Str draw_text(Bench *bench, Arena *arena, size_t words)
{
    Buf text = buf_new(arena, words * 120 + 1);
    for (size_t i = 0; i < words; i++) {
        if (i)
            buf_char(&text, ' ');
        buf_put(&text, draw_word(bench));
    }
    return buf_str(&text);
}

/* ---- texts ---- */

static void add_item(Bench *bench, int64_t i)
{
    Cx *cx = &bench->cx;
    ItemId id;
    Noun noun = i % 5 == 4 ? NOUN_PROJECT : NOUN_IDEA;
    /* One in twenty is not for everybody. */
    Audience audience = i % 20 == 7 ? AUDIENCE_OFFICE : i % 20 == 13 ? AUDIENCE_ALLIANCE : 0;
    ItemDraft draft = {.text = {.title = draw_text(bench, cx->arena, 3 + draw_below(bench, 4)),
                                .lead = draw_text(bench, cx->arena, 15),
                                .body = draw_text(bench, cx->arena, 120)}};
    draft.text.title = str_slice(draft.text.title, 0, TITLE_BYTES);
    while (!str_is_utf8(draft.text.title))
        draft.text.title.n--;
    check(bench, item_add(cx, noun, S("published"), audience, &draft, &id));
    SearchText text = {.kind = SEARCH_ITEM,
                       .ref = id.v,
                       .item = id,
                       .noun = noun,
                       .title = draft.text.title,
                       .lead = draft.text.lead,
                       .body = draft.text.body,
                       .beside = S("")};
    check(bench, search_put(cx, &text));
    bench->titles[i] = arena_copy(&bench->words_arena, draft.text.title);
}

static void add_post(Bench *bench, int64_t i)
{
    SearchText text = {.kind = SEARCH_POST,
                       .ref = i + 1,
                       .item = {1 + (int64_t)draw_below(bench, (size_t)bench->items)},
                       .noun = NOUN_IDEA,
                       .title = S(""),
                       .body = draw_text(bench, bench->cx.arena, 20 + draw_below(bench, 60)),
                       .beside = S("")};
    check(bench, search_put(&bench->cx, &text));
}

static void fill(Bench *bench, const char *where)
{
    Cx *cx = &bench->cx;
    int applied;
    check(bench, db_open(cx, str_from(where), (DbOptions){.mode = DB_WRITE, .unsafe_no_sync = true},
                         &cx->db));
    check(bench, migration_run(cx, S(""), &applied));
    bench->titles = arena_array(&bench->words_arena, Str, (size_t)bench->items);
    int64_t from_us = clock_mono_us();
    for (int64_t i = 0; i < bench->items + bench->posts; i++) {
        if (i % 200 == 0) {
            if (i)
                check(bench, db_commit(cx));
            arena_reset(cx->arena);
            check(bench, db_begin(cx));
        }
        if (i < bench->items)
            add_item(bench, i);
        else
            add_post(bench, i - bench->items);
    }
    check(bench, db_commit(cx));
    check(bench, db_checkpoint(cx));
    double took_s = (double)(clock_mono_us() - from_us) / 1e6;
    printf("index: %lld items, %lld posts in %.1f s, %.2f ms each\n", (long long)bench->items,
           (long long)bench->posts, took_s, took_s * 1000 / (double)(bench->items + bench->posts));
    db_close(cx->db);
}

/* ---- questions ---- */

static void put_wrong(Bench *bench, Buf *out, Str word)
{
    size_t at = 1 + draw_below(bench, word.n - 2);
    buf_put(out, str_slice(word, 0, at));
    buf_put(out, str_from_index(word, at + 1));
}

static Str draw_question(Bench *bench, Arena *arena)
{
    Buf out = buf_new(arena, 1024);
    size_t count = 1 + draw_below(bench, QUESTION_WORDS_MAX);
    for (size_t i = 0; i < count; i++) {
        Str rest = bench->titles[draw_below(bench, (size_t)bench->items)], word = {0};
        for (size_t skip = draw_below(bench, 3) + 1; skip > 0 && rest.p; skip--)
            word = str_cut(&rest, ' ');
        size_t kind = draw_below(bench, 10);
        if (i)
            buf_char(&out, ' ');
        if (kind == 0 && word.n > 5)
            put_wrong(bench, &out, word);
        else if (kind < 3 && word.n > 9)
            buf_put(&out, str_from_index(word, word.n / 2));
        else
            buf_put(&out, word);
    }
    return buf_str(&out);
}

static int64_t cpu_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int compare(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a, two = *(const int64_t *)b;
    return one < two ? -1 : one > two;
}

static void ask_as(Bench *bench, const char *name, int64_t person, uint32_t roles)
{
    Cx *cx = &bench->cx;
    int64_t *took = calloc((size_t)bench->questions, sizeof *took), sum = 0, hits = 0, none = 0;
    ASSERT(took);
    bench->random = 42;
    bench->actor.person = (PersonId){person};
    bench->actor.roles = ROLE_ANYONE | roles;
    for (int64_t i = 0; i < bench->questions; i++) {
        SearchResult result;
        arena_reset(cx->arena);
        SearchQuery query = {.words = draw_question(bench, cx->arena), .limit = 10};
        int64_t from_us = cpu_us();
        check(bench, search_find(cx, &query, &result));
        took[i] = cpu_us() - from_us;
        sum += took[i];
        hits += result.total;
        none += result.total == 0;
    }
    qsort(took, (size_t)bench->questions, sizeof *took, compare);
    printf("search as=%s p50_us=%lld p90_us=%lld p99_us=%lld mean_us=%lld hits=%lld none=%lld\n",
           name, (long long)took[bench->questions / 2], (long long)took[bench->questions * 9 / 10],
           (long long)took[bench->questions * 99 / 100], (long long)(sum / bench->questions),
           (long long)(hits / bench->questions), (long long)none);
    free(took);
}

static int64_t number_of(const char *name, const char *text)
{
    int64_t number;
    if (!str_to_i64(str_from(text), &number) || number < 1) {
        fprintf(stderr, "search: %s takes a number\n", name);
        exit(64);
    }
    return number;
}

static void read_options(Bench *bench, int argc, char **argv)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--dir") == 0)
            bench->dir = argv[i + 1];
        else if (strcmp(argv[i], "--items") == 0)
            bench->items = number_of(argv[i], argv[i + 1]);
        else if (strcmp(argv[i], "--posts") == 0)
            bench->posts = number_of(argv[i], argv[i + 1]);
        else if (strcmp(argv[i], "--questions") == 0)
            bench->questions = number_of(argv[i], argv[i + 1]);
    }
}

int main(int argc, char **argv)
{
    Bench *bench = calloc(1, sizeof *bench);
    ASSERT(bench);
    *bench = (Bench){.items = 1250,
                     .posts = 20000,
                     .questions = 2000,
                     .dir = "/tmp",
                     .random = 7,
                     .clock = clock_fixed(INT64_C(1795369200000000))};
    read_options(bench, argc, argv);
    char folder[300], where[340], command[340];
    snprintf(folder, sizeof folder, "%s/hanse-search-XXXXXX", bench->dir);
    if (!mkdtemp(folder))
        return 1;
    snprintf(where, sizeof where, "%s/hanse.db", folder);
    arena_init(&bench->arena, 1 << 20, 0);
    bench->actor = (Actor){.tenant = TENANT_DEFAULT, .person = {1}};
    bench->cx = (Cx){.arena = &bench->arena,
                     .actor = &bench->actor,
                     .error = &bench->error,
                     .clock = &bench->clock};
    make_words(bench);
    fill(bench, where);
    check(bench, db_open(&bench->cx, str_from(where), (DbOptions){.mode = DB_READ}, &bench->cx.db));
    ask_as(bench, "stranger", 0, 0);
    ask_as(bench, "member", 99, ROLE_MEMBER);
    ask_as(bench, "office", 98, ROLE_MEMBER | ROLE_OFFICE);
    db_close(bench->cx.db);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) == 0 ? 0 : 1;
}
