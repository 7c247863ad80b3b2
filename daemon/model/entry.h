/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * entry.h - one directory entry as it was read: an immutable, packed block of bytes.
 *
 * The helpers build it once, the same bytes travel to the planner, are checked there once (entry_check)
 * and kept. When a later read brings the same bytes, the planner keeps the block it has (a reference is
 * counted), so that a read without changes costs no memory. Values are raw: the policy reads them.
 *
 *   +--------+--------+------+------+---------+--------+------+-----+----+-------------------------+
 *   | keys 2 | refs 4 | size | kind | dn form | dn len | uuid | csn | dn | values: field, len, raw |
 *   +--------+--------+------+------+---------+--------+------+-----+----+-------------------------+
 *
 * Lengths are little-endian base-128 (at most 4 bytes). Values of one field stand together, fields in
 * ascending order, values in the order received (source) - the helper sorts nothing.
 *
 * A name that stands near the front already is not written again: the vo-id is mostly in the DN, the surname in cn. Then the field
 * has FIELD_REPEATED set, and one byte says where in bytes it begins, one how long it is. Of people that is a third of all.
 */
#ifndef DUAAL_MODEL_ENTRY_H
#define DUAAL_MODEL_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/uuid.h"
#include "model/csn.h"

enum entry_kind {
	ENTRY_PERSON = 1,       /* source: somebody with values of our right. target: an entry under people */
	ENTRY_INSTITUTION = 2,  /* source or target */
	ENTRY_GROUP = 3,        /* target: a role group */
	ENTRY_REQUEST = 4,      /* target: an adult-education request, a directive (R2) */
	ENTRY_SYNC = 5,         /* target: cn=sync */
	ENTRY_FOREIGN = 6,      /* target: in our subtrees, without our marker */
	ENTRY_ABSENT = 7,       /* source: answer to a question by entryUUID: proven not there */
	ENTRY_OVERRIDE = 8,     /* target: include or exclude by hand, a directive */
	ENTRY_ROLE = 9,         /* target: the flat group of a role, over all institutions */
	ENTRY_GRANT = 10,       /* source: a grant that is an entry of its own */
	ENTRY_RIGHT_GROUP = 11, /* source: a group whose members have a role at an institution, or a group within one */
};
#define ENTRY_KINDS 12

enum dn_form {
	DN_WHOLE = 0,      /* dn holds all of it */
	DN_UNDER_BASE = 1, /* dn holds what stands before ",<base of that kind>" */
};

/* Logical attributes. Which directory attribute feeds which is configuration. Wire values: never renumber. */
enum field {
	FIELD_VO_ID = 1, /* person: stable key, vo-id */
	FIELD_UID = 2,   /* person: login name at the source */
	FIELD_CN = 3,
	FIELD_SN = 4,
	FIELD_GIVEN_NAME = 5,
	FIELD_MAIL = 6,
	FIELD_STATE = 7,        /* person or institution: word; which words mean active is configuration */
	FIELD_BEGIN = 8,        /* person or institution: first valid day */
	FIELD_END = 9,          /* person or institution: last valid day (R8) */
	FIELD_RIGHT = 10,       /* person: value in the government's notation; only those of our right */
	FIELD_NUMBER = 20,      /* institution, group, request, grant: number as spelt there */
	FIELD_NAME = 21,        /* institution */
	FIELD_KIND = 22,        /* institution */
	FIELD_AUDIENCE = 23,    /* institution: doelgroep, many (R6) */
	FIELD_PROGRAMME = 24,   /* institution: programme applications, many (R1) */
	FIELD_HEAD_ADMIN = 25,  /* institution: head local administrators (vo-id or DN), many */
	FIELD_LOCAL_ADMIN = 26, /* institution: local administrators, many */
	FIELD_ROLE = 40,        /* target group; source grant or right group */
	FIELD_ACTION = 41,      /* target group: duaalAllowedAction, many */
	FIELD_MEMBER = 42,      /* target group, right group: member, many; raw as the server spells it */
	FIELD_MANAGED_BY = 43,  /* target: ownership marker */
	FIELD_SOURCE_UUID = 44, /* target person: the source's entryUUID, text */
	FIELD_NUMBER_RECEIVED = 45,
	FIELD_ADMISSION = 46, /* target institution: programme | request | always */
	FIELD_ADMITTED_SINCE = 47,
	FIELD_REASON = 48,         /* request */
	FIELD_OWNER = 49,          /* request */
	FIELD_VALID_UNTIL = 50,    /* request, cn=sync */
	FIELD_OBJECT_CLASS = 51,   /* target */
	FIELD_MODIFIERS_NAME = 52, /* target: who wrote it last. Person: not there, we did; empty, nobody can tell */
	FIELD_MODIFY_TIMESTAMP = 53,
	FIELD_LAST_COMPLETE_READ = 54, /* cn=sync */
	FIELD_LAST_APPLIED = 55,
	FIELD_GENERATION = 56,
	FIELD_EFFECT = 57,  /* override: include | exclude */
	FIELD_PERSON = 58,  /* grant: who, as DN, vo-id or uid */
	FIELD_GRANTOR = 59, /* grant: who granted it, vo-id or DN (R4) */
	FIELD_OUTSIDE = 60, /* grant, right group: empty value; asked for, and there, but not what the filter selects */
};

