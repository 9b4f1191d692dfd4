#include "people/file.h"

#include "base/buf.h"
#include "base/str.h"
#include "people/picture.h"

static const struct {
    Str name, extension, type;
    /* Of archives: what one of the names within begins with, or what the first file holds. */
    Str within;
} KINDS[FILE_KIND_COUNT_] = {
    [FILE_PNG] = {S_INIT("png"), S_INIT("png"), S_INIT("image/png"), {0}},
    [FILE_JPEG] = {S_INIT("jpeg"), S_INIT("jpg"), S_INIT("image/jpeg"), {0}},
    [FILE_WEBP] = {S_INIT("webp"), S_INIT("webp"), S_INIT("image/webp"), {0}},
    [FILE_PDF] = {S_INIT("pdf"), S_INIT("pdf"), S_INIT("application/pdf"), {0}},
#define ODF "application/vnd.oasis.opendocument."
#define OOXML "application/vnd.openxmlformats-officedocument."
    [FILE_ODT] = {S_INIT("odt"), S_INIT("odt"), S_INIT(ODF "text"), {0}},
    [FILE_ODS] = {S_INIT("ods"), S_INIT("ods"), S_INIT(ODF "spreadsheet"), {0}},
    [FILE_ODP] = {S_INIT("odp"), S_INIT("odp"), S_INIT(ODF "presentation"), {0}},
    [FILE_DOCX] = {S_INIT("docx"), S_INIT("docx"), S_INIT(OOXML "wordprocessingml.document"),
                   S_INIT("word/")},
    [FILE_XLSX] = {S_INIT("xlsx"), S_INIT("xlsx"), S_INIT(OOXML "spreadsheetml.sheet"),
                   S_INIT("xl/")},
    [FILE_PPTX] = {S_INIT("pptx"), S_INIT("pptx"), S_INIT(OOXML "presentationml.presentation"),
                   S_INIT("ppt/")},
    [FILE_CSV] = {S_INIT("csv"), S_INIT("csv"), S_INIT("text/csv"), {0}},
    [FILE_TXT] = {S_INIT("txt"), S_INIT("txt"), S_INIT("text/plain"), {0}},
};

Str file_kind_name(FileKind kind)
{
    return KINDS[kind].name;
}

bool file_kind_parse(Str name, FileKind *ret)
{
    for (size_t i = 0; i < FILE_KIND_COUNT_; i++)
        if (str_eq(name, KINDS[i].name)) {
            *ret = (FileKind)i;
            return true;
        }
    return false;
}

Str file_kind_type(FileKind kind)
{
    return KINDS[kind].type;
}

bool file_is_picture(FileKind kind)
{
    return kind <= FILE_WEBP;
}

Str file_accept(bool pictures)
{
    return pictures ? S(".png,.jpg,.jpeg,.webp")
                    : S(".png,.jpg,.jpeg,.webp,.pdf,.odt,.ods,.odp,.docx,.xlsx,.pptx,.csv,.txt");
}

/* ---- the name ---- */

static bool kind_of_name(Str name, FileKind *ret, Str *ret_stem)
{
    ptrdiff_t dot = str_find_last_char(name, '.');
    Str extension = str_from_index(name, (size_t)(dot + 1));
    *ret_stem = str_slice(name, 0, dot < 0 ? 0 : (size_t)dot);
    if (dot >= 0 && str_eq_nocase(extension, S("jpeg")))
        extension = S("jpg");
    for (size_t i = 0; dot >= 0 && i < FILE_KIND_COUNT_; i++)
        if (str_eq_nocase(extension, KINDS[i].extension)) {
            *ret = (FileKind)i;
            return true;
        }
    return false;
}

/* Neither control characters nor those that turn the direction of writing, which make
 * "photo\u202Egpj.exe" look like a picture. */
static bool is_shown(uint32_t c)
{
    return c >= ' ' && !(c >= 0x7f && c < 0xa0) && !(c >= 0x200b && c <= 0x200f) &&
           !(c >= 0x2028 && c <= 0x202e) && !(c >= 0x2066 && c <= 0x2069) && c != 0xfeff &&
           c != 0xfffd && !(c < 0x80 && memchr("/\\:*?\"<>|", (int)c, 9));
}

