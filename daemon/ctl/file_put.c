/* SPDX-License-Identifier: EUPL-1.2 */
/* file_put.c - see file_put.h. */
#include "ctl/file_put.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* "/var/lib/x/duaalsync.prom" as "/var/lib/x/.duaalsync.prom.XXXXXX": a name that no collector reads. */
static bool name_beside(const char *path, char out[PATH_MAX])
{
	const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
	int len = snprintf(out, PATH_MAX, "%.*s.%s.XXXXXX", (int)(name - path), path, name);
	return name[0] != '\0' && len > 0 && len < PATH_MAX;
}

static bool write_all(int fd, struct text text)
{
	while (text.len > 0) {
		ssize_t put = write(fd, text.at, text.len);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return false;
		text = text_make(text.at + put, text.len - (size_t)put);
	}
	return true;
}

static bool is_not_offered(int why)
{
	return why == EINVAL || why == ENOSYS || why == EOPNOTSUPP || why == EPERM;
}

/* What nothing else can do is done in two steps: the name is made, so that it is ours, and then gets the file. */
static bool claim_place(const char *beside, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	close(fd);
	if (rename(beside, path) == 0)
		return true;
	int why = errno;
	unlink(path);
	errno = why;
	return false;
}

/* NFS knows no flag of a rename, and a USB stick (vfat) no second name. */
static bool take_free_place(const char *beside, const char *path)
{
	if (renameat2(AT_FDCWD, beside, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
		return true;
	if (!is_not_offered(errno))
		return false;
	if (link(beside, path) == 0)
		return unlink(beside) == 0;
	return is_not_offered(errno) && claim_place(beside, path);
}

static bool take_place(const char *beside, const char *path, bool replace)
{
	return replace ? rename(beside, path) == 0 : take_free_place(beside, path);
}

/* Of a file that was just made this is only refused where files have no mode of their own: there the mount says who may read. */
static bool set_mode(int fd, mode_t mode)
{
	return fchmod(fd, mode) == 0 || is_not_offered(errno);
}

static bool write_file(const char *path, const char *beside, int fd, struct text text, mode_t mode, bool replace)
{
	bool written = write_all(fd, text) && set_mode(fd, mode);
	int why = errno;
	if (close(fd) != 0 && written) {
		written = false;
		why = errno;
	}
	if (written && take_place(beside, path, replace))
		return true;
	why = written ? errno : why;
	unlink(beside);
	errno = why;
	return false;
}

int file_put(const char *path, struct text text, mode_t mode, bool replace)
{
	char beside[PATH_MAX];
	if (!name_beside(path, beside)) {
		errno = EINVAL;
		return ERR_INVALID;
	}
	int fd = mkostemp(beside, O_CLOEXEC);
	return fd >= 0 && write_file(path, beside, fd, text, mode, replace) ? 0 : ERR_IO;
}
