/* Power cuts while messages come in by MQTT: what the broker has taken over at QoS 1 is in the
 * history after the next start, since a message is acknowledged after its commit.
 *
 *   program_feed_test                    all points, as TAP
 *   program_feed_test POINT CUT SEED     one point by hand */
#include "program_fault.h"

#include "net/mqtt_rig.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { MESSAGES = 60, SENSORS = 3, LOST_STATUS = 3, HISTORY_WAIT_MS = 10000 };

static void write_mapping(City *city, const RigBroker *broker)
{
    assert_int_equal(mkdir(city->data, 0700), 0);
    assert_int_equal(mkdir(city_path(city, "data/feeds"), 0700), 0);
    city_write_file(city, "data/feeds/fault.json",
                    str_fmt(city,
                            "{\"type\":\"Fault\",\"id\":\"urn:fault:sensor:{1}\",\"attributes\":["
                            "{\"name\":\"n\",\"path\":\"n\",\"number\":true}],\"mqtt\":{"
                            "\"broker\":\"mqtt://127.0.0.1:%u\",\"topics\":[\"fault/+\"],"
                            "\"qos\":1}}",
                            broker->port));
}

static size_t count_seen(City *city, bool *seen)
{
    size_t count = 0;
    memset(seen, 0, MESSAGES + 1);
    for (int sensor = 0; sensor < SENSORS; sensor++) {
        Answer answer =
            ask(&city->client, .path = str_fmt(city,
                                               TEMPORAL "/urn:fault:sensor:%d"
                                                        "?options=temporalValues&lastN=10000",
                                               sensor));
        if (answer.status == 404)
            continue;
        assert_status(200, answer);
        JsonIter it = json_iter(json_at(answer_json(&city->arena, &answer), "n values"));
        while (json_next(&it)) {
            int64_t n = -1;
            JsonIter pair = json_iter(it.value);
            assert_true(json_next(&pair) && json_i64(pair.value, &n));
            assert_true(n >= 0 && n <= MESSAGES);
            count += n > 0 && !seen[n];
            seen[n] = true;
        }
    }
    return count;
}

static void publish(Rig *rig, RigOwner *owner, City *city, int n)
{
    rig_publish(rig, owner, city_fmt(city, "fault/%d", n % SENSORS),
                city_fmt(city, "{\"n\":%d}", n), 1);
}

/* The first life subscribes, and the broker keeps the session from then on. */
static void subscribe_once(City *city, Rig *rig, RigOwner *owner)
{
    city_serve(city, "--open", "--loops", "1");
    int64_t until = now_ms() + HISTORY_WAIT_MS;
    for (int status = 0; status != 200; rig_pass(rig, 20)) {
        assert_true(now_ms() < until);
        publish(rig, owner, city, 0);
        rig_pass(rig, 10);
        status = ask(&city->client, .path = S(ENTITIES "/urn:fault:sensor:0")).status;
    }
    assert_int_equal(city_stop(city), 0);
}

static bool has_ended(const City *city)
{
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)city->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid;
}

static void live(City *city, Rig *rig, RigOwner *owner, const char *control)
{
    const char *options[] = {"--open", "--loops", "1", NULL};
    (void)cut_serve(city, control, options);
    size_t before = owner->published_count;
    for (int n = 1; n <= MESSAGES; n++) {
        publish(rig, owner, city, n);
        rig_pass(rig, 2);
    }
    rig_until(rig, owner->published_count >= before + MESSAGES); /* the broker has them all */
    for (int i = 0; i < 40 && !has_ended(city); i++)
        rig_pass(rig, 5);
    if (!has_ended(city))
        kill(city->pid, SIGUSR2);
    assert_int_equal(city_wait_end(city, 20000), CUT_STATUS);
}

static bool all_arrive(City *city)
{
    bool seen[MESSAGES + 1];
    size_t count = 0;
    for (int64_t until = now_ms() + HISTORY_WAIT_MS; now_ms() < until && count < MESSAGES;
         sleep_ms(10))
        count = count_seen(city, seen);
    for (int n = 1; n <= MESSAGES; n++)
        if (!seen[n])
            print_message("# message %d is in no history\n", n);
    return count == MESSAGES;
}

static int run_point(const char *cut, const char *seed)
{
    void *state;
    Rig rig;
    RigBroker broker;
    RigOwner *owner = calloc(1, sizeof *owner);
    ASSERT(owner);
    city_setup(&state);
    City *city = state;
    rig_init(&rig);
    rig_broker_init(&broker, "allow_anonymous true\n");
    rig_broker_start(&broker);
    MqttClientOptions options = rig_options(&rig, false, "127.0.0.1", broker.port, "sensors");
    rig_open(&rig, owner, &options);
    write_mapping(city, &broker);
    subscribe_once(city, &rig, owner);
    live(city, &rig, owner, city_fmt(city, "cut=%s,seed=%s", cut, seed));
    city_serve(city, "--open", "--loops", "1");
    bool all = all_arrive(city);
    assert_int_equal(city_stop(city), 0);
    store_check(city);
    rig_stop(&rig, owner);
    rig_broker_done(&broker);
    rig_done(&rig);
    city_teardown(&state);
    free(owner);
    return all ? 0 : LOST_STATUS;
}

static void every_message_that_the_broker_took_is_in_history(void **state)
{
    int count = 24 * counts_factor(8);
    Points points = {.self = *state};
    char cut[16], seed[16];
    for (int i = 0; i < count; i++) {
        snprintf(cut, sizeof cut, "%d", 1 + i * 800 / count);
        snprintf(seed, sizeof seed, "%d", i % 3 ? i : 0);
        points_start(&points, (const char *[]){"POINT", cut, seed, NULL});
    }
    points_wait(&points);
    assert_int_equal(points.counts[0], count);
}

int main(int argc, char **argv)
{
    if (argc == 4)
        return run_point(argv[2], argv[3]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(every_message_that_the_broker_took_is_in_history, argv[0]),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
