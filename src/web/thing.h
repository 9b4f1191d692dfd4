/* A thing of the city as pages show it: an entity with its name, place, newest value and state. */
#ifndef HANSE_WEB_THING_H
#define HANSE_WEB_THING_H

#include "steering/indicator.h"
#include "systems/entity_query.h"
#include "web/page.h"

enum {
    THING_SILENT_MIN =
        60, /* without a reading for so long, a thing that used to report is silent */
    MAP_THINGS_MAX = 5000
};

typedef struct Thing {
    Str id;
    Str name;  /* the id's last part where it has none */
    Str type;  /* last part of the first type's IRI */
    Str place; /* district or address; may be empty */
    bool has_point;
    double lon, lat; /* WGS 84 degrees */
    SourceState state;
    Str attribute; /* IRI of the value shown; may be empty */
    Str value;     /* formatted, with its unit */
    int64_t at_us; /* of the newest reading; 0: it never sent one */
} Thing;

/* What indicators say of their sources, by id: who is stuck and who is silent. */
typedef struct Judgement {
    const Source *sources;
    size_t count;
} Judgement;
MUST Err judgement_read(Page *page, Judgement *ret);

void thing_read(Page *page, const Judgement *judgement, const Entity *entity, Thing *ret);
/* The indicator whose entity this is; NULL for every other thing. */
const Indicator *indicator_of(Page *page, Str id);
/* The last part of an IRI: "availableSpotNumber". */
Str iri_name(Str iri);
/* The clock for what is as good as now, in the form that live values are given, else the day. */
Str short_time(Page *page, int64_t at_us);
/* The map with the theme that shows things of this type; with all where none does. */
Url map_url_of_type(Page *page, Str iri_or_name);
/* A word for a type or attribute where the texts have one, else its name. */
Str thing_word(Page *page, Str iri_or_name);

#endif
