#include "net/http.h"

#include "base/str.h"

#include <time.h>

HttpOptions http_options_default(void)
{
    return (HttpOptions){.body_max = (size_t)8 << 20,
                         .head_max = (size_t)32 << 10,
                         .target_max = (size_t)8 << 10,
                         .headers_max = 100,
                         .pipeline_max = 32,
                         .connections_max = 10000,
                         .memory_max = (size_t)256 << 20,
                         .head_timeout_us = INT64_C(10000000),
                         .body_timeout_us = INT64_C(30000000),
                         .idle_timeout_us = INT64_C(75000000),
                         .write_timeout_us = INT64_C(30000000)};
}

Str http_header(const HttpRequest *request, Str lower_name)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (str_eq(request->headers[i].name, lower_name))
            return request->headers[i].value;
    return (Str){0};
}

/* Names of RFC 9110 section 15 and of the IANA registry. */
static const struct {
    int status;
    Str reason;
} REASONS[] = {
    {100, S_INIT("Continue")},
    {101, S_INIT("Switching Protocols")},
    {200, S_INIT("OK")},
    {201, S_INIT("Created")},
    {202, S_INIT("Accepted")},
    {203, S_INIT("Non-Authoritative Information")},
    {204, S_INIT("No Content")},
    {205, S_INIT("Reset Content")},
    {206, S_INIT("Partial Content")},
    {207, S_INIT("Multi-Status")},
    {300, S_INIT("Multiple Choices")},
    {301, S_INIT("Moved Permanently")},
    {302, S_INIT("Found")},
    {303, S_INIT("See Other")},
    {304, S_INIT("Not Modified")},
    {307, S_INIT("Temporary Redirect")},
    {308, S_INIT("Permanent Redirect")},
    {400, S_INIT("Bad Request")},
    {401, S_INIT("Unauthorized")},
    {402, S_INIT("Payment Required")},
    {403, S_INIT("Forbidden")},
    {404, S_INIT("Not Found")},
    {405, S_INIT("Method Not Allowed")},
    {406, S_INIT("Not Acceptable")},
    {408, S_INIT("Request Timeout")},
    {409, S_INIT("Conflict")},
    {410, S_INIT("Gone")},
    {411, S_INIT("Length Required")},
    {412, S_INIT("Precondition Failed")},
    {413, S_INIT("Content Too Large")},
    {414, S_INIT("URI Too Long")},
    {415, S_INIT("Unsupported Media Type")},
    {416, S_INIT("Range Not Satisfiable")},
    {417, S_INIT("Expectation Failed")},
    {421, S_INIT("Misdirected Request")},
    {422, S_INIT("Unprocessable Content")},
    {425, S_INIT("Too Early")},
    {426, S_INIT("Upgrade Required")},
    {428, S_INIT("Precondition Required")},
    {429, S_INIT("Too Many Requests")},
    {431, S_INIT("Request Header Fields Too Large")},
    {451, S_INIT("Unavailable For Legal Reasons")},
    {500, S_INIT("Internal Server Error")},
    {501, S_INIT("Not Implemented")},
    {502, S_INIT("Bad Gateway")},
    {503, S_INIT("Service Unavailable")},
    {504, S_INIT("Gateway Timeout")},
    {505, S_INIT("HTTP Version Not Supported")},
    {507, S_INIT("Insufficient Storage")},
    {508, S_INIT("Loop Detected")},
    {511, S_INIT("Network Authentication Required")},
};

Str http_reason(int status)
{
    for (size_t i = 0; i < COUNT_OF(REASONS); i++)
        if (REASONS[i].status == status)
            return REASONS[i].reason;
    return S("Unknown");
}

void http_date(Buf *buf, int64_t at_us)
{
    static const char DAYS[] = "SunMonTueWedThuFriSat";
    static const char MONTHS[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    time_t at_s = (time_t)(at_us / 1000000 - (at_us % 1000000 < 0));
    struct tm t;
    if (!gmtime_r(&at_s, &t))
        t = (struct tm){.tm_mday = 1, .tm_year = 70, .tm_wday = 4};
    buf_fmt(buf, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT", DAYS + (ptrdiff_t)3 * t.tm_wday,
            t.tm_mday, MONTHS + (ptrdiff_t)3 * t.tm_mon, t.tm_year + 1900, t.tm_hour, t.tm_min,
            t.tm_sec);
}
