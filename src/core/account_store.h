/* The SQL of sign-ups, links and consent; private to account.c. */
#ifndef HANSE_CORE_ACCOUNT_STORE_H
#define HANSE_CORE_ACCOUNT_STORE_H

#include "core/account.h"

/* A row of sign_up: its number and the version of the terms beside what SignUp has. */
typedef struct SignUpRow {
    int64_t id;
    SignUp sign_up;
    Str terms;
} SignUpRow;

MUST Err account_store_add_sign_up(Cx *cx, const SignUp *sign_up, Str hash, Str terms);
MUST Err account_store_count_sign_ups(Cx *cx, int64_t since_us, int64_t *ret);
MUST Err account_store_count_of_mail(Cx *cx, Str mail_folded, int64_t since_us, int64_t *ret);
MUST Err account_store_sign_up(Cx *cx, Str hash, int64_t since_us, bool *ret_found, SignUpRow *ret);
/* All that wait for the address. */
MUST Err account_store_remove_sign_ups(Cx *cx, Str mail_folded);

typedef struct AccountLink {
    PersonId person;
    Str mail;
} AccountLink;
/* Replaces the person's other links of the purpose. */
MUST Err account_store_add_link(Cx *cx, Str purpose, const AccountLink *link, Str hash,
                                int64_t until_us);
MUST Err account_store_link(Cx *cx, Str purpose, Str hash, bool *ret_found, AccountLink *ret);
MUST Err account_store_remove_links(Cx *cx, Str purpose, PersonId person);

MUST Err account_store_add_consent(Cx *cx, PersonId person, const Consent *consent);
MUST Err account_store_keep_words(Cx *cx, Str text, Str version, Str words);
MUST Err account_store_consents(Cx *cx, PersonId person, Consent **ret, size_t *ret_count);
MUST Err account_store_clean(Cx *cx, int64_t sign_ups_before_us, int64_t limit);

#endif
