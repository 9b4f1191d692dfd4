/* The SQL of notices, choices and the key; private to notice.c. */
#ifndef HANSE_CORE_NOTICE_STORE_H
#define HANSE_CORE_NOTICE_STORE_H

#include "core/notice.h"

MUST Err notice_store_add(Cx *cx, const NoticeDraft *draft, int64_t due_us);
MUST Err notice_store_list(Cx *cx, PersonId person, int64_t limit, int64_t offset, Notice **ret,
                           size_t *ret_count);
MUST Err notice_store_count(Cx *cx, PersonId person, bool unread, int64_t *ret);
MUST Err notice_store_read(Cx *cx, PersonId person, int64_t id);
MUST Err notice_store_choices(Cx *cx, PersonId person, NoticePace ret[NOTICE_CATEGORY_COUNT_]);
/* What is chosen already keeps the time when it is due. */
MUST Err notice_store_choose(Cx *cx, PersonId person, NoticeCategory category, NoticePace pace,
                             int64_t due_us);
MUST Err notice_store_list_due(Cx *cx, NoticeCategory category, size_t limit, NoticeDue **ret,
                               size_t *ret_count);
MUST Err notice_store_set_told(Cx *cx, NoticeCategory category, const NoticeDue *due,
                               int64_t next_us, int64_t told_us, int64_t *ret_changed);
/* When what waits of a kind goes out. */
MUST Err notice_store_put_off(Cx *cx, PersonId person, NoticeKind kind, int64_t due_us);
/* Persons with a digest that is due. */
MUST Err notice_store_due(Cx *cx, size_t limit, PersonId **ret, size_t *ret_count);
/* What is due for one, unread, the oldest first; and how many there are. */
MUST Err notice_store_due_of(Cx *cx, PersonId person, size_t limit, MailLine **ret,
                             size_t *ret_count, int64_t *ret_total);
MUST Err notice_store_sent(Cx *cx, PersonId person);
MUST Err notice_store_clean(Cx *cx, int64_t before_us, int64_t limit);
MUST Err notice_store_forget(Cx *cx, PersonId person);
MUST Err notice_store_keep_key(Cx *cx, Str name, Str value);
MUST Err notice_store_key(Cx *cx, Str name, bool *ret_found, Str *ret);

#endif
