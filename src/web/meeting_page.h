/* What the pages of meetings, their minutes and tasks share. */
#ifndef HANSE_WEB_MEETING_PAGE_H
#define HANSE_WEB_MEETING_PAGE_H

#include "people/decision.h"
#include "people/task.h"
#include "web/team.h"

typedef struct MeetingPage {
    Page page;
    Item item, body;
    uint32_t stand;
    bool moved; /* the answer is a redirect already: return OK */
} MeetingPage;

/* "/sitzungen/{slug}/{below}" */
Str meeting_path(Arena *arena, const Item *meeting, const char *below);
/* "28. November 2026, 18:00 bis 19:30 Uhr" */
Str meeting_when(const Page *page, int64_t start_us, int64_t end_us);
MUST Err meeting_of_call(Call *call, Cx *cx, Item *ret);
/* A page with a form below the meeting of the route's {slug}. */
MUST Err meeting_open_form(Call *call, Cx *cx, Str title, MeetingPage *ret);
void meeting_close_form(MeetingPage *meeting, Str title);
/* The section of the decisions, with what a lead may do; nothing where there are none to see. */
MUST Err decision_put_list(Page *page, const Item *meeting, uint32_t stand);

typedef enum TaskShow {
    TASK_SHOW_OWNER, /* on a body's page and a meeting's */
    TASK_SHOW_BODY   /* among one's own */
} TaskShow;
/* stand: to the body; 0 among one's own. */
void task_put_list(Page *page, const Task *tasks, size_t count, TaskShow show, uint32_t stand);

#endif
