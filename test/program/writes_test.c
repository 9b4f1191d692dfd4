/* Changes through the NGSI-LD face: one after the other, many at once, and beyond every limit. */
#include "program.h"

#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>

static const char ID[] = "urn:ngsi-ld:Sample:1";

static Answer change(City *city, const char *method, const char *path, const char *body)
{
    return ask(&city->client, .method = method, .path = str_from(path),
               .type = body ? AS_JSON : S(""), .body = body ? str_from(body) : (Str){0});
}

static JsonValue entity(City *city, const char *id)
{
    Answer answer = ask(&city->client, .path = str_fmt(city, ENTITIES "/%s", id));
    assert_status(200, answer);
    return answer_json(&city->arena, &answer);
}

static void assert_entity(City *city, const char *id, const char *expected)
{
    assert_true(entity_equal(json_of(city, str_from(expected)), entity(city, id)));
}

/* One page of an attribute's history behind a moment; false when it is the last one. */
static bool history_page(City *city, const char *id, const char *attribute, Str *after, Buf *out)
{
    Str path = str_fmt(city,
                       TEMPORAL "/%s?attrs=%s&format=temporalValues&timeproperty=modifiedAt"
                                "&timerel=after&timeAt=%.*s",
                       id, attribute, SARG(*after));
    Answer answer = ask(&city->client, .path = path);
    if (answer.status != 206)
        assert_status(200, answer);
    JsonValue values =
        json_at(answer_json(&city->arena, &answer), city_fmt(city, "%s values", attribute));
    Str from = *after;
    for (JsonIter it = json_iter(values); json_next(&it);) {
        Str at = json_raw(json_at(it.value, "1"));
        if (str_eq(at, from))
            continue; /* the last one of the page before */
        if (out->n)
            buf_char(out, ' ');
        buf_put(out, json_span(json_at(it.value, "0")));
        *after = at;
    }
    return answer.status == 206 && !str_eq(from, *after);
}

/* The values of an attribute's history in the order of time, as JSON without the times. */
static Str history_values(City *city, const char *id, const char *attribute)
{
    Str after = S("2000-01-01T00:00:00Z");
    Buf buf = buf_new(&city->arena, 16 << 20);
    while (history_page(city, id, attribute, &after, &buf))
        ;
    return buf_str(&buf);
}

static void one_entity_walks_the_whole_road_and_its_history_has_every_step_once(void **state)
{
    City *city = *state;
    char *self = city_fmt(city, ENTITIES "/%s", ID), *attrs = city_fmt(city, "%s/attrs", self);
    char *level = city_fmt(city, "%s/level", attrs);
    assert_status(201, change(city, "POST", ENTITIES,
                              "{\"id\":\"urn:ngsi-ld:Sample:1\",\"type\":\"Sample\","
                              "\"level\":{\"type\":\"Property\",\"value\":1.0}}"));
    assert_status(409, change(city, "POST", ENTITIES,
                              "{\"id\":\"urn:ngsi-ld:Sample:1\",\"type\":\"Sample\"}"));
    assert_status(
        204, change(city, "POST", attrs, "{\"name\":{\"type\":\"Property\",\"value\":\"a\"}}"));
    assert_status(204,
                  change(city, "PATCH", attrs, "{\"level\":{\"type\":\"Property\",\"value\":2}}"));
    assert_status(204, change(city, "PATCH", level, "{\"value\":3,\"unitCode\":\"MTR\"}"));
    assert_status(204, change(city, "PUT", level, "{\"type\":\"Property\",\"value\":4.50}"));
    assert_status(
        204, change(city, "PATCH", self,
                    "{\"level\":{\"value\":5},\"more\":{\"type\":\"Property\",\"value\":[1,2]}}"));
    assert_entity(city, ID,
                  "{\"id\":\"urn:ngsi-ld:Sample:1\",\"type\":\"Sample\","
                  "\"level\":{\"type\":\"Property\",\"value\":5},"
                  "\"name\":{\"type\":\"Property\",\"value\":\"a\"},"
                  "\"more\":{\"type\":\"Property\",\"value\":[1,2]}}");
    assert_str("1.0 2 3 4.50 5", history_values(city, ID, "level"));
    assert_status(204, change(city, "DELETE", city_fmt(city, "%s/name", attrs), NULL));
    assert_status(404, change(city, "DELETE", city_fmt(city, "%s/name", attrs), NULL));
    assert_status(204, change(city, "PUT", self,
                              "{\"id\":\"urn:ngsi-ld:Sample:1\",\"type\":\"Sample\","
                              "\"level\":{\"type\":\"Property\",\"value\":6}}"));
    assert_entity(city, ID,
                  "{\"id\":\"urn:ngsi-ld:Sample:1\",\"type\":\"Sample\","
                  "\"level\":{\"type\":\"Property\",\"value\":6}}");
    assert_str("1.0 2 3 4.50 5 6", history_values(city, ID, "level"));
    assert_status(204, change(city, "DELETE", self, NULL));
    assert_status(404, change(city, "DELETE", self, NULL));
    assert_status(404,
                  change(city, "PATCH", attrs, "{\"level\":{\"type\":\"Property\",\"value\":2}}"));
}

