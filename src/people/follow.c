#include "people/follow.h"

#include "people/follow_store.h"

Err follow_get(Cx *cx, ItemId item, Follow *ret)
{
    return follow_store_get(cx, item, ret);
}

Err follow_set(Cx *cx, const Item *item, bool follows)
{
    Follow now;
    int64_t followed, followers;
    TRY(require(cx, MAY_CONTRIBUTE));
    TRY(follow_store_get(cx, item->id, &now));
    if (now.follows == follows)
        return OK;
    TRY(follow_store_count(cx, item->id, &followed, &followers));
    if (follows && (followed >= FOLLOWED_MAX || followers >= FOLLOWERS_MAX))
        return fail(cx, ERR_LIMIT, "follow.many",
                    "a person follows at most %d items, an item has at most %d followers",
                    FOLLOWED_MAX, FOLLOWERS_MAX);
    return follow_store_set(cx, item->id, follows);
}

Err follow_list(Cx *cx, int64_t limit, int64_t offset, Followed **ret, size_t *ret_count,
                int64_t *ret_total)
{
    if (limit < 1 || limit > FOLLOW_LIST_MAX || offset < 0)
        return fail(cx, ERR_INVALID, "follow.limit", "a list has 1 to %d", FOLLOW_LIST_MAX);
    TRY(require(cx, MAY_CONTRIBUTE));
    TRY(follow_store_count_list(cx, ret_total));
    return follow_store_list(cx, limit, offset, ret, ret_count);
}

Err follow_end_all(Cx *cx)
{
    TRY(require(cx, MAY_CONTRIBUTE));
    return follow_store_end_all(cx);
}
