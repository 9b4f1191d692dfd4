#include "systems/context_part.h"

#include "base/str.h"

uint32_t ld_hash(Str s)
{
    const uint64_t k = 0x9E3779B97F4A7C15u;
    uint64_t hash = s.n * k, word;
    const char *p = s.p;
    size_t n = s.n;
    for (; n >= 8; p += 8, n -= 8) {
        memcpy(&word, p, 8);
        hash = (hash ^ word) * k;
        hash ^= hash >> 32;
    }
    word = 0;
    if (n)
        memcpy(&word, p, n);
    hash = (hash ^ word) * k;
    return (uint32_t)(hash ^ hash >> 32);
}

const LdTerm *ld_part_by_name(const LdPart *part, Str name, uint32_t hash)
{
    for (uint32_t i = hash & part->mask; part->by_name[i]; i = (i + 1) & part->mask) {
        const LdTerm *term = &part->terms[part->by_name[i] - 1];
        if (term->name_hash == hash && str_eq(term->name, name))
            return term;
    }
    return NULL;
}

const LdTerm *ld_part_by_iri(const LdPart *part, Str iri, uint32_t hash)
{
    for (uint32_t i = hash & part->mask; part->by_iri[i]; i = (i + 1) & part->mask) {
        const LdTerm *term = &part->terms[part->by_iri[i] - 1];
        if (term->iri_hash == hash && str_eq(term->iri, iri))
            return term;
    }
    return NULL;
}

/* ---- Compilation ---- */

enum { WAITING, RUNNING, DONE };
enum { REFERENCES_MAX = 16 }; /* a term defined by a term defined by a term ... */

typedef struct Compiler {
    Cx *cx;
    const LdBefore *before;
    LdPart *part;
    JsonValue *definitions; /* beside part->terms */
    uint8_t *states;
    int depth;
} Compiler;

static Err bad(Compiler *cp, Str name, const char *what)
{
    return fail(cp->cx, ERR_INVALID, "context.syntax", "@context: term \"%.*s\": %s", SARG(name),
                what);
}

static Err term_resolve(Compiler *cp, uint32_t index);

/* The term's meaning as known here: this object's own, or of a part that stands before. */
static Err term_lookup(Compiler *cp, Str name, const LdTerm **ret)
{
    uint32_t hash = ld_hash(name);
    const LdTerm *term = ld_part_by_name(cp->part, name, hash);
    if (term) {
        TRY(term_resolve(cp, (uint32_t)(term - cp->part->terms)));
        *ret = term;
        return OK;
    }
    for (size_t i = cp->before->count; !term && i-- > 0;)
        term = ld_part_by_name(cp->before->parts[i], name, hash);
    if (!term && cp->before->core)
        term = ld_part_by_name(cp->before->core, name, hash);
    *ret = term;
    return OK;
}

static Str joined(Arena *arena, Str a, Str b)
{
    char *text = arena_alloc_raw(arena, a.n + b.n, 1);
    memcpy(text, a.p, a.n);
    memcpy(text + a.n, b.p, b.n);
    return (Str){text, a.n + b.n};
}

static Str vocab_of(const Compiler *cp)
{
    if (cp->part->vocab.p)
        return cp->part->vocab;
    for (size_t i = cp->before->count; i-- > 0;)
        if (cp->before->parts[i]->vocab.p)
            return cp->before->parts[i]->vocab;
    return cp->before->core ? cp->before->core->vocab : (Str){NULL, 0};
}

/* JSON-LD 1.1 API, 5.2.2 (IRI expansion), with vocab and with definitions still to be made. */
static Err iri_expand(Compiler *cp, Str own_name, Str value, Str *ret)
{
    const LdTerm *term = NULL;
    ptrdiff_t colon = str_find_char(value, ':');
    if (!str_eq(value, own_name))
        TRY(term_lookup(cp, value, &term));
    if (term && term->iri.p) {
        *ret = term->iri;
        return OK;
    }
    if (colon < 0) {
        Str vocab = vocab_of(cp);
        if (!vocab.p)
            return bad(cp, own_name, "is no IRI, and there is no @vocab to put before it");
        *ret = joined(cp->cx->arena, vocab, value);
        return OK;
    }
    Str suffix = str_from_index(value, (size_t)colon + 1);
    if (colon > 0 && !str_starts(suffix, S("//"))) {
        TRY(term_lookup(cp, str_slice(value, 0, (size_t)colon), &term));
        if (term && term->iri.p) {
            *ret = joined(cp->cx->arena, term->iri, suffix);
            return OK;
        }
    }
    *ret = arena_copy(cp->cx->arena, value);
    return OK;
}

static bool ends_like_prefix(Str iri)
{
    return iri.n && memchr(":/?#[]@", iri.p[iri.n - 1], 7);
}

