/* Power cuts while messages come in by MQTT: what the broker has taken over at QoS 1 is in the
 * history after the next start, since a message is acknowledged after its commit.
 *
 * A chain is one broker and one store through several lives, each of which ends by a cut of its own
 * while it takes in what the lives before had left over. A message that was acknowledged and lost
 * is not sent again by the broker, so the history at the end of the chain tells about all of its
 * cuts.
 *
 *   program_feed_test                                     all chains, as TAP
 *   program_feed_test CHAIN FIRST STEP LIVES SEED [OPTION]     one chain by hand: life i is cut at
 *       the (FIRST + i * STEP)-th write or sync. Ends with 0, or with LOST_STATUS. */
#include "program_fault.h"

#include "net/mqtt_rig.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum {
    LIVES = 10,    /* of a chain */
    MESSAGES = 60, /* of a life */
    MESSAGES_MAX = LIVES * MESSAGES,
    EVENTS = 250, /* writes and syncs of a life, about; it is cut by hand where it has fewer */
    SENSORS = 3,
    LOST_STATUS = 3,
    HISTORY_WAIT_MS = 10000,
    LOST_WAIT_MS = 2000
};

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
    memset(seen, 0, MESSAGES_MAX + 1);
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
            assert_true(n >= 0 && n <= MESSAGES_MAX);
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

/* Publishes until the power goes; it is cut by hand where the server never comes to its cut. The
 * number of the last message. */
static int live(City *city, Rig *rig, RigOwner *owner, const char *control, const char *option,
                int last)
{
    const char *options[] = {"--open", "--loops", "1", option, NULL};
    (void)cut_serve(city, control, options);
    size_t before = owner->published_count;
    int n = 0;
    for (bool ended = false; n < MESSAGES && !ended; n++) {
        publish(rig, owner, city, last + n + 1);
        rig_pass(rig, 2);
        ended = has_ended(city);
    }
    rig_until(rig, owner->published_count >= before + (size_t)n); /* the broker has them all */
    for (int i = 0; i < 20 && !has_ended(city); i++)
        rig_pass(rig, 5);
    if (!has_ended(city))
        kill(city->pid, SIGUSR2);
    assert_int_equal(city_wait_end(city, 20000), CUT_STATUS);
    return last + n;
}

static bool all_arrive(City *city, int last, int wait_ms)
{
    bool seen[MESSAGES_MAX + 1];
    size_t count = 0;
    for (int64_t until = now_ms() + wait_ms; now_ms() < until && count < (size_t)last; sleep_ms(10))
        count = count_seen(city, seen);
    if (count < (size_t)last)
        print_message("# %d of %d messages are in no history\n", last - (int)count, last);
    return count == (size_t)last;
}

typedef struct Chain {
    int64_t first, step, lives, seed; /* seed 0: nothing of what is not synced survives */
    const char *option;
} Chain;

static int run_lives(City *city, Rig *rig, RigOwner *owner, const Chain *chain)
{
    int last = 0;
    for (int64_t i = 0; i < chain->lives; i++) {
        int64_t seed = chain->seed && i % 3 ? chain->seed + i : 0;
        const char *control =
            city_fmt(city, "cut=%lld,seed=%lld", (long long)(chain->first + i * chain->step),
                     (long long)seed);
        last = live(city, rig, owner, control, chain->option, last);
    }
    return last;
}

static int run_chain(const Chain *chain)
{
    void *state;
    Rig rig;
    RigBroker broker;
    RigOwner *owner = calloc(1, sizeof *owner);
    ASSERT(owner && chain->lives <= LIVES);
    city_setup(&state);
    City *city = state;
    rig_init(&rig);
    rig_broker_init(&broker, "allow_anonymous true\nmax_queued_messages 0\n");
    rig_broker_start(&broker);
    MqttClientOptions options = rig_options(&rig, false, "127.0.0.1", broker.port, "sensors");
    rig_open(&rig, owner, &options);
    write_mapping(city, &broker);
    subscribe_once(city, &rig, owner);
    int last = run_lives(city, &rig, owner, chain);
    city_serve(city, "--open", "--loops", "1");
    bool all = all_arrive(city, last, chain->option ? LOST_WAIT_MS : HISTORY_WAIT_MS);
    assert_int_equal(city_stop(city), 0);
    store_check(city);
    rig_stop(&rig, owner);
    rig_broker_done(&broker);
    rig_done(&rig);
    city_teardown(&state);
    free(owner);
    return all ? 0 : LOST_STATUS;
}

static Points run_chains(const char *self, int chains, int lives, const char *option)
{
    Points points = {.self = self};
    char first[16], step[16], count[16], seed[16];
    for (int i = 0; i < chains; i++) {
        /* Each chain has early and late cuts; where two have the same, their seeds differ. */
        snprintf(first, sizeof first, "%d", 1 + i * EVENTS / (chains * lives));
        snprintf(step, sizeof step, "%d", EVENTS / lives);
        snprintf(count, sizeof count, "%d", lives);
        snprintf(seed, sizeof seed, "%d", option ? 0 : 1 + i * lives);
        points_start(&points, (const char *[]){"CHAIN", first, step, count, seed, option, NULL});
    }
    points_wait(&points);
    return points;
}

static void every_message_that_the_broker_took_is_in_history(void **state)
{
    int chains = 200 / LIVES * counts_factor(5);
    Points points = run_chains(*state, chains, LIVES, NULL);
    print_message("# %d power cuts\n", points.counts[0] * LIVES);
    assert_int_equal(points.counts[LOST_STATUS], 0);
    assert_int_equal(points.counts[0], chains);
}

static void without_syncs_acknowledged_messages_are_lost(void **state)
{
    enum { COUNT = 4 };
    Points points = run_chains(*state, COUNT, 1, "--test-no-sync");
    assert_int_equal(points.counts[LOST_STATUS] + points.counts[0], COUNT);
    assert_true(points.counts[LOST_STATUS] >= COUNT / 2);
}

int main(int argc, char **argv)
{
    Chain chain = {.option = argc > 6 ? argv[6] : NULL};
    if (argc >= 6 && str_to_i64(str_from(argv[2]), &chain.first) &&
        str_to_i64(str_from(argv[3]), &chain.step) && str_to_i64(str_from(argv[4]), &chain.lives) &&
        str_to_i64(str_from(argv[5]), &chain.seed))
        return run_chain(&chain);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(every_message_that_the_broker_took_is_in_history, argv[0]),
        cmocka_unit_test_prestate(without_syncs_acknowledged_messages_are_lost, argv[0]),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
