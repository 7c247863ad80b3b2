/* SPDX-License-Identifier: EUPL-1.2 */
/* target_reader.c - whole reads of the target. See reader.h. */
#include "run/reader.h"

static void drop(struct reader *reader)
{
	struct target_reader *r = (struct target_reader *)reader;
	r->builder = target_abandon(r->builder);
}

static int take_entry(struct reader *reader, const struct entry *entry, struct err *err)
{
	return target_add(((struct target_reader *)reader)->builder, entry, err);
}

static int take_certificate(struct reader *reader, const struct certificate *cert, struct err *err)
{
	struct target_reader *r = (struct target_reader *)reader;
	struct target_builder *b = r->builder;
	r->builder = NULL;
	return target_seal(b, cert, &r->snapshot, err);
}

static void greet(struct reader *reader)
{
	struct target_reader *r = (struct target_reader *)reader;
	r->set.connection.first_uri = reader->first_uri;
	buf_clear(&reader->client.hello);
	target_settings_encode(&reader->client.hello, &r->set);
}

static const struct reader_kind kind = {{"duaal-target", "target"}, greet, take_entry, take_certificate, drop};

void target_reader_init(struct target_reader *r, sd_event *loop, const struct helper_place *place,
			const struct target_settings *set, const struct target_names *names)
{
	*r = (struct target_reader){.set = *set, .names = names};
	reader_init(&r->reader, &kind, loop, place, &set->connection);
}

void target_reader_done(struct target_reader *r)
{
	reader_abandon(&r->reader);
	r->snapshot = target_free(r->snapshot);
	client_done_with(&r->reader.client);
}

int target_reader_read(struct target_reader *r, const struct target_snapshot *prev, struct err *err)
{
	r->snapshot = target_free(r->snapshot); /* nobody took it: its cycle failed otherwise */
	reader_prefer(&r->reader);
	int e = target_begin(r->names, prev, &r->builder, err);
	return e < 0 ? e : reader_request(&r->reader, M_READ, NULL, err);
}
