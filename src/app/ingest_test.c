/* Against a real mosquitto. */
#include "app/ingest.h"

#include "base/log.h"
#include "db/test_db.h"
#include "net/mqtt_rig.h"
#include "systems/entity.h"
#include "systems/history.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>

#define NAME(name) LD_DEFAULT_PREFIX name

typedef struct Fixture {
    Rig rig; /* the publisher's loop */
    RigBroker broker;
    RigOwner publisher;
    TestDb db;
    Cx *cx;
    ContextStore *contexts;
    Writer *writer;
    Log log;
    Clock clock;
    Ingest *ingest;
    char dir[96];
    Db *reader;
    /* What the rule behind every commit saw: see hold_commits. */
    atomic_int held;
    atomic_int let_go;
} Fixture;

/* A projection that keeps the writer inside of a unit until the test lets it go. */
static Err hold_commits(void *user, Cx *cx, const Events *events)
{
    Fixture *f = user;
    (void)cx, (void)events;
    while (atomic_load(&f->held) && !atomic_load(&f->let_go))
        usleep(1000);
    return OK;
}

static void writer_start(Fixture *f, bool twice)
{
    static Projection hold;
    hold = (Projection){"hold", hold_commits, f};
    WriterOptions options = {.where = str_from(f->db.where),
                             .unsafe_no_sync = true,
                             .apply_twice = twice,
                             .log = &f->log,
                             .projections = &hold,
                             .projection_count = 1};
    assert_ok(f->cx, writer_open(f->cx, &options, &f->writer));
}

static void write_feed(Fixture *f, const char *name, const char *text)
{
    FILE *file = fopen(arena_fmt(f->cx->arena, "%s/%s", f->dir, name).p, "we");
    assert_non_null(file);
    for (const char *p = text; *p; p++)
        if (p[0] == '%' && p[1] == 'P' && p++)
            fprintf(file, "%u", f->broker.port);
        else
            fputc(*p == '\'' ? '"' : *p, file);
    assert_int_equal(fclose(file), 0);
}

#define READINGS                                                                                   \
    "{'type':'Room','id':'urn:x:{1}','time':{'field':'t','format':'unix'},'attributes':["          \
    "{'name':'temp','field':'v','number':true}],'mqtt':{'broker':'mqtt://127.0.0.1:%P',"           \
    "'topics':['sensor/+/state']}}"

static void ingest_begin(Fixture *f)
{
    IngestOptions options = {.dir = str_from(f->dir),
                             .installation = S("test"),
                             .writer = f->writer,
                             .contexts = f->contexts,
                             .log = &f->log,
                             .clock = &f->clock};
    assert_ok(f->cx, ingest_start(f->cx, &options, &f->ingest));
}

static void ingest_end(Fixture *f)
{
    ingest_close(f->ingest);
    f->ingest = NULL;
}

static int setup(void **state)
{
    Fixture *f = calloc(1, sizeof *f);
    rig_init(&f->rig);
    f->cx = f->rig.cx;
    rig_broker_init(&f->broker, "allow_anonymous true\n");
    rig_broker_start(&f->broker);
    test_db_open(f->cx, &f->db);
    f->contexts = context_store_new();
    f->log = (Log){.level = LOG_ERROR + 1, .fd = 2};
    f->clock = CLOCK_SYSTEM;
    snprintf(f->dir, sizeof f->dir, "%s/feeds", f->db.dir);
    assert_int_equal(mkdir(f->dir, 0700), 0);
    writer_start(f, false);
    f->reader = test_db_reader(f->cx, &f->db);
    MqttClientOptions options =
        rig_options(&f->rig, false, "127.0.0.1", f->broker.port, "publisher");
    rig_open(&f->rig, &f->publisher, &options);
    rig_until(&f->rig, f->publisher.connected_count > 0);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    Fixture *f = *state;
    atomic_store(&f->let_go, 1);
    ingest_close(f->ingest);
    if (f->writer)
        writer_close(f->writer);
    rig_stop(&f->rig, &f->publisher);
    rig_broker_stop(&f->broker, SIGTERM);
    rig_broker_done(&f->broker);
    context_store_free(f->contexts);
    db_close(f->reader);
    test_db_done(&f->db);
    rig_done(&f->rig);
    free(f);
    return 0;
}

static IngestStatus status(Fixture *f, size_t feed)
{
    IngestStatus *list;
    assert_true(ingest_status(f->ingest, f->cx->arena, &list) > feed);
    return list[feed];
}

/* How many readings the store has of the attribute, seen from another connection. */
static size_t stored(Fixture *f, const char *id, const char *attribute)
{
    Cx cx = *f->cx;
    Entity entity;
    HistorySeries series;
    HistoryCursor cursor;
    HistoryRow row;
    bool found = false, more = true;
    size_t count = 0;
    cx.db = f->reader;
    assert_ok(&cx, entity_find(&cx, str_from(id), &entity, &found));
    if (!found)
        return 0;
    HistorySeriesName name = {.tenant = entity.tenant,
                              .id = entity.id,
                              .key = entity.key,
                              .attribute = str_from(attribute)};
    if (history_series_get(&cx, &name, &series) != OK)
        return 0;
    assert_ok(&cx, history_start(&cx, &series, HISTORY_ALL, false, 0, &cursor));
    while (true) {
        assert_ok(&cx, history_next(&cx, &cursor, &row, &more));
        if (!more)
            break;
        count++;
    }
    history_end(&cursor);
    return count;
}

