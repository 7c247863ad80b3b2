/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * map.h - an open-addressing index from a 64-bit hash to a 32-bit position in somebody's array.
 *
 * The map stores positions only; the caller owns the array and says through equal() whether the item at
 * a position has the key that is looked for. 4 bytes a slot, load at most 3/4: 5.3 bytes an item where
 * room was made for all of them, up to 8 where it grew. Hashes are keyed with a per-process random key
 * (map_hash), so that names chosen by others cannot be made to collide.
 */
#ifndef DUAAL_BASE_MAP_H
#define DUAAL_BASE_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

#define MAP_NONE UINT32_MAX

struct map_slots;

struct map {
	struct map_slots *slots; /* NULL while empty; maps that share may have the same */
	uint32_t size;           /* how many slots */
	uint32_t count;
	uint64_t (*hash_of)(const void *items, uint32_t position); /* hash of a stored item, for growing */
	bool (*equal)(const void *items, uint32_t position, const void *key);
};

void map_init(struct map *map, uint64_t (*hash_of)(const void *, uint32_t),
	      bool (*equal)(const void *, uint32_t, const void *));
void map_done(struct map *map);

/* Position of the item with this key, or MAP_NONE. */
uint32_t map_find(const struct map *map, const void *items, uint64_t hash, const void *key);

/* Adds a position (below 2^26 - 1) whose key is not in the map yet. 0 or ERR_NOMEM (map unchanged). */
MUST_USE int map_add(struct map *map, const void *items, uint64_t hash, uint32_t position);

/* Makes room for count items in one go, and for no more. */
MUST_USE int map_reserve(struct map *map, const void *items, uint32_t count);

/* Over another array whose items stand at the same positions: into, which is empty, finds what from does, with from's functions and at
 * no cost. Whichever adds something later makes its own slots first. */
void map_share(struct map *into, const struct map *from);

uint64_t map_hash(const void *bytes, size_t len); /* SipHash-2-4 with the process key */
uint64_t map_hash_nocase(struct text text);       /* the same over ASCII-lowered bytes */
void map_hash_seed(const uint8_t key[16]);        /* once, at start of main or of a test */

#endif
