#include "systems/entity_text.h"

#include "base/calendar.h"
#include "base/str.h"
#include "base/uri.h"

/* Members of a value compared with members of a patch, name by name: some 10 ms. */
enum { MERGE_LOOKS_MAX = 1 << 20 };

typedef struct Writer {
    Cx *cx;
    const EntityInput *input;
    TextRules rules;
    Buf out;
    Str now; /* quoted */
    AttributeChange *changes;
    size_t change_count, change_cap;
    NotUpdated *not_updated;
    size_t not_updated_count;
    Str *updated;
    size_t updated_count;
    bool too_complex;
} Writer;

/* ---- Instances ---- */

Instances instances_of(JsonValue attribute)
{
    Instances list = {.single = attribute, .array = json_is(attribute, JSON_ARRAY)};
    if (list.array)
        list.it = json_iter(attribute);
    return list;
}

bool instances_next(Instances *list, JsonValue *ret)
{
    if (!list->array) {
        if (list->done)
            return false;
        list->done = true;
        *ret = list->single;
        return true;
    }
    if (!json_next(&list->it))
        return false;
    *ret = list->it.value;
    return true;
}

Str instance_dataset(Arena *arena, JsonValue instance)
{
    JsonValue v;
    if (!json_find(instance, S("datasetId"), &v))
        return (Str){NULL, 0};
    return json_text(arena, v);
}

static bool same_dataset(Str a, Str b)
{
    return (a.p == NULL) == (b.p == NULL) && str_eq(a, b);
}

static bool instance_with(Arena *arena, JsonValue attribute, Str dataset, JsonValue *ret)
{
    JsonValue instance;
    for (Instances list = instances_of(attribute); instances_next(&list, &instance);)
        if (same_dataset(instance_dataset(arena, instance), dataset)) {
            *ret = instance;
            return true;
        }
    return false;
}

static bool is_deletion(JsonValue instance)
{
    JsonValue type;
    return json_find(instance, S("type"), &type) && json_is(type, JSON_NULL);
}

static AttributeKind instance_kind(JsonValue instance)
{
    JsonValue type;
    if (!json_find(instance, S("type"), &type) || !json_is(type, JSON_STRING))
        return KIND_NONE;
    return kind_of_type(json_raw(type));
}

/* ---- Writing members ---- */

static void key_put(Writer *w, Str name)
{
    if (w->out.n && w->out.p[w->out.n - 1] != '{')
        buf_char(&w->out, ',');
    buf_json_string(&w->out, name);
    buf_char(&w->out, ':');
}

/* A member as it stands: key, colon and value are one span where nothing was put between them. */
static void member_copy(Writer *w, JsonValue key, JsonValue value)
{
    if (w->out.n && w->out.p[w->out.n - 1] != '{')
        buf_char(&w->out, ',');
    buf_put(&w->out, json_span(key));
    buf_char(&w->out, ':');
    buf_put(&w->out, json_span(value));
}

/* A member's name that the standard defines, behind another member. */
static void plain_key_put(Writer *w, Str name)
{
    buf_put(&w->out, S(",\""));
    buf_put(&w->out, name);
    buf_put(&w->out, S("\":"));
}

/* A key as it stands in another document. */
static void key_copy(Writer *w, JsonValue key)
{
    if (w->out.n && w->out.p[w->out.n - 1] != '{')
        buf_char(&w->out, ',');
    buf_put(&w->out, json_span(key));
    buf_char(&w->out, ':');
}

/* Behind type and main member, so that a comma goes before. */
static void times_put(Writer *w, const JsonValue *old)
{
    JsonValue created;
    buf_put(&w->out, S(",\"createdAt\":"));
    buf_put(&w->out,
            old && json_find(*old, S("createdAt"), &created) ? json_span(created) : w->now);
    buf_put(&w->out, S(",\"modifiedAt\":"));
    buf_put(&w->out, w->now);
}

/* ---- Values that are merged (RFC 7396) ---- */

