#include "people/post.h"

#include "base/calendar.h"
#include "base/str.h"
#include "core/audit.h"
#include "people/block.h"
#include "people/mention.h"
#include "people/post_store.h"
#include "people/relation.h"

const EventKind POST_CHANGED = {"post.changed"};
const EventKind DISCUSSION_CLOSED = {"discussion.closed"};

static const Str STATE_NAMES[POST_STATE_COUNT_] = {[POST_PENDING] = S_INIT("pending"),
                                                   [POST_VISIBLE] = S_INIT("visible"),
                                                   [POST_HIDDEN] = S_INIT("hidden"),
                                                   [POST_ERASED] = S_INIT("erased")};

Str post_state_name(PostState state)
{
    return STATE_NAMES[state];
}

bool post_state_parse(Str name, PostState *ret)
{
    for (size_t i = 0; i < POST_STATE_COUNT_; i++)
        if (str_eq(name, STATE_NAMES[i])) {
            *ret = (PostState)i;
            return true;
        }
    return false;
}

/* ---- reading ---- */

bool post_may_moderate(const Cx *cx, uint32_t stand)
{
    return actor_may(cx->actor, MAY_MODERATE) || stand & STAND_LEAD;
}

static bool is_own(const Cx *cx, const Post *post)
{
    return post->author.v && post->author.v == cx->actor->person.v;
}

bool post_may_edit(const Cx *cx, const Post *post)
{
    return is_own(cx, post) && (post->state == POST_VISIBLE || post->state == POST_PENDING);
}

/* Whether the words may be read by somebody who sees that there is a post. */
static bool may_read(const Cx *cx, const Post *post, bool moderates)
{
    return post->state == POST_VISIBLE ||
           (post->state != POST_ERASED && (moderates || is_own(cx, post)));
}

static void hide_words(const Cx *cx, Post *post, bool moderates)
{
    if (may_read(cx, post, moderates))
        return;
    post->body = post->reason = post->author_name = post->voice = S("");
    post->author = (PersonId){0};
}

static Err moderates_item(Cx *cx, const Item *item, bool *ret)
{
    uint32_t stand;
    TRY(item_stand(cx, item, &stand));
    *ret = post_may_moderate(cx, stand);
    return OK;
}

Err post_list(Cx *cx, const Item *item, int64_t limit, int64_t offset, Post **ret,
              size_t *ret_count, int64_t *ret_total)
{
    bool moderates;
    if (limit < 1 || limit > POST_LIST_MAX || offset < 0)
        return fail(cx, ERR_INVALID, "post.limit", "a list has 1 to %d posts", POST_LIST_MAX);
    TRY(moderates_item(cx, item, &moderates));
    TRY(post_store_count(cx, item->id, moderates, ret_total));
    TRY(post_store_list(cx, item->id, moderates, limit, offset, ret, ret_count));
    for (size_t i = 0; i < *ret_count; i++)
        hide_words(cx, &(*ret)[i], moderates);
    return OK;
}

Err post_newest(Cx *cx, const Item *item, int64_t limit, int64_t offset, Post **ret,
                size_t *ret_count)
{
    if (limit < 1 || limit > POST_LIST_MAX || offset < 0)
        return fail(cx, ERR_INVALID, "post.limit", "a list has 1 to %d posts", POST_LIST_MAX);
    return post_store_newest(cx, item->id, limit, offset, ret, ret_count);
}

Err post_list_own(Cx *cx, int64_t limit, Post **ret, size_t *ret_count)
{
    if (limit < 1 || limit > POST_LIST_MAX)
        return fail(cx, ERR_INVALID, "post.limit", "a list has 1 to %d posts", POST_LIST_MAX);
    return post_store_list_own(cx, limit, ret, ret_count);
}

Err post_count(Cx *cx, ItemId item, int64_t *ret)
{
    return post_store_count_visible(cx, item, ret);
}

static Err unknown(Cx *cx)
{
    return fail(cx, ERR_NOT_FOUND, "post.unknown", "there is no such post");
}

