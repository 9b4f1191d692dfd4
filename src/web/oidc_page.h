/* What other pages show of logins from elsewhere. */
#ifndef HANSE_WEB_OIDC_PAGE_H
#define HANSE_WEB_OIDC_PAGE_H

#include "web/pages.h"

/* The buttons of the login page, "Log in with ..."; nothing where there is no provider. next: the
 * page that follows; may be empty. */
void oidc_put_buttons(Page *page, Str next);
/* What became of a login from elsewhere, as the page's address says by ?hinweis=. */
void oidc_put_outcome(Page *page);
/* The identities of cx->actor, how to remove them, and how to link another one. */
MUST Err oidc_put_identities(Page *page);

#endif
