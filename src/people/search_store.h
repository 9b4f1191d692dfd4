/* The SQL of the search; private to the search. */
#ifndef HANSE_PEOPLE_SEARCH_STORE_H
#define HANSE_PEOPLE_SEARCH_STORE_H

#include "people/search.h"

Str search_kind_name(SearchKind kind);

/* ---- writing ---- */

/* The number of the text of that kind, ref and language; 0: none. */
MUST Err search_store_doc(Cx *cx, const SearchText *text, int64_t *ret);
MUST Err search_store_same(Cx *cx, int64_t doc, Str title, Str body, Str beside, bool *ret);
MUST Err search_store_add_doc(Cx *cx, const SearchText *text, Str body, int64_t words,
                              int64_t *ret);
MUST Err search_store_remove_doc(Cx *cx, int64_t doc);
MUST Err search_store_terms_of(Cx *cx, int64_t doc, int64_t *ret, size_t max, size_t *ret_count);
/* Removes a term that no text has any more, so that nothing tells that there was one. */
MUST Err search_store_prune(Cx *cx, int64_t term);
MUST Err search_store_docs(Cx *cx, SearchKind kind, int64_t ref, int64_t *ret, size_t max,
                           size_t *ret_count);
/* The number of a term; a new one is added with its endings. */
MUST Err search_store_term(Cx *cx, Str term, int64_t *ret);
/* That a text has a term, and what ranking must know of the text. */
typedef struct SearchRow {
    int64_t term, doc, weight, words, item;
    int64_t post; /* 1: a post, 0: an item itself */
} SearchRow;
MUST Err search_store_add_posting(Cx *cx, const SearchRow *row);
/* Numbers of items, or of visible posts, that come behind; or of those that have no text here. */
MUST Err search_store_refs(Cx *cx, SearchKind kind, int64_t after, size_t limit, int64_t *ret,
                           size_t *ret_count);
MUST Err search_store_missing(Cx *cx, SearchKind kind, size_t limit, int64_t *ret,
                              size_t *ret_count);

/* ---- reading ---- */

/* A term, and where in it the ending stands that it was found by. */
typedef struct SearchTerm {
    int64_t id;
    Str term;
    int64_t at;
} SearchTerm;

enum {
    SEARCH_TERMS_MAX = 200, /* that one word of a question stands for */
    SEARCH_ENDING_BYTES_MIN = 3
};

/* Terms with an ending that begins with the text, in the order of the endings; where whole_only,
 * terms that begin with it themselves. */
MUST Err search_store_begins(Cx *cx, Str text, bool whole_only, SearchTerm *ret, size_t max,
                             size_t *ret_count);
/* Terms with exactly that ending. */
MUST Err search_store_ends(Cx *cx, Str text, SearchTerm *ret, size_t max, size_t *ret_count);
/* Terms that are exactly one of these words. */
MUST Err search_store_whole(Cx *cx, const Str *words, size_t count, SearchTerm *ret, size_t max,
                            size_t *ret_count);

/* In how many texts each of these terms stands, counted up to a bound; they come in any order. */
enum { SEARCH_OFTEN_MAX = 5000 };
MUST Err search_store_often(Cx *cx, const Str *words, size_t count, SearchTerm *ret,
                            int64_t *ret_often, size_t max, size_t *ret_count);

/* Calls for each row of these terms (at most SEARCH_TERMS_MAX), at most SEARCH_ROWS_MAX times,
 * which *ret_more then says. The rows stand for nobody yet: search_store_readable says whose they
 * are. */
MUST Err search_store_rows(Cx *cx, const int64_t *terms, size_t count,
                           void (*each)(void *user, const SearchRow *row), void *user,
                           bool *ret_more);

typedef struct SearchOnly {
    ItemId without;           /* 0: none */
    int64_t topic;            /* 0: any */
    int64_t changed_since_us; /* 0: any */
} SearchOnly;
/* Calls for each of these items (at most SEARCH_TERMS_MAX) that the actor may read, by the rule,
 * and that meets the conditions. */
MUST Err search_store_readable(Cx *cx, const int64_t *items, size_t count, const SearchOnly *only,
                               void (*each)(void *user, int64_t item, Noun noun), void *user);
/* The same for all items whose numbers are between these two, which are included. */
MUST Err search_store_readable_between(Cx *cx, int64_t from, int64_t to, const SearchOnly *only,
                                       void (*each)(void *user, int64_t item, Noun noun),
                                       void *user);
MUST Err search_store_ref(Cx *cx, int64_t doc, int64_t *ret_ref, Lang *ret_lang);
MUST Err search_store_total(Cx *cx, int64_t *ret_docs, int64_t *ret_words);
MUST Err search_store_text(Cx *cx, int64_t doc, Str *ret_title, Str *ret_body, Str *ret_beside);

typedef struct SearchTitle {
    int64_t doc;
    Str title, beside;
} SearchTitle;
/* What stands over these texts (at most SEARCH_TERMS_MAX), in any order. */
MUST Err search_store_titles(Cx *cx, const int64_t *docs, size_t count, SearchTitle *ret,
                             size_t max, size_t *ret_count);

#endif
