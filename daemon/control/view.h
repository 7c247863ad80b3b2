/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * view.h - what the planner knows right now, as the socket may show it. Filled by run/, read by control/; everything
 * borrowed.
 *
 * Pointers to snapshots and plan are NULL until there is one. They change only between two events of the loop, so a
 * handler may use them freely until it returns, and must not keep them.
 */
#ifndef DUAAL_CONTROL_VIEW_H
#define DUAAL_CONTROL_VIEW_H

#include "control/totals.h"
#include "core/explain.h"
#include "core/timeline.h"
#include "wire/ledger_message.h"

enum part_state { PART_OK, PART_NOTICE, PART_WARNING, PART_CRITICAL };

struct part { /* one part of the status; the whole is never greener than its worst part */
	/* source, target, feed, ledger, plan, drift, refusals, freshness, clock, holds, freezes, directives, config, certificates, institutions */
	const char *name;
	enum part_state state;
	const char *code;    /* stable word: ok, unread, went-back, held, stale, ... */
	int64_t since_s;     /* when it got this state and code */
	char detail[512];    /* one sentence, not escaped */
	char next_step[256]; /* what to do; empty when ok */
};

enum run_phase {
	RUN_IDLE,
	RUN_STARTING,
	RUN_READING,
	RUN_ASKING,
	RUN_THINKING,
	RUN_RECORDING,
	RUN_APPLYING,
	RUN_STOPPING
};
const char *run_phase_name(enum run_phase phase);

/* Until when a TLS certificate is valid, as the last complete read saw it. */
struct view_end {
	/* A stable word: source-server, source-own, source-authority, target-...; of several sources source-NAME-... */
	char name[SOURCE_NAME_SIZE + 24];
	char whose[SOURCE_NAME_SIZE + 96]; /* the same in words */
	int64_t end_s;
};

#define VIEW_PARTS_MAX  16
#define VIEW_ENDS_MAX   (3 * (SOURCES_MAX + 1))
#define VIEW_CYCLES_MAX LEDGER_CYCLES_TOLD

struct view {
	const char *instance, *version;
	const char *configuration; /* its file; NULL: not known */
	int64_t started_s;
	enum run_phase phase;
	uint32_t cycle;          /* running now, or 0 */
	uint32_t done, expected; /* progress of the phase; expected 0: unknown */
	int64_t last_attempt_s, last_read_s, last_applied_s, next_run_s; /* 0: never / none */
	const char *delayed_by;  /* what a cycle that is due waits for, a stable word; NULL: none waits */
	int64_t delayed_until_s; /* at most */
	int64_t next_change_s;   /* next end or begin date; INT64_MAX: none */
	const struct part *parts;
	uint32_t part_count;
	struct view_end ends[VIEW_ENDS_MAX]; /* those that there are */
	uint32_t end_count;
	const struct explain_input *explain; /* NULL until the first complete cycle */
	bool supposed;                       /* what it would come to: nothing of it gets on record */
	uint64_t thought;                    /* another number for each that explain was made of */
	const struct policy_settings *policy;
	const struct target_names *names;
	const struct past *past; /* holds, freezes, pins, directives, drift as they are on record */
	const struct guard_settings *guard;
	const struct cycle_summary *cycles; /* oldest first */
	uint32_t cycle_count;
	bool first_contact;
	struct totals totals; /* of the cycles of this process */
};

enum part_state view_worst(const struct view *view);
const char *part_state_name(enum part_state state); /* ok, notice, warning, critical */

#endif
