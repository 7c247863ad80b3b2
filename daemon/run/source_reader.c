/* SPDX-License-Identifier: EUPL-1.2 */
/* source_reader.c - whole reads of the source, and questions by entryUUID and vo-id. See reader.h. */
#include <stdlib.h>

#include "base/vec.h"
#include "run/reader.h"

static void drop(struct reader *reader)
{
	struct source_reader *r = (struct source_reader *)reader;
	r->builder = source_abandon(r->builder);
	for (uint32_t i = 0; i < r->answer_count; i++)
		entry_unref(r->answers[i]);
	r->answer_count = 0;
	r->asking = NULL;
}

static int take_answer(struct source_reader *r, const struct entry *entry, struct err *err)
{
	int e = vec_reserve(&r->answers, &r->answer_capacity, (size_t)r->answer_count + 1, sizeof *r->answers);
	if (e < 0)
		return err_nomem(err);
	struct entry *kept = entry_keep(entry);
	if (kept == NULL)
		return err_nomem(err);
	r->answers[r->answer_count++] = kept;
	return 0;
}

static int take_entry(struct reader *reader, const struct entry *entry, struct err *err)
{
	struct source_reader *r = (struct source_reader *)reader;
	return r->asking != NULL ? take_answer(r, entry, err) : source_add(r->builder, entry, err);
}

/* One answer for each entryUUID comes first; whoever goes by one of the vo-ids follows. */
static int add_answers(struct source_reader *r, const struct certificate *cert, struct err *err)
{
	if (r->answer_count < r->asked_count)
		return err_set(err, ERR_PROTOCOL, "%u questions by entryUUID have %u answers", r->asked_count,
			       r->answer_count);
	return source_add_answers(r->asking, (const struct entry *const *)r->answers, r->answer_count,
				  r->answer_count - r->asked_count, cert, err);
}

static int take_certificate(struct reader *reader, const struct certificate *cert, struct err *err)
{
	struct source_reader *r = (struct source_reader *)reader;
	if (r->asking != NULL)
		return add_answers(r, cert, err);
	struct source_builder *b = r->builder;
	r->builder = NULL;
	return source_seal(b, cert, &r->snapshot, err);
}

static void greet(struct reader *reader)
{
	struct source_reader *r = (struct source_reader *)reader;
	r->set.connection.first_uri = reader->first_uri;
	buf_clear(&reader->client.hello);
	source_settings_encode(&reader->client.hello, &r->set);
}

static const struct reader_kind kind = {{"duaal-source", "source"}, greet, take_entry, take_certificate, drop};

void source_reader_init(struct source_reader *r, sd_event *loop, const struct helper_place *place, const char *socket,
			const struct source_settings *set, const struct source_bases *bases)
{
	*r = (struct source_reader){.set = *set, .bases = *bases};
	reader_init(&r->reader, &kind, loop, place, &set->connection);
	r->reader.client.kind.socket = socket;
}

void source_reader_done(struct source_reader *r)
{
	reader_abandon(&r->reader);
	free(r->answers);
	r->snapshot = source_free(r->snapshot);
	client_done_with(&r->reader.client);
}

int source_reader_read(struct source_reader *r, const struct source_snapshot *prev, const struct csn_vector *at_least,
		       struct err *err)
{
	struct buf body;
	reader_prefer(&r->reader);
	r->snapshot = source_free(r->snapshot); /* nobody took it: its cycle failed otherwise */
	int e = source_begin(&r->bases, prev, &r->builder, err);
	if (e < 0)
		return e;
	buf_init(&body);
	read_encode(&body, at_least);
	e = reader_request(&r->reader, M_READ, &body, err);
	buf_done(&body);
	return e;
}

int source_reader_ask(struct source_reader *r, struct source_snapshot *about, const struct question *question,
		      struct err *err)
{
	struct buf body;
	buf_init(&body);
	r->asking = about;
	r->asked_count = question->entry_count;
	ask_encode(&body, question);
	int e = reader_request(&r->reader, M_ASK, &body, err);
	buf_done(&body);
	return e;
}
