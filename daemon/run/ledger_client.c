/* SPDX-License-Identifier: EUPL-1.2 */
#include "run/ledger_client.h"

#include "base/vec.h"
#include "model/dn.h"
#include "wire/record.h"

/* ---- what was remembered ------------------------------------------------------------------------- */

static int take_meta(struct past *past, const void *body, size_t len, struct err *err)
{
	struct past_meta meta;
	int e = past_meta_decode(body, len, &meta, err);
	if (e < 0)
		return e;
	past->first_contact = meta.first_contact;
	past->last_cycle = meta.last_cycle;
	past->generation = meta.generation;
	past->position = meta.position;
	past->source_people = meta.source_people;
	past->source_institutions = meta.source_institutions;
	past->released_members = meta.released_members;
	return 0;
}

static int take_group(struct past *past, const void *body, size_t len, struct err *err)
{
	struct past_group group;
	int e = past_group_decode(body, len, &group, err);
	if (e == 0 && past_set_group(past, &group) < 0)
		return err_nomem(err);
	return e;
}

static int take_pending(struct ledger_client *l, const struct owned_record *record, uint64_t key, struct err *err)
{
	struct buf value;
	buf_init(&value);
	buf_add_text(&value, record->value);
	const struct pending_value pending = {.source = record->source,
					      .key = key,
					      .value = buf_string(&value),
					      .number = record->number,
					      .cycle = record->cycle,
					      .role = record->role};
	int e = buf_failed(&value) ? err_nomem(err) : pending_add(&l->pending, &pending, err);
	buf_done(&value);
	return e;
}

static int take_owned(struct ledger_client *l, const void *body, size_t len, struct err *err)
{
	struct owned_record record;
	int e = owned_decode(body, len, &record, err);
	if (e < 0)
		return e;
	const struct owned_value value = {
		.key = dn_key(record.value), .source = record.source, .cycle = record.cycle, .state = record.state};
	if (value.key == 0)
		return err_set(err, ERR_PROTOCOL, "the ledger holds a member value that is not a DN");
	if (uuid_is_null(&record.group))
		return take_pending(l, &record, value.key, err);
	return past_set_owned(&l->loading, &record.group, &value) < 0 ? err_nomem(err) : 0;
}

static int take_seen(struct past *past, const void *body, size_t len, struct err *err)
{
	struct seen_entry seen;
	int e = seen_decode(body, len, &seen, err);
	if (e == 0 && past_set_seen(past, &seen) < 0)
		return err_nomem(err);
	return e;
}

static int take_removal(struct past *past, const void *body, size_t len, struct err *err)
{
	struct past_removal removal;
	int e = removal_decode(body, len, &removal, err);
	if (e == 0 && past_add_removal(past, &removal) < 0)
		return err_nomem(err);
	return e;
}

static int take_ambiguity(struct past *past, const void *body, size_t len, struct err *err)
{
	struct past_ambiguity ambiguity;
	int e = ambiguity_decode(body, len, &ambiguity, err);
	if (e == 0 && past_set_ambiguity(past, &ambiguity.first, ambiguity.since_s) < 0)
		return err_nomem(err);
	return e;
}

static int take_grantor(struct past *past, const void *body, size_t len, struct err *err)
{
	struct past_grantor grantor;
	int e = grantor_decode(body, len, &grantor, err);
	if (e < 0)
		return e;
	if (vec_reserve(&past->grantors, &past->grantor_capacity, past->grantor_count + 1, sizeof grantor) < 0)
		return err_nomem(err);
	past->grantors[past->grantor_count++] = grantor;
	return 0;
}

static int take_cycle(struct ledger_client *l, const void *body, size_t len, struct err *err)
{
	struct cycle_summary cycle;
	int e = cycle_summary_decode(body, len, &cycle, err);
	if (e == 0)
		l->events.cycle(l->events.ctx, &cycle);
	return e;
}

static int take_past(struct ledger_client *l, uint16_t type, const void *body, size_t len, struct err *err)
{
	switch (type) {
	case M_PAST_META: return take_meta(&l->loading, body, len, err);
	case M_PAST_GROUP: return take_group(&l->loading, body, len, err);
	case M_PAST_OWNED: return take_owned(l, body, len, err);
	case M_PAST_SEEN: return take_seen(&l->loading, body, len, err);
	case M_PAST_REMOVAL: return take_removal(&l->loading, body, len, err);
	case M_PAST_AMBIGUITY: return take_ambiguity(&l->loading, body, len, err);
	case M_PAST_GRANTOR: return take_grantor(&l->loading, body, len, err);
	case M_CYCLE: return take_cycle(l, body, len, err);
	default: return err_set(err, ERR_PROTOCOL, "duaal-ledger sent a record of type %u", type);
	}
}

/* ---- events -------------------------------------------------------------------------------------- */

void ledger_client_drop(struct ledger_client *l)
{
	client_restart(&l->client);
	l->loaded = false;
}

static void fail(struct ledger_client *l, const struct err *why)
{
	ledger_client_drop(l);
	l->events.failed(l->events.ctx, why);
}

