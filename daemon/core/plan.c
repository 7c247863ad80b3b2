/* SPDX-License-Identifier: EUPL-1.2 */
/* plan.c - see plan.h: the differences in their order, and the digest of the whole. */
#include "core/plan.h"

#include <sodium.h>
#include <stdlib.h>

#include "core/diff.h"
#include "core/identity.h"

/* ---- order ---------------------------------------------------------------------------------------- */

struct item {
	uint64_t group;  /* number << 8 | role */
	struct uuid who; /* source entryUUID, null when nobody is concerned */
	uint32_t index;  /* in the phase's list */
};

struct order {
	const struct diff *diff;
	const struct change *changes;
	struct buf left, right;
	bool failed; /* since the beginning: each comparison clears both */
};

/* Two values of one person in one group: by what they say, never by where they stood. They go in a phase of their own. */
static int compare_values(struct order *order, const struct change *a, const struct change *b)
{
	if (a->kind != CHANGE_MEMBER_REMOVE)
		return a->kind - b->kind;
	buf_clear(&order->left);
	buf_clear(&order->right);
	target_member_value(order->diff->target, a->member, &order->left);
	target_member_value(order->diff->target, b->member, &order->right);
	order->failed |= buf_failed(&order->left) || buf_failed(&order->right);
	return text_compare(buf_text(&order->left), buf_text(&order->right));
}

static int compare_items(const void *a, const void *b, void *ctx)
{
	const struct item *left = a, *right = b;
	struct order *order = ctx;
	if (left->group != right->group)
		return left->group < right->group ? -1 : 1;
	int by_person = uuid_compare(&left->who, &right->who);
	if (by_person != 0)
		return by_person;
	return compare_values(order, &order->changes[left->index], &order->changes[right->index]);
}

static int sort_phase(const struct diff *diff, enum phase phase, struct change *out)
{
	size_t count = diff->change_count[phase];
	struct order order = {.diff = diff, .changes = diff->changes[phase]};
	struct item *items = calloc(count + 1, sizeof(*items));
	if (items == NULL)
		return ERR_NOMEM;
	buf_init(&order.left);
	buf_init(&order.right);
	for (size_t i = 0; i < count; i++) {
		const struct change *change = &order.changes[i];
		items[i] = (struct item){(uint64_t)change->number << 8 | change->role, change_who(diff->in, change),
					 (uint32_t)i};
	}
	qsort_r(items, count, sizeof(*items), compare_items, &order);
	for (size_t i = 0; i < count; i++)
		out[i] = order.changes[items[i].index];
	buf_done(&order.left);
	buf_done(&order.right);
	free(items);
	return order.failed ? ERR_NOMEM : 0;
}

/* Institutions, groups and grants come out of the walks in order already. */
static bool is_ordered(enum phase phase)
{
	return phase == PHASE_INSTITUTION || phase == PHASE_GROUP || phase == PHASE_GRANT;
}

static int order_changes(const struct diff *diff, struct plan *plan)
{
	for (enum phase phase = 0; phase < PHASES; phase++) {
		size_t count = diff->change_count[phase];
		struct change *out = plan->changes + plan->change_count;
		if (is_ordered(phase) && count > 0)
			memcpy(out, diff->changes[phase], count * sizeof(*out));
		else if (count > 0 && sort_phase(diff, phase, out) < 0)
			return ERR_NOMEM;
		plan->by_phase[phase] = (uint32_t)count;
		plan->change_count += (uint32_t)count;
	}
	for (uint32_t i = 0; i < plan->change_count; i++) {
		const struct change *change = &plan->changes[i];
		bool follows = change->number == NUMBER_EVERYWHERE;
		plan->removals += change->phase == PHASE_REVOKE && !follows;
		plan->grants += change->phase == PHASE_GRANT && !follows;
	}
	return 0;
}

/* ---- digest --------------------------------------------------------------------------------------- */

struct digest {
	crypto_generichash_state state;
	struct buf buf;
};

static void digest_u32(struct digest *digest, uint32_t value)
{
	const uint8_t bytes[] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16), (uint8_t)(value >> 24)};
	buf_add(&digest->buf, bytes, sizeof(bytes));
}

static void digest_text(struct digest *digest, struct text text)
{
	digest_u32(digest, (uint32_t)text.len);
	buf_add_text(&digest->buf, text);
}

