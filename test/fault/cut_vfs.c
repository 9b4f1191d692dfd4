#include "cut_vfs.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECTOR = 512, PAGE_SECTORS = 8, PATH_BYTES = 1024, CONTROL_BYTES = 2048 };
enum { CUT_STATUS = 137 }; /* as if by SIGKILL */

/* A file as this process sees it, and beside it what differs from the disk. */
typedef struct Image {
    struct Image *next;
    char path[PATH_BYTES];
    unsigned char *bytes;
    unsigned char *dirty; /* one per sector */
    int64_t size;
    int64_t capacity;
    int fd;       /* the real file; open for as long as the image, since closing any descriptor
                     would drop the locks that SQLite holds on the file */
    bool resized; /* since the last sync */
    bool created; /* its directory entry is not on disk */
    bool deleted; /* its directory entry is still on disk */
} Image;

typedef struct Handle {
    sqlite3_file base;
    Image *image;
    bool syncs_folder;  /* a journal's or WAL's first sync also syncs the folder (os_unix.c) */
    sqlite3_file *real; /* for locks and shared memory; lies behind this struct */
} Handle;

typedef struct Plan {
    uint64_t cut, seed, fail, fails;
    bool exit;
    int code;
    char log[PATH_BYTES];
} Plan;

/* A VFS is process-wide by its nature, so its state is too. */
static struct {
    pthread_mutex_t mutex;
    Image *images;
    Plan plan;
    uint64_t events;
    uint64_t random;
    bool cut;
    sqlite3_vfs *real;
    sqlite3_vfs vfs;
} cut = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static void lock(void)
{
    pthread_mutex_lock(&cut.mutex);
}

static void unlock(void)
{
    pthread_mutex_unlock(&cut.mutex);
}

static void die(const char *what, const char *path)
{
    fprintf(stderr, "cut_vfs: %s: %s\n", what, path);
    abort();
}

static void note(const char *what, const char *path, int64_t bytes)
{
    if (!cut.plan.log[0])
        return;
    FILE *log = fopen(cut.plan.log, "a");
    if (!log)
        die("cannot be written", cut.plan.log);
    fprintf(log, "%llu %s %s %lld\n", (unsigned long long)cut.events, what, path, (long long)bytes);
    fclose(log);
}

