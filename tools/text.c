/* hanse-text HEADER CODE DE.po EN.po: compiles the texts to C, one function per key.
 * hanse-text --unused DE.po DIR ..: names the keys that no file below DIR uses. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "tools/file.h"
#include "tools/po.h"

static Str function_name(Arena *arena, Str key)
{
    char *name = arena_cstr(arena, key);
    for (char *p = name; *p; p++) {
        if (*p == '.')
            *p = '_';
    }
    return arena_fmt(arena, "text_%s", name);
}

static void put_c_string(Buf *out, Str s)
{
    buf_put(out, S("S_INIT(\""));
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"' || s.p[i] == '\\')
            buf_fmt(out, "\\%c", s.p[i]);
        else if (s.p[i] == '\n')
            buf_put(out, S("\\n"));
        else if (s.p[i] == '?')
            buf_put(out, S("\\?"));
        else
            buf_char(out, s.p[i]);
    }
    buf_put(out, S("\")"));
}

static void put_prototype(Buf *out, Arena *arena, const PoEntry *e)
{
    buf_fmt(out, "Str %.*s(Arena *arena, Lang lang", SARG(function_name(arena, e->key)));
    for (size_t i = 0; i < e->arg_count; i++)
        buf_fmt(out, ", %s%.*s", e->args[i].is_int ? "int64_t " : "Str ", SARG(e->args[i].name));
    buf_char(out, ')');
}

static void put_forms(Buf *out, const PoEntry *e)
{
    buf_char(out, '{');
    put_c_string(out, e->forms[0]);
    if (e->plural) {
        buf_put(out, S(", "));
        put_c_string(out, e->forms[1]);
    }
    buf_char(out, '}');
}

static Str plural_number(const PoEntry *e)
{
    for (size_t i = 0; i < e->arg_count; i++) {
        if (e->args[i].is_int)
            return e->args[i].name;
    }
    return S("");
}

static void put_function(Buf *out, Arena *arena, const PoEntry *de, const PoEntry *en)
{
    buf_char(out, '\n');
    put_prototype(out, arena, de);
    buf_fmt(out, "\n{\n    static const Str FORMS[LANG_COUNT][%d] = {", de->plural ? 2 : 1);
    put_forms(out, de);
    buf_put(out, S(", "));
    put_forms(out, en);
    buf_put(out, S("};\n"));
    if (!de->arg_count) {
        buf_put(out, S("    (void)arena;\n    return FORMS[lang][0];\n}\n"));
        return;
    }
    buf_fmt(out, "    const TextArg args[%zu] = {", de->arg_count);
    for (size_t i = 0; i < de->arg_count; i++) {
        const PoArg *arg = &de->args[i];
        buf_fmt(out, "%s{.name = S_INIT(\"%.*s\"), .%s = %.*s}", i ? ", " : "", SARG(arg->name),
                arg->is_int ? "is_int = true, .number" : "text", SARG(arg->name));
    }
    buf_put(out, S("};\n    return text_fill(arena, lang, FORMS[lang]["));
    if (de->plural)
        buf_fmt(out, "%.*s != 1", SARG(plural_number(de)));
    else
        buf_char(out, '0');
    buf_fmt(out, "], args, %zu);\n}\n", de->arg_count);
}

static void put_table(Buf *out, Arena *arena, const Po *de)
{
    size_t count = 0;
    buf_put(out, S("\nconst TextKey TEXT_KEYS[] = {\n"));
    for (size_t i = 0; i < de->count; i++) {
        const PoEntry *e = &de->entries[i];
        if (e->arg_count)
            continue;
        buf_fmt(out, "    {S_INIT(\"%.*s\"), %.*s},\n", SARG(e->key),
                SARG(function_name(arena, e->key)));
        count++;
    }
    buf_fmt(out, "};\nconst size_t TEXT_KEY_COUNT = %zu;\n", count);
}

static void compile(Arena *arena, char **argv)
{
    Po de = po_parse(arena, str_from(argv[3]), file_read(arena, argv[3]));
    Po en = po_parse(arena, str_from(argv[4]), file_read(arena, argv[4]));
    Str error = de.error.n ? de.error : en.error.n ? en.error : po_compare(arena, &de, &en);
    if (error.n)
        file_die("%.*s", SARG(error));
    Buf header = buf_new(arena, (size_t)16 << 20), code = buf_new(arena, (size_t)16 << 20);
    buf_put(&header, S("/* Made by tools/text from text/; do not edit. */\n#ifndef TEXT_GEN_H\n"
                       "#define TEXT_GEN_H\n\n#include \"web/text.h\"\n\n"));
    buf_put(&code, S("/* Made by tools/text from text/; do not edit. */\n"
                     "#include \"text_gen.h\"\n"));
    for (size_t i = 0; i < de.count; i++) {
        put_prototype(&header, arena, &de.entries[i]);
        buf_put(&header, S(";\n"));
        put_function(&code, arena, &de.entries[i], &en.entries[i]);
    }
    put_table(&code, arena, &de);
    buf_put(&header, S("\n#endif\n"));
    file_write(argv[1], buf_str(&header));
    file_write(argv[2], buf_str(&code));
}

