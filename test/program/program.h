/* For tests only: the real program, started as a user would start it, in a directory of its own,
 * on a port of its own. Nothing of it is linked into the test.
 *
 * Servers and commands apply every change twice (--test-apply-twice), so that all tests show that
 * changes may be run again. The binary is HANSE_BIN of the environment, set by meson. A test that
 * dies takes its server with it. */
#ifndef HANSE_TEST_PROGRAM_PROGRAM_H
#define HANSE_TEST_PROGRAM_PROGRAM_H

#include "client.h"

#include <sys/types.h>

/* What one test works with: memory, a folder of its own, a server, a client on it. */
typedef struct City {
    Arena arena;
    Error error;
    Cx cx;
    char dir[64]; /* of the test, removed at its end; the city's data is DIR/data */
    char data[80];
    char log[80]; /* what the server wrote to stderr */
    pid_t pid;    /* 0: none runs */
    uint16_t port;
    int start_ms; /* from fork to the line "started" */
    bool once;    /* changes are applied once; else each is rolled back once and applied again */
    Client client;
} City;

enum { ARGS_MAX = 48 };

/* For setup and teardown of a test without and with a server already started by `serve --open`. */
int city_setup(void **state);
int city_setup_open(void **state);
int city_teardown(void **state);

/* Starts `hanse serve --data DIR/data --listen 127.0.0.1:0 OPTIONS...`, the options ending with
 * NULL, and waits for the line "started". Fails the test, with the log, when it does not come. */
#define city_serve(city, ...) city_serve_args(city, (const char *[]){__VA_ARGS__, NULL})
void city_serve_args(City *city, const char *const *options);
/* The same with `hanse demo`, which fills the city first, with people whose password on loopback
 * is "lindhafen"; with the three years before its last days, or without. */
void city_demo(City *city, bool past, int wait_ms);
/* SIGTERM, and the exit code; -SIGNAL when a signal ended it. */
int city_stop(City *city);
/* Waits for the server's end after somebody else told it. */
int city_wait_end(City *city, int wait_ms);
/* The whole log up to now. */
Str city_log(City *city);
/* Waits until the log holds the text. */
bool city_wait_log(City *city, Str text, int wait_ms);

/* One command, run to its end: hanse ARGUMENTS. */
typedef struct Ran {
    int code; /* exit code; -SIGNAL */
    Str out, err;
} Ran;
#define city_run(city, ...) city_run_args(city, NULL, (const char *[]){__VA_ARGS__, NULL})
/* environment: lines NAME=VALUE added to ours, ending with NULL; or NULL. */
Ran city_run_args(City *city, const char *const *environment, const char *const *arguments);
#define assert_ran(expected_code, ran) assert_ran_at(expected_code, ran, __FILE__, __LINE__)
void assert_ran_at(int expected, Ran ran, const char *file, int line);

/* A path below the test's folder. */
char *city_path(City *city, const char *name);
void city_write_file(City *city, const char *name, Str text);
Str city_read_file(City *city, const char *path);
/* A C string in the test's arena. */
char *city_fmt(City *city, const char *fmt, ...) PRINTF_LIKE(2, 3);
#define str_fmt(city, ...) str_from(city_fmt(city, __VA_ARGS__))

/* `hanse user add`, `hanse token add`; the token's secret and, where asked for, its id. */
void city_add_person(City *city, const char *mail, const char *role, const char *password);
Str city_add_token(City *city, const char *scopes, int64_t *ret_id);
/* "Authorization: Bearer SECRET\r\n" */
Str city_bearer(City *city, Str secret);
/* Logs in through the form; the header line "Cookie: ...\r\n". Fails the test when refused. */
Str city_login(City *city, Client *client, const char *mail, const char *password);
/* What a hidden field of the page's first form with such a field holds. Fails the test where there
 * is none. */
Str answer_field(City *city, const Answer *answer, const char *name);
/* The form token of the session, as a page carries it. */
Str city_form_token(City *city, Client *client, Str cookie);
/* The unsigned number behind "\nNAME " in /metrics. */
int64_t city_metric(City *city, Client *client, Str name);

/* HANSE_SHARED/below, or NULL where the data is not there: then the test is to be skipped. */
char *shared_path(City *city, const char *below);
/* True where the binary was built with sanitizers: then memory and time are not the product's. */
bool is_sanitized(void);

/* A JSON text as a value; it fails the test where it is none. */
JsonValue json_of(City *city, Str text);
/* The member at a path of names parted by blanks; fails the test where one is missing. */
JsonValue json_at(JsonValue value, const char *path);
/* The same members and values, aside from @context at the top. Prints both where they differ. */
bool entity_equal(JsonValue a, JsonValue b);

#define AS_LD S("application/ld+json")
#define AS_JSON S("application/json")
#define AS_FORM S("application/x-www-form-urlencoded")
#define ENTITIES "/ngsi-ld/v1/entities"
#define OPERATIONS "/ngsi-ld/v1/entityOperations"
#define TEMPORAL "/ngsi-ld/v1/temporal/entities"

#endif
