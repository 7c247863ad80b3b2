/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * facts.h - what a cycle learnt without writing, told to the ledger and to the past before the cycle closes.
 *
 * Groups and their newest entryCSN, values confirmed or adopted, values that are over (in neither directory any more), what became
 * of pending values, the highest entryCSN and the end date of each source entry, people who are ambiguous. Only differences are
 * told. Resumable, because a first cycle has some hundred thousand of them.
 */
#ifndef DUAAL_RUN_FACTS_H
#define DUAAL_RUN_FACTS_H

#include "run/ledger_client.h"
#include "run/thought.h"

enum facts_stage {
	FACTS_GROUPS,
	FACTS_CONFIRMATIONS,
	FACTS_ENDINGS,
	FACTS_PENDING,
	FACTS_PEOPLE,
	FACTS_INSTITUTIONS,
	FACTS_AMBIGUITIES,
	FACTS_DONE
};

struct facts {
	struct ledger_client *ledger;
	struct past *past;
	const struct thought *thought;
	uint32_t cycle;
	bool released;        /* the cycle ended without a hold: group sizes become the guard's baseline */
	bool source_accepted; /* the source is fresh and did not go back: what it says may be remembered */
	enum facts_stage stage;
	uint32_t at;
};

/* 1: the ledger's queue is full, call again when it has drained; 0: all told; or an error. */
MUST_USE int facts_tell(struct facts *f, struct err *err);

#endif