static void value_merge(Writer *w, const JsonValue *old, JsonValue patch)
{
    JsonValue there, change;
    if (!json_is(patch, JSON_OBJECT)) {
        buf_put(&w->out, json_span(patch));
        return;
    }
    uint64_t looks = (uint64_t)json_count(patch) * (old ? json_count(*old) : 0);
    if (looks > MERGE_LOOKS_MAX) {
        w->too_complex = true;
        return;
    }
    buf_char(&w->out, '{');
    if (old && json_is(*old, JSON_OBJECT)) {
        for (JsonIter it = json_iter(*old); json_next(&it);) {
            if (!json_find(patch, json_text(w->cx->arena, it.key), &change)) {
                member_copy(w, it.key, it.value);
            } else if (!is_ngsi_ld_null(change)) {
                key_put(w, json_text(w->cx->arena, it.key));
                value_merge(w, &it.value, change);
            }
        }
    }
    for (JsonIter it = json_iter(patch); json_next(&it);) {
        Str name = json_text(w->cx->arena, it.key);
        if (is_ngsi_ld_null(it.value) || (old && json_find(*old, name, &there)))
            continue;
        key_put(w, name);
        value_merge(w, NULL, it.value);
    }
    buf_char(&w->out, '}');
}

/* ---- Plain values, whose kind is that of what they meet ---- */

static bool is_uri(Writer *w, JsonValue v)
{
    return json_is(v, JSON_STRING) && uri_is_absolute(json_text(w->cx->arena, v));
}

static bool are_uris(Writer *w, JsonValue v)
{
    if (!json_is(v, JSON_ARRAY) || json_count(v) == 0)
        return false;
    for (JsonIter it = json_iter(v); json_next(&it);)
        if (!is_uri(w, it.value))
            return false;
    return true;
}

static void vocab_put(Writer *w, JsonValue v)
{
    Arena *arena = w->cx->arena;
    if (json_is(v, JSON_STRING)) {
        buf_json_string(&w->out, context_expand(w->input->context, arena, json_text(arena, v)));
        return;
    }
    buf_char(&w->out, '[');
    for (JsonIter it = json_iter(v); json_next(&it);) {
        if (w->out.p[w->out.n - 1] != '[')
            buf_char(&w->out, ',');
        buf_json_string(&w->out,
                        context_expand(w->input->context, arena, json_text(arena, it.value)));
    }
    buf_char(&w->out, ']');
}

static bool are_words(JsonValue v)
{
    if (!json_is(v, JSON_ARRAY))
        return json_is(v, JSON_STRING);
    for (JsonIter it = json_iter(v); json_next(&it);)
        if (!json_is(it.value, JSON_STRING))
            return false;
    return json_count(v) > 0;
}

/* Whether a plain value can be what an attribute of that kind holds. */
static bool fits(Writer *w, AttributeKind kind, JsonValue v)
{
    switch (kind) {
    case KIND_RELATIONSHIP:
        return is_uri(w, v) || are_uris(w, v);
    case KIND_LIST_RELATIONSHIP:
        return are_uris(w, v);
    case KIND_LANGUAGE:
        return w->rules.merge.lang.p && are_words(v);
    case KIND_VOCAB:
        return are_words(v);
    case KIND_LIST:
        return json_is(v, JSON_ARRAY);
    case KIND_JSON:
        return true;
    case KIND_PROPERTY:
    case KIND_GEO:
    case KIND_NONE:
        break;
    }
    return false;
}

/* Writes type and main member of a plain value that takes the kind of what was there. */
static void fitted_put(Writer *w, AttributeKind kind, JsonValue old, JsonValue v)
{
    const KindRow *row = &ATTRIBUTE_KINDS[kind];
    JsonValue map;
    buf_put(&w->out, S("\"type\":"));
    buf_json_string(&w->out, row->type);
    plain_key_put(w, row->main_name);
    if (kind == KIND_VOCAB) {
        vocab_put(w, v);
    } else if (kind == KIND_LANGUAGE) {
        buf_char(&w->out, '{');
        if (json_find(old, row->main_name, &map))
            for (JsonIter it = json_iter(map); json_next(&it);)
                if (!json_text_is(it.key, w->rules.merge.lang))
                    member_copy(w, it.key, it.value);
        key_put(w, w->rules.merge.lang);
        buf_put(&w->out, json_span(v));
        buf_char(&w->out, '}');
    } else {
        buf_put(&w->out, json_span(v));
    }
}

