/* What the parts of the template compiler share: the declared types, and the place in the HTML. */
#ifndef HANSE_TOOLS_TEMPLATE_PARSE_H
#define HANSE_TOOLS_TEMPLATE_PARSE_H

#include "tools/template.h"

typedef enum Kind {
    KIND_TEXT,
    KIND_URL,
    KIND_HTML,
    KIND_INT,
    KIND_FLAG,
    KIND_ICON,
    KIND_JSON,
    KIND_GROUP,
    KIND_ROWS
} Kind;

typedef struct Field Field;
struct Field {
    Str name;
    Kind kind;
    Str type;     /* the C type of one value, row or group */
    Field *inner; /* of a group or rows; the first one */
    Str of;       /* rows of another template's arguments: its name */
    Field *next;
};

typedef enum Place {
    IN_TEXT,
    IN_TAG_NAME,
    IN_TAG,
    IN_ATTR_NAME,
    IN_ATTR_EQUALS,
    IN_VALUE,
    IN_COMMENT,
    IN_DOCTYPE,
    IN_SCRIPT /* the content of <script> */
} Place;

/* Where in a URL a value would stand. */
typedef enum UrlPart { URL_NONE, URL_START, URL_PATH, URL_QUERY } UrlPart;

typedef struct Context {
    Place place;
    UrlPart url;
    bool closing; /* in </tag */
    bool json;    /* in a script of type application/json, or in the tag that opens it */
    bool source;  /* the script tag has a src */
    bool slash;   /* the last byte in the tag was '/' */
    Str tag;
    Str attr;
} Context;

typedef struct Template {
    TemplateSource source;
    Field *args;
    bool is_row;  /* some other template has rows of it */
    bool emitted; /* its types stand in the header */
    bool visiting;
    size_t body_at;
} Template;

typedef struct Compiler {
    Arena *arena;
    const Po *texts;
    Template *templates;
    size_t count;
    Buf header;
    Buf code;
    Str error;
    /* The template that is being read. */
    Template *now;
    size_t at;
    Context context;
    Str open[TEMPLATE_DEPTH_MAX]; /* elements */
    size_t open_at[TEMPLATE_DEPTH_MAX];
    size_t open_count;
    size_t open_floor; /* elements below it belong to the outside of the branch */
} Compiler;

/* Records the first error, at byte `at` of the current template; false for `return`. */
bool template_error(Compiler *c, size_t at, const char *fmt, ...) PRINTF_LIKE(3, 4);
size_t template_line(const Compiler *c, size_t at);
Template *template_find(Compiler *c, Str name);
bool is_name_char(char ch);
Str template_camel(Arena *arena, Str snake);

/* template_args.c: reads the {{!args ..}} of c->now. */
bool template_read_args(Compiler *c);
/* Writes types, constructors and the prototype of a template into the header. */
bool template_emit_types(Compiler *c, Template *t);
void template_emit_parameters(Buf *out, const Field *args, const char *before);

/* template_html.c: follows one byte of HTML. */
bool template_step(Compiler *c, char ch);
/* At {{: the name of a tag or of an attribute without value ends here. */
bool template_settle(Compiler *c);
bool template_same_place(const Context *a, const Context *b);
const char *template_place_name(const Context *context);

/* template_value.c */
/* What names mean: the arguments, and inside {{#each}} the fields of the row first. */
typedef struct Scope {
    const Field *fields;
    Str prefix; /* "" or "row1->" */
    const struct Scope *outer;
} Scope;

typedef struct Value {
    Kind kind;
    Str type;
    Str code;  /* a C expression */
    Str count; /* of rows */
    const Field *inner;
} Value;

/* A cursor inside of {{ }}. */
typedef struct Words {
    Str text;
    size_t at;
    size_t base;
} Words;

/* name=value, of a partial or a text. */
typedef struct Given {
    Str name;
    Value value;
    size_t at;
    bool used;
} Given;

void template_put_c_string(Buf *out, Str s);
bool words_end(Words *w);
Str words_name(Words *w);
bool words_string(Compiler *c, Words *w, Str *ret);
bool value_resolve(Compiler *c, const Scope *scope, Str dotted, size_t at, Value *ret);
/* The word is t, path, asset or icon, and a quoted text follows: an argument may be called icon. */
bool value_is_call(const Words *w, Str word);
bool value_read_call(Compiler *c, const Scope *scope, Words *w, Str word, Value *ret);
/* name=value .. up to the end or to a closing parenthesis. */
bool value_read_given(Compiler *c, const Scope *scope, Words *w, Given *given, size_t *ret_count);
Given *value_find_given(Given *given, size_t count, Str name);
bool value_all_used(Compiler *c, const Given *given, size_t count, const char *what);

#endif
