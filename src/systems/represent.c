#include "systems/represent.h"

#include "base/calendar.h"
#include "base/str.h"
#include "systems/entity_kind.h"
#include "systems/entity_text.h"

typedef struct Out {
    Buf *buf;
    Arena *arena;
    const Representation *how;
    bool may_expire; /* some instance of the entity has an end */
} Out;

Representation representation_default(const LdContext *context)
{
    return (Representation){
        .context = context, .keep_id = true, .keep_type = true, .keep_scope = true};
}

/* ---- Small writers ---- */

static void comma_put(Buf *buf)
{
    char last = buf->n ? buf->p[buf->n - 1] : '{';
    if (last != '{' && last != '[')
        buf_char(buf, ',');
}

/* A name that needs no escapes in JSON is the usual case by far. */
static void text_put(Buf *buf, Str text)
{
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < 0x20 || text.p[i] == '"' || text.p[i] == '\\') {
            buf_json_string(buf, text);
            return;
        }
    char *room = buf_room(buf, text.n + 2);
    if (!room)
        return;
    room[0] = '"';
    memcpy(room + 1, text.p, text.n);
    room[text.n + 1] = '"';
    buf->n += text.n + 2;
}

static void key_put(Buf *buf, Str name)
{
    comma_put(buf);
    text_put(buf, name);
    buf_char(buf, ':');
}

static void time_put(Out *out, Str name, int64_t at_us)
{
    key_put(out->buf, name);
    buf_char(out->buf, '"');
    buf_time(out->buf, at_us);
    buf_char(out->buf, '"');
}

static Str compacted(Out *out, Str iri)
{
    return context_compact(out->how->context, out->arena, iri);
}

/* One name, or an array of several. */
static void names_put(Out *out, Str member, const Str *iris, size_t count, bool compact)
{
    key_put(out->buf, member);
    if (count != 1)
        buf_char(out->buf, '[');
    for (size_t i = 0; i < count; i++) {
        if (i)
            buf_char(out->buf, ',');
        text_put(out->buf, compact ? compacted(out, iris[i]) : iris[i]);
    }
    if (count != 1)
        buf_char(out->buf, ']');
}

/* The same for a JSON value of IRIs. */
static void iris_put(Out *out, JsonValue v)
{
    if (json_is(v, JSON_STRING)) {
        text_put(out->buf, compacted(out, json_text(out->arena, v)));
        return;
    }
    buf_char(out->buf, '[');
    for (JsonIter it = json_iter(v); json_next(&it);) {
        comma_put(out->buf);
        text_put(out->buf, json_is(it.value, JSON_STRING)
                               ? compacted(out, json_text(out->arena, it.value))
                               : S(""));
    }
    buf_char(out->buf, ']');
}

/* ---- Languages (4.15) ---- */

/* The value in the language: exact, then by its first part ("de" for "de-AT"), then @none, then
 * what comes first. */
static bool language_pick(Out *out, JsonValue map, JsonValue *ret_value, Str *ret_lang)
{
    Str want = out->how->lang, rest = out->how->lang;
    Str primary = str_cut(&rest, '-');
    int best = 0;
    for (JsonIter it = json_iter(map); json_next(&it);) {
        Str lang = json_text(out->arena, it.key), tail = lang;
        Str first = str_cut(&tail, '-');
        int score = str_eq_nocase(lang, want)       ? 5
                    : str_eq_nocase(lang, primary)  ? 4
                    : str_eq_nocase(first, primary) ? 3
                    : str_eq(lang, S("@none"))      ? 2
                                                    : 1;
        if (score > best) {
            best = score;
            *ret_value = it.value;
            *ret_lang = lang;
        }
    }
    return best > 0;
}

/* ---- Instances ---- */

static void attribute_put(Out *out, JsonValue attribute);

static void main_value_put(Out *out, AttributeKind kind, JsonValue v)
{
    if (kind == KIND_VOCAB)
        iris_put(out, v);
    else
        buf_put(out->buf, json_span(v));
}