static void batches_change_what_they_can_and_name_what_they_cannot(void **state)
{
    City *city = *state;
    assert_status(201, change(city, "POST", OPERATIONS "/create",
                              "[{\"id\":\"urn:ngsi-ld:Sample:1\",\"type\":\"Sample\","
                              "\"level\":{\"type\":\"Property\",\"value\":1}},"
                              "{\"id\":\"urn:ngsi-ld:Sample:2\",\"type\":\"Sample\","
                              "\"level\":{\"type\":\"Property\",\"value\":1}}]"));
    Answer answer = change(city, "POST", OPERATIONS "/create",
                           "[{\"id\":\"urn:ngsi-ld:Sample:2\",\"type\":\"Sample\"},"
                           "{\"id\":\"urn:ngsi-ld:Sample:3\",\"type\":\"Sample\"}]");
    assert_status(207, answer);
    JsonValue root = answer_json(&city->arena, &answer);
    assert_str("urn:ngsi-ld:Sample:3", json_raw(json_at(root, "success 0")));
    assert_str("urn:ngsi-ld:Sample:2", json_raw(json_at(root, "errors 0 entityId")));
    assert_int_equal(json_count(json_at(root, "errors")), 1);
    assert_status(201, change(city, "POST", OPERATIONS "/upsert?options=update",
                              "[{\"id\":\"urn:ngsi-ld:Sample:1\",\"type\":\"Sample\","
                              "\"level\":{\"type\":\"Property\",\"value\":2}},"
                              "{\"id\":\"urn:ngsi-ld:Sample:4\",\"type\":\"Sample\","
                              "\"level\":{\"type\":\"Property\",\"value\":2}}]"));
    assert_status(204, change(city, "POST", OPERATIONS "/update",
                              "[{\"id\":\"urn:ngsi-ld:Sample:1\",\"type\":\"Sample\","
                              "\"level\":{\"type\":\"Property\",\"value\":3}}]"));
    assert_status(204, change(city, "POST", OPERATIONS "/merge",
                              "[{\"id\":\"urn:ngsi-ld:Sample:1\",\"type\":\"Sample\","
                              "\"level\":{\"value\":4}}]"));
    assert_str("1 2 3 4", history_values(city, ID, "level"));
    assert_str("2", history_values(city, "urn:ngsi-ld:Sample:4", "level"));
    answer = change(city, "POST", OPERATIONS "/delete",
                    "[\"urn:ngsi-ld:Sample:1\",\"urn:ngsi-ld:Sample:none\"]");
    assert_status(207, answer);
    assert_status(404, ask(&city->client, .path = S(ENTITIES "/urn:ngsi-ld:Sample:1")));
    assert_status(200, ask(&city->client, .path = S(ENTITIES "/urn:ngsi-ld:Sample:2")));
}

