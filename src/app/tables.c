/* The tables that wire the program, and that tests walk: routes and statements. */
#include "api/ngsi_ld_subscription.h"
#include "api/ngsi_ld_temporal.h"
#include "app/app.h"
#include "app/status.h"
#include "core/account.h"
#include "core/audit.h"
#include "core/form.h"
#include "core/identity.h"
#include "core/job.h"
#include "core/mail.h"
#include "core/notice.h"
#include "core/outbox.h"
#include "core/progress.h"
#include "people/application.h"
#include "people/contribution.h"
#include "people/decision.h"
#include "people/funding.h"
#include "people/enquiry.h"
#include "people/erasure.h"
#include "people/inbox.h"
#include "people/interest.h"
#include "people/invitation.h"
#include "people/milestone.h"
#include "people/organisation.h"
#include "people/attachment.h"
#include "people/search.h"
#include "people/relation.h"
#include "people/report.h"
#include "people/risk.h"
#include "people/seat.h"
#include "people/answer.h"
#include "people/block.h"
#include "people/moderation.h"
#include "people/support.h"
#include "people/mention.h"
#include "people/follow.h"
#include "people/recipient.h"
#include "people/post.h"
#include "people/strategy.h"
#include "people/task.h"
#include "people/weekly.h"
#include "systems/entity_store.h"
#include "systems/geo_store.h"
#include "systems/history_store.h"
#include "systems/subscription_store.h"
#include "web/pages.h"

enum {
    FORM_BYTES_MAX = 256 << 10,
    UPLOAD_BYTES_MAX = 16 << 20 /* more than a file may have, so that a page can say so */
};

const Route ROUTES[] = {
#define ROUTE(method, path, kind, face, may, decode, apply, encode, body_max, help)                \
    {method, path,   ROUTE_##kind, FACE_##face, MAY_##may, decode,                                 \
     apply,  encode, body_max,     help,        NULL},
#define PAGE(path, may, apply, help)                                                               \
    ROUTE("GET", path, READ, PAGE, may, NULL, apply, NULL, 0, help)                                \
    ROUTE("GET", "/en" path, READ, PAGE, may, NULL, apply, NULL, 0, help)
#define FORM_ROW(path, may, decode, prepare, apply, encode, body_max, help)                        \
    {"POST", path,   ROUTE_WRITE, FACE_PAGE, MAY_##may, decode,                                    \
     apply,  encode, body_max,    help,      prepare},
#define FORM(path, may, decode, prepare, apply, encode, help)                                      \
    FORM_ROW(path, may, decode, prepare, apply, encode, FORM_BYTES_MAX, help)                      \
    FORM_ROW("/en" path, may, decode, prepare, apply, encode, FORM_BYTES_MAX, help)
#define UPLOAD(path, may, decode, prepare, apply, encode, help)                                    \
    FORM_ROW(path, may, decode, prepare, apply, encode, UPLOAD_BYTES_MAX, help)                    \
    FORM_ROW("/en" path, may, decode, prepare, apply, encode, UPLOAD_BYTES_MAX, help)
#define DOWNLOAD(path, may, prepare, encode, help)                                                 \
    {"GET", path, ROUTE_READ, FACE_PAGE, MAY_##may, NULL, NULL, encode, 0, help, prepare},
/* A page that is answered after another server was asked. */
#define OUTWARD(path, kind, may, decode, prepare, apply, encode, help)                             \
    {"GET",  path, ROUTE_##kind, FACE_PAGE, MAY_##may, decode, apply,                              \
     encode, 0,    help,         prepare,   true},
#include "app/routes.def"
};
const size_t ROUTE_COUNT = COUNT_OF(ROUTES);

const StatementTable *const STATEMENT_TABLES[] = {
    &AUDIT_STATEMENTS,
    &OUTBOX_STATEMENTS,
    &JOB_STATEMENTS,
    &PROGRESS_STATEMENTS,
    &SETTING_STATEMENTS,
    &PERSON_STATEMENTS,
    &MAIL_STATEMENTS,
    &ACCOUNT_STATEMENTS,
    &NOTICE_STATEMENTS,
    &AUTH_STATEMENTS,
    &IDENTITY_STATEMENTS,
    &ENTITY_STATEMENTS,
    &HISTORY_STATEMENTS,
    &GEO_STATEMENTS,
    &SUBSCRIPTION_STATEMENTS,
    /* people */
    &FORM_STATEMENTS,
    &ITEM_STATEMENTS,
    &RELATION_STATEMENTS,
    &ATTACHMENT_STATEMENTS,
    &ERASURE_STATEMENTS,
    &SEARCH_STATEMENTS,
    /* partners */
    &ORGANISATION_STATEMENTS,
    &CONTRIBUTION_STATEMENTS,
    &APPLICATION_STATEMENTS,
    &INVITATION_STATEMENTS,
    &ENQUIRY_STATEMENTS,
    &INTEREST_STATEMENTS,
    &INBOX_STATEMENTS,
    /* projects */
    &PROJECT_STATEMENTS,
    &FUNDING_STATEMENTS,
    &MILESTONE_STATEMENTS,
    &RISK_STATEMENTS,
    &REPORT_STATEMENTS,
    /* bodies */
    &BODY_STATEMENTS,
    &SEAT_STATEMENTS,
    /* ideas */
    &IDEA_STATEMENTS,
    &ANSWER_STATEMENTS,
    &SUPPORT_STATEMENTS,
    &MEETING_STATEMENTS,
    &DECISION_STATEMENTS,
    &TASK_STATEMENTS,
    /* dialogue */
    &BLOCK_STATEMENTS,
    &MENTION_STATEMENTS,
    &POST_STATEMENTS,
    &FLAG_STATEMENTS,
    &MODERATION_STATEMENTS,
    &FOLLOW_STATEMENTS,
    &RECIPIENT_STATEMENTS,
    &WEEKLY_STATEMENTS,
    &GOAL_STATEMENTS,
    &STRATEGY_STATEMENTS,
};
const size_t STATEMENT_TABLE_COUNT = COUNT_OF(STATEMENT_TABLES);
