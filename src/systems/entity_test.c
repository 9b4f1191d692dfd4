#include "systems/entity_test.h"

#include "base/calendar.h"
#include "core/audit.h"
#include "systems/entity_kind.h"
#include "systems/entity_store.h"

static void every_statement_is_prepared(void **state)
{
    Fixture *f = *state;
    assert_ok(f->cx, db_prepare_all(f->cx, &ENTITY_STATEMENTS));
}

/* ---- Create and read ---- */

static void an_entity_comes_back_digit_for_digit(void **state)
{
    Fixture *f = *state;
    create(f, "{'id':'" ID "','type':'Room','temperature':{'type':'Property','value':21.700,"
              "'unitCode':'CEL','observedAt':'2022-05-01T12:00:00Z',"
              "'accuracy':{'type':'Property','value':1e-1}}}");
    assert_shown(f, "{'id':'" ID "','type':'Room','temperature':{'type':'Property','value':21.700,"
                    "'observedAt':'2022-05-01T12:00:00Z','unitCode':'CEL',"
                    "'accuracy':{'type':'Property','value':1e-1}}}");
    Entity entity = stored(f, S(ID));
    Representation how = representation_default(f->core);
    how.sys_attrs = true;
    assert_str_equal(
        quoted(f->cx,
               "{'id':'" ID "','type':'Room','createdAt':'2022-06-01T00:00:00Z',"
               "'modifiedAt':'2022-06-01T00:00:00Z','temperature':{'type':'Property',"
               "'value':21.700,'observedAt':'2022-05-01T12:00:00Z','unitCode':'CEL',"
               "'accuracy':{'type':'Property','value':1e-1,'createdAt':'2022-06-01T00:00:00Z',"
               "'modifiedAt':'2022-06-01T00:00:00Z'},'createdAt':'2022-06-01T00:00:00Z',"
               "'modifiedAt':'2022-06-01T00:00:00Z'}}"),
        shown(f, &entity, how));
    how.sys_attrs = false;
    how.format = FORMAT_SIMPLIFIED;
    assert_str_equal(quoted(f->cx, "{'id':'" ID "','type':'Room','temperature':21.700}"),
                     shown(f, &entity, how));
    const EntityChange *change = last_change(f);
    assert_int_equal(change->verb, ENTITY_CREATED);
    assert_int_equal(change->attribute_count, 1);
    assert_str_equal(IRI("temperature"), change->attributes[0].attribute);
    JsonValue value;
    assert_true(json_find(change->attributes[0].instance, S("value"), &value));
    assert_str("21.700", json_span(value));
}

static void creating_the_same_entity_twice_is_a_conflict(void **state)
{
    Fixture *f = *state;
    create(f, "{'id':'" ID "','type':'Room'}");
    EntityInput in = input(f, "{'id':'" ID "','type':'Room','a':1}");
    assert_err(f->cx, ERR_CONFLICT, "entity.exists", entity_create(f->cx, &in, &f->events));
    assert_int_equal(f->events.count, 1);
    assert_shown(f, "{'id':'" ID "','type':'Room'}");
}

static void an_entity_that_is_not_there_is_told_so(void **state)
{
    Fixture *f = *state;
    Entity entity;
    assert_err(f->cx, ERR_NOT_FOUND, "entity.unknown", entity_get(f->cx, S("urn:x:1"), &entity));
    assert_err(f->cx, ERR_INVALID, "entity.id", entity_get(f->cx, S("no uri"), &entity));
    assert_err(f->cx, ERR_NOT_FOUND, "entity.unknown",
               entity_remove(f->cx, S("urn:x:1"), &f->events));
}

