/* SPDX-License-Identifier: EUPL-1.2 */
/* totals.c - see totals.h. */
#include "control/totals.h"

#include <string.h>

static const char *const results[TOTALS_RESULTS] = {
	"in-step",       "applied",       "held",          "refused", "unfinished", "source-went-back",
	"source-unread", "target-unread", "ledger-failed", "failed",  "other"};

const char *totals_result(unsigned position)
{
	return results[position];
}

bool cycle_result_is_failure(const struct cycle_summary *cycle)
{
	static const char *const failures[] = {"target-unread", "source-unread", "failed",
					       "unfinished",    "ledger-failed", NULL};
	for (size_t i = 0; failures[i] != NULL; i++)
		if (strcmp(cycle->result, failures[i]) == 0)
			return true;
	return false;
}

static unsigned position_of(const char *result)
{
	unsigned i = 0;
	while (i < TOTALS_RESULTS - 1 && strcmp(results[i], result) != 0)
		i++;
	return i;
}

void totals_add(struct totals *totals, const struct cycle_summary *cycle)
{
	totals->by_result[position_of(cycle->result)]++;
	totals->grants += cycle->grants;
	totals->removals += cycle->removals;
	totals->structure += cycle->structure;
	totals->failed += cycle->failed;
	totals->read_ms += cycle->read_ms;
	totals->think_ms += cycle->think_ms;
	totals->apply_ms += cycle->apply_ms;
}
