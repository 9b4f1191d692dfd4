/* The commands of the program: one row each in command.def. */
#ifndef HANSE_APP_COMMAND_H
#define HANSE_APP_COMMAND_H

#include "app/config.h"
#include "core/event.h"
#include "db/db.h"

#include <stdio.h>

/* argc and argv are what stands behind the command's name. */
typedef Err CommandRun(Cx *cx, int argc, char **argv);

typedef struct Command {
    const char *name;
    CommandRun *run;
    const char *arguments;
    const char *help;
} Command;
extern const Command COMMANDS[];
extern const size_t COMMAND_COUNT;

#define COMMAND(name, function, arguments, help) CommandRun function;
#include "app/command.def"
#undef COMMAND

/* Prints the command's usage and the options. */
void command_explain(Cx *cx, const Command *command);

/* Runs one change on the store from the command line, also while the program serves it: opens,
 * migrates, begins, changes, commits; then tells a running server to read again. */
MUST Err command_change(Cx *cx, const Config *config,
                        Err (*change)(Cx *cx, Events *events, void *user), void *user);
/* The same for reading. */
MUST Err command_read(Cx *cx, const Config *config, Err (*look)(Cx *cx, void *user), void *user);

#endif
