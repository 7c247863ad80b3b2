/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * undo.c - the inverse of a cycle: which memberships go back to what they were before it, and which are left alone.
 *
 * The ledger says what the cycle changed. A membership that it gave is kept out, one that it took is kept in, each by a pin until a
 * set time, so that the next cycle does not do the same again. Left alone, and named, is what is not as that cycle left it, and
 * what cannot be: who the person was is not on record any more, the institution is not known there, the group or the person is
 * protected. What changed twice in one cycle and is as before was not changed. The guard judges what follows. See orders_parts.h.
 */
#include <stdlib.h>

#include "core/plan.h"
#include "model/dn.h"
#include "model/number.h"
#include "run/orders_parts.h"

#define UNDO_MAX 5000 /* memberships: more than that is no slip of one cycle */

struct undoing {
	struct run *run;
	struct given *g;
	const struct past_change **changes; /* by person, institution, role and time */
	uint32_t count;
};

/* ---- what the cycle did -------------------------------------------------------------------------- */

static int compare_membership(const struct past_change *a, const struct past_change *b)
{
	int by_person = uuid_compare(&a->source, &b->source);
	if (by_person != 0)
		return by_person;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	if (a->role != b->role)
		return a->role < b->role ? -1 : 1;
	return uuid_is_null(&a->source) ? text_compare(a->value, b->value) : 0;
}

/* The answer has them in order of time. */
static int compare_changes(const void *a, const void *b)
{
	const struct past_change *left = *(const struct past_change *const *)a;
	const struct past_change *right = *(const struct past_change *const *)b;
	int r = compare_membership(left, right);
	return r != 0 ? r : left < right ? -1 : left > right;
}

static bool sort_changes(struct undoing *u, const struct ledger_answer *answer)
{
	u->changes = arena_array(&u->g->arena, (size_t)answer->change_count + 1, sizeof(const struct past_change *));
	for (uint32_t i = 0; u->changes != NULL && i < answer->change_count; i++)
		if (answer->changes[i].number != NUMBER_EVERYWHERE && /* it follows */
		    (answer->changes[i].kind == CHANGE_MEMBER_ADD || answer->changes[i].kind == CHANGE_MEMBER_REMOVE))
			u->changes[u->count++] = &answer->changes[i];
	if (u->count > 1)
		qsort(u->changes, u->count, sizeof *u->changes, compare_changes);
	return u->changes != NULL;
}

/* ---- how it stands now --------------------------------------------------------------------------- */

static bool is_there(const struct target_snapshot *target, uint32_t group, uint64_t key)
{
	if (group == NONE || key == 0)
		return false;
	const struct target_group *g = &target->groups[group];
	for (uint32_t i = g->first_member; i < g->first_member + g->member_count; i++)
		if (target->members[i].key == key)
			return true;
	return false;
}

/* Who lost the right with what the cycle took is in no read since, and of many in one cycle that is all that was proven. The source is
 * asked for them for as long as the pin lasts (second_question.h), and the pin gives nothing where it does not show them. */
static bool is_asked_for(const struct run *run, const struct past_change *change)
{
	return change->kind == CHANGE_MEMBER_REMOVE && source_person_by_uuid(run->source, &change->source) == NONE;
}

/* Somebody whom the source shows or may show, and for what comes back an institution that it knows. */
static enum reason judge_source(const struct run *run, const struct past_change *change, bool gave)
{
	uint32_t person = source_person_by_uuid(run->source, &change->source);
	if (person == NONE && gave)
		return R_PERSON_UNKNOWN;
	if (person != NONE && run->source->people[person].same_as != NONE)
		return R_PERSON_AMBIGUOUS;
	if (!gave && source_institution_by_number(run->source, change->number) == NONE)
		return R_INSTITUTION_UNKNOWN;
	return R_NONE;
}

static enum reason judge_key(const struct run *run, const struct past_change *change, uint64_t key, bool protected)
{
	const struct target_snapshot *target = run->target;
	uint32_t group = target_group_find(target, change->number, change->role);
	bool gave = change->kind == CHANGE_MEMBER_ADD;
	if (is_there(target, group, key) != gave)
		return R_CHANGED_SINCE;
	if (protected || (group != NONE && target->groups[group].protected))
		return R_PROTECTED;
	if (group != NONE && !target->groups[group].ours)
		return R_FOREIGN_ENTRY;
	return judge_source(run, change, gave);
}

