/* The SQL of erasures; private to erasure.c. */
#ifndef HANSE_PEOPLE_ERASURE_STORE_H
#define HANSE_PEOPLE_ERASURE_STORE_H

#include "people/erasure.h"
#include "people/own_data.h"
#include "people/search.h"

/* Items that the person leads alone. */
typedef struct ErasureLead {
    ItemId id;
    Noun noun;
    Str state, slug, title;
} ErasureLead;
MUST Err erasure_store_leads(Cx *cx, PersonId person, ErasureLead *ret, size_t max,
                             size_t *ret_count);
typedef enum ErasureList {
    ERASURE_SETTINGS, /* name, value */
    ERASURE_SLUGS,    /* noun, slug, item */
    ERASURE_DRAFTS,   /* key, body */
    ERASURE_HASHES,   /* hash, "" */
    ERASURE_TEXTS,    /* kind, text, ref: of the index of the search */
    ERASURE_TOPICS,   /* names in both languages */
    /* Of who wrote without an account: address, name, since when. */
    ERASURE_TRACES_SIGN_UP,
    ERASURE_TRACES_ENQUIRY,
    ERASURE_TRACES_APPLICATION,
    ERASURE_TRACES_INTEREST,
    ERASURE_TRACES_INVITATION
} ErasureList;
/* Two texts and a number that the statement of that name gives, and the key where it is a number.
 */
typedef struct ErasureRow {
    Str a, b;
    int64_t number, id;
} ErasureRow;
/* Calls visit for each row, by key. It may change the table: the rows of a page were read before.
 * Their texts are gone when it comes back. */
typedef Err ErasureVisit(Cx *cx, void *user, const ErasureRow *row);
MUST Err erasure_store_each(Cx *cx, ErasureList list, ErasureVisit *visit, void *user);
/* Addresses of the person's accounts elsewhere, some at a time: those behind that one. */
MUST Err erasure_store_mails(Cx *cx, PersonId person, Str after, Str *ret, size_t max,
                             size_t *ret_count);
/* Other accounts whose folded name contains the text. */
MUST Err erasure_store_names(Cx *cx, PersonId person, Str folded, Str **ret, size_t *ret_count);
MUST Err erasure_store_next(Cx *cx, int64_t *ret_person);
MUST Err erasure_store_posts(Cx *cx, PersonId person, int64_t after, size_t limit, int64_t *ret,
                             size_t *ret_count);
/* Drafts that nobody but the person reads. */
MUST Err erasure_store_own(Cx *cx, PersonId person, int64_t after, size_t limit, int64_t *ret,
                           size_t *ret_count);

/* What personal.def calls REMOVE and NOBODY. */
MUST Err erasure_store_act(Cx *cx, const PersonalColumn *column, PersonId person);
/* Ends relations, empties what the person wrote with them, takes opinions and drafts that nobody
 * else reads. */
MUST Err erasure_store_person(Cx *cx, PersonId person);
/* What was sent to an address or came from there. */
MUST Err erasure_store_mail(Cx *cx, PersonId person, Str mail_key);
MUST Err erasure_store_drop_draft(Cx *cx, Str key);
MUST Err erasure_store_slug(Cx *cx, Str noun, Str before, Str after, int64_t item);
MUST Err erasure_store_file(Cx *cx, const ErasureFile *file);
MUST Err erasure_store_rest(Cx *cx, int64_t *ret_since_us);
MUST Err erasure_store_set_rest(Cx *cx, bool rest);

#endif
