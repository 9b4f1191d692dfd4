/* Forms with files: what browsers send is read, everything else is refused with a reason. */
#include "net/multipart.h"

#include "base/test.h"

#define TYPE S("multipart/form-data; boundary=xyz")
#define FIELD(name, value)                                                                         \
    "--xyz\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define CHOSEN(name, file, value)                                                                  \
    "--xyz\r\nContent-Disposition: form-data; name=\"" name "\"; filename=\"" file                 \
    "\"\r\nContent-Type: image/png\r\n\r\n" value "\r\n"
#define END "--xyz--\r\n"

static void fields_and_files_are_read_as_they_are(void **state)
{
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Multipart form;
    (void)state;
    Str body = S(FIELD("a", "1 & 2=3\r\n--xy") CHOSEN("f", "B\xc3\xa4ume.png", "\x89PNG\0\r\n\r\n")
                     FIELD("a", "") CHOSEN("g", "", "") END);
    assert_ok(cx, multipart_parse(cx, TYPE, body, &form));
    assert_int_equal(form.count, 4);
    assert_str("a", form.parts[0].name);
    assert_str("1 & 2=3\r\n--xy", form.parts[0].body);
    assert_false(form.parts[0].is_file);
    assert_true(form.parts[1].is_file);
    assert_str("B\xc3\xa4ume.png", form.parts[1].file_name);
    assert_str("image/png", form.parts[1].type);
    assert_str("\x89PNG\0\r\n\r\n", form.parts[1].body);
    assert_int_equal(form.parts[2].body.n, 0);
    assert_true(form.parts[3].is_file && form.parts[3].file_name.n == 0);
    assert_str("a=1%20%26%202%3D3%0D%0A--xy&a=", multipart_fields(cx->arena, &form));
    assert_ok(cx, multipart_parse(cx, TYPE, S("--xyz--"), &form));
    assert_int_equal(form.count, 0);
    test_cx_done(&t);
}

static void names_lose_their_folders_and_keep_their_marks(void **state)
{
    static const struct {
        const char *sent, *read;
    } NAMES[] = {{"../../etc/passwd", "passwd"},
                 {"C:\\Bilder\\Baum.png", "Baum.png"},
                 {"..\\..\\x", "x"},
                 {"a%22b.png", "a\"b.png"},
                 {"a\\\"b.png", "a\"b.png"},
                 {"a;b=c.png", "a;b=c.png"},
                 {"Stra\xc3\x9f"
                  "e.pdf",
                  "Stra\xc3\x9f"
                  "e.pdf"},
                 {"a/", ""}};
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Multipart form;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        Str body = arena_fmt(cx->arena,
                             "--xyz\r\nContent-Disposition: form-data; name=\"f\"; "
                             "filename=\"%s\"\r\n\r\n\r\n" END,
                             NAMES[i].sent);
        assert_ok(cx, multipart_parse(cx, TYPE, body, &form));
        assert_str_equal(str_from(NAMES[i].read), form.parts[0].file_name);
    }
    test_cx_done(&t);
}

