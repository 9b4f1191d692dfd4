#include "people/moderation.h"

#include "base/str.h"
#include "core/audit.h"
#include "core/person.h"
#include "people/moderation_store.h"

const EventKind MODERATION_RULED = {"moderation.ruled"};

static const Str VERBS[RULING_VERB_COUNT_] = {
    [RULING_SHOW] = S_INIT("show"),   [RULING_KEEP] = S_INIT("keep"),
    [RULING_HIDE] = S_INIT("hide"),   [RULING_UNHIDE] = S_INIT("unhide"),
    [RULING_BLOCK] = S_INIT("block"), [RULING_UNBLOCK] = S_INIT("unblock")};

Str ruling_verb_name(RulingVerb verb)
{
    return VERBS[verb];
}

bool ruling_verb_parse(Str name, RulingVerb *ret)
{
    for (size_t i = 0; i < RULING_VERB_COUNT_; i++)
        if (str_eq(name, VERBS[i])) {
            *ret = (RulingVerb)i;
            return true;
        }
    return false;
}

/* ---- reading ---- */

Err moderation_list(Cx *cx, Queue queue, PersonId author, int64_t limit, int64_t offset, Case **ret,
                    size_t *ret_count, int64_t *ret_total)
{
    TRY(require(cx, MAY_MODERATE));
    if (limit < 1 || limit > MODERATION_PAGE_MAX || offset < 0)
        return fail(cx, ERR_INVALID, "moderation.limit", "1 to %d cases", MODERATION_PAGE_MAX);
    TRY(moderation_store_count(cx, queue, author, ret_total));
    return moderation_store_list(cx, queue, author, limit, offset, ret, ret_count);
}

Err moderation_rulings(Cx *cx, PersonId author, int64_t limit, int64_t offset, Ruling **ret,
                       size_t *ret_count, int64_t *ret_total)
{
    TRY(require(cx, MAY_MODERATE));
    if (limit < 1 || limit > MODERATION_PAGE_MAX || offset < 0)
        return fail(cx, ERR_INVALID, "moderation.limit", "1 to %d rulings", MODERATION_PAGE_MAX);
    return moderation_store_rulings(cx, author, limit, offset, ret, ret_count, ret_total);
}

Err moderation_last(Cx *cx, Target target, Ruling *ret)
{
    return moderation_store_last(cx, target, ret);
}

/* ---- who may ---- */

/* A thing with its item and author, whatever state it is in. */
typedef struct Thing {
    Target target;
    Item item;
    Post post; /* id 0: the item itself */
    PersonId author;
} Thing;

static Err find_thing(Cx *cx, Target target, Thing *ret)
{
    *ret = (Thing){.target = target};
    if (target.post.v) {
        TRY(post_get_unseen(cx, target.post, &ret->post));
        ret->target.item = ret->post.item;
    }
    TRY(item_get_unseen(cx, ret->target.item, &ret->item));
    ret->author = target.post.v ? ret->post.author : ret->item.author;
    return OK;
}

/* Whether the item would be read if nothing of it were hidden. */
static Err reads(Cx *cx, const Thing *thing, bool *ret)
{
    Item item;
    Error before = *cx->error;
    bool hidden = !thing->post.id.v && str_eq(thing->item.state, S("hidden"));
    *ret = hidden && thing->item.visibility <= AUDIENCE_ALLIANCE;
    if (*ret)
        return OK;
    Err err = item_get_by_id(cx, thing->item.id, &item);
    *ret = err == OK;
    if (err == ERR_NOT_FOUND) {
        *cx->error = before;
        return OK;
    }
    return err;
}

static Err may_rule(Cx *cx, const Thing *thing, bool *ret)
{
    uint32_t stand;
    bool readable;
    TRY(item_stand(cx, &thing->item, &stand));
    TRY(reads(cx, thing, &readable));
    *ret = readable &&
           (thing->post.id.v ? post_may_moderate(cx, stand) : actor_may(cx->actor, MAY_MODERATE));
    return OK;
}

static bool is_own(const Cx *cx, PersonId author)
{
    return author.v && author.v == cx->actor->person.v;
}

