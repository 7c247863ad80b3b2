/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * sync_entry.h - cn=sync in the target: when the last complete read was, until when the groups can be trusted. For applications that
 * want to know how fresh the groups are. Written at most every so often, after a cycle; a failure is logged and tried again later.
 */
#ifndef DUAAL_RUN_SYNC_ENTRY_H
#define DUAAL_RUN_SYNC_ENTRY_H

#include "model/snapshot.h"
#include "run/client.h"
#include "run/run.h"

struct sync_facts {
	int64_t last_read_s, last_applied_s, valid_until_s;
	uint64_t generation;
};

struct sync_entry {
	struct client *target;
	void *ctx;
	void (*finished)(void *ctx); /* whatever the outcome was */
	int64_t written_s;           /* when last */
	bool writing;
};

/* true: a write is under way and finished will be called; false: not due, or it could not be sent. */
bool sync_entry_write(struct sync_entry *s, const struct run_config *config, const struct target_snapshot *target,
		      const struct sync_facts *facts, int64_t now_s);

#endif
