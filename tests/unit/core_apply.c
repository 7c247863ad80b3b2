/* SPDX-License-Identifier: EUPL-1.2 */
/* core_apply.c - see core_world.h: carries out what goes, in memory, and remembers it as run/ would. */
#include "core_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "base/vec.h"
#include "model/dn.h"

static struct record *add_record(struct world *w, enum entry_kind kind)
{
	assert_int_equal(vec_reserve(&w->target, &w->target_capacity, w->target_count + 1, sizeof(*w->target)), 0);
	w->target[w->target_count] = (struct record){
		.kind = kind, .uuid = world_uuid(w->next_uuid++), .csn = {.time_us = w->now_s * 1000000}};
	return &w->target[w->target_count++];
}

static struct record *record_of(struct world *w, const struct uuid *uuid)
{
	for (size_t i = 0; i < w->target_count; i++)
		if (uuid_equal(&w->target[i].uuid, uuid) && !w->target[i].gone)
			return &w->target[i];
	fail_msg("no such record");
	return NULL;
}

struct writer {
	struct world *w;
	struct record *record;
};

/* The first value of a field replaces what was there; wanted values come in order of their fields. */
static void write_field(void *ctx, enum field field, struct text value)
{
	struct writer *writer = ctx;
	char *copy = arena_copy(&writer->w->texts, value);
	if (field != FIELD_ACTION) {
		record_set(writer->w, writer->record, field, copy);
		return;
	}
	writer->record->at[writer->record->count].field = field;
	writer->record->at[writer->record->count++].value = copy;
}

static void clear_managed(struct world *w, struct record *record)
{
	static const enum field fields[] = {
		FIELD_CN,     FIELD_SN,          FIELD_GIVEN_NAME,      FIELD_MAIL,     FIELD_NAME, FIELD_KIND,
		FIELD_ACTION, FIELD_SOURCE_UUID, FIELD_NUMBER_RECEIVED, FIELD_ADMISSION};
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		record_set(w, record, fields[i], NULL);
}

static void write_entry(struct world *w, const struct change *change, struct record *record)
{
	struct writer writer = {w, record};
	clear_managed(w, record);
	if (record->kind == ENTRY_INSTITUTION)
		wanted_institution(&w->plan_input, change->desired, write_field, &writer);
	else if (change->kind == CHANGE_PERSON_RELEASE)
		wanted_released(&w->plan_input, change->target, write_field, &writer);
	else if (record->kind == ENTRY_PERSON)
		wanted_person(&w->plan_input, change->person, write_field, &writer);
	else
		wanted_group(&w->plan_input, change->number, change->role, write_field, &writer);
}

static struct record *find_group(struct world *w, uint32_t number, uint8_t role)
{
	char text[16];
	snprintf(text, sizeof(text), "%u", number);
	for (size_t i = 0; i < w->target_count && number == NUMBER_EVERYWHERE; i++)
		if (w->target[i].kind == ENTRY_ROLE && !w->target[i].gone &&
		    strcmp(record_value(&w->target[i], FIELD_ROLE), w->settings.roles[role].name) == 0)
			return &w->target[i];
	for (size_t i = 0; i < w->target_count; i++)
		if (w->target[i].kind == ENTRY_GROUP && !w->target[i].gone &&
		    strcmp(record_value(&w->target[i], FIELD_NUMBER), text) == 0 &&
		    strcmp(record_value(&w->target[i], FIELD_ROLE), w->settings.roles[role].name) == 0)
			return &w->target[i];
	return NULL;
}

static void remember(struct world *w, const struct record *group, const struct change *change, struct text member)
{
	struct past_group past = {
		.uuid = group->uuid, .csn = group->csn, .number = change->number, .role = change->role};
	struct owned_value owned = {.cycle = 1,
				    .key = dn_key(member),
				    .source = w->source_read->people[change->person].entry->uuid,
				    .state = OWNED_HELD};
	assert_int_equal(past_set_group(&w->past, &past), 0);
	assert_int_equal(past_set_owned(&w->past, &group->uuid, &owned), 0);
}

static bool is_placeholder(const struct world *w, const char *value)
{
	return w->names.placeholder != NULL && strcmp(value, w->names.placeholder) == 0;
}

