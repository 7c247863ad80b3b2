/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * entry_index.h - entries of a read by entryUUID, while they come in; for the snapshot files of this layer only.
 *
 * Nearly every read brings what the one before brought, in the same order. As long as it does, each entry is only held
 * against the one that stood at its position, no slots are filled, and in the end those of the read before are shared.
 * With the first that stands elsewhere (an entry that is new, or gone) the read gets slots of its own.
 *
 * Order: entry_index_init, entry_index_follow (where there is a read before), entry_index_add for each, entry_index_end;
 * then by_uuid is the owner's to keep.
 */
#ifndef DUAAL_MODEL_ENTRY_INDEX_H
#define DUAAL_MODEL_ENTRY_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "base/uuid.h"

struct entry_index {
	struct map by_uuid;
	const struct map *before; /* the same of the read before, over its own items; borrowed; NULL: there is none */
	const void *items_before;
	uint32_t count_before;
	bool in_step; /* what came so far stands where it stood before */
};

/* hash_of and equal: of items, as map_init has them; keys are UUIDs. */
void entry_index_init(struct entry_index *index, uint64_t (*hash_of)(const void *, uint32_t),
		      bool (*equal)(const void *, uint32_t, const void *));
/* before stays as it is until entry_index_end. */
void entry_index_follow(struct entry_index *index, const struct map *before, const void *items, uint32_t count);

/* Position of this entry in the read before, or MAP_NONE; count: of the items so far. */
uint32_t entry_index_before(const struct entry_index *index, uint32_t count, const struct uuid *uuid);
/* One more entry, for position count. *ret_twice: where it stands already, and it was not added then; MAP_NONE: it is new. 0 or ERR_NOMEM. */
MUST_USE int entry_index_add(struct entry_index *index, const void *items, uint32_t count, const struct uuid *uuid,
			     uint32_t *ret_twice);
/* All have come. 0 or ERR_NOMEM. */
MUST_USE int entry_index_end(struct entry_index *index, const void *items, uint32_t count);

#endif
