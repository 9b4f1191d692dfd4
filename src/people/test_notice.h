/* For tests only: what a unit of work told whom. */
#ifndef HANSE_PEOPLE_TEST_NOTICE_H
#define HANSE_PEOPLE_TEST_NOTICE_H

#include "core/notice.h"
#include "people/recipient.h"
#include "people/test_people.h"

/* The unit ends: its events are read, and the next one begins. */
static inline UNUSED void end_unit(TestCore *f)
{
    assert_ok(&f->t.cx, recipient_project(NULL, &f->t.cx, &f->events));
    f->events = (Events){.arena = f->t.cx.arena};
}

/* All that the person has, the newest first. */
static inline UNUSED Notice *notices_of(TestCore *f, int64_t person, size_t *ret_count)
{
    Notice *list;
    int64_t total;
    assert_ok(&f->t.cx,
              notice_list(&f->t.cx, (PersonId){person}, 100, 0, &list, ret_count, &total));
    assert_int_equal(*ret_count, total);
    return list;
}

/* How many of a kind the person has. */
static inline UNUSED int told(TestCore *f, int64_t person, NoticeKind kind)
{
    size_t count;
    int found = 0;
    const Notice *list = notices_of(f, person, &count);
    for (size_t i = 0; i < count; i++)
        found += list[i].kind == kind;
    return found;
}

static inline UNUSED int64_t told_in_all(TestCore *f, int64_t person)
{
    size_t count;
    notices_of(f, person, &count);
    return (int64_t)count;
}

/* The newest one of so many. */
static inline UNUSED Notice last_of(TestCore *f, int64_t person, int64_t expected)
{
    size_t count;
    const Notice *list = notices_of(f, person, &count);
    assert_int_equal(count, expected);
    assert_true(count > 0);
    return list[0];
}

#endif