static void concise_and_simplified_input_mean_the_same(void **state)
{
    Fixture *f = *state;
    create(f, "{'id':'" ID "','type':['Room','Place'],'t':21.5,'near':{'object':'urn:x:2'},"
              "'at':{'type':'Point','coordinates':[7.4,51.5]},'name':{'languageMap':{'de':'Raum'}},"
              "'kind':{'vocab':'Room'},'raw':{'json':{'a':null}},'list':{'valueList':[1,2]},"
              "'route':{'objectList':['urn:x:3']},'pair':[1,2],'adr':{'street':'A'},"
              "'u':{'value':1,'unitCode':'CEL'}}");
    assert_shown(f, "{'id':'" ID "','type':['Room','Place'],'t':{'type':'Property','value':21.5},"
                    "'near':{'type':'Relationship','object':'urn:x:2'},"
                    "'at':{'type':'GeoProperty','value':{'type':'Point','coordinates':[7.4,51.5]}},"
                    "'name':{'type':'LanguageProperty','languageMap':{'de':'Raum'}},"
                    "'kind':{'type':'VocabProperty','vocab':'Room'},"
                    "'raw':{'type':'JsonProperty','json':{'a':null}},"
                    "'list':{'type':'ListProperty','valueList':[1,2]},"
                    "'route':{'type':'ListRelationship','objectList':['urn:x:3']},"
                    "'pair':{'type':'Property','value':[1,2]},"
                    "'adr':{'type':'Property','value':{'street':'A'}},"
                    "'u':{'type':'Property','value':1,'unitCode':'CEL'}}");
    Entity entity = stored(f, S(ID));
    Representation how = representation_default(f->core);
    how.format = FORMAT_CONCISE;
    assert_str_equal(
        quoted(
            f->cx,
            "{'id':'" ID "','type':['Room','Place'],'t':21.5,'near':{'object':'urn:x:2'},"
            "'at':{'type':'Point','coordinates':[7.4,51.5]},'name':{'languageMap':{'de':'Raum'}},"
            "'kind':{'vocab':'Room'},'raw':{'json':{'a':null}},'list':{'valueList':[1,2]},"
            "'route':{'objectList':['urn:x:3']},'pair':[1,2],'adr':{'street':'A'},"
            "'u':{'value':1,'unitCode':'CEL'}}"),
        shown(f, &entity, how));
    how.format = FORMAT_SIMPLIFIED;
    Str simplified = shown(f, &entity, how);
    assert_str_equal(
        quoted(f->cx, "{'id':'" ID "','type':['Room','Place'],'t':21.5,'near':'urn:x:2',"
                      "'at':{'type':'Point','coordinates':[7.4,51.5]},"
                      "'name':{'languageMap':{'de':'Raum'}},'kind':{'vocab':'Room'},"
                      "'raw':{'json':{'a':null}},'list':[1,2],'route':['urn:x:3'],'pair':[1,2],"
                      "'adr':{'street':'A'},'u':1}"),
        simplified);
    EntityInput in;
    assert_ok(f->cx, entity_input_read(f->cx, f->core, parsed(f->cx, simplified),
                                       (InputOptions){.simplified = true}, &in));
    JsonValue kind;
    assert_true(json_find(json_root(&in.doc), IRI("kind"), &kind));
    assert_str("{\"type\":\"VocabProperty\",\"vocab\":\"" LD_DEFAULT_PREFIX "Room\"}",
               json_span(kind));
}

/* ---- Faults are named ---- */

