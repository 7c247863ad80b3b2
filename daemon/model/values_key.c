/* SPDX-License-Identifier: EUPL-1.2 */
/* values_key.c - see values_key.h. */
#include "model/values_key.h"

#include <stddef.h>

#include "base/map.h"

void values_key_begin(struct values_key *key)
{
	key->len = 0;
	key->before = 0;
}

/* before and bytes stand side by side: what was hashed so far leads what is hashed now. */
_Static_assert(offsetof(struct values_key, bytes) == offsetof(struct values_key, before) + sizeof(uint64_t),
	       "before stands right in front of bytes");

static void fold(struct values_key *key)
{
	key->before = map_hash(&key->before, sizeof(key->before) + key->len);
	key->len = 0;
}

static void add(struct values_key *key, const char *bytes, size_t len)
{
	if (len < sizeof(key->bytes) - key->len) { /* nearly always */
		if (len > 0)
			memcpy(key->bytes + key->len, bytes, len);
		key->len += len;
		return;
	}
	while (len > 0) {
		size_t room = sizeof(key->bytes) - key->len, part = len < room ? len : room;
		memcpy(key->bytes + key->len, bytes, part);
		key->len += part;
		bytes += part;
		len -= part;
		if (key->len == sizeof(key->bytes))
			fold(key);
	}
}

void values_key_add(struct values_key *key, enum field field, struct text value)
{
	const uint32_t len = (uint32_t)value.len; /* of a value in an entry */
	char head[1 + sizeof(len)] = {(char)field};
	memcpy(head + 1, &len, sizeof(len));
	add(key, head, sizeof(head));
	add(key, value.at, value.len);
}

uint64_t values_key_end(struct values_key *key)
{
	fold(key);
	return key->before;
}
