/* Projects for other programs: CSV, GeoJSON, schema.org. */
#include "web/project_page.h"

#include "base/csv.h"
#include "base/str.h"
#include "people/day.h"
#include "web/pages.h"

enum { JSON_BYTES_MAX = 256 << 10, FIELD_BYTES_MAX = 64 << 10 };

static void put_text(JsonOut *out, Str name, Str text)
{
    if (!text.n)
        return;
    json_name(out, name);
    json_put_text(out, text);
}

static void put_point(JsonOut *out, const Item *item)
{
    json_name(out, S("geo"));
    json_begin(out, '{');
    put_text(out, S("@type"), S("GeoCoordinates"));
    json_name(out, S("latitude"));
    json_put_f64(out, item->place.lat);
    json_name(out, S("longitude"));
    json_put_f64(out, item->place.lon);
    json_end(out, '}');
}

Str project_json_ld(Page *page, const Item *item, const Project *project,
                    const ProjectPartner *leader)
{
    Buf buf = buf_new(page->arena, JSON_BYTES_MAX);
    JsonOut out = json_out(&buf);
    json_begin(&out, '{');
    put_text(&out, S("@context"), S("https://schema.org"));
    put_text(&out, S("@type"), S("Project"));
    put_text(&out, S("name"), item->text.title);
    put_text(&out, S("description"), item->text.lead);
    put_text(&out, S("inLanguage"), lang_code(item->text.lang));
    put_text(&out, S("foundingDate"), project->start_day);
    put_text(&out, S("dissolutionDate"), project->end_day);
    if (leader->title.n) {
        json_name(&out, S("parentOrganization"));
        json_begin(&out, '{');
        put_text(&out, S("@type"), S("Organization"));
        put_text(&out, S("name"), leader->title);
        json_end(&out, '}');
    }
    if (item->place.known) {
        json_name(&out, S("location"));
        json_begin(&out, '{');
        put_text(&out, S("@type"), S("Place"));
        put_point(&out, item);
        json_end(&out, '}');
    }
    json_end(&out, '}');
    return buf_str(&buf);
}

/* ---- CSV (RFC 4180) ---- */

static const Str COLUMNS[] = {
    S_INIT("title"),       S_INIT("path"),         S_INIT("phase"),
    S_INIT("state"),       S_INIT("light"),        S_INIT("light_reason"),
    S_INIT("light_day"),   S_INIT("organisation"), S_INIT("districts"),
    S_INIT("start"),       S_INIT("end"),          S_INIT("investment_eur"),
    S_INIT("running_eur"), S_INIT("spent_eur"),    S_INIT("lifetime_years"),
    S_INIT("milestones"),  S_INIT("reached"),      S_INIT("lat"),
    S_INIT("lon"),         S_INIT("lead"),
};

static Str districts_of(Cx *cx, const Item *item)
{
    Str *list;
    size_t count;
    Buf out = buf_new(cx->arena, FIELD_BYTES_MAX);
    if (project_districts(cx, item->id, &list, &count) != OK)
        return S("");
    for (size_t i = 0; i < count; i++) {
        buf_put(&out, i ? S("; ") : S(""));
        buf_put(&out, list[i]);
    }
    return buf_str(&out);
}

static Str number_of(Arena *arena, int64_t number)
{
    return number ? arena_fmt(arena, "%lld", (long long)number) : S("");
}

static Str degrees_of(Arena *arena, const Item *item, double degrees)
{
    return item->place.known ? arena_fmt(arena, "%.5f", degrees) : S("");
}

