/* SPDX-License-Identifier: EUPL-1.2 */
/* ledger_client_past.c - see ledger_client_past.h: one record each. */
#include "run/ledger_client_past.h"

#include <stdlib.h>

#include "model/dn.h"

static int take_meta(struct past *past, const void *body, size_t len, struct err *err)
{
	struct past_meta meta;
	int e = past_meta_decode(body, len, &meta, err);
	if (e < 0)
		return e;
	past->first_contact = meta.first_contact;
	past->last_cycle = meta.last_cycle;
	past->last_complete = meta.last_complete;
	past->record = meta.record;
	past->generation = meta.generation;
	past->positions = meta.positions;
	past->source_people = meta.source_people;
	past->source_institutions = meta.source_institutions;
	past->released_members = meta.released_members;
	memcpy(past->scope, meta.scope, sizeof past->scope);
	past->next_hold = meta.next_hold;
	past->next_drift = meta.next_drift;
	past->next_freeze = meta.next_freeze;
	past->clock = meta.clock;
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
	struct owned_value value = {.source = record.source, .cycle = record.cycle, .state = record.state};
	if (dn_key_of(record.value, &value.key) < 0)
		return err_nomem(err);
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

static int take_idle(struct past *past, const void *body, size_t len, struct err *err)
{
	struct past_idle idle;
	int e = idle_decode(body, len, &idle, err);
	if (e == 0 && past_set_idle(past, &idle) < 0)
		return err_nomem(err);
	return e;
}

static int take_grantor(struct past *past, const void *body, size_t len, struct err *err)
{
	struct past_grantor grantor;
	int e = grantor_decode(body, len, &grantor, err);
	if (e == 0 && past_set_grantor(past, &grantor) < 0)
		return err_nomem(err);
	return e;
}

static int take_grant(struct past *past, const void *body, size_t len, struct err *err)
{
	struct past_grant grant;
	int e = past_grant_decode(body, len, &grant, err);
	if (e == 0 && past_set_grant(past, &grant) < 0)
		return err_nomem(err);
	return e;
}

static int take_hold(struct past *past, const void *body, size_t len, struct err *err)
{
	struct past_hold hold;
	int e = hold_decode(body, len, &hold, err);
	if (e < 0)
		return e;
	if (past_set_hold(past, &hold) < 0)
		e = err_nomem(err);
	free(hold.ops);
	free(hold.said);
	return e;
}

static int take_freeze(struct past *past, const void *body, size_t len, struct err *err)
{
	struct past_freeze freeze;
	int e = freeze_decode(body, len, &freeze, err);
	if (e < 0)
		return e;
	if (past_set_freeze(past, &freeze) < 0)
		e = err_nomem(err);
	free(freeze.said);
	return e;
}

static int take_pin(struct past *past, const void *body, size_t len, struct err *err)
{
	struct past_pin pin;
	int e = pin_decode(body, len, &pin, err);
	if (e == 0 && past_set_pin(past, &pin) < 0)
		return err_nomem(err);
	return e;
}

static int take_directive(struct past *past, const void *body, size_t len, struct err *err)
{
	struct past_directive directive;
	int e = directive_decode(body, len, &directive, err);
	if (e == 0 && past_set_directive(past, &directive) < 0)
		return err_nomem(err);
	return e;
}

/* The key of a value is this process's own. What is no DN has none. */
static int take_drift(struct past *past, const void *body, size_t len, struct err *err)
{
	struct drift_record record;
	int e = drift_decode(body, len, &record, err);
	if (e < 0)
		return e;
	record.drift.key = 0;
	if ((!text_is_empty(record.value) && dn_key_of(record.value, &record.drift.key) < 0) ||
	    past_set_drift(past, &record.drift) < 0)
		e = err_nomem(err);
	free(record.drift.author);
	return e;
}

static int take_cycle(struct ledger_client *l, const void *body, size_t len, struct err *err)
{
	struct cycle_summary cycle;
	int e = cycle_summary_decode(body, len, &cycle, err);
	if (e == 0)
		l->events.cycle(l->events.ctx, &cycle);
	return e;
}

int ledger_client_remember(struct ledger_client *l, uint16_t type, const void *body, size_t len, struct err *err)
{
	switch (type) {
	case M_PAST_META: return take_meta(&l->loading, body, len, err);
	case M_PAST_GROUP: return take_group(&l->loading, body, len, err);
	case M_PAST_OWNED: return take_owned(l, body, len, err);
	case M_PAST_SEEN: return take_seen(&l->loading, body, len, err);
	case M_PAST_REMOVAL: return take_removal(&l->loading, body, len, err);
	case M_PAST_AMBIGUITY: return take_ambiguity(&l->loading, body, len, err);
	case M_PAST_IDLE: return take_idle(&l->loading, body, len, err);
	case M_PAST_GRANTOR: return take_grantor(&l->loading, body, len, err);
	case M_PAST_GRANT: return take_grant(&l->loading, body, len, err);
	case M_PAST_HOLD: return take_hold(&l->loading, body, len, err);
	case M_PAST_FREEZE: return take_freeze(&l->loading, body, len, err);
	case M_PAST_PIN: return take_pin(&l->loading, body, len, err);
	case M_PAST_DIRECTIVE: return take_directive(&l->loading, body, len, err);
	case M_PAST_DRIFT: return take_drift(&l->loading, body, len, err);
	case M_CYCLE: return take_cycle(l, body, len, err);
	default: return err_set(err, ERR_PROTOCOL, "duaal-ledger sent a record of type %u", type);
	}
}
