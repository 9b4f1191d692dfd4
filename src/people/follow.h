/* Follow: a person is told of what happens to an item.
 *
 * Persons follow what they chose to, and by themselves what is theirs: what they wrote, where they
 * wrote in the discussion, and what they represent, lead or are members of. Each of these can be
 * ended, and stays ended whatever they do there later, until they follow it again. The table keeps
 * only what somebody chose; the rest follows from what there is, so that nothing has to be kept in
 * step. */
#ifndef HANSE_PEOPLE_FOLLOW_H
#define HANSE_PEOPLE_FOLLOW_H

#include "people/item.h"

enum {
    FOLLOWED_MAX = 1000,  /* by one person, by choice */
    FOLLOWERS_MAX = 5000, /* of one item: all are told in one commit */
    FOLLOW_LIST_MAX = 100 /* of one answer */
};

extern const StatementTable FOLLOW_STATEMENTS;

typedef struct Follow {
    bool follows;      /* the actor */
    int64_t followers; /* all of them */
} Follow;
MUST Err follow_get(Cx *cx, ItemId item, Follow *ret);
/* What is so already stays so. LIMIT "follow.many" beyond either bound; DENIED "auth.required". */
MUST Err follow_set(Cx *cx, const Item *item, bool follows);

typedef struct Followed {
    ItemId item;
    Noun noun;
    Str title, path, state;
    Lang lang; /* of the title */
    int64_t changed_us;
} Followed;
/* What the actor follows and may read, the last changed first. */
MUST Err follow_list(Cx *cx, int64_t limit, int64_t offset, Followed **ret, size_t *ret_count,
                     int64_t *ret_total);
MUST Err follow_end_all(Cx *cx);

/* Appends "SELECT ...": the persons who follow an item, whether they may read it or not. */
void follow_put_followers(DbDynamic *query, const Cx *cx, ItemId item);

#endif
