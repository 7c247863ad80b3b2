/* SPDX-License-Identifier: EUPL-1.2 */
/* ledger_message_cycle.c - a cycle's line in the history, and its end; see ledger_message.h. */
#include "wire/ledger_message.h"

#include "wire/message.h"
#include "wire/record.h"

static void put_counts(struct buf *out, const struct cycle_summary *cycle)
{
	record_put_u32(out, cycle->grants);
	record_put_u32(out, cycle->removals);
	record_put_u32(out, cycle->structure);
	record_put_u32(out, cycle->held);
	record_put_u32(out, cycle->failed);
	record_put_u32(out, cycle->refusals);
	record_put_u32(out, cycle->remarks);
	record_put_u32(out, cycle->source_people);
	record_put_u32(out, cycle->source_institutions);
	record_put_u32(out, cycle->memberships);
	record_put_u32(out, cycle->read_ms);
	record_put_u32(out, cycle->think_ms);
	record_put_u32(out, cycle->apply_ms);
}

static void get_counts(struct record_in *in, struct cycle_summary *ret)
{
	ret->grants = record_get_u32(in);
	ret->removals = record_get_u32(in);
	ret->structure = record_get_u32(in);
	ret->held = record_get_u32(in);
	ret->failed = record_get_u32(in);
	ret->refusals = record_get_u32(in);
	ret->remarks = record_get_u32(in);
	ret->source_people = record_get_u32(in);
	ret->source_institutions = record_get_u32(in);
	ret->memberships = record_get_u32(in);
	ret->read_ms = record_get_u32(in);
	ret->think_ms = record_get_u32(in);
	ret->apply_ms = record_get_u32(in);
}

void cycle_summary_encode(struct buf *out, const struct cycle_summary *cycle)
{
	record_put_u32(out, cycle->id);
	record_put_u64(out, (uint64_t)cycle->started_s);
	record_put_u64(out, (uint64_t)cycle->ended_s);
	record_put_string(out, cycle->trigger);
	record_put_u32(out, cycle->trigger_uid);
	record_put_string(out, cycle->result);
	record_put_string(out, cycle->detail);
	put_counts(out, cycle);
	record_put_text(out, text_make((const char *)cycle->plan_digest, sizeof(cycle->plan_digest)));
	record_put_u64(out, cycle->generation);
}

int cycle_summary_decode(const void *body, size_t len, struct cycle_summary *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	*ret = (struct cycle_summary){0};
	ret->id = record_get_u32(&in);
	ret->started_s = (int64_t)record_get_u64(&in);
	ret->ended_s = (int64_t)record_get_u64(&in);
	record_get_string(&in, ret->trigger, sizeof(ret->trigger));
	ret->trigger_uid = record_get_u32(&in);
	record_get_string(&in, ret->result, sizeof(ret->result));
	record_get_string(&in, ret->detail, sizeof(ret->detail));
	get_counts(&in, ret);
	struct text digest = record_get_text(&in);
	if (digest.len == sizeof(ret->plan_digest))
		memcpy(ret->plan_digest, digest.at, digest.len);
	else
		in.failed = true;
	ret->generation = record_get_u64(&in);
	return record_end(&in, "cycle", err);
}

typedef void encode_fn(struct buf *out, const void *part);

/* A part in a text of its own: its decoder then checks its end. Absent: empty. */
static void put_part(struct buf *out, bool present, encode_fn *encode, const void *part)
{
	struct buf body;
	buf_init(&body);
	if (present)
		encode(&body, part);
	out->failed |= buf_failed(&body);
	record_put_text(out, buf_text(&body));
	buf_done(&body);
}

static void summary_part(struct buf *out, const void *part)
{
	cycle_summary_encode(out, part);
}

static void meta_part(struct buf *out, const void *part)
{
	past_meta_encode(out, part);
}

static void certificate_part(struct buf *out, const void *part)
{
	certificate_encode(out, part);
}

void cycle_end_encode(struct buf *out, const struct cycle_end *end)
{
	put_part(out, true, summary_part, &end->summary);
	put_part(out, true, meta_part, &end->meta);
	put_part(out, end->has_target, certificate_part, &end->target);
	record_put_u8(out, (uint8_t)end->source_count);
	for (uint32_t i = 0; i < end->source_count; i++) {
		record_put_string(out, end->sources[i].name);
		put_part(out, true, certificate_part, &end->sources[i].certificate);
	}
}

static int decode_sources(struct record_in *in, struct cycle_end *ret, struct err *err)
{
	int code = 0;
	ret->source_count = record_get_word(in, SOURCES_MAX);
	for (uint32_t i = 0; i < ret->source_count && code == 0; i++) {
		record_get_string(in, ret->sources[i].name, sizeof(ret->sources[i].name));
		struct text body = record_get_text(in);
		code = certificate_decode(body.at, body.len, &ret->sources[i].certificate, err);
	}
	return code;
}

int cycle_end_decode(const void *body, size_t len, struct cycle_end *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	*ret = (struct cycle_end){0};
	struct text summary = record_get_text(&in), meta = record_get_text(&in);
	struct text target = record_get_text(&in);
	ret->has_target = !text_is_empty(target);
	int code = decode_sources(&in, ret, err);
	if (code == 0)
		code = record_end(&in, "end of a cycle", err);
	if (code == 0)
		code = cycle_summary_decode(summary.at, summary.len, &ret->summary, err);
	if (code == 0)
		code = past_meta_decode(meta.at, meta.len, &ret->meta, err);
	if (code == 0 && ret->has_target)
		code = certificate_decode(target.at, target.len, &ret->target, err);
	return code;
}
