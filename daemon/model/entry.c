/* SPDX-License-Identifier: EUPL-1.2 */
/* entry.c - see entry.h: building, checking, counting references and reading packed entries. */
#include "model/entry.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>

#define LENGTH_BYTES_MAX 4
#define REPEATED_BYTES   3   /* of a value that is not written again */
#define REPEATED_MAX     64  /* bytes: what is longer is no name */
#define FRONT            256 /* bytes of the DN and what follows in which it is looked for: one byte says where */

void entry_begin(struct entry_builder *b, enum entry_kind kind, const struct uuid *uuid, const struct csn *csn,
		 enum dn_form form, struct text dn)
{
	struct entry head = {.kind = (uint8_t)kind, .dn_form = (uint8_t)form, .uuid = *uuid};
	if (csn != NULL)
		head.csn = *csn;
	buf_clear(&b->buf);
	if (dn.len > ENTRY_SIZE_MAX)
		b->buf.failed = true;
	head.dn_len = (uint32_t)dn.len;
	buf_add(&b->buf, &head, sizeof(head));
	buf_add_text(&b->buf, dn);
	b->last_field = 0;
}

static void add_length(struct buf *buf, size_t len)
{
	char bytes[LENGTH_BYTES_MAX];
	size_t count = 0;
	do {
		bytes[count] = (char)((len & 0x7f) | (len > 0x7f ? 0x80 : 0));
		len >>= 7;
	} while (bytes[count++] & 0x80);
	buf_add(buf, bytes, count);
}

/* Does it stand near the front already? */
static bool add_repeated(struct entry_builder *b, enum field field, struct text value)
{
	if (value.len < REPEATED_BYTES || value.len > REPEATED_MAX || buf_failed(&b->buf))
		return false;
	const char *front = b->buf.at + sizeof(struct entry);
	const size_t there = b->buf.len - sizeof(struct entry);
	const char *found = memmem(front, there < FRONT ? there : FRONT, value.at, value.len);
	if (found == NULL)
		return false;
	const uint8_t bytes[REPEATED_BYTES] = {(uint8_t)(field | FIELD_REPEATED), (uint8_t)(found - front),
					       (uint8_t)value.len};
	buf_add(&b->buf, bytes, sizeof(bytes));
	return true;
}

void entry_add(struct entry_builder *b, enum field field, struct text value)
{
	assert((uint8_t)field >= b->last_field && field < FIELD_REPEATED);
	b->last_field = (uint8_t)field;
	if (value.len > ENTRY_SIZE_MAX) {
		b->buf.failed = true;
		return;
	}
	if (add_repeated(b, field, value))
		return;
	buf_add_char(&b->buf, (char)field);
	add_length(&b->buf, value.len);
	buf_add_text(&b->buf, value);
}

const struct entry *entry_end(struct entry_builder *b)
{
	if (buf_failed(&b->buf) || b->buf.len > ENTRY_SIZE_MAX)
		return NULL;
	struct entry *entry = (struct entry *)(void *)b->buf.at;
	entry->size = (uint32_t)b->buf.len;
	return entry;
}

void entry_builder_done(struct entry_builder *b)
{
	buf_done(&b->buf);
	b->last_field = 0;
}

/* One that stands before it. Returns the offset behind it, or 0 when there is no such place, or it is none that would be
 * written so: three bytes are not to stand for any more of them than they have to. */
static size_t read_repeated(const char *bytes, size_t size, size_t offset, uint8_t *field, struct text *value)
{
	if (size - offset < REPEATED_BYTES)
		return 0;
	const uint8_t *at = (const uint8_t *)bytes + offset;
	if ((size_t)at[1] + at[2] > offset || at[2] < REPEATED_BYTES || at[2] > REPEATED_MAX)
		return 0;
	*field = at[0] & (uint8_t)~FIELD_REPEATED;
	*value = text_make(bytes + at[1], at[2]);
	return offset + REPEATED_BYTES;
}

/* Reads one "field, length, bytes" at offset. Returns the offset behind it, or 0 when it does not fit in
 * size bytes or its length is not written in the one shortest way. */
static size_t read_value(const char *bytes, size_t size, size_t offset, uint8_t *field, struct text *value)
{
	uint32_t len = 0;
	*field = (uint8_t)bytes[offset];
	if (*field & FIELD_REPEATED)
		return read_repeated(bytes, size, offset, field, value);
	offset++;
	for (unsigned i = 0;; i++) {
		if (i == LENGTH_BYTES_MAX || offset == size)
			return 0;
		uint8_t byte = (uint8_t)bytes[offset++];
		len |= (uint32_t)(byte & 0x7f) << (7 * i);
		if ((byte & 0x80) == 0) {
			if (byte == 0 && i > 0)
				return 0;
			break;
		}
	}
	if (len > size - offset)
		return 0;
	*value = text_make(bytes + offset, len);
	return offset + len;
}