static void every_fault_is_named(void **state)
{
    Fixture *f = *state;
#define ROOM(member) "{'id':'" ID "','type':'Room'," member "}"
    assert_invalid(f, "id is missing", "{'type':'Room'}", 0);
    assert_invalid(f, "type is missing", "{'id':'" ID "'}", 0);
    assert_invalid(f, "id is not a URI: \"room 1\"", "{'id':'room 1','type':'Room'}", 0);
    assert_invalid(f, "type is not a name", "{'id':'" ID "','type':'a b'}", 0);
    assert_invalid(f, "type is a word of JSON-LD", "{'id':'urn:x:1','type':'type'}", 0);
    assert_invalid(f, "scope is not like", ROOM("'scope':'/a b'"), 0);
    assert_invalid(f, "t.x: Property without value",
                   ROOM("'t':{'value':1,'x':{'type':'Property'}}"), 0);
    assert_invalid(f, "r: Relationship without object", ROOM("'r':{'type':'Relationship'}"), 0);
    assert_invalid(f, "r: object is not a URI: \"x\"",
                   ROOM("'r':{'type':'Relationship','object':'x'}"), 0);
    assert_invalid(f, "t: attribute type Number", ROOM("'t':{'type':'Number','value':1}"), 0);
    assert_invalid(f, "t: observedAt is not a DateTime", ROOM("'t':{'value':1,'observedAt':'now'}"),
                   0);
    assert_invalid(f, "t: unitCode is not a string", ROOM("'t':{'value':1,'unitCode':7}"), 0);
    assert_invalid(f, "t: datasetId is not a URI", ROOM("'t':{'value':1,'datasetId':'x'}"), 0);
    assert_invalid(
        f, "t: two instances with datasetId urn:x:1",
        ROOM("'t':[{'value':1,'datasetId':'urn:x:1'},{'value':2,'datasetId':'urn:x:1'}]"), 0);
    assert_invalid(f, "t: two instances with no datasetId", ROOM("'t':[{'value':1},{'value':2}]"),
                   0);
    assert_invalid(f, "t: Property with object",
                   ROOM("'t':{'type':'Property','value':1,'object':'urn:x:1'}"), 0);
    assert_invalid(f, "a ring ends where it begins",
                   ROOM("'l':{'type':'GeoProperty','value':{'type':'Polygon',"
                        "'coordinates':[[[0,0],[1,0],[1,1],[0,1]]]}}"),
                   0);
    assert_invalid(f, "a position is an array",
                   ROOM("'l':{'type':'Point','coordinates':['7','51']}"), 0);
    assert_invalid(f, "l: GeoProperty with a bad geometry: expected a GeoJSON geometry",
                   ROOM("'l':{'type':'GeoProperty','value':7}"), 0);
    assert_invalid(f, "n: languageMap: \"de\" is neither a string",
                   ROOM("'n':{'languageMap':{'de':7}}"), 0);
    assert_invalid(f, "v: vocab is neither a string", ROOM("'v':{'vocab':7}"), 0);
    assert_invalid(f, "l: valueList is not an array", ROOM("'l':{'valueList':7}"), 0);
    assert_invalid(f, "l: objectList is not an array", ROOM("'l':{'objectList':'urn:x:1'}"), 0);
    assert_invalid(f, "t: null", ROOM("'t':null"), 0);
    assert_invalid(f, "t: null", ROOM("'t':{'value':'urn:ngsi-ld:null'}"), 0);
    assert_invalid(f, "in a merge only", ROOM("'t':{'a':'urn:ngsi-ld:null'}"), 0);
    assert_invalid(f, "a b: not a name for an attribute", ROOM("'a b':1"), 0);
    assert_invalid(f, "t.a b: not a name", ROOM("'t':{'value':1,'a b':1}"), 0);
    assert_invalid(f, "two names mean the same attribute", ROOM("'t':1,'" LD_DEFAULT_PREFIX "t':2"),
                   0);
    assert_invalid(f, "t: @context is allowed at the top only",
                   ROOM("'t':{'value':1,'@context':{}}"), 0);
    assert_invalid(f, "expiresAt has passed", ROOM("'expiresAt':'2020-01-01T00:00:00Z'"), 0);
    assert_invalid(f, "deep",
                   ROOM("'a':{'value':1,'a':{'value':1,'a':{'value':1,'a':{'value':1,'a':"
                        "{'value':1,'a':{'value':1,'a':{'value':1,'a':{'value':1,'a':{'value':1,"
                        "'a':1}}}}}}}}}"),
                   0);
    assert_invalid(f, "expected an entity", "[]", 0);
    /* Both faults, not only the first. */
    assert_invalid(f, "b: attribute type Y", ROOM("'a':{'type':'X'},'b':{'type':'Y'}"), 0);
    assert_invalid(f, "a: attribute type X", ROOM("'a':{'type':'X'},'b':{'type':'Y'}"), 0);
}

