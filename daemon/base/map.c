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

struct map_slots {
	uint32_t owners; /* maps that share them */
	uint32_t at[];
};

static uint8_t process_key[crypto_shorthash_KEYBYTES]; /* written once, at start */

void map_init(struct map *map, uint64_t (*hash_of)(const void *, uint32_t),
	      bool (*equal)(const void *, uint32_t, const void *))
{
	*map = (struct map){.hash_of = hash_of, .equal = equal};
}

static void drop_slots(struct map *map)
{
	if (map->slots != NULL && --map->slots->owners == 0)
		free(map->slots);
	map->slots = NULL;
}

void map_done(struct map *map)
{
	drop_slots(map);
	map->size = map->count = 0;
}

void map_share(struct map *into, const struct map *from)
{
	*into = *from;
	if (into->slots != NULL)
		into->slots->owners++;
}

static uint32_t slot_of(uint64_t hash, uint32_t position)
{
	return (uint32_t)(hash >> (32 + POSITION_BITS)) << POSITION_BITS | position;
}

/* Where its probing begins: any number of slots will do, so that there need be no more of them than are used. */
static uint32_t home_of(uint64_t hash, uint32_t size)
{
	return (uint32_t)((hash & UINT32_MAX) * size >> 32);
}

static uint32_t behind(uint32_t at, uint32_t size)
{
	return at + 1 < size ? at + 1 : 0;
}

uint32_t map_find(const struct map *map, const void *items, uint64_t hash, const void *key)
{
	const uint32_t tag = slot_of(hash, 0), size = map->size;
	if (map->slots == NULL)
		return MAP_NONE;
	const uint32_t *slots = map->slots->at;
	for (uint32_t at = home_of(hash, size); slots[at] != EMPTY; at = behind(at, size)) {
		uint32_t slot = slots[at];
		if ((slot & ~POSITION_MASK) == tag && map->equal(items, slot & POSITION_MASK, key))
			return slot & POSITION_MASK;
	}
	return MAP_NONE;
}

static void place(uint32_t *slots, uint32_t size, uint64_t hash, uint32_t position)
{
	uint32_t at = home_of(hash, size);
	while (slots[at] != EMPTY)
		at = behind(at, size);
	slots[at] = slot_of(hash, position);
}

static int resize(struct map *map, const void *items, uint32_t size)
{
	struct map_slots *slots = malloc(sizeof(*slots) + (size_t)size * sizeof(slots->at[0]));
	if (slots == NULL)
		return ERR_NOMEM;
	slots->owners = 1;
	memset(slots->at, 0xff, (size_t)size * sizeof(slots->at[0])); /* EMPTY everywhere */
	for (uint32_t at = 0; at < map->size; at++) {
		uint32_t slot = map->slots->at[at];
		if (slot != EMPTY)
			place(slots->at, size, map->hash_of(items, slot & POSITION_MASK), slot & POSITION_MASK);
	}
	drop_slots(map);
	map->slots = slots;
	map->size = size;
	return 0;
}

static bool has_room(const struct map *map, uint32_t count)
{
	return map->slots != NULL && map->slots->owners == 1 && map->size / 4 * 3 >= count;
}

int map_reserve(struct map *map, const void *items, uint32_t count)
{
	if (has_room(map, count))
		return 0;
	if (count > SLOTS_MAX / 4 * 3)
		return ERR_NOMEM;
	uint32_t size = (count / 3 + 1) * 4;
	return resize(map, items, size < SLOTS_MIN ? SLOTS_MIN : size);
}

int map_add(struct map *map, const void *items, uint64_t hash, uint32_t position)
{
	if (position >= POSITION_MASK)
		return ERR_NOMEM;
	if (!has_room(map, map->count + 1) && map_reserve(map, items, map->count + map->count / 2 + 1) < 0)
		return ERR_NOMEM;
	place(map->slots->at, map->size, hash, position);
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
