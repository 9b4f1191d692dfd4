/* What the pages of a body share: its head, its parts, its members' names. */
#ifndef HANSE_WEB_TEAM_H
#define HANSE_WEB_TEAM_H

#include "people/seat.h"
#include "web/item_page.h"

typedef enum TeamPart {
    TEAM_ABOUT,
    TEAM_MEMBERS,
    TEAM_MEETINGS,
    TEAM_TASKS, /* for those inside alone */
    TEAM_PROJECTS
} TeamPart;

typedef struct Team {
    Page page;
    Item item;
    uint32_t stand;
    bool moved; /* the answer is a redirect already: return OK */
} Team;

/* The body of the route's {slug}: its page is opened, with head, actions and parts, and is inside
 * of "h-wrap h-page h-stack". */
MUST Err team_open(Call *call, Cx *cx, TeamPart part, Team *ret);
void team_close(Team *team);
/* A page below it with a title of its own, such as a form; closed by team_close_form. */
MUST Err team_open_form(Call *call, Cx *cx, Str title, Str lead, Team *ret);
void team_close_form(Team *team, Str title);
/* The body of the route's {slug} for a change. */
MUST Err team_of_call(Call *call, Cx *cx, Item *ret);
/* "/teams/{slug}/{below}" */
Str team_path(Arena *arena, const Item *body, const char *below);
/* "12 Mitglieder aus 7 Organisationen" */
Str team_size(const Page *page, const SeatList *list);
/* "5 von 9 Arten von Partnern" */
Str team_mix_words(const Page *page, const SeatList *list);
/* The names of those leads that the reader may see; empty where there is none. */
Str team_leads(const Page *page, const SeatList *list);

#endif
