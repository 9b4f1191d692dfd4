#include "api/problem.h"

#include "base/str.h"

#define NGSI(name) S_INIT("https://uri.etsi.org/ngsi-ld/errors/" name)
#define HTTP S_INIT("about:blank")

/* By code, where the key stands in no row below. */
static const Problem BY_CODE[ERR_COUNT_] = {
    [OK] = {500, NGSI("InternalError"), S_INIT("Internal error")},
    [ERR_INVALID] = {400, NGSI("BadRequestData"), S_INIT("Bad request data")},
    [ERR_DENIED] = {403, HTTP, S_INIT("Forbidden")},
    [ERR_NOT_FOUND] = {404, NGSI("ResourceNotFound"), S_INIT("Resource not found")},
    [ERR_CONFLICT] = {409, NGSI("Conflict"), S_INIT("Conflict")},
    [ERR_LIMIT] = {413, HTTP, S_INIT("Too large")},
    [ERR_UNSUPPORTED] = {422, NGSI("OperationNotSupported"), S_INIT("Operation not supported")},
    [ERR_UNAVAILABLE] = {503, HTTP, S_INIT("Not available now")},
    [ERR_INTERNAL] = {500, NGSI("InternalError"), S_INIT("Internal error")},
};

static const struct {
    const char *key;
    Problem problem;
} BY_KEY[] = {
    {"account.full", {429, HTTP, S_INIT("Too many sign-ups wait")}},
    {"answer.large", {403, NGSI("TooManyResults"), S_INIT("Too many results")}},
    {"auth.required", {401, HTTP, S_INIT("Not logged in")}},
    {"auth.token", {401, HTTP, S_INIT("Token not valid")}},
    {"context.deep", {400, NGSI("BadRequestData"), S_INIT("@context too deep")}},
    {"context.large", {400, NGSI("BadRequestData"), S_INIT("@context too large")}},
    {"context.unknown",
     {504, NGSI("LdContextNotAvailable"), S_INIT("JSON-LD @context not available")}},
    {"db.budget", {403, NGSI("TooComplexQuery"), S_INIT("Query too complex")}},
    {"discovery.large", {403, NGSI("TooManyResults"), S_INIT("Too many results")}},
    {"entity.attributes", {400, NGSI("BadRequestData"), S_INIT("Too many attributes")}},
    {"entity.exists", {409, NGSI("AlreadyExists"), S_INIT("Already exists")}},
    {"entity.instances", {400, NGSI("BadRequestData"), S_INIT("Too many instances")}},
    {"form.limit", {429, HTTP, S_INIT("Too many requests")}},
    {"geo.large", {403, NGSI("TooComplexQuery"), S_INIT("Geometry too large")}},
    {"guard.often", {429, HTTP, S_INIT("Too many forms")}},
    {"history.series", {403, NGSI("TooManyResults"), S_INIT("Too many results")}},
    {"json.depth", {400, NGSI("InvalidRequest"), S_INIT("JSON nested too deep")}},
    {"json.duplicate", {400, NGSI("InvalidRequest"), S_INIT("Not valid JSON")}},
    {"json.syntax", {400, NGSI("InvalidRequest"), S_INIT("Not valid JSON")}},
    {"live.address", {429, HTTP, S_INIT("Too many live pages")}},
    {"pattern.complex", {403, NGSI("TooComplexQuery"), S_INIT("Pattern too complex")}},
    {"query.budget", {403, NGSI("TooComplexQuery"), S_INIT("Query too complex")}},
    {"query.complex", {403, NGSI("TooComplexQuery"), S_INIT("Query too complex")}},
    {"request.accept", {406, HTTP, S_INIT("Not acceptable")}},
    {"request.body", {400, NGSI("InvalidRequest"), S_INIT("Invalid request")}},
    {"request.length", {411, HTTP, S_INIT("Length required")}},
    {"request.limit", {403, NGSI("TooManyResults"), S_INIT("Too many results")}},
    {"request.method", {405, HTTP, S_INIT("Method not allowed")}},
    {"request.number", {400, NGSI("BadRequestData"), S_INIT("Number not valid")}},
    {"request.parameter", {400, NGSI("InvalidRequest"), S_INIT("Query parameter not valid")}},
    {"request.query", {400, NGSI("BadRequestData"), S_INIT("Query parameter not valid")}},
    {"request.type", {415, HTTP, S_INIT("Unsupported media type")}},
    {"tenant.unknown", {404, NGSI("NonexistentTenant"), S_INIT("No such tenant")}},
    {"worker.full", {503, HTTP, S_INIT("Busy")}},
    {"writer.full", {503, HTTP, S_INIT("Busy")}},
};

Problem problem_of(const Error *error)
{
    for (size_t i = 0; i < COUNT_OF(BY_KEY); i++)
        if (strcmp(BY_KEY[i].key, error->key) == 0)
            return BY_KEY[i].problem;
    ASSERT(error->code < ERR_COUNT_);
    return BY_CODE[error->code];
}

int problem_status(const Error *error)
{
    return problem_of(error).status;
}

/* Details quote input, cut to a length, maybe inside of a character. */
static void detail_put(Buf *buf, Str detail)
{
    Buf whole = buf_new(buf->arena, detail.n * 3 + 1);
    for (size_t i = 0; i < detail.n;) {
        size_t len = str_utf8_length(str_from_index(detail, i));
        buf_put(&whole, len ? str_slice(detail, i, i + len) : S("\xEF\xBF\xBD"));
        i += len ? len : 1;
    }
    buf_json_string(buf, buf_str(&whole));
}

void problem_put(Buf *buf, const Error *error)
{
    Problem problem = problem_of(error);
    /* What went wrong inside is for the log, not for strangers. */
    Str detail = error->code == ERR_INTERNAL ? S("see the server's log") : error->detail;
    buf_put(buf, S("{\"type\":"));
    buf_json_string(buf, problem.type);
    buf_put(buf, S(",\"title\":"));
    buf_json_string(buf, problem.title);
    buf_put(buf, S(",\"detail\":"));
    detail_put(buf, detail);
    buf_fmt(buf, ",\"status\":%d}", problem.status);
}

void problem_encode(Call *call, const Error *error)
{
    call->status = problem_of(error).status;
    buf_truncate(&call->body, 0);
    if (call->status == 411 || call->status == 415)
        return;
    call_set_header(call, S("Content-Type"), S("application/json"));
    problem_put(&call->body, error);
}
