/* SPDX-License-Identifier: EUPL-1.2 */
/* channel_in.c - the receiving half of a channel; see channel.h and channel_parts.h. */
#include "wire/channel.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "wire/channel_parts.h"

#define BODY_KEEP  (1u << 20) /* memory for fragments above this is given back after the record */
#define RESETS_MAX 3

void channel_in_done(struct channel_in *in)
{
	buf_done(&in->body);
	free(in->packet);
}

static int broken(struct channel_in *in, int code, struct err *err, const char *why)
{
	in->broken = code;
	in->at = in->len = 0;
	return err_set(err, code, "receiving from the other process: %s", why);
}

static int malformed(struct channel_in *in, struct err *err, const char *why)
{
	return broken(in, ERR_PROTOCOL, err, why);
}

/* No control buffer is offered: descriptors sent along are closed by the kernel, which says so with MSG_CTRUNC. */
static ssize_t receive(int fd, struct channel_in *in, int *flags)
{
	struct iovec part = {.iov_base = in->packet, .iov_len = CHANNEL_PACKET_MAX};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	ssize_t got;
	int resets = 0;
	/* A peer that closed without reading everything leaves ECONNRESET in front of what it had still sent. */
	do {
		got = recvmsg(fd, &message, 0);
	} while (got < 0 && (errno == EINTR || (errno == ECONNRESET && ++resets < RESETS_MAX)));
	*flags = message.msg_flags;
	return got;
}

static int check_header(struct channel_in *in, struct err *err)
{
	uint16_t magic;
	uint32_t number;
	memcpy(&magic, in->packet, sizeof(magic));
	memcpy(&number, in->packet + 4, sizeof(number));
	if (in->len <= PACKET_HEADER || le16toh(magic) != PACKET_MAGIC)
		return malformed(in, err, "not a packet of this protocol");
	if (in->packet[2] != CHANNEL_VERSION)
		return malformed(in, err,
				 "another version of the protocol: planner and helpers must be of one release");
	if (le32toh(number) != in->number)
		return malformed(in, err, "a packet is missing or out of order");
	const enum packet_flags wanted = in->expected > 0 ? PACKET_MORE : PACKET_WHOLE;
	if (in->packet[3] != wanted && (wanted == PACKET_MORE || in->packet[3] != PACKET_FIRST))
		return malformed(in, err, "a fragment is missing or out of order");
	in->number++;
	in->at = PACKET_HEADER;
	return 1;
}

/* 1: a checked packet stands in in->packet; 0: nothing has arrived. */
static int next_packet(struct channel *channel, struct err *err)
{
	struct channel_in *in = &channel->in;
	int flags = 0;
	ssize_t got = receive(channel->fd, in, &flags);
	if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return 0;
	if (got == 0 || (got < 0 && errno == ECONNRESET))
		return broken(in, ERR_UNAVAILABLE, err, "it has gone");
	if (got < 0)
		return broken(in, ERR_IO, err, strerror(errno));
	if ((flags & (MSG_TRUNC | MSG_CTRUNC)) != 0)
		return malformed(in, err, "a packet is too long or carries descriptors");
	in->len = (size_t)got;
	return check_header(in, err);
}

struct record_header {
	uint32_t len;
	uint16_t type;
};

static int take_header(struct channel_in *in, struct record_header *ret, struct err *err)
{
	if (in->len - in->at < RECORD_HEADER)
		return malformed(in, err, "a record without a header");
	uint16_t type, zero;
	memcpy(&ret->len, in->packet + in->at, sizeof(ret->len));
	memcpy(&type, in->packet + in->at + 4, sizeof(type));
	memcpy(&zero, in->packet + in->at + 6, sizeof(zero));
	if (zero != 0)
		return malformed(in, err, "a record with a malformed header");
	ret->len = le32toh(ret->len);
	ret->type = le16toh(type);
	in->at += RECORD_HEADER;
	return 0;
}

static int take_record(struct channel_in *in, uint16_t *type, const void **body, size_t *len, struct err *err)
{
	struct record_header header = {0};
	int code = take_header(in, &header, err);
	if (code < 0)
		return code;
	if (channel_padded(header.len) > in->len - in->at)
		return malformed(in, err, "a record is longer than its packet");
	*type = header.type;
	*body = in->packet + in->at;
	*len = header.len;
	in->at += channel_padded(header.len);
	return 1;
}

static int begin_fragments(struct channel_in *in, struct err *err)
{
	struct record_header header = {0};
	int code = take_header(in, &header, err);
	if (code < 0)
		return code;
	if (header.len <= FRAGMENT_FIRST || header.len > CHANNEL_RECORD_MAX)
		return malformed(in, err, "a fragmented record of a length that is not allowed");
	in->expected = header.len;
	in->type = header.type;
	buf_clear(&in->body);
	return 0;
}

/* The packet's bytes behind those that are here: 1 when the record is complete, 0 when more must come. */
static int add_fragment(struct channel_in *in, uint16_t *type, const void **body, size_t *len, struct err *err)
{
	int code = in->expected == 0 ? begin_fragments(in, err) : 0;
	if (code < 0)
		return code;
	size_t left = in->expected - in->body.len, room = CHANNEL_PACKET_MAX - in->at, got = in->len - in->at;
	if (got != (left < room ? left : room))
		return malformed(in, err, "a fragment of the wrong length");
	buf_add(&in->body, in->packet + in->at, got);
	in->at = in->len;
	if (buf_failed(&in->body)) {
		in->broken = ERR_NOMEM;
		return err_nomem(err);
	}
	if (in->body.len < in->expected)
		return 0;
	in->expected = 0;
	*type = in->type;
	*body = in->body.at;
	*len = in->body.len;
	return 1;
}

int channel_next(struct channel *channel, uint16_t *type, const void **body, size_t *len, struct err *err)
{
	struct channel_in *in = &channel->in;
	if (in->broken != 0)
		return err_set(err, in->broken, "the connection to the other process is broken");
	if (in->expected == 0 && in->body.capacity > BODY_KEEP)
		buf_done(&in->body);
	for (;;) {
		if (in->at < in->len)
			return take_record(in, type, body, len, err);
		int code = next_packet(channel, err);
		if (code <= 0)
			return code;
		if (in->packet[3] != PACKET_WHOLE) {
			code = add_fragment(in, type, body, len, err);
			if (code != 0)
				return code;
		}
	}
}

bool channel_has_input(const struct channel *channel)
{
	return channel->in.at < channel->in.len;
}
