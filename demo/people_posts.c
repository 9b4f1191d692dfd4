/* What is said about ideas: threads with replies, over the weeks after each was published. */
#include "people.h"

#include "base/calendar.h"
#include "base/str.h"
#include "people/post.h"

enum { REPLY_PERCENT = 35, FIRST_WEEKS = 8 };

/* Somebody of a partner, as most who write are: their words are not held back. */
static PersonId writer(Cast *cast)
{
    size_t partner = dice_below(&cast->dice, cast->partner_count - 8);
    return partner % 45 == 44 ? cast->reps[0] : cast->reps[partner];
}

static Err say(Cast *cast, const Item *item, int64_t at_us, PostId *root)
{
    PostId id;
    PostId to = root->v && dice_in_100(&cast->dice, REPLY_PERCENT) ? *root : (PostId){0};
    cast_act(cast, writer(cast), ROLE_ALLIANCE, at_us);
    Str words = invent_post(cast->cx.arena, &cast->dice);
    TRY(post_add(&cast->cx, item, to, words, &cast->events, &id));
    if (!to.v)
        *root = id;
    return OK;
}

static Err discuss(Cast *cast, ItemId id, size_t posts)
{
    Item item;
    PostId root = {0};
    cast_act(cast, cast->logins[CAST_OFFICE], ROLE_OFFICE, cast->now_us);
    Err err = item_get_by_id(&cast->cx, id, &item);
    if (err == ERR_NOT_FOUND || (err == OK && item.audience != AUDIENCE_PUBLIC))
        return OK; /* a draft of somebody's */
    TRY(err);
    int64_t at_us = item.published_us;
    for (size_t i = 0; i < posts; i++) {
        at_us += (int64_t)(1 + dice_below(&cast->dice, FIRST_WEEKS * 7 * 24)) * TIME_HOUR_US /
                 (int64_t)(posts + 1);
        if (at_us > cast->now_us)
            return OK;
        TRY(say(cast, &item, at_us, &root));
    }
    return OK;
}

Err cast_posts(Cast *cast)
{
    for (size_t n = 0; n < cast->idea_count; n++) {
        ArenaMark mark = arena_mark(cast->cx.arena);
        /* A few are talked about much, most a little. */
        size_t posts = n % 25 == 3 ? 150 : dice_below(&cast->dice, 32);
        TRY(discuss(cast, cast->ideas[n], posts));
        cast->events = (Events){.arena = cast->cx.arena};
        arena_rewind(cast->cx.arena, mark);
    }
    return OK;
}
