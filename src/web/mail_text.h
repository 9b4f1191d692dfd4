/* The words of a mail, in its reader's language: the texts mail.KEY.subject and mail.KEY.body of
 * its row in core/mail.def. Their arguments are the same for all: who, what, reason, date, link and
 * city; greeting and signature are put around. */
#ifndef HANSE_WEB_MAIL_TEXT_H
#define HANSE_WEB_MAIL_TEXT_H

#include "core/mail.h"

/* base: "https://lindhafen.example", what links begin with. Reads settings; not on the writer's
 * thread, since it may read the time zone's file. */
MUST Err mail_text(Cx *cx, Str base, const Mail *mail, MailText *ret);

#endif
