#include "people/attachment.h"

#include "base/buf.h"
#include "base/str.h"
#include "core/blob.h"
#include "core/setting.h"
#include "people/attachment_store.h"

enum {
    SWEEP_MAX = 100,               /* files of one run; more wait for the next */
    ATTACHMENT_BLOBS_MAX = 1 << 20 /* that one run looks at; their names take 72 bytes each */
};

static const Str ROLES[ATTACHMENT_ROLE_COUNT_] = {S_INIT("file"), S_INIT("main"), S_INIT("logo")};

Str attachment_role_name(AttachmentRole role)
{
    return ROLES[role];
}

bool attachment_role_parse(Str name, AttachmentRole *ret)
{
    for (size_t i = 0; i < COUNT_OF(ROLES); i++)
        if (str_eq(name, ROLES[i])) {
            *ret = (AttachmentRole)i;
            return true;
        }
    return false;
}

Str attachment_path(Arena *arena, const Attachment *attachment)
{
    Buf path = buf_new(arena, 4096);
    buf_fmt(&path, "/dateien/%lld/", (long long)attachment->id);
    buf_uri_component(&path, attachment->file.name);
    return buf_str(&path);
}

/* ---- who may, and whether there is room ---- */

static Err check_edit(Cx *cx, const Item *item)
{
    uint32_t stand;
    TRY(item_stand(cx, item, &stand));
    if (!item_may_edit(item, stand))
        return fail(cx, ERR_DENIED, "attachment.denied", "who may change it adds its files");
    return OK;
}

Err attachment_admit(Cx *cx, const Item *item, int64_t bytes)
{
    size_t count;
    int64_t sum = bytes, total, total_mib;
    Attachment *list = arena_array(cx->arena, Attachment, ATTACHMENTS_MAX + 1);
    TRY(check_edit(cx, item));
    TRY(attachment_store_list(cx, item->id, list, ATTACHMENTS_MAX + 1, &count));
    if (count >= ATTACHMENTS_MAX)
        return fail(cx, ERR_LIMIT, "attachment.many.file", "there are %d files already",
                    ATTACHMENTS_MAX);
    for (size_t i = 0; i < count; i++)
        sum += list[i].file.bytes;
    if (sum > ATTACHMENT_ITEM_BYTES_MAX)
        return fail(cx, ERR_LIMIT, "attachment.item.file", "its files together may have %d bytes",
                    ATTACHMENT_ITEM_BYTES_MAX);
    TRY(attachment_store_total(cx, &total));
    TRY(setting_get_i64(cx, S("files.total_mib"), &total_mib));
    if (total + bytes > total_mib << 20)
        return fail(cx, ERR_LIMIT, "attachment.total.file",
                    "all files together may have %lld MiB: setting files.total_mib",
                    (long long)total_mib);
    return OK;
}

Err attachment_take(Cx *cx, Str dir, Str name, Str bytes, AttachmentFile *ret)
{
    FileLook look;
    AttachmentFile file;
    TRY(file_look(cx, name, bytes, &look));
    file = (AttachmentFile){.name = look.name,
                            .kind = look.kind,
                            .bytes = (int64_t)look.bytes.n,
                            .width = look.width,
                            .height = look.height};
    TRY(blob_put(cx, dir, look.bytes, &file.hash));
    *ret = file;
    return OK;
}

/* ---- changing ---- */

static Str one_line(Str s)
{
    return s.p ? str_trim(s) : S("");
}

static void check_words_of(Cx *cx, const char *key, Str text, size_t most)
{
    if (!str_is_utf8(text) || memchr(text.n ? text.p : "", 0, text.n))
        flaw(cx, key, "this is no text");
    else if (text.n > most)
        flaw(cx, key, "at most %zu characters, and these are %zu", most, text.n);
}

static Err check_words(Cx *cx, FileKind kind, AttachmentWords *words)
{
    words->title = one_line(words->title);
    words->alt = one_line(words->alt);
    words->credit = one_line(words->credit);
    check_words_of(cx, "attachment.title", words->title, ATTACHMENT_TITLE_BYTES_MAX);
    check_words_of(cx, "attachment.alt", words->alt, ATTACHMENT_ALT_BYTES_MAX);
    check_words_of(cx, "attachment.credit", words->credit, ATTACHMENT_CREDIT_BYTES_MAX);
    if (words->role != ATTACHMENT_FILE && !file_is_picture(kind))
        flaw(cx, "attachment.role", "a document is no picture");
    return flaws_end(cx);
}

static Err find_own(Cx *cx, const Item *item, int64_t id, Attachment *ret)
{
    bool found;
    TRY(check_edit(cx, item));
    TRY(attachment_store_get(cx, id, &found, ret));
    if (!found || ret->item.v != item->id.v)
        return fail(cx, ERR_NOT_FOUND, "attachment.unknown", "there is no such file");
    return OK;
}

Err attachment_add(Cx *cx, Item *item, Str dir, const AttachmentFile *file,
                   const AttachmentWords *given, Events *events, int64_t *ret)
{
    AttachmentWords words = *given;
    int64_t id;
    TRY(attachment_admit(cx, item, file->bytes));
    TRY(check_words(cx, file->kind, &words));
    if (!blob_exists(cx, dir, file->hash))
        return fail(cx, ERR_UNAVAILABLE, "attachment.gone", "send the file once more");
    if (words.role != ATTACHMENT_FILE)
        TRY(attachment_store_clear_role(cx, item->id, words.role));
    TRY(attachment_store_add(cx, item->id, file, &words, &id));
    TRY(item_keep(cx, item->id, item->noun, S("attach"), file->name, events));
    *ret = id;
    return OK;
}

