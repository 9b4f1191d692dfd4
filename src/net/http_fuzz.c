/* The protocol machine with any bytes: no crash, no exchange left over, an answer for every
 * request, and the same result however the bytes are cut into pieces. */
#include "net/http_trace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static HttpOptions small_options(bool proxied)
{
    static const Str PROXY[] = {S_INIT("127.0.0.1"), S_INIT("10.0.0.1")};
    HttpOptions o = http_options_default();
    o.body_max = 4000;
    o.head_max = 2000;
    o.target_max = 200;
    o.headers_max = 12;
    o.pipeline_max = 4;
    o.trusted_proxies = PROXY;
    o.trusted_proxy_count = proxied ? COUNT_OF(PROXY) : 0;
    return o;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (n < 2 || n > 20000)
        return 0;
    Trace whole, cut;
    uint32_t random = (uint32_t)data[0] * 2654435761u + 1;
    HttpOptions options = small_options(data[1] & 1);
    Str in = {(const char *)data + 2, n - 2};
    trace_open(&whole, options);
    trace_open(&cut, options);
    trace_feed(&whole, in);
    for (size_t at = 0; at < in.n;) {
        random = random * 1664525u + 1013904223u;
        size_t part = 1 + (random >> 16) % (data[0] & 1 ? 3 : 200);
        trace_feed(&cut, str_slice(in, at, at + part));
        at += part;
    }
    trace_end(&whole);
    trace_end(&cut);
    ASSERT(wire_finished(&whole.wire) && wire_finished(&cut.wire));
    ASSERT(str_eq(buf_str(&whole.log), buf_str(&cut.log)));
    ASSERT(str_eq(buf_str(&whole.answers), buf_str(&cut.answers)));
    trace_close(&whole);
    trace_close(&cut);
    return 0;
}