static void a_hundred_faults_are_counted_and_the_first_ones_told(void **state)
{
    Fixture *f = *state;
    Buf buf = buf_new(f->cx->arena, 1 << 20);
    buf_put(&buf, S("{\"id\":\"" ID "\",\"type\":\"T\""));
    for (int i = 0; i < 100; i++)
        buf_fmt(&buf, ",\"a%d\":null", i);
    buf_char(&buf, '}');
    EntityInput in;
    assert_err(
        f->cx, ERR_INVALID, "entity.invalid",
        entity_input_read(f->cx, f->core, parsed(f->cx, buf_str(&buf)), (InputOptions){0}, &in));
    assert_true(str_starts(f->cx->error->detail, S("a0: null")));
    assert_true(str_ends(f->cx->error->detail, S("more faults")));
}

/* ---- Merge (5.5.12, 5.6.17) ---- */

static void merge(Fixture *f, const char *text, MergeOptions options)
{
    EntityInput in = fragment(f, text, NULLS_MERGE);
    assert_ok(f->cx, entity_merge(f->cx, S(ID), &in, options, &f->events));
}

static void a_merge_changes_what_it_names_and_keeps_the_rest(void **state)
{
    Fixture *f = *state;
    create(f, "{'id':'" ID "','type':'Room','t':{'value':25,'unitCode':'CEL',"
              "'observedAt':'2022-03-14T01:59:26.535Z','acc':1},"
              "'adr':{'value':{'street':'A','city':'B','country':'C'}},'gone':1,'kept':2.50}");
    merge(f,
          "{'t':{'type':'Property','value':100,'observedAt':'2022-03-14T13:00:00.000Z'},"
          "'adr':{'value':{'street':'P','country':'urn:ngsi-ld:null'}},"
          "'gone':'urn:ngsi-ld:null','new':{'a':null,'b':{'c':1}}}",
          (MergeOptions){0});
    assert_shown(f, "{'id':'" ID "','type':'Room','t':{'type':'Property','value':100,"
                    "'observedAt':'2022-03-14T13:00:00.000Z','unitCode':'CEL',"
                    "'acc':{'type':'Property','value':1}},"
                    "'adr':{'type':'Property','value':{'street':'P','city':'B'}},"
                    "'kept':{'type':'Property','value':2.50},"
                    "'new':{'type':'Property','value':{'b':{'c':1}}}}");
    const EntityChange *change = last_change(f);
    assert_int_equal(change->attribute_count, 4);
    assert_int_equal(change->attributes[0].verb, ATTRIBUTE_UPDATED);
    assert_int_equal(change->attributes[2].verb, ATTRIBUTE_DELETED);
    assert_int_equal(change->attributes[3].verb, ATTRIBUTE_CREATED);
    merge(f, "{'t':{'unitCode':null,'acc':'urn:ngsi-ld:null'},'adr':null,'new':null}",
          (MergeOptions){0});
    assert_shown(f, "{'id':'" ID "','type':'Room','t':{'type':'Property','value':100,"
                    "'observedAt':'2022-03-14T13:00:00.000Z'},"
                    "'kept':{'type':'Property','value':2.50}}");
}

static void a_plain_value_takes_the_kind_of_what_is_there(void **state)
{
    Fixture *f = *state;
    create(f, "{'id':'" ID "','type':'Room','r':{'object':'urn:x:1'},"
              "'n':{'languageMap':{'de':'Raum','en':'Room'}},'v':{'vocab':'a'},"
              "'t':{'value':1,'observedAt':'2022-05-01T00:00:00Z'},'l':{'valueList':[1]}}");
    merge(f, "{'r':'urn:x:2','n':'Zimmer','v':'b','t':2,'l':[3]}",
          (MergeOptions){.lang = S("de"), .observed_at = S("2022-05-02T00:00:00Z")});
    assert_shown(f, "{'id':'" ID "','type':'Room','r':{'type':'Relationship','object':'urn:x:2'},"
                    "'n':{'type':'LanguageProperty','languageMap':{'en':'Room','de':'Zimmer'}},"
                    "'v':{'type':'VocabProperty','vocab':'b'},"
                    "'t':{'type':'Property','value':2,'observedAt':'2022-05-02T00:00:00Z'},"
                    "'l':{'type':'ListProperty','valueList':[3]}}");
    EntityInput in = fragment(f, "{'r':5}", NULLS_MERGE);
    assert_err(f->cx, ERR_INVALID, "attribute.kind",
               entity_merge(f->cx, S(ID), &in, (MergeOptions){0}, &f->events));
}

