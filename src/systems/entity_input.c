/* Reads what comes in: checks it, names every fault, and writes the stored form. */
#include "systems/entity.h"

#include "base/calendar.h"
#include "base/str.h"
#include "base/uri.h"
#include "systems/entity_reader.h"

/* ---- Instances ---- */

static void attribute_read(Reader *rd, const Step *step, JsonValue v, int depth);

/* A plain value: its kind is that of the attribute that it meets, or Property. */
static void plain_put(Reader *rd, const Step *step, JsonValue v, Str dataset)
{
    bool geometry = is_geometry(v);
    if (geometry)
        reader_check_geometry(rd, step, v);
    reader_check_no_null(rd, step, v);
    buf_put(&rd->out, geometry ? S("{\"type\":\"GeoProperty\",\"value\":") : S("{\"value\":"));
    buf_put(&rd->out, json_span(v));
    if (dataset.p) {
        buf_put(&rd->out, S(",\"datasetId\":"));
        buf_json_string(&rd->out, dataset);
    }
    buf_char(&rd->out, '}');
}

static void deletion_put(Reader *rd, const Step *step, const JsonValue *dataset)
{
    if (rd->options.nulls == NULLS_REFUSED)
        reader_fault(rd, step,
                     "null and \"" NGSI_LD_NULL "\" are allowed only where a change may delete");
    buf_put(&rd->out, S("{\"type\":null"));
    if (dataset && !json_text_is(*dataset, S("@none")))
        reader_span_put(rd, S("datasetId"), *dataset);
    buf_char(&rd->out, '}');
}

/* The members of an instance, as they were found. */
typedef struct Found {
    JsonValue values[MEMBER_COUNT_];
    bool has[MEMBER_COUNT_];
} Found;

static void members_find(Reader *rd, JsonValue object, Found *found)
{
    memset(found->has, 0, sizeof found->has);
    for (JsonIter it = json_iter(object); json_next(&it);) {
        Member member = member_of(json_text(rd->cx->arena, it.key));
        if (member < MEMBER_COUNT_) {
            found->has[member] = true;
            found->values[member] = it.value;
        }
    }
}

static AttributeKind kind_inferred(const Found *found)
{
    for (AttributeKind kind = KIND_PROPERTY; kind < KIND_COUNT_; kind++)
        if (found->has[ATTRIBUTE_KINDS[kind].main])
            return kind == KIND_PROPERTY && is_geometry(found->values[MEMBER_VALUE]) ? KIND_GEO
                                                                                     : kind;
    return KIND_NONE;
}

static bool is_deletion(AttributeKind kind, JsonValue main)
{
    JsonValue none;
    if (kind == KIND_JSON && json_is(main, JSON_NULL))
        return false; /* null is a JSON text like any other */
    return is_ngsi_ld_null(main) ||
           (kind == KIND_LANGUAGE && json_find(main, S("@none"), &none) && is_ngsi_ld_null(none));
}

/* observedAt, unitCode and their like; true when null asks to remove one of them. */
static bool removal_put(Reader *rd, const Step *step, Str name, JsonValue v)
{
    if (!is_ngsi_ld_null(v))
        return false;
    if (rd->options.nulls == NULLS_REFUSED)
        reader_fault(rd, step, "%.*s is null", SARG(name));
    buf_put(&rd->out, S(",\""));
    buf_put(&rd->out, name);
    buf_put(&rd->out, S("\":null"));
    return true;
}

static void times_put(Reader *rd, const Step *step, const Found *found)
{
    const JsonValue *observed = &found->values[MEMBER_OBSERVED_AT];
    const JsonValue *expires = &found->values[MEMBER_EXPIRES_AT];
    if (found->has[MEMBER_OBSERVED_AT] && !removal_put(rd, step, S("observedAt"), *observed)) {
        reader_check_time(rd, step, "observedAt", *observed);
        reader_span_put(rd, S("observedAt"), *observed);
    }
    if (found->has[MEMBER_EXPIRES_AT] && !removal_put(rd, step, S("expiresAt"), *expires)) {
        reader_check_time(rd, step, "expiresAt", *expires);
        reader_span_put(rd, S("expiresAt"), *expires);
    }
}

