/* The ranking of a search: BM25 over the texts that the actor may read. Private to the search.
 *
 * The rows of a word are read first, then the rule of reading is asked for the items that they
 * belong to; what is not for the actor is left out before anything is counted. */
#ifndef HANSE_PEOPLE_SEARCH_WEIGH_H
#define HANSE_PEOPLE_SEARCH_WEIGH_H

#include "people/search_store.h"

typedef struct WeighedDoc {
    int64_t doc, item, words;
    Noun noun; /* of the item */
    bool post;
    uint32_t group;       /* the word that was weighed last for it */
    double often;         /* how often that word stands in it */
    double score, covers; /* of all words; and how much of the question it has */
} WeighedDoc;

typedef struct WeighedItem {
    int64_t item; /* 0: an empty slot */
    Noun noun;
    bool readable;
} WeighedItem;

typedef struct Weighing {
    Cx *cx;
    const SearchOnly *only;
    WeighedDoc **slots; /* by hash of doc */
    size_t size, count;
    WeighedItem *items; /* by hash */
    size_t item_size, item_count;
    int64_t known_from, known_to; /* of the items between, all that are readable are there */
    SearchRow *rows;              /* of the word that is being weighed */
    size_t row_count, row_cap;
    WeighedDoc **touched; /* by that word */
    size_t touched_count, touched_cap;
    uint32_t group;
    const SearchTerm *terms; /* of that word */
    int64_t *found;          /* rows by term */
    size_t term_count;
    int64_t docs, words; /* in the whole index */
    double asked;        /* what a text would cover that has all words */
    double covers_min;   /* a text must have this share of what the best one has */
    double factor;       /* how much the word that is being weighed matters; 1 at first */
    WeighedDoc **kept;   /* after weigh_end: what answers the question, the best first */
    size_t kept_count;
    bool more;
} Weighing;

/* What a text gets at most for a word, by how much that one is rare and matters: K1 + 1. */
#define WEIGH_MOST 2.2

MUST Err weigh_begin(Cx *cx, const SearchOnly *only, Weighing *ret);
/* One word of the question, by the terms that it stands for. */
MUST Err weigh(Weighing *weighing, const SearchTerm *terms, const double *weights, size_t count,
               bool *ret_found);
/* How much it says that a text has a word which so many of all texts have (BM25's, never below 0).
 */
double weigh_rarity(int64_t docs, int64_t having);
/* Rows by that term of the word that was weighed last. */
int64_t weigh_found(const Weighing *weighing, int64_t term);
/* Sorts, takes one of two languages of the same thing, the actor's where both answer, and leaves
 * out what has much less of the question than the best one. */
MUST Err weigh_end(Weighing *weighing);

#endif
