/* hanse-template HEADER CODE FOLDER TEXTS.po FILE.html ..: compiles the templates. In messages and
 * #line stands FOLDER/FILE.html, which is the same on every machine. */
#include <stdio.h>

#include "base/str.h"
#include "tools/file.h"
#include "tools/template.h"

static Str name_of(Str path)
{
    ptrdiff_t slash = str_find_last_char(path, '/');
    Str name = str_from_index(path, (size_t)(slash + 1));
    ptrdiff_t dot = str_find_char(name, '.');
    return dot < 0 ? name : str_slice(name, 0, (size_t)dot);
}

int main(int argc, char **argv)
{
    if (argc < 6)
        file_die("usage: %s HEADER CODE FOLDER TEXTS.po FILE.html ..", argv[0]);
    Arena arena;
    arena_init(&arena, 0, 0);
    Po texts = po_parse(&arena, str_from(argv[4]), file_read(&arena, argv[4]));
    if (texts.error.n)
        file_die("%.*s", SARG(texts.error));
    size_t count = (size_t)argc - 5;
    TemplateSource *sources = arena_array(&arena, TemplateSource, count);
    for (size_t i = 0; i < count; i++) {
        Str path = str_from(argv[i + 5]);
        Str file = str_from_index(path, (size_t)(str_find_last_char(path, '/') + 1));
        Str shown = arena_fmt(&arena, "%s/%.*s", argv[3], SARG(file));
        sources[i] = (TemplateSource){name_of(path), shown, file_read(&arena, argv[i + 5])};
    }
    TemplateOutput out = template_compile(&arena, &texts, sources, count);
    if (out.error.n)
        file_die("%.*s", SARG(out.error));
    file_write(argv[1], out.header);
    file_write(argv[2], out.code);
    arena_done(&arena);
    return 0;
}