Err moderation_may(Cx *cx, Target target, bool *ret)
{
    Thing thing;
    TRY(find_thing(cx, target, &thing));
    TRY(may_rule(cx, &thing, ret));
    *ret = *ret && !is_own(cx, thing.author);
    return OK;
}

static Err admit(Cx *cx, const Thing *thing)
{
    bool may;
    TRY(may_rule(cx, thing, &may));
    if (!may)
        return fail(cx, ERR_DENIED, "moderation.denied", "moderation decides that");
    if (is_own(cx, thing->author))
        return fail(cx, ERR_DENIED, "moderation.own", "nobody moderates what they wrote");
    return OK;
}

/* A statement of reasons belongs to everything that is taken away from somebody. */
static Err check_reasons(Cx *cx, RulingVerb verb, Str ground, Str reason)
{
    Ground known;
    bool wanted = verb == RULING_HIDE || verb == RULING_BLOCK;
    if (wanted && !ground_parse(ground, &known))
        flaw(cx, "ruling.ground", "choose a ground");
    if ((wanted && !reason.n) || reason.n > REASON_BYTES_MAX || !str_is_utf8(reason))
        flaw(cx, "ruling.reason", "say why, in at most %d bytes", REASON_BYTES_MAX);
    return flaws_end(cx);
}

/* ---- deciding ---- */

static Err record(Cx *cx, const Ruling *draft, Events *events, int64_t *ret)
{
    Ruling *ruling = arena_new(cx->arena, Ruling);
    *ruling = *draft;
    ruling->handler = cx->actor->person;
    ruling->at_us = cx_now_us(cx);
    TRY(moderation_store_add(cx, ruling, &ruling->id));
    *ret = ruling->id;
    event_add(events, &MODERATION_RULED, ruling);
    Str verb = ruling_verb_name(ruling->verb);
    Str noun = ruling->target.post.v ? S("post") : ruling->target.item.v ? S("item") : S("person");
    int64_t number = ruling->target.post.v   ? ruling->target.post.v
                     : ruling->target.item.v ? ruling->target.item.v
                                             : ruling->author.v;
    return audit_add_number(cx, arena_fmt(cx->arena, "moderation.%.*s", SARG(verb)), noun, number,
                            ruling->ground);
}

static bool stands_so(const Thing *thing, RulingVerb verb)
{
    bool hidden = thing->post.id.v ? thing->post.state == POST_HIDDEN
                                   : str_eq(thing->item.state, S("hidden"));
    bool shown =
        thing->post.id.v ? thing->post.state == POST_VISIBLE : idea_is_open(thing->item.state);
    if (verb == RULING_HIDE)
        return hidden;
    return (verb == RULING_SHOW || verb == RULING_UNHIDE) && shown;
}

static Err lead_item(Cx *cx, Thing *thing, RulingVerb verb, Str reason, Events *events)
{
    if (verb == RULING_KEEP)
        return OK;
    if (thing->item.noun != NOUN_IDEA || verb == RULING_SHOW)
        return fail(cx, ERR_CONFLICT, "verb.state", "this cannot be done with it");
    return item_step(cx, &IDEA_MACHINE, &thing->item, verb == RULING_HIDE ? S("hide") : S("unhide"),
                     reason, events);
}

static Err lead_post(Cx *cx, Thing *thing, RulingVerb verb, Str reason, int64_t ruling,
                     Events *events)
{
    if (verb == RULING_KEEP)
        return OK;
    return post_set_state(cx, &thing->post, verb == RULING_HIDE ? POST_HIDDEN : POST_VISIBLE,
                          reason, ruling, events);
}

static Err decide(Cx *cx, Thing *thing, const RulingDraft *draft, Events *events)
{
    int64_t id;
    if (stands_so(thing, draft->verb))
        return OK; /* a second click, or somebody was faster */
    Ruling ruling = {.verb = draft->verb,
                     .target = thing->target,
                     .author = thing->author,
                     .ground = draft->ground,
                     .reason = draft->reason};
    TRY(record(cx, &ruling, events, &id));
    TRY(flag_decide(cx, thing->target, draft->verb == RULING_HIDE, id));
    return thing->post.id.v ? lead_post(cx, thing, draft->verb, draft->reason, id, events)
                            : lead_item(cx, thing, draft->verb, draft->reason, events);
}

