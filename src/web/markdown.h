/* Markdown (CommonMark by md4c) to markup that is safe to show: no raw HTML, links to http,
 * https, mailto and this site alone. Headings begin at the level that the page gives. */
#ifndef HANSE_WEB_MARKDOWN_H
#define HANSE_WEB_MARKDOWN_H

#include "base/err.h"
#include "web/html.h"

/* md4c needs 0.2 s for the worst text of this size; longer ones are LIMIT "markdown.large". */
enum { MARKDOWN_BYTES_MAX = 64 << 10 };

MUST Err markdown_html(Cx *cx, Str markdown, int heading_level, Html *ret);

#endif