/* ---- One instance ---- */

typedef struct Pair {
    JsonValue old, fragment;
    bool has_old, has_fragment;
    Str dataset;
} Pair;

static Err attribute_combine(Writer *w, Str attribute, const JsonValue *old, JsonValue fragment,
                             InstanceRule rule, bool only_fragment, bool top, size_t *ret_count);

/* A sub-attribute; left out when the fragment deletes it. */
static Err sub_put(Writer *w, Str attribute, Str name, const JsonValue *old, JsonValue fragment,
                   InstanceRule rule, bool only_fragment)
{
    size_t before = w->out.n, count;
    key_put(w, name);
    TRY(attribute_combine(w, attribute, old, fragment, rule, only_fragment, false, &count));
    if (count == 0 && !w->out.overflow)
        buf_truncate(&w->out, before);
    return OK;
}

/* What the fragment and the old instance come to before anything is written. */
typedef struct Plan {
    AttributeKind kind;
    InstanceRule rule;
    bool fitted; /* a plain value that takes the old kind */
    bool has_main;
    JsonValue main; /* the fragment's */
} Plan;

static Err kind_differs(Writer *w, Str attribute, AttributeKind old, AttributeKind new)
{
    return fail(w->cx, ERR_INVALID, "attribute.kind",
                "%.*s is a %.*s and cannot become a %.*s this way; replace it", SARG(attribute),
                SARG(ATTRIBUTE_KINDS[old].type), SARG(ATTRIBUTE_KINDS[new].type));
}

static Err plan_make(Writer *w, Str attribute, const Pair *pair, InstanceRule rule, Plan *plan)
{
    AttributeKind old = pair->has_old ? instance_kind(pair->old) : KIND_NONE;
    AttributeKind said = instance_kind(pair->fragment);
    *plan = (Plan){.kind = said, .rule = pair->has_old ? rule : INSTANCE_REPLACE};
    bool plain = said == KIND_NONE && json_find(pair->fragment, S("value"), &plan->main);
    if (plain) {
        plan->has_main = true;
        plan->fitted = pair->has_old && fits(w, old, plan->main);
        plan->kind = plan->fitted ? old : KIND_PROPERTY;
    } else if (said == KIND_NONE) {
        plan->kind = old;
    } else {
        plan->has_main = json_find(pair->fragment, ATTRIBUTE_KINDS[said].main_name, &plan->main);
    }
    if (pair->has_old && plan->kind != old) {
        /* 6.5.3.4: a plain value cannot change what kind an attribute is. */
        if (plain ? rule == INSTANCE_MERGE : rule == INSTANCE_PATCH)
            return kind_differs(w, attribute, old, plan->kind);
        plan->rule = INSTANCE_REPLACE;
    }
    if (plan->kind == KIND_NONE || (!plan->has_main && plan->rule == INSTANCE_REPLACE))
        return fail(w->cx, ERR_INVALID, "attribute.partial",
                    "%.*s is not there yet and gets no value: give type and value",
                    SARG(attribute));
    return OK;
}

/* The type as it was said, or as it was, or the kind's. */
static void type_put(Writer *w, const Plan *plan, const Pair *pair)
{
    JsonValue type;
    buf_put(&w->out, S("\"type\":"));
    if (instance_kind(pair->fragment) != KIND_NONE && json_find(pair->fragment, S("type"), &type))
        buf_put(&w->out, json_span(type));
    else if (pair->has_old && instance_kind(pair->old) == plan->kind &&
             json_find(pair->old, S("type"), &type))
        buf_put(&w->out, json_span(type));
    else
        buf_json_string(&w->out, ATTRIBUTE_KINDS[plan->kind].type);
}

