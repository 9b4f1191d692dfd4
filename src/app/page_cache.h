/* Answers to strangers that were made a moment ago: the same question, while nothing was committed
 * since and the settings are the same, has the same answer. Nobody is told anything older than
 * without it, but for what a page says of the time, which is at most PAGE_CACHE_US old.
 *
 * One per loop, used on its thread alone. What is kept has a limit: a table of slots by the hash
 * of the question, and a sum of bytes. */
#ifndef HANSE_APP_PAGE_CACHE_H
#define HANSE_APP_PAGE_CACHE_H

#include "net/http.h"

enum {
    PAGE_CACHE_US = 1000000,           /* how old an answer may be */
    PAGE_CACHE_SLOTS = 512,            /* two questions of one slot push each other out */
    PAGE_CACHE_PAGE_BYTES = 256 << 10, /* larger pages are made anew each time */
    PAGE_CACHE_BYTES = 16 << 20        /* of all that is kept */
};

/* What an answer depends on besides the question. */
typedef struct PageCacheState {
    uint64_t groups;    /* writer_groups when it was begun */
    const void *frame;  /* the city's settings */
    int64_t at_mono_us; /* when it was begun, or now */
} PageCacheState;

typedef struct PageCache PageCache;
PageCache *page_cache_open(void);
void page_cache_close(PageCache *cache);
/* The answer to a question, copied into the arena; false without a fresh one. */
bool page_cache_find(PageCache *cache, Str question, PageCacheState now, Arena *arena,
                     HttpResponse *ret);
void page_cache_put(PageCache *cache, Str question, PageCacheState state,
                    const HttpResponse *response);

#endif
