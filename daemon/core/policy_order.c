/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * policy_order.c - memberships in their one order: number, role, person's entryUUID; doubles dropped.
 *
 * A radix sort on the packed number and role (two passes over 24 bits), then each role group, which is small, by the
 * UUID. The first eight bytes of the UUID travel with the sort item, so that almost no comparison has to visit an
 * entry.
 */
#include "core/judge.h"

#include <stdlib.h>

#define DIGIT_BITS 12
#define DIGITS     (1u << DIGIT_BITS)
#define ROLE_BITS  4
#define FEW        24 /* up to here insertion is faster than qsort */

_Static_assert(POLICY_ROLES_MAX <= 1 << ROLE_BITS, "a role fits in the packed key");
_Static_assert(NUMBER_MAX < 1u << (2 * DIGIT_BITS - ROLE_BITS), "a number fits in the packed key");

struct item {
	uint64_t front; /* of the UUID, as a big-endian number */
	uint32_t group; /* number and role */
	uint32_t index; /* in raw */
};

struct order {
	const struct source_snapshot *source;
	const struct desired_membership *raw;
};

static const struct uuid *uuid_of(const struct order *order, const struct item *item)
{
	return &order->source->people[order->raw[item->index].person].entry->uuid;
}

static int compare(const void *a, const void *b, void *ctx)
{
	const struct item *left = a, *right = b;
	if (left->front != right->front)
		return left->front < right->front ? -1 : 1;
	int by_uuid = uuid_compare(uuid_of(ctx, left), uuid_of(ctx, right));
	if (by_uuid != 0)
		return by_uuid;
	return (left->index > right->index) - (left->index < right->index);
}

static void sort_group(struct item *items, size_t count, struct order *order)
{
	if (count > FEW) {
		qsort_r(items, count, sizeof(*items), compare, order);
		return;
	}
	for (size_t i = 1; i < count; i++) {
		struct item item = items[i];
		size_t at = i;
		for (; at > 0 && compare(&item, &items[at - 1], order) < 0; at--)
			items[at] = items[at - 1];
		items[at] = item;
	}
}

static void sort_pass(const struct item *from, struct item *to, uint32_t count, unsigned shift, uint32_t *starts)
{
	uint32_t sum = 0;
	memset(starts, 0, DIGITS * sizeof(*starts));
	for (uint32_t i = 0; i < count; i++)
		starts[from[i].group >> shift & (DIGITS - 1)]++;
	for (uint32_t digit = 0; digit < DIGITS; digit++) {
		uint32_t here = starts[digit];
		starts[digit] = sum;
		sum += here;
	}
	for (uint32_t i = 0; i < count; i++)
		to[starts[from[i].group >> shift & (DIGITS - 1)]++] = from[i];
}

static void sort_all(struct item *items, struct item *spare, uint32_t count, uint32_t *starts, struct order *order)
{
	sort_pass(items, spare, count, 0, starts);
	sort_pass(spare, items, count, DIGIT_BITS, starts);
	for (uint32_t first = 0, end; first < count; first = end) {
		for (end = first + 1; end < count && items[end].group == items[first].group; end++)
			;
		sort_group(items + first, end - first, order);
	}
}

static uint64_t front_of(const struct uuid *uuid)
{
	uint64_t front = 0;
	for (size_t i = 0; i < sizeof(front); i++)
		front = front << 8 | uuid->bytes[i];
	return front;
}

static void fill(const struct order *order, struct item *items, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		items[i].index = i;
		items[i].group = order->raw[i].number << ROLE_BITS | order->raw[i].role;
		items[i].front = front_of(uuid_of(order, &items[i]));
	}
}

/* The same membership from two grants is one, and ends when the last of them does. */
static void join(struct desired_membership *kept, const struct desired_membership *next)
{
	if (next->reason != kept->reason || kept->end_day == DAY_NONE ||
	    (next->end_day != DAY_NONE && next->end_day <= kept->end_day))
		return;
	*kept = *next;
}

static uint32_t take_distinct(const struct order *order, const struct item *items, uint32_t count,
			      struct desired_membership *out)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < count; i++) {
		const struct desired_membership *next = &order->raw[items[i].index];
		if (kept > 0 && out[kept - 1].number == next->number && out[kept - 1].role == next->role &&
		    out[kept - 1].person == next->person) {
			join(&out[kept - 1], next);
			continue;
		}
		out[kept++] = *next;
	}
	return kept;
}

int memberships_order(const struct source_snapshot *source, const struct desired_membership *raw, uint32_t count,
		      struct arena *arena, struct desired_membership **ret, uint32_t *ret_count)
{
	struct order order = {source, raw};
	struct arena scratch;
	arena_init(&scratch, 0);
	struct item *items = arena_array(&scratch, count, sizeof(*items));
	struct item *spare = arena_array(&scratch, count, sizeof(*spare));
	uint32_t *starts = arena_array(&scratch, DIGITS, sizeof(*starts));
	struct desired_membership *out = arena_array(arena, count, sizeof(*out));
	bool enough = items != NULL && spare != NULL && starts != NULL && out != NULL;
	if (enough) {
		fill(&order, items, count);
		sort_all(items, spare, count, starts, &order);
		*ret_count = take_distinct(&order, items, count, out);
		*ret = out;
	}
	arena_done(&scratch);
	return enough ? 0 : ERR_NOMEM;
}
