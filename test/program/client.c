#include "client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER_TEXT_MAX = 128 << 20 };

void sleep_ms(int ms)
{
    poll(NULL, 0, ms);
}

int64_t now_ms(void)
{
    return clock_mono_us() / 1000;
}

void client_init(Client *client, Arena *arena, uint16_t port)
{
    *client = (Client){.arena = arena, .port = port, .fd = -1};
}

static void drop_connection(Client *client)
{
    if (client->fd >= 0)
        close(client->fd);
    client->fd = -1;
    client->at = client->n = 0;
    client->eof = false;
}

void client_done(Client *client)
{
    drop_connection(client);
    free(client->in);
    client->in = NULL;
    client->cap = 0;
}

void client_connect(Client *client)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(client->port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int on = 1;
    if (client->fd >= 0)
        return;
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(client->fd >= 0);
    struct sockaddr_in from = {.sin_family = AF_INET,
                               .sin_addr.s_addr =
                                   htonl((INADDR_LOOPBACK & ~255U) | client->source)};
    if (client->source)
        assert_int_equal(bind(client->fd, (struct sockaddr *)&from, sizeof from), 0);
    if (connect(client->fd, (struct sockaddr *)&to, sizeof to) != 0) {
        print_message("# cannot connect to port %u: %s\n", client->port, strerror(errno));
        assert_true(false);
    }
    setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* Stops silently when the server has closed: the answer, or its absence, tells. */
void client_send(Client *client, Str bytes)
{
    while (bytes.n > 0) {
        struct pollfd p = {.fd = client->fd, .events = POLLOUT};
        if (poll(&p, 1, CLIENT_WAIT_MS) <= 0)
            return;
        ssize_t n = send(client->fd, bytes.p, bytes.n, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EAGAIN)
            continue;
        if (n < 0)
            return;
        bytes = str_from_index(bytes, (size_t)n);
    }
}

static void make_room(Client *client)
{
    if (client->at > 0) {
        memmove(client->in, client->in + client->at, client->n - client->at);
        client->n -= client->at;
        client->at = 0;
    }
    if (client->n + 65536 > client->cap) {
        client->cap = client->cap * 2 + 65536;
        client->in = realloc(client->in, client->cap);
        ASSERT(client->in);
    }
}

/* Reads what is there, waiting for it; false at the end or when nothing came in time. */
static bool read_more(Client *client, int wait_ms)
{
    struct pollfd p = {.fd = client->fd, .events = POLLIN};
    if (client->eof || client->fd < 0 || poll(&p, 1, wait_ms) <= 0)
        return false;
    make_room(client);
    ssize_t n = recv(client->fd, client->in + client->n, client->cap - client->n, 0);
    client->eof = n <= 0;
    if (n > 0)
        client->n += (size_t)n;
    return n > 0;
}

static Str pending(const Client *client)
{
    return client->in ? (Str){client->in + client->at, client->n - client->at} : (Str){0};
}

/* Waits until a line is there; without its line break. */
static bool read_line(Client *client, int wait_ms, Str *ret)
{
    ptrdiff_t end;
    while ((end = str_find(pending(client), S("\r\n"))) < 0)
        if (!read_more(client, wait_ms))
            return false;
    *ret = str_slice(pending(client), 0, (size_t)end);
    return true;
}

static bool read_bytes(Client *client, size_t n, int wait_ms)
{
    while (pending(client).n < n)
        if (!read_more(client, wait_ms))
            return false;
    return true;
}

Str answer_header(const Answer *answer, Str name)
{
    Str rest = answer->head;
    while (rest.p) {
        Str line = str_trim(str_cut(&rest, '\n'));
        Str key = str_cut(&line, ':');
        if (str_eq_nocase(key, name))
            return line.p ? str_trim(line) : S("");
    }
    return (Str){0};
}

bool answer_has(const Answer *answer, Str part)
{
    return str_find(answer->body, part) >= 0;
}

Answer client_read_head(Client *client)
{
    Answer answer = {0};
    ptrdiff_t end;
    while ((end = str_find(pending(client), S("\r\n\r\n"))) < 0)
        if (!read_more(client, CLIENT_WAIT_MS))
            return answer;
    answer.head = arena_copy(client->arena, str_slice(pending(client), 0, (size_t)end));
    client->at += (size_t)end + 4;
    int64_t status;
    assert_true(str_starts(answer.head, S("HTTP/1.1 ")));
    assert_true(str_to_i64(str_slice(answer.head, 9, 12), &status));
    answer.status = (int)status;
    return answer;
}

/* True with the chunk's size when its size line and its bytes are there. */
static bool chunk_wait(Client *client, int wait_ms, size_t *ret_size)
{
    Str line;
    char *end = NULL;
    if (!read_line(client, wait_ms, &line))
        return false;
    assert_true(line.n > 0);
    *ret_size = strtoul(line.p, &end, 16);
    assert_ptr_equal(end, line.p + line.n);
    size_t line_n = line.n + 2;
    if (!read_bytes(client, line_n + *ret_size + 2, CLIENT_WAIT_MS))
        return false;
    client->at += line_n;
    return true;
}

bool client_read_chunk(Client *client, int wait_ms, Str *ret)
{
    size_t size;
    if (!chunk_wait(client, wait_ms, &size)) {
        *ret = (Str){0};
        return client->eof;
    }
    *ret = arena_copy(client->arena, str_slice(pending(client), 0, size));
    client->at += size;
    assert_true(str_starts(pending(client), S("\r\n")));
    client->at += 2;
    return true;
}

static Str read_chunks(Client *client)
{
    Buf body = buf_new(client->arena, ANSWER_TEXT_MAX);
    Str chunk;
    do {
        assert_true(client_read_chunk(client, CLIENT_WAIT_MS, &chunk));
        buf_put(&body, chunk);
    } while (chunk.n);
    return buf_str(&body);
}

Answer client_read_answer(Client *client, bool to_head)
{
    int64_t length;
    Answer answer = client_read_head(client);
    bool none = to_head || answer.status < 200 || answer.status == 204 || answer.status == 304;
    Str coding = answer_header(&answer, S("Transfer-Encoding"));
    if (none)
        return answer;
    if (coding.p) {
        assert_str("chunked", coding);
        answer.body = read_chunks(client);
        return answer;
    }
    assert_true(str_to_i64(answer_header(&answer, S("Content-Length")), &length));
    assert_true(read_bytes(client, (size_t)length, CLIENT_WAIT_MS));
    answer.body = arena_copy(client->arena, str_slice(pending(client), 0, (size_t)length));
    client->at += (size_t)length;
    return answer;
}

Str client_request_text(const Client *client, Request request)
{
    Buf buf = buf_new(client->arena, ANSWER_TEXT_MAX);
    bool has_body = request.body.p != NULL;
    const char *method = request.method ? request.method : has_body ? "POST" : "GET";
    buf_fmt(&buf, "%s ", method);
    buf_put(&buf, request.path);
    buf_put(&buf, S(" HTTP/1.1\r\n"));
    if (str_find(request.headers, S("Host:")) < 0)
        buf_fmt(&buf, "Host: 127.0.0.1:%u\r\n", client->port);
    buf_put(&buf, request.headers);
    if (request.type.n)
        buf_fmt(&buf, "Content-Type: %.*s\r\n", SARG(request.type));
    if (has_body)
        buf_fmt(&buf, "Content-Length: %zu\r\n", request.body.n);
    buf_put(&buf, S("\r\n"));
    buf_put(&buf, request.body);
    ASSERT(!buf.overflow);
    return buf_str(&buf);
}

static bool peer_has_closed(const Client *client)
{
    char byte;
    return client->fd >= 0 && recv(client->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

Answer client_ask(Client *client, Request request)
{
    if (client->eof || peer_has_closed(client))
        drop_connection(client);
    client_connect(client);
    client_send(client, client_request_text(client, request));
    Answer answer =
        client_read_answer(client, request.method && strcmp(request.method, "HEAD") == 0);
    if (answer.status == 0 || str_eq_nocase(answer_header(&answer, S("Connection")), S("close")))
        drop_connection(client);
    return answer;
}

bool client_is_closed(Client *client, int wait_ms)
{
    int64_t until = now_ms() + wait_ms;
    while (!client->eof && now_ms() < until) {
        client->at = client->n;
        read_more(client, (int)MAX(until - now_ms(), 1));
    }
    return client->eof;
}

bool client_stream_ends(Client *client, int wait_ms)
{
    Str chunk;
    for (int64_t until = now_ms() + wait_ms; now_ms() < until;)
        if (client_read_chunk(client, (int)MAX(until - now_ms(), 1), &chunk) && !chunk.n)
            return true;
    return false;
}

JsonValue answer_json(Arena *arena, const Answer *answer)
{
    Json *json = arena_new(arena, Json);
    Error error = {0};
    Cx cx = {.arena = arena, .error = &error};
    assert_ok(&cx, json_parse(&cx, answer->body, json));
    return json_root(json);
}

void assert_status_at(int expected, Answer answer, const char *file, int line)
{
    if (answer.status == expected)
        return;
    print_message("# expected status %d, got %d\n# %.*s\n# %.*s\n", expected, answer.status,
                  SARG(str_slice(answer.head, 0, 300)), SARG(str_slice(answer.body, 0, 600)));
    _fail(file, line);
}
