/* What page handlers share: the services of a page, its shell, its errors. */
#ifndef HANSE_WEB_PAGE_H
#define HANSE_WEB_PAGE_H

#include "core/auth.h"
#include "core/setting.h"
#include "net/call.h"
#include "systems/context.h"
#include "web/live.h"

/* call->services of a FACE_PAGE route. */
typedef struct WebServices {
    const SettingList *settings;
    const ContextStore *contexts;
    Live *live;
    Str secret;     /* of the session; empty for strangers */
    Str form_token; /* what this session's forms carry; empty for strangers */
    Str data_dir;
    int64_t session_us; /* how long a login lasts */
} WebServices;

static inline const WebServices *web_services(const Call *call)
{
    return call->services;
}

/* A page that says what went wrong and what to do. */
void page_error(Call *call, int status, const Error *error);

#endif
