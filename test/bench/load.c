/* The load driver of the benchmarks: closed loops over loopback, each connection sending its next
 * request when the answer to the last one is there. Bounded in count and in time.
 *
 *   load --port N --work NAME [--pid N] [--connections N] [--count N] [--seconds N]
 *        [--entities N] [--batch N] [--paths FILE] [--cookie NAME=VALUE]
 *
 * --work is one of the names in WORKS below. --pid is the server, whose processor time over all
 * its threads is read around the run. Prints one line of NAME=VALUE; ends with 1 when an answer
 * had a status that does not belong to the work. Entities are urn:bench:0 to urn:bench:N-1; seed
 * makes them, in batches. page asks for the paths of FILE, one a line, in turn, as a browser does.
 */
#include "base/str.h"
#include "base/buf.h"
#include "base/cx.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONNECTIONS_MAX = 4096,
    IN_BYTES = 4 << 20,  /* the largest answer: a page of entities */
    OUT_BYTES = 4 << 20, /* the largest request: a batch */
    STEP_US = 10,        /* of the histogram */
    STEPS = 1000000,     /* up to 10 s; what takes longer counts as 10 s */
    HEAD_MAX = 512
};

typedef struct Options {
    Str work, cookie;
    const char *paths;
    int64_t port, pid, connections, count, seconds, entities, batch;
} Options;

typedef struct Driver Driver;
typedef void Emit(const Driver *driver, Buf *body, int64_t number, char path[256]);

/* What is asked, and what may be answered. */
typedef struct Work {
    const char *name, *method;
    Emit *emit;
    int status, or_status;
} Work;

typedef struct Conn {
    int fd;
    bool busy;
    int64_t sent_us;
    size_t n;         /* bytes of the answer so far */
    size_t out_n, at; /* of the request */
    char *in, *out;
} Conn;

struct Driver {
    Options options;
    const Work *work;
    Arena arena;
    Conn *conns;
    int epoll;
    int64_t next, done, wrong, wrong_status;
    int64_t from_us, until_us;
    uint32_t *steps;
    int64_t base; /* of numbers that must be new in each run */
    char **paths;
    int64_t path_count;
};

static _Noreturn void die(const char *what, const char *why)
{
    fprintf(stderr, "load: %s: %s\n", what, why);
    exit(1);
}

/* ---- what is asked ---- */

/* Visits the entities in an order without neighbours. */
static int64_t pick(const Driver *driver, int64_t number)
{
    return (int64_t)((uint64_t)number * UINT64_C(2654435761) % (uint64_t)driver->options.entities);
}

#define TEXT                                                                                       \
    "The station stands on the north side of the street, two metres above the ground, away from "  \
    "trees and walls. It is read out every ten minutes and looked after by the department of "     \
    "works."
/* 1 KiB with six attributes, as a sensor station of a city might be. */
static void put_entity(Buf *body, int64_t key, int64_t number)
{
    buf_fmt(body, "{\"id\":\"urn:bench:%lld\",\"type\":\"Station\",", (long long)key);
    buf_fmt(body,
            "\"value\":{\"type\":\"Property\",\"value\":%lld.%lld,\"unitCode\":\"CEL\"},"
            "\"load\":{\"type\":\"Property\",\"value\":%lld},"
            "\"state\":{\"type\":\"Property\",\"value\":\"working\"},",
            (long long)(number % 100), (long long)(number % 10), (long long)(number % 1000));
    buf_fmt(body,
            "\"location\":{\"type\":\"GeoProperty\",\"value\":{\"type\":\"Point\","
            "\"coordinates\":[7.%06lld,51.%06lld]}},"
            "\"owner\":{\"type\":\"Relationship\",\"object\":\"urn:bench:owner:%lld\"},",
            (long long)(400000 + key % 99991), (long long)(450000 + key * 7 % 99991),
            (long long)(key % 10));
    buf_put(body, S("\"description\":{\"type\":\"Property\",\"value\":\""));
    buf_put(body, S(TEXT " " TEXT "\"}}"));
}

