/* Invitation: somebody is asked into an organisation, by its representatives or the office. Who
 * has an account answers there (a relation that is invited); who has none gets a mail with a link
 * that works once, for INVITATION_DAYS, and leads to an account of one's own. */
#ifndef HANSE_PEOPLE_INVITATION_H
#define HANSE_PEOPLE_INVITATION_H

#include "people/organisation.h"

enum { INVITATION_DAYS = 14, INVITATIONS_MAX = 200 /* open ones of an organisation */ };

extern const StatementTable INVITATION_STATEMENTS;

typedef struct Invitation {
    int64_t id;
    ItemId organisation;
    Str organisation_name;
    RelationRole role;
    Str mail, title;
    PersonId by;
    Str by_name;
    int64_t created_us, expires_us;
} Invitation;

/* secret: of the link, made before (auth_secret). INVALID "invitation.mail", "relation.title",
 * "organisation.role"; CONFLICT "invitation.member" for somebody who is in already; LIMIT
 * "invitation.many"; DENIED "organisation.people". */
MUST Err invitation_add(Cx *cx, const Item *organisation, Str mail, RelationRole role, Str title,
                        Str secret, Events *events);
/* The open one of that secret. NOT_FOUND "invitation.unknown": used, withdrawn, expired, or none.
 */
MUST Err invitation_find(Cx *cx, Str secret, Invitation *ret);
/* Of an organisation, those that are open; for its representatives and the office. */
MUST Err invitation_list(Cx *cx, const Item *organisation, Invitation **ret, size_t *ret_count);
MUST Err invitation_withdraw(Cx *cx, const Item *organisation, int64_t id);
/* Whether the address has an account, and whether that has a password. */
MUST Err invitation_account(Cx *cx, const Invitation *invitation, bool *ret_exists,
                            bool *ret_password);
/* A stranger takes it: gets an account with that name and password, whose address the mail has
 * confirmed, or a password for the account that waits for one. CONFLICT "invitation.account" when
 * somebody with a password has that address: then they log in first. */
MUST Err invitation_take_new(Cx *cx, Str secret, Str name, Str password_hashed, Events *events);
/* Whoever is logged in takes it. */
MUST Err invitation_take(Cx *cx, Str secret, Events *events);
MUST Err invitation_decline(Cx *cx, Str secret);

/* The actor answers a relation that is invited. NOT_FOUND "relation.unknown" for another's. */
MUST Err invitation_answer(Cx *cx, int64_t relation, bool yes, Events *events);
/* What the actor was invited to, of organisations. */
MUST Err invitation_mine(Cx *cx, Relation **ret, size_t *ret_count);

/* For a representative whose account has no password yet: a link of the same kind. */
MUST Err invitation_of_rep(Cx *cx, ItemId organisation, Str mail, Str title, Str secret);
/* Removes what has ended or expired long ago. A job. */
MUST Err invitation_clean(Cx *cx);

#endif
