/* The parts of a mapping that its reader and its application share; private to feed*.c. */
#ifndef HANSE_SYSTEMS_FEED_PART_H
#define HANSE_SYSTEMS_FEED_PART_H

#include "systems/feed.h"

/* A text with holes, in its own arena copy. json: the text is JSON, and holes are only looked for
 * inside of its strings. fields collects the names of columns. NULL, else what is wrong. */
typedef struct FeedFields {
    Str *names;
    size_t count;
    Str path; /* the first path that was named; p NULL: none */
} FeedFields;
const char *feed_template_read(Arena *arena, Str text, bool json, FeedFields *fields,
                               FeedTemplate *ret);
const char *feed_field_read(Str name, FeedFields *fields, FeedSource *ret);
const char *feed_path_read(Arena *arena, Str path, FeedSource *ret);
/* Whether a pattern holds year, month and day once each and nothing that is unknown. */
const char *feed_pattern_fault(Str pattern);

/* What a source gives: text of a cell, a topic or a column, or JSON. */
typedef struct FeedValue {
    bool json;
    Str text;
    JsonValue value;
} FeedValue;
/* False where there is nothing: no member, null, an empty cell. */
bool feed_source_get(const FeedSource *source, const FeedRecord *record, Str column,
                     FeedValue *ret);
/* JSON without the white space between its parts, as files indent it. */
Str feed_compact(Arena *arena, Str json);
/* As text: a string's text, any other value's JSON. */
Str feed_value_text(Arena *arena, FeedValue value);

typedef enum FeedEscape { FEED_ESCAPE_URI, FEED_ESCAPE_JSON } FeedEscape;
/* False when a hole has nothing to fill it; *ret_hole is then the hole's name. */
bool feed_template_fill(Buf *buf, const FeedTemplate *template, const FeedRecord *record,
                        Str column, FeedEscape escape, Str *ret_hole);
/* Letters, digits, '-' and '_' stay, accents go ("ß" becomes "ss"), '.' and apostrophes are left
 * out, all else becomes one '-'. */
void feed_put_slug(Buf *buf, Str text);

/* The record's instant. NULL, else what is wrong. */
const char *feed_time_read(Arena *arena, const FeedTime *time, const FeedRecord *record,
                           int64_t *ret_us);

#endif