bool entry_check(const void *block, size_t len)
{
	struct entry head;
	if (block == NULL || len < sizeof(head) || len > ENTRY_SIZE_MAX)
		return false;
	memcpy(&head, block, sizeof(head)); /* the block may stand anywhere in a frame */
	if (head.size != len || head.kind == 0 || head.kind >= ENTRY_KINDS || head.dn_form > DN_UNDER_BASE ||
	    head.reserved != 0 || head.dn_len > len - sizeof(head))
		return false;
	const char *bytes = (const char *)block + sizeof(head);
	size_t size = len - sizeof(head), at = head.dn_len, unpacked = 0;
	uint8_t last = 0, field;
	while (at < size) {
		struct text value;
		at = read_value(bytes, size, at, &field, &value);
		if (at == 0 || field == 0 || field < last)
			return false;
		unpacked += value.len;
		if (unpacked > ENTRY_SIZE_MAX) /* all of names that are repeated: no directory tells one so often */
			return false;
		last = field;
	}
	return true;
}

struct entry *entry_keep(const struct entry *block)
{
	struct entry *entry = malloc(block->size);
	if (entry == NULL)
		return NULL;
	memcpy(entry, block, block->size);
	entry->vo_id_key = entry->name_key = 0;
	entry->refs = 1;
	return entry;
}

struct entry *entry_ref(struct entry *entry)
{
	assert(entry->refs > 0 && entry->refs < UINT32_MAX);
	entry->refs++;
	return entry;
}

struct entry *entry_unref(struct entry *entry)
{
	if (entry == NULL)
		return NULL;
	assert(entry->refs > 0);
	if (--entry->refs == 0)
		free(entry);
	return NULL;
}

bool entry_same(const struct entry *a, const struct entry *b)
{
	const size_t skip = offsetof(struct entry, size);
	return a->size == b->size && memcmp((const char *)a + skip, (const char *)b + skip, a->size - skip) == 0;
}

struct text entry_dn_part(const struct entry *entry)
{
	return text_make(entry->bytes, entry->dn_len);
}

struct entry_cursor entry_values(const struct entry *entry)
{
	return (struct entry_cursor){entry, entry->dn_len};
}

bool entry_next_long(struct entry_cursor *cursor, enum field *field, struct text *value)
{
	size_t size = cursor->entry->size - sizeof(struct entry);
	uint8_t number;
	size_t next = read_value(cursor->entry->bytes, size, cursor->offset, &number, value);
	assert(next > 0); /* checked when it came in */
	cursor->offset = (uint32_t)next;
	*field = (enum field)number;
	return true;
}

bool entry_next_of(struct entry_cursor *cursor, enum field field, struct text *value)
{
	enum field found;
	while (entry_next(cursor, &found, value)) {
		if (found == field)
			return true;
		if (found > field)
			break;
	}
	return false;
}

bool entry_next_before(struct entry_cursor *cursor, enum field end, enum field *field, struct text *value)
{
	return entry_next(cursor, field, value) && *field < end;
}

struct text entry_value(const struct entry *entry, enum field field)
{
	struct entry_cursor cursor = entry_values(entry);
	struct text value;
	return entry_next_of(&cursor, field, &value) ? value : text_of(NULL);
}

bool entry_has(const struct entry *entry, enum field field)
{
	return entry_count(entry, field) > 0;
}

bool entry_has_value(const struct entry *entry, enum field field, struct text wanted)
{
	struct entry_cursor cursor = entry_values(entry);
	struct text value;
	while (entry_next_of(&cursor, field, &value))
		if (text_equal(value, wanted))
			return true;
	return false;
}

uint32_t entry_count(const struct entry *entry, enum field field)
{
	struct entry_cursor cursor = entry_values(entry);
	struct text value;
	uint32_t count = 0;
	while (entry_next_of(&cursor, field, &value))
		count++;
	return count;
}

void entry_dn(const struct entry *entry, struct text base, struct buf *out)
{
	buf_add_text(out, entry_dn_part(entry));
	if (entry->dn_form != DN_UNDER_BASE)
		return;
	if (entry->dn_len > 0)
		buf_add_char(out, ',');
	buf_add_text(out, base);
}
