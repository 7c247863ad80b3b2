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

static bool take_place(const char *beside, const char *path, bool replace)
{
	if (replace)
		return rename(beside, path) == 0;
	return link(beside, path) == 0 && unlink(beside) == 0;
}

static bool write_file(const char *path, const char *beside, int fd, struct text text, mode_t mode, bool replace)
{
	bool written = write_all(fd, text) && fchmod(fd, mode) == 0;
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
