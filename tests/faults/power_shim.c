/* Shim: records what a process does to the files below a folder, for `power_loss.py`.

   LD_PRELOAD=power_shim.so POWER_ROOT=/folder POWER_LOG=/elsewhere/log. Each record is one write to the log:
   kind (1 byte), file number (8), second number or offset (8), length (4), bytes. Kinds:
     C path  a file was made            T file, length  truncated        W file, offset, bytes  written
     S file  synced                     R old\0new      renamed          U path  removed
     M path  a folder was made          D path  a folder was removed     A  everything was synced
   A folder is a file, too: its number is in M and S. Numbers are those of the disk, and may be used again. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER; /* records stand in the order of what they record */
static int log_fd = -2;
static char root[PATH_MAX];
static size_t root_length;

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int recording(void) {
    if (log_fd == -2) {
        const char *folder = getenv("POWER_ROOT"), *log = getenv("POWER_LOG");
        log_fd = -1;
        if (folder && log) {
            snprintf(root, sizeof root, "%s", folder);
            root_length = strlen(root);
            log_fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        }
    }
    return log_fd >= 0;
}

static int inside(const char *path) {
    return recording() && !strncmp(path, root, root_length) && (path[root_length] == '/' || !path[root_length]);
}

static void note(char kind, uint64_t number, uint64_t offset, const void *data, size_t length) {
    char head[21];
    uint32_t size = (uint32_t)length;
    head[0] = kind;
    memcpy(head + 1, &number, 8);
    memcpy(head + 9, &offset, 8);
    memcpy(head + 17, &size, 4);
    struct iovec parts[2] = {{head, sizeof head}, {(void *)data, length}};
    if (syscall(SYS_writev, log_fd, parts, 2) != (long)(sizeof head + length)) abort();
}

/* The absolute path of a name, also relative to an open folder. */
static int absolute(int folder, const char *name, char *out) {
    if (name[0] == '/') {
        snprintf(out, PATH_MAX, "%s", name);
        return 1;
    }
    char link[64], place[PATH_MAX];
    ssize_t length;
    if (folder == AT_FDCWD)
        length = getcwd(place, sizeof place) ? (ssize_t)strlen(place) : -1;
    else {
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        length = readlink(link, place, sizeof place - 1);
    }
    if (length < 0) return 0;
    place[length] = 0;
    return snprintf(out, PATH_MAX, "%s/%s", place, name) < PATH_MAX;
}

/* The number of an open file below the folder; 0: it is none. */
static uint64_t number_of(int fd) {
    char link[64], place[PATH_MAX];
    struct stat found;
    if (!recording() || fd == log_fd || fstat(fd, &found)) return 0;
    if (!S_ISREG(found.st_mode) && !S_ISDIR(found.st_mode)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, place, sizeof place - 1);
    if (length < 0) return 0;
    place[length] = 0;
    return inside(place) ? found.st_ino : 0;
}

static int opened(int folder, const char *name, int flags, mode_t mode) {
    char path[PATH_MAX];
    struct stat before, after;
    if (!(flags & (O_CREAT | O_TRUNC)) || !absolute(folder, name, path) || !inside(path))
        return (int)syscall(SYS_openat, folder, name, flags, mode);
    pthread_mutex_lock(&order);
    int was = !lstat(path, &before);
    int fd = (int)syscall(SYS_openat, folder, name, flags, mode), error = errno;
    if (fd >= 0 && !fstat(fd, &after)) {
        if (!was) note('C', after.st_ino, 0, path, strlen(path));
        else if (flags & O_TRUNC) note('T', after.st_ino, 0, "", 0);
    }
    pthread_mutex_unlock(&order);
    errno = error;
    return fd;
}

#define OPENED(folder) \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    } \
    return opened(folder, name, flags, mode);

int open(const char *name, int flags, ...) { OPENED(AT_FDCWD) }
int open64(const char *name, int flags, ...) { OPENED(AT_FDCWD) }
int openat(int folder, const char *name, int flags, ...) { OPENED(folder) }
int openat64(int folder, const char *name, int flags, ...) { OPENED(folder) }

ssize_t write(int fd, const void *data, size_t count) {
    uint64_t number = number_of(fd);
    if (!number) return syscall(SYS_write, fd, data, count);
    pthread_mutex_lock(&order);
    off_t at = fcntl(fd, F_GETFL) & O_APPEND ? lseek(fd, 0, SEEK_END) : lseek(fd, 0, SEEK_CUR);
    ssize_t done = syscall(SYS_write, fd, data, count);
    int error = errno;
    if (done > 0) note('W', number, (uint64_t)at, data, (size_t)done);
    pthread_mutex_unlock(&order);
    errno = error;
    return done;
}