static void messages_become_entities(void **state)
{
    Fixture *f = *state;
    write_feed(f, "a.json", READINGS);
    write_feed(f, "b.json",
               "{'type':'Noise','id':'urn:n:{1}','attributes':[{'name':'level','path':'$',"
               "'number':true}],'mqtt':{'broker':'mqtt://127.0.0.1:%P','topics':['noise/+'],"
               "'qos':0}}");
    write_feed(f, "c.json",
               "{'type':'Lamp','id':'urn:l:{1}','attributes':[{'name':'on','path':'$','values':"
               "{'ON':true,'OFF':false}}],'mqtt':{'broker':'mqtt://127.0.0.1:%P',"
               "'topics':['lamp/#'],'qos':2,'payload':'text'}}");
    ingest_begin(f);
    rig_until(&f->rig, status(f, 0).connected && status(f, 1).connected && status(f, 2).connected);
    rig_pass(&f->rig, 200);
    for (int i = 0; i < 200; i++)
        rig_publish(&f->rig, &f->publisher, "sensor/hall/state",
                    arena_fmt(f->cx->arena, "{\"t\":%d,\"v\":%d.50}", 1654041600 + i, i).p, 1);
    rig_publish(&f->rig, &f->publisher, "noise/square", "61.5", 0);
    rig_publish(&f->rig, &f->publisher, "lamp/main/7", "ON", 1);
    rig_until(&f->rig,
              status(f, 0).stored == 200 && status(f, 1).stored == 1 && status(f, 2).stored == 1);
    assert_int_equal(stored(f, "urn:x:hall", NAME("temp")), 200);
    assert_int_equal(stored(f, "urn:n:square", NAME("level")), 1);
    assert_int_equal(stored(f, "urn:l:main%2F7", NAME("on")), 1);
    assert_str("a", status(f, 0).name);
    assert_int_equal(status(f, 0).messages, 200);
    assert_int_equal(status(f, 0).refused, 0);
    assert_true(status(f, 0).last_message_us > 0);
}

/* While the writer is inside of the unit nothing is acknowledged; a program that is lost there
 * gets the message again. */
static void a_message_is_acknowledged_only_after_its_commit(void **state)
{
    Fixture *f = *state;
    write_feed(f, "a.json", READINGS);
    ingest_begin(f);
    rig_until(&f->rig, status(f, 0).connected);
    rig_pass(&f->rig, 200);
    atomic_store(&f->held, 1);
    rig_publish(&f->rig, &f->publisher, "sensor/hall/state", "{\"t\":1,\"v\":2}", 1);
    rig_until(&f->rig, status(f, 0).messages == 1);
    rig_pass(&f->rig, 300);
    assert_int_equal(status(f, 0).stored, 0);
    assert_int_equal(stored(f, "urn:x:hall", NAME("temp")), 0);
    /* The broker goes while the message is on its way, and comes back: it was not acknowledged,
     * so it is there again; and it is not stored twice. */
    rig_broker_stop(&f->broker, SIGTERM);
    rig_until(&f->rig, !status(f, 0).connected);
    rig_broker_start(&f->broker);
    rig_until(&f->rig, status(f, 0).messages == 2);
    atomic_store(&f->let_go, 1);
    rig_until(&f->rig, status(f, 0).stored == 2);
    assert_int_equal(stored(f, "urn:x:hall", NAME("temp")), 1);
    assert_int_equal(status(f, 0).readings, 1);
    /* Acknowledged now: the next start of the program sees nothing of it. */
    ingest_end(f);
    ingest_begin(f);
    rig_until(&f->rig, status(f, 0).connected);
    rig_pass(&f->rig, 500);
    assert_int_equal(status(f, 0).messages, 0);
}

static void what_came_while_the_program_was_away_is_not_lost(void **state)
{
    Fixture *f = *state;
    write_feed(f, "a.json", READINGS);
    ingest_begin(f);
    rig_until(&f->rig, status(f, 0).connected);
    rig_pass(&f->rig, 200);
    ingest_end(f);
    for (int i = 0; i < 20; i++)
        rig_publish(&f->rig, &f->publisher, "sensor/hall/state",
                    arena_fmt(f->cx->arena, "{\"t\":%d,\"v\":1}", i).p, 1);
    rig_until(&f->rig, mqtt_client_count_queued(f->publisher.client) == 0);
    ingest_begin(f);
    rig_until(&f->rig, status(f, 0).stored == 20);
    assert_int_equal(stored(f, "urn:x:hall", NAME("temp")), 20);
}

