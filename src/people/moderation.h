/* Moderation: what is done about posts and ideas that should not stand there, and about those who
 * write them.
 *
 * Two queues: posts that wait to be shown, and things that somebody flagged. Each decision is a
 * ruling with who decided, on what ground and why; the author is told the reason, and everybody
 * who flagged the thing what came of it. Nobody decides on what they wrote. A thing can be decided
 * on without a flag. Who leads an item or its body moderates the posts there; all else is for
 * editors and the office.
 *
 * Blocking a person hides all of their posts and open ideas and takes back their support and
 * flags, in one unit of work; unblocking shows again what the block has hidden, and nothing else.
 * Bulk decisions take the same ways, one by one. */
#ifndef HANSE_PEOPLE_MODERATION_H
#define HANSE_PEOPLE_MODERATION_H

#include "people/block.h"
#include "people/flag.h"
#include "people/idea.h"

typedef enum RulingVerb {
    RULING_SHOW, /* a pending post */
    RULING_KEEP, /* what was flagged */
    RULING_HIDE, /* with a ground and a reason */
    RULING_UNHIDE,
    RULING_BLOCK, /* the author, and all that they wrote; the same */
    RULING_UNBLOCK,
    RULING_VERB_COUNT_
} RulingVerb;

enum {
    MODERATION_PAGE_MAX = 200, /* cases of one answer */
    MODERATION_BULK_MAX = 2000 /* things of one bulk decision */
};

extern const StatementTable MODERATION_STATEMENTS;
/* A ruling was made; data is a Ruling. Who is concerned is told from it. */
extern const EventKind MODERATION_RULED;

Str ruling_verb_name(RulingVerb verb); /* "hide" */
bool ruling_verb_parse(Str name, RulingVerb *ret);

typedef struct Ruling {
    int64_t id;
    RulingVerb verb;
    Target target;  /* of a block: both 0 */
    Str item_title; /* of the idea, or of what the post stands at; empty: a block, or erased */
    PersonId author, handler;
    Str author_name, handler_name;
    Str ground; /* empty for what needs none */
    Str reason;
    int64_t part_of; /* the block that it belongs to; 0: none */
    int64_t at_us;
} Ruling;

/* What waits for a decision. */
typedef struct Case {
    Target target;
    Str item_title, item_path;
    Str excerpt; /* of the post or of the idea's summary */
    PersonId author;
    Str author_name;
    int64_t account_us; /* since when the author has the account */
    int64_t since_us;
    int64_t flags; /* open ones */
    bool pending;
} Case;

typedef enum Queue { QUEUE_PENDING, QUEUE_FLAGGED } Queue;
/* The longest waiting first; of a person, or 0 for all. DENIED without MAY_MODERATE. */
MUST Err moderation_list(Cx *cx, Queue queue, PersonId author, int64_t limit, int64_t offset,
                         Case **ret, size_t *ret_count, int64_t *ret_total);
/* Whether the actor may decide on it. */
MUST Err moderation_may(Cx *cx, Target target, bool *ret);
/* Rulings, the newest first; of a person's things, or 0 for all. DENIED without MAY_MODERATE. */
MUST Err moderation_rulings(Cx *cx, PersonId author, int64_t limit, int64_t offset, Ruling **ret,
                            size_t *ret_count, int64_t *ret_total);
/* The last one on a thing; id 0 for none. For its author and who moderates it. */
MUST Err moderation_last(Cx *cx, Target target, Ruling *ret);

typedef struct RulingDraft {
    RulingVerb verb;
    Str ground, reason;
} RulingDraft;

/* Flaws "ruling.ground", "ruling.reason" for hiding and blocking without; DENIED "moderation.own",
 * "moderation.denied", "moderation.staff" for blocking who moderates or runs the site; CONFLICT
 * "post.state", "verb.state". Deciding as it stands already does nothing. */
MUST Err moderation_rule(Cx *cx, Target target, const RulingDraft *draft, Events *events);
MUST Err moderation_block(Cx *cx, PersonId person, const RulingDraft *draft, Events *events);
MUST Err moderation_unblock(Cx *cx, PersonId person, Str reason, Events *events);

typedef struct BulkCount {
    size_t done, skipped; /* one's own, staff, and what others decided meanwhile */
} BulkCount;
/* One decision for many posts: those named, or, with count 0, all that wait. LIMIT
 * "moderation.bulk". */
MUST Err moderation_bulk(Cx *cx, const PostId *posts, size_t count, const RulingDraft *draft,
                         Events *events, BulkCount *ret);

#endif
