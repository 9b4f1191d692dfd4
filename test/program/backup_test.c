/* hanse backup and hanse restore, while the city is served and changes. */
#include "program.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

enum { THINGS = 40 };

typedef struct Writer {
    pthread_t thread;
    uint16_t port;
    atomic_bool stop;
    int written;
} Writer;

/* No cmocka in here: it must not fail on another thread. */
static void *keep_writing(void *arg)
{
    Writer *writer = arg;
    Arena arena;
    Client client;
    arena_init(&arena, 64 << 10, 0);
    client_init(&client, &arena, writer->port);
    while (!atomic_load(&writer->stop)) {
        Str body = arena_fmt(&arena, "{\"busy\":{\"type\":\"Property\",\"value\":%d}}",
                             writer->written + 1);
        Answer answer =
            ask(&client, .method = "POST", .path = S(ENTITIES "/urn:ngsi-ld:Sample:0/attrs"),
                .type = AS_JSON, .body = body);
        if (answer.status != 204)
            break;
        writer->written++;
        arena_reset(&arena);
    }
    client_done(&client);
    arena_done(&arena);
    return NULL;
}

static void fill(City *city)
{
    for (int i = 0; i < THINGS; i++) {
        Str body = str_fmt(city,
                           "{\"id\":\"urn:ngsi-ld:Sample:%d\",\"type\":\"Sample\",\"level\":{"
                           "\"type\":\"Property\",\"value\":%d.50},\"place\":{\"type\":"
                           "\"GeoProperty\",\"value\":{\"type\":\"Point\",\"coordinates\":"
                           "[7.4%d,51.5]}}}",
                           i, i, i);
        assert_status(201, ask(&city->client, .path = S(ENTITIES), .type = AS_JSON, .body = body));
        for (int k = 0; k < 3; k++)
            assert_status(
                204, ask(&city->client, .method = "PATCH",
                         .path = str_fmt(city, ENTITIES "/urn:ngsi-ld:Sample:%d/attrs", i),
                         .type = AS_JSON, .body = str_fmt(city, "{\"level\":{\"value\":%d}}", k)));
    }
}

/* What can be asked of things that nobody changes meanwhile, with system times. */
static Str everything(City *city)
{
    Buf buf = buf_new(&city->arena, 16 << 20);
    for (int i = 1; i < THINGS; i++) {
        Answer now = ask(&city->client, .path = str_fmt(city,
                                                        ENTITIES "/urn:ngsi-ld:Sample:%d"
                                                                 "?options=sysAttrs",
                                                        i));
        assert_status(200, now);
        Answer past =
            ask(&city->client, .path = str_fmt(city, TEMPORAL "/urn:ngsi-ld:Sample:%d", i));
        assert_status(200, past);
        buf_put(&buf, now.body);
        buf_put(&buf, past.body);
        buf_char(&buf, '\n');
    }
    return buf_str(&buf);
}

static void a_backup_taken_while_writes_run_restores_to_the_same_city(void **state)
{
    City *city = *state;
    char *file = city_path(city, "city.backup"), *other = city_path(city, "restored");
    city_serve(city, "--open");
    fill(city);
    assert_int_equal(mkdir(city_path(city, "data/theme"), 0700), 0);
    city_write_file(city, "data/theme/logo.svg", S("<svg/>"));
    city_write_file(city, "data/hanse.conf", S("drain = 7\n"));
    Str before = everything(city);
    Writer writer = {.port = city->port};
    assert_int_equal(pthread_create(&writer.thread, NULL, keep_writing, &writer), 0);
    sleep_ms(100);
    Ran ran = city_run(city, "backup", file, "--data", city->data);
    atomic_store(&writer.stop, true);
    pthread_join(writer.thread, NULL);
    assert_ran(0, ran);
    assert_true(writer.written > 0);
    assert_str_equal(before, everything(city));
    assert_ran(73, city_run(city, "backup", file, "--data", city->data));
    assert_int_equal(city_stop(city), 0);

    ran = city_run(city, "restore", file, "--data", other);
    assert_ran(0, ran);
    assert_str("<svg/>", city_read_file(city, city_path(city, "restored/theme/logo.svg")));
    assert_str("drain = 7\n", city_read_file(city, city_path(city, "restored/hanse.conf")));
    snprintf(city->data, sizeof city->data, "%s", other);
    city_serve(city, "--open");
    assert_str_equal(before, everything(city));
    /* Of what changed meanwhile, a moment that was. */
    Answer busy = ask(&city->client, .path = S(ENTITIES "/urn:ngsi-ld:Sample:0"));
    assert_status(200, busy);
    JsonValue attribute;
    int64_t value = 0;
    if (json_find(answer_json(&city->arena, &busy), S("busy"), &attribute))
        assert_true(json_i64(json_at(attribute, "value"), &value));
    assert_in_range(value, 0, writer.written);
    print_message("# %d changes, %lld of them in the backup\n", writer.written, (long long)value);
    /* And it can be written to. */
    assert_status(201, ask(&city->client, .path = S(ENTITIES), .type = AS_JSON,
                           .body = S("{\"id\":\"urn:ngsi-ld:Sample:new\",\"type\":\"Sample\"}")));
}

static void a_city_is_not_restored_over_another(void **state)
{
    City *city = *state;
    char *file = city_path(city, "city.backup");
    city_serve(city, "--open");
    fill(city);
    Str before = everything(city);
    assert_ran(0, city_run(city, "backup", file, "--data", city->data));
    Ran ran = city_run(city, "restore", file, "--data", city->data);
    assert_ran(73, ran);
    assert_true(str_find(ran.err, S("holds a store already")) > 0);
    assert_str_equal(before, everything(city));
    assert_ran(66, city_run(city, "restore", city_path(city, "none"), "--data",
                            city_path(city, "restored")));
}

/* Cut off, overwritten in the middle, or no backup at all: said, and no city comes of it. */
static void a_damaged_backup_is_refused(void **state)
{
    City *city = *state;
    char *file = city_path(city, "city.backup");
    city_serve(city, "--open");
    fill(city);
    assert_ran(0, city_run(city, "backup", file, "--data", city->data));
    Str good = city_read_file(city, file);
    assert_true(good.n > 20000);
    char *bytes = arena_cstr(&city->arena, good);
    memset(bytes + 8192, 0xa5, good.n / 2);
    const Str DAMAGED[] = {
        str_slice(good, 0, good.n / 2), {bytes, good.n}, S("no backup at all"), S("")};
    for (size_t i = 0; i < COUNT_OF(DAMAGED); i++) {
        city_write_file(city, "damaged", DAMAGED[i]);
        char *dir = city_fmt(city, "%s/restored%zu", city->dir, i);
        Ran ran = city_run(city, "restore", city_path(city, "damaged"), "--data", dir);
        print_message("# %zu: %d %.*s\n", i, ran.code, SARG(ran.err));
        assert_int_not_equal(ran.code, 0);
        assert_true(ran.code > 0); /* no crash */
        assert_int_not_equal(access(city_fmt(city, "%s/hanse.db", dir), F_OK), 0);
    }
}

#define IN_A_CITY(test) cmocka_unit_test_setup_teardown(test, city_setup, city_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_CITY(a_backup_taken_while_writes_run_restores_to_the_same_city),
        IN_A_CITY(a_city_is_not_restored_over_another),
        IN_A_CITY(a_damaged_backup_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
