/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * diff_drift.c - what people changed by hand in what is ours: matched with what is on record, and what follows from it.
 *
 *                            repair               hold        report   decided "undo", in every mode
 *   value added              out, after a grace   out, held   -        out
 *   value or entry gone      back, held           back, held  -        back
 *   attribute changed        put right            held        -        put right
 *   group renamed, or says another number or role: reported only
 *
 * Each of them is a remark, and on record for as long as it stands: since when, and what somebody decided about it. What is in an
 * entry that is there is known by the entry and the value; what is gone by number, role and person. The guard judges the changes.
 */
#include "core/diff.h"

#include <stdlib.h>

#include "base/vec.h"
#include "model/dn.h"

bool diff_is_restored(const struct past_group *then, const struct entry *now)
{
	if (past_group_is_deleted(then))
		return true;
	return !csn_is_none(&then->csn) && !csn_is_none(&now->csn) && csn_compare(&now->csn, &then->csn) < 0;
}

/* ---- what is on record --------------------------------------------------------------------------- */

struct drift_key {
	struct uuid entry, person;
	uint64_t key;
	uint32_t number;
	uint16_t reason;
	uint8_t role, zero; /* no padding: it is hashed as bytes */
};
_Static_assert(sizeof(struct drift_key) == 2 * sizeof(struct uuid) + 16, "hashed as bytes");

/* Somebody who was taken out is known as that person, since a DN may change meanwhile; whoever was put in only by the value. */
static struct drift_key key_of(const struct past_drift *drift)
{
	struct drift_key key = {.entry = drift->entry, .reason = drift->reason};
	bool gone = uuid_is_null(&drift->entry);
	if (gone || drift->reason == R_DRIFT_REMOVED)
		key.person = drift->person;
	else
		key.key = drift->key;
	if (gone) {
		key.number = drift->number;
		key.role = drift->role;
	}
	return key;
}

static uint64_t hash_of(const struct drift_key *key)
{
	return map_hash(key, sizeof(*key));
}

static uint64_t drift_hash(const void *items, uint32_t at)
{
	const struct drift_key key = key_of(&((const struct past_drift *)items)[at]);
	return hash_of(&key);
}

static bool drift_equal(const void *items, uint32_t at, const void *key)
{
	const struct drift_key there = key_of(&((const struct past_drift *)items)[at]);
	return memcmp(&there, key, sizeof(there)) == 0;
}

static const struct past_drift *find_drift(const struct diff *diff, const struct past_drift *like)
{
	const struct drift_key key = key_of(like);
	if (diff->past->drift_count == 0)
		return NULL;
	uint32_t at = map_find(&diff->drift_index, diff->past->drifts, hash_of(&key), &key);
	return at != MAP_NONE ? &diff->past->drifts[at] : NULL;
}

int diff_index_drifts(struct diff *diff)
{
	const struct past *past = diff->past;
	map_init(&diff->drift_index, drift_hash, drift_equal);
	for (uint32_t i = 0; i < past->drift_count; i++)
		if (find_drift(diff, &past->drifts[i]) == NULL &&
		    map_add(&diff->drift_index, past->drifts, drift_hash(past->drifts, i), i) < 0)
			return ERR_NOMEM;
	const struct text own = certificate_own_dn(&diff->target->certificate);
	diff->own_key = text_is_empty(own) ? 0 : diff_key(diff, own); /* the empty DN is the root's, and has a key */
	return 0;
}

bool diff_is_taken_out(const struct diff *diff, const struct entry *group, const struct uuid *person)
{
	const struct past_drift like = {.reason = R_DRIFT_REMOVED, .entry = group->uuid, .person = *person};
	return find_drift(diff, &like) != NULL;
}

/* ---- taking it down ------------------------------------------------------------------------------ */

/* For whom: of a value that is there, the source entry that the person's entry names. */
static struct uuid person_of(const struct diff *diff, const struct remark *remark)
{
	uint32_t person = remark->member != NONE ? diff->target->members[remark->member].person : NONE;
	struct uuid uuid = {0};
	if (remark->person != NONE)
		return diff->source->people[remark->person].entry->uuid;
	if (person == NONE || !uuid_parse(entry_value(diff->target->people[person].entry, FIELD_SOURCE_UUID), &uuid))
		return (struct uuid){0};
	return uuid;
}

