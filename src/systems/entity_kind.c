#include "systems/entity_kind.h"

#include "base/str.h"
#include "base/uri.h"

const KindRow ATTRIBUTE_KINDS[KIND_COUNT_] = {
    [KIND_PROPERTY] = {S_INIT("Property"), MEMBER_VALUE, S_INIT("value")},
    [KIND_GEO] = {S_INIT("GeoProperty"), MEMBER_VALUE, S_INIT("value")},
    [KIND_RELATIONSHIP] = {S_INIT("Relationship"), MEMBER_OBJECT, S_INIT("object")},
    [KIND_LANGUAGE] = {S_INIT("LanguageProperty"), MEMBER_LANGUAGE_MAP, S_INIT("languageMap")},
    [KIND_VOCAB] = {S_INIT("VocabProperty"), MEMBER_VOCAB, S_INIT("vocab")},
    [KIND_JSON] = {S_INIT("JsonProperty"), MEMBER_JSON, S_INIT("json")},
    [KIND_LIST] = {S_INIT("ListProperty"), MEMBER_VALUE_LIST, S_INIT("valueList")},
    [KIND_LIST_RELATIONSHIP] = {S_INIT("ListRelationship"), MEMBER_OBJECT_LIST,
                                S_INIT("objectList")},
};

/* Ordered by length, so that most names are told apart without comparing a byte. */
static const struct {
    Str name;
    Member member;
} MEMBERS[] = {
    {S_INIT("type"), MEMBER_TYPE},
    {S_INIT("json"), MEMBER_JSON},
    {S_INIT("value"), MEMBER_VALUE},
    {S_INIT("vocab"), MEMBER_VOCAB},
    {S_INIT("@type"), MEMBER_TYPE},
    {S_INIT("object"), MEMBER_OBJECT},
    {S_INIT("entity"), MEMBER_OUTPUT_ONLY},
    {S_INIT("unitCode"), MEMBER_UNIT_CODE},
    {S_INIT("@context"), MEMBER_CONTEXT},
    {S_INIT("datasetId"), MEMBER_DATASET},
    {S_INIT("valueList"), MEMBER_VALUE_LIST},
    {S_INIT("valueType"), MEMBER_VALUE_TYPE},
    {S_INIT("createdAt"), MEMBER_CREATED_AT},
    {S_INIT("deletedAt"), MEMBER_DELETED_AT},
    {S_INIT("expiresAt"), MEMBER_EXPIRES_AT},
    {S_INIT("observedAt"), MEMBER_OBSERVED_AT},
    {S_INIT("modifiedAt"), MEMBER_MODIFIED_AT},
    {S_INIT("instanceId"), MEMBER_INSTANCE_ID},
    {S_INIT("objectType"), MEMBER_OBJECT_TYPE},
    {S_INIT("objectList"), MEMBER_OBJECT_LIST},
    {S_INIT("entityList"), MEMBER_OUTPUT_ONLY},
    {S_INIT("languageMap"), MEMBER_LANGUAGE_MAP},
    {S_INIT("previousJson"), MEMBER_OUTPUT_ONLY},
    {S_INIT("previousValue"), MEMBER_OUTPUT_ONLY},
    {S_INIT("previousVocab"), MEMBER_OUTPUT_ONLY},
    {S_INIT("previousObject"), MEMBER_OUTPUT_ONLY},
    {S_INIT("previousValueList"), MEMBER_OUTPUT_ONLY},
    {S_INIT("previousObjectList"), MEMBER_OUTPUT_ONLY},
    {S_INIT("previousLanguageMap"), MEMBER_OUTPUT_ONLY},
};
enum { MEMBER_NAME_MAX = 19 };

/* Where the names of a length begin in MEMBERS; entity_test.c finds every name again. */
static const uint8_t MEMBERS_BY_LENGTH[MEMBER_NAME_MAX + 2] = {
    0, 0, 0, 0, 0, 2, 5, 7, 7, 9, 15, 21, 22, 23, 25, 26, 26, 26, 27, 28, 29};

Member member_of(Str name)
{
    if (name.n > MEMBER_NAME_MAX)
        return MEMBER_SUB;
    for (size_t i = MEMBERS_BY_LENGTH[name.n]; i < MEMBERS_BY_LENGTH[name.n + 1]; i++)
        if (MEMBERS[i].name.p[0] == name.p[0] && memcmp(MEMBERS[i].name.p, name.p, name.n) == 0)
            return MEMBERS[i].member;
    return MEMBER_SUB;
}

AttributeKind kind_of_type(Str type)
{
    AttributeKind kind = KIND_PROPERTY;
    type = str_trim(type);
    while (kind < KIND_COUNT_ && !str_eq(ATTRIBUTE_KINDS[kind].type, type))
        kind++;
    return kind;
}

AttributeKind kind_of_main(Member member)
{
    AttributeKind kind = KIND_PROPERTY;
    while (kind < KIND_COUNT_ && ATTRIBUTE_KINDS[kind].main != member)
        kind++;
    return kind;
}

