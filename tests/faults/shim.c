/*
 * Makes calls that change files fail, as a failing or a full disk does. Loaded before the C library
 * (LD_PRELOAD); only files below one folder are concerned.
 *
 *   FAULT_FOLDER  the folder
 *   FAULT_LOG     a file outside of it: a line for each fault, and the number of calls at the end
 *   FAULT_AT      the number of the first call to fail, from 1; 0 only counts
 *   FAULT_KIND    eio, enospc, or short: half of the bytes are written, then there is no space
 *   FAULT_ALWAYS  1: every call from that one on, else that one alone
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))real(&real_##name, #name))
#define DECLARE(name) static void *real_##name

enum kind { EIO_KIND, ENOSPC_KIND, SHORT_KIND };
enum verdict { GOES, FAILS, HALVES };

static const char *folder;
static int log_file = -1;
static long at, calls;
static enum kind kind;
static int always;
/* The call after a short write finds the disk full. */
static int after_short;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

DECLARE(write);
DECLARE(pwrite);
DECLARE(pwrite64);
DECLARE(writev);
DECLARE(copy_file_range);
DECLARE(fsync);
DECLARE(fdatasync);
DECLARE(ftruncate);
DECLARE(ftruncate64);
DECLARE(rename);
DECLARE(unlink);
DECLARE(mkdir);
DECLARE(open);
DECLARE(open64);
DECLARE(openat);
DECLARE(openat64);

static void *real(void **found, const char *name)
{
	if (!*found)
		*found = dlsym(RTLD_NEXT, name);
	return *found;
}

static void say(const char *text)
{
	if (log_file >= 0 && REAL(write)(log_file, text, strlen(text)) < 0)
		log_file = -1;
}

