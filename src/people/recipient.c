#include "people/recipient.h"

#include "base/str.h"
#include "core/notice.h"
#include "people/follow.h"
#include "people/mention.h"
#include "people/moderation.h"
#include "people/project.h"
#include "people/recipient_store.h"

/* ---- what is to be said in one unit, each thing once ---- */

typedef struct Notes {
    Cx *cx;
    NoticeDraft *list;
    size_t count, room;
    size_t *slots; /* number in the list plus one, by person and kind; twice the room */
} Notes;

static size_t *slot_of(const Notes *notes, const NoticeDraft *draft)
{
    size_t mask = notes->room * 2 - 1;
    uint64_t hash = ((uint64_t)draft->person.v * NOTICE_KIND_COUNT_ + (uint64_t)draft->kind) *
                    UINT64_C(0x9E3779B97F4A7C15);
    for (size_t at = (size_t)(hash >> 32) & mask;; at = (at + 1) & mask) {
        size_t number = notes->slots[at];
        const NoticeDraft *there = number ? &notes->list[number - 1] : NULL;
        if (!there || (there->person.v == draft->person.v && there->kind == draft->kind))
            return &notes->slots[at];
    }
}

static void grow(Notes *notes)
{
    Arena *arena = notes->cx->arena;
    size_t room = notes->room ? notes->room * 2 : 64;
    NoticeDraft *list = arena_array(arena, NoticeDraft, room);
    if (notes->count)
        memcpy(list, notes->list, notes->count * sizeof *list);
    *notes = (Notes){notes->cx, list, notes->count, room, arena_array(arena, size_t, room * 2)};
    memset(notes->slots, 0, room * 2 * sizeof *notes->slots);
    for (size_t i = 0; i < notes->count; i++)
        *slot_of(notes, &list[i]) = i + 1;
}

/* A reason that does not hold for all of them stands at the first alone, which the path leads to.
 */
static void note(Notes *notes, const NoticeDraft *draft)
{
    if (notes->count == notes->room)
        grow(notes);
    size_t *slot = slot_of(notes, draft);
    if (*slot) {
        notes->list[*slot - 1].more += 1 + draft->more;
        return;
    }
    notes->list[notes->count++] = *draft;
    *slot = notes->count;
}

static Err end(const Notes *notes)
{
    for (size_t i = 0; i < notes->count; i++)
        TRY(notice_add(notes->cx, &notes->list[i]));
    return OK;
}

static Str thread_of(Arena *arena, ItemId item)
{
    return arena_fmt(arena, "item-%lld", (long long)item.v);
}

/* The same draft to all of a circle, with the title in each one's language. */
static Err note_circle(Notes *notes, const RecipientQuery *query, const NoticeDraft *draft)
{
    Recipient *readers;
    size_t count;
    TRY(recipient_store_list(notes->cx, query, &readers, &count));
    for (size_t i = 0; i < count; i++) {
        NoticeDraft own = *draft;
        own.person = readers[i].person;
        own.what = readers[i].title;
        own.item = query->item.v;
        own.thread = thread_of(notes->cx->arena, query->item);
        note(notes, &own);
    }
    return OK;
}

/* To one person about an item of theirs, whether they may still read it or not. */
static Err note_owner(Notes *notes, PersonId person, ItemId item, const NoticeDraft *draft)
{
    RecipientQuery query = {
        .item = item, .circle = CIRCLE_PERSON, .of = person.v, .unruled = true, .limit = 1};
    return person.v ? note_circle(notes, &query, draft) : OK;
}

static Str post_path(Arena *arena, PostId id)
{
    return arena_fmt(arena, "/beitraege/%lld", (long long)id.v);
}

/* ---- posts ---- */

/* Whom one post has been told to already: of one post nobody is told twice. */
typedef struct Told {
    PersonId persons[MENTIONS_MAX + 2];
    size_t count;
} Told;

