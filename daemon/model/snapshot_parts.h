/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * snapshot_parts.h - what the builders of both snapshots share, and the target builder's inside. For the
 * snapshot files of this layer only.
 */
#ifndef DUAAL_MODEL_SNAPSHOT_PARTS_H
#define DUAAL_MODEL_SNAPSHOT_PARTS_H

#include "base/arena.h"
#include "model/snapshot.h"

/* entry as a reference: candidate itself when its bytes are the same (candidate may be NULL), else a copy.
 * NULL when memory is exhausted. */
struct entry *snapshot_keep(const struct entry *entry, struct entry *candidate);

/* 0, or ERR_INCOMPLETE with the checks that are missing or the counts that differ from added. */
MUST_USE int snapshot_check(const struct certificate *cert, const uint32_t added[ENTRY_KINDS], struct err *err);

/* ERR_INCOMPLETE for an entry that nothing can be held against later. */
MUST_USE int snapshot_check_uuid(const struct entry *entry, struct err *err);

uint64_t snapshot_hash_uuid(const struct uuid *uuid);
uint32_t snapshot_number(const struct entry *entry); /* FIELD_NUMBER; 0 when it is not one readable number */

/* Room for one more of the items of a snapshot's array, whose count is a uint32_t. */
MUST_USE int snapshot_reserve(void *items, size_t *capacity, uint32_t count, size_t size, struct err *err);

/* Where an entry of the read stands, whatever its kind: finds what the read brought twice. */
struct target_seen {
	struct uuid uuid;
	uint8_t kind;
	uint32_t position; /* in the array of its kind */
};

struct target_builder {
	struct target_snapshot *s;
	const struct target_snapshot *prev; /* may be NULL */
	size_t institution_capacity, group_capacity, member_capacity, people_capacity, request_capacity,
		override_capacity, foreign_capacity, raw_capacity, seen_capacity;
	struct target_seen *seen;
	uint32_t seen_count;
	struct map seen_by_uuid;
	uint64_t *protected_keys;
	uint64_t placeholder_key; /* 0: there is none */
	uint32_t added[ENTRY_KINDS];
	uint32_t open_group;   /* the group whose further blocks may follow, or NONE */
	bool open_group_split; /* it came in several blocks */
	uint32_t lost_members; /* of groups that came again: gaps in members, closed by the seal */
	struct entry_builder stripped;
	struct buf dn; /* scratch */
};

bool target_is_protected(const struct target_builder *b, uint64_t key);

/* One block of a group: a new group, more members of the open one, or a group that came again. */
MUST_USE int target_add_group(struct target_builder *b, const struct entry *entry, struct target_seen *seen,
			      struct err *err);
/* Ends the open group: ERR_INCOMPLETE when its blocks repeat a member. */
MUST_USE int target_end_group(struct target_builder *b, struct err *err);
/* Closes the gaps that replaced groups left. */
MUST_USE int target_pack_members(struct target_builder *b, struct err *err);

#endif
