/* SPDX-License-Identifier: EUPL-1.2 */
/* entry_id.c - see entry_id.h. */
#include "ldap/entry_id.h"

#include <stdio.h>
#include <string.h>

#define UNIQUE_ID_SIZE 36 /* 8-8-8-8 and NUL */

const char *entry_id_attribute(enum entry_id kind)
{
	static const char *const names[] = {
		[ENTRY_ID_UUID] = "entryUUID",
		[ENTRY_ID_GUID] = "objectGUID",
		[ENTRY_ID_UNIQUE] = "nsUniqueId",
	};
	return names[kind];
}

/* The place of each byte of a GUID in the text that people see; its own inverse. */
static const uint8_t guid_order[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

static void swap_guid(const uint8_t from[16], uint8_t to[16])
{
	for (size_t i = 0; i < sizeof(guid_order); i++)
		to[i] = from[guid_order[i]];
}

static bool parse_guid(struct text value, struct uuid *ret)
{
	if (value.len != sizeof(ret->bytes))
		return false;
	swap_guid((const uint8_t *)value.at, ret->bytes);
	return true;
}

/* As the text of an entryUUID, with its dashes elsewhere. */
static bool parse_unique_id(struct text value, struct uuid *ret)
{
	char text[UUID_TEXT_SIZE];
	if (value.len != UNIQUE_ID_SIZE - 1 || value.at[8] != '-' || value.at[17] != '-' || value.at[26] != '-')
		return false;
	snprintf(text, sizeof(text), "%.8s-%.4s-%.4s-%.4s-%.4s%.8s", value.at, value.at + 9, value.at + 13,
		 value.at + 18, value.at + 22, value.at + 27);
	return uuid_parse(text_of(text), ret);
}

bool entry_id_parse(enum entry_id kind, struct text value, struct uuid *ret)
{
	switch (kind) {
	case ENTRY_ID_UUID: return uuid_parse(value, ret);
	case ENTRY_ID_GUID: return parse_guid(value, ret);
	case ENTRY_ID_UNIQUE: return parse_unique_id(value, ret);
	}
	return false;
}

static void add_guid(struct buf *out, const struct uuid *uuid)
{
	uint8_t bytes[16];
	swap_guid(uuid->bytes, bytes);
	for (size_t i = 0; i < sizeof(bytes); i++)
		buf_format(out, "\\%02x", bytes[i]);
}

void entry_id_filter(struct buf *out, enum entry_id kind, const struct uuid *uuid)
{
	const uint8_t *b = uuid->bytes;
	char text[UUID_TEXT_SIZE];
	buf_format(out, "(%s=", entry_id_attribute(kind));
	switch (kind) {
	case ENTRY_ID_UUID: buf_add_string(out, uuid_format(uuid, text)); break;
	case ENTRY_ID_GUID: add_guid(out, uuid); break;
	case ENTRY_ID_UNIQUE:
		buf_format(out, "%02x%02x%02x%02x-%02x%02x%02x%02x-%02x%02x%02x%02x-%02x%02x%02x%02x", b[0], b[1], b[2],
			   b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
		break;
	}
	buf_add_char(out, ')');
}
