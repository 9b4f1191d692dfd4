#include "systems/context.h"

#include "base/str.h"
#include "base/uri.h"
#include "systems/context_part.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* The built-in core context, embedded by context_core.S. */
extern const char context_core_text[];
extern const char context_core_text_end[];

enum {
    PARTS_MAX = 32,           /* contexts that one request may name, nested ones counted */
    NESTING_MAX = 8,          /* arrays in arrays, documents that refer to documents */
    STORE_MAX = 4096,         /* documents */
    FILE_BYTES_MAX = 4 << 20, /* of a preloaded document */
};

#define CORE_URL_PREFIX "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context"

struct LdContext {
    const LdPart *const *parts; /* the user's, in order: a later one wins */
    size_t count;
    const LdPart *core; /* wins over all */
    Str json;
    Str url;
};

/* A document under its URL. Its @context stays JSON and is resolved when it is asked for, since
 * what it refers to may be added later; objects in it are compiled once. */
typedef struct Document {
    Str url;
    Str text;
    Json json;
    JsonValue context;
    const LdPart *part; /* of a document that is one plain object, else NULL */
    LdContext alone;    /* the same with the core context, ready for use */
} Document;

struct ContextStore {
    Arena arena;
    LdPart *core_part;
    LdContext core;
    Document **documents;
    size_t count, cap;
    uint32_t *slots; /* open addressing by the URL's hash: index + 1 */
    size_t slot_count;
};

/* ---- The store ---- */

static ContextDocument core_document(void)
{
    Str text = {context_core_text, (size_t)(context_core_text_end - context_core_text)};
    return (ContextDocument){S(LD_CORE_URL), text};
}

/* What an answer shows for a named context: its URL, and the core one's where it is not in it. */
static Str url_json(Arena *arena, Str url, bool has_core)
{
    Buf buf = buf_new(arena, url.n * 6 + 256);
    buf_put(&buf, has_core ? S("") : S("["));
    buf_json_string(&buf, url);
    buf_put(&buf, has_core ? S("") : S(",\"" LD_CORE_URL "\"]"));
    return buf_str(&buf);
}

ContextStore *context_store_new(void)
{
    ContextStore *store = calloc(1, sizeof *store);
    if (!store)
        abort();
    arena_init(&store->arena, (size_t)64 * 1024, 0);
    Error error;
    Clock clock = clock_fixed(0);
    Cx cx = {.arena = &store->arena, .clock = &clock, .error = &error};
    Json json;
    JsonValue context;
    Err err = json_parse(&cx, core_document().text, &json);
    ASSERT(err == OK && json_find(json_root(&json), S("@context"), &context));
    err = ld_part_compile(&cx, context, &(LdBefore){0}, &store->core_part);
    ASSERT(err == OK);
    store->core = (LdContext){
        .core = store->core_part, .json = S("\"" LD_CORE_URL "\""), .url = S(LD_CORE_URL)};
    return store;
}

void context_store_free(ContextStore *store)
{
    if (!store)
        return;
    arena_done(&store->arena);
    free(store);
}

const LdContext *context_core(const ContextStore *store)
{
    return &store->core;
}

static Document *document_find(const ContextStore *store, Str url)
{
    if (store->slot_count == 0)
        return NULL;
    size_t mask = store->slot_count - 1;
    for (size_t i = str_hash(url) & mask; store->slots[i]; i = (i + 1) & mask)
        if (str_eq(store->documents[store->slots[i] - 1]->url, url))
            return store->documents[store->slots[i] - 1];
    return NULL;
}

static void slot_put(ContextStore *store, size_t index)
{
    size_t mask = store->slot_count - 1;
    size_t i = str_hash(store->documents[index]->url) & mask;
    while (store->slots[i])
        i = (i + 1) & mask;
    store->slots[i] = (uint32_t)index + 1;
}