static void emit_root(const Driver *driver, Buf *body, int64_t number, char path[256])
{
    (void)driver, (void)body, (void)number;
    snprintf(path, 256, "/");
}

static void emit_null_post(const Driver *driver, Buf *body, int64_t number, char path[256])
{
    (void)driver;
    snprintf(path, 256, "/");
    put_entity(body, number, number);
}

static void emit_null_patch(const Driver *driver, Buf *body, int64_t number, char path[256])
{
    snprintf(path, 256, "/ngsi-ld/v1/entities/urn:bench:%lld/attrs/value",
             (long long)pick(driver, number));
    buf_fmt(body, "{\"type\":\"Property\",\"value\":%lld.5}", (long long)(number % 1000));
}

static void emit_get(const Driver *driver, Buf *body, int64_t number, char path[256])
{
    (void)body;
    snprintf(path, 256, "/ngsi-ld/v1/entities/urn:bench:%lld", (long long)pick(driver, number));
}

static void emit_create(const Driver *driver, Buf *body, int64_t number, char path[256])
{
    snprintf(path, 256, "/ngsi-ld/v1/entities");
    put_entity(body, driver->base + number, number);
}

static void put_batch(const Driver *driver, Buf *body, int64_t number, bool in_order)
{
    for (int64_t i = 0; i < driver->options.batch; i++) {
        int64_t at = number * driver->options.batch + i;
        buf_put(body, i ? S(",") : S("["));
        put_entity(body, in_order ? at % driver->options.entities : pick(driver, at), at + 1);
    }
    buf_put(body, S("]"));
}

static void emit_seed(const Driver *driver, Buf *body, int64_t number, char path[256])
{
    snprintf(path, 256, "/ngsi-ld/v1/entityOperations/upsert");
    put_batch(driver, body, number, true);
}

static void emit_upsert(const Driver *driver, Buf *body, int64_t number, char path[256])
{
    snprintf(path, 256, "/ngsi-ld/v1/entityOperations/upsert");
    put_batch(driver, body, number, false);
}

static void emit_type(const Driver *driver, Buf *body, int64_t number, char path[256])
{
    (void)driver, (void)body;
    snprintf(path, 256, "/ngsi-ld/v1/entities?type=Station&limit=20&offset=%lld",
             (long long)(number % 50 * 20));
}

static void emit_q(const Driver *driver, Buf *body, int64_t number, char path[256])
{
    (void)driver, (void)body;
    snprintf(path, 256, "/ngsi-ld/v1/entities?type=Station&q=value%%3E%lld&limit=20",
             (long long)(50 + number % 40));
}

static void emit_temporal(const Driver *driver, Buf *body, int64_t number, char path[256])
{
    (void)body;
    snprintf(path, 256, "/ngsi-ld/v1/temporal/entities/urn:bench:%lld?attrs=value&lastN=100",
             (long long)(pick(driver, number) % 100));
}

static void emit_aggregated(const Driver *driver, Buf *body, int64_t number, char path[256])
{
    (void)body;
    snprintf(path, 256,
             "/ngsi-ld/v1/temporal/entities/urn:bench:%lld?attrs=value"
             "&options=aggregatedValues&aggrMethods=avg,max&aggrPeriodDuration=PT1H"
             "&timerel=after&timeAt=2020-01-01T00:00:00Z&timeproperty=modifiedAt",
             (long long)(pick(driver, number) % 100));
}

static void emit_map(const Driver *driver, Buf *body, int64_t number, char path[256])
{
    (void)driver, (void)body, (void)number;
    snprintf(path, 256, "/stadt/karte");
}

static void emit_page(const Driver *driver, Buf *body, int64_t number, char path[256])
{
    (void)body;
    if (driver->path_count)
        snprintf(path, 256, "%s", driver->paths[number % driver->path_count]);
}

