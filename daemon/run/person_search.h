/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * person_search.h - asks every source that has national numbers who has this one, between two cycles (between.h), and one at a time.
 *
 * PERSON_SEARCH_LIMIT_S bounds the whole, the waiting too. The number is wiped when it has been sent, or when nobody waits any more; a helper that
 * heard it is ended with its answer, or with the last who waits for it, and so is the channel.
 */
#ifndef DUAAL_RUN_PERSON_SEARCH_H
#define DUAAL_RUN_PERSON_SEARCH_H

#include "base/arena.h"
#include "base/national_number.h"
#include "control/control.h"
#include "run/between.h"

#define PERSON_SEARCH_LIMIT_S 25 /* shorter than the patience of duaalctl */

struct searcher {
	struct between_waiter waiter; /* first */
	void (*done)(void *call, const struct people_found *found);
	uid_t uid;
};

struct person_search {
	struct between_thing thing;
	struct searcher searcher; /* the only one */
	char number[NATIONAL_NUMBER_SIZE];
	struct arena arena; /* the texts of people */
	struct person_found people[SOURCES_MAX * FOUND_MAX];
	uint32_t count, total;
	struct err failure; /* the first */
};

void person_search_init(struct run *run);
/* done is called exactly once, at once or later. */
void person_search_ask(struct run *run, const char *number, uid_t uid,
		       void (*done)(void *call, const struct people_found *found), void *call);

#endif
