/* The portfolio as board, timeline and map. */
#include "web/project_page.h"

#include "base/str.h"
#include "people/day.h"
#include "text_gen.h"
#include "web/format.h"

enum {
    BOARD_CARDS_MAX = 20, /* of one column; the list has all */
    TIMELINE_ROWS = 60    /* of one page */
};

Url project_url(Page *page, const Item *item)
{
    return url_page(page->arena, page->lang, item_path(page->arena, item));
}

Str project_path(Arena *arena, const Item *item, const char *part)
{
    Str path = item_path(arena, item);
    return arena_fmt(arena, "%.*s/%s", SARG(path), part);
}

/* ---- board ---- */

static void put_card(Page *page, Buf *out, const Item *item, const Project *project,
                     const ProjectPartner *leader)
{
    bool runs = project_runs(item->state) && project->light.light != LIGHT_NONE;
    MarkState mark = light_mark(project->light.light);
    Str held = project_held(item->state)             ? text_project_held(page->arena, page->lang)
               : str_eq(item->state, S("cancelled")) ? item_state_word(page, item)
                                                     : S("");
    Str detail = held.n && leader->title.n
                     ? arena_fmt(page->arena, "%.*s · %.*s", SARG(held), SARG(leader->title))
                 : held.n ? held
                          : leader->title;
    html_kanban_card(
        out, page->lang, project_url(page, item), text_of(item->text.title), item_lang(page, item),
        html_kanban_card_state(mark_class(mark), mark_icon(mark),
                               text_of(runs ? light_word(page, project->light.light) : S(""))),
        text_of(detail));
}

static Err put_column(Page *page, const Portfolio *p, Phase phase, HtmlKanbanColumns *ret)
{
    Item *items;
    size_t count;
    ProjectRows rows;
    Buf cards = page_buf(page->arena);
    Portfolio of = *p;
    of.filter.has_phase = true;
    of.filter.phase = phase;
    TRY(project_find(page->cx, &of.filter, ITEM_TITLE, BOARD_CARDS_MAX, 0, &items, &count, NULL));
    TRY(project_list(page->cx, items, count, &rows.projects));
    TRY(project_leaders(page->cx, items, count, &rows.leaders));
    for (size_t i = 0; i < count; i++)
        put_card(page, &cards, &items[i], &rows.projects[i], &rows.leaders[i]);
    of.view = VIEW_LIST;
    bool more = p->phases[phase] > (int64_t)count;
    *ret = html_kanban_columns(
        text_of(phase_name(phase)), text_of(phase_word(page, phase)),
        text_of(format_int(page->arena, page->lang, p->phases[phase])),
        text_of(count ? S("") : text_projects_column_empty(page->arena, page->lang)),
        html_kanban_columns_more(
            portfolio_url(page, &of, S("/projekte")),
            text_of(more ? text_projects_column_all(page->arena, page->lang, p->phases[phase])
                         : S(""))),
        html_of(&cards));
    return OK;
}

Err project_put_board(Page *page, Portfolio *p)
{
    HtmlKanbanColumns columns[PHASE_COUNT_];
    size_t count = 0;
    for (int i = 0; i < PHASE_COUNT_; i++)
        if (!p->filter.has_phase || p->filter.phase == (Phase)i)
            TRY(put_column(page, p, (Phase)i, &columns[count++]));
    html_kanban(&page->body, page->lang, columns, count);
    return OK;
}

/* ---- timeline ---- */

static Text phase_class(Phase phase)
{
    return text_of(phase_name(phase));
}

typedef struct Axis {
    int64_t from, to;
    bool any;
} Axis;

static void stretch(Axis *axis, int64_t day)
{
    axis->from = axis->any ? MIN(axis->from, day) : day;
    axis->to = axis->any ? MAX(axis->to, day) : day;
    axis->any = true;
}

