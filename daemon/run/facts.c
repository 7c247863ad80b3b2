/* SPDX-License-Identifier: EUPL-1.2 */
#include "run/facts_parts.h"

#include <stdlib.h>

#include "base/buf.h"
#include "model/dn.h"

#define A_TURN 4096 /* looked at in one go: about two milliseconds */

/* ---- one fact each ------------------------------------------------------------------------------- */

/* That it stands in the target is noted of each that is known, whatever it is now. */
static const struct past_group *known_group(struct facts *f, const struct target_group *g)
{
	const struct past_group *known = past_group(f->past, &g->entry->uuid);
	if (known != NULL)
		f->past->groups[known - f->past->groups].found = f->cycle;
	return known;
}

static int tell_group(struct facts *f, uint32_t i, struct err *err)
{
	const struct target_group *g = &f->thought->plan_input.target->groups[i];
	const struct past_group *known = known_group(f, g);
	if (!g->ours || g->number == 0 || g->role == UINT8_MAX)
		return 0;
	if (f->thought->plan_input.adopts && !f->source_accepted)
		return 0; /* nothing was adopted: the next cycle does */
	/* An older one means that the target was restored: known as such until all that follows from it went through. */
	bool back = known != NULL && !f->released && csn_compare(&g->entry->csn, &known->csn) < 0;
	struct past_group now = {.uuid = g->entry->uuid,
				 /* cppcheck-suppress nullPointerRedundantCheck ; back says that it is known */
				 .csn = back ? known->csn : g->entry->csn,
				 .number = g->number,
				 .role = g->role,
				 .released = f->released     ? g->member_count
					     : known != NULL ? known->released
							     : 0,
				 .found = f->cycle};
	bool moved =
		known != NULL && (known->number != now.number || known->role != now.role); /* roles may be reordered */
	if (known != NULL && !moved && csn_compare(&known->csn, &now.csn) == 0 && known->released == now.released)
		return 0;
	if (past_set_group(f->past, &now) < 0)
		return err_nomem(err);
	return ledger_client_group(f->ledger, &now, err);
}

/* The group of that number and role is another entry now: what was held under the former one is over. Not so of one that we
 * deleted: its end is on record, and what we took out of it is remembered for as long as the ledger keeps that. */
static bool is_former(const struct facts *f, const struct past_group *known)
{
	const struct target_snapshot *s = f->thought->plan_input.target;
	if (known->found == f->cycle || known->number == 0 || past_group_is_deleted(known))
		return false;
	uint32_t at = target_group_find(s, known->number, known->role);
	return at != NONE && s->groups[at].ours;
}

static int count_former(struct facts *f, uint32_t i, struct err *err)
{
	(void)err;
	f->former += is_former(f, &f->past->groups[i]);
	return 0;
}

/* Told to nobody: the ledger forgets them with their group. */
static int forget_former_value(struct facts *f, uint32_t i, struct err *err)
{
	struct owned_value *owned = &f->past->owned[i];
	const struct past_group *group = &f->past->groups[owned->group];
	(void)err;
	if (owned->state != 0 && is_former(f, group))
		past_forget_owned(f->past, &group->uuid, owned->key);
	return 0;
}

static int tell_former_group(struct facts *f, uint32_t i, struct err *err)
{
	const struct past_group gone = {.uuid = f->past->groups[i].uuid, .role = UINT8_MAX};
	if (!is_former(f, &f->past->groups[i]))
		return 0;
	if (past_set_group(f->past, &gone) < 0)
		return err_nomem(err);
	return ledger_client_group(f->ledger, &gone, err);
}

static int tell_owned(struct facts *f, const struct confirmation *c, const struct buf *canonical, struct err *err)
{
	const struct target_snapshot *target = f->thought->plan_input.target;
	const struct uuid *group = &target->groups[c->group].entry->uuid;
	struct owned_value value = {.key = target->members[c->member].key, .cycle = f->cycle, .state = c->state};
	if (c->person != NONE)
		value.source = f->thought->policy.source->people[c->person].entry->uuid;
	const struct owned_record record = {.group = *group,
					    .value = buf_text(canonical),
					    .source = value.source,
					    .cycle = f->cycle,
					    .number = target->groups[c->group].number,
					    .role = target->groups[c->group].role,
					    .state = c->state};
	if (past_set_owned(f->past, group, &value) < 0)
		return err_nomem(err);
	return ledger_client_owned(f->ledger, &record, err);
}

static int tell_confirmation(struct facts *f, uint32_t i, struct err *err)
{
	const struct confirmation *c = &f->thought->plan->confirmations[i];
	struct buf raw, canonical;
	buf_init(&raw);
	buf_init(&canonical);
	target_member_value(f->thought->plan_input.target, c->member, &raw);
	int e = buf_failed(&raw) ? err_nomem(err) : dn_canonical(buf_text(&raw), &canonical, err);
	if (e == 0)
		e = tell_owned(f, c, &canonical, err);
	buf_done(&raw);
	buf_done(&canonical);
	return e;
}

