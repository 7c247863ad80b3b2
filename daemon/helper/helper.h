/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * helper.h - what every helper's main does the same way.
 *
 * Descriptor 3 is the channel, as the planner that spawned it leaves it; or the listening socket of its unit (sd_listen_fds
 * convention), from which one connection is taken (connection.h). Closes every other descriptor, drops dumpability, ignores
 * SIGPIPE, dies with the default action of SIGALRM, and ends when the channel closes or the planner dies, whatever it is
 * doing. Does not log: what went wrong travels to the planner as FAILURE.
 */
#ifndef DUAAL_HELPER_HELPER_H
#define DUAAL_HELPER_HELPER_H

#include "wire/channel.h"
#include "wire/message.h"

#define HELPER_CHANNEL_FD 3

/* Prepares the process and opens the channel; as a unit, waits for the planner. grace_s: what it may take to put things away
 * after the planner has gone. Answers --version and exits; refuses other arguments and a start by hand:
 * ERR_INVALID with a sentence, which main prints on standard error because nobody else listens yet. */
MUST_USE int helper_start(int argc, char **argv, const char *name, unsigned grace_s, struct channel **ret,
			  struct err *err);

/* Receives the next record (blocking, without deadline): 0 and a body valid until the next call; ERR_UNAVAILABLE when
 * the planner has gone. */
MUST_USE int helper_receive(struct channel *channel, uint16_t *type, const void **body, size_t *len, struct err *err);
MUST_USE int helper_send(struct channel *channel, uint16_t type, const struct buf *body,
			 struct err *err); /* and flush; body may be NULL */
MUST_USE int helper_send_failure(struct channel *channel, const struct err *failure, int result, struct err *err);

#endif
