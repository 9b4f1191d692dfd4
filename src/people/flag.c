#include "people/flag.h"

#include "base/str.h"
#include "core/audit.h"
#include "people/block.h"
#include "people/flag_store.h"
#include "people/idea.h"
#include "people/recipient.h"

static const Str GROUNDS[GROUND_COUNT_] = {
    [GROUND_SPAM] = S_INIT("spam"),       [GROUND_INSULT] = S_INIT("insult"),
    [GROUND_PRIVACY] = S_INIT("privacy"), [GROUND_ILLEGAL] = S_INIT("illegal"),
    [GROUND_RIGHTS] = S_INIT("rights"),   [GROUND_OTHER] = S_INIT("other")};

Str ground_name(Ground ground)
{
    return GROUNDS[ground];
}

bool ground_parse(Str name, Ground *ret)
{
    for (size_t i = 0; i < GROUND_COUNT_; i++)
        if (str_eq(name, GROUNDS[i])) {
            *ret = (Ground)i;
            return true;
        }
    return false;
}

/* The thing as the reader sees it; whose it is. */
static Err find_target(Cx *cx, Target *target, PersonId *ret_author)
{
    Item item;
    Post post;
    if (target->post.v) {
        TRY(post_get(cx, target->post, &post, &item));
        if (post.state != POST_VISIBLE)
            return fail(cx, ERR_NOT_FOUND, "post.unknown", "it is not shown");
        target->item = item.id;
        *ret_author = post.author;
        return OK;
    }
    TRY(item_get_by_id(cx, target->item, &item));
    if (item.noun != NOUN_IDEA || !idea_is_open(item.state))
        return fail(cx, ERR_INVALID, "flag.target", "posts and ideas are flagged");
    *ret_author = item.author;
    return OK;
}

static Err check(Cx *cx, Str ground, Str words)
{
    Ground known = GROUND_OTHER;
    if (!ground_parse(ground, &known))
        flaw(cx, "flag.ground", "choose why");
    bool wanted = known == GROUND_OTHER || known == GROUND_ILLEGAL;
    if (words.n > FLAG_WORDS_BYTES_MAX || !str_is_utf8(words) || (wanted && !words.n))
        flaw(cx, "flag.words", "say in at most %d bytes what is wrong", FLAG_WORDS_BYTES_MAX);
    return flaws_end(cx);
}

Err flag_add(Cx *cx, Target target, Str ground, Str words)
{
    PersonId author;
    int64_t open = 0, on_it = 0, changed;
    words = str_trim(words);
    TRY(require(cx, MAY_CONTRIBUTE));
    TRY(block_check(cx));
    TRY(find_target(cx, &target, &author));
    if (author.v && author.v == cx->actor->person.v)
        return fail(cx, ERR_DENIED, "flag.own", "what is one's own one can erase or withdraw");
    TRY(check(cx, ground, words));
    TRY(flag_store_update_own(cx, target, ground, words, &changed));
    if (changed)
        return OK;
    TRY(flag_store_count_own(cx, &open));
    if (open >= FLAGS_OPEN_MAX)
        return fail(cx, ERR_LIMIT, "flag.many", "%d flags of yours are open", FLAGS_OPEN_MAX);
    TRY(flag_store_count(cx, target, &on_it));
    TRY(flag_store_add(cx, target, ground, words));
    if (!on_it) /* those who moderate see the others where they decide */
        TRY(recipient_tell_of_flag(cx, target, author, words));
    return audit_add_number(cx, S("flag.add"), target.post.v ? S("post") : S("item"),
                            target.post.v ? target.post.v : target.item.v, ground);
}

Err flag_list(Cx *cx, Target target, FlagRow **ret, size_t *ret_count)
{
    return flag_store_list(cx, target, ret, ret_count);
}

Err flag_decide(Cx *cx, Target target, bool upheld, int64_t ruling)
{
    return flag_store_decide(cx, target, upheld ? S("upheld") : S("dismissed"), ruling);
}

Err flag_drop_of(Cx *cx, PersonId person, int64_t ruling)
{
    return flag_store_drop_of(cx, person, ruling);
}
