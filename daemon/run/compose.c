/* SPDX-License-Identifier: EUPL-1.2 */
/* compose.c - see compose.h: the operations. */
#include "run/compose.h"

#include "base/search.h"
#include "run/compose_parts.h"
#include "run/wanted_values.h"

#define BUSY 2 /* not now: the group waits for an outcome */

/* ---- operations ---------------------------------------------------------------------------------- */

static enum write_kind write_kind_of(const struct change *c)
{
	switch (c->kind) {
	case CHANGE_PERSON_ADD:
	case CHANGE_INSTITUTION_ADD:
	case CHANGE_GROUP_ADD: return WRITE_ADD;
	case CHANGE_GROUP_DELETE:
	case CHANGE_PERSON_DELETE:
	case CHANGE_INSTITUTION_DELETE: return WRITE_DELETE;
	default: return WRITE_MODIFY;
	}
}

static const struct group_now *group_of(const struct compose *c, const struct change *change)
{
	enum entry_kind kind = compose_entry_kind(change);
	bool group = kind == ENTRY_GROUP || kind == ENTRY_ROLE;
	return change->target != NONE && group ? &c->groups[change->target] : NULL;
}

/* The placeholder is a value too: then only the entryCSN says that nobody came in. */
static bool must_be_empty(const struct change *change, const struct group_now *group)
{
	return change->kind == CHANGE_GROUP_DELETE && (group == NULL || !group->placeholder);
}

/* Scratch is cleared for what comes next, and with it forgets that it failed: out keeps that. */
static struct text take_scratch(const struct buf *scratch, struct buf *out)
{
	out->failed = out->failed || buf_failed(scratch);
	return buf_text(scratch);
}

static void put_head(const struct compose *c, const struct operation *op, const struct change *change, struct buf *dn,
		     struct buf *out)
{
	const struct group_now *group = group_of(c, change);
	const struct entry *entry = compose_entry(c->thought, change);
	struct write write = {.id = op->id,
			      .kind = op->deletes ? WRITE_DELETE : write_kind_of(change),
			      .entry_kind = compose_entry_kind(change),
			      .must_be_empty = must_be_empty(change, group)};
	if (entry != NULL) {
		write.uuid = entry->uuid;
		write.csn = group != NULL ? group->csn : entry->csn;
	}
	buf_clear(dn);
	compose_put_dn(c->thought, change, dn);
	write.dn = take_scratch(dn, out);
	write_encode(out, &write);
}

static void put_members(const struct compose *c, enum mod_kind kind, uint32_t first, uint32_t count,
			struct buf *scratch, struct buf *out)
{
	const struct change *changes = c->thought->plan->changes;
	uint32_t n = 0;
	for (uint32_t i = first; i < first + count; i++)
		n += compose_takes(c, i);
	if (n == 0)
		return;
	write_mod(out, kind, FIELD_MEMBER, n);
	for (uint32_t i = first; i < first + count; i++) {
		if (!compose_takes(c, i))
			continue;
		buf_clear(scratch);
		compose_put_member(c->thought, &changes[i], scratch);
		write_value(out, take_scratch(scratch, out));
	}
}

static void put_placeholder(const struct compose *c, const struct operation *op, struct buf *out)
{
	const struct target_snapshot *target = c->thought->plan_input.target;
	if (op->placeholder == PLACEHOLDER_STAYS)
		return;
	struct text there = target->groups[c->thought->plan->changes[op->first].target].placeholder;
	write_mod(out, op->placeholder == PLACEHOLDER_IN ? MOD_ADD : MOD_DELETE, FIELD_MEMBER, 1);
	write_value(out, op->placeholder == PLACEHOLDER_IN || text_is_empty(there) ? text_of(target->names->placeholder)
										   : there);
}

static bool is_same_group(const struct change *a, const struct change *b)
{
	return b->kind == a->kind && b->number == a->number && b->role == a->role && b->target == a->target;
}

static uint32_t most_with(const struct compose *c, uint32_t change)
{
	uint32_t most = c->most != NULL ? c->most(c->ctx, change) : 0;
	return most == 0 || most > COMPOSE_VALUES_MAX ? COMPOSE_VALUES_MAX : most;
}

/* How many changes from first on concern the same group in the same way, and how many of them are taken: none of those
 * shares the operation with more than it may. */
static uint32_t run_length(const struct compose *c, uint32_t first, uint32_t end, uint32_t *taken)
{
	const struct change *changes = c->thought->plan->changes;
	uint32_t i = first, room = COMPOSE_VALUES_MAX;
	for (*taken = 0; i < end && is_same_group(&changes[first], &changes[i]); i++) {
		if (!compose_takes(c, i))
			continue;
		uint32_t most = most_with(c, i);
		room = most < room ? most : room;
		if (*taken >= room)
			break;
		*taken += 1;
	}
	return i - first;
}

static bool is_before_grants(const struct change *c, uint32_t number, uint8_t role)
{
	return c->phase != PHASE_GRANT ? c->phase < PHASE_GRANT
	       : c->number != number   ? c->number < number
				       : c->role < role;
}

/* First change of the grant phase for this group (ascending by number, role). */
static uint32_t grants_of(const struct plan *plan, uint32_t number, uint8_t role)
{
	uint32_t at;
	LOWER_BOUND(at, 0, plan->change_count, is_before_grants(&plan->changes[at], number, role));
	return at;
}

static void find_new_members(const struct compose *c, const struct change *group, struct operation *op, uint32_t *taken)
{
	const struct plan *plan = c->thought->plan;
	*taken = 0;
	op->first_grant = grants_of(plan, group->number, group->role);
	if (op->first_grant == plan->change_count)
		return;
	const struct change *g = &plan->changes[op->first_grant];
	if (g->phase == PHASE_GRANT && g->number == group->number && g->role == group->role && g->target == NONE)
		op->grant_count = run_length(c, op->first_grant, plan->change_count, taken);
}

