#include "app/config.h"

#include "base/str.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { CONFIG_FILE_BYTES_MAX = 256 << 10 };

typedef enum OptionKind { OPTION_TEXT, OPTION_NUMBER, OPTION_SWITCH } OptionKind;

typedef struct Option {
    OptionKind kind;
    Str name;
    size_t offset;
    Str def;
    int64_t def_number, min, max;
    const char *unit;
    const char *help;
} Option;

static const Option OPTIONS[] = {
#define TEXT(field, name, def, help)                                                               \
    {OPTION_TEXT, S_INIT(name), offsetof(Config, field), S_INIT(def), 0, 0, 0, "", help},
#define NUMBER(field, name, def, min, max, unit, help)                                             \
    {OPTION_NUMBER, S_INIT(name), offsetof(Config, field), {0}, def, min, max, unit, help},
#define SWITCH(field, name, help)                                                                  \
    {OPTION_SWITCH, S_INIT(name), offsetof(Config, field), {0}, 0, 0, 0, "", help},
#include "app/config.def"
#undef TEXT
#undef NUMBER
#undef SWITCH
};

static void set_defaults(Config *config)
{
    for (size_t i = 0; i < COUNT_OF(OPTIONS); i++) {
        char *at = (char *)config + OPTIONS[i].offset;
        if (OPTIONS[i].kind == OPTION_TEXT)
            memcpy(at, &OPTIONS[i].def, sizeof(Str));
        else if (OPTIONS[i].kind == OPTION_NUMBER)
            memcpy(at, &OPTIONS[i].def_number, sizeof(int64_t));
        else
            *(bool *)(void *)at = false;
    }
}

static const Option *find_option(Str name)
{
    for (size_t i = 0; i < COUNT_OF(OPTIONS); i++)
        if (str_eq(OPTIONS[i].name, name))
            return &OPTIONS[i];
    return NULL;
}

static Err set_option(Cx *cx, Config *config, const Option *option, Str value, const char *where)
{
    char *at = (char *)config + option->offset;
    int64_t number;
    switch (option->kind) {
    case OPTION_TEXT:
        memcpy(at, &value, sizeof value);
        return OK;
    case OPTION_NUMBER:
        if (!str_to_i64(value, &number) || number < option->min || number > option->max)
            return fail(cx, ERR_INVALID, "config.value",
                        "%s: %.*s must be a whole number from %lld to %lld%s%s, not \"%.*s\"",
                        where, SARG(option->name), (long long)option->min, (long long)option->max,
                        *option->unit ? " " : "", option->unit, SARG(value));
        memcpy(at, &number, sizeof number);
        return OK;
    case OPTION_SWITCH:
        if (!str_eq(value, S("on")) && !str_eq(value, S("off")))
            return fail(cx, ERR_INVALID, "config.value", "%s: %.*s is on or off, not \"%.*s\"",
                        where, SARG(option->name), SARG(value));
        *(bool *)(void *)at = str_eq(value, S("on"));
        return OK;
    }
    return OK;
}

static Err unknown(Cx *cx, Str name)
{
    return fail(cx, ERR_INVALID, "config.unknown",
                "there is no option --%.*s; \"hanse help\" lists them", SARG(name));
}

/* "--name=value", "--name value" or "--switch"; *i is moved behind what was used. */
static Err read_argument(Cx *cx, int argc, char **argv, int *i, const ExtraOption *extra,
                         size_t extra_count, Config *config)
{
    Str name = str_from_index(str_from(argv[*i]), 2), value = {0};
    ptrdiff_t equals = str_find_char(name, '=');
    if (equals >= 0) {
        value = str_from_index(name, (size_t)equals + 1);
        name = str_slice(name, 0, (size_t)equals);
    }
    const ExtraOption *own = NULL;
    for (size_t e = 0; e < extra_count; e++)
        if (str_eq(str_from(extra[e].name), name))
            own = &extra[e];
    const Option *option = own ? NULL : find_option(name);
    if (!option && !own)
        return unknown(cx, name);
    bool is_switch = option ? option->kind == OPTION_SWITCH : own->switch_on != NULL;
    if (is_switch && !value.p)
        value = S("on");
    if (!value.p) {
        if (*i + 1 >= argc)
            return fail(cx, ERR_INVALID, "config.value", "--%.*s needs a value", SARG(name));
        value = str_from(argv[++*i]);
    }
    if (option)
        return set_option(cx, config, option, value, "command line");
    if (own->switch_on)
        *own->switch_on = true;
    else
        *own->value = value;
    return OK;
}

static Err read_line(Cx *cx, int argc, char **argv, const ExtraOption *extra, size_t extra_count,
                     Config *config, Words *words)
{
    bool only_words = false;
    words->count = 0;
    for (int i = 0; i < argc; i++) {
        Str arg = str_from(argv[i]);
        if (!only_words && str_eq(arg, S("--"))) {
            only_words = true;
        } else if (!only_words && str_starts(arg, S("--"))) {
            TRY(read_argument(cx, argc, argv, &i, extra, extra_count, config));
        } else {
            if (words->count == CONFIG_WORDS_MAX)
                return fail(cx, ERR_LIMIT, "config.words", "at most %d arguments",
                            CONFIG_WORDS_MAX);
            words->at[words->count++] = arg;
        }
    }
    return OK;
}

