/* SPDX-License-Identifier: EUPL-1.2 */
#include "run/reader.h"

static void finish(struct target_reader *r, const struct err *why)
{
	r->builder = target_abandon(r->builder);
	if (r->client.busy && why != NULL)
		client_restart(&r->client);
	client_finish(&r->client);
	r->done(r->ctx, why);
}

static int take_entry(struct target_reader *r, const void *body, size_t len, struct err *err)
{
	if (!entry_check(body, len))
		return err_set(err, ERR_PROTOCOL, "duaal-target sent an entry that is not well-formed");
	r->entries++;
	return target_add(r->builder, body, err);
}

static int take_certificate(struct target_reader *r, const void *body, size_t len, struct err *err)
{
	struct certificate cert;
	int e = certificate_decode(body, len, &cert, err);
	if (e < 0)
		return e;
	struct target_builder *b = r->builder;
	r->builder = NULL;
	return target_seal(b, &cert, &r->snapshot, err);
}

static void on_record(void *ctx, uint16_t type, const void *body, size_t len)
{
	struct target_reader *r = ctx;
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
		e = err_set(&err, ERR_PROTOCOL, "duaal-target sent a record of type %u in the middle of a read", type);
	if (e < 0)
		finish(r, &err);
}

static void on_failed(void *ctx, const struct err *why)
{
	finish(ctx, why);
}

void target_reader_init(struct target_reader *r, sd_event *loop, const char *dir, const struct target_settings *set,
			const struct target_names *names)
{
	*r = (struct target_reader){.names = names};
	client_init(&r->client, loop, dir, "duaal-target");
	target_settings_encode(&r->client.hello, set);
}

void target_reader_done(struct target_reader *r)
{
	r->builder = target_abandon(r->builder);
	r->snapshot = target_free(r->snapshot);
	client_done_with(&r->client);
}

int target_reader_read(struct target_reader *r, const struct target_snapshot *prev, struct err *err)
{
	r->entries = 0;
	r->client.ctx = r; /* apply uses the same client for writing */
	r->client.record = on_record;
	r->client.failed = on_failed;
	int e = target_begin(r->names, prev, &r->builder, err);
	if (e == 0)
		e = client_request(&r->client, M_READ, NULL, err);
	if (e < 0)
		r->builder = target_abandon(r->builder);
	return e;
}
