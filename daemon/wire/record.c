/* SPDX-License-Identifier: EUPL-1.2 */
/* record.c - see record.h. */
#include "wire/record.h"

#include <endian.h>

void record_put_u8(struct buf *out, uint8_t value)
{
	buf_add(out, &value, sizeof(value));
}

void record_put_u16(struct buf *out, uint16_t value)
{
	value = htole16(value);
	buf_add(out, &value, sizeof(value));
}

void record_put_u32(struct buf *out, uint32_t value)
{
	value = htole32(value);
	buf_add(out, &value, sizeof(value));
}

void record_put_u64(struct buf *out, uint64_t value)
{
	value = htole64(value);
	buf_add(out, &value, sizeof(value));
}

void record_put_text(struct buf *out, struct text value)
{
	if (value.len > UINT32_MAX) {
		out->failed = true;
		return;
	}
	record_put_u32(out, (uint32_t)value.len);
	buf_add_text(out, value);
}

void record_put_string(struct buf *out, const char *value)
{
	record_put_text(out, text_of(value));
}

void record_put_bytes(struct buf *out, const void *bytes, size_t len)
{
	buf_add(out, bytes, len);
}

void record_put_uuid(struct buf *out, const struct uuid *value)
{
	buf_add(out, value->bytes, sizeof(value->bytes));
}

void record_put_csn(struct buf *out, const struct csn *value)
{
	record_put_u64(out, (uint64_t)value->time_us);
	record_put_u64(out, value->rest);
}

void record_put_csns(struct buf *out, const struct csn_vector *value)
{
	record_put_u8(out, (uint8_t)value->count);
	for (uint32_t i = 0; i < value->count; i++)
		record_put_csn(out, &value->at[i]);
}

void record_read(struct record_in *in, const void *body, size_t len)
{
	*in = (struct record_in){.at = body, .left = len};
}

/* The next len bytes, or NULL and failed. */
static const char *take(struct record_in *in, size_t len)
{
	if (in->failed || len > in->left) {
		in->failed = true;
		return NULL;
	}
	const char *at = in->at;
	in->at += len;
	in->left -= len;
	return at;
}

static void get(struct record_in *in, void *ret, size_t len)
{
	const char *at = take(in, len);
	if (at != NULL)
		memcpy(ret, at, len);
}

uint8_t record_get_u8(struct record_in *in)
{
	uint8_t value = 0;
	get(in, &value, sizeof(value));
	return value;
}

uint8_t record_get_word(struct record_in *in, uint8_t max)
{
	uint8_t value = record_get_u8(in);
	if (value <= max)
		return value;
	in->failed = true;
	return 0;
}

bool record_get_bool(struct record_in *in)
{
	return record_get_word(in, 1) == 1;
}

uint16_t record_get_u16(struct record_in *in)
{
	uint16_t value = 0;
	get(in, &value, sizeof(value));
	return le16toh(value);
}

uint32_t record_get_u32(struct record_in *in)
{
	uint32_t value = 0;
	get(in, &value, sizeof(value));
	return le32toh(value);
}

uint64_t record_get_u64(struct record_in *in)
{
	uint64_t value = 0;
	get(in, &value, sizeof(value));
	return le64toh(value);
}

struct text record_get_text(struct record_in *in)
{
	size_t len = record_get_u32(in);
	const char *at = take(in, len);
	return at != NULL ? text_make(at, len) : (struct text){0};
}

void record_get_string(struct record_in *in, char *out, size_t size)
{
	struct text text = record_get_text(in);
	if (text.len >= size || (text.len > 0 && memchr(text.at, '\0', text.len) != NULL)) {
		in->failed = true;
		text.len = 0;
	}
	if (text.len > 0)
		memcpy(out, text.at, text.len);
	out[text.len] = '\0';
}

void record_get_bytes(struct record_in *in, void *ret, size_t len)
{
	memset(ret, 0, len);
	get(in, ret, len);
}

void record_get_uuid(struct record_in *in, struct uuid *ret)
{
	*ret = (struct uuid){0};
	get(in, ret->bytes, sizeof(ret->bytes));
}

void record_get_csn(struct record_in *in, struct csn *ret)
{
	ret->time_us = (int64_t)record_get_u64(in);
	ret->rest = record_get_u64(in);
}

void record_get_csns(struct record_in *in, struct csn_vector *ret)
{
	*ret = (struct csn_vector){.count = record_get_word(in, CSN_VECTOR_MAX)};
	for (uint32_t i = 0; i < ret->count; i++)
		record_get_csn(in, &ret->at[i]);
}

bool record_done(const struct record_in *in)
{
	return !in->failed && in->left == 0;
}

int record_end(const struct record_in *in, const char *what, struct err *err)
{
	if (record_done(in))
		return 0;
	return err_set(err, ERR_PROTOCOL, "a record of the kind \"%s\" cannot be decoded", what);
}