static void unit_put(Reader *rd, const Step *step, AttributeKind kind, const Found *found)
{
    const JsonValue *unit = &found->values[MEMBER_UNIT_CODE];
    if (!found->has[MEMBER_UNIT_CODE] || removal_put(rd, step, S("unitCode"), *unit))
        return;
    if (!json_is(*unit, JSON_STRING))
        reader_fault(rd, step, "unitCode is not a string: %.*s", SARG(reader_shown(*unit)));
    if (kind != KIND_PROPERTY && kind != KIND_LIST && kind != KIND_NONE)
        reader_fault(rd, step, "%.*s with unitCode", SARG(ATTRIBUTE_KINDS[kind].type));
    reader_span_put(rd, S("unitCode"), *unit);
}

static void dataset_put(Reader *rd, const Step *step, const Found *found)
{
    const JsonValue *dataset = &found->values[MEMBER_DATASET];
    if (!found->has[MEMBER_DATASET] || json_text_is(*dataset, S("@none")))
        return;
    reader_check_uri(rd, step, "datasetId", *dataset);
    if (json_text_is(*dataset, S(NGSI_LD_NULL)))
        reader_fault(rd, step, "a datasetId cannot be deleted");
    reader_span_put(rd, S("datasetId"), *dataset);
}

static void type_names_put(Reader *rd, const Step *step, AttributeKind kind, const Found *found)
{
    static const struct {
        Member member;
        Str name;
    } TYPES[] = {{MEMBER_VALUE_TYPE, S_INIT("valueType")},
                 {MEMBER_OBJECT_TYPE, S_INIT("objectType")}};
    for (size_t i = 0; i < COUNT_OF(TYPES); i++) {
        const JsonValue *v = &found->values[TYPES[i].member];
        if (!found->has[TYPES[i].member] || removal_put(rd, step, TYPES[i].name, *v))
            continue;
        if (TYPES[i].member == MEMBER_OBJECT_TYPE && kind != KIND_RELATIONSHIP &&
            kind != KIND_LIST_RELATIONSHIP && kind != KIND_NONE)
            reader_fault(rd, step, "%.*s with objectType", SARG(ATTRIBUTE_KINDS[kind].type));
        buf_char(&rd->out, ',');
        reader_name_put(rd, TYPES[i].name);
        reader_names_put(rd, step, TYPES[i].name.p, *v);
    }
}

static void strangers_refuse(Reader *rd, const Step *step, AttributeKind kind, const Found *found)
{
    for (AttributeKind other = KIND_PROPERTY; kind != KIND_NONE && other < KIND_COUNT_; other++) {
        const KindRow *row = &ATTRIBUTE_KINDS[other];
        if (row->main != ATTRIBUTE_KINDS[kind].main && found->has[row->main] && other != KIND_GEO)
            reader_fault(rd, step, "%.*s with %.*s", SARG(ATTRIBUTE_KINDS[kind].type),
                         SARG(row->main_name));
    }
    if (found->has[MEMBER_CONTEXT])
        reader_fault(rd, step, "@context is allowed at the top only");
    if (found->has[MEMBER_OUTPUT_ONLY])
        reader_fault(rd, step,
                     "has a member that only answers have (previous..., entity, entityList)");
}

static void sub_attributes_put(Reader *rd, const Step *step, JsonValue object, int depth)
{
    for (JsonIter it = json_iter(object); json_next(&it);) {
        Str name = json_text(rd->cx->arena, it.key);
        if (member_of(name) != MEMBER_SUB)
            continue;
        Step sub = {.above = step, .name = name};
        if (!is_attribute_name(name))
            reader_fault(rd, &sub, "not a name for an attribute");
        buf_char(&rd->out, ',');
        reader_name_put(rd, context_expand(rd->context, rd->cx->arena, name));
        attribute_read(rd, &sub, it.value, depth + 1);
    }
}

/* Whether type and value may be missing: in a merge, and in a fragment of one attribute. */
static bool is_partial(const Reader *rd, int depth)
{
    return rd->options.nulls == NULLS_MERGE ||
           (rd->attribute && rd->options.fragment && depth == 0);
}

