/* Files of any bytes under each name: no crash, and what is kept of a picture is a picture of the
 * same size that is kept as it is. */
#include "people/file.h"

#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const Str NAMES[] = {S_INIT("a.png"),
                                S_INIT("a.jpg"),
                                S_INIT("a.webp"),
                                S_INIT("a.odt"),
                                S_INIT("a.docx"),
                                S_INIT("a.pdf"),
                                S_INIT("\xc3\xa4/../b\xe2\x80\xae.txt")};
    Str bytes = {(const char *)data, size};
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        Arena arena;
        Error error = {0};
        FileLook one, two;
        arena_init(&arena, 0, 0);
        Cx cx = {.arena = &arena, .error = &error};
        if (file_look(&cx, NAMES[i], bytes, &one) == OK) {
            ASSERT(one.name.n && one.name.n <= FILE_NAME_BYTES_MAX && str_is_utf8(one.name));
            ASSERT(one.width >= 0 && one.width <= FILE_SIDE_MAX && one.height <= FILE_SIDE_MAX);
            ASSERT(file_look(&cx, NAMES[i], one.bytes, &two) == OK);
            ASSERT(str_eq(one.bytes, two.bytes) && one.width == two.width);
            ASSERT(one.height == two.height);
        } else {
            ASSERT(error.key && error.detail.n);
        }
        arena_done(&arena);
    }
    return 0;
}
