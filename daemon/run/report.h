/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * report.h - what is not as it should be, in the log: a line when it begins and when its count changes, not one a cycle.
 *
 * How it stands now is the status' business (publish.c).
 */
#ifndef DUAAL_RUN_REPORT_H
#define DUAAL_RUN_REPORT_H

#include "run/thought.h"

enum report_kind {
	REPORT_SOURCE_READ,
	REPORT_AMBIGUOUS,
	REPORT_REFUSED,
	REPORT_WENT_BACK,
	REPORT_HELD,
	REPORT_DRIFT,
	REPORT_FOREIGN,
	REPORT_UNFENCED,
	REPORT_KINDS
};

struct report {
	uint32_t told[REPORT_KINDS]; /* the count of the last line; 0: none, or it is over */
	char source_servers[SOURCES_MAX][256],
		target_server[256]; /* the last ones told; empty: the first of their lists */
};

/* Remarks of the plan, by what they mean: also for the status. */
struct drift_counts {
	uint32_t by_hand, adopted, foreign;
};
void drift_count(const struct plan *plan, struct drift_counts *ret);
uint32_t doubtful_count(const struct desired *desired); /* values of the source that are unclear and give nothing */

void report_thought(struct report *r, const struct thought *t);
/* Which server was read instead of one that had to be passed over. */
void report_servers(struct report *r, const struct source_snapshot *source, const struct target_snapshot *target);
void report_unfenced(struct report *r, bool unfenced);

#endif
