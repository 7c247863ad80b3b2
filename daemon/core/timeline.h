/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * timeline.h - did a directory go back in time (restored backup, lagging replica)? (I7, faults 22, 23, 58)
 *
 * Two witnesses: contextCSN per server id, and each entry's own entryCSN against the highest applied for
 * its entryUUID. With USN the same, on one server: another one's numbers are no older and no newer (other_servers). The second matters: one new write after a restore moves contextCSN ahead again while
 * last week's entries are back. What somebody accepted (hold state HOLD_ACCEPTED) is not held against the source, as long as
 * it gets no older than it was then. Pure.
 */
#ifndef DUAAL_CORE_TIMELINE_H
#define DUAAL_CORE_TIMELINE_H

#include "model/past.h"
#include "model/snapshot.h"

struct timeline {
	bool position_went_back; /* contextCSN older or missing for a SID */
	uint32_t entries_back;   /* entries whose entryCSN is older than the highest seen */
	uint32_t back_sources;   /* a bit for each source where something is older */
	uint32_t accepted;       /* entries and server ids that are older, as somebody accepted: not counted above */
	uint32_t
		other_servers; /* a bit for each source whose position is a USN of another server than the one applied last */
	struct uuid first; /* the first such entry, for the message */
	struct csn first_seen, first_now;
};

/* What was applied from a source of another name is compared with nothing, and neither is a source that is not timed. */
void timeline_check(const struct past *past, const struct source_snapshot *source, struct timeline *ret);
/* One of the two witnesses: an entry, or with who null the position of a server id. */
struct back {
	struct uuid who;
	const char *source; /* of the position, borrowed; NULL: there is only one, or it is an entry */
	uint32_t which;     /* position of its source in sources */
	uint32_t sid;
	struct csn seen, now; /* now none: the server id is missing */
};

/* Calls back for each that is older than applied, accepted or not: source by source: positions ascending by server id, institutions, people, grants, groups. */
typedef void (*back_fn)(void *ctx, const struct back *back);
void timeline_each(const struct past *past, const struct source_snapshot *source, back_fn each, void *ctx);
/* Does this hold list it, and no older than it is now? O(log ops). */
bool hold_lists_back(const struct past_hold *hold, const struct back *back);
bool timeline_went_back(const struct timeline *timeline);

#endif