static const Work WORKS[] = {
    {"null-get", "GET", emit_get, 200, 0},
    {"null-patch", "PATCH", emit_null_patch, 200, 0},
    {"null-post", "POST", emit_null_post, 201, 0},
    {"null-batch", "POST", emit_upsert, 201, 0},
    {"seed", "POST", emit_seed, 201, 204},
    {"get", "GET", emit_get, 200, 0},
    {"patch", "PATCH", emit_null_patch, 204, 0},
    {"create", "POST", emit_create, 201, 0},
    {"upsert", "POST", emit_upsert, 204, 201},
    {"type", "GET", emit_type, 200, 0},
    {"q", "GET", emit_q, 200, 0},
    {"temporal", "GET", emit_temporal, 200, 0},
    {"aggregated", "GET", emit_aggregated, 200, 0},
    {"home", "GET", emit_root, 200, 0},
    {"map", "GET", emit_map, 200, 0},
    {"page", "GET", emit_page, 200, 0},
};

static void read_paths(Driver *driver)
{
    enum { PATHS_MAX = 1000, PATH_BYTES_MAX = 255 };
    char line[PATH_BYTES_MAX + 2];
    FILE *file = fopen(driver->options.paths, "re");
    driver->paths = calloc(PATHS_MAX, sizeof *driver->paths);
    if (!file || !driver->paths)
        die("paths", strerror(errno));
    while (driver->path_count < PATHS_MAX && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        if (*line)
            driver->paths[driver->path_count++] = strdup(line);
    }
    fclose(file);
}

/* ---- connections ---- */

static void watch(const Driver *driver, Conn *conn, int how, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = conn};
    if (epoll_ctl(driver->epoll, how, conn->fd, &event) != 0)
        die("epoll_ctl", strerror(errno));
}

