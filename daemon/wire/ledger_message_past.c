/* SPDX-License-Identifier: EUPL-1.2 */
/* ledger_message_past.c - what was remembered, fact by fact; see ledger_message.h and model/past.h. */
#include "wire/ledger_message.h"
#include "wire/record.h"

static void put_clock(struct buf *out, const struct past_clock *clock)
{
	record_put_u64(out, (uint64_t)clock->wall_s);
	record_put_u64(out, (uint64_t)clock->up_s);
	record_put_u64(out, (uint64_t)clock->ahead_s);
	record_put_bytes(out, clock->boot, sizeof(clock->boot));
}

static void get_clock(struct record_in *in, struct past_clock *ret)
{
	ret->wall_s = (int64_t)record_get_u64(in);
	ret->up_s = (int64_t)record_get_u64(in);
	ret->ahead_s = (int64_t)record_get_u64(in);
	record_get_bytes(in, ret->boot, sizeof(ret->boot));
}

void past_clock_encode(struct buf *out, const struct past_clock *clock)
{
	put_clock(out, clock);
}

int past_clock_decode(const void *body, size_t len, struct past_clock *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	get_clock(&in, ret);
	return record_end(&in, "time of the planner", err);
}

void past_meta_encode(struct buf *out, const struct past_meta *meta)
{
	record_put_u8(out, meta->first_contact);
	record_put_u32(out, meta->last_cycle);
	record_put_u32(out, meta->last_complete);
	record_put_u32(out, meta->record.unread_cycles);
	record_put_u64(out, (uint64_t)meta->record.longest_gap_s);
	record_put_u64(out, (uint64_t)meta->record.ended_s);
	record_put_u64(out, meta->generation);
	record_put_u8(out, (uint8_t)meta->positions.count);
	for (uint32_t i = 0; i < meta->positions.count; i++) {
		record_put_string(out, meta->positions.at[i].name);
		record_put_csns(out, &meta->positions.at[i].vector);
		record_put_u32(out, meta->positions.at[i].people);
		record_put_u32(out, meta->positions.at[i].institutions);
	}
	record_put_u32(out, meta->source_people);
	record_put_u32(out, meta->source_institutions);
	record_put_u32(out, meta->released_members);
	record_put_bytes(out, meta->scope, sizeof(meta->scope));
	record_put_u32(out, meta->next_hold);
	record_put_u32(out, meta->next_drift);
	record_put_u32(out, meta->next_freeze);
	put_clock(out, &meta->clock);
}

int past_meta_decode(const void *body, size_t len, struct past_meta *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	ret->first_contact = record_get_bool(&in);
	ret->last_cycle = record_get_u32(&in);
	ret->last_complete = record_get_u32(&in);
	ret->record.unread_cycles = record_get_u32(&in);
	ret->record.longest_gap_s = (int64_t)record_get_u64(&in);
	ret->record.ended_s = (int64_t)record_get_u64(&in);
	ret->generation = record_get_u64(&in);
	ret->positions = (struct source_positions){.count = record_get_word(&in, SOURCES_MAX)};
	for (uint32_t i = 0; i < ret->positions.count; i++) {
		record_get_string(&in, ret->positions.at[i].name, sizeof(ret->positions.at[i].name));
		record_get_csns(&in, &ret->positions.at[i].vector);
		ret->positions.at[i].people = record_get_u32(&in);
		ret->positions.at[i].institutions = record_get_u32(&in);
	}
	ret->source_people = record_get_u32(&in);
	ret->source_institutions = record_get_u32(&in);
	ret->released_members = record_get_u32(&in);
	record_get_bytes(&in, ret->scope, sizeof(ret->scope));
	ret->next_hold = record_get_u32(&in);
	ret->next_drift = record_get_u32(&in);
	ret->next_freeze = record_get_u32(&in);
	get_clock(&in, &ret->clock);
	return record_end(&in, "state of the last cycle", err);
}

void past_group_encode(struct buf *out, const struct past_group *group)
{
	record_put_uuid(out, &group->uuid);
	record_put_csn(out, &group->csn);
	record_put_u32(out, group->number);
	record_put_u8(out, group->role);
	record_put_u32(out, group->released);
}

