#include "net/multipart.h"

#include "base/str.h"

#define broken(cx, ...) fail(cx, ERR_INVALID, "request.multipart", __VA_ARGS__)

bool multipart_is(Str content_type)
{
    Str type = str_trim(str_cut(&content_type, ';'));
    return str_eq_nocase(type, S("multipart/form-data"));
}

/* ---- parameters of a header ---- */

static bool is_token_char(unsigned char c)
{
    return c > ' ' && c < 0x7f && !memchr("()<>@,;:\\\"/[]?=", c, 15);
}

/* Inside of quotes \" and \\ stand for the second one; another \ for itself, since browsers leave
 * it alone. %22 is what they write for a quotation mark (WHATWG HTML, 4.10.21.8). */
static bool read_quoted(Arena *arena, Str *rest, Str *ret)
{
    Buf value = buf_new(arena, rest->n + 1);
    for (size_t i = 1; i < rest->n; i++) {
        char c = rest->p[i];
        if (c == '"') {
            *ret = value.n ? buf_str(&value) : S("");
            *rest = str_from_index(*rest, i + 1);
            return true;
        }
        if (c == '\\' && i + 1 < rest->n && (rest->p[i + 1] == '"' || rest->p[i + 1] == '\\'))
            c = rest->p[++i];
        else if (str_starts(str_from_index(*rest, i), S("%22"))) {
            c = '"';
            i += 2;
        }
        buf_char(&value, c);
    }
    return false;
}

static bool read_value(Arena *arena, Str *rest, Str *ret)
{
    if (rest->n && rest->p[0] == '"')
        return read_quoted(arena, rest, ret);
    size_t n = 0;
    while (n < rest->n && is_token_char((unsigned char)rest->p[n]))
        n++;
    *ret = str_slice(*rest, 0, n);
    *rest = str_from_index(*rest, n);
    return n > 0;
}

/* The next "; name=value"; false at the end and for what is none, which rest tells apart. */
static bool next_parameter(Arena *arena, Str *rest, Str *ret_name, Str *ret_value)
{
    Str at = str_trim(*rest);
    size_t n = 0;
    if (at.n == 0 || at.p[0] != ';') {
        *rest = at;
        return false;
    }
    at = str_trim(str_from_index(at, 1));
    while (n < at.n && is_token_char((unsigned char)at.p[n]))
        n++;
    if (n == 0 || n == at.n || at.p[n] != '=')
        return false;
    *ret_name = str_slice(at, 0, n);
    at = str_from_index(at, n + 1);
    if (!read_value(arena, &at, ret_value))
        return false;
    *rest = at;
    return true;
}

static bool is_boundary(Str boundary)
{
    for (size_t i = 0; i < boundary.n; i++) {
        unsigned char c = (unsigned char)boundary.p[i];
        bool alnum = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!alnum && !memchr("'()+_,-./:=? ", c, 13))
            return false;
    }
    return boundary.n > 0 && boundary.n <= MULTIPART_BOUNDARY_BYTES_MAX &&
           boundary.p[boundary.n - 1] != ' ';
}

static Err find_boundary(Cx *cx, Str content_type, Str *ret)
{
    Str boundary = {0}, name, value;
    ptrdiff_t semicolon = str_find_char(content_type, ';');
    Str rest = semicolon < 0 ? S("") : str_from_index(content_type, (size_t)semicolon);
    while (next_parameter(cx->arena, &rest, &name, &value)) {
        if (!str_eq_nocase(name, S("boundary")))
            continue;
        if (boundary.p)
            return broken(cx, "the Content-Type names two boundaries");
        boundary = value;
    }
    if (rest.n || !is_boundary(boundary))
        return broken(cx, "the Content-Type names no boundary of 1 to %d characters",
                      MULTIPART_BOUNDARY_BYTES_MAX);
    *ret = boundary;
    return OK;
}

/* ---- the header lines of a part ---- */

static bool has_control(Str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
            return true;
    return false;
}

static Str without_folders(Str name)
{
    ptrdiff_t slash = str_find_last_char(name, '/'), back = str_find_last_char(name, '\\');
    return str_from_index(name, (size_t)(MAX(slash, back) + 1));
}

static Err read_disposition(Cx *cx, Str value, MultipartPart *part)
{
    Str name, given, rest = value;
    Str kind = str_trim(str_cut(&rest, ';'));
    if (!str_eq_nocase(kind, S("form-data")))
        return broken(cx, "a part is no form-data");
    rest = str_from_index(value, (size_t)MAX(str_find_char(value, ';'), 0));
    while (rest.n && next_parameter(cx->arena, &rest, &name, &given)) {
        if (!str_is_utf8(given) || has_control(given))
            return broken(cx, "a name of a part is no text");
        if (str_eq_nocase(name, S("name")) && !part->name.p) {
            part->name = given;
        } else if (str_eq_nocase(name, S("filename")) && !part->is_file) {
            part->is_file = true;
            part->file_name = without_folders(given);
        } else {
            return broken(cx, "a part has the parameter %.*s, once too often or not of a form",
                          SARG(name));
        }
    }
    if (rest.n || !part->name.n)
        return broken(cx, "a part has no name");
    if (part->name.n > MULTIPART_NAME_BYTES_MAX ||
        part->file_name.n > MULTIPART_FILE_NAME_BYTES_MAX)
        return fail(cx, ERR_LIMIT, "request.parts", "a name of a part is longer than %d bytes",
                    part->is_file ? MULTIPART_FILE_NAME_BYTES_MAX : MULTIPART_NAME_BYTES_MAX);
    return OK;
}

