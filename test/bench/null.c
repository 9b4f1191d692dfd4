/* A server that does nothing: the floor under the benchmarks. It answers POST with 201 and all
 * else with 200, with one fixed KiB of JSON, and touches no store.
 *
 *   null [--listen ADDR:PORT] [--cert FILE]    ends on SIGTERM or SIGINT, by draining */
#include "base/str.h"
#include "net/http.h"

#include <signal.h>
#include <stdio.h>

#include <uv.h>

typedef struct Null {
    HttpServer *server;
    Loop *loop;
    char json[1024];
} Null;

static void on_request(void *user, HttpExchange *exchange)
{
    static const HttpHeader TYPE[] = {{S_INIT("Content-Type"), S_INIT("application/json")}};
    Null *null = user;
    bool post = str_eq(http_request(exchange)->method, S("POST"));
    HttpResponse response = {.status = post ? 201 : 200,
                             .headers = TYPE,
                             .header_count = COUNT_OF(TYPE),
                             .body = {null->json, sizeof null->json}};
    http_respond(exchange, &response);
}

static void on_drained(void *user)
{
    Null *null = user;
    http_server_close(null->server);
    loop_stop(null->loop);
}

static void on_signal(uv_signal_t *signal, int number)
{
    Null *null = signal->data;
    (void)number;
    uv_signal_stop(signal);
    http_server_drain(null->server, INT64_C(5000000), on_drained, null);
}

static void make_json(Null *null)
{
    memset(null->json, 'x', sizeof null->json);
    memcpy(null->json, "{\"x\":\"", 6);
    memcpy(null->json + sizeof null->json - 3, "\"}\n", 3);
}

static Err serve(Cx *cx, Null *null, Str listen, const char *cert)
{
    HttpOptions options = http_options_default();
    options.tls_cert_file = cert;
    HttpFace face = {.request = on_request, .user = null};
    TRY(loop_open(cx, &null->loop));
    TRY(http_server_open(cx, null->loop, listen, &options, &face, &null->server));
    uv_signal_t term, interrupt;
    uv_signal_init(loop_uv(null->loop), &term);
    uv_signal_init(loop_uv(null->loop), &interrupt);
    term.data = interrupt.data = null;
    uv_signal_start(&term, on_signal, SIGTERM);
    uv_signal_start(&interrupt, on_signal, SIGINT);
    printf("listening on port %d\n", (int)http_server_port(null->server));
    fflush(stdout);
    loop_run(null->loop);
    uv_close((uv_handle_t *)&term, NULL);
    uv_close((uv_handle_t *)&interrupt, NULL);
    loop_close(null->loop);
    return OK;
}

int main(int argc, char **argv)
{
    Null null = {0};
    Arena arena;
    Error error = {0};
    Str listen = S("127.0.0.1:8099");
    const char *cert = NULL;
    arena_init(&arena, 0, 0);
    for (int i = 1; i + 1 < argc; i += 2) {
        if (str_eq(str_from(argv[i]), S("--listen")))
            listen = str_from(argv[i + 1]);
        else if (str_eq(str_from(argv[i]), S("--cert")))
            cert = argv[i + 1];
    }
    make_json(&null);
    Cx cx = {.arena = &arena, .clock = &CLOCK_SYSTEM, .error = &error};
    Err err = serve(&cx, &null, listen, cert);
    if (err != OK)
        fprintf(stderr, "null: %.*s\n", SARG(error.detail));
    arena_done(&arena);
    return err == OK ? 0 : 1;
}
