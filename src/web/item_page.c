#include "web/item_page.h"

#include "base/str.h"
#include "text_gen.h"
#include "web/format.h"
#include "web/markdown.h"
#include "web/pages.h"

/* ---- words ---- */

static Str word_of(const Page *page, Str key, Str otherwise)
{
    Str words;
    return text_find(page->lang, key, &words) ? words : otherwise;
}

/* What all nouns do alike has one word for all of them. */
static Str verb_word(const Page *page, Noun noun, Str verb)
{
    Str of = noun_name(noun);
    Str common = word_of(page, arena_fmt(page->arena, "verb.item.%.*s", SARG(verb)), verb);
    return word_of(page, arena_fmt(page->arena, "verb.%.*s.%.*s", SARG(of), SARG(verb)), common);
}

Str item_state_word(const Page *page, const Item *item)
{
    Str of = noun_name(item->noun);
    return word_of(page, arena_fmt(page->arena, "state.%.*s.%.*s", SARG(of), SARG(item->state)),
                   item->state);
}

static Str audience_word(const Page *page, Audience audience)
{
    switch (audience) {
    case AUDIENCE_PUBLIC:
        return text_audience_public(page->arena, page->lang);
    case AUDIENCE_ALLIANCE:
        return text_audience_alliance(page->arena, page->lang);
    case AUDIENCE_TEAM:
        return text_audience_team(page->arena, page->lang);
    case AUDIENCE_OFFICE:
        return text_audience_office(page->arena, page->lang);
    case AUDIENCE_OWN:
    case AUDIENCE_COUNT_:
        break;
    }
    return text_audience_own(page->arena, page->lang);
}

Html item_badges(Page *page, const Item *item)
{
    Buf out = page_buf(page->arena);
    html_badge(&out, page->lang, TEXT("plain"), ICON_NONE, text_of(item_state_word(page, item)));
    if (item->audience != AUDIENCE_PUBLIC)
        html_badge(&out, page->lang, TEXT("warning"), ICON_PEOPLE,
                   text_of(audience_word(page, item->audience)));
    return html_of(&out);
}

Text item_lang(const Page *page, const Item *item)
{
    return item->text.lang == page->lang ? TEXT("") : text_of(lang_code(item->text.lang));
}

Str person_words(const Page *page, Str name)
{
    return name.n ? name : text_person_erased(page->arena, page->lang);
}

Str item_meta(Page *page, const Item *item)
{
    int64_t at_us = item->published_us ? item->published_us : item->created_us;
    return text_item_meta(page->arena, page->lang,
                          format_date(page->arena, page->lang, page->frame->zone, at_us),
                          person_words(page, item->author_name));
}

/* ---- showing ---- */

Err item_put_text(Page *page, const Item *item)
{
    Html body;
    Str note = item->text.lang == page->lang ? S("")
               : page->lang == LANG_DE       ? text_item_only_english(page->arena, page->lang)
                                             : text_item_only_german(page->arena, page->lang);
    TRY(markdown_html(page->cx, item->text.body, 2, &body));
    html_item_text(&page->body, page->lang, item_lang(page, item), text_of(note), body);
    return OK;
}

static Url topic_url(Page *page, Noun noun, const Topic *topic)
{
    return url_query(page->arena, url_page(page->arena, page->lang, noun_path(noun)), S("thema"),
                     topic->slug);
}

static Html topic_chips(Page *page, Noun noun, const Topic *topics, size_t count)
{
    Buf out = page_buf(page->arena);
    HtmlItemTopicsTopics *list = arena_array(page->arena, HtmlItemTopicsTopics, count);
    for (size_t i = 0; i < count; i++)
        list[i] =
            html_item_topics_topics(topic_url(page, noun, &topics[i]), text_of(topics[i].name));
    if (count)
        html_item_topics(&out, page->lang, list, count);
    return html_of(&out);
}

void item_put_card(Page *page, const Item *item, const Topic *topics, size_t count)
{
    Url href = url_page(page->arena, page->lang, item_path(page->arena, item));
    html_item_card(&page->body, page->lang, href, text_of(item->text.title), item_lang(page, item),
                   text_of(item->text.lead), text_of(item_meta(page, item)),
                   item_badges(page, item), topic_chips(page, item->noun, topics, count));
}

void item_put_list(Page *page, const Item *items, size_t count, Str empty_title, Str empty_text)
{
    if (!count) {
        html_empty(&page->body, page->lang, ICON_LIST, text_of(empty_title), text_of(empty_text),
                   HTML_NONE);
        return;
    }
    buf_put(&page->body, S("<div class=\"h-items\">"));
    for (size_t i = 0; i < count; i++)
        item_put_card(page, &items[i], NULL, 0);
    buf_put(&page->body, S("</div>"));
}

