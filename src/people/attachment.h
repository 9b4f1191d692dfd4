/* Attachment: a file of an item, a picture or a document. Who may read the item may read its
 * files; who may change the item may add, describe, order and remove them.
 *
 * A picture is shown once it says what it shows (alt) and who made it (credit); until then only
 * those see it who may change the item. Each change keeps a version of the item.
 *
 * The bytes are kept by core/blob.h in the folder DATA/files. attachment_take writes them before
 * the unit of work that names them (on a worker, since it waits for the disk); attachment_sweep
 * removes those that nothing has named for a day, so that a backup that runs meanwhile is whole. */
#ifndef HANSE_PEOPLE_ATTACHMENT_H
#define HANSE_PEOPLE_ATTACHMENT_H

#include "people/file.h"
#include "people/verb.h"

typedef enum AttachmentRole {
    ATTACHMENT_FILE, /* one of many */
    ATTACHMENT_MAIN, /* the item's picture, where it has one */
    ATTACHMENT_LOGO, /* of an organisation */
    ATTACHMENT_ROLE_COUNT_
} AttachmentRole;

enum {
    ATTACHMENTS_MAX = 30,                  /* of one item */
    ATTACHMENT_ITEM_BYTES_MAX = 100 << 20, /* of its files together; of all: files.total_mib */
    ATTACHMENT_TITLE_BYTES_MAX = 200,
    ATTACHMENT_ALT_BYTES_MAX = 600,
    ATTACHMENT_CREDIT_BYTES_MAX = 200,
    ATTACHMENT_LIST_MAX = 100, /* items of attachment_list_role */
    ATTACHMENT_KEPT_S = 86400  /* from removal to the end of the bytes */
};

extern const StatementTable ATTACHMENT_STATEMENTS;

/* What people say of a file. */
typedef struct AttachmentWords {
    AttachmentRole role;
    Lang lang;
    Str title, alt, credit;
} AttachmentWords;

/* Bytes that are on disk, before an item has them. */
typedef struct AttachmentFile {
    Str hash, name;
    FileKind kind;
    int64_t bytes, width, height;
} AttachmentFile;

typedef struct Attachment {
    int64_t id;
    ItemId item;
    int64_t position;
    AttachmentFile file;
    AttachmentWords words;
    int64_t created_us;
    bool shown; /* to all who may read the item */
} Attachment;

Str attachment_role_name(AttachmentRole role);
bool attachment_role_parse(Str name, AttachmentRole *ret);

/* Whether the actor may change the item's files, and there is room for one more: DENIED
 * "attachment.denied"; LIMIT "attachment.many.file", "attachment.item.file",
 * "attachment.total.file". */
MUST Err attachment_admit(Cx *cx, const Item *item, int64_t bytes);
/* Looks at the bytes (errors of file.h) and writes them into the folder. */
MUST Err attachment_take(Cx *cx, Str dir, Str name, Str bytes, AttachmentFile *ret);

/* Flaws "attachment.title", "attachment.alt", "attachment.credit"; INVALID "attachment.role" for a
 * document as picture; UNAVAILABLE "attachment.gone" when the bytes were swept meanwhile. A second
 * main picture or logo takes the place of the first, which becomes one of the files. */
MUST Err attachment_add(Cx *cx, Item *item, Str dir, const AttachmentFile *file,
                        const AttachmentWords *words, Events *events, int64_t *ret);
/* NOT_FOUND "attachment.unknown". */
MUST Err attachment_change(Cx *cx, Item *item, int64_t id, const AttachmentWords *words,
                           Events *events);
/* One place up (by -1) or down (by 1) in the order; at the end it stays. */
MUST Err attachment_move(Cx *cx, Item *item, int64_t id, int by, Events *events);
MUST Err attachment_remove(Cx *cx, Item *item, int64_t id, Events *events);

/* What the actor may see of an item that was read by the rule, in order. */
MUST Err attachment_list(Cx *cx, const Item *item, Attachment **ret, size_t *ret_count);
/* One by its number, with its item, both by the read rule: NOT_FOUND "attachment.unknown". */
MUST Err attachment_get(Cx *cx, int64_t id, Attachment *ret, Item *ret_item);
/* The item's logo or main picture that is shown. */
MUST Err attachment_find(Cx *cx, ItemId item, AttachmentRole role, bool *ret_found,
                         Attachment *ret);
/* Those of some items that the actor may read, for lists with logos: by the number of the item, one
 * of each at most. */
MUST Err attachment_list_role(Cx *cx, const ItemId *items, size_t item_count, AttachmentRole role,
                              Attachment **ret, size_t *ret_count);
/* "/dateien/7/Baum.png", without the language: files have none. */
Str attachment_path(Arena *arena, const Attachment *attachment);

/* A job in two steps: names of bytes that no committed row names, read before; then, in a unit of
 * work, the removal of those that still nothing names. */
typedef struct AttachmentSweep {
    Str *names;
    size_t count;
} AttachmentSweep;
MUST Err attachment_sweep_look(Cx *cx, Str dir, AttachmentSweep *ret);
MUST Err attachment_sweep(Cx *cx, Str dir, const AttachmentSweep *sweep, size_t *ret_removed);

#endif
