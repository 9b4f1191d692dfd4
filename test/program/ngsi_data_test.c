/* Entities that others published, through the NGSI-LD face of the real program and back. */
#include "program.h"

/* One line of a file of samples. */
typedef struct Sample {
    Str source;
    JsonValue entity;
    JsonValue problems; /* doc NULL where none is named */
    Str id, type;
    Str context; /* URL of the domain's @context: the last that is named */
} Sample;

typedef void EachSample(City *city, const Sample *sample);

static Str context_url(JsonValue entity)
{
    JsonValue context = json_at(entity, "@context");
    if (json_is(context, JSON_STRING))
        return json_raw(context);
    Str last = {0};
    for (JsonIter it = json_iter(context); json_next(&it);)
        last = json_raw(it.value);
    return last;
}

static Sample sample_of(City *city, Str line)
{
    JsonValue root = json_of(city, line);
    Sample sample = {.source = json_raw(json_at(root, "source")),
                     .entity = json_at(root, "entity")};
    sample.id = json_raw(json_at(sample.entity, "id"));
    sample.type = json_raw(json_at(sample.entity, "type"));
    sample.context = context_url(sample.entity);
    if (!json_find(root, S("problems"), &sample.problems))
        sample.problems = (JsonValue){0};
    return sample;
}

static void with_samples(City *city, const char *file, size_t expected, EachSample *each)
{
    const char *contexts = shared_path(city, "data/ngsi-ld");
    char *path = shared_path(city, city_fmt(city, "data/ngsi-ld/%s", file));
    if (!path || !contexts)
        skip();
    city_serve(city, "--open", "--contexts", contexts);
    size_t count = 0;
    for (Str rest = city_read_file(city, path); rest.n;) {
        Str line = str_trim(str_cut(&rest, '\n'));
        if (!line.n)
            continue;
        Sample sample = sample_of(city, line);
        print_message("# %.*s\n", SARG(sample.source));
        each(city, &sample);
        count++;
    }
    assert_int_equal(count, expected);
}

static Str path_of(City *city, Str id, Str behind)
{
    Buf buf = buf_new(&city->arena, 4096);
    buf_put(&buf, S(ENTITIES "/"));
    buf_uri_component(&buf, id);
    buf_put(&buf, behind);
    return buf_str(&buf);
}

static Str link_to(City *city, Str context)
{
    return str_fmt(city,
                   "Link: <%.*s>; rel=\"http://www.w3.org/ns/json-ld#context\"; "
                   "type=\"application/ld+json\"\r\n",
                   SARG(context));
}

static Answer get(City *city, const Sample *sample, Str behind, const char *accept)
{
    Str headers = str_fmt(city, "%.*sAccept: %s\r\n", SARG(link_to(city, sample->context)), accept);
    return ask(&city->client, .path = path_of(city, sample->id, behind), .headers = headers);
}

static void create(City *city, const Sample *sample)
{
    Answer answer =
        ask(&city->client, .path = S(ENTITIES), .type = AS_LD, .body = json_span(sample->entity));
    assert_status(201, answer);
    Str location = answer_header(&answer, S("Location"));
    answer = ask(&city->client, .path = location, .headers = link_to(city, sample->context));
    assert_status(200, answer);
}

static void assert_reads_equal(City *city, const Sample *sample)
{
    JsonValue context;
    Answer ld = get(city, sample, S(""), "application/ld+json");
    assert_status(200, ld);
    JsonValue value = answer_json(&city->arena, &ld);
    assert_true(entity_equal(sample->entity, value));
    assert_true(json_find(value, S("@context"), &context));

    Answer json = get(city, sample, S(""), "application/json");
    assert_status(200, json);
    value = answer_json(&city->arena, &json);
    assert_true(entity_equal(sample->entity, value));
    assert_false(json_find(value, S("@context"), &context));
    assert_true(str_find(answer_header(&json, S("Link")), sample->context) >= 0);
}

/* keyValues tells of each attribute the bare value; concise leaves out only what can be told. */
static void assert_short_forms(City *city, const Sample *sample)
{
    Answer answer = get(city, sample, S("?options=keyValues"), "application/json");
    assert_status(200, answer);
    JsonValue simple = answer_json(&city->arena, &answer);
    answer = get(city, sample, S("?options=concise"), "application/json");
    assert_status(200, answer);
    JsonValue concise = answer_json(&city->arena, &answer);
    for (JsonIter it = json_iter(sample->entity); json_next(&it);) {
        JsonValue value, other;
        if (json_text_is(it.key, S("@context")))
            continue;
        assert_true(json_find(simple, json_raw(it.key), &other));
        if (json_is(it.value, JSON_OBJECT) &&
            (json_find(it.value, S("value"), &value) || json_find(it.value, S("object"), &value)))
            assert_true(json_equal(value, other));
        assert_true(json_find(concise, json_raw(it.key), &other));
    }
    assert_int_equal(json_count(concise), json_count(simple));
}

