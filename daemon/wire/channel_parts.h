/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * channel_parts.h - the inside of a channel, for channel.c, channel_in.c and channel_out.c only.
 *
 *   packet    magic 2, version 1, flags 1, number 4 | record | record | ...
 *   record    body length 4, type 2, zero 2 | body | padding to 8
 *   fragments PACKET_FIRST: one record header and the first bytes; PACKET_MORE: the next bytes, until the length of
 *             the header is reached. Every packet but the last one is full and holds nothing else.
 *
 * Numbers count the packets of one direction, so that a lost or repeated one is seen.
 */
#ifndef DUAAL_WIRE_CHANNEL_PARTS_H
#define DUAAL_WIRE_CHANNEL_PARTS_H

#include "wire/channel.h"

#define PACKET_MAGIC   0x5344u /* "DS" */
#define PACKET_HEADER  8u
#define RECORD_HEADER  8u
#define PACKET_ROOM    (CHANNEL_PACKET_MAX - PACKET_HEADER) /* for records, or for bytes of a fragment */
#define FRAGMENT_FIRST (PACKET_ROOM - RECORD_HEADER)        /* bytes of the body in the first packet */

enum packet_flags { PACKET_WHOLE = 0, PACKET_FIRST = 1, PACKET_MORE = 2 };

struct waiting_packet {
	struct waiting_packet *next;
	size_t len;
	uint8_t bytes[];
};

struct channel_out {
	uint8_t *packet; /* being filled; CHANNEL_PACKET_MAX bytes */
	size_t len;      /* 0: nothing in it yet */
	uint32_t number; /* of the next packet */
	int broken;      /* error code, or 0 */
	size_t waiting;  /* bytes in the list: packets that the socket did not take */
	struct waiting_packet *first, *last;
};

struct channel_in {
	uint8_t *packet; /* last received; CHANNEL_PACKET_MAX bytes */
	size_t at, len;
	uint32_t number; /* expected next */
	int broken;
	struct buf body;   /* of a fragmented record */
	uint32_t expected; /* bytes of it; 0: no fragments under way */
	uint16_t type;
};

struct channel {
	int fd;
	struct channel_out out;
	struct channel_in in;
};

void channel_out_done(struct channel_out *out);
void channel_in_done(struct channel_in *in);

static inline size_t channel_padded(size_t len)
{
	return (len + 7) & ~(size_t)7;
}

#endif
