/* Folding text: what people type and what is written compare as the same.
 *
 * The letters are those of Latin-1, Latin Extended-A, -B and Additional with their accents taken
 * off, and Greek, Cyrillic and Armenian where upper and lower case pair simply; other scripts stay
 * as they are. Composed and decomposed forms (NFC, NFD) fold alike, since combining marks U+0300 to
 * U+036F are dropped. Not the full case folding of Unicode, which would need its database. */
#ifndef HANSE_BASE_FOLD_H
#define HANSE_BASE_FOLD_H

#include "base/arena.h"

/* Text to search in and for: lower case, no accents, ä and ae to a, ö and oe to o, ü and ue to u,
 * ß to ss; white space runs are one space, none at the ends. Folding twice changes nothing. A
 * broken byte becomes U+FFFD. The result is at most three times as long as the text. */
Str fold_search(Arena *arena, Str text);

/* The order of DIN 5007-1 (dictionaries): ä as a, ß as ss, upper as lower case; where that leaves
 * both the same, by bytes, so that only equal texts compare as 0. */
int fold_compare_de(Str a, Str b);

/* How many bytes of the text from `at` on fold to `folded` (a result of fold_search that is one
 * word); 0 where they do not. What stands behind them is not looked at, but for combining marks. */
size_t fold_match(Str text, size_t at, Str folded);

enum { SLUG_BYTES_MAX = 80 };

/* The readable part of an address: [a-z0-9-] with ä as ae, ö as oe, ü as ue, ß as ss, no hyphen
 * at the ends and none doubled, at most SLUG_BYTES_MAX bytes and cut between words where there are
 * several. Empty where the title has no Latin letter and no digit. */
Str slug_make(Arena *arena, Str title);

#endif
