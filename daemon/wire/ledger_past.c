/* SPDX-License-Identifier: EUPL-1.2 */
/* ledger_past.c - see ledger_past.h. */
#include "wire/ledger_past.h"

#include "wire/record.h"

void past_filter_encode(struct buf *out, const struct past_filter *filter)
{
	record_put_u64(out, (uint64_t)filter->since_s);
	record_put_u64(out, (uint64_t)filter->until_s);
	record_put_u32(out, filter->number);
	record_put_u32(out, filter->limit);
	record_put_u16(out, filter->reason);
	record_put_u8(out, filter->role);
	record_put_uuid(out, &filter->source);
	record_put_string(out, filter->person);
}

int past_filter_decode(const void *body, size_t len, struct past_filter *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	*ret = (struct past_filter){0};
	ret->since_s = (int64_t)record_get_u64(&in);
	ret->until_s = (int64_t)record_get_u64(&in);
	ret->number = record_get_u32(&in);
	ret->limit = record_get_u32(&in);
	ret->reason = record_get_u16(&in);
	ret->role = record_get_u8(&in);
	record_get_uuid(&in, &ret->source);
	record_get_string(&in, ret->person, sizeof(ret->person));
	return record_end(&in, "question about what was", err);
}

void past_read_encode(struct buf *out, const struct past_read *read)
{
	const uint32_t counts[] = {read->checks,     read->people, read->institutions,  read->groups,
				   read->requests,   read->absent, read->canaries_seen, read->canaries_expected,
				   read->references, read->pages,  read->duration_ms};
	record_put_u32(out, read->cycle);
	record_put_text(out, read->side);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		record_put_u32(out, counts[i]);
	record_put_u64(out, (uint64_t)read->started_s);
	record_put_u64(out, (uint64_t)read->ended_s);
	record_put_text(out, read->missing);
	record_put_text(out, read->position);
	record_put_text(out, read->server);
	record_put_text(out, read->identity);
	record_put_text(out, read->result);
}

int past_read_decode(const void *body, size_t len, struct past_read *ret, struct err *err)
{
	struct record_in in;
	uint32_t *const counts[] = {&ret->checks,     &ret->people, &ret->institutions,  &ret->groups,
				    &ret->requests,   &ret->absent, &ret->canaries_seen, &ret->canaries_expected,
				    &ret->references, &ret->pages,  &ret->duration_ms};
	record_read(&in, body, len);
	ret->cycle = record_get_u32(&in);
	ret->side = record_get_text(&in);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		*counts[i] = record_get_u32(&in);
	ret->started_s = (int64_t)record_get_u64(&in);
	ret->ended_s = (int64_t)record_get_u64(&in);
	ret->missing = record_get_text(&in);
	ret->position = record_get_text(&in);
	ret->server = record_get_text(&in);
	ret->identity = record_get_text(&in);
	ret->result = record_get_text(&in);
	return record_end(&in, "read of the past", err);
}

void past_extent_encode(struct buf *out, const struct past_extent *extent)
{
	record_put_u64(out, (uint64_t)extent->at_s);
	record_put_u64(out, (uint64_t)extent->begins_s);
	record_put_u64(out, (uint64_t)extent->ends_s);
	record_put_u32(out, extent->erased);
}

int past_extent_decode(const void *body, size_t len, struct past_extent *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	ret->at_s = (int64_t)record_get_u64(&in);
	ret->begins_s = (int64_t)record_get_u64(&in);
	ret->ends_s = (int64_t)record_get_u64(&in);
	ret->erased = record_get_u32(&in);
	return record_end(&in, "extent of the ledger", err);
}

static void put_turn(struct buf *out, const struct past_turn *turn)
{
	record_put_u32(out, turn->cycle);
	record_put_u64(out, (uint64_t)turn->at_s);
	record_put_u16(out, turn->cause);
	record_put_u16(out, turn->reason);
}

static void get_turn(struct record_in *in, struct past_turn *ret)
{
	ret->cycle = record_get_u32(in);
	ret->at_s = (int64_t)record_get_u64(in);
	ret->cause = record_get_u16(in);
	ret->reason = record_get_u16(in);
}

void past_member_encode(struct buf *out, const struct past_member *member)
{
	record_put_u32(out, member->number);
	record_put_u8(out, member->role);
	record_put_u8(out, (uint8_t)member->state);
	record_put_u8(out, (uint8_t)member->doubt);
	put_turn(out, &member->began);
	put_turn(out, &member->ended);
	record_put_uuid(out, &member->source);
	record_put_text(out, member->value);
	record_put_text(out, member->person);
	record_put_text(out, member->name);
}

int past_member_decode(const void *body, size_t len, struct past_member *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	*ret = (struct past_member){0};
	ret->number = record_get_u32(&in);
	ret->role = record_get_u8(&in);
	ret->state = (enum past_state)record_get_word(&in, PAST_UNSURE);
	ret->doubt = (enum past_doubt)record_get_word(&in, PAST_OTHER_ENTRY);
	get_turn(&in, &ret->began);
	get_turn(&in, &ret->ended);
	record_get_uuid(&in, &ret->source);
	ret->value = record_get_text(&in);
	ret->person = record_get_text(&in);
	ret->name = record_get_text(&in);
	return record_end(&in, "membership of the past", err);
}

void past_weeks_encode(struct buf *out, const struct past_weeks *weeks)
{
	record_put_u8(out, (uint8_t)weeks->count);
	for (uint32_t i = 0; i <= weeks->count; i++)
		record_put_u64(out, (uint64_t)weeks->at_s[i]);
}

int past_weeks_decode(const void *body, size_t len, struct past_weeks *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	ret->count = record_get_word(&in, PAST_WEEKS_MAX);
	for (uint32_t i = 0; i <= ret->count; i++)
		ret->at_s[i] = (int64_t)record_get_u64(&in);
	return record_end(&in, "question about weeks", err);
}

void past_week_encode(struct buf *out, const struct past_week *week)
{
	const uint32_t counts[] = {week->cycles,  week->failed,  week->grants,   week->removals, week->holds,
				   week->decided, week->expired, week->median_s, week->longest_s};
	record_put_u64(out, (uint64_t)week->begins_s);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		record_put_u32(out, counts[i]);
}

int past_week_decode(const void *body, size_t len, struct past_week *ret, struct err *err)
{
	struct record_in in;
	uint32_t *const counts[] = {&ret->cycles,  &ret->failed,  &ret->grants,   &ret->removals, &ret->holds,
				    &ret->decided, &ret->expired, &ret->median_s, &ret->longest_s};
	record_read(&in, body, len);
	ret->begins_s = (int64_t)record_get_u64(&in);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		*counts[i] = record_get_u32(&in);
	return record_end(&in, "week of the past", err);
}