static const TimelineMark *marks_of(Page *page, const Milestone *list, size_t count, Axis *axis,
                                    size_t *ret_count)
{
    TimelineMark *marks = arena_array(page->arena, TimelineMark, count);
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        Str day = list[i].done_day.n ? list[i].done_day : list[i].due_day;
        if (!day.n)
            continue;
        marks[found] = (TimelineMark){
            .day = day_number(day), .done = list[i].done_day.n > 0, .name = text_of(list[i].title)};
        stretch(axis, marks[found++].day);
    }
    *ret_count = found;
    return marks;
}

/* A row, where there is a day to draw it from. */
static bool timeline_row(Page *page, const ProjectRows *rows, size_t i, Axis *axis,
                         TimelineRow *ret)
{
    size_t count;
    const Project *project = &rows->projects[i];
    const Milestone *list = project_rows_milestones(rows, i, &count);
    TimelineRow row = {.name = text_of(rows->items[i].text.title),
                       .class = phase_class(project_phase(rows->items[i].state)),
                       .open_end = !project->end_day.n};
    row.marks = marks_of(page, list, count, axis, &row.mark_count);
    if (!project->start_day.n && !project->end_day.n && !row.mark_count)
        return false;
    int64_t first = row.mark_count ? row.marks[0].day : 0, last = first;
    for (size_t m = 0; m < row.mark_count; m++) {
        first = MIN(first, row.marks[m].day);
        last = MAX(last, row.marks[m].day);
    }
    row.to_day = project->end_day.n ? day_number(project->end_day) : INT64_MAX;
    row.from_day = project->start_day.n ? day_number(project->start_day)
                   : row.mark_count     ? first
                                        : row.to_day;
    stretch(axis, row.from_day);
    stretch(axis,
            row.open_end ? MAX(row.from_day, row.mark_count ? last : row.from_day) : row.to_day);
    *ret = row;
    return true;
}

static HtmlTableRowsCells cell(Page *page, Str label, Str words, bool head)
{
    return html_table_rows_cells(text_of(label), html_escaped(page->arena, words), flag_of(false),
                                 flag_of(head));
}

static Html milestones_cell(Page *page, const ProjectRows *rows, size_t i)
{
    size_t count;
    Buf out = page_buf(page->arena);
    const Milestone *list = project_rows_milestones(rows, i, &count);
    for (size_t m = 0; m < count; m++) {
        Str day = list[m].done_day.n ? list[m].done_day : list[m].due_day;
        buf_put(&out, m ? S("<br>") : S(""));
        html_put_text(&out,
                      text_of(list[m].done_day.n
                                  ? text_milestone_done_line(page->arena, page->lang, list[m].title,
                                                             day_words(page, day))
                                  : text_milestone_due_line(page->arena, page->lang, list[m].title,
                                                            day_words(page, day))));
    }
    return count ? html_of(&out) : html_escaped(page->arena, S("–"));
}

static Html name_cell(Page *page, const Item *item)
{
    Buf out = page_buf(page->arena);
    buf_put(&out, S("<a href=\""));
    html_put_url(&out, project_url(page, item));
    buf_put(&out, S("\">"));
    html_put_text(&out, text_of(item->text.title));
    buf_put(&out, S("</a>"));
    return html_of(&out);
}

static Html timeline_table(Page *page, const ProjectRows *rows)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    const Str labels[] = {text_project_one(arena, lang), text_projects_phase(arena, lang),
                          text_project_start(arena, lang), text_project_end(arena, lang),
                          text_project_milestones(arena, lang)};
    HtmlTableHeads heads[COUNT_OF(labels)];
    HtmlTableRows *list = arena_array(arena, HtmlTableRows, rows->count);
    Buf out = page_buf(arena);
    for (size_t i = 0; i < COUNT_OF(labels); i++)
        heads[i] = html_table_heads(text_of(labels[i]), flag_of(false));
    for (size_t i = 0; i < rows->count; i++) {
        HtmlTableRowsCells *cells = arena_array(arena, HtmlTableRowsCells, COUNT_OF(labels));
        cells[0] = html_table_rows_cells(text_of(labels[0]), name_cell(page, &rows->items[i]),
                                         flag_of(false), flag_of(true));
        cells[1] = cell(page, labels[1], item_state_word(page, &rows->items[i]), false);
        cells[2] = cell(page, labels[2], day_words(page, rows->projects[i].start_day), false);
        cells[3] = cell(page, labels[3], day_words(page, rows->projects[i].end_day), false);
        cells[4] = html_table_rows_cells(text_of(labels[4]), milestones_cell(page, rows, i),
                                         flag_of(false), flag_of(false));
        list[i] = html_table_rows(cells, COUNT_OF(labels));
    }
    html_table(&out, lang, text_of(text_projects_timeline(arena, lang)), flag_of(false), heads,
               COUNT_OF(labels), list, rows->count);
    return html_of(&out);
}

