/* What is taken, what is refused, and what is left out of pictures. */
#include "people/file.h"

#include "base/test.h"
#include "people/test_file.h"

typedef struct Sample {
    const char *name;
    FileKind kind;
    Str bytes;
} Sample;

static FileLook look(Cx *cx, const char *name, Str bytes)
{
    FileLook ret = {0};
    assert_ok(cx, file_look(cx, str_from(name), bytes, &ret));
    return ret;
}

static void every_kind_is_known_by_name_and_content(void **state)
{
    static const char *const XLSX[] = {"[Content_Types].xml", "xl/workbook.xml"};
    static const char *const PPTX[] = {"ppt/presentation.xml"};
    static const char *const ODF[] = {"mimetype"};
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Arena *arena = cx->arena;
    (void)state;
    const Sample samples[] = {
        {"a.png", FILE_PNG, png_of(arena, 8, 6, false)},
        {"a.JPG", FILE_JPEG, jpeg_of(arena, false)},
        {"a.jpeg", FILE_JPEG, jpeg_of(arena, false)},
        {"a.webp", FILE_WEBP, webp_of(arena, false)},
        {"a.pdf", FILE_PDF, S("%PDF-1.7\n%\xe2\xe3\x01\n")},
        {"a.odt", FILE_ODT, odt_of(arena, false)},
        {"a.ods", FILE_ODS,
         zip_of(arena, ODF, 1, S("application/vnd.oasis.opendocument.spreadsheet"))},
        {"a.odp", FILE_ODP,
         zip_of(arena, ODF, 1, S("application/vnd.oasis.opendocument.presentation"))},
        {"a.docx", FILE_DOCX, docx_of(arena, false)},
        {"a.xlsx", FILE_XLSX, zip_of(arena, XLSX, 2, S(""))},
        {"a.pptx", FILE_PPTX, zip_of(arena, PPTX, 1, S(""))},
        {"a.csv", FILE_CSV,
         S("Stra\xdf"
           "e;Zahl\r\nHafen;7\r\n")},
        {"a.txt", FILE_TXT, S("\xef\xbb\xbfMoin, < 3 \xc3\xa4\n")},
    };
    for (size_t i = 0; i < COUNT_OF(samples); i++)
        for (size_t k = 0; k < COUNT_OF(samples); k++) {
            FileLook ret;
            bool text = samples[i].kind >= FILE_CSV && samples[k].kind >= FILE_CSV;
            Err err = file_look(cx, str_from(samples[i].name), samples[k].bytes, &ret);
            if (samples[i].kind != samples[k].kind && !text) {
                assert_err(cx, ERR_INVALID, "attachment.content.file", err);
                continue;
            }
            assert_ok(cx, err);
            assert_int_equal(ret.kind, samples[i].kind);
            assert_str_equal(samples[k].bytes, ret.bytes);
        }
    test_cx_done(&t);
}

static void what_a_browser_would_run_is_refused_under_any_name(void **state)
{
    static const struct {
        const char *name, *bytes, *key;
    } BAD[] = {
        {"a.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>", "attachment.kind.file"},
        {"a.html", "<!doctype html>", "attachment.kind.file"},
        {"a.js", "alert(1)", "attachment.kind.file"},
        {"a.exe", "MZ", "attachment.kind.file"},
        {"a.zip", "PK\3\4", "attachment.kind.file"},
        {"a.docm", "PK\3\4", "attachment.kind.file"},
        {"a", "text", "attachment.kind.file"},
        {"png", "text", "attachment.kind.file"},
        {"a.png.svg", "\x89PNG\r\n\x1a\n", "attachment.kind.file"},
        {"a.svg.png", "<svg xmlns='http://www.w3.org/2000/svg'/>", "attachment.content.file"},
        {"a.txt", "<svg xmlns='http://www.w3.org/2000/svg'/>", "attachment.content.file"},
        {"a.txt", " \r\n\xef\xbb\xbf<html>", ""},
        {"a.csv", "\xef\xbb\xbf  <html>", "attachment.content.file"},
        {"a.txt", "MZ\x01\x02", "attachment.content.file"},
        {"a.pdf", "<html>%PDF-1.7", "attachment.content.file"},
        {"a.pdf", "\n%PDF-1.7", "attachment.content.file"},
        {"a.png", "GIF89a", "attachment.content.file"},
        {"a.txt", "", "attachment.empty.file"},
    };
    TestCx t;
    Cx *cx = test_cx_init(&t);
    FileLook ret;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        Err err = file_look(cx, str_from(BAD[i].name), str_from(BAD[i].bytes), &ret);
        if (BAD[i].key[0])
            assert_err(cx, ERR_INVALID, BAD[i].key, err);
        else
            assert_ok(cx, err); /* text, whose bytes in the middle no browser looks at */
    }
    assert_err(cx, ERR_INVALID, "attachment.kind.file",
               file_look(cx, S("a\xff.png"), png_of(cx->arena, 1, 1, false), &ret));
    test_cx_done(&t);
}