static bool ends_in_source(Str name)
{
    return str_ends(name, S(".c")) || str_ends(name, S(".h")) || str_ends(name, S(".html")) ||
           str_ends(name, S(".def"));
}

static void collect(Arena *arena, Buf *all, const char *dir)
{
    DIR *d = opendir(dir);
    if (!d)
        file_die("%s: cannot be listed", dir);
    for (struct dirent *e = readdir(d); e; e = readdir(d)) {
        if (e->d_name[0] == '.')
            continue;
        const char *path = arena_fmt(arena, "%s/%s", dir, e->d_name).p;
        if (e->d_type == DT_DIR)
            collect(arena, all, path);
        else if (ends_in_source(str_from(e->d_name)))
            buf_put(all, file_read(arena, path));
    }
    closedir(d);
}

/* The word stands somewhere, and not as the beginning of a longer one. */
static bool has_word(Str all, Str word)
{
    for (ptrdiff_t at; (at = str_find(all, word)) >= 0;) {
        all = str_from_index(all, (size_t)at + word.n);
        char next = all.n ? all.p[0] : ' ';
        bool longer = next == '_' || (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') ||
                      (next >= '0' && next <= '9');
        if (!longer)
            return true;
    }
    return false;
}

/* Some keys are made at run time: "word.%.*s" in the code uses every key below "word.". */
static bool is_made_at_run_time(Arena *arena, Str all, Str key)
{
    for (size_t i = 1; i < key.n; i++)
        if (key.p[i] == '.' && str_find(all, arena_fmt(arena, "\"%.*s.%%", (int)i, key.p)) >= 0)
            return true;
    return false;
}

/* A key is used by its function's name or by its own, in quotes. */
static int list_unused(Arena *arena, int argc, char **argv)
{
    Po de = po_parse(arena, str_from(argv[2]), file_read(arena, argv[2]));
    if (de.error.n)
        file_die("%.*s", SARG(de.error));
    Buf all = buf_new(arena, (size_t)256 << 20);
    for (int i = 3; i < argc; i++)
        collect(arena, &all, argv[i]);
    int unused = 0;
    for (size_t i = 0; i < de.count; i++) {
        Str quoted = arena_fmt(arena, "\"%.*s\"", SARG(de.entries[i].key));
        Str called = function_name(arena, de.entries[i].key);
        if (str_find(buf_str(&all), quoted) >= 0 || has_word(buf_str(&all), called) ||
            is_made_at_run_time(arena, buf_str(&all), de.entries[i].key))
            continue;
        fprintf(stderr, "%.*s:%zu: error: nobody uses %.*s\n", SARG(de.path), de.entries[i].line,
                SARG(de.entries[i].key));
        unused++;
    }
    return unused ? 1 : 0;
}

int main(int argc, char **argv)
{
    if (argc < 4)
        file_die("usage: %s HEADER CODE DE.po EN.po, or %s --unused DE.po DIR ..", argv[0],
                 argv[0]);
    Arena arena;
    arena_init(&arena, 0, 0);
    int status = 0;
    if (strcmp(argv[1], "--unused") == 0)
        status = list_unused(&arena, argc, argv);
    else if (argc == 5)
        compile(&arena, argv);
    arena_done(&arena);
    return status;
}
