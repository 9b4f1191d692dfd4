/* Evaluates a compiled query on an entity's spans. */
#include "base/calendar.h"
#include "base/str.h"
#include "systems/query_part.h"

/* What a term looks at: the value of an instance, and how its texts are to be read. */
typedef struct Target {
    JsonValue value;
    bool uris;      /* of a Relationship: only == and != apply */
    bool any_value; /* of a languageMap: each of its texts on its own */
} Target;

static bool spend(QueryRun *run, int64_t steps)
{
    run->steps -= steps;
    return run->steps >= 0;
}

/* A JSON string's text; escapes are rare and cost an allocation. */
static Str text_of(JsonValue v, QueryRun *run)
{
    Str raw = json_raw(v);
    return raw.n && memchr(raw.p, '\\', raw.n) ? json_text(run->arena, v) : raw;
}

/* The value inside of {"@type": ..., "@value": ...}, where it is one. */
static JsonValue unwrap(JsonValue v)
{
    JsonValue inner;
    return json_is(v, JSON_OBJECT) && json_find(v, S("@value"), &inner) ? inner : v;
}

static bool time_equals_kind(JsonValue v, LiteralKind kind, int64_t *ret_us)
{
    LiteralKind found;
    return json_is(v, JSON_STRING) && literal_time(json_raw(v), &found, ret_us) && found == kind;
}

static bool is_bool(JsonValue v)
{
    return json_is(v, JSON_TRUE) || json_is(v, JSON_FALSE);
}

/* -1, 0, 1, or 2 where the two are of different types and in no order. */
static int compare(JsonValue v, const Literal *literal, QueryRun *run)
{
    enum { NO_ORDER = 2 };
    double number;
    int64_t us;
    v = unwrap(v);
    switch (literal->kind) {
    case LITERAL_NUMBER:
        if (!json_f64(v, &number))
            return NO_ORDER;
        return (number > literal->number) - (number < literal->number);
    case LITERAL_BOOL:
        return is_bool(v) ? json_is(v, JSON_TRUE) - (int)literal->boolean : NO_ORDER;
    case LITERAL_TEXT: {
        if (!json_is(v, JSON_STRING))
            return NO_ORDER;
        if (literal->is_datetime && time_equals_kind(v, LITERAL_DATETIME, &us))
            return (us > literal->us) - (us < literal->us);
        int order = str_cmp(text_of(v, run), literal->text);
        return (order > 0) - (order < 0);
    }
    case LITERAL_DATETIME:
    case LITERAL_DATE:
    case LITERAL_TIME:
        if (!time_equals_kind(v, literal->kind, &us))
            return NO_ORDER;
        return (us > literal->us) - (us < literal->us);
    }
    return NO_ORDER;
}

static bool scalar_in_values(JsonValue v, const Term *term, QueryRun *run)
{
    if (term->range) {
        int low = compare(v, &term->values[0], run), high = compare(v, &term->values[1], run);
        return (low == 0 || low == 1) && (high == 0 || high == -1);
    }
    for (size_t i = 0; i < term->value_count; i++)
        if (spend(run, 1) && compare(v, &term->values[i], run) == 0)
            return true;
    return false;
}

/* The object of an element of an objectList. */
static JsonValue element_object(JsonValue v)
{
    JsonValue object;
    return json_is(v, JSON_OBJECT) && json_find(v, S("object"), &object) ? object : v;
}

/* Whether the value, or an element of it, is among the term's values. */
static bool value_in_values(const Target *target, JsonValue v, const Term *term, QueryRun *run)
{
    if (!json_is(v, JSON_ARRAY))
        return scalar_in_values(v, term, run);
    for (JsonIter it = json_iter(v); json_next(&it);) {
        JsonValue element = target->uris ? element_object(it.value) : it.value;
        if (spend(run, 1) && scalar_in_values(element, term, run))
            return true;
    }
    return false;
}

static bool has_order(JsonValue v, const Term *term, QueryRun *run)
{
    int order = compare(v, &term->values[0], run);
    switch (term->op) {
    case QUERY_GT:
        return order == 1;
    case QUERY_GE:
        return order == 1 || order == 0;
    case QUERY_LT:
        return order == -1;
    case QUERY_LE:
        return order == -1 || order == 0;
    case QUERY_EXISTS:
    case QUERY_ABSENT:
    case QUERY_EQ:
    case QUERY_NE:
    case QUERY_FOUND:
    case QUERY_NOT_FOUND:
        break;
    }
    return false;
}

