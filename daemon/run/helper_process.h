/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * helper_process.h - one helper: a child of the planner, or a unit of its own behind a socket; listened to until it ends.
 *
 * A child sits at the other end of a SOCK_SEQPACKET pair on its descriptor 3, with an empty signal mask, a small clean
 * environment and nothing else open; it is killed and reaped. A unit (helper_spawn.h) ends when it sees that its connection
 * was closed, and serves no other one before that. Records arrive by callback, a bounded number an event, so that the socket's
 * clients never wait for a long read. When it has ended and its last record was delivered, gone() is called once with the reason.
 */
#ifndef DUAAL_RUN_HELPER_PROCESS_H
#define DUAAL_RUN_HELPER_PROCESS_H

#include <systemd/sd-event.h>

#include "base/buf.h"
#include "base/err.h"

struct helper_process;

struct helper_kind {
	const char *program; /* "duaal-source" */
	const char *socket;  /* "source" */
};

struct helper_place {
	const char *programs; /* folder of the programs that the planner starts; unused where there are sockets */
	const char *sockets;  /* folder of the sockets of units of their own; NULL: there are none */
	unsigned answer_s;    /* of such a unit, from connecting to its first record */
};

struct helper_events {
	void *ctx;
	void (*record)(void *ctx, uint16_t type, const void *body, size_t len);
	void (*gone)(void *ctx, const struct err *why); /* the process may be freed in it */
	void (*drained)(void *ctx);                     /* output that waited has left; may be NULL */
};

/* kind and events are copied; the texts of kind are borrowed. A unit that stays silent is given up after answer_s. */
MUST_USE int helper_process_new(sd_event *loop, const struct helper_place *place, const struct helper_kind *kind,
				const struct helper_events *events, struct helper_process **ret, struct err *err);

/* Queues a record; body may be NULL. Packets that are full leave at once, the last one with helper_process_flush. A helper that
 * has ended takes everything silently: its end is told by gone(). */
MUST_USE int helper_process_put(struct helper_process *p, uint16_t type, const struct buf *body, struct err *err);
MUST_USE int helper_process_flush(struct helper_process *p, struct err *err);
bool helper_process_is_full(const struct helper_process *p);

/* Kills and reaps without a callback. NULL allowed; returns NULL. */
struct helper_process *helper_process_free(struct helper_process *p);
/* The same for a helper that has something to put away: it sees the end of its channel and has two seconds; blocks so long. */
struct helper_process *helper_process_end(struct helper_process *p);

#endif
