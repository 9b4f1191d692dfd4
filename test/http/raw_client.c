#include "raw.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

void raw_connect(RawClient *client, const RawServer *server)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(http_server_port(server->server)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int on = 1;
    *client = (RawClient){.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    assert_true(client->fd >= 0);
    assert_int_equal(connect(client->fd, (struct sockaddr *)&to, sizeof to), 0);
    setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void raw_close(RawClient *client)
{
    close(client->fd);
    free(client->in);
    *client = (RawClient){.fd = -1};
}

void raw_send(RawClient *client, Str bytes)
{
    while (bytes.n > 0) {
        struct pollfd p = {.fd = client->fd, .events = POLLOUT};
        if (poll(&p, 1, RAW_WAIT_MS) <= 0)
            return;
        ssize_t n = send(client->fd, bytes.p, bytes.n, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EAGAIN)
            continue;
        if (n < 0)
            return;
        bytes = str_from_index(bytes, (size_t)n);
    }
}

void raw_send_end(RawClient *client)
{
    shutdown(client->fd, SHUT_WR);
}

/* Reads what is there, waiting for it; false at the end or when nothing came in time. */
static bool read_more(RawClient *client, int wait_ms)
{
    struct pollfd p = {.fd = client->fd, .events = POLLIN};
    if (client->eof || poll(&p, 1, wait_ms) <= 0)
        return false;
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
    ssize_t n = recv(client->fd, client->in + client->n, client->cap - client->n, 0);
    client->eof = n == 0;
    if (n < 0) {
        print_message("# the connection was reset: %s\n", strerror(errno));
        return false;
    }
    client->n += (size_t)n;
    return n > 0;
}

Str raw_header(const RawAnswer *answer, Str name)
{
    Str rest = answer->head;
    while (rest.p) {
        Str line = str_trim(str_cut(&rest, '\n'));
        Str key = str_cut(&line, ':');
        if (str_eq_nocase(key, name))
            return str_trim(line);
    }
    return (Str){0};
}

/* The decoded length of a chunked body at the start of in, decoded in place; -1: incomplete. */
static ptrdiff_t read_chunks(char *in, size_t n, size_t *ret_used)
{
    size_t at = 0, out = 0;
    for (;;) {
        char *end = NULL;
        ptrdiff_t line = str_find((Str){in + at, n - at}, S("\r\n"));
        if (line < 0)
            return -1;
        size_t size = strtoul(in + at, &end, 16);
        assert_ptr_equal(end, in + at + line);
        at += (size_t)line + 2;
        if (n - at < size + 2)
            return -1;
        memmove(in + out, in + at, size);
        assert_memory_equal(in + at + size, "\r\n", 2);
        at += size + 2;
        out += size;
        if (size == 0)
            break;
    }
    *ret_used = at;
    return (ptrdiff_t)out;
}

/* True when a whole answer is there. */
static bool parse_answer(RawClient *client, bool to_head, RawAnswer *ret)
{
    Str in = {client->in + client->at, client->n - client->at};
    ptrdiff_t end = client->in ? str_find(in, S("\r\n\r\n")) : -1;
    if (end < 0)
        return false;
    RawAnswer answer = {.head = str_slice(in, 0, (size_t)end)};
    int64_t status = 0, length = 0;
    assert_true(str_starts(in, S("HTTP/1.1 ")));
    assert_true(str_to_i64(str_slice(in, 9, 12), &status));
    answer.status = (int)status;
    size_t body = (size_t)end + 4, used = 0;
    bool none = to_head || status < 200 || status == 204 || status == 304;
    Str coding = raw_header(&answer, S("Transfer-Encoding"));
    Str length_text = raw_header(&answer, S("Content-Length"));
    if (none) {
        length = 0;
    } else if (coding.p) {
        char *copy = malloc(in.n - body + 1);
        ASSERT(copy);
        memcpy(copy, in.p + body, in.n - body);
        copy[in.n - body] = 0;
        length = read_chunks(copy, in.n - body, &used);
        if (length >= 0)
            memcpy(client->in + client->at + body, copy, (size_t)length);
        free(copy);
        if (length < 0)
            return false;
    } else if (length_text.p) {
        assert_true(str_to_i64(length_text, &length));
        used = (size_t)length;
        if (in.n - body < used)
            return false;
    } else { /* up to the end of the connection */
        assert_true(str_eq(raw_header(&answer, S("Connection")), S("close")));
        if (!client->eof)
            return false;
        used = in.n - body;
        length = (int64_t)used;
    }
    answer.body = (Str){in.p + body, (size_t)length};
    client->at += body + used;
    *ret = answer;
    return true;
}

bool raw_answer(RawClient *client, bool to_head, RawAnswer *ret)
{
    while (!parse_answer(client, to_head, ret))
        if (!read_more(client, RAW_WAIT_MS))
            return client->eof && parse_answer(client, to_head, ret);
    return true;
}

bool raw_is_closed(RawClient *client)
{
    while (client->at == client->n && read_more(client, RAW_WAIT_MS))
        ;
    return client->at == client->n && client->eof;
}

void raw_expect(RawClient *client, int status)
{
    RawAnswer answer = {0};
    if (!raw_answer(client, false, &answer))
        print_message("# no answer where %d was expected\n", status);
    assert_int_equal(answer.status, status);
}

void raw_sleep_ms(int ms)
{
    poll(NULL, 0, ms);
}

bool raw_wait_for(atomic_int *counter, int n)
{
    for (int ms = 0; ms < RAW_WAIT_MS && *counter < n; ms++)
        raw_sleep_ms(1);
    return *counter >= n;
}
