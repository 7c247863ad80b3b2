/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>

#include "base/vec.h"
#include "run/reader.h"

static void drop(struct source_reader *r)
{
	r->builder = source_abandon(r->builder);
	for (uint32_t i = 0; i < r->answer_count; i++)
		entry_unref(r->answers[i]);
	r->answer_count = 0;
	r->asking = NULL;
}

static void finish(struct source_reader *r, const struct err *why)
{
	drop(r);
	if (r->client.busy && why != NULL)
		client_restart(&r->client); /* it may be in the middle of something */
	client_finish(&r->client);
	r->done(r->ctx, why);
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

static int take_entry(struct source_reader *r, const void *body, size_t len, struct err *err)
{
	if (!entry_check(body, len))
		return err_set(err, ERR_PROTOCOL, "duaal-source sent an entry that is not well-formed");
	r->entries++;
	if (r->asking != NULL)
		return take_answer(r, body, err);
	return source_add(r->builder, body, err);
}

static int take_certificate(struct source_reader *r, const void *body, size_t len, struct err *err)
{
	struct certificate cert;
	int e = certificate_decode(body, len, &cert, err);
	if (e < 0)
		return e;
	if (r->asking != NULL)
		return source_add_answers(r->asking, (const struct entry *const *)r->answers, r->answer_count, &cert,
					  err);
	struct source_builder *b = r->builder;
	r->builder = NULL;
	return source_seal(b, &cert, &r->snapshot, err);
}

static void on_record(void *ctx, uint16_t type, const void *body, size_t len)
{
	struct source_reader *r = ctx;
	struct err err = {0};
	int e = 0;
	if (type == M_ENTRY)
		e = take_entry(r, body, len, &err);
	else if (type == M_CERTIFICATE) {
		e = take_certificate(r, body, len, &err);
		if (e == 0) {
			finish(r, NULL);
			return;
		}
	} else if (type == M_PROGRESS)
		r->progress(r->ctx);
	else
		e = err_set(&err, ERR_PROTOCOL, "duaal-source sent a record of type %u in the middle of a read", type);
	if (e < 0)
		finish(r, &err);
}

static void on_failed(void *ctx, const struct err *why)
{
	finish(ctx, why);
}

void source_reader_init(struct source_reader *r, sd_event *loop, const char *dir, const struct source_settings *set,
			const struct source_bases *bases)
{
	*r = (struct source_reader){.bases = *bases};
	client_init(&r->client, loop, dir, "duaal-source");
	r->client.ctx = r;
	r->client.record = on_record;
	r->client.failed = on_failed;
	source_settings_encode(&r->client.hello, set);
}

void source_reader_done(struct source_reader *r)
{
	drop(r);
	free(r->answers);
	r->snapshot = source_free(r->snapshot);
	client_done_with(&r->client);
}

int source_reader_read(struct source_reader *r, const struct source_snapshot *prev, struct err *err)
{
	r->entries = 0;
	int e = source_begin(&r->bases, prev, &r->builder, err);
	if (e == 0)
		e = client_request(&r->client, M_READ, NULL, err);
	if (e < 0)
		drop(r);
	return e;
}

int source_reader_ask(struct source_reader *r, struct source_snapshot *about, const struct uuid *uuids, uint32_t count,
		      struct err *err)
{
	struct buf body;
	buf_init(&body);
	r->entries = 0;
	r->asking = about;
	ask_encode(&body, uuids, count);
	int e = client_request(&r->client, M_ASK, &body, err);
	buf_done(&body);
	if (e < 0)
		drop(r);
	return e;
}
