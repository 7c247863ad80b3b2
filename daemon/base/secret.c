/* SPDX-License-Identifier: EUPL-1.2 */
/* secret.c - see secret.h. */
#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct secret {
	size_t len;
	char bytes[SECRET_MAX + 2]; /* one for the newline, one to notice what is too long */
};

/* Files that systemd made for this service: their modes are its business (an ACL shows as 0440). */
static bool is_credential(const char *path)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	size_t len = dir != NULL ? strlen(dir) : 0;
	return len > 0 && strncmp(path, dir, len) == 0 && path[len] == '/' && strstr(path + len, "/..") == NULL;
}

static int check_modes(int fd, const char *path, struct err *err)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_DENIED, "%s: a secret must be a regular file", path);
	if (is_credential(path))
		return 0;
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return err_set(err, ERR_DENIED, "%s: must belong to root or to the user of this service (chown root)",
			       path);
	if ((st.st_mode & 077) != 0)
		return err_set(err, ERR_DENIED, "%s: group or others may read or write it (chmod 0600)", path);
	return 0;
}

static int read_all(int fd, const char *path, struct secret *secret, struct err *err)
{
	while (secret->len < sizeof(secret->bytes)) {
		ssize_t got = read(fd, secret->bytes + secret->len, sizeof(secret->bytes) - secret->len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
		if (got == 0)
			break;
		secret->len += (size_t)got;
	}
	return 0;
}

static int check_content(struct secret *secret, const char *path, struct err *err)
{
	if (secret->len > 0 && secret->bytes[secret->len - 1] == '\n')
		secret->len--;
	if (secret->len == 0)
		return err_set(err, ERR_INVALID, "%s: is empty; put the secret in it", path);
	if (secret->len > SECRET_MAX)
		return err_set(err, ERR_INVALID, "%s: is longer than %d bytes", path, SECRET_MAX);
	if (memchr(secret->bytes, 0, secret->len) != NULL)
		return err_set(err, ERR_INVALID, "%s: holds a NUL byte; only text can be a secret", path);
	return 0;
}

static int read_open(int fd, const char *path, struct secret **ret, struct err *err)
{
	int rc = check_modes(fd, path, err);
	if (rc < 0)
		return rc;
	struct secret *secret = sodium_init() < 0 ? NULL : sodium_malloc(sizeof(*secret));
	if (secret == NULL)
		return err_nomem(err);
	secret->len = 0;
	rc = read_all(fd, path, secret, err);
	if (rc == 0)
		rc = check_content(secret, path, err);
	if (rc < 0) {
		secret_free(secret);
		return rc;
	}
	sodium_mprotect_readonly(secret);
	*ret = secret;
	return 0;
}

int secret_read_file(const char *path, struct secret **ret, struct err *err)
{
	if (path == NULL || path[0] == '\0')
		return err_set(err, ERR_INVALID, "no file is named for the secret");
	/* O_NONBLOCK: opening a FIFO must not wait; it is refused right after. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 && errno == ELOOP)
		return err_set(err, ERR_DENIED, "%s: is a symbolic link; name the file itself", path);
	if (fd < 0)
		return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
	int rc = read_open(fd, path, ret, err);
	close(fd);
	return rc;
}

int secret_read_credential(const char *name, struct secret **ret, struct err *err)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	if (dir == NULL || dir[0] == '\0')
		return err_set(
			err, ERR_NOT_FOUND,
			"credential %s: this service has none; LoadCredential=%s:FILE in a drop-in of its unit gives "
			"it to it",
			name, name);
	if (name[0] == '\0' || name[0] == '.' || strchr(name, '/') != NULL)
		return err_set(err, ERR_INVALID, "credential %s: the name must be a plain file name", name);
	char path[PATH_MAX];
	int len = snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (len < 0 || (size_t)len >= sizeof(path))
		return err_set(err, ERR_INVALID, "credential %s: the path is too long", name);
	return secret_read_file(path, ret, err);
}

int secret_check_file(const char *path, struct err *err)
{
	struct secret *secret = NULL;
	int rc = secret_read_file(path, &secret, err);
	secret_free(secret);
	return rc;
}

struct text secret_use(const struct secret *secret)
{
	return secret != NULL ? text_make(secret->bytes, secret->len) : text_of(NULL);
}

struct secret *secret_free(struct secret *secret)
{
	sodium_free(secret); /* wipes; takes NULL */
	return NULL;
}
