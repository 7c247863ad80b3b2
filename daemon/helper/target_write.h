/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * target_write.h - rounds of writes: WRITE* WRITE_END in, OUTCOME* and WRITE_DONE out.
 *
 * The connection is opened with the first write, checked like a reading one, kept for later rounds and closed after any
 * failure of its own. Each write is sent on as it comes and each outcome as it is known. When the connection cannot be
 * had or is lost, every write still gets its outcome (WRITE_NOT_SENT, or unknown) and the round ends with FAILURE
 * instead of WRITE_DONE: what is unknown must be read before anything else is written.
 */
#ifndef DUAAL_HELPER_TARGET_WRITE_H
#define DUAAL_HELPER_TARGET_WRITE_H

#include "ldap/write.h"
#include "wire/channel.h"

struct target_writing {
	struct channel *channel;
	const struct target_settings *set;
	struct ldap_connection *conn; /* between rounds, too; NULL: none */
	struct ldap_writer *writer;   /* during a round */
	struct err failure;           /* why this round has no writer */
	struct buf body;              /* scratch */
};

void target_writing_init(struct target_writing *w, struct channel *channel, const struct target_settings *set);
void target_writing_done(struct target_writing *w);

/* One record each. An error means that the planner has gone or memory is exhausted: the helper ends. */
MUST_USE int target_write(struct target_writing *w, const void *body, size_t len, struct err *err);
MUST_USE int target_write_end(struct target_writing *w, struct err *err);

#endif
