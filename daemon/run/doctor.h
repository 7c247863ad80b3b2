/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * doctor.h - asks every helper to examine its side, between two cycles (between.h), and gathers the findings.
 *
 * Whoever asks during an examination gets its answer. DOCTOR_LIMIT_S bounds the whole: a helper that has not ended by then is ended, and that is a
 * finding. What fails is a finding, never a failure. The ledger's reader is asked too, and delays no cycle by itself.
 */
#ifndef DUAAL_RUN_DOCTOR_H
#define DUAAL_RUN_DOCTOR_H

#include "base/arena.h"
#include "control/control.h"
#include "run/between.h"

#define DOCTOR_LIMIT_S 60

struct doctor {
	struct between_thing thing;
	struct arena arena; /* bodies of the findings */
	struct text *findings;
	uint32_t count;
	size_t capacity;
};

void doctor_init(struct run *run);
/* done is called exactly once, at once or later; the lines of its answer are bodies of struct finding. */
void doctor_ask(struct run *run, void (*done)(void *call, const struct ledger_answer *answer), void *call);

/* What the planner knows about its own process (doctor_unit.c). tell is called once for each finding. */
struct finding;
void doctor_examine_unit(bool units, void (*tell)(void *ctx, const struct finding *finding), void *ctx);

#endif