static void datasets_are_instances_of_their_own(void **state)
{
    Fixture *f = *state;
    create(f, "{'id':'" ID "','type':'Room','t':[{'value':1,'datasetId':'urn:d:1'},{'value':0},"
              "{'value':2,'datasetId':'urn:d:2'}]}");
    assert_shown(f, "{'id':'" ID "','type':'Room','t':[{'type':'Property','value':0},"
                    "{'type':'Property','value':1,'datasetId':'urn:d:1'},"
                    "{'type':'Property','value':2,'datasetId':'urn:d:2'}]}");
    merge(f, "{'t':{'value':11,'datasetId':'urn:d:1'}}", (MergeOptions){0});
    merge(f, "{'t':{'value':'urn:ngsi-ld:null','datasetId':'urn:d:2'}}", (MergeOptions){0});
    assert_shown(f, "{'id':'" ID "','type':'Room','t':[{'type':'Property','value':0},"
                    "{'type':'Property','value':11,'datasetId':'urn:d:1'}]}");
    assert_ok(f->cx,
              entity_remove_attribute(f->cx, S(ID), IRI("t"), (Str){NULL, 0}, false, &f->events));
    assert_shown(f, "{'id':'" ID "','type':'Room',"
                    "'t':{'type':'Property','value':11,'datasetId':'urn:d:1'}}");
    assert_err(f->cx, ERR_NOT_FOUND, "attribute.unknown",
               entity_remove_attribute(f->cx, S(ID), IRI("t"), (Str){NULL, 0}, false, &f->events));
    merge(f, "{'t':5}", (MergeOptions){0});
    Entity entity = stored(f, S(ID));
    Representation how = representation_default(f->core);
    how.format = FORMAT_SIMPLIFIED;
    assert_str_equal(quoted(f->cx, "{'id':'" ID "','type':'Room',"
                                   "'t':{'dataset':{'@none':5,'urn:d:1':11}}}"),
                     shown(f, &entity, how));
    Str only[] = {S("urn:d:1")};
    how.datasets = only;
    how.dataset_count = 1;
    assert_str_equal(quoted(f->cx, "{'id':'" ID "','type':'Room','t':11}"), shown(f, &entity, how));
    assert_ok(f->cx,
              entity_remove_attribute(f->cx, S(ID), IRI("t"), (Str){NULL, 0}, true, &f->events));
    assert_int_equal(last_change(f)->attribute_count, 2);
    assert_shown(f, "{'id':'" ID "','type':'Room'}");
}

/* ---- Attributes ---- */

static void attributes_are_updated_appended_and_deleted(void **state)
{
    Fixture *f = *state;
    UpdateResult result;
    create(f, "{'id':'" ID "','type':'Room','a':{'value':1,'unitCode':'CEL'},'b':2}");
    EntityInput in = fragment(f,
                              "{'type':'Place','a':{'value':10},'b':{'value':'urn:ngsi-ld:null'},"
                              "'c':3}",
                              NULLS_DELETE);
    assert_ok(f->cx, entity_update(f->cx, S(ID), &in, &f->events, &result));
    assert_int_equal(result.updated_count, 3);
    assert_shown(f, "{'id':'" ID "','type':['Room','Place'],'a':{'type':'Property','value':10},"
                    "'c':{'type':'Property','value':3}}");
    in = fragment(f, "{'a':11,'d':4}", NULLS_REFUSED);
    assert_ok(f->cx, entity_append(f->cx, S(ID), &in, false, &f->events, &result));
    assert_int_equal(result.updated_count, 1);
    assert_int_equal(result.not_updated_count, 1);
    assert_str_equal(IRI("a"), result.not_updated[0].attribute);
    assert_shown(f, "{'id':'" ID "','type':['Room','Place'],'a':{'type':'Property','value':10},"
                    "'c':{'type':'Property','value':3},'d':{'type':'Property','value':4}}");
    assert_ok(f->cx, entity_append(f->cx, S(ID), &in, true, &f->events, &result));
    assert_int_equal(result.updated_count, 2);
    size_t events = f->events.count;
    in = fragment(f, "{'a':12}", NULLS_REFUSED);
    assert_ok(f->cx, entity_append(f->cx, S(ID), &in, false, &f->events, &result));
    assert_int_equal(f->events.count, events);
}

