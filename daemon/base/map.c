/* SPDX-License-Identifier: EUPL-1.2 */
/* map.c - see map.h. Linear probing; nothing is ever taken out, so no tombstones. */
#include "base/map.h"

#include <sodium.h>
#include <stdlib.h>

#define SLOTS_MIN 8u
#define SLOTS_MAX (1u << 27)

/* A slot holds a position and six bits of the hash that the place in the table does not depend on, so that nearly
 * every stranger met while probing is passed over without touching the owner's array. */
#define POSITION_BITS 26
#define POSITION_MASK ((1u << POSITION_BITS) - 1)
#define EMPTY         UINT32_MAX

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

static uint32_t slot_of(uint64_t hash, uint32_t position)
{
	return (uint32_t)(hash >> (32 + POSITION_BITS)) << POSITION_BITS | position;
}

uint32_t map_find(const struct map *map, const void *items, uint64_t hash, const void *key)
{
	const uint32_t tag = slot_of(hash, 0);
	if (map->slots == NULL)
		return MAP_NONE;
	for (uint32_t at = (uint32_t)hash & map->mask; map->slots[at] != EMPTY; at = (at + 1) & map->mask) {
		uint32_t slot = map->slots[at];
		if ((slot & ~POSITION_MASK) == tag && map->equal(items, slot & POSITION_MASK, key))
			return slot & POSITION_MASK;
	}
	return MAP_NONE;
}

static void place(uint32_t *slots, uint32_t mask, uint64_t hash, uint32_t position)
{
	uint32_t at = (uint32_t)hash & mask;
	while (slots[at] != EMPTY)
		at = (at + 1) & mask;
	slots[at] = slot_of(hash, position);
}

static int resize(struct map *map, const void *items, uint32_t size)
{
	uint32_t *slots = malloc((size_t)size * sizeof(*slots));
	if (slots == NULL)
		return ERR_NOMEM;
	memset(slots, 0xff, (size_t)size * sizeof(*slots)); /* EMPTY everywhere */
	for (uint32_t at = 0; map->slots != NULL && at <= map->mask; at++) {
		uint32_t position = map->slots[at] & POSITION_MASK;
		if (map->slots[at] != EMPTY)
			place(slots, size - 1, map->hash_of(items, position), position);
	}
	free(map->slots);
	map->slots = slots;
	map->mask = size - 1;
	return 0;
}

int map_reserve(struct map *map, const void *items, uint32_t count)
{
	uint32_t size = SLOTS_MIN;
	if (map->slots != NULL && (map->mask + 1) / 4 * 3 >= count)
		return 0;
	while (size / 4 * 3 < count) {
		if (size == SLOTS_MAX)
			return ERR_NOMEM;
		size *= 2;
	}
	return resize(map, items, size);
}

int map_add(struct map *map, const void *items, uint64_t hash, uint32_t position)
{
	int rc = position >= POSITION_MASK ? ERR_NOMEM : map_reserve(map, items, map->count + 1);
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
	} piece;
	size_t at = 0;
	piece.before = 0;
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
