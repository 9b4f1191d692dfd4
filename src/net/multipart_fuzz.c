/* Forms with files, of any bytes: no crash, parts that lie in the body, and what was understood,
 * written as a browser writes it, is understood the same again. The first line of the input is
 * the Content-Type, the rest the body. */
#include "net/multipart.h"

#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool lies_in(Str part, Str whole)
{
    return part.n == 0 || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}

static void put_quoted(Buf *out, Str s)
{
    buf_char(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"' || s.p[i] == '\\')
            buf_char(out, '\\');
        buf_char(out, s.p[i]);
    }
    buf_char(out, '"');
}

/* False where it cannot be written so that it reads the same: %22 is read as a quotation mark. */
static bool write_again(Buf *out, const Multipart *form, Str boundary)
{
    for (size_t i = 0; i < form->count; i++) {
        const MultipartPart *part = &form->parts[i];
        if (str_find(part->name, S("%22")) >= 0 || str_find(part->file_name, S("%22")) >= 0 ||
            str_find(part->body, boundary) >= 0)
            return false;
        buf_fmt(out, "--%.*s\r\nContent-Disposition: form-data; name=", SARG(boundary));
        put_quoted(out, part->name);
        if (part->is_file) {
            buf_put(out, S("; filename="));
            put_quoted(out, part->file_name);
        }
        buf_put(out, S("\r\n\r\n"));
        buf_put(out, part->body);
        buf_put(out, S("\r\n"));
    }
    buf_fmt(out, "--%.*s--\r\n", SARG(boundary));
    return true;
}

static void check_same(const Multipart *a, const Multipart *b)
{
    ASSERT(a->count == b->count);
    for (size_t i = 0; i < a->count; i++) {
        const MultipartPart *one = &a->parts[i], *two = &b->parts[i];
        ASSERT(str_eq(one->name, two->name) && str_eq(one->file_name, two->file_name));
        ASSERT(one->is_file == two->is_file && str_eq(one->body, two->body));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena;
    Error error = {0};
    arena_init(&arena, 0, 0);
    Cx cx = {.arena = &arena, .error = &error};
    Multipart form, again;
    Str body = {(const char *)data, size}, boundary = S("-a-boundary-of-the-test");
    Str type = str_cut(&body, '\n');
    if (multipart_parse(&cx, type, body, &form) == OK) {
        ASSERT(form.count <= MULTIPART_PARTS_MAX);
        for (size_t i = 0; i < form.count; i++) {
            const MultipartPart *part = &form.parts[i];
            ASSERT(lies_in(part->body, body) && lies_in(part->type, body));
            ASSERT(part->name.n && part->name.n <= MULTIPART_NAME_BYTES_MAX);
            ASSERT(str_find_char(part->file_name, '/') < 0);
            ASSERT(part->is_file || str_is_utf8(part->body));
        }
        Buf out = buf_new(&arena, size * 3 + (size_t)form.count * 200 + 200);
        if (write_again(&out, &form, boundary)) {
            Str as = S("multipart/form-data; boundary=-a-boundary-of-the-test");
            ASSERT(!out.overflow && multipart_parse(&cx, as, buf_str(&out), &again) == OK);
            check_same(&form, &again);
        }
        Str fields = multipart_fields(&arena, &form);
        ASSERT(str_find_char(fields, ' ') < 0);
    } else {
        ASSERT(error.key && error.detail.n);
    }
    arena_done(&arena);
    return 0;
}