static ssize_t written_at(int fd, const void *data, size_t count, off_t at) {
    uint64_t number = number_of(fd);
    if (!number) return syscall(SYS_pwrite64, fd, data, count, at);
    pthread_mutex_lock(&order);
    ssize_t done = syscall(SYS_pwrite64, fd, data, count, at);
    int error = errno;
    if (done > 0) note('W', number, (uint64_t)at, data, (size_t)done);
    pthread_mutex_unlock(&order);
    errno = error;
    return done;
}
ssize_t pwrite(int fd, const void *data, size_t count, off_t at) { return written_at(fd, data, count, at); }
ssize_t pwrite64(int fd, const void *data, size_t count, off_t at) { return written_at(fd, data, count, at); }

static int cut(int fd, off_t length) {
    uint64_t number = number_of(fd);
    pthread_mutex_lock(&order);
    int failed = (int)syscall(SYS_ftruncate, fd, length), error = errno;
    if (!failed && number) note('T', number, (uint64_t)length, "", 0);
    pthread_mutex_unlock(&order);
    errno = error;
    return failed;
}
int ftruncate(int fd, off_t length) { return cut(fd, length); }
int ftruncate64(int fd, off_t length) { return cut(fd, length); }

/* What counts as synced is what was written before the call. */
static int synced(int fd, long call) {
    uint64_t number = number_of(fd);
    pthread_mutex_lock(&order);
    int failed = (int)syscall(call, fd), error = errno;
    if (!failed && number) note('S', number, 0, "", 0);
    pthread_mutex_unlock(&order);
    errno = error;
    return failed;
}
int fsync(int fd) { return synced(fd, SYS_fsync); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }

/* A real sync of the whole machine would take minutes beside other work; the record is what the replay needs. */
void sync(void) {
    pthread_mutex_lock(&order);
    if (recording()) note('A', 0, 0, "", 0);
    pthread_mutex_unlock(&order);
}

static int renamed(int from, const char *old, int to, const char *new, unsigned flags) {
    char paths[2 * PATH_MAX], second[PATH_MAX];
    int known = absolute(from, old, paths) && absolute(to, new, second) && inside(paths) && inside(second);
    pthread_mutex_lock(&order);
    int failed = (int)syscall(SYS_renameat2, from, old, to, new, flags), error = errno;
    if (!failed && known) {
        size_t length = strlen(paths) + 1;
        memcpy(paths + length, second, strlen(second));
        note('R', 0, 0, paths, length + strlen(second));
    }
    pthread_mutex_unlock(&order);
    errno = error;
    return failed;
}
int rename(const char *old, const char *new) { return renamed(AT_FDCWD, old, AT_FDCWD, new, 0); }
int renameat(int from, const char *old, int to, const char *new) { return renamed(from, old, to, new, 0); }

static int removed(int folder, const char *name, int flags) {
    char path[PATH_MAX];
    int known = absolute(folder, name, path) && inside(path);
    pthread_mutex_lock(&order);
    int failed = (int)syscall(SYS_unlinkat, folder, name, flags), error = errno;
    if (!failed && known) note(flags & AT_REMOVEDIR ? 'D' : 'U', 0, 0, path, strlen(path));
    pthread_mutex_unlock(&order);
    errno = error;
    return failed;
}
int unlink(const char *name) { return removed(AT_FDCWD, name, 0); }
int unlinkat(int folder, const char *name, int flags) { return removed(folder, name, flags); }
int rmdir(const char *name) { return removed(AT_FDCWD, name, AT_REMOVEDIR); }

static int made(int folder, const char *name, mode_t mode) {
    char path[PATH_MAX];
    struct stat found;
    int known = absolute(folder, name, path) && inside(path);
    pthread_mutex_lock(&order);
    int failed = (int)syscall(SYS_mkdirat, folder, name, mode), error = errno;
    if (!failed && known && !lstat(path, &found)) note('M', found.st_ino, 0, path, strlen(path));
    pthread_mutex_unlock(&order);
    errno = error;
    return failed;
}
int mkdir(const char *name, mode_t mode) { return made(AT_FDCWD, name, mode); }
int mkdirat(int folder, const char *name, mode_t mode) { return made(folder, name, mode); }
