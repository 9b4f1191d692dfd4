#include "db/libpq.h"

#include <dlfcn.h>

static const struct {
    const char *name;
    size_t offset;
} FUNCTIONS[] = {
#define LIBPQ_ROW(name) {#name, offsetof(Libpq, name)},
    LIBPQ_FUNCTIONS(LIBPQ_ROW)
#undef LIBPQ_ROW
};

Err libpq_load(Cx *cx, Libpq *ret)
{
    Libpq found;
    /* Never closed: the TLS library that it brings along cannot be unloaded. Loading it again
     * gives the same one. */
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return fail(cx, ERR_UNAVAILABLE, "db.open", "%s: install PostgreSQL's libpq5", dlerror());
    for (size_t i = 0; i < COUNT_OF(FUNCTIONS); i++) {
        void *address = dlsym(library, FUNCTIONS[i].name);
        if (!address)
            return fail(cx, ERR_UNAVAILABLE, "db.open", "libpq.so.5 has no %s: update libpq5",
                        FUNCTIONS[i].name);
        memcpy((char *)&found + FUNCTIONS[i].offset, &address, sizeof address);
    }
    *ret = found;
    return OK;
}