static Document *document_new(ContextStore *store, Str url)
{
    if (store->count == store->cap) {
        size_t cap = MAX(store->cap * 2, 16);
        store->documents =
            arena_grow(&store->arena, store->documents, store->cap * sizeof(Document *),
                       cap * sizeof(Document *), _Alignof(Document *));
        store->cap = cap;
        store->slot_count = cap * 2;
        store->slots = arena_array(&store->arena, uint32_t, store->slot_count);
        for (size_t i = 0; i < store->count; i++)
            slot_put(store, i);
    }
    Document *document = arena_new(&store->arena, Document);
    document->url = arena_copy(&store->arena, url);
    store->documents[store->count] = document;
    slot_put(store, store->count++);
    return document;
}

/* The core context's URL with a version, "-v1.9", or without; others that begin so are unknown. */
static bool is_core_url(Str url)
{
    static const Str PREFIX = S_INIT(CORE_URL_PREFIX), END = S_INIT(".jsonld");
    if (!str_starts(url, PREFIX) || !str_ends(url, END))
        return false;
    Str version = str_slice(url, PREFIX.n, url.n - END.n);
    if (version.n == 0)
        return true;
    if (!str_starts(version, S("-v")) || version.n == 2)
        return false;
    for (size_t i = 2; i < version.n; i++)
        if (version.p[i] != '.' && (version.p[i] < '0' || version.p[i] > '9'))
            return false;
    return true;
}

/* Parses and compiles into the store's own memory. */
static Err document_read(Cx *cx, ContextStore *store, Str text, Document *made)
{
    *made = (Document){.text = arena_copy(&store->arena, text)};
    TRY(json_parse(cx, made->text, &made->json));
    if (!json_find(json_root(&made->json), S("@context"), &made->context))
        return fail(cx, ERR_INVALID, "context.syntax",
                    "expected an object with a member \"@context\"");
    if (!json_is(made->context, JSON_OBJECT))
        return OK;
    LdBefore before = {.core = store->core_part};
    LdPart *part;
    TRY(ld_part_compile(cx, made->context, &before, &part));
    made->part = part;
    return OK;
}

Err context_store_add(Cx *cx, ContextStore *store, Str url, Str text)
{
    if (store->count == STORE_MAX)
        return fail(cx, ERR_LIMIT, "context.many", "there are %d @contexts already; remove some",
                    STORE_MAX);
    Cx inside = *cx;
    inside.arena = &store->arena;
    Document made;
    Err err = document_read(&inside, store, text, &made);
    if (err != OK)
        return fail(cx, err == ERR_LIMIT ? err : ERR_INVALID,
                    err == ERR_LIMIT ? inside.error->key : "context.syntax", "%.*s: %.*s",
                    SARG(url), SARG(inside.error->detail));
    Document *document = document_find(store, url);
    if (!document)
        document = document_new(store, url);
    made.url = document->url;
    *document = made;
    document->context.doc = &document->json;
    document->alone = (LdContext){.parts = &document->part,
                                  .count = document->part ? 1 : 0,
                                  .core = store->core_part,
                                  .json = url_json(&store->arena, document->url, false),
                                  .url = document->url};
    return OK;
}

size_t context_store_count(const ContextStore *store)
{
    return store->count + 1;
}

ContextDocument context_store_at(const ContextStore *store, size_t index)
{
    ASSERT(index <= store->count);
    if (index == 0)
        return core_document();
    const Document *document = store->documents[index - 1];
    return (ContextDocument){document->url, document->text};
}

bool context_store_find(const ContextStore *store, Str url, ContextDocument *ret)
{
    const Document *document = document_find(store, url);
    if (!document && !is_core_url(url))
        return false;
    *ret = document ? (ContextDocument){document->url, document->text} : core_document();
    return true;
}

/* ---- Preloading ---- */

