/* Flag: somebody says that a post or an idea should not stand there, and why.
 *
 *   open -> upheld (it was hidden) | dismissed (it stays)
 *
 * One person has one open flag on a thing. Moderation decides on all flags of a thing at once, and
 * everybody who flagged it is told (moderation.h). */
#ifndef HANSE_PEOPLE_FLAG_H
#define HANSE_PEOPLE_FLAG_H

#include "people/post.h"

typedef enum Ground {
    GROUND_SPAM,
    GROUND_INSULT,
    GROUND_PRIVACY,
    GROUND_ILLEGAL,
    GROUND_RIGHTS,
    GROUND_OTHER,
    GROUND_COUNT_
} Ground;

enum {
    FLAG_WORDS_BYTES_MAX = 2000,
    FLAGS_OPEN_MAX = 50 /* of one person: more is no help */
};

extern const StatementTable FLAG_STATEMENTS;

Str ground_name(Ground ground); /* "spam"; its words are the text ground.NAME */
bool ground_parse(Str name, Ground *ret);

/* What is looked at: a post, or an item where post is 0. */
typedef struct Target {
    PostId post;
    ItemId item;
} Target;

typedef struct FlagRow {
    int64_t id;
    PersonId person;
    Str person_name;
    Ground ground;
    Str words;
    int64_t at_us;
} FlagRow;

/* Flags it; an own open flag on it gets the new words. Flaws "flag.ground", "flag.words" (wanted
 * for GROUND_OTHER and GROUND_ILLEGAL); INVALID "flag.target" for an item that is no idea; LIMIT
 * "flag.many"; NOT_FOUND where the actor may not read it; DENIED "flag.own", "block.blocked". */
MUST Err flag_add(Cx *cx, Target target, Str ground, Str words);
/* The open ones on a thing, the first one first. For who moderates. */
MUST Err flag_list(Cx *cx, Target target, FlagRow **ret, size_t *ret_count);

/* For moderation.h: ends all open flags on it. */
MUST Err flag_decide(Cx *cx, Target target, bool upheld, int64_t ruling);
/* Ends all open flags of a person, who was blocked. */
MUST Err flag_drop_of(Cx *cx, PersonId person, int64_t ruling);

#endif
