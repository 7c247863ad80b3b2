/* SPDX-License-Identifier: EUPL-1.2 */
/* facts_decided.c - see facts_parts.h: what people changed by hand, their directives, and what waits for them. */
#include "run/facts_parts.h"

#include <stdlib.h>

#include "model/dn.h"

/* ---- what people changed by hand ------------------------------------------------------------------ */

void facts_put_value(const struct thought *t, const struct past_drift *drift, struct buf *out)
{
	const struct target_snapshot *s = t->plan_input.target;
	uint32_t group = target_group_find(s, drift->number, drift->role), person;
	uint32_t member = group != NONE && drift->key != 0 ? facts_member_of(s, &s->groups[group], drift->key) : NONE;
	if (drift->key == 0)
		return;
	if (member != NONE) {
		target_member_value(s, member, out);
		return;
	}
	if ((person = target_person_by_key(s, drift->key)) != NONE)
		target_person_dn(s, person, out);
	else if ((person = source_person_by_uuid(t->policy.source, &drift->person)) != NONE)
		target_names_person_dn(s->names, entry_value(t->policy.source->people[person].entry, FIELD_VO_ID), out);
}

int facts_set_drift(const struct facts *f, const struct past_drift *drift, struct err *err)
{
	struct drift_record record = {.drift = *drift};
	struct buf value, canonical;
	buf_init(&value);
	buf_init(&canonical);
	facts_put_value(f->thought, drift, &value);
	int e = buf_failed(&value) ? err_nomem(err) : 0;
	if (e == 0 && value.len > 0)
		e = dn_canonical(buf_text(&value), &canonical, err);
	record.value = buf_text(&canonical);
	if (e == 0)
		e = ledger_client_drift(f->ledger, &record, err);
	if (e == 0 && past_set_drift(f->past, drift) < 0)
		e = err_nomem(err);
	buf_done(&value);
	buf_done(&canonical);
	return e;
}

static bool is_told(const struct past *past, const struct past_drift *drift)
{
	const struct past_drift *known = past_drift(past, drift->id);
	return known != NULL && known->key == drift->key && known->number == drift->number &&
	       known->role == drift->role && uuid_equal(&known->person, &drift->person);
}

static int compare_id(const void *key, const void *item)
{
	uint32_t id = *(const uint32_t *)key, there = ((const struct past_drift *)item)->id;
	return id < there ? -1 : id > there;
}

/* New ones stand behind those on record, with id 0. */
static int forget_drifts(struct facts *f, struct err *err)
{
	const struct plan *plan = f->thought->plan;
	uint32_t known = plan->drift_count;
	int e = 0;
	while (known > 0 && plan->drifts[known - 1].id == 0)
		known--;
	for (size_t i = f->past->drift_count; i-- > 0 && e == 0;) {
		const uint32_t id = f->past->drifts[i].id;
		if (known > 0 && bsearch(&id, plan->drifts, known, sizeof(*plan->drifts), compare_id) != NULL)
			continue;
		past_forget_drift(f->past, id);
		e = ledger_client_forget_drift(f->ledger, id, err);
	}
	return e;
}

int facts_drift(struct facts *f, uint32_t i, struct err *err)
{
	struct plan *plan = f->thought->plan;
	int e = i == 0 ? forget_drifts(f, err) : 0;
	if (e < 0 || i == plan->drift_count)
		return e;
	struct past_drift *drift = &plan->drifts[i];
	if (drift->id == 0) {
		drift->id = f->past->next_drift;
		drift->first_cycle = f->cycle;
	} else if (is_told(f->past, drift))
		return 0;
	return facts_set_drift(f, drift, err);
}

/* ---- directives ---------------------------------------------------------------------------------- */

static bool is_same_directive(const struct past_directive *a, const struct past_directive *b)
{
	return uuid_equal(&a->person, &b->person) && a->number == b->number && a->kind == b->kind &&
	       a->role == b->role && a->until_s == b->until_s && a->since_s == b->since_s;
}

static bool is_in_force(const struct desired *desired, const struct uuid *uuid)
{
	for (uint32_t i = 0; i < desired->directive_count; i++)
		if (uuid_equal(&desired->directives[i].uuid, uuid))
			return true;
	return false;
}

static int forget_directives(struct facts *f, struct err *err)
{
	int e = 0;
	for (size_t i = f->past->directive_count; i-- > 0 && e == 0;) {
		const struct uuid uuid = f->past->directives[i].uuid;
		if (is_in_force(f->thought->desired, &uuid))
			continue;
		past_forget_directive(f->past, &uuid);
		e = ledger_client_forget_directive(f->ledger, &uuid, err);
	}
	return e;
}

/* The policy's list is the whole of what should be known: those that vanished and still count are in it. */
int facts_directive(struct facts *f, uint32_t i, struct err *err)
{
	const struct desired *desired = f->thought->desired;
	int e = i == 0 ? forget_directives(f, err) : 0;
	if (e < 0 || i == desired->directive_count)
		return e;
	const struct past_directive *now = &desired->directives[i], *known = past_directive(f->past, &now->uuid);
	if (known != NULL && is_same_directive(known, now))
		return 0;
	if (past_set_directive(f->past, now) < 0)
		return err_nomem(err);
	return ledger_client_directive(f->ledger, now, err);
}

/* ---- holds --------------------------------------------------------------------------------------- */

static int set_hold(struct facts *f, const struct past_hold *hold, struct err *err)
{
	int e = ledger_client_hold(f->ledger, hold, err); /* first: the list may be the past's own */
	if (e < 0)
		return e;
	return past_set_hold(f->past, hold) < 0 ? err_nomem(err) : 0;
}

int facts_hold_ended(struct facts *f, uint32_t i, struct err *err)
{
	const struct past_hold *hold = &f->thought->verdict.ended[i];
	return past_hold(f->past, hold->id) != NULL ? set_hold(f, hold, err) : 0;
}

int facts_hold_opened(struct facts *f, uint32_t i, struct err *err)
{
	struct past_hold *hold = &f->thought->verdict.opened[i];
	if (hold->id != 0)
		return 0;
	hold->id = f->past->next_hold;
	return set_hold(f, hold, err);
}
