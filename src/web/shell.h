/* The frame of every page: top line, header, menu, footer; and how a page is put together.
 *
 *   Buf body = page_buf(arena);
 *   html_intro(&body, lang, ...);
 *   page_put(out, shell, PAGE_PLAIN, title, description, html_of(&body));
 *
 * A page function writes a whole document into its Buf and never fails; its owner looks at
 * out->overflow once. Response headers that belong to pages are named below. */
#ifndef HANSE_WEB_SHELL_H
#define HANSE_WEB_SHELL_H

#include "html_gen.h"

/* Content-Security-Policy of every page. The map engine needs blob: for images it makes. */
#define PAGE_CSP                                                                                   \
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "         \
    "frame-ancestors 'none'; form-action 'self'"

/* Far more than a page may weigh; hostile input is limited where it enters. */
#define PAGE_BYTES_MAX ((size_t)8 << 20)

typedef enum MenuItem {
    MENU_NONE,
    MENU_LIVE,
    MENU_MAP,
    MENU_PROJECTS,
    MENU_IDEAS,
    MENU_PARTNERS,
    MENU_TEAMS,
    MENU_STRATEGY,
    MENU_COUNT
} MenuItem;

/* A page of one's own, in the menu under one's name. */
typedef struct ShellLink {
    Str path, label;
} ShellLink;
enum { SHELL_LINKS_MAX = 8 };

typedef struct PageShell {
    Lang lang;
    Str city;          /* "Lindhafen" */
    Str operator_line; /* who offers these pages; empty: the city */
    Str claim;         /* below it: "Die offene urbane Plattform" */
    Str path;          /* of this page, without the language: "/stadt"; for the language switch */
    Str user;          /* display name; empty for strangers */
    Str form_token;    /* for the log-out form; empty for strangers */
    ShellLink own[SHELL_LINKS_MAX];
    size_t own_count;
    Str feed, feed_title; /* Atom of what the page shows, path and query; empty: none */
    bool simulated;       /* the readings are generated: a banner says so */
    MenuItem current;
    Str zone; /* of the city, "Europe/Berlin": scripts write times in it; empty: the reader's */
} PageShell;

/* Plain pages are airy and 1240 px wide, boards are dense and 1560 px wide on a grey ground. */
typedef enum PageKind { PAGE_PLAIN, PAGE_BOARD } PageKind;

Buf page_buf(Arena *arena);
/* description: what search engines show; where it is empty, the title, the city and its claim. */
void page_put(Buf *out, const PageShell *shell, PageKind kind, Text title, Text description,
              Html body);

/* Every component in every state; for those who build pages, and for the tests that look. */
void page_stil(Buf *out, Arena *arena, const PageShell *shell);

#endif
