/* SPDX-License-Identifier: EUPL-1.2 */
/* diff.c - see diff.h: the tables that the steps share, and the lists that they fill. */
#include "core/diff.h"

#include <stdlib.h>

#include "base/search.h"
#include "base/vec.h"
#include "model/dn.h"

/* ---- ownership, by group ------------------------------------------------------------------------- */

/* A counting sort of past->owned by group: the values of a group stand together, without hashing. */
static int index_owned(struct diff *diff)
{
	const struct past *past = diff->past;
	size_t groups = past->group_count;
	uint32_t *first = arena_array(&diff->scratch, groups + 2, sizeof(*first));
	diff->owned_order = arena_array(&diff->scratch, past->owned_count, sizeof(*diff->owned_order));
	diff->owned_seen = arena_array(&diff->scratch, past->owned_count, sizeof(*diff->owned_seen));
	if (first == NULL || diff->owned_order == NULL || diff->owned_seen == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < past->owned_count; i++)
		if (past->owned[i].state != 0)
			first[past->owned[i].group + 2]++;
	for (size_t group = 1; group <= groups; group++)
		first[group + 1] += first[group];
	for (size_t i = 0; i < past->owned_count; i++)
		if (past->owned[i].state != 0)
			diff->owned_order[first[past->owned[i].group + 1]++] = (uint32_t)i;
	diff->owned_first = first;
	return 0;
}

/* Which groups of the target the ledger knows, and which of those that it knows are there. */
static int index_there(struct diff *diff)
{
	const struct target_snapshot *target = diff->target;
	diff->past_of = arena_array(&diff->scratch, target->group_count, sizeof(*diff->past_of));
	diff->past_there = arena_array(&diff->scratch, diff->past->group_count, sizeof(*diff->past_there));
	if (diff->past_of == NULL || diff->past_there == NULL)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < target->group_count; i++) {
		const struct past_group *known = past_group(diff->past, &target->groups[i].entry->uuid);
		diff->past_of[i] = known != NULL ? (uint32_t)(known - diff->past->groups) : NONE;
		if (known != NULL)
			diff->past_there[diff->past_of[i]] = 1;
	}
	return 0;
}

bool owned_is_ours(const struct owned_value *owned)
{
	return owned->state == OWNED_HELD || owned->state == OWNED_INTENDED || owned->state == OWNED_REMOVING;
}

static int compare_u32(const void *a, const void *b)
{
	uint32_t left, right;
	memcpy(&left, a, sizeof(left));
	memcpy(&right, b, sizeof(right));
	return left < right ? -1 : left > right;
}

static int compare_u64(const void *a, const void *b)
{
	uint64_t left, right;
	memcpy(&left, a, sizeof(left));
	memcpy(&right, b, sizeof(right));
	return left < right ? -1 : left > right;
}

bool diff_holds_values(const struct diff *diff, uint32_t group)
{
	for (uint32_t i = diff->owned_first[group]; i < diff->owned_first[group + 1]; i++) {
		uint8_t state = diff->past->owned[diff->owned_order[i]].state;
		if (state == OWNED_HELD || state == OWNED_ADOPTED)
			return true;
	}
	return false;
}

static int index_lost(struct diff *diff)
{
	const struct past *past = diff->past;
	diff->lost = arena_array(&diff->scratch, past->group_count, sizeof(*diff->lost));
	if (diff->lost == NULL)
		return ERR_NOMEM;
	for (uint32_t group = 0; group < past->group_count; group++) {
		if (!diff_holds_values(diff, group))
			continue;
		if (past_group_is_deleted(&past->groups[group]))
			diff->emptied = true;
		else
			diff->lost[diff->lost_count++] = past->groups[group].number << 8 | past->groups[group].role;
	}
	if (diff->lost_count > 1)
		qsort(diff->lost, diff->lost_count, sizeof(*diff->lost), compare_u32);
	return 0;
}

bool diff_is_lost(const struct diff *diff, uint32_t number, uint8_t role)
{
	uint32_t key = number << 8 | (role == ROLE_NONE ? 0 : role), at;
	LOWER_BOUND(at, 0, diff->lost_count, diff->lost[at] < key);
	if (at == diff->lost_count)
		return false;
	return role == ROLE_NONE ? diff->lost[at] >> 8 == number : diff->lost[at] == key;
}

/* ---- what stands in the way ---------------------------------------------------------------------- */

static bool has_key(const uint64_t *keys, uint32_t count, uint64_t key)
{
	return count > 0 && key != 0 && bsearch(&key, keys, count, sizeof(*keys), compare_u64) != NULL;
}

static size_t count_commas(struct text dn)
{
	size_t commas = 0;
	for (size_t i = 0; i < dn.len; i++)
		commas += dn.at[i] == ',';
	return commas;
}

