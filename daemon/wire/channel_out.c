/* SPDX-License-Identifier: EUPL-1.2 */
/* channel_out.c - the sending half of a channel; see channel.h and channel_parts.h. */
#include "wire/channel.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/wipe.h"
#include "wire/channel_parts.h"

#define MEMORY_TRIES   100 /* a blocking sender waits so often for kernel memory, */
#define MEMORY_WAIT_MS 20  /* so long each time */

void channel_out_done(struct channel_out *out)
{
	while (out->first != NULL) {
		struct waiting_packet *next = out->first->next;
		wipe_free(out->first);
		out->first = next;
	}
	wipe_free(out->packet);
}

static int broken(struct channel *channel, int code, struct err *err, const char *why)
{
	channel->out.broken = code;
	return err_set(err, code, "sending to the other process: %s", why);
}

static bool is_blocking(int fd)
{
	return (fcntl(fd, F_GETFL) & O_NONBLOCK) == 0;
}

/* One packet: 1 sent, 0 the socket takes nothing now, or an error. A full kernel (ENOBUFS) is no broken channel. */
static int send_packet(struct channel *channel, const uint8_t *bytes, size_t len, struct err *err)
{
	for (int tries = 0;;) {
		if (send(channel->fd, bytes, len, MSG_NOSIGNAL) == (ssize_t)len)
			return 1;
		if (errno == EINTR)
			continue;
		if (errno == EAGAIN || errno == EWOULDBLOCK)
			return 0;
		if (errno == EPIPE || errno == ECONNRESET || errno == ENOTCONN)
			return broken(channel, ERR_UNAVAILABLE, err, "it has gone");
		if ((errno != ENOBUFS && errno != ENOMEM) || ++tries > MEMORY_TRIES)
			return broken(channel, ERR_IO, err, strerror(errno));
		if (!is_blocking(channel->fd))
			return 0;
		(void)poll(NULL, 0, MEMORY_WAIT_MS);
	}
}

/* 1 when nothing waits any more, 0 when the socket is full. */
static int send_waiting(struct channel *channel, struct err *err)
{
	struct channel_out *out = &channel->out;
	while (out->first != NULL) {
		struct waiting_packet *packet = out->first;
		int sent = send_packet(channel, packet->bytes, packet->len, err);
		if (sent <= 0)
			return sent;
		out->waiting -= packet->len;
		out->first = packet->next;
		wipe_free(packet);
	}
	out->last = NULL;
	return 1;
}

static int queue_packet(struct channel *channel, struct err *err)
{
	struct channel_out *out = &channel->out;
	struct waiting_packet *packet = malloc(sizeof(*packet) + out->len);
	if (packet == NULL) {
		out->broken = ERR_NOMEM;
		return err_nomem(err);
	}
	packet->next = NULL;
	packet->len = out->len;
	memcpy(packet->bytes, out->packet, out->len);
	if (out->first == NULL)
		out->first = packet;
	else
		out->last->next = packet;
	out->last = packet;
	out->waiting += out->len;
	return 0;
}

static void begin_packet(struct channel_out *out, enum packet_flags flags)
{
	const uint16_t magic = htole16(PACKET_MAGIC);
	memcpy(out->packet, &magic, sizeof(magic));
	out->packet[2] = CHANNEL_VERSION;
	out->packet[3] = (uint8_t)flags;
	const uint32_t number = htole32(out->number);
	memcpy(out->packet + 4, &number, sizeof(number));
	out->len = PACKET_HEADER;
}

/* Sends the packet being filled: 1 and a fresh start, or 0 and it stays. */
static int try_packet(struct channel *channel, struct err *err)
{
	struct channel_out *out = &channel->out;
	int sent = send_waiting(channel, err);
	if (sent <= 0 || out->len == 0)
		return sent;
	sent = send_packet(channel, out->packet, out->len, err);
	if (sent <= 0)
		return sent;
	out->number++;
	out->len = 0;
	return 1;
}

/* The packet being filled is complete: out with it, or into the queue. */
static int end_packet(struct channel *channel, struct err *err)
{
	int sent = try_packet(channel, err);
	if (sent != 0)
		return sent < 0 ? sent : 0;
	int code = queue_packet(channel, err);
	if (code < 0)
		return code;
	channel->out.number++;
	channel->out.len = 0;
	return 0;
}

static void add_header(struct channel_out *out, uint16_t type, size_t len)
{
	const uint32_t length = htole32((uint32_t)len);
	const uint16_t word = htole16(type), zero = 0;
	uint8_t *at = out->packet + out->len;
	memcpy(at, &length, sizeof(length));
	memcpy(at + 4, &word, sizeof(word));
	memcpy(at + 6, &zero, sizeof(zero));
	out->len += RECORD_HEADER;
}

static void add_bytes(struct channel_out *out, const void *bytes, size_t len)
{
	if (len > 0)
		memcpy(out->packet + out->len, bytes, len);
	out->len += len;
}

static int put_fragments(struct channel *channel, uint16_t type, const uint8_t *body, size_t len, struct err *err)
{
	struct channel_out *out = &channel->out;
	int code = out->len > 0 ? end_packet(channel, err) : 0;
	for (size_t at = 0; code == 0 && at < len;) {
		begin_packet(out, at == 0 ? PACKET_FIRST : PACKET_MORE);
		if (at == 0)
			add_header(out, type, len);
		size_t room = CHANNEL_PACKET_MAX - out->len;
		size_t part = len - at < room ? len - at : room;
		add_bytes(out, body + at, part);
		at += part;
		code = end_packet(channel, err);
	}
	return code;
}

static int put_whole(struct channel *channel, uint16_t type, const void *body, size_t len, struct err *err)
{
	static const uint8_t zeros[8];
	struct channel_out *out = &channel->out;
	if (out->len + RECORD_HEADER + channel_padded(len) > CHANNEL_PACKET_MAX) {
		int code = end_packet(channel, err);
		if (code < 0)
			return code;
	}
	if (out->len == 0)
		begin_packet(out, PACKET_WHOLE);
	add_header(out, type, len);
	add_bytes(out, body, len);
	add_bytes(out, zeros, channel_padded(len) - len);
	return 0;
}

int channel_put(struct channel *channel, uint16_t type, const void *body, size_t len, struct err *err)
{
	if (channel->out.broken != 0)
		return err_set(err, channel->out.broken, "the connection to the other process is broken");
	if (len > CHANNEL_RECORD_MAX)
		return err_set(err, ERR_LIMIT, "a record of %zu bytes is longer than %u allow", len,
			       CHANNEL_RECORD_MAX);
	if (channel_is_full(channel))
		return err_set(err, ERR_LIMIT, "the other process takes nothing: %zu bytes wait already",
			       channel->out.waiting);
	if (len > FRAGMENT_FIRST)
		return put_fragments(channel, type, body, len, err);
	return put_whole(channel, type, body, len, err);
}

int channel_flush(struct channel *channel, struct err *err)
{
	if (channel->out.broken != 0)
		return err_set(err, channel->out.broken, "the connection to the other process is broken");
	int sent = try_packet(channel, err);
	return sent < 0 ? sent : 0;
}

bool channel_has_output(const struct channel *channel)
{
	return channel->out.first != NULL || channel->out.len > 0;
}

bool channel_is_full(const struct channel *channel)
{
	return channel->out.waiting + channel->out.len >= CHANNEL_QUEUE_MAX;
}
