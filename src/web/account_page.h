/* What the pages of signing up, logging in and one's account share. */
#ifndef HANSE_WEB_ACCOUNT_PAGE_H
#define HANSE_WEB_ACCOUNT_PAGE_H

#include "core/throttle.h"
#include "web/form.h"
#include "web/pages.h"

/* A narrow page of one column: crumbs, heading, a sentence below; its body follows. */
void account_page_open(Call *call, Str title, Str lead, Page *ret);
void account_page_close(Page *page, Str title);
/* A paragraph; a link with its words on a line of its own. */
void account_put_text(Page *page, Str text);
void account_put_link(Page *page, Str path, Str label);
/* The same with the page that is to follow, which may be empty. */
void account_put_next_link(Page *page, Str path, Str next, Str label);
/* The path, where it is one of this site and no longer than that; else empty. Only such a page may
 * follow a login. */
Str account_own_path(Str path, size_t bytes_max);
/* "?weiter=" of the request, or that field of its form: the page that sent somebody here and is to
 * follow. Empty for none, and for anything but a page of this site. */
Str account_next(Call *call);
/* In a demo, which sends no mails: where they can be read. */
void account_put_demo_note(Page *page);

/* For decode: how often a form may be sent, by one address, by its net, and for the thing that it
 * is about (a mail address, a link; empty for none). LIMIT "form.limit". */
typedef struct FormRates {
    ThrottleRate address, net, thing;
} FormRates;
extern const FormRates FORM_RATES; /* what all of these forms allow */
MUST Err form_limit(Call *call, const FormRates *rates, Str form, Str thing);

/* Set-Cookie for a session's secret; an empty one with 0 takes it away. */
void session_set_cookie(Call *call, Str secret, int64_t lifetime_us);
/* After a login to the page that was wanted, else the first one; who stays, although the account
 * was to be erased, is told so on its page. */
void account_lead_in(Call *call, Lang lang, Str next, bool stays);

/* ---- other persons' accounts, for the office ---- */

/* "/buero/personen/7" */
Str person_path(Arena *arena, PersonId id);
/* Whom the route's number means. NOT_FOUND "person.unknown" for none, and the second one for
 * somebody whose account was erased. */
MUST Err person_id_of_call(Call *call, PersonId *ret);
MUST Err person_of_call(Call *call, Cx *cx, Person *ret);

/* Flaws "account.password" and "account.again" of a new password that was typed twice. */
void account_check_password(Cx *cx, Str fresh, Str again);

#endif
