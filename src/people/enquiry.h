/* Enquiry: somebody writes to the project office: a question, a barrier on these pages, content
 * that breaks the law (Regulation (EU) 2022/2065, Art. 16). With or without an account.
 *
 *   new -> assigned -> answered -> closed -> erased
 *
 * It has a number, which the sender is told at once, a day by which it is due, and from the start
 * the day on which its words and who wrote them are erased; number and dates stay. An answer is
 * written, looked at, and sent by a second action. */
#ifndef HANSE_PEOPLE_ENQUIRY_H
#define HANSE_PEOPLE_ENQUIRY_H

#include "people/inbox.h"

typedef enum EnquiryKind {
    ENQUIRY_CONTACT,
    ENQUIRY_BARRIER,
    ENQUIRY_ILLEGAL,
    ENQUIRY_KIND_COUNT_
} EnquiryKind;

typedef enum EnquiryState {
    ENQUIRY_NEW,
    ENQUIRY_ASSIGNED,
    ENQUIRY_ANSWERED,
    ENQUIRY_CLOSED,
    ENQUIRY_ERASED,
    ENQUIRY_STATE_COUNT_
} EnquiryState;

enum {
    ENQUIRY_SUBJECT_BYTES_MAX = 200,
    ENQUIRY_BODY_BYTES_MAX = 20000,
    ENQUIRY_PLACE_BYTES_MAX = 1000,
    ENQUIRY_NOTES_MAX = 500,
    ENQUIRY_LIST_MAX = 1000,
    ENQUIRY_REMIND_DAYS = 7 /* between two reminders that one is overdue */
};

extern const StatementTable ENQUIRY_STATEMENTS;

typedef struct EnquiryDraft {
    EnquiryKind kind;
    Str subject, body;
    Str place; /* address of the page that it is about; may be empty */
    Str name;
    Str mail;     /* empty: no answer is wanted */
    bool consent; /* to what is kept */
    bool honest;  /* what is reported as illegal is so to the best of one's knowledge */
    Str doubts;   /* words of web/guard.h */
} EnquiryDraft;

typedef struct Enquiry {
    int64_t id, version;
    Str number; /* "2026-0042" */
    EnquiryKind kind;
    EnquiryState state;
    Str subject, body, place, name, mail;
    Lang lang;
    PersonId person;
    Str doubts, outcome;
    int64_t created_us, due_us, answered_us, closed_us, delete_us;
} Enquiry;

typedef struct EnquiryNote {
    int64_t id;
    bool answer;
    Str body;
    PersonId person;
    Str person_name;
    int64_t at_us;
    int64_t sent_us; /* of an answer; 0: a draft */
} EnquiryNote;

Str enquiry_kind_name(EnquiryKind kind);
Str enquiry_state_name(EnquiryState state);
bool enquiry_state_parse(Str name, EnquiryState *ret);

/* INVALID with flaws "enquiry.subject", ".message", ".place", ".name", ".mail", ".consent",
 * ".honest". */
MUST Err enquiry_send(Cx *cx, const EnquiryDraft *draft, Str *ret_number);

/* For the office alone from here on. NOT_FOUND "enquiry.unknown". */
MUST Err enquiry_get(Cx *cx, Str number, Enquiry *ret);
/* The newest first, of one state or (ENQUIRY_STATE_COUNT_) of all. */
MUST Err enquiry_list(Cx *cx, EnquiryState state, int64_t limit, int64_t offset, Enquiry **ret,
                      size_t *ret_count, int64_t *ret_total);
/* The oldest first. */
MUST Err enquiry_notes(Cx *cx, int64_t id, EnquiryNote **ret, size_t *ret_count);
/* Changes: CONFLICT "item.version" when somebody else was faster, "enquiry.state" for what its
 * state does not allow. */
MUST Err enquiry_assign(Cx *cx, Enquiry *enquiry, PersonId owner);
MUST Err enquiry_note(Cx *cx, Enquiry *enquiry, Str body);
/* Keeps the answer as a draft, in place of one that was not sent; an empty one drops it. */
MUST Err enquiry_draft(Cx *cx, Enquiry *enquiry, int64_t version, Str body);
/* Sends the draft. INVALID "enquiry.answer" without one, or without an address. */
MUST Err enquiry_answer(Cx *cx, Enquiry *enquiry, int64_t version);
/* INVALID "verb.reason" without an outcome. */
MUST Err enquiry_close(Cx *cx, Enquiry *enquiry, int64_t version, Str outcome);
MUST Err enquiry_reopen(Cx *cx, Enquiry *enquiry, int64_t version);

/* What waits, for inbox.c. */
MUST Err enquiry_put_waiting(Cx *cx, InboxList *list);
/* Erases what has to be, and reminds of what is overdue. A job. */
MUST Err enquiry_work(Cx *cx);
/* Erases what the person wrote, and what came from an address (may be empty). */
MUST Err enquiry_forget(Cx *cx, PersonId person, Str mail_key);

#endif
