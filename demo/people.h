/* The people of the invented city: its partners, teams, strategy, ideas, projects and what is said
 * about them, over three years up to now. All of it is invented. */
#ifndef HANSE_DEMO_PEOPLE_H
#define HANSE_DEMO_PEOPLE_H

#include "core/event.h"
#include "core/person.h"
#include "invent.h"
#include "people/item.h"

enum {
    CAST_PERSONS_MAX = 600,
    CAST_PARTNERS_MAX = 160,
    CAST_IDEAS = 1000,
    CAST_PROJECTS = 250,
    CAST_TEAMS = 7,
    CAST_YEARS = 3
};

/* Who plays whom: persons that one can log in as, by what they may do. */
typedef enum CastRole {
    CAST_MEMBER, /* a citizen */
    CAST_REP,    /* represents a partner */
    CAST_LEAD,   /* leads an expert team */
    CAST_EDITOR,
    CAST_OFFICE,
    CAST_ROLE_COUNT
} CastRole;

/* Everything made so far, for the parts that build on it. */
typedef struct Cast {
    Cx cx; /* acts as somebody, at some time: cast_act */
    Actor actor;
    Clock clock;
    Events events; /* nobody listens before the first start */
    Dice dice;
    int64_t now_us;
    PersonId logins[CAST_ROLE_COUNT];
    PersonId persons[CAST_PERSONS_MAX]; /* the logins first */
    size_t person_count;
    int64_t topics[TOPIC_COUNT];
    ItemId partners[CAST_PARTNERS_MAX];
    PersonId reps[CAST_PARTNERS_MAX];
    size_t partner_count;
    ItemId management, teams[CAST_TEAMS];
    PersonId leads[CAST_TEAMS];
    Item *goals;
    size_t goal_count;
    ItemId projects[CAST_PROJECTS];
    size_t project_count;
    ItemId ideas[CAST_IDEAS];
    size_t idea_count;
} Cast;

/* From here on this person acts at that moment, with these roles besides "member". */
void cast_act(Cast *cast, PersonId person, uint32_t roles, int64_t at_us);
/* A moment of the last CAST_YEARS, so many days ago, by day. */
int64_t cast_days_ago(Cast *cast, size_t days);
/* Puts the draft somewhere into the n-th district, and gives the district. */
const InventedDistrict *cast_place(Cast *cast, size_t n, ItemDraft *draft);

/* The parts, in the order in which they are made. */
MUST Err cast_partners(Cast *cast);
MUST Err cast_bodies(Cast *cast);
MUST Err cast_strategy(Cast *cast);
MUST Err cast_projects(Cast *cast);
MUST Err cast_ideas(Cast *cast);
MUST Err cast_posts(Cast *cast);
MUST Err cast_answers(Cast *cast);
MUST Err cast_meetings(Cast *cast);

/* Fills an empty store, in the transaction of the caller. Persons in `logins` exist already. */
MUST Err people_fill(Cx *cx, const PersonId logins[CAST_ROLE_COUNT],
                     void (*progress)(const char *what));

#endif
