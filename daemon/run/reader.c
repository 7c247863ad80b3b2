/* SPDX-License-Identifier: EUPL-1.2 */
/* reader.c - what a read of either directory is: ENTRY* PROGRESS* CERTIFICATE, or its failure. See reader.h. */
#include "run/reader.h"

#include "base/clock.h"

#define GOOD_READS       4   /* from another server than the first, before the first is tried again */
#define SILENT_DEADLINES 5   /* of the helper: several searches may find nothing, each just within its own */
#define TOLD_EVERY       256 /* entries: a small directory has a bar that moves, too */

/* ---- which of several servers -------------------------------------------------------------------- */

static void begin_with(struct reader *r, uint32_t uri)
{
	r->first_uri = uri;
	r->good_reads = 0;
	client_restart(&r->client);
	r->kind->greet(r);
}

/* A server may answer and yet not be read: what fails there is tried elsewhere next time. */
static void note_end(struct reader *r, bool failed)
{
	if (failed && r->uri_count > 1)
		begin_with(r, (r->first_uri + 1) % r->uri_count);
	else if (!failed && r->first_uri != 0)
		r->good_reads++;
}

void reader_prefer(struct reader *r)
{
	if (r->good_reads >= GOOD_READS)
		begin_with(r, 0);
}

/* ---- records ------------------------------------------------------------------------------------- */

static void finish(struct reader *r, const struct err *why)
{
	r->kind->drop(r);
	/* It may be in the middle of something; and files that were replaced since it confined itself, those of the resolver say, are open to
	 * another one only. */
	if (why != NULL)
		client_restart(&r->client);
	client_finish(&r->client);
	if (why == NULL && r->whole)
		r->last_entries = r->entries;
	note_end(r, why != NULL);
	r->done(r->ctx, why);
}

static int take_entry(struct reader *r, const void *body, size_t len, struct err *err)
{
	if (!entry_check(body, len))
		return err_set(err, ERR_PROTOCOL, "%s sent an entry that is not well-formed", r->kind->helper.program);
	if (++r->entries % TOLD_EVERY == 0)
		r->progress(r->ctx);
	return r->kind->take_entry(r, body, err);
}

/* The helper went by the host's clock, which we may not believe, or which was set meanwhile. By our time the read began so long ago. */
static void put_in_our_time(struct certificate *cert)
{
	cert->started_s = clock_wall_s() - (clock_boot_ms() - cert->started_boot_ms + 999) / 1000;
	cert->ended_s = cert->started_s + cert->duration_ms / 1000;
}

static int take_certificate(struct reader *r, const void *body, size_t len, struct err *err)
{
	struct certificate cert;
	int e = certificate_decode(body, len, &cert, err);
	if (e < 0)
		return e;
	put_in_our_time(&cert);
	return r->kind->take_certificate(r, &cert, err);
}

static int take(struct reader *r, uint16_t type, const void *body, size_t len, struct err *err)
{
	switch (type) {
	case M_ENTRY: return take_entry(r, body, len, err);
	case M_CERTIFICATE: return take_certificate(r, body, len, err);
	case M_PROGRESS: r->progress(r->ctx); return 0;
	default:
		return err_set(err, ERR_PROTOCOL, "%s sent a record of type %u in the middle of a read",
			       r->kind->helper.program, type);
	}
}

static void on_record(void *ctx, uint16_t type, const void *body, size_t len)
{
	struct reader *r = ctx;
	struct err err = {0};
	int e = take(r, type, body, len, &err);
	if (e < 0)
		finish(r, &err);
	else if (type == M_CERTIFICATE)
		finish(r, NULL);
}

static void on_failed(void *ctx, const struct err *why)
{
	finish(ctx, why);
}

void reader_init(struct reader *r, const struct reader_kind *kind, sd_event *loop, const struct helper_place *place,
		 const struct connection_settings *set)
{
	r->kind = kind;
	r->uri_count = set->more_uri_count + 1;
	client_init(&r->client, loop, place, &kind->helper);
	r->client.silence_s = SILENT_DEADLINES * set->deadline_s;
	kind->greet(r);
}

void reader_rewind(struct reader *r)
{
	r->entries = 0;
	r->expected = r->last_entries;
}

void reader_add_progress(const struct reader *r, struct progress *progress)
{
	progress->entries += r->entries;
	progress->expected += r->expected;
	progress->unknown = progress->unknown || r->expected == 0;
}

int reader_request(struct reader *r, uint16_t type, const struct buf *body, struct err *err)
{
	reader_rewind(r);
	r->whole = type == M_READ;
	r->client.ctx = r;
	r->client.record = on_record;
	r->client.failed = on_failed;
	int e = client_request(&r->client, type, body, err);
	if (e < 0)
		r->kind->drop(r);
	return e;
}

void reader_abandon(struct reader *r)
{
	client_restart(&r->client);
	r->kind->drop(r);
}
