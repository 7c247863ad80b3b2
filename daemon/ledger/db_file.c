/* SPDX-License-Identifier: EUPL-1.2 */
/* db_file.c - see db_file.h. */
#include "ledger/db_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOBODY ((uid_t)-1)

static int judge(int fd, const char *path, uid_t reader, struct err *err)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return err_set(err, ERR_IO, "ledger %s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_DENIED, "ledger %s: not a regular file", path);
	if (st.st_uid != geteuid() && reader != 0)
		return err_set(err, ERR_DENIED,
			       "ledger %s: belongs to another user; give it to the one that runs duaal-ledger", path);
	if ((st.st_mode & 077) != 0)
		return err_set(err, ERR_DENIED, "ledger %s: open to other users; chmod 600 it", path);
	return 0;
}

/* The new name is only safe once its directory is on disk. */
static int sync_directory(const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	char *directory = slash == NULL ? strdup(".") : strndup(path, slash == path ? 1 : (size_t)(slash - path));
	if (directory == NULL)
		return err_nomem(err);
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int code = 0;
	if (fd < 0 || fsync(fd) < 0)
		code = err_set(err, ERR_IO, "directory %s of the ledger: %s", directory, strerror(errno));
	if (fd >= 0)
		close(fd);
	free(directory);
	return code;
}

static int make(const char *path, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_set(err, ERR_IO, "ledger %s cannot be made: %s", path, strerror(errno));
	close(fd);
	return sync_directory(path, err);
}

/* reader: who only reads it; else NOBODY. */
static int check(const char *path, bool must_exist, uid_t reader, struct err *err)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT && !must_exist)
		return make(path, err);
	if (fd < 0 && errno == ENOENT)
		return err_set(
			err, ERR_NOT_FOUND,
			"ledger %s does not exist: put it back, or start duaalsyncd anew; what is then found in the "
			"application's directory is adopted and nothing of it removed",
			path);
	if (fd < 0 && errno == ELOOP)
		return err_set(err, ERR_DENIED, "ledger %s: a symbolic link; name the file itself", path);
	if (fd < 0)
		return err_set(err, ERR_IO, "ledger %s: %s", path, strerror(errno));
	int code = judge(fd, path, reader, err);
	close(fd);
	return code;
}

int db_file_check(const char *path, bool must_exist, struct err *err)
{
	return check(path, must_exist, NOBODY, err);
}

int db_file_check_reading(const char *path, struct err *err)
{
	return check(path, true, geteuid(), err);
}

#define LOCK_AGAIN_MS 20

int db_file_lock(const char *path, unsigned wait_ms, int *ret_fd, struct err *err)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), failed = fd < 0 ? errno : 0;
	for (unsigned waited = 0; failed == 0 && flock(fd, LOCK_EX | LOCK_NB) < 0; waited += LOCK_AGAIN_MS) {
		if ((errno != EWOULDBLOCK && errno != EINTR) || waited >= wait_ms)
			failed = errno;
		else
			usleep(LOCK_AGAIN_MS * 1000);
	}
	if (failed == 0) {
		*ret_fd = fd;
		return 0;
	}
	if (fd >= 0)
		close(fd);
	if (failed == EWOULDBLOCK)
		return err_set(
			err, ERR_UNAVAILABLE,
			"ledger %s: another duaal-ledger still works with it; it ends with its planner, or end it by "
			"hand",
			path);
	return err_set(err, ERR_IO, "ledger %s cannot be locked: %s", path, strerror(failed));
}

struct file_id file_id_of(const char *path, const char *suffix)
{
	char name[PATH_MAX];
	struct stat st;
	int len = snprintf(name, sizeof(name), "%s%s", path, suffix);
	if (len < 0 || (size_t)len >= sizeof(name) || lstat(name, &st) < 0)
		return (struct file_id){0};
	return (struct file_id){st.st_dev, st.st_ino};
}
