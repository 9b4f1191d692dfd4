/* Block: a person whom moderation has shut out: they can log in, read, and take their data along,
 * and no longer write, support or flag. moderation.h decides it and hides what they wrote. */
#ifndef HANSE_PEOPLE_BLOCK_H
#define HANSE_PEOPLE_BLOCK_H

#include "core/actor.h"
#include "db/db.h"

extern const StatementTable BLOCK_STATEMENTS;

typedef struct Block {
    int64_t since_us; /* 0: not blocked */
    int64_t ruling;   /* of moderation */
    Str reason;
} Block;
MUST Err block_get(Cx *cx, PersonId person, Block *ret);
/* DENIED "block.blocked" where the actor is. */
MUST Err block_check(Cx *cx);
MUST Err block_put(Cx *cx, PersonId person, int64_t ruling);
MUST Err block_remove(Cx *cx, PersonId person);

#endif