static void members_put(Reader *rd, const Step *step, JsonValue object, AttributeKind kind,
                        const Found *found, int depth)
{
    const KindRow *row = kind == KIND_NONE ? NULL : &ATTRIBUTE_KINDS[kind];
    size_t start = rd->out.n;
    buf_char(&rd->out, '{');
    if (row) {
        buf_put(&rd->out, S(",\"type\":"));
        if (found->has[MEMBER_TYPE])
            buf_put(&rd->out, json_span(found->values[MEMBER_TYPE]));
        else
            buf_json_string(&rd->out, row->type);
    }
    strangers_refuse(rd, step, kind, found);
    if (row && found->has[row->main])
        reader_main_put(rd, step, kind, found->values[row->main]);
    else if (row && !is_partial(rd, depth))
        reader_fault(rd, step, "%.*s without %.*s", SARG(row->type), SARG(row->main_name));
    times_put(rd, step, found);
    unit_put(rd, step, kind, found);
    dataset_put(rd, step, found);
    type_names_put(rd, step, kind, found);
    sub_attributes_put(rd, step, object, depth);
    buf_char(&rd->out, '}');
    /* Every member was written with a comma before it; the first one goes. */
    if (!rd->out.overflow && rd->out.p[start + 1] == ',') {
        memmove(rd->out.p + start + 1, rd->out.p + start + 2, rd->out.n - start - 2);
        rd->out.n--;
    }
}

static bool type_fault(Reader *rd, const Step *step, JsonValue type)
{
    static const char KINDS[] = "; expected Property, Relationship, GeoProperty, LanguageProperty, "
                                "VocabProperty, JsonProperty, ListProperty or ListRelationship";
    if (json_is(type, JSON_STRING)) {
        reader_fault(rd, step, "attribute type %.*s%s",
                     SARG(str_slice(json_text(rd->cx->arena, type), 0, 60)),
                     rd->kinds_told ? "" : KINDS);
        rd->kinds_told = true;
    } else {
        reader_fault(rd, step, "type is not a string: %.*s", SARG(reader_shown(type)));
    }
    return false;
}

/* False when the instance has been told as a fault. */
static bool kind_find(Reader *rd, const Step *step, const Found *found, AttributeKind *ret)
{
    *ret = kind_inferred(found);
    if (!found->has[MEMBER_TYPE])
        return true;
    JsonValue type = found->values[MEMBER_TYPE];
    AttributeKind kind =
        json_is(type, JSON_STRING) ? kind_of_type(json_text(rd->cx->arena, type)) : KIND_NONE;
    if (kind == KIND_NONE)
        return type_fault(rd, step, type);
    *ret = kind;
    return true;
}

/* An object without type and value that is no plain value all the same. */
static bool says_something(const Found *found)
{
    return found->has[MEMBER_OBSERVED_AT] || found->has[MEMBER_UNIT_CODE] ||
           found->has[MEMBER_DATASET] || found->has[MEMBER_EXPIRES_AT];
}

static void instance_read(Reader *rd, const Step *step, JsonValue v, int depth)
{
    Str no_dataset = {NULL, 0};
    Found found;
    AttributeKind kind;
    if (is_ngsi_ld_null(v)) {
        deletion_put(rd, step, NULL);
        return;
    }
    if (!json_is(v, JSON_OBJECT) || is_geometry(v)) {
        plain_put(rd, step, v, no_dataset);
        return;
    }
    members_find(rd, v, &found);
    if (rd->attribute && depth == 0)
        found.has[MEMBER_CONTEXT] = false;
    bool partial =
        is_partial(rd, depth) && ((rd->attribute && depth == 0) || says_something(&found));
    if (!kind_find(rd, step, &found, &kind))
        return;
    if (kind == KIND_NONE && !partial)
        plain_put(rd, step, v, no_dataset);
    else if (kind != KIND_NONE && found.has[ATTRIBUTE_KINDS[kind].main] &&
             is_deletion(kind, found.values[ATTRIBUTE_KINDS[kind].main]))
        deletion_put(rd, step, found.has[MEMBER_DATASET] ? &found.values[MEMBER_DATASET] : NULL);
    else
        members_put(rd, step, v, kind, &found, depth);
}

/* ---- Simplified values (4.5.4) ---- */

static bool only_member(JsonValue v, Str name, JsonValue *ret)
{
    return json_is(v, JSON_OBJECT) && json_count(v) == 1 && json_find(v, name, ret);
}

