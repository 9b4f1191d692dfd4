/* For tests only: the pages of people as visitors see them: who is logged in, every route of
 * app/routes.def with its holes filled by what there is, and the forms that a page shows. */
#ifndef HANSE_TEST_PROGRAM_VISIT_H
#define HANSE_TEST_PROGRAM_VISIT_H

#include "program.h"

typedef struct Visitor {
    const char *name, *mail; /* mail NULL: a stranger */
    Str cookie, token;       /* of the login; empty for a stranger */
} Visitor;

/* Logs in, unless it is a stranger. */
void visitor_enter(City *city, Visitor *visitor, const char *password);
/* Somebody who has logged in. */
Visitor visitor_of(City *city, const char *mail, const char *password);
Answer visit(City *city, const Visitor *visitor, Str path);
/* The same for a page that must be shown. */
Answer visit_shown(City *city, const Visitor *visitor, Str path);
/* The fields are urlencoded; the form's token is put in front. */
Answer visit_post(City *city, const Visitor *visitor, Str path, Str fields);
/* The same for a form that must be taken; where it leads. */
Str visit_taken(City *city, const Visitor *visitor, Str path, Str fields);
/* "PATH/part" */
Str path_below(City *city, Str path, const char *part);

/* ---- routes ---- */

/* The paths of pages (GET) and of forms (POST) in German, in the order of app/routes.def. */
extern const char *const PAGE_ROUTES[];
extern const size_t PAGE_ROUTE_COUNT;
extern const char *const FORM_ROUTES[];
extern const size_t FORM_ROUTE_COUNT;

typedef struct Thing {
    int64_t id;
    Str noun, path; /* "/ideen/mehr-licht" */
} Thing;
/* Below what path the items of a noun lie: "/ideen". Fails the test for no noun. */
const char *noun_base(Str noun);
/* Fills the holes of a route with a thing: its slug where the route lies below its noun, its id
 * where discussions and files have one, 1 elsewhere. p NULL where the route is of another noun. */
Str route_filled(City *city, const char *route, const Thing *thing);
/* Whether things fill it at all. */
bool route_is_of_things(const char *route);

/* ---- forms ---- */

enum { VISIT_FIELDS_MAX = 160 };

typedef struct FormField {
    Str name, value; /* as a browser would send it at first */
    bool typed;      /* a field to type text into, of one line or of many */
    bool many;       /* of many lines */
    bool sent;       /* false: a box that is not ticked */
} FormField;

typedef struct PageForm {
    FormField fields[VISIT_FIELDS_MAX];
    size_t count;
} PageForm;

/* The form of the page that posts to the path; false where there is none. */
bool page_form(City *city, const Answer *page, Str path, PageForm *ret);
/* As it is sent: without its token, which visit_post puts in. */
Str page_form_body(City *city, const PageForm *form);

#endif
