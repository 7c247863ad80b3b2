/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * reader.h - one complete read of one directory through its helper: records in, a sealed snapshot or an error out.
 *
 * Two of a kind, source_reader and target_reader: what is said is the same (reader.c), what is gathered differs. Each lives as long
 * as the run and keeps its helper between reads. done is called exactly once for each read that was begun with 0, never from within
 * the call, unless reader_abandon came first. On failure nothing of the read remains.
 */
#ifndef DUAAL_RUN_READER_H
#define DUAAL_RUN_READER_H

#include "model/snapshot.h"
#include "run/client.h"

struct reader;

struct reader_kind {
	struct helper_kind helper;
	void (*greet)(struct reader *r); /* the settings for its helper, with first_uri as it is now */
	int (*take_entry)(struct reader *r, const struct entry *entry, struct err *err);
	int (*take_certificate)(struct reader *r, const struct certificate *cert, struct err *err);
	void (*drop)(struct reader *r); /* what was gathered and not sealed */
};

struct reader {
	struct client client; /* the target's is also used for writing, by apply and sync_entry */
	const struct reader_kind *kind;
	uint32_t entries;              /* progress */
	uint32_t uri_count, first_uri; /* servers with the same entries; with which one the next read begins */
	uint32_t good_reads;           /* since first_uri moved */
	void *ctx;
	void (*done)(void *ctx, const struct err *why); /* why NULL: the snapshot waits, or the answers are in it */
	void (*progress)(void *ctx);
};

/* For the two kinds. */
void reader_init(struct reader *r, const struct reader_kind *kind, sd_event *loop, const struct helper_place *place,
		 const struct connection_settings *set);
void reader_prefer(struct reader *r); /* before a read: the first server again, when another one was read for a while */
MUST_USE int reader_request(struct reader *r, uint16_t type, const struct buf *body, struct err *err);

void reader_abandon(struct reader *r); /* a read under way ends without done; so does the helper */

struct source_reader {
	struct reader reader;       /* first */
	struct source_settings set; /* borrowed texts */
	struct source_bases bases;  /* the same */
	struct source_builder *builder;
	struct source_snapshot *snapshot; /* result of a read: the owner takes it and sets NULL */
	struct source_snapshot *asking;   /* questions under way: answers go into this one */
	struct entry **answers;
	uint32_t answer_count, asked_count; /* asked: questions by entryUUID among those under way */
	size_t answer_capacity;
};

/* socket: of its helper, where helpers are units of their own; borrowed. */
void source_reader_init(struct source_reader *r, sd_event *loop, const struct helper_place *place, const char *socket,
			const struct source_settings *set, const struct source_bases *bases);
void source_reader_done(struct source_reader *r);
/* at_least: the position that was applied already; a server that lags behind it is not read while another is not. */
MUST_USE int source_reader_read(struct source_reader *r, const struct source_snapshot *prev,
				const struct csn_vector *at_least, struct err *err);
/* Texts and lists of question are not needed after the call. */
MUST_USE int source_reader_ask(struct source_reader *r, struct source_snapshot *about, const struct question *question,
			       struct err *err);

struct target_reader {
	struct reader reader;       /* first */
	struct target_settings set; /* borrowed texts */
	const struct target_names *names;
	struct target_builder *builder;
	struct target_snapshot *snapshot;
};

void target_reader_init(struct target_reader *r, sd_event *loop, const struct helper_place *place,
			const struct target_settings *set, const struct target_names *names);
void target_reader_done(struct target_reader *r);
MUST_USE int target_reader_read(struct target_reader *r, const struct target_snapshot *prev, struct err *err);

#endif
