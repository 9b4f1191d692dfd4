/* hanse-asset MANIFEST HEADER CODE ASSEMBLY: embeds the built assets. Each line of the manifest is
 *
 *   name TAB path TAB type TAB etag TAB raw file TAB gzip file or - TAB brotli file or -
 *
 * with files relative to the manifest's folder. The bytes are put in by .incbin, which costs the
 * compiler nothing; the C table points to them. */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/str.h"
#include "tools/file.h"

enum { FORMS = 3, ASSETS_MAX = 1000 /* far more than pages can load */ };

typedef struct Entry {
    Str name, path, type, etag;
    Str files[FORMS];
} Entry;

static const char *const FORM_NAMES[FORMS] = {"raw", "gzip", "brotli"};

static int by_path(const void *a, const void *b)
{
    return str_cmp(((const Entry *)a)->path, ((const Entry *)b)->path);
}

static size_t read_manifest(Arena *arena, const char *path, Entry *entries)
{
    Str rest = file_read(arena, path);
    size_t count = 0;
    while (rest.p) {
        Str line = str_cut(&rest, '\n');
        if (!line.n)
            continue;
        Entry e = {0};
        Str *const cells[] = {&e.name,     &e.path,     &e.type,    &e.etag,
                              &e.files[0], &e.files[1], &e.files[2]};
        for (size_t i = 0; i < COUNT_OF(cells); i++)
            *cells[i] = str_cut(&line, '\t');
        if (!e.files[2].n || count == ASSETS_MAX)
            file_die("%s: error: line %zu is not seven cells, or one asset too many", path,
                     count + 1);
        entries[count++] = e;
    }
    qsort(entries, count, sizeof(Entry), by_path);
    return count;
}

static Str constant_name(Arena *arena, Str name)
{
    char *upper = arena_cstr(arena, name);
    for (char *p = upper; *p; p++) {
        if (*p >= 'a' && *p <= 'z')
            *p = (char)(*p - 'a' + 'A');
        else if ((*p < '0' || *p > '9') && (*p < 'A' || *p > 'Z'))
            *p = '_';
    }
    return arena_fmt(arena, "ASSET_%s", upper);
}

static void put_assembly(Buf *out, Str dir, const Entry *entries, size_t count)
{
    buf_put(out, S("/* Made by tools/asset; do not edit. */\n    .section .rodata\n"));
    for (size_t i = 0; i < count; i++) {
        for (int form = 0; form < FORMS; form++) {
            if (str_eq(entries[i].files[form], S("-")))
                continue;
            buf_fmt(out,
                    "    .global asset_%zu_%s\n    .global asset_%zu_%s_end\nasset_%zu_%s:\n"
                    "    .incbin \"%.*s/%.*s\"\nasset_%zu_%s_end:\n    .byte 0\n",
                    i, FORM_NAMES[form], i, FORM_NAMES[form], i, FORM_NAMES[form], SARG(dir),
                    SARG(entries[i].files[form]), i, FORM_NAMES[form]);
        }
    }
    buf_put(out, S("    .section .note.GNU-stack,\"\",%progbits\n"));
}

/* Lengths are known here: the compiler of the table cannot take differences of addresses. */
static void put_code(Buf *out, Arena *arena, Str dir, const Entry *entries, size_t count)
{
    buf_put(out, S("/* Made by tools/asset; do not edit. */\n#include \"web/asset.h\"\n\n"));
    Buf table = buf_new(arena, (size_t)1 << 20);
    for (size_t i = 0; i < count; i++) {
        const Entry *e = &entries[i];
        bool immutable = str_starts(e->path, S("/assets/"));
        buf_fmt(&table, "    {S_INIT(\"%.*s\"), S_INIT(\"%.*s\"), S_INIT(\"\\\"%.*s\\\"\")",
                SARG(e->path), SARG(e->type), SARG(e->etag));
        for (int form = 0; form < FORMS; form++) {
            if (str_eq(e->files[form], S("-"))) {
                buf_put(&table, S(", {0}"));
                continue;
            }
            Str file = arena_fmt(arena, "%.*s/%.*s", SARG(dir), SARG(e->files[form]));
            buf_fmt(out, "extern const char asset_%zu_%s[];\n", i, FORM_NAMES[form]);
            buf_fmt(&table, ", {asset_%zu_%s, %zu}", i, FORM_NAMES[form],
                    file_read(arena, file.p).n);
        }
        buf_fmt(&table, ", %s},\n", immutable ? "true" : "false");
    }
    buf_put(out, S("\nconst Asset ASSETS[] = {\n"));
    buf_put(out, buf_str(&table));
    buf_fmt(out, "};\nconst size_t ASSET_COUNT = %zu;\n", count);
}

int main(int argc, char **argv)
{
    if (argc != 5)
        file_die("usage: %s MANIFEST HEADER CODE ASSEMBLY", argv[0]);
    Arena arena;
    arena_init(&arena, 0, 0);
    Entry *entries = arena_array(&arena, Entry, ASSETS_MAX);
    size_t count = read_manifest(&arena, argv[1], entries);
    Str manifest = str_from(argv[1]);
    ptrdiff_t slash = str_find_last_char(manifest, '/');
    Str dir = slash < 0 ? S(".") : str_slice(manifest, 0, (size_t)slash);
    Buf header = buf_new(&arena, (size_t)1 << 20), code = buf_new(&arena, (size_t)4 << 20);
    Buf assembly = buf_new(&arena, (size_t)1 << 20);
    buf_put(&header, S("/* Made by tools/asset; do not edit. */\n#ifndef ASSET_GEN_H\n"
                       "#define ASSET_GEN_H\n\n#include \"web/asset.h\"\n\n"));
    for (size_t i = 0; i < count; i++)
        buf_fmt(&header, "#define %.*s S(\"%.*s\")\n", SARG(constant_name(&arena, entries[i].name)),
                SARG(entries[i].path));
    buf_put(&header, S("\n#endif\n"));
    put_assembly(&assembly, dir, entries, count);
    put_code(&code, &arena, dir, entries, count);
    file_write(argv[2], buf_str(&header));
    file_write(argv[3], buf_str(&code));
    file_write(argv[4], buf_str(&assembly));
    arena_done(&arena);
    return 0;
}
