/* A request as its handler sees it, and the answer under construction.
 *
 * Each route is a row: method, path, permission, limits, and three functions. decode is pure
 * syntax; apply is one call into the domain; encode writes the answer. For a READ all three run
 * on the loop with its read connection (or on a worker when the read budget ran out, from
 * decode on). For a WRITE, apply runs on the writer's thread inside the unit's savepoint and
 * must be re-runnable; decode and encode run on the loop. */
#ifndef HANSE_NET_CALL_H
#define HANSE_NET_CALL_H

#include "net/http.h"
#include "net/multipart.h"

struct Events;
struct Call;

typedef enum RouteKind { ROUTE_READ, ROUTE_WRITE } RouteKind;
/* How errors are told and who may come: pages take the session cookie, machine faces never. */
typedef enum RouteFace { FACE_NGSI_LD, FACE_JSON, FACE_PAGE, FACE_PLAIN } RouteFace;

typedef struct Route {
    const char *method;
    /* "/ngsi-ld/v1/entities/{id}/attrs/{attr}": a parameter is one segment, percent-decoded.
     * A trailing slash in the request is accepted. */
    const char *path;
    RouteKind kind;
    RouteFace face;
    int permission; /* core/actor.h */
    Err (*decode)(struct Call *call);
    Err (*apply)(struct Call *call, Cx *cx, struct Events *events); /* events NULL for reads */
    Err (*encode)(struct Call *call);
    size_t body_max; /* bytes; 0: none */
    const char *help;
    /* Between decode and apply, on a worker with a read connection; may be slow. Or NULL. */
    Err (*prepare)(struct Call *call, Cx *cx);
    bool outward; /* prepare waits for somebody else's server: on workers of its own */
} Route;

enum { ROUTE_PARAMS_MAX = 4, CALL_HEADERS_MAX = 24 };

/* Answer bodies beyond this are LIMIT "answer.large". */
#define CALL_BODY_MAX ((size_t)64 << 20)

typedef struct Call {
    Cx *cx; /* the loop's: arena of the exchange, read connection, actor */
    const HttpRequest *http;
    const Route *route;
    const void *services; /* what app/ wires for handlers of this face */
    Str params[ROUTE_PARAMS_MAX];
    size_t param_count;
    void *state;            /* the handler's own, from decode to encode */
    HttpExchange *exchange; /* for handlers that answer by a stream, */
    bool taken;             /* which they say here: then nothing else is answered */
    /* Where the answer of a form leads: set by apply, kept with the form's key. */
    Str location;
    bool repeated; /* the form was sent before: location is where it led then */
    /* A page that shows its form once more: why what was sent was refused. NULL elsewhere. */
    const struct Error *fault;
    int status; /* 200 unless set */
    HttpHeader headers[CALL_HEADERS_MAX];
    size_t header_count;
    Buf body;
    /* Of a form with files, once call_read_parts has read it; NULL elsewhere. */
    const Multipart *parts;
    Str part_fields; /* its other fields, urlencoded */
} Call;

/* The decoded value of the first such parameter; p NULL where there is none, p not NULL and n 0
 * for "?name=". Broken escapes are found by call_check_query. */
Str call_query(Call *call, Str name);
/* INVALID "request.query" for a broken escape or a parameter that stands in no list; the names
 * end with a Str whose p is NULL; NULL checks escapes only. */
MUST Err call_check_query(Call *call, const Str *allowed);
/* INVALID "request.number" outside [min, max] or no number. */
MUST Err call_query_i64(Call *call, Str name, int64_t def, int64_t min, int64_t max, int64_t *ret);
bool call_query_flag(Call *call, Str name); /* "true" */
/* A field of a form, urlencoded or with files; p NULL where there is none. */
Str call_form(Call *call, Str name);
/* Walks the values of a field that may stand several times: false at the end. rest begins as the
 * body (call_form_body). */
bool call_form_next(Call *call, Str name, Str *rest, Str *ret);
/* The urlencoded body of a form; of one with files its other fields, urlencoded; else empty. */
Str call_form_body(Call *call);
/* Reads the parts of a form with files, if the body is one: before the first use of its fields.
 * Errors of multipart.h. */
MUST Err call_read_parts(Call *call);
/* The file that was chosen in a field; NULL where none was. */
const MultipartPart *call_file(const Call *call, Str name);
/* The first field of that name in an urlencoded text; p NULL where there is none. */
Str call_pair(Call *call, Str pairs, Str name);
Str call_cookie(const Call *call, Str name);
Str call_header(const Call *call, Str lower_name);
void call_add_header(Call *call, Str name, Str value);
void call_set_header(Call *call, Str name, Str value); /* replaces */
/* The media type of the Content-Type, lower case, without parameters. */
Str call_content_type(const Call *call);
/* Content negotiation (RFC 9110, 12.5.1): the index of the offer that Accept likes best, the
 * first on a tie, or -1 when none is acceptable. No Accept means the first. */
int call_accept(const Call *call, const Str *offers, size_t count);

#endif
