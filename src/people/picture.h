/* Picture: how large an image is, and its bytes without what it tells about who took it where.
 *
 * Nothing is decoded. Segments and chunks that hold metadata (EXIF with the place of a photo, XMP,
 * comments, previews) are left out, and whatever follows the end; what the picture looks like
 * stays: colour profiles, and of EXIF the orientation. Cleaning twice changes nothing. */
#ifndef HANSE_PEOPLE_PICTURE_H
#define HANSE_PEOPLE_PICTURE_H

#include "base/buf.h"

typedef struct Picture {
    int64_t width, height; /* as shown: turned where the orientation says so */
    Str clean;
} Picture;

/* False for bytes that are no such picture, or a broken one. */
MUST bool picture_png(Arena *arena, Str bytes, Picture *ret);
MUST bool picture_jpeg(Arena *arena, Str bytes, Picture *ret);
MUST bool picture_webp(Arena *arena, Str bytes, Picture *ret);

#endif