void item_put_head(Page *page, const Item *item, Str list_title, Html actions)
{
    Buf crumbs = page_buf(page->arena);
    HtmlCrumbsLinks link = html_crumbs_links(
        url_page(page->arena, page->lang, noun_path(item->noun)), text_of(list_title));
    html_crumbs(&crumbs, page->lang, &link, 1, text_of(item->text.title));
    html_intro(&page->body, page->lang, html_of(&crumbs), item_badges(page, item),
               text_of(item->text.title), text_of(item->text.lead), actions);
}

/* ---- steps ---- */

static Str step_path(Page *page, const Item *item)
{
    Str path = item_path(page->arena, item);
    return arena_fmt(page->arena, "%.*s/schritt", SARG(path));
}

static void put_step(Page *page, Buf *out, const Item *item, const Step *step)
{
    Str word = verb_word(page, item->noun, str_from(step->verb));
    Str path = step_path(page, item);
    if (!(step->flags & (STEP_REASON | STEP_DANGER | STEP_FORM))) {
        FormPair pair = {S("verb"), str_from(step->verb)};
        form_button(page, out, path, word, TEXT("primary"), ICON_NONE, &pair, 1);
        return;
    }
    Url asks = url_query(page->arena, url_page(page->arena, page->lang, path), S("verb"),
                         str_from(step->verb));
    html_link_button(out, page->lang, asks, text_of(word),
                     step->flags & STEP_DANGER ? TEXT("tertiary") : TEXT("secondary"), ICON_NONE);
}

/* Those that end or rest something, or take it back: they ask for a reason, or warn. */
static bool step_goes_back(const Step *step)
{
    return step->flags & (STEP_REASON | STEP_DANGER);
}

static void put_steps(Page *page, Buf *out, const Item *item, const Machine *machine,
                      uint32_t stand, bool back)
{
    const Step *steps[STEPS_MAX];
    size_t count = machine_steps(machine, item->state, stand, steps);
    for (size_t i = 0; i < count; i++)
        if (!(steps[i]->flags & STEP_QUIET) && step_goes_back(steps[i]) == back)
            put_step(page, out, item, steps[i]);
}

void item_put_actions(Page *page, Buf *out, const Item *item, const Machine *machine,
                      uint32_t stand, bool may_edit, Html more)
{
    put_steps(page, out, item, machine, stand, false);
    if (may_edit) {
        Str path = arena_fmt(page->arena, "%.*s/bearbeiten", SARG(item_path(page->arena, item)));
        html_link_button(out, page->lang, url_page(page->arena, page->lang, path),
                         text_of(text_item_edit(page->arena, page->lang)), TEXT("secondary"),
                         ICON_NONE);
    }
    html_put_html(out, more);
    put_steps(page, out, item, machine, stand, true);
}

static Noun noun_of_call(const Call *call)
{
    Str path = call->http->path;
    if (str_starts(path, S("/en/")))
        path = str_from_index(path, 3);
    for (Noun noun = 0; noun < NOUN_COUNT_; noun++) {
        Str base = noun_path(noun);
        if (str_starts(path, base) && path.n > base.n && path.p[base.n] == '/')
            return noun;
    }
    ASSERT(false); /* step routes lie below a noun's path */
    return NOUN_IDEA;
}

static const Step *step_of(const Machine *machine, const Item *item, uint32_t stand, Str verb)
{
    const Step *steps[STEPS_MAX];
    size_t count = machine_steps(machine, item->state, stand, steps);
    for (size_t i = 0; i < count; i++)
        if (str_eq(str_from(steps[i]->verb), verb) && !(steps[i]->flags & STEP_QUIET))
            return steps[i];
    return NULL;
}

static void put_step_form(Page *page, const Item *item, const Step *step)
{
    Form form;
    Str word = verb_word(page, item->noun, str_from(step->verb));
    form_begin(&form, page, step_path(page, item), 0);
    form_hidden(&form, S("verb"), str_from(step->verb));
    form_area(&form, S("reason"), text_step_reason(page->arena, page->lang),
              (FormText){.hint = text_step_reason_hint(page->arena, page->lang),
                         .optional = !(step->flags & STEP_REASON)});
    form_submit(&form, word);
    form_end(&form);
}

