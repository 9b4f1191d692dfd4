/* The button on the pages of items that lets one follow them; strangers get the way to the login.
 */
#ifndef HANSE_WEB_FOLLOW_BUTTON_H
#define HANSE_WEB_FOLLOW_BUTTON_H

#include "people/item.h"
#include "web/form.h"

/* Appends it to the actions of the item's page, with the number of followers. */
MUST Err follow_put_button(Page *page, const Item *item, Html *actions);

#endif