/* The ledger knows the value by its DN, we by its key: the person at the source names it for both. */
static int tell_ending(struct facts *f, uint32_t i, struct err *err)
{
	const struct owned_value *owned = &f->past->owned[f->thought->plan->endings[i]];
	const struct owned_record record = {.group = f->past->groups[owned->group].uuid, .source = owned->source};
	const uint64_t key = owned->key;
	if (owned->state == 0 || uuid_is_null(&record.source))
		return 0;
	past_forget_owned(f->past, &record.group, key);
	return ledger_client_forget(f->ledger, &record, err);
}

uint32_t facts_member_of(const struct target_snapshot *s, const struct target_group *group, uint64_t key)
{
	for (uint32_t i = group->first_member; i < group->first_member + group->member_count; i++)
		if (s->members[i].key == key)
			return i;
	return NONE;
}

/* Written or announced for a group that came to be, and not confirmed: from now on it is kept under the group's entryUUID. */
static int tell_taken_over(struct facts *f, const struct pending_value *v, const struct target_group *group,
			   uint32_t member, struct err *err)
{
	struct owned_record record = {.group = group->entry->uuid,
				      .source = v->source,
				      .cycle = v->cycle,
				      .number = v->number,
				      .role = v->role,
				      .state = OWNED_INTENDED};
	struct buf value;
	buf_init(&value);
	target_member_value(f->thought->plan_input.target, member, &value);
	record.value = buf_text(&value);
	int e = buf_failed(&value) ? err_nomem(err) : ledger_client_owned(f->ledger, &record, err);
	buf_done(&value);
	return e;
}

static int tell_pending(struct facts *f, uint32_t i, struct err *err)
{
	const struct target_snapshot *s = f->thought->plan_input.target;
	const struct pending_value *v = &f->ledger->pending.items[i];
	const struct owned_record gone = {
		.value = text_of(v->value), .source = v->source, .number = v->number, .role = v->role};
	uint32_t at = target_group_find(s, v->number, v->role);
	if (at != NONE && s->groups[at].ours) {
		const struct owned_value *owned = past_owned(f->past, &s->groups[at].entry->uuid, v->key);
		if (owned != NULL && owned->state == OWNED_HELD && v->value == NULL)
			return 0; /* confirmed: moved with that */
		uint32_t member = facts_member_of(s, &s->groups[at], v->key);
		if (owned != NULL && owned->state == OWNED_INTENDED && member != NONE)
			return tell_taken_over(f, v, &s->groups[at], member, err);
	}
	if (v->value == NULL && uuid_is_null(&v->source))
		return 0;
	return ledger_client_forget(f->ledger, &gone, err);
}

/* Since when each date stands. That its end was another one once, or none, is not forgotten when it is taken out and set again. */
static struct seen_entry seen_now(const struct seen_entry *known, const struct entry *entry, int32_t begin, int32_t end,
				  int64_t now_s)
{
	struct seen_entry now = {.uuid = entry->uuid,
				 .csn = entry->csn,
				 .begin_day = begin,
				 .end_day = end,
				 .begin_since_s = now_s,
				 .end_since_s = now_s};
	if (known == NULL)
		return now;
	if (known->begin_day == begin)
		now.begin_since_s = known->begin_since_s;
	if (known->end_day == end)
		now.end_since_s = known->end_since_s;
	now.end_moved = known->end_moved || known->end_day != end;
	return now;
}

static int tell_seen(struct facts *f, const struct entry *entry, int32_t begin, int32_t end, struct err *err)
{
	struct seen_entry row;
	const struct seen_entry *known = past_seen_next(f->past, &entry->uuid, &f->next_seen, &row);
	const struct seen_entry now = seen_now(known, entry, begin, end, f->thought->policy.now_s);
	if (known != NULL && known->begin_day == begin && known->end_day == end &&
	    csn_compare(&known->csn, &entry->csn) == 0)
		return 0;
	if (past_set_seen(f->past, &now) < 0)
		return err_nomem(err);
	return ledger_client_seen(f->ledger, &now, err);
}

static int tell_person(struct facts *f, uint32_t i, struct err *err)
{
	int32_t begin, end;
	(void)policy_judge_person(&f->thought->policy, i, &begin, &end);
	return tell_seen(f, f->thought->policy.source->people[i].entry, begin, end, err);
}

static int tell_institution(struct facts *f, uint32_t i, struct err *err)
{
	int32_t begin, end;
	policy_institution_dates(&f->thought->policy, i, &begin, &end);
	return tell_seen(f, f->thought->policy.source->institutions[i].entry, begin, end, err);
}

