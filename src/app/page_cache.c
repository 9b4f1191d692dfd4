#include "app/page_cache.h"

#include "base/str.h"

#include <stdlib.h>

enum { HEADERS_MAX = 24 };

/* One block holds question, body and headers behind each other. */
typedef struct Slot {
    char *block;
    size_t block_bytes;
    PageCacheState state;
    Str question;
    HttpResponse response;
    HttpHeader headers[HEADERS_MAX];
} Slot;

struct PageCache {
    Slot slots[PAGE_CACHE_SLOTS];
    size_t bytes;
};

PageCache *page_cache_open(void)
{
    PageCache *cache = calloc(1, sizeof *cache);
    ASSERT(cache);
    return cache;
}

static void empty(PageCache *cache, Slot *slot)
{
    cache->bytes -= slot->block_bytes;
    free(slot->block);
    *slot = (Slot){0};
}

void page_cache_close(PageCache *cache)
{
    if (!cache)
        return;
    for (size_t i = 0; i < PAGE_CACHE_SLOTS; i++)
        empty(cache, &cache->slots[i]);
    free(cache);
}

static bool is_fresh(const Slot *slot, PageCacheState now)
{
    return slot->state.groups == now.groups && slot->state.frame == now.frame &&
           now.at_mono_us - slot->state.at_mono_us < PAGE_CACHE_US;
}

static Slot *slot_of(PageCache *cache, Str question)
{
    return &cache->slots[str_hash(question) % PAGE_CACHE_SLOTS];
}

bool page_cache_find(PageCache *cache, Str question, PageCacheState now, Arena *arena,
                     HttpResponse *ret)
{
    const Slot *slot = slot_of(cache, question);
    if (!slot->block || !is_fresh(slot, now) || !str_eq(slot->question, question))
        return false;
    HttpHeader *headers = arena_array(arena, HttpHeader, slot->response.header_count);
    for (size_t i = 0; i < slot->response.header_count; i++)
        headers[i] = (HttpHeader){arena_copy(arena, slot->headers[i].name),
                                  arena_copy(arena, slot->headers[i].value)};
    *ret = slot->response;
    ret->headers = headers;
    ret->body = arena_copy(arena, slot->response.body);
    return true;
}

static Str keep(char **at, Str s)
{
    Str kept = {*at, s.n};
    if (s.n)
        memcpy(*at, s.p, s.n);
    *at += s.n;
    return kept;
}

void page_cache_put(PageCache *cache, Str question, PageCacheState state,
                    const HttpResponse *response)
{
    Slot *slot = slot_of(cache, question);
    size_t bytes = question.n + response->body.n;
    for (size_t i = 0; i < response->header_count; i++)
        bytes += response->headers[i].name.n + response->headers[i].value.n;
    empty(cache, slot);
    if (bytes > PAGE_CACHE_PAGE_BYTES || cache->bytes + bytes > PAGE_CACHE_BYTES ||
        response->header_count > HEADERS_MAX)
        return;
    char *at = malloc(bytes);
    ASSERT(at);
    *slot = (Slot){.block = at, .block_bytes = bytes, .state = state, .response = *response};
    cache->bytes += bytes;
    slot->question = keep(&at, question);
    slot->response.body = keep(&at, response->body);
    for (size_t i = 0; i < response->header_count; i++)
        slot->headers[i] = (HttpHeader){keep(&at, response->headers[i].name),
                                        keep(&at, response->headers[i].value)};
}
