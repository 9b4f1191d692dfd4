/* For tests only: a mail server that keeps what it is given, refuses what it is told to, and
 * counts. It runs on a thread of its own and speaks the SMTP (RFC 5321) that a sender needs. */
#ifndef HANSE_TEST_PROGRAM_SMTP_H
#define HANSE_TEST_PROGRAM_SMTP_H

#include "base/test.h"

enum { SMTP_MAILS_MAX = 512 };

typedef struct SmtpMail {
    Str kind; /* of its header X-Hanse-Mail */
    Str to;   /* of RCPT TO */
    Str from;
    Str head; /* as it came */
    Str body; /* decoded, lines ended by \n */
    /* The appointment attached to it, decoded byte for byte, and the method that its part names;
     * empty where there is none. A mail of parts that is not formed as RFC 2046 says counts as
     * none: its body says so. */
    Str calendar, method;
} SmtpMail;

typedef struct Smtp Smtp;
/* Listens on a port of 127.0.0.1 that the system picks. */
Smtp *smtp_start(void);
void smtp_stop(Smtp *smtp);
uint16_t smtp_port(const Smtp *smtp);
/* From now on addresses that begin with this word get this answer to RCPT TO, such as "550 5.1.1 no
 * such user"; an empty answer: they are taken again. The words are kept, not copied. */
void smtp_refuse(Smtp *smtp, const char *word, const char *answer);
/* How many mails there are. */
size_t smtp_count(Smtp *smtp);
/* How often RCPT TO was refused. */
size_t smtp_refused(Smtp *smtp);
/* Waits until there are that many; fails the test when they do not come, or more do. */
void smtp_expect(Smtp *smtp, size_t count);
/* Its texts live until smtp_stop. */
SmtpMail smtp_mail(Smtp *smtp, size_t i);
/* The newest one of the kind to the address; fails the test where there is none. */
SmtpMail smtp_last(Smtp *smtp, const char *kind, const char *to);
/* How many of the kind to the address; NULL: any. */
size_t smtp_count_of(Smtp *smtp, const char *kind, const char *to);
/* The path and query of the first link in the body: what stands behind the host. */
Str smtp_link(const SmtpMail *mail);

#endif