/* ---- many at once ---- */

enum { WRITERS = 8, PATCHES = 200 };

typedef struct WriterThread {
    pthread_t thread;
    uint16_t port;
    int number;
    int acknowledged;
} WriterThread;

/* No cmocka in here: it must not fail on another thread. */
static void *write_patches(void *arg)
{
    WriterThread *writer = arg;
    Arena arena;
    Client client;
    arena_init(&arena, 64 << 10, 0);
    client_init(&client, &arena, writer->port);
    for (int i = 0; i < PATCHES; i++) {
        Str body = arena_fmt(&arena, "{\"level\":{\"type\":\"Property\",\"value\":%d}}",
                             writer->number * 1000 + i);
        Answer answer =
            ask(&client, .method = "PATCH", .path = S(ENTITIES "/urn:ngsi-ld:Sample:1/attrs"),
                .type = AS_JSON, .body = body);
        writer->acknowledged += answer.status == 204;
    }
    client_done(&client);
    arena_done(&arena);
    return NULL;
}

static void assert_all_in_history_in_order(City *city)
{
    int next[WRITERS] = {0}, count = 0;
    Str rest = history_values(city, ID, "level");
    while (rest.p) {
        int64_t value;
        assert_true(str_to_i64(str_cut(&rest, ' '), &value));
        if (value < 0)
            continue;
        assert_true(value / 1000 < WRITERS);
        assert_int_equal(value % 1000, next[value / 1000]++);
        count++;
    }
    assert_int_equal(count, WRITERS * PATCHES);
}

static void what_eight_writers_are_told_is_stored_is_in_the_history_in_their_order(void **state)
{
    City *city = *state;
    WriterThread writers[WRITERS];
    assert_status(201, change(city, "POST", ENTITIES,
                              "{\"id\":\"urn:ngsi-ld:Sample:1\",\"type\":\"Sample\","
                              "\"level\":{\"type\":\"Property\",\"value\":-1}}"));
    int64_t since = now_ms();
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = (WriterThread){.port = city->port, .number = i};
        assert_int_equal(pthread_create(&writers[i].thread, NULL, write_patches, &writers[i]), 0);
    }
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(writers[i].thread, NULL);
        assert_int_equal(writers[i].acknowledged, PATCHES);
    }
    print_message("# %d changes in %lld ms\n", WRITERS * PATCHES, (long long)(now_ms() - since));
    assert_all_in_history_in_order(city);
    /* And it is still so for the next server on this directory, however the first one ended. */
    kill(city->pid, SIGKILL);
    assert_int_equal(city_wait_end(city, 5000), -SIGKILL);
    city_serve(city, "--open");
    assert_all_in_history_in_order(city);
}

/* ---- limits ---- */

static Str repeated(City *city, const char *start, const char *part, size_t count, const char *end)
{
    Buf buf = buf_new(&city->arena, 64 << 20);
    buf_put(&buf, str_from(start));
    for (size_t i = 0; i < count; i++)
        buf_put(&buf, str_from(part));
    buf_put(&buf, str_from(end));
    assert_false(buf.overflow);
    return buf_str(&buf);
}

static Answer create(City *city, Str body)
{
    return ask(&city->client, .path = S(ENTITIES), .type = AS_JSON, .body = body);
}

static void assert_problem(City *city, int status, const char *part, Answer answer)
{
    assert_status(status, answer);
    JsonValue problem = answer_json(&city->arena, &answer);
    Str detail = json_text(&city->arena, json_at(problem, "detail"));
    if (str_find(detail, str_from(part)) < 0) {
        print_message("# \"%s\" is not in: %.*s\n", part, SARG(detail));
        assert_true(false);
    }
}

static void an_attribute_of_a_mebibyte_comes_back_whole(void **state)
{
    City *city = *state;
    Str body = repeated(city,
                        "{\"id\":\"urn:ngsi-ld:Sample:1\",\"type\":\"Sample\","
                        "\"text\":{\"type\":\"Property\",\"value\":\"",
                        "0123456789abcdef", 65536, "\"}}");
    assert_status(201, create(city, body));
    assert_true(entity_equal(json_of(city, body), entity(city, ID)));
}

