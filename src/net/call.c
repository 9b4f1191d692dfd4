#include "net/call.h"

#include "base/str.h"
#include "base/uri.h"

static bool find_pair(Call *call, Str pairs, Str name, Str *ret)
{
    Str key, value, text;
    for (Str rest = pairs; uri_next_pair(&rest, &key, &value);)
        if (uri_decode(call->cx->arena, key, true, &text) && str_eq(text, name) &&
            uri_decode(call->cx->arena, value, true, &text)) {
            *ret = text.p ? text : S("");
            return true;
        }
    return false;
}

Str call_query(Call *call, Str name)
{
    Str value = {0};
    find_pair(call, call->http->query, name, &value);
    return value;
}

static bool is_allowed(Str name, const Str *allowed)
{
    for (; allowed->p; allowed++)
        if (str_eq(name, *allowed))
            return true;
    return false;
}

Err call_check_query(Call *call, const Str *allowed)
{
    Cx *cx = call->cx;
    Str key, value, name, text;
    for (Str rest = call->http->query; uri_next_pair(&rest, &key, &value);) {
        if (!uri_decode(cx->arena, key, true, &name) || !uri_decode(cx->arena, value, true, &text))
            return fail(cx, ERR_INVALID, "request.query",
                        "the query parameter %.*s has a broken percent escape or is not UTF-8",
                        SARG(key));
        if (allowed && !is_allowed(name, allowed))
            return fail(cx, ERR_INVALID, "request.query", "there is no query parameter %.*s here",
                        SARG(name));
    }
    return OK;
}

Err call_query_i64(Call *call, Str name, int64_t def, int64_t min, int64_t max, int64_t *ret)
{
    Str text = call_query(call, name);
    int64_t value = def;
    if (text.p && (!str_to_i64(text, &value) || value < min || value > max))
        return fail(call->cx, ERR_INVALID, "request.number",
                    "%.*s must be a whole number from %lld to %lld, not \"%.*s\"", SARG(name),
                    (long long)min, (long long)max, SARG(text));
    *ret = value;
    return OK;
}

bool call_query_flag(Call *call, Str name)
{
    return str_eq(call_query(call, name), S("true"));
}

Err call_read_parts(Call *call)
{
    Multipart form;
    Str type = call_header(call, S("content-type"));
    if (!multipart_is(type))
        return OK;
    TRY(multipart_parse(call->cx, type, call->http->body, &form));
    Multipart *kept = arena_new(call->cx->arena, Multipart);
    *kept = form;
    call->parts = kept;
    call->part_fields = multipart_fields(call->cx->arena, kept);
    return OK;
}

const MultipartPart *call_file(const Call *call, Str name)
{
    for (size_t i = 0; call->parts && i < call->parts->count; i++) {
        const MultipartPart *part = &call->parts->parts[i];
        if (part->is_file && part->file_name.n && str_eq(part->name, name))
            return part;
    }
    return NULL;
}

Str call_form_body(Call *call)
{
    if (call->parts)
        return call->part_fields;
    return str_eq(call_content_type(call), S("application/x-www-form-urlencoded"))
               ? call->http->body
               : S("");
}

Str call_pair(Call *call, Str pairs, Str name)
{
    Str value = {0};
    find_pair(call, pairs, name, &value);
    return value;
}

Str call_form(Call *call, Str name)
{
    return call_pair(call, call_form_body(call), name);
}

bool call_form_next(Call *call, Str name, Str *rest, Str *ret)
{
    Str key, value, text;
    while (uri_next_pair(rest, &key, &value))
        if (uri_decode(call->cx->arena, key, true, &text) && str_eq(text, name) &&
            uri_decode(call->cx->arena, value, true, &text)) {
            *ret = text.p ? text : S("");
            return true;
        }
    return false;
}

Str call_header(const Call *call, Str lower_name)
{
    return http_header(call->http, lower_name);
}

Str call_cookie(const Call *call, Str name)
{
    for (Str rest = call_header(call, S("cookie")); rest.p;) {
        Str value = str_trim(str_cut(&rest, ';'));
        Str key = str_cut(&value, '=');
        if (str_eq(key, name))
            return value;
    }
    return (Str){0};
}

void call_add_header(Call *call, Str name, Str value)
{
    ASSERT(call->header_count < CALL_HEADERS_MAX);
    call->headers[call->header_count++] = (HttpHeader){name, value};
}

void call_set_header(Call *call, Str name, Str value)
{
    for (size_t i = 0; i < call->header_count; i++)
        if (str_eq_nocase(call->headers[i].name, name)) {
            call->headers[i].value = value;
            return;
        }
    call_add_header(call, name, value);
}

Str call_content_type(const Call *call)
{
    Str value = call_header(call, S("content-type"));
    Str type = str_trim(str_cut(&value, ';'));
    char *lower = arena_cstr(call->cx->arena, type);
    for (size_t i = 0; i < type.n; i++)
        if (lower[i] >= 'A' && lower[i] <= 'Z')
            lower[i] = (char)(lower[i] + 32);
    return type.p ? (Str){lower, type.n} : type;
}

/* Quality in thousandths; 1000 where none is given. */
static int quality(Str parameters)
{
    while (parameters.p) {
        Str part = str_trim(str_cut(&parameters, ';'));
        if (!str_starts(part, S("q=")) && !str_starts(part, S("Q=")))
            continue;
        double q = 0;
        if (!str_to_f64(str_from_index(part, 2), &q) || q < 0 || q > 1)
            return 0;
        return (int)(q * 1000 + 0.5);
    }
    return 1000;
}

/* How exactly the range names the offer: 0 not at all, 1 for all, 2 for the type, 3 in full. */
static int match_range(Str range, Str offer)
{
    if (str_eq(range, S("*/*")))
        return 1;
    if (str_eq_nocase(range, offer))
        return 3;
    if (str_ends(range, S("/*")) &&
        str_eq_nocase(str_slice(range, 0, range.n - 1), str_slice(offer, 0, range.n - 1)))
        return 2;
    return 0;
}

static int offer_quality(Str accept, Str offer)
{
    int best_match = 0, best_quality = 0;
    while (accept.p) {
        Str parameters = str_cut(&accept, ',');
        Str range = str_trim(str_cut(&parameters, ';'));
        int match = match_range(range, offer);
        if (match > best_match) {
            best_match = match;
            best_quality = quality(parameters);
        }
    }
    return best_quality;
}

int call_accept(const Call *call, const Str *offers, size_t count)
{
    Str accept = call_header(call, S("accept"));
    if (str_trim(accept).n == 0)
        return 0;
    int best = -1, best_quality = 0;
    for (size_t i = 0; i < count; i++) {
        int q = offer_quality(accept, offers[i]);
        if (q > best_quality) {
            best_quality = q;
            best = (int)i;
        }
    }
    return best;
}
