/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * record.h - writing and reading the fields of a record's body: little-endian, no padding, texts with a u32 length.
 *
 * Both directions are sticky: after the first failure every call does nothing and returns zero values; the
 * caller asks once, at the end (record_ok, record_done). record_done is true only if every byte was consumed.
 */
#ifndef DUAAL_WIRE_RECORD_H
#define DUAAL_WIRE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/uuid.h"
#include "model/csn.h"

struct record_in {
	const char *at;
	size_t left;
	bool failed;
};

void record_put_u8(struct buf *out, uint8_t value);
void record_put_u16(struct buf *out, uint16_t value);
void record_put_u32(struct buf *out, uint32_t value);
void record_put_u64(struct buf *out, uint64_t value);
void record_put_text(struct buf *out, struct text value);
void record_put_string(struct buf *out, const char *value); /* NULL is sent as empty */
void record_put_uuid(struct buf *out, const struct uuid *value);
void record_put_csn(struct buf *out, const struct csn *value);

void record_read(struct record_in *in, const void *body, size_t len);
uint8_t record_get_u8(struct record_in *in);
uint16_t record_get_u16(struct record_in *in);
uint32_t record_get_u32(struct record_in *in);
uint64_t record_get_u64(struct record_in *in);
struct text record_get_text(struct record_in *in);                          /* borrowed from the body */
void record_get_string(struct record_in *in, char *out, size_t size);       /* NUL-ended copy; too long or with NUL: failed */
void record_get_uuid(struct record_in *in, struct uuid *ret);
void record_get_csn(struct record_in *in, struct csn *ret);
bool record_done(const struct record_in *in);

#endif
