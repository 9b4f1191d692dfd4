/* The SQL of the audit; private to audit.c. There is no statement that changes a row. */
#ifndef HANSE_CORE_AUDIT_STORE_H
#define HANSE_CORE_AUDIT_STORE_H

#include "core/audit.h"

/* All but the number, which the store gives. */
MUST Err audit_store_add(Cx *cx, const AuditRow *row);
/* The newest first. */
MUST Err audit_store_list(Cx *cx, int64_t since_us, int64_t limit, AuditRow **ret,
                          size_t *ret_count);
MUST Err audit_store_clean(Cx *cx, int64_t before_us, int64_t limit, int64_t *ret_removed);

#endif
