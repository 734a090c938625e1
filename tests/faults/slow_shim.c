/* Shim: each call to a file below a folder takes long, as on a network share, for `slow_folder.py`.

   LD_PRELOAD=slow_shim.so SLOW_ROOT=/folder SLOW_MS=300 SLOW_LOG=/elsewhere/log. Each call of the process SLOW_PID is a
   line of the log: seconds since 1970, the thread ("window" for the first one, else its number), the call, the path. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static void slow(const char *call, const char *path) {
    const char *root = getenv("SLOW_ROOT"), *ms = getenv("SLOW_MS"), *log = getenv("SLOW_LOG"), *pid = getenv("SLOW_PID");
    if (!root || !ms || !path || strncmp(path, root, strlen(root))) return;
    if (log && pid && atol(pid) == getpid()) {
        char line[PATH_MAX + 128], thread[24] = "window";
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        long number = syscall(SYS_gettid);
        if (number != getpid()) snprintf(thread, sizeof thread, "%ld", number);
        int length = snprintf(line, sizeof line, "%ld.%03ld\t%s\t%s\t%s\n", now.tv_sec, now.tv_nsec / 1000000, thread, call, path);
        int file = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (file >= 0) {
            if (write(file, line, (size_t)length) < 0) abort();
            close(file);
        }
    }
    long wait = atol(ms);
    struct timespec time = {wait / 1000, wait % 1000 * 1000000};
    nanosleep(&time, NULL);
}

/* A name within an open folder, or an open file itself. */
static void slow_at(const char *call, int folder, const char *path) {
    char link[64], found[PATH_MAX];
    if (path && path[0] == '/') {
        slow(call, path);
        return;
    }
    if (folder < 0) return;
    snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    long length = syscall(SYS_readlinkat, AT_FDCWD, link, found, sizeof found - 1);
    if (length <= 0) return;
    found[length] = 0;
    slow(call, found);
}

static mode_t mode_of(int flags, va_list more) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; }

#define OPEN(name)                                                 \
    int name(const char *path, int flags, ...) {                   \
        va_list more;                                              \
        va_start(more, flags);                                     \
        mode_t mode = mode_of(flags, more);                        \
        va_end(more);                                              \
        slow("open", path);                                        \
        return NEXT(name)(path, flags, mode);                      \
    }
#define OPENAT(name)                                               \
    int name(int folder, const char *path, int flags, ...) {       \
        va_list more;                                              \
        va_start(more, flags);                                     \
        mode_t mode = mode_of(flags, more);                        \
        va_end(more);                                              \
        slow_at("open", folder, path);                             \
        return NEXT(name)(folder, path, flags, mode);              \
    }
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

FILE *fopen(const char *path, const char *mode) { slow("open", path); return NEXT(fopen)(path, mode); }
FILE *fopen64(const char *path, const char *mode) { slow("open", path); return NEXT(fopen64)(path, mode); }
DIR *opendir(const char *path) { slow("list", path); return NEXT(opendir)(path); }
int stat(const char *path, struct stat *found) { slow("stat", path); return NEXT(stat)(path, found); }
int lstat(const char *path, struct stat *found) { slow("stat", path); return NEXT(lstat)(path, found); }
int stat64(const char *path, struct stat64 *found) { slow("stat", path); return NEXT(stat64)(path, found); }
int lstat64(const char *path, struct stat64 *found) { slow("stat", path); return NEXT(lstat64)(path, found); }
int fstatat(int folder, const char *path, struct stat *found, int flags) {
    slow_at("stat", folder, path);
    return NEXT(fstatat)(folder, path, found, flags);
}
int fstatat64(int folder, const char *path, struct stat64 *found, int flags) {
    slow_at("stat", folder, path);
    return NEXT(fstatat64)(folder, path, found, flags);
}
int statx(int folder, const char *path, int flags, unsigned int mask, struct statx *found) {
    slow_at("stat", folder, path);
    return NEXT(statx)(folder, path, flags, mask, found);
}
int access(const char *path, int mode) { slow("access", path); return NEXT(access)(path, mode); }
int mkdir(const char *path, mode_t mode) { slow("mkdir", path); return NEXT(mkdir)(path, mode); }
int unlink(const char *path) { slow("unlink", path); return NEXT(unlink)(path); }
int rename(const char *path, const char *to) { slow("rename", path); return NEXT(rename)(path, to); }
int fsync(int file) { slow_at("fsync", file, NULL); return NEXT(fsync)(file); }
