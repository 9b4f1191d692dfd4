/* tally [LOG TESTS EXIT]...   counts testlog.json files, for ./check
 *
 * TESTS is how many tests meson was to run, EXIT the code that it ended with. Prints the failures
 * and, last, "N passed, N failed"; ends with 0 only when something passed and nothing failed. */
#include "tools/tally.h"

#include <stdlib.h>

#include "base/str.h"
#include "tools/file.h"

int main(int argc, char **argv)
{
    if (argc < 4 || argc % 3 != 1)
        file_die("tally LOG TESTS EXIT ...");
    Tally tally = {.out = stdout};
    for (int i = 1; i < argc; i += 3) {
        int64_t tests, exit_code;
        if (!str_to_i64(str_from(argv[i + 1]), &tests) ||
            !str_to_i64(str_from(argv[i + 2]), &exit_code))
            file_die("%s: TESTS and EXIT are numbers", argv[i]);
        Arena arena;
        arena_init(&arena, 1 << 20, 0);
        FILE *there = fopen(argv[i], "rb");
        Str log = S("");
        if (there) {
            fclose(there);
            log = file_read(&arena, argv[i]);
        }
        tally_log(&tally, &arena, str_from(argv[i]), log, tests, exit_code);
        arena_done(&arena);
    }
    if (tally.skipped)
        printf("%ld skipped\n", tally.skipped);
    printf("%ld passed, %ld failed\n", tally.passed, tally.failed);
    return tally.failed || tally.passed == 0;
}
