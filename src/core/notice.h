/* Notice: that something happened which concerns a person. It stands on the person's page of
 * notices, and goes out by mail the way the person chose for its category: at once, in a digest
 * each morning or each Monday morning (at NOTICE_HOUR in the city's zone), or not at all.
 *
 *   notice_add(cx, &(NoticeDraft){.kind = NOTICE_ANSWERED, .person = author, .who = name,
 *                                 .what = title, .item = id, .path = path})
 *
 * A notice is written in the commit of what it is about. When its digest is due stands in its row:
 * a program that was down at that hour sends it as soon as it is up, once. What was read before
 * needs no mail any more, and nobody is told of what they did themselves. */
#ifndef HANSE_CORE_NOTICE_H
#define HANSE_CORE_NOTICE_H

#include "base/calendar.h"
#include "core/mail.h"

typedef enum NoticePace {
    NOTICE_PACE_ONCE,
    NOTICE_PACE_DAILY,
    NOTICE_PACE_WEEKLY,
    NOTICE_PACE_OFF,
    NOTICE_PACE_COUNT_
} NoticePace;

typedef enum NoticeCategory {
#define NOTICE_CATEGORY(code, key, pace, alone, help) NOTICE_CATEGORY_##code,
#include "core/notice.def"
    NOTICE_CATEGORY_COUNT_
} NoticeCategory;

typedef enum NoticeKind {
#define NOTICE(code, key, category, help) NOTICE_##code,
#include "core/notice.def"
    NOTICE_KIND_COUNT_
} NoticeKind;

typedef struct NoticeCategoryRow {
    Str key;
    NoticePace pace; /* of who has not chosen */
    bool alone;      /* without notices: a mail of its own, weekly or off */
} NoticeCategoryRow;
extern const NoticeCategoryRow NOTICE_CATEGORIES[NOTICE_CATEGORY_COUNT_];

typedef struct NoticeRow {
    Str key;
    NoticeCategory category;
} NoticeRow;
extern const NoticeRow NOTICES[NOTICE_KIND_COUNT_];
extern const StatementTable NOTICE_STATEMENTS;

enum {
    NOTICE_HOUR = 7,         /* of the digests, in the city */
    NOTICE_KEEP_DAYS = 180,  /* then they go, read or not */
    NOTICE_DIGESTS_MAX = 50, /* sent by one run of the job */
    NOTICE_CLEAN_MAX = 5000,
    NOTICE_REASON_BYTES_MAX = 4000,
    NOTICE_LINE_REASON_BYTES_MAX = 300 /* in a digest, whose lines lead to the whole */
};

typedef struct NoticeDraft {
    NoticeKind kind;
    PersonId person; /* who is told */
    int64_t item;    /* 0: about none */
    Str who;         /* did it; a name, or empty */
    PersonId by;     /* whose name who is; 0: the actor's */
    Str what;        /* the thing's title */
    Str reason;      /* what was said about it, in any number of lines; may be empty */
    int64_t more;    /* how many like it there were beside: one notice for all of them */
    Str path;        /* of the page, without the language */
    Str thread;      /* as in MailDraft */
} NoticeDraft;

/* Nothing for persons that are suspended or erased, and for what the actor did. INVALID
 * "mail.text" as mail_add; too long ones are cut. */
MUST Err notice_add(Cx *cx, const NoticeDraft *draft);

typedef struct Notice {
    int64_t id;
    NoticeKind kind;
    int64_t item;
    Str who, what, reason, path;
    int64_t more;
    int64_t at_us, read_us;
} Notice;
/* The person's own, the newest first. */
MUST Err notice_list(Cx *cx, PersonId person, int64_t limit, int64_t offset, Notice **ret,
                     size_t *ret_count, int64_t *ret_total);
MUST Err notice_count_unread(Cx *cx, PersonId person, int64_t *ret);
/* One of them, or all for 0. */
MUST Err notice_read(Cx *cx, PersonId person, int64_t id);

/* ---- how one wants to be told ---- */

Str notice_pace_name(NoticePace pace); /* "daily" */
bool notice_pace_parse(Str name, NoticePace *ret);
MUST Err notice_choices(Cx *cx, PersonId person, NoticePace ret[NOTICE_CATEGORY_COUNT_]);
bool notice_pace_fits(NoticeCategory category, NoticePace pace);
/* What waits for a digest goes the new way. INVALID "notice.pace" for one that does not fit. */
MUST Err notice_choose(Cx *cx, PersonId person, NoticeCategory category, NoticePace pace);

/* The key that links to be left in peace are signed with; made once, outside apply, and kept. */
enum { NOTICE_KEY_BYTES = 32 };
MUST Err notice_keep_key(Cx *cx, Str random);
/* The page for mails of this kind to this person: a NOTICE's category, of a DIGEST all that have
 * notices, and what stands alone by itself. */
MUST Err notice_unsubscribe_path(Cx *cx, const MailDraft *mail, Str *ret);
/* Whose link it is, and of which categories (bits). NOT_FOUND "notice.link". */
MUST Err notice_find_link(Cx *cx, Str secret, PersonId *ret, uint32_t *ret_categories);
/* No mails of these categories any more. NOT_FOUND "notice.link". */
MUST Err notice_unsubscribe(Cx *cx, Str secret);

/* ---- categories that stand alone ----
 *
 * Who writes such a mail asks for whom it is due, and says in the commit of the mail that it was
 * written: the next one is due a week later, so that nobody gets two for one week. */

typedef struct NoticeDue {
    PersonId person;
    int64_t due_us;
    int64_t told_us; /* up to when the last one told; 0: there was none */
} NoticeDue;
/* The longest due first; persons that are suspended or erased are left out. */
MUST Err notice_list_due(Cx *cx, NoticeCategory category, size_t limit, NoticeDue **ret,
                         size_t *ret_count);
/* *ret false: it is not due any more in that way, and nothing may be sent. */
MUST Err notice_set_told(Cx *cx, NoticeCategory category, const NoticeDue *due, int64_t told_us,
                         bool *ret);

/* ---- jobs, and the end ---- */

/* Writes the digests that are due, NOTICE_DIGESTS_MAX of them at the most. */
MUST Err notice_send_digests(Cx *cx, size_t *ret_count);
MUST Err notice_clean(Cx *cx);
/* Removes the person's notices and choices, and the name from what others were told. */
MUST Err notice_forget(Cx *cx, PersonId person);
/* The next digest after a moment; OFF: 0, ONCE: at once. */
int64_t notice_due_us(const Zone *zone, NoticePace pace, int64_t now_us);

#endif
