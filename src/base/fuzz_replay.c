/* The main of a fuzz target in an ordinary build: it feeds every named file, and every file of a
 * named directory, to LLVMFuzzerTestOneInput and reports in TAP. A failure is a crash, a
 * sanitizer's finding or an ASSERT in the target; no input at all is a failure too. */
#include "base/arena.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Paths {
    Arena arena;
    const char **list;
    size_t count;
    size_t cap;
} Paths;

static void path_add(Paths *paths, const char *path)
{
    if (paths->count == paths->cap) {
        size_t cap = paths->cap * 2 + 64;
        paths->list = arena_grow(&paths->arena, paths->list, paths->cap * sizeof(char *),
                                 cap * sizeof(char *), _Alignof(char *));
        paths->cap = cap;
    }
    paths->list[paths->count++] = arena_cstr(&paths->arena, str_from(path));
}

static void bail_out(const char *path)
{
    printf("Bail out! %s: %s\n", path, strerror(errno));
    exit(1);
}

static void paths_add_dir(Paths *paths, const char *path)
{
    DIR *dir = opendir(path);
    if (!dir)
        bail_out(path);
    struct dirent *entry;
    while ((entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.')
            path_add(paths, arena_fmt(&paths->arena, "%s/%s", path, entry->d_name).p);
    closedir(dir);
}

static int path_compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The copy is exactly as long as the input, so that a sanitizer sees the first byte read beyond. */
static void replay(const char *path)
{
    struct stat info;
    FILE *file = fopen(path, "rb");
    if (!file || fstat(fileno(file), &info) != 0)
        bail_out(path);
    size_t size = (size_t)info.st_size;
    uint8_t *data = malloc(size ? size : 1);
    if (!data || fread(data, 1, size, file) != size)
        bail_out(path);
    fclose(file);
    (void)LLVMFuzzerTestOneInput(data, size);
    free(data);
}

int main(int argc, char **argv)
{
    Paths paths = {0};
    arena_init(&paths.arena, 0, 0);
    for (int i = 1; i < argc; i++) {
        struct stat info;
        if (stat(argv[i], &info) != 0)
            bail_out(argv[i]);
        if (S_ISDIR(info.st_mode))
            paths_add_dir(&paths, argv[i]);
        else
            path_add(&paths, argv[i]);
    }
    if (paths.count == 0) {
        printf("1..1\nnot ok 1 - there is an input to replay\n");
        return 1;
    }
    qsort(paths.list, paths.count, sizeof(char *), path_compare);
    printf("1..%zu\n", paths.count);
    for (size_t i = 0; i < paths.count; i++) {
        fprintf(stderr, "# %s\n", paths.list[i]); /* names the culprit where it crashes */
        replay(paths.list[i]);
        const char *slash = strrchr(paths.list[i], '/');
        printf("ok %zu - %s\n", i + 1, slash ? slash + 1 : paths.list[i]);
        fflush(stdout);
    }
    arena_done(&paths.arena);
    return 0;
}
