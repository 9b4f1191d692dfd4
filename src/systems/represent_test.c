#include "systems/entity_test.h"

#include "base/calendar.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- What readers may ask for ---- */

static void a_reader_picks_omits_and_asks_for_a_language(void **state)
{
    Fixture *f = *state;
    create(f, "{'id':'" ID "','type':'Room','n':{'languageMap':{'de-DE':'Raum','en':'Room'}},"
              "'t':1,'location':{'type':'Point','coordinates':[7.4,51.5]}}");
    Entity entity = stored(f, S(ID));
    Representation how = representation_default(f->core);
    Str iris[] = {IRI("n")};
    how.has_pick = true;
    how.pick = (AttributeList){iris, 1};
    how.keep_type = false;
    how.lang = S("de");
    assert_str_equal(quoted(f->cx, "{'id':'" ID "','n':{'type':'Property','value':'Raum',"
                                   "'lang':'de-DE'}}"),
                     shown(f, &entity, how));
    assert_true(representation_shows(&how, &entity));
    how.has_pick = false;
    how.omit = (AttributeList){iris, 1};
    how.keep_type = true;
    how.geojson = true;
    how.put_context = true;
    how.format = FORMAT_SIMPLIFIED;
    assert_str_equal(
        quoted(f->cx,
               "{'id':'" ID "','type':'Feature','geometry':{'type':'Point',"
               "'coordinates':[7.4,51.5]},'properties':{'type':'Room','t':1,"
               "'location':{'type':'Point','coordinates':[7.4,51.5]}},'@context':'" LD_CORE_URL
               "'}"),
        shown(f, &entity, how));
}

static void an_attribute_whose_time_is_over_is_not_shown(void **state)
{
    Fixture *f = *state;
    create(f, "{'id':'" ID "','type':'Room','a':{'value':1,'expiresAt':'2022-06-01T01:00:00Z'},"
              "'b':[{'value':2},{'value':3,'datasetId':'urn:d:1',"
              "'expiresAt':'2022-06-01T01:00:00Z'}]}");
    Entity entity = stored(f, S(ID));
    Representation how = representation_default(f->core);
    how.format = FORMAT_SIMPLIFIED;
    how.now_us = cx_now_us(f->cx);
    assert_str_equal(quoted(f->cx, "{'id':'" ID "','type':'Room','a':1,"
                                   "'b':{'dataset':{'@none':2,'urn:d:1':3}}}"),
                     shown(f, &entity, how));
    how.now_us += TIME_HOUR_US;
    assert_str_equal(quoted(f->cx, "{'id':'" ID "','type':'Room','b':2}"), shown(f, &entity, how));
}

/* ---- Published entities ---- */

static Str shared_file(Cx *cx, const char *name)
{
    const char *shared = getenv("HANSE_SHARED");
    Str path = arena_fmt(cx->arena, "%s/data/ngsi-ld/%s", shared ? shared : "", name);
    FILE *file = fopen(path.p, "rb");
    if (!file)
        return (Str){NULL, 0};
    Buf buf = buf_new(cx->arena, (size_t)1 << 24);
    for (size_t n = 1; n;) {
        n = fread(buf_room(&buf, 65536), 1, 65536, file);
        buf.n += n;
    }
    fclose(file);
    return buf_str(&buf);
}

static void published_begin(Fixture *f)
{
    if (!shared_file(f->cx, "contexts.tsv").p) {
        print_message("# HANSE_SHARED has no published entities: passed over\n");
        skip();
    }
    Str dir = arena_fmt(f->cx->arena, "%s/data/ngsi-ld", getenv("HANSE_SHARED"));
    assert_ok(f->cx, context_store_load(f->cx, f->store, dir));
}

typedef struct Published {
    JsonValue entity, context;
    const LdContext *ld;
} Published;

static bool published_next(Fixture *f, Str *rest, Published *ret)
{
    Str line = str_trim(str_cut(rest, '\n'));
    if (line.n == 0)
        return false;
    JsonValue record = parsed(f->cx, line);
    assert_true(json_find(record, S("entity"), &ret->entity));
    assert_true(json_find(ret->entity, S("@context"), &ret->context));
    assert_ok(f->cx, context_resolve(f->cx, f->store, ret->context, &ret->ld));
    return true;
}