static void digest_flush(struct digest *digest, size_t at_least)
{
	if (buf_failed(&digest->buf) || digest->buf.len < at_least || digest->buf.len == 0)
		return; /* a failure stays: clearing would forget it */
	crypto_generichash_update(&digest->state, (const unsigned char *)digest->buf.at, digest->buf.len);
	buf_clear(&digest->buf);
}

/* Byte for byte as read: what is approved is what is removed. */
static void digest_member(struct digest *digest, const struct diff *diff, const struct change *change)
{
	struct buf value;
	buf_init(&value);
	target_member_value(diff->target, change->member, &value);
	digest->buf.failed |= buf_failed(&value);
	digest_text(digest, buf_text(&value));
	buf_done(&value);
}

static void digest_change(struct digest *digest, const struct diff *diff, const struct change *change)
{
	const char *role = change->role == ROLE_NONE ? "" : diff->in->policy->settings->roles[change->role].name;
	struct uuid who = change_who(diff->in, change);
	digest_u32(digest, change->kind);
	digest_u32(digest, change->number);
	digest_text(digest, text_of(role));
	buf_add(&digest->buf, who.bytes, sizeof(who.bytes));
	digest_text(digest, text_of(reason_code((enum reason)change->cause)));
	digest_text(digest, text_of(reason_code((enum reason)change->reason)));
	if (change->kind == CHANGE_PERSON_DELETE)
		buf_add(&digest->buf, diff->target->people[change->target].entry->uuid.bytes, sizeof(who.bytes));
	if (change->kind == CHANGE_MEMBER_REMOVE)
		digest_member(digest, diff, change);
	digest_flush(digest, 4096);
}

static int compute_digest(const struct diff *diff, struct plan *plan)
{
	struct digest digest;
	buf_init(&digest.buf);
	crypto_generichash_init(&digest.state, NULL, 0, PLAN_DIGEST_SIZE);
	for (uint32_t i = 0; i < plan->change_count; i++)
		digest_change(&digest, diff, &plan->changes[i]);
	digest_flush(&digest, 0);
	bool failed = buf_failed(&digest.buf);
	buf_done(&digest.buf);
	crypto_generichash_final(&digest.state, plan->digest, PLAN_DIGEST_SIZE);
	return failed ? ERR_NOMEM : 0;
}

/* ---- the whole ------------------------------------------------------------------------------------ */

static int compare_questions(const void *a, const void *b)
{
	const struct source_question *left = a, *right = b;
	return uuid_compare(&left->uuid, &right->uuid);
}

static void drop_double_questions(struct diff *diff)
{
	size_t kept = 0;
	if (diff->question_count > 1)
		qsort(diff->questions, diff->question_count, sizeof(*diff->questions), compare_questions);
	for (size_t i = 0; i < diff->question_count; i++)
		if (kept == 0 || !uuid_equal(&diff->questions[kept - 1].uuid, &diff->questions[i].uuid))
			diff->questions[kept++] = diff->questions[i];
	diff->question_count = kept;
}

/* Ascending by id, those that are not on record yet behind them as they were found. */
static int compare_drifts(const void *a, const void *b, void *ctx)
{
	const struct past_drift *all = ctx, *left = &all[*(const uint32_t *)a], *right = &all[*(const uint32_t *)b];
	uint32_t left_id = left->id - 1, right_id = right->id - 1; /* 0 is the largest */
	if (left_id != right_id)
		return left_id < right_id ? -1 : 1;
	return (left > right) - (left < right);
}

/* The past may let go of a text while the plan is still looked at. */
static int copy_drift(const struct past_drift *drift, struct arena *arena, struct past_drift *ret)
{
	*ret = *drift;
	if (drift->author != NULL)
		ret->author = arena_copy(arena, text_of(drift->author));
	return drift->author != NULL && ret->author == NULL ? ERR_NOMEM : 0;
}

static int copy_drifts(const struct diff *diff, struct arena *arena, struct plan *plan)
{
	size_t count = diff->drift_count;
	uint32_t *order = arena_array(arena, count, sizeof(*order));
	plan->drifts = arena_array(arena, count, sizeof(*plan->drifts));
	if (order == NULL || plan->drifts == NULL)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < count; i++)
		order[i] = i;
	if (count > 1)
		qsort_r(order, count, sizeof(*order), compare_drifts, diff->drifts);
	for (size_t i = 0; i < count; i++)
		if (copy_drift(&diff->drifts[order[i]], arena, &plan->drifts[i]) < 0)
			return ERR_NOMEM;
	plan->drift_count = (uint32_t)count;
	plan->next_s = diff->next_s;
	return 0;
}

