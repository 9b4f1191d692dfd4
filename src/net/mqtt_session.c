#include "net/mqtt_session.h"

#include <stdlib.h>

#include "base/str.h"

void mqtt_queue_init(MqttQueue *queue)
{
    *queue = (MqttQueue){0};
    queue->end = &queue->first;
}

void mqtt_queue_done(MqttQueue *queue)
{
    while (queue->first)
        mqtt_queue_remove(queue, queue->first);
}

size_t mqtt_queue_bytes(const MqttPublish *message, Str props)
{
    return sizeof(MqttQueued) + message->topic.n + message->payload.n + props.n;
}

static Str copy_to(char **at, Str s)
{
    Str copy = {*at, s.n};
    if (s.n)
        memcpy(*at, s.p, s.n);
    *at += s.n;
    return copy;
}

void mqtt_queue_add(MqttQueue *queue, const MqttPublish *message, Str props, uint64_t tag)
{
    size_t bytes = mqtt_queue_bytes(message, props);
    MqttQueued *queued = malloc(bytes);
    if (!queued)
        abort();
    *queued = (MqttQueued){.message = *message, .tag = tag, .bytes = bytes};
    char *at = (char *)(queued + 1);
    queued->message.topic = copy_to(&at, message->topic);
    queued->message.payload = copy_to(&at, message->payload);
    queued->props = copy_to(&at, props);
    *queue->end = queued;
    queue->end = &queued->next;
    if (!queue->unsent)
        queue->unsent = queued;
    queue->count++;
    queue->bytes += bytes;
}

void mqtt_queue_sent(MqttQueue *queue)
{
    MqttQueued *queued = queue->unsent;
    queued->sent = true;
    queue->in_flight++;
    queue->unsent = queued->next;
    if (queued->message.qos == 0)
        mqtt_queue_remove(queue, queued);
}

void mqtt_queue_remove(MqttQueue *queue, MqttQueued *queued)
{
    MqttQueued **link = &queue->first;
    while (*link != queued)
        link = &(*link)->next;
    *link = queued->next;
    if (!queued->next)
        queue->end = link;
    if (queue->unsent == queued)
        queue->unsent = queued->next;
    if (queued->sent)
        queue->in_flight--;
    queue->count--;
    queue->bytes -= queued->bytes;
    free(queued);
}

MqttQueued *mqtt_queue_find(MqttQueue *queue, uint16_t id)
{
    for (MqttQueued *q = queue->first; q && q->sent; q = q->next)
        if (q->id == id)
            return q;
    return NULL;
}

void mqtt_queue_rewind(MqttQueue *queue)
{
    for (MqttQueued *q = queue->first; q; q = q->next)
        q->sent = false;
    queue->unsent = queue->first;
    queue->in_flight = 0;
}

bool mqtt_ids_used(const MqttIds *ids, uint16_t id)
{
    return ids->used[id / 64] >> id % 64 & 1;
}

void mqtt_ids_set(MqttIds *ids, uint16_t id)
{
    ids->used[id / 64] |= UINT64_C(1) << id % 64;
}

void mqtt_ids_release(MqttIds *ids, uint16_t id)
{
    ids->used[id / 64] &= ~(UINT64_C(1) << id % 64);
}

uint16_t mqtt_ids_take(MqttIds *ids)
{
    for (uint32_t i = 0; i < 65535; i++) {
        ids->last = ids->last == 65535 ? 1 : (uint16_t)(ids->last + 1);
        if (mqtt_ids_used(ids, ids->last))
            continue;
        mqtt_ids_set(ids, ids->last);
        return ids->last;
    }
    return 0;
}

void mqtt_ids_rewind(MqttIds *ids, const MqttQueue *queue)
{
    *ids = (MqttIds){.last = ids->last};
    for (const MqttQueued *q = queue->first; q; q = q->next)
        if (q->id)
            mqtt_ids_set(ids, q->id);
}

MqttSub *mqtt_subs_find(const MqttSubs *subs, Str filter)
{
    MqttSub *sub = subs->first;
    while (sub && !str_eq(sub->filter, filter))
        sub = sub->next;
    return sub;
}

MqttSub *mqtt_subs_find_answered(const MqttSubs *subs, MqttType answer, uint16_t id)
{
    MqttSubState waits = answer == MQTT_SUBACK ? SUB_ASKED : SUB_UNASKED;
    MqttSub *sub = subs->first;
    while (sub && (sub->id != id || sub->state != waits))
        sub = sub->next;
    return sub;
}

MqttSub *mqtt_subs_add(MqttSubs *subs, Str filter)
{
    MqttSub *sub = calloc(1, sizeof *sub + filter.n);
    if (!sub)
        abort();
    memcpy(sub + 1, filter.p, filter.n);
    sub->filter = (Str){(char *)(sub + 1), filter.n};
    sub->next = subs->first;
    subs->first = sub;
    subs->count++;
    return sub;
}

void mqtt_subs_remove(MqttSubs *subs, MqttSub *sub)
{
    MqttSub **at = &subs->first;
    while (*at != sub)
        at = &(*at)->next;
    *at = sub->next;
    subs->count--;
    free(sub);
}

void mqtt_subs_rewind(MqttSubs *subs, bool session_present)
{
    for (MqttSub *sub = subs->first; sub; sub = sub->next) {
        sub->id = 0;
        if (sub->state == SUB_ASKED || (sub->state == SUB_ANSWERED && !session_present))
            sub->state = SUB_WANTED;
        if (sub->state == SUB_UNASKED)
            sub->state = SUB_UNWANTED;
    }
}