Err moderation_rule(Cx *cx, Target target, const RulingDraft *draft, Events *events)
{
    Thing thing;
    RulingDraft trimmed = *draft;
    trimmed.reason = str_trim(draft->reason);
    TRY(find_thing(cx, target, &thing));
    TRY(admit(cx, &thing));
    if (draft->verb == RULING_BLOCK)
        return moderation_block(cx, thing.author, &trimmed, events);
    TRY(check_reasons(cx, draft->verb, draft->ground, trimmed.reason));
    return decide(cx, &thing, &trimmed, events);
}

/* ---- blocking ---- */

static Err check_block(Cx *cx, PersonId person)
{
    Person found;
    uint32_t roles;
    TRY(require(cx, MAY_MODERATE));
    TRY(person_get(cx, person, &found));
    TRY(person_roles(cx, person, &roles));
    if (is_own(cx, person) || roles & (ROLE_EDITOR | ROLE_OFFICE | ROLE_OPERATOR | ROLE_ADMIN))
        return fail(cx, ERR_DENIED, "moderation.staff",
                    "who moderates or runs the site loses the role first");
    return OK;
}

static Err hide_posts(Cx *cx, PersonId person, Str reason, int64_t block, Events *events)
{
    PostId *posts;
    size_t count = POSTS_BATCH;
    while (count == POSTS_BATCH) { /* those that are hidden are not found again */
        TRY(moderation_store_posts_of(cx, person, 0, &posts, &count));
        for (size_t i = 0; i < count; i++) {
            Post post;
            TRY(post_get_unseen(cx, posts[i], &post));
            TRY(flag_decide(cx, (Target){post.id, post.item}, true, block));
            TRY(post_set_state(cx, &post, POST_HIDDEN, reason, block, events));
        }
    }
    return OK;
}

static Err hide_ideas(Cx *cx, PersonId person, const RulingDraft *draft, int64_t block,
                      Events *events)
{
    ItemId *ideas;
    size_t count;
    TRY(moderation_store_ideas_of(cx, person, &ideas, &count));
    for (size_t i = 0; i < count; i++) {
        Item item;
        int64_t id;
        TRY(item_get_unseen(cx, ideas[i], &item));
        Ruling ruling = {.verb = RULING_HIDE,
                         .target = {.item = item.id},
                         .author = person,
                         .ground = draft->ground,
                         .reason = draft->reason,
                         .part_of = block};
        TRY(record(cx, &ruling, events, &id));
        TRY(flag_decide(cx, ruling.target, true, id));
        TRY(item_step(cx, &IDEA_MACHINE, &item, S("hide"), draft->reason, events));
    }
    return OK;
}

Err moderation_block(Cx *cx, PersonId person, const RulingDraft *draft, Events *events)
{
    Block block;
    int64_t id;
    Str reason = str_trim(draft->reason);
    TRY(check_block(cx, person));
    TRY(check_reasons(cx, RULING_BLOCK, draft->ground, reason));
    TRY(block_get(cx, person, &block));
    if (block.since_us)
        return OK; /* somebody was faster */
    Ruling ruling = {
        .verb = RULING_BLOCK, .author = person, .ground = draft->ground, .reason = reason};
    TRY(record(cx, &ruling, events, &id));
    TRY(block_put(cx, person, id));
    TRY(hide_posts(cx, person, reason, id, events));
    TRY(hide_ideas(cx, person, &(RulingDraft){RULING_HIDE, draft->ground, reason}, id, events));
    TRY(moderation_store_drop_support(cx, person));
    return flag_drop_of(cx, person, id);
}