static int compare_idle(const void *a, const void *b)
{
	const struct past_idle *left = a, *right = b;
	return uuid_compare(&left->entry, &right->entry);
}

static int copy_findings(const struct diff *diff, struct arena *arena, struct plan *plan)
{
	plan->remarks = arena_copy_array(arena, diff->remarks, diff->remark_count, sizeof(*plan->remarks));
	plan->confirmations =
		arena_copy_array(arena, diff->confirmations, diff->confirmation_count, sizeof(*plan->confirmations));
	plan->questions = arena_copy_array(arena, diff->questions, diff->question_count, sizeof(*plan->questions));
	if (diff->idle_count > 1)
		qsort(diff->idle, diff->idle_count, sizeof(*diff->idle), compare_idle);
	plan->idle = arena_copy_array(arena, diff->idle, diff->idle_count, sizeof(*plan->idle));
	plan->endings = arena_copy_array(arena, diff->endings, diff->ending_count, sizeof(*plan->endings));
	if (plan->remarks == NULL || plan->confirmations == NULL || plan->questions == NULL || plan->endings == NULL ||
	    plan->idle == NULL)
		return ERR_NOMEM;
	plan->remark_count = (uint32_t)diff->remark_count;
	plan->confirmation_count = (uint32_t)diff->confirmation_count;
	plan->question_count = (uint32_t)diff->question_count;
	plan->ending_count = (uint32_t)diff->ending_count;
	plan->idle_count = (uint32_t)diff->idle_count;
	return 0;
}

static int make_plan(struct diff *diff, struct arena *arena, struct plan **ret)
{
	struct plan *plan = arena_alloc(arena, sizeof(*plan));
	size_t count = 0;
	for (size_t phase = 0; phase < PHASES; phase++)
		count += diff->change_count[phase];
	if (plan == NULL)
		return ERR_NOMEM;
	plan->changes = arena_array(arena, count, sizeof(*plan->changes));
	drop_double_questions(diff);
	if (plan->changes == NULL || order_changes(diff, plan) < 0 || copy_findings(diff, arena, plan) < 0 ||
	    copy_drifts(diff, arena, plan) < 0 || compute_digest(diff, plan) < 0)
		return ERR_NOMEM;
	*ret = plan;
	return 0;
}

static int compare(struct diff *diff)
{
	if (diff->in->source_unread)
		return diff_unread(diff);
	bool failed = diff_standings(diff) < 0 || diff_gone_people(diff) < 0 || diff_institutions(diff) < 0 ||
		      diff_groups(diff) < 0 || diff_forget_lost(diff) < 0 || diff_flat(diff) < 0 ||
		      diff_people(diff) < 0 || diff_idle(diff) < 0 || diff_tidy(diff) < 0;
	return failed ? ERR_NOMEM : 0;
}

int plan_build(const struct plan_input *in, struct arena *arena, struct plan **ret, struct err *err)
{
	struct diff diff;
	struct plan *plan = NULL;
	int rc = diff_init(&diff, in);
	if (rc == 0)
		rc = compare(&diff);
	if (rc == 0)
		rc = diff.no_memory ? ERR_NOMEM : make_plan(&diff, arena, &plan);
	diff_done(&diff);
	if (rc < 0)
		return err_nomem(err);
	*ret = plan;
	return 0;
}

const char *change_kind_name(enum change_kind kind)
{
	switch (kind) {
	case CHANGE_MEMBER_REMOVE: return "member-remove";
	case CHANGE_INSTITUTION_ADD: return "institution-add";
	case CHANGE_INSTITUTION_MODIFY: return "institution-modify";
	case CHANGE_PERSON_ADD: return "person-add";
	case CHANGE_PERSON_MODIFY: return "person-modify";
	case CHANGE_GROUP_ADD: return "group-add";
	case CHANGE_GROUP_MODIFY: return "group-modify";
	case CHANGE_MEMBER_ADD: return "member-add";
	case CHANGE_GROUP_DELETE: return "group-delete";
	case CHANGE_INSTITUTION_DELETE: return "institution-delete";
	case CHANGE_PERSON_RELEASE: return "person-release";
	case CHANGE_PERSON_DELETE: return "person-delete";
	}
	return "unknown";
}
