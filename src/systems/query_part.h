/* The parts of a compiled query; private to query*.c. */
#ifndef HANSE_SYSTEMS_QUERY_PART_H
#define HANSE_SYSTEMS_QUERY_PART_H

#include "systems/query.h"
#include "systems/query_pattern.h"

typedef enum QueryOp {
    QUERY_EXISTS,
    QUERY_ABSENT,
    QUERY_EQ,
    QUERY_NE,
    QUERY_GT,
    QUERY_GE,
    QUERY_LT,
    QUERY_LE,
    QUERY_FOUND,    /* ~= */
    QUERY_NOT_FOUND /* !~= */
} QueryOp;

typedef enum LiteralKind {
    LITERAL_NUMBER,
    LITERAL_BOOL,
    LITERAL_TEXT, /* quoted, or a bare word or URI */
    LITERAL_DATETIME,
    LITERAL_DATE,
    LITERAL_TIME
} LiteralKind;

typedef struct Literal {
    LiteralKind kind;
    double number;
    bool boolean;
    Str text;
    int64_t us; /* of dates and times; of a text where is_datetime */
    bool is_datetime;
} Literal;

/* A member of an instance, or a time of the entity, that a path may end with. */
typedef struct Segment {
    Str name; /* an IRI, or the member's own name */
    bool member;
} Segment;

typedef struct Link {
    Str relationship; /* IRI */
    const Str *types; /* IRIs; none: any */
    size_t type_count;
} Link;

enum { QUERY_YES = -1, QUERY_NO = -2 };

typedef struct Term {
    QueryOp op;
    bool range; /* two values */
    const Link *links;
    size_t link_count;
    const Segment *path;
    size_t path_count;
    const Str *trail; /* member names within the value, or a language */
    size_t trail_count;
    const Literal *values;
    size_t value_count;
    const Pattern *pattern;
    int on_true, on_false; /* the next term, or QUERY_YES, QUERY_NO */
} Term;

struct Query {
    const Term *terms;
    size_t count;
    int first;
};

/* "2017-12-24", "12:00:00Z", or both: which of them, and microseconds. */
bool literal_time(Str text, LiteralKind *ret_kind, int64_t *ret_us);

#endif
