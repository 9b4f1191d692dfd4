/* JSON-LD @contexts, as far as NGSI-LD uses them (ETSI GS CIM 009 V1.9.1, 4.4 and 5.5.7; JSON-LD
 * 1.1): terms, prefixes, @vocab, @type coercion, arrays of contexts with the core one always last
 * and its terms protected.
 *
 * An LdContext is immutable and compiled for both ways: names to IRIs and back. Contexts are
 * local: the core ones are built in, others are preloaded from files or hosted; nothing is
 * fetched while a request waits. */
#ifndef HANSE_SYSTEMS_CONTEXT_H
#define HANSE_SYSTEMS_CONTEXT_H

#include "base/json.h"

#define LD_CORE_URL "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld"
/* What a name without a context becomes (4.4). */
#define LD_DEFAULT_PREFIX "https://uri.etsi.org/ngsi-ld/default-context/"

typedef struct LdContext LdContext;

/* The known contexts; built by one thread at start or on change, then read by all. */
typedef struct ContextStore ContextStore;
/* A store that knows the core contexts; it lives in its own memory until closed. */
ContextStore *context_store_new(void);
void context_store_free(ContextStore *store);
/* Adds a document {"@context": ...} under its URL. INVALID "context.syntax". */
MUST Err context_store_add(Cx *cx, ContextStore *store, Str url, Str document);
/* Reads DIR/contexts.tsv: URL, tab, file; lines with # are comments. */
MUST Err context_store_load(Cx *cx, ContextStore *store, Str dir);

/* The documents that the store holds, the core one first; texts live as long as the store. */
typedef struct ContextDocument {
    Str url;
    Str text; /* as it was added */
} ContextDocument;
size_t context_store_count(const ContextStore *store);
ContextDocument context_store_at(const ContextStore *store, size_t index);
bool context_store_find(const ContextStore *store, Str url, ContextDocument *ret);

/* The context for a request: the value of "@context" (a URL, an object, or an array of both) as
 * JSON, or p NULL for the core context alone. Named contexts come compiled from the store; an
 * embedded object is compiled into cx->arena. Errors: INVALID "context.syntax"; UNAVAILABLE
 * "context.unknown" for a URL that is not here (LdContextNotAvailable, 504). */
MUST Err context_resolve(Cx *cx, const ContextStore *store, JsonValue value, const LdContext **ret);
MUST Err context_resolve_url(Cx *cx, const ContextStore *store, Str url, const LdContext **ret);
const LdContext *context_core(const ContextStore *store);

/* The IRI of an attribute or type name: a term, a compact IRI, an absolute IRI (kept), or
 * @vocab and the name. */
Str context_expand(const LdContext *context, Arena *arena, Str name);
/* The shortest name for it; the IRI itself where there is none. Points into the context or the
 * IRI wherever it can. */
Str context_compact(const LdContext *context, Arena *arena, Str iri);
/* What "@context" an answer shows, as JSON: the URL of a context that names the core one itself,
 * else an array that ends with the core's. */
Str context_json(const LdContext *context);
/* The URL for a Link header; p NULL where the context was embedded. */
Str context_url(const LdContext *context);

#endif
