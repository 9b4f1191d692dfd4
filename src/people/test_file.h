/* For tests only: small files of each kind, as their parsers want them. */
#ifndef HANSE_PEOPLE_TEST_FILE_H
#define HANSE_PEOPLE_TEST_FILE_H

#include "base/buf.h"
#include "base/str.h"

static inline UNUSED void put_big32(Buf *out, uint32_t v)
{
    for (int i = 3; i >= 0; i--)
        buf_char(out, (char)(v >> (8 * i) & 0xFF));
}

static inline UNUSED void put_little(Buf *out, uint32_t v, int bytes)
{
    for (int i = 0; i < bytes; i++)
        buf_char(out, (char)(v >> (8 * i) & 0xFF));
}

static inline UNUSED void png_chunk(Buf *out, const char *type, Str data)
{
    put_big32(out, (uint32_t)data.n);
    buf_put(out, str_from(type));
    buf_put(out, data);
    put_big32(out, 0);
}

/* With a text that tells who made it, and something behind its end. */
static inline UNUSED Str png_of(Arena *arena, uint32_t width, uint32_t height, bool metadata)
{
    Buf out = buf_new(arena, 4096), header = buf_new(arena, 13);
    put_big32(&header, width);
    put_big32(&header, height);
    buf_put(&header, S("\x08\x02\0\0\0"));
    buf_put(&out, S("\x89PNG\r\n\x1a\n"));
    png_chunk(&out, "IHDR", buf_str(&header));
    if (metadata)
        png_chunk(&out, "eXIf", S("GPS 51.5 7.4"));
    png_chunk(&out, "IDAT", S("pixels"));
    if (metadata)
        png_chunk(&out, "iTXt", S("Author"));
    png_chunk(&out, "IEND", S(""));
    if (metadata)
        buf_put(&out, S("<script>alert(1)</script>"));
    return buf_str(&out);
}

static inline UNUSED void jpeg_segment(Buf *out, int marker, Str data)
{
    buf_char(out, (char)0xFF);
    buf_char(out, (char)marker);
    buf_char(out, (char)((data.n + 2) >> 8));
    buf_char(out, (char)((data.n + 2) & 0xFF));
    buf_put(out, data);
}

/* 640 times 480, two scans; as a phone writes it where metadata is set: with the place, lying on
 * its side, and a second image behind the end. */
static inline UNUSED Str jpeg_of(Arena *arena, bool metadata)
{
    Buf out = buf_new(arena, 4096);
    buf_put(&out, S("\xff\xd8"));
    jpeg_segment(&out, 0xE0, S("JFIF\0\x01\x02\0\0\x01\0\x01\0\0"));
    if (metadata) {
        jpeg_segment(&out, 0xE1,
                     S("Exif\0\0II*\0\x08\0\0\0\x02\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0"
                       "\x25\x88\x04\0\x01\0\0\0\x26\0\0\0\0\0\0\0GPS 51.5 7.4"));
        jpeg_segment(&out, 0xE1, S("http://ns.adobe.com/xap/1.0/\0<x>GPS</x>"));
        jpeg_segment(&out, 0xE2, S("ICC_PROFILE\0\x01\x01profile"));
        jpeg_segment(&out, 0xED, S("Photoshop 3.0\0Author"));
        jpeg_segment(&out, 0xFE, S("Author"));
    }
    jpeg_segment(&out, 0xC2, S("\x08\x01\xe0\x02\x80\x03\x01\x11\0\x02\x11\0\x03\x11\0"));
    jpeg_segment(&out, 0xDA, S("\x01\x01\0\0\x3f\0"));
    buf_put(&out, S("da\xff\0ta\xff\xd0more"));
    jpeg_segment(&out, 0xC4, S("huffman"));
    jpeg_segment(&out, 0xDA, S("\x01\x01\0\0\x3f\0"));
    buf_put(&out, S("second\xff\xd9"));
    if (metadata)
        buf_put(&out, S("\xff\xd8\xff\xe1GPS<script>"));
    return buf_str(&out);
}

static inline UNUSED void webp_chunk(Buf *out, const char *type, Str data)
{
    buf_put(out, str_from(type));
    put_little(out, (uint32_t)data.n, 4);
    buf_put(out, data);
    if (data.n & 1)
        buf_char(out, 0);
}

/* 800 times 600. */
static inline UNUSED Str webp_of(Arena *arena, bool metadata)
{
    Buf out = buf_new(arena, 4096), chunks = buf_new(arena, 4096);
    webp_chunk(&chunks, "VP8X",
               metadata ? S("\x0c\0\0\0\x1f\x03\0\x57\x02\0") : S("\0\0\0\0\x1f\x03\0\x57\x02\0"));
    webp_chunk(&chunks, "VP8L", S("\x2f\x1f\xc3\x95\0pixels!"));
    if (metadata) {
        webp_chunk(&chunks, "EXIF", S("GPS 51.5 7.4 "));
        webp_chunk(&chunks, "XMP ", S("<x>Author</x>"));
    }
    buf_put(&out, S("RIFF"));
    put_little(&out, (uint32_t)chunks.n + 4, 4);
    buf_put(&out, S("WEBP"));
    buf_put(&out, buf_str(&chunks));
    if (metadata)
        buf_put(&out, S("<script>"));
    return buf_str(&out);
}

/* An archive that holds empty files of these names, and the first one that text. */
static inline UNUSED Str zip_of(Arena *arena, const char *const *names, size_t count, Str first)
{
    Buf out = buf_new(arena, 1 << 16), list = buf_new(arena, 1 << 16);
    for (size_t i = 0; i < count; i++) {
        Str name = str_from(names[i]), text = i == 0 ? first : S("");
        size_t at = out.n;
        buf_put(&out, S("PK\3\4\x14\0\0\0\0\0\0\0\0\0\0\0\0\0"));
        put_little(&out, (uint32_t)text.n, 4);
        put_little(&out, (uint32_t)text.n, 4);
        put_little(&out, (uint32_t)name.n, 2);
        put_little(&out, 0, 2);
        buf_put(&out, name);
        buf_put(&out, text);
        buf_put(&list, S("PK\1\2\x14\0\x14\0\0\0\0\0\0\0\0\0\0\0\0\0"));
        put_little(&list, (uint32_t)text.n, 4);
        put_little(&list, (uint32_t)text.n, 4);
        put_little(&list, (uint32_t)name.n, 2);
        buf_put(&list, S("\0\0\0\0\0\0\0\0\0\0\0\0"));
        put_little(&list, (uint32_t)at, 4);
        buf_put(&list, name);
    }
    size_t from = out.n;
    buf_put(&out, buf_str(&list));
    buf_put(&out, S("PK\5\6\0\0\0\0"));
    put_little(&out, (uint32_t)count, 2);
    put_little(&out, (uint32_t)count, 2);
    put_little(&out, (uint32_t)list.n, 4);
    put_little(&out, (uint32_t)from, 4);
    put_little(&out, 0, 2);
    return buf_str(&out);
}

#define ODT_TYPE "application/vnd.oasis.opendocument.text"
static inline UNUSED Str odt_of(Arena *arena, bool macros)
{
    static const char *const NAMES[] = {"mimetype", "content.xml", "Basic/Standard/script.xml"};
    return zip_of(arena, NAMES, macros ? 3 : 2, S(ODT_TYPE));
}

static inline UNUSED Str docx_of(Arena *arena, bool macros)
{
    static const char *const NAMES[] = {"[Content_Types].xml", "word/document.xml",
                                        "word/vbaProject.bin"};
    return zip_of(arena, NAMES, macros ? 3 : 2, S("<Types/>"));
}

#endif