static Str safe_name(Arena *arena, Str stem, FileKind kind)
{
    Str extension = KINDS[kind].extension;
    Buf out = buf_new(arena, FILE_NAME_BYTES_MAX);
    for (size_t at = 0; at < stem.n;) {
        size_t from = at;
        uint32_t c = str_next_codepoint(stem, &at);
        if (out.n + (at - from) + extension.n + 1 > FILE_NAME_BYTES_MAX)
            break;
        if (is_shown(c))
            buf_put(&out, str_slice(stem, from, at));
    }
    Str kept = str_trim(out.n ? buf_str(&out) : S(""));
    while (kept.n && kept.p[0] == '.') /* no hidden file, no way up */
        kept = str_trim(str_from_index(kept, 1));
    return kept.n ? arena_fmt(arena, "%.*s.%.*s", SARG(kept), SARG(extension))
                  : arena_fmt(arena, "datei.%.*s", SARG(extension));
}

/* ---- archives: the list of names at the end (APPNOTE 4.3.16, 4.3.12) ---- */

enum { ZIP_END_BYTES = 22, ZIP_ENTRY_BYTES = 46, ZIP_LOCAL_BYTES = 30, ZIP_COMMENT_MAX = 65535 };

static size_t little(Str s, size_t at, size_t bytes)
{
    size_t v = 0;
    for (size_t i = bytes; i > 0; i--)
        v = v << 8 | (unsigned char)s.p[at + i - 1];
    return v;
}

/* The central directory; false where there is none. */
static bool zip_directory(Str bytes, Str *ret, size_t *ret_count)
{
    if (bytes.n < ZIP_END_BYTES)
        return false;
    size_t last = bytes.n - ZIP_END_BYTES;
    size_t first = last > ZIP_COMMENT_MAX ? last - ZIP_COMMENT_MAX : 0;
    for (size_t at = last + 1; at-- > first;) {
        if (!str_starts(str_from_index(bytes, at), S("PK\5\6")))
            continue;
        size_t size = little(bytes, at + 12, 4), from = little(bytes, at + 16, 4);
        if (from > at || size > at - from)
            return false;
        *ret = str_slice(bytes, from, from + size);
        *ret_count = little(bytes, at + 10, 2);
        return true;
    }
    return false;
}

static bool is_macro(Str name)
{
    return str_ends(name, S("vbaProject.bin")) || str_starts(name, S("Basic/")) ||
           str_starts(name, S("Scripts/"));
}

/* Whether a name within begins so; and whether one of them holds macros. */
static bool zip_has(Str bytes, Str within, bool *ret_macros)
{
    Str rest;
    size_t count;
    bool found = false;
    if (!zip_directory(bytes, &rest, &count))
        return false;
    for (; count > 0; count--) {
        if (rest.n < ZIP_ENTRY_BYTES || !str_starts(rest, S("PK\1\2")))
            return false;
        size_t n = little(rest, 28, 2), beside = little(rest, 30, 2) + little(rest, 32, 2);
        if (rest.n - ZIP_ENTRY_BYTES < n + beside)
            return false;
        Str name = str_slice(rest, ZIP_ENTRY_BYTES, ZIP_ENTRY_BYTES + n);
        found |= str_starts(name, within);
        *ret_macros |= is_macro(name);
        rest = str_from_index(rest, ZIP_ENTRY_BYTES + n + beside);
    }
    return found;
}

/* OpenDocument (part 3, 3.3): the first file is named mimetype, not compressed. */
static bool is_open_document(Str bytes, FileKind kind)
{
    Str type = KINDS[kind].type, name = S("mimetype");
    if (bytes.n < ZIP_LOCAL_BYTES || !str_starts(bytes, S("PK\3\4")) || little(bytes, 8, 2) != 0 ||
        little(bytes, 26, 2) != name.n || little(bytes, 18, 4) != type.n)
        return false;
    Str rest = str_from_index(bytes, ZIP_LOCAL_BYTES);
    size_t extra = little(bytes, 28, 2);
    return str_starts(rest, name) && str_starts(str_from_index(rest, name.n + extra), type);
}