static void main_put(Writer *w, const Plan *plan, const Pair *pair)
{
    const KindRow *row = &ATTRIBUTE_KINDS[plan->kind];
    JsonValue there;
    bool known = pair->has_old && json_find(pair->old, row->main_name, &there);
    if (plan->fitted) {
        fitted_put(w, plan->kind, pair->old, plan->main);
        return;
    }
    type_put(w, plan, pair);
    plain_key_put(w, row->main_name);
    if (!plan->has_main)
        buf_put(&w->out, json_span(there));
    else if (w->rules.instance == INSTANCE_MERGE)
        value_merge(w, known && plan->rule == INSTANCE_MERGE ? &there : NULL, plan->main);
    else
        buf_put(&w->out, json_span(plan->main));
}

static bool is_written_already(Member member, AttributeKind kind)
{
    return member == MEMBER_TYPE || member == MEMBER_CREATED_AT || member == MEMBER_MODIFIED_AT ||
           member == ATTRIBUTE_KINDS[kind].main;
}

/* The old instance's members, changed where the fragment names them. */
static Err old_members_put(Writer *w, Str attribute, const Plan *plan, const Pair *pair)
{
    for (JsonIter it = json_iter(pair->old); json_next(&it);) {
        JsonValue change;
        Str name = json_text(w->cx->arena, it.key);
        Member member = member_of(name);
        if (is_written_already(member, plan->kind))
            continue;
        bool named = json_find(pair->fragment, name, &change);
        if (!named && member == MEMBER_OBSERVED_AT && w->rules.merge.observed_at.p) {
            key_put(w, name);
            buf_json_string(&w->out, w->rules.merge.observed_at);
        } else if (!named) {
            member_copy(w, it.key, it.value);
        } else if (member == MEMBER_SUB) {
            TRY(sub_put(w, attribute, name, &it.value, change,
                        plan->rule == INSTANCE_MERGE ? INSTANCE_MERGE : INSTANCE_REPLACE, false));
        } else if (!json_is(change, JSON_NULL)) {
            member_copy(w, it.key, change);
        }
    }
    return OK;
}

/* The fragment's members; where old ones were written before, only those that were not there. */
static Err fragment_members_put(Writer *w, Str attribute, const Plan *plan, const Pair *pair)
{
    for (JsonIter it = json_iter(pair->fragment); json_next(&it);) {
        JsonValue there;
        Str name = json_text(w->cx->arena, it.key);
        Member member = member_of(name);
        if (is_written_already(member, plan->kind) || json_is(it.value, JSON_NULL) ||
            (plan->fitted && member == MEMBER_VALUE))
            continue;
        bool known = pair->has_old && json_find(pair->old, name, &there);
        if (known && plan->rule != INSTANCE_REPLACE)
            continue;
        if (member == MEMBER_SUB)
            TRY(sub_put(w, attribute, name, known ? &there : NULL, it.value, INSTANCE_REPLACE,
                        true));
        else
            member_copy(w, it.key, it.value);
    }
    return OK;
}

static Err instance_put(Writer *w, Str attribute, const Pair *pair, InstanceRule rule)
{
    Plan plan;
    TRY(plan_make(w, attribute, pair, rule, &plan));
    buf_char(&w->out, '{');
    main_put(w, &plan, pair);
    if (plan.rule != INSTANCE_REPLACE)
        TRY(old_members_put(w, attribute, &plan, pair));
    TRY(fragment_members_put(w, attribute, &plan, pair));
    times_put(w, pair->has_old ? &pair->old : NULL);
    buf_char(&w->out, '}');
    return OK;
}

/* ---- All instances of an attribute ---- */

static void change_add(Writer *w, AttributeVerb verb, Str attribute, const Pair *pair, bool late)
{
    if (w->change_count == w->change_cap) {
        size_t cap = MAX(w->change_cap * 2, 4);
        w->changes = arena_grow(w->cx->arena, w->changes, w->change_cap * sizeof(AttributeChange),
                                cap * sizeof(AttributeChange), _Alignof(AttributeChange));
        w->change_cap = cap;
    }
    w->changes[w->change_count++] =
        (AttributeChange){.verb = verb,
                          .attribute = attribute,
                          .dataset = pair->dataset,
                          .instance = verb == ATTRIBUTE_DELETED ? pair->old : pair->fragment,
                          .late = late};
}