static void conn_flush(const Driver *driver, Conn *conn)
{
    while (conn->at < conn->out_n) {
        ssize_t n = send(conn->fd, conn->out + conn->at, conn->out_n - conn->at,
                         MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EAGAIN) {
            watch(driver, conn, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
            return;
        }
        if (n < 0)
            die("send", strerror(errno));
        conn->at += (size_t)n;
    }
}

/* The next request, unless the run is over. */
static void conn_ask(Driver *driver, Conn *conn)
{
    char path[256];
    const Options *o = &driver->options;
    if (driver->next >= o->count || clock_mono_us() >= driver->until_us)
        return;
    arena_reset(&driver->arena);
    Buf body = buf_new(&driver->arena, OUT_BYTES - HEAD_MAX);
    driver->work->emit(driver, &body, driver->next++, path);
    if (body.overflow)
        die("request", "too large");
    int head = snprintf(conn->out, HEAD_MAX, "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\n",
                        driver->work->method, path);
    if (driver->path_count)
        head +=
            snprintf(conn->out + head, HEAD_MAX - (size_t)head, "Accept-Encoding: gzip\r\n%s%.*s%s",
                     o->cookie.n ? "Cookie: " : "", SARG(o->cookie), o->cookie.n ? "\r\n" : "");
    if (body.n)
        head += snprintf(conn->out + head, HEAD_MAX - (size_t)head,
                         "Content-Type: application/json\r\nContent-Length: %zu\r\n", body.n);
    head += snprintf(conn->out + head, HEAD_MAX - (size_t)head, "\r\n");
    if (body.n)
        memcpy(conn->out + head, body.p, body.n);
    conn->out_n = (size_t)head + body.n;
    conn->at = conn->n = 0;
    conn->busy = true;
    conn->sent_us = clock_mono_us();
    conn_flush(driver, conn);
}

/* The value of a header that the server writes in this form; p NULL where there is none. */
static Str header(Str head, Str name)
{
    ptrdiff_t at = str_find(head, name);
    if (at < 0)
        return (Str){0};
    Str rest = str_from_index(head, (size_t)at + name.n);
    return str_trim(str_cut(&rest, '\r'));
}

/* True with its status when the whole answer is there. */
static bool answer_whole(Str in, int64_t *ret_status)
{
    int64_t length = 0;
    ptrdiff_t end = str_find(in, S("\r\n\r\n"));
    if (end < 0)
        return false;
    Str head = str_slice(in, 0, (size_t)end);
    if (head.n < 12 || !str_to_i64(str_slice(head, 9, 12), ret_status))
        die("answer", "no status");
    if (*ret_status == 204 || *ret_status == 304)
        return true;
    if (header(head, S("\r\nTransfer-Encoding: ")).p)
        return str_ends(in, S("\r\n0\r\n\r\n"));
    if (!str_to_i64(header(head, S("\r\nContent-Length: ")), &length))
        die("answer", "no length");
    return in.n >= (size_t)end + 4 + (size_t)length;
}

static void conn_done(Driver *driver, Conn *conn, int64_t status)
{
    int64_t took_us = clock_mono_us() - conn->sent_us;
    driver->steps[MIN(took_us / STEP_US, STEPS - 1)]++;
    driver->done++;
    if (status != driver->work->status && status != driver->work->or_status) {
        if (!driver->wrong)
            fprintf(stderr, "load: %.*s\n", (int)MIN(conn->n, 600), conn->in);
        driver->wrong++;
        driver->wrong_status = status;
    }
    conn->busy = false;
    conn_ask(driver, conn);
}

static void conn_read(Driver *driver, Conn *conn)
{
    int64_t status;
    ssize_t n = recv(conn->fd, conn->in + conn->n, IN_BYTES - conn->n, MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0 || (conn->n += (size_t)n) == IN_BYTES)
        die("answer", n < 0 ? strerror(errno) : "the connection was closed, or it is too large");
    if (conn->busy && answer_whole((Str){conn->in, conn->n}, &status))
        conn_done(driver, conn, status);
}

static void conn_open(Driver *driver, Conn *conn)
{
    int on = 1;
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)driver->options.port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    *conn = (Conn){.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    /* Untouched pages of these cost nothing. */
    conn->in = malloc(IN_BYTES);
    conn->out = malloc(OUT_BYTES);
    if (conn->fd < 0 || !conn->in || !conn->out ||
        connect(conn->fd, (struct sockaddr *)&to, sizeof to) != 0)
        die("connect", strerror(errno));
    setsockopt(conn->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    watch(driver, conn, EPOLL_CTL_ADD, EPOLLIN);
}

static bool any_busy(const Driver *driver)
{
    for (int64_t i = 0; i < driver->options.connections; i++)
        if (driver->conns[i].busy)
            return true;
    return false;
}

static void run(Driver *driver)
{
    struct epoll_event events[256];
    driver->from_us = clock_mono_us();
    driver->until_us = driver->from_us + driver->options.seconds * 1000000;
    for (int64_t i = 0; i < driver->options.connections; i++)
        conn_ask(driver, &driver->conns[i]);
    while (any_busy(driver)) {
        int n = epoll_wait(driver->epoll, events, COUNT_OF(events), 10000);
        if (n == 0)
            die("answer", "none in 10 s");
        for (int i = 0; i < n; i++) {
            Conn *conn = events[i].data.ptr;
            if (events[i].events & EPOLLOUT) {
                watch(driver, conn, EPOLL_CTL_MOD, EPOLLIN);
                conn_flush(driver, conn);
            }
            if (events[i].events & ~(uint32_t)EPOLLOUT)
                conn_read(driver, conn);
        }
    }
}

/* ---- figures ---- */

/* The processor time of all living threads, in nanoseconds (schedstat, first number). */
static int64_t server_cpu_ns(int64_t pid)
{
    char path[320];
    int64_t sum = 0;
    snprintf(path, sizeof path, "/proc/%lld/task", (long long)pid);
    DIR *dir = pid ? opendir(path) : NULL;
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        long long ns = 0;
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "/proc/%lld/task/%s/schedstat", (long long)pid, entry->d_name);
        FILE *file = fopen(path, "re");
        if (file && fscanf(file, "%lld", &ns) == 1)
            sum += ns;
        if (file)
            fclose(file);
    }
    if (dir)
        closedir(dir);
    return sum;
}