/* splitmix64: a fair coin for each question, the same for the same seed. */
static bool toss(void)
{
    uint64_t z = (cut.random += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (z ^ (z >> 31)) & 1;
}

/* ---- images ---- */

static Image *find_image(const char *path)
{
    Image *image = cut.images;
    while (image && strcmp(image->path, path) != 0)
        image = image->next;
    return image;
}

static void reserve(Image *image, int64_t size)
{
    if (size <= image->capacity)
        return;
    int64_t capacity = image->capacity * 2 > size ? image->capacity * 2 : size;
    capacity = (capacity + SECTOR - 1) / SECTOR * SECTOR;
    image->bytes = realloc(image->bytes, (size_t)capacity);
    image->dirty = realloc(image->dirty, (size_t)(capacity / SECTOR));
    if (!image->bytes || !image->dirty)
        die("out of memory", image->path);
    memset(image->bytes + image->capacity, 0, (size_t)(capacity - image->capacity));
    memset(image->dirty + image->capacity / SECTOR, 0,
           (size_t)((capacity - image->capacity) / SECTOR));
    image->capacity = capacity;
}

static void mark(Image *image, int64_t from, int64_t to)
{
    for (int64_t sector = from / SECTOR; sector * SECTOR < to; sector++)
        image->dirty[sector] = 1;
}

/* Cut off or lengthened by zeros. What lies behind the end is always zero in memory. */
static void resize(Image *image, int64_t size)
{
    reserve(image, size);
    if (size < image->size)
        memset(image->bytes + size, 0, (size_t)(image->size - size));
    else
        mark(image, image->size, size);
    image->resized = image->resized || size != image->size;
    image->size = size;
}

static void read_real(Image *image)
{
    struct stat info;
    image->fd = open(image->path, O_RDWR | O_CLOEXEC);
    if (image->fd < 0 || fstat(image->fd, &info) != 0)
        die("cannot be opened", image->path);
    reserve(image, info.st_size);
    if (pread(image->fd, image->bytes, (size_t)info.st_size, 0) != info.st_size)
        die("cannot be read", image->path);
    image->size = info.st_size;
}

static Image *add_image(const char *path, bool created)
{
    Image *image = calloc(1, sizeof *image);
    if (!image || strlen(path) >= PATH_BYTES)
        die("cannot be kept", path);
    memcpy(image->path, path, strlen(path) + 1);
    image->created = created;
    read_real(image);
    image->next = cut.images;
    cut.images = image;
    return image;
}

static void free_image(Image *image)
{
    close(image->fd);
    free(image->bytes);
    free(image->dirty);
    free(image);
}

static void remove_image(Image *image)
{
    Image **at = &cut.images;
    while (*at != image)
        at = &(*at)->next;
    *at = image->next;
    free_image(image);
}

static void put_sector(const Image *image, int64_t sector)
{
    int64_t from = sector * SECTOR;
    int64_t n = image->size - from < SECTOR ? image->size - from : SECTOR;
    if (pwrite(image->fd, image->bytes + from, (size_t)n, from) != n)
        die("cannot be written", image->path);
}

static void put_size(const Image *image)
{
    if (ftruncate(image->fd, image->size) != 0)
        die("cannot be resized", image->path);
}

/* All that this process sees is on disk now. */
static void put_image(Image *image)
{
    int64_t bytes = 0;
    for (int64_t sector = 0; sector * SECTOR < image->size; sector++) {
        if (image->dirty[sector]) {
            put_sector(image, sector);
            bytes += SECTOR;
        }
    }
    if (image->resized)
        put_size(image);
    if (image->capacity)
        memset(image->dirty, 0, (size_t)(image->capacity / SECTOR));
    image->resized = false;
    note("sync", image->path, bytes);
}

static bool same_folder(const char *a, const char *b)
{
    const char *slash = strrchr(a, '/');
    size_t n = slash ? (size_t)(slash - a) + 1 : 0;
    return strncmp(a, b, n) == 0 && !strchr(b + n, '/');
}

/* New names are on disk, and deleted ones are gone. */
static void sync_folder_of(const char *path)
{
    char folder[PATH_BYTES];
    snprintf(folder, sizeof folder, "%s", path); /* the image itself may go */
    for (Image *image = cut.images, *next; image; image = next) {
        next = image->next;
        if (!same_folder(folder, image->path))
            continue;
        image->created = false;
        if (image->deleted) {
            unlink(image->path);
            remove_image(image);
        }
    }
}

/* ---- the cut ---- */

/* Chance decides for each page whether it had arrived, had not, or had in part. */
static void leave_some(Image *image)
{
    int64_t sectors = (image->size + SECTOR - 1) / SECTOR;
    for (int64_t page = 0; page < sectors; page += PAGE_SECTORS) {
        bool torn = toss() && toss();
        bool arrived = toss();
        for (int64_t s = page; s < page + PAGE_SECTORS && s < sectors; s++) {
            if (image->dirty[s] && (torn ? toss() : arrived))
                put_sector(image, s);
        }
    }
    if (image->resized && toss())
        put_size(image);
}

static void leave_disk(Image *image)
{
    bool chance = cut.plan.seed != 0;
    char shm[PATH_BYTES + 8];
    snprintf(shm, sizeof shm, "%s-shm", image->path);
    unlink(shm);
    if (image->created && !(chance && toss())) {
        unlink(image->path);
        return;
    }
    if (image->deleted) {
        if (chance && toss())
            unlink(image->path);
        return;
    }
    if (chance)
        leave_some(image);
}

static void cut_locked(void)
{
    if (cut.cut)
        return;
    cut.cut = true;
    for (Image *image = cut.images; image; image = image->next)
        leave_disk(image);
    note("cut", "-", 0);
    if (cut.plan.exit)
        _exit(CUT_STATUS);
}

/* Counts an event and says whether it happens: SQLITE_OK, or how it fails. */
static int event(int io_code)
{
    if (cut.cut)
        return io_code;
    cut.events++;
    if (cut.events == cut.plan.cut) {
        cut_locked();
        return io_code;
    }
    if (cut.plan.fail && cut.events >= cut.plan.fail && cut.events - cut.plan.fail < cut.plan.fails)
        return cut.plan.code == SQLITE_FULL && io_code == SQLITE_IOERR_WRITE ? SQLITE_FULL
                                                                             : io_code;
    return SQLITE_OK;
}

/* ---- methods of an open file ---- */

static Handle *handle_of(sqlite3_file *file)
{
    return (Handle *)(void *)file;
}

static int cut_close(sqlite3_file *file)
{
    sqlite3_file *real = handle_of(file)->real;
    return real->pMethods ? real->pMethods->xClose(real) : SQLITE_OK;
}

static int cut_read(sqlite3_file *file, void *to, int n, sqlite3_int64 at)
{
    const Image *image = handle_of(file)->image;
    int code = SQLITE_OK;
    lock();
    int64_t there = image->size - at < n ? image->size - at : n;
    if (cut.cut) {
        code = SQLITE_IOERR_READ;
    } else {
        if (there > 0)
            memcpy(to, image->bytes + at, (size_t)there);
        if (there < n) {
            int64_t from = there > 0 ? there : 0;
            memset((char *)to + from, 0, (size_t)(n - from));
            code = SQLITE_IOERR_SHORT_READ;
        }
    }
    unlock();
    return code;
}

static int cut_write(sqlite3_file *file, const void *from, int n, sqlite3_int64 at)
{
    Image *image = handle_of(file)->image;
    lock();
    int code = event(SQLITE_IOERR_WRITE);
    if (code == SQLITE_OK) {
        if (at + n > image->size)
            resize(image, at + n);
        memcpy(image->bytes + at, from, (size_t)n);
        mark(image, at, at + n);
    }
    unlock();
    return code;
}

static int cut_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    lock();
    int code = event(SQLITE_IOERR_TRUNCATE);
    if (code == SQLITE_OK)
        resize(handle_of(file)->image, size);
    unlock();
    return code;
}

