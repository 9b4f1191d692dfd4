/* Erasure: the end of an account (GDPR, article 17).
 *
 *   ask -> (grace: account.erase_days, then the next night) -> erased
 *      \-> stay, by logging in
 *
 * What goes and what stays stands in personal.def, for each column that refers to a person; from
 * all that is written the names and addresses are taken out (redaction.h). A part of a name, such
 * as the family name alone, is taken out as well where it is this person's alone: where no other
 * account, no setting and no topic has it, and no more than ERASURE_PART_TEXTS_MAX texts. A whole
 * name that another account has too is left, since it may be that one's.
 *
 * An account does not end while somebody is needed: the last representative of a partner, the only
 * lead of a body or project that works, the last administrator, who is named in a setting such as
 * the imprint.
 *
 * How it is done: erasure_look gathers on a read connection and writes files anew; its lines are
 * on disk in the list of erasures (core/erasure_list.h) before erasure_run changes the store, and
 * are taken back where it does not erase after all; after its commit erasure_rest says so until
 * the store was written anew (db_scrub). */
#ifndef HANSE_PEOPLE_ERASURE_H
#define HANSE_PEOPLE_ERASURE_H

#include "core/erasure_list.h"
#include "core/person.h"
#include "people/redaction.h"

enum {
    ERASURE_PART_TEXTS_MAX = 50,
    ERASURE_NEEDS_MAX = 20,
    ERASURE_TRACES_MAX = 400, /* addresses at a time */
    ERASURE_HOUR = 3,         /* of the night in which accounts end: nobody writes then */
    ERASURE_LATER_H = 24      /* when somebody is needed meanwhile */
};

extern const StatementTable ERASURE_STATEMENTS;

typedef enum ErasureNeedKind {
    ERASURE_NEED_REP,    /* name and path of the partner */
    ERASURE_NEED_LEAD,   /* of the body or project */
    ERASURE_NEED_ADMIN,  /* none */
    ERASURE_NEED_SETTING /* name of the setting */
} ErasureNeedKind;
typedef struct ErasureNeed {
    ErasureNeedKind kind;
    Str name, path;
} ErasureNeed;
/* Why the account cannot end yet; *ret_count 0: it can. */
MUST Err erasure_needs(Cx *cx, PersonId person, ErasureNeed ret[ERASURE_NEEDS_MAX],
                       size_t *ret_count);

/* When an account ends whose person asks now. */
MUST Err erasure_due(Cx *cx, int64_t *ret_us);
/* The actor's own account; ends all sessions, and a mail says until when one may come back.
 * CONFLICT "erasure.needed". */
MUST Err erasure_ask(Cx *cx, bool posts, Events *events);
/* By the office, at once: MAY_PERSONS and account_may_decide. The same conflict. */
MUST Err erasure_order(Cx *cx, PersonId person, Str reason, bool posts, Events *events);
/* The next account whose time has come. */
MUST Err erasure_next(Cx *cx, bool *ret_found, Person *ret);

/* A file in which the person was named, and what it is without. */
typedef struct ErasureFile {
    Str before, after; /* names of blobs */
} ErasureFile;

typedef struct Erasure {
    PersonId person;
    bool posts;
    bool again; /* of a restored store: nobody is asked for a successor */
    bool stays; /* somebody is needed, or came back: nothing was looked for, there are no lines */
    Str reason; /* for the audit */
    Redaction redaction;
    Str *mails; /* keys of all addresses of the account */
    size_t mail_count, mail_room;
    ErasureFile *files;
    size_t file_count, file_room;
    ErasureLine *lines; /* for the list */
    size_t line_count;
} Erasure;

/* `also`: more names to be taken out. files_dir: the folder of blobs. LIMIT "erasure.many": more
 * names or addresses than REDACTION_NAMES_MAX. */
MUST Err erasure_look(Cx *cx, const Person *person, bool again, const Str *also, size_t also_count,
                      Str files_dir, Erasure *ret);
/* Whether the line is about this account: its number, and one of its addresses. */
MUST Err erasure_is_of(Cx *cx, const ErasureLine *line, const Person *person, bool *ret);
/* In a store from before an account there may be what came from its address: sign-ups, enquiries,
 * applications. An erasure without a person (number 0) of such addresses that lines name, from
 * before the time of their line: ERASURE_TRACES_MAX at the most, so it is looked again after the
 * change. *ret_found false: there are none (any more). */
MUST Err erasure_look_for_traces(Cx *cx, const ErasureLine *lines, size_t count, Str files_dir,
                                 bool *ret_found, Erasure *ret);
/* The change itself. Puts the account off by ERASURE_LATER_H where somebody is needed. *ret_done
 * false: it was not erased, now or any more, so the lines are to be taken back. */
MUST Err erasure_run(Cx *cx, const Erasure *erasure, Events *events, bool *ret_done);
/* After the commit: the files as they were. */
void erasure_remove_files(Cx *cx, const Erasure *erasure, Str files_dir);

/* Since when the store has to be written anew, 0: it has not; and that it was. */
MUST Err erasure_rest(Cx *cx, int64_t *ret_since_us);
MUST Err erasure_rested(Cx *cx);

#endif