static void a_body_beyond_the_limit_is_413_and_nothing_is_stored(void **state)
{
    City *city = *state;
    Str body = repeated(city,
                        "{\"id\":\"urn:ngsi-ld:Sample:1\",\"type\":\"Sample\","
                        "\"text\":{\"type\":\"Property\",\"value\":\"",
                        "0123456789abcdef", 131072, "\"}}");
    assert_status(413, create(city, body));
    assert_status(404, ask(&city->client, .path = S(ENTITIES "/urn:ngsi-ld:Sample:1")));
    /* Also where the length is not told before. */
    Client client;
    client_init(&client, &city->arena, city->port);
    client_connect(&client);
    client_send(&client, str_fmt(city,
                                 "POST " ENTITIES " HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
                                 "Content-Type: application/json\r\n"
                                 "Transfer-Encoding: chunked\r\n\r\n%zx\r\n",
                                 city->port, body.n));
    client_send(&client, body);
    client_send(&client, S("\r\n0\r\n\r\n"));
    assert_status(413, client_read_answer(&client, false));
    client_done(&client);
    assert_status(200, ask(&city->client, .path = S("/health")));
}

static void nesting_has_an_end(void **state)
{
    City *city = *state;
    Str head = S("{\"id\":\"urn:ngsi-ld:Sample:1\",\"type\":\"Sample\",\"deep\":");
    Buf buf = buf_new(&city->arena, 4 << 20);
    buf_put(&buf, head);
    buf_put(&buf, repeated(city, "{\"type\":\"Property\",\"value\":", "[", 100000, ""));
    assert_status(400, create(city, buf_str(&buf)));
    buf_truncate(&buf, 0);
    buf_put(&buf, head);
    buf_put(&buf, repeated(city, "", "{\"type\":\"Property\",\"value\":1,\"in\":", 20,
                           "{\"type\":\"Property\",\"value\":1}"));
    buf_put(&buf, repeated(city, "", "}", 20, "}"));
    assert_status(400, create(city, buf_str(&buf)));
    assert_status(404, ask(&city->client, .path = S(ENTITIES "/urn:ngsi-ld:Sample:1")));
    buf_truncate(&buf, 0);
    buf_put(&buf, head);
    buf_put(&buf, repeated(city, "{\"type\":\"Property\",\"value\":", "[", 40, "1"));
    buf_put(&buf, repeated(city, "", "]", 40, "}}"));
    assert_status(201, create(city, buf_str(&buf)));
    assert_true(entity_equal(json_of(city, buf_str(&buf)), entity(city, ID)));
}

static void a_batch_has_an_end(void **state)
{
    City *city = *state;
    Buf buf = buf_new(&city->arena, 4 << 20);
    for (int i = 0; i < 1001; i++)
        buf_fmt(&buf, "%c{\"id\":\"urn:ngsi-ld:Sample:%d\",\"type\":\"Sample\"}", i ? ',' : '[', i);
    buf_char(&buf, ']');
    Answer answer =
        ask(&city->client, .path = S(OPERATIONS "/create"), .type = AS_JSON, .body = buf_str(&buf));
    assert_problem(city, 413, "1000", answer);
    assert_status(404, ask(&city->client, .path = S(ENTITIES "/urn:ngsi-ld:Sample:0")));
}

static void what_is_no_json_is_told_by_its_place(void **state)
{
    City *city = *state;
    assert_problem(city, 400, "line 1", create(city, S("{\"id\":")));
    assert_problem(city, 400, "line 2", create(city, S("{\"id\":\"a:b\",\n\"type\":\"\xff\"}")));
    assert_status(400, create(city, S("[]")));
    assert_status(400, create(city, S("{\"id\":\"a:b\",\"type\":\"A\",\"id\":\"a:c\"}")));
    assert_status(
        415, ask(&city->client, .path = S(ENTITIES), .type = S("text/plain"), .body = S("{}")));
    assert_status(400, ask(&city->client, .method = "POST", .path = S(ENTITIES),
                           .headers = S("Content-Type: application/json\r\n")));
}

