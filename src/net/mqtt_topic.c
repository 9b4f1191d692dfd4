#include "net/mqtt.h"

#include "base/str.h"

bool mqtt_text_ok(Str text)
{
    return text.n <= MQTT_TEXT_BYTES_MAX && str_find_char(text, 0) < 0 && str_is_utf8(text);
}

bool mqtt_topic_ok(Str topic)
{
    return topic.n > 0 && mqtt_text_ok(topic) && str_find_char(topic, '+') < 0 &&
           str_find_char(topic, '#') < 0;
}

static bool levels_ok(Str filter)
{
    if (filter.n == 0)
        return false;
    for (Str rest = filter; rest.p;) {
        Str level = str_cut(&rest, '/');
        bool hash = str_find_char(level, '#') >= 0;
        if ((hash || str_find_char(level, '+') >= 0) && level.n != 1)
            return false;
        if (hash && rest.p)
            return false;
    }
    return true;
}

static bool is_shared(Str filter)
{
    return str_starts(filter, S("$share/"));
}

Str mqtt_filter_share(Str filter, Str *ret_inner)
{
    *ret_inner = filter;
    if (!is_shared(filter))
        return (Str){0};
    Str rest = str_from_index(filter, sizeof "$share/" - 1);
    Str share = str_cut(&rest, '/');
    *ret_inner = rest;
    return share;
}

bool mqtt_filter_ok(Str filter)
{
    if (!mqtt_text_ok(filter))
        return false;
    if (!is_shared(filter))
        return levels_ok(filter);
    Str inner;
    Str share = mqtt_filter_share(filter, &inner);
    return share.n > 0 && str_find_char(share, '+') < 0 && str_find_char(share, '#') < 0 &&
           levels_ok(inner);
}

bool mqtt_topic_matches(Str filter, Str topic)
{
    Str want, have = topic;
    mqtt_filter_share(filter, &want);
    if (want.n && (want.p[0] == '+' || want.p[0] == '#') && topic.n && topic.p[0] == '$')
        return false;
    while (want.p) {
        Str level = str_cut(&want, '/');
        if (str_eq(level, S("#")))
            return true; /* "a/#" matches "a" too: its own level may be missing */
        if (!have.p)
            return false;
        Str name = str_cut(&have, '/');
        if (!str_eq(level, S("+")) && !str_eq(level, name))
            return false;
    }
    return !have.p;
}