static void what_is_malformed_is_refused_with_a_reason(void **state)
{
    static const struct {
        Str type, body;
    } WRONG[] = {
        {S_INIT("multipart/form-data"), S_INIT(FIELD("a", "1") END)},
        {S_INIT("multipart/form-data; boundary="), S_INIT(FIELD("a", "1") END)},
        {S_INIT("multipart/form-data; boundary=\"xyz"), S_INIT(FIELD("a", "1") END)},
        {S_INIT("multipart/form-data; boundary=xyz; boundary=abc"), S_INIT(FIELD("a", "1") END)},
        {S_INIT("multipart/form-data; boundary=xyz; rubbish"), S_INIT(FIELD("a", "1") END)},
        {S_INIT("multipart/form-data; boundary=\"a\tb\""), S_INIT(END)},
        {S_INIT("multipart/form-data; boundary=\"a \""), S_INIT("--a --\r\n")},
        {S_INIT("multipart/form-data; boundary="
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
         S_INIT(END)},
#define T S_INIT("multipart/form-data; boundary=xyz")
        {T, S_INIT("")},
        {T, S_INIT("preamble\r\n" FIELD("a", "1") END)},
        {T, S_INIT(FIELD("a", "1"))},
        {T, S_INIT(FIELD("a", "1") "--xyz")},
        {T, S_INIT(FIELD("a", "1") END "epilogue")},
        {T, S_INIT(FIELD("a", "1") "--xyzw\r\n")},
        {T, S_INIT("--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n")},
        {T, S_INIT("--xyz\nContent-Disposition: form-data; name=\"a\"\n\n1\n--xyz--\n")},
        {T, S_INIT("--xyz\r\n\r\n1\r\n" END)},
        {T, S_INIT("--xyz\r\nContent-Type: text/plain\r\n\r\n1\r\n" END)},
        {T, S_INIT("--xyz\r\nno colon\r\n\r\n1\r\n" END)},
        {T, S_INIT("--xyz\r\n folded: x\r\n\r\n1\r\n" END)},
#define D(rest) {T, S_INIT("--xyz\r\nContent-Disposition: " rest "\r\n\r\n1\r\n" END)}
        D("attachment; name=\"a\""),
        D("form-data"),
        D("form-data; name=\"\""),
        D("form-data; name=\"a"),
        D("form-data; name=a b"),
        D("form-data; name=\"a\"; name=\"b\""),
        D("form-data; name=\"a\"; filename=\"b\"; filename=\"c\""),
        D("form-data; name=\"a\"; filename*=UTF-8''b"),
        D("form-data; name=\"a\tb\""),
        D("form-data; name=\"\xff\""),
        D("form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"b\""),
        D("form-data; name=\"a\"\r\nContent-Type: a/b\r\nContent-Type: c/d"),
        D("form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64"),
        D("form-data; name=\"a\"\r\nX-Bad: a\x01"),
        {T, S_INIT(FIELD("a", "\xff\xfe") END)},
#undef D
#undef T
    };
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Multipart form;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(WRONG); i++) {
        Err err = multipart_parse(cx, WRONG[i].type, WRONG[i].body, &form);
        if (err == OK)
            print_message("# row %zu was taken\n", i);
        assert_err(cx, ERR_INVALID, "request.multipart", err);
        assert_true(cx->error->detail.n > 0);
    }
    test_cx_done(&t);
}

static void parts_names_and_header_lines_have_limits(void **state)
{
    TestCx t;
    Cx *cx = test_cx_init(&t);
    Multipart form;
    (void)state;
    Buf many = buf_new(cx->arena, 1 << 20), lines = buf_new(cx->arena, 1 << 16);
    for (int i = 0; i < 10000; i++)
        buf_put(&many, S(FIELD("a", "1")));
    buf_put(&many, S(END));
    assert_err(cx, ERR_LIMIT, "request.parts", multipart_parse(cx, TYPE, buf_str(&many), &form));
    buf_truncate(&many, MULTIPART_PARTS_MAX * S(FIELD("a", "1")).n);
    buf_put(&many, S(END));
    assert_ok(cx, multipart_parse(cx, TYPE, buf_str(&many), &form));
    assert_int_equal(form.count, MULTIPART_PARTS_MAX);
    Str body = arena_fmt(cx->arena, FIELD("%0201d", "1") END, 1);
    assert_err(cx, ERR_LIMIT, "request.parts", multipart_parse(cx, TYPE, body, &form));
    body = arena_fmt(cx->arena, CHOSEN("f", "%01001d", "1") END, 1);
    assert_err(cx, ERR_LIMIT, "request.parts", multipart_parse(cx, TYPE, body, &form));
    buf_put(&lines, S("--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n"));
    for (int i = 0; i < 100; i++)
        buf_fmt(&lines, "X-%d: %040d\r\n", i, i);
    buf_put(&lines, S("\r\n1\r\n" END));
    assert_err(cx, ERR_LIMIT, "request.parts", multipart_parse(cx, TYPE, buf_str(&lines), &form));
    test_cx_done(&t);
}

static void only_forms_with_files_are_taken_for_one(void **state)
{
    (void)state;
    assert_true(multipart_is(S("Multipart/Form-Data ; boundary=x")));
    assert_false(multipart_is(S("multipart/mixed; boundary=x")));
    assert_false(multipart_is(S("application/x-www-form-urlencoded")));
    assert_false(multipart_is((Str){0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_and_files_are_read_as_they_are),
        cmocka_unit_test(names_lose_their_folders_and_keep_their_marks),
        cmocka_unit_test(what_is_malformed_is_refused_with_a_reason),
        cmocka_unit_test(parts_names_and_header_lines_have_limits),
        cmocka_unit_test(only_forms_with_files_are_taken_for_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
