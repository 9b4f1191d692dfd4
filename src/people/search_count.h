/* The words of a text and what each weighs by where it stands. Private to the search. */
#ifndef HANSE_PEOPLE_SEARCH_COUNT_H
#define HANSE_PEOPLE_SEARCH_COUNT_H

#include "people/search.h"

enum {
    COUNT_TITLE_WEIGHT = 5, /* of a word in the title */
    COUNT_LEAD_WEIGHT = 2,
    COUNT_BODY_WEIGHT = 1,
    COUNT_BESIDE_WEIGHT = 2,
    COUNT_TERMS_MAX = 8192 /* different words of one text; more are left out */
};

typedef struct Count {
    Str term; /* empty: an empty slot */
    int64_t weight;
} Count;

/* A table of words by their hash. */
typedef struct Counting {
    Arena *arena;
    Count *slots;
    size_t size, used; /* half of the slots are used at most */
    int64_t words;
} Counting;

/* For so many different words; more are left out. */
Counting counting_new(Arena *arena, size_t terms_max);
/* Adds the stems of a plain text's words, without those that say nothing. */
void count_words(Counting *counting, Str text, int64_t weight);
/* What a stem weighs; 0: it is not there. */
int64_t count_of(const Counting *counting, Str term);

#endif
