/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * past_seen.c - see past.h: what was seen of each entry of the source.
 *
 * There is one of everybody whom a source ever showed, so a date stands in 64 bits together with what is known about it: 39 for the
 * second since which it stands (17,000 years), 24 for the day, and one for end_moved.
 */
#include <stdlib.h>

#include "base/vec.h"
#include "model/date.h"
#include "model/past.h"

#define DAY_BITS  24
#define DAY_ZERO  (INT32_C(1) << (DAY_BITS - 1)) /* 1970; a row's 0 is DAY_NONE */
#define DAY_MASK  ((UINT64_C(1) << DAY_BITS) - 1)
#define SINCE_AT  (DAY_BITS + 1)
#define SINCE_MAX (INT64_MAX >> (SINCE_AT - 1))

static uint64_t uuid_hash(const struct uuid *uuid)
{
	return map_hash(uuid->bytes, sizeof(uuid->bytes));
}

static uint64_t seen_hash(const void *items, uint32_t at)
{
	return uuid_hash(&((const struct seen_row *)items)[at].uuid);
}

static bool seen_equal(const void *items, uint32_t at, const void *key)
{
	return uuid_equal(&((const struct seen_row *)items)[at].uuid, key);
}

void past_seen_init(struct past *past)
{
	map_init(&past->seen_by_uuid, seen_hash, seen_equal);
}

void past_seen_done(struct past *past)
{
	free(past->seen);
	map_done(&past->seen_by_uuid);
}

/* ---- a row ----------------------------------------------------------------------------------------- */

static int64_t within(int64_t value, int64_t least, int64_t most)
{
	return value < least ? least : value > most ? most : value;
}

static uint64_t pack(int32_t day, int64_t since_s, bool moved)
{
	const int64_t kept = day == DAY_NONE ? 0 : within(day, 1 - DAY_ZERO, DAY_ZERO - 1) + DAY_ZERO;
	return (uint64_t)within(since_s, 0, SINCE_MAX) << SINCE_AT | (uint64_t)kept << 1 | moved;
}

static int32_t day_of(uint64_t packed)
{
	const int32_t kept = (int32_t)(packed >> 1 & DAY_MASK);
	return kept == 0 ? DAY_NONE : kept - DAY_ZERO;
}

static const struct seen_entry *unpack(const struct seen_row *row, struct seen_entry *ret)
{
	*ret = (struct seen_entry){.uuid = row->uuid,
				   .csn = row->csn,
				   .begin_day = day_of(row->begin),
				   .end_day = day_of(row->end),
				   .begin_since_s = (int64_t)(row->begin >> SINCE_AT),
				   .end_since_s = (int64_t)(row->end >> SINCE_AT),
				   .end_moved = row->end & 1};
	return ret;
}

/* ---- all of them ----------------------------------------------------------------------------------- */

static uint32_t find(const struct past *past, const struct uuid *uuid)
{
	return map_find(&past->seen_by_uuid, past->seen, uuid_hash(uuid), uuid);
}

const struct seen_entry *past_seen(const struct past *past, const struct uuid *uuid, struct seen_entry *ret)
{
	uint32_t at = find(past, uuid);
	return at == MAP_NONE ? NULL : unpack(&past->seen[at], ret);
}

const struct seen_entry *past_seen_next(const struct past *past, const struct uuid *uuid, size_t *next,
					struct seen_entry *ret)
{
	const bool there = *next < past->seen_count && uuid_equal(&past->seen[*next].uuid, uuid);
	const uint32_t at = there ? (uint32_t)*next : find(past, uuid);
	if (at == MAP_NONE)
		return NULL;
	*next = (size_t)at + 1;
	return unpack(&past->seen[at], ret);
}

int past_set_seen(struct past *past, const struct seen_entry *seen)
{
	const struct seen_row row = {.uuid = seen->uuid,
				     .csn = seen->csn,
				     .begin = pack(seen->begin_day, seen->begin_since_s, false),
				     .end = pack(seen->end_day, seen->end_since_s, seen->end_moved)};
	const uint32_t at = find(past, &seen->uuid);
	if (at != MAP_NONE) {
		past->seen[at] = row;
		return 0;
	}
	if (vec_reserve(&past->seen, &past->seen_capacity, past->seen_count + 1, sizeof(row)) < 0)
		return ERR_NOMEM;
	past->seen[past->seen_count] = row;
	if (map_add(&past->seen_by_uuid, past->seen, uuid_hash(&seen->uuid), (uint32_t)past->seen_count) < 0)
		return ERR_NOMEM;
	past->seen_count++;
	return 0;
}
