/* Account: how somebody becomes a person, gets back in, and changes what they are known by; and how
 * the office opens and closes accounts.
 *
 *   sign-up -> (mail, link, password) -> person: active <-> suspended -> erased
 *
 * A sign-up is no person: nothing but the one mail that asks for the confirmation goes to its
 * address, and after ACCOUNT_SIGN_UP_H it is gone. Several may wait for one address; the link that
 * is followed decides, and it asks for the password that was chosen with it: who reads a mailbox
 * cannot be brought to open an account that somebody else prepared.
 *
 * Nobody learns here who has an account: asking for a known and for an unknown address gives the
 * same, takes as long, and only the mailbox shows the difference.
 *
 * Secrets of links are made outside apply (auth_secret) and kept as hashes; each works once. */
#ifndef HANSE_CORE_ACCOUNT_H
#define HANSE_CORE_ACCOUNT_H

#include "core/auth.h"

enum {
    ACCOUNT_SIGN_UP_H = 48,
    ACCOUNT_PASSWORD_LINK_H = 1,
    ACCOUNT_MAIL_LINK_H = 48,
    ACCOUNT_SIGN_UPS_PER_ADDRESS = 3, /* waiting at once: no more mails to somebody's mailbox */
    ACCOUNT_SIGN_UPS_MAX = 1000,      /* waiting at once: a city's busiest days stay far below */
    ACCOUNT_REASON_BYTES_MAX = 2000,
    ACCOUNT_CLEAN_MAX = 1000 /* rows removed by one run */
};

extern const StatementTable ACCOUNT_STATEMENTS;

/* ---- signing up ---- */

typedef struct SignUp {
    Str mail, name;
    Str password; /* hashed */
    Lang lang;
    bool agrees; /* to the terms of account_terms */
    Str secret;  /* of the link */
    Str next;    /* path that the link leads on to; empty: none */
    int64_t created_us;
} SignUp;

/* Notes what is wrong as flaws: "account.mail", "account.name", "account.terms"; and what
 * person_check_name says. */
void account_check_sign_up(Cx *cx, const SignUp *sign_up);
/* Whether there is room for more. LIMIT "account.full" beyond ACCOUNT_SIGN_UPS_MAX. */
MUST Err account_check_room(Cx *cx);
/* Writes the mail with the link; to an address that has an account, one that says so. */
MUST Err account_sign_up(Cx *cx, const SignUp *sign_up);
/* The sign-up of a link, with the password's hash. NOT_FOUND "account.link" for a secret that is
 * unknown, used or too old. */
MUST Err account_find_sign_up(Cx *cx, Str secret, SignUp *ret);
/* Makes the person; the caller has checked the password. NOT_FOUND "account.link". */
MUST Err account_confirm(Cx *cx, Str secret, Events *events, PersonId *ret);

/* What one agrees to: the setting legal.terms, and a version that names these words and no others.
 * Empty where the city has none. */
typedef struct Terms {
    Str words, version;
} Terms;
MUST Err account_terms(Cx *cx, Terms *ret);
/* Notes that the person, whose address is confirmed, agrees to them; nothing where there are none.
 */
MUST Err account_agree(Cx *cx, PersonId id);

/* ---- links to somebody's own mailbox ---- */

/* Writes the mail with the link to a new password, where an active person has the address. */
MUST Err account_ask_password(Cx *cx, Str mail, Str secret);
/* Whom the link is for. NOT_FOUND "account.link". */
MUST Err account_find_password(Cx *cx, Str secret, Person *ret);
/* Sets it, ends all sessions, and tells the person. NOT_FOUND "account.link". */
MUST Err account_reset_password(Cx *cx, Str secret, Str password_hashed, Events *events);
/* The person changed it: all other sessions end, and a mail says so. */
MUST Err account_change_password(Cx *cx, Str password_hashed, Events *events);

/* Writes the mail that asks whether this is the person's new address; nothing where it has an
 * account already. INVALID "account.mail". */
MUST Err account_ask_mail(Cx *cx, Str mail, Str secret);
/* The new address of the link. NOT_FOUND "account.link". */
MUST Err account_find_mail(Cx *cx, Str secret, Str *ret_mail);
/* Changes it, and tells the old address. NOT_FOUND "account.link"; CONFLICT "person.exists" where
 * somebody else has taken it meanwhile. */
MUST Err account_change_mail(Cx *cx, Str secret, Events *events);

/* ---- the office ---- */

/* All need MAY_PERSONS. The office gives and takes the roles editor and operator, an admin all;
 * only an admin touches the account of the office or of an admin, nobody one's own, and the last
 * admin stays one: DENIED "account.role", "account.own", "account.rank", CONFLICT "account.last".
 */
uint32_t account_may_give(const Actor *actor); /* ROLE_ bits */
MUST Err account_grant(Cx *cx, PersonId id, uint32_t role, bool gives, Events *events);
/* The reason is told to the person: at the login, or by mail when the account is open again.
 * INVALID "account.reason". Ends all sessions of somebody who is suspended. */
MUST Err account_suspend(Cx *cx, PersonId id, Str reason, Events *events);
MUST Err account_reactivate(Cx *cx, PersonId id, Str reason, Events *events);

/* For other decisions about an account: the same rank, and a reason. */
MUST Err account_check_decides(Cx *cx, PersonId id, Str reason);

/* What somebody agreed to. */
typedef struct Consent {
    Str text, version;
    int64_t given_us, confirmed_us;
} Consent;
MUST Err account_consents(Cx *cx, PersonId id, Consent **ret, size_t *ret_count);

/* Removes sign-ups and links that are too old; a job. */
MUST Err account_clean(Cx *cx);

#endif
