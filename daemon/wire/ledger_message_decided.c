/* SPDX-License-Identifier: EUPL-1.2 */
/* ledger_message_decided.c - what people decided and what waits for them; see ledger_message.h and model/past.h. */
#include <stdlib.h>
#include <string.h>

#include "wire/ledger_message.h"
#include "wire/record.h"

#define HOLD_OP_SIZE 50 /* bytes of one line of a hold */

/* An enum whose values begin with 1. */
static uint8_t get_kind(struct record_in *in, uint8_t max)
{
	uint8_t kind = record_get_word(in, max);
	in->failed |= kind == 0;
	return kind;
}

/* A text of the caller's own, NULL when it is empty. */
static int get_copy(struct record_in *in, char **ret, struct err *err)
{
	struct text text = record_get_text(in);
	*ret = NULL;
	if (text_is_empty(text))
		return 0;
	if (memchr(text.at, '\0', text.len) != NULL) {
		in->failed = true;
		return 0;
	}
	*ret = strndup(text.at, text.len);
	return *ret == NULL ? err_nomem(err) : 0;
}

/* ---- holds --------------------------------------------------------------------------------------- */

static void put_op(struct buf *out, const struct hold_op *op)
{
	record_put_bytes(out, op->id.bytes, sizeof(op->id.bytes));
	record_put_u64(out, op->evidence);
	record_put_uuid(out, &op->who);
	record_put_u32(out, op->number);
	record_put_u16(out, op->cause);
	record_put_u16(out, op->reason);
	record_put_u8(out, op->kind);
	record_put_u8(out, op->role);
}

static void get_op(struct record_in *in, struct hold_op *ret)
{
	record_get_bytes(in, ret->id.bytes, sizeof(ret->id.bytes));
	ret->evidence = record_get_u64(in);
	record_get_uuid(in, &ret->who);
	ret->number = record_get_u32(in);
	ret->cause = record_get_u16(in);
	ret->reason = record_get_u16(in);
	ret->kind = record_get_u8(in);
	ret->role = record_get_u8(in);
}

void hold_encode(struct buf *out, const struct past_hold *hold)
{
	record_put_u32(out, hold->id);
	record_put_u16(out, hold->rule);
	record_put_u8(out, hold->role);
	record_put_u8(out, hold->state);
	record_put_u32(out, hold->number);
	record_put_u32(out, hold->seen);
	record_put_u32(out, hold->allowed);
	record_put_u64(out, (uint64_t)hold->opened_s);
	record_put_u64(out, (uint64_t)hold->expires_s);
	record_put_u64(out, (uint64_t)hold->decided_s);
	record_put_u32(out, hold->decided_by);
	record_put_bytes(out, hold->digest, sizeof(hold->digest));
	record_put_string(out, hold->said);
	record_put_u32(out, hold->op_count);
	for (uint32_t i = 0; i < hold->op_count; i++)
		put_op(out, &hold->ops[i]);
}

/* Never more memory than the body is long: a count that promises more is damage. */
static int get_ops(struct record_in *in, struct past_hold *ret, struct err *err)
{
	uint32_t count = record_get_u32(in);
	in->failed |= in->left != (size_t)count * HOLD_OP_SIZE;
	if (in->failed || count == 0)
		return 0;
	ret->ops = calloc(count, sizeof(*ret->ops));
	if (ret->ops == NULL)
		return err_nomem(err);
	ret->op_count = count;
	for (uint32_t i = 0; i < count; i++)
		get_op(in, &ret->ops[i]);
	return 0;
}

static void get_hold(struct record_in *in, struct past_hold *ret)
{
	ret->id = record_get_u32(in);
	ret->rule = record_get_u16(in);
	ret->role = record_get_u8(in);
	ret->state = get_kind(in, HOLD_OVER);
	ret->number = record_get_u32(in);
	ret->seen = record_get_u32(in);
	ret->allowed = record_get_u32(in);
	ret->opened_s = (int64_t)record_get_u64(in);
	ret->expires_s = (int64_t)record_get_u64(in);
	ret->decided_s = (int64_t)record_get_u64(in);
	ret->decided_by = record_get_u32(in);
	record_get_bytes(in, ret->digest, sizeof(ret->digest));
}

int hold_decode(const void *body, size_t len, struct past_hold *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	*ret = (struct past_hold){0};
	get_hold(&in, ret);
	int code = get_copy(&in, &ret->said, err);
	if (code == 0)
		code = get_ops(&in, ret, err);
	if (code == 0)
		code = record_end(&in, "hold", err);
	if (code < 0) {
		free(ret->ops);
		free(ret->said);
		*ret = (struct past_hold){0};
	}
	return code;
}