/* Everything of an instance but type and main member. */
static void members_put(Out *out, JsonValue instance, Member main)
{
    for (JsonIter it = json_iter(instance); json_next(&it);) {
        Str name = json_text(out->arena, it.key);
        Member member = member_of(name);
        if (member == MEMBER_TYPE || member == main)
            continue;
        if (!out->how->sys_attrs && (member == MEMBER_CREATED_AT || member == MEMBER_MODIFIED_AT))
            continue;
        if (member == MEMBER_SUB) {
            key_put(out->buf, compacted(out, name));
            attribute_put(out, it.value);
        } else if (member == MEMBER_OBJECT_TYPE || member == MEMBER_VALUE_TYPE) {
            key_put(out->buf, name);
            iris_put(out, it.value);
        } else {
            comma_put(out->buf);
            buf_put(out->buf, json_span(it.key));
            buf_char(out->buf, ':');
            buf_put(out->buf, json_span(it.value));
        }
    }
}

/* A LanguageProperty in one language: a Property with a member lang. */
static bool language_put(Out *out, JsonValue instance, JsonValue map)
{
    JsonValue value;
    Str lang;
    if (!out->how->lang.p || !language_pick(out, map, &value, &lang))
        return false;
    if (out->how->format == FORMAT_SIMPLIFIED) {
        buf_put(out->buf, json_span(value));
        return true;
    }
    buf_char(out->buf, '{');
    if (out->how->format == FORMAT_NORMALIZED) {
        key_put(out->buf, S("type"));
        text_put(out->buf, S("Property"));
    }
    key_put(out->buf, S("value"));
    buf_put(out->buf, json_span(value));
    key_put(out->buf, S("lang"));
    text_put(out->buf, lang);
    members_put(out, instance, MEMBER_LANGUAGE_MAP);
    buf_char(out->buf, '}');
    return true;
}

static void simplified_put(Out *out, AttributeKind kind, JsonValue main)
{
    bool wrapped = kind == KIND_LANGUAGE || kind == KIND_VOCAB || kind == KIND_JSON;
    if (wrapped) {
        buf_char(out->buf, '{');
        key_put(out->buf, ATTRIBUTE_KINDS[kind].main_name);
    }
    if (kind == KIND_LIST_RELATIONSHIP) {
        JsonValue object;
        buf_char(out->buf, '[');
        for (JsonIter it = json_iter(main); json_next(&it);) {
            comma_put(out->buf);
            object = it.value;
            if (json_is(it.value, JSON_OBJECT) && !json_find(it.value, S("object"), &object))
                continue;
            buf_put(out->buf, json_span(object));
        }
        buf_char(out->buf, ']');
    } else {
        main_value_put(out, kind, main);
    }
    if (wrapped)
        buf_char(out->buf, '}');
}

/* A value that would be read back as something else if it stood alone (4.5.2.3). */
static bool must_be_said(AttributeKind kind, JsonValue main)
{
    if (kind == KIND_PROPERTY) {
        if (json_is(main, JSON_OBJECT)) {
            for (JsonIter it = json_iter(main); json_next(&it);)
                if (member_of(json_raw(it.key)) != MEMBER_SUB)
                    return true;
            return false;
        }
        if (json_is(main, JSON_ARRAY))
            for (JsonIter it = json_iter(main); json_next(&it);)
                if (json_is(it.value, JSON_OBJECT))
                    return true;
        return false;
    }
    return kind != KIND_GEO;
}

static bool has_other_members(Out *out, JsonValue instance, Member main)
{
    for (JsonIter it = json_iter(instance); json_next(&it);) {
        Member member = member_of(json_raw(it.key));
        bool time = member == MEMBER_CREATED_AT || member == MEMBER_MODIFIED_AT;
        if (member != MEMBER_TYPE && member != main && (!time || out->how->sys_attrs))
            return true;
    }
    return false;
}

static void concise_put(Out *out, AttributeKind kind, JsonValue instance, JsonValue main)
{
    const KindRow *row = &ATTRIBUTE_KINDS[kind];
    bool said = must_be_said(kind, main);
    if (!said && !has_other_members(out, instance, row->main)) {
        buf_put(out->buf, json_span(main));
        return;
    }
    buf_char(out->buf, '{');
    if (kind == KIND_PROPERTY && is_geometry(main)) { /* else it would be taken for a GeoProperty */
        key_put(out->buf, S("type"));
        text_put(out->buf, row->type);
    }
    key_put(out->buf, row->main_name);
    main_value_put(out, kind, main);
    members_put(out, instance, row->main);
    buf_char(out->buf, '}');
}

