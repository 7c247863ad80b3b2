/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * pending.h - values written, or only announced, for a group that had no entryUUID yet: the group is made with them.
 *
 * The ledger knows such a value by institution and role. The next complete target read says whether the group came to be: then
 * the value is ours if it is there (OWNED_INTENDED, and the plan confirms it if it is still wanted); otherwise it is forgotten.
 * So a value that is no longer wanted by then is still known as ours. Filled by a load of the ledger and by apply.
 */
#ifndef DUAAL_RUN_PENDING_H
#define DUAAL_RUN_PENDING_H

#include "model/past.h"
#include "model/snapshot.h"
#include "wire/ledger_message.h"

struct ledger_client;

struct pending_value {
	struct uuid source;
	uint64_t key;      /* dn_key of the value */
	const char *value; /* canonical DN; NULL: only the key is known */
	uint32_t number, cycle;
	uint8_t role;
};

struct pending {
	struct pending_value *items;
	size_t count, capacity;
	struct arena texts;
};

void pending_init(struct pending *p);
void pending_done(struct pending *p);
/* value is copied; its value may be NULL. */
MUST_USE int pending_add(struct pending *p, const struct pending_value *value, struct err *err);
/* Makes groups that came to be, and their values, known to the past; the ledger hears of the groups. The list stays: what became
 * of its values is told to the ledger with the cycle's other facts (facts.h). Does no harm when done again. */
MUST_USE int pending_settle(const struct pending *p, const struct target_snapshot *target, struct past *past,
			    struct ledger_client *ledger, struct err *err);

#endif