#define ENTRY_SIZE_MAX (64u << 20)
#define FIELD_REPEATED 0x80 /* beside a field, within an entry only */

struct entry {
	/* The planner's own, 0 on the wire: what was worked out of the bytes stays with them for as long as they are kept. */
	uint64_t vo_id_key; /* person: snapshot_vo_id_key of its vo-id; 0: not looked at yet, or it has none */
	uint64_t
		name_key; /* person: dn_key of its DN, where a grant or a group may ask for it; grant: of what it calls its
			       person; 0: not looked at yet, or no such name */
	uint32_t refs;
	uint32_t size; /* bytes of the whole block, this header included */
	uint8_t kind;
	uint8_t dn_form;
	uint16_t reserved;
	uint32_t dn_len;
	struct uuid uuid;
	struct csn csn; /* all zero where the server shows none */
	char bytes[];   /* dn, then the values */
};

struct entry_builder {
	struct buf buf;
	uint8_t last_field;
};

/* Building, in the helpers. The buffer is used again for each entry. Fields must come in ascending order. */
void entry_begin(struct entry_builder *b, enum entry_kind kind, const struct uuid *uuid, const struct csn *csn,
		 enum dn_form form, struct text dn);
void entry_add(struct entry_builder *b, enum field field, struct text value);
const struct entry *entry_end(struct entry_builder *b); /* NULL after a failed allocation; valid until the next begin */
void entry_builder_done(struct entry_builder *b);

/* Is this block of len bytes a well-formed entry? Every length is checked against the end, and all values together have no more than
 * ENTRY_SIZE_MAX bytes, repeated ones counted each time. O(values). */
bool entry_check(const void *block, size_t len);

/* Reference counting, in the planner. entry_keep copies a checked block: NULL when memory is exhausted. */
struct entry *entry_keep(const struct entry *block);
struct entry *entry_ref(struct entry *entry);
struct entry *entry_unref(struct entry *entry);                /* NULL allowed; returns NULL */
bool entry_same(const struct entry *a, const struct entry *b); /* equal bytes, the planner's own apart */

/* Reading. */
struct text entry_dn_part(const struct entry *entry);
struct text entry_value(const struct entry *entry, enum field field); /* the first one; empty text when none */
bool entry_has(const struct entry *entry, enum field field);
bool entry_has_value(const struct entry *entry, enum field field, struct text value); /* byte-wise */
uint32_t entry_count(const struct entry *entry, enum field field);

struct entry_cursor {
	const struct entry *entry;
	uint32_t offset; /* into bytes */
};
struct entry_cursor entry_values(const struct entry *entry);
/* Next value of any field; false at the end. */
static inline bool entry_next(struct entry_cursor *cursor, enum field *field, struct text *value);
/* Next value of this field; false at the end. Start with a fresh cursor. */
bool entry_next_of(struct entry_cursor *cursor, enum field field, struct text *value);

/* Next value of any field that comes before this one; false at the end. */
bool entry_next_before(struct entry_cursor *cursor, enum field end, enum field *field, struct text *value);

bool entry_next_long(struct entry_cursor *cursor, enum field *field, struct text *value);

/* Every value of every person goes through here in every cycle. Nearly all have one byte of length; entry_check has
 * seen to it that they end within the entry. */
static inline bool entry_next(struct entry_cursor *cursor, enum field *field, struct text *value)
{
	const uint8_t *at = (const uint8_t *)cursor->entry->bytes + cursor->offset;
	if (cursor->offset >= cursor->entry->size - sizeof(struct entry))
		return false;
	if (at[0] & FIELD_REPEATED) {
		*field = (enum field)(at[0] & ~FIELD_REPEATED);
		*value = text_make(cursor->entry->bytes + at[1], at[2]);
		cursor->offset += 3;
		return true;
	}
	if (at[1] >= 0x80)
		return entry_next_long(cursor, field, value);
	*field = (enum field)at[0];
	*value = text_make((const char *)at + 2, at[1]);
	cursor->offset += 2u + at[1];
	return true;
}

/* The whole DN appended to out; base is the text for DN_UNDER_BASE. */
void entry_dn(const struct entry *entry, struct text base, struct buf *out);

#endif
