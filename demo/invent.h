/* Invented people and what they write: names, dates, words, the same at every start. */
#ifndef HANSE_DEMO_INVENT_H
#define HANSE_DEMO_INVENT_H

#include "base/arena.h"

/* splitmix64: small, and the same everywhere. */
typedef struct Dice {
    uint64_t state;
} Dice;
uint64_t dice_next(Dice *dice);
/* 0 to n - 1 */
size_t dice_below(Dice *dice, size_t n);
/* True in so many of a hundred cases. */
bool dice_in_100(Dice *dice, unsigned percent);

typedef enum TopicCode {
#define TOPIC(code, de, en) TOPIC_##code,
#include "topics.def"
#undef TOPIC
    TOPIC_COUNT
} TopicCode;

typedef struct InventedTopic {
    const char *de, *en;
} InventedTopic;
extern const InventedTopic INVENTED_TOPICS[TOPIC_COUNT];

typedef struct InventedPartner {
    const char *kind; /* in lower case: "sme" */
    bool founder;
    const char *name, *district, *offers, *seeks;
    TopicCode topic;
} InventedPartner;
extern const InventedPartner INVENTED_PARTNERS[];
extern const size_t INVENTED_PARTNER_COUNT;

typedef struct InventedIdea {
    TopicCode topic;
    const char *title, *lead, *today, *change, *sign;
} InventedIdea;
extern const InventedIdea INVENTED_IDEAS[];
extern const size_t INVENTED_IDEA_COUNT;

typedef struct InventedProject {
    TopicCode topic;
    const char *title, *lead, *title_en, *lead_en, *promise;
    int investment_k, running_k, lifetime_years; /* thousand euros */
} InventedProject;
extern const InventedProject INVENTED_PROJECTS[];
extern const size_t INVENTED_PROJECT_COUNT;

typedef struct InventedGoal {
    TopicCode topic;
    const char *title, *text, *title_en, *text_en, *target;
    int year;
    const char *indicator, *why_not; /* one of both */
} InventedGoal;
extern const InventedGoal INVENTED_GOALS[];
extern const size_t INVENTED_GOAL_COUNT;

/* Districts as the map names them, and about where they lie. */
typedef struct InventedDistrict {
    const char *name;
    const char *in;    /* "in der Innenstadt" */
    const char *where; /* accusative: "die Innenstadt" */
    const char *of;    /* dative: "der Innenstadt" */
    double lon, lat;
} InventedDistrict;
enum { DISTRICT_COUNT = 12 };
extern const InventedDistrict INVENTED_DISTRICTS[DISTRICT_COUNT];
/* Where the one of that name stands; there is one. */
size_t invented_district(Str name);

/* The city's 250 projects, the oldest first: which district, how long ago they were proposed, and
 * how many days after that they start. */
enum {
    INVENTED_PROJECTS_MADE = 250,
    INVENTED_PROJECT_YEARS_DAYS = 3 * 365 - 140,
    INVENTED_PROJECT_START_DAYS = 119
};
const InventedDistrict *invent_project_district(size_t n);
int64_t invent_project_age_days(size_t n);

/* The n-th person's name; different for the first 3,000 or so. */
Str invent_name(Arena *arena, size_t n);
/* The pattern with {d} replaced by the district, in the case that the word before it asks for. */
Str invent_fill(Arena *arena, const char *pattern, const InventedDistrict *district);
/* What somebody says in a discussion: one to three sentences. */
Str invent_post(Arena *arena, Dice *dice);

#endif
