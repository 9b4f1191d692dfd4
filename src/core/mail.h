/* Mail: what is to be said to somebody, written to the outbox in the commit of what it is about.
 *
 *   mail_add(cx, &(MailDraft){.kind = MAIL_REP_INVITED, .person = id, .who = name, .path = path})
 *
 * One row of mail.def per kind. Words and form are made when it is sent (web/mail_text.h,
 * api/out/mail.h), in the reader's language. Who gets nothing, is decided here, when a mail is
 * added and once more before it is sent:
 *
 * - An address that nobody has confirmed gets only the kinds that mail.def marks so. A person's is
 *   confirmed; any other one when mail_confirm said so (a link from a mail was followed).
 * - An address whose server refused it for good gets the category ACCOUNT alone.
 * - Persons that are suspended or erased get nothing.
 *
 * Nothing that a person typed can become a header: texts that stand in one line must be one, and
 * the rest is encoded (api/out/mail_message.h). */
#ifndef HANSE_CORE_MAIL_H
#define HANSE_CORE_MAIL_H

#include "base/ical.h"
#include "core/person.h"

typedef enum MailKind {
#define MAIL(code, key, to_unconfirmed, category, help) MAIL_##code,
#include "core/mail.def"
#undef MAIL
    MAIL_KIND_COUNT_
} MailKind;

typedef enum MailCategory {
    MAIL_CATEGORY_ACCOUNT,
    MAIL_CATEGORY_OFFICE,
    MAIL_CATEGORY_NOTICE,
    MAIL_CATEGORY_DIGEST
} MailCategory;

typedef struct MailRow {
    Str key; /* "test": names its texts, and the kind in the outbox */
    bool to_unconfirmed;
    MailCategory category;
    const char *help;
} MailRow;
extern const MailRow MAILS[MAIL_KIND_COUNT_];
extern const StatementTable MAIL_STATEMENTS;

enum {
    MAIL_TEXT_BYTES_MAX = 1000,    /* who, what, date */
    MAIL_REASON_BYTES_MAX = 64000, /* what somebody wrote */
    MAIL_PATH_BYTES_MAX = 2000,
    MAIL_LINES_MAX = 200, /* of a digest; what is beyond is counted there */
    MAIL_KEPT_MAX = 500   /* of the demo's; older ones go */
};

/* One entry of a digest. kind is the notice's: its words are the text notice.KIND. */
typedef struct MailLine {
    Str kind, who, what, reason, path;
    int64_t more; /* how many like it there were beside */
} MailLine;

typedef struct MailDraft {
    MailKind kind;
    PersonId person;   /* in their language; or */
    Str address, name; /* somebody who is no person (name may be empty), in */
    Lang lang;         /* this language */
    Str who, what;     /* one line each */
    Str date;          /* the same, or */
    int64_t at_us;     /* a moment that is written in the reader's language */
    Str reason;        /* what somebody wrote, in any number of lines */
    Str path;          /* of the page that it leads to, without the language; with its secret */
    Str thread;        /* "item-12": mails with the same one stand together; may be empty */
    Str unsubscribe;   /* page that ends such mails to an address that is no person's */
    const MailLine *lines;
    size_t line_count;  /* at most MAIL_LINES_MAX */
    int64_t line_total; /* how many there would be; 0: as many */
    /* For the reader's calendar, attached (RFC 6047): to be taken, or struck out where it is
     * cancelled; NULL: none. Address, organizer, attendee and url are filled in when it is sent. */
    const IcalEvent *appointment;
} MailDraft;

/* Adds it to the outbox, or nothing where the rules above say so. INVALID "mail.address",
 * "mail.text" for a line that is none (CR, LF, NUL or another control character), no UTF-8, or too
 * long; NOT_FOUND "person.unknown". */
/* What people wrote, as a mail may have it: one line, in which control characters are spaces, or
 * lines without the other ones. At most max bytes, cut between characters. */
Str mail_one_line(Arena *arena, Str text, size_t max);
Str mail_lines(Arena *arena, Str text, size_t max);
MUST Err mail_add(Cx *cx, const MailDraft *draft);

/* A mail as it stands in the outbox. */
typedef struct Mail {
    int64_t id; /* of the outbox: the same in every try */
    int64_t created_us;
    MailDraft draft; /* address, name and lang are filled in, also for a person */
} Mail;
/* Of the kind "mail" in the outbox. INTERNAL "mail.payload" for what mail_add did not write. */
MUST Err mail_parse(Cx *cx, int64_t id, int64_t created_us, Str payload, Mail *ret);
/* Whether it may still be sent. */
MUST Err mail_is_wanted(Cx *cx, const Mail *mail, bool *ret);

/* What is sent, in words. */
typedef struct MailText {
    Str subject, body;
    Str from_name;   /* of the sender: the city's */
    Str unsubscribe; /* the whole URL that a click on the reader's button posts to; may be empty */
    const IcalEvent *appointment; /* with everything but its organizer's address; NULL: none */
    Ical calendar;                /* that it stands in */
} MailText;

/* ---- addresses ---- */

typedef struct MailAddress {
    int64_t confirmed_us; /* 0: nobody confirmed it */
    int64_t bounced_us;   /* 0: it was not refused */
    Str bounce;           /* the server's words */
} MailAddress;
/* Zeroed for an address that nothing is known of. */
MUST Err mail_address(Cx *cx, Str address, MailAddress *ret);
/* Somebody followed a link that was sent there: it is confirmed, and works. */
MUST Err mail_confirm(Cx *cx, Str address);
/* The server that is responsible for it refused it for good. */
MUST Err mail_bounced(Cx *cx, Str address, Str words);
/* Nothing is known of it any more. */
MUST Err mail_forget(Cx *cx, Str address);

/* ---- mails that are kept instead of sent: the demo's ---- */

typedef struct MailKept {
    int64_t id, at_us;
    Str kind, address, subject, body;
    Str calendar; /* the appointment attached to it (text/calendar); empty: none */
    Lang lang;
} MailKept;
MUST Err mail_keep(Cx *cx, const MailKept *mail);
/* The newest first, without their bodies and appointments. */
MUST Err mail_list_kept(Cx *cx, size_t limit, MailKept **ret, size_t *ret_count);
/* NOT_FOUND "mail.unknown". */
MUST Err mail_get_kept(Cx *cx, int64_t id, MailKept *ret);

#endif
