/* The button on the pages of items that lets one follow them; strangers get the way to the login.
 */
#ifndef HANSE_WEB_FOLLOW_BUTTON_H
#define HANSE_WEB_FOLLOW_BUTTON_H

#include "people/item.h"
#include "web/page.h"

/* With the number of followers, to the actions of the item's page. */
MUST Err follow_put_button(Page *page, Buf *out, const Item *item);

#endif
