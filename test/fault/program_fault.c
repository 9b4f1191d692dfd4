#include "program_fault.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { POINTS_AT_ONCE = 2, SERVE_WAIT_MS = 30000, LIST_PAGE = 1000 };

/* ---- steps ---- */

typedef enum StepKind { KIND_CREATE, KIND_PATCH, KIND_BATCH } StepKind;

static StepKind kind_of(int step)
{
    return step % 4 == 0 ? KIND_CREATE : step % 4 == 2 && step > 2 ? KIND_BATCH : KIND_PATCH;
}

static Str entity_text(City *city, const char *id, const char *type, int step)
{
    return str_fmt(city,
                   "{\"id\":\"%s\",\"type\":\"%s\",\"n\":{\"type\":\"Property\",\"value\":%d},"
                   "\"note\":{\"type\":\"Property\",\"value\":\"as sent\"}}",
                   id, type, step);
}

static Str batch_text(City *city, int lane, int step)
{
    Buf buf = buf_new(&city->arena, 4096);
    for (int i = 0; i < BATCH; i++) {
        buf_put(&buf, i ? S(",") : S("["));
        buf_put(&buf, entity_text(city, city_fmt(city, "urn:fault:%d:batch:%d", lane, i),
                                  "FaultBatch", step));
    }
    buf_put(&buf, S("]"));
    return buf_str(&buf);
}

static Request step_request(City *city, int lane, int step)
{
    const char *own = city_fmt(city, "urn:fault:%d:own", lane);
    if (step == 1)
        return (Request){
            .path = S(ENTITIES), .type = AS_JSON, .body = entity_text(city, own, "FaultOwn", step)};
    switch (kind_of(step)) {
    case KIND_CREATE:
        return (Request){.path = S(ENTITIES),
                         .type = AS_JSON,
                         .body =
                             entity_text(city, city_fmt(city, "urn:fault:%d:create:%d", lane, step),
                                         city_fmt(city, "FaultCreate%d", lane), step)};
    case KIND_BATCH:
        return (Request){
            .path = S(OPERATIONS "/upsert"), .type = AS_JSON, .body = batch_text(city, lane, step)};
    case KIND_PATCH:
        break;
    }
    return (Request){.method = "PATCH",
                     .path = str_fmt(city, ENTITIES "/%s/attrs/n", own),
                     .type = AS_JSON,
                     .body = str_fmt(city, "{\"type\":\"Property\",\"value\":%d}", step)};
}

static void lane_send(City *city, Promises *promises, int at)
{
    Lane *lane = &promises->lanes[at];
    int step = lane->steps + 1;
    assert_true(step < STEPS_MAX);
    /* The entity of the first step must be there before it is changed. */
    if (step == 2 && lane->state[1] != STEP_STORED)
        step = 1;
    lane->steps = step;
    lane->state[step] = STEP_UNKNOWN;
    client_send(&lane->client, client_request_text(&lane->client, step_request(city, at, step)));
}

/* The first step may have been stored without anybody having heard of it. */
static bool is_stored(const Lane *lane, Answer answer)
{
    return (answer.status >= 200 && answer.status < 300) ||
           (lane->steps == 1 && answer.status == 409);
}

static bool lane_receive(Promises *promises, Lane *lane)
{
    Answer answer = client_read_answer(&lane->client, false);
    if (answer.status == 0)
        return false;
    if (is_stored(lane, answer)) {
        lane->state[lane->steps] = STEP_STORED;
        return true;
    }
    assert_status(503, answer);
    lane->state[lane->steps] = STEP_REFUSED;
    promises->refused++;
    promises->refusal = answer;
    return true;
}

void promises_init(Promises *promises)
{
    *promises = (Promises){0};
    for (int i = 0; i < LANES; i++)
        promises->lanes[i].client.fd = -1;
}

