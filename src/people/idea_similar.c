/* What is like an idea that is being written. */
#include "base/str.h"
#include "core/setting.h"
#include "people/idea.h"

enum { LOOKED_AT_MAX = 20 };

bool idea_is_offered(const Item *item)
{
    static const char *const NO_PROJECT[] = {"proposed", "declined", "withdrawn", "cancelled"};
    if (item->noun == NOUN_IDEA)
        return idea_is_open(item->state);
    for (size_t i = 0; i < COUNT_OF(NO_PROJECT); i++)
        if (str_eq(item->state, str_from(NO_PROJECT[i])))
            return false;
    return item->noun == NOUN_PROJECT;
}

Err idea_similar(Cx *cx, const SearchDraft *draft, Item ret[IDEA_SIMILAR_MAX], size_t *ret_count)
{
    SearchLike like[LOOKED_AT_MAX];
    Str setting;
    size_t found, count = 0;
    *ret_count = 0;
    TRY(setting_get(cx, S("idea.similar"), &setting));
    if (!str_eq(setting, S("true")))
        return OK;
    TRY(search_like(cx, draft, like, LOOKED_AT_MAX, &found));
    for (size_t i = 0; i < found && count < IDEA_SIMILAR_MAX; i++) {
        if (like[i].likeness < IDEA_SIMILAR_LIKENESS)
            break;
        if (like[i].noun != NOUN_IDEA && like[i].noun != NOUN_PROJECT)
            continue;
        TRY(item_get_by_id(cx, like[i].item, &ret[count]));
        count += idea_is_offered(&ret[count]);
    }
    *ret_count = count;
    return OK;
}
