/* Partners for other programs: vCard, CSV, GeoJSON, schema.org. */
#include "web/partner_page.h"

#include "base/csv.h"
#include "base/str.h"
#include "web/format.h"
#include "web/pages.h"

/* ---- vCard 4.0 (RFC 6350) ---- */

enum { CARD_BYTES_MAX = 64 << 10, CARD_LINE_OCTETS = 75 };

/* Longer lines are folded between characters (RFC 6350, 3.2). */
static void put_line(Buf *out, Str line)
{
    size_t room = CARD_LINE_OCTETS;
    while (line.n) {
        size_t n = 0, one;
        while (n < line.n && (one = MAX((size_t)1, str_utf8_length(str_from_index(line, n)))) &&
               n + one <= room)
            n += one;
        buf_put(out, str_slice(line, 0, n));
        buf_put(out, S("\r\n"));
        line = str_from_index(line, n);
        if (line.n)
            buf_char(out, ' ');
        room = CARD_LINE_OCTETS - 1;
    }
}

/* A text value: backslash, comma, semicolon and line end are escaped (RFC 6350, 3.4). */
static Str card_text(Arena *arena, Str text)
{
    Buf out = buf_new(arena, 2 * text.n + 1);
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '\\' || c == ',' || c == ';')
            buf_char(&out, '\\');
        if (c == '\n')
            buf_put(&out, S("\\n"));
        else if ((unsigned char)c >= ' ')
            buf_char(&out, c);
    }
    return out.n ? buf_str(&out) : S("");
}

static void put_property(Buf *out, Str name, Str value)
{
    if (value.n)
        put_line(out, arena_fmt(out->arena, "%.*s:%.*s", SARG(name), SARG(value)));
}

Str partner_card(Arena *arena, const Item *item, const OrganisationOwn *own)
{
    Buf out = buf_new(arena, CARD_BYTES_MAX);
    put_line(&out, S("BEGIN:VCARD"));
    put_line(&out, S("VERSION:4.0"));
    put_line(&out, S("KIND:org"));
    put_property(&out, S("FN"), card_text(arena, item->text.title));
    put_property(&out, S("ORG"), card_text(arena, item->text.title));
    put_property(&out, S("URL"), own->website);
    put_property(&out, S("EMAIL"), card_text(arena, own->mail));
    put_property(&out, S("TEL;VALUE=text"), card_text(arena, own->phone));
    if (own->street.n || own->town.n)
        put_property(&out, S("ADR"),
                     arena_fmt(arena, ";;%.*s;%.*s;;%.*s;", SARG(card_text(arena, own->street)),
                               SARG(card_text(arena, own->town)),
                               SARG(card_text(arena, own->postcode))));
    if (item->place.known)
        put_property(&out, S("GEO"),
                     arena_fmt(arena, "geo:%.6f,%.6f", item->place.lat, item->place.lon));
    put_property(&out, S("NOTE"), card_text(arena, item->text.lead));
    put_line(&out, S("END:VCARD"));
    return buf_str(&out);
}

Err partner_vcf(Call *call, Cx *cx, struct Events *events)
{
    Item item;
    OrganisationOwn own;
    bool moved;
    (void)events;
    TRY(item_of_call(call, cx, NOUN_ORGANISATION, &item, &moved));
    TRY(organisation_own(cx, item.id, &own));
    if (moved) {
        Str path = item_path(cx->arena, &item);
        page_redirect(call, page_path(call, arena_fmt(cx->arena, "%.*s/kontakt.vcf", SARG(path))));
        return OK;
    }
    buf_put(&call->body, partner_card(cx->arena, &item, &own));
    call_set_header(call, S("Content-Type"), S("text/vcard; charset=utf-8"));
    call_set_header(call, S("Content-Disposition"),
                    arena_fmt(cx->arena, "attachment; filename=\"%.*s.vcf\"", SARG(item.slug)));
    return OK;
}

/* ---- schema.org ---- */

enum { JSON_BYTES_MAX = 64 << 10 };

static void put_text(JsonOut *out, Str name, Str text)
{
    if (!text.n)
        return;
    json_name(out, name);
    json_put_text(out, text);
}

static void put_address(JsonOut *out, const OrganisationOwn *own)
{
    if (!own->street.n && !own->town.n)
        return;
    json_name(out, S("address"));
    json_begin(out, '{');
    put_text(out, S("@type"), S("PostalAddress"));
    put_text(out, S("streetAddress"), own->street);
    put_text(out, S("postalCode"), own->postcode);
    put_text(out, S("addressLocality"), own->town);
    json_end(out, '}');
}

static void put_geo(JsonOut *out, const Item *item)
{
    if (!item->place.known)
        return;
    json_name(out, S("location"));
    json_begin(out, '{');
    put_text(out, S("@type"), S("Place"));
    json_name(out, S("geo"));
    json_begin(out, '{');
    put_text(out, S("@type"), S("GeoCoordinates"));
    json_name(out, S("latitude"));
    json_put_f64(out, item->place.lat);
    json_name(out, S("longitude"));
    json_put_f64(out, item->place.lon);
    json_end(out, '}');
    json_end(out, '}');
}

