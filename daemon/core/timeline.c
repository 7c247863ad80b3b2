/* SPDX-License-Identifier: EUPL-1.2 */
/* timeline.c - see timeline.h. */
#include "core/timeline.h"

static void check_entry(const struct past *past, const struct entry *entry, struct timeline *ret)
{
	const struct seen_entry *seen = past_seen(past, &entry->uuid);
	if (seen == NULL || csn_is_none(&seen->csn) || csn_is_none(&entry->csn) ||
	    csn_compare(&entry->csn, &seen->csn) >= 0)
		return;
	if (ret->entries_back++ > 0)
		return;
	ret->first = entry->uuid;
	ret->first_seen = seen->csn;
	ret->first_now = entry->csn;
}

void timeline_check(const struct past *past, const struct source_snapshot *source, bool compare_positions,
		    struct timeline *ret)
{
	*ret = (struct timeline){0};
	if (!compare_positions)
		return;
	ret->position_went_back = csn_vector_went_back(&past->position, &source->certificate.position);
	for (uint32_t i = 0; i < source->institution_count; i++)
		check_entry(past, source->institutions[i].entry, ret);
	for (uint32_t i = 0; i < source->people_count; i++)
		check_entry(past, source->people[i].entry, ret);
}

bool timeline_went_back(const struct timeline *timeline)
{
	return timeline->position_went_back || timeline->entries_back > 0;
}
