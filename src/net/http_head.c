#include "net/http_head.h"

#include "base/str.h"

#include <endian.h>

#include <llhttp.h>

/* Longer methods exist in no registry (the longest of IANA's has 17 letters). */
enum { METHOD_MAX = 32 };
/* What a request line holds beside method and target: two spaces and HTTP/1.1. */
enum { LINE_REST = 10 };
/* More digits than 2^63 has cannot be a length. */
enum { LENGTH_DIGITS_MAX = 18 };

static HttpRefusal refuse(int status, const char *detail)
{
    return (HttpRefusal){status, detail};
}

static const HttpRefusal TAKEN = {0, NULL};

static bool is_control(unsigned char c)
{
    return c < 0x20 || c == 0x7F;
}

/* The first control character at or behind i, or n; eight bytes at a time. Each test marks the
 * high bit of a byte that is below 0x20 or is 0x7F; a borrow may mark more bytes, but only behind
 * a true one, so that the first mark is always right. */
static size_t find_control(const char *p, size_t i, size_t n)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
    for (; i + 8 <= n; i += 8) {
        uint64_t word;
        memcpy(&word, p + i, 8);
        word = le64toh(word);
        uint64_t low = (word - ones * 0x20) & ~word & high;
        uint64_t del = word ^ (ones * 0x7F);
        uint64_t marks = low | ((del - ones) & ~del & high);
        if (marks)
            return i + (size_t)__builtin_ctzll(marks) / 8;
    }
    while (i < n && !is_control((unsigned char)p[i]))
        i++;
    return i;
}

bool http_has_control(Str s)
{
    for (size_t i = 0; (i = find_control(s.p, i, s.n)) < s.n; i++)
        if (s.p[i] != '\t')
            return true;
    return false;
}

/* The characters of a token (RFC 9110, 5.6.2), as lower case; 0 for all others. */
static const char TOKEN[128] = "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                               "\0!\0#$%&'\0\0*+\0-.\0"
                               "0123456789\0\0\0\0\0\0"
                               "\0abcdefghijklmno"
                               "pqrstuvwxyz\0\0\0^_"
                               "`abcdefghijklmno"
                               "pqrstuvwxyz\0|\0~";

static char token_char(char c)
{
    return (unsigned char)c < sizeof TOKEN ? TOKEN[(unsigned char)c] : 0;
}

bool http_is_token(Str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!token_char(s.p[i]))
            return false;
    return s.n > 0;
}

/* What is too long is judged from the bytes up to n, which hold no complete line more. */
static HttpRefusal check_sizes(const HeadScan *scan, size_t n, const HttpOptions *o)
{
    if (scan->lines == 0 && n - scan->start > o->target_max + METHOD_MAX + LINE_REST)
        return refuse(414, "The request line is longer than this server takes.");
    if (scan->lines > o->headers_max + 1)
        return refuse(431, "There are more header lines than this server takes.");
    if (n > o->head_max)
        return refuse(431, "The header lines together are longer than this server takes.");
    return TAKEN;
}

/* A line's end at i; *ret_done behind the empty line that ends the head. */
static HttpRefusal end_line(HeadScan *scan, Str in, size_t i, bool *ret_done)
{
    size_t line = scan->line;
    scan->line = i + 2;
    if (i == line && scan->lines > 0) {
        *ret_done = true;
        return TAKEN;
    }
    if (i == line) { /* RFC 9112, 2.2: an empty line before the request line is skipped */
        if (scan->start > 0)
            return refuse(400, "There is more than one empty line before the request line.");
        scan->start = scan->line;
        return TAKEN;
    }
    if (in.p[line] == ' ' || in.p[line] == '\t')
        return refuse(400, "A line begins with white space; folded header lines are obsolete "
                           "(RFC 9112, 5.2).");
    scan->lines++;
    return TAKEN;
}

/* The control character at i: white space, a line's end, or a mistake. */
static HttpRefusal read_control(HeadScan *scan, Str in, size_t i, bool *ret_done)
{
    char c = in.p[i];
    if (c == '\t') {
        scan->at = i + 1;
        return TAKEN;
    }
    if (c != '\r')
        return refuse(400, c == '\n' ? "A line ends with LF alone; CR LF is asked for."
                                     : "The head holds a control character.");
    if (i + 1 == in.n)
        return TAKEN; /* the LF is still to come */
    if (in.p[i + 1] != '\n')
        return refuse(400, "A CR stands alone.");
    scan->at = i + 2;
    return end_line(scan, in, i, ret_done);
}