enum { AXIS_MARGIN_DAYS = 30, AXIS_DAYS_MAX = 365 * 30 };

/* A month of room on both sides; today stands in it where it is not far away. */
static void end_axis(Axis *axis, int64_t today)
{
    if (!axis->any)
        stretch(axis, today);
    if (today > axis->from - 365 && today < axis->to + 365)
        stretch(axis, today);
    axis->from -= AXIS_MARGIN_DAYS;
    axis->to += AXIS_MARGIN_DAYS;
    axis->from = MAX(axis->from, axis->to - AXIS_DAYS_MAX);
}

static void put_timeline(Page *page, const ProjectRows *rows)
{
    Arena *arena = page->arena;
    Lang lang = page->lang;
    Axis axis = {0};
    size_t drawn = 0;
    TimelineRow *list = arena_array(arena, TimelineRow, rows->count);
    HtmlTimelineLegend legend[PHASE_COUNT_ + 2];
    Buf picture = page_buf(arena);
    for (size_t i = 0; i < rows->count; i++)
        drawn += timeline_row(page, rows, i, &axis, &list[drawn]);
    int64_t today = day_number(day_at(arena, page->frame->zone, page->now_us));
    end_axis(&axis, today);
    for (size_t i = 0; i < drawn; i++)
        list[i].to_day = MIN(list[i].to_day, axis.to);
    for (int i = 0; i < PHASE_COUNT_; i++)
        legend[i] =
            html_timeline_legend(phase_class((Phase)i), text_of(phase_word(page, (Phase)i)));
    legend[PHASE_COUNT_] =
        html_timeline_legend(TEXT("done"), text_of(text_projects_mark_done(arena, lang)));
    legend[PHASE_COUNT_ + 1] =
        html_timeline_legend(TEXT("due"), text_of(text_projects_mark_due(arena, lang)));
    svg_timeline(
        &picture,
        &(SvgTimeline){.label = text_of(text_projects_timeline_label(arena, lang, (int64_t)drawn)),
                       .today_word = text_of(text_projects_today(arena, lang)),
                       .from_day = axis.from,
                       .to_day = axis.to,
                       .today = today,
                       .rows = list,
                       .count = drawn});
    Str caption = drawn < rows->count
                      ? text_projects_undated(arena, lang, (int64_t)(rows->count - drawn))
                      : S("");
    html_timeline(&page->body, lang, TEXT("zeitachse"),
                  text_of(text_projects_timeline(arena, lang)), legend, COUNT_OF(legend),
                  html_of(&picture), text_of(caption), timeline_table(page, rows));
}

Err project_put_timeline(Page *page, Portfolio *p, int64_t number)
{
    Item *items;
    size_t count;
    ProjectRows rows;
    TRY(project_find(page->cx, &p->filter, ITEM_TITLE, TIMELINE_ROWS, (number - 1) * TIMELINE_ROWS,
                     &items, &count, NULL));
    TRY(project_rows_read(page->cx, items, count, &rows));
    put_timeline(page, &rows);
    Str url = portfolio_url(page, p, S("/projekte")).s;
    /* page_pager adds the language itself. */
    page_pager(page, page->lang == LANG_DE ? url : str_from_index(url, 3), number, TIMELINE_ROWS,
               (int64_t)count, p->total);
    return OK;
}

/* ---- map ---- */

