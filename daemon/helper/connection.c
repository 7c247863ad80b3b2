/* SPDX-License-Identifier: EUPL-1.2 */
/* connection.c - see connection.h. */
#include "helper/connection.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define STACK (64 << 10) /* of a thread that only waits */

bool connection_is_listening(int fd)
{
	int listening = 0;
	socklen_t size = sizeof listening;
	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening != 0;
}

static int owner_of(int fd, uid_t *ret, struct err *err)
{
	struct sockaddr_un address = {0};
	socklen_t size = sizeof address - 1; /* a NUL stays behind the longest path */
	struct stat st;
	if (getsockname(fd, (struct sockaddr *)&address, &size) < 0)
		return err_set(err, ERR_IO, "the unit's socket: %s", strerror(errno));
	if (address.sun_family != AF_UNIX || address.sun_path[0] != '/')
		return err_set(err, ERR_INVALID,
			       "the unit's socket has no path, whose owner would say whom to serve "
			       "(ListenSequentialPacket=/...)");
	if (stat(address.sun_path, &st) < 0)
		return err_set(err, ERR_IO, "%s: %s", address.sun_path, strerror(errno));
	*ret = st.st_uid;
	return 0;
}

static bool is_planner(int fd, uid_t owner, const char *name)
{
	struct ucred peer = {.uid = (uid_t)-1};
	socklen_t size = sizeof peer;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == owner)
		return true;
	fprintf(stderr, "%s: uid %u (process %d) is sent away: only uid %u, to whom the socket belongs, is served\n",
		name, (unsigned)peer.uid, (int)peer.pid, (unsigned)owner);
	return false;
}

static int accept_planner(int fd, const char *name, struct err *err)
{
	uid_t owner = (uid_t)-1;
	int code = owner_of(fd, &owner, err);
	while (code == 0) {
		int got = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
		if (got < 0 && (errno == EINTR || errno == ECONNABORTED))
			continue;
		if (got < 0)
			return err_set(err, ERR_IO, "waiting for duaalsyncd: %s", strerror(errno));
		if (is_planner(got, owner, name))
			return got;
		close(got);
	}
	return code;
}

int connection_take(int fd, const char *name, struct err *err)
{
	int got = accept_planner(fd, name, err);
	if (got < 0)
		return got;
	int moved = dup3(got, fd, O_CLOEXEC);
	close(got);
	return moved < 0 ? err_set(err, ERR_IO, "the connection of duaalsyncd: %s", strerror(errno)) : 0;
}

struct watch {
	int fd;
	unsigned grace_s;
};

static void *end_when_closed(void *ctx)
{
	const struct watch *watch = ctx;
	struct pollfd end = {.fd = watch->fd}; /* POLLHUP and POLLERR are always told */
	while (poll(&end, 1, -1) < 0 && errno == EINTR)
		;
	for (unsigned left = watch->grace_s; left > 0;)
		left = sleep(left);
	_exit(0);
}

static int start_thread(struct watch *watch)
{
	pthread_attr_t attr;
	pthread_t thread;
	int e = pthread_attr_init(&attr);
	if (e != 0)
		return e;
	e = pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	if (e == 0)
		e = pthread_attr_setstacksize(&attr, STACK);
	if (e == 0)
		e = pthread_create(&thread, &attr, end_when_closed, watch);
	pthread_attr_destroy(&attr);
	return e;
}

int connection_end_with(int fd, unsigned grace_s, struct err *err)
{
	static struct watch watch; /* of the only connection */
	sigset_t all, before;
	watch = (struct watch){.fd = fd, .grace_s = grace_s};
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int e = start_thread(&watch);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return e != 0 ? err_set(err, ERR_IO, "no thread to see the end of duaalsyncd: %s", strerror(e)) : 0;
}
