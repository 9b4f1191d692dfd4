/* What XML 1.0 documents are made of. */
#ifndef HANSE_WEB_XML_H
#define HANSE_WEB_XML_H

#include "base/buf.h"

/* Escaped for element content and for attributes in double quotes. Characters that XML 1.0 cannot
 * hold at all (2.2: control characters, U+FFFE, U+FFFF, broken UTF-8) become U+FFFD. */
void xml_put(Buf *out, Str text);
/* "<name>text</name>" */
void xml_element(Buf *out, const char *name, Str text);

#endif