/* The entity without its @context. */
static Str without_context(Fixture *f, JsonValue entity)
{
    Buf buf = buf_new(f->cx->arena, (size_t)1 << 24);
    JsonOut out = json_out(&buf);
    json_begin(&out, '{');
    for (JsonIter it = json_iter(entity); json_next(&it);) {
        if (json_text_is(it.key, S("@context")))
            continue;
        json_name(&out, json_text(f->cx->arena, it.key));
        json_put_span(&out, json_span(it.value));
    }
    json_end(&out, '}');
    return buf_str(&buf);
}

static size_t check_published(Fixture *f, const char *file)
{
    size_t count = 0;
    Published p;
    for (Str rest = shared_file(f->cx, file); rest.p && published_next(f, &rest, &p); count++) {
        EntityInput in;
        assert_ok(f->cx, entity_input_read(f->cx, p.ld, p.entity, (InputOptions){0}, &in));
        assert_ok(f->cx, entity_create(f->cx, &in, &f->events));
        Entity entity = stored(f, in.id);
        Representation how = representation_default(p.ld);
        Str text = shown(f, &entity, how);
        JsonValue back = parsed(f->cx, text);
        JsonValue sent = parsed(f->cx, without_context(f, p.entity));
        if (!json_equal(sent, back))
            fprintf(stderr, "# sent: %.*s\n# back: %.*s\n", SARG(json_span(sent)), SARG(text));
        assert_true(json_equal(sent, back));
        for (Format format = FORMAT_NORMALIZED; format <= FORMAT_CONCISE; format++) {
            how.format = format;
            EntityInput again;
            assert_ok(f->cx, entity_input_read(f->cx, p.ld, parsed(f->cx, shown(f, &entity, how)),
                                               (InputOptions){0}, &again));
            assert_true(json_equal(json_root(&in.doc), json_root(&again.doc)) ||
                        format == FORMAT_CONCISE);
            assert_ok(f->cx, entity_replace(f->cx, in.id, &again, &f->events));
            Entity replaced = stored(f, in.id);
            how.format = FORMAT_NORMALIZED;
            /* The concise form says no types, so that blanks around them are lost. */
            bool blanks = str_find(json_span(sent), S("\"Property \"")) >= 0;
            assert_true(json_equal(sent, parsed(f->cx, shown(f, &replaced, how))) ||
                        (blanks && format == FORMAT_CONCISE));
        }
        how.format = FORMAT_SIMPLIFIED;
        (void)parsed(f->cx, shown(f, &entity, how));
        how.geojson = how.sys_attrs = how.put_context = true;
        (void)parsed(f->cx, shown(f, &entity, how));
    }
    return count;
}

static void published_entities_come_back_equal(void **state)
{
    Fixture *f = *state;
    published_begin(f);
    assert_int_equal(check_published(f, "smart-data-models.ndjson"), 48);
    assert_int_equal(check_published(f, "smart-data-models-odd-ids.ndjson"), 6);
}

static void malformed_published_entities_are_refused_by_name(void **state)
{
    Fixture *f = *state;
    static const char *const WORDS[] = {"refDevice: Relationship without object",
                                        "restrictionValidityHours: attribute type string",
                                        "openingHoursSpecification: attribute type object"};
    published_begin(f);
    size_t count = 0;
    Published p;
    for (Str rest = shared_file(f->cx, "smart-data-models-malformed.ndjson");
         rest.p && published_next(f, &rest, &p); count++) {
        EntityInput in;
        assert_err(f->cx, ERR_INVALID, "entity.invalid",
                   entity_input_read(f->cx, p.ld, p.entity, (InputOptions){0}, &in));
        assert_true(str_find(f->cx->error->detail, str_from(WORDS[count])) >= 0);
    }
    assert_int_equal(count, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_SQLITE(a_reader_picks_omits_and_asks_for_a_language, teardown),
        TEST_ON_SQLITE(an_attribute_whose_time_is_over_is_not_shown, teardown),
        TEST_ON_SQLITE(published_entities_come_back_equal, teardown),
        TEST_ON_SQLITE(malformed_published_entities_are_refused_by_name, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
