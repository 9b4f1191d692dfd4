#include "people/picture.h"

#include "base/str.h"

static uint32_t byte_at(Str s, size_t at)
{
    return (unsigned char)s.p[at];
}

static uint32_t big16(Str s, size_t at)
{
    return byte_at(s, at) << 8 | byte_at(s, at + 1);
}

static uint32_t big32(Str s, size_t at)
{
    return big16(s, at) << 16 | big16(s, at + 2);
}

static uint32_t little16(Str s, size_t at)
{
    return byte_at(s, at + 1) << 8 | byte_at(s, at);
}

static uint32_t little32(Str s, size_t at)
{
    return little16(s, at + 2) << 16 | little16(s, at);
}

static bool is_one_of(Str word, const char *words)
{
    for (Str rest = str_from(words); rest.n >= word.n; rest = str_from_index(rest, word.n))
        if (str_starts(rest, word))
            return true;
    return false;
}

/* ---- PNG (ISO/IEC 15948, APNG) ---- */

#define PNG_SIGNATURE S("\x89PNG\r\n\x1a\n")
#define PNG_KEPT "IHDRPLTEIDATIENDtRNSgAMAcHRMsRGBiCCPsBITpHYsbKGDcICPacTLfcTLfdAT"
enum { PNG_HEADER_BYTES = 13, PNG_AROUND = 12 /* length, type and checksum of a chunk */ };

bool picture_png(Arena *arena, Str bytes, Picture *ret)
{
    Picture picture = {0};
    bool image = false, end = false;
    Buf clean = buf_new(arena, bytes.n);
    if (!str_starts(bytes, PNG_SIGNATURE))
        return false;
    buf_put(&clean, PNG_SIGNATURE);
    for (Str rest = str_from_index(bytes, PNG_SIGNATURE.n); !end;) {
        if (rest.n < PNG_AROUND || big32(rest, 0) > rest.n - PNG_AROUND)
            return false;
        size_t length = big32(rest, 0);
        Str type = str_slice(rest, 4, 8), chunk = str_slice(rest, 0, length + PNG_AROUND);
        bool header = str_eq(type, S("IHDR"));
        if (header != (picture.width == 0) || (header && length != PNG_HEADER_BYTES))
            return false;
        if (header) {
            picture.width = big32(rest, 8);
            picture.height = big32(rest, 12);
        }
        if (picture.width == 0 || picture.height == 0)
            return false;
        image |= str_eq(type, S("IDAT"));
        end = str_eq(type, S("IEND"));
        if (is_one_of(type, PNG_KEPT))
            buf_put(&clean, chunk);
        rest = str_from_index(rest, chunk.n);
    }
    picture.clean = buf_str(&clean);
    *ret = picture;
    return image;
}

/* ---- JPEG (ITU-T T.81; EXIF: CIPA DC-008) ---- */

enum {
    JPEG_SOS = 0xDA,
    JPEG_EOI = 0xD9,
    JPEG_APP0 = 0xE0,
    JPEG_APP1 = 0xE1,
    JPEG_APP2 = 0xE2,
    JPEG_APP14 = 0xEE,
    JPEG_APP15 = 0xEF,
    JPEG_COM = 0xFE,
    TIFF_ORIENTATION = 0x0112,
    TIFF_SHORT = 3,
    TIFF_ENTRY_BYTES = 12
};

/* 1 to 8; 0 where the segment has none. The TIFF within has an order of bytes of its own. */
static uint32_t exif_orientation(Str segment)
{
    if (!str_starts(segment, S("Exif\0\0")))
        return 0;
    Str tiff = str_from_index(segment, 6);
    bool big = str_starts(tiff, S("MM\0*"));
    if (tiff.n < 8 || (!big && !str_starts(tiff, S("II*\0"))))
        return 0;
    size_t at = big ? big32(tiff, 4) : little32(tiff, 4);
    if (at > tiff.n || tiff.n - at < 2)
        return 0;
    size_t count = big ? big16(tiff, at) : little16(tiff, at);
    for (at += 2; count > 0 && tiff.n - at >= TIFF_ENTRY_BYTES; at += TIFF_ENTRY_BYTES, count--) {
        uint32_t tag = big ? big16(tiff, at) : little16(tiff, at);
        uint32_t kind = big ? big16(tiff, at + 2) : little16(tiff, at + 2);
        uint32_t value = big ? big16(tiff, at + 8) : little16(tiff, at + 8);
        if (tag == TIFF_ORIENTATION && kind == TIFF_SHORT)
            return value >= 1 && value <= 8 ? value : 0;
    }
    return 0;
}

