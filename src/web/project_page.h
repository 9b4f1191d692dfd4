/* What the pages of projects and of reporting rounds share. */
#ifndef HANSE_WEB_PROJECT_PAGE_H
#define HANSE_WEB_PROJECT_PAGE_H

#include "people/milestone.h"
#include "people/project.h"
#include "people/risk.h"
#include "web/item_page.h"
#include "web/svg.h"

Str phase_word(const Page *page, Phase phase);
Str light_word(const Page *page, Light light); /* "Im Plan" */
MarkState light_mark(Light light);
/* Shape, word and colour; nothing for LIGHT_NONE. */
Html light_state(Page *page, Light light);
/* "seit 94 Tagen nicht bestätigt"; empty while it is not stale. */
Str light_stale_words(const Page *page, const ProjectLight *light, int64_t stale_us);
/* "120.000 €", "1.250,50 €"; a dash for what nobody said. */
Str money_words(const Page *page, Money money);
/* "30.06.2027"; a dash for none. */
Str day_words(const Page *page, Str day);
/* "2024 bis 2027" */
Str span_words(const Page *page, Str from, Str until);

/* ---- the portfolio ---- */

typedef enum ProjectView { VIEW_LIST, VIEW_BOARD, VIEW_TIME, VIEW_MAP, VIEW_COUNT_ } ProjectView;

/* What the address says, and what there is to choose from. */
typedef struct Portfolio {
    ProjectFilter filter;
    ProjectView view;
    Str topic, goal, organisation; /* slugs; empty: any */
    Topic *topics;
    size_t topic_count;
    Item *goals, *organisations;
    size_t goal_count, organisation_count;
    Str *districts;
    size_t district_count;
    int64_t phases[PHASE_COUNT_], total; /* by the filter, whatever its phase; and by all of it */
    int64_t stale_us;
    bool filtered;
} Portfolio;
/* Reads the address and the choices. */
MUST Err portfolio_read(Call *call, Portfolio *ret);
/* The portfolio with these filters at the path, "/projekte" or a file of it. */
Url portfolio_url(Page *page, const Portfolio *portfolio, Str path);

/* Some projects with what lists say of them, item by item. */
typedef struct ProjectRows {
    Item *items;
    Project *projects;
    ProjectPartner *leaders;
    size_t count;
    Milestone *milestones; /* of all of them, by project */
    size_t milestone_count;
} ProjectRows;
MUST Err project_rows_read(Cx *cx, Item *items, size_t count, ProjectRows *ret);
/* The milestones of the i-th one. */
const Milestone *project_rows_milestones(const ProjectRows *rows, size_t i, size_t *ret_count);

MUST Err project_put_board(Page *page, Portfolio *portfolio);
MUST Err project_put_timeline(Page *page, Portfolio *portfolio, int64_t number);
MUST Err project_put_map(Page *page, Portfolio *portfolio);

/* ---- one project ---- */

Url project_url(Page *page, const Item *item);
/* "/projekte/{slug}/teil" without the language. */
Str project_path(Arena *arena, const Item *item, const char *part);
/* Opens the page of a form of the route's project; *ret_moved: it was redirected, then return OK.
 * DENIED for those who may not change it. */
MUST Err project_open_form(Call *call, Cx *cx, Item *item, Page *page, bool *ret_moved);
/* item NULL: a new one. */
void project_put_form_head(Page *page, const Item *item, Str title, Str lead);
void project_close_form(Page *page, Str title);
/* The partners of the alliance to choose from, first "none". */
MUST Err project_organisation_options(Page *page, ItemId chosen, Str none, FormOption **ret,
                                      size_t *ret_count);
/* Green, yellow, red and why; and the form that sets it. */
void project_put_light_fields(Form *form, const ProjectLight *light);
void project_put_light_form(Page *page, const Item *item, const ProjectLight *light);
/* Parts of its page and of reports. */
Str risk_level_word(const Page *page, int64_t level);
Str risk_state_word(const Page *page, RiskState state);
MUST Err project_put_money(Page *page, const Item *item, const Project *project, bool edits);
MUST Err project_put_data(Page *page, const Item *item, const Reference *list, size_t count,
                          bool edits);
MUST Err project_put_risks(Page *page, const Item *item, uint32_t stand, bool edits);
void page_open_block(Page *page, const char *id, Str title);
void page_close_block(Page *page);
Html page_link(Page *page, Url href, Str words);
void project_put_edit_link(Page *page, const Item *item, bool edits, const char *part, Str words);

/* schema.org's Project as JSON. */
Str project_json_ld(Page *page, const Item *item, const Project *project,
                    const ProjectPartner *leader);

#endif
