/* Bytes by their hash: once, whole, and gone only when they are old. */
#include "core/blob.h"

#include "base/test.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct BlobTest {
    TestCx t;
    char top[64];
    Str dir;
} BlobTest;

static int setup(void **state)
{
    BlobTest *f = calloc(1, sizeof *f);
    assert_non_null(f);
    assert_true(sodium_init() >= 0);
    test_cx_init(&f->t);
    snprintf(f->top, sizeof f->top, "/tmp/hanse-blob-XXXXXX");
    assert_non_null(mkdtemp(f->top));
    f->dir = arena_fmt(&f->t.arena, "%s/files", f->top);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    BlobTest *f = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", f->top);
    assert_int_equal(system(command), 0);
    test_cx_done(&f->t);
    free(f);
    return 0;
}

static char *path_of(BlobTest *f, Str name)
{
    return arena_cstr(&f->t.arena,
                      arena_fmt(&f->t.arena, "%.*s/%.2s/%.*s", SARG(f->dir), name.p, SARG(name)));
}

static void set_time(const char *path, int64_t at_us)
{
    struct timespec times[2] = {{.tv_sec = at_us / 1000000}, {.tv_sec = at_us / 1000000}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void bytes_come_back_as_they_were(void **state)
{
    BlobTest *f = *state;
    Cx *cx = &f->t.cx;
    Str name, again, other, bytes = S("a\0b\r\n"), read;
    assert_ok(cx, blob_put(cx, f->dir, bytes, &name));
    assert_int_equal(name.n, BLOB_NAME_BYTES);
    assert_ok(cx, blob_put(cx, f->dir, bytes, &again));
    assert_str_equal(name, again);
    assert_ok(cx, blob_put(cx, f->dir, S("another"), &other));
    assert_false(str_eq(name, other));
    assert_true(blob_exists(cx, f->dir, name));
    assert_ok(cx, blob_get(cx, f->dir, name, 100, &read));
    assert_str_equal(bytes, read);
    assert_err(cx, ERR_LIMIT, "blob.large", blob_get(cx, f->dir, name, 4, &read));
    struct stat info;
    assert_int_equal(stat(path_of(f, name), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    blob_remove(cx, f->dir, name);
    assert_false(blob_exists(cx, f->dir, name));
    assert_err(cx, ERR_NOT_FOUND, "blob.missing", blob_get(cx, f->dir, name, 100, &read));
}

static void a_name_is_a_hash_and_no_path(void **state)
{
    static const char *const BAD[] = {
        "", "../../etc/passwd", "ab",
        "../../../../../../../../../../../../../../../../etc/passwd12345"};
    BlobTest *f = *state;
    Cx *cx = &f->t.cx;
    Str read;
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        assert_err(cx, ERR_INVALID, "blob.name",
                   blob_get(cx, f->dir, str_from(BAD[i]), 100, &read));
        assert_false(blob_exists(cx, f->dir, str_from(BAD[i])));
    }
}

static void old_ones_are_listed_and_leftovers_of_writes_removed(void **state)
{
    BlobTest *f = *state;
    Cx *cx = &f->t.cx;
    Str old, young, *names;
    size_t count;
    int64_t then_us = INT64_C(1600000000000000);
    assert_ok(cx, blob_list_old(cx, f->dir, then_us, 10, &names, &count));
    assert_int_equal(count, 0); /* there is no folder yet */
    assert_ok(cx, blob_put(cx, f->dir, S("old"), &old));
    assert_ok(cx, blob_put(cx, f->dir, S("young"), &young));
    char *left = path_of(f, old);
    memcpy(strrchr(left, '/') + 1, ".part-", 6);
    int fd = open(left, O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0);
    close(fd);
    set_time(path_of(f, old), then_us - 1000000);
    set_time(left, then_us - 1000000);
    assert_ok(cx, blob_list_old(cx, f->dir, then_us, 10, &names, &count));
    assert_int_equal(count, 1);
    assert_str_equal(old, names[0]);
    assert_int_equal(access(left, F_OK), -1);
    assert_true(blob_is_older(cx, f->dir, old, then_us));
    assert_false(blob_is_older(cx, f->dir, young, then_us));
    /* Written again it is young. */
    assert_ok(cx, blob_put(cx, f->dir, S("old"), &old));
    assert_ok(cx, blob_list_old(cx, f->dir, then_us, 10, &names, &count));
    assert_int_equal(count, 0);
}

static void a_folder_that_cannot_be_written_is_an_error(void **state)
{
    BlobTest *f = *state;
    Cx *cx = &f->t.cx;
    Str name = S("untouched"), inside;
    inside = arena_fmt(cx->arena, "%s/file/below", f->top);
    int fd = open(arena_fmt(cx->arena, "%s/file", f->top).p, O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0);
    close(fd);
    assert_err(cx, ERR_UNAVAILABLE, "blob.write", blob_put(cx, inside, S("x"), &name));
    assert_str("untouched", name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(bytes_come_back_as_they_were, setup, teardown),
        cmocka_unit_test_setup_teardown(a_name_is_a_hash_and_no_path, setup, teardown),
        cmocka_unit_test_setup_teardown(old_ones_are_listed_and_leftovers_of_writes_removed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_folder_that_cannot_be_written_is_an_error, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
