/* Live pages: server-sent events of the real program (WHATWG HTML, 9.2). */
#include "program.h"

#include <stdlib.h>

static Answer patch(City *city, int id, int64_t value)
{
    return ask(&city->client, .method = "PATCH",
               .path = str_fmt(city, ENTITIES "/urn:ngsi-ld:Sample:%d/attrs", id), .type = AS_JSON,
               .body = str_fmt(city, "{\"level\":{\"type\":\"Property\",\"value\":%lld}}",
                               (long long)value));
}

static void create(City *city, int id)
{
    Str body = str_fmt(city,
                       "{\"id\":\"urn:ngsi-ld:Sample:%d\",\"type\":\"Sample\","
                       "\"level\":{\"type\":\"Property\",\"value\":0}}",
                       id);
    assert_status(201, ask(&city->client, .path = S(ENTITIES), .type = AS_JSON, .body = body));
}

/* A stream, with what came and is not yet taken as events. */
typedef struct Stream {
    Client client;
    Buf text;
    size_t at;
} Stream;

static void stream_open(City *city, Stream *stream, Str path)
{
    *stream = (Stream){.text = buf_new(&city->arena, 64 << 20)};
    client_init(&stream->client, &city->arena, city->port);
    client_connect(&stream->client);
    client_send(&stream->client, client_request_text(&stream->client, (Request){.path = path}));
    Answer answer = client_read_head(&stream->client);
    assert_status(200, answer);
    assert_str("text/event-stream", answer_header(&answer, S("Content-Type")));
}

/* The data of the next event; false when none came in time. */
static bool stream_next(City *city, Stream *stream, int wait_ms, JsonValue *ret)
{
    for (int64_t until = now_ms() + wait_ms;;) {
        Str rest = str_from_index(buf_str(&stream->text), stream->at), chunk;
        ptrdiff_t end = str_find(rest, S("\n\n"));
        if (end >= 0) {
            Str event = str_slice(rest, 0, (size_t)end);
            stream->at += (size_t)end + 2;
            ptrdiff_t data = str_find(event, S("data: "));
            if (data < 0)
                continue; /* a comment, or the pause before coming again */
            *ret = json_of(city, arena_copy(&city->arena, str_from_index(event, (size_t)data + 6)));
            return true;
        }
        int64_t left_ms = until - now_ms();
        if (left_ms <= 0 || !client_read_chunk(&stream->client, (int)left_ms, &chunk))
            return false;
        assert_true(chunk.n > 0); /* the stream has not ended */
        buf_put(&stream->text, chunk);
    }
}

/* Waits for the value of the entity; other events are passed over. */
static bool stream_wait(City *city, Stream *stream, int id, int64_t value, int wait_ms)
{
    JsonValue event;
    int64_t raw;
    for (int64_t until = now_ms() + wait_ms; now_ms() < until;)
        if (stream_next(city, stream, (int)(until - now_ms()), &event) &&
            json_text_is(json_at(event, "id"), str_fmt(city, "urn:ngsi-ld:Sample:%d", id)) &&
            json_i64(json_at(event, "raw"), &raw) && raw == value)
            return true;
    return false;
}

static void a_change_is_on_the_page_within_a_second(void **state)
{
    City *city = *state;
    Stream stream, other;
    create(city, 1);
    create(city, 2);
    stream_open(city, &stream, S("/sse?ids=urn:ngsi-ld:Sample:1"));
    stream_open(city, &other, S("/sse?ids=urn:ngsi-ld:Sample:2"));
    for (int i = 1; i <= 3; i++) {
        int64_t since = now_ms();
        assert_status(204, patch(city, 1, 100 + i));
        assert_true(stream_wait(city, &stream, 1, 100 + i, is_sanitized() ? 3000 : 1200));
        print_message("# after %lld ms\n", (long long)(now_ms() - since));
    }
    /* Only what was asked for. */
    JsonValue event;
    while (stream_next(city, &other, 300, &event))
        assert_true(json_text_is(json_at(event, "id"), S("urn:ngsi-ld:Sample:2")));
    assert_status(400, ask(&city->client, .path = S("/sse")));
    client_done(&stream.client);
    client_done(&other.client);
}

static void an_event_tells_what_a_page_needs(void **state)
{
    City *city = *state;
    Stream stream;
    create(city, 1);
    stream_open(city, &stream, S("/sse?ids=urn%3Angsi-ld%3ASample%3A1"));
    assert_status(204, ask(&city->client, .method = "PATCH",
                           .path = S(ENTITIES "/urn:ngsi-ld:Sample:1/attrs"), .type = AS_JSON,
                           .body = S("{\"level\":{\"type\":\"Property\",\"value\":1234.50,"
                                     "\"unitCode\":\"MTR\"}}")));
    JsonValue event;
    do
        assert_true(stream_next(city, &stream, 3000, &event));
    while (!str_eq(json_span(json_at(event, "raw")), S("1234.50")));
    assert_str("urn:ngsi-ld:Sample:1", json_raw(json_at(event, "id")));
    assert_str("level", json_raw(json_at(event, "attr")));
    assert_true(json_is(json_at(event, "unit"), JSON_STRING));
    assert_true(json_is(json_at(event, "text"), JSON_STRING));
    client_done(&stream.client);
}

