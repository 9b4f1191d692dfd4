/* Mention: a person who is named in a post by "@handle".
 *
 * Only these can be named: the item's author, who wrote visible posts about it, and, for readers
 * of the alliance and of the item's own people, who leads it and is a member of it or of its body.
 * A handle is the person's name as a slug ("@maria-muster"); where two have the same, the later
 * account has "-2". What looks alike in other scripts is no handle, since handles are a-z, 0-9.
 *
 * What is stored is "@{7}", the person's number: no name stands in the words, so that none stays
 * after an account is erased. A number is shown as a name only where the post mentions that
 * person, so that nobody finds out names by typing numbers. */
#ifndef HANSE_PEOPLE_MENTION_H
#define HANSE_PEOPLE_MENTION_H

#include "people/item.h"

enum {
    MENTION_CANDIDATES_MAX = 500,
    MENTIONS_MAX = 10 /* in one post: who names more calls a crowd */
};

extern const StatementTable MENTION_STATEMENTS;

typedef struct Mention {
    PersonId person;
    Str handle; /* without the @ */
    Str name;   /* empty: an erased account */
} Mention;

/* Who can be named in posts about the item, and who is named in the post already (0: a new one);
 * by name. */
MUST Err mention_candidates(Cx *cx, const Item *item, int64_t post, Mention **ret,
                            size_t *ret_count);
/* Of words as they were typed: those to store, and whom they name. Flaw "post.mentions" for more
 * than MENTIONS_MAX. */
Str mention_encode(Cx *cx, Str typed, const Mention *candidates, size_t candidate_count,
                   Mention ret[MENTIONS_MAX], size_t *ret_count);
/* The words as they are typed again for a change. */
Str mention_decode(Arena *arena, Str stored, const Mention *mentions, size_t count);
/* The words as Markdown in which names stand in the place of numbers; `erased` for those of erased
 * accounts. */
Str mention_markdown(Arena *arena, Str stored, const Mention *mentions, size_t count, Str erased);

MUST Err mention_put(Cx *cx, int64_t post, const Mention *mentions, size_t count);
/* Of one post. Handles are made from names alone. */
MUST Err mention_list(Cx *cx, int64_t post, Mention **ret, size_t *ret_count);

#endif
