/* One compiled object of a JSON-LD @context: its terms, hashed by name and by IRI. Private to
 * context.c, which stacks parts into an LdContext. Immutable once compiled. */
#ifndef HANSE_SYSTEMS_CONTEXT_PART_H
#define HANSE_SYSTEMS_CONTEXT_PART_H

#include "base/json.h"

/* Terms of one object. The largest published context that cities use has some 1,500. */
enum { LD_TERMS_MAX = 8192 };

typedef struct LdTerm {
    Str name;
    Str iri; /* p NULL: the name is declared to mean nothing */
    uint32_t name_hash;
    uint32_t iri_hash;
    uint32_t next; /* index + 1 of the next best term of the same IRI; 0: none */
    uint8_t rank;  /* less is better at compaction; then shorter, then by bytes */
    bool prefix;   /* may stand before the colon of a compact IRI */
} LdTerm;

typedef struct LdPart {
    LdTerm *terms;
    uint32_t count;
    uint32_t mask;
    uint32_t *by_name; /* index + 1 */
    uint32_t *by_iri;  /* index + 1 of the best term */
    uint32_t *prefixes;
    uint32_t prefix_count;
    Str vocab; /* p NULL: none declared */
} LdPart;

typedef struct LdBefore {
    const LdPart *const *parts; /* those that stand before, earliest first */
    size_t count;
    const LdPart *core; /* NULL for the core context itself */
    bool embedded;      /* came with a request: scoped contexts are refused (5.5.7) */
} LdBefore;

/* Compiles an object into cx->arena; nothing of `object` is kept. Errors: INVALID
 * "context.syntax" that names the term, LIMIT "context.large". */
MUST Err ld_part_compile(Cx *cx, JsonValue object, const LdBefore *before, LdPart **ret);

uint32_t ld_hash(Str s);
/* NULL where there is none. */
const LdTerm *ld_part_by_name(const LdPart *part, Str name, uint32_t hash);
/* The best term for the IRI; follow `next` for the others. */
const LdTerm *ld_part_by_iri(const LdPart *part, Str iri, uint32_t hash);

#endif
