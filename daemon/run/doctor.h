/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * doctor.h - asks every helper to examine its side, between two cycles, and gathers the findings.
 *
 * The helpers are those of the cycles, so nothing is examined while a cycle or a search by national number runs, and a cycle that comes due meanwhile begins
 * afterwards. Whoever asks during an examination gets its answer. DOCTOR_LIMIT_S bounds the whole: a helper that has not ended
 * by then is ended, and that is a finding. What fails is a finding, never a failure.
 */
#ifndef DUAAL_RUN_DOCTOR_H
#define DUAAL_RUN_DOCTOR_H

#include "base/arena.h"
#include "control/control.h"
#include "model/source_positions.h"
#include "run/client.h"

#define DOCTOR_LIMIT_S 60

struct run;
struct doctor_waiter;

struct doctor_side {
	struct run *run;
	struct client *client;
	const char *which;                /* of several sources, borrowed; else NULL */
	char name[16 + SOURCE_NAME_SIZE]; /* "source", "target"; of several: "source basis" */
	bool asked;                       /* and has not ended */
};

struct doctor {
	struct doctor_waiter *waiters;
	bool busy, ledger_asked;
	struct doctor_side sides[SOURCES_MAX + 1]; /* of each source, and of the target */
	uint32_t side_count;
	struct arena arena; /* bodies of the findings */
	struct text *findings;
	uint32_t count;
	size_t capacity;
	sd_event_source *timer, *end;
	const char *due; /* trigger of the cycle that waits; NULL: none does */
	uid_t due_uid;
};

/* done is called exactly once, at once or later; the lines of its answer are bodies of struct finding. */
void doctor_ask(struct run *run, void (*done)(void *call, const struct ledger_answer *answer), void *call);
void doctor_begin(struct run *run); /* whoever waits is served, unless a cycle runs */
/* true: an examination is under way, and the cycle begins after it. trigger outlives it. */
bool doctor_delays(struct run *run, const char *trigger, uid_t uid);
void doctor_drop(struct run *run, const char *why); /* whoever waits is told why */

/* What the planner knows about its own process (doctor_unit.c). tell is called once for each finding. */
struct finding;
void doctor_examine_unit(bool units, void (*tell)(void *ctx, const struct finding *finding), void *ctx);

#endif
