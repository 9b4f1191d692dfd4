/* For tests only: a small HTTP/1.1 client over blocking sockets. It keeps its connection, opens a
 * new one where the server closed it between two requests, and reads answers strictly: a malformed
 * one fails the test. */
#ifndef HANSE_TEST_PROGRAM_CLIENT_H
#define HANSE_TEST_PROGRAM_CLIENT_H

#include "base/json.h"
#include "base/test.h"

/* Nothing that is waited for may take longer without a byte. Wide, for sanitizers on a loaded
 * machine. */
enum { CLIENT_WAIT_MS = 20000 };

typedef struct Client {
    Arena *arena; /* of requests and answers; the caller's */
    uint16_t port;
    uint8_t source; /* connects from 127.0.0.SOURCE; 0: from 127.0.0.1 */
    int fd;         /* -1: not connected */
    size_t at, n, cap;
    char *in;
    bool eof;
} Client;

typedef struct Request {
    const char *method; /* NULL: GET, or POST with a body */
    Str path;           /* with the query */
    Str headers;        /* whole lines "Name: value\r\n" */
    Str type;           /* of the body */
    Str body;
} Request;

typedef struct Answer {
    int status; /* 0: the connection ended without an answer */
    Str head;
    Str body;
} Answer;

void client_init(Client *client, Arena *arena, uint16_t port);
void client_done(Client *client);
/* Connects where it is not; for tests that must know when. */
void client_connect(Client *client);
/* Texts of the answer live as long as the arena. */
Answer client_ask(Client *client, Request request);
#define ask(client, ...) client_ask(client, (Request){__VA_ARGS__})

/* The parts of client_ask, and what streams need. */
void client_send(Client *client, Str bytes);
Str client_request_text(const Client *client, Request request);
Answer client_read_answer(Client *client, bool to_head);
/* Reads the head of an answer only; what follows stays for client_read_chunk. */
Answer client_read_head(Client *client);
/* The next chunk of a chunked body, empty at its end or at the connection's; false when nothing
 * came within wait_ms. */
bool client_read_chunk(Client *client, int wait_ms, Str *ret);
/* Waits for the end of a chunked body or of the connection; chunks that come before are dropped. */
bool client_stream_ends(Client *client, int wait_ms);
/* Waits for the connection's end; bytes that come before are dropped. */
bool client_is_closed(Client *client, int wait_ms);

/* The value of the first such header of the answer; p NULL where there is none. */
Str answer_header(const Answer *answer, Str name);
bool answer_has(const Answer *answer, Str part); /* in the body */
/* The body as JSON; fails the test where it is none. */
JsonValue answer_json(Arena *arena, const Answer *answer);

/* Fails the test, and prints the answer, unless the status is the expected one. */
#define assert_status(expected, answer) assert_status_at(expected, answer, __FILE__, __LINE__)
void assert_status_at(int expected, Answer answer, const char *file, int line);

void sleep_ms(int ms);
int64_t now_ms(void); /* monotonic */

#endif
