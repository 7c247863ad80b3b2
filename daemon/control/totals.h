/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * totals.h - how cycles end, and what those of this process came to, for the metrics: counted once a cycle, never back to zero.
 */
#ifndef DUAAL_CONTROL_TOTALS_H
#define DUAAL_CONTROL_TOTALS_H

#include "wire/ledger_message.h"

#define TOTALS_RESULTS 11

struct totals {
	uint64_t by_result[TOTALS_RESULTS];
	uint64_t grants, removals, structure, failed;
	uint64_t read_ms, think_ms, apply_ms;
};

/* Not both directories were read, or it was not let to its end: it proves nothing about what stands there. */
bool cycle_result_is_failure(const struct cycle_summary *cycle);

void totals_add(struct totals *totals, const struct cycle_summary *cycle);
const char *
totals_result(unsigned position); /* "in-step"; the last one, "other", stands for every word that is not in the list */

#endif
