/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * unproven.h - removals of which nobody told the outcome: the connection was lost, the server failed, or the daemon ended meanwhile.
 *
 * Those that happened take access like any other, so they count in the guard's window (I4). The next complete target read tells:
 * whoever is not there any more was taken out, and is counted before anything further is planned; whoever is still there was not, and
 * comes again. Filled by apply, and at a load of the ledger with what a cycle that was broken off had announced.
 */
#ifndef DUAAL_RUN_UNPROVEN_H
#define DUAAL_RUN_UNPROVEN_H

#include "model/past.h"
#include "model/snapshot.h"

struct ledger_client;

struct unproven_removal {
	struct uuid group;
	uint64_t key; /* dn_key of the value */
	struct past_removal removal;
};

struct unproven { /* all zero: empty */
	struct unproven_removal *items;
	size_t count, capacity;
};

void unproven_done(struct unproven *u); /* empty again */
/* ERR_NOMEM: as before. */
MUST_USE int unproven_add(struct unproven *u, const struct unproven_removal *removal);
/* Instead of what it holds: what this cycle announced and the past knows no outcome of. Why each was to go is not kept, so they count as
 * ordinary ones, from now_s on. */
MUST_USE int unproven_load(struct unproven *u, const struct past *past, uint32_t cycle, int64_t now_s);
/* Counts those that happened, in the past and the ledger; empty afterwards. An error: what is left is not counted yet. */
MUST_USE int unproven_settle(struct unproven *u, const struct target_snapshot *target, struct past *past,
			     struct ledger_client *ledger, struct err *err);

#endif
