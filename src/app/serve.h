/* The commands that run the program: serve, demo. */
#ifndef HANSE_APP_SERVE_H
#define HANSE_APP_SERVE_H

#include "app/app.h"
#include "web/page.h"

/* What the demo adds to serve: called on the main thread when the program listens, and before
 * it stops. */
typedef struct ServeHooks {
    Err (*started)(Cx *cx, App *app, void *user);
    void (*stopping)(App *app, void *user);
    void *user;
    const DemoLogin *logins; /* that the login page names; NULL: none */
    size_t login_count;
} ServeHooks;

/* Opens everything, serves until SIGTERM or SIGINT, drains, closes. */
MUST Err serve(Cx *cx, const Config *config, const ServeHooks *hooks);

/* Makes the data directory and brings the store up to date; for every command that needs it. */
MUST Err store_prepare(Cx *cx, const Config *config, Str *ret_store);

#endif