static Str query_path(City *city, const Sample *sample)
{
    Buf buf = buf_new(&city->arena, 4096);
    buf_put(&buf, S(ENTITIES "?type="));
    buf_uri_component(&buf, sample->type);
    buf_put(&buf, S("&limit=100"));
    return buf_str(&buf);
}

static void assert_found_by_type(City *city, const Sample *sample)
{
    Answer answer = ask(&city->client, .path = query_path(city, sample),
                        .headers = link_to(city, sample->context));
    assert_status(200, answer);
    size_t found = 0;
    for (JsonIter it = json_iter(answer_json(&city->arena, &answer)); json_next(&it);)
        if (json_text_is(json_at(it.value, "id"), sample->id)) {
            assert_true(entity_equal(sample->entity, it.value));
            found++;
        }
    assert_int_equal(found, 1);
}

/* A new attribute goes in beside the others, which stay. */
static void assert_patched(City *city, const Sample *sample)
{
    Answer answer = ask(&city->client, .method = "PATCH", .path = path_of(city, sample->id, S("")),
                        .headers = link_to(city, sample->context), .type = AS_JSON,
                        .body = S("{\"checkedBy\":{\"type\":\"Property\",\"value\":12.50}}"));
    assert_status(204, answer);
    answer = get(city, sample, S(""), "application/json");
    assert_status(200, answer);
    JsonValue patched = answer_json(&city->arena, &answer);
    assert_str("12.50", json_span(json_at(patched, "checkedBy value")));
    answer = ask(&city->client, .method = "DELETE",
                 .path = path_of(city, sample->id, S("/attrs/checkedBy")),
                 .headers = link_to(city, sample->context));
    assert_status(204, answer);
    assert_reads_equal(city, sample);
}

static void assert_deleted(City *city, const Sample *sample)
{
    Str path = path_of(city, sample->id, S(""));
    assert_status(204, ask(&city->client, .method = "DELETE", .path = path));
    assert_status(404, ask(&city->client, .method = "DELETE", .path = path));
    Answer answer = get(city, sample, S(""), "application/json");
    assert_status(404, answer);
    assert_str("https://uri.etsi.org/ngsi-ld/errors/ResourceNotFound",
               json_raw(json_at(answer_json(&city->arena, &answer), "type")));
}

static void walk(City *city, const Sample *sample)
{
    create(city, sample);
    assert_status(409, ask(&city->client, .path = S(ENTITIES), .type = AS_LD,
                           .body = json_span(sample->entity)));
    assert_reads_equal(city, sample);
    assert_short_forms(city, sample);
    assert_found_by_type(city, sample);
    assert_patched(city, sample);
    assert_deleted(city, sample);
}

static void published_entities_come_back_as_they_went_in(void **state)
{
    with_samples(*state, "smart-data-models.ndjson", 48, walk);
}

static void ids_that_are_no_urns_are_accepted(void **state)
{
    with_samples(*state, "smart-data-models-odd-ids.ndjson", 6, walk);
}

/* The detail names every attribute of which the file says what is wrong. */
static void refuse(City *city, const Sample *sample)
{
    Answer answer =
        ask(&city->client, .path = S(ENTITIES), .type = AS_LD, .body = json_span(sample->entity));
    assert_status(400, answer);
    assert_str("application/json", answer_header(&answer, S("Content-Type")));
    JsonValue problem = answer_json(&city->arena, &answer);
    assert_str("https://uri.etsi.org/ngsi-ld/errors/BadRequestData",
               json_raw(json_at(problem, "type")));
    Str detail = json_text(&city->arena, json_at(problem, "detail"));
    for (JsonIter it = json_iter(sample->problems); json_next(&it);) {
        Str text = json_raw(it.value);
        assert_true(str_find(detail, str_cut(&text, ':')) >= 0);
    }
    answer = get(city, sample, S(""), "application/json");
    assert_status(404, answer);
}

static void malformed_entities_are_refused_by_the_name_of_their_fault(void **state)
{
    with_samples(*state, "smart-data-models-malformed.ndjson", 3, refuse);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(published_entities_come_back_as_they_went_in, city_setup,
                                        city_teardown),
        cmocka_unit_test_setup_teardown(ids_that_are_no_urns_are_accepted, city_setup,
                                        city_teardown),
        cmocka_unit_test_setup_teardown(malformed_entities_are_refused_by_the_name_of_their_fault,
                                        city_setup, city_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
