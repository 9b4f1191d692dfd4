#include "base/str.h"
#include "db/engine.h"

#include <stdlib.h>

typedef struct Slot {
    bool used;
    Arena arena; /* holds key and value */
    Str key;     /* empty: what was begun in it failed */
    void *value;
} Slot;

struct DbMemo {
    int64_t version;
    Slot slots[DB_MEMO_SLOTS];
};

static size_t bytes_of(const DbMemo *memo)
{
    size_t bytes = 0;
    for (size_t i = 0; i < DB_MEMO_SLOTS; i++)
        bytes += memo->slots[i].arena.used_bytes;
    return bytes;
}

static void clear(DbMemo *memo)
{
    for (size_t i = 0; i < DB_MEMO_SLOTS; i++) {
        if (memo->slots[i].used)
            arena_done(&memo->slots[i].arena);
        memo->slots[i] = (Slot){0};
    }
}

/* The only moment at which something goes: nobody holds anything of it now. */
void memo_begin(Db *db)
{
    DbMemo *memo = db->memo;
    if (!memo)
        return;
    if (memo->version != db->version || bytes_of(memo) > DB_MEMO_BYTES_MAX)
        clear(memo);
    memo->version = db->version;
}

void memo_close(DbMemo *memo)
{
    if (memo)
        clear(memo);
    free(memo);
}

/* The key's slot, or an empty one behind it; NULL where others have taken its places. */
static Slot *find(DbMemo *memo, Str key)
{
    enum { PLACES = 4 };
    uint64_t hash = str_hash(key);
    for (size_t i = 0; i < PLACES; i++) {
        Slot *slot = &memo->slots[(hash + i) % DB_MEMO_SLOTS];
        if (!slot->used || str_eq(slot->key, key))
            return slot;
    }
    return NULL;
}

static Slot *slot_for(Cx *cx, Str key)
{
    Db *db = cx->db;
    if (!db->snapshot)
        return NULL;
    if (!db->memo) {
        db->memo = calloc(1, sizeof *db->memo);
        ASSERT(db->memo);
        db->memo->version = db->version;
    }
    return find(db->memo, key);
}

Err db_memo(Cx *cx, Str key, DbMemoMake *make, const void *user, const void **ret)
{
    void *value = NULL;
    ASSERT(key.n);
    Slot *slot = slot_for(cx, key);
    if (!slot) {
        TRY(make(cx, user, &value));
    } else if (slot->used) {
        value = slot->value;
    } else {
        Cx own = *cx;
        own.arena = &slot->arena;
        slot->used = true;
        arena_init(&slot->arena, ARENA_DEFAULT_CHUNK, ARENA_DEFAULT_MAX);
        TRY(make(&own, user, &value)); /* the error's words stay in the slot until it is emptied */
        slot->key = arena_copy(&slot->arena, key);
        slot->value = value;
    }
    *ret = value;
    return OK;
}
