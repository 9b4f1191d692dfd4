/* The sender of mails as the configuration describes it. */
#ifndef HANSE_APP_MAILER_H
#define HANSE_APP_MAILER_H

#include "api/out/mail.h"
#include "app/config.h"

/* INVALID "config.smtp" for a password file that cannot be read. base: "http://127.0.0.1:8080",
 * where no --public-url is given. */
MUST Err mailer_options(Cx *cx, const Config *config, Str base, MailerOptions *ret);
/* Without a port in the middle of "https://NAME": what links in mails begin with. */
Str mailer_base(Arena *arena, const Config *config, uint16_t port);

#endif
