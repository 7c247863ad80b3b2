/* SPDX-License-Identifier: EUPL-1.2 */
/* message.c - the short messages: failure, progress, ask, outcome; see message.h. */
#include "wire/message.h"

#include <stdlib.h>

#include "wire/record.h"

void failure_encode(struct buf *out, const struct failure *failure)
{
	record_put_u32(out, (uint32_t)failure->code);
	record_put_u32(out, (uint32_t)failure->result);
	record_put_text(out, failure->text);
}

int failure_decode(const void *body, size_t len, struct failure *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	ret->code = (int)record_get_u32(&in);
	ret->result = (int)record_get_u32(&in);
	ret->text = record_get_text(&in);
	return record_end(&in, "failure", err);
}

void progress_encode(struct buf *out, const struct progress *progress)
{
	record_put_u32(out, progress->entries);
}

int progress_decode(const void *body, size_t len, struct progress *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	ret->entries = record_get_u32(&in);
	return record_end(&in, "progress", err);
}

void ask_encode(struct buf *out, const struct uuid *uuids, uint32_t count)
{
	record_put_u32(out, count);
	for (uint32_t i = 0; i < count; i++)
		record_put_uuid(out, &uuids[i]);
}

int ask_decode(const void *body, size_t len, struct uuid **ret, uint32_t *ret_count, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	uint32_t count = record_get_u32(&in);
	if (in.failed || count != in.left / sizeof(struct uuid))
		return err_set(err, ERR_PROTOCOL, "a record of the kind \"ask\" cannot be decoded");
	struct uuid *uuids = calloc((size_t)count + 1, sizeof(*uuids));
	if (uuids == NULL)
		return err_nomem(err);
	for (uint32_t i = 0; i < count; i++)
		record_get_uuid(&in, &uuids[i]);
	int code = record_end(&in, "ask", err);
	if (code < 0) {
		free(uuids);
		return code;
	}
	*ret = uuids;
	*ret_count = count;
	return 0;
}

void outcome_encode(struct buf *out, const struct outcome *outcome)
{
	record_put_u32(out, outcome->id);
	record_put_u32(out, (uint32_t)outcome->result);
	record_put_uuid(out, &outcome->uuid);
	record_put_csn(out, &outcome->csn);
	record_put_u8(out, outcome->fenced);
	record_put_text(out, outcome->text);
}

int outcome_decode(const void *body, size_t len, struct outcome *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	ret->id = record_get_u32(&in);
	ret->result = (int)record_get_u32(&in);
	record_get_uuid(&in, &ret->uuid);
	record_get_csn(&in, &ret->csn);
	ret->fenced = record_get_bool(&in);
	ret->text = record_get_text(&in);
	return record_end(&in, "outcome", err);
}
