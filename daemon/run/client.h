/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * client.h - the planner's side of one helper: started when first needed, greeted with its settings, asked one thing at a time.
 *
 * A request gets either its records and an end that the owner recognises (client_finish), or exactly one failed(): the helper's own
 * FAILURE, or its death. After a death the next request starts a new helper; the pause before that is the schedule's business.
 * A helper ends itself when it makes no progress. One that cannot, because somebody stopped it (SIGSTOP) or it hangs in the system, is given up
 * when it has said nothing for silence_s, or at most twice as long: so much longer than its own deadline that it is never the first word.
 */
#ifndef DUAAL_RUN_CLIENT_H
#define DUAAL_RUN_CLIENT_H

#include "run/helper_process.h"
#include "wire/message.h"

struct client {
	sd_event *loop;
	struct helper_place place;
	struct helper_kind kind;
	struct buf hello;   /* encoded settings */
	unsigned silence_s; /* while busy; 0: for ever */
	sd_event_source *silence;
	bool heard; /* a record since the last look */
	struct helper_process *process;
	bool busy;
	void *ctx;
	void (*record)(void *ctx, uint16_t type, const void *body, size_t len); /* while busy */
	void (*failed)(void *ctx, const struct err *why);                       /* ends the request */
	void (*drained)(void *ctx);                                             /* may be NULL */
};

/* Fills the parts that never change; the caller then encodes its settings into client->hello. */
void client_init(struct client *c, sd_event *loop, const struct helper_place *place, const struct helper_kind *kind);
void client_done_with(struct client *c); /* ends the helper without a callback, frees everything */
void client_restart(struct client *c); /* ends the helper; the next request starts another one with the present hello */

/* Starts the helper when there is none, sends the record and marks the client busy. After an error there is no helper. */
MUST_USE int client_request(struct client *c, uint16_t type, const struct buf *body, struct err *err);
/* A further record of the request that is under way; leaves when a packet is full, or with client_flush. */
MUST_USE int client_put(struct client *c, uint16_t type, const struct buf *body, struct err *err);
MUST_USE int client_flush(struct client *c, struct err *err);
bool client_is_full(const struct client *c); /* much is waiting: go on at drained() */
/* The owner saw the end of its request. */
void client_finish(struct client *c);

#endif