static bool has_pattern(JsonValue v, const Term *term, QueryRun *run)
{
    v = unwrap(v);
    return json_is(v, JSON_STRING) && pattern_found(term->pattern, text_of(v, run), &run->steps);
}

/* A value that is not a languageMap. */
static bool value_matches(const Target *target, const Term *term, QueryRun *run)
{
    JsonValue v = target->value;
    switch (term->op) {
    case QUERY_EXISTS:
    case QUERY_ABSENT:
        return true;
    case QUERY_EQ:
        return value_in_values(target, v, term, run);
    case QUERY_NE:
        return !value_in_values(target, v, term, run);
    case QUERY_GT:
    case QUERY_GE:
    case QUERY_LT:
    case QUERY_LE:
        return !target->uris && has_order(v, term, run);
    case QUERY_FOUND:
        return !target->uris && has_pattern(v, term, run);
    case QUERY_NOT_FOUND:
        return !target->uris && json_is(unwrap(v), JSON_STRING) && !has_pattern(v, term, run);
    }
    return false;
}

static bool any_text(JsonValue v, const Term *term, QueryRun *run)
{
    if (!json_is(v, JSON_ARRAY)) {
        Target one = {.value = v};
        return value_matches(&one, term, run);
    }
    for (JsonIter it = json_iter(v); json_next(&it);) {
        Target one = {.value = it.value};
        if (spend(run, 1) && value_matches(&one, term, run))
            return true;
    }
    return false;
}

/* All texts of a languageMap: a positive operator holds when it does for any, a negative one when
 * its opposite does for none. */
static bool map_matches(JsonValue map, const Term *term, QueryRun *run)
{
    Term positive = *term;
    bool negative = term->op == QUERY_NE || term->op == QUERY_NOT_FOUND;
    if (negative)
        positive.op = term->op == QUERY_NE ? QUERY_EQ : QUERY_FOUND;
    if (!json_is(map, JSON_OBJECT))
        return any_text(map, &positive, run) != negative;
    for (JsonIter it = json_iter(map); json_next(&it);)
        if (spend(run, 1) && any_text(it.value, &positive, run))
            return !negative;
    return negative;
}

/* Follows [a.b.c] into a value; false where a member is not there. */
static bool follow_trail(JsonValue *v, const Term *term)
{
    for (size_t i = 0; i < term->trail_count; i++)
        if (!json_is(*v, JSON_OBJECT) || !json_find(*v, term->trail[i], v))
            return false;
    return true;
}

static bool language_target(JsonValue map, const Term *term, Target *ret)
{
    ret->value = map;
    ret->any_value = true;
    if (term->trail_count == 0)
        return true;
    if (term->trail_count > 1)
        return false;
    return str_eq(term->trail[0], S("*")) || json_find(map, term->trail[0], &ret->value);
}

/* The target value of an instance; false where the trail leads nowhere. */
static bool instance_target(JsonValue instance, const Term *term, Target *ret)
{
    static const struct {
        Str member;
        enum { PLAIN, URIS, LANGUAGES } way;
    } MEMBERS[] = {
        {S_INIT("value"), PLAIN},    {S_INIT("object"), URIS}, {S_INIT("languageMap"), LANGUAGES},
        {S_INIT("vocab"), PLAIN},    {S_INIT("json"), PLAIN},  {S_INIT("valueList"), PLAIN},
        {S_INIT("objectList"), URIS}};
    JsonValue v;
    *ret = (Target){.uris = false};
    for (size_t i = 0; i < COUNT_OF(MEMBERS); i++) {
        if (!json_find(instance, MEMBERS[i].member, &v))
            continue;
        if (MEMBERS[i].way == LANGUAGES)
            return language_target(v, term, ret);
        ret->uris = MEMBERS[i].way == URIS;
        ret->value = v;
        return ret->uris ? term->trail_count == 0 : follow_trail(&ret->value, term);
    }
    return false;
}

static bool instance_matches(JsonValue instance, const Term *term, QueryRun *run)
{
    Target target;
    if (!instance_target(instance, term, &target))
        return false;
    if (target.any_value && term->op > QUERY_ABSENT)
        return map_matches(target.value, term, run);
    return value_matches(&target, term, run);
}

static bool path_matches(JsonValue instance, const Term *term, size_t segment, QueryRun *run);

/* One instance, or an array of them: any will do. */
static bool any_instance(JsonValue held, const Term *term, size_t segment, QueryRun *run)
{
    if (!json_is(held, JSON_ARRAY))
        return path_matches(held, term, segment, run);
    for (JsonIter it = json_iter(held); json_next(&it);)
        if (spend(run, 1) && path_matches(it.value, term, segment, run))
            return true;
    return false;
}