static void put_row(Page *page, Buf *out, const ProjectRows *rows, size_t i)
{
    Arena *arena = page->arena;
    const Item *item = &rows->items[i];
    const Project *p = &rows->projects[i];
    size_t count, reached = 0;
    const Milestone *list = project_rows_milestones(rows, i, &count);
    for (size_t m = 0; m < count; m++)
        reached += list[m].done_day.n > 0;
    Str path = item_path(arena, item);
    const Str fields[COUNT_OF(COLUMNS)] = {
        item->text.title,
        path,
        phase_name(project_phase(item->state)),
        item->state,
        light_name(p->light.light),
        p->light.reason,
        p->light.at_us ? day_at(arena, page->frame->zone, p->light.at_us) : S(""),
        rows->leaders[i].title,
        districts_of(page->cx, item),
        p->start_day,
        p->end_day,
        money_plain(arena, p->investment, '.'),
        money_plain(arena, p->running, '.'),
        money_plain(arena, p->spent, '.'),
        number_of(arena, p->lifetime_years),
        number_of(arena, (int64_t)count),
        number_of(arena, (int64_t)reached),
        degrees_of(arena, item, item->place.lat),
        degrees_of(arena, item, item->place.lon),
        item->text.lead,
    };
    for (size_t f = 0; f < COUNT_OF(fields); f++) {
        if (f)
            buf_char(out, ',');
        csv_put(out, fields[f], ',');
    }
    buf_put(out, S("\r\n"));
}

Err projects_csv(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Portfolio p;
    Item *items;
    size_t count;
    ProjectRows rows;
    (void)events;
    TRY(portfolio_read(call, &p));
    page_open(call, MENU_NONE, &page);
    TRY(project_find(cx, &p.filter, ITEM_TITLE, ITEM_LIST_MAX, 0, &items, &count, NULL));
    TRY(project_rows_read(cx, items, count, &rows));
    for (size_t i = 0; i < COUNT_OF(COLUMNS); i++) {
        buf_put(&call->body, i ? S(",") : S(""));
        buf_put(&call->body, COLUMNS[i]);
    }
    buf_put(&call->body, S("\r\n"));
    for (size_t i = 0; i < count; i++)
        put_row(&page, &call->body, &rows, i);
    call_set_header(call, S("Content-Type"), S("text/csv; charset=utf-8"));
    call_set_header(call, S("Content-Disposition"), S("attachment; filename=\"projekte.csv\""));
    return OK;
}

/* ---- for the movable map ---- */

static void put_feature(Page *page, JsonOut *out, const Item *item, const Project *project)
{
    json_begin(out, '{');
    put_text(out, S("type"), S("Feature"));
    put_text(out, S("id"), item->slug);
    json_name(out, S("geometry"));
    json_begin(out, '{');
    put_text(out, S("type"), S("Point"));
    json_name(out, S("coordinates"));
    json_begin(out, '[');
    json_put_f64(out, item->place.lon);
    json_put_f64(out, item->place.lat);
    json_end(out, ']');
    json_end(out, '}');
    json_name(out, S("properties"));
    json_begin(out, '{');
    put_text(out, S("name"), item->text.title);
    put_text(out, S("state"), mark_class(light_mark(project->light.light)).s);
    put_text(out, S("href"), project_url(page, item).s);
    json_end(out, '}');
    json_end(out, '}');
}

Err projects_geojson(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Portfolio p;
    Item *items;
    Project *projects;
    size_t count;
    (void)events;
    TRY(portfolio_read(call, &p));
    page_open(call, MENU_NONE, &page);
    TRY(project_find(cx, &p.filter, ITEM_TITLE, ITEM_LIST_MAX, 0, &items, &count, NULL));
    TRY(project_list(cx, items, count, &projects));
    JsonOut out = json_out(&call->body);
    json_begin(&out, '{');
    put_text(&out, S("type"), S("FeatureCollection"));
    json_name(&out, S("features"));
    json_begin(&out, '[');
    for (size_t i = 0; i < count; i++)
        if (items[i].place.known)
            put_feature(&page, &out, &items[i], &projects[i]);
    json_end(&out, ']');
    json_end(&out, '}');
    call_set_header(call, S("Content-Type"), S("application/geo+json"));
    return OK;
}
