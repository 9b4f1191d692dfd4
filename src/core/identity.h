/* Identity: an account elsewhere that a person logs in with, named by its issuer and what the
 * issuer calls them (sub). It leads to one person for as long as it is linked.
 *
 * A mail address that the provider vouches for never joins two accounts by itself, since whoever
 * runs the provider could then enter any account here: a person who has one logs in to it with the
 * password and links the other one, and is asked first, since the browser may be logged in at the
 * provider as somebody else. Logging out ends the session here alone. */
#ifndef HANSE_CORE_IDENTITY_H
#define HANSE_CORE_IDENTITY_H

#include "core/oidc.h"
#include "core/person.h"

enum { IDENTITIES_PER_PERSON = 10 };

typedef struct Identity {
    PersonId person;
    Str issuer, sub;
    Str provider; /* its name in the configuration when it was linked */
    Str mail;     /* as the issuer told it then; may be empty */
    int64_t created_us, used_us;
} Identity;

extern const StatementTable IDENTITY_STATEMENTS;

/* What an account elsewhere means here. */
typedef enum IdentityOutcome {
    IDENTITY_KNOWN, /* the person may come in */
    IDENTITY_ADDED, /* the same: the person was just made of it */
    IDENTITY_ASK,   /* for somebody logged in: whether the two belong together */
    IDENTITY_MAIL   /* the address has an account here: its owner logs in with it first */
} IdentityOutcome;

/* Who comes in with these claims, for cx->actor, who may be nobody. *ret_person is set for KNOWN
 * and ADDED. Errors: DENIED "oidc.suspended"; CONFLICT "oidc.taken" for an identity of another
 * person than the one who is logged in; INVALID "oidc.mail_missing", "oidc.mail_unverified" where
 * a new person would need an address. */
MUST Err identity_admit(Cx *cx, const OidcProvider *provider, const OidcClaims *claims, Lang lang,
                        Events *events, IdentityOutcome *ret, PersonId *ret_person);
/* For cx->actor, a person. Linking what is linked already changes nothing. CONFLICT "oidc.taken";
 * LIMIT "oidc.identities". */
MUST Err identity_link(Cx *cx, Str provider, const OidcClaims *claims);
MUST Err identity_list(Cx *cx, PersonId person, Identity **ret, size_t *ret_count);
/* CONFLICT "oidc.last" for the only way in; one that is not there is no error. */
MUST Err identity_remove(Cx *cx, PersonId person, Str issuer, Str sub);

/* What the page that asks whether to link gives to the form that says yes: valid for this session
 * alone, and for OIDC_ATTEMPT_S. */
Str identity_seal(Cx *cx, Str session_secret, const OidcProvider *provider,
                  const OidcClaims *claims);
/* CONFLICT "oidc.seal". */
MUST Err identity_unseal(Cx *cx, Str session_secret, Str sealed, Str *ret_provider,
                         OidcClaims *ret);

#endif