static void drop_placeholder(const struct world *w, struct record *group)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < group->count; i++)
		if (group->at[i].field != FIELD_MEMBER || !is_placeholder(w, group->at[i].value))
			group->at[kept++] = group->at[i];
	group->count = kept;
}

/* Its last member has left: see target.empty_group. */
static void empty_group(struct world *w, struct record *group, const struct change *change)
{
	const struct past_group deleted = {
		.uuid = group->uuid, .csn = CSN_NEVER, .number = change->number, .role = change->role};
	if (w->names.empty_group == EMPTY_PLACEHOLDER) {
		group->at[group->count].field = FIELD_MEMBER;
		group->at[group->count++].value = w->names.placeholder;
	} else if (w->names.empty_group == EMPTY_DELETE) {
		group->gone = true;
		assert_int_equal(past_set_group(&w->past, &deleted), 0);
	}
}

static void add_member(struct world *w, const struct change *change)
{
	struct record *group = find_group(w, change->number, change->role);
	if (group == NULL && w->names.empty_group == EMPTY_DELETE)
		return; /* it went with its last member, before; the next cycle makes it again */
	assert_non_null(group);
	drop_placeholder(w, group);
	struct text vo_id = entry_value(w->source_read->people[change->person].entry, FIELD_VO_ID);
	uint32_t person = target_person_by_vo_id(w->target_read, vo_id);
	struct buf dn;
	buf_init(&dn);
	if (person != NONE)
		target_person_dn(w->target_read, person, &dn);
	else
		target_names_person_dn(&w->names, vo_id, &dn);
	assert_true(group->count < WORLD_FIELDS);
	group->at[group->count].field = FIELD_MEMBER;
	group->at[group->count++].value = arena_copy(&w->texts, buf_text(&dn));
	group->csn.time_us = w->now_s * 1000000;
	remember(w, group, change, buf_text(&dn));
	buf_done(&dn);
}

/* In the rolling window, as what it was. */
static void count_removal(struct world *w, const struct change *change)
{
	const struct past_removal removal = {w->now_s, change->number, change->role, change_removal_sort(change)};
	if (removal.sort != 0)
		assert_int_equal(past_add_removal(&w->past, &removal), 0);
}

static void remove_member(struct world *w, const struct change *change)
{
	struct record *group = record_of(w, &w->target_read->groups[change->target].entry->uuid);
	struct buf dn;
	uint32_t kept = 0;
	buf_init(&dn);
	target_member_value(w->target_read, change->member, &dn);
	for (uint32_t i = 0; i < group->count; i++)
		if (group->at[i].field != FIELD_MEMBER || strcmp(group->at[i].value, buf_string(&dn)) != 0)
			group->at[kept++] = group->at[i];
	assert_int_equal(kept, group->count - 1);
	group->count = kept;
	past_forget_owned(&w->past, &group->uuid, w->target_read->members[change->member].key);
	buf_done(&dn);
	if (record_value(group, FIELD_MEMBER) == NULL)
		empty_group(w, group, change);
}

static void apply_change(struct world *w, const struct change *change)
{
	const struct target_snapshot *target = w->target_read;
	switch ((enum change_kind)change->kind) {
	case CHANGE_MEMBER_REMOVE:
		remove_member(w, change);
		count_removal(w, change);
		break;
	case CHANGE_MEMBER_ADD:
		add_member(w, change);
		w->guard_past.granted += !w->verdict.first_fill && change_is_granted(change);
		break;
	case CHANGE_INSTITUTION_ADD: write_entry(w, change, add_record(w, ENTRY_INSTITUTION)); break;
	case CHANGE_PERSON_ADD: write_entry(w, change, add_record(w, ENTRY_PERSON)); break;
	case CHANGE_GROUP_ADD:
		write_entry(w, change, add_record(w, change->number == NUMBER_EVERYWHERE ? ENTRY_ROLE : ENTRY_GROUP));
		break;
	case CHANGE_INSTITUTION_MODIFY:
		write_entry(w, change, record_of(w, &target->institutions[change->target].entry->uuid));
		break;
	case CHANGE_PERSON_RELEASE:
	case CHANGE_PERSON_MODIFY:
		write_entry(w, change, record_of(w, &target->people[change->target].entry->uuid));
		break;
	case CHANGE_GROUP_MODIFY:
		if (w->names.empty_group == EMPTY_DELETE && find_group(w, change->number, change->role) == NULL)
			break; /* it went with its last member, before */
		drop_placeholder(w, record_of(w, &target->groups[change->target].entry->uuid));
		write_entry(w, change, record_of(w, &target->groups[change->target].entry->uuid));
		break;
	case CHANGE_PERSON_DELETE: record_of(w, &target->people[change->target].entry->uuid)->gone = true; break;
	case CHANGE_GROUP_DELETE: record_of(w, &target->groups[change->target].entry->uuid)->gone = true; break;
	case CHANGE_INSTITUTION_DELETE:
		record_of(w, &target->institutions[change->target].entry->uuid)->gone = true;
		break;
	}
}