static int tell_grant_seen(struct facts *f, uint32_t i, struct err *err)
{
	const struct policy_input *in = &f->thought->policy;
	int32_t begin, end;
	policy_grant_dates(in, i, &begin, &end);
	return tell_seen(f, in->source->grants[i].entry, begin, end, err);
}

static int tell_right_group(struct facts *f, uint32_t i, struct err *err)
{
	return tell_seen(f, f->thought->policy.source->groups[i].entry, DAY_NONE, DAY_NONE, err);
}

/* What gives a membership that is there already; for one that is written it is told before that (apply.c). */
static int tell_given(struct facts *f, uint32_t i, struct err *err)
{
	const struct past_grant *grant = &f->thought->desired->grants[i];
	if (past_has_grant(f->past, grant))
		return 0;
	if (past_set_grant(f->past, grant) < 0)
		return err_nomem(err);
	return ledger_client_grant(f->ledger, grant, err);
}

/* Told to nobody: each value of ours marks what gave it. A look through all of them for each grant would grow with the square. */
static int mark_owned(struct facts *f, uint32_t i, struct err *err)
{
	struct past *past = f->past;
	const struct owned_value *owned = &past->owned[i];
	const struct past_group *group = &past->groups[owned->group];
	(void)err;
	if (owned->state == 0 || owned->state == OWNED_REMOVED)
		return 0;
	uint32_t at = past_grant_first(past, &owned->source, group->number, group->role);
	for (; at != MAP_NONE; at = past_grant_next(past, at))
		past->grants[at].owned = true;
	return 0;
}

/* The membership is neither wanted nor there any more: what gave it need not be known longer. */
static int tell_grant_ended(struct facts *f, uint32_t i, struct err *err)
{
	const struct thought *t = f->thought;
	const struct past_grant grant = f->past->grants[i];
	f->past->grants[i].owned = false; /* for the next walk */
	if (grant.gone || grant.owned ||
	    desired_membership_find(t->desired, t->policy.source, grant.number, grant.role, &grant.person) != NONE)
		return 0;
	past_forget_grant(f->past, &grant);
	return ledger_client_forget_grant(f->ledger, &grant, err);
}

static int set_ambiguity(struct facts *f, const struct uuid *first, int64_t since_s, struct err *err)
{
	const struct past_ambiguity told = {.first = *first, .since_s = since_s};
	if (past_set_ambiguity(f->past, first, since_s) < 0)
		return err_nomem(err);
	return ledger_client_ambiguity(f->ledger, &told, err);
}

static int forget_cleared(struct facts *f, struct err *err)
{
	const struct source_snapshot *source = f->thought->policy.source;
	int e = 0;
	for (size_t i = f->past->ambiguity_count; i-- > 0 && e == 0;) {
		const struct uuid first = f->past->ambiguities[i].first;
		uint32_t person = source_person_by_uuid(source, &first);
		bool cleared =
			person != NONE ? source->people[person].same_as == NONE : source_is_absent(source, &first);
		if (cleared && f->past->ambiguities[i].since_s != 0)
			e = set_ambiguity(f, &first, 0, err);
	}
	return e;
}

static int tell_ambiguity(struct facts *f, uint32_t i, struct err *err)
{
	const struct source_person *person = &f->thought->policy.source->people[i];
	if (i == 0) {
		int e = forget_cleared(f, err);
		if (e < 0)
			return e;
	}
	if (person->same_as == NONE || past_ambiguity(f->past, &person->entry->uuid) != NULL)
		return 0;
	return set_ambiguity(f, &person->entry->uuid, f->thought->policy.now_s, err);
}

/* Whoever granted is judged once, when the grant is first seen (R4). */
static int tell_grantor(struct facts *f, uint32_t i, struct err *err)
{
	const struct past_grantor *verdict = &f->thought->desired->grantors[i];
	if (past_set_grantor(f->past, verdict) < 0)
		return err_nomem(err);
	return ledger_client_grantor(f->ledger, verdict, err);
}

static int set_idle(struct facts *f, const struct past_idle *idle, struct err *err)
{
	if (past_set_idle(f->past, idle) < 0)
		return err_nomem(err);
	return ledger_client_idle(f->ledger, idle, err);
}

static int tell_idle(struct facts *f, uint32_t i, struct err *err)
{
	const struct past_idle *idle = &f->thought->plan->idle[i];
	return past_idle(f->past, &idle->entry) == NULL ? set_idle(f, idle, err) : 0;
}

static int compare_idle(const void *a, const void *b)
{
	const struct past_idle *left = a, *right = b;
	return uuid_compare(&left->entry, &right->entry);
}

