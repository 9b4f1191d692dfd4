/* The SQL of mail addresses and kept mails; private to mail.c. */
#ifndef HANSE_CORE_MAIL_STORE_H
#define HANSE_CORE_MAIL_STORE_H

#include "core/mail.h"

MUST Err mail_store_address(Cx *cx, Str folded, bool *ret_found, MailAddress *ret);
/* Replaces what is known. */
MUST Err mail_store_set_address(Cx *cx, Str folded, const MailAddress *address);
MUST Err mail_store_forget(Cx *cx, Str folded);
MUST Err mail_store_keep(Cx *cx, const MailKept *mail, int64_t keep_count);
/* One by its number, or the newest ones for 0. */
MUST Err mail_store_kept(Cx *cx, int64_t id, size_t limit, MailKept **ret, size_t *ret_count);

#endif