static int cut_sync(sqlite3_file *file, int flags)
{
    Handle *handle = handle_of(file);
    (void)flags;
    lock();
    int code = event(SQLITE_IOERR_FSYNC);
    if (code == SQLITE_OK) {
        put_image(handle->image);
        if (handle->syncs_folder)
            sync_folder_of(handle->image->path);
        handle->syncs_folder = false;
    }
    unlock();
    return code;
}

static int cut_file_size(sqlite3_file *file, sqlite3_int64 *ret)
{
    lock();
    *ret = handle_of(file)->image->size;
    unlock();
    return SQLITE_OK;
}

static int cut_lock(sqlite3_file *file, int level)
{
    sqlite3_file *real = handle_of(file)->real;
    return real->pMethods->xLock(real, level);
}

static int cut_unlock(sqlite3_file *file, int level)
{
    sqlite3_file *real = handle_of(file)->real;
    return real->pMethods->xUnlock(real, level);
}

static int cut_check_reserved_lock(sqlite3_file *file, int *ret)
{
    sqlite3_file *real = handle_of(file)->real;
    return real->pMethods->xCheckReservedLock(real, ret);
}

static int cut_file_control(sqlite3_file *file, int op, void *arg)
{
    sqlite3_file *real = handle_of(file)->real;
    /* These would change or map the real file. */
    if (op == SQLITE_FCNTL_SIZE_HINT || op == SQLITE_FCNTL_CHUNK_SIZE)
        return SQLITE_OK;
    if (op == SQLITE_FCNTL_MMAP_SIZE)
        return SQLITE_NOTFOUND;
    return real->pMethods->xFileControl(real, op, arg);
}

static int cut_sector_size(sqlite3_file *file)
{
    sqlite3_file *real = handle_of(file)->real;
    return real->pMethods->xSectorSize(real);
}

static int cut_characteristics(sqlite3_file *file)
{
    sqlite3_file *real = handle_of(file)->real;
    return real->pMethods->xDeviceCharacteristics(real);
}

static int cut_shm_map(sqlite3_file *file, int page, int bytes, int extend, void volatile **ret)
{
    sqlite3_file *real = handle_of(file)->real;
    return real->pMethods->xShmMap(real, page, bytes, extend, ret);
}