/* At most one value per entity and second, and the last one is the one that stays. */
static void a_burst_is_thinned_and_its_last_value_wins(void **state)
{
    City *city = *state;
    Stream stream;
    create(city, 1);
    stream_open(city, &stream, S("/sse?ids=urn:ngsi-ld:Sample:1"));
    sleep_ms(1200); /* a quiet second */
    int64_t since = now_ms(), value = 0, raw = 0;
    while (now_ms() - since < 2500)
        assert_status(204, patch(city, 1, ++value));
    int events = 0;
    JsonValue event;
    while (stream_next(city, &stream, 1500, &event)) {
        int64_t before = raw;
        assert_true(json_i64(json_at(event, "raw"), &raw));
        assert_true(raw > before);
        events++;
    }
    int64_t seconds = (now_ms() - since) / 1000;
    print_message("# %lld changes, %d events in %lld s\n", (long long)value, events,
                  (long long)seconds);
    assert_int_equal(raw, value);
    assert_true(events >= 2 && events <= seconds + 1);
    client_done(&stream.client);
}

static void two_hundred_pages_see_the_same(void **state)
{
    enum { PAGES = 200 };
    City *city = *state;
    Stream *pages = arena_array(&city->arena, Stream, PAGES);
    create(city, 1);
    for (int i = 0; i < PAGES; i++)
        stream_open(city, &pages[i], S("/sse?ids=urn:ngsi-ld:Sample:1"));
    assert_int_equal(city_metric(city, &city->client, S("live_clients")), PAGES);
    assert_status(204, patch(city, 1, 4711));
    for (int i = 0; i < PAGES; i++)
        assert_true(stream_wait(city, &pages[i], 1, 4711, 5000));
    for (int i = 0; i < PAGES; i++)
        client_done(&pages[i].client);
    int64_t left = PAGES;
    for (int i = 0; i < 200 && left; i++, sleep_ms(20))
        left = city_metric(city, &city->client, S("live_clients"));
    assert_int_equal(left, 0);
}

static Client sse_client(City *city, uint8_t source, const char *forwarded, int expected)
{
    Client client;
    client_init(&client, &city->arena, city->port);
    client.source = source;
    client_connect(&client);
    Str headers = forwarded ? str_fmt(city, "X-Forwarded-For: %s\r\n", forwarded) : S("");
    Request request = {.path = S("/sse?all=true"), .headers = headers};
    client_send(&client, client_request_text(&client, request));
    Answer answer =
        expected == 200 ? client_read_head(&client) : client_read_answer(&client, false);
    assert_status(expected, answer);
    if (expected == 429) {
        assert_str("60", answer_header(&answer, S("Retry-After")));
        assert_true(answer_has(&answer, S("live pages open")));
    }
    return client;
}

/* Over all loops together, and by the address of the visitor, not of the proxy. */
static void an_address_has_so_many_streams_and_no_more(void **state)
{
    enum { MOST = 5 };
    City *city = *state;
    Client open[MOST], other;
    city_serve(city, "--streams-per-address", "5", "--loops", "2", "--trusted-proxy", "127.0.0.9");
    for (int i = 0; i < MOST; i++)
        open[i] = sse_client(city, 0, NULL, 200);
    for (int i = 0; i < 4; i++) { /* whichever loop they come to */
        other = sse_client(city, 0, NULL, 429);
        client_done(&other);
    }
    other = sse_client(city, 7, NULL, 200);
    client_done(&other);
    for (int i = 0; i < 2 * MOST; i++) {
        other = sse_client(city, 9, city_fmt(city, "2001:db8:0:1::%d", i),
                           i < MOST ? 200 : 429); /* one net of one subscriber */
        if (i < MOST)
            client_done(&open[i]);
        if (i < MOST)
            open[i] = other;
        else
            client_done(&other);
    }
    /* What was closed is free again. */
    for (int i = 0; i < MOST; i++)
        client_done(&open[i]);
    int64_t left = 1;
    for (int i = 0; i < 200 && left; i++, sleep_ms(20))
        left = city_metric(city, &city->client, S("live_clients"));
    assert_int_equal(left, 0);
    for (int i = 0; i < MOST; i++)
        open[i] = sse_client(city, 0, NULL, 200);
    for (int i = 0; i < MOST; i++)
        client_done(&open[i]);
}

#define OPEN(test) cmocka_unit_test_setup_teardown(test, city_setup_open, city_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        OPEN(a_change_is_on_the_page_within_a_second),
        OPEN(an_event_tells_what_a_page_needs),
        OPEN(a_burst_is_thinned_and_its_last_value_wins),
        OPEN(two_hundred_pages_see_the_same),
        cmocka_unit_test_setup_teardown(an_address_has_so_many_streams_and_no_more, city_setup,
                                        city_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
