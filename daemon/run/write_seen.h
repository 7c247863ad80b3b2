/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * write_seen.h - changes that were announced and of which no outcome is on record, as a crash leaves them: the first complete read of the
 * target after a load of the ledger shows what became of each, and the ledger is told.
 *
 * For the record that people read: what is ours follows from intents and reads by itself (wire/ledger_message.h), and the guard's window from
 * unproven.h. What is not proven stays without an outcome: a value of nobody known (added by hand, to be taken out), one in a group that is
 * gone, and one in a group that somebody else wrote last: it may have been their hand that put it in or took it out.
 */
#ifndef DUAAL_RUN_WRITE_SEEN_H
#define DUAAL_RUN_WRITE_SEEN_H

#include "run/ledger_client.h"

/* Before this cycle's own intents, and before pending_settle. O(what the ledger owns). */
MUST_USE int write_seen_tell(struct ledger_client *ledger, const struct past *past,
			     const struct target_snapshot *target, struct err *err);

#endif