__attribute__((constructor)) static void begin(void)
{
	const char *text;

	if ((text = getenv("FAULT_LOG")))
		log_file = REAL(open)(text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if ((text = getenv("FAULT_AT")))
		at = atol(text);
	if ((text = getenv("FAULT_KIND")))
		kind = !strcmp(text, "eio") ? EIO_KIND
		     : !strcmp(text, "enospc") ? ENOSPC_KIND : SHORT_KIND;
	always = (text = getenv("FAULT_ALWAYS")) && *text == '1';
	folder = getenv("FAULT_FOLDER");
}

__attribute__((destructor)) static void end(void)
{
	char line[64];

	snprintf(line, sizeof line, "calls %ld\n", calls);
	say(line);
}

static int is_below(const char *path)
{
	size_t length = folder ? strlen(folder) : 0;

	return length && !strncmp(path, folder, length) && path[length] == '/';
}

static const char *path_of(int file, char *path)
{
	char link[64];
	ssize_t length;

	snprintf(link, sizeof link, "/proc/self/fd/%d", file);
	length = readlink(link, path, PATH_MAX - 1);
	path[length < 0 ? 0 : length] = 0;
	return path;
}

/* What becomes of a call on a path; sets errno where it fails. */
static enum verdict judge(const char *call, const char *path, int writes)
{
	enum verdict verdict = GOES;
	char line[PATH_MAX + 64];

	if (!is_below(path))
		return GOES;
	pthread_mutex_lock(&lock);
	calls++;
	if (after_short || (at && (always ? calls >= at : calls == at))) {
		verdict = kind == SHORT_KIND && writes && !after_short ? HALVES : FAILS;
		/* From then on: a full disk stays full. */
		after_short = verdict == HALVES || (after_short && always);
	}
	if (verdict != GOES) {
		snprintf(line, sizeof line, "%ld %s %s %s\n", calls, call,
			 verdict == HALVES ? "halved" : "failed", path);
		say(line);
	}
	pthread_mutex_unlock(&lock);
	if (verdict == FAILS)
		errno = kind == EIO_KIND ? EIO : ENOSPC;
	return verdict;
}

static enum verdict judge_file(const char *call, int file, int writes)
{
	char path[PATH_MAX];

	return judge(call, path_of(file, path), writes);
}

/* At least one byte: a write of none is no error, and is tried again for ever. */
static size_t half(size_t length)
{
	return length > 1 ? length / 2 : length;
}

ssize_t write(int file, const void *bytes, size_t length)
{
	enum verdict verdict = judge_file("write", file, 1);

	if (verdict == FAILS)
		return -1;
	return REAL(write)(file, bytes, verdict == HALVES ? half(length) : length);
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset)
{
	enum verdict verdict = judge_file("pwrite", file, 1);

	if (verdict == FAILS)
		return -1;
	return REAL(pwrite)(file, bytes, verdict == HALVES ? half(length) : length, offset);
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t offset)
{
	enum verdict verdict = judge_file("pwrite", file, 1);

	if (verdict == FAILS)
		return -1;
	return REAL(pwrite64)(file, bytes, verdict == HALVES ? half(length) : length, offset);
}

ssize_t writev(int file, const struct iovec *parts, int count)
{
	enum verdict verdict = judge_file("writev", file, 1);

	if (verdict == FAILS)
		return -1;
	return REAL(writev)(file, parts, verdict == HALVES && count > 1 ? count / 2 : count);
}

ssize_t copy_file_range(int from, off64_t *from_at, int to, off64_t *to_at, size_t length,
			unsigned int flags)
{
	enum verdict verdict = judge_file("copy_file_range", to, 1);

	if (verdict == FAILS)
		return -1;
	/* Asked for far more than there is: half of that would be all of it. */
	if (verdict == HALVES)
		length = length > 4096 ? 4096 : half(length);
	return REAL(copy_file_range)(from, from_at, to, to_at, length, flags);
}

int fsync(int file)
{
	return judge_file("fsync", file, 0) == FAILS ? -1 : REAL(fsync)(file);
}

int fdatasync(int file)
{
	return judge_file("fdatasync", file, 0) == FAILS ? -1 : REAL(fdatasync)(file);
}

int ftruncate(int file, off_t length)
{
	return judge_file("ftruncate", file, 0) == FAILS ? -1 : REAL(ftruncate)(file, length);
}

int ftruncate64(int file, off64_t length)
{
	return judge_file("ftruncate", file, 0) == FAILS ? -1 : REAL(ftruncate64)(file, length);
}

int rename(const char *from, const char *to)
{
	return judge("rename", to, 0) == FAILS ? -1 : REAL(rename)(from, to);
}

int unlink(const char *path)
{
	return judge("unlink", path, 0) == FAILS ? -1 : REAL(unlink)(path);
}

int mkdir(const char *path, mode_t mode)
{
	return judge("mkdir", path, 0) == FAILS ? -1 : REAL(mkdir)(path, mode);
}

/* Opening is a change only where it may make the file. */
static int may_open(const char *path, int flags)
{
	return !(flags & O_CREAT) || judge("open", path, 0) != FAILS;
}

#define MODE(flags)                                        \
	mode_t mode = 0;                                   \
	if ((flags) & (O_CREAT | __O_TMPFILE)) {           \
		va_list rest;                              \
		va_start(rest, flags);                     \
		mode = va_arg(rest, mode_t);               \
		va_end(rest);                              \
	}

int open(const char *path, int flags, ...)
{
	MODE(flags)
	return may_open(path, flags) ? REAL(open)(path, flags, mode) : -1;
}

int open64(const char *path, int flags, ...)
{
	MODE(flags)
	return may_open(path, flags) ? REAL(open64)(path, flags, mode) : -1;
}

int openat(int at_folder, const char *path, int flags, ...)
{
	MODE(flags)
	return may_open(path, flags) ? REAL(openat)(at_folder, path, flags, mode) : -1;
}

int openat64(int at_folder, const char *path, int flags, ...)
{
	MODE(flags)
	return may_open(path, flags) ? REAL(openat64)(at_folder, path, flags, mode) : -1;
}
