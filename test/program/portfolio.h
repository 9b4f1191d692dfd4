/* For tests only: an alliance of real size in a city's store, made through the domain before its
 * server starts: partners, goals, and projects in every state with money, milestones, risks. */
#ifndef HANSE_TEST_PROGRAM_PORTFOLIO_H
#define HANSE_TEST_PROGRAM_PORTFOLIO_H

#include "people/project.h"
#include "program.h"

#define PORTFOLIO_PASSWORD "correct horse battery staple"

enum { PORTFOLIO_GOALS = 12, PORTFOLIO_PARTNERS_MAX = 200, PORTFOLIO_PROJECTS_MAX = 400 };

typedef struct Portfolios {
    PersonId office;
    PersonId leads[8]; /* of the projects, in turn; the i-th project has lead i % 8 */
    ItemId goals[PORTFOLIO_GOALS];
    ItemId partners[PORTFOLIO_PARTNERS_MAX];
    ItemId projects[PORTFOLIO_PROJECTS_MAX];
    size_t partner_count, project_count;
    int64_t now_us;
} Portfolios;

/* Before the server starts: adds the persons office@example.org and lead0@example.org ...
 * lead7@example.org with PORTFOLIO_PASSWORD, then opens the city's store for writing, fills it, and
 * closes it. Partners that are there already are taken. */
Portfolios *portfolio_city(City *city, size_t partners, size_t projects);

#endif
