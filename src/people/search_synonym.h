/* Words of a question that mean the same as others (synonym.def): what they stand for is looked for
 * as well, a little less than what was typed. Private to the search. */
#ifndef HANSE_PEOPLE_SEARCH_SYNONYM_H
#define HANSE_PEOPLE_SEARCH_SYNONYM_H

#include "people/search_question.h"

enum {
    SYNONYM_WORDS_MAX = 4, /* of a row of synonym.def */
    SYNONYM_PARTS_MAX = 3  /* that one of them has, without those that say nothing */
};

/* Adds the terms of the others to the groups of those words of the text that have some. Asks the
 * store only then. */
MUST Err synonym_add(Cx *cx, Str text, Question *question);

#endif
