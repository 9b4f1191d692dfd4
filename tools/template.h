/* The template compiler: html/NAME.html becomes the C function html_NAME.
 *
 * A template begins with its arguments, {{!args title:text tiles:[ href:url label:text ]}}, and
 * holds HTML with
 *   {{name}}  {{group.name}}                  a value, escaped for where it stands
 *   {{#if name}} .. {{else}} .. {{/if}}       a flag, a number but 0, a text that is not empty
 *   {{#each rows}} .. {{/each}}               over an array of rows
 *   {{> partial label=name text="literal"}}   another template; an argument that is not given is
 *                                             the value of the same name
 *   {{t "key" n=count}}                       a text of text/
 *   {{path "/stadt"}}                         a page of this site, in the page's language
 *   {{asset "hanse.css"}}  {{icon "check"}}   of assets/
 *   {{lang}}                                  "de" or "en"
 *   {{! a remark }}
 *
 * Types of arguments: text, url, html, int, flag, icon, json; name:{ .. } is a group of values,
 * name:[ .. ] an array of rows, name:[other] an array of the arguments of the template `other`.
 * Each becomes a C type of its own, so that a missing or wrong argument does not compile.
 *
 * The compiler follows the HTML: it knows whether a value stands in text, in a quoted attribute,
 * in an attribute that holds a URL or in JSON, and refuses it anywhere else, as it refuses tags
 * that do not match, branches that end in another place than they began, and what the content
 * security policy forbids (style attributes, event attributes, script and style in the page). */
#ifndef HANSE_TOOLS_TEMPLATE_H
#define HANSE_TOOLS_TEMPLATE_H

#include "base/buf.h"
#include "tools/po.h"

enum {
    TEMPLATE_ARGS_MAX = 10,   /* more than that cannot be told apart at the call: make a group */
    TEMPLATE_DEPTH_MAX = 64,  /* open elements, and blocks in each other */
    TEMPLATE_COUNT_MAX = 1024 /* templates of one program */
};

typedef struct TemplateSource {
    Str name; /* "idea_show" */
    Str path; /* for messages and #line: "html/idea_show.html" */
    Str text;
} TemplateSource;

typedef struct TemplateOutput {
    Str header; /* types, constructors, prototypes */
    Str code;
    Str error; /* "html/x.html:3:7: error: ..."; the other two are empty then */
} TemplateOutput;

/* texts: the keys and arguments that {{t}} may use. */
TemplateOutput template_compile(Arena *arena, const Po *texts, const TemplateSource *sources,
                                size_t count);

#endif