static Err look_archive(Cx *cx, Str bytes, FileKind kind, bool *ret_right)
{
    bool macros = false;
    bool open = kind >= FILE_ODT && kind <= FILE_ODP;
    bool has = zip_has(bytes, open ? S("mimetype") : KINDS[kind].within, &macros);
    *ret_right = has && (open ? is_open_document(bytes, kind) : str_starts(bytes, S("PK\3\4")));
    if (macros)
        return fail(cx, ERR_INVALID, "attachment.macros.file",
                    "the document holds macros, which are not taken");
    return OK;
}

/* ---- text ---- */

/* Tables out of older programs are not UTF-8: any byte but control characters. What begins like
 * markup is none, whatever its name says. */
static bool is_plain_text(Str bytes)
{
    for (size_t i = 0; i < bytes.n; i++) {
        unsigned char c = (unsigned char)bytes.p[i];
        if ((c < ' ' && c != '\t' && c != '\r' && c != '\n' && c != '\f') || c == 0x7f)
            return false;
    }
    Str text = str_starts(bytes, S("\xef\xbb\xbf")) ? str_from_index(bytes, 3) : bytes;
    return !str_starts(str_trim(text), S("<"));
}

/* ---- all of it ---- */

static Err look_picture(Cx *cx, FileLook *look, bool *ret_right)
{
    Picture picture;
    Arena *arena = cx->arena;
    *ret_right = look->kind == FILE_PNG    ? picture_png(arena, look->bytes, &picture)
                 : look->kind == FILE_JPEG ? picture_jpeg(arena, look->bytes, &picture)
                                           : picture_webp(arena, look->bytes, &picture);
    if (!*ret_right)
        return OK;
    if (picture.width > FILE_SIDE_MAX || picture.height > FILE_SIDE_MAX ||
        picture.width * picture.height > FILE_PIXELS_MAX)
        return fail(cx, ERR_LIMIT, "attachment.pixels.file",
                    "%lld times %lld pixels are more than %d a side or %d in all",
                    (long long)picture.width, (long long)picture.height, FILE_SIDE_MAX,
                    FILE_PIXELS_MAX);
    look->width = picture.width;
    look->height = picture.height;
    look->bytes = picture.clean;
    return OK;
}

static Err look_inside(Cx *cx, FileLook *look, bool *ret_right)
{
    if (file_is_picture(look->kind))
        return look_picture(cx, look, ret_right);
    if (look->kind == FILE_PDF)
        *ret_right = str_starts(look->bytes, S("%PDF-"));
    else if (look->kind >= FILE_CSV)
        *ret_right = is_plain_text(look->bytes);
    else
        return look_archive(cx, look->bytes, look->kind, ret_right);
    return OK;
}

Err file_look(Cx *cx, Str name, Str bytes, FileLook *ret)
{
    FileLook look = {.bytes = bytes};
    Str stem;
    bool right = false;
    if (bytes.n == 0)
        return fail(cx, ERR_INVALID, "attachment.empty.file", "the file is empty");
    if (bytes.n > FILE_BYTES_MAX)
        return fail(cx, ERR_LIMIT, "attachment.large.file", "%zu bytes are more than %d", bytes.n,
                    FILE_BYTES_MAX);
    if (!str_is_utf8(name) || !kind_of_name(name, &look.kind, &stem))
        return fail(cx, ERR_INVALID, "attachment.kind.file",
                    "%.*s is no kind of file that is taken", SARG(name));
    TRY(look_inside(cx, &look, &right));
    if (!right)
        return fail(cx, ERR_INVALID, "attachment.content.file",
                    "the content is not that of a .%.*s file, or it is broken",
                    SARG(KINDS[look.kind].extension));
    look.name = safe_name(cx->arena, stem, look.kind);
    *ret = look;
    return OK;
}
