/* SPDX-License-Identifier: EUPL-1.2 */
/* source_positions.c - see source_positions.h. */
#include "model/source_positions.h"

#include <stdio.h>
#include <string.h>

static uint32_t find(const struct source_positions *positions, const char *name)
{
	uint32_t at = 0;
	while (at < positions->count && strcmp(positions->at[at].name, name) != 0)
		at++;
	return at;
}

const struct source_position *source_position_of(const struct source_positions *positions, const char *name)
{
	uint32_t at = find(positions, name);
	return at < positions->count ? &positions->at[at] : NULL;
}

const struct csn_vector *source_position(const struct source_positions *positions, const char *name)
{
	static const struct csn_vector unknown;
	const struct source_position *known = source_position_of(positions, name);
	return known != NULL ? &known->vector : &unknown;
}

struct source_position *source_position_keep(struct source_positions *positions, const char *name)
{
	struct source_position one = {.people = 0};
	uint32_t at = find(positions, name);
	snprintf(one.name, sizeof(one.name), "%s", name);
	if (at < positions->count)
		one = positions->at[at];
	else if (positions->count < SOURCES_MAX)
		positions->count++;
	else
		at = 0;
	memmove(&positions->at[at], &positions->at[at + 1], (positions->count - 1 - at) * sizeof(one));
	positions->at[positions->count - 1] = one;
	return &positions->at[positions->count - 1];
}
