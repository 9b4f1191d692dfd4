#include "systems/feed_take.h"

#include "db/test_db.h"

#define MINUTE (60 * TIME_SECOND_US)
#define NAME(name) LD_DEFAULT_PREFIX name

typedef struct Fixture {
    TestCx t;
    TestDb db;
    Cx *cx;
    ContextStore *contexts;
    Feed *feed;
    FeedTaken taken; /* by the last take */
    size_t events;
} Fixture;

static int setup(void **state, DbEngine engine)
{
    Fixture *f = calloc(1, sizeof *f);
    f->cx = test_cx_init(&f->t);
    test_db_open_on(f->cx, engine, &f->db);
    f->contexts = context_store_new();
    Str mapping = S("{\"type\":\"Room\",\"id\":\"urn:x:{id}\",\"time\":{\"field\":\"t\",\"format\":"
                    "\"unix\"},\"attributes\":[{\"name\":\"temp\",\"field\":\"v\",\"number\":true,"
                    "\"unit\":\"CEL\"},{\"name\":\"text\",\"field\":\"s\"},{\"name\":\"floor\","
                    "\"field\":\"f\",\"observed\":false}]}");
    assert_ok(f->cx, feed_parse(f->cx, f->contexts, mapping, &f->feed));
    *state = f;
    return 0;
}

static int setup_sqlite(void **state)
{
    return setup(state, DB_SQLITE);
}

static int setup_postgres(void **state)
{
    return setup(state, DB_POSTGRES);
}

static int teardown(void **state)
{
    Fixture *f = *state;
    context_store_free(f->contexts);
    test_db_done(&f->db);
    test_cx_done(&f->t);
    free(f);
    return 0;
}

static int64_t start_us(void)
{
    return INT64_C(1654041600000000);
}

/* "A 0 21.5; A 1 22": entity, minute, value. Single words are texts, "f=2" is the floor. */
static FeedBatch batch_of(Fixture *f, const char *text)
{
    FeedBatch batch = {0};
    uint32_t row = 0;
    for (Str rest = str_from(text); rest.p; row++) {
        Str line = str_trim(str_cut(&rest, ';'));
        Str id = str_cut(&line, ' '), minute = str_cut(&line, ' ');
        double number;
        int64_t at;
        bool number_told = str_to_f64(line, &number);
        const char *quote = number_told ? "" : "\"";
        const char *member = number_told ? "v" : str_starts(line, S("f=")) ? "f" : "s";
        assert_true(str_to_i64(minute, &at));
        Str record = arena_fmt(f->cx->arena, "{\"id\":\"%.*s\",\"t\":%lld,\"%s\":%s%.*s%s}",
                               SARG(id), (long long)(start_us() / TIME_SECOND_US + at * 60), member,
                               quote, SARG(line), quote);
        Json doc;
        assert_ok(f->cx, json_parse(f->cx, record, &doc));
        FeedRecord r = {.json = json_root(&doc), .received_us = INT64_MIN, .row = row};
        assert_int_equal(feed_map(f->cx, f->feed, &r, &batch), FEED_TAKEN);
    }
    return batch;
}

/* Applies as a unit does: once, rolled back, and again. */
static void take(Fixture *f, const char *text)
{
    FeedBatch batch = batch_of(f, text);
    FeedTaken first = {0};
    Events events = {.arena = f->cx->arena};
    f->taken = (FeedTaken){0};
    assert_ok(f->cx, db_begin(f->cx));
    assert_ok(f->cx, db_savepoint(f->cx));
    assert_ok(f->cx, feed_take(f->cx, f->feed, batch.readings, batch.count, &events, &first));
    assert_ok(f->cx, db_rollback_to(f->cx));
    assert_ok(f->cx, db_savepoint(f->cx));
    events = (Events){.arena = f->cx->arena};
    assert_ok(f->cx, feed_take(f->cx, f->feed, batch.readings, batch.count, &events, &f->taken));
    assert_ok(f->cx, db_release(f->cx));
    assert_ok(f->cx, db_commit(f->cx));
    assert_memory_equal(&first, &f->taken, sizeof first);
    f->events = events.count;
}

/* A series as "minute=value ". */
static Str series(Fixture *f, const char *id, const char *attribute)
{
    Entity entity;
    HistorySeries found;
    HistoryCursor cursor;
    Buf buf = buf_new(f->cx->arena, 1 << 16);
    Str name = arena_fmt(f->cx->arena, NAME("%s"), attribute);
    assert_ok(f->cx, entity_get(f->cx, arena_fmt(f->cx->arena, "urn:x:%s", id), &entity));
    HistorySeriesName which = {
        .tenant = entity.tenant, .id = entity.id, .key = entity.key, .attribute = name};
    assert_ok(f->cx, history_series_get(f->cx, &which, &found));
    assert_ok(f->cx, history_start(f->cx, &found, HISTORY_ALL, false, 0, &cursor));
    for (bool row = true;;) {
        HistoryRow r;
        assert_ok(f->cx, history_next(f->cx, &cursor, &r, &row));
        if (!row)
            break;
        buf_i64(&buf, (r.at_us - start_us()) / MINUTE);
        buf_char(&buf, '=');
        history_put_value(&buf, &r);
        buf_char(&buf, ' ');
    }
    history_end(&cursor);
    return buf_str(&buf);
}