static void simplified_read(Reader *rd, const Step *step, JsonValue v, Str dataset)
{
    static const AttributeKind MARKED[] = {KIND_LANGUAGE, KIND_VOCAB, KIND_JSON};
    JsonValue inner;
    if (is_ngsi_ld_null(v)) {
        deletion_put(rd, step, NULL);
        return;
    }
    for (size_t i = 0; i < COUNT_OF(MARKED); i++) {
        const KindRow *row = &ATTRIBUTE_KINDS[MARKED[i]];
        if (!only_member(v, row->main_name, &inner))
            continue;
        buf_put(&rd->out, S("{\"type\":\""));
        buf_put(&rd->out, row->type);
        buf_char(&rd->out, '"');
        reader_main_put(rd, step, MARKED[i], inner);
        if (dataset.p) {
            buf_put(&rd->out, S(",\"datasetId\":"));
            buf_json_string(&rd->out, dataset);
        }
        buf_char(&rd->out, '}');
        return;
    }
    plain_put(rd, step, v, dataset);
}

static void simplified_datasets_read(Reader *rd, const Step *step, JsonValue datasets)
{
    buf_char(&rd->out, '[');
    for (JsonIter it = json_iter(datasets); json_next(&it);) {
        Str dataset = json_text(rd->cx->arena, it.key);
        if (str_eq(dataset, S("@none")))
            dataset = (Str){NULL, 0};
        else if (!uri_is_absolute(dataset))
            reader_fault(rd, step, "datasetId is not a URI: %.*s", SARG(reader_shown(it.key)));
        if (rd->out.n && rd->out.p[rd->out.n - 1] != '[')
            buf_char(&rd->out, ',');
        simplified_read(rd, step, it.value, dataset);
    }
    buf_char(&rd->out, ']');
}

/* ---- Attributes ---- */

/* An array of instances, as against an array that is a plain value: its elements are objects that
 * say a type or a value. */
static bool is_instances(Reader *rd, JsonValue v)
{
    if (!json_is(v, JSON_ARRAY) || json_count(v) == 0)
        return false;
    for (JsonIter it = json_iter(v); json_next(&it);) {
        Found found;
        if (!json_is(it.value, JSON_OBJECT) || is_geometry(it.value))
            return false;
        members_find(rd, it.value, &found);
        if (!found.has[MEMBER_TYPE] && kind_inferred(&found) == KIND_NONE)
            return false;
    }
    return true;
}

static Str dataset_of(Reader *rd, JsonValue instance)
{
    JsonValue v;
    if (!json_find(instance, S("datasetId"), &v) || !json_is(v, JSON_STRING) ||
        json_text_is(v, S("@none")))
        return (Str){"", 0};
    return json_text(rd->cx->arena, v);
}

static void check_datasets(Reader *rd, const Step *step, JsonValue array)
{
    uint32_t n = json_count(array), count = 0;
    if (n > ENTITY_INSTANCES_MAX) {
        reader_fault(rd, step, "%u instances; at most %d are allowed", n, ENTITY_INSTANCES_MAX);
        return;
    }
    Str *seen = arena_array(rd->cx->arena, Str, n);
    for (JsonIter it = json_iter(array); json_next(&it);) {
        Str dataset = dataset_of(rd, it.value);
        for (uint32_t i = 0; i < count; i++)
            if (str_eq(seen[i], dataset)) {
                reader_fault(rd, step, "two instances with %s%.*s",
                             dataset.n ? "datasetId " : "no datasetId",
                             SARG(str_slice(dataset, 0, 80)));
                return;
            }
        seen[count++] = dataset;
    }
}