static void instance_put(Out *out, JsonValue instance)
{
    JsonValue type, main;
    if (!json_find(instance, S("type"), &type) || !json_is(type, JSON_STRING)) {
        buf_put(out->buf, S("null"));
        return;
    }
    AttributeKind kind = kind_of_type(json_raw(type));
    if (kind == KIND_NONE || !json_find(instance, ATTRIBUTE_KINDS[kind].main_name, &main)) {
        buf_put(out->buf, S("null"));
        return;
    }
    if (kind == KIND_LANGUAGE && language_put(out, instance, main))
        return;
    if (out->how->format == FORMAT_SIMPLIFIED) {
        simplified_put(out, kind, main);
    } else if (out->how->format == FORMAT_CONCISE) {
        concise_put(out, kind, instance, main);
    } else {
        buf_put(out->buf, S("{\"type\":"));
        buf_put(out->buf, json_span(type));
        key_put(out->buf, ATTRIBUTE_KINDS[kind].main_name);
        main_value_put(out, kind, main);
        members_put(out, instance, ATTRIBUTE_KINDS[kind].main);
        buf_char(out->buf, '}');
    }
}

static bool is_over(Out *out, JsonValue instance)
{
    JsonValue expires;
    int64_t at_us;
    return out->may_expire && json_find(instance, S("expiresAt"), &expires) &&
           json_is(expires, JSON_STRING) && time_parse(json_text(out->arena, expires), &at_us) &&
           at_us <= out->how->now_us;
}

static bool instance_shown(Out *out, JsonValue instance)
{
    if (is_over(out, instance))
        return false;
    if (out->how->dataset_count == 0)
        return true;
    Str dataset = instance_dataset(out->arena, instance);
    for (size_t i = 0; i < out->how->dataset_count; i++)
        if (str_eq(out->how->datasets[i], dataset.p ? dataset : S("@none")))
            return true;
    return false;
}

static size_t shown_count(Out *out, JsonValue attribute)
{
    JsonValue instance;
    size_t n = 0;
    for (Instances list = instances_of(attribute); instances_next(&list, &instance);)
        n += instance_shown(out, instance);
    return n;
}

/* {"dataset": {"@none": ..., "urn:...": ...}} (4.5.4). */
static void simplified_datasets_put(Out *out, JsonValue attribute)
{
    JsonValue instance;
    buf_put(out->buf, S("{\"dataset\":{"));
    for (Instances list = instances_of(attribute); instances_next(&list, &instance);) {
        if (!instance_shown(out, instance))
            continue;
        Str dataset = instance_dataset(out->arena, instance);
        key_put(out->buf, dataset.p ? dataset : S("@none"));
        instance_put(out, instance);
    }
    buf_put(out->buf, S("}}"));
}

static void attribute_put(Out *out, JsonValue attribute)
{
    JsonValue instance;
    if (!json_is(attribute, JSON_ARRAY)) {
        instance_put(out, attribute);
        return;
    }
    size_t n = shown_count(out, attribute);
    if (n > 1 && out->how->format == FORMAT_SIMPLIFIED) {
        simplified_datasets_put(out, attribute);
        return;
    }
    if (n != 1)
        buf_char(out->buf, '[');
    bool first = true;
    for (Instances list = instances_of(attribute); instances_next(&list, &instance);) {
        if (!instance_shown(out, instance))
            continue;
        if (!first)
            buf_char(out->buf, ',');
        first = false;
        instance_put(out, instance);
    }
    if (n != 1)
        buf_char(out->buf, ']');
}

void represent_attribute(Buf *buf, Arena *arena, const Representation *how, JsonValue attribute)
{
    Out out = {.buf = buf, .arena = arena, .how = how};
    attribute_put(&out, attribute);
}

/* ---- The entity ---- */