static Str current(Fixture *f, const char *id, const char *attribute)
{
    Entity entity;
    JsonValue instance, value;
    Str name = arena_fmt(f->cx->arena, NAME("%s"), attribute);
    assert_ok(f->cx, entity_get(f->cx, arena_fmt(f->cx->arena, "urn:x:%s", id), &entity));
    assert_true(entity_instance(&entity, name, (Str){0}, &instance));
    assert_true(json_find(instance, S("value"), &value));
    return json_span(value);
}

static void the_newest_reading_is_current_and_all_are_history(void **state)
{
    Fixture *f = *state;
    take(f, "A 2 22.50; A 0 20; B 1 5; A 1 21; A 1 hello");
    assert_int_equal(f->taken.created, 2);
    assert_int_equal(f->taken.readings, 5);
    assert_int_equal(f->events, 2);
    assert_str("22.50", current(f, "A", "temp"));
    assert_str("0=20 1=21 2=22.50 ", series(f, "A", "temp"));
    assert_str("1=\"hello\" ", series(f, "A", "text"));
    assert_str("1=5 ", series(f, "B", "temp"));
}

static void a_late_reading_leaves_the_current_value_and_fires_nothing(void **state)
{
    Fixture *f = *state;
    take(f, "A 10 1");
    take(f, "A 5 2; A 7 3");
    assert_int_equal(f->events, 0);
    assert_int_equal(f->taken.readings, 2);
    assert_str("1", current(f, "A", "temp"));
    assert_str("5=2 7=3 10=1 ", series(f, "A", "temp"));
    take(f, "A 11 4; A 6 5");
    assert_int_equal(f->events, 1);
    assert_str("4", current(f, "A", "temp"));
    assert_str("5=2 6=5 7=3 10=1 11=4 ", series(f, "A", "temp"));
}

static void what_is_known_is_not_told_again(void **state)
{
    Fixture *f = *state;
    const char *text = "A 0 1; A 1 2.0; A 1 three; A 2 3; B 9 9; A 0 f=2";
    take(f, text);
    for (int i = 0; i < 3; i++) {
        take(f, text);
        assert_int_equal(f->taken.readings, 0);
        assert_int_equal(f->taken.known, 6);
        assert_int_equal(f->taken.created, 0);
        assert_int_equal(f->events, 0);
    }
    /* The same number in other digits, and the same reading twice in one unit. */
    take(f, "A 1 2; A 5 7; A 5 7; A 5 7.0");
    assert_int_equal(f->taken.readings, 1);
    assert_int_equal(f->taken.known, 3);
    assert_str("0=1 1=2.0 2=3 5=7 ", series(f, "A", "temp"));
}

static void another_value_at_the_same_time_is_kept_once(void **state)
{
    Fixture *f = *state;
    take(f, "A 1 10; A 1 11; A 2 5");
    assert_str("1=10 1=11 2=5 ", series(f, "A", "temp"));
    take(f, "A 1 11; A 1 10; A 1 12; A 2 6");
    assert_int_equal(f->taken.readings, 2);
    assert_int_equal(f->taken.known, 2);
    assert_str("1=10 1=11 1=12 2=5 2=6 ", series(f, "A", "temp"));
    assert_str("5", current(f, "A", "temp"));
    take(f, "A 1 12; A 1 11; A 2 6; A 1 10; A 2 5");
    assert_int_equal(f->taken.readings, 0);
}

static void a_value_without_time_changes_only_when_it_differs(void **state)
{
    Fixture *f = *state;
    take(f, "A 0 f=1; A 1 f=2");
    assert_str("\"f=2\"", current(f, "A", "floor"));
    assert_int_equal(f->events, 1);
    take(f, "A 2 f=2");
    assert_int_equal(f->events, 0);
    assert_int_equal(f->taken.known, 1);
    take(f, "A 3 f=3");
    assert_int_equal(f->events, 1);
    assert_str("\"f=3\"", current(f, "A", "floor"));
}

/* Whatever the order and the cut into units, and however often: history is the same set. */
static void history_is_the_same_in_every_order(void **state)
{
    Fixture *f = *state;
    enum { READINGS = 400, UNITS = 30 };
    uint32_t seed = 7;
    Buf want = buf_new(f->cx->arena, 1 << 16);
    for (int i = 0; i < READINGS; i++)
        buf_fmt(&want, "%d=%d ", i, i % 13);
    for (int unit = 0; unit < UNITS; unit++) {
        Buf text = buf_new(f->cx->arena, 1 << 16);
        for (int i = 0; i < READINGS; i++) {
            seed = seed * 1664525u + 1013904223u;
            int at = unit == UNITS - 1 ? i : (int)((seed >> 8) % READINGS);
            if (unit == UNITS - 1 || (seed >> 20) % 8 == 0)
                buf_fmt(&text, "%sA %d %d", text.n ? ";" : "", at, at % 13);
        }
        take(f, arena_cstr(f->cx->arena, buf_str(&text)));
    }
    assert_str_equal(buf_str(&want), series(f, "A", "temp"));
    assert_str("9", current(f, "A", "temp"));
}

