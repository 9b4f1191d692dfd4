/* The SQL of recipient.h: who is to be told. */
#ifndef HANSE_PEOPLE_RECIPIENT_STORE_H
#define HANSE_PEOPLE_RECIPIENT_STORE_H

#include "people/recipient.h"

typedef enum Circle {
    CIRCLE_PERSON,          /* of: the person */
    CIRCLE_LEADS,           /* of: the item that they lead */
    CIRCLE_FOLLOWERS,       /* of: the item, which may be another one than it is about */
    CIRCLE_NAMED,           /* of: a post; who is named there and was not told yet */
    CIRCLE_ITEM_MODERATORS, /* of items themselves: editors and the office */
    CIRCLE_POST_MODERATORS  /* and who leads the item or its body */
} Circle;

typedef struct RecipientQuery {
    ItemId item; /* what it is about */
    Circle circle;
    int64_t of;
    PersonId besides;
    bool uninvited; /* without who is invited to the meeting, and is told by mail */
    bool unruled;   /* also who may no longer read it: of one's own things */
    size_t limit;
} RecipientQuery;

/* Somebody to be told, and the item's title in their language. */
typedef struct Recipient {
    PersonId person;
    Str title;
} Recipient;
MUST Err recipient_store_list(Cx *cx, const RecipientQuery *query, Recipient **ret,
                              size_t *ret_count);
/* All who are named in the post have been told, or may not read it. */
MUST Err recipient_store_told(Cx *cx, PostId post);

/* What came of somebody's flags by one ruling. */
typedef struct Flagger {
    PersonId person;
    Target first;
    bool upheld;
    int64_t count;
} Flagger;
MUST Err recipient_store_flaggers(Cx *cx, int64_t ruling, PersonId besides, Flagger **ret,
                                  size_t *ret_count);

#endif