static void documents_with_macros_are_refused_and_nothing_is_unpacked(void **state)
{
    TestCx t;
    Cx *cx = test_cx_init(&t);
    FileLook ret;
    (void)state;
    assert_err(cx, ERR_INVALID, "attachment.macros.file",
               file_look(cx, S("a.odt"), odt_of(cx->arena, true), &ret));
    assert_err(cx, ERR_INVALID, "attachment.macros.file",
               file_look(cx, S("a.docx"), docx_of(cx->arena, true), &ret));
    /* What a file within claims to hold is not believed, nor is it looked for. */
    Str bomb = docx_of(cx->arena, false);
    char *bytes = arena_cstr(cx->arena, bomb);
    ptrdiff_t at = str_find(bomb, S("PK\1\2"));
    memset(bytes + at + 20, 0xFF, 8);
    assert_ok(cx, file_look(cx, S("a.docx"), (Str){bytes, bomb.n}, &ret));
    /* A list that is longer than the file, or lies behind its end, is none. */
    at = str_find(bomb, S("PK\5\6"));
    memset(bytes + at + 12, 0xFF, 4);
    assert_err(cx, ERR_INVALID, "attachment.content.file",
               file_look(cx, S("a.docx"), (Str){bytes, bomb.n}, &ret));
    for (size_t n = 0; n < bomb.n; n++)
        assert_err(cx, ERR_INVALID, n ? "attachment.content.file" : "attachment.empty.file",
                   file_look(cx, S("a.docx"), str_slice(bomb, 0, n), &ret));
    test_cx_done(&t);
}

static void nothing_tells_where_a_photo_was_taken_and_by_whom(void **state)
{
    TestCx t;
    Cx *cx = test_cx_init(&t);
    (void)state;
    const struct {
        const char *name;
        Str told, plain;
        int64_t width, height;
    } PHOTOS[] = {
        {"a.png", png_of(cx->arena, 40, 30, true), png_of(cx->arena, 40, 30, false), 40, 30},
        {"a.webp", webp_of(cx->arena, true), webp_of(cx->arena, false), 800, 600},
        {"a.jpg", jpeg_of(cx->arena, true), {0}, 480, 640},
    };
    for (size_t i = 0; i < COUNT_OF(PHOTOS); i++) {
        assert_true(str_find(PHOTOS[i].told, S("GPS")) > 0);
        FileLook ret = look(cx, PHOTOS[i].name, PHOTOS[i].told);
        assert_int_equal(ret.width, PHOTOS[i].width);
        assert_int_equal(ret.height, PHOTOS[i].height);
        assert_true(str_find(ret.bytes, S("GPS")) < 0);
        assert_true(str_find(ret.bytes, S("Author")) < 0);
        assert_true(str_find(ret.bytes, S("script")) < 0);
        if (PHOTOS[i].plain.p)
            assert_str_equal(PHOTOS[i].plain, ret.bytes);
        /* Once more changes nothing. */
        assert_str_equal(ret.bytes, look(cx, PHOTOS[i].name, ret.bytes).bytes);
    }
    /* It still stands upright, with its colours, and every scan of it. */
    Str jpeg = look(cx, "a.jpg", PHOTOS[2].told).bytes;
    assert_true(str_find(jpeg, S("Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06")) >
                0);
    assert_true(str_find(jpeg, S("ICC_PROFILE")) > 0);
    assert_true(str_find(jpeg, S("da\xff\0ta\xff\xd0more")) > 0);
    assert_true(str_ends(jpeg, S("second\xff\xd9")));
    assert_int_equal(look(cx, "a.jpg", jpeg_of(cx->arena, false)).width, 640);
    test_cx_done(&t);
}