Err page_step(Call *call, Cx *cx, struct Events *events)
{
    Page page;
    Item item;
    bool moved;
    uint32_t stand;
    (void)events;
    Noun noun = noun_of_call(call);
    TRY(item_of_call(call, cx, noun, &item, &moved));
    TRY(item_stand(cx, &item, &stand));
    Str verb = call->fault ? call_form(call, S("verb")) : call_query(call, S("verb"));
    const Step *step = step_of(machine_of(noun), &item, stand, verb);
    if (!step && call->fault) /* somebody was faster: the step's form makes no sense any more */
        return fail(cx, call->fault->code, call->fault->key, "%.*s", SARG(call->fault->detail));
    if (moved || !step) {
        page_redirect(call, page_path(call, item_path(cx->arena, &item)));
        return OK;
    }
    page_open(call, MENU_NONE, &page);
    Str word = verb_word(&page, noun, verb);
    Buf crumbs = page_buf(page.arena);
    HtmlCrumbsLinks link = html_crumbs_links(
        url_page(page.arena, page.lang, item_path(page.arena, &item)), text_of(item.text.title));
    html_crumbs(&crumbs, page.lang, &link, 1, text_of(word));
    html_intro(&page.body, page.lang, html_of(&crumbs), HTML_NONE, text_of(word),
               text_of(item.text.title), HTML_NONE);
    buf_put(&page.body, S("<div class=\"h-wrap h-page h-stack\">"));
    put_step_form(&page, &item, step);
    buf_put(&page.body, S("</div>"));
    page_close(&page, PAGE_PLAIN, text_of(word), TEXT(""));
    call_set_header(call, S("Cache-Control"), S("no-store"));
    return OK;
}

/* What is part of something larger is not taken by itself. */
static bool is_quiet(const Machine *machine, Str state, Str verb)
{
    for (size_t i = 0; i < machine->step_count; i++)
        if (str_eq(str_from(machine->steps[i].from), state) &&
            str_eq(str_from(machine->steps[i].verb), verb))
            return machine->steps[i].flags & STEP_QUIET;
    return false;
}

Err step_apply(Call *call, Cx *cx, struct Events *events)
{
    Item item;
    Noun noun = noun_of_call(call);
    Str verb = call_form(call, S("verb"));
    TRY(item_get(cx, noun, call->params[0], &item));
    if (is_quiet(machine_of(noun), item.state, verb))
        return fail(cx, ERR_DENIED, "verb.denied", "this step is not taken by itself");
    TRY(item_step(cx, machine_of(noun), &item, verb, call_form(call, S("reason")), events));
    call->location = page_path(call, item_path(cx->arena, &item));
    return OK;
}

/* ---- versions, people ---- */

Err item_put_versions(Page *page, const Item *item)
{
    ItemVersion *versions;
    size_t count;
    Arena *arena = page->arena;
    TRY(item_versions(page->cx, item, &versions, &count));
    HtmlItemVersionsRows *rows = arena_array(arena, HtmlItemVersionsRows, count);
    for (size_t i = 0; i < count; i++) {
        const ItemVersion *one = &versions[i];
        rows[i] = html_item_versions_rows(
            text_of(format_machine_time(arena, one->at_us)),
            text_of(format_moment(arena, page->lang, page->frame->zone, one->at_us, page->now_us)),
            text_of(verb_word(page, item->noun, one->verb)),
            text_of(!one->named     ? S("")
                    : one->person.v ? person_words(page, one->person_name)
                                    : text_person_program(arena, page->lang)),
            text_of(one->reason));
    }
    html_item_versions(&page->body, page->lang, int_of((int64_t)count), rows, count);
    return OK;
}

/* The first letters of the first and the last word. */
Str name_initials(Arena *arena, Str name)
{
    Str rest = str_trim(name), first = str_cut(&rest, ' '), last = {0};
    while (rest.p)
        last = str_cut(&rest, ' ');
    return arena_fmt(arena, "%.*s%.*s", (int)str_utf8_length(first), first.p,
                     last.n ? (int)str_utf8_length(last) : 0, last.n ? last.p : "");
}

Str relation_words(const Page *page, const Relation *relation)
{
    Str role = relation_role_name(relation->role);
    return relation->title.n
               ? relation->title
               : word_of(page, arena_fmt(page->arena, "relation.role.%.*s", SARG(role)), role);
}

void item_put_people(Page *page, const Relation *relations, size_t count)
{
    buf_put(&page->body, S("<ul class=\"h-people\">"));
    for (size_t i = 0; i < count; i++) {
        Str name = person_words(page, relations[i].person_name);
        html_person(&page->body, page->lang, text_of(name_initials(page->arena, name)),
                    text_of(name), URL_NONE_GIVEN, text_of(relation_words(page, &relations[i])),
                    text_of(relations[i].through_title));
    }
    buf_put(&page->body, S("</ul>"));
}

