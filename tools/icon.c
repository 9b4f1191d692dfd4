/* hanse-icon HEADER CODE FILE.svg ..: the icons as a C table, what stands inside of <svg>. */
#include <stdio.h>

#include "base/buf.h"
#include "base/str.h"
#include "tools/file.h"

static Str inside_of_svg(const char *path, Str svg)
{
    ptrdiff_t from = str_find(svg, S("viewBox=\"0 0 24 24\">"));
    ptrdiff_t to = str_find(svg, S("</svg>"));
    if (from < 0 || to < from)
        file_die("%s: error: an icon is <svg .. viewBox=\"0 0 24 24\">..</svg>", path);
    return str_trim(str_slice(svg, (size_t)from + S("viewBox=\"0 0 24 24\">").n, (size_t)to));
}

static Str constant_name(Arena *arena, const char *path)
{
    Str name = str_from(path);
    name = str_from_index(name, (size_t)(str_find_last_char(name, '/') + 1));
    char *upper = arena_cstr(arena, str_slice(name, 0, name.n - S(".svg").n));
    for (char *p = upper; *p; p++) {
        if (*p >= 'a' && *p <= 'z')
            *p = (char)(*p - 'a' + 'A');
    }
    return arena_fmt(arena, "ICON_%s", upper);
}

static void put_c_string(Buf *out, Str s)
{
    buf_put(out, S("S_INIT(\""));
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"' || s.p[i] == '\\')
            buf_char(out, '\\');
        if (s.p[i] != '\n')
            buf_char(out, s.p[i]);
    }
    buf_put(out, S("\")"));
}

int main(int argc, char **argv)
{
    if (argc < 4)
        file_die("usage: %s HEADER CODE FILE.svg ..", argv[0]);
    Arena arena;
    arena_init(&arena, 0, 0);
    Buf header = buf_new(&arena, (size_t)1 << 20), code = buf_new(&arena, (size_t)1 << 20);
    buf_put(&header, S("/* Made by tools/icon from assets/icons/; do not edit. */\n"
                       "#ifndef ICON_GEN_H\n#define ICON_GEN_H\n\n#include \"base/base.h\"\n\n"
                       "typedef enum Icon {\n    ICON_NONE,\n"));
    buf_put(&code, S("/* Made by tools/icon from assets/icons/; do not edit. */\n"
                     "#include \"icon_gen.h\"\n\nconst Str ICONS[] = {\n    {0},\n"));
    for (int i = 3; i < argc; i++) {
        Str name = constant_name(&arena, argv[i]);
        buf_fmt(&header, "    %.*s,\n", SARG(name));
        buf_fmt(&code, "    [%.*s] = ", SARG(name));
        put_c_string(&code, inside_of_svg(argv[i], file_read(&arena, argv[i])));
        buf_put(&code, S(",\n"));
    }
    buf_put(&header, S("    ICON_COUNT\n} Icon;\n\nextern const Str ICONS[];\n\n#endif\n"));
    buf_put(&code, S("};\n"));
    file_write(argv[1], buf_str(&header));
    file_write(argv[2], buf_str(&code));
    arena_done(&arena);
    return 0;
}
