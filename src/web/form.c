#include "web/form.h"

#include "base/str.h"
#include "core/form.h"
#include "text_gen.h"

/* Faults whose words quote what was given. */
static const struct {
    const char *key;
    Str (*words)(Arena *arena, Lang lang, Str given);
} QUOTING[] = {{"import.unknown", text_import_unknown}};

Str fault_words(const Page *page, const char *key, Str detail)
{
    Str words;
    for (size_t i = 0; i < COUNT_OF(QUOTING); i++)
        if (strcmp(key, QUOTING[i].key) == 0)
            return QUOTING[i].words(page->arena, page->lang, detail);
    return text_find(page->lang, arena_fmt(page->arena, "error.%s", key), &words) ? words : detail;
}

/* "title" of "item.title". */
static Str field_of(const Form *form, const char *key)
{
    Str whole = str_from(key);
    if (form->faults_at.n)
        return form->faults_at;
    ptrdiff_t dot = str_find_last_char(whole, '.');
    return str_from_index(whole, (size_t)(dot + 1));
}

/* ---- what stands in the fields ---- */

static void find_sent(Form *form)
{
    Call *call = form->page->call;
    Str body = {0};
    if (call->fault) {
        form->sent = call_form_body(call);
        form->has_sent = true;
        return;
    }
    Str key = call_query(call, S("entwurf"));
    /* A draft that cannot be read is as good as none: the form is shown empty. */
    if (key.n && form_find_draft(form->page->cx, key, call->http->path, &body) == OK && body.p) {
        form->sent = body;
        form->has_sent = true;
    }
}

Str form_value(const Form *form, Str name, Str given)
{
    Str sent = call_pair(form->page->call, form->sent, name);
    return sent.p ? sent : given;
}

static bool is_sent(const Form *form, Str name, Str value)
{
    Str rest = form->sent, one;
    while (call_form_next(form->page->call, name, &rest, &one))
        if (str_eq(one, value))
            return true;
    return false;
}

static bool is_chosen(const Form *form, Str name, const FormOption *option)
{
    return form->has_sent ? is_sent(form, name, option->value) : option->chosen;
}

/* ---- what was wrong ---- */

Str form_fault(const Form *form, Str name)
{
    const Error *fault = form->page->call->fault;
    if (!fault)
        return S("");
    for (const Flaw *one = fault->flaws; one; one = one->next)
        if (str_eq(field_of(form, one->key), name))
            return fault_words(form->page, one->key, one->detail);
    return !fault->flaws && str_eq(field_of(form, fault->key), name)
               ? fault_words(form->page, fault->key, fault->detail)
               : S("");
}

enum { FAULTS_SHOWN_MAX = 40 };

static void put_faults(const Form *form)
{
    const Page *page = form->page;
    const Error *error = page->call->fault;
    HtmlFormErrorsErrors list[FAULTS_SHOWN_MAX];
    size_t count = 0;
    if (!error)
        return;
    for (const Flaw *one = error->flaws; one && count < FAULTS_SHOWN_MAX; one = one->next)
        list[count++] = html_form_errors_errors(text_of(field_of(form, one->key)),
                                                text_of(fault_words(page, one->key, one->detail)));
    if (!count)
        list[count++] =
            html_form_errors_errors(text_of(field_of(form, error->key)),
                                    text_of(fault_words(page, error->key, error->detail)));
    html_form_errors(&form->page->body, page->lang, int_of((int64_t)count), list, count);
}

static void put_kept_note(const Form *form)
{
    const Page *page = form->page;
    if (form->has_sent && !page->call->fault)
        html_alert(&form->page->body, page->lang, TEXT("info"), ICON_INFO,
                   text_of(text_form_kept(page->arena, page->lang)),
                   html_escaped(page->arena, text_form_kept_advice(page->arena, page->lang)),
                   flag_of(true));
}

/* ---- the form ---- */

static void put_hidden(Buf *out, Str name, Str value)
{
    html_form_hidden(out, LANG_DE, text_of(name), text_of(value));
}

static void put_action(Buf *out, Url action)
{
    buf_put(out, S(" method=\"post\" action=\""));
    html_put_url(out, action);
    buf_put(out, S("\">"));
}