/* ---- more changes than can wait ---- */

/* core/unit.h: beyond 8192 waiting changes the writer takes no more. */
enum { QUEUE_MAX = 8192, SENDERS = QUEUE_MAX + 600 };

static bool can_open(rlim_t files)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max < files)
        return false;
    limit.rlim_cur = MAX(limit.rlim_cur, files);
    return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

/* As another program would hold the store: the writer waits, and units queue up. */
static sqlite3 *hold_store(City *city)
{
    sqlite3 *db;
    const char *path = city_fmt(city, "%s/hanse.db", city->data);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_busy_timeout(db, 5000), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    return db;
}

static void wait_queued(City *city, int64_t count)
{
    int64_t queued = 0;
    for (int i = 0; i < 900 && queued < count; i++, sleep_ms(5))
        queued = city_metric(city, &city->client, S("units_waiting"));
    assert_true(queued >= count); /* of both queues */
}

static void a_full_queue_says_503_and_when_to_come_again(void **state)
{
    City *city = *state;
    if (!can_open(SENDERS + 100)) {
        print_message("# too few open files are allowed here to fill the queue\n");
        skip();
    }
    Client *senders = arena_array(&city->arena, Client, SENDERS);
    assert_status(201, change(city, "POST", ENTITIES,
                              "{\"id\":\"urn:ngsi-ld:Sample:1\",\"type\":\"Sample\","
                              "\"level\":{\"type\":\"Property\",\"value\":0}}"));
    Request patch = {.method = "PATCH",
                     .path = S(ENTITIES "/urn:ngsi-ld:Sample:1/attrs"),
                     .type = AS_JSON,
                     .body = S("{\"level\":{\"type\":\"Property\",\"value\":1}}")};
    Str text = client_request_text(&city->client, patch);
    for (int i = 0; i < SENDERS; i++) {
        client_init(&senders[i], &city->arena, city->port);
        client_connect(&senders[i]);
    }
    sqlite3 *held = hold_store(city);
    for (int i = 0; i < SENDERS; i++)
        client_send(&senders[i], text);
    wait_queued(city, QUEUE_MAX);
    assert_int_equal(sqlite3_close(held), SQLITE_OK);
    int stored = 0, refused = 0;
    for (int i = 0; i < SENDERS; i++) {
        Answer answer = client_read_answer(&senders[i], false);
        stored += answer.status == 204;
        refused += answer.status == 503;
        if (answer.status == 503)
            assert_true(answer_header(&answer, S("Retry-After")).n > 0);
        client_done(&senders[i]);
    }
    print_message("# %d stored, %d were told to come again\n", stored, refused);
    assert_int_equal(stored + refused, SENDERS);
    assert_true(stored > 0 && refused > 0);
    /* Every one that was acknowledged is in the history, and no other. */
    Str rest = history_values(city, ID, "level");
    int rows = 0;
    for (; rest.p; rows++)
        (void)str_cut(&rest, ' ');
    assert_int_equal(rows, stored + 1);
}

#define OPEN(test) cmocka_unit_test_setup_teardown(test, city_setup_open, city_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        OPEN(one_entity_walks_the_whole_road_and_its_history_has_every_step_once),
        OPEN(batches_change_what_they_can_and_name_what_they_cannot),
        OPEN(what_eight_writers_are_told_is_stored_is_in_the_history_in_their_order),
        OPEN(an_attribute_of_a_mebibyte_comes_back_whole),
        OPEN(a_body_beyond_the_limit_is_413_and_nothing_is_stored),
        OPEN(nesting_has_an_end),
        OPEN(a_batch_has_an_end),
        OPEN(what_is_no_json_is_told_by_its_place),
        OPEN(a_full_queue_says_503_and_when_to_come_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