static void one_attribute_is_patched_member_by_member(void **state)
{
    Fixture *f = *state;
    create(f, "{'id':'" ID "','type':'Room','t':{'value':25,'unitCode':'CEL','acc':1,'src':'x',"
              "'observedAt':'2022-03-14T01:59:26Z'},'u':7}");
    f->t.clock.fixed_us += 1000000;
    EntityInput in = attribute(f, "t",
                               "{'value':26.50,'acc':{'type':'Property','value':2},"
                               "'src':'urn:ngsi-ld:null'}");
    assert_ok(f->cx, entity_patch_attribute(f->cx, S(ID), &in, &f->events));
    Entity entity = stored(f, S(ID));
    Representation how = representation_default(f->core);
    how.sys_attrs = true;
    assert_str_equal(
        quoted(f->cx,
               "{'id':'" ID "','type':'Room','createdAt':'2022-06-01T00:00:00Z',"
               "'modifiedAt':'2022-06-01T00:00:01Z','t':{'type':'Property','value':26.50,"
               "'observedAt':'2022-03-14T01:59:26Z','unitCode':'CEL','acc':{'type':'Property',"
               "'value':2,'createdAt':'2022-06-01T00:00:00Z',"
               "'modifiedAt':'2022-06-01T00:00:01Z'},'createdAt':'2022-06-01T00:00:00Z',"
               "'modifiedAt':'2022-06-01T00:00:01Z'},'u':{'type':'Property','value':7,"
               "'createdAt':'2022-06-01T00:00:00Z','modifiedAt':'2022-06-01T00:00:00Z'}}"),
        shown(f, &entity, how));
    in = attribute(f, "t", "{'unitCode':'FAR'}");
    assert_ok(f->cx, entity_patch_attribute(f->cx, S(ID), &in, &f->events));
    in = attribute(f, "t", "{'object':'urn:x:1'}");
    assert_err(f->cx, ERR_INVALID, "attribute.kind",
               entity_patch_attribute(f->cx, S(ID), &in, &f->events));
    in = attribute(f, "nix", "{'value':1}");
    assert_err(f->cx, ERR_NOT_FOUND, "attribute.unknown",
               entity_patch_attribute(f->cx, S(ID), &in, &f->events));
    in = attribute(f, "t", "{'type':'Relationship','object':'urn:x:1'}");
    assert_ok(f->cx, entity_replace_attribute(f->cx, S(ID), &in, &f->events));
    assert_shown(f, "{'id':'" ID "','type':'Room','t':{'type':'Relationship','object':'urn:x:1'},"
                    "'u':{'type':'Property','value':7}}");
}

static void a_late_value_goes_to_history_only(void **state)
{
    Fixture *f = *state;
    create(f, "{'id':'" ID "','type':'Room','t':{'value':2,'observedAt':'2022-05-02T00:00:00Z'}}");
    Entity before = stored(f, S(ID));
    size_t events = f->events.count;
    EntityInput in =
        fragment(f, "{'t':{'value':1,'observedAt':'2022-05-01T00:00:00Z'}}", NULLS_DELETE);
    UpdateResult result;
    assert_ok(f->cx, entity_update(f->cx, S(ID), &in, &f->events, &result));
    Entity after = stored(f, S(ID));
    assert_str_equal(before.doc.text, after.doc.text);
    assert_int_equal(after.version, before.version);
    assert_int_equal(f->events.count, events);
    in = fragment(f, "{'t':{'value':3,'observedAt':'2022-05-03T00:00:00Z'}}", NULLS_DELETE);
    assert_ok(f->cx, entity_update(f->cx, S(ID), &in, &f->events, &result));
    assert_int_equal(f->events.count, events + 1);
    assert_false(last_change(f)->attributes[0].late);
    assert_int_equal(stored(f, S(ID)).version, before.version + 1);
}

/* ---- The whole life ---- */