static double quantile_ms(const Driver *driver, double part)
{
    int64_t rank = (int64_t)((double)driver->done * part), sum = 0;
    for (int64_t i = 0; i < STEPS; i++)
        if ((sum += driver->steps[i]) > rank)
            return (double)((i + 1) * STEP_US) / 1000;
    return 0;
}

static int report(const Driver *driver, int64_t cpu_ns)
{
    const Options *o = &driver->options;
    double took_s = (double)(clock_mono_us() - driver->from_us) / 1e6;
    printf("work=%s requests=%lld per_s=%.0f cpu_us=%.2f p50_ms=%.2f p99_ms=%.2f",
           driver->work->name, (long long)driver->done, (double)driver->done / took_s,
           (double)cpu_ns / 1000 / (double)MAX(driver->done, 1), quantile_ms(driver, 0.5),
           quantile_ms(driver, 0.99));
    printf(" connections=%lld batch=%lld wrong=%lld\n", (long long)o->connections,
           (long long)o->batch, (long long)driver->wrong);
    return driver->wrong || !driver->done;
}

static Options read_options(int argc, char **argv)
{
    Options o = {.connections = 256, .count = INT64_MAX, .seconds = 5, .entities = 1, .batch = 1};
    for (int i = 1; i + 1 < argc; i += 2) {
        struct {
            const char *name;
            int64_t *value;
        } numbers[] = {{"--port", &o.port},       {"--pid", &o.pid},
                       {"--count", &o.count},     {"--connections", &o.connections},
                       {"--seconds", &o.seconds}, {"--entities", &o.entities},
                       {"--batch", &o.batch}};
        bool known = true;
        if (strcmp(argv[i], "--work") == 0)
            o.work = str_from(argv[i + 1]);
        else if (strcmp(argv[i], "--cookie") == 0)
            o.cookie = str_from(argv[i + 1]);
        else if (strcmp(argv[i], "--paths") == 0)
            o.paths = argv[i + 1];
        else
            known = false;
        for (size_t n = 0; n < COUNT_OF(numbers); n++)
            if (strcmp(argv[i], numbers[n].name) == 0)
                known = str_to_i64(str_from(argv[i + 1]), numbers[n].value);
        if (!known)
            die("unknown option", argv[i]);
    }
    if (argc % 2 == 0 || o.port < 1 || o.port > 65535 || o.connections < 1 ||
        o.connections > CONNECTIONS_MAX || o.entities < 1 || o.batch < 1 || o.count < 1 ||
        o.seconds < 1)
        die("options", "see the head of load.c");
    return o;
}

static const Work *find_work(Str name)
{
    for (size_t i = 0; i < COUNT_OF(WORKS); i++)
        if (str_eq(str_from(WORKS[i].name), name))
            return &WORKS[i];
    die("unknown work", name.p ? name.p : "none");
}

int main(int argc, char **argv)
{
    Driver driver = {.options = read_options(argc, argv)};
    driver.work = find_work(driver.options.work);
    arena_init(&driver.arena, 1 << 16, 0);
    if (driver.options.paths)
        read_paths(&driver);
    driver.steps = calloc(STEPS, sizeof *driver.steps);
    driver.conns = calloc((size_t)driver.options.connections, sizeof *driver.conns);
    driver.epoll = epoll_create1(EPOLL_CLOEXEC);
    driver.base = clock_mono_us() + INT64_C(1000000000);
    if (!driver.steps || !driver.conns || driver.epoll < 0)
        die("memory", strerror(errno));
    for (int64_t i = 0; i < driver.options.connections; i++)
        conn_open(&driver, &driver.conns[i]);
    int64_t cpu_ns = server_cpu_ns(driver.options.pid);
    run(&driver);
    int code = report(&driver, server_cpu_ns(driver.options.pid) - cpu_ns);
    arena_done(&driver.arena);
    return code;
}
