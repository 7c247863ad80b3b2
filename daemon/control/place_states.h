/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * place_states.h - how each institution is: as bad as the worst that concerns it alone. Whoever is not in the list is in order.
 *
 * What concerns all of them (the source, a pause, a mass removal) is a part of the status and nobody's own trouble. Everything comes
 * from the view, so two questions about the same cycle have the same answer. O(changes that are refused, holds, remarks, refusals).
 */
#ifndef DUAAL_CONTROL_PLACE_STATES_H
#define DUAAL_CONTROL_PLACE_STATES_H

#include "base/map.h"
#include "control/view.h"

#define PLACE_REFUSED         "refused"
#define PLACE_REMOVAL_REFUSED "removal-refused"

struct place_state {
	uint32_t number;
	enum part_state state; /* not PART_OK */
	const char *code;      /* of a reason, or one of the two above */
	int64_t since_s;       /* as it is on record; 0: it is not */
	uint32_t hold;         /* what waits for a decision there; 0: nothing that made it so */
};

struct place_states {
	struct place_state *at; /* ascending by number, once made */
	uint32_t count;
	size_t capacity;
	struct map by_number; /* while it is made */
};

/* false: no memory, and nothing in it. */
bool place_states_make(const struct view *view, int64_t now_s, struct place_states *ret);
void place_states_done(struct place_states *states);
const struct place_state *place_state_of(const struct place_states *states, uint32_t number); /* NULL: in order */
void place_states_worst_first(struct place_states *states); /* for showing; place_state_of finds nothing afterwards */

/* How urgent is what a rule of the guard holds, by itself? */
enum part_state state_of_rule(enum reason rule);
const char *place_sentence(const struct place_state *place);
#define PLACE_STEP_SIZE 128
/* The command that tells more, or decides. Returns out. */
const char *place_next_step(const struct view *view, const struct place_state *place, char out[PLACE_STEP_SIZE]);

#endif
