/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * sources.h - the sources of one instance: a read of all of them, a question to all of them, one snapshot.
 *
 * Each has a helper, a certificate and a position of its own. A read is complete when that of every source is (I1); the reason names the
 * source. What was read of the others may only show that an end which was announced was put off. Nothing is absent until every source was asked (I2). With one source its snapshot is
 * the whole; several are joined (source_join).
 */
#ifndef DUAAL_RUN_SOURCES_H
#define DUAAL_RUN_SOURCES_H

#include "model/past.h"
#include "run/reader.h"

struct sources;

struct source_seat {
	struct sources *all;
	struct source_reader reader;
	struct source_snapshot *part;      /* its last complete read, and the answers since */
	char socket[8 + SOURCE_NAME_SIZE]; /* of its helper, where helpers are units: "source", "source-basis" */
};

struct sources {
	struct source_seat seats[SOURCES_MAX];
	uint32_t count;
	struct source_snapshot *joined, *next; /* of several: the present one, and a newer one that nobody took yet */
	uint32_t under_way;                    /* reads, or questions, that have not ended */
	bool asking;
	struct err failure; /* the first */
	void *ctx;
	void (*done)(void *ctx,
		     const struct err
			     *why); /* once for each read or question that was begun with 0, never within the call */
	void (*progress)(void *ctx);
};

/* settings and bases: count of each, their texts borrowed until sources_done. The first one's helper is called "source". */
void sources_init(struct sources *s, sd_event *loop, const struct helper_place *place,
		  const struct source_settings *settings, const struct source_bases *bases, uint32_t count);
void sources_done(struct sources *s);    /* without a callback; what was taken stays until sources_drop */
void sources_drop(struct sources *s);    /* every snapshot, those that were taken too */
void sources_abandon(struct sources *s); /* what is under way ends without done, and so do the helpers */

/* at_least: for each source how far it was applied already; see source_reader_read. */
MUST_USE int sources_read(struct sources *s, const struct csn_vector *at_least, struct err *err);
MUST_USE int sources_read_after(struct sources *s, const struct past *past,
				struct err *err); /* as new as what past applied */
/* Of every source; at_least of the question is that of what was read from it. Texts and lists are not needed after the call. */
MUST_USE int sources_ask(struct sources *s, const struct question *question, struct err *err);
/* What a second full read does not show is nowhere: as if each had been asked for. The whole is to be taken anew. */
MUST_USE int sources_prove_absent(struct sources *s, const struct source_question *doubted, uint32_t count,
				  struct err *err);

/* After a read that failed: those that could be read as they are now, the others as they were in their last complete read. Where one never
 * was, there is no news, and sources_parts has those that were. Nothing but ends that were announced may be decided on it. */
MUST_USE int sources_join_partly(struct sources *s, struct err *err);
bool sources_have_news(const struct sources *s);
/* The newest whole; NULL: there never was one. Owned by s, until the next call behind which there is news, or sources_drop. */
struct source_snapshot *sources_take(struct sources *s);

/* The last complete read of each source that had one; how many. Borrowed until the next call that reads or takes. */
uint32_t sources_parts(const struct sources *s, const struct source_snapshot *ret[SOURCES_MAX]);

void sources_rewind(struct sources *s); /* see reader_rewind */
void sources_add_progress(const struct sources *s, struct progress *progress);

#endif