/* Needed again, or gone. */
static int tell_busy(struct facts *f, uint32_t i, struct err *err)
{
	const struct plan *plan = f->thought->plan;
	const struct past_idle known = f->past->idles[i], busy = {.entry = known.entry};
	bool idle = plan->idle_count > 0 &&
		    bsearch(&known, plan->idle, plan->idle_count, sizeof(known), compare_idle) != NULL;
	return known.since_s == 0 || idle ? 0 : set_idle(f, &busy, err);
}

/* ---- the walk ------------------------------------------------------------------------------------ */

static const struct {
	int (*tell)(struct facts *, uint32_t, struct err *);
	bool needs_source;
} stages[] = {
	[FACTS_GROUPS] = {tell_group, false},
	[FACTS_FORMER] = {count_former, true},
	[FACTS_FORMER_VALUES] = {forget_former_value, true},
	[FACTS_FORMER_GROUPS] = {tell_former_group, true},
	[FACTS_CONFIRMATIONS] = {tell_confirmation, true},
	[FACTS_ENDINGS] = {tell_ending, true},
	[FACTS_PENDING] = {tell_pending, false},
	[FACTS_PEOPLE] = {tell_person, true},
	[FACTS_INSTITUTIONS] = {tell_institution, true},
	[FACTS_AMBIGUITIES] = {tell_ambiguity, true},
	[FACTS_GRANTS] = {tell_grant_seen, true},
	[FACTS_RIGHT_GROUPS] = {tell_right_group, true},
	[FACTS_GIVEN] = {tell_given, true},
	[FACTS_GRANTORS] = {tell_grantor, true},
	[FACTS_IDLE] = {tell_idle, true},
	[FACTS_BUSY] = {tell_busy, true},
	[FACTS_GRANTS_OWNED] = {mark_owned, true},
	[FACTS_GRANTS_ENDED] = {tell_grant_ended, true},
	[FACTS_DRIFTS] = {facts_drift, true},
	[FACTS_DIRECTIVES] = {facts_directive, true},
	[FACTS_HOLDS_ENDED] = {facts_hold_ended, false},
	[FACTS_HOLDS_OPENED] = {facts_hold_opened, false},
};

static uint32_t stage_size(const struct facts *f)
{
	const struct thought *t = f->thought;
	if (stages[f->stage].needs_source && !f->source_accepted)
		return 0;
	switch (f->stage) {
	case FACTS_GROUPS: return t->plan_input.target->group_count;
	case FACTS_FORMER: return (uint32_t)f->past->group_count;
	case FACTS_FORMER_VALUES: return f->former > 0 ? (uint32_t)f->past->owned_count : 0;
	case FACTS_FORMER_GROUPS: return f->former > 0 ? (uint32_t)f->past->group_count : 0;
	case FACTS_CONFIRMATIONS: return t->plan->confirmation_count;
	case FACTS_ENDINGS: return t->plan->ending_count;
	case FACTS_PENDING: return (uint32_t)f->ledger->pending.count;
	case FACTS_INSTITUTIONS: return t->policy.source->institution_count;
	case FACTS_PEOPLE:
	case FACTS_AMBIGUITIES: return t->policy.source->people_count;
	case FACTS_GRANTS: return t->policy.source->grant_count;
	case FACTS_RIGHT_GROUPS: return t->policy.source->group_count;
	case FACTS_GIVEN: return t->desired->grant_count;
	case FACTS_GRANTORS: return t->desired->grantor_count;
	case FACTS_IDLE: return t->plan->idle_count;
	case FACTS_BUSY: return (uint32_t)f->past->idle_count;
	case FACTS_GRANTS_OWNED: return f->past->grant_count > 0 ? (uint32_t)f->past->owned_count : 0;
	case FACTS_GRANTS_ENDED: return (uint32_t)f->past->grant_count;
	case FACTS_DRIFTS: return t->plan->drift_count + 1; /* one more, so that forgetting has its turn */
	case FACTS_DIRECTIVES: return t->desired->directive_count + 1;
	case FACTS_HOLDS_ENDED: return t->verdict.ended_count;
	case FACTS_HOLDS_OPENED: return t->verdict.opened_count;
	case FACTS_DONE: break;
	}
	return 0;
}

int facts_tell(struct facts *f, struct err *err)
{
	uint32_t left = A_TURN;
	while (f->stage != FACTS_DONE) {
		for (uint32_t size = stage_size(f); f->at < size; f->at++) {
			if (ledger_client_is_full(f->ledger))
				return FACTS_FULL;
			if (left-- == 0)
				return FACTS_MORE;
			int e = stages[f->stage].tell(f, f->at, err);
			if (e < 0)
				return err_prefix(err, "remembering");
		}
		f->stage++;
		f->at = 0;
	}
	/* A source that went back holds everything, so what another scope takes away was not held for that yet. */
	if (f->scope != NULL && f->source_accepted)
		memcpy(f->past->scope, f->scope, sizeof(f->past->scope));
	return 0;
}
