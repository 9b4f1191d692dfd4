/* Texts of the search: Markdown as plain words, and the part of a text that shows a hit. */
#ifndef HANSE_PEOPLE_SEARCH_TEXT_H
#define HANSE_PEOPLE_SEARCH_TEXT_H

#include "people/search.h"

enum { SEARCH_WORD_BYTES_MIN = 2 };

/* Without tags, addresses of links and signs of Markdown; white space is one blank. */
Str search_plain(Arena *arena, Str markdown);

/* The stems that were looked for, to be found again in a text. */
typedef struct SearchMarks {
    Str *slots; /* by hash; a power of two */
    size_t size, count;
} SearchMarks;
SearchMarks search_marks(Arena *arena, size_t most);
void search_mark(SearchMarks *marks, Str term);

/* Cuts a text into marked and other pieces: all of it, or, where bytes is not 0, the part of about
 * that length in which most of what was looked for stands. */
void search_pieces(Arena *arena, const SearchMarks *marks, Str text, size_t bytes,
                   SearchPiece **ret, size_t *ret_count);
/* How the text writes a term, the first time; p NULL: not at all. */
Str search_written(Arena *arena, Str text, Str term);

#endif
