/* Project: what the alliance does together, from the idea to the result.
 *
 * Proposed by a person, approved by the office, which needs at least one goal that it serves and
 * the organisation that leads it. Its states are its phases: idea, concept, pilot, operation,
 * ended; concept, pilot and operation can rest ("pilot_held"). It ends with a result report, or is
 * cancelled with a reason. Who leads it (a person related to it as lead, the lead of its body, a
 * representative of its organisation) and the office change it.
 *
 * Links between items: project "serves" goal; project "partner" organisation, whose note is the
 * role; idea "became" project.
 *
 * A light (green, yellow, red) says how it goes, with who said so, why and when. One that nobody
 * confirmed for the days of the setting project.stale_days is stale, which pages say. */
#ifndef HANSE_PEOPLE_PROJECT_H
#define HANSE_PEOPLE_PROJECT_H

#include "people/money.h"
#include "people/verb.h"

enum {
    PROJECT_DISTRICTS_MAX = 40,
    PROJECT_REFERENCES_MAX = 100, /* entities, indicators and documents of one project */
    PROJECT_REFERENCE_BYTES_MAX = 1000,
    PROJECT_GOALS_MAX = 20,
    PROJECT_RESULT_BYTES_MAX = 64 << 10,
    PROJECT_LIFETIME_YEARS_MAX = 200,
    PROJECT_LIGHTS_LIST_MAX = 200
};

extern const Machine PROJECT_MACHINE;
extern const StatementTable PROJECT_STATEMENTS;

typedef enum Phase {
    PHASE_IDEA,
    PHASE_CONCEPT,
    PHASE_PILOT,
    PHASE_OPERATION,
    PHASE_ENDED,
    PHASE_COUNT_
} Phase;

Str phase_name(Phase phase); /* "pilot" */
bool phase_parse(Str name, Phase *ret);
/* The phase of a state; what is proposed or declined is an idea, what was cancelled has ended. */
Phase project_phase(Str state);
/* Approved and not ended: it has a light, and its lead reports. */
bool project_runs(Str state);
bool project_held(Str state);

typedef enum Light { LIGHT_NONE, LIGHT_GREEN, LIGHT_YELLOW, LIGHT_RED, LIGHT_COUNT_ } Light;
Str light_name(Light light); /* "green"; empty for none */
bool light_parse(Str name, Light *ret);

typedef struct ProjectLight {
    Light light;
    int64_t at_us;
    PersonId person;
    Str person_name; /* empty: an erased account */
    Str reason;
} ProjectLight;

typedef struct Project {
    ItemId id;
    Str start_day, end_day;
    Money investment, running, spent;
    int64_t lifetime_years; /* 0: nobody said */
    ProjectLight light;
    Str result; /* Markdown; empty before it ended */
    Lang result_lang;
} Project;

typedef enum ReferenceKind {
    REFERENCE_ENTITY,    /* the id of an entity (URN) */
    REFERENCE_INDICATOR, /* the key of an indicator */
    REFERENCE_DOCUMENT,  /* a URL */
    REFERENCE_KIND_COUNT_
} ReferenceKind;

typedef struct Reference {
    ReferenceKind kind;
    Str target;
    Str title; /* of a document; may be empty */
} Reference;

typedef struct ProjectDraft {
    ItemDraft item;
    Str start_day, end_day;
    const Str *districts;
    size_t district_count;
    const ItemId *goals;
    size_t goal_count;
    ItemId idea;   /* that it grew out of; 0: none. It is linked as "became" */
    PersonId lead; /* of a new one; 0: who adds it, unless the office does */
} ProjectDraft;

/* ---- reading ---- */

MUST Err project_get(Cx *cx, ItemId id, Project *ret);
/* Of these items in their order; what is no project stays empty. */
MUST Err project_list(Cx *cx, const Item *items, size_t count, Project **ret);
MUST Err project_districts(Cx *cx, ItemId id, Str **ret, size_t *ret_count);
MUST Err project_references(Cx *cx, ItemId id, Reference **ret, size_t *ret_count);
/* The newest first, the current one too. */
MUST Err project_lights(Cx *cx, ItemId id, ProjectLight **ret, size_t *ret_count);

typedef struct ProjectPartner {
    ItemId organisation;
    Str title, slug, role;
} ProjectPartner;
/* Who takes part, of those that the actor may read. */
MUST Err project_partners(Cx *cx, ItemId id, ProjectPartner **ret, size_t *ret_count);

/* The organisation that leads each of these items, in their order; its title is empty where there
 * is none or the actor may not read it. */
MUST Err project_leaders(Cx *cx, const Item *items, size_t count, ProjectPartner **ret);

