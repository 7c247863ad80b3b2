/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * facts.h - what a cycle learnt without writing, told to the ledger and to the past before the cycle closes.
 *
 * Groups and their newest entryCSN, groups that were made anew under another entryUUID, values confirmed or adopted, values that are
 * over (in neither directory any more), what became of pending values, the highest entryCSN and the dates of each source entry,
 * people who are ambiguous, the grants that gave what there is, verdicts on grantors, entries of people that nobody needs, what people
 * changed by hand, the directives in force, and the holds that opened or ended. Only
 * differences are told. Resumable, because a first cycle has some hundred thousand of them.
 *
 * Ids that the past gives (drift, holds) are written into the plan and the verdict too, so that what is told is told once. The
 * thought borrows from the past: after the last fact it is only good for that, and what is shown comes from a new one.
 */
#ifndef DUAAL_RUN_FACTS_H
#define DUAAL_RUN_FACTS_H

#include "run/ledger_client.h"
#include "run/thought.h"

enum facts_stage {
	FACTS_GROUPS,
	FACTS_FORMER,
	FACTS_FORMER_VALUES,
	FACTS_FORMER_GROUPS,
	FACTS_CONFIRMATIONS,
	FACTS_ENDINGS,
	FACTS_PENDING,
	FACTS_PEOPLE,
	FACTS_INSTITUTIONS,
	FACTS_AMBIGUITIES,
	FACTS_GRANTS,
	FACTS_RIGHT_GROUPS,
	FACTS_GIVEN,
	FACTS_GRANTORS,
	FACTS_IDLE,
	FACTS_BUSY,
	FACTS_GRANTS_OWNED,
	FACTS_GRANTS_ENDED,
	FACTS_DRIFTS,
	FACTS_DIRECTIVES,
	FACTS_HOLDS_ENDED,
	FACTS_HOLDS_OPENED,
	FACTS_DONE
};

struct facts {
	struct ledger_client *ledger;
	struct past *past;
	const struct thought *thought;
	uint32_t cycle;
	bool released;        /* plan_is_released: group sizes become the guard's baseline */
	bool source_accepted; /* the source is fresh and did not go back: what it says may be remembered */
	const uint8_t *scope; /* fingerprint of the scope settings thought with; NULL: not remembered */
	enum facts_stage stage;
	uint32_t at;
	uint32_t former;  /* groups that were made anew under another entryUUID */
	size_t next_seen; /* see past_seen_next */
};

#define FACTS_FULL 1 /* the ledger's queue is full: call again when it has drained */
#define FACTS_MORE 2 /* so much was told that others should have their turn: call again after that */

/* 0: all told; FACTS_FULL, FACTS_MORE, or an error. */
MUST_USE int facts_tell(struct facts *f, struct err *err);

#endif