static Err file_read(Cx *cx, const char *path, Str *ret)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return fail(cx, ERR_NOT_FOUND, "context.file", "%s: %s", path, strerror(errno));
    Buf buf = buf_new(cx->arena, FILE_BYTES_MAX + 1);
    size_t n = 0;
    do {
        char *room = buf_room(&buf, MIN((size_t)65536, (size_t)FILE_BYTES_MAX + 1 - buf.n));
        n = room ? fread(room, 1, MIN((size_t)65536, (size_t)FILE_BYTES_MAX + 1 - buf.n), file) : 0;
        buf.n += n;
    } while (n && buf.n <= FILE_BYTES_MAX);
    bool failed = ferror(file);
    fclose(file);
    if (failed)
        return fail(cx, ERR_UNAVAILABLE, "context.file", "%s: could not be read", path);
    if (buf.n > FILE_BYTES_MAX)
        return fail(cx, ERR_LIMIT, "context.large", "%s: larger than %d bytes", path,
                    FILE_BYTES_MAX);
    *ret = buf_str(&buf);
    return OK;
}

static Err line_load(Cx *cx, ContextStore *store, Str dir, Str line)
{
    Str url = str_cut(&line, '\t');
    Str name = line.p ? str_cut(&line, '\t') : line;
    if (url.n == 0 || name.n == 0)
        return fail(cx, ERR_INVALID, "context.list",
                    "%.*s/contexts.tsv: expected URL, tab, file; found \"%.*s\"", SARG(dir),
                    SARG(url));
    Str text;
    Str path = arena_fmt(cx->arena, "%.*s/%.*s", SARG(dir), SARG(name));
    TRY(file_read(cx, path.p, &text));
    return context_store_add(cx, store, url, text);
}

Err context_store_load(Cx *cx, ContextStore *store, Str dir)
{
    Str rest;
    TRY(file_read(cx, arena_fmt(cx->arena, "%.*s/contexts.tsv", SARG(dir)).p, &rest));
    while (rest.p) {
        Str line = str_trim(str_cut(&rest, '\n'));
        if (line.n && line.p[0] != '#')
            TRY(line_load(cx, store, dir, line));
    }
    return OK;
}

/* ---- Resolving what a request names ---- */

typedef struct Stack {
    Cx *cx;
    const ContextStore *store;
    const LdPart *parts[PARTS_MAX];
    size_t count;
    bool embedded; /* an object of the request itself is in it */
    bool has_core; /* the core context is named, whichever version */
} Stack;

static Err unknown(Cx *cx, Str url)
{
    if (!uri_is_absolute(url))
        return fail(cx, ERR_INVALID, "context.syntax", "@context: not an absolute URL: \"%.*s\"",
                    SARG(str_slice(url, 0, 200)));
    return fail(cx, ERR_UNAVAILABLE, "context.unknown",
                "the @context %.*s is not held here; preload or host it", SARG(url));
}

static Err stack_value(Stack *stack, JsonValue value, int depth, bool embedded);

static Err stack_url(Stack *stack, Str url, int depth)
{
    if (is_core_url(url)) {
        stack->has_core = true;
        return OK;
    }
    const Document *document = document_find(stack->store, url);
    if (!document)
        return unknown(stack->cx, url);
    if (!document->part)
        return stack_value(stack, document->context, depth + 1, false);
    if (stack->count == PARTS_MAX)
        return fail(stack->cx, ERR_LIMIT, "context.large", "more than %d @contexts in one",
                    PARTS_MAX);
    stack->parts[stack->count++] = document->part;
    return OK;
}

static Err stack_object(Stack *stack, JsonValue object, bool embedded)
{
    if (stack->count == PARTS_MAX)
        return fail(stack->cx, ERR_LIMIT, "context.large", "more than %d @contexts in one",
                    PARTS_MAX);
    LdBefore before = {.parts = stack->parts,
                       .count = stack->count,
                       .core = stack->store->core_part,
                       .embedded = embedded};
    LdPart *part;
    TRY(ld_part_compile(stack->cx, object, &before, &part));
    stack->parts[stack->count++] = part;
    stack->embedded = stack->embedded || embedded;
    return OK;
}

