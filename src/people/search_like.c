/* What is about the same as a text that somebody is writing. */
#include "base/stem.h"
#include "base/str.h"
#include "people/search.h"
#include "people/search_store.h"
#include "people/search_text.h"
#include "people/search_weigh.h"

Err search_like(Cx *cx, Noun noun, Str title, Str lead, Str body, ItemId except, SearchLike *ret,
                size_t *ret_count)
{
    (void)cx, (void)noun, (void)title, (void)lead, (void)body, (void)except, (void)ret;
    *ret_count = 0;
    return OK;
}
