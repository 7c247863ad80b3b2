/* SPDX-License-Identifier: EUPL-1.2 */
#include "run/sync_entry.h"

#include <stdio.h>

#include "base/log.h"
#include "model/date.h"

static void end(struct sync_entry *s, const char *trouble)
{
	if (!s->writing)
		return;
	s->writing = false;
	client_finish(s->target);
	if (trouble != NULL)
		log_event(LOG_TARGET_REFUSED_MESSAGE, "the entry that tells applications how fresh the groups are: %s",
			  trouble);
	s->finished(s->ctx);
}

static void on_record(void *ctx, uint16_t type, const void *body, size_t len)
{
	struct sync_entry *s = ctx;
	struct outcome outcome;
	struct err err = {0};
	if (type == M_OUTCOME && outcome_decode(body, len, &outcome, &err) == 0 && outcome.result != 0)
		log_event(LOG_TARGET_REFUSED_MESSAGE,
			  "the entry that tells applications how fresh the groups are: result %d: %.*s", outcome.result,
			  TEXT_ARG(outcome.text));
	else if (type == M_WRITE_DONE)
		end(s, NULL);
}

static void on_failed(void *ctx, const struct err *why)
{
	end(ctx, why->text);
}

static void put_value(struct buf *out, const struct entry *there, enum field field, const char *value)
{
	struct text old = there != NULL ? entry_value(there, field) : text_of(NULL);
	if (text_equal(old, text_of(value)) || value[0] == '\0')
		return;
	if (old.len > 0) {
		write_mod(out, MOD_DELETE, field, 1);
		write_value(out, old);
	}
	write_mod(out, MOD_ADD, field, 1);
	write_value(out, text_of(value));
}

static void put_time(struct buf *out, const struct entry *there, enum field field, int64_t at_s)
{
	char value[GENERALIZED_TIME_SIZE] = "";
	if (at_s > 0)
		instant_format(at_s, value);
	put_value(out, there, field, value);
}

static void compose(struct buf *out, const struct run_config *config, const struct entry *there,
		    const struct sync_facts *facts)
{
	char generation[24];
	struct write write = {.kind = there != NULL ? WRITE_MODIFY : WRITE_ADD,
			      .entry_kind = ENTRY_SYNC,
			      .dn = text_of(config->target->sync_dn)};
	if (there != NULL)
		write.uuid = there->uuid; /* no entryCSN: nobody else has a say in this entry */
	write_encode(out, &write);        /* without its name: a server puts that in by itself (RFC 4511 section 4.7) */
	snprintf(generation, sizeof generation, "%llu", (unsigned long long)facts->generation);
	put_value(out, there, FIELD_MANAGED_BY, config->names->instance);
	put_time(out, there, FIELD_VALID_UNTIL, facts->valid_until_s);
	put_time(out, there, FIELD_LAST_COMPLETE_READ, facts->last_read_s);
	put_time(out, there, FIELD_LAST_APPLIED, facts->last_applied_s);
	put_value(out, there, FIELD_GENERATION, generation);
}

static int send(struct sync_entry *s, const struct buf *record, struct err *err)
{
	s->target->ctx = s;
	s->target->record = on_record;
	s->target->failed = on_failed;
	int e = client_request(s->target, M_WRITE, record, err);
	if (e == 0)
		e = client_put(s->target, M_WRITE_END, NULL, err);
	return e < 0 ? e : client_flush(s->target, err);
}

bool sync_entry_write(struct sync_entry *s, const struct run_config *config, const struct target_snapshot *target,
		      const struct sync_facts *facts, int64_t now_s)
{
	struct err err = {0};
	struct buf record;
	uint32_t every = config->run->sync_entry_s;
	if (every == 0 || target == NULL || now_s - s->written_s < (int64_t)every)
		return false;
	s->written_s = now_s;
	buf_init(&record);
	compose(&record, config, target->sync, facts);
	int e = send(s, &record, &err);
	buf_done(&record);
	if (e < 0) {
		client_restart(s->target); /* it may have heard half of it */
		log_event(LOG_TARGET_REFUSED_MESSAGE, "%s", err.text);
	}
	s->writing = e == 0;
	return s->writing;
}