static void an_entity_is_replaced_and_removed(void **state)
{
    Fixture *f = *state;
    create(f, "{'id':'" ID "','type':'Room','scope':'/a','t':1,'u':2}");
    EntityInput in = fragment(f, "{'type':'Place','u':{'value':3},'v':4}", NULLS_REFUSED);
    assert_ok(f->cx, entity_replace(f->cx, S(ID), &in, &f->events));
    assert_shown(f, "{'id':'" ID "','type':'Place','u':{'type':'Property','value':3},"
                    "'v':{'type':'Property','value':4}}");
    const EntityChange *change = last_change(f);
    assert_int_equal(change->attribute_count, 3);
    assert_int_equal(change->attributes[0].verb, ATTRIBUTE_DELETED);
    in = fragment(f, "{'id':'urn:x:other','type':'Place'}", NULLS_REFUSED);
    assert_err(f->cx, ERR_INVALID, "entity.id", entity_replace(f->cx, S(ID), &in, &f->events));
    assert_ok(f->cx, entity_remove(f->cx, S(ID), &f->events));
    change = last_change(f);
    assert_int_equal(change->verb, ENTITY_DELETED);
    assert_null(change->after);
    assert_int_equal(change->attribute_count, 2);
    Entity entity;
    assert_err(f->cx, ERR_NOT_FOUND, "entity.unknown", entity_get(f->cx, S(ID), &entity));
    create(f, "{'id':'" ID "','type':'Room'}");
}

static void scopes_and_types_follow_the_operation(void **state)
{
    Fixture *f = *state;
    UpdateResult result;
    create(f, "{'id':'" ID "','type':'Room','scope':['a/b','/c']}");
    assert_shown(f, "{'id':'" ID "','type':'Room','scope':['/a/b','/c']}");
    EntityInput in = fragment(f, "{'scope':'/d'}", NULLS_REFUSED);
    assert_ok(f->cx, entity_append(f->cx, S(ID), &in, false, &f->events, &result));
    assert_shown(f, "{'id':'" ID "','type':'Room','scope':['/a/b','/c','/d']}");
    assert_ok(f->cx, entity_append(f->cx, S(ID), &in, true, &f->events, &result));
    assert_shown(f, "{'id':'" ID "','type':'Room','scope':'/d'}");
    assert_ok(f->cx, entity_remove_scope(f->cx, S(ID), &f->events));
    assert_shown(f, "{'id':'" ID "','type':'Room'}");
    assert_err(f->cx, ERR_NOT_FOUND, "attribute.unknown",
               entity_remove_scope(f->cx, S(ID), &f->events));
    in = fragment(f, "{'scope':'/d'}", NULLS_REFUSED);
    assert_ok(f->cx, entity_append(f->cx, S(ID), &in, true, &f->events, &result));
    merge(f, "{'scope':null}", (MergeOptions){0});
    assert_shown(f, "{'id':'" ID "','type':'Room'}");
    assert_ok(f->cx, entity_update(f->cx, S(ID), &in, &f->events, &result));
    assert_shown(f, "{'id':'" ID "','type':'Room'}");
}

static void an_entity_whose_time_is_over_is_gone(void **state)
{
    Fixture *f = *state;
    size_t removed;
    create(f, "{'id':'" ID "','type':'Room','expiresAt':'2022-06-01T01:00:00Z'}");
    assert_shown(f, "{'id':'" ID "','type':'Room','expiresAt':'2022-06-01T01:00:00Z'}");
    f->t.clock.fixed_us += TIME_HOUR_US;
    Entity entity;
    assert_err(f->cx, ERR_NOT_FOUND, "entity.unknown", entity_get(f->cx, S(ID), &entity));
    create(f, "{'id':'" ID "','type':'Room','expiresAt':'2022-06-01T02:00:00Z'}");
    f->t.clock.fixed_us += TIME_HOUR_US;
    assert_ok(f->cx, entity_remove_expired(f->cx, 10, &f->events, &removed));
    assert_int_equal(removed, 1);
    assert_int_equal(last_change(f)->verb, ENTITY_DELETED);
}