/* A clock that stands still must not make every reading dearer than the one before. */
static void a_time_with_very_many_values_is_still_taken(void **state)
{
    Fixture *f = *state;
    Buf text = buf_new(f->cx->arena, 1 << 16);
    for (int i = 0; i < 600; i++)
        buf_fmt(&text, "%sA 5 %d", i ? ";" : "", i);
    take(f, arena_cstr(f->cx->arena, buf_str(&text)));
    assert_int_equal(f->taken.readings, 600);
    take(f, "A 5 3; A 5 1000; A 6 1; A 4 2");
    assert_int_equal(f->taken.known, 1);
    assert_int_equal(f->taken.readings, 3);
    assert_str("1", current(f, "A", "temp"));
}

/* ---- whole entities ---- */

static void take_entity(Fixture *f, const char *text)
{
    Json doc;
    EntityInput input;
    char *body = arena_cstr(f->cx->arena, str_from(text));
    for (char *c = body; *c; c++)
        if (*c == '\'')
            *c = '"';
    assert_ok(f->cx, json_parse(f->cx, str_from(body), &doc));
    assert_ok(f->cx, entity_input_read(f->cx, context_core(f->contexts), json_root(&doc),
                                       (InputOptions){0}, &input));
    Events events = {.arena = f->cx->arena};
    f->taken = (FeedTaken){0};
    assert_ok(f->cx, db_begin(f->cx));
    assert_ok(f->cx, feed_take_entity(f->cx, &input, &events, &f->taken));
    assert_ok(f->cx, db_commit(f->cx));
    f->events = events.count;
}

static void an_entity_that_is_told_again_changes_nothing(void **state)
{
    Fixture *f = *state;
    const char *text =
        "{'id':'urn:x:A','type':'Room','temp':{'type':'Property','value':21.0,'observedAt':"
        "'2022-06-01T00:10:00Z','accuracy':{'type':'Property','value':0.1}},'name':'Hall',"
        "'seats':[{'type':'Property','value':1},{'type':'Property','value':2,'datasetId':'urn:d:2'}"
        "]}";
    take_entity(f, text);
    assert_int_equal(f->taken.created, 1);
    assert_int_equal(f->taken.readings, 4);
    take_entity(f, text);
    assert_int_equal(f->taken.readings, 0);
    assert_int_equal(f->taken.known, 4);
    assert_int_equal(f->events, 0);
    assert_str("10=21.0 ", series(f, "A", "temp"));
}

static void an_older_instance_of_an_entity_goes_to_history_once(void **state)
{
    Fixture *f = *state;
    take_entity(f, "{'id':'urn:x:A','type':'Room','temp':{'type':'Property','value':21,"
                   "'observedAt':'2022-06-01T00:10:00Z'}}");
    for (int i = 0; i < 2; i++) {
        take_entity(f, "{'id':'urn:x:A','type':'Room','temp':{'type':'Property','value':19,"
                       "'observedAt':'2022-06-01T00:05:00Z'}}");
        assert_int_equal(f->taken.readings, i == 0);
    }
    assert_str("21", current(f, "A", "temp"));
    assert_str("5=19 10=21 ", series(f, "A", "temp"));
    take_entity(f, "{'id':'urn:x:A','type':['Room','Hall'],'temp':{'type':'Property','value':23,"
                   "'observedAt':'2022-06-01T00:15:00Z'},'note':'new'}");
    assert_int_equal(f->taken.readings, 2);
    assert_str("23", current(f, "A", "temp"));
    assert_str("\"new\"", current(f, "A", "note"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BOTH(the_newest_reading_is_current_and_all_are_history, teardown),
        TEST_ON_BOTH(a_late_reading_leaves_the_current_value_and_fires_nothing, teardown),
        TEST_ON_BOTH(what_is_known_is_not_told_again, teardown),
        TEST_ON_BOTH(another_value_at_the_same_time_is_kept_once, teardown),
        TEST_ON_BOTH(a_value_without_time_changes_only_when_it_differs, teardown),
        TEST_ON_BOTH(history_is_the_same_in_every_order, teardown),
        TEST_ON_BOTH(a_time_with_very_many_values_is_still_taken, teardown),
        TEST_ON_BOTH(an_entity_that_is_told_again_changes_nothing, teardown),
        TEST_ON_BOTH(an_older_instance_of_an_entity_goes_to_history_once, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
