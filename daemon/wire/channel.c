/* SPDX-License-Identifier: EUPL-1.2 */
/* channel.c - opening and closing a channel; see channel.h. */
#include "wire/channel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire/channel_parts.h"

#define SOCKET_BUFFER (4 << 20) /* wanted; the kernel gives what net.core.wmem_max allows */

static int option_of(int fd, int option)
{
	int value = 0;
	socklen_t size = sizeof(value);
	return getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

/* A send buffer below one packet would answer EMSGSIZE for ever: said now, not in the middle of a cycle. */
static int prepare_socket(int fd, struct err *err)
{
	if (option_of(fd, SO_DOMAIN) != AF_UNIX || option_of(fd, SO_TYPE) != SOCK_SEQPACKET)
		return err_set(err, ERR_INVALID, "descriptor %d is not a Unix socket of type SOCK_SEQPACKET", fd);
	const int wanted = SOCKET_BUFFER;
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &wanted, sizeof(wanted));
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &wanted, sizeof(wanted));
	if (option_of(fd, SO_SNDBUF) < (int)(2 * CHANNEL_PACKET_MAX))
		return err_set(err, ERR_IO, "the socket's send buffer cannot hold a packet: raise net.core.wmem_max");
	return 0;
}

int channel_new(int fd, struct channel **ret, struct err *err)
{
	struct channel *channel = calloc(1, sizeof(*channel));
	if (channel == NULL) {
		close(fd);
		return err_nomem(err);
	}
	channel->fd = fd;
	buf_init(&channel->in.body);
	channel->in.packet = malloc(CHANNEL_PACKET_MAX);
	channel->out.packet = malloc(CHANNEL_PACKET_MAX);
	int code = channel->in.packet == NULL || channel->out.packet == NULL ? err_nomem(err) : prepare_socket(fd, err);
	if (code < 0) {
		channel_free(channel);
		return code;
	}
	*ret = channel;
	return 0;
}

struct channel *channel_free(struct channel *channel)
{
	if (channel == NULL)
		return NULL;
	close(channel->fd);
	channel_in_done(&channel->in);
	channel_out_done(&channel->out);
	free(channel);
	return NULL;
}

int channel_fd(const struct channel *channel)
{
	return channel->fd;
}
