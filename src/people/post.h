/* Post: what somebody says about an item, and the discussion that posts make.
 *
 *   pending -> visible <-> hidden (reason)      pending, visible, hidden -> erased
 *
 * A post begins a thread or replies to one that is visible: there is one level of replies, so that
 * a reply to a reply belongs to the same thread. Nobody replies to what is pending, so that no
 * decision leaves a reply without what it answers. Who may read the item reads its visible posts;
 * the author reads the own ones in each state, and moderators read all but erased ones. What is
 * hidden or erased keeps its place without its words as long as visible replies stand below it.
 *
 * Held back (pending) are the first POST_HELD_FIRST posts of an account, and posts with links
 * while the account is younger than POST_LINKS_AFTER_DAYS; not those of the alliance, of editors
 * and of the office. A change is looked at in the same way.
 *
 * Every version is kept and can be read, until the post is erased. Persons are named by their
 * numbers (mention.h), so that no name stands in the words.
 *
 * A discussion is closed with a summary by who moderates it: then it is read and no longer written
 * in. */
#ifndef HANSE_PEOPLE_POST_H
#define HANSE_PEOPLE_POST_H

#include "people/item.h"

typedef struct PostId {
    int64_t v; /* 0: none */
} PostId;

typedef enum PostState {
    POST_PENDING,
    POST_VISIBLE,
    POST_HIDDEN,
    POST_ERASED,
    POST_STATE_COUNT_
} PostState;

enum {
    POST_BODY_BYTES_MAX = 10000, /* fifty of the worst of them are rendered for one page */
    POST_HELD_FIRST = 2,         /* posts that are looked at before others read them */
    POST_LINKS_AFTER_DAYS = 14,  /* until then, also those with links */
    POST_PENDING_MAX = 5,        /* of one person: more of them wait for nobody's eyes */
    POST_PER_HOUR_MAX = 30,      /* of one person */
    POST_LIST_MAX = 100,         /* of one answer */
    POST_VERSIONS_MAX = 100,     /* of one post */
    DISCUSSION_SUMMARY_BYTES_MAX = 10000
};

extern const StatementTable POST_STATEMENTS;

typedef struct Post {
    PostId id, root; /* the same for the first of a thread */
    ItemId item;
    PostState state;
    PersonId author;
    Str author_name; /* empty: an erased account */
    Str voice;       /* "office", "lead", "author" or empty: how the writer stood to the item */
    Str reason;      /* why it is hidden */
    Lang lang;
    int64_t version, replies; /* visible ones */
    int64_t created_us, changed_us, shown_us;
    Str body; /* of the newest version; empty where the actor may not read it */
} Post;

/* A post was added, changed, or led into another state. */
extern const EventKind POST_CHANGED;
typedef struct PostEvent {
    PostId id;
    ItemId item;
    Str verb;         /* "add", "change", "show", "hide", "unhide", "erase" */
    bool first_shown; /* others can read it for the first time */
} PostEvent;

/* A discussion was closed; data is a DiscussionEvent. */
extern const EventKind DISCUSSION_CLOSED;
typedef struct DiscussionEvent {
    ItemId item;
} DiscussionEvent;

Str post_state_name(PostState state); /* "pending" */
bool post_state_parse(Str name, PostState *ret);

/* ---- reading ---- */

/* Whether the actor moderates the discussion of an item to which they stand so, and may close it
 * and open it again: editors, the office, and who leads the item or its body. */
bool post_may_moderate(const Cx *cx, uint32_t stand);
bool post_may_edit(const Cx *cx, const Post *post);
/* Posts in the order of their threads, which are in the order of their beginnings; and how many
 * there are. limit 1 to POST_LIST_MAX. */
MUST Err post_list(Cx *cx, const Item *item, int64_t limit, int64_t offset, Post **ret,
                   size_t *ret_count, int64_t *ret_total);
/* Visible ones, those that were shown last first. */
MUST Err post_newest(Cx *cx, const Item *item, int64_t limit, int64_t offset, Post **ret,
                     size_t *ret_count);
/* The actor's own, whatever became of them, without erased ones, of items that the actor may read;
 * the newest first. */
MUST Err post_list_own(Cx *cx, int64_t limit, Post **ret, size_t *ret_count);
/* How many are visible. */
MUST Err post_count(Cx *cx, ItemId item, int64_t *ret);
/* NOT_FOUND "post.unknown" also for one that the actor may not see, or whose item they may not. */
MUST Err post_get(Cx *cx, PostId id, Post *ret, Item *ret_item);
/* Its place among those that the actor reads, from 0. */
MUST Err post_position(Cx *cx, const Item *item, const Post *post, int64_t *ret);

typedef struct PostVersion {
    int64_t version, at_us;
    Str body;
} PostVersion;
/* The newest first. DENIED "post.versions" where the actor may not read its words. */
MUST Err post_versions(Cx *cx, const Post *post, PostVersion **ret, size_t *ret_count);

typedef struct Discussion {
    int64_t closed_us; /* 0: open */
    Str closed_by;     /* name */
    Str summary;       /* Markdown; of an open one, the last closing's */
    Lang lang;
    int64_t posts; /* visible ones */
} Discussion;
MUST Err discussion_get(Cx *cx, ItemId item, Discussion *ret);

/* ---- changing ---- */

/* Flaws "post.body" and "post.mentions"; CONFLICT "discussion.closed", "post.pending" for a reply
 * to what is not visible; LIMIT "post.often", "post.waiting"; DENIED "block.blocked". root is a
 * post of the same item, or 0. */
MUST Err post_add(Cx *cx, const Item *item, PostId root, Str body, Events *events, PostId *ret);
/* The author alone. CONFLICT "post.version"; DENIED "post.edit" for one that is hidden or erased,
 * or somebody else's; and the faults of post_add. */
MUST Err post_change(Cx *cx, PostId id, int64_t version, Str body, Events *events);
/* Takes away the words of all versions; the author alone. DENIED "post.edit". */
MUST Err post_erase(Cx *cx, PostId id, Events *events);
/* INVALID "discussion.summary"; DENIED "discussion.close". */
MUST Err discussion_close(Cx *cx, const Item *item, Str summary, Events *events);
/* Its summary is kept, and read as the earlier one until the next closing. */
MUST Err discussion_reopen(Cx *cx, const Item *item, Events *events);

/* ---- for moderation.h, which asks who may and tells whom it concerns ---- */

/* The post as it is, whoever asks. */
MUST Err post_get_unseen(Cx *cx, PostId id, Post *ret);
/* Leads it to visible or hidden, or one that was never shown back to pending. CONFLICT "post.state"
 * for one that was erased; to where it is already, nothing is done. */
MUST Err post_set_state(Cx *cx, Post *post, PostState state, Str reason, int64_t ruling,
                        Events *events);

#endif
