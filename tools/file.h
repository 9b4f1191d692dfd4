/* Whole files, for the tools of the build. They end the program with a message on failure. */
#ifndef HANSE_TOOLS_FILE_H
#define HANSE_TOOLS_FILE_H

#include "base/arena.h"

Str file_read(Arena *arena, const char *path);
/* Leaves a file alone that holds the same bytes already, so that nothing is rebuilt for it. */
void file_write(const char *path, Str bytes);
_Noreturn void file_die(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