size_t head_scan(HeadScan *scan, Str in, const HttpOptions *options, HttpRefusal *ret)
{
    bool done = false;
    for (;;) {
        size_t i = done ? scan->at : find_control(in.p, scan->at, in.n), before = scan->at = i;
        /* Before anything else, so that it does not matter in which pieces the bytes came. */
        *ret = check_sizes(scan, i, options);
        if (ret->status == 0 && !done && i < in.n)
            *ret = read_control(scan, in, i, &done);
        if (ret->status || scan->at == before)
            return done && ret->status == 0 ? before : 0;
    }
}

/* ---- request line ---- */

static bool is_port(Str s)
{
    uint32_t port = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        port = port * 10 + (uint32_t)(s.p[i] - '0');
        if (port > 65535)
            return false;
    }
    return true; /* "host:" is allowed by RFC 3986, 3.2.3 */
}

static bool is_host_char(char c, bool bracketed)
{
    if ((c >= '0' && c <= '9') || c == '.')
        return true;
    if (bracketed)
        return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':';
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '~';
}

bool http_is_authority(Str s)
{
    bool bracketed = s.n > 0 && s.p[0] == '[';
    size_t from = bracketed, i = from;
    while (i < s.n && is_host_char(s.p[i], bracketed))
        i++;
    if (i == from)
        return false;
    if (bracketed && (i == s.n || s.p[i++] != ']'))
        return false;
    if (i == s.n)
        return true;
    return s.p[i] == ':' && is_port(str_from_index(s, i + 1));
}

/* http://authority/path and https://authority/path (RFC 9112, 3.2.2). */
static HttpRefusal read_absolute(Str target, Str *ret_path, Str *ret_authority)
{
    size_t scheme = str_eq_nocase(str_slice(target, 0, 7), S("http://"))    ? 7
                    : str_eq_nocase(str_slice(target, 0, 8), S("https://")) ? 8
                                                                            : 0;
    if (scheme == 0)
        return refuse(400, "The request target is neither a path nor an http URI.");
    Str rest = str_from_index(target, scheme);
    size_t end = 0;
    while (end < rest.n && rest.p[end] != '/' && rest.p[end] != '?')
        end++;
    *ret_authority = str_slice(rest, 0, end);
    *ret_path = str_from_index(rest, end);
    if (!http_is_authority(*ret_authority))
        return refuse(400, "The request target's authority is not a host with an optional port.");
    return TAKEN;
}

static HttpRefusal read_target(HttpRequest *r, Str *ret_authority)
{
    Str path = r->target;
    for (size_t i = 0; i < path.n; i++)
        if (path.p[i] <= 0x20 || path.p[i] >= 0x7F || path.p[i] == '#')
            return refuse(400, "The request target holds a byte that no URI has; "
                               "percent-encode it.");
    if (str_eq(path, S("*"))) {
        if (!str_eq(r->method, S("OPTIONS")))
            return refuse(400, "The target * belongs to OPTIONS alone.");
        r->path = path;
        return TAKEN;
    }
    if (path.n == 0 || path.p[0] != '/') {
        HttpRefusal refusal = read_absolute(path, &path, ret_authority);
        if (refusal.status)
            return refusal;
    }
    r->path = str_cut(&path, '?');
    r->query = path;
    if (r->path.n == 0)
        r->path = S("/");
    return TAKEN;
}

static HttpRefusal read_version(Str version, bool *ret_http10)
{
    if (version.n != 8 || !str_starts(version, S("HTTP/")) || version.p[6] != '.' ||
        version.p[5] < '0' || version.p[5] > '9' || version.p[7] < '0' || version.p[7] > '9')
        return refuse(400, "The request line does not end with HTTP/1.1.");
    if (version.p[5] != '1' || version.p[7] > '1')
        return refuse(505, "This server speaks HTTP/1.1 and HTTP/1.0.");
    *ret_http10 = version.p[7] == '0';
    return TAKEN;
}