/* Not client_connect: here the server may be gone already. */
static bool lane_connect(const City *city, Client *client)
{
    int on = 1;
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(city->port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(client->fd >= 0);
    setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return connect(client->fd, (struct sockaddr *)&to, sizeof to) == 0;
}

bool promises_connect(City *city, Promises *promises)
{
    for (int i = 0; i < LANES; i++) {
        client_init(&promises->lanes[i].client, &city->arena, city->port);
        if (!lane_connect(city, &promises->lanes[i].client))
            return false;
    }
    return true;
}

void promises_disconnect(Promises *promises)
{
    for (int i = 0; i < LANES; i++)
        client_done(&promises->lanes[i].client);
}

bool promises_round(City *city, Promises *promises, void (*between)(City *city))
{
    bool all = true;
    for (int i = 0; i < LANES; i++)
        lane_send(city, promises, i);
    if (between)
        between(city);
    for (int i = 0; i < LANES; i++)
        all &= lane_receive(promises, &promises->lanes[i]);
    return all;
}

int promises_stored(const Promises *promises)
{
    int count = 0;
    for (int i = 0; i < LANES; i++)
        for (int step = 1; step <= promises->lanes[i].steps; step++)
            count += promises->lanes[i].state[step] == STEP_STORED;
    return count;
}

/* ---- what the server knows ---- */

typedef struct Seen {
    bool step[STEPS_MAX];
    int last; /* the newest in history; 0 for none */
} Seen;

static void seen_add(Seen *seen, JsonValue value)
{
    int64_t step;
    assert_true(json_i64(value, &step));
    assert_true(step > 0 && step < STEPS_MAX);
    seen->step[step] = true;
    seen->last = (int)step;
}

/* The history of one entity's "n", and that its end is the current value. */
static Seen *history_of(City *city, const char *id)
{
    Seen *seen = arena_new(&city->arena, Seen);
    Answer now = ask(&city->client, .path = str_fmt(city, ENTITIES "/%s", id));
    Answer then = ask(&city->client, .path = str_fmt(city,
                                                     TEMPORAL "/%s?options=temporalValues"
                                                              "&attrs=n&lastN=10000",
                                                     id));
    if (now.status == 404) {
        assert_status(404, then);
        return seen;
    }
    assert_status(200, now);
    assert_status(200, then);
    JsonIter it = json_iter(json_at(answer_json(&city->arena, &then), "n values"));
    while (json_next(&it)) {
        JsonIter pair = json_iter(it.value);
        assert_true(json_next(&pair));
        seen_add(seen, pair.value);
    }
    int64_t current;
    assert_true(json_i64(json_at(answer_json(&city->arena, &now), "n value"), &current));
    assert_int_equal(current, seen->last);
    return seen;
}

static Seen *created_of(City *city, int lane)
{
    Seen *seen = arena_new(&city->arena, Seen);
    for (int offset = 0, count = LIST_PAGE; count == LIST_PAGE; offset += count) {
        Answer page = ask(&city->client,
                          .path = str_fmt(city, ENTITIES "?type=FaultCreate%d&limit=%d&offset=%d",
                                          lane, LIST_PAGE, offset));
        assert_status(200, page);
        JsonValue list = answer_json(&city->arena, &page);
        count = (int)json_count(list);
        for (JsonIter it = json_iter(list); json_next(&it);) {
            seen_add(seen, json_at(it.value, "n value"));
            assert_str("as sent", json_raw(json_at(it.value, "note value")));
        }
    }
    return seen;
}

/* Of the steps of one kind: how many are lost. */
static int compare(const Promises *promises, int lane, StepKind kind, const Seen *seen)
{
    int lost = 0;
    const Lane *l = &promises->lanes[lane];
    for (int step = 1; step < STEPS_MAX; step++) {
        if (kind_of(step) != kind) {
            assert_false(seen->step[step]);
            continue;
        }
        StepState state = l->state[step];
        if (seen->step[step])
            assert_true(state != STEP_UNSENT &&
                        !(promises->no_unknown_refusal && state == STEP_REFUSED));
        else if (state == STEP_STORED && lost++ == 0)
            print_message("# lane %d step %d of %d was acknowledged and is gone\n", lane, step,
                          l->steps);
    }
    return lost;
}

static int lane_check(City *city, const Promises *promises, int lane)
{
    Seen *batch = history_of(city, city_fmt(city, "urn:fault:%d:batch:0", lane));
    for (int i = 1; i < BATCH; i++) {
        Seen *other = history_of(city, city_fmt(city, "urn:fault:%d:batch:%d", lane, i));
        assert_memory_equal(batch, other, sizeof *batch); /* no half of a batch */
    }
    Seen *own = history_of(city, city_fmt(city, "urn:fault:%d:own", lane));
    return compare(promises, lane, KIND_BATCH, batch) +
           compare(promises, lane, KIND_CREATE, created_of(city, lane)) +
           compare(promises, lane, KIND_PATCH, own);
}

int promises_check(City *city, const Promises *promises)
{
    int lost = 0;
    for (int i = 0; i < LANES; i++)
        lost += lane_check(city, promises, i);
    return lost;
}

void store_make(City *city)
{
    city_serve(city, "--open");
    assert_int_equal(city_stop(city), 0);
}

void store_check(City *city)
{
    sqlite3 *db;
    sqlite3_stmt *stmt;
    const char *path = city_fmt(city, "%s/hanse.db", city->data);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(stmt, 0), "ok");
    sqlite3_finalize(stmt);
    sqlite3_close(db);
}