static Err stack_value(Stack *stack, JsonValue value, int depth, bool embedded)
{
    if (depth > NESTING_MAX)
        return fail(stack->cx, ERR_LIMIT, "context.deep",
                    "@contexts refer to each other more than %d deep", NESTING_MAX);
    if (json_is(value, JSON_STRING))
        return stack_url(stack, json_text(stack->cx->arena, value), depth);
    if (json_is(value, JSON_OBJECT))
        return stack_object(stack, value, embedded);
    if (!json_is(value, JSON_ARRAY))
        return fail(stack->cx, ERR_INVALID, "context.syntax",
                    "@context: expected a URL, an object or an array of both, found %.*s",
                    SARG(str_slice(json_span(value), 0, 40)));
    for (JsonIter it = json_iter(value); json_next(&it);)
        TRY(stack_value(stack, it.value, depth + 1, embedded));
    return OK;
}

/* What an answer shows: the request's own value, with the core context at the end. */
static Str json_with_core(Arena *arena, JsonValue value)
{
    Buf buf = buf_new(arena, (size_t)1 << 30);
    buf_char(&buf, '[');
    if (!json_is(value, JSON_ARRAY)) {
        buf_put(&buf, json_span(value));
        buf_char(&buf, ',');
    } else {
        for (JsonIter it = json_iter(value); json_next(&it);) {
            if (json_is(it.value, JSON_STRING) && is_core_url(json_text(arena, it.value)))
                continue;
            buf_put(&buf, json_span(it.value));
            buf_char(&buf, ',');
        }
    }
    buf_put(&buf, S("\"" LD_CORE_URL "\"]"));
    return buf_str(&buf);
}

static const LdContext *stack_done(const Stack *stack, Str json, Str url)
{
    Arena *arena = stack->cx->arena;
    LdContext *context = arena_new(arena, LdContext);
    const LdPart **parts = arena_array(arena, const LdPart *, stack->count + 1);
    memcpy(parts, stack->parts, stack->count * sizeof(LdPart *));
    *context = (LdContext){.parts = parts,
                           .count = stack->count,
                           .core = stack->store->core_part,
                           .json = json,
                           .url = url};
    return context;
}

/* The only URL of a value that names one context; p NULL for everything else. */
static Str only_url(Cx *cx, JsonValue value)
{
    Str url = {NULL, 0};
    if (json_is(value, JSON_STRING))
        return json_text(cx->arena, value);
    if (!json_is(value, JSON_ARRAY))
        return url;
    for (JsonIter it = json_iter(value); json_next(&it);) {
        if (!json_is(it.value, JSON_STRING))
            return (Str){NULL, 0};
        Str next = json_text(cx->arena, it.value);
        if (is_core_url(next))
            continue;
        if (url.p)
            return (Str){NULL, 0};
        url = next;
    }
    return url.p ? url : S(LD_CORE_URL);
}

Err context_resolve_url(Cx *cx, const ContextStore *store, Str url, const LdContext **ret)
{
    if (is_core_url(url)) {
        *ret = &store->core;
        return OK;
    }
    const Document *document = document_find(store, url);
    if (!document)
        return unknown(cx, url);
    if (document->part) {
        *ret = &document->alone;
        return OK;
    }
    Stack stack = {.cx = cx, .store = store};
    TRY(stack_url(&stack, url, 0));
    *ret = stack_done(&stack, url_json(cx->arena, document->url, stack.has_core), document->url);
    return OK;
}

Err context_resolve(Cx *cx, const ContextStore *store, JsonValue value, const LdContext **ret)
{
    Str url = only_url(cx, value);
    if (url.p)
        return context_resolve_url(cx, store, url, ret);
    Stack stack = {.cx = cx, .store = store};
    TRY(stack_value(&stack, value, 0, true));
    *ret = stack_done(&stack, json_with_core(cx->arena, value), (Str){NULL, 0});
    return OK;
}

