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

const struct csn_vector *source_position(const struct source_positions *positions, const char *name)
{
	static const struct csn_vector unknown;
	uint32_t at = find(positions, name);
	return at < positions->count ? &positions->at[at].vector : &unknown;
}

void source_position_set(struct source_positions *positions, const char *name, const struct csn_vector *vector)
{
	uint32_t at = find(positions, name);
	if (at == SOURCES_MAX) {
		memmove(&positions->at[0], &positions->at[1], (SOURCES_MAX - 1) * sizeof(positions->at[0]));
		at = --positions->count;
	}
	if (at == positions->count)
		positions->count++;
	snprintf(positions->at[at].name, sizeof(positions->at[at].name), "%s", name);
	positions->at[at].vector = *vector;
}