static void take_number(struct ledger_client *l, uint16_t type, const void *body, size_t len)
{
	struct record_in in;
	record_read(&in, body, len);
	uint32_t number = record_get_u32(&in);
	if (!record_done(&in)) {
		struct err err = {0};
		err_set(&err, ERR_PROTOCOL, "duaal-ledger sent a malformed answer");
		fail(l, &err);
	} else if (type == M_CYCLE_BEGUN)
		l->events.begun(l->events.ctx, number);
	else
		l->events.committed(l->events.ctx, number);
}

static void on_record(void *ctx, uint16_t type, const void *body, size_t len)
{
	struct ledger_client *l = ctx;
	struct err err = {0};
	if (type == M_CYCLE_BEGUN || type == M_COMMITTED)
		take_number(l, type, body, len);
	else if (type == M_LEDGER_LOADED) {
		l->loaded = true;
		l->events.loaded(l->events.ctx);
	} else if (take_past(l, type, body, len, &err) < 0)
		fail(l, &err);
}

static void on_failed(void *ctx, const struct err *why)
{
	fail(ctx, why);
}

void ledger_client_init(struct ledger_client *l, sd_event *loop, const char *dir, const struct ledger_settings *set,
			const struct ledger_events *events)
{
	*l = (struct ledger_client){.events = *events};
	past_init(&l->loading);
	pending_init(&l->pending);
	client_init(&l->client, loop, dir, "duaal-ledger");
	buf_init(&l->scratch);
	l->client.ctx = l;
	l->client.record = on_record;
	l->client.failed = on_failed;
	ledger_settings_encode(&l->client.hello, set);
}

void ledger_client_done(struct ledger_client *l)
{
	client_done_with(&l->client);
	past_done(&l->loading);
	pending_done(&l->pending);
	buf_done(&l->scratch);
}

/* ---- requests ------------------------------------------------------------------------------------ */

int ledger_client_load(struct ledger_client *l, struct err *err)
{
	ledger_client_drop(l);
	past_done(&l->loading);
	past_init(&l->loading);
	pending_done(&l->pending);
	return client_request(&l->client, M_LEDGER_LOAD, NULL, err);
}

void ledger_client_take(struct ledger_client *l, struct past *past)
{
	past_done(past);
	*past = l->loading;
	past_init(&l->loading);
}

static int put_scratch(struct ledger_client *l, uint16_t type, struct err *err)
{
	int e = client_put(&l->client, type, &l->scratch, err);
	buf_clear(&l->scratch);
	return e;
}

static int send_scratch(struct ledger_client *l, uint16_t type, struct err *err)
{
	int e = put_scratch(l, type, err);
	return e < 0 ? e : client_flush(&l->client, err);
}

int ledger_client_begin(struct ledger_client *l, const struct cycle_summary *cycle, struct err *err)
{
	cycle_summary_encode(&l->scratch, cycle);
	return send_scratch(l, M_CYCLE_BEGIN, err);
}

int ledger_client_intent(struct ledger_client *l, const struct intent *intent, struct err *err)
{
	intent_encode(&l->scratch, intent);
	return put_scratch(l, M_INTENT, err);
}

int ledger_client_commit(struct ledger_client *l, uint32_t token, struct err *err)
{
	record_put_u32(&l->scratch, token);
	return send_scratch(l, M_COMMIT, err);
}

int ledger_client_outcome(struct ledger_client *l, const struct change_outcome *outcome, struct err *err)
{
	change_outcome_encode(&l->scratch, outcome);
	return put_scratch(l, M_CHANGE_OUTCOME, err);
}

int ledger_client_end(struct ledger_client *l, const struct cycle_end *end, struct err *err)
{
	cycle_end_encode(&l->scratch, end);
	return send_scratch(l, M_CYCLE_END, err);
}

int ledger_client_group(struct ledger_client *l, const struct past_group *group, struct err *err)
{
	past_group_encode(&l->scratch, group);
	return put_scratch(l, M_SET_GROUP, err);
}

int ledger_client_owned(struct ledger_client *l, const struct owned_record *owned, struct err *err)
{
	owned_encode(&l->scratch, owned);
	return put_scratch(l, M_SET_OWNED, err);
}

int ledger_client_forget(struct ledger_client *l, const struct owned_record *owned, struct err *err)
{
	owned_encode(&l->scratch, owned);
	return put_scratch(l, M_FORGET_OWNED, err);
}

int ledger_client_seen(struct ledger_client *l, const struct seen_entry *seen, struct err *err)
{
	seen_encode(&l->scratch, seen);
	return put_scratch(l, M_SET_SEEN, err);
}

int ledger_client_removal(struct ledger_client *l, const struct past_removal *removal, struct err *err)
{
	removal_encode(&l->scratch, removal);
	return put_scratch(l, M_ADD_REMOVAL, err);
}

int ledger_client_ambiguity(struct ledger_client *l, const struct past_ambiguity *ambiguity, struct err *err)
{
	ambiguity_encode(&l->scratch, ambiguity);
	return put_scratch(l, M_SET_AMBIGUITY, err);
}

bool ledger_client_is_full(const struct ledger_client *l)
{
	return client_is_full(&l->client);
}