/* The instance that the path has led to before this segment. */
static bool path_matches(JsonValue instance, const Term *term, size_t segment, QueryRun *run)
{
    JsonValue held;
    if (!json_is(instance, JSON_OBJECT) || !spend(run, 1))
        return false;
    if (segment == term->path_count)
        return instance_matches(instance, term, run);
    const Segment *s = &term->path[segment];
    if (!json_find(instance, s->name, &held))
        return false;
    if (!s->member)
        return any_instance(held, term, segment + 1, run);
    Target target = {.value = held};
    return segment + 1 == term->path_count && term->trail_count == 0 &&
           value_matches(&target, term, run);
}

static int64_t entity_time(const Entity *entity, Str member)
{
    return str_eq(member, S("createdAt"))    ? entity->created_us
           : str_eq(member, S("modifiedAt")) ? entity->modified_us
                                             : entity->expires_us;
}

/* The entity's own times are no spans: they become one. */
static bool entity_time_matches(const Entity *entity, const Term *term, QueryRun *run)
{
    int64_t us = entity_time(entity, term->path[0].name);
    char text[64];
    if (us == 0 || term->path_count > 1 || term->trail_count)
        return false;
    Arena none = {0};
    Buf buf = {.p = text, .cap = sizeof text, .max = sizeof text, .arena = &none};
    buf_char(&buf, '"');
    buf_time(&buf, us);
    buf_char(&buf, '"');
    JsonNode node = {.length = (uint32_t)buf.n, .next = 1, .type = JSON_STRING};
    Json doc = {.text = buf_str(&buf), .nodes = &node, .count = 1};
    Target target = {.value = {&doc, 0}};
    return value_matches(&target, term, run);
}

static bool entity_matches(const Entity *entity, const Term *term, QueryRun *run)
{
    JsonValue held;
    if (term->path[0].member)
        return entity_time_matches(entity, term, run);
    if (!spend(run, 1) || !json_find(json_root(&entity->doc), term->path[0].name, &held))
        return false;
    return any_instance(held, term, 1, run);
}

static bool has_type(const Entity *entity, const Link *link)
{
    for (size_t i = 0; i < link->type_count; i++)
        for (size_t k = 0; k < entity->type_count; k++)
            if (str_eq(link->types[i], entity->types[k]))
                return true;
    return link->type_count == 0;
}

static bool link_matches(const Entity *entity, const Term *term, size_t link, QueryRun *run);

static bool object_matches(JsonValue object, const Term *term, size_t link, QueryRun *run)
{
    Entity linked;
    enum { FIND_STEPS = 1000 /* what reading an entity costs, next to looking at a value */ };
    if (!json_is(object, JSON_STRING) || !run->find || !spend(run, FIND_STEPS) ||
        !run->find(run->user, text_of(object, run), &linked))
        return false;
    return has_type(&linked, &term->links[link]) && link_matches(&linked, term, link + 1, run);
}

static bool objects_match(JsonValue instance, const Term *term, size_t link, QueryRun *run)
{
    JsonValue objects;
    if (!json_find(instance, S("object"), &objects) &&
        !json_find(instance, S("objectList"), &objects))
        return false;
    if (!json_is(objects, JSON_ARRAY))
        return object_matches(objects, term, link, run);
    for (JsonIter it = json_iter(objects); json_next(&it);)
        if (object_matches(element_object(it.value), term, link, run))
            return true;
    return false;
}

static bool link_matches(const Entity *entity, const Term *term, size_t link, QueryRun *run)
{
    JsonValue held;
    if (link == term->link_count)
        return entity_matches(entity, term, run);
    if (!spend(run, 1) ||
        !json_find(json_root(&entity->doc), term->links[link].relationship, &held))
        return false;
    if (!json_is(held, JSON_ARRAY))
        return objects_match(held, term, link, run);
    for (JsonIter it = json_iter(held); json_next(&it);)
        if (objects_match(it.value, term, link, run))
            return true;
    return false;
}

bool query_matches(const Query *query, const Entity *entity, QueryRun *run)
{
    int at = query->first;
    while (at >= 0) {
        const Term *term = &query->terms[at];
        bool holds = link_matches(entity, term, 0, run) != (term->op == QUERY_ABSENT);
        if (run->steps < 0)
            return false;
        at = holds ? term->on_true : term->on_false;
    }
    return at == QUERY_YES;
}
