/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * past.h - what the ledger remembers, in memory: the facts that no directory can tell.
 *
 * Loaded from duaal-ledger at start, changed by run/ only after the ledger has stored the change (I12).
 * The pure core reads it. Nothing here is a guess: an empty past means that this instance has never
 * run with this ledger, and then everything found in the target is "adopted".
 */
#ifndef DUAAL_MODEL_PAST_H
#define DUAAL_MODEL_PAST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "base/uuid.h"
#include "model/csn.h"

enum owned_state {
	OWNED_HELD = 1,     /* written by us, or found and confirmed by a certified source read */
	OWNED_INTENDED = 2, /* an add was announced; its outcome is not known (crash): ours if it is there */
	OWNED_REMOVING = 3, /* a removal was announced; its outcome is not known */
	OWNED_ADOPTED = 4,  /* found at first contact, not wanted by the source: kept until decided */
	OWNED_REMOVED = 5,  /* taken out by us: if a restored target shows it again, it goes again (fault 58) */
};

struct owned_value {        /* one value of member that is ours */
	uint32_t group;     /* position in groups */
	uint32_t cycle;     /* that wrote or confirmed it */
	uint64_t key;       /* dn_key of the value */
	struct uuid source; /* entryUUID of the person at the source; null when adopted */
	uint8_t state;      /* enum owned_state; 0: free slot */
};

struct past_group {       /* a role group that we wrote or took over */
	struct uuid uuid; /* target entryUUID */
	struct csn csn;   /* highest entryCSN seen there: an older one means the target was restored (58) */
	uint32_t number;
	uint8_t role;
	uint32_t released; /* members after the last cycle that ended without a hold */
};

struct seen_entry { /* a source entry */
	struct uuid uuid;
	struct csn csn;      /* highest entryCSN ever applied (I7) */
	int32_t end_day;     /* end date last released, or DAY_NONE */
	int64_t end_since_s; /* since when that end date stands */
};

/* How far back a rolling window may look (I4), and how long removals are remembered for it: clocks may be set. */
#define PAST_WINDOW_MAX_S    (30 * 86400)
#define PAST_REMOVALS_KEPT_S (PAST_WINDOW_MAX_S + 7 * 86400)

struct past_removal { /* in the rolling window; scheduled ones are not counted */
	int64_t at_s;
	uint32_t number;
	uint8_t role;
};

struct past_ambiguity { /* two source entries claim one vo-id (R9) */
	struct uuid first;
	int64_t since_s;
};

struct past_grantor { /* verdict when the grant was first seen (R4) */
	struct uuid person;
	uint32_t number;
	uint8_t role;
	bool accepted;
};

struct past {
	bool first_contact; /* the ledger has no finished cycle yet */
	uint32_t last_cycle;
	uint64_t generation;        /* of cn=sync */
	struct csn_vector position; /* of the source, as last applied */
	uint32_t source_people;     /* in the last accepted source snapshot */
	uint32_t source_institutions;
	uint32_t released_members; /* whole baseline of the percent rules */
	struct owned_value *owned;
	struct past_group *groups;
	struct seen_entry *seen;
	struct past_removal *removals; /* ascending by time */
	struct past_ambiguity *ambiguities;
	struct past_grantor *grantors;
	size_t owned_count, group_count, seen_count, removal_count, ambiguity_count, grantor_count;
	size_t owned_capacity, group_capacity, seen_capacity, removal_capacity, ambiguity_capacity, grantor_capacity;
	struct map owned_by_value, groups_by_uuid, seen_by_uuid;
};

void past_init(struct past *past);
void past_done(struct past *past);

const struct owned_value *past_owned(const struct past *past, const struct uuid *group, uint64_t key);
const struct past_group *past_group(const struct past *past, const struct uuid *group);
const struct seen_entry *past_seen(const struct past *past, const struct uuid *uuid);

/* Changes, after the ledger stored them. 0 or ERR_NOMEM. */
MUST_USE int past_set_group(struct past *past, const struct past_group *group);
/* value->group is filled in from group; ERR_NOT_FOUND: past_set_group has not made the group known. */
MUST_USE int past_set_owned(struct past *past, const struct uuid *group, const struct owned_value *value);
void past_forget_owned(struct past *past, const struct uuid *group, uint64_t key);
MUST_USE int past_set_seen(struct past *past, const struct seen_entry *seen);
MUST_USE int past_add_removal(struct past *past, const struct past_removal *removal);
void past_forget_removals_before(struct past *past, int64_t before_s);
/* since_s 0: it is clear again and forgotten. */
MUST_USE int past_set_ambiguity(struct past *past, const struct uuid *first, int64_t since_s);

#endif
