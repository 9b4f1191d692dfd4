/* Appointments of any bytes: whatever stands in them, a calendar has the lines that it should have
 * and no other. The input's lines are the fields, in the order below; the first two are bytes that
 * choose the zone, the method and the time. */
#include "base/ical.h"

#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LINE_OCTETS_MAX = 75, FIELD_COUNT = 8, TO_2100_S = INT32_MAX };

static const Zone *zone_of(size_t which, Str *ret_name)
{
    static const Str NAMES[] = {S_INIT("UTC"), S_INIT("Europe/Berlin"), S_INIT("Africa/Casablanca"),
                                S_INIT("Asia/Tokyo")};
    static Arena arena;
    static const Zone *zones[COUNT_OF(NAMES)];
    static bool loaded;
    if (!loaded) {
        Error error = {0};
        arena_init(&arena, 0, 0);
        Cx cx = {.arena = &arena, .error = &error};
        for (size_t i = 0; i < COUNT_OF(NAMES); i++)
            ASSERT(zone_load(&cx, NAMES[i], &zones[i]) == OK);
        loaded = true;
    }
    *ret_name = NAMES[which % COUNT_OF(NAMES)];
    return zones[which % COUNT_OF(NAMES)];
}

/* Lines end by CRLF and nothing else, and are as long as they may be; then they are unfolded. */
static Str unfolded(Arena *arena, Str text)
{
    Buf out = buf_new(arena, text.n + 2);
    buf_char(&out, '\n');
    while (text.n) {
        ptrdiff_t end = str_find(text, S("\r\n"));
        ASSERT(end > 0 && end <= LINE_OCTETS_MAX);
        Str line = str_slice(text, 0, (size_t)end);
        for (size_t i = 0; i < line.n; i++)
            ASSERT(((unsigned char)line.p[i] >= 0x20 && line.p[i] != 0x7F) || line.p[i] == '\t');
        if (line.p[0] == ' ') {
            out.n--;
            line = str_from_index(line, 1);
        }
        buf_put(&out, line);
        buf_char(&out, '\n');
        text = str_from_index(text, (size_t)end + 2);
    }
    return buf_str(&out);
}

static void check_lines(Str lines, const IcalEvent *event, IcalMethod method)
{
    static const Str ONCE[] = {
        S_INIT("\nBEGIN:VCALENDAR\n"), S_INIT("\nEND:VCALENDAR\n"), S_INIT("\nBEGIN:VEVENT\n"),
        S_INIT("\nEND:VEVENT\n"),      S_INIT("\nMETHOD:"),         S_INIT("\nUID:"),
        S_INIT("\nSEQUENCE:"),         S_INIT("\nSTATUS:"),         S_INIT("\nDTEND"),
        S_INIT("\nDTSTAMP:")};
    static const Str MOST_ONCE[] = {S_INIT("\nSUMMARY"),   S_INIT("\nDESCRIPTION"),
                                    S_INIT("\nLOCATION"),  S_INIT("\nURL"),
                                    S_INIT("\nORGANIZER"), S_INIT("\nATTENDEE")};
    for (size_t i = 0; i < COUNT_OF(ONCE); i++)
        ASSERT(str_count(lines, ONCE[i]) == 1);
    for (size_t i = 0; i < COUNT_OF(MOST_ONCE); i++)
        ASSERT(str_count(lines, MOST_ONCE[i]) <= 1);
    ASSERT(str_count(lines, S("\nATTENDEE")) == (event->attendee.n > 0));
    ASSERT(str_count(lines, ical_method_name(method)) >= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena;
    Str rest = {(const char *)data, size}, fields[FIELD_COUNT];
    if (size < 6)
        return 0;
    uint32_t at_s;
    memcpy(&at_s, data + 2, sizeof at_s);
    rest = str_from_index(rest, 6);
    for (size_t i = 0; i < FIELD_COUNT; i++)
        fields[i] = rest.p ? str_cut(&rest, 1) : S(""); /* parted by \1, for they may have lines */
    arena_init(&arena, 0, 0);
    Ical calendar = {.name = fields[0], .method = (IcalMethod)(data[1] % 3)};
    calendar.zone = zone_of(data[0], &calendar.zone_name);
    int64_t at_us = (int64_t)(at_s % TO_2100_S) * TIME_SECOND_US;
    IcalEvent event = {.uid = S("1@x"),
                       .sequence = data[1],
                       .stamp_us = at_us,
                       .start_us = at_us,
                       .end_us = at_us + (1 + data[0]) * TIME_MINUTE_US,
                       .summary = fields[1],
                       .description = fields[2],
                       .location = fields[3],
                       .url = fields[4],
                       .organizer = S("a@b.example"),
                       .organizer_name = fields[5],
                       .attendee = fields[6],
                       .attendee_name = fields[7]};
    Buf out = buf_new(&arena, ICAL_BYTES_MAX);
    ical_put(&out, &calendar, &event, 1);
    ASSERT(!out.overflow);
    check_lines(unfolded(&arena, buf_str(&out)), &event, calendar.method);
    ASSERT(str_is_utf8(buf_str(&out)) || !str_is_utf8((Str){(const char *)data + 6, size - 6}));
    arena_done(&arena);
    return 0;
}