static HttpRefusal read_request_line(Str line, const HttpOptions *o, HttpRequest *r,
                                     Str *ret_authority)
{
    ptrdiff_t method_end = str_find_char(line, ' '), target_end = str_find_last_char(line, ' ');
    if (method_end <= 0 || target_end <= method_end)
        return refuse(400, "The request line is not: method, target, HTTP/1.1.");
    r->method = str_slice(line, 0, (size_t)method_end);
    if (r->method.n > METHOD_MAX || !http_is_token(r->method)) {
        r->method = (Str){0};
        return refuse(400, "The method is not a token of up to 32 characters.");
    }
    r->target = str_slice(line, (size_t)method_end + 1, (size_t)target_end);
    HttpRefusal refusal = read_version(str_from_index(line, (size_t)target_end + 1), &r->http10);
    if (refusal.status)
        return refusal;
    if (r->target.n > o->target_max)
        return refuse(414, "The request target is longer than this server takes.");
    if (str_eq(r->method, S("CONNECT")) || str_eq(r->method, S("TRACE")))
        return refuse(501, "This server offers neither CONNECT nor TRACE.");
    return read_target(r, ret_authority);
}

/* ---- header lines ---- */

/* The header lines that have a meaning here. */
typedef enum Known {
    KNOWN_HOST,
    KNOWN_EXPECT,
    KNOWN_CONNECTION,
    KNOWN_CONTENT_LENGTH,
    KNOWN_TRANSFER_ENCODING,
    KNOWN_COUNT_
} Known;

static const Str KNOWN[KNOWN_COUNT_] = {
    [KNOWN_HOST] = S_INIT("host"),
    [KNOWN_EXPECT] = S_INIT("expect"),
    [KNOWN_CONNECTION] = S_INIT("connection"),
    [KNOWN_CONTENT_LENGTH] = S_INIT("content-length"),
    [KNOWN_TRANSFER_ENCODING] = S_INIT("transfer-encoding"),
};

/* What llhttp's callbacks collect; the parser is the first member, which they are given. */
typedef struct HeadReader {
    llhttp_t llhttp;
    char *text; /* of the head; llhttp's spans point into it */
    HttpHeader *headers;
    size_t count, max;
    HttpHeader *known[KNOWN_COUNT_]; /* the first line of each, or NULL */
    size_t lines[KNOWN_COUNT_];      /* how many there are */
    uint64_t names; /* one bit per name seen, by a cheap hash: finds doubles nearly for free */
    bool doubles;
    bool complete;
} HeadReader;

static void note_known(HeadReader *reader, HttpHeader *header)
{
    for (size_t i = 0; i < KNOWN_COUNT_; i++) {
        if (header->name.n != KNOWN[i].n || memcmp(header->name.p, KNOWN[i].p, KNOWN[i].n) != 0)
            continue;
        if (reader->lines[i]++ == 0)
            reader->known[i] = header;
        return;
    }
}

static int on_field(llhttp_t *llhttp, const char *at, size_t n)
{
    HeadReader *reader = (HeadReader *)llhttp;
    if (reader->count == reader->max || n == 0)
        return HPE_USER;
    char *name = reader->text + (at - reader->text);
    for (size_t i = 0; i < n; i++)
        if (!(name[i] = token_char(name[i])))
            return HPE_USER;
    reader->headers[reader->count].name = (Str){name, n};
    uint64_t bit =
        UINT64_C(1) << ((n * 7 + (unsigned char)name[0] * 3u + (unsigned char)name[n - 1]) & 63);
    reader->doubles |= (reader->names & bit) != 0;
    reader->names |= bit;
    return 0;
}

static int on_value(llhttp_t *llhttp, const char *at, size_t n)
{
    HeadReader *reader = (HeadReader *)llhttp;
    while (n > 0 && (at[n - 1] == ' ' || at[n - 1] == '\t'))
        n--;
    reader->headers[reader->count].value = (Str){at, n};
    return 0;
}

static int on_value_complete(llhttp_t *llhttp)
{
    HeadReader *reader = (HeadReader *)llhttp;
    HttpHeader *header = &reader->headers[reader->count];
    if (header->name.n == 0) /* llhttp takes an empty name */
        return HPE_USER;
    if (!header->value.p) /* "" is there, NULL is not */
        header->value = S("");
    note_known(reader, header);
    reader->count++;
    return 0;
}

