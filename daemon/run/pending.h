/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * pending.h - values announced for a group that was still to be made when the last process ended.
 *
 * The ledger knows such a value by institution and role, because the group had no entryUUID yet. The first complete target read says
 * whether the group came to be: then the value is ours if it is there; otherwise it is forgotten.
 */
#ifndef DUAAL_RUN_PENDING_H
#define DUAAL_RUN_PENDING_H

#include "model/past.h"
#include "model/snapshot.h"
#include "wire/ledger_message.h"

struct ledger_client;

struct pending {
	struct pending_value *items;
	size_t count, capacity;
	struct arena texts;
};

void pending_init(struct pending *p);
void pending_done(struct pending *p);
MUST_USE int pending_add(struct pending *p, const struct owned_record *record, struct err *err);
/* Tells past and ledger what became of each, and empties the list. */
MUST_USE int pending_settle(struct pending *p, const struct target_snapshot *target, struct past *past,
			    struct ledger_client *ledger, struct err *err);

#endif
