/* The kinds of attributes and the members of their instances (ETSI GS CIM 009 V1.9.1, 4.5.2,
 * 4.5.3, 4.5.18, 4.5.20 to 4.5.24), as tables. */
#ifndef HANSE_SYSTEMS_ENTITY_KIND_H
#define HANSE_SYSTEMS_ENTITY_KIND_H

#include "base/json.h"

/* What deletes in a fragment, where JSON-LD gives null no meaning (3.1, 4.5.0). */
#define NGSI_LD_NULL "urn:ngsi-ld:null"

typedef enum AttributeKind {
    KIND_PROPERTY,
    KIND_GEO,
    KIND_RELATIONSHIP,
    KIND_LANGUAGE,
    KIND_VOCAB,
    KIND_JSON,
    KIND_LIST,
    KIND_LIST_RELATIONSHIP,
    KIND_COUNT_,
    KIND_NONE = KIND_COUNT_
} AttributeKind;

/* The members that the standard defines; all others are sub-attributes. */
typedef enum Member {
    MEMBER_TYPE,
    MEMBER_VALUE,
    MEMBER_OBJECT,
    MEMBER_LANGUAGE_MAP,
    MEMBER_VOCAB,
    MEMBER_JSON,
    MEMBER_VALUE_LIST,
    MEMBER_OBJECT_LIST,
    MEMBER_DATASET,
    MEMBER_OBSERVED_AT,
    MEMBER_EXPIRES_AT,
    MEMBER_UNIT_CODE,
    MEMBER_VALUE_TYPE,
    MEMBER_OBJECT_TYPE,
    MEMBER_CREATED_AT,
    MEMBER_MODIFIED_AT,
    MEMBER_DELETED_AT,
    MEMBER_INSTANCE_ID,
    MEMBER_OUTPUT_ONLY, /* previousValue, entity and their like */
    MEMBER_CONTEXT,
    MEMBER_SUB,
    MEMBER_COUNT_ = MEMBER_SUB
} Member;

typedef struct KindRow {
    Str type;    /* "Property" */
    Member main; /* the member that holds what it says */
    Str main_name;
} KindRow;
extern const KindRow ATTRIBUTE_KINDS[KIND_COUNT_];

/* KIND_NONE for any other text. Blanks around it do not count, but are kept where the type is
 * stored and shown, since published data has them. */
AttributeKind kind_of_type(Str type);
Member member_of(Str name);
/* KIND_PROPERTY for MEMBER_VALUE and so on; KIND_NONE for members that are not main. */
AttributeKind kind_of_main(Member member);

/* JSON null or "urn:ngsi-ld:null". */
bool is_ngsi_ld_null(JsonValue v);

/* Checks a GeoJSON geometry (RFC 7946, 3.1; without GeometryCollection, 4.7.1): NULL when it is
 * good, else what is wrong. A Point whose position stands in an array of its own is let through,
 * since published data has it. */
const char *geometry_fault(JsonValue v);
/* An object whose type is a geometry's. */
bool is_geometry(JsonValue v);

/* Names of types and attributes (4.6.2): a letter, then letters, digits and '_', with at most one
 * prefix; or an absolute IRI. Every character above ASCII counts as a letter. */
bool is_attribute_name(Str name);
/* /a/b or a/b, of the same characters (4.18). */
bool is_scope(Str scope);

#endif