static bool is_told(const Told *told, PersonId person)
{
    for (size_t i = 0; i < told->count; i++)
        if (told->persons[i].v == person.v)
            return true;
    return false;
}

/* A circle, without those who have been told. */
static Err note_of_post(Notes *notes, const Post *post, const RecipientQuery *query,
                        NoticeKind kind, Told *told)
{
    Recipient *list;
    size_t count;
    Arena *arena = notes->cx->arena;
    RecipientQuery own = *query;
    own.item = post->item;
    own.besides = post->author;
    TRY(recipient_store_list(notes->cx, &own, &list, &count));
    for (size_t i = 0; i < count; i++) {
        if (is_told(told, list[i].person))
            continue;
        if (told->count < COUNT_OF(told->persons))
            told->persons[told->count++] = list[i].person;
        note(notes, &(NoticeDraft){.kind = kind,
                                   .person = list[i].person,
                                   .item = post->item.v,
                                   .who = post->author_name,
                                   .by = post->author,
                                   .what = list[i].title,
                                   .path = post_path(arena, post->id),
                                   .thread = thread_of(arena, post->item)});
    }
    return OK;
}

static Err on_post(Notes *notes, const PostEvent *event)
{
    Post post, root;
    Told told = {0};
    Cx *cx = notes->cx;
    TRY(post_get_unseen(cx, event->id, &post));
    if (post.state != POST_VISIBLE)
        return OK;
    if (event->first_shown && post.root.v != post.id.v) {
        TRY(post_get_unseen(cx, post.root, &root));
        RecipientQuery answered = {.circle = CIRCLE_PERSON, .of = root.author.v, .limit = 1};
        TRY(note_of_post(notes, &post, &answered, NOTICE_ANSWERED, &told));
    }
    RecipientQuery named = {.circle = CIRCLE_NAMED, .of = post.id.v, .limit = MENTIONS_MAX};
    TRY(note_of_post(notes, &post, &named, NOTICE_MENTIONED, &told));
    TRY(recipient_store_told(cx, post.id));
    if (!event->first_shown)
        return OK;
    RecipientQuery follow = {.circle = CIRCLE_FOLLOWERS, .of = post.item.v, .limit = FOLLOWERS_MAX};
    return note_of_post(notes, &post, &follow, NOTICE_POSTED, &told);
}

/* ---- items ---- */

/* What is decided on for its author, by others. */
static bool is_decision(const ItemEvent *event)
{
    static const struct {
        Noun noun;
        const char *verb;
    } ROWS[] = {{NOUN_IDEA, "accept"},
                {NOUN_IDEA, "reject"},
                {NOUN_PROJECT, "approve"},
                {NOUN_PROJECT, "decline"}};
    for (size_t i = 0; i < COUNT_OF(ROWS); i++)
        if (ROWS[i].noun == event->noun && str_eq(event->verb, str_from(ROWS[i].verb)))
            return true;
    return false;
}

/* What its followers are told of; false: of nothing. A step is a new state, but for those that
 * moderation and mails tell of, and those of the office's desk. */
static bool is_news(const ItemEvent *event, NoticeKind *ret)
{
    static const struct {
        Noun noun;
        const char *verb;
        int kind; /* -1: none */
    } ROWS[] = {{NOUN_PROJECT, "report", NOTICE_REPORTED},
                {NOUN_PROJECT, "result", NOTICE_REPORTED},
                {NOUN_PROJECT, "light", NOTICE_CHANGED},
                {NOUN_MEETING, "publish", NOTICE_MINUTES},
                {NOUN_MEETING, "invite", -1},
                {NOUN_MEETING, "hold", -1},
                {NOUN_MEETING, "approve", -1},
                {NOUN_MEETING, "reopen", -1},
                {NOUN_IDEA, "hide", -1},
                {NOUN_IDEA, "unhide", -1},
                {NOUN_ORGANISATION, "apply", -1},
                {NOUN_ORGANISATION, "review", -1},
                {NOUN_ORGANISATION, "accept", -1},
                {NOUN_ORGANISATION, "decline", -1}};
    const Machine *machine = machine_of(event->noun);
    for (size_t i = 0; i < COUNT_OF(ROWS); i++)
        if (ROWS[i].noun == event->noun && str_eq(event->verb, str_from(ROWS[i].verb))) {
            *ret = (NoticeKind)ROWS[i].kind;
            return ROWS[i].kind >= 0;
        }
    *ret = NOTICE_CHANGED;
    for (size_t i = 0; i < machine->step_count; i++)
        if (str_eq(event->verb, str_from(machine->steps[i].verb)))
            return true;
    return false;
}

