/* Queries (ETSI GS CIM 009 V1.9.1, 4.9): the q language, compiled once to a small predicate
 * program and evaluated on entities; queries, subscriptions and rules share it.
 *
 *   speed>50;brandName!="Mercedes"        ; is and, | is or, and binds tighter
 *   (temperature>=20;temperature<=25)|capacity<=10
 *   temperature.observedAt>=2017-12-24T12:00:00Z     sub-attributes and their members
 *   address[city]=="Berlin"               into the value; [de] or [*] of a languageMap
 *   route=="550","551"   level==4..5      lists and closed ranges, with == and != only
 *   name~="^Eiffel"      name!~=tower$    patterns (query_pattern.h), quoted or not
 *   isParked{Parking:name}=="Downtown"    over a Relationship, with a hint of the type
 *   !heading                              absence: an extension
 *
 * What the grammar leaves open: a name may be a compact IRI (prefix:name) or an absolute IRI up
 * to the next operator. A value without quotes that is no number, time, true or false ends before
 * ; | ) or , and is a text, most often a URI. A pattern without quotes ends before ; or |, or at a
 * ) that it did not open. In a quoted pattern \" is a quote, \\ a backslash, and every other
 * escape is the pattern's own.
 *
 * Semantics: a term holds for an attribute when it holds for any of its instances. != and !~= ask
 * for an existing target too. Numbers are compared as numbers, dates and times as instants, texts
 * by their bytes. Values of different types are unequal and in no order. */
#ifndef HANSE_SYSTEMS_QUERY_H
#define HANSE_SYSTEMS_QUERY_H

#include "systems/entity.h"

enum {
    QUERY_TEXT_MAX = 16 * 1024, /* bytes: twice what fits into a request's target */
    QUERY_TERMS_MAX = 200,      /* conditions */
    QUERY_DEPTH_MAX = 30,       /* nested parentheses */
    QUERY_PATH_MAX = 10,        /* names of a path */
    QUERY_VALUES_MAX = 500,     /* values of a list */
    QUERY_LINKS_MAX = 5         /* Relationships that one term follows */
};

typedef struct Query Query;

typedef struct QueryOptions {
    const LdContext *context;
    Str expand_values; /* names of attributes, parted by commas, whose values become IRIs */
    Str json_keys;     /* names whose values stay as they are, which they do anyway; checked */
} QueryOptions;

/* The program lives in cx->arena and is immutable; the text must live as long. Errors: INVALID
 * "query.syntax" with the position and what was expected; LIMIT "query.complex"
 * (TooComplexQuery); those of pattern_compile. */
MUST Err query_compile(Cx *cx, Str text, QueryOptions options, const Query **ret);
/* Whether a term follows a Relationship, so that evaluation needs QueryRun.find. */
bool query_has_links(const Query *query);
/* The attributes (IRIs) that the query looks at, each once; for the choice of candidates. */
size_t query_attributes(const Query *query, Str *ret, size_t max);

/* One evaluation, or many: what it may use. */
typedef struct QueryRun {
    Arena *arena;  /* for texts with escapes in them; nothing is allocated otherwise */
    int64_t steps; /* budget of values and pattern states looked at */
    /* The entity of an id, for terms with links; NULL: such terms do not hold. */
    bool (*find)(void *user, Str id, Entity *ret);
    void *user;
} QueryRun;
#define QUERY_STEPS_MAX INT64_C(20000000) /* about 0.2 s */

/* False, and worth nothing, once run->steps has fallen below 0. */
bool query_matches(const Query *query, const Entity *entity, QueryRun *run);

#endif