static void attribute_read(Reader *rd, const Step *step, JsonValue v, int depth)
{
    JsonValue datasets;
    if (depth > ENTITY_SUB_DEPTH_MAX) {
        reader_fault(rd, step, "attributes of attributes more than %d deep", ENTITY_SUB_DEPTH_MAX);
        return;
    }
    if (rd->options.simplified) {
        if (only_member(v, S("dataset"), &datasets) && json_is(datasets, JSON_OBJECT) &&
            json_count(datasets) > 0)
            simplified_datasets_read(rd, step, datasets);
        else
            simplified_read(rd, step, v, (Str){NULL, 0});
        return;
    }
    if (!is_instances(rd, v)) {
        instance_read(rd, step, v, depth);
        return;
    }
    check_datasets(rd, step, v);
    buf_char(&rd->out, '[');
    for (JsonIter it = json_iter(v); json_next(&it);) {
        if (rd->out.n && rd->out.p[rd->out.n - 1] != '[')
            buf_char(&rd->out, ',');
        instance_read(rd, step, it.value, depth);
    }
    buf_char(&rd->out, ']');
}

/* ---- The entity ---- */

static void id_read(Reader *rd, JsonValue v, EntityInput *input)
{
    reader_check_uri(rd, NULL, "id", v);
    if (json_is(v, JSON_STRING))
        input->id = json_text(rd->cx->arena, v);
}

static void list_read(Reader *rd, JsonValue v, const char *what, Str (*element)(Reader *, Str),
                      const Str **ret, size_t *ret_count)
{
    bool array = json_is(v, JSON_ARRAY);
    if (!array && !json_is(v, JSON_STRING)) {
        reader_fault(rd, NULL, "%s is neither a string nor an array of strings: %.*s", what,
                     SARG(reader_shown(v)));
        return;
    }
    size_t n = array ? json_count(v) : 1, count = 0;
    if (n > ENTITY_TYPES_MAX) {
        reader_fault(rd, NULL, "%s: %zu of them; at most %d are allowed", what, n,
                     ENTITY_TYPES_MAX);
        return;
    }
    Str *list = arena_array(rd->cx->arena, Str, n + 1);
    if (!array) {
        list[count++] = element(rd, json_text(rd->cx->arena, v));
    } else {
        for (JsonIter it = json_iter(v); json_next(&it);) {
            if (!json_is(it.value, JSON_STRING)) {
                reader_fault(rd, NULL, "%s: not a string: %.*s", what,
                             SARG(reader_shown(it.value)));
                continue;
            }
            Str one = element(rd, json_text(rd->cx->arena, it.value));
            bool known = false;
            for (size_t i = 0; i < count; i++)
                known = known || str_eq(list[i], one);
            if (!known)
                list[count++] = one;
        }
    }
    *ret = list;
    *ret_count = count;
}

static Str type_element(Reader *rd, Str name)
{
    if (!is_attribute_name(name))
        reader_fault(rd, NULL, "type is not a name: \"%.*s\"", SARG(str_slice(name, 0, 60)));
    /* The core @context gives these to @id and @type, and no other may redefine them. */
    if (str_eq(name, S("id")) || str_eq(name, S("type")) || str_starts(name, S("@")))
        reader_fault(rd, NULL, "type is a word of JSON-LD: \"%.*s\"", SARG(str_slice(name, 0, 60)));
    return context_expand(rd->context, rd->cx->arena, name);
}

static Str scope_element(Reader *rd, Str scope)
{
    if (!is_scope(scope))
        reader_fault(rd, NULL, "scope is not like /city/district: \"%.*s\"",
                     SARG(str_slice(scope, 0, 60)));
    if (scope.n && scope.p[0] == '/')
        return scope;
    return arena_fmt(rd->cx->arena, "/%.*s", SARG(scope));
}

static void expires_read(Reader *rd, JsonValue v, EntityInput *input)
{
    input->has_expires = true;
    if (is_ngsi_ld_null(v) && rd->options.nulls != NULLS_REFUSED)
        return;
    Str text;
    reader_check_time(rd, NULL, "expiresAt", v);
    if (reader_string(rd, v, &text) && time_parse(text, &input->expires_us) &&
        input->expires_us <= cx_now_us(rd->cx))
        reader_fault(rd, NULL, "expiresAt has passed: %.*s", SARG(reader_shown(v)));
}

static void scope_read(Reader *rd, JsonValue v, EntityInput *input)
{
    input->has_scopes = true;
    if (!is_ngsi_ld_null(v) || rd->options.nulls == NULLS_REFUSED)
        list_read(rd, v, "scope", scope_element, &input->scopes, &input->scope_count);
}

static bool is_skipped(Str name)
{
    return str_eq(name, S("@context")) || str_eq(name, S("createdAt")) ||
           str_eq(name, S("modifiedAt")) || str_eq(name, S("deletedAt"));
}