/* ---- the server under libcut.so ---- */

static _Noreturn void become_server(const City *city, const char *control,
                                    const char *const *options)
{
    const char *binary = getenv("HANSE_BIN"), *library = getenv("HANSE_LIBCUT");
    const char *const fixed[] = {binary, "serve", "--data", city->data, "--listen", "127.0.0.1:0"};
    char *argv[ARGS_MAX] = {0};
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(fixed); i++)
        argv[n++] = (char *)(uintptr_t)fixed[i];
    for (size_t i = 0; options[i]; i++)
        argv[n++] = (char *)(uintptr_t)options[i];
    int log = open(city->log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
    if (!binary || !library || log < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0)
        _exit(126);
    setenv("LD_PRELOAD", library, 1);
    setenv("HANSE_TEST_CUT", control, 1);
    setenv("HANSE_TEST_APPLY_TWICE", city->once ? "off" : "on", 1);
    setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execv(binary, argv);
    _exit(127);
}

static bool find_port(City *city)
{
    int64_t port;
    Str log = city_log(city);
    ptrdiff_t at = str_find(log, S(" port="));
    if (str_find(log, S(" started ")) < 0 || at < 0)
        return false;
    Str rest = str_from_index(log, (size_t)at + 6);
    if (str_find(rest, S("\n")) < 0 || !str_to_i64(str_cut(&rest, ' '), &port))
        return false;
    city->port = (uint16_t)port;
    return true;
}

bool cut_serve(City *city, const char *control, const char *const *options)
{
    fflush(NULL);
    unlink(city->log);
    city->pid = fork();
    assert_true(city->pid >= 0);
    if (city->pid == 0)
        become_server(city, control, options);
    for (int64_t until = now_ms() + SERVE_WAIT_MS; now_ms() < until; sleep_ms(1)) {
        siginfo_t info = {0};
        if (find_port(city))
            return true;
        if (waitid(P_PID, (id_t)city->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid)
            return false;
    }
    print_message("# the server did not start: %.*s\n", SARG(city_log(city)));
    assert_true(false);
    return false;
}

int counts_factor(int times)
{
    const char *mode = getenv("HANSE_CHECK");
    return mode && strcmp(mode, "long") == 0 ? times : 1;
}

/* ---- points ---- */

static void points_reap(Points *points)
{
    int status;
    assert_true(waitpid(-1, &status, 0) > 0);
    points->running--;
    points->counts[WIFEXITED(status) ? WEXITSTATUS(status) : 255]++;
}

void points_start(Points *points, const char *const *arguments)
{
    char *argv[16] = {(char *)(uintptr_t)points->self};
    for (size_t i = 0; arguments[i]; i++)
        argv[i + 1] = (char *)(uintptr_t)arguments[i];
    if (points->running == POINTS_AT_ONCE)
        points_reap(points);
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execv(points->self, argv);
        _exit(127);
    }
    points->running++;
}

void points_wait(Points *points)
{
    while (points->running)
        points_reap(points);
}
