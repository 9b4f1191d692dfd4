/* Arenas: memory with one lifetime. Process, connection, unit of work; nothing else is freed.
 *
 * Allocation zeroes and never returns NULL: out of memory aborts, and so does passing the
 * arena's maximum, which is a last line of defence (input is limited where it enters). */
#ifndef HANSE_BASE_ARENA_H
#define HANSE_BASE_ARENA_H

#include "base/base.h"

typedef struct ArenaChunk ArenaChunk;

typedef struct Arena {
    ArenaChunk *chunk; /* newest first */
    char *at;          /* next free byte of the newest chunk */
    char *end;
    size_t chunk_bytes; /* size of the next ordinary chunk */
    size_t used_bytes;  /* in all chunks, whole chunks counted */
    size_t max_bytes;
} Arena;

/* A position to return to. */
typedef struct ArenaMark {
    ArenaChunk *chunk;
    char *at;
} ArenaMark;

#define ARENA_DEFAULT_CHUNK ((size_t)16 * 1024)
#define ARENA_DEFAULT_MAX ((size_t)1024 * 1024 * 1024)

void arena_init(Arena *arena, size_t chunk_bytes, size_t max_bytes);
/* Frees everything; the arena may be used again. */
void arena_done(Arena *arena);
/* Empties the arena but keeps one ordinary chunk for the next use. */
void arena_reset(Arena *arena);
ArenaMark arena_mark(const Arena *arena);
/* Frees what was allocated after the mark. */
void arena_rewind(Arena *arena, ArenaMark mark);

void *arena_alloc_bytes(Arena *arena, size_t bytes, size_t align);
/* The same without zeroing, for text that is about to be written. */
void *arena_alloc_raw(Arena *arena, size_t bytes, size_t align);
/* Grows the block: in place where it is the newest one, else by a copy. Not zeroed. */
void *arena_grow(Arena *arena, void *block, size_t old_bytes, size_t new_bytes, size_t align);

/* A list with room for one more behind `count` elements of that size: the same list, or a larger
 * one with what is in it. An empty one is NULL with room 0. */
void *arena_room(Arena *arena, void *list, size_t count, size_t *room, size_t bytes);

#define arena_new(arena, Type) ((Type *)arena_alloc_bytes(arena, sizeof(Type), _Alignof(Type)))
#define arena_array(arena, Type, count)                                                            \
    ((Type *)arena_alloc_bytes(arena, arena_times(sizeof(Type), count), _Alignof(Type)))
/* a * b, aborting on overflow. */
size_t arena_times(size_t a, size_t b);

/* A copy that lives as long as the arena; one NUL stands behind it. */
Str arena_copy(Arena *arena, Str s);
/* The same as a C string, for the borders to libc and libraries. */
char *arena_cstr(Arena *arena, Str s);
Str arena_fmt(Arena *arena, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