static bool listed(AttributeList list, Str iri)
{
    for (size_t i = 0; i < list.count; i++)
        if (str_eq(list.iris[i], iri))
            return true;
    return false;
}

static bool attribute_shown(Out *out, Str iri, JsonValue attribute)
{
    if (out->how->has_pick && !listed(out->how->pick, iri))
        return false;
    return !listed(out->how->omit, iri) && shown_count(out, attribute) > 0;
}

bool representation_shows(const Representation *how, const Entity *entity)
{
    JsonValue v;
    if (!how->has_pick || how->pick.count == 0)
        return true;
    for (size_t i = 0; i < how->pick.count; i++)
        if (json_find(json_root(&entity->doc), how->pick.iris[i], &v))
            return true;
    return false;
}

static void head_put(Out *out, const Entity *entity)
{
    if (out->how->keep_id) {
        key_put(out->buf, S("id"));
        text_put(out->buf, entity->id);
    }
    if (out->how->keep_type && !out->how->geojson)
        names_put(out, S("type"), entity->types, entity->type_count, true);
}

static void own_members_put(Out *out, const Entity *entity)
{
    if (out->how->keep_scope && entity->scope_count)
        names_put(out, S("scope"), entity->scopes, entity->scope_count, false);
    if (out->how->sys_attrs) {
        time_put(out, S("createdAt"), entity->created_us);
        time_put(out, S("modifiedAt"), entity->modified_us);
    }
    if (entity->expires_us)
        time_put(out, S("expiresAt"), entity->expires_us);
}

static void attributes_put(Out *out, const Entity *entity)
{
    bool all = !out->how->has_pick && out->how->omit.count == 0 && out->how->dataset_count == 0 &&
               !out->may_expire;
    for (JsonIter it = json_iter(json_root(&entity->doc)); json_next(&it);) {
        Str iri = json_text(out->arena, it.key);
        if (!all && !attribute_shown(out, iri, it.value))
            continue;
        key_put(out->buf, compacted(out, iri));
        attribute_put(out, it.value);
    }
}

static void context_put(Out *out)
{
    if (!out->how->put_context)
        return;
    key_put(out->buf, S("@context"));
    buf_put(out->buf, context_json(out->how->context));
}

/* The geometry of a GeoProperty's default instance, else null. */
static void geometry_put(Out *out, const Entity *entity)
{
    JsonValue instance, value, type;
    Str iri = out->how->geo_property;
    key_put(out->buf, S("geometry"));
    if (!iri.p)
        iri = S("https://uri.etsi.org/ngsi-ld/location");
    Str dataset = {NULL, 0};
    if (out->how->dataset_count && !str_eq(out->how->datasets[0], S("@none")))
        dataset = out->how->datasets[0];
    if (entity_instance(entity, iri, dataset, &instance) && json_find(instance, S("type"), &type) &&
        json_text_is(type, S("GeoProperty")) && json_find(instance, S("value"), &value))
        buf_put(out->buf, json_span(value));
    else
        buf_put(out->buf, S("null"));
}

static void feature_put(Out *out, const Entity *entity)
{
    buf_put(out->buf, S("{"));
    key_put(out->buf, S("id"));
    text_put(out->buf, entity->id);
    buf_put(out->buf, S(",\"type\":\"Feature\""));
    geometry_put(out, entity);
    key_put(out->buf, S("properties"));
    buf_char(out->buf, '{');
    if (out->how->keep_type)
        names_put(out, S("type"), entity->types, entity->type_count, true);
    own_members_put(out, entity);
    attributes_put(out, entity);
    buf_char(out->buf, '}');
    context_put(out);
    buf_char(out->buf, '}');
}

void represent_entity(Buf *buf, Arena *arena, const Representation *how, const Entity *entity)
{
    Out out = {.buf = buf, .arena = arena, .how = how};
    Str doc = entity->doc.text;
    out.may_expire = how->now_us && memmem(doc.p, doc.n, "\"expiresAt\"", 11);
    if (how->geojson) {
        feature_put(&out, entity);
        return;
    }
    buf_char(buf, '{');
    head_put(&out, entity);
    own_members_put(&out, entity);
    attributes_put(&out, entity);
    context_put(&out);
    buf_char(buf, '}');
}
