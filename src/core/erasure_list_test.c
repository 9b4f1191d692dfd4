#include "core/erasure_list.h"

#include "base/str.h"
#include "core/test_core.h"

#include <fcntl.h>

static void write_end(TestCore *f, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/" ERASURE_LIST_NAME, f->db.dir);
    int fd = open(path, O_WRONLY | O_APPEND);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static void what_is_added_is_read_once_and_names_nobody(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Str dir = str_from(f->db.dir);
    ErasureLine *lines;
    size_t count;
    assert_ok(cx, erasure_list_read(cx, dir, &lines, &count));
    assert_int_equal(count, 0);
    ErasureLine line = erasure_line(cx, (PersonId){7}, true, S("ada@example.org"));
    assert_ok(cx, erasure_list_add(cx, dir, &line, 1));
    assert_ok(cx, erasure_list_add(cx, dir, &line, 1));
    assert_ok(cx, erasure_list_read(cx, dir, &lines, &count));
    assert_int_equal(count, 1);
    assert_int_equal(lines[0].person.v, 7);
    assert_true(lines[0].posts);
    assert_true(erasure_line_is(&lines[0], S("ada@example.org")));
    assert_false(erasure_line_is(&lines[0], S("eda@example.org")));
    /* The same address has another hash in another line. */
    ErasureLine other = erasure_line(cx, (PersonId){7}, false, S("ada@example.org"));
    assert_false(str_eq(line.hash, other.hash));
    assert_ok(cx, erasure_list_add(cx, dir, &other, 1));
    assert_ok(cx, erasure_list_read(cx, dir, &lines, &count));
    assert_int_equal(count, 2);
    assert_false(lines[1].posts);
}

static void half_a_line_is_left_out_and_does_not_spoil_the_next(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Str dir = str_from(f->db.dir);
    ErasureLine *lines, line = erasure_line(cx, (PersonId){1}, false, S("a@b"));
    size_t count;
    assert_ok(cx, erasure_list_add(cx, dir, &line, 1));
    write_end(f, "1\t2\t179");
    assert_ok(cx, erasure_list_read(cx, dir, &lines, &count));
    assert_int_equal(count, 1);
    line = erasure_line(cx, (PersonId){3}, false, S("c@d"));
    assert_ok(cx, erasure_list_add(cx, dir, &line, 1));
    assert_ok(cx, erasure_list_read(cx, dir, &lines, &count));
    assert_int_equal(count, 2);
    assert_int_equal(lines[1].person.v, 3);
    assert_err(cx, ERR_UNAVAILABLE, "erasure.list",
               erasure_list_add(cx, S("/nowhere/at/all"), &line, 1));
}

/* Also where lists are put together, in either order. */
static void a_line_that_is_taken_back_does_not_hold(void **state)
{
    TestCore *f = *state;
    Cx *cx = &f->t.cx;
    Str dir = str_from(f->db.dir);
    ErasureLine *lines, stayed = erasure_line(cx, (PersonId){7}, true, S("ada@example.org"));
    ErasureLine gone = erasure_line(cx, (PersonId){7}, false, S("ada@example.org"));
    size_t count;
    assert_ok(cx, erasure_list_add(cx, dir, &stayed, 1));
    assert_ok(cx, erasure_list_take_back(cx, dir, &stayed, 1));
    assert_ok(cx, erasure_list_read(cx, dir, &lines, &count));
    assert_int_equal(count, 0);
    assert_ok(cx, erasure_list_add(cx, dir, &stayed, 1)); /* of a backup from before */
    assert_ok(cx, erasure_list_add(cx, dir, &gone, 1));
    assert_ok(cx, erasure_list_take_back(cx, dir, &stayed, 1));
    assert_ok(cx, erasure_list_read(cx, dir, &lines, &count));
    assert_int_equal(count, 1);
    assert_true(str_eq(gone.hash, lines[0].hash));
    Str text =
        arena_fmt(cx->arena, "1\t7\t9\tstays\t%.*s\t%.*s\n", SARG(gone.salt), SARG(gone.hash));
    erasure_list_parse(cx, text, &lines, &count);
    assert_int_equal(count, 1);
    assert_true(lines[0].stays && !lines[0].posts);
    assert_ok(cx, erasure_list_add(cx, dir, lines, count)); /* as a restore does it */
    assert_ok(cx, erasure_list_read(cx, dir, &lines, &count));
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_SQLITE(what_is_added_is_read_once_and_names_nobody, teardown),
        TEST_ON_SQLITE(half_a_line_is_left_out_and_does_not_spoil_the_next, teardown),
        TEST_ON_SQLITE(a_line_that_is_taken_back_does_not_hold, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, test_db_group_done);
}
