#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { START_WAIT_MS = 30000, STOP_WAIT_MS = 60000, FILE_TEXT_MAX = 256 << 20 };

/* ---- folders and files ---- */

char *city_fmt(City *city, const char *fmt, ...)
{
    va_list list;
    va_start(list, fmt);
    int n = vsnprintf(NULL, 0, fmt, list);
    va_end(list);
    assert_true(n >= 0);
    char *text = arena_alloc_bytes(&city->arena, (size_t)n + 1, 1);
    va_start(list, fmt);
    vsnprintf(text, (size_t)n + 1, fmt, list);
    va_end(list);
    return text;
}

char *city_path(City *city, const char *name)
{
    return city_fmt(city, "%s/%s", city->dir, name);
}

Str city_read_file(City *city, const char *path)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return (Str){0};
    assert_int_equal(fstat(fd, &info), 0);
    char *text = arena_alloc_raw(&city->arena, (size_t)info.st_size + 1, 1);
    size_t n = 0;
    for (ssize_t got;
         n < (size_t)info.st_size && (got = read(fd, text + n, (size_t)info.st_size - n)) > 0;)
        n += (size_t)got;
    close(fd);
    return (Str){text, n};
}

void city_write_file(City *city, const char *name, Str text)
{
    FILE *file = fopen(city_path(city, name), "we");
    assert_non_null(file);
    assert_int_equal(fwrite(text.p, 1, text.n, file), text.n);
    assert_int_equal(fclose(file), 0);
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *at)
{
    (void)info, (void)kind, (void)at;
    return remove(path);
}

/* ---- a test's life ---- */

int city_setup(void **state)
{
    City *city = calloc(1, sizeof *city);
    ASSERT(city);
    arena_init(&city->arena, 1 << 20, (size_t)4 << 30);
    city->cx = (Cx){.arena = &city->arena, .error = &city->error, .clock = &CLOCK_SYSTEM};
    const char *root = getenv("TMPDIR");
    snprintf(city->dir, sizeof city->dir, "%s/hanse-test-XXXXXX", root ? root : P_tmpdir);
    assert_non_null(mkdtemp(city->dir));
    snprintf(city->data, sizeof city->data, "%s/data", city->dir);
    snprintf(city->log, sizeof city->log, "%s/log", city->dir);
    client_init(&city->client, &city->arena, 0);
    *state = city;
    return 0;
}

int city_setup_open(void **state)
{
    city_setup(state);
    city_serve(*state, "--open");
    return 0;
}

int city_teardown(void **state)
{
    City *city = *state;
    int code = city->pid ? city_stop(city) : 0;
    if (code)
        print_message("# the server ended with %d\n# %.*s\n", code, SARG(city_log(city)));
    client_done(&city->client);
    nftw(city->dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    arena_done(&city->arena);
    free(city);
    return code ? -1 : 0;
}

/* ---- processes ---- */

static const char *binary(void)
{
    const char *name = getenv("HANSE_BIN");
    ASSERT(name); /* set by meson.build */
    return name;
}

/* In the child: the files become stdout and stderr, and the end of the test is ours. */
static _Noreturn void become(const City *city, const char *const *environment,
                             const char *const *arguments, int out, int err)
{
    char *argv[ARGS_MAX + 2];
    size_t n = 0;
    argv[n++] = (char *)(uintptr_t)binary();
    for (size_t i = 0; arguments[i] && n < ARGS_MAX; i++)
        argv[n++] = (char *)(uintptr_t)arguments[i];
    argv[n] = NULL;
    setenv("HANSE_TEST_APPLY_TWICE", city->once ? "off" : "on", 1);
    for (size_t i = 0; environment && environment[i]; i++)
        putenv((char *)(uintptr_t)environment[i]);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0)
        _exit(126);
    execve(argv[0], argv, environ);
    _exit(127);
}