Str partner_json_ld(Arena *arena, const Item *item, const OrganisationOwn *own)
{
    Buf buf = buf_new(arena, JSON_BYTES_MAX);
    JsonOut out = json_out(&buf);
    json_begin(&out, '{');
    put_text(&out, S("@context"), S("https://schema.org"));
    put_text(&out, S("@type"), S("Organization"));
    put_text(&out, S("name"), item->text.title);
    put_text(&out, S("description"), item->text.lead);
    put_text(&out, S("url"), own->website);
    put_text(&out, S("email"), own->mail);
    put_text(&out, S("telephone"), own->phone);
    put_address(&out, own);
    put_geo(&out, item);
    json_end(&out, '}');
    return buf_str(&buf);
}

/* ---- CSV (RFC 4180): what the import reads ---- */

static const Str COLUMNS[] = {
    S_INIT("name"),    S_INIT("kind"),  S_INIT("founder"), S_INIT("lead"),   S_INIT("district"),
    S_INIT("lat"),     S_INIT("lon"),   S_INIT("topics"),  S_INIT("offers"), S_INIT("seeks"),
    S_INIT("website"), S_INIT("mail"),  S_INIT("phone"),   S_INIT("street"), S_INIT("postcode"),
    S_INIT("town"),    S_INIT("since"),
};

static Str topic_slugs(Arena *arena, const Partner *partner)
{
    Buf out = buf_new(arena, 4096);
    for (size_t i = 0; i < partner->topic_count; i++)
        buf_fmt(&out, "%s%.*s", i ? " " : "", SARG(partner->topics[i].slug));
    return out.n ? buf_str(&out) : S("");
}

static Str degrees(Arena *arena, const ItemPlace *place, double value)
{
    return place->known ? arena_fmt(arena, "%.6f", value) : S("");
}

static Str date(Arena *arena, const Zone *zone, int64_t at_us)
{
    Civil day = zone_civil(zone, at_us);
    return at_us ? arena_fmt(arena, "%04d-%02d-%02d", day.year, day.month, day.day) : S("");
}

static void put_row(Buf *out, const Zone *zone, const Partner *p)
{
    Arena *arena = out->arena;
    const OrganisationOwn *own = &p->own;
    const Str fields[COUNT_OF(COLUMNS)] = {p->name,
                                           organisation_kind_name(own->kind),
                                           own->founder ? S("1") : S("0"),
                                           p->lead,
                                           p->district,
                                           degrees(arena, &p->place, p->place.lat),
                                           degrees(arena, &p->place, p->place.lon),
                                           topic_slugs(arena, p),
                                           own->offers,
                                           own->seeks,
                                           own->website,
                                           own->mail,
                                           own->phone,
                                           own->street,
                                           own->postcode,
                                           own->town,
                                           date(arena, zone, own->since_us)};
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        if (i)
            buf_char(out, ',');
        csv_put(out, fields[i], ',');
    }
    buf_put(out, S("\r\n"));
}

Err partners_csv(Call *call, Cx *cx, struct Events *events)
{
    DirectoryQuery query;
    Directory d;
    (void)events;
    partner_query(call, &query);
    TRY(directory_read(cx, &query, &d));
    for (size_t i = 0; i < COUNT_OF(COLUMNS); i++) {
        if (i)
            buf_char(&call->body, ',');
        buf_put(&call->body, COLUMNS[i]);
    }
    buf_put(&call->body, S("\r\n"));
    for (size_t i = 0; i < d.count; i++)
        put_row(&call->body, web_services(call)->frame->zone, &d.partners[i]);
    call_set_header(call, S("Content-Type"), S("text/csv; charset=utf-8"));
    call_set_header(call, S("Content-Disposition"), S("attachment; filename=\"partner.csv\""));
    return OK;
}

/* ---- for the movable map ---- */

static void put_feature(Call *call, JsonOut *out, const Partner *p)
{
    json_begin(out, '{');
    put_text(out, S("type"), S("Feature"));
    put_text(out, S("id"), p->slug);
    json_name(out, S("geometry"));
    json_begin(out, '{');
    put_text(out, S("type"), S("Point"));
    json_name(out, S("coordinates"));
    json_begin(out, '[');
    json_put_f64(out, p->place.lon);
    json_put_f64(out, p->place.lat);
    json_end(out, ']');
    json_end(out, '}');
    json_name(out, S("properties"));
    json_begin(out, '{');
    put_text(out, S("name"), p->name);
    put_text(out, S("state"), S("place"));
    put_text(out, S("href"),
             page_path(call, arena_fmt(call->cx->arena, "/partner/%.*s", SARG(p->slug))));
    json_end(out, '}');
    json_end(out, '}');
}

Err partners_geojson(Call *call, Cx *cx, struct Events *events)
{
    DirectoryQuery query;
    Directory d;
    (void)events;
    partner_query(call, &query);
    TRY(directory_read(cx, &query, &d));
    JsonOut out = json_out(&call->body);
    json_begin(&out, '{');
    put_text(&out, S("type"), S("FeatureCollection"));
    json_name(&out, S("features"));
    json_begin(&out, '[');
    for (size_t i = 0; i < d.count; i++)
        if (d.partners[i].place.known)
            put_feature(call, &out, &d.partners[i]);
    json_end(&out, ']');
    json_end(&out, '}');
    call_set_header(call, S("Content-Type"), S("application/geo+json"));
    return OK;
}
