/* SPDX-License-Identifier: EUPL-1.2 */
/* ledger_message.c - settings, intents, outcomes and ownership; see ledger_message.h. */
#include "wire/ledger_message.h"

#include "wire/record.h"
#include "wire/settings_copy.h"

void ledger_settings_encode(struct buf *out, const struct ledger_settings *settings)
{
	record_put_string(out, settings->path);
	record_put_string(out, settings->instance);
	record_put_u8(out, settings->read_only);
	record_put_u32(out, settings->deadline_s);
	record_put_u32(out, settings->retention_s);
	record_put_u8(out, settings->must_exist);
	record_put_u8(out, (uint8_t)settings->role_count);
	for (uint32_t i = 0; i < settings->role_count; i++)
		record_put_string(out, settings->roles[i]);
}

int ledger_settings_decode(const void *body, size_t len, struct ledger_settings *ret, void **ret_memory,
			   struct err *err)
{
	struct settings_copy copy;
	int code = settings_copy_open(&copy, body, len, err);
	if (code < 0)
		return code;
	ret->path = settings_get_string(&copy.in);
	ret->instance = settings_get_string(&copy.in);
	ret->read_only = record_get_bool(&copy.in);
	ret->deadline_s = record_get_u32(&copy.in);
	ret->retention_s = record_get_u32(&copy.in);
	ret->must_exist = record_get_bool(&copy.in);
	ret->role_count = record_get_word(&copy.in, LEDGER_ROLES_MAX);
	for (uint32_t i = 0; i < ret->role_count; i++)
		ret->roles[i] = settings_get_string(&copy.in);
	return settings_copy_close(&copy, "ledger settings", ret_memory, err);
}

void owned_encode(struct buf *out, const struct owned_record *owned)
{
	record_put_uuid(out, &owned->group);
	record_put_text(out, owned->value);
	record_put_uuid(out, &owned->source);
	record_put_u32(out, owned->cycle);
	record_put_u32(out, owned->number);
	record_put_u8(out, owned->role);
	record_put_u8(out, owned->state);
}

int owned_decode(const void *body, size_t len, struct owned_record *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	record_get_uuid(&in, &ret->group);
	ret->value = record_get_text(&in);
	record_get_uuid(&in, &ret->source);
	ret->cycle = record_get_u32(&in);
	ret->number = record_get_u32(&in);
	ret->role = record_get_u8(&in);
	ret->state = record_get_word(&in, OWNED_REMOVED);
	return record_end(&in, "owned value", err);
}

void intent_encode(struct buf *out, const struct intent *intent)
{
	record_put_u32(out, intent->change);
	record_put_u8(out, intent->kind);
	record_put_u8(out, intent->role);
	record_put_u16(out, intent->cause);
	record_put_u16(out, intent->reason);
	record_put_u32(out, intent->number);
	record_put_uuid(out, &intent->source_uuid);
	record_put_csn(out, &intent->source_csn);
	record_put_uuid(out, &intent->target_uuid);
	record_put_text(out, intent->dn);
	record_put_text(out, intent->value);
	record_put_text(out, intent->person);
	record_put_text(out, intent->name);
}

int intent_decode(const void *body, size_t len, struct intent *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	ret->change = record_get_u32(&in);
	ret->kind = record_get_u8(&in);
	ret->role = record_get_u8(&in);
	ret->cause = record_get_u16(&in);
	ret->reason = record_get_u16(&in);
	ret->number = record_get_u32(&in);
	record_get_uuid(&in, &ret->source_uuid);
	record_get_csn(&in, &ret->source_csn);
	record_get_uuid(&in, &ret->target_uuid);
	ret->dn = record_get_text(&in);
	ret->value = record_get_text(&in);
	ret->person = record_get_text(&in);
	ret->name = record_get_text(&in);
	return record_end(&in, "intent", err);
}

void change_outcome_encode(struct buf *out, const struct change_outcome *outcome)
{
	record_put_u32(out, outcome->change);
	record_put_u32(out, (uint32_t)outcome->result);
	record_put_text(out, outcome->text);
}

int change_outcome_decode(const void *body, size_t len, struct change_outcome *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	ret->change = record_get_u32(&in);
	ret->result = (int)record_get_u32(&in);
	ret->text = record_get_text(&in);
	return record_end(&in, "outcome of a change", err);
}
