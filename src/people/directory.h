/* Directory: the accepted partners that the actor may read, searched and filtered, in the order of
 * German dictionaries, with how many there are of each kind, topic and district: each counted with
 * the other filters as they are, so that a chip says what it leads to. */
#ifndef HANSE_PEOPLE_DIRECTORY_H
#define HANSE_PEOPLE_DIRECTORY_H

#include "people/organisation.h"

enum { DIRECTORY_MAX = 1000 /* partners; seven times what the largest alliance has today */ };

typedef struct Partner {
    ItemId id;
    Str slug, name, lead;
    Lang lang; /* of name and lead */
    OrganisationOwn own;
    Str district;
    ItemPlace place;
    int64_t published_us, changed_us;
    Topic topics[ITEM_TOPICS_MAX];
    size_t topic_count;
} Partner;

typedef struct DirectoryQuery {
    Str words; /* all of them stand in name, lead, offers, seeks, topics or district, folded */
    OrganisationKind kind; /* ORGANISATION_KIND_NONE: any */
    Str topic;             /* its slug; empty: any */
    Str district;          /* empty: any */
    bool founders;         /* only those */
} DirectoryQuery;

typedef struct DirectoryTopic {
    Topic topic;
    int64_t count;
} DirectoryTopic;
typedef struct DirectoryDistrict {
    Str name;
    int64_t count;
} DirectoryDistrict;

typedef struct Directory {
    Partner *partners; /* that fit the query */
    size_t count;
    int64_t all; /* that the actor may read */
    int64_t kinds[ORGANISATION_KIND_COUNT_], any_kind;
    DirectoryTopic *topics;
    size_t topic_count;
    int64_t any_topic;
    DirectoryDistrict *districts;
    size_t district_count;
    int64_t any_district;
} Directory;

/* What ret holds is valid until the read snapshot ends (db_memo). */
MUST Err directory_read(Cx *cx, const DirectoryQuery *query, Directory *ret);

#endif