Err attachment_change(Cx *cx, Item *item, int64_t id, const AttachmentWords *given, Events *events)
{
    Attachment one;
    AttachmentWords words = *given;
    TRY(find_own(cx, item, id, &one));
    TRY(check_words(cx, one.file.kind, &words));
    if (words.role != ATTACHMENT_FILE)
        TRY(attachment_store_clear_role(cx, item->id, words.role));
    one.words = words;
    TRY(attachment_store_set(cx, &one));
    return item_keep(cx, item->id, item->noun, S("describe"), one.file.name, events);
}

Err attachment_move(Cx *cx, Item *item, int64_t id, int by, Events *events)
{
    Attachment one, *list = arena_array(cx->arena, Attachment, ATTACHMENTS_MAX);
    size_t count, at = 0;
    TRY(find_own(cx, item, id, &one));
    TRY(attachment_store_list(cx, item->id, list, ATTACHMENTS_MAX, &count));
    while (at < count && list[at].id != id)
        at++;
    if (at == count || (by < 0 && at == 0) || (by > 0 && at + 1 >= count))
        return OK;
    Attachment *other = &list[by < 0 ? at - 1 : at + 1];
    int64_t position = other->position;
    other->position = list[at].position;
    list[at].position = position;
    TRY(attachment_store_set(cx, other));
    TRY(attachment_store_set(cx, &list[at]));
    return item_keep(cx, item->id, item->noun, S("describe"), one.file.name, events);
}

Err attachment_remove(Cx *cx, Item *item, int64_t id, Events *events)
{
    Attachment one;
    int64_t changed;
    TRY(find_own(cx, item, id, &one));
    TRY(attachment_store_remove(cx, item->id, id, &changed));
    return item_keep(cx, item->id, item->noun, S("detach"), one.file.name, events);
}

/* ---- reading ---- */

Err attachment_list(Cx *cx, const Item *item, Attachment **ret, size_t *ret_count)
{
    uint32_t stand = 0;
    size_t count, seen = 0, hidden = 0;
    Attachment *list = arena_array(cx->arena, Attachment, ATTACHMENTS_MAX);
    TRY(attachment_store_list(cx, item->id, list, ATTACHMENTS_MAX, &count));
    for (size_t i = 0; i < count; i++)
        hidden += !list[i].shown;
    if (hidden)
        TRY(item_stand(cx, item, &stand));
    bool edits = hidden && item_may_edit(item, stand);
    for (size_t i = 0; i < count; i++)
        if (edits || list[i].shown)
            list[seen++] = list[i];
    *ret = list;
    *ret_count = seen;
    return OK;
}

Err attachment_get(Cx *cx, int64_t id, Attachment *ret, Item *ret_item)
{
    Attachment one;
    Item item;
    bool found;
    uint32_t stand;
    TRY(attachment_store_get(cx, id, &found, &one));
    Err err = found ? item_get_by_id(cx, one.item, &item) : OK;
    if (!found || err == ERR_NOT_FOUND)
        return fail(cx, ERR_NOT_FOUND, "attachment.unknown", "there is no such file");
    TRY(err);
    TRY(item_stand(cx, &item, &stand));
    if (!one.shown && !item_may_edit(&item, stand))
        return fail(cx, ERR_NOT_FOUND, "attachment.unknown", "there is no such file");
    *ret = one;
    *ret_item = item;
    return OK;
}

Err attachment_find(Cx *cx, ItemId item, AttachmentRole role, bool *ret_found, Attachment *ret)
{
    size_t count;
    TRY(attachment_store_of_role(cx, &item, 1, role, ret, &count));
    *ret_found = count == 1;
    return OK;
}

Err attachment_list_role(Cx *cx, const ItemId *items, size_t item_count, AttachmentRole role,
                         Attachment **ret, size_t *ret_count)
{
    ASSERT(item_count <= ATTACHMENT_LIST_MAX);
    *ret_count = 0;
    *ret = arena_array(cx->arena, Attachment, item_count);
    return item_count ? attachment_store_of_role(cx, items, item_count, role, *ret, ret_count) : OK;
}

/* ---- what nobody names any more ---- */

static int64_t kept_since_us(const Cx *cx)
{
    return cx_now_us(cx) - ATTACHMENT_KEPT_S * INT64_C(1000000);
}

Err attachment_sweep_look(Cx *cx, Str dir, AttachmentSweep *ret)
{
    Str *names;
    size_t count, unnamed = 0;
    /* All of them are looked at, for those that are named stay old for ever. */
    TRY(blob_list_old(cx, dir, kept_since_us(cx), ATTACHMENT_BLOBS_MAX, &names, &count));
    for (size_t i = 0; i < count && unnamed < SWEEP_MAX; i++) {
        bool named;
        TRY(attachment_store_is_named(cx, names[i], &named));
        if (!named)
            names[unnamed++] = names[i];
    }
    *ret = (AttachmentSweep){names, unnamed};
    return OK;
}

/* Between the look and now a row may have come that names the bytes (then they stay), or the same
 * bytes may have been written again for a row to come (then they are young). A row that goes in
 * this very transaction was still seen by the look. */
Err attachment_sweep(Cx *cx, Str dir, const AttachmentSweep *sweep, size_t *ret_removed)
{
    size_t removed = 0;
    for (size_t i = 0; i < sweep->count; i++) {
        bool named;
        TRY(attachment_store_is_named(cx, sweep->names[i], &named));
        if (named || !blob_is_older(cx, dir, sweep->names[i], kept_since_us(cx)))
            continue;
        blob_remove(cx, dir, sweep->names[i]);
        removed++;
    }
    TRY(attachment_store_forget(cx, kept_since_us(cx)));
    *ret_removed = removed;
    return OK;
}
