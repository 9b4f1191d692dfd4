/* Application: "Become a partner", sent by somebody without an account.
 *
 *   sent (the address gets a link) -> confirmed (the organisation is "applied") -> decided
 *
 * Nothing of it is an item before the address was confirmed, and what is never confirmed is
 * removed after APPLICATION_DAYS. When the office accepts, the applicant becomes the first
 * representative, with an account that is made for it; either way the applicant is told. */
#ifndef HANSE_PEOPLE_APPLICATION_H
#define HANSE_PEOPLE_APPLICATION_H

#include "people/organisation.h"

enum { APPLICATION_DAYS = 7, APPLICATION_ROLE_BYTES_MAX = 120 };

extern const StatementTable APPLICATION_STATEMENTS;

typedef struct ApplicationDraft {
    OrganisationDraft organisation;
    Str person_name, mail;
    Str role;      /* what the applicant is there; may be empty */
    Str agreement; /* the version that was shown; empty: the city has none yet */
    bool agreed;   /* to it */
    bool consent;  /* to what is kept of the applicant */
    Str doubts;    /* words of web/guard.h */
} ApplicationDraft;

typedef struct Application {
    int64_t id;
    Str person_name, mail, role;
    Lang lang;
    Str agreement, doubts;
    int64_t created_us, confirmed_us;
    bool decided;
} Application;

/* INVALID with the flaws of organisation_check and "organisation.kind", "application.person_name",
 * "application.email", "application.role", "application.agreed", "application.consent". */
MUST Err application_send(Cx *cx, const ApplicationDraft *draft, Str secret, Events *events);
/* The link was followed: the organisation has applied. Once more: nothing happens. NOT_FOUND
 * "application.unknown". */
MUST Err application_confirm(Cx *cx, Str secret, Events *events);
/* The newest of an organisation. */
MUST Err application_find(Cx *cx, ItemId organisation, bool *ret_found, Application *ret);
/* What the office decided; called by the machine of organisations. */
MUST Err application_accept(Cx *cx, const Item *organisation, Events *events);
MUST Err application_decline(Cx *cx, const Item *organisation, Str reason);
/* Removes what nobody confirmed; of decided ones, after a year, who applied. A job. */
MUST Err application_clean(Cx *cx);

#endif
