/* Loaded before a program's libraries, it notes what the program does to the files below $RECORDED_FOLDER, in order, in
 * the file $RECORD: writes with their bytes, changes of size, syncs, removed and renamed names; and, beside them, the
 * lines of progress that the program prints. A reader can then rebuild what a disk held at any moment.
 *
 * A record: one letter, the length of the path and of the data and a place in the file (64-bit each), path, data.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void put(int fd, const void *bytes, size_t count)
{
    while (count) {
        ssize_t done = syscall(SYS_write, fd, bytes, count);
        if (done <= 0)
            abort();
        bytes = (const char *)bytes + done;
        count -= (size_t)done;
    }
}

static void note(char what, const char *path, const void *data, size_t count, int64_t place)
{
    int kept = errno;
    pthread_mutex_lock(&lock);
    int fd = (int)syscall(SYS_openat, AT_FDCWD, getenv("RECORD"), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        abort();
    uint64_t sizes[3] = {strlen(path), count, (uint64_t)place};
    put(fd, &what, 1);
    put(fd, sizes, sizeof sizes);
    put(fd, path, sizes[0]);
    put(fd, data, count);
    syscall(SYS_close, fd);
    pthread_mutex_unlock(&lock);
    errno = kept;
}

static int below(const char *path)
{
    const char *folder = getenv("RECORDED_FOLDER");
    return folder && getenv("RECORD") && strncmp(path, folder, strlen(folder)) == 0;
}

/* The path of an open file, if it is to be noted. */
static int path_of(int fd, char *path)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int kept = errno;
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    errno = kept;
    if (length < 0)
        return 0;
    path[length] = 0;
    return below(path);
}

#define NEXT(type, name, ...)                                                                                          \
    static type (*next)(__VA_ARGS__);                                                                                  \
    if (!next)                                                                                                         \
        next = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name);

ssize_t write(int fd, const void *bytes, size_t count)
{
    NEXT(ssize_t, "write", int, const void *, size_t)
    char path[PATH_MAX];
    if (fd == 1 && count > 7 && memcmp(bytes, "{\"done\"", 7) == 0 && getenv("RECORD"))
        note('p', "", bytes, count, 0);
    int noted = path_of(fd, path);
    int64_t place = noted ? lseek(fd, 0, SEEK_CUR) : 0;
    ssize_t done = next(fd, bytes, count);
    if (noted && done > 0)
        note('w', path, bytes, (size_t)done, place);
    return done;
}

static ssize_t written(int fd, const void *bytes, ssize_t done, int64_t place)
{
    char path[PATH_MAX];
    if (done > 0 && path_of(fd, path))
        note('w', path, bytes, (size_t)done, place);
    return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t place)
{
    NEXT(ssize_t, "pwrite", int, const void *, size_t, off_t)
    return written(fd, bytes, next(fd, bytes, count, place), place);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t place)
{
    NEXT(ssize_t, "pwrite64", int, const void *, size_t, off64_t)
    return written(fd, bytes, next(fd, bytes, count, place), place);
}

static int noted(char what, int fd, int result, int64_t place)
{
    char path[PATH_MAX];
    if (result == 0 && path_of(fd, path))
        note(what, path, "", 0, place);
    return result;
}

int ftruncate(int fd, off_t size)
{
    NEXT(int, "ftruncate", int, off_t)
    return noted('t', fd, next(fd, size), size);
}

int ftruncate64(int fd, off64_t size)
{
    NEXT(int, "ftruncate64", int, off64_t)
    return noted('t', fd, next(fd, size), size);
}

int fsync(int fd)
{
    NEXT(int, "fsync", int)
    return noted('s', fd, next(fd), 0);
}

int fdatasync(int fd)
{
    NEXT(int, "fdatasync", int)
    return noted('s', fd, next(fd), 0);
}

int unlink(const char *name)
{
    NEXT(int, "unlink", const char *)
    int result = next(name);
    if (result == 0 && below(name))
        note('u', name, "", 0, 0);
    return result;
}

int rename(const char *from, const char *to)
{
    NEXT(int, "rename", const char *, const char *)
    int result = next(from, to);
    if (result == 0 && below(to))
        note('r', from, to, strlen(to), 0);
    return result;
}
