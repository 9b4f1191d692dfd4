/* What the pages of partners share. */
#ifndef HANSE_WEB_PARTNER_PAGE_H
#define HANSE_WEB_PARTNER_PAGE_H

#include "people/contribution.h"
#include "people/directory.h"
#include "web/item_page.h"

/* "Start-up"; empty for none. */
Str partner_kind_word(const Page *page, OrganisationKind kind);
/* One option for each kind, first "please choose" where none may be. */
size_t partner_kind_options(const Page *page, OrganisationKind chosen,
                            FormOption ret[ORGANISATION_KIND_COUNT_ + 1]);
Str contribution_kind_word(const Page *page, ContributionKind kind);
/* "12,5 Stunden", "1.234,56 €", "3 Datensätze" */
Str contribution_words(const Page *page, ContributionKind kind, int64_t amount);

/* The directory's filters as the address says them. */
void partner_query(Call *call, DirectoryQuery *ret);
Str partner_card(Arena *arena, const Item *item, const OrganisationOwn *own); /* vCard 4.0 */
/* schema.org's Organization as JSON. */
Str partner_json_ld(Arena *arena, const Item *item, const OrganisationOwn *own);

/* Who applied, who it may be already: for the office, on the organisation's page. */
MUST Err application_put(Page *page, const Item *item);

/* The fields of an organisation's form; office: with those that it alone decides. */
MUST Err partner_put_fields(Form *form, const Item *item, const OrganisationOwn *own, bool office);
MUST Err partner_decode(Call *call, OrganisationDraft *ret);
/* The start of that day in the city: "2026-03-01", "1.3.2026"; 0 where it is no date. */
int64_t partner_day_us(Call *call, Str text);

#endif