static void pictures_that_are_cut_or_absurdly_large_are_refused(void **state)
{
    TestCx t;
    Cx *cx = test_cx_init(&t);
    FileLook ret;
    (void)state;
    const struct {
        const char *name;
        Str bytes;
    } WHOLE[] = {{"a.png", png_of(cx->arena, 3, 3, false)},
                 {"a.jpg", jpeg_of(cx->arena, false)},
                 {"a.webp", webp_of(cx->arena, false)}};
    for (size_t i = 0; i < COUNT_OF(WHOLE); i++)
        for (size_t n = 1; n < WHOLE[i].bytes.n; n++)
            assert_err(
                cx, ERR_INVALID, "attachment.content.file",
                file_look(cx, str_from(WHOLE[i].name), str_slice(WHOLE[i].bytes, 0, n), &ret));
    static const uint32_t SIDES[][2] = {{12001, 1}, {1, 12001}, {12000, 12000}, {0x7fffffff, 2}};
    for (size_t i = 0; i < COUNT_OF(SIDES); i++)
        assert_err(
            cx, ERR_LIMIT, "attachment.pixels.file",
            file_look(cx, S("a.png"), png_of(cx->arena, SIDES[i][0], SIDES[i][1], false), &ret));
    assert_err(cx, ERR_INVALID, "attachment.content.file",
               file_look(cx, S("a.png"), png_of(cx->arena, 0, 5, false), &ret));
    char *large = arena_alloc_bytes(cx->arena, FILE_BYTES_MAX + 1, 1);
    memset(large, 'a', FILE_BYTES_MAX + 1);
    assert_ok(cx, file_look(cx, S("a.txt"), (Str){large, FILE_BYTES_MAX}, &ret));
    assert_err(cx, ERR_LIMIT, "attachment.large.file",
               file_look(cx, S("a.txt"), (Str){large, FILE_BYTES_MAX + 1}, &ret));
    test_cx_done(&t);
}

static void names_are_safe_to_show_and_to_save(void **state)
{
    static const struct {
        const char *sent, *kept;
    } NAMES[] = {
        {"Plan B.txt", "Plan B.txt"},
        {"Stra\xc3\x9f"
         "e.TXT",
         "Stra\xc3\x9f"
         "e.txt"},
        {"../../etc/passwd.txt", "etcpasswd.txt"},
        {"a\r\nSet-Cookie: x=1.txt", "aSet-Cookie x=1.txt"},
        {"a\"; filename=\"b.txt", "a; filename=b.txt"},
        {"rechnung\xe2\x80\xaegnp.txt", "rechnunggnp.txt"},
        {".txt", "datei.txt"},
        {"....txt", "datei.txt"},
        {"  .hidden .txt", "hidden.txt"},
        {"a<b>|c?*.txt", "abc.txt"},
    };
    TestCx t;
    Cx *cx = test_cx_init(&t);
    (void)state;
    for (size_t i = 0; i < COUNT_OF(NAMES); i++)
        assert_str_equal(str_from(NAMES[i].kept), look(cx, NAMES[i].sent, S("x")).name);
    Str name = look(cx, arena_fmt(cx->arena, "%0400d\xc3\xa4.txt", 1).p, S("x")).name;
    assert_true(name.n <= FILE_NAME_BYTES_MAX && str_ends(name, S(".txt")));
    name = look(cx, arena_fmt(cx->arena, "%0*d\xc3\xa4.txt", FILE_NAME_BYTES_MAX - 5, 1).p, S("x"))
               .name;
    assert_true(name.n <= FILE_NAME_BYTES_MAX && str_is_utf8(name));
    test_cx_done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_is_known_by_name_and_content),
        cmocka_unit_test(what_a_browser_would_run_is_refused_under_any_name),
        cmocka_unit_test(documents_with_macros_are_refused_and_nothing_is_unpacked),
        cmocka_unit_test(nothing_tells_where_a_photo_was_taken_and_by_whom),
        cmocka_unit_test(pictures_that_are_cut_or_absurdly_large_are_refused),
        cmocka_unit_test(names_are_safe_to_show_and_to_save),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