static bool is_plain_encoding(Str value)
{
    return str_eq_nocase(value, S("7bit")) || str_eq_nocase(value, S("8bit")) ||
           str_eq_nocase(value, S("binary"));
}

static Err read_header(Cx *cx, Str line, MultipartPart *part, bool *disposed)
{
    ptrdiff_t colon = str_find_char(line, ':');
    if (colon <= 0)
        return broken(cx, "a header line of a part has no name");
    Str name = str_slice(line, 0, (size_t)colon);
    Str value = str_trim(str_from_index(line, (size_t)colon + 1));
    for (size_t i = 0; i < name.n; i++)
        if (!is_token_char((unsigned char)name.p[i]))
            return broken(cx, "a header line of a part has no name");
    if (has_control(value))
        return broken(cx, "a header line of a part holds a control character");
    if (str_eq_nocase(name, S("content-disposition"))) {
        if (*disposed)
            return broken(cx, "a part has two Content-Dispositions");
        *disposed = true;
        return read_disposition(cx, value, part);
    }
    if (str_eq_nocase(name, S("content-type"))) {
        if (part->type.p)
            return broken(cx, "a part has two Content-Types");
        part->type = value;
    } else if (str_eq_nocase(name, S("content-transfer-encoding")) && !is_plain_encoding(value)) {
        return broken(cx, "a part is encoded as %.*s, which forms are not", SARG(value));
    }
    return OK;
}

/* Reads the header lines up to the empty one; *rest becomes what follows. */
static Err read_head(Cx *cx, Str *rest, MultipartPart *part)
{
    bool disposed = false;
    for (size_t used = 0;;) {
        ptrdiff_t end = str_find(str_slice(*rest, 0, MULTIPART_HEAD_BYTES_MAX), S("\r\n"));
        used += end < 0 ? 0 : (size_t)end + 2;
        if (end < 0 && rest->n < MULTIPART_HEAD_BYTES_MAX)
            return broken(cx, "a part ends within its header lines");
        if (end < 0 || used > MULTIPART_HEAD_BYTES_MAX)
            return fail(cx, ERR_LIMIT, "request.parts",
                        "the header lines of a part are longer than %d bytes",
                        MULTIPART_HEAD_BYTES_MAX);
        Str line = str_slice(*rest, 0, (size_t)end);
        *rest = str_from_index(*rest, (size_t)end + 2);
        if (line.n == 0)
            break;
        TRY(read_header(cx, line, part, &disposed));
    }
    return disposed ? OK : broken(cx, "a part has no Content-Disposition");
}

/* ---- parts ---- */

/* Behind a boundary: "--" ends the form, white space and a line end begin a part. */
static Err read_line_end(Cx *cx, Str *rest, bool *ret_last)
{
    *ret_last = str_starts(*rest, S("--"));
    Str at = str_from_index(*rest, *ret_last ? 2 : 0);
    while (at.n && (at.p[0] == ' ' || at.p[0] == '\t'))
        at = str_from_index(at, 1);
    if (str_starts(at, S("\r\n")))
        at = str_from_index(at, 2);
    else if (!*ret_last || at.n)
        return broken(cx, "a boundary does not stand in a line of its own");
    if (*ret_last && at.n)
        return broken(cx, "something follows the last boundary");
    *rest = at;
    return OK;
}

static Err read_part(Cx *cx, Str delimiter, Str *rest, MultipartPart *part)
{
    TRY(read_head(cx, rest, part));
    /* An empty body ends with the line end that the delimiter begins with. */
    ptrdiff_t end = str_find(*rest, delimiter);
    if (end < 0)
        return broken(cx, "the last boundary is missing: the form was cut off");
    part->body = str_slice(*rest, 0, (size_t)end);
    *rest = str_from_index(*rest, (size_t)end + delimiter.n);
    if (!part->is_file && !str_is_utf8(part->body))
        return broken(cx, "the field %.*s is no text", SARG(part->name));
    return OK;
}

Err multipart_parse(Cx *cx, Str content_type, Str body, Multipart *ret)
{
    Str boundary = {0};
    TRY(find_boundary(cx, content_type, &boundary));
    Str delimiter = arena_fmt(cx->arena, "\r\n--%.*s", SARG(boundary));
    Str first = str_from_index(delimiter, 2), rest = body;
    MultipartPart *parts = arena_array(cx->arena, MultipartPart, MULTIPART_PARTS_MAX);
    size_t count = 0;
    bool last = false;
    if (!str_starts(rest, first))
        return broken(cx, "the form does not begin with its boundary");
    rest = str_from_index(rest, first.n);
    TRY(read_line_end(cx, &rest, &last));
    while (!last) {
        if (count == MULTIPART_PARTS_MAX)
            return fail(cx, ERR_LIMIT, "request.parts", "the form has more than %d parts",
                        MULTIPART_PARTS_MAX);
        TRY(read_part(cx, delimiter, &rest, &parts[count++]));
        TRY(read_line_end(cx, &rest, &last));
    }
    *ret = (Multipart){parts, count};
    return OK;
}

Str multipart_fields(Arena *arena, const Multipart *form)
{
    size_t bytes = 1;
    for (size_t i = 0; i < form->count; i++)
        bytes +=
            form->parts[i].is_file ? 0 : (form->parts[i].name.n + form->parts[i].body.n) * 3 + 2;
    Buf out = buf_new(arena, bytes);
    for (size_t i = 0; i < form->count; i++) {
        if (form->parts[i].is_file)
            continue;
        if (out.n)
            buf_char(&out, '&');
        buf_uri_component(&out, form->parts[i].name);
        buf_char(&out, '=');
        buf_uri_component(&out, form->parts[i].body);
    }
    return buf_str(&out);
}
