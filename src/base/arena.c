#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct ArenaChunk {
    ArenaChunk *older;
    size_t bytes; /* with this header */
    char data[];
};

void arena_init(Arena *arena, size_t chunk_bytes, size_t max_bytes)
{
    *arena = (Arena){.chunk_bytes = chunk_bytes ? chunk_bytes : ARENA_DEFAULT_CHUNK,
                     .max_bytes = max_bytes ? max_bytes : ARENA_DEFAULT_MAX};
}

static void chunk_drop(Arena *arena)
{
    ArenaChunk *chunk = arena->chunk;
    arena->chunk = chunk->older;
    arena->used_bytes -= chunk->bytes;
    free(chunk);
}

void arena_done(Arena *arena)
{
    while (arena->chunk)
        chunk_drop(arena);
    arena->at = arena->end = NULL;
}

static void chunk_enter(Arena *arena, char *at)
{
    arena->at = at;
    arena->end = (char *)arena->chunk + arena->chunk->bytes;
}

void arena_reset(Arena *arena)
{
    while (arena->chunk && arena->chunk->older)
        chunk_drop(arena);
    if (arena->chunk && arena->chunk->bytes > arena->chunk_bytes * 4)
        chunk_drop(arena);
    if (arena->chunk)
        chunk_enter(arena, arena->chunk->data);
    else
        arena->at = arena->end = NULL;
}

ArenaMark arena_mark(const Arena *arena)
{
    return (ArenaMark){arena->chunk, arena->at};
}

void arena_rewind(Arena *arena, ArenaMark mark)
{
    if (!mark.chunk) {
        arena_reset(arena);
        return;
    }
    while (arena->chunk != mark.chunk)
        chunk_drop(arena);
    chunk_enter(arena, mark.at);
}

size_t arena_times(size_t a, size_t b)
{
    size_t product;
    ASSERT(!__builtin_mul_overflow(a, b, &product));
    return product;
}

static void chunk_add(Arena *arena, size_t need)
{
    size_t bytes = MAX(arena->chunk_bytes, need + sizeof(ArenaChunk));
    ASSERT(arena->used_bytes + bytes <= arena->max_bytes);
    ArenaChunk *chunk = malloc(bytes);
    if (!chunk)
        abort();
    chunk->older = arena->chunk;
    chunk->bytes = bytes;
    arena->chunk = chunk;
    arena->used_bytes += bytes;
    chunk_enter(arena, chunk->data);
}

void *arena_alloc_raw(Arena *arena, size_t bytes, size_t align)
{
    ASSERT(bytes <= arena->max_bytes);
    size_t pad = arena->at ? (size_t)(-(uintptr_t)arena->at & (align - 1)) : 0;
    if (!arena->at || (size_t)(arena->end - arena->at) < pad + bytes) {
        chunk_add(arena, bytes + align);
        pad = (size_t)(-(uintptr_t)arena->at & (align - 1));
    }
    char *block = arena->at + pad;
    arena->at = block + bytes;
    return block;
}

void *arena_alloc_bytes(Arena *arena, size_t bytes, size_t align)
{
    return memset(arena_alloc_raw(arena, bytes, align), 0, bytes);
}

void *arena_grow(Arena *arena, void *block, size_t old_bytes, size_t new_bytes, size_t align)
{
    if (block && (char *)block + old_bytes == arena->at &&
        (size_t)(arena->end - (char *)block) >= new_bytes) {
        arena->at = (char *)block + new_bytes;
        return block;
    }
    void *grown = arena_alloc_raw(arena, new_bytes, align);
    if (old_bytes)
        memcpy(grown, block, old_bytes);
    return grown;
}

char *arena_cstr(Arena *arena, Str s)
{
    char *copy = arena_alloc_raw(arena, s.n + 1, 1);
    if (s.n)
        memcpy(copy, s.p, s.n);
    copy[s.n] = 0;
    return copy;
}

void *arena_room(Arena *arena, void *list, size_t count, size_t *room, size_t bytes)
{
    enum { ROOM_MIN = 8 };
    if (count < *room)
        return list;
    size_t more = MAX(arena_times(*room, 2), ROOM_MIN);
    void *grown = list ? arena_grow(arena, list, *room * bytes, arena_times(more, bytes),
                                    _Alignof(max_align_t))
                       : arena_alloc_raw(arena, arena_times(more, bytes), _Alignof(max_align_t));
    *room = more;
    return grown;
}

Str arena_copy(Arena *arena, Str s)
{
    return (Str){arena_cstr(arena, s), s.n};
}

Str arena_fmt(Arena *arena, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    ASSERT(n >= 0);
    char *text = arena_alloc_raw(arena, (size_t)n + 1, 1);
    vsnprintf(text, (size_t)n + 1, fmt, again);
    va_end(again);
    return (Str){text, (size_t)n};
}
