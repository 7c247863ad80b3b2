/* SPDX-License-Identifier: EUPL-1.2 */
/* map.c - see map.h. Linear probing; nothing is ever taken out, so no tombstones. */
#include "base/map.h"

#include <sodium.h>
#include <stdlib.h>

#define SLOTS_MIN 8u
#define SLOTS_MAX (1u << 31)

static uint8_t process_key[crypto_shorthash_KEYBYTES]; /* written once, at start */

void map_init(struct map *map, uint64_t (*hash_of)(const void *, uint32_t),
	      bool (*equal)(const void *, uint32_t, const void *))
{
	*map = (struct map){.hash_of = hash_of, .equal = equal};
}

void map_done(struct map *map)
{
	free(map->slots);
	map->slots = NULL;
	map->mask = map->count = 0;
}

uint32_t map_find(const struct map *map, const void *items, uint64_t hash, const void *key)
{
	if (map->slots == NULL)
		return MAP_NONE;
	for (uint32_t at = (uint32_t)hash & map->mask;; at = (at + 1) & map->mask) {
		uint32_t position = map->slots[at];
		if (position == MAP_NONE || map->equal(items, position, key))
			return position;
	}
}

static void place(uint32_t *slots, uint32_t mask, uint64_t hash, uint32_t position)
{
	uint32_t at = (uint32_t)hash & mask;
	while (slots[at] != MAP_NONE)
		at = (at + 1) & mask;
	slots[at] = position;
}

static int resize(struct map *map, const void *items, uint32_t size)
{
	uint32_t *slots = malloc((size_t)size * sizeof(*slots));
	if (slots == NULL)
		return ERR_NOMEM;
	memset(slots, 0xff, (size_t)size * sizeof(*slots)); /* MAP_NONE everywhere */
	for (uint32_t at = 0; map->slots != NULL && at <= map->mask; at++)
		if (map->slots[at] != MAP_NONE)
			place(slots, size - 1, map->hash_of(items, map->slots[at]), map->slots[at]);
	free(map->slots);
	map->slots = slots;
	map->mask = size - 1;
	return 0;
}

int map_reserve(struct map *map, const void *items, uint32_t count)
{
	uint32_t size = SLOTS_MIN;
	while (size / 4 * 3 < count) {
		if (size == SLOTS_MAX)
			return ERR_NOMEM;
		size *= 2;
	}
	if (map->slots != NULL && size <= map->mask + 1)
		return 0;
	return resize(map, items, size);
}

int map_add(struct map *map, const void *items, uint64_t hash, uint32_t position)
{
	int rc = map->count == UINT32_MAX ? ERR_NOMEM : map_reserve(map, items, map->count + 1);
	if (rc < 0)
		return rc;
	place(map->slots, map->mask, hash, position);
	map->count++;
	return 0;
}

uint64_t map_hash(const void *bytes, size_t len)
{
	uint64_t hash;
	_Static_assert(sizeof(hash) == crypto_shorthash_BYTES, "SipHash gives 64 bits");
	static const unsigned char nothing;
	crypto_shorthash((unsigned char *)&hash, len > 0 ? bytes : &nothing, len, process_key);
	return hash;
}

/* Long texts are hashed piece by piece, each piece led by the hash so far: no allocation, one definition. */
uint64_t map_hash_nocase(struct text text)
{
	struct {
		uint64_t before;
		char bytes[248];
	} piece = {0};
	size_t at = 0;
	for (;;) {
		size_t len = text.len - at < sizeof(piece.bytes) ? text.len - at : sizeof(piece.bytes);
		for (size_t i = 0; i < len; i++) {
			char c = text.at[at + i];
			piece.bytes[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
		}
		if (at == 0 && len == text.len)
			return map_hash(piece.bytes, len);
		piece.before = map_hash(&piece, sizeof(piece.before) + len);
		at += len;
		if (at == text.len)
			return piece.before;
	}
}

void map_hash_seed(const uint8_t key[16])
{
	memcpy(process_key, key, sizeof(process_key));
}
