/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * varlink_socket.c - the listening socket: passed by the service manager, or bound here.
 *
 * Bound with the mode that it keeps, so that there is no moment between bind and chmod; nobody can connect before
 * listen. Only a socket that nobody answers on is removed, and at the end only the very inode that was bound.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>
#include <stdlib.h>

#include "control/varlink_parts.h"

#define BACKLOG     SOMAXCONN /* who finds the queue full waits behind everybody who comes later */
#define SOCKET_NAME "control" /* FileDescriptorName= of the socket unit */

static int make_address(const char *path, struct sockaddr_un *ret, struct err *err)
{
	memset(ret, 0, sizeof(*ret));
	ret->sun_family = AF_UNIX;
	size_t len = strlen(path);
	if (len == 0 || len >= sizeof(ret->sun_path))
		return err_set(err, ERR_INVALID, "the socket path must have 1 to %zu bytes", sizeof(ret->sun_path) - 1);
	memcpy(ret->sun_path, path, len + 1);
	return 0;
}

/* 0: nobody answers, remove it; ERR_NOT_FOUND: nothing is there; ERR_CONFLICT; ERR_IO. */
static int probe(const struct sockaddr_un *address, struct err *err)
{
	struct stat st;
	if (lstat(address->sun_path, &st) < 0)
		return errno == ENOENT ? ERR_NOT_FOUND
				       : err_set(err, ERR_IO, "%s: %s", address->sun_path, strerror(errno));
	if (!S_ISSOCK(st.st_mode))
		return err_set(err, ERR_CONFLICT, "%s is in the way and is not a socket", address->sun_path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_set(err, ERR_IO, "socket: %s", strerror(errno));
	int why = connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 ? 0 : errno;
	close(fd);
	if (why == 0 || why == EAGAIN)
		return err_set(err, ERR_CONFLICT, "a daemon already answers on %s", address->sun_path);
	if (why == ECONNREFUSED)
		return 0;
	return why == ENOENT ? ERR_NOT_FOUND : err_set(err, ERR_IO, "%s: %s", address->sun_path, strerror(why));
}

static int clear_way(const struct sockaddr_un *address, struct err *err)
{
	int r = probe(address, err);
	if (r == ERR_NOT_FOUND)
		return 0;
	if (r == 0 && unlink(address->sun_path) < 0 && errno != ENOENT)
		return err_set(err, ERR_IO, "removing the stale socket %s: %s", address->sun_path, strerror(errno));
	return r;
}

static int bind_quietly(int fd, const struct sockaddr_un *address)
{
	mode_t before = umask(0117); /* 0660 */
	int r = bind(fd, (const struct sockaddr *)address, sizeof(*address));
	int why = errno;
	umask(before);
	errno = why;
	return r;
}

static int remember(struct varlink_socket *s, const char *path)
{
	struct stat st;
	if (lstat(path, &st) < 0)
		return -1;
	s->bound = true;
	s->dev = st.st_dev;
	s->ino = st.st_ino;
	memcpy(s->path, path, strlen(path) + 1);
	return 0;
}

static int bind_and_listen(struct varlink_socket *s, const struct sockaddr_un *address, gid_t group, struct err *err)
{
	const char *path = address->sun_path;
	s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd < 0)
		return err_set(err, ERR_IO, "socket: %s", strerror(errno));
	if (bind_quietly(s->fd, address) < 0)
		return err_set(err, errno == EADDRINUSE ? ERR_CONFLICT : ERR_IO, "binding %s: %s", path,
			       strerror(errno));
	if (remember(s, path) < 0)
		return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
	if (group != VARLINK_GROUP_NONE && lchown(path, (uid_t)-1, group) < 0)
		return err_set(err, ERR_IO, "giving %s to group %u: %s", path, (unsigned)group, strerror(errno));
	if (listen(s->fd, BACKLOG) < 0)
		return err_set(err, ERR_IO, "listening on %s: %s", path, strerror(errno));
	return 0;
}

/* Which of the passed descriptors is ours: the one of our name, or the only one. -1: none. */
static int choose(int count, char **names)
{
	for (int i = 0; i < count; i++)
		if (names[i] != NULL && strcmp(names[i], SOCKET_NAME) == 0)
			return SD_LISTEN_FDS_START + i;
	return count == 1 ? SD_LISTEN_FDS_START : -1;
}

/* 1: taken over, 0: nothing was passed. */
static int take_over(struct varlink_socket *s, struct err *err)
{
	char **names = NULL;
	int count = sd_listen_fds_with_names(0, &names);
	if (count < 0)
		return err_set(err, ERR_IO, "sockets from the service manager: %s", strerror(-count));
	int fd = choose(count, names);
	for (int i = 0; i < count; i++)
		free(names[i]);
	free(names);
	if (fd < 0)
		return count == 0 ? 0 : err_set(err, ERR_INVALID, "none of the passed sockets is called " SOCKET_NAME);
	if (sd_is_socket_unix(fd, SOCK_STREAM, 1, NULL, 0) <= 0)
		return err_set(err, ERR_INVALID, "the passed socket is not a listening Unix stream socket");
	int flags = fcntl(fd, F_GETFL);
	if (flags < 0 ||
	    fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) /* several are accepted in a row, until there is none */
		return err_set(err, ERR_IO, "the passed socket: %s", strerror(errno));
	s->fd = fd;
	return 1;
}

int varlink_socket_open(const struct varlink_settings *set, struct varlink_socket *ret, struct err *err)
{
	*ret = (struct varlink_socket){.fd = -1};
	int r = take_over(ret, err);
	if (r != 0)
		return r > 0 ? 0 : r;
	struct sockaddr_un address;
	r = make_address(set->path, &address, err);
	if (r == 0)
		r = clear_way(&address, err);
	if (r == 0)
		r = bind_and_listen(ret, &address, set->socket_group, err);
	if (r != 0)
		varlink_socket_close(ret);
	return r;
}

void varlink_socket_close(struct varlink_socket *s)
{
	struct stat st;
	if (s->bound && lstat(s->path, &st) == 0 && st.st_dev == s->dev && st.st_ino == s->ino)
		unlink(s->path);
	s->bound = false;
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}