static void put_orientation(Buf *out, uint32_t orientation)
{
    buf_put(out, S("\xff\xe1\0\x22"
                   "Exif\0\0"
                   "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"));
    buf_char(out, (char)orientation);
    buf_put(out, S("\0\0\0\0\0\0"));
}

static bool is_start_of_frame(uint32_t marker)
{
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

static bool jpeg_is_kept(uint32_t marker, Str segment)
{
    if (marker == JPEG_APP0)
        return str_starts(segment, S("JFIF\0"));
    if (marker == JPEG_APP2)
        return str_starts(segment, S("ICC_PROFILE\0"));
    return marker == JPEG_APP14 ||
           !((marker > JPEG_APP0 && marker <= JPEG_APP15) || marker == JPEG_COM);
}

/* How many bytes of compressed data stand before the next marker. */
static size_t scan_length(Str rest)
{
    for (size_t i = 0; i + 1 < rest.n; i++) {
        const char *hit = memchr(rest.p + i, 0xFF, rest.n - 1 - i);
        if (!hit)
            break;
        i = (size_t)(hit - rest.p);
        uint32_t next = byte_at(rest, i + 1);
        if (next != 0 && next != 0xFF && !(next >= 0xD0 && next <= 0xD7))
            return i;
    }
    return rest.n;
}

typedef struct Jpeg {
    Picture picture;
    Buf clean;
    uint32_t orientation;
    bool scanned, ended;
} Jpeg;

static bool jpeg_frame(Jpeg *jpeg, Str segment)
{
    if (segment.n < 6 || jpeg->picture.width)
        return false;
    jpeg->picture.height = big16(segment, 1);
    jpeg->picture.width = big16(segment, 3);
    return jpeg->picture.width && jpeg->picture.height;
}

/* One marker with what belongs to it. */
static bool jpeg_step(Jpeg *jpeg, Str *rest)
{
    while (rest->n >= 2 && byte_at(*rest, 0) == 0xFF && byte_at(*rest, 1) == 0xFF)
        *rest = str_from_index(*rest, 1);
    if (rest->n < 2 || byte_at(*rest, 0) != 0xFF)
        return false;
    uint32_t marker = byte_at(*rest, 1);
    if (marker == JPEG_EOI) {
        buf_put(&jpeg->clean, str_slice(*rest, 0, 2));
        jpeg->ended = true;
        return jpeg->scanned;
    }
    if (marker < 0xC0 || (marker >= 0xD0 && marker < JPEG_EOI) || rest->n < 4 ||
        big16(*rest, 2) < 2 || big16(*rest, 2) > rest->n - 2)
        return false;
    Str segment = str_slice(*rest, 4, 2 + big16(*rest, 2));
    Str whole = str_slice(*rest, 0, 2 + big16(*rest, 2));
    *rest = str_from_index(*rest, whole.n);
    if (is_start_of_frame(marker) && !jpeg_frame(jpeg, segment))
        return false;
    uint32_t orientation = marker == JPEG_APP1 ? exif_orientation(segment) : 0;
    if (orientation > 1 && !jpeg->orientation && !jpeg->scanned) {
        jpeg->orientation = orientation;
        put_orientation(&jpeg->clean, orientation);
    }
    if (jpeg_is_kept(marker, segment))
        buf_put(&jpeg->clean, whole);
    if (marker == JPEG_SOS) {
        size_t length = scan_length(*rest);
        jpeg->scanned = jpeg->picture.width != 0;
        buf_put(&jpeg->clean, str_slice(*rest, 0, length));
        *rest = str_from_index(*rest, length);
        return jpeg->scanned;
    }
    return true;
}

bool picture_jpeg(Arena *arena, Str bytes, Picture *ret)
{
    enum { MORE = 64 /* what orientation may add where it stood in a shorter segment */ };
    Jpeg jpeg = {.clean = buf_new(arena, bytes.n + MORE)};
    if (!str_starts(bytes, S("\xff\xd8")))
        return false;
    buf_put(&jpeg.clean, S("\xff\xd8"));
    for (Str rest = str_from_index(bytes, 2); !jpeg.ended;)
        if (!jpeg_step(&jpeg, &rest))
            return false;
    *ret = jpeg.picture;
    if (jpeg.orientation >= 5) { /* lies on its side */
        ret->width = jpeg.picture.height;
        ret->height = jpeg.picture.width;
    }
    ret->clean = buf_str(&jpeg.clean);
    return !jpeg.clean.overflow;
}

/* ---- WebP (RFC 9649) ---- */

enum { WEBP_EXIF = 0x08, WEBP_XMP = 0x04, RIFF_HEAD = 12, RIFF_CHUNK_HEAD = 8 };

static bool webp_size(Str type, Str data, Picture *picture)
{
    if (str_eq(type, S("VP8 ")) && data.n >= 10 && !(byte_at(data, 0) & 1) &&
        str_eq(str_slice(data, 3, 6), S("\x9d\x01\x2a"))) {
        picture->width = little16(data, 6) & 0x3FFF;
        picture->height = little16(data, 8) & 0x3FFF;
    } else if (str_eq(type, S("VP8L")) && data.n >= 5 && byte_at(data, 0) == 0x2F) {
        uint32_t bits = little32(data, 1);
        picture->width = (bits & 0x3FFF) + 1;
        picture->height = (bits >> 14 & 0x3FFF) + 1;
    } else if (str_eq(type, S("VP8X")) && data.n >= 10) {
        picture->width = (little32(data, 3) >> 8) + 1;
        picture->height = (little32(data, 6) >> 8) + 1;
    }
    return picture->width && picture->height;
}

static void put_little32(Buf *out, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        buf_char(out, (char)(v >> (8 * i) & 0xFF));
}

static void webp_put(Buf *clean, Str type, Str data)
{
    buf_put(clean, type);
    put_little32(clean, (uint32_t)data.n);
    size_t from = clean->n;
    buf_put(clean, data);
    if (str_eq(type, S("VP8X")) && !clean->overflow)
        clean->p[from] &= ~(WEBP_EXIF | WEBP_XMP);
    if (data.n & 1)
        buf_char(clean, 0);
}

bool picture_webp(Arena *arena, Str bytes, Picture *ret)
{
    Picture picture = {0};
    bool image = false;
    Buf clean = buf_new(arena, bytes.n + 1);
    if (bytes.n < RIFF_HEAD || !str_starts(bytes, S("RIFF")) ||
        !str_eq(str_slice(bytes, 8, 12), S("WEBP")) || little32(bytes, 4) < 4 ||
        little32(bytes, 4) > bytes.n - 8)
        return false;
    buf_put(&clean, str_slice(bytes, 0, RIFF_HEAD));
    Str rest = str_slice(bytes, RIFF_HEAD, (size_t)little32(bytes, 4) + 8);
    while (rest.n) {
        if (rest.n < RIFF_CHUNK_HEAD || little32(rest, 4) > rest.n - RIFF_CHUNK_HEAD)
            return false;
        Str type = str_slice(rest, 0, 4);
        Str data = str_slice(rest, RIFF_CHUNK_HEAD, RIFF_CHUNK_HEAD + (size_t)little32(rest, 4));
        if (!picture.width && !webp_size(type, data, &picture))
            return false;
        image |= is_one_of(type, "VP8 VP8LANMF");
        if (is_one_of(type, "VP8 VP8LVP8XANIMANMFALPHICCP"))
            webp_put(&clean, type, data);
        rest = str_from_index(rest, RIFF_CHUNK_HEAD + data.n + (data.n & 1));
    }
    if (!image || clean.overflow)
        return false;
    Buf size = buf_new(arena, 4);
    put_little32(&size, (uint32_t)clean.n - 8);
    memcpy(clean.p + 4, size.p, 4);
    picture.clean = buf_str(&clean);
    *ret = picture;
    return true;
}
