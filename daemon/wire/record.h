/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * record.h - writing and reading the fields of a record's body: little-endian, no padding, texts with a u32 length.
 *
 * Both directions are sticky: after the first failure every call does nothing and returns zero values; the
 * caller asks once, at the end: buf_failed when writing, record_done or record_end when reading. They are content only
 * if every byte was consumed.
 */
#ifndef DUAAL_WIRE_RECORD_H
#define DUAAL_WIRE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
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
void record_put_string(struct buf *out, const char *value);            /* NULL is sent as empty */
void record_put_bytes(struct buf *out, const void *bytes, size_t len); /* a fixed number of them: no length is sent */
void record_put_uuid(struct buf *out, const struct uuid *value);
void record_put_csn(struct buf *out, const struct csn *value);
void record_put_csns(struct buf *out, const struct csn_vector *value);

void record_read(struct record_in *in, const void *body, size_t len);
uint8_t record_get_u8(struct record_in *in);
uint8_t record_get_word(struct record_in *in, uint8_t max); /* an enum in a byte; above max: failed */
bool record_get_bool(struct record_in *in);                 /* 0 or 1, else failed */
uint16_t record_get_u16(struct record_in *in);
uint32_t record_get_u32(struct record_in *in);
uint64_t record_get_u64(struct record_in *in);
struct text record_get_text(struct record_in *in);                    /* borrowed from the body */
void record_get_string(struct record_in *in, char *out, size_t size); /* NUL-ended copy; too long or with NUL: failed */
void record_get_bytes(struct record_in *in, void *ret, size_t len);   /* zeros after a failure */
void record_get_uuid(struct record_in *in, struct uuid *ret);
void record_get_csn(struct record_in *in, struct csn *ret);
void record_get_csns(struct record_in *in, struct csn_vector *ret);
bool record_done(const struct record_in *in);
/* 0, or ERR_PROTOCOL with a sentence that names what was read. */
MUST_USE int record_end(const struct record_in *in, const char *what, struct err *err);

#endif
