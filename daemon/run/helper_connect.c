/* SPDX-License-Identifier: EUPL-1.2 */
/* helper_connect.c - see helper_spawn.h. */
#include "run/helper_spawn.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void helper_unit_name(const char *socket, char out[HELPER_UNIT_SIZE])
{
	static const char further[] = "source-";
	bool is_further = strncmp(socket, further, strlen(further)) == 0;
	snprintf(out, HELPER_UNIT_SIZE, "%s%s", is_further ? "more-source@" : "",
		 is_further ? socket + strlen(further) : socket);
}

static int make_address(const char *dir, const char *name, struct sockaddr_un *ret, struct err *err)
{
	*ret = (struct sockaddr_un){.sun_family = AF_UNIX};
	int len = snprintf(ret->sun_path, sizeof ret->sun_path, "%s/%s", dir, name);
	if (len < 0 || (size_t)len >= sizeof ret->sun_path)
		return err_set(err, ERR_INVALID, "%s/%s: longer than the path of a socket can be", dir, name);
	return 0;
}

static int refused(const struct sockaddr_un *address, const char *name, int e, struct err *err)
{
	char unit[HELPER_UNIT_SIZE];
	helper_unit_name(name, unit);
	if (e == EACCES || e == EPERM)
		return err_set(err, ERR_DENIED,
			       "%s: %s; its socket unit must name the planner's user (SocketUser=, SocketMode=0600)",
			       address->sun_path, strerror(e));
	return err_set(err, ERR_UNAVAILABLE, "%s: %s; is duaalsync-%s.socket of this instance running?",
		       address->sun_path, strerror(e), unit);
}

/* What is sent there tells a great deal, and what comes back decides about access. */
static int check_listener(int fd, const struct sockaddr_un *address, struct err *err)
{
	struct ucred peer;
	socklen_t size = sizeof peer;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return err_set(err, ERR_IO, "%s: %s", address->sun_path, strerror(errno));
	if (peer.uid != 0 && peer.uid != geteuid())
		return err_set(err, ERR_DENIED, "%s: uid %u listens there, not the service manager", address->sun_path,
			       (unsigned)peer.uid);
	return 0;
}

int helper_connect(const char *dir, const char *name, int *ret_fd, struct err *err)
{
	struct sockaddr_un address;
	int code = make_address(dir, name, &address, err);
	if (code < 0)
		return code;
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_set(err, ERR_IO, "cannot make a socket: %s", strerror(errno));
	if (connect(fd, (const struct sockaddr *)&address, sizeof address) < 0)
		code = refused(&address, name, errno, err);
	if (code == 0)
		code = check_listener(fd, &address, err);
	if (code < 0)
		close(fd);
	else
		*ret_fd = fd;
	return code;
}