static void put_objects(Page *page, const ProjectRows *rows)
{
    HtmlObjectListRows *list = arena_array(page->arena, HtmlObjectListRows, rows->count);
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const Item *item = &rows->items[i];
        MarkState mark = light_mark(rows->projects[i].light.light);
        if (!item->place.known)
            continue;
        Str detail = item->district.n
                         ? arena_fmt(page->arena, "%.*s · %.*s", SARG(item_state_word(page, item)),
                                     SARG(item->district))
                         : item_state_word(page, item);
        list[count++] = html_object_list_rows(
            text_of(item->slug), project_url(page, item), text_of(item->text.title),
            text_of(detail), TEXT(""), mark_class(mark), mark_icon(mark),
            text_of(light_word(page, rows->projects[i].light.light)),
            html_object_list_rows_seen(TEXT(""), TEXT("")), TEXT(""));
    }
    Buf body = page_buf(page->arena);
    html_object_list(&body, page->lang, text_of(text_projects_on_map(page->arena, page->lang)),
                     list, count);
    html_panel(&page->body, page->lang, TEXT("liste"),
               text_of(text_projects_on_map(page->arena, page->lang)),
               html_panel_link(URL_NONE_GIVEN, TEXT("")), html_of(&body));
}

static Html map_picture(Page *page, const ProjectRows *rows)
{
    MapMarker *markers = arena_array(page->arena, MapMarker, rows->count);
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++)
        if (rows->items[i].place.known)
            markers[count++] = (MapMarker){rows->items[i].place.lon, rows->items[i].place.lat,
                                           light_mark(rows->projects[i].light.light),
                                           text_of(rows->items[i].text.title)};
    Buf buf = page_buf(page->arena);
    svg_map(&buf, &(MapScene){.label = text_of(text_projects_map_label(page->arena, page->lang)),
                              .layers = page->frame->ground,
                              .markers = markers,
                              .marker_count = count});
    return html_of(&buf);
}

static void put_map(Page *page, const Portfolio *p, const ProjectRows *rows)
{
    Arena *arena = page->arena;
    HtmlMapLegend legend[LIGHT_COUNT_];
    for (int l = 0; l < LIGHT_COUNT_; l++) {
        int64_t count = 0;
        for (size_t i = 0; i < rows->count; i++)
            count += rows->items[i].place.known && rows->projects[i].light.light == (Light)l;
        MarkState mark = light_mark((Light)l);
        legend[l] =
            html_map_legend(mark_class(mark), mark_icon(mark), text_of(light_word(page, (Light)l)),
                            text_of(format_int(arena, page->lang, count)));
    }
    Portfolio file = *p;
    file.view = VIEW_LIST;
    html_map(&page->body, page->lang, TEXT("karte"),
             text_of(text_projects_map_label(arena, page->lang)), HTML_NONE,
             map_picture(page, rows),
             html_map_data(url_trusted(S("/stadt/karte/ebenen.json")),
                           portfolio_url(page, &file, S("/projekte.geojson")), URL_NONE_GIVEN),
             legend, LIGHT_COUNT_, url_trusted(S("#liste")),
             text_of(city_setting(page->frame, S("city.credit"))));
}

Err project_put_map(Page *page, Portfolio *p)
{
    Item *items;
    size_t count, placed = 0;
    ProjectRows rows = {0};
    TRY(project_find(page->cx, &p->filter, ITEM_TITLE, ITEM_LIST_MAX, 0, &items, &count, NULL));
    TRY(project_list(page->cx, items, count, &rows.projects));
    rows.items = items;
    rows.count = count;
    for (size_t i = 0; i < count; i++)
        placed += items[i].place.known;
    buf_put(&page->body, S("<div class=\"h-map-split\">"));
    put_map(page, p, &rows);
    put_objects(page, &rows);
    buf_put(&page->body, S("</div>"));
    if (placed < count) {
        buf_put(&page->body, S("<p class=\"h-quiet\">"));
        html_put_text(&page->body, text_of(text_projects_unplaced(page->arena, page->lang,
                                                                  (int64_t)(count - placed))));
        buf_put(&page->body, S("</p>"));
    }
    return OK;
}
