/* Search: what is written in items and in what people say about them, found in any form of its
 * words: with or without umlauts, in the plural, inside of compounds, with one letter wrong.
 *
 * The index is a projection on ITEM_CHANGED; other nouns put their texts with search_put. It knows
 * nothing about who may read: every question joins the items by item_read_rule, and what a
 * question falls back to, what it counts and what it suggests follows from what it found by that
 * rule alone. Words of the field that mean the same find each other (synonym.def). Texts are ranked
 * by BM25, a word in the title weighing more than one in the text, a whole word more than a part of
 * one, and what the city has resolved (goals, strategies) more than what is proposed. The decision
 * record says why it is so and no engine's own search. */
#ifndef HANSE_PEOPLE_SEARCH_H
#define HANSE_PEOPLE_SEARCH_H

#include "people/item.h"

typedef enum SearchKind { SEARCH_ITEM, SEARCH_POST, SEARCH_KIND_COUNT_ } SearchKind;

enum {
    SEARCH_WORDS_MAX = 12, /* of a question that are looked for; more are left out */
    SEARCH_QUESTION_BYTES_MAX = 300,
    SEARCH_LIMIT_MAX = 50,           /* hits of one answer */
    SEARCH_ROWS_MAX = 60000,         /* words of texts that one question looks at */
    SEARCH_DOC_BYTES_MAX = 64 << 10, /* of a text that are indexed */
    SEARCH_MARKS_MAX = 24,           /* in one excerpt */
    SEARCH_EXCERPT_BYTES = 240
};

extern const StatementTable SEARCH_STATEMENTS;

/* ---- the index ---- */

typedef struct SearchText {
    SearchKind kind;
    int64_t ref; /* of the item or the post */
    ItemId item; /* whose rule of reading holds: the item itself, or the one that is talked about */
    Noun noun;   /* of that item */
    Lang lang;
    Str title, lead, body; /* body is Markdown */
    Str beside;            /* found, but not shown: topics, district */
} SearchText;

/* Puts a text in the place of what was there of the same kind, ref and language; nothing happens
 * where it is the same. */
MUST Err search_put(Cx *cx, const SearchText *text);
/* Takes all languages of it out: its words too, where no other text has them. */
MUST Err search_drop(Cx *cx, SearchKind kind, int64_t ref);
/* A projection (core/unit.h): reads the events of a unit and puts the items and the visible posts
 * that changed; takes out the posts that are not visible any more. */
MUST Err search_project(void *user, Cx *cx, const Events *events);

/* What is not in the index though it should: after an import, an upgrade, or the filling of a
 * demo. A job looks (search_missing, on a read connection) and puts (search_fill). */
typedef struct SearchMissing {
    int64_t *refs;
    SearchKind *kinds;
    size_t count;
} SearchMissing;
MUST Err search_missing(Cx *cx, size_t limit, SearchMissing *ret);
MUST Err search_fill(Cx *cx, const SearchMissing *missing);
/* Takes out and puts again what comes behind `after` (0: the first), at most limit things, and
 * tells the last one's number, 0 at the end. For `hanse search rebuild`, after a change of how
 * words are folded. */
MUST Err search_rebuild(Cx *cx, SearchKind kind, int64_t after, size_t limit, int64_t *ret_last,
                        size_t *ret_count);

/* ---- questions ---- */

typedef struct SearchQuery {
    Str words;
    bool by_noun, by_post; /* only items of that noun; only posts */
    Noun noun;
    int64_t topic; /* 0: any */
    int64_t limit, offset;
} SearchQuery;

/* A piece of an excerpt; marked where it is what was looked for. */
typedef struct SearchPiece {
    Str text;
    bool marked;
} SearchPiece;

typedef struct SearchHit {
    SearchKind kind;
    int64_t ref;
    ItemId item;
    Noun noun;
    Lang lang; /* of title and excerpt */
    Str title;
    SearchPiece *title_pieces, *pieces;
    size_t title_piece_count, piece_count;
    double score;
} SearchHit;

typedef struct SearchResult {
    SearchHit *hits;
    size_t count;
    int64_t total;              /* of the chosen kind */
    int64_t nouns[NOUN_COUNT_]; /* of all kinds, by the other conditions */
    int64_t posts, all;
    bool more;     /* there were too many to look at all of them */
    Str corrected; /* the question with the word that was found instead; empty: as it was typed */
} SearchResult;

/* INVALID "search.limit". A question without a word finds nothing. */
MUST Err search_find(Cx *cx, const SearchQuery *query, SearchResult *ret);

/* ---- what is like a text that is being written ---- */

enum { SEARCH_LIKE_WORDS = 12 /* of the text that are asked for: those that matter most */ };

typedef struct SearchDraft {
    Str title, lead, body;
    Str district;             /* its words are left out: they say where and not what */
    ItemId without;           /* what it is a draft of; 0: nothing yet */
    int64_t changed_since_us; /* only what changed after that moment; 0: anything */
} SearchDraft;

typedef struct SearchLike {
    ItemId item;
    Noun noun;
    double likeness; /* 0 to 1: how much of what matters in the draft it has */
} SearchLike;

/* Items that the actor may read, the most like one first; no posts. Cheap enough to be asked while
 * somebody types: the beginning of the draft, its weightiest words, a few titles are looked at. */
MUST Err search_like(Cx *cx, const SearchDraft *draft, SearchLike *ret, size_t max,
                     size_t *ret_count);

#endif