static bool observed_at(Writer *w, JsonValue instance, int64_t *ret_us)
{
    JsonValue v;
    return json_find(instance, S("observedAt"), &v) && json_is(v, JSON_STRING) &&
           time_parse(json_text(w->cx->arena, v), ret_us);
}

static bool is_late(Writer *w, const Pair *pair)
{
    int64_t old_us, new_us;
    return !w->rules.ignore_age && observed_at(w, pair->old, &old_us) &&
           observed_at(w, pair->fragment, &new_us) && new_us < old_us;
}

static Err not_there(Writer *w, Str attribute, Str dataset)
{
    return fail(w->cx, ERR_NOT_FOUND, "attribute.unknown", "the entity has no %.*s%s%.*s",
                SARG(attribute), dataset.p ? " with datasetId " : "", SARG(dataset));
}

/* Writes what comes of one pair, and what is to be told of it; *ret_written is false when nothing
 * stays. */
static Err pair_put(Writer *w, Str attribute, const Pair *pair, InstanceRule rule, bool top,
                    bool *ret_written)
{
    *ret_written = true;
    if (!pair->has_fragment) {
        buf_put(&w->out, json_span(pair->old));
        return OK;
    }
    if (!pair->has_old && top && w->rules.must_exist)
        return not_there(w, attribute, pair->dataset);
    if (is_deletion(pair->fragment)) {
        if (pair->has_old && top)
            change_add(w, ATTRIBUTE_DELETED, attribute, pair, false);
        *ret_written = false;
        return OK;
    }
    if (pair->has_old && top && w->rules.keep_existing) {
        w->not_updated[w->not_updated_count++] =
            (NotUpdated){attribute, "it is there already and overwriting was refused"};
        buf_put(&w->out, json_span(pair->old));
        return OK;
    }
    bool late = pair->has_old && top && is_late(w, pair);
    if (top)
        change_add(w, pair->has_old ? ATTRIBUTE_UPDATED : ATTRIBUTE_CREATED, attribute, pair, late);
    if (late) {
        buf_put(&w->out, json_span(pair->old));
        return OK;
    }
    return instance_put(w, attribute, pair, rule);
}

static size_t instance_count(JsonValue attribute)
{
    return json_is(attribute, JSON_ARRAY) ? json_count(attribute) : 1;
}

/* Old instances with what the fragment says of them, then new ones; the default one first. */
static size_t pairs_make(Writer *w, const JsonValue *old, JsonValue fragment, Pair *pairs)
{
    size_t n = 0, old_count;
    JsonValue instance;
    if (old)
        for (Instances list = instances_of(*old); instances_next(&list, &instance);)
            pairs[n++] = (Pair){.old = instance,
                                .has_old = true,
                                .dataset = instance_dataset(w->cx->arena, instance)};
    old_count = n;
    for (Instances list = instances_of(fragment); instances_next(&list, &instance);) {
        Str dataset = instance_dataset(w->cx->arena, instance);
        size_t i = 0;
        while (i < old_count && !same_dataset(pairs[i].dataset, dataset))
            i++;
        if (i == old_count)
            pairs[i = n++] = (Pair){.dataset = dataset};
        pairs[i].fragment = instance;
        pairs[i].has_fragment = true;
    }
    for (size_t i = 1; i < n; i++) {
        if (pairs[i].dataset.p)
            continue;
        Pair first = pairs[i];
        memmove(pairs + 1, pairs, i * sizeof *pairs);
        pairs[0] = first;
        break;
    }
    return n;
}

