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
	record_get_string(&in, ret->person, sizeof(ret->person));
	return record_end(&in, "question about what was", err);
}

void past_read_encode(struct buf *out, const struct past_read *read)
{
	const uint32_t counts[] = {read->checks,     read->people, read->institutions,  read->groups,
				   read->requests,   read->absent, read->canaries_seen, read->canaries_expected,
				   read->references, read->pages,  read->duration_ms};
	record_put_u32(out, read->cycle);
	record_put_u8(out, read->target);
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
	ret->target = record_get_bool(&in);
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
