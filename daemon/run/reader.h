/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * reader.h - one complete read of one directory through its helper: records in, a sealed snapshot or an error out.
 *
 * Two of a kind, source_reader and target_reader; each lives as long as the run and keeps its helper between reads. done is called
 * exactly once for each read that was begun with 0, never from within the call. On failure nothing of the read remains.
 */
#ifndef DUAAL_RUN_READER_H
#define DUAAL_RUN_READER_H

#include "model/snapshot.h"
#include "run/client.h"

typedef void (*read_done_fn)(void *ctx,
			     const struct err *why); /* why NULL: the snapshot waits in .snapshot or .answers */

struct source_reader {
	struct client client;
	struct source_bases bases; /* borrowed texts */
	struct source_builder *builder;
	struct source_snapshot *snapshot; /* result of a read: the owner takes it and sets NULL */
	struct source_snapshot *asking;	  /* questions under way: answers go into this one */
	struct entry **answers;
	uint32_t answer_count;
	size_t answer_capacity;
	uint32_t entries; /* progress */
	void *ctx;
	read_done_fn done;
	void (*progress)(void *ctx);
};

void source_reader_init(struct source_reader *r, sd_event *loop, const char *dir, const struct source_settings *set,
			const struct source_bases *bases);
void source_reader_done(struct source_reader *r);
MUST_USE int source_reader_read(struct source_reader *r, const struct source_snapshot *prev, struct err *err);
MUST_USE int source_reader_ask(struct source_reader *r, struct source_snapshot *about, const struct uuid *uuids,
			       uint32_t count, struct err *err);

struct target_reader {
	struct client client; /* also used for writing, by apply */
	const struct target_names *names;
	struct target_builder *builder;
	struct target_snapshot *snapshot;
	uint32_t entries;
	void *ctx;
	read_done_fn done;
	void (*progress)(void *ctx);
};

void target_reader_init(struct target_reader *r, sd_event *loop, const char *dir, const struct target_settings *set,
			const struct target_names *names);
void target_reader_done(struct target_reader *r);
MUST_USE int target_reader_read(struct target_reader *r, const struct target_snapshot *prev, struct err *err);

#endif
