/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * guard_window.c - removals that were carried out within the rolling window, and what each counts for.
 *
 *                its group   its institution   the total   named by overrides
 *   ordinary     x           x                 x
 *   approved     x           x
 *   excluded     x                                         x
 *   drift                                      x
 *   by date      x
 *
 * A value that was added by hand and taken out again is no loss to its group.
 */
#include <stdlib.h>

#include "base/search.h"
#include "core/guard_parts.h"

/* number << 16 | role << 8 | sort: institutions stand together, in them the roles. */
static uint64_t place_of(uint32_t number, uint8_t role, uint8_t sort)
{
	return (uint64_t)number << 16 | (uint64_t)role << 8 | sort;
}

static int compare_places(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
	return left < right ? -1 : left > right;
}

static void take_removal(struct court *court, const struct past_removal *removal)
{
	uint8_t sort = removal->sort;
	court->recent_total += sort != REMOVAL_EXCLUDED && sort != REMOVAL_APPROVED && sort != REMOVAL_BY_DATE;
	court->recent_excludes += sort == REMOVAL_EXCLUDED;
	if (sort != REMOVAL_DRIFT)
		court->recent[court->recent_count++] = place_of(removal->number, removal->role, sort);
}

int window_read(struct court *court)
{
	const struct past *past = court->past;
	const int64_t since_s = court->now_s - court->set->window_s;
	court->recent = arena_array(&court->scratch, past->removal_count, sizeof(*court->recent));
	if (court->recent == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < past->removal_count; i++)
		if (past->removals[i].at_s > since_s)
			take_removal(court, &past->removals[i]);
	if (court->recent_count > 1)
		qsort(court->recent, court->recent_count, sizeof(*court->recent), compare_places);
	return 0;
}

static uint32_t first_at(const struct court *court, uint64_t place)
{
	uint32_t at;
	LOWER_BOUND(at, 0, court->recent_count, court->recent[at] < place);
	return at;
}

uint32_t window_at_group(const struct court *court, uint32_t number, uint8_t role)
{
	return first_at(court, place_of(number, role, UINT8_MAX)) - first_at(court, place_of(number, role, 0));
}

uint32_t window_at_institution(const struct court *court, uint32_t number)
{
	uint32_t sum = 0, end = first_at(court, place_of(number + 1, 0, 0));
	for (uint32_t i = first_at(court, place_of(number, 0, 0)); i < end; i++) {
		uint8_t sort = court->recent[i] & UINT8_MAX;
		sum += sort != REMOVAL_EXCLUDED && sort != REMOVAL_BY_DATE;
	}
	return sum;
}