uint64_t diff_key(struct diff *diff, struct text dn)
{
	uint64_t key;
	if (dn_key_of(dn, &key) == 0)
		return key;
	diff->no_memory = true;
	return 0;
}

/* Every DN above one: what stands behind each comma that is not escaped. */
static void add_above(struct diff *diff, struct text dn)
{
	for (size_t i = 0; i < dn.len; i++) {
		if (dn.at[i] == '\\')
			i++;
		else if (dn.at[i] == ',')
			diff->above_foreign[diff->above_foreign_count++] =
				diff_key(diff, text_make(dn.at + i + 1, dn.len - i - 1));
	}
}

static void read_foreign_dns(struct diff *diff, struct buf *dn, size_t *levels)
{
	for (uint32_t i = 0; i < diff->target->foreign_count; i++) {
		buf_clear(dn);
		entry_dn(diff->target->foreign[i], target_names_base(diff->names, ENTRY_FOREIGN), dn);
		diff->no_memory |= buf_failed(dn);
		if (diff->above_foreign == NULL) {
			*levels += count_commas(buf_text(dn));
			continue;
		}
		diff->in_the_way[diff->in_the_way_count++] = diff_key(diff, buf_text(dn));
		add_above(diff, buf_text(dn));
	}
}

/* Twice over the foreign entries: to count, then to fill. */
static int index_foreign(struct diff *diff)
{
	struct buf dn;
	size_t levels = 0, keys = (size_t)diff->target->foreign_count + diff->names->protected_count;
	buf_init(&dn);
	read_foreign_dns(diff, &dn, &levels);
	diff->in_the_way = arena_array(&diff->scratch, keys, sizeof(*diff->in_the_way));
	diff->above_foreign = arena_array(&diff->scratch, levels, sizeof(*diff->above_foreign));
	diff->protected_keys = arena_array(&diff->scratch, diff->names->protected_count, sizeof(*diff->protected_keys));
	if (diff->no_memory || diff->in_the_way == NULL || diff->above_foreign == NULL ||
	    diff->protected_keys == NULL) {
		buf_done(&dn);
		return ERR_NOMEM;
	}
	read_foreign_dns(diff, &dn, &levels);
	buf_done(&dn);
	for (uint32_t i = 0; i < diff->names->protected_count; i++) {
		diff->protected_keys[i] = diff_key(diff, text_of(diff->names->protected[i]));
		diff->in_the_way[diff->in_the_way_count++] = diff->protected_keys[i];
	}
	if (diff->in_the_way_count > 1)
		qsort(diff->in_the_way, diff->in_the_way_count, sizeof(*diff->in_the_way), compare_u64);
	if (diff->above_foreign_count > 1)
		qsort(diff->above_foreign, diff->above_foreign_count, sizeof(*diff->above_foreign), compare_u64);
	return 0;
}

enum reason diff_in_the_way(const struct diff *diff, uint64_t key)
{
	if (!has_key(diff->in_the_way, diff->in_the_way_count, key))
		return R_NONE;
	for (uint32_t i = 0; i < diff->names->protected_count; i++)
		if (diff->protected_keys[i] == key)
			return R_PROTECTED;
	return R_FOREIGN_ENTRY;
}

/* Nearly every group stands where it says: then both DNs have the same key, and nothing is kept. */
static int index_displaced(struct diff *diff)
{
	const struct target_snapshot *target = diff->target;
	struct buf dn, said;
	bool failed = false;
	diff->displaced = arena_array(&diff->scratch, target->group_count, sizeof(*diff->displaced));
	if (diff->displaced == NULL)
		return ERR_NOMEM;
	buf_init(&dn);
	buf_init(&said);
	for (uint32_t i = 0; !failed && i < target->group_count; i++) {
		buf_clear(&dn);
		buf_clear(&said);
		target_group_dn(target, i, &dn);
		if (target->groups[i].number != 0 && target->groups[i].role < diff->names->role_count)
			target_names_group_dn(diff->names, target->groups[i].number, target->groups[i].role, &said);
		failed = buf_failed(&dn) || buf_failed(&said);
		uint64_t there = diff_key(diff, buf_text(&dn));
		if (there != diff_key(diff, buf_text(&said)))
			diff->displaced[diff->displaced_count++] = there;
	}
	buf_done(&dn);
	buf_done(&said);
	qsort(diff->displaced, diff->displaced_count, sizeof(*diff->displaced), compare_u64);
	return failed ? ERR_NOMEM : 0;
}

int diff_is_displaced(struct diff *diff, uint64_t key, bool *ret)
{
	if (diff->displaced == NULL && index_displaced(diff) < 0)
		return ERR_NOMEM;
	*ret = has_key(diff->displaced, diff->displaced_count, key);
	return 0;
}

bool diff_is_above_foreign(const struct diff *diff, uint64_t key)
{
	return has_key(diff->above_foreign, diff->above_foreign_count, key);
}

