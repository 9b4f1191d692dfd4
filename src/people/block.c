#include "people/block.h"

#include "people/block_store.h"

Err block_get(Cx *cx, PersonId person, Block *ret)
{
    return block_store_get(cx, person, ret);
}

Err block_check(Cx *cx)
{
    Block block;
    TRY(block_store_get(cx, cx->actor->person, &block));
    if (block.since_us)
        return fail(cx, ERR_DENIED, "block.blocked", "this account was blocked by moderation");
    return OK;
}

Err block_put(Cx *cx, PersonId person, int64_t ruling)
{
    return block_store_put(cx, person, ruling);
}

Err block_remove(Cx *cx, PersonId person)
{
    return block_store_remove(cx, person);
}