static void begin(Form *form, Page *page, Str path, int64_t version, bool files, Str faults_at)
{
    *form = (Form){.page = page, .faults_at = faults_at};
    call_set_header(page->call, S("Cache-Control"), S("no-store")); /* its key is one reader's */
    find_sent(form);
    put_faults(form);
    put_kept_note(form);
    buf_put(&page->body, files ? S("<form class=\"h-form\" enctype=\"multipart/form-data\"")
                               : S("<form class=\"h-form\""));
    put_action(&page->body, url_page(page->arena, page->lang, path));
    if (page->shell.form_token.n)
        put_hidden(&page->body, S("token"), page->shell.form_token);
    /* A form that is shown again after a refusal was not taken: it keeps its key. */
    Str key = form_value(form, S("key"), S(""));
    put_hidden(&page->body, S("key"), key.n ? key : auth_secret(page->arena));
    if (!version)
        return;
    /* Who was told that somebody else was faster, and sends it once more, means the version that
     * stands there now. */
    Str now = arena_fmt(page->arena, "%lld", (long long)version);
    const Error *fault = page->call->fault;
    bool outrun = fault && strcmp(fault->key, "item.version") == 0;
    put_hidden(&page->body, S("version"), outrun ? now : form_value(form, S("version"), now));
}

void form_begin(Form *form, Page *page, Str path, int64_t version)
{
    begin(form, page, path, version, false, S(""));
}

void form_begin_files(Form *form, Page *page, Str path, int64_t version)
{
    begin(form, page, path, version, true, S(""));
}

void form_begin_files_at(Form *form, Page *page, Str path, Str faults_at)
{
    begin(form, page, path, 0, true, faults_at);
}

void form_end(Form *form)
{
    buf_put(&form->page->body, S("</form>"));
}

void form_text(Form *form, Str name, Str label, FormText field)
{
    Page *page = form->page;
    Str type = field.type.n ? field.type : S("text");
    Str value = str_eq(type, S("password")) ? S("") : form_value(form, name, field.given);
    html_field(&page->body, page->lang, text_of(name), text_of(name), text_of(type), text_of(label),
               text_of(value), text_of(field.hint), text_of(form_fault(form, name)),
               flag_of(field.optional), text_of(field.autocomplete), text_of(field.when));
}

void form_area(Form *form, Str name, Str label, FormText field)
{
    Page *page = form->page;
    html_field_area(&page->body, page->lang, text_of(name), text_of(name), text_of(label),
                    text_of(form_value(form, name, field.given)), text_of(field.hint),
                    text_of(form_fault(form, name)), flag_of(field.optional), text_of(field.when));
}

void form_file(Form *form, Str name, Str label, Str hint, Str accept, int64_t bytes_max,
               bool optional)
{
    Page *page = form->page;
    Str again = form->has_sent ? text_form_file_again(page->arena, page->lang) : S("");
    html_field_file(
        &page->body, page->lang, text_of(name), text_of(label),
        text_of(arena_fmt(page->arena, "%.*s%s%.*s", SARG(again), again.n ? " " : "", SARG(hint))),
        text_of(accept), int_of(bytes_max), text_of(form_fault(form, name)), flag_of(optional));
}

void form_hidden(Form *form, Str name, Str value)
{
    put_hidden(&form->page->body, name, value);
}

void form_select(Form *form, Str name, Str label, Str hint, const FormOption *options, size_t count)
{
    Page *page = form->page;
    HtmlFieldSelectOptions *list = arena_array(page->arena, HtmlFieldSelectOptions, count);
    for (size_t i = 0; i < count; i++)
        list[i] = html_field_select_options(text_of(options[i].value), text_of(options[i].label),
                                            flag_of(is_chosen(form, name, &options[i])));
    html_field_select(&page->body, page->lang, text_of(name), text_of(name), text_of(label),
                      text_of(hint), text_of(form_fault(form, name)), list, count);
}

/* The first option has the field's name as its id, so that a fault's link finds it. */
static void put_choice(Form *form, Str name, Str label, Str hint, const FormOption *options,
                       size_t count, bool many)
{
    Page *page = form->page;
    HtmlFieldChoiceOptions *list = arena_array(page->arena, HtmlFieldChoiceOptions, count);
    for (size_t i = 0; i < count; i++) {
        Str id = i ? arena_fmt(page->arena, "%.*s-%zu", SARG(name), i) : name;
        list[i] = html_field_choice_options(text_of(id), text_of(options[i].value),
                                            text_of(options[i].label),
                                            flag_of(is_chosen(form, name, &options[i])));
    }
    html_field_choice(&page->body, page->lang, text_of(name), text_of(name), text_of(label),
                      flag_of(many), text_of(hint), text_of(form_fault(form, name)), list, count);
}

