/* The command line: usage, exit codes, configuration, one server per directory, start and end. */
#include "program.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct CommandRow {
    const char *name, *arguments;
} CommandRow;

static const CommandRow COMMANDS[] = {
#define COMMAND(name, function, arguments, help) {name, arguments},
#include "app/command.def"
#undef COMMAND
};

/* ---- usage ---- */

static void help_names_every_command_and_option(void **state)
{
    static const char *const OPTIONS[] = {
#define TEXT(field, name, def, help) name,
#define NUMBER(field, name, def, min, max, unit, help) name,
#define SWITCH(field, name, help) name,
#include "app/config.def"
#undef TEXT
#undef NUMBER
#undef SWITCH
    };
    City *city = *state;
    Ran help = city_run(city, "help"), manual = city_run(city, "manual");
    assert_ran(0, help);
    assert_ran(0, manual);
    assert_int_equal(help.err.n, 0);
    for (size_t i = 0; i < COUNT_OF(COMMANDS); i++) {
        assert_true(str_find(help.out, str_fmt(city, "\n  %s ", COMMANDS[i].name)) > 0);
        assert_true(str_find(manual.out, str_fmt(city, "\n.B %s\n", COMMANDS[i].name)) > 0);
    }
    for (size_t i = 0; i < COUNT_OF(OPTIONS); i++)
        assert_true(str_find(help.out, str_fmt(city, "\n  --%s", OPTIONS[i])) > 0);
    assert_str_equal(help.out, city_run(city, "--help").out);
    assert_str_equal(help.out, city_run(city, "-h").out);
    assert_str_equal(help.out, city_run_args(city, NULL, (const char *[]){NULL}).out);
    Ran version = city_run(city, "--version");
    assert_ran(0, version);
    assert_true(str_starts(version.out, S("hanse ")));
}

/* It says how, and does nothing. */
static void every_command_explains_itself(void **state)
{
    City *city = *state;
    for (size_t i = 0; i < COUNT_OF(COMMANDS); i++) {
        Ran ran = city_run(city, COMMANDS[i].name, "--help", "--data", city->data);
        assert_ran(0, ran);
        assert_int_equal(ran.err.n, 0);
        assert_true(str_starts(
            ran.out, str_fmt(city, "usage: hanse %s %s", COMMANDS[i].name, COMMANDS[i].arguments)));
    }
    assert_int_not_equal(access(city->data, F_OK), 0);
}

