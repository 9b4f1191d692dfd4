/* A form on a page: its fields, what was typed into them, what was wrong.
 *
 *   Form form;
 *   form_begin(&form, page, S("/ideen/neu"), 0);
 *   form_text(&form, S("title"), label, (FormText){.given = idea.title});
 *   form_submit(&form, label);
 *   form_end(&form);
 *
 * A field shows what was just sent and refused (call->fault), else the draft that was kept when
 * the session had ended ("?entwurf="), else what is given. Faults stand above the form, each
 * leading to its field, and beside it: the fault "item.title" belongs to the field "title". Every
 * form posts to a path whose page (GET) shows it, so that it can be shown again. */
#ifndef HANSE_WEB_FORM_H
#define HANSE_WEB_FORM_H

#include "web/page.h"

typedef struct Form {
    Page *page;
    Str sent;      /* the urlencoded body that values come from first */
    bool has_sent; /* then a box that does not stand in it was not ticked */
    Str faults_at; /* the field that all faults belong to; empty: each to its own */
} Form;

/* Opens the form: faults above it, then the hidden fields token, key, and version where not 0. */
void form_begin(Form *form, Page *page, Str path, int64_t version);
/* The same for files: multipart/form-data. */
void form_begin_files(Form *form, Page *page, Str path, int64_t version);
/* The same where all faults belong to one field, whatever their keys say; empty: each to its own.
 */
void form_begin_files_at(Form *form, Page *page, Str path, Str faults_at);
void form_end(Form *form);

typedef struct FormText {
    Str given; /* what stands in it at first */
    Str hint;
    Str type; /* "text" unless given: email, date, number, url, tel, password, search */
    Str autocomplete;
    bool optional;
    Str when; /* "zum Ausblenden nötig": what an optional field is needed for, beside its label */
} FormText;
void form_text(Form *form, Str name, Str label, FormText field);
void form_area(Form *form, Str name, Str label, FormText field);
/* One file, of the kinds in accept (file.h); form_begin_files. It must be chosen again after a
 * refusal, which the hint then says. */
void form_file(Form *form, Str name, Str label, Str hint, Str accept, int64_t bytes_max,
               bool optional);
void form_hidden(Form *form, Str name, Str value);

typedef struct FormOption {
    Str value, label;
    bool chosen; /* at first */
} FormOption;
/* One of many in a list, one of a few as buttons, any of them as boxes. */
void form_select(Form *form, Str name, Str label, Str hint, const FormOption *options,
                 size_t count);
void form_radio(Form *form, Str name, Str label, Str hint, const FormOption *options, size_t count);
void form_boxes(Form *form, Str name, Str label, Str hint, const FormOption *options, size_t count);
/* One box by itself; its value is "1". */
void form_box(Form *form, Str name, Str label, bool ticked);
void form_heading(Form *form, Str title, Str text); /* text may be empty */
void form_submit(Form *form, Str label);
/* One more button beside the first, with a name and a value, and how it looks (html/button.html).
 */
void form_submit_also(Form *form, Str label, Str name, Str value, Text kind);

/* ---- lists in a form: rows that are changed together, and some empty ones behind them ---- */

enum { FORM_EMPTY_ROWS = 3 };
/* "title", "title_1", "title_2": a fault of the list's field leads to its first row. */
Str form_row_name(Arena *arena, const char *name, size_t i);
/* How many rows to show: as many as were sent and refused, else those that are there and the empty
 * ones; at most `max`. Writes the hidden field "rows". */
size_t form_rows(Form *form, size_t there, size_t max);
void form_row_begin(Form *form, Str legend);
void form_row_end(Form *form);
/* For decode: how many rows were sent, and a value of one. */
size_t form_rows_sent(Call *call, size_t max);
Str form_row_value(Call *call, const char *name, size_t i);

/* What stands in the field now, for fields of one's own. */
Str form_value(const Form *form, Str name, Str given);
/* What is wrong with it; empty for nothing. */
Str form_fault(const Form *form, Str name);

/* A small form that is one button: token, key and the names and values given. */
typedef struct FormPair {
    Str name, value;
} FormPair;
void form_button(Page *page, Buf *out, Str path, Str label, Text kind, Icon icon,
                 const FormPair *pairs, size_t count);
/* The same as a button that is pressed or not: the label stays. */
void form_toggle(Page *page, Buf *out, Str path, Str label, bool pressed, const FormPair *pairs,
                 size_t count);

/* The words for an error key of the domain in the page's language, else its English detail. Some
 * quote what was given, which then is the detail alone. */
Str fault_words(const Page *page, const char *key, Str detail);
/* For decode: a hidden or typed whole number; def where it is empty; INVALID "request.form". */
MUST Err form_i64(Call *call, Str name, int64_t def, int64_t *ret);

#endif