static Err note_followers(Notes *notes, const Item *item, ItemId of, PersonId besides,
                          const NoticeDraft *draft)
{
    RecipientQuery query = {.item = item->id,
                            .circle = CIRCLE_FOLLOWERS,
                            .of = of.v,
                            .besides = besides,
                            .uninvited = draft->kind == NOTICE_CHANGED,
                            .limit = FOLLOWERS_MAX};
    return note_circle(notes, &query, draft);
}

static Err on_item(Notes *notes, const ItemEvent *event)
{
    Item item;
    NoticeKind kind;
    bool decision = is_decision(event), news = is_news(event, &kind);
    if (!decision && !news)
        return OK;
    TRY(item_get_unseen(notes->cx, event->id, &item));
    NoticeDraft draft = {.reason = event->reason, .path = item_path(notes->cx->arena, &item)};
    draft.kind = NOTICE_DECIDED;
    if (decision)
        TRY(note_owner(notes, item.author, item.id, &draft));
    draft.kind = kind;
    if (!news)
        return OK;
    TRY(note_followers(notes, &item, item.id, decision ? item.author : (PersonId){0}, &draft));
    /* Who follows a body follows what it publishes. */
    bool of_body = kind == NOTICE_MINUTES && item.body.v;
    return of_body ? note_followers(notes, &item, item.body, (PersonId){0}, &draft) : OK;
}

static Err on_closed(Notes *notes, const DiscussionEvent *event)
{
    Item item;
    TRY(item_get_unseen(notes->cx, event->item, &item));
    return note_followers(notes, &item, item.id, (PersonId){0},
                          &(NoticeDraft){.kind = NOTICE_CLOSED,
                                         .path = arena_fmt(notes->cx->arena, "/diskussion/%lld",
                                                           (long long)item.id.v)});
}

static Err on_team(Notes *notes, const TeamEvent *event)
{
    Item item;
    Cx *cx = notes->cx;
    TRY(item_get_unseen(cx, event->project, &item));
    NoticeDraft draft = {.who = cx->actor->name, .path = item_path(cx->arena, &item)};
    if (event->after == RELATION_ASKED) {
        RecipientQuery leads = {
            .item = item.id, .circle = CIRCLE_LEADS, .of = item.id.v, .limit = RECIPIENT_LEADS_MAX};
        draft.kind = NOTICE_ASKED;
        draft.path = arena_fmt(cx->arena, "/projekte/%.*s/menschen", SARG(item.slug));
        return note_circle(notes, &leads, &draft);
    }
    draft.kind = event->after == RELATION_INVITED   ? NOTICE_INVITED
                 : event->after == RELATION_ACTIVE  ? NOTICE_JOINED
                 : event->before == RELATION_ACTIVE ? NOTICE_ENDED
                                                    : NOTICE_REFUSED;
    return note_owner(notes, event->person, item.id, &draft);
}

/* ---- moderation ---- */

