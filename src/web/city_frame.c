#include "web/city_frame.h"

#include "base/str.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* The collections of a map file that are drawn (web/svg.h); others, such as the places of
 * sensors, stay on the server. */
static const Str LAYERS[] = {S_INIT("outline"), S_INIT("districts"), S_INIT("labels"),
                             S_INIT("water"),   S_INIT("harbour"),   S_INIT("parks"),
                             S_INIT("roads"),   S_INIT("minor"),     S_INIT("rail")};

Str city_setting(const CityFrame *frame, Str name)
{
    return setting_of(frame->settings, name);
}

static bool read_file(Arena *arena, const char *name, Str *ret)
{
    struct stat info;
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool fine =
        fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size <= MAP_FILE_BYTES_MAX;
    size_t size = fine ? (size_t)info.st_size : 0, n = 0;
    char *text = arena_alloc_raw(arena, size + 1, 1);
    for (ssize_t got; n < size && (got = read(fd, text + n, size - n)) > 0;)
        n += (size_t)got;
    close(fd);
    *ret = (Str){text, n};
    return fine && n == size;
}

static Str drawn_layers(Arena *arena, JsonValue root)
{
    Buf buf = buf_new(arena, MAP_FILE_BYTES_MAX);
    JsonOut out = json_out(&buf);
    JsonValue layer;
    json_begin(&out, '{');
    for (size_t i = 0; i < COUNT_OF(LAYERS); i++)
        if (json_find(root, LAYERS[i], &layer)) {
            json_name(&out, LAYERS[i]);
            json_put_span(&out, json_span(layer));
        }
    json_end(&out, '}');
    return buf_str(&buf);
}

/* A plain file name: what a setting says must not lead out of the data directory. */
static bool is_file_name(Str name)
{
    return name.n && name.p[0] != '.' && str_find_char(name, '/') < 0;
}

static void read_layers(Cx *cx, CityFrame *frame, Str data_dir, Str *warning)
{
    Str file = city_setting(frame, S("city.map")), text;
    if (file.n == 0)
        return;
    Cx own = *cx;
    own.arena = &frame->arena;
    const char *name = arena_fmt(cx->arena, "%.*s/%.*s", SARG(data_dir), SARG(file)).p;
    if (!is_file_name(file) || !read_file(&frame->arena, name, &text)) {
        *warning = arena_fmt(cx->arena, "the map %s cannot be read", name);
    } else if (json_parse(&own, text, &frame->layers) != OK) {
        *warning =
            arena_fmt(cx->arena, "the map %s is not JSON: %.*s", name, SARG(cx->error->detail));
    } else {
        frame->has_layers = true;
        frame->ground = svg_map_layers(&frame->arena, &frame->layers);
        frame->layers_text = drawn_layers(&frame->arena, json_root(&frame->layers));
    }
}

static void read_zone(Cx *cx, CityFrame *frame, Str *warning)
{
    Cx own = *cx;
    own.arena = &frame->arena;
    Str name = city_setting(frame, S("city.zone"));
    if (zone_load(&own, name, &frame->zone) == OK)
        return;
    *warning = arena_fmt(cx->arena, "the time zone %.*s is unknown", SARG(name));
    if (zone_load(&own, S("UTC"), &frame->zone) != OK)
        frame->zone = NULL;
}

Err city_frame_read(Cx *cx, Str data_dir, CityFrame **ret, Str *ret_warning)
{
    CityFrame *frame = calloc(1, sizeof *frame);
    Str warning = {0};
    if (!frame)
        abort();
    arena_init(&frame->arena, 0, 0);
    Err err = setting_read(cx, &frame->settings);
    if (err != OK) {
        city_frame_free(frame);
        return err;
    }
    read_zone(cx, frame, &warning);
    read_layers(cx, frame, data_dir, &warning);
    if (!frame->zone) {
        city_frame_free(frame);
        return fail(cx, ERR_UNAVAILABLE, "zone.unknown",
                    "there is no time zone data; install the package tzdata");
    }
    *ret = frame;
    *ret_warning = warning;
    return OK;
}

void city_frame_free(CityFrame *frame)
{
    if (!frame)
        return;
    setting_list_free(frame->settings);
    arena_done(&frame->arena);
    free(frame);
}