void form_radio(Form *form, Str name, Str label, Str hint, const FormOption *options, size_t count)
{
    put_choice(form, name, label, hint, options, count, false);
}

void form_boxes(Form *form, Str name, Str label, Str hint, const FormOption *options, size_t count)
{
    put_choice(form, name, label, hint, options, count, true);
}

void form_box(Form *form, Str name, Str label, bool ticked)
{
    Page *page = form->page;
    FormOption option = {S("1"), label, ticked};
    html_form_box(&page->body, page->lang, text_of(name), text_of(label),
                  flag_of(is_chosen(form, name, &option)), text_of(form_fault(form, name)));
}

/* ---- lists ---- */

Str form_row_name(Arena *arena, const char *name, size_t i)
{
    return i ? arena_fmt(arena, "%s_%zu", name, i) : str_from(name);
}

size_t form_rows(Form *form, size_t there, size_t max)
{
    size_t rows = MIN(there + FORM_EMPTY_ROWS, max);
    int64_t sent;
    if (str_to_i64(form_value(form, S("rows"), S("")), &sent) && sent > 0)
        rows = MIN((size_t)sent, max);
    form_hidden(form, S("rows"), arena_fmt(form->page->arena, "%zu", rows));
    return rows;
}

void form_row_begin(Form *form, Str legend)
{
    buf_put(&form->page->body, S("<fieldset class=\"h-form__row\"><legend>"));
    html_put_text(&form->page->body, text_of(legend));
    buf_put(&form->page->body, S("</legend>"));
}

void form_row_end(Form *form)
{
    buf_put(&form->page->body, S("</fieldset>"));
}

size_t form_rows_sent(Call *call, size_t max)
{
    int64_t rows = 0;
    if (!str_to_i64(call_form(call, S("rows")), &rows) || rows < 0)
        return 0;
    return MIN((size_t)rows, max);
}

Str form_row_value(Call *call, const char *name, size_t i)
{
    return str_trim(call_form(call, form_row_name(call->cx->arena, name, i)));
}

void form_heading(Form *form, Str title, Str text)
{
    Page *page = form->page;
    html_form_heading(&page->body, page->lang, text_of(title), text_of(text));
}

void form_submit(Form *form, Str label)
{
    Page *page = form->page;
    html_button(&page->body, page->lang, text_of(label), TEXT("primary"), ICON_NONE, TEXT(""),
                TEXT(""));
}

void form_submit_also(Form *form, Str label, Str name, Str value, Text kind)
{
    Page *page = form->page;
    html_button(&page->body, page->lang, text_of(label), kind, ICON_NONE, text_of(name),
                text_of(value));
}

static void small_form_begin(Page *page, Buf *out, Str path, const FormPair *pairs, size_t count)
{
    call_set_header(page->call, S("Cache-Control"), S("no-store"));
    buf_put(out, S("<form class=\"h-inline-form\""));
    put_action(out, url_page(page->arena, page->lang, path));
    if (page->shell.form_token.n)
        put_hidden(out, S("token"), page->shell.form_token);
    put_hidden(out, S("key"), auth_secret(page->arena));
    for (size_t i = 0; i < count; i++)
        put_hidden(out, pairs[i].name, pairs[i].value);
}

void form_button(Page *page, Buf *out, Str path, Str label, Text kind, Icon icon,
                 const FormPair *pairs, size_t count)
{
    small_form_begin(page, out, path, pairs, count);
    html_button(out, page->lang, text_of(label), kind, icon, TEXT(""), TEXT(""));
    buf_put(out, S("</form>"));
}

void form_toggle(Page *page, Buf *out, Str path, Str label, bool pressed, const FormPair *pairs,
                 size_t count)
{
    small_form_begin(page, out, path, pairs, count);
    html_toggle_button(out, page->lang, text_of(label), flag_of(pressed),
                       pressed ? ICON_OK : ICON_NONE);
    buf_put(out, S("</form>"));
}

Err form_i64(Call *call, Str name, int64_t def, int64_t *ret)
{
    Str text = str_trim(call_form(call, name));
    int64_t value = def;
    if (text.n && !str_to_i64(text, &value))
        return fail(call->cx, ERR_INVALID, "request.form", "the field %.*s is no whole number",
                    SARG(name));
    *ret = value;
    return OK;
}
