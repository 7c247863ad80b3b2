/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * person_search.h - asks every source that has national numbers who has this one, between two cycles, and one at a time.
 *
 * The helpers are those of the cycles, as for the doctor: nothing is searched while a cycle or an examination runs, and a cycle that comes
 * due meanwhile begins afterwards. PERSON_SEARCH_LIMIT_S bounds the whole, the waiting too. The number is wiped when it has been sent; a
 * helper that heard it is ended with its answer, and so is the channel.
 */
#ifndef DUAAL_RUN_PERSON_SEARCH_H
#define DUAAL_RUN_PERSON_SEARCH_H

#include "base/arena.h"
#include "base/national_number.h"
#include "control/control.h"
#include "model/source_positions.h"
#include "run/client.h"

#define PERSON_SEARCH_LIMIT_S 25 /* shorter than the patience of duaalctl */

struct run;

struct person_search_side {
	struct run *run;
	struct client *client;
	const char *name; /* of the source, borrowed */
	bool asked;       /* and has not ended */
};

struct person_search {
	void (*done)(void *call, const struct people_found *found); /* NULL: nobody waits */
	void *call;
	uid_t uid;
	char number[NATIONAL_NUMBER_SIZE];
	bool busy; /* the sources were asked */
	struct person_search_side sides[SOURCES_MAX];
	uint32_t side_count;
	struct arena arena; /* the texts of people */
	struct person_found people[SOURCES_MAX * FOUND_MAX];
	uint32_t count, total;
	struct err failure; /* the first */
	sd_event_source *timer, *end;
	const char *due; /* trigger of the cycle that waits; NULL: none does */
	uid_t due_uid;
};

/* done is called exactly once, at once or later. */
void person_search_ask(struct run *run, const char *number, uid_t uid,
		       void (*done)(void *call, const struct people_found *found), void *call);
void person_search_begin(struct run *run); /* whoever waits is served, unless a cycle or an examination runs */
/* true: a search is under way, and the cycle begins after it. trigger outlives it. */
bool person_search_delays(struct run *run, const char *trigger, uid_t uid);
void person_search_drop(struct run *run, const char *why); /* whoever waits is told why */

#endif
