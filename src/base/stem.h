/* Words and their stems, for the search: what is looked for in German texts, in any of its forms.
 *
 * A light stemmer: it takes off endings of plurals and inflection ("Häuser", "Hauses" and "Haus"
 * are one), and no prefixes or derivations. It knows no dictionary and is the same for all
 * languages, so that a question needs none; English plurals and most others lose their s. */
#ifndef HANSE_BASE_STEM_H
#define HANSE_BASE_STEM_H

#include "base/arena.h"

enum { WORD_BYTES_MAX = 48 /* longer ones are cut */ };

/* The stem of a word that fold_search folded: its beginning, three letters at least where it has
 * as many. Stemming a stem may take off more: each word is stemmed once. */
Str stem_of(Str folded);

/* Words that say nothing about what a text is about: "der", "wo", "the". Folded, not stemmed. */
bool is_stop_word(Str folded);

typedef struct Word {
    Str folded;      /* whole, as fold_search folds it; at most WORD_BYTES_MAX bytes */
    size_t from, to; /* where it stands in the text */
    bool hyphen;     /* a hyphen joins it with the word before: "Wahl-O-Mat" has three */
} Word;

/* Walks the words of a text: runs of letters and digits of any script. false at the end. */
typedef struct WordReader {
    Arena *arena;
    Str text;
    size_t at;
    bool hyphen;
} WordReader;
bool word_next(WordReader *reader, Word *ret);

#endif
