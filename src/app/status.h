/* Whether the program can do its work, and what it has done: /health and /metrics. */
#ifndef HANSE_APP_STATUS_H
#define HANSE_APP_STATUS_H

#include "net/call.h"

struct Events;

/* 200 while changes can be stored, 503 while draining or when the store does not answer. */
Err health_apply(Call *call, Cx *cx, struct Events *events);
/* Prometheus text exposition format 0.0.4. */
Err metrics_apply(Call *call, Cx *cx, struct Events *events);

#endif
