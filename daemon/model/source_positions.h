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
};

struct source_positions { /* in the order in which they were first applied */
	uint32_t count;
	struct source_position at[SOURCES_MAX];
};

/* Empty where this source was never applied. Borrowed; never NULL. */
const struct csn_vector *source_position(const struct source_positions *positions, const char *name);
/* Where there is no room for one more, the oldest is forgotten: it has to be known anew. */
void source_position_set(struct source_positions *positions, const char *name, const struct csn_vector *vector);

#endif
