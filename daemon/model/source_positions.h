/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * source_positions.h - how far each source was applied, by the source's name: a server id of one source means nothing in
 * another, and what is not known by name is not compared at all (I7).
 */
#ifndef DUAAL_MODEL_SOURCE_POSITIONS_H
#define DUAAL_MODEL_SOURCE_POSITIONS_H

#include "model/csn.h"

#define SOURCES_MAX      8
#define SOURCE_NAME_SIZE 33 /* NUL included */

struct source_position {
	char name[SOURCE_NAME_SIZE];
	struct csn_vector vector;
	uint32_t people, institutions; /* in its last accepted read; 0: not known */
};

struct source_positions { /* in the order in which they were last applied */
	uint32_t count;
	struct source_position at[SOURCES_MAX];
};

/* Empty where this source was never applied. Borrowed; never NULL. */
const struct csn_vector *source_position(const struct source_positions *positions, const char *name);
/* What is known of this source; NULL: nothing is. */
const struct source_position *source_position_of(const struct source_positions *positions, const char *name);
/* The same, to be changed: new and empty where it was not known. Where there is no room for one more, the one that was applied
 * longest ago is forgotten, which is none of those in use: each of them is asked for here in every cycle that is applied. */
struct source_position *source_position_keep(struct source_positions *positions, const char *name);

#endif