int past_group_decode(const void *body, size_t len, struct past_group *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	*ret = (struct past_group){0};
	record_get_uuid(&in, &ret->uuid);
	record_get_csn(&in, &ret->csn);
	ret->number = record_get_u32(&in);
	ret->role = record_get_u8(&in);
	ret->released = record_get_u32(&in);
	return record_end(&in, "role group", err);
}

void seen_encode(struct buf *out, const struct seen_entry *seen)
{
	record_put_uuid(out, &seen->uuid);
	record_put_csn(out, &seen->csn);
	record_put_u32(out, (uint32_t)seen->begin_day);
	record_put_u32(out, (uint32_t)seen->end_day);
	record_put_u64(out, (uint64_t)seen->begin_since_s);
	record_put_u64(out, (uint64_t)seen->end_since_s);
	record_put_u8(out, seen->end_moved);
}

int seen_decode(const void *body, size_t len, struct seen_entry *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	*ret = (struct seen_entry){0};
	record_get_uuid(&in, &ret->uuid);
	record_get_csn(&in, &ret->csn);
	ret->begin_day = (int32_t)record_get_u32(&in);
	ret->end_day = (int32_t)record_get_u32(&in);
	ret->begin_since_s = (int64_t)record_get_u64(&in);
	ret->end_since_s = (int64_t)record_get_u64(&in);
	ret->end_moved = record_get_bool(&in);
	return record_end(&in, "source entry", err);
}

void removal_encode(struct buf *out, const struct past_removal *removal)
{
	record_put_u64(out, (uint64_t)removal->at_s);
	record_put_u32(out, removal->number);
	record_put_u8(out, removal->role);
	record_put_u8(out, removal->sort);
}

int removal_decode(const void *body, size_t len, struct past_removal *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	*ret = (struct past_removal){0};
	ret->at_s = (int64_t)record_get_u64(&in);
	ret->number = record_get_u32(&in);
	ret->role = record_get_u8(&in);
	ret->sort = record_get_word(&in, REMOVAL_BY_DATE);
	return record_end(&in, "removal", err);
}

void ambiguity_encode(struct buf *out, const struct past_ambiguity *ambiguity)
{
	record_put_uuid(out, &ambiguity->first);
	record_put_u64(out, (uint64_t)ambiguity->since_s);
}

int ambiguity_decode(const void *body, size_t len, struct past_ambiguity *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	record_get_uuid(&in, &ret->first);
	ret->since_s = (int64_t)record_get_u64(&in);
	return record_end(&in, "ambiguity", err);
}

void idle_encode(struct buf *out, const struct past_idle *idle)
{
	record_put_uuid(out, &idle->entry);
	record_put_u64(out, (uint64_t)idle->since_s);
}

int idle_decode(const void *body, size_t len, struct past_idle *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	record_get_uuid(&in, &ret->entry);
	ret->since_s = (int64_t)record_get_u64(&in);
	return record_end(&in, "idle entry", err);
}

void grantor_encode(struct buf *out, const struct past_grantor *grantor)
{
	record_put_uuid(out, &grantor->person);
	record_put_u32(out, grantor->number);
	record_put_u8(out, grantor->role);
	record_put_u8(out, grantor->accepted);
}

int grantor_decode(const void *body, size_t len, struct past_grantor *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	*ret = (struct past_grantor){0};
	record_get_uuid(&in, &ret->person);
	ret->number = record_get_u32(&in);
	ret->role = record_get_u8(&in);
	ret->accepted = record_get_bool(&in);
	return record_end(&in, "grantor", err);
}

void past_grant_encode(struct buf *out, const struct past_grant *grant)
{
	record_put_uuid(out, &grant->entry);
	record_put_uuid(out, &grant->person);
	record_put_u32(out, grant->number);
	record_put_u8(out, grant->role);
	record_put_u8(out, grant->kind);
}

int past_grant_decode(const void *body, size_t len, struct past_grant *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	*ret = (struct past_grant){.next = MAP_NONE};
	record_get_uuid(&in, &ret->entry);
	record_get_uuid(&in, &ret->person);
	ret->number = record_get_u32(&in);
	ret->role = record_get_u8(&in);
	ret->kind = record_get_word(&in, ENTRY_KINDS - 1);
	return record_end(&in, "grant", err);
}
