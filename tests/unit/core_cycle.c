/* SPDX-License-Identifier: EUPL-1.2 */
/* core_cycle.c - see core_world.h: whole cycles, what they leave in the ledger, and what people decide between them. */
#include "core_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "model/dn.h"

#define ROUNDS_MAX 8

/* ---- what a cycle leaves behind ------------------------------------------------------------------- */

static void keep_seen(struct world *w, const struct entry *entry, int32_t begin_day, int32_t end_day)
{
	struct seen_entry row;
	const struct seen_entry *known = past_seen(&w->past, &entry->uuid, &row);
	struct seen_entry now = {.uuid = entry->uuid, .csn = entry->csn, .begin_day = begin_day, .end_day = end_day};
	bool begins = known != NULL && known->begin_day == now.begin_day;
	bool ends = known != NULL && known->end_day == now.end_day;
	now.begin_since_s = begins ? known->begin_since_s : w->now_s;
	now.end_since_s = ends ? known->end_since_s : w->now_s;
	now.end_moved = known != NULL && (known->end_moved || !ends);
	assert_int_equal(past_set_seen(&w->past, &now), 0);
}

static void keep_all_seen(struct world *w)
{
	for (uint32_t i = 0; i < w->source_read->people_count; i++) {
		int32_t begin, end;
		(void)policy_judge_person(&w->policy_input, i, &begin, &end);
		keep_seen(w, w->source_read->people[i].entry, begin, end);
	}
	for (uint32_t i = 0; i < w->source_read->institution_count; i++)
		keep_seen(w, w->source_read->institutions[i].entry, DAY_NONE, DAY_NONE);
}

static void keep_grants(struct world *w)
{
	for (uint32_t i = 0; i < w->source_read->grant_count; i++) {
		int32_t begin, end;
		policy_grant_dates(&w->policy_input, i, &begin, &end);
		keep_seen(w, w->source_read->grants[i].entry, begin, end);
	}
	for (uint32_t i = 0; i < w->desired->grant_count; i++)
		assert_int_equal(past_set_grant(&w->past, &w->desired->grants[i]), 0);
	for (uint32_t i = 0; i < w->desired->grantor_count; i++)
		assert_int_equal(past_set_grantor(&w->past, &w->desired->grantors[i]), 0);
}

/* Released is what stands after a cycle without a hold. */
static void keep_counts(struct world *w)
{
	w->past.first_contact = false;
	if (w->verdict.held > 0)
		return;
	w->past.released_members = w->target_read->member_count;
	w->past.source_people = w->source_read->people_count - w->source_read->asked_count;
	w->past.source_institutions = w->source_read->institution_count;
}

static void keep_holds(struct world *w)
{
	for (uint32_t i = 0; i < w->verdict.ended_count; i++)
		assert_int_equal(past_set_hold(&w->past, &w->verdict.ended[i]), 0);
	for (uint32_t i = 0; i < w->verdict.opened_count; i++) {
		struct past_hold hold = w->verdict.opened[i];
		hold.id = w->past.next_hold;
		assert_int_equal(past_set_hold(&w->past, &hold), 0);
	}
}

/* The policy's list is the whole of what is known. */
static void keep_directives(struct world *w)
{
	while (w->past.directive_count > 0) {
		struct uuid uuid = w->past.directives[0].uuid;
		past_forget_directive(&w->past, &uuid);
	}
	for (uint32_t i = 0; i < w->desired->directive_count; i++)
		assert_int_equal(past_set_directive(&w->past, &w->desired->directives[i]), 0);
}

void world_carry(struct world *w)
{
	keep_directives(w);
	if (!w->source_stale && !w->guard_past.source_went_back) {
		keep_all_seen(w);
		keep_grants(w);
		world_keep(w);
	}
	keep_counts(w);
	keep_holds(w);
	w->guard_past.scope_changed = w->guard_past.ledger_old = false;
	w->guard_past.granted = 0;
	w->guard_past.first_fill = false;
	w->cycle++;
}

void world_cycle(struct world *w)
{
	for (int round = 0; round < ROUNDS_MAX; round++) {
		world_think(w);
		if (w->verdict.go == 0)
			break;
		w->guard_past.first_fill |= w->verdict.first_fill;
		world_apply(w);
	}
	world_carry(w);
}

/* ---- the process starts again --------------------------------------------------------------------- */

/* A member value: the process knows it by a key of its own, the ledger by its DN. */
struct kept_value {
	struct uuid group;
	char *dn;
	uint64_t key;             /* of the process that ended */
	struct owned_value owned; /* state 0: not ours */
};

static struct kept_value *keep_values(struct world *w)
{
	const struct target_snapshot *target = w->target_read;
	struct kept_value *kept = arena_array(&w->texts, target->member_count, sizeof(*kept));
	for (uint32_t g = 0; g < target->group_count; g++)
		for (uint32_t i = 0; i < target->groups[g].member_count; i++) {
			uint32_t at = target->groups[g].first_member + i;
			const struct uuid *group = &target->groups[g].entry->uuid;
			const struct owned_value *owned = past_owned(&w->past, group, target->members[at].key);
			struct buf dn;
			buf_init(&dn);
			target_member_value(target, at, &dn);
			kept[at] = (struct kept_value){.group = *group, .key = target->members[at].key};
			kept[at].dn = arena_copy(&w->texts, buf_text(&dn));
			if (owned != NULL)
				kept[at].owned = *owned;
			buf_done(&dn);
		}
	return kept;
}