static void every_member_that_the_standard_defines_is_known(void **state)
{
    (void)state;
    static const char *const NAMES[] = {"type",
                                        "json",
                                        "value",
                                        "vocab",
                                        "@type",
                                        "object",
                                        "entity",
                                        "unitCode",
                                        "@context",
                                        "datasetId",
                                        "valueList",
                                        "valueType",
                                        "createdAt",
                                        "deletedAt",
                                        "expiresAt",
                                        "observedAt",
                                        "modifiedAt",
                                        "instanceId",
                                        "objectType",
                                        "objectList",
                                        "entityList",
                                        "languageMap",
                                        "previousJson",
                                        "previousValue",
                                        "previousVocab",
                                        "previousObject",
                                        "previousValueList",
                                        "previousObjectList",
                                        "previousLanguageMap"};
    for (size_t i = 0; i < COUNT_OF(NAMES); i++)
        assert_int_not_equal(member_of(str_from(NAMES[i])), MEMBER_SUB);
    for (AttributeKind kind = KIND_PROPERTY; kind < KIND_COUNT_; kind++) {
        assert_int_equal(member_of(ATTRIBUTE_KINDS[kind].main_name), ATTRIBUTE_KINDS[kind].main);
        assert_int_equal(kind_of_type(ATTRIBUTE_KINDS[kind].type), kind);
    }
    assert_int_equal(member_of(S("")), MEMBER_SUB);
    assert_int_equal(member_of(S("values")), MEMBER_SUB);
    assert_int_equal(member_of(S("previousLanguageMaps")), MEMBER_SUB);
}

static void only_what_a_person_removes_stands_in_the_audit(void **state)
{
    Fixture *f = *state;
    Actor actors[] = {{.tenant = TENANT_DEFAULT},
                      {.tenant = TENANT_DEFAULT, .token = 3},
                      {.tenant = TENANT_DEFAULT, .token = 3, .person = {7}},
                      {.tenant = TENANT_DEFAULT, .session = 2, .person = {7}}};
    AuditRow *rows;
    size_t count;
    for (size_t i = 0; i < COUNT_OF(actors); i++) {
        f->cx->actor = &actors[i];
        create(f, "{'id':'" ID "','type':'Room'}");
        assert_ok(f->cx, entity_remove(f->cx, S(ID), &f->events));
    }
    assert_ok(f->cx, audit_list(f->cx, 0, 10, &rows, &count));
    assert_int_equal(count, 1);
    assert_str("entity.remove", rows[0].verb);
    assert_str(ID, rows[0].object);
    assert_str_equal(IRI("Room"), rows[0].detail);
    assert_int_equal(rows[0].person.v, 7);
    f->cx->actor = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_member_that_the_standard_defines_is_known),
        TEST_ON_BOTH(every_statement_is_prepared, teardown),
        TEST_ON_BOTH(an_entity_comes_back_digit_for_digit, teardown),
        TEST_ON_BOTH(creating_the_same_entity_twice_is_a_conflict, teardown),
        TEST_ON_SQLITE(an_entity_that_is_not_there_is_told_so, teardown),
        TEST_ON_SQLITE(concise_and_simplified_input_mean_the_same, teardown),
        TEST_ON_SQLITE(every_fault_is_named, teardown),
        TEST_ON_SQLITE(a_hundred_faults_are_counted_and_the_first_ones_told, teardown),
        TEST_ON_SQLITE(a_merge_changes_what_it_names_and_keeps_the_rest, teardown),
        TEST_ON_SQLITE(a_plain_value_takes_the_kind_of_what_is_there, teardown),
        TEST_ON_SQLITE(datasets_are_instances_of_their_own, teardown),
        TEST_ON_SQLITE(attributes_are_updated_appended_and_deleted, teardown),
        TEST_ON_SQLITE(one_attribute_is_patched_member_by_member, teardown),
        TEST_ON_SQLITE(a_late_value_goes_to_history_only, teardown),
        TEST_ON_BOTH(an_entity_is_replaced_and_removed, teardown),
        TEST_ON_BOTH(only_what_a_person_removes_stands_in_the_audit, teardown),
        TEST_ON_BOTH(scopes_and_types_follow_the_operation, teardown),
        TEST_ON_BOTH(an_entity_whose_time_is_over_is_gone, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
