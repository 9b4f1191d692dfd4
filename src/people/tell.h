/* Telling persons of what a body did: one mail to one person, in one line of code. Who does it is
 * not told; nor is nobody. */
#ifndef HANSE_PEOPLE_TELL_H
#define HANSE_PEOPLE_TELL_H

#include "core/mail.h"
#include "people/item.h"

/* who: the body's title; what and path: of the item; at_us 0: none. */
MUST Err tell(Cx *cx, MailKind kind, PersonId person, ItemId body, const Item *item, int64_t at_us,
              Str reason);
/* The same with words and a path of one's own. */
MUST Err tell_of(Cx *cx, MailKind kind, PersonId person, ItemId body, Str what, Str path,
                 int64_t at_us, Str reason);

/* The same of an item, with an appointment for the person's calendar. */
MUST Err tell_appointment(Cx *cx, MailKind kind, PersonId person, const Item *item, Str reason,
                          const IcalEvent *appointment);

#endif