static pid_t start(const City *city, const char *const *environment, const char *const *arguments,
                   const char *out_name, const char *err_name)
{
    int out = open(out_name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int err = open(err_name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_APPEND, 0600);
    assert_true(out >= 0 && err >= 0);
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        become(city, environment, arguments, out, err);
    close(out);
    close(err);
    return pid;
}

/* The exit code, -SIGNAL, or -1000 when it did not end in time and was killed. */
static int wait_end(pid_t pid, int wait_ms)
{
    int status = 0;
    int64_t until = now_ms() + wait_ms;
    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (now_ms() > until) {
            kill(pid, SIGKILL);
            waitpid(pid, &status, 0);
            return -1000;
        }
        sleep_ms(2);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

Ran city_run_args(City *city, const char *const *environment, const char *const *arguments)
{
    static int count;
    const char *out = city_path(city, city_fmt(city, "out%d", count));
    const char *err = city_path(city, city_fmt(city, "err%d", count++));
    pid_t pid = start(city, environment, arguments, out, err);
    int code = wait_end(pid, 300000);
    return (Ran){code, city_read_file(city, out), city_read_file(city, err)};
}

void assert_ran_at(int expected, Ran ran, const char *file, int line)
{
    if (ran.code == expected)
        return;
    print_message("# expected exit code %d, got %d\n# out: %.*s\n# err: %.*s\n", expected, ran.code,
                  SARG(str_slice(ran.out, 0, 2000)), SARG(str_slice(ran.err, 0, 4000)));
    _fail(file, line);
}

/* ---- the server ---- */

Str city_log(City *city)
{
    return city_read_file(city, city->log);
}

bool city_wait_log(City *city, Str text, int wait_ms)
{
    for (int64_t until = now_ms() + wait_ms; now_ms() < until; sleep_ms(3)) {
        ArenaMark mark = arena_mark(&city->arena);
        bool there = str_find(city_log(city), text) >= 0;
        arena_rewind(&city->arena, mark);
        if (there)
            return true;
    }
    return false;
}

static bool read_port(City *city)
{
    int64_t port;
    Str rest = city_log(city);
    while (rest.p) {
        Str line = str_cut(&rest, '\n');
        ptrdiff_t at = str_find(line, S(" port="));
        if (str_find(line, S("started")) < 0 || at < 0 || !rest.p)
            continue;
        Str text = str_from_index(line, (size_t)at + 6);
        if (!str_to_i64(str_cut(&text, ' '), &port))
            continue;
        city->port = (uint16_t)port;
        return true;
    }
    return false;
}

static void wait_started(City *city, int wait_ms)
{
    int64_t since = now_ms();
    int status;
    while (!read_port(city)) {
        bool ended = waitpid(city->pid, &status, WNOHANG) != 0;
        if (!ended && now_ms() - since < wait_ms) {
            sleep_ms(2);
            continue;
        }
        print_message("# the server did not start: %.*s\n", SARG(city_log(city)));
        if (ended)
            city->pid = 0;
        assert_true(false);
    }
    city->start_ms = (int)(now_ms() - since);
}

static void serve_as(City *city, const char *const *arguments, int wait_ms)
{
    ASSERT(!city->pid);
    city->pid = start(city, NULL, arguments, city_path(city, "serve-out"), city->log);
    wait_started(city, wait_ms);
    client_done(&city->client);
    client_init(&city->client, &city->arena, city->port);
}

void city_serve_args(City *city, const char *const *options)
{
    const char *arguments[ARGS_MAX] = {"serve", "--data", city->data, "--listen", "127.0.0.1:0"};
    size_t n = 5;
    for (size_t i = 0; options[i]; i++) {
        ASSERT(n < ARGS_MAX - 1);
        arguments[n++] = options[i];
    }
    serve_as(city, arguments, START_WAIT_MS);
}

void city_demo(City *city, bool past, int wait_ms)
{
    const char *arguments[] = {"demo",     "--data",      city->data,
                               "--listen", "127.0.0.1:0", past ? NULL : "--demo-recent",
                               NULL};
    serve_as(city, arguments, wait_ms);
}

int city_wait_end(City *city, int wait_ms)
{
    pid_t pid = city->pid;
    city->pid = 0;
    return wait_end(pid, wait_ms);
}

int city_stop(City *city)
{
    kill(city->pid, SIGTERM);
    return city_wait_end(city, STOP_WAIT_MS);
}

/* ---- persons and tokens ---- */

void city_add_person(City *city, const char *mail, const char *role, const char *password)
{
    city_write_file(city, "password", str_from(password));
    Ran ran = city_run(city, "user", "add", mail, "--name", mail, "--role", role, "--password-file",
                       city_path(city, "password"), "--data", city->data);
    assert_ran(0, ran);
}

Str city_add_token(City *city, const char *scopes, int64_t *ret_id)
{
    Ran ran = city_run(city, "token", "add", "test", "--scopes", scopes, "--data", city->data);
    assert_ran(0, ran);
    ptrdiff_t at = str_find(ran.err, S("token "));
    assert_true(at >= 0);
    Str id = str_from_index(ran.err, (size_t)at + 6);
    if (ret_id)
        assert_true(str_to_i64(str_cut(&id, ','), ret_id));
    return str_trim(ran.out);
}

Str city_bearer(City *city, Str secret)
{
    return str_fmt(city, "Authorization: Bearer %.*s\r\n", SARG(secret));
}

Str city_login(City *city, Client *client, const char *mail, const char *password)
{
    Buf body = buf_new(&city->arena, 4096);
    buf_put(&body, S("mail="));
    buf_uri_component(&body, str_from(mail));
    buf_put(&body, S("&password="));
    buf_uri_component(&body, str_from(password));
    Answer answer = ask(client, .path = S("/anmelden"), .type = AS_FORM, .body = buf_str(&body));
    assert_status(303, answer);
    Str cookie = answer_header(&answer, S("Set-Cookie"));
    cookie = str_cut(&cookie, ';');
    assert_true(cookie.n > 40);
    return str_fmt(city, "Cookie: %.*s\r\n", SARG(cookie));
}

Str answer_field(City *city, const Answer *answer, const char *name)
{
    Str start = str_fmt(city, "name=\"%s\" value=\"", name);
    ptrdiff_t at = str_find(answer->body, start);
    if (at < 0)
        print_message("# no field \"%s\" on a page (%d)\n", name, answer->status);
    assert_true(at >= 0);
    Str rest = str_from_index(answer->body, (size_t)at + start.n);
    return str_cut(&rest, '"');
}

Str city_form_token(City *city, Client *client, Str cookie)
{
    Answer answer = ask(client, .path = S("/konto"), .headers = cookie);
    assert_status(200, answer);
    return answer_field(city, &answer, "token");
}

int64_t city_metric(City *city, Client *client, Str name)
{
    Answer answer = ask(client, .path = S("/metrics"));
    assert_status(200, answer);
    Str start_of = str_fmt(city, "\nhanse_%.*s ", SARG(name));
    ptrdiff_t at = str_find(answer.body, start_of);
    assert_true(at >= 0);
    Str rest = str_from_index(answer.body, (size_t)at + start_of.n);
    int64_t value;
    assert_true(str_to_i64(str_cut(&rest, '\n'), &value));
    return value;
}

/* ---- data and JSON ---- */

char *shared_path(City *city, const char *below)
{
    const char *root = getenv("HANSE_SHARED");
    char *path = city_fmt(city, "%s/%s", root ? root : "", below);
    if (root && access(path, R_OK) == 0)
        return path;
    print_message("# %s is not there: HANSE_SHARED names the folder of the reference data\n", path);
    return NULL;
}

bool is_sanitized(void)
{
#if defined(__SANITIZE_ADDRESS__)
    return true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
    return true;
#else
    return false;
#endif
#else
    return false;
#endif
}

JsonValue json_of(City *city, Str text)
{
    Json *json = arena_new(&city->arena, Json);
    assert_ok(&city->cx, json_parse(&city->cx, text, json));
    return json_root(json);
}

JsonValue json_at(JsonValue value, const char *path)
{
    for (Str rest = str_from(path); rest.p;) {
        Str name = str_cut(&rest, ' ');
        int64_t index;
        if (json_is(value, JSON_ARRAY) && str_to_i64(name, &index)) {
            JsonIter it = json_iter(value);
            bool there = true;
            for (int64_t i = 0; there && i <= index; i++)
                there = json_next(&it);
            assert_true(there);
            value = it.value;
            continue;
        }
        if (!json_find(value, name, &value)) {
            print_message("# no member \"%.*s\" of \"%s\" in %.*s\n", SARG(name), path,
                          SARG(str_slice(json_span(value), 0, 1000)));
            assert_true(false);
        }
    }
    return value;
}

static uint32_t members_beside_context(JsonValue v)
{
    JsonValue context;
    return json_count(v) - (json_find(v, S("@context"), &context) ? 1 : 0);
}

bool entity_equal(JsonValue a, JsonValue b)
{
    bool equal = json_is(a, JSON_OBJECT) && json_is(b, JSON_OBJECT) &&
                 members_beside_context(a) == members_beside_context(b);
    for (JsonIter it = json_iter(a); equal && json_next(&it);) {
        JsonValue other;
        if (json_text_is(it.key, S("@context")))
            continue;
        equal = json_find(b, json_raw(it.key), &other) && json_equal(it.value, other);
        if (!equal)
            print_message("# they differ at %.*s\n", SARG(json_span(it.key)));
    }
    if (!equal)
        print_message("# one:   %.*s\n# other: %.*s\n", SARG(json_span(a)), SARG(json_span(b)));
    return equal;
}