static void poison_does_not_block(void **state)
{
    Fixture *f = *state;
    static const char *const POISON[] = {
        "",          "no json", "{\"t\":\"x\",\"v\":1}", "{\"t\":1,\"v\":\"warm\"}", "[1]",
        "{\"v\":1}", "\xFF"};
    write_feed(f, "a.json", READINGS);
    ingest_begin(f);
    rig_until(&f->rig, status(f, 0).connected);
    rig_pass(&f->rig, 200);
    for (size_t i = 0; i < COUNT_OF(POISON); i++)
        rig_publish(&f->rig, &f->publisher, "sensor/hall/state", POISON[i], 1);
    rig_publish(&f->rig, &f->publisher, "sensor/hall/state", "{\"t\":1,\"v\":3}", 1);
    rig_until(&f->rig, status(f, 0).stored == 1);
    assert_int_equal(status(f, 0).refused, COUNT_OF(POISON));
    assert_true(status(f, 0).last_error.n > 0);
    assert_int_equal(stored(f, "urn:x:hall", NAME("temp")), 1);
    ingest_end(f);
    ingest_begin(f);
    rig_until(&f->rig, status(f, 0).connected);
    rig_pass(&f->rig, 300);
    assert_int_equal(status(f, 0).messages, 0);
}

/* The domain refuses what the mapping let through: acknowledged and counted, too. */
static void a_refusal_of_the_store_is_counted(void **state)
{
    Fixture *f = *state;
    write_feed(f, "a.json",
               "{'type':'Room','id':'urn:x:1','attributes':[{'name':'note','path':'$'}],'mqtt':"
               "{'broker':'mqtt://127.0.0.1:%P','topics':['note'],'payload':'text'}}");
    ingest_begin(f);
    rig_until(&f->rig, status(f, 0).connected);
    rig_pass(&f->rig, 200);
    rig_publish(&f->rig, &f->publisher, "note", "urn:ngsi-ld:null", 1);
    rig_publish(&f->rig, &f->publisher, "note", "fine", 1);
    rig_until(&f->rig, status(f, 0).stored == 1);
    assert_int_equal(status(f, 0).refused, 1);
    assert_true(str_find(status(f, 0).last_error, S("note")) >= 0);
}

static void a_broken_mapping_stops_no_other(void **state)
{
    Fixture *f = *state;
    write_feed(f, "a.json", "{'type':'Room'}");
    write_feed(f, "b.json", READINGS);
    write_feed(f, "files.json",
               "{'type':'T','id':'urn:x:1','attributes':[{'name':'a','field':'a'}]}");
    write_feed(f, "not-a-feed.txt", "hello");
    ingest_begin(f);
    IngestStatus *list;
    assert_int_equal(ingest_status(f->ingest, f->cx->arena, &list), 2);
    assert_str("a", list[0].name);
    assert_true(str_find(list[0].last_error, S("needs an id")) >= 0);
    assert_false(list[0].connected);
    rig_until(&f->rig, status(f, 1).connected);
}

static void a_broker_that_is_not_there_is_told_and_tried_again(void **state)
{
    Fixture *f = *state;
    rig_broker_stop(&f->broker, SIGTERM);
    write_feed(f, "a.json", READINGS);
    ingest_begin(f);
    rig_until(&f->rig, status(f, 0).last_error.n > 0);
    assert_false(status(f, 0).connected);
    rig_broker_start(&f->broker);
    rig_until(&f->rig, status(f, 0).connected);
}

static void no_directory_means_no_feeds(void **state)
{
    Fixture *f = *state;
    IngestStatus *list;
    assert_int_equal(rmdir(f->dir), 0);
    ingest_begin(f);
    assert_int_equal(ingest_status(f->ingest, f->cx->arena, &list), 0);
}

static void every_unit_may_be_applied_twice(void **state)
{
    Fixture *f = *state;
    writer_close(f->writer);
    writer_start(f, true);
    write_feed(f, "a.json", READINGS);
    ingest_begin(f);
    rig_until(&f->rig, status(f, 0).connected);
    rig_pass(&f->rig, 200);
    for (int i = 0; i < 10; i++)
        rig_publish(&f->rig, &f->publisher, "sensor/hall/state",
                    arena_fmt(f->cx->arena, "{\"t\":%d,\"v\":1}", i).p, 1);
    rig_until(&f->rig, status(f, 0).stored == 10);
    assert_int_equal(stored(f, "urn:x:hall", NAME("temp")), 10);
    assert_int_equal(status(f, 0).readings, 10);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(messages_become_entities),
        TEST(a_message_is_acknowledged_only_after_its_commit),
        TEST(what_came_while_the_program_was_away_is_not_lost),
        TEST(poison_does_not_block),
        TEST(a_refusal_of_the_store_is_counted),
        TEST(a_broken_mapping_stops_no_other),
        TEST(a_broker_that_is_not_there_is_told_and_tried_again),
        TEST(no_directory_means_no_feeds),
        TEST(every_unit_may_be_applied_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