/* ---- Names to IRIs and back ---- */

/* What a name means: the core's terms are protected, then the last context wins. */
static const LdTerm *term_of(const LdContext *context, Str name)
{
    uint32_t hash = ld_hash(name);
    const LdTerm *term = ld_part_by_name(context->core, name, hash);
    for (size_t i = context->count; !term && i-- > 0;)
        term = ld_part_by_name(context->parts[i], name, hash);
    return term && term->iri.p ? term : NULL;
}

static Str joined(Arena *arena, Str a, Str b)
{
    char *text = arena_alloc_raw(arena, a.n + b.n, 1);
    memcpy(text, a.p, a.n);
    memcpy(text + a.n, b.p, b.n);
    return (Str){text, a.n + b.n};
}

Str context_expand(const LdContext *context, Arena *arena, Str name)
{
    const LdTerm *term = term_of(context, name);
    if (term)
        return term->iri;
    if (name.n == 0 || name.p[0] == '@')
        return name;
    const char *colon = memchr(name.p, ':', name.n);
    if (!colon)
        /* The core context stands last, so that its @vocab is the one that counts (4.4). */
        return joined(arena, context->core->vocab, name);
    Str suffix = str_from_index(name, (size_t)(colon - name.p) + 1);
    term = term_of(context, (Str){name.p, (size_t)(colon - name.p)});
    if (!term || !term->prefix || str_starts(suffix, S("//")))
        return name;
    return joined(arena, term->iri, suffix);
}

static bool means(const LdContext *context, const LdTerm *term)
{
    const LdTerm *known = term_of(context, term->name);
    return known == term || (known && str_eq(known->iri, term->iri));
}

static const LdTerm *part_best(const LdContext *context, const LdPart *part, Str iri, uint32_t hash)
{
    const LdTerm *term = ld_part_by_iri(part, iri, hash);
    while (term && !means(context, term))
        term = term->next ? &part->terms[term->next - 1] : NULL;
    return term;
}

static const LdTerm *longer_prefix(const LdContext *context, const LdPart *part, Str iri,
                                   const LdTerm *best)
{
    for (uint32_t k = 0; k < part->prefix_count; k++) {
        const LdTerm *term = &part->terms[part->prefixes[k]];
        if (iri.n > term->iri.n && str_starts(iri, term->iri) &&
            (!best || term->iri.n > best->iri.n) && means(context, term))
            best = term;
    }
    return best;
}

/* "prefix:rest" by the longest prefix that fits; the IRI itself where none does. */
static Str compact_iri(const LdContext *context, Arena *arena, Str iri)
{
    const LdTerm *best = longer_prefix(context, context->core, iri, NULL);
    for (size_t i = 0; i < context->count; i++)
        best = longer_prefix(context, context->parts[i], iri, best);
    if (!best)
        return iri;
    Str suffix = str_from_index(iri, best->iri.n);
    Str name = arena_fmt(arena, "%.*s:%.*s", SARG(best->name), SARG(suffix));
    /* "a://b" would be read as an absolute IRI, and a term of that name as something else. */
    return str_starts(suffix, S("//")) || term_of(context, name) ? iri : name;
}

Str context_compact(const LdContext *context, Arena *arena, Str iri)
{
    uint32_t hash = ld_hash(iri);
    const LdTerm *term = part_best(context, context->core, iri, hash);
    for (size_t i = context->count; !term && i-- > 0;)
        term = part_best(context, context->parts[i], iri, hash);
    if (term)
        return term->name;
    Str vocab = context->core->vocab;
    if (iri.n > vocab.n && str_starts(iri, vocab)) {
        Str name = str_from_index(iri, vocab.n);
        if (!memchr(name.p, ':', name.n) && name.p[0] != '@' && !term_of(context, name))
            return name;
    }
    return compact_iri(context, arena, iri);
}

Str context_json(const LdContext *context)
{
    return context->json;
}

Str context_url(const LdContext *context)
{
    return context->url;
}