Err post_get_unseen(Cx *cx, PostId id, Post *ret)
{
    bool found;
    TRY(post_store_get(cx, id, &found, ret));
    return found ? OK : unknown(cx);
}

Err post_get(Cx *cx, PostId id, Post *ret, Item *ret_item)
{
    bool moderates;
    Post post;
    TRY(post_get_unseen(cx, id, &post));
    TRY(item_get_by_id(cx, post.item, ret_item));
    TRY(moderates_item(cx, ret_item, &moderates));
    if (!may_read(cx, &post, moderates) && !post.replies)
        return unknown(cx);
    hide_words(cx, &post, moderates);
    *ret = post;
    return OK;
}

Err post_position(Cx *cx, const Item *item, const Post *post, int64_t *ret)
{
    bool moderates;
    TRY(moderates_item(cx, item, &moderates));
    return post_store_count_before(cx, post, moderates, ret);
}

Err post_versions(Cx *cx, const Post *post, PostVersion **ret, size_t *ret_count)
{
    Item item;
    bool moderates;
    TRY(item_get_by_id(cx, post->item, &item));
    TRY(moderates_item(cx, &item, &moderates));
    if (!may_read(cx, post, moderates))
        return fail(cx, ERR_DENIED, "post.versions", "its words are not for everybody");
    return post_store_versions(cx, post->id, ret, ret_count);
}

Err discussion_get(Cx *cx, ItemId item, Discussion *ret)
{
    TRY(discussion_store_get(cx, item, ret));
    return post_store_count_visible(cx, item, &ret->posts);
}

/* ---- changing ---- */

/* Ways of Markdown to say where a link leads, and addresses as people type them. */
static bool has_link(Arena *arena, Str body)
{
    static const Str SIGNS[] = {S_INIT("://"), S_INIT("www."), S_INIT("]("), S_INIT("]:"),
                                S_INIT("mailto:")};
    char *lower = arena_cstr(arena, body);
    for (size_t i = 0; i < body.n; i++)
        if (lower[i] >= 'A' && lower[i] <= 'Z')
            lower[i] = (char)(lower[i] - 'A' + 'a');
    for (size_t i = 0; i < COUNT_OF(SIGNS); i++)
        if (str_find((Str){lower, body.n}, SIGNS[i]) >= 0)
            return true;
    return false;
}

static bool is_trusted(const Actor *actor)
{
    return actor->roles & (ROLE_ALLIANCE | ROLE_EDITOR | ROLE_OFFICE | ROLE_OPERATOR | ROLE_ADMIN);
}

static bool is_held(Cx *cx, Str body, const PostRecord *record)
{
    if (is_trusted(cx->actor))
        return false;
    bool young = cx_now_us(cx) - record->account_us < (int64_t)POST_LINKS_AFTER_DAYS * TIME_DAY_US;
    return record->visible < POST_HELD_FIRST || (young && has_link(cx->arena, body));
}

static void check_body(Cx *cx, Str body)
{
    if (!str_is_utf8(body) || memchr(body.n ? body.p : "", 0, body.n))
        flaw(cx, "post.body", "this is no text");
    else if (body.n < 1 || body.n > POST_BODY_BYTES_MAX)
        flaw(cx, "post.body", "1 to %d bytes, and these are %zu", POST_BODY_BYTES_MAX, body.n);
}

/* What is the same for a new post and a changed one: words as they are stored, whom they name. */
typedef struct Words {
    Str body;
    Mention mentions[MENTIONS_MAX];
    size_t mention_count;
} Words;

static Err read_words(Cx *cx, const Item *item, PostId id, Str typed, Words *ret)
{
    Mention *candidates;
    size_t count;
    typed = str_trim(typed);
    check_body(cx, typed);
    TRY(flaws_end(cx));
    TRY(mention_candidates(cx, item, id.v, &candidates, &count));
    ret->body = mention_encode(cx, typed, candidates, count, ret->mentions, &ret->mention_count);
    return flaws_end(cx);
}

static Err check_open(Cx *cx, ItemId item)
{
    Discussion discussion;
    TRY(discussion_store_get(cx, item, &discussion));
    if (discussion.closed_us)
        return fail(cx, ERR_CONFLICT, "discussion.closed", "the discussion was closed");
    return OK;
}