/* ---- handlers ---- */

Err item_of_call(Call *call, Cx *cx, Noun noun, Item *ret, bool *ret_moved)
{
    TRY(item_get(cx, noun, call->params[0], ret));
    *ret_moved = !str_eq(ret->slug, call->params[0]);
    if (*ret_moved) {
        page_redirect(call, page_path(call, item_path(cx->arena, ret)));
        call->status = 301;
    }
    return OK;
}

Err item_of_number(Call *call, Cx *cx, Item *ret)
{
    int64_t id;
    if (!str_to_i64(call->params[0], &id))
        return fail(cx, ERR_NOT_FOUND, "item.unknown", "there is no such page");
    return item_get_by_id(cx, (ItemId){id}, ret);
}

/* ---- fields that all drafts share ---- */

Err item_put_topics(Form *form, const Item *item)
{
    Page *page = form->page;
    Topic *topics, *own = NULL;
    size_t count, own_count = 0;
    TRY(topic_list(page->cx, &topics, &count));
    if (item->id.v)
        TRY(item_topics(page->cx, item->id, &own, &own_count));
    if (!count)
        return OK;
    FormOption *options = arena_array(page->arena, FormOption, count);
    for (size_t i = 0; i < count; i++) {
        options[i] = (FormOption){arena_fmt(page->arena, "%lld", (long long)topics[i].id),
                                  topics[i].name, false};
        for (size_t k = 0; k < own_count; k++)
            options[i].chosen |= own[k].id == topics[i].id;
    }
    form_boxes(form, S("topics"), text_item_topics(page->arena, page->lang),
               text_item_topics_hint(page->arena, page->lang, ITEM_TOPICS_MAX), options, count);
    return OK;
}

void item_put_audience(Form *form, const Item *item)
{
    Page *page = form->page;
    FormOption options[AUDIENCE_OFFICE + 1];
    for (Audience audience = 0; audience <= AUDIENCE_OFFICE; audience++)
        options[audience] =
            (FormOption){arena_fmt(page->arena, "%d", audience), audience_word(page, audience),
                         item->visibility == audience};
    form_select(form, S("visibility"), text_item_visibility(page->arena, page->lang), S(""),
                options, COUNT_OF(options));
}

/* The name of a feature of the map's "districts"; p NULL for none. */
static Str district_name(const Page *page, JsonValue feature)
{
    JsonValue properties, name;
    bool found = json_find(feature, S("properties"), &properties) &&
                 json_find(properties, S("name"), &name) && json_is(name, JSON_STRING);
    return found ? json_text(page->arena, name) : (Str){0};
}

void item_put_district(Form *form, Str label, Str hint, Str none, Str given)
{
    Page *page = form->page;
    JsonValue layer, features;
    given = form_value(form, S("district"), given);
    if (!page->frame->has_layers ||
        !json_find(json_root(&page->frame->layers), S("districts"), &layer) ||
        !json_find(layer, S("features"), &features)) {
        form_text(form, S("district"), label,
                  (FormText){.given = given, .hint = hint, .optional = true});
        return;
    }
    size_t count = 1;
    FormOption *options = arena_array(page->arena, FormOption, json_count(features) + 2);
    bool known = !given.n;
    options[0] = (FormOption){S(""), none, known};
    for (JsonIter it = json_iter(features); json_next(&it);) {
        Str name = district_name(page, it.value);
        bool own = name.p && str_eq(name, given);
        known |= own;
        if (name.p)
            options[count++] = (FormOption){name, name, own};
    }
    if (!known)
        options[count++] = (FormOption){given, given, true};
    form_select(form, S("district"), label, hint, options, count);
}

/* A map to set the point on, for who has scripts (assets/js/place.js); the fields say the same. */
static void put_place_map(Form *form)
{
    Page *page = form->page;
    Str label = text_item_place_map(page->arena, page->lang);
    MapScene scene = {.label = text_of(label), .layers = page->frame->ground};
    if (!page->frame->ground)
        return;
    MapFrame frame = svg_map_frame(&scene);
    buf_fmt(&page->body,
            "<div class=\"h-place\" data-place data-x=\"%.9f\" data-y=\"%.9f\" data-scale=\"%.3f\""
            " hidden><p class=\"kern-hint\" id=\"place-hint\">",
            frame.x, frame.y, frame.scale);
    html_put_text(&page->body, text_of(text_item_place_keys(page->arena, page->lang)));
    buf_put(&page->body, S("</p><div class=\"h-map__place\" role=\"application\" tabindex=\"0\""
                           " aria-describedby=\"place-hint\" aria-label=\""));
    html_put_text(&page->body, text_of(label));
    buf_put(&page->body, S("\">"));
    svg_map(&page->body, &scene);
    buf_put(&page->body, S("</div></div>"));
}