bool is_ngsi_ld_null(JsonValue v)
{
    return json_is(v, JSON_NULL) || json_text_is(v, S(NGSI_LD_NULL));
}

/* ---- Names ---- */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool is_plain_name(Str s)
{
    if (s.n == 0 || !is_letter(s.p[0]))
        return false;
    for (size_t i = 1; i < s.n; i++)
        if (!is_letter(s.p[i]) && !(s.p[i] >= '0' && s.p[i] <= '9') && s.p[i] != '_')
            return false;
    return true;
}

bool is_attribute_name(Str name)
{
    return is_plain_name(name) ||
           (memchr(name.n ? name.p : "", ':', name.n) && uri_is_absolute(name));
}

bool is_scope(Str scope)
{
    if (scope.n && scope.p[0] == '/')
        scope = str_from_index(scope, 1);
    if (scope.n == 0)
        return false;
    while (scope.p)
        if (!is_plain_name(str_cut(&scope, '/')))
            return false;
    return true;
}

/* ---- Geometries ---- */

typedef enum Shape { SHAPE_POSITION, SHAPE_LINE, SHAPE_RING } Shape;

static const struct {
    Str type;
    Shape shape;
    int arrays; /* around the shape */
} GEOMETRIES[] = {
    {S_INIT("Point"), SHAPE_POSITION, 0},  {S_INIT("MultiPoint"), SHAPE_POSITION, 1},
    {S_INIT("LineString"), SHAPE_LINE, 0}, {S_INIT("MultiLineString"), SHAPE_LINE, 1},
    {S_INIT("Polygon"), SHAPE_RING, 1},    {S_INIT("MultiPolygon"), SHAPE_RING, 2},
};

static const char *position_fault(JsonValue v)
{
    static const char FAULT[] = "a position is an array of two or three numbers";
    if (!json_is(v, JSON_ARRAY) || json_count(v) < 2 || json_count(v) > 3)
        return FAULT;
    double number;
    for (JsonIter it = json_iter(v); json_next(&it);)
        if (!json_is(it.value, JSON_NUMBER) || !json_f64(it.value, &number))
            return FAULT;
    return NULL;
}

static bool same_position(JsonValue a, JsonValue b)
{
    JsonIter x = json_iter(a), y = json_iter(b);
    while (json_next(&x) && json_next(&y)) {
        double p, q;
        if (!json_f64(x.value, &p) || !json_f64(y.value, &q) || p < q || p > q)
            return false;
    }
    return json_count(a) == json_count(b);
}

static const char *line_fault(JsonValue v, bool ring)
{
    uint32_t least = ring ? 4 : 2;
    if (!json_is(v, JSON_ARRAY) || json_count(v) < least)
        return ring ? "a ring is an array of four or more positions"
                    : "a line is an array of two or more positions";
    JsonValue first = v, last = v;
    uint32_t index = 0;
    for (JsonIter it = json_iter(v); json_next(&it); last = it.value, index++) {
        const char *fault = position_fault(it.value);
        if (fault)
            return fault;
        if (index == 0)
            first = it.value;
    }
    return ring && !same_position(first, last) ? "a ring ends where it begins" : NULL;
}

static const char *shape_fault(JsonValue v, Shape shape, int arrays)
{
    if (arrays == 0)
        return shape == SHAPE_POSITION ? position_fault(v) : line_fault(v, shape == SHAPE_RING);
    if (!json_is(v, JSON_ARRAY) || json_count(v) == 0)
        return "coordinates lack an array, or one is empty";
    for (JsonIter it = json_iter(v); json_next(&it);) {
        const char *fault = shape_fault(it.value, shape, arrays - 1);
        if (fault)
            return fault;
    }
    return NULL;
}

static size_t geometry_row(JsonValue v)
{
    JsonValue type;
    size_t row = COUNT_OF(GEOMETRIES);
    if (json_find(v, S("type"), &type))
        for (row = 0; row < COUNT_OF(GEOMETRIES) && !json_text_is(type, GEOMETRIES[row].type);)
            row++;
    return row;
}

bool is_geometry(JsonValue v)
{
    JsonValue coordinates;
    return geometry_row(v) < COUNT_OF(GEOMETRIES) && json_find(v, S("coordinates"), &coordinates);
}

const char *geometry_fault(JsonValue v)
{
    size_t row = geometry_row(v);
    JsonValue coordinates;
    if (row == COUNT_OF(GEOMETRIES))
        return "expected a GeoJSON geometry (Point, MultiPoint, LineString, MultiLineString, "
               "Polygon or MultiPolygon)";
    if (!json_find(v, S("coordinates"), &coordinates))
        return "the geometry has no coordinates";
    if (row == 0 && json_is(coordinates, JSON_ARRAY) && json_count(coordinates) == 1)
        return shape_fault(coordinates, SHAPE_POSITION, 1);
    return shape_fault(coordinates, GEOMETRIES[row].shape, GEOMETRIES[row].arrays);
}
