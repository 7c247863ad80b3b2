/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * channel.h - records between the planner and one helper, over a SOCK_SEQPACKET socket.
 *
 * A packet is at most 64 KiB and starts with an 8 byte header {magic, version, flags, number}; then follow
 * whole records, each {u32 body length, u16 type, u16 zero, body, padding to 8}. A record that does not fit in
 * a packet travels in fragments (flags), which are put together again on the other side, up to RECORD_MAX.
 * Bodies are 8-aligned, so that an entry block can be used where it lies. Anything malformed, out of order or of
 * another version breaks the channel: ERR_PROTOCOL, and it never yields a record again.
 *
 * Helpers use it blocking. The planner uses it non-blocking from its event loop: channel_next answers 0
 * when nothing has arrived, channel_flush keeps what the socket did not take. Both sides run the same code.
 * Sending and receiving break apart from each other: when a flush says ERR_UNAVAILABLE, what the peer said before it
 * went (a FAILURE, mostly) can still be read. Descriptors sent along are closed and break the channel.
 *
 * Nothing of what was sent stays in memory behind channel_free: a FIND holds a national number (I24).
 */
#ifndef DUAAL_WIRE_CHANNEL_H
#define DUAAL_WIRE_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define CHANNEL_VERSION    9
#define CHANNEL_PACKET_MAX 65536u
#define CHANNEL_RECORD_MAX (64u << 20)
#define CHANNEL_QUEUE_MAX  (8u << 20) /* bytes the planner may have waiting; more: channel_is_full */

struct channel;

/* Takes fd in every case; ERR_INVALID when it is no such socket. The socket's own O_NONBLOCK decides which way it
 * works. */
MUST_USE int channel_new(int fd, struct channel **ret, struct err *err);
struct channel *channel_free(struct channel *channel); /* closes; NULL allowed; returns NULL */
int channel_fd(const struct channel *channel);

/* Appends a record to the packet being filled; sends packets that are full. ERR_LIMIT and nothing done: the record is
 * longer than CHANNEL_RECORD_MAX, or channel_is_full. ERR_UNAVAILABLE: the peer has gone. ERR_IO, ERR_NOMEM: broken. */
MUST_USE int channel_put(struct channel *channel, uint16_t type, const void *body, size_t len, struct err *err);
/* Sends what waits. Blocking: all of it. Non-blocking: what goes; channel_has_output tells of the rest. */
MUST_USE int channel_flush(struct channel *channel, struct err *err);
bool channel_has_output(const struct channel *channel);
bool channel_is_full(const struct channel *channel);

/* Next record: 1 and a body that is valid until the next call; 0: nothing yet (non-blocking);
 * ERR_UNAVAILABLE: the peer closed; ERR_PROTOCOL, ERR_IO, ERR_NOMEM. */
MUST_USE int channel_next(struct channel *channel, uint16_t *type, const void **body, size_t *len, struct err *err);
/* Does a record stand in the packet that was received last? Of it the socket knows nothing any more. */
bool channel_has_input(const struct channel *channel);

#endif