/* ret: R_NONE, it goes back; else why it is left alone. ERR_NOMEM: neither is known. */
static int judge_change(const struct run *run, const struct past_change *change, enum reason *ret)
{
	uint64_t key;
	bool protected;
	*ret = R_PERSON_UNKNOWN; /* forgotten, or never known */
	if (uuid_is_null(&change->source) || text_is_empty(change->value))
		return 0;
	if (dn_key_of(change->value, &key) < 0 || target_names_is_protected(run->config.names, key, &protected) < 0)
		return ERR_NOMEM;
	*ret = judge_key(run, change, key, protected);
	return 0;
}

/* ---- one after the other ------------------------------------------------------------------------- */

static void put_back(struct undoing *u, const struct past_change *change)
{
	u->g->asked_count += is_asked_for(u->run, change);
	u->g->pins[u->g->pin_count++] = (struct past_pin){.person = change->source,
							  .number = change->number,
							  .cycle = u->g->order.id,
							  .role = change->role,
							  .present = change->kind == CHANGE_MEMBER_REMOVE,
							  .until_s = u->g->order.until_s};
}

/* NULL where there is no text. */
static int copy_text(struct given *g, struct text text, const char **ret)
{
	*ret = text_is_empty(text) ? NULL : arena_copy(&g->arena, text);
	return *ret == NULL && !text_is_empty(text) ? ERR_NOMEM : 0;
}

static int leave(struct undoing *u, const struct past_change *change, enum reason reason)
{
	struct order_item *item = &u->g->left[u->g->left_count++];
	*item = (struct order_item){
		.number = change->number, .role = change->role, .kind = change->kind, .reason = reason};
	int e = copy_text(u->g, change->name, &item->name);
	return e < 0 ? e : copy_text(u->g, change->person, &item->vo_id);
}

/* Behind the changes of one membership, which begin at first. */
static uint32_t end_of_membership(const struct undoing *u, uint32_t first)
{
	uint32_t end = first + 1;
	while (end < u->count && compare_membership(u->changes[first], u->changes[end]) == 0)
		end++;
	return end;
}

/* What is the same after its changes as before is passed over. */
static int take_membership(struct undoing *u, uint32_t first, uint32_t end)
{
	const struct past_change *last = u->changes[end - 1];
	enum reason reason;
	if (u->changes[first]->kind != last->kind)
		return 0;
	if (judge_change(u->run, last, &reason) < 0)
		return ERR_NOMEM;
	if (reason != R_NONE)
		return leave(u, last, reason);
	put_back(u, last);
	return 0;
}

static bool take_changes(struct undoing *u)
{
	struct given *g = u->g;
	g->pins = arena_array(&g->arena, (size_t)u->count + 1, sizeof *g->pins);
	g->left = arena_array(&g->arena, (size_t)u->count + 1, sizeof *g->left);
	g->pin_count = g->left_count = g->asked_count = 0;
	if (g->pins == NULL || g->left == NULL)
		return false;
	for (uint32_t i = 0, end; i < u->count; i = end) {
		end = end_of_membership(u, i);
		if (take_membership(u, i, end) < 0)
			return false;
	}
	return true;
}

static bool plan_undo(struct run *run, struct given *g, const struct ledger_answer *answer)
{
	struct undoing u = {.run = run, .g = g};
	if (answer->trouble != NULL)
		return order_refuse(g, ORDER_FAILED, "the ledger cannot tell what cycle %u changed: %s", g->order.id,
				    answer->trouble);
	if (!order_check(run, g))
		return false;
	if (!sort_changes(&u, answer))
		return order_refuse(g, ORDER_FAILED, "out of memory: nothing was done");
	if (u.count == 0)
		return order_refuse(g, ORDER_NOT_FOUND, "cycle %u changed no membership: there is nothing to undo",
				    g->order.id);
	if (u.count > UNDO_MAX)
		return order_refuse(g, ORDER_REFUSED,
				    "cycle %u changed %u memberships: more than %d cannot be undone at once",
				    g->order.id, u.count, UNDO_MAX);
	if (!take_changes(&u))
		return order_refuse(g, ORDER_FAILED, "out of memory: nothing was done");
	if (g->pin_count == 0)
		return order_refuse(g, ORDER_REFUSED,
				    "nothing of cycle %u can be undone: each of its %u changes was changed since, or "
				    "concerns somebody whom the source does not show any more",
				    g->order.id, u.count);
	return true;
}

static void on_changes(void *ctx, const struct ledger_answer *answer)
{
	struct given *g = ctx;
	struct run *run = g->run;
	(void)plan_undo(run, g, answer); /* what is refused is on record, too */
	order_decide(run, g);
}

void undo_look(struct run *run, struct given *g)
{
	const struct ledger_question question = {.kind = QUESTION_CYCLE, .number = g->order.id};
	g->state = GIVEN_LOOKING;
	g->run = run;
	ledger_questions_ask(&run->questions, &question, on_changes, g);
}
