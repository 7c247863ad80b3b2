/* SPDX-License-Identifier: EUPL-1.2 */
/* varlink_peer.c - who is at the other end: what the kernel noted at connect, never a process id or a name service. */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control/varlink_parts.h"

#define GROUPS_MAX 65536 /* the kernel's own bound */

struct groups {
	gid_t primary;
	gid_t *more; /* supplementary */
	size_t count;
};

static bool groups_have(const struct groups *groups, gid_t gid)
{
	if (groups->primary == gid)
		return true;
	for (size_t i = 0; i < groups->count; i++)
		if (groups->more[i] == gid)
			return true;
	return false;
}

static int read_groups(int fd, struct groups *groups)
{
	socklen_t size = 64 * sizeof(gid_t);
	for (;;) {
		gid_t *grown = realloc(groups->more, size);
		if (grown == NULL)
			return ERR_NOMEM;
		groups->more = grown;
		if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups->more, &size) == 0)
			break;
		if (errno != ERANGE || size > GROUPS_MAX * sizeof(gid_t))
			return ERR_IO;
	}
	groups->count = size / sizeof(gid_t);
	return 0;
}

static int read_credentials(int fd, struct ucred *ret)
{
	socklen_t size = sizeof(*ret);
	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, ret, &size) == 0 && size == sizeof(*ret) ? 0 : ERR_IO;
}

int varlink_peer_read_uid(int fd, uid_t *ret)
{
	struct ucred cred;
	int r = read_credentials(fd, &cred);
	if (r == 0)
		*ret = cred.uid;
	return r;
}

int varlink_peer_read(int fd, const struct varlink_settings *set, struct varlink_peer *ret)
{
	struct ucred cred;
	int r = read_credentials(fd, &cred);
	if (r != 0)
		return r;
	struct groups groups = {.primary = cred.gid};
	r = read_groups(fd, &groups);
	bool master = cred.uid == 0 || cred.uid == geteuid();
	ret->uid = cred.uid;
	for (int right = 0; right < VARLINK_RIGHTS; right++)
		ret->may[right] = right == VARLINK_OPEN || master || groups_have(&groups, set->groups[right]);
	free(groups.more);
	return r;
}
