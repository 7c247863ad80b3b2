/* SPDX-License-Identifier: EUPL-1.2 */
/* ledger_message_order.c - orders of people, the head of the chain and old changes; see ledger_message.h. */
#include "wire/ledger_message.h"
#include "wire/record.h"

const char *order_name(enum order_kind kind)
{
	static const char *const names[ORDER_KINDS] = {
		[ORDER_APPROVE] = "approve",
		[ORDER_REJECT] = "reject",
		[ORDER_ACCEPT_SOURCE] = "accept-source",
		[ORDER_REQUEST] = "request",
		[ORDER_UNREQUEST] = "unrequest",
		[ORDER_PIN] = "pin",
		[ORDER_UNPIN] = "unpin",
		[ORDER_DRIFT_ADOPT] = "drift-adopt",
		[ORDER_DRIFT_UNDO] = "drift-undo",
		[ORDER_FREEZE] = "freeze",
		[ORDER_THAW] = "thaw",
		[ORDER_PAUSE] = "pause",
		[ORDER_RESUME] = "resume",
		[ORDER_UNDO] = "undo",
		[ORDER_FORGET] = "forget",
		[ORDER_SYNC] = "sync",
		[ORDER_ACCEPT_CLOCK] = "accept-clock",
		[ORDER_REDO] = "redo",
	};
	return kind > 0 && kind < ORDER_KINDS ? names[kind] : "unknown";
}

void decision_encode(struct buf *out, const struct decision *decision)
{
	record_put_u8(out, decision->order);
	record_put_u8(out, decision->role);
	record_put_u32(out, decision->uid);
	record_put_u32(out, decision->number);
	record_put_u32(out, decision->object);
	record_put_u64(out, (uint64_t)decision->until_s);
	record_put_text(out, decision->person);
	record_put_text(out, decision->entry);
	record_put_text(out, decision->said);
}

int decision_decode(const void *body, size_t len, struct decision *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	*ret = (struct decision){0};
	ret->order = record_get_word(&in, ORDER_KINDS - 1);
	in.failed |= ret->order == 0;
	ret->role = record_get_u8(&in);
	ret->uid = record_get_u32(&in);
	ret->number = record_get_u32(&in);
	ret->object = record_get_u32(&in);
	ret->until_s = (int64_t)record_get_u64(&in);
	ret->person = record_get_text(&in);
	ret->entry = record_get_text(&in);
	ret->said = record_get_text(&in);
	return record_end(&in, "decision", err);
}

void decision_end_encode(struct buf *out, const struct decision_end *end)
{
	record_put_u32(out, end->decision);
	record_put_u32(out, (uint32_t)end->result);
	record_put_text(out, end->text);
}

int decision_end_decode(const void *body, size_t len, struct decision_end *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	*ret = (struct decision_end){0};
	ret->decision = record_get_u32(&in);
	ret->result = (int)record_get_u32(&in);
	ret->text = record_get_text(&in);
	return record_end(&in, "end of a decision", err);
}

void ledger_head_encode(struct buf *out, const struct ledger_head *head)
{
	record_put_u64(out, head->seq);
	record_put_bytes(out, head->hash, sizeof(head->hash));
}

int ledger_head_decode(const void *body, size_t len, struct ledger_head *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	*ret = (struct ledger_head){0};
	ret->seq = record_get_u64(&in);
	record_get_bytes(&in, ret->hash, sizeof(ret->hash));
	return record_end(&in, "head of the chain", err);
}

void past_change_encode(struct buf *out, const struct past_change *change)
{
	record_put_u32(out, change->cycle);
	record_put_u32(out, change->number);
	record_put_u64(out, (uint64_t)change->at_s);
	record_put_u8(out, change->kind);
	record_put_u8(out, change->role);
	record_put_u16(out, change->cause);
	record_put_u16(out, change->reason);
	record_put_uuid(out, &change->source);
	record_put_text(out, change->value);
	record_put_text(out, change->person);
	record_put_text(out, change->name);
}

int past_change_decode(const void *body, size_t len, struct past_change *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	*ret = (struct past_change){0};
	ret->cycle = record_get_u32(&in);
	ret->number = record_get_u32(&in);
	ret->at_s = (int64_t)record_get_u64(&in);
	ret->kind = record_get_u8(&in);
	ret->role = record_get_u8(&in);
	ret->cause = record_get_u16(&in);
	ret->reason = record_get_u16(&in);
	record_get_uuid(&in, &ret->source);
	ret->value = record_get_text(&in);
	ret->person = record_get_text(&in);
	ret->name = record_get_text(&in);
	return record_end(&in, "old change", err);
}
