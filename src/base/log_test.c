#include "base/log.h"

#include "base/test.h"

#include <stdlib.h>
#include <unistd.h>

typedef struct Written {
    Log log;
    char text[200000];
} Written;

static int setup(void **state)
{
    char path[] = "/tmp/hanse-log-XXXXXX";
    Written *written = calloc(1, sizeof *written);
    ASSERT(written);
    written->log = (Log){.level = LOG_INFO, .fd = mkstemp(path)};
    assert_true(written->log.fd >= 0);
    unlink(path);
    *state = written;
    return 0;
}

static int teardown(void **state)
{
    Written *written = *state;
    close(written->log.fd);
    free(written);
    return 0;
}

static Str read_all(Written *written)
{
    ssize_t n = pread(written->log.fd, written->text, sizeof written->text, 0);
    assert_true(n >= 0 && (size_t)n < sizeof written->text);
    return (Str){written->text, (size_t)n};
}

static void a_line_is_a_time_a_level_an_event_and_fields(void **state)
{
    Written *w = *state;
    log_line(&w->log, LOG_WARN, "disk", LOG_I("free", INT64_MIN), LOG_I("used", 0),
             LOG_S("path", S("a b\n")), LOG_S("plain", S("x/y")));
    Str line = read_all(w);
    assert_true(line.n > 25 && line.p[10] == 'T' && line.p[19] == '.' && line.p[23] == 'Z');
    assert_str(" warn disk free=-9223372036854775808 used=0 path=\"a b\\x0a\" plain=x/y\n",
               str_from_index(line, 24));
}

static void what_comes_later_comes_whole_and_in_order(void **state)
{
    enum { LINES = 3000 }; /* several buffers full */
    Written *w = *state;
    LogBuffer *buffer = calloc(1, sizeof *buffer);
    ASSERT(buffer);
    log_later(&w->log, buffer, LOG_INFO, "http", LOG_I("number", 0));
    assert_int_equal(read_all(w).n, 0);
    for (int i = 1; i < LINES; i++)
        log_later(&w->log, buffer, LOG_INFO, "http", LOG_I("number", i));
    log_later(&w->log, buffer, LOG_DEBUG, "dropped", LOG_I("number", 0));
    log_flush(&w->log, buffer);
    log_flush(&w->log, buffer);
    Str rest = read_all(w);
    for (int i = 0; i < LINES; i++) {
        char expected[48];
        Str line = str_cut(&rest, '\n');
        snprintf(expected, sizeof expected, " info http number=%d", i);
        assert_str_equal(str_from(expected), str_from_index(line, 24));
        assert_true(line.p[10] == 'T' && line.p[23] == 'Z');
    }
    assert_int_equal(rest.n, 0);
    free(buffer);
}

static void a_line_that_is_too_long_is_cut_with_a_mark(void **state)
{
    Written *w = *state;
    char long_text[9000];
    memset(long_text, 'x', sizeof long_text);
    Str path = {long_text, sizeof long_text};
    LogBuffer *buffer = calloc(1, sizeof *buffer);
    ASSERT(buffer);
    for (int i = 0; i < 10; i++)
        log_later(&w->log, buffer, LOG_INFO, "http", LOG_S("path", path));
    log_flush(&w->log, buffer);
    Str all = read_all(w);
    assert_int_equal(all.n, 10 * 4096);
    assert_true(str_ends(all, S("xx...\n")));
    free(buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_line_is_a_time_a_level_an_event_and_fields, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_comes_later_comes_whole_and_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(a_line_that_is_too_long_is_cut_with_a_mark, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