static void keep_confirmation(struct world *w, const struct confirmation *confirmation)
{
	const struct target_group *group = &w->target_read->groups[confirmation->group];
	struct past_group past = {
		.uuid = group->entry->uuid, .csn = group->entry->csn, .number = group->number, .role = group->role};
	struct owned_value owned = {.key = w->target_read->members[confirmation->member].key,
				    .state = confirmation->state};
	if (confirmation->person != NONE)
		owned.source = w->source_read->people[confirmation->person].entry->uuid;
	assert_int_equal(past_set_group(&w->past, &past), 0);
	assert_int_equal(past_set_owned(&w->past, &group->entry->uuid, &owned), 0);
}

static bool still_stands(const struct plan *plan, uint32_t id)
{
	for (uint32_t i = 0; i < plan->drift_count; i++)
		if (plan->drifts[i].id == id)
			return true;
	return false;
}

static void keep_drifts(struct world *w)
{
	for (size_t i = w->past.drift_count; i-- > 0;)
		if (!still_stands(w->plan, w->past.drifts[i].id))
			past_forget_drift(&w->past, w->past.drifts[i].id);
	for (uint32_t i = 0; i < w->plan->drift_count; i++) {
		struct past_drift drift = w->plan->drifts[i];
		if (drift.id == 0)
			drift.id = w->past.next_drift;
		assert_int_equal(past_set_drift(&w->past, &drift), 0);
	}
}

/* What the ledger held of a group that somebody, or we, made anew under another entryUUID. */
static void forget_former(struct world *w)
{
	for (size_t i = 0; i < w->past.owned_count; i++) {
		struct owned_value *owned = &w->past.owned[i];
		const struct past_group *group = &w->past.groups[owned->group];
		uint32_t there = target_group_find(w->target_read, group->number, group->role);
		if (owned->state != 0 && there != NONE &&
		    !uuid_equal(&w->target_read->groups[there].entry->uuid, &group->uuid))
			owned->state = 0;
	}
}

static void keep_idle(struct world *w)
{
	for (size_t i = 0; i < w->past.idle_count; i++)
		w->past.idles[i].since_s = -w->past.idles[i].since_s;
	for (uint32_t i = 0; i < w->plan->idle_count; i++)
		assert_int_equal(past_set_idle(&w->past, &w->plan->idle[i]), 0);
	for (size_t i = 0; i < w->past.idle_count; i++)
		if (w->past.idles[i].since_s < 0)
			w->past.idles[i].since_s = 0;
}

void world_keep(struct world *w)
{
	keep_idle(w);
	keep_drifts(w);
	forget_former(w);
	for (uint32_t i = 0; i < w->plan->confirmation_count; i++)
		keep_confirmation(w, &w->plan->confirmations[i]);
	for (uint32_t i = 0; i < w->plan->ending_count; i++)
		w->past.owned[w->plan->endings[i]].state = 0;
}

void world_apply(struct world *w)
{
	world_keep(w);
	for (uint32_t i = 0; i < w->plan->change_count; i++)
		if (w->plan->changes[i].verdict == VERDICT_GO)
			apply_change(w, &w->plan->changes[i]);
	w->past.first_contact = false;
}
