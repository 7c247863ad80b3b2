/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * authors.h - who exactly changed something by hand: asked of the target's accesslog, where the configuration names one.
 *
 * After a cycle, for hand edits that are on record without an author, each asked about once, a bounded number a cycle. What is found
 * goes into past and ledger. Where accesslog is not readable nothing is found, and the entry's last writer is all that is known.
 */
#ifndef DUAAL_RUN_AUTHORS_H
#define DUAAL_RUN_AUTHORS_H

#include "run/ledger_client.h"
#include "run/thought.h"

struct authors {
	struct client *target;
	void *ctx;
	void (*finished)(void *ctx, const struct err *why); /* why: the ledger failed */
	struct ledger_client *ledger;
	struct past *past;
	const struct thought *thought;
	uint32_t asked_until; /* hand edits up to this number were asked about */
	uint32_t left;        /* questions in this cycle */
	bool asking, found;
};

void authors_init(struct authors *a, struct client *target, struct ledger_client *ledger, struct past *past);
/* true: questions are under way and finished will be called, unless authors_drop came first. Needs the target's helper to be idle. */
bool authors_ask(struct authors *a, const struct thought *thought);
void authors_drop(struct authors *a);

#endif
