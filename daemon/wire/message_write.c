/* SPDX-License-Identifier: EUPL-1.2 */
/* message_write.c - one LDAP operation on its way to duaal-target; see message.h. */
#include "wire/message.h"
#include "wire/record.h"

void write_encode(struct buf *out, const struct write *write)
{
	record_put_u32(out, write->id);
	record_put_u8(out, (uint8_t)write->kind);
	record_put_u8(out, (uint8_t)write->entry_kind);
	record_put_u8(out, write->must_be_empty);
	record_put_uuid(out, &write->uuid);
	record_put_csn(out, &write->csn);
	record_put_text(out, write->dn);
}

void write_mod(struct buf *out, enum mod_kind kind, enum field field, uint32_t value_count)
{
	record_put_u8(out, (uint8_t)kind);
	record_put_u8(out, (uint8_t)field);
	record_put_u32(out, value_count);
}

void write_value(struct buf *out, struct text value)
{
	record_put_text(out, value);
}

static int check_mods(struct text mods, struct err *err)
{
	struct mod_cursor cursor = {mods};
	enum mod_kind kind;
	enum field field;
	uint32_t count;
	struct text values;
	int more;
	do {
		more = write_next_mod(&cursor, &kind, &field, &count, &values, err);
	} while (more > 0);
	return more;
}

int write_decode(const void *body, size_t len, struct write *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	ret->id = record_get_u32(&in);
	ret->kind = (enum write_kind)record_get_word(&in, WRITE_DELETE);
	ret->entry_kind = (enum entry_kind)record_get_word(&in, ENTRY_KINDS - 1);
	ret->must_be_empty = record_get_bool(&in);
	record_get_uuid(&in, &ret->uuid);
	record_get_csn(&in, &ret->csn);
	ret->dn = record_get_text(&in);
	ret->mods = text_make(in.at, in.left);
	if (in.failed || ret->kind < WRITE_ADD || text_is_empty(ret->dn))
		return err_set(err, ERR_PROTOCOL, "a record of the kind \"write\" cannot be decoded");
	return check_mods(ret->mods, err);
}

int write_next_mod(struct mod_cursor *cursor, enum mod_kind *kind, enum field *field, uint32_t *value_count,
		   struct text *values, struct err *err)
{
	if (text_is_empty(cursor->left))
		return 0;
	struct record_in in;
	record_read(&in, cursor->left.at, cursor->left.len);
	uint8_t word = record_get_word(&in, MOD_DELETE);
	*field = (enum field)record_get_u8(&in);
	*value_count = record_get_u32(&in);
	const char *start = in.at;
	for (uint32_t i = 0; i < *value_count && !in.failed; i++)
		(void)record_get_text(&in);
	if (in.failed || word < MOD_ADD || *field == 0)
		return err_set(err, ERR_PROTOCOL, "a record of the kind \"write\" holds a malformed change");
	*kind = (enum mod_kind)word;
	*values = text_make(start, (size_t)(in.at - start));
	cursor->left = text_make(in.at, in.left);
	return 1;
}
