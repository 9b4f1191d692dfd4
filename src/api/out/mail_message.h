/* A mail as it goes over the wire: RFC 5322 with MIME (2045, 2047), one plain text in UTF-8; and
 * behind it, where there is one, the appointment (iMIP, RFC 6047) as a file of its own.
 *
 * Whatever the texts hold, the headers are those below: text that is not plain ASCII, or has
 * anything but printable characters, is encoded whole, and addresses that could not stand in a
 * header are refused before (person_is_mail). */
#ifndef HANSE_API_OUT_MAIL_MESSAGE_H
#define HANSE_API_OUT_MAIL_MESSAGE_H

#include "core/mail.h"

/* The message, every line ended by CR LF. from is the sender's address. */
Str mail_message(Arena *arena, const Mail *mail, const MailText *text, Str from, int64_t at_us);

/* The appointment of the text, as it is attached; empty where there is none. */
Str mail_calendar(Arena *arena, const MailText *text, Str from);
#define MAIL_CALENDAR_FILE "termin.ics"

/* Encoded words of RFC 2047 where the text needs them, folded; what a header's value may be. */
void mail_put_words(Buf *out, Str text);
/* Quoted-printable, RFC 2045, 6.7; line ends become CR LF. */
void mail_put_quoted(Buf *out, Str text);

#endif
