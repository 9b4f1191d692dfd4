/* hanse: the command line. */
#include "app/command.h"

#include "base/log.h"
#include "base/str.h"

#include <sodium.h>

const Command COMMANDS[] = {
#define COMMAND(name, function, arguments, help) {name, function, arguments, help},
#include "app/command.def"
#undef COMMAND
};
const size_t COMMAND_COUNT = COUNT_OF(COMMANDS);

/* Exit codes by kind of error (sysexits.h), so that scripts can tell them apart. */
static int exit_code(Err err, const Error *error)
{
    static const int CODES[ERR_COUNT_] = {
        [OK] = 0,
        [ERR_INVALID] = 64,
        [ERR_DENIED] = 77,
        [ERR_NOT_FOUND] = 66,
        [ERR_CONFLICT] = 73,
        [ERR_LIMIT] = 75,
        [ERR_UNSUPPORTED] = 64,
        [ERR_UNAVAILABLE] = 69,
        [ERR_INTERNAL] = 70,
    };
    if (err != OK && strcmp(error->key, "import.refused") == 0)
        return 65; /* the data, not the way it was asked for */
    return CODES[err];
}

static const Command *find_command(Str name)
{
    if (str_eq(name, S("--help")) || str_eq(name, S("-h")))
        name = S("help");
    if (str_eq(name, S("--version")))
        name = S("version");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (str_eq(str_from(COMMANDS[i].name), name))
            return &COMMANDS[i];
    return NULL;
}

/* "hanse serve --help". */
static bool asks_for_help(int argc, char **argv)
{
    for (int i = 2; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

int main(int argc, char **argv)
{
    Arena arena;
    Error error = {0};
    Log log = {.level = LOG_INFO, .fd = 2};
    arena_init(&arena, 0, 0);
    Cx cx = {.arena = &arena, .clock = &CLOCK_SYSTEM, .error = &error, .log = &log};
    if (sodium_init() < 0) {
        fputs("hanse: no source of randomness\n", stderr);
        return 71;
    }
    const Command *command = argc > 1 ? find_command(str_from(argv[1])) : find_command(S("help"));
    if (!command) {
        fprintf(stderr, "hanse: there is no command \"%s\"; \"hanse help\" lists them\n", argv[1]);
        return 64;
    }
    if (asks_for_help(argc, argv)) {
        command_explain(&cx, command);
        arena_done(&arena);
        return 0;
    }
    Err err = command->run(&cx, MAX(argc - 2, 0), argv + MIN(argc, 2));
    if (err != OK)
        fprintf(stderr, "hanse %s: %.*s\n", command->name, SARG(error.detail));
    arena_done(&arena);
    return exit_code(err, &error);
}