static Err attribute_combine(Writer *w, Str attribute, const JsonValue *old, JsonValue fragment,
                             InstanceRule rule, bool only_fragment, bool top, size_t *ret_count)
{
    size_t max = instance_count(fragment) + (old ? instance_count(*old) : 0);
    Pair few[4];
    Pair *pairs = max <= COUNT_OF(few) ? few : arena_array(w->cx->arena, Pair, max);
    size_t n = pairs_make(w, old, fragment, pairs), count = 0, start = w->out.n;
    if (n > ENTITY_INSTANCES_MAX)
        return fail(w->cx, ERR_LIMIT, "entity.instances", "%.*s: more than %d instances",
                    SARG(attribute), ENTITY_INSTANCES_MAX);
    if (n > 1)
        buf_char(&w->out, '[');
    for (size_t i = 0; i < n; i++) {
        bool written;
        if (only_fragment && !pairs[i].has_fragment) {
            if (top)
                change_add(w, ATTRIBUTE_DELETED, attribute, &pairs[i], false);
            continue;
        }
        if (count)
            buf_char(&w->out, ',');
        TRY(pair_put(w, attribute, &pairs[i], rule, top, &written));
        if (!written && count && !w->out.overflow)
            buf_truncate(&w->out, w->out.n - 1);
        count += written;
    }
    if (n > 1 && count > 1) {
        buf_char(&w->out, ']');
    } else if (n > 1 && !w->out.overflow) { /* one is left, or none: no array */
        memmove(w->out.p + start, w->out.p + start + 1, w->out.n - start - 1);
        w->out.n--;
    }
    *ret_count = count;
    return OK;
}

/* ---- The document ---- */

static Err attribute_put(Writer *w, JsonValue key, const JsonValue *old, JsonValue fragment)
{
    Str attribute = json_text(w->cx->arena, key);
    size_t before = w->out.n, changes = w->change_count, count;
    key_copy(w, key);
    TRY(attribute_combine(w, attribute, old, fragment, w->rules.instance, w->rules.drop_others,
                          true, &count));
    if (count == 0 && !w->out.overflow)
        buf_truncate(&w->out, before);
    if (w->change_count > changes)
        w->updated[w->updated_count++] = attribute;
    return OK;
}

static void attribute_drop(Writer *w, JsonValue key, JsonValue old)
{
    Str attribute = json_text(w->cx->arena, key);
    Pair pair = {.has_old = true};
    for (Instances list = instances_of(old); instances_next(&list, &pair.old);) {
        pair.dataset = instance_dataset(w->cx->arena, pair.old);
        change_add(w, ATTRIBUTE_DELETED, attribute, &pair, false);
    }
}

static Err document_put(Writer *w, const Json *old)
{
    JsonValue patch = json_root(&w->input->doc), change, there;
    buf_char(&w->out, '{');
    if (old) {
        for (JsonIter it = json_iter(json_root(old)); json_next(&it);) {
            if (json_find(patch, json_text(w->cx->arena, it.key), &change))
                TRY(attribute_put(w, it.key, &it.value, change));
            else if (w->rules.drop_others)
                attribute_drop(w, it.key, it.value);
            else
                member_copy(w, it.key, it.value);
        }
    }
    for (JsonIter it = json_iter(patch); json_next(&it);)
        if (!old || !json_find(json_root(old), json_text(w->cx->arena, it.key), &there))
            TRY(attribute_put(w, it.key, NULL, it.value));
    buf_char(&w->out, '}');
    return OK;
}

static Str now_quoted(Cx *cx)
{
    Buf buf = buf_new(cx->arena, 64);
    buf_char(&buf, '"');
    buf_time(&buf, cx_now_us(cx));
    buf_char(&buf, '"');
    return buf_str(&buf);
}

static Writer writer_new(Cx *cx, const EntityInput *input, TextRules rules, size_t expected_bytes)
{
    Writer w = {.cx = cx, .input = input, .rules = rules, .now = now_quoted(cx)};
    w.out = buf_new(cx->arena, ENTITY_DOC_MAX);
    (void)buf_room(&w.out, MIN(expected_bytes, ENTITY_DOC_MAX)); /* grown once, usually */
    return w;
}