static void wrong_use_is_told_and_ends_with_64(void **state)
{
    City *city = *state;
    const char *data = city->data;
    const struct {
        Ran ran;
        const char *told;
    } CASES[] = {
        {city_run(city, "sevre"), "there is no command \"sevre\""},
        {city_run(city, "serve", "--data", data, "--lisen", "127.0.0.1:0"), "no option --lisen"},
        {city_run(city, "serve", "--data", data, "extra"), "usage: hanse serve"},
        {city_run(city, "serve", "--data"), "--data needs a value"},
        {city_run(city, "serve"), "--data DIR"},
        {city_run(city, "serve", "--data", data, "--loops", "many"), "from 0 to 64"},
        {city_run(city, "serve", "--data", data, "--loops", "65"), "from 0 to 64"},
        {city_run(city, "serve", "--data", data, "--open=perhaps"), "on or off"},
        {city_run(city, "serve", "--data", data, "--log", "loud"), "debug, info, warn or error"},
        {city_run(city, "serve", "--data", data, "--listen", "here"), "ADDRESS:PORT"},
        {city_run(city, "serve", "--data", data, "--tls-cert", "x"), "--tls-key"},
        {city_run(city, "user", "--data", data), "usage: hanse user"},
        {city_run(city, "user", "remove", "x", "--data", data), "usage: hanse user"},
        {city_run(city, "user", "add", "a@b.org", "--role", "king", "--data", data),
         "no role king"},
        {city_run(city, "token", "add", "--data", data), "usage: hanse token"},
        {city_run(city, "token", "remove", "one", "--data", data), "usage: hanse token"},
        {city_run(city, "setting", "--data", data), "usage: hanse setting"},
        {city_run(city, "backup", "--data", data), "usage: hanse backup"},
        {city_run(city, "restore", "x"), "usage: hanse restore"},
        {city_run(city, "import", "--data", data), "usage: hanse import"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        assert_ran(64, CASES[i].ran);
        if (str_find(CASES[i].ran.err, str_from(CASES[i].told)) < 0) {
            print_message("# \"%s\" is not in: %.*s\n", CASES[i].told, SARG(CASES[i].ran.err));
            assert_true(false);
        }
        assert_int_equal(CASES[i].ran.out.n, 0);
    }
    assert_ran(64, city_run(city, "setting", "get", "no.such", "--data", data));
    assert_ran(66, city_run(city, "user", "add", "a@b.org", "--password-file",
                            city_path(city, "none"), "--data", data));
}

static void a_directory_that_cannot_be_is_unavailable(void **state)
{
    City *city = *state;
    city_write_file(city, "file", S("x"));
    Ran ran =
        city_run(city, "serve", "--data", city_path(city, "file/below"), "--listen", "127.0.0.1:0");
    assert_ran(69, ran);
    assert_true(str_find(ran.err, S("file/below")) > 0);
}

/* ---- configuration ---- */

static int64_t loops_started(City *city)
{
    Str log = city_log(city);
    ptrdiff_t at = str_find(log, S(" loops="));
    assert_true(at > 0);
    Str rest = str_from_index(log, (size_t)at + 7);
    int64_t loops;
    assert_true(str_to_i64(str_cut(&rest, ' '), &loops));
    return loops;
}

static void command_line_beats_environment_beats_file_beats_default(void **state)
{
    City *city = *state;
    assert_ran(0, city_run(city, "setting", "list", "--data", city->data)); /* makes the folder */
    city_write_file(city, "data/hanse.conf", S("# a comment\n\n loops = 3 \nopen = on\n"));
    city_serve(city, NULL);
    assert_int_equal(loops_started(city), 3);
    assert_status(400, ask(&city->client, .path = S(ENTITIES), .type = AS_JSON, .body = S("{}")));
    assert_int_equal(city_stop(city), 0);

    setenv("HANSE_LOOPS", "2", 1);
    setenv("HANSE_OPEN", "off", 1);
    city_serve(city, NULL);
    assert_int_equal(loops_started(city), 2);
    assert_status(401, ask(&city->client, .path = S(ENTITIES), .type = AS_JSON, .body = S("{}")));
    assert_int_equal(city_stop(city), 0);

    city_serve(city, "--loops", "1");
    assert_int_equal(loops_started(city), 1);
    unsetenv("HANSE_LOOPS");
    unsetenv("HANSE_OPEN");
}

/* Each option's variable is its name, as the help says. */
static void every_option_is_known_to_the_environment_by_its_name(void **state)
{
    static const char *const NUMBERS[] = {
#define TEXT(field, name, def, help)
#define NUMBER(field, name, def, min, max, unit, help) name,
#define SWITCH(field, name, help) name,
#include "app/config.def"
#undef TEXT
#undef NUMBER
#undef SWITCH
    };
    City *city = *state;
    for (size_t i = 0; i < COUNT_OF(NUMBERS); i++) {
        char *variable = city_fmt(city, "HANSE_%s=wrong", NUMBERS[i]);
        for (char *c = variable + 6; *c != '='; c++)
            *c = (char)(*c == '-' ? '_' : *c >= 'a' && *c <= 'z' ? *c - 32 : *c);
        Ran ran = city_run_args(city, (const char *[]){variable, NULL},
                                (const char *[]){"setting", "list", "--data", city->data, NULL});
        assert_ran(64, ran);
        assert_true(str_find(ran.err, str_from(NUMBERS[i])) > 0);
    }
}

static void a_wrong_line_of_the_file_is_named(void **state)
{
    City *city = *state;
    assert_ran(0, city_run(city, "setting", "list", "--data", city->data));
    city_write_file(city, "data/hanse.conf", S("loops = 1\n\nlops = 3\n"));
    Ran ran = city_run(city, "serve", "--data", city->data, "--listen", "127.0.0.1:0");
    assert_ran(64, ran);
    assert_true(str_find(ran.err, S("hanse.conf, line 3: \"lops = 3\"")) > 0);
}

static void an_open_server_does_not_listen_to_everybody(void **state)
{
    City *city = *state;
    static const char *const ADDRESSES[] = {"0.0.0.0:0", "[::]:0", "192.0.2.1:0"};
    for (size_t i = 0; i < COUNT_OF(ADDRESSES); i++) {
        Ran ran = city_run(city, "serve", "--data", city->data, "--open", "--listen", ADDRESSES[i]);
        assert_ran(64, ran);
        assert_true(str_find(ran.err, S("--open-anywhere")) > 0);
        assert_true(str_find(ran.err, str_from(ADDRESSES[i])) > 0);
    }
}

/* ---- one server ---- */

static void a_directory_has_one_server(void **state)
{
    City *city = *state;
    city_serve(city, NULL);
    Ran ran = city_run(city, "serve", "--data", city->data, "--listen", "127.0.0.1:0");
    assert_ran(69, ran);
    assert_true(str_find(ran.err, str_fmt(city, "in use by process %ld", (long)city->pid)) > 0);
    assert_status(200, ask(&city->client, .path = S("/health")));
    /* One that was killed leaves no lock behind. */
    kill(city->pid, SIGKILL);
    assert_int_equal(city_wait_end(city, 5000), -SIGKILL);
    city_serve(city, NULL);
    assert_status(200, ask(&city->client, .path = S("/health")));
}

/* ---- end ---- */

static const char ENTITY[] = "{\"id\":\"urn:ngsi-ld:Sample:1\",\"type\":\"Sample\"}";

static void the_end_waits_for_a_request_that_is_under_way(void **state)
{
    City *city = *state;
    city_serve(city, "--open", "--drain", "10");
    Client idle;
    client_init(&idle, &city->arena, city->port);
    assert_status(200, ask(&idle, .path = S("/health")));
    Str text = client_request_text(
        &city->client, (Request){.path = S(ENTITIES), .type = AS_JSON, .body = str_from(ENTITY)});
    client_connect(&city->client);
    client_send(&city->client, str_slice(text, 0, text.n - 10));
    sleep_ms(500); /* the first half has arrived */
    assert_status(200, ask(&idle, .path = S("/health")));
    kill(city->pid, SIGTERM);
    assert_true(city_wait_log(city, S("stopping"), 5000));
    sleep_ms(100);
    client_send(&city->client, str_from_index(text, text.n - 10));
    assert_status(201, client_read_answer(&city->client, false));
    int64_t since = now_ms();
    assert_int_equal(city_wait_end(city, 15000), 0);
    assert_true(now_ms() - since < 8000); /* not at the limit */
    client_done(&idle);

    city_serve(city, "--open");
    assert_status(200, ask(&city->client, .path = S(ENTITIES "/urn:ngsi-ld:Sample:1")));
}

static void the_end_does_not_wait_for_ever(void **state)
{
    City *city = *state;
    city_serve(city, "--open", "--drain", "1");
    Client stream;
    client_init(&stream, &city->arena, city->port);
    client_connect(&stream);
    client_send(&stream, client_request_text(&stream, (Request){.path = S("/sse?all=true")}));
    assert_status(200, client_read_head(&stream));
    Str text = client_request_text(
        &city->client, (Request){.path = S(ENTITIES), .type = AS_JSON, .body = str_from(ENTITY)});
    client_connect(&city->client);
    client_send(&city->client, str_slice(text, 0, text.n - 10));
    sleep_ms(100);
    int64_t since = now_ms();
    assert_int_equal(city_stop(city), 0);
    int64_t took_ms = now_ms() - since;
    print_message("# ended after %lld ms\n", (long long)took_ms);
    assert_true(took_ms < 6000);
    client_done(&stream);
}

static void an_idle_server_ends_at_once(void **state)
{
    City *city = *state;
    city_serve(city, "--drain", "600");
    assert_status(200, ask(&city->client, .path = S("/health")));
    kill(city->pid, SIGINT);
    assert_int_equal(city_wait_end(city, 10000), 0);
}

#define IN_A_CITY(test) cmocka_unit_test_setup_teardown(test, city_setup, city_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_CITY(help_names_every_command_and_option),
        IN_A_CITY(every_command_explains_itself),
        IN_A_CITY(wrong_use_is_told_and_ends_with_64),
        IN_A_CITY(a_directory_that_cannot_be_is_unavailable),
        IN_A_CITY(command_line_beats_environment_beats_file_beats_default),
        IN_A_CITY(every_option_is_known_to_the_environment_by_its_name),
        IN_A_CITY(a_wrong_line_of_the_file_is_named),
        IN_A_CITY(an_open_server_does_not_listen_to_everybody),
        IN_A_CITY(a_directory_has_one_server),
        IN_A_CITY(the_end_waits_for_a_request_that_is_under_way),
        IN_A_CITY(the_end_does_not_wait_for_ever),
        IN_A_CITY(an_idle_server_ends_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