/* "--session-hours" is HANSE_SESSION_HOURS. */
static void environment_name(Str name, char *ret, size_t room)
{
    size_t n = 0;
    ASSERT(name.n + 7 <= room);
    memcpy(ret, "HANSE_", 6);
    for (; n < name.n; n++) {
        char c = name.p[n];
        ret[6 + n] = (char)(c == '-' ? '_' : c >= 'a' && c <= 'z' ? c - 32 : c);
    }
    ret[6 + n] = 0;
}

static Err read_environment(Cx *cx, Config *config)
{
    for (size_t i = 0; i < COUNT_OF(OPTIONS); i++) {
        char name[64];
        environment_name(OPTIONS[i].name, name, sizeof name);
        const char *value = getenv(name);
        if (value)
            TRY(set_option(cx, config, &OPTIONS[i], str_from(value), name));
    }
    return OK;
}

static Err read_config_text(Cx *cx, Config *config, Str text, const char *file)
{
    int line_number = 0;
    for (Str rest = text; rest.p;) {
        Str line = str_trim(str_cut(&rest, '\n'));
        line_number++;
        if (line.n == 0 || line.p[0] == '#')
            continue;
        Str value = line;
        Str name = str_trim(str_cut(&value, '='));
        const Option *option = find_option(name);
        if (!option || !value.p)
            return fail(cx, ERR_INVALID, "config.unknown", "%s, line %d: \"%.*s\" is no option",
                        file, line_number, SARG(line));
        TRY(set_option(cx, config, option, arena_copy(cx->arena, str_trim(value)), file));
    }
    return OK;
}

/* A file that is not there is no error. */
static Err read_config_file(Cx *cx, Config *config, Str data)
{
    if (data.n == 0)
        return OK;
    Str name = arena_fmt(cx->arena, "%.*s/hanse.conf", SARG(data));
    int fd = open(name.p, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return OK;
    char *text = arena_alloc_bytes(cx->arena, CONFIG_FILE_BYTES_MAX, 1);
    size_t n = 0;
    for (ssize_t got;
         n < CONFIG_FILE_BYTES_MAX && (got = read(fd, text + n, CONFIG_FILE_BYTES_MAX - n)) > 0;)
        n += (size_t)got;
    close(fd);
    if (n == CONFIG_FILE_BYTES_MAX)
        return fail(cx, ERR_LIMIT, "config.large", "%s is larger than %d bytes", name.p,
                    CONFIG_FILE_BYTES_MAX);
    return read_config_text(cx, config, (Str){text, n}, name.p);
}

Err config_read(Cx *cx, int argc, char **argv, const ExtraOption *extra, size_t extra_count,
                Config *ret, Words *ret_words)
{
    Config config;
    Words words;
    set_defaults(&config);
    /* The line is read twice: first to learn the data directory, last to win. */
    TRY(read_environment(cx, &config));
    TRY(read_line(cx, argc, argv, extra, extra_count, &config, &words));
    Str data = config.data;
    set_defaults(&config);
    TRY(read_config_file(cx, &config, data));
    TRY(read_environment(cx, &config));
    TRY(read_line(cx, argc, argv, extra, extra_count, &config, &words));
    *ret = config;
    *ret_words = words;
    return OK;
}

static const char *argument_of(const Option *option)
{
    static const char *const ARGUMENTS[] = {
        [OPTION_TEXT] = " TEXT", [OPTION_NUMBER] = " N", [OPTION_SWITCH] = ""};
    return ARGUMENTS[option->kind];
}

static void describe_default(Buf *buf, const Option *option)
{
    if (option->kind == OPTION_TEXT && option->def.n)
        buf_fmt(buf, " (default %.*s)", SARG(option->def));
    if (option->kind == OPTION_NUMBER)
        buf_fmt(buf, " (default %lld%s%s, %lld to %lld)", (long long)option->def_number,
                *option->unit ? " " : "", option->unit, (long long)option->min,
                (long long)option->max);
}

void config_help(Buf *buf)
{
    for (size_t i = 0; i < COUNT_OF(OPTIONS); i++) {
        const Option *option = &OPTIONS[i];
        buf_fmt(buf, "  --%.*s%s\n        %s", SARG(option->name), argument_of(option),
                option->help);
        describe_default(buf, option);
        buf_char(buf, '\n');
    }
}

void config_roff(Buf *buf)
{
    for (size_t i = 0; i < COUNT_OF(OPTIONS); i++) {
        const Option *option = &OPTIONS[i];
        buf_put(buf, S(".TP\n.B \\-\\-"));
        for (size_t c = 0; c < option->name.n; c++) {
            if (option->name.p[c] == '-')
                buf_char(buf, '\\');
            buf_char(buf, option->name.p[c]);
        }
        buf_fmt(buf, "%s\n%s", argument_of(option), option->help);
        describe_default(buf, option);
        buf_put(buf, S(".\n"));
    }
}