static Err writer_done(Writer *w, TextResult *ret)
{
    if (w->out.overflow)
        return fail(w->cx, ERR_LIMIT, "entity.large", "the entity would be larger than %zu bytes",
                    ENTITY_DOC_MAX);
    *ret = (TextResult){.doc = buf_str(&w->out),
                        .changed = w->change_count > 0,
                        .changes = w->changes,
                        .change_count = w->change_count,
                        .update = {.updated = w->updated,
                                   .updated_count = w->updated_count,
                                   .not_updated = w->not_updated,
                                   .not_updated_count = w->not_updated_count}};
    return OK;
}

static size_t instances_in(JsonValue document)
{
    size_t n = 0;
    for (JsonIter it = json_iter(document); json_next(&it);)
        n += instance_count(it.value);
    return n;
}

Err text_apply(Cx *cx, const Json *old, const EntityInput *fragment, TextRules rules,
               TextResult *ret)
{
    JsonValue patch = json_root(&fragment->doc);
    size_t old_count = old ? json_count(json_root(old)) : 0;
    if (old_count + json_count(patch) > ENTITY_ATTRIBUTES_MAX * 2)
        return fail(cx, ERR_LIMIT, "entity.attributes", "more than %d attributes",
                    ENTITY_ATTRIBUTES_MAX);
    /* Each instance and its sub-attributes get two times of some 60 bytes together. */
    size_t expected =
        (old ? old->text.n : 0) + fragment->doc.text.n + (size_t)fragment->doc.count * 24 + 256;
    Writer w = writer_new(cx, fragment, rules, expected);
    w.updated = arena_array(cx->arena, Str, json_count(patch) + 1);
    if (rules.keep_existing)
        w.not_updated = arena_array(cx->arena, NotUpdated, instances_in(patch) + 1);
    TRY(document_put(&w, old));
    if (w.too_complex)
        return fail(cx, ERR_LIMIT, "entity.large",
                    "the objects to be merged have too many members");
    return writer_done(&w, ret);
}

Err text_remove(Cx *cx, const Json *old, Str attribute, Str dataset, bool all, TextResult *ret)
{
    Json empty = {0};
    EntityInput none = {.doc = empty};
    JsonValue there, kept;
    Pair pair = {.has_old = true, .dataset = dataset};
    Writer w = writer_new(cx, &none, (TextRules){0}, old->text.n + 16);
    if (!json_find(json_root(old), attribute, &there) ||
        (!all && !instance_with(cx->arena, there, dataset, &pair.old)))
        return not_there(&w, attribute, all ? (Str){NULL, 0} : dataset);
    size_t left = all ? 0 : instance_count(there) - 1;
    buf_char(&w.out, '{');
    for (JsonIter it = json_iter(json_root(old)); json_next(&it);) {
        if (it.value.node != there.node) {
            member_copy(&w, it.key, it.value);
        } else if (all) {
            attribute_drop(&w, it.key, it.value);
        } else {
            change_add(&w, ATTRIBUTE_DELETED, attribute, &pair, false);
            if (left == 0)
                continue;
            key_put(&w, attribute);
            if (left > 1)
                buf_char(&w.out, '[');
            for (Instances list = instances_of(there); instances_next(&list, &kept);) {
                if (kept.node == pair.old.node)
                    continue;
                char last = w.out.n ? w.out.p[w.out.n - 1] : 0;
                if (last != '[' && last != ':')
                    buf_char(&w.out, ',');
                buf_put(&w.out, json_span(kept));
            }
            if (left > 1)
                buf_char(&w.out, ']');
        }
    }
    buf_char(&w.out, '}');
    return writer_done(&w, ret);
}

void text_changes_place(const Entity *after, TextResult *result)
{
    for (size_t i = 0; i < result->change_count; i++) {
        AttributeChange *change = &result->changes[i];
        if (change->verb == ATTRIBUTE_DELETED || change->late)
            continue;
        bool there = entity_instance(after, change->attribute, change->dataset, &change->instance);
        ASSERT(there);
    }
}
