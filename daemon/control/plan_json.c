/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * plan_json.c - the answer of Plan: the first changes in the plan's order (revocations first), shown by institution.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "control/answers.h"
#include "control/interface.h"

static const char *verdict_name(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_GO: return "go";
	case VERDICT_HOLD: return "hold";
	case VERDICT_REFUSE: return "refuse";
	}
	return "refuse";
}

static void add_person_dn(const struct view *view, const struct change *change, struct buf *dn)
{
	const struct target_snapshot *target = view_target(view);
	if (change->target != NONE) {
		target_person_dn(target, change->target, dn);
		return;
	}
	struct text vo_id = entry_value(view_source(view)->people[change->person].entry, FIELD_VO_ID);
	target_names_person_dn(target->names, vo_id, dn);
}

/* DN of the entry that is made or changed. */
static void add_dn(const struct view *view, const struct change *change, struct buf *dn)
{
	const struct target_snapshot *target = view_target(view);
	switch ((enum change_kind)change->kind) {
	case CHANGE_INSTITUTION_ADD:
	case CHANGE_INSTITUTION_MODIFY:
	case CHANGE_INSTITUTION_DELETE: target_names_institution_dn(target->names, change->number, dn); return;
	case CHANGE_PERSON_ADD:
	case CHANGE_PERSON_DELETE:
	case CHANGE_PERSON_RELEASE:
	case CHANGE_PERSON_MODIFY: add_person_dn(view, change, dn); return;
	case CHANGE_MEMBER_REMOVE:
	case CHANGE_GROUP_ADD:
	case CHANGE_GROUP_MODIFY:
	case CHANGE_MEMBER_ADD:
	case CHANGE_GROUP_DELETE: break;
	}
	if (change->target != NONE)
		target_group_dn(target, change->target, dn);
	else
		target_names_group_dn(target->names, change->number, change->role, dn);
}

static void answer_dn(struct answer *a, const struct view *view, const struct change *change)
{
	struct buf dn;
	buf_init(&dn);
	add_dn(view, change, &dn);
	a->failed = a->failed || buf_failed(&dn);
	answer_text_if(a, "entry", buf_text(&dn));
	buf_done(&dn);
}

struct answer change_part(const struct view *view, const struct change *change)
{
	struct answer a = answer_object();
	uint32_t member = change->kind == CHANGE_MEMBER_REMOVE ? change->member : NONE;
	answer_word(&a, "kind", change_kind_name(change->kind));
	answer_role(&a, "role", view, change->role);
	answer_person(&a, "person", view, change->person, member);
	answer_dn(&a, view, change);
	answer_word(&a, "cause", reason_code(change->cause));
	answer_word(&a, "reason", reason_code(change->reason));
	answer_word(&a, "sentence", reason_sentence(change->reason));
	answer_word(&a, "verdict", verdict_name(change->verdict));
	answer_word(&a, "rule", reason_code(change->rule));
	return a;
}

static int by_number(const void *a, const void *b)
{
	const struct change *x = *(const struct change *const *)a, *y = *(const struct change *const *)b;
	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return (x > y) - (x < y); /* both in the plan's array: its order within an institution */
}

/* The changes from first on that are of one institution; moves *at behind them. */
static struct answer institution_part(const struct view *view, const struct change *const *changes, uint32_t count,
				      uint32_t *at)
{
	struct answer a = answer_object(), list = answer_list();
	uint32_t number = changes[*at]->number;
	answer_number_if(&a, "number", number);
	answer_text_if(&a, "name", institution_name(view, number));
	for (; *at < count && changes[*at]->number == number; (*at)++)
		answer_add(&list, NULL, change_part(view, changes[*at]));
	answer_add(&a, "changes", list);
	return a;
}

static void answer_changes(struct answer *a, const struct view *view, uint32_t limit)
{
	const struct plan *plan = view->explain->plan;
	uint32_t count = plan->change_count < limit ? plan->change_count : limit;
	const struct change *changes[PLAN_MAX] = {NULL};
	for (uint32_t i = 0; i < count; i++)
		changes[i] = &plan->changes[i];
	qsort(changes, count, sizeof(changes[0]), by_number);
	struct answer list = answer_list();
	for (uint32_t at = 0; at < count;)
		answer_add(&list, NULL, institution_part(view, changes, count, &at));
	answer_add(a, "institutions", list);
	answer_int(a, "changes_omitted", plan->change_count - count);
}

static void answer_digest(struct answer *a, const struct plan *plan)
{
	char hex[2 * PLAN_DIGEST_SIZE + 1];
	for (size_t i = 0; i < PLAN_DIGEST_SIZE; i++)
		snprintf(hex + 2 * i, 3, "%02x", plan->digest[i]);
	answer_word(a, "digest", hex);
}

static void answer_counts(struct answer *a, const struct view *view)
{
	const struct plan *plan = view->explain->plan;
	const struct guard_verdict *verdict = view->explain->verdict;
	answer_int(a, "grants", plan->grants);
	answer_int(a, "removals", plan->removals);
	answer_int(a, "go", verdict->go);
	answer_int(a, "held", verdict->held);
	answer_int(a, "refused", verdict->refused);
}

static void answer_whole(struct answer *a, const struct view *view, uint32_t limit)
{
	answer_int(a, "now", clock_wall_s());
	answer_bool(a, "first_fill", view->explain->verdict->first_fill);
	answer_plan_trouble(a, view);
	answer_counts(a, view);
	answer_changes(a, view, limit < PLAN_MAX ? limit : PLAN_MAX);
	answer_holds(a, view);
	answer_digest(a, view->explain->plan);
}

json_t *answer_plan(const struct view *view, uint32_t limit)
{
	struct answer a = answer_object();
	answer_whole(&a, view, limit);
	return answer_end(&a);
}

static struct answer counts_part(const struct view *view)
{
	struct answer a = answer_object();
	answer_counts(&a, view);
	return a;
}

json_t *answer_plan_with(const struct proposal_told *told, uint32_t limit)
{
	struct answer a = answer_object(), keys = answer_list();
	for (uint32_t i = 0; i < told->key_count; i++)
		answer_word(&keys, NULL, told->keys[i]);
	answer_bool(&a, "hypothetical", true);
	answer_add(&a, "settings", keys);
	answer_bool(&a, "rescoped", told->rescoped);
	answer_add(&a, "present", counts_part(told->now));
	answer_whole(&a, told->then, limit);
	return answer_end(&a);
}