/* The kind of notice to whose thing it is; false: they are not told. */
static bool kind_of(const Ruling *ruling, NoticeKind *ret)
{
    static const int KINDS[RULING_VERB_COUNT_] = {
        [RULING_SHOW] = NOTICE_SHOWN,    [RULING_KEEP] = -1,
        [RULING_HIDE] = NOTICE_HIDDEN,   [RULING_UNHIDE] = NOTICE_SHOWN,
        [RULING_BLOCK] = NOTICE_BLOCKED, [RULING_UNBLOCK] = NOTICE_UNBLOCKED};
    *ret = (NoticeKind)KINDS[ruling->verb];
    return KINDS[ruling->verb] >= 0 && !ruling->part_of;
}

static Err note_flaggers(Notes *notes, const Ruling *ruling)
{
    Flagger *list;
    size_t count;
    Cx *cx = notes->cx;
    TRY(recipient_store_flaggers(cx, ruling->id, ruling->author, &list, &count));
    for (size_t i = 0; i < count; i++) {
        Item item;
        TRY(item_get_unseen(cx, list[i].first.item, &item));
        /* What was hidden is no longer to be read: of a post, where it stood. */
        Str path = !list[i].upheld && list[i].first.post.v
                       ? post_path(cx->arena, list[i].first.post)
                   : list[i].upheld && !list[i].first.post.v ? S("")
                                                             : item_path(cx->arena, &item);
        TRY(note_owner(notes, list[i].person, item.id,
                       &(NoticeDraft){.kind = list[i].upheld ? NOTICE_UPHELD : NOTICE_DISMISSED,
                                      .more = list[i].count - 1,
                                      .path = path}));
    }
    return OK;
}

static Err on_ruling(Notes *notes, const Ruling *ruling)
{
    Item item;
    NoticeDraft draft = {.reason = ruling->reason, .path = S("/mein")};
    if (kind_of(ruling, &draft.kind)) {
        draft.person = ruling->author;
        if (!ruling->target.item.v && ruling->author.v) {
            note(notes, &draft);
        } else if (ruling->target.item.v) {
            TRY(item_get_unseen(notes->cx, ruling->target.item, &item));
            draft.path = ruling->target.post.v ? post_path(notes->cx->arena, ruling->target.post)
                                               : item_path(notes->cx->arena, &item);
            TRY(note_owner(notes, ruling->author, item.id, &draft));
        }
    }
    return note_flaggers(notes, ruling);
}

/* ---- faces ---- */

Err recipient_project(void *user, Cx *cx, const Events *events)
{
    Notes notes = {.cx = cx};
    (void)user;
    for (const Event *event = events->first; event; event = event->next) {
        if (event->kind == &POST_CHANGED)
            TRY(on_post(&notes, event->data));
        if (event->kind == &DISCUSSION_CLOSED)
            TRY(on_closed(&notes, event->data));
        if (event->kind == &ITEM_CHANGED)
            TRY(on_item(&notes, event->data));
        if (event->kind == &PROJECT_TEAM_CHANGED)
            TRY(on_team(&notes, event->data));
        if (event->kind == &MODERATION_RULED)
            TRY(on_ruling(&notes, event->data));
    }
    return end(&notes);
}

Err recipient_tell_of_flag(Cx *cx, Target target, PersonId author, Str words)
{
    Notes notes = {.cx = cx};
    bool post = target.post.v != 0;
    int64_t number = post ? target.post.v : target.item.v;
    RecipientQuery query = {.item = target.item,
                            .circle = post ? CIRCLE_POST_MODERATORS : CIRCLE_ITEM_MODERATORS,
                            .besides = author,
                            .limit = RECIPIENT_MODERATORS_MAX};
    TRY(note_circle(&notes, &query,
                    &(NoticeDraft){.kind = NOTICE_FLAGGED,
                                   .reason = words,
                                   .path = arena_fmt(cx->arena,
                                                     post ? "/beitraege/%lld/moderation"
                                                          : "/buero/moderation/ideen/%lld",
                                                     (long long)number)}));
    return end(&notes);
}