static int on_headers_complete(llhttp_t *llhttp)
{
    ((HeadReader *)llhttp)->complete = true;
    return 0;
}

static const llhttp_settings_t SETTINGS = {.on_header_field = on_field,
                                           .on_header_value = on_value,
                                           .on_header_value_complete = on_value_complete,
                                           .on_headers_complete = on_headers_complete};

/* Runs llhttp over the header lines, behind a request line that it knows: ours is read already,
 * and llhttp's list of methods is not ours. */
static llhttp_errno_t read_lines(HeadReader *reader, bool http10, const char *lines, size_t n)
{
    Str line = http10 ? S("POST / HTTP/1.0\r\n") : S("POST / HTTP/1.1\r\n");
    llhttp_init(&reader->llhttp, HTTP_REQUEST, &SETTINGS);
    llhttp_errno_t rc = llhttp_execute(&reader->llhttp, line.p, line.n);
    return rc == HPE_OK ? llhttp_execute(&reader->llhttp, lines, n) : rc;
}

/* The only coding we take is chunked, once (RFC 9112, 6.1: one we do not know is 501). */
static HttpRefusal refuse_coding(Str value)
{
    bool chunked = false;
    while (value.p) {
        Str coding = str_trim(str_cut(&value, ','));
        if (chunked || !http_is_token(coding))
            return refuse(400, "Transfer-Encoding must be chunked, once and last.");
        chunked = str_eq_nocase(coding, S("chunked"));
    }
    return refuse(501, "Of the transfer codings this server knows chunked alone.");
}

static HttpRefusal read_framing(const HeadReader *reader, HttpHead *head)
{
    const HttpHeader *coding = reader->known[KNOWN_TRANSFER_ENCODING];
    const HttpHeader *length = reader->known[KNOWN_CONTENT_LENGTH];
    if (coding && length)
        return refuse(400, "Content-Length and Transfer-Encoding exclude each other.");
    if (coding && head->request->http10)
        return refuse(400, "HTTP/1.0 has no Transfer-Encoding.");
    if (reader->lines[KNOWN_TRANSFER_ENCODING] > 1)
        return refuse(400, "There is more than one Transfer-Encoding line.");
    if (coding && !str_eq_nocase(coding->value, S("chunked")))
        return refuse_coding(coding->value);
    if (reader->lines[KNOWN_CONTENT_LENGTH] > 1)
        return refuse(400, "There is more than one Content-Length line.");
    head->chunked = coding != NULL;
    if (!length)
        return TAKEN;
    if (length->value.n == 0 || length->value.n > LENGTH_DIGITS_MAX)
        return refuse(400, "Content-Length is not a number of up to 18 digits.");
    for (size_t i = 0; i < length->value.n; i++) {
        char c = length->value.p[i];
        if (c < '0' || c > '9')
            return refuse(400, "Content-Length is not a number of up to 18 digits.");
        head->length = head->length * 10 + (uint64_t)(c - '0');
    }
    return TAKEN;
}

/* Our reading of the body's length against llhttp's. */
static HttpRefusal check_agreement(const HeadReader *reader, llhttp_errno_t rc,
                                   const HttpHead *head)
{
    bool chunked = (reader->llhttp.flags & F_CHUNKED) != 0;
    if ((rc != HPE_OK && rc != HPE_PAUSED_UPGRADE) || !reader->complete)
        return refuse(400, "A header line is malformed.");
    /* llhttp forgets flags and length when it took the message as complete without a body. */
    if (head->chunked != chunked || (!chunked && head->length != reader->llhttp.content_length))
        return refuse(400, "The length of the body is ambiguous.");
    return TAKEN;
}

static HttpRefusal read_host(const HeadReader *reader, const HttpHead *head, Str authority)
{
    HttpHeader *host = reader->known[KNOWN_HOST];
    if (reader->lines[KNOWN_HOST] > 1)
        return refuse(400, "There is more than one Host line.");
    if (!host)
        return head->request->http10 ? TAKEN : refuse(400, "HTTP/1.1 asks for a Host line.");
    if (!http_is_authority(host->value))
        return refuse(400, "Host is not a host name or address with an optional port.");
    if (authority.n)
        host->value = authority;
    return TAKEN;
}