/* ---- freezes, pins, directives --------------------------------------------------------------------- */

void freeze_encode(struct buf *out, const struct past_freeze *freeze)
{
	record_put_u32(out, freeze->id);
	record_put_u32(out, freeze->number);
	record_put_u8(out, freeze->pause);
	record_put_u32(out, freeze->by);
	record_put_u64(out, (uint64_t)freeze->since_s);
	record_put_u64(out, (uint64_t)freeze->until_s);
	record_put_string(out, freeze->said);
}

int freeze_decode(const void *body, size_t len, struct past_freeze *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	*ret = (struct past_freeze){0};
	ret->id = record_get_u32(&in);
	ret->number = record_get_u32(&in);
	ret->pause = record_get_bool(&in);
	ret->by = record_get_u32(&in);
	ret->since_s = (int64_t)record_get_u64(&in);
	ret->until_s = (int64_t)record_get_u64(&in);
	int code = get_copy(&in, &ret->said, err);
	if (code == 0)
		code = record_end(&in, "freeze", err);
	if (code < 0) {
		free(ret->said);
		ret->said = NULL;
	}
	return code;
}

void pin_encode(struct buf *out, const struct past_pin *pin)
{
	record_put_uuid(out, &pin->person);
	record_put_u32(out, pin->number);
	record_put_u32(out, pin->cycle);
	record_put_u8(out, pin->role);
	record_put_u8(out, pin->present);
	record_put_u64(out, (uint64_t)pin->until_s);
}

int pin_decode(const void *body, size_t len, struct past_pin *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	*ret = (struct past_pin){0};
	record_get_uuid(&in, &ret->person);
	ret->number = record_get_u32(&in);
	ret->cycle = record_get_u32(&in);
	ret->role = record_get_u8(&in);
	ret->present = record_get_bool(&in);
	ret->until_s = (int64_t)record_get_u64(&in);
	return record_end(&in, "pin of an undo", err);
}

void directive_encode(struct buf *out, const struct past_directive *directive)
{
	record_put_uuid(out, &directive->uuid);
	record_put_uuid(out, &directive->person);
	record_put_u32(out, directive->number);
	record_put_u8(out, directive->kind);
	record_put_u8(out, directive->role);
	record_put_u64(out, (uint64_t)directive->until_s);
	record_put_u64(out, (uint64_t)directive->since_s);
}

int directive_decode(const void *body, size_t len, struct past_directive *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	*ret = (struct past_directive){0};
	record_get_uuid(&in, &ret->uuid);
	record_get_uuid(&in, &ret->person);
	ret->number = record_get_u32(&in);
	ret->kind = get_kind(&in, DIRECTIVE_EXCLUDE);
	ret->role = record_get_u8(&in);
	ret->until_s = (int64_t)record_get_u64(&in);
	ret->since_s = (int64_t)record_get_u64(&in);
	return record_end(&in, "directive", err);
}

/* ---- drift --------------------------------------------------------------------------------------- */

void drift_encode(struct buf *out, const struct drift_record *record)
{
	const struct past_drift *drift = &record->drift;
	record_put_u32(out, drift->id);
	record_put_u16(out, drift->reason);
	record_put_u8(out, drift->role);
	record_put_u8(out, drift->decision);
	record_put_u32(out, drift->number);
	record_put_u32(out, drift->first_cycle);
	record_put_u64(out, (uint64_t)drift->first_s);
	record_put_uuid(out, &drift->entry);
	record_put_uuid(out, &drift->person);
	record_put_text(out, record->value);
	record_put_string(out, drift->author);
	record_put_u64(out, (uint64_t)drift->author_s);
}

static void get_drift(struct record_in *in, struct past_drift *ret)
{
	ret->id = record_get_u32(in);
	ret->reason = record_get_u16(in);
	ret->role = record_get_u8(in);
	ret->decision = record_get_word(in, DRIFT_UNDO);
	ret->number = record_get_u32(in);
	ret->first_cycle = record_get_u32(in);
	ret->first_s = (int64_t)record_get_u64(in);
	record_get_uuid(in, &ret->entry);
	record_get_uuid(in, &ret->person);
}

int drift_decode(const void *body, size_t len, struct drift_record *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	*ret = (struct drift_record){0};
	get_drift(&in, &ret->drift);
	ret->value = record_get_text(&in);
	int code = get_copy(&in, &ret->drift.author, err);
	ret->drift.author_s = (int64_t)record_get_u64(&in);
	if (code == 0)
		code = record_end(&in, "drift", err);
	if (code < 0) {
		free(ret->drift.author);
		ret->drift.author = NULL;
	}
	return code;
}