static void member_read(Reader *rd, Str name, JsonValue v, EntityInput *input)
{
    if (str_eq(name, S("id")) || str_eq(name, S("@id"))) {
        id_read(rd, v, input);
    } else if (str_eq(name, S("type")) || str_eq(name, S("@type"))) {
        list_read(rd, v, "type", type_element, &input->types, &input->type_count);
    } else if (str_eq(name, S("scope"))) {
        scope_read(rd, v, input);
    } else if (str_eq(name, S("expiresAt"))) {
        expires_read(rd, v, input);
    } else if (!is_skipped(name)) {
        Step step = {.name = name};
        if (!is_attribute_name(name))
            reader_fault(rd, &step, "not a name for an attribute");
        if (rd->out.n > 1)
            buf_char(&rd->out, ',');
        reader_name_put(rd, context_expand(rd->context, rd->cx->arena, name));
        attribute_read(rd, &step, v, 0);
    }
}

static Reader reader_new(Cx *cx, const LdContext *context, InputOptions options)
{
    return (Reader){.cx = cx,
                    .context = context,
                    .options = options,
                    .out = buf_new(cx->arena, ENTITY_DOC_MAX),
                    .faults = buf_new(cx->arena, ENTITY_FAULTS_BYTES_MAX)};
}

/* Tells the faults, or parses what was written. */
static Err reader_done(Reader *rd, EntityInput *input)
{
    if (rd->more_faults)
        return fail(rd->cx, ERR_INVALID, "entity.invalid", "%.*s; and %d more faults",
                    SARG(buf_str(&rd->faults)), rd->more_faults);
    if (rd->faults.n)
        return fail(rd->cx, ERR_INVALID, "entity.invalid", "%.*s", SARG(buf_str(&rd->faults)));
    if (rd->out.overflow)
        return fail(rd->cx, ERR_LIMIT, "entity.large", "the entity is larger than %zu bytes",
                    ENTITY_DOC_MAX);
    Err err = json_parse(rd->cx, buf_str(&rd->out), &input->doc);
    if (err == ERR_INVALID && strcmp(rd->cx->error->key, "json.duplicate") == 0)
        return fail(rd->cx, ERR_INVALID, "entity.invalid",
                    "two names mean the same attribute: %.*s", SARG(rd->cx->error->detail));
    return err;
}

Err entity_input_read(Cx *cx, const LdContext *context, JsonValue body, InputOptions options,
                      EntityInput *ret)
{
    if (!json_is(body, JSON_OBJECT))
        return fail(cx, ERR_INVALID, "entity.invalid",
                    "expected an entity, a JSON object; found %.*s", SARG(reader_shown(body)));
    Reader rd = reader_new(cx, context, options);
    EntityInput input = {.context = context};
    char *room = buf_room(&rd.out, MIN(json_span(body).n * 2 + 512, ENTITY_DOC_MAX));
    (void)room; /* one growth in advance for the usual entity */
    buf_char(&rd.out, '{');
    for (JsonIter it = json_iter(body); json_next(&it);)
        member_read(&rd, json_text(cx->arena, it.key), it.value, &input);
    buf_char(&rd.out, '}');
    if (!options.fragment && !input.id.p)
        reader_fault(&rd, NULL, "id is missing");
    if (!options.fragment && input.type_count == 0)
        reader_fault(&rd, NULL, "type is missing");
    TRY(reader_done(&rd, &input));
    *ret = input;
    return OK;
}

Err attribute_input_read(Cx *cx, const LdContext *context, Str name, JsonValue body,
                         InputOptions options, EntityInput *ret)
{
    Reader rd = reader_new(cx, context, options);
    EntityInput input = {.context = context};
    Step step = {.name = name};
    rd.attribute = true;
    if (!is_attribute_name(name))
        reader_fault(&rd, &step, "not a name for an attribute");
    buf_char(&rd.out, '{');
    reader_name_put(&rd, context_expand(context, cx->arena, name));
    attribute_read(&rd, &step, body, 0);
    buf_char(&rd.out, '}');
    TRY(reader_done(&rd, &input));
    *ret = input;
    return OK;
}
