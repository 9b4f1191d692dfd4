/* hanse audit: who did what, as lines with tabs. */
#include "app/command.h"
#include "base/calendar.h"
#include "base/str.h"
#include "core/audit.h"

typedef struct AuditQuery {
    int64_t since_us, limit;
} AuditQuery;

enum { AUDIT_LIMIT = 100 /* rows without --limit */ };

/* A field is one field of one line whatever is in it, and does nothing to a terminal. */
static void put_field(Buf *out, Str text)
{
    for (size_t i = 0; i < text.n;) {
        size_t from = i;
        uint32_t c = str_next_codepoint(text, &i);
        if (c == '\\')
            buf_put(out, S("\\\\"));
        else if (c == '\t')
            buf_put(out, S("\\t"));
        else if (c == '\n')
            buf_put(out, S("\\n"));
        else if (c < ' ' || (c >= 0x7f && c < 0xa0))
            buf_fmt(out, "\\x%02x", (unsigned)c);
        else
            buf_put(out, str_slice(text, from, i));
    }
}

static void put_row(Buf *out, const AuditRow *row)
{
    const Str fields[] = {row->verb, row->noun, row->object, row->detail};
    buf_time(out, row->at_us);
    buf_fmt(out, "\t%lld\t%lld", (long long)row->person.v, (long long)row->token);
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        buf_char(out, '\t');
        put_field(out, fields[i]);
    }
    buf_char(out, '\n');
}

static Err print_rows(Cx *cx, void *user)
{
    const AuditQuery *query = user;
    AuditRow *rows;
    size_t count;
    TRY(audit_list(cx, query->since_us, query->limit, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        ArenaMark mark = arena_mark(cx->arena);
        Buf out = buf_new(cx->arena, 64 << 10);
        put_row(&out, &rows[i]);
        fwrite(out.p, 1, out.n, stdout);
        arena_rewind(cx->arena, mark);
    }
    return OK;
}

Err command_audit(Cx *cx, int argc, char **argv)
{
    Config config;
    Words words;
    Str since = {0}, limit = {0};
    AuditQuery query = {.since_us = INT64_MIN, .limit = AUDIT_LIMIT};
    ExtraOption extra[] = {{"since", &since, NULL}, {"limit", &limit, NULL}};
    TRY(config_read(cx, argc, argv, extra, COUNT_OF(extra), &config, &words));
    if (words.count != 1 || !str_eq(words.at[0], S("list")))
        return fail(cx, ERR_INVALID, "command.usage",
                    "usage: hanse audit list [--since TIME] [--limit N] --data DIR");
    if (since.n && !time_parse_lax(since, &query.since_us))
        return fail(cx, ERR_INVALID, "command.time",
                    "--since is a time like 2026-05-31 or 2026-05-31T08:00:00Z, not \"%.*s\"",
                    SARG(since));
    if (limit.n && !str_to_i64(limit, &query.limit))
        return fail(cx, ERR_INVALID, "command.number", "--limit is a number, not \"%.*s\"",
                    SARG(limit));
    return command_read(cx, &config, print_rows, &query);
}
