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
    int64_t version;  /* of the store that all of it is true for */
    int64_t snapshot; /* in which that was looked at last */
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

/* Once in a snapshot, before anything of it is given: nobody holds anything of the last one now. */
static Err renew(Cx *cx, DbMemo *memo)
{
    int64_t version;
    if (memo->snapshot == cx->db->snapshots)
        return OK;
    TRY(cx->db->ops->version(cx, &version));
    if (memo->version != version || bytes_of(memo) > DB_MEMO_BYTES_MAX)
        clear(memo);
    memo->version = version;
    memo->snapshot = cx->db->snapshots;
    return OK;
}

static Err slot_for(Cx *cx, Str key, Slot **ret)
{
    Db *db = cx->db;
    *ret = NULL;
    if (!db->snapshot)
        return OK;
    if (!db->memo) {
        db->memo = calloc(1, sizeof *db->memo);
        ASSERT(db->memo);
    }
    TRY(renew(cx, db->memo));
    *ret = find(db->memo, key);
    return OK;
}

Err db_memo(Cx *cx, Str key, DbMemoMake *make, const void *user, const void **ret)
{
    void *value = NULL;
    Slot *slot;
    ASSERT(key.n);
    TRY(slot_for(cx, key, &slot));
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