static struct past_drift make_drift(const struct diff *diff, const struct remark *remark, uint64_t key)
{
	struct past_drift drift = {.reason = remark->reason,
				   .role = remark->role,
				   .number = remark->number,
				   .first_cycle = diff->in->cycle,
				   .first_s = diff->judge.in->now_s,
				   .person = person_of(diff, remark),
				   .key = key};
	if (remark->entry != NULL)
		drift.entry = remark->entry->uuid;
	const struct past_drift *known = find_drift(diff, &drift);
	if (known != NULL) {
		drift.id = known->id;
		drift.decision = known->decision;
		drift.first_cycle = known->first_cycle;
		drift.first_s = known->first_s;
		drift.author = known->author;
		drift.author_s = known->author_s;
	}
	return drift;
}

int diff_drift(struct diff *diff, const struct remark *remark, uint64_t key, struct past_drift *ret)
{
	struct remark told = *remark;
	*ret = make_drift(diff, remark, key);
	told.drift = ret->id;
	told.at_s = ret->first_s;
	if (vec_reserve(&diff->drifts, &diff->drift_capacity, diff->drift_count + 1, sizeof(*ret)) < 0)
		return ERR_NOMEM;
	diff->drifts[diff->drift_count++] = *ret;
	return diff_remark(diff, &told);
}

/* ---- what follows -------------------------------------------------------------------------------- */

bool diff_is_by_hand(struct diff *diff, const struct entry *entry)
{
	struct text writer = entry_value(entry, FIELD_MODIFIERS_NAME);
	return diff->own_key != 0 && !text_is_empty(writer) && diff_key(diff, writer) != diff->own_key;
}

bool diff_is_last_by_us(struct diff *diff, const struct entry *person)
{
	return !entry_has(person, FIELD_MODIFIERS_NAME) || (!text_is_empty(entry_value(person, FIELD_MODIFIERS_NAME)) &&
							    diff->own_key != 0 && !diff_is_by_hand(diff, person));
}

uint8_t by_hand_of(const struct diff *diff, const struct past_drift *drift)
{
	bool reported = diff->in->drift->mode == DRIFT_REPORT && drift->decision != DRIFT_UNDO;
	return reported ? 0 : (uint8_t)(1 + drift->decision);
}

uint8_t by_hand_both(uint8_t a, uint8_t b)
{
	if (a == 0 || b == 0)
		return a != 0 ? a : b;
	return a < b ? a : b; /* undecided about one of them is undecided */
}

void change_by_hand(struct change *change, uint8_t by_hand, enum reason reason)
{
	if (by_hand == 0)
		return;
	change->cause = R_CAUSE_DRIFT;
	change->reason = (uint16_t)reason;
	change->drift_decision = by_hand - 1;
}

/* ---- people whose entry is gone ------------------------------------------------------------------ */

static bool stands_restored(const struct diff *diff, const struct past_group *group)
{
	uint32_t at = target_group_find(diff->target, group->number, group->role);
	return at != NONE && uuid_equal(&diff->target->groups[at].entry->uuid, &group->uuid) &&
	       diff_is_restored(group, diff->target->groups[at].entry);
}

static int meet_gone(struct diff *diff, uint32_t person)
{
	struct standing *standing = diff_standing(diff, person);
	const struct remark remark = {R_DRIFT_ENTRY_GONE, ROLE_NONE, 0, person, NONE, NONE, NULL, 0, 0};
	struct past_drift drift;
	if (diff_drift(diff, &remark, standing->key, &drift) < 0)
		return ERR_NOMEM;
	standing->gone = by_hand_of(diff, &drift);
	standing->told = true;
	if (standing->gone == 0) {
		standing->way = WAY_BLOCKED;
		standing->why = R_DRIFT_ENTRY_GONE;
	}
	return 0;
}

static bool anybody_is_new(const struct diff *diff)
{
	for (uint32_t i = 0; i < diff->source->people_count; i++)
		if (diff_standing(diff, i)->way == WAY_NEW)
			return true;
	return false;
}

/* Values of ours were written for them under the very DN where no entry stands: it stood there. */
int diff_gone_people(struct diff *diff)
{
	const struct past *past = diff->past;
	if (past->owned_count == 0 || !anybody_is_new(diff))
		return 0;
	for (size_t i = 0; i < past->owned_count; i++) {
		const struct owned_value *owned = &past->owned[i];
		if (owned->state != OWNED_HELD || uuid_is_null(&owned->source))
			continue;
		uint32_t person = source_person_by_uuid(diff->source, &owned->source);
		struct standing *standing = person != NONE ? diff_standing(diff, person) : NULL;
		if (standing == NULL || standing->way != WAY_NEW || standing->gone != 0 ||
		    standing->key != owned->key || stands_restored(diff, &past->groups[owned->group]))
			continue;
		if (meet_gone(diff, person) < 0)
			return ERR_NOMEM;
	}
	return 0;
}
