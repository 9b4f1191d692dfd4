/* What keeps forms that anyone may send from being flooded, without third parties: a field that
 * people do not see, the time that it took to fill the form in, how many links there are in it,
 * and how often one network sends. What looks like spam is marked and kept, never dropped; who
 * sends too often is told to wait, with the words still in the form. */
#ifndef HANSE_WEB_GUARD_H
#define HANSE_WEB_GUARD_H

#include "web/form.h"

enum {
    GUARD_FILL_S_MIN = 4, /* nobody reads and fills in a form faster */
    GUARD_FILL_H_MAX = 24,
    GUARD_LINKS_MAX = 2
};

/* The hidden fields. */
void guard_put(Form *form);
/* For decode. LIMIT "guard.often". */
MUST Err guard_admit(Call *call);
/* Words parted by blanks, each with the text guard.doubt.WORD: trap, fast, stale, links. Empty: no
 * doubt. `words` is all that was written. */
Str guard_doubts(Call *call, Str words);
/* The doubts in the reader's language: "zu schnell ausgefüllt, viele Links". */
Str guard_doubt_words(const Page *page, Str doubts);

#endif