/* Districts of all projects that the actor may read, for filters. */
MUST Err project_all_districts(Cx *cx, Str **ret, size_t *ret_count);

typedef struct ProjectFilter {
    bool has_phase;
    Phase phase;
    Light light; /* LIGHT_NONE: any */
    bool stale;  /* only those whose light nobody confirmed for so long */
    int64_t stale_us;
    int64_t topic;
    Str district; /* empty: any */
    Str words;
    ItemId goal, organisation; /* leads it, or takes part */
} ProjectFilter;
/* The projects that the actor may read; proposed and declined ones are left out. */
MUST Err project_find(Cx *cx, const ProjectFilter *filter, ItemOrder order, int64_t limit,
                      int64_t offset, Item **ret, size_t *ret_count, int64_t *ret_total);
/* How many there are in each phase by the same filter, whatever phase it names. */
MUST Err project_count_phases(Cx *cx, const ProjectFilter *filter, int64_t ret[PHASE_COUNT_]);

/* The lights that are older than this are stale: now less the setting project.stale_days. */
MUST Err project_stale_us(Cx *cx, int64_t *ret);
bool light_is_stale(const ProjectLight *light, int64_t stale_us);
/* Whether somebody who stands so to it may change it in its state. */
bool project_may_edit(const Item *item, uint32_t stand);
/* Whether the actor may; DENIED "project.edit". */
MUST Err project_require_edit(Cx *cx, const Item *item);

/* ---- changing: each takes the version that its form was made from (item_expect) ---- */

/* Adds a proposed project. Flaws of item_check, and "project.start", "project.end",
 * "project.districts", "project.goals", "project.organisation". */
MUST Err project_add(Cx *cx, const ProjectDraft *draft, Events *events, ItemId *ret);
/* The facts of the draft but idea and lead. */
MUST Err project_change(Cx *cx, Item *item, int64_t version, const ProjectDraft *draft,
                        Events *events);
struct Funding;
typedef struct ProjectMoney {
    Money investment, running, spent;
    int64_t lifetime_years;
    const struct Funding *funding; /* the whole list: funding.h */
    size_t funding_count;
} ProjectMoney;
/* Flaws "project.investment", "project.running", "project.spent" (MONEY_BAD), "project.lifetime",
 * and those of funding_check. */
MUST Err project_set_money(Cx *cx, Item *item, int64_t version, const ProjectMoney *money,
                           Events *events);
/* Sets or confirms the light: a version of its own. INVALID "project.light", "project.reason"
 * (yellow and red want one). */
MUST Err project_set_light(Cx *cx, Item *item, Light light, Str reason, Events *events);
/* INVALID "project.result" for one that is empty or too long. */
MUST Err project_set_result(Cx *cx, Item *item, int64_t version, Str result, Events *events);
/* Replaces them all. Flaws "project.entities" (urn:...), "project.indicators",
 * "project.documents" (https://...). */
MUST Err project_set_references(Cx *cx, Item *item, int64_t version, const Reference *list,
                                size_t count, Events *events);
/* Replaces the partners. INVALID "project.partners" for what is no organisation. */
MUST Err project_set_partners(Cx *cx, Item *item, int64_t version, const ProjectPartner *list,
                              size_t count, Events *events);
/* Somebody asks to take part, is asked in, taken in, refused, or leaves: data is a TeamEvent. */
extern const EventKind PROJECT_TEAM_CHANGED;
typedef struct TeamEvent {
    ItemId project;
    PersonId person;
    RelationState before, after; /* before: ENDED where there was nothing */
} TeamEvent;

/* A person asks to take part: the lead decides (relation.h). CONFLICT "project.ended". */
MUST Err project_ask(Cx *cx, const Item *item, Str title, Events *events);
/* Somebody is asked in, and decides. */
MUST Err project_invite(Cx *cx, Item *item, PersonId person, RelationRole role, ItemId through,
                        Events *events);
/* A member becomes lead, or the other way round. CONFLICT "project.last_lead". */
MUST Err project_set_role(Cx *cx, Item *item, int64_t relation, RelationRole role, Events *events);
/* Takes somebody in who asked, or oneself who was invited; or ends what is asked or active. DENIED
 * "project.edit"; CONFLICT "project.last_lead" for the only lead of a running project. */
MUST Err project_decide(Cx *cx, Item *item, int64_t relation, bool in, Events *events);

/* ---- for the nouns beside it: parts of a change that keep no version of their own ---- */

/* A number for a row of its lists, which is never given again. */
MUST Err project_take_number(Cx *cx, ItemId id, int64_t *ret);
MUST Err project_put_light(Cx *cx, ItemId id, Light light, Str reason);
MUST Err project_put_spent(Cx *cx, ItemId id, Money spent);

#endif
