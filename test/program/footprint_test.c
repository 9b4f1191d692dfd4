/* What the program costs: memory and time of its start, memory under readers that do not keep up.
 *
 * The bounds hold for the product as it is shipped, so ./check runs this on the plain build, too;
 * sanitizers keep freed memory for a while and take their own time. */
#include "program.h"

#include <sys/socket.h>

enum {
    SLOW = 20, /* readers */
    ENTITIES_WIDE = 200,
    WARM_UPSERTS = 10,
    WARM_ROUNDS_MAX = 60,
    WARM_STILL_BYTES = 512 << 10
};

static int64_t resident_kib(City *city)
{
    return city_metric(city, &city->client, S("resident_bytes")) / 1024;
}

static void an_empty_city_starts_fast_and_is_small(void **state)
{
    enum { STARTS = 5 };
    City *city = *state;
    city->once = true;
    int fastest_ms = 1 << 20;
    for (int i = 0; i < STARTS; i++) {
        city_serve(city, NULL);
        print_message("# started after %d ms\n", city->start_ms);
        fastest_ms = MIN(fastest_ms, city->start_ms);
        if (i < STARTS - 1)
            assert_int_equal(city_stop(city), 0);
    }
    assert_status(200, ask(&city->client, .path = S("/")));
    int64_t kib = resident_kib(city);
    print_message("# %lld KiB resident%s\n", (long long)kib,
                  is_sanitized() ? ", with sanitizers" : "");
    assert_true(kib > 1000);
    if (!is_sanitized()) {
        assert_true(kib < 30 * 1024);
        assert_true(fastest_ms <= 100);
    }
}

static Request wide_upsert(City *city)
{
    Buf batch = buf_new(&city->arena, 16 << 20);
    for (int i = 0; i < ENTITIES_WIDE; i++) {
        buf_fmt(&batch,
                "%c{\"id\":\"urn:ngsi-ld:Sample:%d\",\"type\":\"Sample\",\"text\":{"
                "\"type\":\"Property\",\"value\":\"",
                i ? ',' : '[', i);
        for (int k = 0; k < 200; k++)
            buf_put(&batch, S("0123456789"));
        buf_put(&batch, S("\"}}"));
    }
    buf_char(&batch, ']');
    return (Request){.path = S(OPERATIONS "/upsert"), .type = AS_JSON, .body = buf_str(&batch)};
}

/* Writes until the store's caches are full (the writer's alone holds 32 MiB), so that what grows
 * afterwards is not theirs. What was written at a time is what a reader would be sent. */
static int64_t fill_caches(City *city, Request upsert)
{
    int64_t most = 0, grown = 1;
    assert_status(201, client_ask(&city->client, upsert));
    for (int round = 0; grown > 0 && round < WARM_ROUNDS_MAX; round++) {
        for (int i = 0; i < WARM_UPSERTS; i++)
            assert_status(204, client_ask(&city->client, upsert));
        int64_t now = city_metric(city, &city->client, S("resident_bytes"));
        grown = now - most - WARM_STILL_BYTES;
        most = MAX(most, now);
    }
    assert_true(grown <= 0);
    return most;
}

/* Who does not read loses values; the program keeps no more than a ring for him. */
static void slow_readers_lose_values_and_cost_no_memory(void **state)
{
    City *city = *state;
    Client slow[SLOW];
    Request upsert = wide_upsert(city);
    int64_t before = fill_caches(city, upsert), most = 0;
    for (int i = 0; i < SLOW; i++) {
        client_init(&slow[i], &city->arena, city->port);
        client_connect(&slow[i]);
        int small = 4096;
        setsockopt(slow[i].fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
        Request request = {.path = S("/sse?all=true")};
        client_send(&slow[i], client_request_text(&slow[i], request));
        assert_status(200, client_read_head(&slow[i]));
    }
    /* 400 KB a second for each of them: 64 MB, were they kept. */
    for (int64_t since = now_ms(); now_ms() - since < 8000; sleep_ms(250)) {
        assert_status(204, client_ask(&city->client, upsert));
        most = MAX(most, city_metric(city, &city->client, S("resident_bytes")));
    }
    int64_t dropped = city_metric(city, &city->client, S("live_dropped_total"));
    print_message("# %lld KiB, then at most %lld KiB; %lld values dropped\n",
                  (long long)before / 1024, (long long)most / 1024, (long long)dropped);
    assert_true(dropped > 0);
    if (!is_sanitized()) /* which keep freed memory for a while */
        assert_true(most - before < 16 << 20);
    for (int i = 0; i < SLOW; i++)
        client_done(&slow[i]);
}

static int setup_once(void **state)
{
    city_setup(state);
    City *city = *state;
    city->once = true; /* as shipped */
    city_serve(city, "--open");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_empty_city_starts_fast_and_is_small, city_setup,
                                        city_teardown),
        cmocka_unit_test_setup_teardown(slow_readers_lose_values_and_cost_no_memory, setup_once,
                                        city_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
