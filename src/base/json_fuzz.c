/* Whatever the bytes are: jansson and we agree on whether they are JSON and on what they say, and
 * writing the spans again gives the same document. */
#include "base/json_check.h"

#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena;
    arena_init(&arena, 0, 0);
    Error error = {0};
    Cx cx = {.arena = &arena, .error = &error};
    const char *complaint = json_check(&cx, (Str){(const char *)data, size});
    if (complaint)
        fprintf(stderr, "%s\n", complaint);
    ASSERT(complaint == NULL);
    arena_done(&arena);
    return 0;
}
