/* SPDX-License-Identifier: EUPL-1.2 */
/* entry_index.c - see entry_index.h. */
#include "model/entry_index.h"

#include "model/snapshot_parts.h"

void entry_index_init(struct entry_index *index, uint64_t (*hash_of)(const void *, uint32_t),
		      bool (*equal)(const void *, uint32_t, const void *))
{
	*index = (struct entry_index){.before = NULL};
	map_init(&index->by_uuid, hash_of, equal);
}

void entry_index_follow(struct entry_index *index, const struct map *before, const void *items, uint32_t count)
{
	index->before = before;
	index->items_before = items;
	index->count_before = count;
	index->in_step = true;
}

static bool stands_as_before(const struct entry_index *index, uint32_t count, const struct uuid *uuid)
{
	return count < index->count_before && index->before->equal(index->items_before, count, uuid);
}

uint32_t entry_index_before(const struct entry_index *index, uint32_t count, const struct uuid *uuid)
{
	if (index->before == NULL)
		return MAP_NONE;
	if (stands_as_before(index, count, uuid))
		return count;
	return map_find(index->before, index->items_before, snapshot_hash_uuid(uuid), uuid);
}

/* Slots of its own, for what came so far; as many as before will mostly do. */
static int fall_out(struct entry_index *index, const void *items, uint32_t count)
{
	if (map_reserve(&index->by_uuid, items, count > index->count_before ? count : index->count_before) < 0)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < count; i++)
		if (map_add(&index->by_uuid, items, index->by_uuid.hash_of(items, i), i) < 0)
			return ERR_NOMEM;
	index->in_step = false;
	return 0;
}

int entry_index_add(struct entry_index *index, const void *items, uint32_t count, const struct uuid *uuid,
		    uint32_t *ret_twice)
{
	*ret_twice = MAP_NONE;
	if (index->in_step && stands_as_before(index, count, uuid))
		return 0; /* those of the read before are all different */
	if (index->in_step && fall_out(index, items, count) < 0)
		return ERR_NOMEM;
	const uint64_t hash = snapshot_hash_uuid(uuid);
	*ret_twice = map_find(&index->by_uuid, items, hash, uuid);
	return *ret_twice == MAP_NONE ? map_add(&index->by_uuid, items, hash, count) : 0;
}

int entry_index_end(struct entry_index *index, const void *items, uint32_t count)
{
	if (!index->in_step)
		return 0;
	if (count != index->count_before)
		return fall_out(index, items, count);
	map_share(&index->by_uuid, index->before);
	return 0;
}
