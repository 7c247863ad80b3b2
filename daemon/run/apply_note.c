/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * apply_note.c - what did not go through: how much of it may come again in one operation, what is left alone, and who is suspect.
 *
 * A refusal of several changes says that one of them is bad, not which. Each of them may then share an operation with a
 * sixteenth of their number only, and so on down to one. Whatever is refused by itself is a suspect: in later cycles it waits
 * until the rest has gone through (the last turn) and comes alone. A new group that is refused with one member after another may
 * be the culprit itself, so it is tried with a few. All of it is bounded: a server that refuses everything is not asked for every
 * value by itself.
 */
#include <stdlib.h>

#include "base/vec.h"
#include "run/apply_parts.h"

#define PARTS        16   /* of what was refused as a whole */
#define REFUSALS_MAX 1000 /* operations in one cycle that may come again in parts, or by themselves in the last turn */
#define GROUP_TRIES  4    /* of a new group in one cycle */
#define SUSPECT_FOR  8    /* cycles without a refusal of its own: then it comes with the others again */

static uint64_t note_hash(const void *items, uint32_t position)
{
	return ((const struct apply_note *)items)[position].identity;
}

static bool note_equal(const void *items, uint32_t position, const void *key)
{
	return ((const struct apply_note *)items)[position].identity == *(const uint64_t *)key;
}

void apply_notes_init(struct apply *a)
{
	map_init(&a->notes, note_hash, note_equal);
}

void apply_notes_done(struct apply *a)
{
	map_done(&a->notes);
	free(a->note_items);
	a->note_items = NULL;
	a->note_capacity = 0;
}

static struct apply_note *find(const struct apply *a, uint64_t identity)
{
	uint32_t at = map_find(&a->notes, a->note_items, identity, &identity);
	return at != MAP_NONE ? &a->note_items[at] : NULL;
}

/* The note of this change, made when there is none. NULL: no memory; not remembering could mean trying for ever. */
static struct apply_note *note_of(struct apply *a, uint32_t change)
{
	uint64_t id = compose_identity(a->thought, change);
	uint32_t n = a->notes.count;
	struct apply_note *known = find(a, id);
	if (known != NULL)
		return known;
	if (vec_reserve(&a->note_items, &a->note_capacity, n + 1u, sizeof *a->note_items) == 0) {
		a->note_items[n] = (struct apply_note){.identity = id};
		if (map_add(&a->notes, a->note_items, id, n) == 0)
			return &a->note_items[n];
	}
	a->stopped = true;
	return NULL;
}

/* ---- from cycle to cycle ------------------------------------------------------------------------- */

/* In place: what is kept moves forward. A suspect that is not kept for want of memory is one that comes with the others. */
void apply_notes_begin(struct apply *a)
{
	uint32_t n = a->notes.count;
	map_done(&a->notes);
	apply_notes_init(a);
	a->refusals = a->failures = 0;
	for (uint32_t i = 0; i < n; i++) {
		const struct apply_note *old = &a->note_items[i];
		uint32_t at = a->notes.count;
		if (old->suspect == 0 || a->cycle - old->suspect > SUSPECT_FOR)
			continue;
		a->note_items[at] = (struct apply_note){.identity = old->identity, .most = 1, .suspect = old->suspect};
		if (map_add(&a->notes, a->note_items, a->note_items[at].identity, at) < 0)
			return;
	}
}

/* When one suspect goes through, what was wrong may have been mended for all. */
void apply_notes_begin_round(struct apply *a)
{
	for (uint32_t i = 0; i < a->notes.count && a->forgive; i++)
		if (a->note_items[i].suspect != 0 && !a->note_items[i].left_alone)
			a->note_items[i].suspect = a->note_items[i].most = 0;
	a->forgive = false;
}

bool apply_has_suspects(const struct apply *a)
{
	for (uint32_t i = 0; i < a->notes.count && a->refusals < REFUSALS_MAX; i++)
		if (a->note_items[i].suspect != 0 && !a->note_items[i].left_alone)
			return true;
	return false;
}

/* ---- for compose --------------------------------------------------------------------------------- */

static bool waits(const struct apply *a, uint64_t identity, bool needed)
{
	const struct apply_note *note = find(a, identity);
	return note != NULL &&
	       (note->left_alone || (note->suspect != 0 && !a->last_turn) || (needed && note->round == a->round));
}

bool apply_leaves_alone(void *ctx, uint32_t change)
{
	const struct apply *a = ctx;
	return a->notes.count > 0 && (waits(a, compose_identity(a->thought, change), false) ||
				      waits(a, compose_needs(a->thought, change), true));
}

uint32_t apply_most(void *ctx, uint32_t change)
{
	const struct apply *a = ctx;
	const struct apply_note *note = a->notes.count > 0 ? find(a, compose_identity(a->thought, change)) : NULL;
	return note != NULL ? note->most : 0;
}

static bool is_refused(const struct apply *a, uint64_t identity)
{
	const struct apply_note *note = find(a, identity);
	return note != NULL && (note->left_alone || note->suspect != 0);
}

bool apply_was_refused(const struct apply *a, const struct thought *thought, uint32_t change)
{
	return a->notes.count > 0 &&
	       (is_refused(a, compose_identity(thought, change)) || is_refused(a, compose_needs(thought, change)));
}

/* ---- outcomes ------------------------------------------------------------------------------------ */

static uint32_t count_taken(const struct apply *a, uint32_t first, uint32_t count)
{
	uint32_t n = 0;
	for (uint32_t i = first; i < first + count; i++)
		n += compose_takes(&a->compose, i);
	return n;
}

/* most 0: each of them is left alone. */
static void note_run(struct apply *a, uint32_t first, uint32_t count, uint32_t most, bool alone)
{
	for (uint32_t i = first; i < first + count; i++) {
		struct apply_note *note = compose_takes(&a->compose, i) ? note_of(a, i) : NULL;
		if (note == NULL)
			continue;
		note->most = most;
		note->left_alone = most == 0;
		if (alone) {
			note->most = 1;
			note->suspect = a->cycle;
		}
	}
}

static void note_group(struct apply *a, const struct operation *op)
{
	struct apply_note *note = note_of(a, op->first);
	if (note != NULL)
		note->left_alone = ++note->refusals >= GROUP_TRIES;
}

bool apply_note_refused(struct apply *a, const struct operation *op)
{
	bool group = a->thought->plan->changes[op->first].kind == CHANGE_GROUP_ADD;
	uint32_t first = group ? op->first_grant : op->first, count = group ? op->grant_count : op->count;
	uint32_t n = count_taken(a, first, count), part = n > PARTS ? n / PARTS : 1;
	bool again = n > 1 && a->refusals < REFUSALS_MAX;
	a->refusals++;
	a->learnt = true;
	a->halted = a->halted || (a->last_turn && a->refusals >= REFUSALS_MAX);
	note_run(a, first, count, again ? part : 0, n == 1);
	if (group)
		note_group(a, op);
	return again;
}

void apply_note_waits(struct apply *a, uint32_t change)
{
	struct apply_note *note = note_of(a, change);
	if (note != NULL)
		note->round = a->round;
}

void apply_note_went_through(struct apply *a, uint32_t change)
{
	struct apply_note *note = a->notes.count > 0 ? find(a, compose_identity(a->thought, change)) : NULL;
	if (note == NULL || note->suspect == 0)
		return;
	note->suspect = 0;
	a->forgive = true;
}
