/* SPDX-License-Identifier: EUPL-1.2 */
/* last_word.c - see last_word.h. */
#include "run/last_word.h"

#include <string.h>

#include "run/state.h"

bool last_word_is_on_record(const struct past *past, const struct run_config *config, int64_t now_s)
{
	const struct past_record *record = &past->record;
	int64_t away_s = now_s - record->ended_s, allowed_s = config->run->stale_warning_s;
	return past->last_complete != 0 && memcmp(past->scope, config->scope, sizeof(past->scope)) == 0 &&
	       (config->source_count == 1 || record->unread_cycles == 0) && record->longest_gap_s <= allowed_s &&
	       away_s >= 0 && away_s <= allowed_s;
}

void last_word_missed(struct run *run)
{
	if (run->cycle.source_err.code != 0)
		return;
	run->word_missed = true;
	run->past.source_on_record = false;
}