/* ---- up and down --------------------------------------------------------------------------------- */

/* Most people of a source that shows everybody have no membership, and need no standing of their own. */
static int make_standings(struct diff *diff)
{
	const struct desired *desired = diff->desired;
	uint32_t count = 0;
	diff->standing_at = arena_array(&diff->scratch, diff->source->people_count, sizeof(*diff->standing_at));
	if (diff->standing_at == NULL)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < desired->membership_count; i++)
		if (diff->standing_at[desired->memberships[i].person] == 0)
			diff->standing_at[desired->memberships[i].person] = ++count;
	diff->standings = arena_array(&diff->scratch, (size_t)count + 1, sizeof(*diff->standings));
	return diff->standings == NULL ? ERR_NOMEM : 0;
}

static int make_tables(struct diff *diff)
{
	struct arena *scratch = &diff->scratch;
	diff->blocked = arena_array(scratch, diff->desired->institution_count, sizeof(*diff->blocked));
	diff->gone = arena_array(scratch, diff->desired->institution_count, sizeof(*diff->gone));
	diff->wanted_at = arena_array(scratch, diff->target->people_count, sizeof(*diff->wanted_at));
	diff->present = arena_array(scratch, diff->desired->membership_count, sizeof(*diff->present));
	if (make_standings(diff) < 0 || diff->blocked == NULL || diff->gone == NULL || diff->wanted_at == NULL ||
	    diff->present == NULL)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < diff->target->people_count; i++)
		diff->wanted_at[i] = NONE;
	return 0;
}

int diff_init(struct diff *diff, const struct plan_input *in)
{
	*diff = (struct diff){.in = in,
			      .source = in->policy->source,
			      .target = in->target,
			      .names = in->target->names,
			      .past = in->policy->past,
			      .desired = in->desired,
			      .next_s = INT64_MAX};
	judge_init(&diff->judge, in->policy, &diff->no_memory);
	arena_init(&diff->scratch, 0);
	buf_init(&diff->left);
	buf_init(&diff->right);
	if (make_tables(diff) < 0 || index_owned(diff) < 0 || index_there(diff) < 0 || index_lost(diff) < 0 ||
	    index_foreign(diff) < 0 || diff_index_drifts(diff) < 0)
		return ERR_NOMEM;
	return 0;
}

void diff_done(struct diff *diff)
{
	for (size_t phase = 0; phase < PHASES; phase++)
		free(diff->changes[phase]);
	free(diff->remarks);
	free(diff->confirmations);
	free(diff->questions);
	free(diff->endings);
	free(diff->drifts);
	free(diff->idle);
	map_done(&diff->drift_index);
	buf_done(&diff->left);
	buf_done(&diff->right);
	arena_done(&diff->scratch);
}

/* ---- findings ------------------------------------------------------------------------------------ */

int diff_change(struct diff *diff, enum phase phase, const struct change *change)
{
	size_t *count = &diff->change_count[phase];
	if (vec_reserve(&diff->changes[phase], &diff->change_capacity[phase], *count + 1, sizeof(*change)) < 0)
		return ERR_NOMEM;
	diff->changes[phase][*count] = *change;
	diff->changes[phase][*count].phase = (uint8_t)phase;
	(*count)++;
	return 0;
}

int diff_remark(struct diff *diff, const struct remark *remark)
{
	if (vec_reserve(&diff->remarks, &diff->remark_capacity, diff->remark_count + 1, sizeof(*remark)) < 0)
		return ERR_NOMEM;
	diff->remarks[diff->remark_count++] = *remark;
	return 0;
}

int diff_confirm(struct diff *diff, const struct confirmation *confirmation)
{
	if (vec_reserve(&diff->confirmations, &diff->confirmation_capacity, diff->confirmation_count + 1,
			sizeof(*confirmation)) < 0)
		return ERR_NOMEM;
	diff->confirmations[diff->confirmation_count++] = *confirmation;
	return 0;
}

int diff_ask(struct diff *diff, const struct uuid *uuid)
{
	return diff_ask_for(diff, uuid, ENTRY_PERSON);
}

int diff_ask_for(struct diff *diff, const struct uuid *uuid, enum entry_kind kind)
{
	if (vec_reserve(&diff->questions, &diff->question_capacity, diff->question_count + 1,
			sizeof(*diff->questions)) < 0)
		return ERR_NOMEM;
	diff->questions[diff->question_count++] = (struct source_question){*uuid, (uint8_t)kind};
	return 0;
}

int diff_forget(struct diff *diff, uint32_t owned)
{
	if (vec_reserve(&diff->endings, &diff->ending_capacity, diff->ending_count + 1, sizeof(owned)) < 0)
		return ERR_NOMEM;
	diff->endings[diff->ending_count++] = owned;
	return 0;
}
