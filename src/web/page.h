/* What page handlers share: the services of a page, its frame, its errors. */
#ifndef HANSE_WEB_PAGE_H
#define HANSE_WEB_PAGE_H

#include "core/auth.h"
#include "core/identity.h"
#include "net/call.h"
#include "systems/context.h"
#include "web/city_frame.h"
#include "web/live.h"
#include "web/shell.h"

/* Logins from elsewhere; app/ wires what asks the network (api/out/oidc_fetch.h). */
typedef struct OidcServices {
    const OidcProviders *providers;
    void *fetcher;
    Err (*start)(void *fetcher, Cx *cx, const OidcProvider *provider, const OidcAttempt *attempt,
                 Str *ret_url);
    Err (*claims)(void *fetcher, Cx *cx, const OidcProvider *provider, const OidcAttempt *attempt,
                  const OidcCallback *callback, OidcClaims *ret);
} OidcServices;

/* A login that everybody knows, for who looks around in a demo. */
typedef struct DemoLogin {
    Str mail, password, role; /* "member", "partner", "lead", "editor", "office", ... */
} DemoLogin;

/* call->services of a FACE_PAGE route. */
typedef struct WebServices {
    const CityFrame *frame;
    const ContextStore *contexts;
    Live *live;
    const OidcServices *oidc; /* NULL: passwords alone */
    Str base;                 /* what addresses of this site begin with: "https://stadt.example" */
    Str files;                /* the folder of uploaded files */
    Str secret;               /* of the session; empty for strangers */
    Str form_token;           /* what this session's forms carry; empty for strangers */
    int64_t session_us;       /* how long a login lasts */
    bool secure;              /* https: cookies may say so */
    bool keeps_mails;         /* a demo: mails are shown at /demo/mails */
    const DemoLogin *demo_logins; /* that the login names; NULL where nobody may know them */
    size_t demo_login_count;
} WebServices;

static inline const WebServices *web_services(const Call *call)
{
    return (const WebServices *)call->services;
}

/* The names of the session cookie; the first where the connection is safe (RFC 6265bis, 4.1.3). */
Str session_cookie_name(bool secure);

/* A page being put together. */
typedef struct Page {
    Call *call;
    Cx *cx;
    Arena *arena;
    Lang lang;
    const CityFrame *frame;
    PageShell shell;
    Buf body;
    int64_t now_us;
} Page;

void page_open(Call *call, MenuItem current, Page *ret);
/* The Atom feed beside the page of a list, with its page_list_query. */
void page_feed(Page *page, Str path, Str title);
/* "?suche=Baum": the query of the request, which says what is in the list, without its page's
 * number and its view; empty where nothing is left. */
Str page_list_query(const Call *call);
/* Writes the whole document as the call's answer. */
void page_close(Page *page, PageKind kind, Text title, Text description);
/* Lets the answer be a redirect (303) to a page of this site. */
void page_redirect(Call *call, Str location);
/* Links to the other pages of a list, by ?seite=; nothing where one page holds all. path may carry
 * a query of its own. */
void page_pager(Page *page, Str path, int64_t number, int64_t page_size, int64_t shown,
                int64_t total);
/* A link with its words, and their language where it is not the page's. */
void page_put_link(Buf *out, Url href, Str words, Text lang);
/* A heading that only screen readers say, above what shows its own headings. */
void page_put_hidden_heading(Page *page, Str words);
void page_put_paragraph(Page *page, const char *class, Str words);
/* "/stadt" in the language of the call: "/en/stadt". */
Str page_path(Call *call, Str path);

/* A page that says what went wrong and what to do; for a page that needs a login, the way there. */
void page_error(Call *call, int status, const Error *error);

#endif