/* The root of the thread that a reply to this post belongs to. */
static Err check_root(Cx *cx, const Item *item, PostId to, PostId *ret)
{
    Post post, root;
    *ret = to;
    if (!to.v)
        return OK;
    TRY(post_get_unseen(cx, to, &post));
    if (post.item.v != item->id.v)
        return unknown(cx);
    TRY(post_get_unseen(cx, post.root, &root));
    if (post.state != POST_VISIBLE || root.state != POST_VISIBLE)
        return fail(cx, ERR_CONFLICT, "post.pending", "what it replies to is not visible");
    *ret = post.root;
    return OK;
}

static Err check_often(Cx *cx, const PostRecord *record, bool held)
{
    if (record->last_hour >= POST_PER_HOUR_MAX)
        return fail(cx, ERR_LIMIT, "post.often", "at most %d posts in an hour", POST_PER_HOUR_MAX);
    if (held && record->pending >= POST_PENDING_MAX)
        return fail(cx, ERR_LIMIT, "post.waiting", "%d posts of yours wait to be looked at",
                    POST_PENDING_MAX);
    return OK;
}

static Str voice_of(uint32_t stand)
{
    return stand & STAND_OFFICE ? S("office")
           : stand & STAND_LEAD ? S("lead")
                                : (stand & STAND_AUTHOR ? S("author") : S(""));
}

static Err tell(Cx *cx, const Post *post, Str verb, bool first_shown, Events *events)
{
    PostEvent *event = arena_new(cx->arena, PostEvent);
    *event =
        (PostEvent){.id = post->id, .item = post->item, .verb = verb, .first_shown = first_shown};
    event_add(events, &POST_CHANGED, event);
    return audit_add_number(cx, arena_fmt(cx->arena, "post.%.*s", SARG(verb)), S("post"),
                            post->id.v, S(""));
}

Err post_add(Cx *cx, const Item *item, PostId root, Str body, Events *events, PostId *ret)
{
    PostRecord record;
    Words words = {0};
    uint32_t stand;
    TRY(require(cx, MAY_CONTRIBUTE));
    TRY(block_check(cx));
    TRY(check_open(cx, item->id));
    TRY(check_root(cx, item, root, &root));
    TRY(read_words(cx, item, (PostId){0}, body, &words));
    TRY(item_stand(cx, item, &stand));
    TRY(post_store_record(cx, cx->actor->person, (PostId){0}, &record));
    bool held = is_held(cx, words.body, &record);
    TRY(check_often(cx, &record, held));
    int64_t now_us = cx_now_us(cx);
    Post post = {.item = item->id,
                 .root = root,
                 .state = held ? POST_PENDING : POST_VISIBLE,
                 .author = cx->actor->person,
                 .voice = voice_of(stand),
                 .lang = cx->actor->lang,
                 .version = 1,
                 .created_us = now_us,
                 .shown_us = held ? 0 : now_us,
                 .body = words.body};
    TRY(post_store_add(cx, &post, &post.id));
    TRY(post_store_put_version(cx, &post, now_us));
    TRY(mention_put(cx, post.id.v, words.mentions, words.mention_count));
    if (root.v)
        TRY(post_store_count_replies(cx, root));
    *ret = post.id;
    return tell(cx, &post, S("add"), !held, events);
}

static Err admit_edit(Cx *cx, PostId id, Post *ret, Item *ret_item)
{
    TRY(require(cx, MAY_CONTRIBUTE));
    TRY(post_get_unseen(cx, id, ret));
    TRY(item_get_by_id(cx, ret->item, ret_item));
    if (!post_may_edit(cx, ret))
        return fail(cx, ERR_DENIED, "post.edit", "its author changes it, while it is shown");
    return OK;
}

