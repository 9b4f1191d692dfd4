/* A question to the index: its words, the terms that each of them stands for, and what is looked
 * for where a word finds nothing. Private to the search. */
#ifndef HANSE_PEOPLE_SEARCH_QUESTION_H
#define HANSE_PEOPLE_SEARCH_QUESTION_H

#include "base/stem.h"
#include "people/search_weigh.h"

typedef struct Group {
    Str stem, folded; /* as it was typed */
    SearchTerm terms[SEARCH_TERMS_MAX];
    double weights[SEARCH_TERMS_MAX];
    size_t count;
    double factor; /* how much it matters: 1 unless said otherwise */
    bool is_part;  /* of a compound: it is not taken apart again */
    Str near;      /* the term that was found instead of it */
} Group;

typedef struct Question {
    Group *groups[SEARCH_WORDS_MAX * 2]; /* with those that compounds were taken apart into */
    size_t count;
    Word words[SEARCH_WORDS_MAX];
    size_t word_count;
} Question;

/* One word more, by its stem; NULL where it is there already, or where there are too many. */
Group *question_add(Cx *cx, Question *question, Str stem);
/* One term more that it stands for; the better of two weights. */
void group_add(Group *group, const SearchTerm *term, double weight);
/* The terms of the index that it stands for. */
MUST Err question_terms(Cx *cx, Group *group);
/* Words as somebody typed them. */
MUST Err question_read(Cx *cx, Str text, Question *ret);
/* Weighs each word; one that nothing was found by, as far as the actor may read, is looked for as
 * parts of a compound, and, if that finds nothing either, with one letter wrong. */
MUST Err question_weigh(Cx *cx, Weighing *weighing, Question *question);

#endif
