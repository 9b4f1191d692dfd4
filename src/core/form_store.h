/* The SQL of form keys and drafts; private to form.c. */
#ifndef HANSE_CORE_FORM_STORE_H
#define HANSE_CORE_FORM_STORE_H

#include "core/form.h"

MUST Err form_store_location(Cx *cx, Str key, int64_t since_us, Str *ret);
MUST Err form_store_put_key(Cx *cx, Str key, Str location);
MUST Err form_store_put_draft(Cx *cx, Str key, Str path, Str body, int64_t keep);
MUST Err form_store_draft(Cx *cx, Str key, Str path, int64_t since_us, Str *ret);
MUST Err form_store_clean(Cx *cx, int64_t before_us);

#endif
