/* What is kept of answers to strangers, and for how long. */
#include "app/page_cache.h"

#include "base/str.h"
#include "base/test.h"

#include <stdlib.h>

static const HttpHeader HEADERS[] = {{S_INIT("ETag"), S_INIT("\"1\"")}};
static const HttpResponse ANSWER = {
    .status = 200, .headers = HEADERS, .header_count = 1, .body = S_INIT("<p>Seite</p>")};

typedef struct Fixture {
    TestCx t;
    PageCache *cache;
} Fixture;

static int setup(void **state)
{
    Fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    test_cx_init(&f->t);
    f->cache = page_cache_open();
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    Fixture *f = *state;
    page_cache_close(f->cache);
    test_cx_done(&f->t);
    free(f);
    return 0;
}

static bool find(Fixture *f, Str question, PageCacheState now, HttpResponse *ret)
{
    return page_cache_find(f->cache, question, now, f->t.cx.arena, ret);
}

static void the_same_question_has_the_same_answer(void **state)
{
    Fixture *f = *state;
    HttpResponse found;
    PageCacheState then = {.groups = 7, .frame = f, .at_mono_us = 1000};
    page_cache_put(f->cache, S("/stadt"), then, &ANSWER);
    assert_true(find(f, S("/stadt"), then, &found));
    assert_int_equal(found.status, 200);
    assert_str("<p>Seite</p>", found.body);
    assert_str("ETag", found.headers[0].name);
    assert_str("\"1\"", found.headers[0].value);
    assert_false(find(f, S("/stadt?x"), then, &found));
}

static void a_commit_other_settings_and_time_end_it(void **state)
{
    Fixture *f = *state;
    HttpResponse found;
    PageCacheState then = {.groups = 7, .frame = f, .at_mono_us = 1000}, now;
    page_cache_put(f->cache, S("/stadt"), then, &ANSWER);
    now = then;
    now.groups = 8;
    assert_false(find(f, S("/stadt"), now, &found));
    now = then;
    now.frame = &now;
    assert_false(find(f, S("/stadt"), now, &found));
    now = then;
    now.at_mono_us += PAGE_CACHE_US - 1;
    assert_true(find(f, S("/stadt"), now, &found));
    now.at_mono_us++;
    assert_false(find(f, S("/stadt"), now, &found));
}

static void what_is_kept_has_a_limit(void **state)
{
    Fixture *f = *state;
    HttpResponse found, large = ANSWER;
    PageCacheState then = {.groups = 1, .frame = f};
    Buf body = buf_new(f->t.cx.arena, PAGE_CACHE_PAGE_BYTES + 1);
    memset(buf_room(&body, PAGE_CACHE_PAGE_BYTES + 1), 'x', PAGE_CACHE_PAGE_BYTES + 1);
    body.n = PAGE_CACHE_PAGE_BYTES + 1;
    large.body = buf_str(&body);
    page_cache_put(f->cache, S("/gross"), then, &large);
    assert_false(find(f, S("/gross"), then, &found));
    large.body.n = 200 << 10;
    size_t kept = 0;
    for (int i = 0; i < 400; i++)
        page_cache_put(f->cache, arena_fmt(f->t.cx.arena, "/seite/%d", i), then, &large);
    for (int i = 0; i < 400; i++)
        kept += find(f, arena_fmt(f->t.cx.arena, "/seite/%d", i), then, &found);
    assert_in_range(kept, 1, PAGE_CACHE_BYTES / (200 << 10));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_same_question_has_the_same_answer, setup, teardown),
        cmocka_unit_test_setup_teardown(a_commit_other_settings_and_time_end_it, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_kept_has_a_limit, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