static int cut_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    sqlite3_file *real = handle_of(file)->real;
    return real->pMethods->xShmLock(real, offset, n, flags);
}

static void cut_shm_barrier(sqlite3_file *file)
{
    sqlite3_file *real = handle_of(file)->real;
    real->pMethods->xShmBarrier(real);
}

static int cut_shm_unmap(sqlite3_file *file, int delete_it)
{
    sqlite3_file *real = handle_of(file)->real;
    return real->pMethods->xShmUnmap(real, delete_it);
}

/* Version 2: no memory-mapped reading, which would go past the images. */
static const sqlite3_io_methods METHODS = {
    .iVersion = 2,
    .xClose = cut_close,
    .xRead = cut_read,
    .xWrite = cut_write,
    .xTruncate = cut_truncate,
    .xSync = cut_sync,
    .xFileSize = cut_file_size,
    .xLock = cut_lock,
    .xUnlock = cut_unlock,
    .xCheckReservedLock = cut_check_reserved_lock,
    .xFileControl = cut_file_control,
    .xSectorSize = cut_sector_size,
    .xDeviceCharacteristics = cut_characteristics,
    .xShmMap = cut_shm_map,
    .xShmLock = cut_shm_lock,
    .xShmBarrier = cut_shm_barrier,
    .xShmUnmap = cut_shm_unmap,
};

/* ---- methods of the VFS ---- */

static bool is_durable_kind(const char *path, int flags)
{
    int kinds = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL |
                SQLITE_OPEN_WAL;
    return path && (flags & kinds) && !(flags & SQLITE_OPEN_DELETEONCLOSE);
}

/* The real file exists by now; was_there says whether it did before. */
static Image *open_image(const char *path, bool was_there)
{
    Image *image = find_image(path);
    if (!image)
        return add_image(path, !was_there);
    if (image->deleted) {
        /* The old file is still on disk, and stays its content until the new one is synced. */
        image->deleted = false;
        resize(image, 0);
        image->resized = true;
    }
    return image;
}

static int open_locked(Handle *handle, const char *path, int flags, int *ret_flags)
{
    const Image *before = find_image(path);
    bool was_there = access(path, F_OK) == 0;
    if (cut.cut || (before && before->deleted && !(flags & SQLITE_OPEN_CREATE)))
        return SQLITE_CANTOPEN;
    int code = cut.real->xOpen(cut.real, path, handle->real, flags, ret_flags);
    if (code != SQLITE_OK)
        return code;
    handle->image = open_image(path, was_there);
    handle->syncs_folder = (flags & SQLITE_OPEN_CREATE) && !(flags & SQLITE_OPEN_MAIN_DB);
    handle->base.pMethods = &METHODS;
    return SQLITE_OK;
}

static int cut_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags,
                    int *ret_flags)
{
    Handle *handle = handle_of(file);
    (void)vfs;
    if (!is_durable_kind(path, flags))
        return cut.real->xOpen(cut.real, path, file, flags, ret_flags);
    memset(handle, 0, (size_t)cut.vfs.szOsFile);
    handle->real = (sqlite3_file *)(void *)(handle + 1);
    lock();
    int code = open_locked(handle, path, flags, ret_flags);
    unlock();
    return code;
}

static int delete_locked(const char *path, int sync_folder)
{
    Image *image = find_image(path);
    if (image && image->deleted)
        return SQLITE_IOERR_DELETE_NOENT;
    if (!image && access(path, F_OK) != 0)
        return SQLITE_IOERR_DELETE_NOENT;
    int code = event(SQLITE_IOERR_DELETE);
    if (code != SQLITE_OK)
        return code;
    if (!image)
        image = add_image(path, false);
    image->deleted = true;
    if (sync_folder)
        sync_folder_of(path);
    return SQLITE_OK;
}

static int cut_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
    (void)vfs;
    lock();
    int code = delete_locked(path, sync_folder);
    unlock();
    return code;
}