/* What was never shown waits again. */
static Err show_posts(Cx *cx, int64_t block, Events *events)
{
    PostId *posts;
    size_t count = POSTS_BATCH;
    while (count == POSTS_BATCH) {
        TRY(moderation_store_posts_of(cx, (PersonId){0}, block, &posts, &count));
        for (size_t i = 0; i < count; i++) {
            Post post;
            TRY(post_get_unseen(cx, posts[i], &post));
            TRY(post_set_state(cx, &post, post.shown_us ? POST_VISIBLE : POST_PENDING, S(""), 0,
                               events));
        }
    }
    return OK;
}

static Err show_ideas(Cx *cx, int64_t block, Events *events)
{
    Ruling *parts;
    size_t count;
    TRY(moderation_store_parts(cx, block, &parts, &count));
    for (size_t i = 0; i < count; i++) {
        Item item;
        TRY(item_get_unseen(cx, parts[i].target.item, &item));
        if (str_eq(item.state, S("hidden")))
            TRY(item_step(cx, &IDEA_MACHINE, &item, S("unhide"), S(""), events));
    }
    return OK;
}

Err moderation_unblock(Cx *cx, PersonId person, Str reason, Events *events)
{
    Block block;
    int64_t id;
    reason = str_trim(reason);
    TRY(check_block(cx, person));
    TRY(check_reasons(cx, RULING_UNBLOCK, S(""), reason));
    TRY(block_get(cx, person, &block));
    if (!block.since_us)
        return OK;
    Ruling ruling = {.verb = RULING_UNBLOCK, .author = person, .reason = reason};
    TRY(record(cx, &ruling, events, &id));
    TRY(block_remove(cx, person));
    TRY(show_posts(cx, block.ruling, events));
    return show_ideas(cx, block.ruling, events);
}

/* ---- many at once ---- */

static Err all_pending(Cx *cx, PostId **ret, size_t *ret_count)
{
    Case *cases;
    int64_t total = 0;
    TRY(moderation_store_count(cx, QUEUE_PENDING, (PersonId){0}, &total));
    if (total > MODERATION_BULK_MAX)
        return fail(cx, ERR_LIMIT, "moderation.bulk", "at most %d at once", MODERATION_BULK_MAX);
    TRY(moderation_store_list(cx, QUEUE_PENDING, (PersonId){0}, MODERATION_BULK_MAX, 0, &cases,
                              ret_count));
    *ret = arena_array(cx->arena, PostId, *ret_count);
    for (size_t i = 0; i < *ret_count; i++)
        (*ret)[i] = cases[i].target.post;
    return OK;
}

/* Whether a decision on this one is to be passed over, and not the end of all. */
static Err is_skipped(Cx *cx, const Thing *thing, const RulingDraft *draft, bool *ret)
{
    bool may;
    uint32_t roles = 0;
    TRY(may_rule(cx, thing, &may));
    if (draft->verb == RULING_BLOCK && thing->author.v)
        TRY(person_roles(cx, thing->author, &roles));
    *ret = !may || is_own(cx, thing->author) || thing->post.state == POST_ERASED ||
           (draft->verb == RULING_BLOCK && !thing->author.v) ||
           roles & (ROLE_EDITOR | ROLE_OFFICE | ROLE_OPERATOR | ROLE_ADMIN);
    return OK;
}

Err moderation_bulk(Cx *cx, const PostId *posts, size_t count, const RulingDraft *draft,
                    Events *events, BulkCount *ret)
{
    PostId *all = NULL;
    *ret = (BulkCount){0};
    TRY(require(cx, MAY_MODERATE));
    if (count > MODERATION_BULK_MAX)
        return fail(cx, ERR_LIMIT, "moderation.bulk", "at most %d at once", MODERATION_BULK_MAX);
    TRY(check_reasons(cx, draft->verb, draft->ground, str_trim(draft->reason)));
    if (!count) {
        TRY(all_pending(cx, &all, &count));
        posts = all;
    }
    for (size_t i = 0; i < count; i++) {
        Thing thing;
        bool skipped;
        TRY(find_thing(cx, (Target){.post = posts[i]}, &thing));
        TRY(is_skipped(cx, &thing, draft, &skipped));
        if (skipped) {
            ret->skipped++;
            continue;
        }
        TRY(moderation_rule(cx, thing.target, draft, events));
        ret->done++;
    }
    return OK;
}
