/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * sender.h - records of one read on their way to the planner, in batches.
 *
 * While a batch is handed over the deadline is off: the planner may be slow, and that is not the directory's fault.
 */
#ifndef DUAAL_HELPER_SENDER_H
#define DUAAL_HELPER_SENDER_H

#include "model/entry.h"
#include "wire/channel.h"

struct sender {
	struct channel *channel;
	size_t waiting;   /* bytes put and not flushed, about */
	uint32_t told;    /* entries, as the last PROGRESS said */
	int64_t spoke_ms; /* when a batch went out; 0: none yet */
};

MUST_USE int sender_entry(struct sender *sender, const struct entry *entry, struct err *err);
/* entries: received so far. Says so to the planner every some thousand, and every some seconds: however slow the directory is, and
 * however little of it is wanted, a read that goes on is heard of. */
MUST_USE int sender_progress(struct sender *sender, uint32_t entries, struct err *err);
/* The last record of an answer: everything goes out. */
MUST_USE int sender_last(struct sender *sender, uint16_t type, const struct buf *body, struct err *err);

#endif
