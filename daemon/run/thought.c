/* SPDX-License-Identifier: EUPL-1.2 */
#include "run/thought.h"

#include "base/clock.h"
#include "core/flat.h"
#include "core/hold.h"
#include "model/dn.h"

/* Announced by the source in its last complete word, or said by the directory's own administrators, whose word was read now. */
static bool needs_no_source(const struct change *c)
{
	return c->cause == R_CAUSE_SCHEDULED || (c->kind == CHANGE_MEMBER_REMOVE && c->cause == R_CAUSE_FOLLOWS) ||
	       (c->kind == CHANGE_MEMBER_REMOVE && c->reason == R_EXCLUDED);
}

static void hold_back(struct thought *t, struct change *c, enum reason rule)
{
	if (c->verdict != VERDICT_GO)
		return;
	c->verdict = VERDICT_HOLD;
	c->rule = (uint16_t)rule;
	t->verdict.go--;
	t->verdict.held++;
}

/* With a source that could not be read now, its last complete word still ends what was announced to end; nothing else is
 * decided on old data, and nothing that people changed by hand meanwhile is put back. */
static void hold_all_but_scheduled(struct thought *t)
{
	for (uint32_t i = 0; i < t->plan->change_count; i++)
		if (!needs_no_source(&t->plan->changes[i]))
			hold_back(t, &t->plan->changes[i], R_RULE_SOURCE_UNREAD);
}

static void hold_everything(struct thought *t)
{
	for (uint32_t i = 0; i < t->plan->change_count; i++)
		hold_back(t, &t->plan->changes[i], R_RULE_LEDGER_FAILED);
}

/* Until its first complete cycle a ledger has no scope: a new one, and one that release 0.1.0 left. */
static bool has_scope(const struct past *past)
{
	static const uint8_t never[sizeof(past->scope)];
	return memcmp(past->scope, never, sizeof(never)) != 0;
}

/* Which settings cover whom: another fingerprint than the one last thought with, once there is one (I15). */
static bool scope_changed(const struct past *past, const uint8_t *scope)
{
	return has_scope(past) && memcmp(past->scope, scope, sizeof(past->scope)) != 0;
}

static void prepare(struct thought *t, const struct thought_about *about)
{
	t->stale_source = about->stale_source;
	t->unread_source = about->source == NULL;
	memcpy(t->parts, about->parts, sizeof(t->parts));
	t->policy = (struct policy_input){.source = about->source != NULL ? about->source : &source_unread,
					  .target = about->target,
					  .settings = about->config->policy,
					  .zone = about->config->zone,
					  .past = about->past,
					  .now_s = about->now_s};
	t->plan_input = (struct plan_input){.policy = &t->policy,
					    .target = about->target,
					    .drift = about->config->drift,
					    .cycle = about->cycle,
					    .adopts = about->ledger_old || !has_scope(about->past),
					    .source_stale = about->stale_source,
					    .source_unread = t->unread_source,
					    .parts = t->parts,
					    .part_count = about->part_count};
	timeline_check(about->past, t->policy.source, &t->timeline);
	t->guard_past = (struct guard_past){.past = about->past,
					    .source_went_back = timeline_went_back(&t->timeline),
					    .scope_changed = scope_changed(about->past, about->config->scope),
					    .ledger_old = about->ledger_old,
					    .first_fill = about->first_fill,
					    .granted = about->granted};
}

static int judge(struct thought *t, const struct guard_settings *set, struct err *err)
{
	int64_t now_s = t->policy.now_s;
	int e = guard_judge(t->plan, &t->plan_input, set, &t->guard_past, now_s, &t->arena, &t->verdict, err);
	if (e == 0)
		e = holds_match(t->plan, &t->plan_input, set, &t->guard_past, now_s, &t->arena, &t->verdict, err);
	return e < 0 ? e : flat_follow(t->plan, &t->plan_input, &t->verdict, err);
}

static int make(struct thought *t, const struct guard_settings *set, struct err *err)
{
	int e = policy_apply(&t->policy, &t->arena, &t->desired, err);
	t->plan_input.desired = t->desired;
	if (e == 0)
		e = plan_build(&t->plan_input, &t->arena, &t->plan, err);
	return e < 0 ? e : judge(t, set, err);
}

int thought_make(struct thought *t, const struct thought_about *about, struct err *err)
{
	int64_t started = clock_boot_ms();
	thought_drop(t);
	arena_init(&t->arena, 0);
	prepare(t, about);
	int e = make(t, about->config->guard, err);
	if (e < 0) {
		thought_drop(t);
		return err_prefix(err, "deciding");
	}
	if (t->stale_source)
		hold_all_but_scheduled(t);
	if (about->no_ledger)
		hold_everything(t);
	t->explain = (struct explain_input){.plan_input = &t->plan_input, .plan = t->plan, .verdict = &t->verdict};
	t->duration_ms = (uint32_t)(clock_boot_ms() - started);
	t->made = true;
	t->number++;
	return 0;
}

void thought_drop(struct thought *t)
{
	uint64_t number = t->number;
	arena_done(&t->arena);
	*t = (struct thought){.made = false, .number = number};
}

bool thought_is_whole(const struct thought *t)
{
	return t->made && !t->unread_source;
}

/* ---- is the ledger of yesterday? ------------------------------------------------------------------- */

uint64_t target_generation(const struct target_snapshot *target)
{
	struct text digits = target->sync != NULL ? entry_value(target->sync, FIELD_GENERATION) : text_of(NULL);
	uint64_t generation = 0;
	for (size_t i = 0; i < digits.len && i < 19; i++) {
		if (digits.at[i] < '0' || digits.at[i] > '9')
			return 0;
		generation = generation * 10 + (uint64_t)(digits.at[i] - '0');
	}
	return generation;
}

static bool is_later(const struct past *past, const struct target_group *group)
{
	const struct past_group *known = past_group(past, &group->entry->uuid);
	return group->ours && known != NULL && !csn_is_none(&known->csn) &&
	       csn_compare(&group->entry->csn, &known->csn) > 0;
}

/* Is there a group that we wrote last, and later than the ledger knows? */
static int has_unknown_writing(const struct past *past, const struct target_snapshot *target, bool *ret)
{
	uint64_t own, writer;
	if (dn_key_of(certificate_own_dn(&target->certificate), &own) < 0)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < target->group_count && own != 0 && !*ret; i++) {
		struct text name = entry_value(target->groups[i].entry, FIELD_MODIFIERS_NAME);
		if (text_is_empty(name) || !is_later(past, &target->groups[i]))
			continue;
		if (dn_key_of(name, &writer) < 0)
			return ERR_NOMEM;
		*ret = writer == own;
	}
	return 0;
}

int ledger_is_old(const struct past *past, const struct target_snapshot *target, bool unlearnt, bool *ret)
{
	*ret = false;
	if (past->first_contact)
		return 0; /* it knows nothing: all is adopted anyway */
	*ret = target_generation(target) > past->generation;
	return *ret || unlearnt ? 0 : has_unknown_writing(past, target, ret);
}