static int cut_access(sqlite3_vfs *vfs, const char *path, int flags, int *ret)
{
    int code = SQLITE_OK;
    (void)vfs;
    lock();
    const Image *image = find_image(path);
    if (cut.cut)
        code = SQLITE_IOERR_ACCESS;
    else if (image && image->deleted)
        *ret = 0;
    else if (image && flags == SQLITE_ACCESS_EXISTS)
        *ret = image->size > 0; /* an empty file counts as none, as in os_unix.c */
    else
        code = cut.real->xAccess(cut.real, path, flags, ret);
    unlock();
    return code;
}

static int cut_full_pathname(sqlite3_vfs *vfs, const char *path, int n, char *ret)
{
    (void)vfs;
    return cut.real->xFullPathname(cut.real, path, n, ret);
}

/* ---- control ---- */

static bool read_number(const char *value, uint64_t *ret)
{
    char *end;
    unsigned long long v = strtoull(value, &end, 10);
    if (*value < '0' || *value > '9' || *end)
        return false;
    *ret = v;
    return true;
}

static bool read_setting(Plan *plan, const char *name, const char *value)
{
    uint64_t number = 0;
    if (strcmp(name, "log") == 0)
        return snprintf(plan->log, sizeof plan->log, "%s", value) < (int)sizeof plan->log;
    if (strcmp(name, "code") == 0) {
        plan->code = strcmp(value, "full") == 0 ? SQLITE_FULL : SQLITE_IOERR;
        return plan->code == SQLITE_FULL || strcmp(value, "io") == 0;
    }
    if (!read_number(value, &number))
        return false;
    if (strcmp(name, "cut") == 0)
        plan->cut = number;
    else if (strcmp(name, "seed") == 0)
        plan->seed = number;
    else if (strcmp(name, "fail") == 0)
        plan->fail = number;
    else if (strcmp(name, "fails") == 0)
        plan->fails = number;
    else if (strcmp(name, "exit") == 0)
        plan->exit = number != 0;
    else
        return false;
    return true;
}

static bool read_plan(const char *control, Plan *ret)
{
    char text[CONTROL_BYTES];
    char *state = NULL;
    Plan plan = {.code = SQLITE_IOERR, .fails = 1};
    if (snprintf(text, sizeof text, "%s", control) >= (int)sizeof text)
        return false;
    for (char *one = strtok_r(text, ",", &state); one; one = strtok_r(NULL, ",", &state)) {
        char *value = strchr(one, '=');
        if (!value)
            return false;
        *value++ = '\0';
        if (!read_setting(&plan, one, value))
            return false;
    }
    *ret = plan;
    return true;
}

/* Without a cut everything reaches the disk in the end. */
static void settle(void)
{
    for (Image *image = cut.images; image; image = image->next) {
        if (image->deleted)
            unlink(image->path);
        else
            put_image(image);
    }
}

bool cut_vfs_control(const char *control)
{
    Plan plan;
    if (!read_plan(control, &plan))
        return false;
    lock();
    if (!cut.cut)
        settle();
    while (cut.images)
        remove_image(cut.images);
    cut.plan = plan;
    cut.random = plan.seed;
    cut.events = 0;
    cut.cut = false;
    unlock();
    return true;
}

bool cut_vfs_register(const char *control, bool make_default)
{
    if (!cut.real) {
        cut.real = sqlite3_vfs_find("unix");
        if (!cut.real)
            return false;
        cut.vfs = *cut.real;
        cut.vfs.pNext = NULL;
        cut.vfs.zName = "cut";
        cut.vfs.szOsFile = (int)sizeof(Handle) + cut.real->szOsFile;
        cut.vfs.xOpen = cut_open;
        cut.vfs.xDelete = cut_delete;
        cut.vfs.xAccess = cut_access;
        cut.vfs.xFullPathname = cut_full_pathname;
    }
    return cut_vfs_control(control) && sqlite3_vfs_register(&cut.vfs, make_default) == SQLITE_OK;
}

void cut_vfs_now(void)
{
    lock();
    cut_locked();
    unlock();
}

bool cut_vfs_is_cut(void)
{
    lock();
    bool is_cut = cut.cut;
    unlock();
    return is_cut;
}

uint64_t cut_vfs_events(void)
{
    lock();
    uint64_t events = cut.events;
    unlock();
    return events;
}
