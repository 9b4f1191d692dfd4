/* File: what kind of file somebody sent, by its name and by its content, which must agree.
 *
 * Pictures, PDF, office documents without macros, text and tables are taken; what a browser would
 * run (SVG, HTML) is not. Archives are not unpacked: office documents are known by the list of
 * names that their end holds. */
#ifndef HANSE_PEOPLE_FILE_H
#define HANSE_PEOPLE_FILE_H

#include "base/err.h"

typedef enum FileKind {
    FILE_PNG,
    FILE_JPEG,
    FILE_WEBP,
    FILE_PDF,
    FILE_ODT,
    FILE_ODS,
    FILE_ODP,
    FILE_DOCX,
    FILE_XLSX,
    FILE_PPTX,
    FILE_CSV,
    FILE_TXT,
    FILE_KIND_COUNT_
} FileKind;

enum {
    FILE_BYTES_MAX = 10 << 20,
    FILE_NAME_BYTES_MAX = 120,
    FILE_SIDE_MAX = 12000,             /* pixels */
    FILE_PIXELS_MAX = 64 * 1000 * 1000 /* what a reader's browser must unpack */
};

typedef struct FileLook {
    FileKind kind;
    Str name;              /* safe to show and to save under; ends as its kind does */
    Str bytes;             /* to be kept: pictures without metadata (picture.h) */
    int64_t width, height; /* of pictures; else 0 */
} FileLook;

Str file_kind_name(FileKind kind); /* "jpeg" */
bool file_kind_parse(Str name, FileKind *ret);
Str file_kind_type(FileKind kind); /* the media type */
bool file_is_picture(FileKind kind);
/* For <input accept="">: all of them, or pictures alone. */
Str file_accept(bool pictures);

/* INVALID "attachment.empty.file", "attachment.kind.file" (not one of those above),
 * "attachment.content.file" (not what its name says, or broken), "attachment.macros.file";
 * LIMIT "attachment.large.file", "attachment.pixels.file". */
MUST Err file_look(Cx *cx, Str name, Str bytes, FileLook *ret);

#endif