void item_put_place(Form *form, const Item *item)
{
    Page *page = form->page;
    Str lon = {0}, lat = {0};
    if (item->place.known) {
        lon = arena_fmt(page->arena, "%.5f", item->place.lon);
        lat = arena_fmt(page->arena, "%.5f", item->place.lat);
    }
    item_put_district(form, text_item_district(page->arena, page->lang), S(""),
                      text_item_district_any(page->arena, page->lang), item->district);
    put_place_map(form);
    form_text(form, S("lat"), text_item_lat(page->arena, page->lang),
              (FormText){.given = lat,
                         .hint = text_item_place_hint(page->arena, page->lang),
                         .optional = true});
    form_text(form, S("lon"), text_item_lon(page->arena, page->lang),
              (FormText){.given = lon, .optional = true});
}

void item_put_words(Form *form, const Item *item)
{
    Page *page = form->page;
    Lang lang = item->id.v ? item->text.lang : page->lang;
    form_hidden(form, S("lang"), lang_code(lang));
    form_text(form, S("title"), text_item_title(page->arena, page->lang),
              (FormText){.given = item->text.title});
    form_area(form, S("lead"), text_item_lead(page->arena, page->lang),
              (FormText){.given = item->text.lead,
                         .hint = text_item_lead_hint(page->arena, page->lang),
                         .optional = true});
    form_area(form, S("body"), text_item_body(page->arena, page->lang),
              (FormText){.given = item->text.body,
                         .hint = text_item_body_hint(page->arena, page->lang),
                         .optional = true});
}

Err item_put_fields(Form *form, const Item *item)
{
    item_put_words(form, item);
    TRY(item_put_topics(form, item));
    item_put_audience(form, item);
    item_put_place(form, item);
    return OK;
}

/* What people type with a decimal comma is meant as a point. */
static bool read_degrees(Arena *arena, Str text, double *ret)
{
    char *copy = arena_cstr(arena, text);
    for (size_t i = 0; i < text.n; i++)
        if (copy[i] == ',')
            copy[i] = '.';
    return str_to_f64((Str){copy, text.n}, ret);
}

static void decode_place(Call *call, ItemPlace *ret)
{
    Str lon = str_trim(call_form(call, S("lon"))), lat = str_trim(call_form(call, S("lat")));
    *ret = (ItemPlace){0};
    if (!lon.n && !lat.n)
        return;
    ret->known = true;
    if (!read_degrees(call->cx->arena, lat, &ret->lat) ||
        !read_degrees(call->cx->arena, lon, &ret->lon))
        ret->lat = 999; /* item_check refuses it beside the other faults */
}

static Err decode_topics(Call *call, ItemDraft *ret)
{
    Str rest = call_form_body(call), one;
    int64_t *topics = arena_array(call->cx->arena, int64_t, ITEM_TOPICS_MAX + 1);
    while (ret->topic_count <= ITEM_TOPICS_MAX && call_form_next(call, S("topics"), &rest, &one))
        if (!str_to_i64(one, &topics[ret->topic_count++]))
            return fail(call->cx, ERR_INVALID, "request.form", "the form names no topic");
    ret->topics = topics;
    return OK;
}

Err item_decode_fields(Call *call, ItemDraft *ret)
{
    *ret = (ItemDraft){.text = {.lang = call->cx->actor->lang,
                                .title = call_form(call, S("title")),
                                .lead = call_form(call, S("lead")),
                                .body = call_form(call, S("body"))},
                       .district = call_form(call, S("district"))};
    Str lang = call_form(call, S("lang")), visibility = call_form(call, S("visibility"));
    if (lang.n && !lang_parse(lang, &ret->text.lang))
        return fail(call->cx, ERR_INVALID, "request.form", "the form names no language");
    if (visibility.n &&
        (!audience_parse(visibility, &ret->visibility) || ret->visibility > AUDIENCE_OFFICE))
        return fail(call->cx, ERR_INVALID, "request.form", "the form names no audience");
    decode_place(call, &ret->place);
    return decode_topics(call, ret);
}
