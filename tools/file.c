/* Whole files, for the tools of the build. */
#include "tools/file.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"

void file_die(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

static bool try_read(Arena *arena, const char *path, Str *ret)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return false;
    size_t cap = 64 * 1024, n = 0;
    char *p = arena_alloc_raw(arena, cap, 1);
    for (;;) {
        n += fread(p + n, 1, cap - n, f);
        if (n < cap)
            break;
        p = arena_grow(arena, p, cap, cap * 2, 1);
        cap *= 2;
    }
    bool whole = !ferror(f);
    fclose(f);
    if (whole)
        *ret = (Str){p, n};
    return whole;
}

Str file_read(Arena *arena, const char *path)
{
    Str text = S("");
    if (!try_read(arena, path, &text))
        file_die("%s: %s", path, strerror(errno));
    return text;
}

void file_write(const char *path, Str bytes)
{
    Arena arena;
    arena_init(&arena, 0, 0);
    Str before = S("");
    bool same = try_read(&arena, path, &before) && str_eq(before, bytes);
    arena_done(&arena);
    if (same)
        return;
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(bytes.p, 1, bytes.n, f) != bytes.n || fclose(f) != 0)
        file_die("%s: cannot write: %s", path, strerror(errno));
}