/* Reads an expanded definition; *ret_id has p NULL when the term means nothing. */
static Err object_read(Compiler *cp, LdTerm *term, JsonValue object, Str *ret_id)
{
    JsonValue v;
    if (cp->before->embedded && json_find(object, S("@context"), &v))
        return bad(cp, term->name, "has a scoped @context, which NGSI-LD does not allow");
    if (json_find(object, S("@reverse"), &v))
        return bad(cp, term->name, "has @reverse, which NGSI-LD does not use");
    if (json_find(object, S("@container"), &v))
        term->rank = 2;
    if (json_find(object, S("@type"), &v) && !json_text_is(v, S("@id")) &&
        !json_text_is(v, S("@vocab")))
        term->rank = MAX(term->rank, 1);
    if (json_find(object, S("@prefix"), &v))
        term->prefix = json_is(v, JSON_TRUE);
    *ret_id = term->name;
    if (!json_find(object, S("@id"), &v))
        return OK;
    if (json_is(v, JSON_NULL))
        *ret_id = (Str){NULL, 0};
    else if (json_is(v, JSON_STRING))
        *ret_id = json_text(cp->cx->arena, v);
    else
        return bad(cp, term->name, "has an @id that is neither a string nor null");
    return OK;
}

static Err term_define(Compiler *cp, LdTerm *term, JsonValue definition)
{
    Str id = {NULL, 0};
    bool simple = json_is(definition, JSON_STRING);
    if (simple)
        id = json_text(cp->cx->arena, definition);
    else if (json_is(definition, JSON_OBJECT))
        TRY(object_read(cp, term, definition, &id));
    else if (!json_is(definition, JSON_NULL))
        return bad(cp, term->name, "is neither a string nor an object nor null");
    if (!id.p || (id.n && id.p[0] == '@'))
        return OK;
    TRY(iri_expand(cp, term->name, id, &term->iri));
    if (simple)
        term->prefix = ends_like_prefix(term->iri);
    return OK;
}

static Err term_resolve(Compiler *cp, uint32_t index)
{
    LdTerm *term = &cp->part->terms[index];
    if (cp->states[index] == DONE)
        return OK;
    if (cp->states[index] == RUNNING || cp->depth == REFERENCES_MAX)
        return bad(cp, term->name, "is defined by itself, or by too long a chain of terms");
    cp->states[index] = RUNNING;
    cp->depth++;
    TRY(term_define(cp, term, cp->definitions[index]));
    cp->depth--;
    cp->states[index] = DONE;
    return OK;
}

/* Terms and where their names are found; meanings come later, since they refer to each other. */
static Err names_collect(Compiler *cp, JsonValue object)
{
    LdPart *part = cp->part;
    for (JsonIter it = json_iter(object); json_next(&it);) {
        Str name = json_text(cp->cx->arena, it.key);
        if (str_eq(name, S("@vocab")) && json_is(it.value, JSON_STRING))
            part->vocab = arena_copy(cp->cx->arena, json_text(cp->cx->arena, it.value));
        if (name.n == 0 || name.p[0] == '@')
            continue;
        uint32_t hash = ld_hash(name);
        if (ld_part_by_name(part, name, hash))
            return bad(cp, name, "stands there twice");
        uint32_t i = hash & part->mask;
        while (part->by_name[i])
            i = (i + 1) & part->mask;
        cp->definitions[part->count] = it.value;
        part->terms[part->count] =
            (LdTerm){.name = arena_copy(cp->cx->arena, name), .name_hash = hash};
        part->by_name[i] = ++part->count;
    }
    return OK;
}

static bool better(const LdTerm *a, const LdTerm *b)
{
    if (a->rank != b->rank)
        return a->rank < b->rank;
    if (a->name.n != b->name.n)
        return a->name.n < b->name.n;
    return str_cmp(a->name, b->name) < 0;
}

static void iri_index(LdPart *part, uint32_t index)
{
    LdTerm *term = &part->terms[index];
    term->iri_hash = ld_hash(term->iri);
    uint32_t i = term->iri_hash & part->mask;
    while (part->by_iri[i] && !str_eq(part->terms[part->by_iri[i] - 1].iri, term->iri))
        i = (i + 1) & part->mask;
    uint32_t *link = &part->by_iri[i];
    while (*link && better(&part->terms[*link - 1], term))
        link = &part->terms[*link - 1].next;
    term->next = *link;
    *link = index + 1;
}

static LdPart *part_new(Arena *arena, uint32_t members)
{
    LdPart *part = arena_new(arena, LdPart);
    uint32_t slots = 4;
    while (slots < members * 2)
        slots *= 2;
    part->mask = slots - 1;
    part->by_name = arena_array(arena, uint32_t, slots);
    part->by_iri = arena_array(arena, uint32_t, slots);
    part->terms = arena_array(arena, LdTerm, members + 1);
    part->prefixes = arena_array(arena, uint32_t, members + 1);
    return part;
}

Err ld_part_compile(Cx *cx, JsonValue object, const LdBefore *before, LdPart **ret)
{
    uint32_t members = json_count(object);
    if (members > LD_TERMS_MAX)
        return fail(cx, ERR_LIMIT, "context.large", "@context: %u terms; at most %d are allowed",
                    members, LD_TERMS_MAX);
    LdPart *part = part_new(cx->arena, members);
    Compiler cp = {.cx = cx,
                   .before = before,
                   .part = part,
                   .definitions = arena_array(cx->arena, JsonValue, members + 1),
                   .states = arena_array(cx->arena, uint8_t, members + 1)};
    TRY(names_collect(&cp, object));
    for (uint32_t i = 0; i < part->count; i++) {
        TRY(term_resolve(&cp, i));
        if (part->terms[i].iri.p)
            iri_index(part, i);
        if (part->terms[i].prefix && part->terms[i].iri.p)
            part->prefixes[part->prefix_count++] = i;
    }
    *ret = part;
    return OK;
}
