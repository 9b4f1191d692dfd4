/* Forms that are neither sent twice nor lost.
 *
 * Each form carries a key. The first time that it is sent, the key is kept with the address that
 * the answer leads to, in the commit of the change; sent again (a double click, a reload, a lost
 * answer) it leads there without doing anything, also where it would be refused by now, because
 * the link that it came by has been used. Keys are kept for a day.
 *
 * A form that is sent after its session has ended is kept as a draft, for a day, under a key that
 * only the browser knows, so that the words come back after the login. Passwords are not kept. */
#ifndef HANSE_CORE_FORM_H
#define HANSE_CORE_FORM_H

#include "core/actor.h"
#include "db/db.h"

enum {
    FORM_KEY_BYTES_MAX = 64,
    FORM_DRAFT_BYTES_MAX = 64 << 10,
    FORM_DRAFTS_MAX = 10000, /* of all strangers together; beyond, the oldest go */
    FORM_KEEP_S = 86400
};

extern const StatementTable FORM_STATEMENTS;

/* Where the form of this key led; *ret_location with p NULL when it was not sent yet. */
MUST Err form_sent(Cx *cx, Str key, Str *ret_location);
MUST Err form_keep_key(Cx *cx, Str key, Str location);

/* path: of the page with the form. LIMIT "form.draft" beyond FORM_DRAFT_BYTES_MAX. */
MUST Err form_keep_draft(Cx *cx, Str key, Str path, Str body);
/* The urlencoded body; p NULL when there is none of that key for that page. */
MUST Err form_find_draft(Cx *cx, Str key, Str path, Str *ret_body);
/* Removes what is older than FORM_KEEP_S; a job. */
MUST Err form_clean(Cx *cx);

#endif