static int put_entry(const struct compose *c, struct operation *op, struct buf *scratch, struct buf *out,
		     struct err *err)
{
	const struct change *change = &c->thought->plan->changes[op->first];
	const struct entry *entry = compose_entry(c->thought, change);
	struct wanted_list list;
	put_head(c, op, change, scratch, out);
	if (write_kind_of(change) == WRITE_DELETE)
		return 0;
	int e = wanted_collect(c->thought, change, &list, err);
	if (e < 0)
		return e;
	if (entry == NULL)
		wanted_put(out, &list);
	else
		wanted_put_difference(out, &list, entry);
	wanted_done(&list);
	put_placeholder(c, op, out);
	if (op->grant_count > 0)
		put_members(c, MOD_ADD, op->first_grant, op->grant_count, scratch, out);
	return 0;
}

static bool is_member_change(const struct change *c)
{
	return c->kind == CHANGE_MEMBER_ADD || c->kind == CHANGE_MEMBER_REMOVE;
}

/* Whoever comes takes the placeholder's place, and the placeholder that of the last one who goes: a modify is one step, so the
 * group is never without a member, and nobody stays in because of being the last. A group is only deleted as it was read, for
 * which it takes an entryCSN. */
static void plan_emptying(const struct compose *c, const struct change *change, struct operation *op)
{
	const struct group_now *group = &c->groups[change->target];
	const struct target_names *names = c->thought->plan_input.target->names;
	op->empties = change->kind == CHANGE_MEMBER_REMOVE && op->taken == group->members;
	op->deletes = op->empties && names->empty_group == EMPTY_DELETE && csn_is_exact(&group->csn);
	if (op->empties && names->empty_group == EMPTY_PLACEHOLDER && !group->placeholder)
		op->placeholder = PLACEHOLDER_IN;
	else if (!op->empties && group->placeholder)
		op->placeholder = PLACEHOLDER_OUT;
}

static int compose_members(struct compose *c, struct operation *op, struct buf *scratch, struct buf *out)
{
	const struct change *change = &c->thought->plan->changes[c->at];
	op->count = run_length(c, c->at, c->end, &op->taken);
	if (op->taken == 0 || change->target == NONE) /* members of a new group travel with it */
		return 0;
	if (c->groups[change->target].gone) /* they come with the new one, in the next round */
		return 0;
	if (c->groups[change->target].busy)
		return BUSY;
	plan_emptying(c, change, op);
	put_head(c, op, change, scratch, out);
	if (op->deletes)
		return 1;
	put_members(c, change->kind == CHANGE_MEMBER_ADD ? MOD_ADD : MOD_DELETE, op->first, op->count, scratch, out);
	put_placeholder(c, op, out);
	return 1;
}

/* A placeholder that stands beside members leaves with whatever else is put right. */
static void plan_tidying(const struct compose *c, const struct change *change, struct operation *op)
{
	const struct group_now *group = group_of(c, change);
	if (change->kind == CHANGE_GROUP_MODIFY && group != NULL && group->placeholder && group->members > 0)
		op->placeholder = PLACEHOLDER_OUT;
}

/* Of an entry that went meanwhile nothing is put right, and of one whose only fault is a placeholder that left neither. */
static bool has_nothing_to_do(const struct compose *c, const struct change *change, const struct operation *op)
{
	const struct group_now *group = group_of(c, change);
	bool only_placeholder = change->kind == CHANGE_GROUP_MODIFY && change->cause == R_CAUSE_ATTRIBUTE &&
				change->reason == R_PLACEHOLDER;
	return group != NULL && (group->gone || (only_placeholder && op->placeholder == PLACEHOLDER_STAYS));
}

/* One operation from c->at on; op->count says how many changes it spans, even when none of them is taken. */
static int compose_one(struct compose *c, struct operation *op, struct buf *scratch, struct buf *out, struct err *err)
{
	const struct change *change = &c->thought->plan->changes[c->at];
	uint32_t taken;
	*op = (struct operation){.id = op->id, .first = c->at, .count = 1};
	if (is_member_change(change))
		return compose_members(c, op, scratch, out);
	plan_tidying(c, change, op);
	if (!compose_takes(c, c->at) || has_nothing_to_do(c, change, op))
		return 0;
	if (change->kind == CHANGE_GROUP_ADD) {
		find_new_members(c, change, op, &taken);
		if (taken == 0)
			return 0;
	}
	int e = put_entry(c, op, scratch, out, err);
	return e < 0 ? e : 1;
}

void compose_start(struct compose *c, const struct thought *thought, enum phase phase)
{
	c->thought = thought;
	c->at = 0;
	for (enum phase p = 0; p < phase; p++)
		c->at += thought->plan->by_phase[p];
	c->end = c->at + thought->plan->by_phase[phase];
}

int compose_next(struct compose *c, struct operation *op, struct buf *out, struct err *err)
{
	struct buf scratch;
	int r = 0;
	buf_init(&scratch);
	while (c->at < c->end && r == 0) {
		r = compose_one(c, op, &scratch, out, err);
		c->at += r == BUSY ? 0 : op->count;
	}
	if (r >= 0 && buf_failed(out))
		r = err_nomem(err);
	buf_done(&scratch);
	return r == BUSY ? 0 : r;
}

bool compose_is_at_end(const struct compose *c)
{
	return c->at == c->end;
}

bool compose_takes(const struct compose *c, uint32_t change)
{
	return c->thought->plan->changes[change].verdict == VERDICT_GO && !c->skip(c->ctx, change);
}