Err post_change(Cx *cx, PostId id, int64_t version, Str body, Events *events)
{
    Post post;
    Item item;
    PostRecord record;
    Words words = {0};
    TRY(admit_edit(cx, id, &post, &item));
    TRY(block_check(cx));
    TRY(check_open(cx, post.item));
    if (post.version != version)
        return fail(cx, ERR_CONFLICT, "post.version", "it was changed meanwhile");
    if (post.version >= POST_VERSIONS_MAX)
        return fail(cx, ERR_LIMIT, "post.changes", "at most %d versions", POST_VERSIONS_MAX);
    TRY(read_words(cx, &item, id, body, &words));
    TRY(post_store_record(cx, cx->actor->person, id, &record));
    if (post.state == POST_VISIBLE && is_held(cx, words.body, &record))
        post.state = POST_PENDING;
    post.version++;
    post.changed_us = cx_now_us(cx);
    post.body = words.body;
    TRY(post_store_put_version(cx, &post, post.changed_us));
    TRY(mention_put(cx, id.v, words.mentions, words.mention_count));
    TRY(post_store_update(cx, &post, 0));
    TRY(post_store_count_replies(cx, post.root));
    return tell(cx, &post, S("change"), false, events);
}

Err post_erase(Cx *cx, PostId id, Events *events)
{
    Post post;
    TRY(require(cx, MAY_CONTRIBUTE));
    TRY(post_get_unseen(cx, id, &post));
    if (!is_own(cx, &post))
        return fail(cx, ERR_DENIED, "post.edit", "its author erases it");
    if (post.state == POST_ERASED)
        return OK; /* a second click */
    post.state = POST_ERASED;
    TRY(post_store_erase_versions(cx, id));
    TRY(post_store_update(cx, &post, 0));
    TRY(post_store_count_replies(cx, post.root));
    return tell(cx, &post, S("erase"), false, events);
}

Err post_set_state(Cx *cx, Post *post, PostState state, Str reason, int64_t ruling, Events *events)
{
    ASSERT(state != POST_ERASED && (state != POST_PENDING || !post->shown_us));
    if (post->state == state)
        return OK;
    if (post->state == POST_ERASED)
        return fail(cx, ERR_CONFLICT, "post.state", "it was erased meanwhile");
    Str verb = state == POST_HIDDEN          ? S("hide")
               : post->state == POST_PENDING ? S("show")
                                             : S("unhide");
    bool first = state == POST_VISIBLE && !post->shown_us;
    post->state = state;
    post->reason = state == POST_HIDDEN ? reason : S("");
    if (first)
        post->shown_us = cx_now_us(cx);
    TRY(post_store_update(cx, post, state == POST_HIDDEN ? ruling : 0));
    TRY(post_store_count_replies(cx, post->root));
    return tell(cx, post, verb, first, events);
}

/* ---- discussions ---- */

static Err set_discussion(Cx *cx, const Item *item, const Discussion *discussion, Str verb)
{
    bool moderates;
    TRY(moderates_item(cx, item, &moderates));
    if (!moderates)
        return fail(cx, ERR_DENIED, "discussion.close", "who moderates it closes it");
    TRY(discussion_store_put(cx, item->id, discussion));
    return audit_add_number(cx, verb, S("item"), item->id.v, S(""));
}

Err discussion_close(Cx *cx, const Item *item, Str summary, Events *events)
{
    summary = str_trim(summary);
    if (!str_is_utf8(summary) || summary.n < 1 || summary.n > DISCUSSION_SUMMARY_BYTES_MAX)
        return fail(cx, ERR_INVALID, "discussion.summary", "a summary has 1 to %d bytes",
                    DISCUSSION_SUMMARY_BYTES_MAX);
    Discussion closed = {.closed_us = cx_now_us(cx), .summary = summary, .lang = cx->actor->lang};
    TRY(set_discussion(cx, item, &closed, S("discussion.close")));
    DiscussionEvent *event = arena_new(cx->arena, DiscussionEvent);
    event->item = item->id;
    event_add(events, &DISCUSSION_CLOSED, event);
    return OK;
}

Err discussion_reopen(Cx *cx, const Item *item, Events *events)
{
    Discussion discussion;
    (void)events;
    TRY(discussion_store_get(cx, item->id, &discussion));
    discussion.closed_us = 0; /* the summary is kept for the next closing */
    return set_discussion(cx, item, &discussion, S("discussion.reopen"));
}