static void load_values(struct world *w, const struct kept_value *kept, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct owned_value value = kept[i].owned;
		value.key = dn_key(text_of(kept[i].dn));
		if (value.state != 0)
			assert_int_equal(past_set_owned(&w->past, &kept[i].group, &value), 0);
	}
}

static void load_drifts(struct world *w, const struct past *old, const struct kept_value *kept, uint32_t count)
{
	for (size_t d = 0; d < old->drift_count; d++) {
		struct past_drift drift = old->drifts[d];
		for (uint32_t i = 0; drift.key != 0 && i < count; i++)
			if (kept[i].key == old->drifts[d].key)
				drift.key = dn_key(text_of(kept[i].dn));
		assert_int_equal(past_set_drift(&w->past, &drift), 0);
	}
}

static void load_lists(struct world *w, const struct past *old)
{
	for (size_t i = 0; i < old->group_count; i++)
		assert_int_equal(past_set_group(&w->past, &old->groups[i]), 0);
	struct seen_entry seen; /* one after the other: the key by which they were found is gone */
	for (size_t next = 0; next < old->seen_count;)
		assert_int_equal(past_set_seen(&w->past, past_seen_next(old, &old->seen[next].uuid, &next, &seen)), 0);
	for (size_t i = 0; i < old->grant_count; i++)
		assert_int_equal(past_set_grant(&w->past, &old->grants[i]), 0);
	for (size_t i = 0; i < old->grantor_count; i++)
		assert_int_equal(past_set_grantor(&w->past, &old->grantors[i]), 0);
	for (size_t i = 0; i < old->removal_count; i++)
		assert_int_equal(past_add_removal(&w->past, &old->removals[i]), 0);
	for (size_t i = 0; i < old->hold_count; i++)
		assert_int_equal(past_set_hold(&w->past, &old->holds[i]), 0);
	for (size_t i = 0; i < old->freeze_count; i++)
		assert_int_equal(past_set_freeze(&w->past, &old->freezes[i]), 0);
	for (size_t i = 0; i < old->directive_count; i++)
		assert_int_equal(past_set_directive(&w->past, &old->directives[i]), 0);
}

static void load_numbers(struct past *past, const struct past *old)
{
	past->first_contact = old->first_contact;
	past->positions = old->positions;
	past->source_people = old->source_people;
	past->source_institutions = old->source_institutions;
	past->released_members = old->released_members;
	past->next_hold = old->next_hold;
	past->next_drift = old->next_drift;
}

void world_restart(struct world *w, const uint8_t key[16])
{
	world_think(w);
	const uint32_t count = w->target_read->member_count;
	struct kept_value *kept = keep_values(w);
	struct past old = w->past;
	map_hash_seed(key);
	past_init(&w->past);
	load_numbers(&w->past, &old);
	load_lists(w, &old);
	load_values(w, kept, count);
	load_drifts(w, &old, kept, count);
	past_done(&old);
}

/* ---- what people decide --------------------------------------------------------------------------- */

void world_decide(struct world *w, uint32_t id, enum hold_state state)
{
	const struct past_hold *known = past_hold(&w->past, id);
	if (known == NULL)
		fail_msg("no hold %u", (unsigned)id);
	struct past_hold hold = *known;
	hold.state = (uint8_t)state;
	hold.decided_s = w->now_s;
	assert_int_equal(past_set_hold(&w->past, &hold), 0);
}

/* source: UUID KEY VALUE, or UUID gone; target the same */
static void change_record(struct world *w, bool source, const char *value)
{
	char key[32] = "", *end;
	struct record *record = world_find(w, source, (uint32_t)strtoul(value, &end, 10));
	assert_non_null(record);
	assert_int_equal(sscanf(end, " %31s", key), 1);
	if (strcmp(key, "gone") == 0)
		record->gone = true;
	else
		record_set(w, record, world_field(key), strstr(end, key) + strlen(key) + 1);
}

void world_step(struct world *w, const char *key, const char *value)
{
	char line[512];
	snprintf(line, sizeof(line), "%s\n", value);
	world_cycle(w);
	if (strcmp(key, "later") == 0)
		w->now_s += atol(value) * 3600;
	else if (strcmp(key, "approve") == 0)
		world_decide(w, (uint32_t)atol(value), HOLD_APPROVED);
	else if (strcmp(key, "reject") == 0)
		world_decide(w, (uint32_t)atol(value), HOLD_REJECTED);
	else if (strcmp(key, "accept") == 0)
		world_decide(w, (uint32_t)atol(value), HOLD_ACCEPTED);
	else if (strcmp(key, "source") == 0 || strcmp(key, "target") == 0)
		change_record(w, *key == 's', value);
	else if (strcmp(key, "settings") == 0)
		world_settings(w, line);
	else if (strcmp(key, "past") == 0)
		world_past(w, line);
	else
		fail_msg("then: no such key: %s", key);
	world_think(w);
}