static HttpRefusal read_expect(const HeadReader *reader, HttpHead *head)
{
    const HttpHeader *expect = reader->known[KNOWN_EXPECT];
    if (!expect || head->request->http10) /* RFC 9110, 10.1.1: ignored in HTTP/1.0 */
        return TAKEN;
    if (reader->lines[KNOWN_EXPECT] > 1 || !str_eq_nocase(expect->value, S("100-continue")))
        return refuse(417, "Of the expectations this server knows 100-continue alone.");
    head->expect_continue = head->chunked || head->length > 0;
    return TAKEN;
}

static void read_connection(const HeadReader *reader, HttpHead *head)
{
    bool close = false, keep = false;
    for (size_t i = 0; i < reader->count && reader->known[KNOWN_CONNECTION]; i++) {
        if (!str_eq(reader->headers[i].name, KNOWN[KNOWN_CONNECTION]))
            continue;
        for (Str rest = reader->headers[i].value; rest.p;) {
            Str option = str_trim(str_cut(&rest, ','));
            close |= str_eq_nocase(option, S("close"));
            keep |= str_eq_nocase(option, S("keep-alive"));
        }
    }
    head->keep_alive = !close && (keep || !head->request->http10);
}

/* All lines of the name of headers[first], as one value. */
static Str join_values(Arena *arena, const HeadReader *reader, size_t first)
{
    Str name = reader->headers[first].name;
    Str comma = str_eq(name, S("cookie")) ? S("; ") : S(", ");
    size_t n = 0, lines = 0;
    for (size_t i = first; i < reader->count; i++)
        if (str_eq(reader->headers[i].name, name)) {
            n += reader->headers[i].value.n;
            lines++;
        }
    if (lines == 1)
        return reader->headers[first].value;
    Buf joined = buf_new(arena, n + lines * comma.n);
    for (size_t i = first; i < reader->count; i++)
        if (str_eq(reader->headers[i].name, name)) {
            if (i > first)
                buf_put(&joined, comma);
            buf_put(&joined, reader->headers[i].value);
        }
    return buf_str(&joined);
}

/* Leaves each name once. Quadratic, but bounded by headers_max, and only run on a suspicion. */
static void join_doubles(Arena *arena, HeadReader *reader)
{
    size_t kept = 0;
    for (size_t i = 0; i < reader->count; i++) {
        bool seen = false;
        for (size_t k = 0; k < kept && !seen; k++)
            seen = str_eq(reader->headers[k].name, reader->headers[i].name);
        if (seen)
            continue;
        Str value = join_values(arena, reader, i);
        HttpHeader joined = {reader->headers[i].name, value};
        reader->headers[kept++] = joined;
    }
    reader->count = kept;
}

static HttpRefusal read_meaning(const HeadReader *reader, llhttp_errno_t rc, Str authority,
                                HttpHead *head)
{
    HttpRefusal refusal = read_framing(reader, head);
    if (refusal.status == 0)
        refusal = check_agreement(reader, rc, head);
    if (refusal.status == 0)
        refusal = read_host(reader, head, authority);
    if (refusal.status == 0)
        refusal = read_expect(reader, head);
    read_connection(reader, head);
    return refusal;
}

HttpRefusal head_parse(Arena *arena, const HeadScan *scan, char *text, size_t n,
                       const HttpOptions *options, HttpHead *ret)
{
    HttpRequest *r = ret->request;
    Str authority = {0};
    text += scan->start;
    n -= scan->start;
    ptrdiff_t line_end = str_find_char((Str){text, n}, '\r');
    ASSERT(line_end > 0); /* head_scan has seen a complete line */
    HttpRefusal refusal = read_request_line((Str){text, (size_t)line_end}, options, r, &authority);
    if (refusal.status)
        return refusal;
    HeadReader reader = {.text = text, .max = scan->lines - 1};
    reader.headers = arena_array(arena, HttpHeader, scan->lines);
    size_t lines = (size_t)line_end + 2;
    llhttp_errno_t rc = read_lines(&reader, r->http10, text + lines, n - lines);
    refusal = read_meaning(&reader, rc, authority, ret);
    if (reader.doubles)
        join_doubles(arena, &reader);
    r->headers = reader.headers;
    r->header_count = reader.count;
    return refusal;
}
