/* Sends the mails of the outbox: one thread, which asks a read connection of its own whether any
 * are due, takes a few of them in a unit of work, speaks SMTP by libcurl, and reports in another.
 *
 * - Beyond loopback the connection is encrypted (smtps, or STARTTLS), or the mail waits.
 * - A mailbox that is refused for good (5xx to RCPT TO) marks its address (mail_bounced), and the
 *   mail is given up; so is one whose text is refused for good.
 * - Everything else, such as 4xx, a wrong password or no server, is tried again as the outbox says.
 * - Without a server the mails wait; or, in the demo, they are kept and shown on a page. */
#ifndef HANSE_API_OUT_MAIL_H
#define HANSE_API_OUT_MAIL_H

#include "core/mail.h"
#include "core/unit.h"

enum {
    MAILER_BATCH = 4,      /* mails per unit of work: all their time-outs end within the lease */
    MAILER_TIMEOUT_S = 60, /* of one mail */
    MAILER_CONNECT_TIMEOUT_S = 10,
    MAILER_LOOK_MS = 300 /* between two looks for due ones */
};

typedef struct MailerOptions {
    Str url;            /* "smtps://mail.example:465", "smtp://mail.example:587"; empty: none */
    Str user, password; /* empty: without */
    Str ca_file;        /* of the server's certificate; empty: the system's */
    Str from;           /* the sender's address */
    Str base;           /* what links begin with: "https://lindhafen.example" */
    bool keep;          /* where there is no server: keep mails (mail_keep) instead */
    Str store;          /* as for db_open */
    Writer *writer;
    const Clock *clock;
    struct Log *log;
    /* Makes the words: web/mail_text.h. */
    Err (*text)(Cx *cx, Str base, const Mail *mail, MailText *ret);
} MailerOptions;

typedef struct Mailer Mailer;
/* Texts of the options must live as long as the mailer. INVALID "mail.url", "mail.from". */
MUST Err mailer_open(Cx *cx, const MailerOptions *options, Mailer **ret);
/* Breaks off what is on its way, which is tried again at the next start. Before the writer ends. */
void mailer_close(Mailer *mailer);

typedef enum MailerOutcome {
    MAILER_SENT,
    MAILER_LATER,
    MAILER_REFUSED,
    MAILER_BOUNCED
} MailerOutcome;
/* Sends one mail now, from the calling thread, and says what the server said. */
MUST Err mailer_send(Cx *cx, const MailerOptions *options, const Mail *mail, MailerOutcome *ret,
                     Str *ret_words);

#endif
